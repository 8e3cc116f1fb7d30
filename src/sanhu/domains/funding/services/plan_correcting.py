"""Putting right what was recorded of a plan: the mistake stays readable, with who corrected it and why."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from sanhu.domains.evidence.models import Witnessed
from sanhu.domains.evidence.once import Once
from sanhu.domains.evidence.record import record
from sanhu.domains.funding.budget_lines import PLAN_ARTICLE
from sanhu.domains.funding.budget_queries import plan_as_recorded, plans_visible_to
from sanhu.domains.funding.budget_terms import MOST_REASON, BudgetEvent
from sanhu.domains.funding.models import Budget, DevelopmentPlan, PlanCorrection, PlanTarget
from sanhu.domains.funding.services.errors import FundingNotFound
from sanhu.domains.funding.services.plans import NUMBER_TAKEN, Plan, as_said, check_plan, permitted
from sanhu.domains.subjects.services.doors import FieldRefused, require
from sanhu.engines.actors import Actor
from sanhu.engines.decisions import ALLOWED, Decision, Refused, refuse


def correct_plan(
    *, actor: Actor, at: datetime, client_id: UUID, plan_id: int, plan: Plan, reason: str
) -> PlanCorrection:
    """Write a plan anew as it should have been recorded, once, with the reason.

    Raises FundingNotFound; Refused where nothing would change, or a linked budget's year would lie outside.
    """
    asked = {"correct_plan": plan_id, **as_said(plan), "reason": reason}
    once = Once(client_id=client_id, actor=actor, asked=asked, at=at)
    return PlanCorrection.objects.get(pk=int(once.answer(lambda: _correct(once, plan_id, plan, reason, at=at))))


@transaction.atomic
def _correct(once: Once, plan_id: int, plan: Plan, reason: str, *, at: datetime) -> str:
    actor = once.actor
    found = plans_visible_to(actor).select_for_update(of=("self",)).filter(pk=plan_id).first()
    if found is None:
        raise FundingNotFound(plan_id)
    person_id = permitted(actor, PLAN_ARTICLE)
    require(check_plan(plan))
    require(_check_reason(reason), field="reason")
    before = plan_as_recorded(found)
    if as_said(plan) == before:
        raise Refused(refuse(_("更正：没有改动"), citations=(PLAN_ARTICLE,)))
    require(_check_linked(found, plan), field="last_year")
    others = DevelopmentPlan.objects.filter(district=found.district, document_number=plan.document_number.strip())
    if others.exclude(pk=found.pk).exists():
        raise FieldRefused("document_number", refuse(NUMBER_TAKEN))
    rows = [*_rewritten(found, plan)]
    made = PlanCorrection.objects.create(
        plan=found,
        position=found.corrections.count() + 1,
        reason=reason.strip(),
        before=before,
        corrected_at=at,
        corrected_by_id=person_id,
    )
    record(
        event=BudgetEvent.PLAN_CORRECTED,
        actor=actor,
        at=at,
        subject=found.ref,
        district=found.district,
        rows=[made, *rows],
        facts={"position": made.position, "document_number": found.document_number},
    )
    return once.remember(str(made.pk))


def _check_reason(reason: str) -> Decision:
    if not reason.strip():
        return refuse(_("更正理由：须写明理由"))
    return refuse(_("更正理由：不超过 200 个字")) if len(reason) > MOST_REASON else ALLOWED


def _check_linked(found: DevelopmentPlan, plan: Plan) -> Decision:
    """Does the plan still cover the years of the budgets that are linked to it?"""
    linked = Budget.objects.filter(plan=found).exclude(year__range=(plan.first_year, plan.last_year))
    year = linked.order_by("year").values_list("year", flat=True).first()
    if year is None:
        return ALLOWED
    return refuse(gettext(_("起止年度：%(year)d 年的预算已经关联这份规划，须含这一年")) % {"year": year})


def _rewritten(found: DevelopmentPlan, plan: Plan) -> Iterator[Witnessed]:
    """Save the plan and the targets that differ, and give them. A target that was struck out stays with nothing."""
    found.title, found.document_number = plan.title.strip(), plan.document_number.strip()
    found.first_year, found.last_year = plan.first_year, plan.last_year
    found.save()
    yield found
    known = {(row.year, row.line): row for row in PlanTarget.objects.filter(plan=found)}
    for year, line in dict.fromkeys([*known, *plan.targets]):
        fen = plan.targets.get((year, line), 0)
        row = known.get((year, line)) or PlanTarget(plan=found, year=year, line=line, amount_fen=0)
        if row.amount_fen != fen:
            row.amount_fen = fen
            row.save()
            yield row
