"""Preparing and deciding on budgets at the desk: begun, written whole, and moved by their table."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from sanhu.domains.evidence.requests import StaleForm
from sanhu.domains.funding.budget_queries import entries_of, explanations_of, held
from sanhu.domains.funding.budget_rules import may_move
from sanhu.domains.funding.budget_tables import BUDGET
from sanhu.domains.funding.models import Budget
from sanhu.domains.funding.services.budget_locking import approve_budget, reject_budget
from sanhu.domains.funding.services.budgeting import edit_budget, open_budget, submit_budget, withdraw_budget
from sanhu.domains.subjects.permissions import Permission
from sanhu.engines.actors import Actor
from sanhu.engines.decisions import refuse
from sanhu.engines.workflow import Move
from sanhu.portals import clock
from sanhu.portals.budget_words import budget_words
from sanhu.portals.desk.acting import Acting, at_the_desk
from sanhu.portals.desk.administering import Asked, ask
from sanhu.portals.desk.forms.budgets import BudgetForm, BudgetMoveForm, BudgetNewForm
from sanhu.portals.desk.page import desk_page
from sanhu.portals.desk.sending import SentForm, send
from sanhu.portals.desk.submitting import Written
from sanhu.portals.desk.views.budgets import beside_of, budget_or_404, state_words

EDIT = "edit"  # no move with a page like the others: the whole draft is its form
MOVERS = (Permission.FUNDING_BUDGET, Permission.FUNDING_CLOSE)
_STALE = gettext_noop("您填表的时候，别人已经改动了这份预算。您填的还在下面；请对照现在的内容再存。")


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk(Permission.FUNDING_BUDGET)
def budget_new(request: HttpRequest, *, acting: Acting) -> HttpResponse:
    """Begin a budget of a year and level; its lines are written on the page that follows."""
    at = clock.now()
    form = BudgetNewForm(request.POST or None, actor=acting.actor, at=at)
    asked = Asked(
        title=_("编制预算"),
        lead=_("先选年度和哪一级；下一页一次写完各个科目。"),
        submit=_("开始编制"),
        crumbs=((_("预算"), reverse("desk:budgets")), (_("编制预算"), "")),
        form=form,
    )
    if request.method != "POST" or not form.is_valid():
        return ask(request, acting, asked)

    def write() -> str:
        said = form.cleaned_data
        made = open_budget(
            actor=acting.actor, at=at, client_id=said["client_id"], year=said["year"], body_id=said["body_id"]
        )
        return made.number

    written = send(form, write)
    if not written.is_done:
        return ask(request, acting, asked, written)
    return redirect("desk:budget_edit", number=written.ref)


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk(Permission.FUNDING_BUDGET)
def budget_edit(request: HttpRequest, *, acting: Acting, number: str) -> HttpResponse:
    """Write a draft with all its lines at once."""
    found = budget_or_404(acting.actor, number)
    decision = may_move(held(found), move=EDIT, actor=acting.actor)
    if not decision:
        return _show_edit(request, acting, found, None, Written(decision=decision, status=403))
    form = _edit_form(found, acting.actor, request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return _show_edit(request, acting, found, form, Written(status=422 if form.is_bound else 200))

    def write() -> str:
        said = form.cleaned_data
        asked: dict[str, Any] = {"actor": acting.actor, "at": clock.now(), "client_id": said["client_id"]}
        return edit_budget(**asked, number=number, draft=form.draft(), revision=said["revision"]).number

    written = _sent(form, write, found)
    if not written.is_done:
        return _show_edit(request, acting, found, form, written)
    messages.success(request, gettext("已存入草案。"))
    return redirect("desk:budget", number=number)


def _edit_form(found: Budget, actor: Actor, data: Any) -> BudgetForm:
    return BudgetForm(data, budget=found, actor=actor, present=entries_of(found), explanations=explanations_of(found))


def _sent(form: SentForm, write: Callable[[], object], found: Budget) -> Written:
    """Ask the service. Somebody acted meanwhile: what was written stays, and may be sent again as it stands now."""
    try:
        return send(form, write)
    except StaleForm:
        kept = {name: form.data.get(name) for name in form.data}
        form.data = kept | {"revision": Budget.objects.values_list("revision", flat=True).get(pk=found.pk)}
        return Written(decision=refuse(_STALE), status=409)


def _show_edit(
    request: HttpRequest, acting: Acting, found: Budget, form: BudgetForm | None, written: Written
) -> HttpResponse:
    back = reverse("desk:budget", kwargs={"number": found.number})
    context = {
        **beside_of(found),
        "form": form,
        "decision": written.decision,
        "back_url": back,
        "crumbs": [(_("预算"), reverse("desk:budgets")), (budget_words(found), back), (_("改动"), "")],
    }
    return desk_page(request, "budget_edit", acting, context, status=written.status)


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk(*MOVERS)
def budget_move(request: HttpRequest, *, acting: Acting, number: str, move: str) -> HttpResponse:
    """Show a move's form; make the move."""
    found = budget_or_404(acting.actor, number)
    made = next((one for one in BUDGET.moves if one.code == move and move != EDIT), None)
    if made is None:
        raise Http404
    decision = may_move(held(found), move=move, actor=acting.actor)
    if not decision:
        return _show_move(request, acting, found, made, form=None, written=Written(decision=decision, status=403))
    form = BudgetMoveForm(request.POST or None, budget=found, move=made)
    if request.method != "POST" or not form.is_valid():
        written = Written(status=422 if form.is_bound else 200)
        return _show_move(request, acting, found, made, form=form, written=written)
    written = _sent(form, lambda: _made(found, made, form, acting.actor), found)
    if not written.is_done:
        return _show_move(request, acting, found, made, form=form, written=written)
    messages.success(request, gettext("已记下：%(move)s。") % {"move": gettext(made.label)})
    return redirect("desk:budget", number=number)


def _made(found: Budget, move: Move, form: BudgetMoveForm, actor: Actor) -> str:
    """Ask the service for what a valid form says."""
    said = form.cleaned_data
    asked: dict[str, Any] = {
        "actor": actor,
        "at": clock.now(),
        "client_id": said["client_id"],
        "number": found.number,
        "revision": said["revision"],
    }
    match move.code:
        case "submit":
            return submit_budget(**asked).number
        case "withdraw":
            return withdraw_budget(**asked).number
        case "approve":
            return approve_budget(**asked, words=said["reason"]).number
        case _:
            return reject_budget(**asked, reason=said["reason"]).number


def _show_move(
    request: HttpRequest, acting: Acting, found: Budget, move: Move, *, form: BudgetMoveForm | None, written: Written
) -> HttpResponse:
    back, label = reverse("desk:budget", kwargs={"number": found.number}), gettext(move.label)
    context = {
        **beside_of(found),
        "form": form,
        "move": move,
        "move_label": label,
        "state_words": state_words(found),
        "decision": written.decision,
        "back_url": back,
        "crumbs": [(_("预算"), reverse("desk:budgets")), (budget_words(found), back), (label, "")],
    }
    return desk_page(request, "budget_move", acting, context, status=written.status)
