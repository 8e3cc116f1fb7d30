"""Who asks: whoever a token belongs to, with those of the post's powers that the token names. No cookie is read."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_noop
from ninja.security import HttpBearer

from sanhu.domains.evidence import throttle
from sanhu.domains.subjects.models import ApiToken
from sanhu.domains.subjects.permissions import Permission
from sanhu.domains.subjects.queries import actor_of
from sanhu.domains.subjects.rules.tokens import offered
from sanhu.domains.subjects.services.api_tokens import note_use, token_in_force
from sanhu.domains.subjects.services.doors import NOT_PERMITTED
from sanhu.engines.actors import Actor
from sanhu.portals import clock
from sanhu.portals.look.addresses import address_of
from sanhu.portals.open.problems import Problem
from sanhu.portals.watching.requests import ACTOR

NOT_IN_SCOPE = gettext_noop("令牌的权限范围不含这一项")
UNKNOWN_TOKEN = gettext_noop("令牌不对、已到期或者已撤销，或者岗位、账号已经停用")
_WINDOW = timedelta(minutes=15)


@dataclass(frozen=True)
class Caller:
    """The actor a token makes, at one moment."""

    actor: Actor
    at: datetime


class Bearer(HttpBearer):
    """Lets an operation be used with a token that carries one of its scopes."""

    def __init__(self, *scopes: Permission) -> None:
        super().__init__()
        self.scopes = scopes

    def authenticate(self, request: HttpRequest, token: str) -> Caller:
        """Give who asks. Raises Problem: 401 for a token that does not hold, 429 for too many, 403 for the scope."""
        at = clock.now()
        found = token_in_force(token, at=at)
        if found is None:
            raise _unknown(request, at=at)
        note_use(found, at=at)
        actor = actor_with(found)
        request.META[ACTOR] = actor.ref
        if not any(actor.may(scope) for scope in self.scopes):
            holds = any(scope in found.post.role.permissions for scope in self.scopes)
            raise Problem(403, (NOT_IN_SCOPE if holds else NOT_PERMITTED,))
        return Caller(actor, at)


def actor_with(token: ApiToken) -> Actor:
    """Build the token's actor: its post's powers as they are now, cut down to the scopes it was made with."""
    actor = actor_of(token.post)
    held = offered(actor.permissions, is_system=token.kind == "system")
    permissions = frozenset(permission.value for permission in held) & frozenset(token.scopes)
    return replace(actor, permissions=permissions, through=f"token:{token.pk}")


def _unknown(request: HttpRequest, *, at: datetime) -> Problem:
    """Count the try. A right token is never slowed down: nobody guesses 256 bits, but somebody may leave a loop on."""
    key = throttle.key_of("api_token", address_of(request))
    if throttle.tries(key, at=at, window=_WINDOW) >= settings.SANHU_API_TOKEN_TRIES:
        return Problem(429, headers={"Retry-After": str(int(_WINDOW.total_seconds()))})
    throttle.count_try(key, at=at, window=_WINDOW)
    return Problem(401, (UNKNOWN_TOKEN,), headers={"WWW-Authenticate": 'Bearer error="invalid_token"'})


def caller_of(request: HttpRequest) -> Caller:
    """Give who asks, in an operation that asked for a token."""
    caller: Any = getattr(request, "auth", None)
    assert isinstance(caller, Caller), "the operation asks for a token"
    return caller
