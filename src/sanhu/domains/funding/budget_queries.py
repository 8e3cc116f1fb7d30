"""Reading budgets: who sees which, what one comes to, how it stands beside the year before, plans and rates."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet, Sum

from sanhu.domains.funding.budget_rules import (
    Amounts,
    Cell,
    Compared,
    Held,
    adjusted,
    by_nature,
    compared,
    may_move,
    may_settle,
)
from sanhu.domains.funding.budget_tables import ADJUSTMENT, BUDGET, LOCKED
from sanhu.domains.funding.budget_terms import TO_GROW, AdjustmentState
from sanhu.domains.funding.models import (
    AdjustmentLine,
    Budget,
    BudgetAdjustment,
    BudgetEntry,
    BudgetExplanation,
    DevelopmentPlan,
    PlanTarget,
    ReferenceRate,
)
from sanhu.domains.funding.services.errors import FundingNotFound
from sanhu.domains.subjects.permissions import Permission
from sanhu.engines.actors import Actor, ActorKind
from sanhu.engines.growth import Share, shares


def budgets_visible_to(actor: Actor) -> QuerySet[Budget]:
    """The budgets an actor may read: the district's; without its oversight what is locked, and one's own body's."""
    budgets = Budget.objects.select_related("body", "plan", "opened_by", "submitted_by", "approved_by")
    if actor.kind is ActorKind.SYSTEM:
        return budgets
    if actor.kind is not ActorKind.POST or not _reads_money(actor):
        return budgets.none()
    here = budgets.filter(district=actor.district)
    if actor.may(Permission.FUNDING_OVERSEE):
        return here
    return here.filter(Q(state=LOCKED) | Q(body_id=actor.organisation_id, body__isnull=False))


def plans_visible_to(actor: Actor) -> QuerySet[DevelopmentPlan]:
    """The plans an actor may read: those of the district, for whoever reads about its money."""
    plans = DevelopmentPlan.objects.select_related("recorded_by")
    if actor.kind is ActorKind.SYSTEM:
        return plans
    may_see = actor.kind is ActorKind.POST and _reads_money(actor)
    return plans.filter(district=actor.district) if may_see else plans.none()


def rates_visible_to(actor: Actor) -> QuerySet[ReferenceRate]:
    """The reference rates an actor may read, as the plans."""
    rates = ReferenceRate.objects.select_related("recorded_by")
    if actor.kind is ActorKind.SYSTEM:
        return rates
    may_see = actor.kind is ActorKind.POST and _reads_money(actor)
    return rates.filter(district=actor.district) if may_see else rates.none()


def _reads_money(actor: Actor) -> bool:
    return actor.may(Permission.FUNDING_VIEW) or actor.may(Permission.FUNDING_OVERSEE)


def budget_for(actor: Actor, number: str) -> Budget:
    """Give one budget. Raises FundingNotFound for what the actor may not see."""
    budget = budgets_visible_to(actor).filter(number=number).first()
    if budget is None:
        raise FundingNotFound(number)
    return budget


def held(budget: Budget) -> Held:
    """Give a budget as deciding on a person reads it."""
    return Held(budget.state, budget.district, budget.body_id, budget.authors)


def held_adjustment(budget: Budget, adjustment: BudgetAdjustment) -> Held:
    """Give an adjustment as deciding on a person reads it."""
    return Held(adjustment.state, budget.district, budget.body_id, adjustment.askers)


# --- what waits for a second person


def budgets_to_approve(actor: Actor) -> list[Budget]:
    """Give the submitted budgets this person may approve, the longest waiting first."""
    if not actor.may(BUDGET.move("approve").permission):
        return []
    submitted = budgets_visible_to(actor).filter(state="submitted").order_by("submitted_at", "pk")
    return [row for row in submitted if may_move(held(row), move="approve", actor=actor)]


def adjustments_to_settle(actor: Actor) -> list[BudgetAdjustment]:
    """Give the adjustments that wait and that this person may decide on, the longest waiting first."""
    if not actor.may(ADJUSTMENT.move("approve").permission):
        return []
    asked = BudgetAdjustment.objects.filter(state=AdjustmentState.ASKED, budget__in=budgets_visible_to(actor))
    found = asked.select_related("budget__body").order_by("asked_at", "pk")
    return [row for row in found if may_settle(held_adjustment(row.budget, row), move="approve", actor=actor)]


def count_to_decide(actor: Actor) -> int:
    """Count what of budgets waits for this person."""
    return len(budgets_to_approve(actor)) + len(adjustments_to_settle(actor))


# --- what a budget comes to


def entries_of(budget: Budget) -> dict[Cell, int]:
    """Give what a draft put on each line and nature; what was emptied is not there."""
    rows = BudgetEntry.objects.filter(budget=budget, amount_fen__gt=0)
    return {(line, nature): fen for line, nature, fen in rows.values_list("line", "nature", "amount_fen")}


def changes_of(adjustment: BudgetAdjustment) -> dict[Cell, int]:
    """Give what an adjustment adds to each line and nature, or takes away."""
    rows = AdjustmentLine.objects.filter(adjustment=adjustment).values_list("line", "nature", "change_fen")
    return {(line, nature): fen for line, nature, fen in rows}


def comes_to(budget: Budget) -> dict[Cell, int]:
    """Give what a budget comes to by line and nature: its entries and its approved adjustments."""
    rows = AdjustmentLine.objects.filter(adjustment__budget=budget, adjustment__state=AdjustmentState.APPROVED)
    summed = rows.values_list("line", "nature").order_by("line", "nature").annotate(fen=Sum("change_fen"))
    changes = {(line, nature): fen for line, nature, fen in summed}
    return {cell: fen for cell, fen in adjusted(entries_of(budget), [changes]).items() if fen}


def totals_of(budgets: Collection[Budget]) -> dict[int, int]:
    """Give what each of several budgets comes to, by its key, in two statements."""
    keys = [budget.pk for budget in budgets]
    entries = BudgetEntry.objects.filter(budget__in=keys).values_list("budget").order_by("budget")
    changes = AdjustmentLine.objects.filter(
        adjustment__budget__in=keys, adjustment__state=AdjustmentState.APPROVED
    ).values_list("adjustment__budget")
    totals = dict.fromkeys(keys, 0)
    for rows in (
        entries.annotate(fen=Sum("amount_fen")),
        changes.order_by("adjustment__budget").annotate(fen=Sum("change_fen")),
    ):
        for key, fen in rows:
            totals[key] += fen
    return totals


def explanations_of(budget: Budget) -> dict[str, str]:
    """Give the explanations by line, that of the whole under an empty one; what was emptied is not there."""
    rows = BudgetExplanation.objects.filter(budget=budget).exclude(words="")
    return dict(rows.values_list("line", "words"))


def locked_budget(*, district: str, year: int, body_id: int | None) -> Budget | None:
    """Give the locked budget of a year and level, if there is one."""
    return Budget.objects.filter(district=district, year=year, body_id=body_id, state=LOCKED).first()


def locked_before(budgets: Collection[Budget]) -> list[Budget]:
    """Give the locked budgets of the years before some budgets; of other levels too, since one statement gives all."""
    years = {budget.year - 1 for budget in budgets}
    districts = {budget.district for budget in budgets}
    return list(Budget.objects.filter(district__in=districts, year__in=years, state=LOCKED))


# --- beside the year before


def reference_rate(*, district: str, year: int, at: datetime | None = None) -> ReferenceRate | None:
    """Give the rate a year's budgets are held against: what was recorded last, or last by a moment."""
    rates = ReferenceRate.objects.filter(district=district, year=year)
    known = rates if at is None else rates.filter(recorded_at__lte=at)
    return known.order_by("recorded_at", "pk").last()


@dataclass(frozen=True)
class Beside:
    """The year before and the rate, where they are known, and the comparison made of them."""

    before: Budget | None
    reference: ReferenceRate | None
    compared: Compared | None


def beside(budget: Budget, amounts: Amounts | None = None, *, at: datetime | None = None) -> Beside:
    """Put a budget, or other amounts in its stead, beside what the locked one of the year before came to."""
    before = locked_budget(district=budget.district, year=budget.year - 1, body_id=budget.body_id)
    reference = reference_rate(district=budget.district, year=budget.year, at=at)
    if before is None:
        return Beside(None, reference, None)
    now = comes_to(budget) if amounts is None else amounts
    rate = reference.rate_bp if reference else None
    return Beside(before, reference, compared(now, comes_to(before), reference_bp=rate))


def targets_of(budget: Budget) -> dict[str, int]:
    """Give what the plan a budget is linked to means its lines to be in its year."""
    targets = PlanTarget.objects.filter(plan=budget.plan_id, year=budget.year, amount_fen__gt=0)
    return dict(targets.values_list("line", "amount_fen"))


def plan_as_recorded(plan: DevelopmentPlan) -> dict[str, object]:
    """Give what stands recorded of a plan, its targets as fen by "year/line", in their order."""
    targets = PlanTarget.objects.filter(plan=plan, amount_fen__gt=0).values_list("year", "line", "amount_fen")
    return {
        "title": plan.title,
        "document_number": plan.document_number,
        "first_year": plan.first_year,
        "last_year": plan.last_year,
        "targets": {f"{year}/{line}": fen for year, line, fen in sorted(targets)},
    }


def nature_shares(amounts: Amounts) -> Mapping[str, Share]:
    """Give each nature's share of the whole, with numerator and denominator (R52)."""
    return shares(by_nature(amounts))


def share_to_grow(amounts: Amounts) -> Share:
    """Give the share of public-benefit, social and service spending (R52; indicator 3.1.3)."""
    sums = by_nature(amounts)
    return Share(part_fen=sum(sums[nature] for nature in TO_GROW), whole_fen=sum(sums.values()))
