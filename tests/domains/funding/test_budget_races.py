"""At once: appropriating against a locked line, locking while others appropriate, approving twice, beginning twice."""

from collections.abc import Callable
from uuid import uuid4

from sanhu.domains.evidence.verify import verify
from sanhu.domains.funding.budget_execution import appropriated
from sanhu.domains.funding.budget_queries import comes_to
from sanhu.domains.funding.budget_rules import by_line
from sanhu.domains.funding.models import Budget, Voucher
from sanhu.domains.funding.services import budget_adjusting as adjusting
from sanhu.domains.funding.services import budgeting, budgets
from sanhu.domains.funding.services.budget_locking import approve_budget
from sanhu.domains.funding.verification import CHECKS
from sanhu.engines.decisions import Refused
from tests.domains.funding.budgets import COMPLETE, SERVICE, Budgets
from tests.domains.funding.money import ORGAN, Purse, keep_scan
from tests.domains.funding.test_hammering import at_once

YEAR, LINE = 2026, "L5b"


def order(purse: Purse, fen: int) -> Callable[[], object]:
    """Make ready to appropriate on the upkeep line."""
    actor, at = purse.actor("田"), purse.now()
    wish = budgets.Order(
        body_id=purse.gate.bodies[ORGAN].pk,
        source="fiscal",
        line=LINE,
        year=YEAR,
        amount_fen=fen,
        basis="财预〔2026〕9号",
        reason="",
        draft_id=keep_scan(actor),
    )
    return lambda: budgets.appropriate(actor=actor, at=at, client_id=uuid4(), order=wish)


def ended(answers: list[object]) -> tuple[int, int]:
    """Count what was done and what was refused; anything else fails."""
    refused = [one for one in answers if isinstance(one, Refused)]
    done = [one for one in answers if not isinstance(one, Exception)]
    assert len(done) + len(refused) == len(answers), answers
    return len(done), len(refused)


def test_eight_who_appropriate_at_once_never_pass_the_locked_line(own_purse: Purse):
    budget = Budgets(own_purse).locked(YEAR)
    own_purse.appropriate(1, source="fiscal", line=LINE, year=YEAR)
    # ¥5.99 are left, and eight ask for ¥1.00 each.
    assert ended(at_once(*[order(own_purse, 100) for _client in range(8)])) == (5, 3)
    assert appropriated(budget)[LINE] == 501
    assert verify(checks=CHECKS).findings == ()


def test_a_budget_locked_while_others_appropriate_covers_what_they_did(own_purse: Purse):
    drafts = Budgets(own_purse)
    number = drafts.begin(YEAR)
    drafts.write(number, COMPLETE)
    drafts.submit(number)
    said = {"actor": own_purse.actor("秦"), "at": own_purse.now(), "number": number}
    orders = [order(own_purse, 250) for _client in range(4)]
    at_once(*orders, lambda: approve_budget(client_id=uuid4(), **said))  # type: ignore[arg-type]
    budget = Budget.objects.get()
    given = appropriated(budget)[LINE]
    assert given == 250 * Voucher.objects.count()
    assert not budget.is_locked or given <= by_line(comes_to(budget))[LINE]
    assert verify(checks=CHECKS).findings == ()


def test_an_adjustment_is_approved_once_and_takes_nothing_that_goes_out_meanwhile(own_purse: Purse):
    walked = Budgets(own_purse)
    budget = walked.locked(YEAR)
    walked.adjust(budget.number, {(LINE, SERVICE): -100})
    head, at = own_purse.actor("秦"), own_purse.now()

    def approve() -> object:
        answer = adjusting.Answer("approve")
        asked = {"number": budget.number, "position": 1, "answer": answer}
        return adjusting.settle_adjustment(actor=head, at=at, client_id=uuid4(), **asked)  # type: ignore[arg-type]

    # Either the ¥1.00 are taken away first and ¥5.50 find no room, or they are there and are not taken away.
    assert ended(at_once(approve, approve, order(own_purse, 550)))[0] == 1
    on_it, given = by_line(comes_to(budget))[LINE], appropriated(budget).get(LINE, 0)
    assert (on_it, given) in {(500, 0), (600, 550)}
    assert verify(checks=CHECKS).findings == ()


def test_two_who_begin_the_same_budget_at_once_begin_one(own_purse: Purse):
    actor, at = own_purse.actor("田"), own_purse.now()

    def begin() -> object:
        return budgeting.open_budget(actor=actor, at=at, client_id=uuid4(), year=YEAR)

    assert ended(at_once(begin, begin, begin)) == (1, 2)
    assert Budget.objects.get().number == "990101-2026-B01"
