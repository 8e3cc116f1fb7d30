"""Preparing a budget: begun for a year and level, written whole while it is a draft, submitted with its reasons."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_noop as _

from sanhu.domains.evidence import serials
from sanhu.domains.evidence.models import Witnessed
from sanhu.domains.evidence.once import Once
from sanhu.domains.funding.budget_lines import BUDGET_ARTICLE
from sanhu.domains.funding.budget_queries import Beside, beside, comes_to, explanations_of, plans_visible_to
from sanhu.domains.funding.budget_rules import Cell, check_amounts, check_explained, check_words, may_open
from sanhu.domains.funding.budget_terms import YEARS, BudgetEvent
from sanhu.domains.funding.models import Budget, BudgetEntry, BudgetExplanation, DevelopmentPlan
from sanhu.domains.funding.services import budget_door as door
from sanhu.domains.funding.terms import BudgetLine
from sanhu.domains.subjects.kinds import SubjectKind
from sanhu.domains.subjects.queries import active_organisations
from sanhu.domains.subjects.services.doors import FieldRefused, require
from sanhu.engines.actors import Actor
from sanhu.engines.decisions import Refused, refuse


@dataclass(frozen=True)
class Draft:
    """A budget as it is written down: fen by line and nature, explanations by line (the whole's under an empty one)."""

    amounts: Mapping[Cell, int]
    explanations: Mapping[str, str] = field(default_factory=dict)
    plan_id: int | None = None


def open_budget(*, actor: Actor, at: datetime, client_id: UUID, year: int, body_id: int | None = None) -> Budget:
    """Begin the budget of a year, the district's or a subdistrict office's, once. Raises Refused."""
    once = Once(client_id=client_id, actor=actor, asked={"budget": year, "body": body_id}, at=at)

    @transaction.atomic
    def write() -> str:
        require(may_open(district=actor.district, body_id=body_id, actor=actor))
        if year not in YEARS:
            raise FieldRefused("year", refuse(_("年度：须是四位数的年份")))
        require(door.check_year(actor.district, year), field="year")
        _check_body(actor.district, body_id, at=at)
        # The series waits for whoever else begins a budget of the year: who comes second finds the first.
        number = serials.next_in(district=actor.district, kind="budget", year=year)
        if Budget.objects.filter(district=actor.district, year=year, body_id=body_id).exists():
            reason = _("年度：这一级这一年已经有预算，不另编一份")
            raise FieldRefused("year", refuse(reason, citations=(BUDGET_ARTICLE,)))
        assert actor.person_id is not None, "a person in a post"
        budget = Budget.objects.create(
            district=actor.district,
            number=f"{actor.district}-{year}-B{number:02}",
            year=year,
            body_id=body_id,
            authors=sorted(actor.persons),
            opened_at=at,
            opened_by_id=actor.person_id,
        )
        door.enter(BudgetEvent.OPENED, budget, [budget], actor=actor, at=at, facts={"body": body_id})
        return once.remember(budget.number)

    return Budget.objects.get(number=once.answer(write))


def _check_body(district: str, body_id: int | None, *, at: datetime) -> None:
    offices = active_organisations(at).filter(district=district, kind=SubjectKind.SUBDISTRICT_OFFICE)
    if body_id is not None and not offices.filter(pk=body_id).exists():
        raise FieldRefused("body_id", refuse(_("单位：须是本区的街道办事处")))


def edit_budget(
    *, actor: Actor, at: datetime, client_id: UUID, number: str, draft: Draft, revision: int | None = None
) -> Budget:
    """Write a draft anew, whole. What it does not name has nothing on it afterwards.

    Raises FundingNotFound, StaleForm when somebody acted since the form was opened, and Refused naming every fault.
    """
    asked = {
        "edit_budget": number,
        "amounts": door.said(draft.amounts),
        "explanations": dict(draft.explanations),
        "plan": draft.plan_id,
        "revision": revision,
    }
    once = Once(client_id=client_id, actor=actor, asked=asked, at=at)

    @transaction.atomic
    def write() -> str:
        budget = door.locked_for(actor, number, "edit", revision=revision)
        require(check_amounts(draft.amounts))
        for line, words in draft.explanations.items():
            label = BudgetLine(line).label if line else _("总额说明")
            require(check_words(words, label=str(label)))
        budget.plan = _plan(actor, draft.plan_id, budget.year)
        door.add_author(budget, actor)
        rows = [*_entries(budget, draft), *_explanations(budget, draft)]
        total = sum(draft.amounts.values())
        moment = not_before_the_last_move(budget, at)
        door.apply(budget, "edit", actor=actor, at=moment, rows=rows, facts={"total_fen": total})
        return once.remember(number)

    return Budget.objects.get(number=once.answer(write))


def submit_budget(*, actor: Actor, at: datetime, client_id: UUID, number: str, revision: int | None = None) -> Budget:
    """Submit a draft for approval. Raises Refused where it is empty, or falls or lags without an explanation."""
    once = Once(client_id=client_id, actor=actor, asked={"submit_budget": number}, at=at)

    @transaction.atomic
    def write() -> str:
        budget = door.locked_for(actor, number, "submit", revision=revision)
        amounts = comes_to(budget)
        if not amounts:
            raise Refused(refuse(_("预算里还没有一笔金额"), citations=(BUDGET_ARTICLE,)))
        found = beside(budget, amounts)
        require(check_explained(found.compared, explanations_of(budget)))
        door.add_author(budget, actor)
        budget.submitted_at = not_before_the_last_move(budget, at)
        budget.submitted_by_id = actor.person_id
        facts = {"total_fen": sum(amounts.values()), **told(found)}
        door.apply(budget, "submit", actor=actor, at=budget.submitted_at, facts=facts)
        return once.remember(number)

    return Budget.objects.get(number=once.answer(write))


def withdraw_budget(*, actor: Actor, at: datetime, client_id: UUID, number: str, revision: int | None = None) -> Budget:
    """Take a submitted budget back into draft. Raises Refused."""
    once = Once(client_id=client_id, actor=actor, asked={"withdraw_budget": number}, at=at)

    @transaction.atomic
    def write() -> str:
        budget = door.locked_for(actor, number, "withdraw", revision=revision)
        door.add_author(budget, actor)
        moment = not_before_the_last_move(budget, at)
        budget.submitted_at = budget.submitted_by_id = None
        door.apply(budget, "withdraw", actor=actor, at=moment)
        return once.remember(number)

    return Budget.objects.get(number=once.answer(write))


def not_before_the_last_move(budget: Budget, at: datetime) -> datetime:
    """Machines' clocks differ by a little: what follows on a move is never dated before it."""
    return max(at, budget.submitted_at or budget.opened_at)


def told(found: Beside) -> dict[str, object]:
    """Give what the record keeps of the comparison a budget was submitted with."""
    if found.compared is None:
        return {}
    total = found.compared.total
    reference = {} if found.reference is None else {"reference": found.reference.ref}
    return {"before_fen": total.before_fen, "reference_bp": found.compared.reference_bp, **reference}


def _plan(actor: Actor, plan_id: int | None, year: int) -> DevelopmentPlan | None:
    if plan_id is None:
        return None
    plan = plans_visible_to(actor).filter(pk=plan_id).first()
    if plan is None:
        raise FieldRefused("plan_id", refuse(_("规划：没有这份规划")))
    if not plan.covers(year):
        raise FieldRefused("plan_id", refuse(_("规划：这份规划不含预算的年度")))
    return plan


def _entries(budget: Budget, draft: Draft) -> Iterator[Witnessed]:
    """Save the entries that differ, and give them."""
    known = {(row.line, row.nature): row for row in BudgetEntry.objects.filter(budget=budget)}
    for line, nature in dict.fromkeys([*known, *draft.amounts]):
        fen = draft.amounts.get((line, nature), 0)
        row = known.get((line, nature)) or BudgetEntry(budget=budget, line=line, nature=nature, amount_fen=0)
        if row.amount_fen != fen:
            row.amount_fen = fen
            row.save()
            yield row


def _explanations(budget: Budget, draft: Draft) -> Iterator[Witnessed]:
    """Save the explanations that differ, and give them."""
    known = {row.line: row for row in BudgetExplanation.objects.filter(budget=budget)}
    for line in dict.fromkeys([*known, *draft.explanations]):
        words = draft.explanations.get(line, "").strip()
        row = known.get(line) or BudgetExplanation(budget=budget, line=line)
        if row.words != words:
            row.words = words
            row.save()
            yield row
