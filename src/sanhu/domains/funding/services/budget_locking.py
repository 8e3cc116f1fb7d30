"""Deciding on a submitted budget: another person than its authors approves it, which locks it, or sends it back."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_noop as _

from sanhu.domains.evidence.once import Once
from sanhu.domains.funding.budget_lines import BUDGET_ARTICLE
from sanhu.domains.funding.budget_queries import beside, comes_to, explanations_of
from sanhu.domains.funding.budget_rules import check_complete, check_explained, check_words
from sanhu.domains.funding.models import Budget
from sanhu.domains.funding.services import budget_door as door
from sanhu.domains.funding.services.budgeting import not_before_the_last_move, told
from sanhu.domains.funding.services.years import let_nobody_post
from sanhu.domains.subjects.services.doors import FieldRefused, require
from sanhu.engines.actors import Actor
from sanhu.engines.decisions import all_of, refuse


def approve_budget(
    *, actor: Actor, at: datetime, client_id: UUID, number: str, words: str = "", revision: int | None = None
) -> Budget:
    """Approve a submitted budget, which locks it.

    Raises Refused for an author, whatever post they act through; naming every mandatory line that has nothing on it,
    every line on which more was appropriated already, and everything that falls or lags unexplained.
    """
    once = Once(client_id=client_id, actor=actor, asked={"approve_budget": number, "words": words}, at=at)

    @transaction.atomic
    def write() -> str:
        budget = door.locked_for(actor, number, "approve", revision=revision)
        require(check_words(words, label=_("意见")), field="words")
        let_nobody_post()
        require(door.check_year(budget.district, budget.year))
        amounts = comes_to(budget)
        found = beside(budget, amounts)
        require(
            all_of(
                check_complete(amounts),
                check_explained(found.compared, explanations_of(budget)),
                door.check_ledger(budget, amounts),
            )
        )
        budget.locked_at = not_before_the_last_move(budget, at)
        budget.approved_by_id = actor.person_id
        budget.words = words.strip()
        facts = {"total_fen": sum(amounts.values()), **told(found)}
        door.apply(budget, "approve", actor=actor, at=budget.locked_at, facts=facts)
        return once.remember(number)

    return Budget.objects.get(number=once.answer(write))


def reject_budget(
    *, actor: Actor, at: datetime, client_id: UUID, number: str, reason: str, revision: int | None = None
) -> Budget:
    """Send a submitted budget back into draft, with the reason its authors read. Raises Refused."""
    once = Once(client_id=client_id, actor=actor, asked={"reject_budget": number, "reason": reason}, at=at)

    @transaction.atomic
    def write() -> str:
        budget = door.locked_for(actor, number, "reject", revision=revision)
        if not reason.strip():
            raise FieldRefused("reason", refuse(_("理由：退回预算须写明理由"), citations=(BUDGET_ARTICLE,)))
        require(check_words(reason, label=_("理由")), field="reason")
        moment = not_before_the_last_move(budget, at)
        budget.submitted_at = budget.submitted_by_id = None
        budget.words = reason.strip()
        door.apply(budget, "reject", actor=actor, at=moment)
        return once.remember(number)

    return Budget.objects.get(number=once.answer(write))
