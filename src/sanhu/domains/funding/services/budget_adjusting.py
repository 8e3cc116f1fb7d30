"""Adjusting a locked budget by recorded procedure: asked for by one person on a document, decided on by another."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_noop as _

from sanhu.domains.evidence.once import Once
from sanhu.domains.funding.budget_lines import BUDGET_ARTICLE
from sanhu.domains.funding.budget_queries import changes_of, comes_to, held, held_adjustment
from sanhu.domains.funding.budget_rules import (
    Cell,
    adjusted,
    check_after,
    check_changes,
    check_papers,
    check_words,
    may_ask_adjustment,
    may_settle,
)
from sanhu.domains.funding.budget_tables import ADJUSTMENT
from sanhu.domains.funding.budget_terms import AdjustmentState, BudgetEvent
from sanhu.domains.funding.models import AdjustmentLine, Budget, BudgetAdjustment
from sanhu.domains.funding.services import budget_door as door
from sanhu.domains.funding.services.errors import FundingNotFound
from sanhu.domains.funding.services.years import let_nobody_post
from sanhu.domains.subjects.services.doors import FieldRefused, require
from sanhu.engines.actors import Actor
from sanhu.engines.decisions import Refused, all_of, refuse


@dataclass(frozen=True)
class Wish:
    """What is to change by line and nature, in fen more or less; on what document, and why."""

    changes: Mapping[Cell, int]
    document_number: str
    reason: str


@dataclass(frozen=True)
class Answer:
    """What is said to an adjustment: the code of a move, and the words with it."""

    move: str
    words: str = ""


def ask_adjustment(*, actor: Actor, at: datetime, client_id: UUID, number: str, wish: Wish) -> BudgetAdjustment:
    """Ask for a locked budget to be changed, once. It changes only when another person approves.

    Raises FundingNotFound, and Refused naming every line that the change would leave without what it must have.
    """
    asked = {**asdict(wish), "changes": door.said(wish.changes), "adjust_budget": number}
    once = Once(client_id=client_id, actor=actor, asked=asked, at=at)

    @transaction.atomic
    def write() -> str:
        budget = door.locked(actor, number)
        require(may_ask_adjustment(held(budget), actor=actor))
        require(door.check_year(budget.district, budget.year))
        if BudgetAdjustment.objects.filter(budget=budget, state=AdjustmentState.ASKED).exists():
            raise Refused(refuse(_("还有一次调整在等批准，批准或者不予批准以后再申请"), citations=(BUDGET_ARTICLE,)))
        changes = {cell: fen for cell, fen in wish.changes.items() if fen != 0}
        require(all_of(check_papers(document_number=wish.document_number, reason=wish.reason), check_changes(changes)))
        _check(budget, changes)
        return once.remember(str(_write(budget, wish, changes, actor=actor, at=at).pk))

    return BudgetAdjustment.objects.get(pk=int(once.answer(write)))


def settle_adjustment(
    *, actor: Actor, at: datetime, client_id: UUID, number: str, position: int, answer: Answer
) -> BudgetAdjustment:
    """Approve an adjustment, or say no with a reason, once.

    Raises FundingNotFound, and Refused for who asked for it, whatever post they act through, and where it cannot stand
    any more.
    """
    asked = {"settle_adjustment": number, "position": position, **asdict(answer)}
    once = Once(client_id=client_id, actor=actor, asked=asked, at=at)

    @transaction.atomic
    def write() -> str:
        budget = door.locked(actor, number)
        found = BudgetAdjustment.objects.select_for_update().filter(budget=budget, position=position).first()
        if found is None:
            raise FundingNotFound(number, position)
        _decide(budget, found, answer, actor=actor)
        _settle(budget, found, answer, actor=actor, at=max(at, found.asked_at))
        return once.remember(str(found.pk))

    return BudgetAdjustment.objects.get(pk=int(once.answer(write)))


def _check(budget: Budget, changes: Mapping[Cell, int]) -> None:
    after = adjusted(comes_to(budget), [changes])
    require(all_of(check_after(after), door.check_ledger(budget, after)))


def _write(budget: Budget, wish: Wish, changes: Mapping[Cell, int], *, actor: Actor, at: datetime) -> BudgetAdjustment:
    assert actor.person_id is not None, "a person in a post"
    asked = BudgetAdjustment.objects.create(
        budget=budget,
        position=budget.adjustments.count() + 1,
        document_number=wish.document_number.strip(),
        reason=wish.reason.strip(),
        askers=sorted(actor.persons),
        asked_at=max(at, budget.locked_at or at),
        asked_by_id=actor.person_id,
    )
    lines = [
        AdjustmentLine.objects.create(adjustment=asked, line=line, nature=nature, change_fen=fen)
        for (line, nature), fen in changes.items()
    ]
    facts = {"adjustment": asked.number, "change_fen": sum(changes.values())}
    rows = [asked, *lines]
    door.enter(BudgetEvent.ADJUSTMENT_ASKED, budget, rows, actor=actor, at=asked.asked_at, facts=facts)
    return asked


def _decide(budget: Budget, found: BudgetAdjustment, answer: Answer, *, actor: Actor) -> None:
    require(may_settle(held_adjustment(budget, found), move=answer.move, actor=actor))
    require(check_words(answer.words, label=_("理由")), field="reason")
    if ADJUSTMENT.move(answer.move).needs_reason and not answer.words.strip():
        raise FieldRefused("reason", refuse(_("理由：不予批准须写明理由"), citations=(BUDGET_ARTICLE,)))
    if ADJUSTMENT.move(answer.move).target == AdjustmentState.APPROVED:
        let_nobody_post()
        require(door.check_year(budget.district, budget.year))
        _check(budget, changes_of(found))


def _settle(budget: Budget, found: BudgetAdjustment, answer: Answer, *, actor: Actor, at: datetime) -> None:
    made = ADJUSTMENT.move(answer.move)
    found.state = made.target
    found.settled_at, found.settled_by_id = at, actor.person_id
    found.answer = answer.words.strip()
    found.save()
    total = sum(comes_to(budget).values())
    facts = {"adjustment": found.number, "total_fen": total}
    door.enter(made.event, budget, [found], actor=actor, at=at, facts=facts)
