"""Taking down a demand: held against the list at once, answered on paper where nobody admitted it (R40, X-05)."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from sanhu.domains.admission.models import Demand, GateStep
from sanhu.domains.admission.queries.demands import decision_of, demand_for, right_in_force, visible_to
from sanhu.domains.admission.services.demands import record_demand
from sanhu.domains.admission.services.errors import GateNotFound
from sanhu.domains.admission.services.refusal_rights import end_right, register_right
from sanhu.domains.admission.services.steps import steps_of
from sanhu.domains.catalogue.models import Article
from sanhu.domains.evidence.letters import letters_about
from sanhu.domains.evidence.models import Entry, Letter
from sanhu.domains.evidence.requests import ConflictError
from sanhu.domains.evidence.verify import verify
from sanhu.engines.decisions import ALLOWED, Decision
from sanhu.engines.legal_time import legal_day
from tests.cast import DISTRICT, MONDAY_MORNING, OTHER_DISTRICT
from tests.domains.admission.bearing import ENDS_ON, STARTS_ON, Bearing, noon
from tests.domains.admission.demanding import (
    CORRECTIONS,
    DECLARED,
    facts_of,
    instrument,
    recorded,
    right,
    words,
)
from tests.domains.casework.refusals import refusal_of
from tests.gate import COMMITTEE, OTHER_ORGAN, Gate

NOTICED_BY = date(2026, 11, 16)  # Monday: five working days after Monday 2026-11-09
TODAY = legal_day(MONDAY_MORNING)
LAW_43 = "城市居民委员会组织法第四十三条、分类管理办法第二十一条"
BEYOND = datetime(2026, 12, 28, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai")).astimezone(UTC)  # Monday


def made(demand: Demand) -> list[tuple[str, str]]:
    """The steps of a demand: what was done, and by a person or by the house."""
    return [(step.move, "person" if step.person_id else "system") for step in steps_of(demand)]


@pytest.mark.covers("R40", "R7", "X-05")
def test_what_nobody_admitted_is_answered_with_a_letter_that_asks_to_apply(gate: Gate):
    demand = recorded(gate)
    assert demand.number == "990101-2026-D0001"
    assert (demand.state, demand.is_open, demand.ground, demand.is_refusal) == ("noticed", True, "unadmitted", False)
    assert (demand.answer_within, demand.due_on) == (5, NOTICED_BY)
    assert (demand.has_money, demand.area_code) == (False, "990101001001")
    assert made(demand) == [("begin", "person"), ("give_notice", "system")]
    letter = letters_about(demand.ref).get()
    assert letter.kind == "admission_letter"
    assert facts_of(demand.ref, "demand.noticed") == {"code": "X-05", "letter": letter.number}
    assert decision_of(demand) == Decision(
        allowed=False,
        reasons=("未经准入：不在生效的协助清单内，不是法定协助，也不是突发事件应急",),
        citations=(LAW_43, "分类管理办法第二十二条"),
        code="X-05",
    )
    entry = Entry.objects.get(subject_ref=demand.ref, event="demand.recorded")
    assert entry.actor_ref == f"post:{gate['陈'].post.pk}"
    assert Entry.objects.get(subject_ref=demand.ref, event="demand.noticed").actor_ref == "system"
    assert verify().findings == ()


@pytest.mark.covers("R40", "R30", "X-05")
def test_where_an_article_in_force_gives_the_right_the_letter_is_a_refusal(gate: Gate):
    right(gate)
    demand = recorded(gate)
    assert (demand.state, demand.is_refusal) == ("noticed", True)
    assert demand.ground_article == "《示范市居民委员会工作条例》（示范市人大常委会公告第7号）第二十七条"
    assert letters_about(demand.ref).get().kind == "refusal_notice"
    decision = decision_of(demand)
    assert decision.code == "X-05"
    assert decision.citations[0] == demand.ground_article
    assert verify().findings == ()


@pytest.mark.parametrize(
    ("period", "is_refusal"),
    [
        ({"begins": date(2026, 11, 9)}, True),
        ({"begins": date(2026, 11, 10)}, False),
        ({"begins": date(2026, 9, 1), "ends": date(2026, 11, 9)}, True),
        ({"begins": date(2026, 9, 1), "ends": date(2026, 11, 8)}, False),
    ],
)
def test_a_right_gives_a_refusal_only_on_days_on_which_its_instrument_is_in_force(
    gate: Gate, period: dict[str, date], is_refusal: bool
):
    right(gate, **period)
    demand = recorded(gate)
    assert demand.is_refusal is is_refusal
    assert demand.ground_article.startswith("《示范市" if is_refusal else LAW_43)


def test_a_right_that_ended_gives_no_refusal_from_that_moment_on(gate: Gate):
    held = right(gate, at=MONDAY_MORNING - timedelta(days=3))
    assert right_in_force(DISTRICT, TODAY) == held
    assert recorded(gate, at=MONDAY_MORNING - timedelta(hours=1)).is_refusal
    end_right(actor=gate.actor("高"), at=MONDAY_MORNING, client_id=uuid4(), right_id=held.pk)
    assert right_in_force(DISTRICT, TODAY) is None
    assert not recorded(gate).is_refusal


@pytest.mark.covers("R40")
def test_statutory_assistance_is_borne_whatever_else_gives_a_right(gate: Gate):
    right(gate)
    demand = recorded(gate, item_code=CORRECTIONS)
    assert (demand.state, demand.is_open, demand.ground) == ("borne", False, "statutory")
    assert demand.ground_article == "城市居民委员会组织法第十条第五项、社区矫正法第十二条"
    assert (demand.due_on, demand.is_refusal) == (None, False)
    assert decision_of(demand) == ALLOWED
    assert steps_of(demand)[1].reason == "协助做好社区矫正和刑满释放人员帮教工作"
    assert not letters_about(demand.ref).exists()
    assert verify().findings == ()


@pytest.mark.covers("R40")
def test_an_emergency_passes_and_waits_for_its_record(gate: Gate):
    right(gate)
    demand = recorded(gate, item_code="", **DECLARED)
    assert (demand.state, demand.is_open, demand.ground) == ("awaiting_record", True, "emergency")
    assert demand.ground_article == "突发事件应对法第二十二条、第七十七条"
    assert (demand.answer_within, demand.due_on) == (5, NOTICED_BY)
    assert steps_of(demand)[1].reason == DECLARED["emergency_basis"]
    assert decision_of(demand) == ALLOWED
    assert not letters_about(demand.ref).exists()


@pytest.mark.parametrize(
    ("day", "ground"),
    [
        (STARTS_ON - timedelta(days=1), "unadmitted"),
        (STARTS_ON, "admitted"),
        (ENDS_ON - timedelta(days=10), "admitted"),
    ],
)
def test_an_admitted_task_of_the_organ_is_found_by_its_item(bearing: Bearing, day: date, ground: str):
    task = bearing.task(item_code="K1-06", affair_class="K1")
    demand = recorded(bearing.purse.gate, at=noon(day), item_code="K1-06")
    assert (demand.ground, demand.task) == (ground, task if ground == "admitted" else None)
    assert demand.state == ("borne" if ground == "admitted" else "noticed")


def test_a_task_is_found_by_its_number_and_a_suspended_one_is_on_the_list_still(bearing: Bearing):
    gate, task = bearing.purse.gate, bearing.task()
    assert recorded(gate, at=noon(STARTS_ON), item_code="", task_number=task.number).task == task
    bearing.move(task, "suspend", by="陈", on=date(2026, 12, 8))
    late = recorded(gate, at=noon(date(2026, 12, 9)), item_code="", task_number=task.number)
    assert (late.ground, late.task, late.state) == ("admitted", task, "borne")
    assert steps_of(late)[1].reason == task.number


@pytest.mark.parametrize("changes", [{"organ": OTHER_ORGAN}, {"by": "柳"}, {"on": STARTS_ON - timedelta(days=1)}])
def test_a_number_that_does_not_hold_is_bad_input(bearing: Bearing, changes: dict[str, object]):
    task, said = bearing.task(), dict(changes)
    at = noon(said.pop("on", STARTS_ON))
    refused = refusal_of(lambda: recorded(bearing.purse.gate, at=at, item_code="", task_number=task.number, **said))
    assert refused.reasons == ("协助任务：没有这个部门交给本居民委员会、当日仍在期限内的这项任务",)


@pytest.mark.parametrize("who", ["何", "周", "徐", "吴", "孙", "高", "石", "罗", "田", "吴会", "马", "郑", "林"])
def test_only_a_member_takes_demands_down(gate: Gate, who: str):
    assert refusal_of(lambda: recorded(gate, by=who)).reasons == ("您的岗位没有这项权限",)
    assert not Demand.objects.exists()


def test_each_committee_takes_down_its_own(gate: Gate):
    assert recorded(gate, by="陈").committee == gate.bodies[COMMITTEE]
    theirs = recorded(gate, by="柳")
    assert (theirs.committee.name, theirs.area_code) == ("柳堤社区居民委员会", "990101001002")
    assert theirs.number == "990101-2026-D0002"


@pytest.mark.parametrize(
    ("changes", "reasons"),
    [
        ({"organ": "安居物业服务有限公司"}, ["单位：须是本区的政府部门、街道或者公营企事业单位"]),
        ({"organ": COMMITTEE}, ["单位：须是本区的政府部门、街道或者公营企事业单位"]),
        ({"organ": "东街道"}, ["单位：须是本区的政府部门、街道或者公营企事业单位"]),
        ({"organ_id": 0}, ["单位：须是本区的政府部门、街道或者公营企事业单位"]),
        ({"channel": "telepathy"}, ["怎样提出的：没有这种方式"]),
        ({"item_code": "K9-99"}, ["清单事项：清单上没有这一项"]),
        (
            {"minutes": 0, "money_fen": -1, "name": " "},
            [
                "要做什么：写 1 至 60 个字",
                "工作量：必须在 1 至 6000000 分钟之间",
                "随附经费：不能小于 0，不能超过一千亿元",
            ],
        ),
        ({"money_fen": 10_000_000_000_001}, ["随附经费：不能小于 0，不能超过一千亿元"]),
        ({"is_emergency": True}, ["应急依据：须写明谁以什么决定、命令宣布的"]),
    ],
)
def test_bad_input_is_refused_whole(gate: Gate, changes: dict[str, object], reasons: list[str]):
    assert list(refusal_of(lambda: recorded(gate, **changes)).reasons) == reasons
    assert not Demand.objects.exists()
    assert not GateStep.objects.exists()
    assert not Letter.objects.exists()


def test_the_street_is_no_exception(gate: Gate):
    demand = recorded(gate, organ="和平街道办事处", money_fen=50_000, has_power=True)
    assert (demand.state, demand.has_money, demand.has_power) == ("noticed", True, True)


def test_asked_twice_there_is_one_demand_and_one_letter(gate: Gate):
    asked, wish, actor = uuid4(), words(gate), gate.actor("陈")
    first = record_demand(actor=actor, at=MONDAY_MORNING, client_id=asked, wish=wish)
    again = record_demand(actor=actor, at=MONDAY_MORNING + timedelta(hours=1), client_id=asked, wish=wish)
    assert first == again
    assert (Demand.objects.count(), Letter.objects.count()) == (1, 1)
    other = words(gate, minutes=601)
    with pytest.raises(ConflictError):
        record_demand(actor=actor, at=MONDAY_MORNING, client_id=asked, wish=other)


@pytest.mark.covers("X-17")
def test_past_the_loaded_calendar_no_day_for_the_answer_is_guessed(gate: Gate):
    assert refusal_of(lambda: recorded(gate, at=BEYOND)).code == "X-17"
    assert not Demand.objects.exists()
    assert not Letter.objects.exists()
    assert recorded(gate, at=BEYOND, item_code=CORRECTIONS).state == "borne"


SEES = {"陈", "吴", "孙", "高", "石"}


@pytest.mark.parametrize(
    "who", ["陈", "柳", "何", "吴", "孙", "董", "蒋", "高", "石", "罗", "田", "秦", "吴会", "周", "郑", "林"]
)
def test_who_sees_a_demand(gate: Gate, who: str):
    demand, actor = recorded(gate), gate.actor(who)
    assert list(visible_to(actor)) == ([demand] if who in SEES else [])
    if who not in SEES:
        with pytest.raises(GateNotFound):
            demand_for(actor, demand.number)


# --- the right to refuse


@pytest.mark.parametrize("who", ["石", "罗", "吴", "孙", "陈", "董会", "郑", "林"])
def test_only_who_examines_for_the_coordinating_body_registers_a_right(gate: Gate, who: str):
    article = Article.objects.get(instrument=instrument())
    refused = refusal_of(
        lambda: register_right(actor=gate.actor(who), at=MONDAY_MORNING, client_id=uuid4(), article_id=article.pk)
    )
    assert refused.reasons == ("您的岗位没有这项权限",)


def test_a_right_rests_on_an_article_of_the_district_and_there_is_one_at_a_time(gate: Gate):
    theirs = Article.objects.get(instrument=instrument(district=OTHER_DISTRICT))
    actor = gate.actor("高")

    def register(article_id: int):
        return register_right(actor=actor, at=MONDAY_MORNING, client_id=uuid4(), article_id=article_id)

    for unknown in (theirs.pk, 0):
        assert refusal_of(lambda pk=unknown: register(pk)).reasons == ("条款：须是本区已登记的文件中的一条",)
    held = right(gate)
    assert refusal_of(lambda: register(held.article_id)).reasons == ("已经登记了一条拒绝承接的依据；请先终止它",)
    ended = end_right(actor=actor, at=MONDAY_MORNING, client_id=uuid4(), right_id=held.pk)
    assert ended.ended_at == MONDAY_MORNING
    twice = refusal_of(lambda: end_right(actor=actor, at=MONDAY_MORNING, client_id=uuid4(), right_id=held.pk))
    assert twice.reasons == ("这一条依据已经终止",)
    assert register(held.article_id).ended_at is None
    assert facts_of(f"refusal_right:{held.pk}", "refusal_right.ended") == {
        "instrument": "示范市人大常委会公告第7号",
        "article": "第二十七条",
    }
    assert verify().findings == ()


def test_a_right_of_another_district_is_not_found(gate: Gate):
    with pytest.raises(GateNotFound):
        end_right(actor=gate.actor("高"), at=MONDAY_MORNING, client_id=uuid4(), right_id=0)
    held = right(gate)
    assert right_in_force(OTHER_DISTRICT, TODAY) is None
    assert right_in_force(DISTRICT, TODAY) == held
    assert right_in_force(DISTRICT, TODAY - timedelta(days=1)) is None
