"""Adjusting a locked budget at the desk: asked for with all lines at once, shown, and decided on by another person."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from sanhu.domains.funding.budget_queries import changes_of, comes_to, held, held_adjustment
from sanhu.domains.funding.budget_rules import may_ask_adjustment, may_settle
from sanhu.domains.funding.budget_terms import AdjustmentState, SpendingNature
from sanhu.domains.funding.models import Budget, BudgetAdjustment
from sanhu.domains.funding.services.budget_adjusting import ask_adjustment, settle_adjustment
from sanhu.domains.funding.terms import BudgetLine
from sanhu.domains.subjects.permissions import Permission
from sanhu.portals import clock
from sanhu.portals.budget_words import budget_words
from sanhu.portals.desk.acting import Acting, at_the_desk
from sanhu.portals.desk.forms.budgets import AdjustmentAnswerForm, AdjustmentForm
from sanhu.portals.desk.page import desk_page
from sanhu.portals.desk.sending import send
from sanhu.portals.desk.submitting import Written
from sanhu.portals.desk.views.budgets import beside_of, budget_or_404
from sanhu.portals.desk.views.ledger_accounts import SEES_MONEY

Crumbs = list[tuple[object, str]]


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk(Permission.FUNDING_BUDGET)
def budget_adjust(request: HttpRequest, *, acting: Acting, number: str) -> HttpResponse:
    """Ask for a locked budget to be changed."""
    found = budget_or_404(acting.actor, number)
    decision = may_ask_adjustment(held(found), actor=acting.actor)
    if not decision:
        return _show_adjust(request, acting, found, None, Written(decision=decision, status=403))
    form = AdjustmentForm(request.POST or None, present=comes_to(found))
    if request.method != "POST" or not form.is_valid():
        return _show_adjust(request, acting, found, form, Written(status=422 if form.is_bound else 200))

    def write() -> int:
        client_id = form.cleaned_data["client_id"]
        asked = ask_adjustment(actor=acting.actor, at=clock.now(), client_id=client_id, number=number, wish=form.wish())
        return asked.position

    written = send(form, write)
    if not written.is_done:
        return _show_adjust(request, acting, found, form, written)
    messages.success(request, gettext("已提交，另一个人批准以后预算才变。"))
    return redirect("desk:budget_adjustment", number=number, position=int(written.ref))


def _show_adjust(
    request: HttpRequest, acting: Acting, found: Budget, form: AdjustmentForm | None, written: Written
) -> HttpResponse:
    context = {
        **beside_of(found),
        "form": form,
        "decision": written.decision,
        "back_url": reverse("desk:budget", kwargs={"number": found.number}),
        "crumbs": _crumbs(found, gettext("申请调整")),
    }
    return desk_page(request, "budget_adjust", acting, context, status=written.status)


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk(*SEES_MONEY)
def budget_adjustment(request: HttpRequest, *, acting: Acting, number: str, position: int) -> HttpResponse:
    """Show one adjustment with what it changes; decide on it."""
    found = budget_or_404(acting.actor, number)
    row = BudgetAdjustment.objects.filter(budget=found, position=position).select_related("budget", "asked_by")
    adjustment = row.first()
    if adjustment is None:
        raise Http404
    decision = may_settle(held_adjustment(found, adjustment), move="approve", actor=acting.actor)
    is_posted = request.method == "POST"
    if is_posted and not decision:
        return _show(request, acting, adjustment, None, Written(decision=decision, status=403))
    form = AdjustmentAnswerForm(request.POST or None) if decision else None
    if form is None or not is_posted or not form.is_valid():
        status = 422 if form is not None and form.is_bound else 200
        return _show(request, acting, adjustment, form, Written(status=status))

    def write() -> int:
        client_id = form.cleaned_data["client_id"]
        asked: dict[str, Any] = {"number": number, "position": position, "answer": form.answer()}
        return settle_adjustment(actor=acting.actor, at=clock.now(), client_id=client_id, **asked).position

    written = send(form, write)
    if not written.is_done:
        return _show(request, acting, adjustment, form, written)
    messages.success(request, gettext("已记下。"))
    return redirect("desk:budget", number=number)


def _show(
    request: HttpRequest,
    acting: Acting,
    adjustment: BudgetAdjustment,
    form: AdjustmentAnswerForm | None,
    written: Written,
) -> HttpResponse:
    found, changes = adjustment.budget, changes_of(adjustment)
    present = comes_to(found)
    is_asked = adjustment.state == AdjustmentState.ASKED
    context = {
        "budget": found,
        "adjustment": adjustment,
        "title": gettext("第 %(position)d 次调整") % {"position": adjustment.position},
        "changes": [
            (BudgetLine(line).label, SpendingNature(nature).label, now, fen, now + fen)
            for (line, nature), fen in changes.items()
            for now in (present.get((line, nature), 0),)
        ],
        "change_fen": sum(changes.values()),
        "present_fen": sum(present.values()),
        "after_fen": sum(present.values()) + sum(changes.values()),
        "is_asked": is_asked,
        "form": form,
        "decision": written.decision,
        "back_url": reverse("desk:budget", kwargs={"number": found.number}),
        "crumbs": _crumbs(found, adjustment.number),
    }
    return desk_page(request, "budget_adjustment", acting, context, status=written.status)


def _crumbs(found: Budget, here: str) -> Crumbs:
    back = reverse("desk:budget", kwargs={"number": found.number})
    return [(_("预算"), reverse("desk:budgets")), (budget_words(found), back), (here, "")]
