"""What is done with a line's performance at the desk: targets set, watched, evaluated, and reviewed by another."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext, gettext_noop
from django.views.decorators.http import require_http_methods

from sanhu.domains.evidence.requests import StaleForm
from sanhu.domains.funding.performance_queries import LinePerformance
from sanhu.domains.funding.services.performance import LineRef, check_line, evaluate, set_targets
from sanhu.domains.funding.services.performance_review import review
from sanhu.domains.subjects.permissions import Permission
from sanhu.engines.decisions import Decision, refuse
from sanhu.portals import clock
from sanhu.portals.desk.acting import Acting, at_the_desk
from sanhu.portals.desk.forms.performance import CheckForm, EvaluateForm, ReviewForm, SheetForm
from sanhu.portals.desk.page import desk_page
from sanhu.portals.desk.sending import SentForm, send
from sanhu.portals.desk.submitting import Written
from sanhu.portals.desk.views.budgets import budget_or_404
from sanhu.portals.desk.views.performance import crumbs, line_context, line_or_404

_STALE = gettext_noop("您填表的时候，别人已经改动了这个科目的绩效目标。请回到绩效页面，对照现在的目标再填。")


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk(Permission.FUNDING_BUDGET)
def performance_targets(request: HttpRequest, *, acting: Acting, number: str, line: str) -> HttpResponse:
    """Write the targets of a line, all at once."""
    found = line_or_404(budget_or_404(acting.actor, number), line)
    form = SheetForm(request.POST or None, found=found)

    def write(asked: dict[str, Any]) -> object:
        return set_targets(**asked, wish=form.wish()).pk

    page = "performance_targets"
    return _answer(request, acting, found, form, page=page, decision=found.may_set(acting.actor), write=write)


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk(Permission.FUNDING_BUDGET)
def performance_check(request: HttpRequest, *, acting: Acting, number: str, line: str) -> HttpResponse:
    """Say in the year what is expected of each target; what will be missed is explained."""
    found = line_or_404(budget_or_404(acting.actor, number), line)
    form = CheckForm(request.POST or None, found=found)

    def write(asked: dict[str, Any]) -> object:
        return check_line(**asked, expected=form.values()).pk

    page = "performance_check"
    return _answer(request, acting, found, form, page=page, decision=found.may_check(acting.actor), write=write)


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk(Permission.FUNDING_BUDGET)
def performance_evaluate(request: HttpRequest, *, acting: Acting, number: str, line: str) -> HttpResponse:
    """Say after the year what was reached of each target; execution is read from the books."""
    found = line_or_404(budget_or_404(acting.actor, number), line)
    form = EvaluateForm(request.POST or None, found=found)

    def write(asked: dict[str, Any]) -> object:
        return evaluate(**asked, reached=form.values(), summary=form.cleaned_data["summary"]).pk

    page = "performance_evaluate"
    return _answer(request, acting, found, form, page=page, decision=found.may_evaluate(acting.actor), write=write)


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk(Permission.FUNDING_CLOSE)
def performance_review(request: HttpRequest, *, acting: Acting, number: str, line: str) -> HttpResponse:
    """Confirm a self-evaluation as another person, with its grade and what follows, or give it back."""
    found = line_or_404(budget_or_404(acting.actor, number), line)
    form = ReviewForm(request.POST or None, computed=found.evaluation.grade if found.evaluation else "")

    def write(asked: dict[str, Any]) -> object:
        return review(**asked, verdict=form.verdict()).pk

    page = "performance_review"
    return _answer(request, acting, found, form, page=page, decision=found.may_review(acting.actor), write=write)


_LABELS = {
    "performance_targets": gettext_noop("定绩效目标"),
    "performance_check": gettext_noop("绩效监控"),
    "performance_evaluate": gettext_noop("绩效自评"),
    "performance_review": gettext_noop("复核绩效自评"),
}
_BUTTONS = {
    "performance_targets": gettext_noop("存入目标"),
    "performance_check": gettext_noop("记下监控"),
    "performance_evaluate": gettext_noop("提交自评"),
    "performance_review": gettext_noop("决定"),
}


def _answer(
    request: HttpRequest,
    acting: Acting,
    found: LinePerformance,
    form: SentForm,
    *,
    page: str,
    decision: Decision,
    write: Callable[[dict[str, Any]], object],
) -> HttpResponse:
    """Show the form, or say why there is none; write what a valid one says, once."""
    if not decision:
        return _show(request, acting, found, None, page=page, written=Written(decision=decision, status=403))
    if request.method != "POST" or not form.is_valid():
        return _show(request, acting, found, form, page=page, written=Written(status=422 if form.is_bound else 200))
    of = LineRef(found.budget.number, found.line.value, form.cleaned_data.get("ordinal"))
    asked = {"actor": acting.actor, "at": clock.now(), "client_id": form.cleaned_data["client_id"], "of": of}
    try:
        written = send(form, lambda: write(asked))
    except StaleForm:
        written = Written(decision=refuse(_STALE), status=409)
    if not written.is_done:
        return _show(request, acting, found, form, page=page, written=written)
    messages.success(request, gettext("已记下：%(move)s。") % {"move": gettext(_LABELS[page])})
    return redirect("desk:performance_line", number=found.budget.number, line=found.line.value)


def _show(
    request: HttpRequest, acting: Acting, found: LinePerformance, form: SentForm | None, *, page: str, written: Written
) -> HttpResponse:
    back = reverse("desk:performance_line", kwargs={"number": found.budget.number, "line": found.line.value})
    label = gettext(_LABELS[page])
    context = {
        **line_context(found),
        "form": form,
        "move_label": label,
        "button": gettext(_BUTTONS[page]),
        "decision": written.decision,
        "back_url": back,
        "crumbs": [*crumbs(found.budget, performance=True), (found.line.label, back), (label, "")],
    }
    return desk_page(request, page, acting, context, status=written.status)
