"""What every operation says of itself: what it is, what it answers, which errors it may give, and what it asks for."""

from typing import Any

from django.utils.translation import gettext_noop

from sanhu.domains.subjects.permissions import Permission
from sanhu.portals.open.bearer import Bearer
from sanhu.portals.open.problems import ProblemBody

PUBLIC, RESIDENTS, DESK = gettext_noop("公开"), gettext_noop("反映人"), gettext_noop("工作台")
SCOPES = "x-scopes"
# A request nobody can read, a value of the wrong shape, and a database that is away may meet everybody.
_ALWAYS = (400, 422, 503)
_READING = (401, 403, 429)
_WRITING = (409, 413)


def told(summary: str, response: Any, *errors: int, tag: str = PUBLIC, status: int = 200) -> dict[str, Any]:
    """Describe an operation that asks for no token."""
    return {
        "summary": summary,
        "description": " ",  # a docstring is for those who build here
        "by_alias": True,
        "tags": [tag],
        "response": {status: response, **dict.fromkeys(sorted({*_ALWAYS, *errors}), ProblemBody)},
    }


def at_desk(
    summary: str, response: Any, *errors: int, scopes: tuple[Permission, ...], status: int = 200, writes: bool = False
) -> dict[str, Any]:
    """Describe an operation that asks for a token with one of the scopes."""
    expected = (*errors, *_READING, *(_WRITING if writes else ()))
    return {
        **told(summary, response, *expected, tag=DESK, status=status),
        "auth": Bearer(*scopes),
        "openapi_extra": {SCOPES: [scope.value for scope in scopes]},
    }
