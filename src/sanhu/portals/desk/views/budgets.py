"""Budgets at the desk: listed by year; one with its lines beside the year before, executed so far, and its natures."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from sanhu.domains.evidence.record import lines_of
from sanhu.domains.funding import budget_queries as queries
from sanhu.domains.funding.budget_execution import Executed, execution_of, spent_by_nature
from sanhu.domains.funding.budget_lines import line_rules, source_in
from sanhu.domains.funding.budget_rules import (
    Amounts,
    by_line,
    filled_lines,
    may_ask_adjustment,
    may_move,
    missing_lines,
)
from sanhu.domains.funding.budget_tables import BUDGET
from sanhu.domains.funding.budget_terms import SpendingNature
from sanhu.domains.funding.models import Budget, BudgetAdjustment
from sanhu.domains.funding.services.errors import FundingNotFound
from sanhu.domains.funding.terms import BudgetLine
from sanhu.domains.subjects.permissions import Permission
from sanhu.engines.actors import Actor
from sanhu.engines.diagrams import layout
from sanhu.engines.growth import Growth, Share, shares
from sanhu.portals.budget_words import budget_words
from sanhu.portals.desk.acting import Acting, at_the_desk
from sanhu.portals.desk.page import desk_page
from sanhu.portals.desk.views.ledger_accounts import PAGE_SIZE, SEES_MONEY, money_tabs
from sanhu.portals.gate import Choice
from sanhu.portals.look.keyset import Page, page_of

_YEAR_DIGITS = 4


@dataclass(frozen=True)
class Row:
    """A line of a budget: what is on it, how it stands beside the year before, how far it is executed."""

    line: BudgetLine
    is_mandatory: bool
    payers: tuple[str, ...]
    executed: Executed
    target_fen: int | None
    growth: Growth | None
    lags: bool
    explanation: str


@dataclass(frozen=True)
class Listed:
    """A budget in the list: what it comes to, and that beside the year before."""

    budget: Budget
    title: str
    state: str
    total_fen: int
    growth: Growth | None


@require_safe
@at_the_desk(*SEES_MONEY)
def budgets(request: HttpRequest, *, acting: Acting) -> HttpResponse:
    """List the budgets one may see, the newest year first; a year's stand in the order of their numbers."""
    visible = queries.budgets_visible_to(acting.actor)
    year = request.GET.get("year", "")
    if year and not (year.isascii() and year.isdigit() and len(year) == _YEAR_DIGITS):
        raise BadRequest("year has four digits")
    found = visible.order_by("-year", "id")
    page: Page[Budget] = page_of(
        found.filter(year=int(year)) if year else found,
        after=request.GET.get("after", ""),
        size=PAGE_SIZE,
        url=request.get_full_path(),
        known=visible,
    )
    context = {
        "page": page,
        "rows": _listed(page.rows),
        "years": [(str(one), str(one)) for one in visible.order_by("-year").values_list("year", flat=True).distinct()],
        "year": year,
        "waiting": _waiting(acting.actor),
        "may_begin": acting.actor.may(Permission.FUNDING_BUDGET),
        "tabs": money_tabs(acting, "desk:budgets"),
        "tabs_label": _("经费"),
    }
    return desk_page(request, "budgets", acting, context)


def _listed(rows: Sequence[Budget]) -> list[Listed]:
    """Put what each budget comes to beside the year before, with two statements for all."""
    before = {(one.district, one.year, one.body_id): one for one in queries.locked_before(rows)}
    totals = queries.totals_of([*rows, *before.values()])
    listed = []
    for row in rows:
        last = before.get((row.district, row.year - 1, row.body_id))
        growth = Growth(before_fen=totals[last.pk], now_fen=totals[row.pk]) if last else None
        listed.append(Listed(row, budget_words(row), state_words(row), totals[row.pk], growth))
    return listed


def _waiting(actor: Actor) -> list[tuple[str, str]]:
    """Give what waits for this person's yes or no: budgets, then adjustments, each with its address."""
    submitted = [
        (reverse("desk:budget", args=[row.number]), budget_words(row)) for row in queries.budgets_to_approve(actor)
    ]
    asked = [
        (
            reverse("desk:budget_adjustment", args=[row.budget.number, row.position]),
            gettext("%(budget)s第 %(position)d 次调整")
            % {"budget": budget_words(row.budget), "position": row.position},
        )
        for row in queries.adjustments_to_settle(actor)
    ]
    return submitted + asked


@require_safe
@at_the_desk(*SEES_MONEY)
def budget(request: HttpRequest, *, acting: Acting, number: str) -> HttpResponse:
    """Show one budget whole, what may be done with it, and what the record holds of it."""
    found = budget_or_404(acting.actor, number)
    choices = [
        Choice(move, gettext(move.label), may_move(queries.held(found), move=move.code, actor=acting.actor))
        for move in BUDGET.moves
    ]
    context = {
        **beside_of(found),
        "allowed": [choice for choice in choices if choice.decision],
        "refused": [] if found.is_locked else [choice for choice in choices if not choice.decision],
        "edit_url": reverse("desk:budget_edit", kwargs={"number": number}),
        "may_adjust": bool(may_ask_adjustment(queries.held(found), actor=acting.actor)),
        "adjustments": adjustments_of(found),
        "diagram": layout(BUDGET, found.state, wording=gettext),
        "lines": lines_of(found.ref),
        "crumbs": [(_("预算"), reverse("desk:budgets")), (budget_words(found), "")],
    }
    return desk_page(request, "budget", acting, context)


def budget_or_404(actor: Actor, number: str) -> Budget:
    """Give the budget, or not found: what one may not see does not exist here."""
    try:
        return queries.budget_for(actor, number)
    except FundingNotFound:
        raise Http404 from None


def state_words(found: Budget) -> str:
    """Say how a budget stands, in officials' words."""
    return gettext(BUDGET.state(found.state).label)


def adjustments_of(found: Budget) -> list[tuple[BudgetAdjustment, int]]:
    """Give a budget's adjustments in their order, each with what it adds in all."""
    rows = BudgetAdjustment.objects.filter(budget=found).select_related("budget", "asked_by", "settled_by")
    return [(row, sum(queries.changes_of(row).values())) for row in rows.order_by("position")]


def beside_of(found: Budget) -> dict[str, Any]:
    """What the page of a budget and those of its moves show: lines, comparison, natures, what is missing."""
    amounts = queries.comes_to(found)
    beside = queries.beside(found, amounts)
    explanations = queries.explanations_of(found)
    language = get_language() or ""
    targets = queries.targets_of(found)
    rows = []
    for executed, rule in zip(execution_of(found), line_rules().values(), strict=True):
        growth = beside.compared.lines[executed.line] if beside.compared else None
        rows.append(
            Row(
                line=rule.line,
                is_mandatory=rule.is_mandatory,
                payers=rule.payers_in(language),
                executed=executed,
                target_fen=targets.get(executed.line),
                growth=growth,
                lags=bool(beside.compared and growth and beside.compared.lags(growth)),
                explanation=explanations.get(executed.line, ""),
            )
        )
    total = sum(by_line(amounts).values())
    return {
        "budget": found,
        "title": budget_words(found),
        "state_words": state_words(found),
        "rows": rows,
        "total": _total(rows, total),
        "beside": beside,
        "is_total_to_explain": bool(beside.compared and beside.compared.is_total_to_explain),
        "total_explanation": explanations.get("", ""),
        "missing": [rule.line.label for rule in missing_lines(amounts)] if not found.is_locked else [],
        "filled": filled_lines(amounts),
        "natures": _natures(amounts),
        "share_to_grow": queries.share_to_grow(amounts),
        "spent_natures": _spent_natures(found),
        "sources": source_in(language),
    }


def _total(rows: list[Row], total_fen: int) -> Executed:
    return Executed(
        line="",
        budgeted_fen=total_fen,
        appropriated_fen=sum(row.executed.appropriated_fen for row in rows),
        paid_fen=sum(row.executed.paid_fen for row in rows),
    )


def _spent_natures(found: Budget) -> list[tuple[str, Share]]:
    """Give what was spent so far by nature; nothing where nothing was."""
    spent = spent_by_nature(found)
    parts = shares({nature.value: spent.get(nature.value, 0) for nature in SpendingNature})
    return [(str(SpendingNature(nature).label), share) for nature, share in parts.items()] if spent else []


def _natures(amounts: Amounts) -> list[tuple[str, Share]]:
    return [(str(SpendingNature(nature).label), share) for nature, share in queries.nature_shares(amounts).items()]
