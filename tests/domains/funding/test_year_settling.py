"""Settling a year: what is left goes over or back as its source's rule says, signed by two persons, to the fen."""

from datetime import date
from uuid import uuid4

import pytest

from sanhu.domains.evidence.verify import verify
from sanhu.domains.funding.models import LedgerAccount, Reservation, SettlementLine, Voucher
from sanhu.domains.funding.services import holding
from sanhu.domains.funding.services.carry_consents import withdraw_consent
from sanhu.domains.funding.services.errors import FundingNotFound
from sanhu.domains.funding.terms import VoucherKind
from sanhu.domains.funding.verification import CHECKS
from tests.domains.funding.money import COMMITTEE, LIMIT, ORGAN, Purse
from tests.domains.funding.projects import grant, register
from tests.domains.funding.refusals import refused
from tests.domains.funding.settling import (
    close,
    donated,
    drafted,
    left_over,
    let_go_over,
    propose,
    send_back,
    settle,
    sign,
    to_new_year,
)

FISCAL, L2 = {"source": "fiscal", "line": "L2"}, {"source": "fiscal", "line": "L2", "year": 2027}


def give(purse: Purse, fen: int, body: str = COMMITTEE, **which: object) -> LedgerAccount:
    """Appropriate, signed where that is needed; give the account."""
    voucher = purse.appropriate(fen, body, **which)
    if voucher.needs_second:
        purse.sign(voucher.number, by="秦")
    return purse.account(body, **which)  # type: ignore[arg-type]


@pytest.mark.covers("R53", "R63")
def test_what_is_left_goes_over_or_back_as_its_source_says(purse: Purse):
    give(purse, 10_000, **FISCAL)
    give(purse, LIMIT * 3, ORGAN, **FISCAL)
    give(purse, 700, source="paid_service", line="L7")
    gift = donated(purse, 800).ref
    give(purse, 900, ORGAN)
    running, over = register(purse).earmark, register(purse, last_on=date(2026, 12, 31)).earmark
    grant(purse, running, 60)
    grant(purse, over, 50)
    let_go_over(purse, purse.account(COMMITTEE, source="fiscal", line="L2"))
    assert sorted(drafted()) == [
        ("fee_follows_affair", "", 2026, 900, "return"),
        ("fiscal", "", 2026, 10_000, "carry"),
        ("fiscal", "", 2026, LIMIT * 3, "return"),
        ("lottery", running.ref, 2026, 60, "carry"),
        ("lottery", over.ref, 2026, 50, "return"),
        ("paid_service", "", 2026, 700, "carry"),
        ("social_donation", gift, 2026, 800, "carry"),
    ]
    to_new_year(purse)
    assert refused(lambda: close(purse))[0] == "年度：还有余额没有结算，须先结转或者交回"
    proposed = propose(purse)
    assert left_over()[("fiscal", 2026)] == LIMIT * 3 + 10_000
    assert refused(lambda: close(purse))[0] == (
        "年度：年度结算还在等第二人签批；年度：还有余额没有结算，须先结转或者交回"
    )
    sign(purse, proposed)
    assert left_over() == {
        ("fiscal", 2027): 10_000,
        ("lottery", 2027): 60,
        ("paid_service", 2027): 700,
        ("social_donation", 2027): 800,
    }
    moved = Voucher.objects.filter(kind__in=[VoucherKind.CARRY_OVER, VoucherKind.RETURN]).select_related("credit")
    assert {(one.kind, one.amount_fen, one.credit.year, one.credit.body_id is None) for one in moved} == {
        ("carry_over", 10_000, 2027, False),
        ("carry_over", 700, 2027, False),
        ("carry_over", 800, 2027, False),
        ("carry_over", 60, 2027, False),
        ("return", LIMIT * 3, 2026, True),
        ("return", 900, 2026, True),
        ("return", 50, 2026, True),
    }
    assert all(one.asked_by_id != one.signed_by_id is not None and one.needs_second for one in moved)
    close(purse)
    assert verify(checks=CHECKS).findings == ()


def test_fiscal_money_is_used_for_two_years_at_most_and_the_oldest_goes_first(purse: Purse):
    account = give(purse, 1_000, **FISCAL)
    let_go_over(purse, account)
    to_new_year(purse)
    settle(purse)
    close(purse)
    later = give(purse, 500, **L2)
    let_go_over(purse, later)
    held = holding.Wish(later.pk, purse.account(ORGAN, **L2).pk, 300, "project:9")
    hold = holding.reserve(actor=purse.actor("田"), at=purse.now(), client_id=uuid4(), wish=held)
    # 300 of the old money are set aside, 700 of it and 500 of the new are free
    assert drafted(2027) == [
        ("fiscal", "project:9", 2026, 300, "return"),
        ("fiscal", "", 2026, 700, "return"),
        ("fiscal", "", 2027, 500, "carry"),
    ]
    to_new_year(purse, year=2028)
    settle(purse, year=2027)
    hold.refresh_from_db()
    assert (hold.released_fen, hold.closed_at is not None) == (300, True)
    assert left_over() == {("fiscal", 2028): 500}
    close(purse, year=2027)
    assert drafted(2028) == [("fiscal", "", 2027, 500, "return")]
    assert verify(checks=CHECKS).findings == ()


def test_what_is_set_aside_for_a_task_is_held_in_the_next_year_and_what_it_got_goes_along(purse: Purse):
    purse.fund(1_000)
    wish = {"account_id": purse.account().pk, "payee_id": purse.account(COMMITTEE).pk}
    task = "task:990101-2026-T0001"
    hold = holding.hold(**wish, amount_fen=600, purpose_ref=task, actor=purse.actor("孙"), at=purse.now())
    purse.pay(hold, 200)
    assert drafted() == [
        ("fee_follows_affair", task, 2026, 400, "carry"),
        ("fee_follows_affair", "", 2026, 400, "return"),
        ("fee_follows_affair", task, 2026, 200, "carry"),
    ]
    to_new_year(purse)
    settle(purse)
    hold.refresh_from_db()
    assert (hold.amount_fen, hold.paid_fen, hold.released_fen, hold.closed_at is not None) == (600, 200, 400, True)
    follower = SettlementLine.objects.get(reservation=hold).follower
    assert follower is not None
    assert (follower.amount_fen, follower.purpose_ref, follower.closed_at) == (400, task, None)
    assert follower.payee == purse.account(COMMITTEE, year=2027)
    assert purse.totals(year=2027) == (400, 0, 400)
    assert purse.totals(COMMITTEE, year=2027) == (200, 0, 0)
    close(purse)
    purse.pay(follower, 400)
    assert purse.totals(COMMITTEE, year=2027) == (600, 0, 0)
    assert verify(checks=CHECKS).findings == ()


def test_who_may_and_on_what_papers(purse: Purse):
    give(purse, 1_000, **FISCAL)
    assert refused(lambda: propose(purse))[0] == "年度：还没有结束，不能结算"
    to_new_year(purse)
    for surname in ("孙", "吴", "陈", "郑"):
        assert refused(lambda by=surname: propose(purse, by=by)) == ("您的岗位没有这项权限", "")
    assert refused(lambda: propose(purse, basis=" "))[0] == "依据：须写明凭证所依据文件的文号"
    assert refused(lambda: propose(purse, reason=""))[0] == "理由：须写明理由"
    assert refused(lambda: propose(purse, draft_id=uuid4()))[0] == "凭证扫描件：至少附一张"
    assert refused(lambda: propose(purse, year=2025))[0] == "年度：没有余额要结算"
    proposed = propose(purse)
    assert refused(lambda: propose(purse))[0] == "年度：已经有一份结算在等第二人签批"
    assert refused(lambda: sign(purse, proposed, by="田")) == ("您的岗位没有这项权限", "")
    for surname in ("吴", "陈", "郑"):
        with pytest.raises(FundingNotFound):
            sign(purse, proposed, by=surname)
    assert refused(lambda: send_back(purse, proposed, reason=""))[0] == "理由：须写明理由"
    send_back(purse, proposed)
    assert refused(lambda: sign(purse, proposed))[0] == "这份结算已经签批过，或者没有通过"
    own = propose(purse, by="秦")
    assert own.ordinal == 2
    assert refused(lambda: sign(purse, own))[0] == "第二人须是另一个人：自己提出的结算不能自己签批，换岗位也不行"
    assert left_over() == {("fiscal", 2026): 1_000}
    assert verify(checks=CHECKS).findings == ()


def test_what_moved_since_is_proposed_anew(purse: Purse):
    give(purse, 1_000, **FISCAL)
    to_new_year(purse)
    proposed = propose(purse)
    paid_in = purse.appropriate(5, COMMITTEE, **FISCAL)
    assert refused(lambda: sign(purse, proposed))[0] == "结算：提出以后账上又有变动，请退回，按现在的账重新提出"
    purse.reverse(paid_in.number)
    sign(purse, proposed)
    late = purse.appropriate(7, COMMITTEE, **FISCAL)
    assert refused(lambda: close(purse))[0] == "年度：还有余额没有结算，须先结转或者交回"
    again = settle(purse)
    assert [line.fen for line in again.lines.all()] == [7]
    back = again.lines.get().voucher
    assert back is not None
    assert refused(lambda: purse.reverse(back.number))[0] == "年度结算由两人签批，结转和交回的凭证不能单独冲销"
    assert refused(lambda: purse.reverse(late.number))[0].startswith("冲销：收款方已经用掉")
    close(purse)
    assert verify(checks=CHECKS).findings == ()


def test_the_budget_office_lets_go_over_only_what_the_rules_leave_to_it(purse: Purse):
    fiscal = give(purse, 1_000, **FISCAL)
    earned = give(purse, 800, source="paid_service", line="L7")
    for surname in ("秦", "孙", "陈"):
        assert refused(lambda by=surname: let_go_over(purse, fiscal, by=by)) == ("您的岗位没有这项权限", "")
    with pytest.raises(FundingNotFound):
        let_go_over(purse, LedgerAccount(pk=0))
    assert refused(lambda: let_go_over(purse, fiscal, basis=""))[0] == "依据：须写明凭证所依据文件的文号"
    assert refused(lambda: let_go_over(purse, fiscal, purpose_ref="project:1"))[0] == "结转：账户里没有这个用途的余额"
    assert refused(lambda: let_go_over(purse, earned))[0] == "结转：这笔余额的去向由规则决定，不由预算部门同意"
    given = let_go_over(purse, fiscal)
    assert refused(lambda: let_go_over(purse, fiscal))[0] == "结转：已经同意过"
    ask = {"actor": purse.actor("田"), "at": purse.now(), "client_id": uuid4(), "consent_id": given.pk}
    withdraw_consent(**ask)
    assert [line[-1] for line in drafted()] == ["return", "carry"]
    let_go_over(purse, fiscal)
    to_new_year(purse)
    line = settle(purse).lines.get(account=fiscal)
    assert line.consent is not None
    ask = {"actor": purse.actor("田"), "at": purse.now(), "client_id": uuid4(), "consent_id": line.consent.pk}
    assert refused(lambda: withdraw_consent(**ask))[0] == "结转：已经按这份同意结转，不能收回"
    assert Reservation.objects.count() == 0
    assert verify(checks=CHECKS).findings == ()
