"""Pages about one's own account: for whoever signed in, in office or not, with a second factor or without."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from sanhu.domains.subjects.models import Account
from sanhu.domains.subjects.queries import capacities_of
from sanhu.domains.subjects.services.second_factors import second_factor_missing
from sanhu.engines.actors import Actor, ActorKind
from sanhu.portals import clock
from sanhu.portals.desk.acting import acting_in
from sanhu.portals.desk.page import desk_page
from sanhu.portals.desk.signing_in import signed_in_lately

View = Callable[..., HttpResponse]


def at_own_account(*, fresh: bool = True) -> Callable[[View], View]:
    """Let a view be used by whoever is signed in; it gets `account`. `fresh` asks for a young sign-in."""

    def wrap(view: View) -> View:
        @wraps(view)
        @never_cache
        @login_required
        def guarded(request: HttpRequest, **named: Any) -> HttpResponse:
            account = request.user
            assert isinstance(account, Account), "login_required"
            if account.must_change_password:
                return redirect("desk:change_password")
            if fresh and not signed_in_lately(request, at=clock.now()):
                return own_page(request, account, "security_again", status=403)
            return view(request, account=account, **named)

        return guarded

    return wrap


def own_page(
    request: HttpRequest, account: Account, template: str, context: dict[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    """Render a page, in the desk's frame where the desk is open to its reader."""
    crumbs = {"crumbs": [(_("账号安全"), reverse("desk:security"))]}
    acting = None if second_factor_missing(account, at=clock.now()) else acting_in(request)
    if acting is None:
        return render(request, f"desk/{template}.html", crumbs | (context or {}), status=status)
    return desk_page(request, template, acting, crumbs | (context or {}), status=status)


def own_actor(account: Account, *, at: datetime) -> Actor:
    """Give who changes the account: its owner, in a post of their own if there is one, never for somebody absent."""
    capacities = capacities_of(account, at=at)
    if capacities:
        return capacities[0].actor  # their own posts come first
    return Actor(kind=ActorKind.POST, district=account.person.district, person_id=account.person_id)
