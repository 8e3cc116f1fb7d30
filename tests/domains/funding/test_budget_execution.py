"""What is budgeted, appropriated and paid of a line, as the ledger says; fiscal money stays within a locked budget."""

from collections.abc import Mapping

import pytest

from sanhu.domains.evidence.verify import verify
from sanhu.domains.funding.budget_execution import Executed, execution_of, spoken_for
from sanhu.domains.funding.budget_queries import comes_to
from sanhu.domains.funding.models import Budget, LedgerAccount, Voucher
from sanhu.domains.funding.services import holding
from sanhu.domains.funding.terms import FundSource
from sanhu.domains.funding.verification import CHECKS
from tests.domains.funding.budgets import BENEFIT, COMPLETE, SERVICE, Budgets
from tests.domains.funding.money import COMMITTEE, LIMIT, NEW_YEAR, ORGAN, Purse
from tests.domains.funding.refusals import refused
from tests.domains.funding.settling import close, let_go_over, settle, to_new_year

FISCAL, OFFICE_BODY = FundSource.FISCAL, "和平街道办事处"
YEAR = 2026


@pytest.fixture
def budgets(purse: Purse) -> Budgets:
    return Budgets(purse)


def give(budgets: Budgets, fen: int, *, line: str = "L5b", body: str = ORGAN, source: str = FISCAL) -> Voucher:
    return budgets.purse.appropriate(fen, body, source=source, line=line, year=YEAR)


def lines(budget: Budget) -> Mapping[str, Executed]:
    return {row.line: row for row in execution_of(budget)}


def refusal(budgeted: str, left: str) -> tuple[str, str]:
    words = f"金额：L5b 服务设施管理维护经费锁定的预算是 {budgeted}，还能拨入 {left}，超出的须先调整预算"
    return words, ""


@pytest.mark.covers("R53")
def test_no_more_fiscal_money_is_appropriated_than_stands_on_the_locked_line(budgets: Budgets):
    give(budgets, 100)  # before there is a budget nothing is asked
    budget = budgets.locked(YEAR)
    give(budgets, 400)
    assert refused(lambda: give(budgets, 101)) == refusal("¥6.00", "¥1.00")
    give(budgets, 100, body=OFFICE_BODY)  # whoever it goes to, it is the same line
    assert refused(lambda: give(budgets, 1, body=OFFICE_BODY)) == refusal("¥6.00", "¥0.00")
    assert refused(lambda: give(budgets, 1, line="L7"))[0].startswith("金额：L7 为民服务专项经费锁定的预算是 ¥0.00")
    budgets.purse.appropriate(999, source="paid_service", line="L5b", year=YEAR)  # other sources have their own rules
    budgets.purse.appropriate(999, source=FISCAL, line="L5b", year=2027)  # another year has no budget
    assert lines(budget)["L5b"] == Executed(line="L5b", budgeted_fen=600, appropriated_fen=600, paid_fen=0)
    assert verify(checks=CHECKS).findings == ()


def test_what_waits_for_a_signature_counts_and_what_is_taken_back_is_free_again(budgets: Budgets):
    budgets.locked(YEAR, {**COMPLETE, ("L5b", SERVICE): LIMIT + 10})
    waiting = give(budgets, LIMIT)
    assert refused(lambda: give(budgets, 11)) == refusal("¥50,000.10", "¥0.10")
    budgets.purse.reject(waiting.number, by="秦")
    posted = give(budgets, LIMIT + 10)
    budgets.purse.sign(posted.number, by="秦")
    assert refused(lambda: give(budgets, 1)) == refusal("¥50,000.10", "¥0.00")
    back = budgets.purse.reverse(posted.number)
    if back.needs_second:
        budgets.purse.sign(back.number, by="秦")
    give(budgets, 11)
    assert verify(checks=CHECKS).findings == ()


def test_an_approved_adjustment_makes_room_and_none_takes_away_what_was_appropriated(budgets: Budgets):
    budget = budgets.locked(YEAR)
    give(budgets, 600)
    less = "L5b 服务设施管理维护经费：已经拨入或者正在拨入 ¥6.00，预算不能少于它"
    assert refused(lambda: budgets.adjust(budget.number, {("L5b", SERVICE): -1}))[0] == less
    budgets.adjust(budget.number, {("L5b", SERVICE): 50})
    assert refused(lambda: give(budgets, 1)) == refusal("¥6.00", "¥0.00")  # it was only asked for
    budgets.settle(budget.number, 1)
    give(budgets, 50)
    assert refused(lambda: give(budgets, 1)) == refusal("¥6.50", "¥0.00")
    assert verify(checks=CHECKS).findings == ()


def test_an_adjustment_that_was_asked_before_the_money_went_is_not_approved_after(budgets: Budgets):
    budget = budgets.locked(YEAR)
    budgets.adjust(budget.number, {("L5b", SERVICE): -100})
    give(budgets, 501)
    said = refused(lambda: budgets.settle(budget.number, 1))[0]
    assert said == "L5b 服务设施管理维护经费：已经拨入或者正在拨入 ¥5.01，预算不能少于它"
    assert sum(comes_to(budget).values()) == 3600
    assert budgets.settle(budget.number, 1, "reject", words="钱已经拨出").state == "rejected"


def test_a_budget_that_covers_less_than_was_appropriated_does_not_lock(budgets: Budgets):
    give(budgets, 700)
    number = budgets.begin(YEAR)
    budgets.write(number, COMPLETE)
    budgets.submit(number)
    said = refused(lambda: budgets.approve(number))[0]
    assert said == "L5b 服务设施管理维护经费：已经拨入或者正在拨入 ¥7.00，预算不能少于它"


def test_execution_is_what_the_ledger_says(budgets: Budgets):
    budget = budgets.locked(YEAR, {**COMPLETE, ("L9", SERVICE): 1_000})
    street = budgets.locked(YEAR, body=OFFICE_BODY)
    given = give(budgets, 800, line="L9")
    give(budgets, 90, line="L9", body=OFFICE_BODY)
    accounts = LedgerAccount.objects.filter(line="L9", source=FISCAL, year=YEAR)
    payer = accounts.get(body__name=ORGAN)
    payee = budgets.purse.account(COMMITTEE, source=FISCAL)
    wish = holding.Wish(account_id=payer.pk, payee_id=payee.pk, amount_fen=300, purpose_ref="project:1")
    purse = budgets.purse
    held = holding.reserve(actor=purse.actor("孙"), at=purse.now(), client_id=purse.fresh_id(), wish=wish)
    first = purse.pay(held, 200)
    purse.pay(held, 70)
    assert lines(budget)["L9"] == Executed(line="L9", budgeted_fen=1_000, appropriated_fen=890, paid_fen=270)
    purse.reverse(first.number)
    assert lines(budget)["L9"].paid_fen == 70
    assert lines(street)["L9"] == Executed(line="L9", budgeted_fen=0, appropriated_fen=90, paid_fen=0)
    assert spoken_for(budget) == {"L9": 890}
    assert given.amount_fen == 800
    assert sum(row.budgeted_fen for row in execution_of(budget)) == 4_600


@pytest.mark.covers("X-18")
def test_a_closed_year_takes_no_budget_and_no_adjustment(budgets: Budgets):
    budget = budgets.locked(YEAR)
    budgets.adjust(budget.number, {("L7", BENEFIT): 1})
    give(budgets, 100)
    purse = budgets.purse
    purse.at = NEW_YEAR
    settle(purse)
    close(purse, year=YEAR)
    closed = ("年度：已经结账，这一年的预算不能再改", "X-18")
    assert refused(lambda: budgets.settle(budget.number, 1)) == closed
    assert refused(lambda: budgets.begin(YEAR, body=OFFICE_BODY)) == closed
    budgets.settle(budget.number, 1, "reject", words="年度已结账")
    assert refused(lambda: budgets.adjust(budget.number, {("L7", BENEFIT): 1})) == closed
    assert sum(comes_to(budget).values()) == 3600
    assert verify(checks=CHECKS).findings == ()


@pytest.mark.covers("R53")
def test_what_goes_over_and_back_is_neither_appropriated_nor_paid(budgets: Budgets):
    purse = budgets.purse
    budget = budgets.locked(YEAR)
    give(budgets, 400)
    give(budgets, 100, body=OFFICE_BODY)
    let_go_over(purse, purse.account(OFFICE_BODY, source=FISCAL, line="L5b"))
    to_new_year(purse)
    settle(purse)
    ended = Executed("L5b", 600, 500, 0, carried_in_fen=0, carried_over_fen=100, returned_fen=400)
    assert lines(budget)["L5b"] == ended
    give(budgets, 500)  # what went back is free again: 600 less the 100 that went over
    assert refused(lambda: give(budgets, 1)) == refusal("¥6.00", "¥0.00")
    settle(purse)
    close(purse)
    after = budgets.locked(YEAR + 1)
    purse.appropriate(600, source=FISCAL, line="L5b", year=YEAR + 1)
    assert lines(after)["L5b"] == Executed("L5b", 600, 600, 0, carried_in_fen=100)
    to_new_year(purse, year=YEAR + 2)
    settle(purse, year=YEAR + 1)
    # of 700 that went back 100 were the year before's, so 600 of the year's own budget are free again
    refusal_after = refused(lambda: purse.appropriate(601, source=FISCAL, line="L5b", year=YEAR + 1))
    assert refusal_after == refusal("¥6.00", "¥6.00")
    assert verify(checks=CHECKS).findings == ()
