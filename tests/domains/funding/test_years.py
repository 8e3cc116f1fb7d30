"""Closing a year: who, when, what stands against it, and that nothing moves in it afterwards."""

from uuid import uuid4

import pytest

from sanhu.domains.evidence.verify import verify
from sanhu.domains.funding import queries
from sanhu.domains.funding.models import ClosedYear, Voucher
from sanhu.domains.funding.services import holding, moving
from sanhu.domains.funding.services.years import close_year
from sanhu.domains.funding.verification import CHECKS
from sanhu.engines.actors import SYSTEM
from tests.domains.funding.money import COMMITTEE, DISTRICT, LIMIT, NEW_YEAR, OTHER_COMMITTEE, Purse
from tests.domains.funding.refusals import refused

CLOSED = "年度：已经结账，不能再预留、记账或者冲销"


def close(purse: Purse, *, by: str = "秦", year: int = 2026) -> ClosedYear:
    return close_year(actor=purse.actor(by), at=purse.now(), client_id=uuid4(), year=year)


def test_a_year_is_closed_when_it_is_over_and_nothing_hangs(purse: Purse):
    purse.fund(LIMIT * 2)
    held = purse.reserve(LIMIT + 10)
    waiting = purse.pay(held, LIMIT)
    assert refused(lambda: close(purse))[0] == (
        "年度：还没有结束，不能结账；年度：还有凭证在等第二人签批；年度：还有预留的经费没有拨付或者释放"
    )
    purse.at = NEW_YEAR
    purse.sign(waiting.number)
    assert refused(lambda: close(purse))[0] == "年度：还有预留的经费没有拨付或者释放"
    purse.release(held)
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
    purse.at = NEW_YEAR
    close(purse)
    attempts = (
        lambda: purse.appropriate(1),
        lambda: purse.reserve(1),
        lambda: purse.pay(held, 1),
        lambda: purse.reverse(paid.number),
        lambda: moving.move_remainder(
            held,
            payee=purse.account(OTHER_COMMITTEE),
            purpose_ref="task:2",
            unspent_fen=1,
            basis="示划〔2027〕1号",
            actor=SYSTEM,
            at=purse.now(),
        ),
    )
    assert [refused(attempt) for attempt in attempts] == [(CLOSED, "X-18")] * 5
    assert (purse.totals(), Voucher.objects.count()) == ((1_000, 100, 0), 2)
    purse.appropriate(7, year=2027)
    wish = holding.Wish(purse.account(year=2027).pk, purse.account(COMMITTEE, year=2027).pk, 7, "project:3")
    holding.reserve(actor=purse.actor("孙"), at=purse.now(), client_id=uuid4(), wish=wish)
    assert purse.totals(year=2027) == (7, 0, 7)
    assert verify(checks=CHECKS).findings == ()
