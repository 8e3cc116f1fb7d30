"""Who is at the desk: the account that signed in, acting through one post that is in force at this moment.

Through a post of its own, or as a deputy in the post of somebody who is away.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from sanhu.domains.subjects.models import Account, Delegation, Post
from sanhu.domains.subjects.permissions import Permission
from sanhu.domains.subjects.queries import Capacity, capacities_of
from sanhu.domains.subjects.services.second_factors import second_factor_missing
from sanhu.engines.actors import Actor
from sanhu.engines.decisions import refuse
from sanhu.portals import clock
from sanhu.portals.desk.forms.signing_in import SignInForm
from sanhu.portals.look.again import words_kept
from sanhu.portals.watching.requests import ACTOR

POST_KEY = "post"
_SEEN_KEY = "seen"
_RENEW_SECONDS = 60

View = Callable[..., HttpResponse]


@dataclass(frozen=True)
class Acting:
    """The post acted through, the actor it makes, and the account's other capacities.

    As a deputy, `delegation` is what the powers rest on; the post is then somebody else's.
    """

    account: Account
    post: Post
    actor: Actor
    others: tuple[Capacity, ...]
    delegation: Delegation | None = None


def acting_in(request: HttpRequest) -> Acting | None:
    """Give who is acting, or None when the account holds no post in force. Powers are read anew at every request.

    Whoever chose a post or a delegation that is over acts through their own post again.
    """
    account = request.user
    assert isinstance(account, Account), "the view asked for a sign-in"
    capacities = capacities_of(account, at=clock.now())
    if not capacities:
        return None
    wanted = str(request.session.get(POST_KEY))
    chosen = next((capacity for capacity in capacities if capacity.key == wanted), capacities[0])
    request.META[ACTOR] = chosen.actor.ref
    return Acting(
        account=account,
        post=chosen.post,
        actor=chosen.actor,
        others=tuple(capacity for capacity in capacities if capacity is not chosen),
        delegation=chosen.delegation,
    )


def at_the_desk(*permissions: Permission) -> Callable[[View], View]:
    """Let a view be used by whoever is signed in, in a post in force, with one of the permissions (or any, if none).

    The view gets `acting`. A page whose permission the post lacks is refused with the reason.
    """

    def wrap(view: View) -> View:
        @wraps(view)
        @never_cache
        def guarded(request: HttpRequest, **named: Any) -> HttpResponse:
            account = request.user
            if not isinstance(account, Account):
                return _ask_to_sign_in(request)
            if account.must_change_password:
                return redirect("desk:change_password")
            if second_factor_missing(account, at=clock.now()):
                return redirect("desk:security")
            acting = acting_in(request)
            if acting is None:
                return render(request, "desk/no_post.html", status=403)
            _renew(request)
            if permissions and not any(acting.actor.may(permission) for permission in permissions):
                decision = refuse(_("您的岗位没有这项权限"))
                return render(request, "desk/forbidden.html", {"decision": decision, "acting": acting}, status=403)
            return view(request, acting=acting, **named)

        return guarded

    return wrap


def _ask_to_sign_in(request: HttpRequest) -> HttpResponse:
    """Lead to the sign-in; what was written while the session ran out goes along with it."""
    kept = words_kept(request) if settings.SESSION_COOKIE_NAME in request.COOKIES else None
    if kept is None:
        return redirect_to_login(request.get_full_path())
    context = {"form": SignInForm(), "next": request.get_full_path(), "kept": kept}
    return render(request, "desk/sign_in.html", context, status=401)


def _renew(request: HttpRequest) -> None:
    """Push the idle sign-out back, writing the session at most once a minute."""
    now = int(clock.now().timestamp())
    if now - int(request.session.get(_SEEN_KEY, 0)) >= _RENEW_SECONDS:
        request.session[_SEEN_KEY] = now
