"""The demonstration's gate: every state once, nothing from the future, told once however often it is started."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.core.management import call_command
from pytest_django import DjangoDbBlocker

from sanhu.domains.admission.models import Application, Demand, GateStep, Instalment, ReturnProposal, Task
from sanhu.domains.admission.queries.tasks import overdue_instalments
from sanhu.domains.admission.verification import CHECKS
from sanhu.domains.evidence.models import Entry, Letter
from sanhu.domains.funding.models import LedgerAccount, Posting, Voucher
from sanhu.domains.funding.verification import check_ledger
from sanhu.engines.legal_time import legal_day
from sanhu.portals.cli.demo import gate as demo_gate
from sanhu.portals.cli.demo.gate import play_gate
from sanhu.portals.cli.demo.gate_tales import BUDGETS, WANTS
from sanhu.portals.cli.demo.loader import found_demonstration
from tests.conftest import MONDAY_MORNING


class Stopped(Exception):  # noqa: N818 - it is no error of the house
    """Somebody pulled the plug."""


def stop(**_asked: object) -> None:
    raise Stopped


@pytest.fixture(scope="module")
def told_in_two(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[tuple[int, int]]:
    """Found the district, stop in the first demand after it was written, and start again.

    Gives how many demands the stop left behind, and how many tales the second start told.
    """
    with django_db_blocker.unblock():
        found_demonstration(at=MONDAY_MORNING)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(demo_gate.demand_moves, "make_move", stop)
            with pytest.raises(Stopped):
                play_gate(as_of=MONDAY_MORNING)
        left = Demand.objects.count()
        told = play_gate(as_of=MONDAY_MORNING)
    yield left, told
    with django_db_blocker.unblock():
        call_command("flush", interactive=False, verbosity=0)


@pytest.fixture
def told(told_in_two: tuple[int, int], db: None) -> datetime:
    """Give the moment as of which everything was told."""
    return MONDAY_MORNING


def test_a_stop_in_a_tale_leaves_nothing_of_it_and_the_next_start_tells_it(told_in_two: tuple[int, int], db: None):
    assert told_in_two == (len(WANTS) - 1, 1)  # the last demand was written, and not yet made an application
    assert Demand.objects.count() == len(WANTS)


def test_applications_stand_in_six_states(told: datetime):
    assert dict(Application.objects.values_list("name", "state")) == {
        "生活垃圾分类入户宣传": "effective",
        "沿街商户门前责任提醒": "effective",
        "独居老人冬季探访": "effective",
        "养老服务满意度上门打分": "rejected",
        "背街小巷停车意愿征询": "joint_meeting",
        "社区助餐点需求征询": "reviewing",
        "楼顶广告牌松动情况报告": "returned",
        "早晚高峰共享单车停放引导": "draft",
    }
    assert Task.objects.filter(state="in_force").count() == 5


def test_money_is_paid_but_for_one_instalment_that_is_late(told: datetime):
    late = overdue_instalments(legal_day(told))
    assert [(part.ordinal, part.amount_fen, part.voucher) for part in late] == [(2, 40_000, None)]
    assert Instalment.objects.filter(voucher__state="posted").count() == 7
    waiting = Voucher.objects.get(state="waiting")
    assert (waiting.kind, waiting.amount_fen, waiting.credit.year) == ("appropriation", 8_000_000, 2027)
    years = LedgerAccount.objects.filter(body__name__in=[budget.organ for budget in BUDGETS])
    assert sorted(years.values_list("body__name", "year")) == [
        ("示范区城市管理局", 2026),
        ("示范区城市管理局", 2027),
        ("示范区民政局", 2026),
        ("示范区民政局", 2027),
    ]


def test_one_task_went_home_and_stayed_there_and_one_waits_for_its_decision(told: datetime):
    found = ReturnProposal.objects.order_by("pk").values_list("name", "state", "outcome", "released_fen", "unspent_fen")
    assert list(found) == [
        ("沿街商户门前责任提醒", "verified", "held", 40_000, 15_000),
        ("生活垃圾分类入户宣传", "consulted", "", 0, 0),
    ]
    assert Task.objects.get(state="returned").committee.name == "桃花巷社区居民委员会"


def test_demands_were_met_in_the_four_ways(told: datetime):
    found = Demand.objects.values_list("name", "ground", "state")
    assert set(found) == {
        ("协助看望两名社区矫正对象", "statutory", "borne"),
        ("大风降温前提醒拆除临时搭建", "emergency", "awaiting_record"),
        ("组织居民关注文旅账号并报截图", "unadmitted", "noticed"),
        ("早晚高峰共享单车停放引导", "unadmitted", "converted"),
        ("协助了解一名社区矫正对象的居住情况", "statutory", "borne"),
        ("大风降温前清点低洼院落住户", "emergency", "awaiting_record"),
    }
    assert Letter.objects.count() == 3  # two of them, and the decision on a return


def test_nothing_happened_later_than_now_nor_before_the_district_was(told: datetime):
    for moments in (GateStep.objects.values_list("at", flat=True), Entry.objects.values_list("at", flat=True)):
        assert max(moments) <= told
        assert min(moments) >= told - timedelta(days=366)


def test_a_second_start_doubles_nothing(told: datetime):
    before = Entry.objects.count()
    assert play_gate(as_of=told) == 0
    assert play_gate(as_of=told + timedelta(days=120)) == 3  # the money of the year after
    assert Entry.objects.count() > before
    assert Application.objects.count() == 8


def test_a_district_founded_before_there_was_a_gate_is_left_alone(told: datetime, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(demo_gate, "CHAIR", "9999")
    assert play_gate(as_of=told) == 0


def test_it_is_proved_like_anything_else(told: datetime):
    assert Posting.objects.count() == 24  # four orders, seven payments and what came back, each with two sides
    assert not check_ledger().findings
    assert [finding for check in CHECKS for finding in check()] == []
