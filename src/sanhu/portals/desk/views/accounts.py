"""Acts on a person's account: opening it, a one-time password shown once, closing it, unlocking its sign-in."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from sanhu.domains.subjects.models import Person
from sanhu.domains.subjects.permissions import Permission
from sanhu.domains.subjects.queries import accounts_visible_to
from sanhu.domains.subjects.services import accounts as services
from sanhu.domains.subjects.services.doors import NotFound
from sanhu.domains.subjects.services.unlocking import unlock_sign_in
from sanhu.engines.actors import Actor
from sanhu.engines.decisions import Refused
from sanhu.portals import clock
from sanhu.portals.desk.acting import Acting, at_the_desk
from sanhu.portals.desk.administering import Words
from sanhu.portals.desk.views.people import person_or_404, show_person

OPEN, PASSWORD = "open", "password"


@dataclass(frozen=True)
class _Act:
    """An act on an account that exists: what does it, and what is said afterwards."""

    do: Callable[[int, Actor, datetime], object]
    done: Words


_ACTS = {
    "deactivate": _Act(
        lambda pk, actor, at: services.deactivate_account(account_id=pk, actor=actor, at=at), _("账号已停用。")
    ),
    "reactivate": _Act(
        lambda pk, actor, at: services.reactivate_account(account_id=pk, actor=actor, at=at), _("账号已恢复。")
    ),
    "unlock": _Act(lambda pk, actor, at: unlock_sign_in(account_id=pk, actor=actor, at=at), _("已解锁，可以再登录。")),
}


@require_POST
@at_the_desk(Permission.ACCOUNT_MANAGE, Permission.ACCOUNT_UNLOCK)
def account_act(request: HttpRequest, *, acting: Acting, pk: int, act: str) -> HttpResponse:
    """Do one act; a refusal stands on the person's page. Each service asks for the power the act needs."""
    found = person_or_404(acting, pk)
    try:
        return _do(request, acting, found, act)
    except NotFound:
        raise Http404 from None
    except Refused as refused:
        return show_person(request, acting, found, decision=refused.decision, status=422)


def _do(request: HttpRequest, acting: Acting, found: Person, act: str) -> HttpResponse:
    at, actor = clock.now(), acting.actor
    if act == OPEN:
        services.open_account(person_id=found.pk, actor=actor, at=at)
        messages.success(request, _("账号已开立。发放一次性密码以后才能登录。"))
        return redirect("desk:person", pk=found.pk)
    account = accounts_visible_to(actor).filter(person=found).first()
    if account is None:
        raise Http404
    if act == PASSWORD:
        # Shown in this answer and nowhere else: not in the session, not after a redirect.
        password = services.issue_password(account_id=account.pk, actor=actor, at=at)
        return show_person(request, acting, found, password=password)
    if act not in _ACTS:
        raise Http404
    _ACTS[act].do(account.pk, actor, at)
    messages.success(request, str(_ACTS[act].done))
    return redirect("desk:person", pk=found.pk)
