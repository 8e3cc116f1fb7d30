"""What somebody wrote, kept in the page that could not take it, to be sent once more."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.middleware.csrf import get_token

_SECRETS = frozenset({"password", "old", "new", "again"})
_KEPT = "kept:"


@dataclass(frozen=True)
class Again:
    """The form as it was sent, to be sent once more with one press. Its client_id keeps it from counting twice."""

    action: str
    token: str
    fields: tuple[tuple[str, str], ...]
    has_files: bool


def words_kept(request: HttpRequest) -> Again | None:
    """Keep what was written: everything but secrets, and files, which must be chosen again."""
    if request.method != "POST" or not request.POST:
        return None
    return Again(
        action=request.get_full_path(),
        token=get_token(request),
        fields=tuple(
            (name, value)
            for name, values in request.POST.lists()
            if name not in _SECRETS and name != "csrfmiddlewaretoken"
            for value in values
            if isinstance(value, str)
        ),
        has_files=bool(request.FILES),
    )


def carried(request: HttpRequest, *, action: str) -> Again | None:
    """Give the words a sign-in form carried with it; None when it carried none."""
    fields = tuple(
        (name.removeprefix(_KEPT), value)
        for name, values in request.POST.lists()
        if name.startswith(_KEPT)
        for value in values
        if isinstance(value, str)
    )
    return Again(action=action, token=get_token(request), fields=fields, has_files=False) if fields else None
