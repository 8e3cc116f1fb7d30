"""How a budget's money performs, at the desk: every line with its targets and result, and one line whole."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from sanhu.domains.evidence.record import lines_of
from sanhu.domains.funding.budget_queries import comes_to
from sanhu.domains.funding.budget_rules import by_line
from sanhu.domains.funding.models import Budget
from sanhu.domains.funding.performance_queries import (
    LinePerformance,
    line_performance,
    performance_of,
    poor_before,
)
from sanhu.domains.funding.performance_scheme import source_in
from sanhu.engines.actors import Actor
from sanhu.engines.decisions import Decision
from sanhu.portals.budget_words import budget_words
from sanhu.portals.desk.acting import Acting, at_the_desk
from sanhu.portals.desk.page import desk_page
from sanhu.portals.desk.views.budgets import budget_or_404
from sanhu.portals.desk.views.ledger_accounts import SEES_MONEY
from sanhu.portals.performance import measured_words, points_words, score_rows, target_rows, target_words


@require_safe
@at_the_desk(*SEES_MONEY)
def performance(request: HttpRequest, *, acting: Acting, number: str) -> HttpResponse:
    """Show every line of a budget: its targets, what is expected to be missed, and its grade."""
    found = budget_or_404(acting.actor, number)
    rows = performance_of(found)
    context = {
        "budget": found,
        "title": gettext("%(budget)s的绩效") % {"budget": budget_words(found)},
        "rows": [(row, len(row.deviations) if row.check else None, score_words(row)) for row in rows],
        "with_targets": sum(row.sheet is not None for row in rows),
        "poor": poor_before(found, by_line(comes_to(found))),
        "sources": source_in(get_language() or ""),
        "crumbs": [*crumbs(found), (_("绩效"), "")],
    }
    return desk_page(request, "performance", acting, context)


@require_safe
@at_the_desk(*SEES_MONEY)
def performance_line(request: HttpRequest, *, acting: Acting, number: str, line: str) -> HttpResponse:
    """Show one line: its targets, how they stood in the year, its score and how that came about; to print too."""
    found = line_or_404(budget_or_404(acting.actor, number), line)
    moves = moves_of(found, acting.actor)
    context = {
        **line_context(found),
        "allowed": [(name, label) for name, label, decision in moves if decision],
        "refused": [(label, decision) for _name, label, decision in moves if not decision],
        "lines": lines_of(found.budget.ref),
        "crumbs": [*crumbs(found.budget, performance=True), (found.line.label, "")],
    }
    return desk_page(request, "performance_line", acting, context)


def moves_of(found: LinePerformance, actor: Actor) -> list[tuple[str, str, Decision]]:
    """Give what may be done with a line, in the order of a year."""
    return [
        ("desk:performance_targets", gettext("定绩效目标"), found.may_set(actor)),
        ("desk:performance_check", gettext("绩效监控"), found.may_check(actor)),
        ("desk:performance_evaluate", gettext("自评"), found.may_evaluate(actor)),
        ("desk:performance_review", gettext("复核"), found.may_review(actor)),
    ]


def line_or_404(budget: Budget, line: str) -> LinePerformance:
    """Give a line that has an amount or targets; any other is not found."""
    found = line_performance(budget, line)
    if found is None:
        raise Http404
    return found


def line_context(found: LinePerformance) -> dict[str, Any]:
    """What the page of a line and those of its moves show."""
    return {
        "budget": found.budget,
        "found": found,
        "title": gettext("%(line)s的绩效") % {"line": found.line.label},
        "budget_title": budget_words(found.budget),
        "targets": target_rows(found.targets),
        "deviations": [
            (one.target.name, target_words(one.target), measured_words(one.target, one.reading.expected), one.reading)
            for one in found.deviations
        ],
        "score_rows": score_rows(found),
        "score": score_words(found),
        "sources": source_in(get_language() or ""),
    }


def score_words(found: LinePerformance) -> str:
    """Write a line's score; empty without a self-evaluation."""
    return points_words(found.evaluation.score) if found.evaluation else ""


def crumbs(budget: Budget, *, performance: bool = False) -> list[tuple[Any, str]]:
    """Give the way to a budget's performance."""
    own = {"number": budget.number}
    way = [(_("预算"), reverse("desk:budgets")), (budget_words(budget), reverse("desk:budget", kwargs=own))]
    return [*way, (_("绩效"), reverse("desk:performance", kwargs=own))] if performance else way
