"""Recording what budgets are held against: plans with their targets (R54), reference rates with their source (R57)."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_noop as _

from sanhu.domains.evidence.once import Once
from sanhu.domains.evidence.record import record
from sanhu.domains.funding.budget_lines import GROWTH_ARTICLE, PLAN_ARTICLE
from sanhu.domains.funding.budget_rules import check_amounts
from sanhu.domains.funding.budget_terms import (
    MOST_NUMBER,
    MOST_RATE_BP,
    MOST_SOURCE,
    MOST_TITLE,
    YEARS,
    BudgetEvent,
    SpendingNature,
)
from sanhu.domains.funding.models import DevelopmentPlan, PlanTarget, ReferenceRate
from sanhu.domains.funding.rules import NOT_PERMITTED
from sanhu.domains.subjects.permissions import Permission
from sanhu.domains.subjects.services.doors import FieldRefused, require
from sanhu.engines.actors import Actor, ActorKind
from sanhu.engines.decisions import ALLOWED, Decision, Refused, refuse

NUMBER_TAKEN = _("文号：这个文号的规划已经登记")


@dataclass(frozen=True)
class Plan:
    """A plan as somebody records it; `targets` are fen by year and line."""

    title: str
    document_number: str
    first_year: int
    last_year: int
    targets: Mapping[tuple[int, str], int] = field(default_factory=dict)


@dataclass(frozen=True)
class Rate:
    """A reference rate as somebody records it: of what, in basis points, and where that is written."""

    year: int
    rate_bp: int
    name: str
    source: str


def record_plan(*, actor: Actor, at: datetime, client_id: UUID, plan: Plan) -> DevelopmentPlan:
    """Record a plan with its targets, once. Raises Refused for a plan whose document number is known."""
    once = Once(client_id=client_id, actor=actor, asked=as_said(plan), at=at)
    try:
        return DevelopmentPlan.objects.get(pk=int(once.answer(lambda: _record_plan(once, plan, at=at))))
    except IntegrityError as twin:  # the same plan was recorded at the same moment
        raise FieldRefused("document_number", refuse(NUMBER_TAKEN)) from twin


def as_said(plan: Plan) -> dict[str, object]:
    """Give a plan as a request is told by it, its targets by "year/line" in their order."""
    return {
        "title": plan.title.strip(),
        "document_number": plan.document_number.strip(),
        "first_year": plan.first_year,
        "last_year": plan.last_year,
        "targets": {f"{year}/{line}": fen for (year, line), fen in sorted(plan.targets.items())},
    }


@transaction.atomic
def _record_plan(once: Once, plan: Plan, *, at: datetime) -> str:
    actor, number = once.actor, plan.document_number.strip()
    person_id = permitted(actor, PLAN_ARTICLE)
    require(check_plan(plan))
    if DevelopmentPlan.objects.filter(district=actor.district, document_number=number).exists():
        raise FieldRefused("document_number", refuse(NUMBER_TAKEN))
    made = DevelopmentPlan.objects.create(
        district=actor.district,
        title=plan.title.strip(),
        document_number=number,
        first_year=plan.first_year,
        last_year=plan.last_year,
        recorded_at=at,
        recorded_by_id=person_id,
    )
    targets = [
        PlanTarget.objects.create(plan=made, year=year, line=line, amount_fen=fen)
        for (year, line), fen in plan.targets.items()
    ]
    record(
        event=BudgetEvent.PLAN_RECORDED,
        actor=actor,
        at=at,
        subject=made.ref,
        district=made.district,
        rows=[made, *targets],
        facts={"document_number": number, "targets": len(targets)},
    )
    return once.remember(str(made.pk))


def check_plan(plan: Plan) -> Decision:
    """Does a plan say what it is, from when to when, and targets of those years?"""
    years = range(plan.first_year, plan.last_year + 1)
    faults = (
        (not plan.title.strip() or len(plan.title) > MOST_TITLE, _("名称：须写明，不超过 100 个字")),
        (
            not plan.document_number.strip() or len(plan.document_number) > MOST_NUMBER,
            _("文号：须写明，不超过 60 个字"),
        ),
        (plan.first_year not in YEARS or plan.last_year not in YEARS, _("起止年度：须是四位数的年份")),
        (plan.last_year < plan.first_year, _("起止年度：结束不得早于开始")),
        (any(year not in years for year, _line in plan.targets), _("目标：年度须在规划的起止年度之内")),
        (any(fen == 0 for fen in plan.targets.values()), _("目标：金额必须大于 0")),
    )
    reasons = [said for is_faulty, said in faults if is_faulty]
    if reasons:
        return refuse(*reasons)
    for year in years:
        of_year = {(line, SpendingNature.SERVICE.value): fen for (of, line), fen in plan.targets.items() if of == year}
        if of_year and not (decision := check_amounts(of_year)):
            return decision
    return ALLOWED


def record_rate(*, actor: Actor, at: datetime, client_id: UUID, rate: Rate) -> ReferenceRate:
    """Record what a year's budgets should grow by at least, once; it holds in the stead of what was said before."""
    once = Once(client_id=client_id, actor=actor, asked=asdict(rate), at=at)
    return ReferenceRate.objects.get(pk=int(once.answer(lambda: _record_rate(once, rate, at=at))))


@transaction.atomic
def _record_rate(once: Once, rate: Rate, *, at: datetime) -> str:
    actor = once.actor
    person_id = permitted(actor, GROWTH_ARTICLE)
    require(check_rate(rate))
    made = ReferenceRate.objects.create(
        district=actor.district,
        year=rate.year,
        rate_bp=rate.rate_bp,
        name=rate.name.strip(),
        source=rate.source.strip(),
        recorded_at=at,
        recorded_by_id=person_id,
    )
    record(
        event=BudgetEvent.RATE_RECORDED,
        actor=actor,
        at=at,
        subject=made.ref,
        district=made.district,
        rows=[made],
        facts={"year": rate.year, "rate_bp": rate.rate_bp},
    )
    return once.remember(str(made.pk))


def check_rate(rate: Rate) -> Decision:
    """Does a rate say of what it is, for which year, and where it is written?"""
    faults = (
        (rate.year not in YEARS, _("年度：须是四位数的年份")),
        (abs(rate.rate_bp) > MOST_RATE_BP, _("增长率：不能超过正负百分之一千")),
        (not rate.name.strip() or len(rate.name) > MOST_TITLE, _("指标：须写明，不超过 100 个字")),
        (not rate.source.strip() or len(rate.source) > MOST_SOURCE, _("来源：须写明，不超过 200 个字")),
    )
    reasons = [said for is_faulty, said in faults if is_faulty]
    return refuse(*reasons) if reasons else ALLOWED


def permitted(actor: Actor, article: str) -> int:
    """Give the person who may record it, in a post. Raises Refused for anybody else."""
    if actor.kind is not ActorKind.POST or actor.person_id is None or not actor.may(Permission.FUNDING_BUDGET):
        raise Refused(refuse(NOT_PERMITTED, citations=(article,)))
    return actor.person_id
