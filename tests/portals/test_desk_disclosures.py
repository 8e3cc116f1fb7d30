"""Publishing at the desk: a committee sees what is due and what it says, and publishes it; nobody else does."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from sanhu.domains.funding.models import Disclosure
from tests.cast import COMMUNITY
from tests.conftest import Clock
from tests.domains.funding.money import LIMIT, NEW_YEAR, Purse
from tests.portals.conftest import GateDesks
from tests.portals.policy import breaches
from tests.portals.reading import words

pytestmark = pytest.mark.covers("R53")
LAST = {"area": COMMUNITY, "period": "2026Q4"}


@pytest.fixture
def purse(at_gate: GateDesks, clock: Clock) -> Purse:
    """翠园 was paid ¥300; it is the 4th of January."""
    purse = Purse(at_gate.gate)
    purse.fund(LIMIT)
    purse.pay(purse.reserve(30_000), 30_000)
    clock.at = purse.at = NEW_YEAR
    return purse


def read(at_gate: GateDesks, who: str, name: str, **said: str) -> str:
    answer = at_gate.browser(who).get(reverse(name, kwargs=said))
    assert answer.status_code == 200
    assert breaches(answer) == []
    return words(answer.content.decode())


def publish(at_gate: GateDesks, who: str, **said: str) -> tuple[int, str]:
    form = {"client_id": str(uuid4()), "is_sure": "on", **said}
    answer = at_gate.browser(who).post(reverse("desk:disclosure", kwargs=LAST), form, follow=True)
    return answer.status_code, words(answer.content.decode())


def test_a_committee_publishes_what_is_due(at_gate: GateDesks, purse: Purse):
    due = read(at_gate, "陈", "desk:disclosures")
    assert "2026 年第 4 季度 还没有公布，最迟2027年1月20日" in due
    assert "2026 年第 3 季度" not in due  # nobody is late with what was before the first money came
    running = read(at_gate, "陈", "desk:disclosure", **{**LAST, "period": "2027Q1"})
    assert "这一期还没有结束，结束以后才能公布。" in running
    assert "账本现在的数 收入 ¥300.00 支出 ¥0.00" in read(at_gate, "陈", "desk:disclosure", **LAST)
    status, text = publish(at_gate, "陈")
    assert (status, "2026 年第 4 季度的账目已公布。" in text) == (200, True)
    found = Disclosure.objects.get()
    assert found.sha256 in text
    assert "公布以后账本没有变动，不用再公布。" in read(at_gate, "陈", "desk:disclosure", **LAST)
    assert "期间：已经公布过，以后没有变动" in publish(at_gate, "陈")[1]
    assert "2026 年第 4 季度 已按时公布" in read(at_gate, "陈", "desk:disclosures")


def test_a_second_press_publishes_nothing_more(at_gate: GateDesks, purse: Purse):
    once = str(uuid4())
    assert [publish(at_gate, "陈", client_id=once)[0] for _ in range(2)] == [200, 200]
    assert Disclosure.objects.count() == 1


def test_what_changed_is_published_anew(at_gate: GateDesks, purse: Purse):
    publish(at_gate, "陈")
    purse.at += timedelta(days=1)
    purse.reverse("990101-2026-V0002")
    assert "又记 1 笔，冲销 1 张凭证" in read(at_gate, "陈", "desk:disclosure", **LAST)
    assert publish(at_gate, "陈")[0] == 200
    assert list(Disclosure.objects.order_by("pk").values_list("ordinal", "income_fen")) == [(1, 30_000), (2, 0)]


def test_an_organ_is_told_that_it_is_not_its_to_publish(at_gate: GateDesks, purse: Purse):
    assert "您的单位没有要公布的社区账目" in read(at_gate, "吴", "desk:disclosures")
    status, text = publish(at_gate, "吴")
    assert (status, "只有这个社区的居民委员会或者所在街道办事处可以公布" in text, "300.00" in text) == (
        403,
        True,
        False,
    )
    assert Disclosure.objects.count() == 0
