"""Closing a year: who, when, what stands against it, and that nothing moves in it afterwards."""

from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from sanhu.domains.evidence.verify import verify
from sanhu.domains.funding import queries
from sanhu.domains.funding.models import ClosedYear, LedgerAccount, Voucher
from sanhu.domains.funding.services import holding, moving
from sanhu.domains.funding.services.carry_consents import withdraw_consent
from sanhu.domains.funding.verification import CHECKS
from sanhu.engines.actors import SYSTEM
from tests.domains.funding.money import COMMITTEE, DISTRICT, LIMIT, NEW_YEAR, OTHER_COMMITTEE, Purse
from tests.domains.funding.refusals import refused
from tests.domains.funding.settling import close, let_go_over, propose, send_back, settle, sign

NOT_ALONE = "年度结算由两人签批，结转和交回的凭证不能单独冲销"
CLOSED = "年度：已经结账，不能再预留、记账或者冲销"


def book_of(year: int) -> list[tuple[object, ...]]:
    """Give every account and voucher of a year as the database has them."""
    accounts = LedgerAccount.objects.filter(year=year).order_by("pk").values_list()
    vouchers = Voucher.objects.filter(debit__year=year).order_by("pk").values_list()
    return [*accounts, *vouchers]


def test_a_year_is_closed_when_it_is_over_and_nothing_hangs(purse: Purse):
    purse.fund(LIMIT * 2)
    held = purse.reserve(LIMIT + 10)
    waiting = purse.pay(held, LIMIT)
    assert refused(lambda: close(purse))[0] == (
        "年度：还没有结束，不能结账；年度：还有凭证在等第二人签批；年度：还有预留的经费没有拨付、释放或者结转；"
        "年度：还有余额没有结算，须先结转或者交回"
    )
    purse.at = NEW_YEAR
    purse.sign(waiting.number)
    assert refused(lambda: close(purse))[0] == (
        "年度：还有预留的经费没有拨付、释放或者结转；年度：还有余额没有结算，须先结转或者交回"
    )
    purse.release(held)
    assert refused(lambda: close(purse))[0] == "年度：还有余额没有结算，须先结转或者交回"
    settle(purse)
    for surname in ("田", "吴", "陈", "郑"):
        assert refused(lambda by=surname: close(purse, by=by)) == ("您的岗位没有这项权限", "")
    assert refused(lambda: close(purse, year=2025))[0] == "年度：这一年没有账目"
    assert not queries.is_closed(DISTRICT, 2026)
    close(purse)
    assert queries.is_closed(DISTRICT, 2026)
    assert not queries.is_closed("990102", 2026)
    assert refused(lambda: close(purse))[0] == "年度：已经结过账"
    assert verify(checks=CHECKS).findings == ()


@pytest.mark.covers("X-18")
def test_nothing_moves_in_a_closed_year(purse: Purse):
    purse.fund(1_000)
    held = purse.reserve(600)
    paid = purse.pay(held, 100)
    purse.release(held)
    purse.appropriate(30, source="fiscal", line="L2")
    consent = let_go_over(purse, purse.account(source="fiscal", line="L2"))
    later = purse.reserve(20)
    purse.at = NEW_YEAR
    proposed = propose(purse)
    refused_one = send_back(purse, proposed)
    signed = settle(purse)
    close(purse)
    heir = purse.account(OTHER_COMMITTEE)
    totals = book_of(2026)
    attempts = (
        lambda: purse.appropriate(1),
        lambda: purse.reserve(1),
        lambda: purse.pay(held, 1),
        lambda: purse.reverse(paid.number),
        lambda: moving.move_remainder(
            held,
            payee=heir,
            purpose_ref="task:2",
            unspent_fen=1,
            basis="示划〔2027〕1号",
            actor=SYSTEM,
            at=purse.now(),
        ),
        lambda: let_go_over(purse, purse.account()),
        lambda: withdraw_consent(actor=purse.actor("田"), at=purse.now(), client_id=uuid4(), consent_id=consent.pk),
        lambda: holding.let_go(actor=purse.actor("孙"), at=purse.now(), client_id=uuid4(), reservation_id=later.pk),
    )
    assert [refused(attempt) for attempt in attempts] == [(CLOSED, "X-18")] * 8
    assert refused(lambda: propose(purse)) == ("年度：已经结过账", "X-18")
    for one in (refused_one, signed):
        assert refused(lambda one=one: sign(purse, one))[0] == "这份结算已经签批过，或者没有通过"
    settled = [line.voucher for line in signed.lines.all()]
    for voucher in settled:
        assert voucher is not None
        assert refused(lambda number=voucher.number: purse.reverse(number))[0] in {CLOSED, NOT_ALONE}
    assert (purse.totals(), book_of(2026)) == ((1_000, 1_000, 0), totals)
    with pytest.raises(IntegrityError), transaction.atomic():
        ClosedYear.objects.create(district=DISTRICT, year=2026, closed_at=purse.at, closed_by_id=1)
    purse.appropriate(7, year=2027)
    wish = holding.Wish(purse.account(year=2027).pk, purse.account(COMMITTEE, year=2027).pk, 7, "project:3")
    holding.reserve(actor=purse.actor("孙"), at=purse.now(), client_id=uuid4(), wish=wish)
    assert purse.totals(year=2027) == (7, 0, 7)
    assert verify(checks=CHECKS).findings == ()
