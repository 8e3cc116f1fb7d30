"""Six at once on one project: no fen is spent twice, the plan is kept, and two projects of one account stay apart."""

from functools import partial

import pytest

from sanhu.domains.funding.earmark_queries import left_fen
from sanhu.domains.funding.lottery_queries import spent_of
from sanhu.domains.funding.models import Voucher
from sanhu.domains.funding.verification import check_ledger
from sanhu.engines.decisions import Refused
from tests.domains.funding.money import Purse
from tests.domains.funding.projects import account_of, grant, register, spend
from tests.domains.funding.test_hammering import at_once


@pytest.mark.covers("R53", "R63", "X-08")
def test_what_is_left_of_a_project_is_spent_once(own_purse: Purse):
    one = register(own_purse, plan={"equipment": 300_000}).earmark
    other = register(own_purse, plan={"equipment": 300_000}, purpose="另一个项目").earmark
    for earmark in (one, other):
        grant(own_purse, earmark, 90_000)
    account = account_of(one)
    deeds = [partial(spend, own_purse, account, 40_000, purpose_ref=one.ref) for _client in range(6)]
    answers = at_once(*deeds)
    done = [answer for answer in answers if isinstance(answer, Voucher)]
    refused = [answer.decision.code for answer in answers if isinstance(answer, Refused)]
    assert (len(done), refused) == (2, ["X-08"] * 4)
    assert (left_fen(one), left_fen(other)) == (10_000, 90_000)
    assert check_ledger().is_clean


@pytest.mark.covers("R63", "X-12")
def test_a_plan_is_not_passed_from_two_years_accounts_at_once(own_purse: Purse):
    earmark = register(own_purse, plan={"equipment": 50_000, "activity": 500_000}).earmark
    for year in (2025, 2026):
        grant(own_purse, earmark, 100_000, year=year)
    deeds = [
        partial(spend, own_purse, account_of(earmark, year), 30_000, purpose_ref=earmark.ref)
        for year in (2025, 2026) * 3
    ]
    answers = at_once(*deeds)
    codes = sorted(answer.decision.code if isinstance(answer, Refused) else "" for answer in answers)
    assert codes == ["", *["X-12"] * 5]
    assert spent_of(earmark) == {"equipment": 30_000}
