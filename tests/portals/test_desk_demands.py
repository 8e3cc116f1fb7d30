"""The desk's pages of demands: what applies is said at once, moves are drawn from the table, nobody sees another's."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sanhu.domains.admission.models import Application, Demand, GateStep, RefusalRight
from sanhu.domains.admission.services.demand_ticks import tick
from sanhu.domains.admission.terms import Ground
from sanhu.domains.catalogue.models import Article
from sanhu.domains.evidence.models import Letter
from sanhu.portals.desk.views import demands
from tests.cast import MONDAY_MORNING
from tests.conftest import Clock
from tests.domains.admission.bearing import Bearing
from tests.domains.admission.demanding import CAMPAIGN, CORRECTIONS, DECLARED, instrument, moved, recorded, right
from tests.domains.funding.money import Purse
from tests.gate import COMMITTEE, ORGAN, OTHER_ORGAN
from tests.portals.conftest import GateDesks
from tests.portals.desk_administration.filling import HOSTILE, answers, fill
from tests.portals.policy import breaches
from tests.portals.reading import words

LIST, NEW = "/desk/demands/", "/desk/demands/new/"
ADMITTED_DAY = MONDAY_MORNING + timedelta(days=23)  # Wednesday 2 December, while the task below is in force


def url_of(demand: Demand, move: str = "") -> str:
    return f"/desk/demands/{demand.number}/" + (f"moves/{move}/" if move else "")


def phoned(at_gate: GateDesks, **changes: object) -> dict[str, object]:
    """What 陈 writes down while 区城市管理局 is on the phone."""
    said = {
        "organ": at_gate.gate.bodies[ORGAN].pk,
        "channel": "phone",
        "received_at": "2026-11-09T09:30",
        "name": "上门登记养犬情况",
        "words": "要求本周内逐户登记，周五前交表。",
        "item": CAMPAIGN,
        "minutes": 960,
    }
    return said | changes


@pytest.mark.covers("R40", "X-05")
def test_an_unadmitted_demand_is_answered_at_once_with_letter_and_code(at_gate: GateDesks):
    desk = at_gate.browser("陈")
    answer = fill(desk, NEW, **phoned(at_gate, money="1200.50", has_staff="on"))
    demand = Demand.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, url_of(demand))
    taken_down = demand.ground, demand.state, demand.money_fen, demand.has_power, demand.has_staff
    assert taken_down == ("unadmitted", "noticed", 120_050, False, True)
    page = desk.get(url_of(demand))
    told = words(page.content.decode())
    letter = Letter.objects.get(subject_ref=demand.ref)
    for said in (
        "请对方先按准入程序申请",
        "X-05",
        "城市居民委员会组织法第四十三条",
        letter.number,
        "¥1,200.50",
        "16 小时",
    ):
        assert said in told, said
    assert f'href="/desk/letters/{letter.pk}/"' in page.content.decode()
    assert breaches(page) == []


@pytest.mark.covers("R30", "X-05")
def test_where_a_local_instrument_gives_the_right_the_page_says_refuse(at_gate: GateDesks):
    right(at_gate.gate)
    fill(at_gate.browser("陈"), NEW, **phoned(at_gate))
    told = words(at_gate.browser("陈").get(url_of(Demand.objects.get())).content.decode())
    assert "可以拒绝承接，已出告知单" in told
    assert "示范市居民委员会工作条例" in told
    assert "X-05" in told


@pytest.mark.covers("R40")
@pytest.mark.parametrize(
    ("said", "ground", "told"),
    [
        ({"item": CORRECTIONS}, Ground.STATUTORY, ("应当协助", "法律规定居民委员会应当协助", "第十条第五项")),
        (
            {"is_emergency": "on", "emergency_basis": "区防汛指挥部Ⅲ级应急响应"},
            Ground.EMERGENCY,
            ("应当协助，先办再补手续", "突发事件应对法第二十二条", "部门最迟哪天补办", "11月16日"),
        ),
    ],
)
def test_what_may_not_be_refused_says_so_and_writes_no_letter(
    said: dict[str, str], ground: Ground, told: tuple[str, ...], at_gate: GateDesks
):
    assert fill(at_gate.browser("陈"), NEW, **phoned(at_gate, **said)).status_code == 302
    demand = Demand.objects.get()
    page = words(at_gate.browser("陈").get(url_of(demand)).content.decode())
    assert demand.ground == ground
    assert [word for word in told if word not in page] == []
    assert "X-05" not in page
    assert not Letter.objects.filter(subject_ref=demand.ref).exists()


def test_an_admitted_demand_names_its_task(at_gate: GateDesks, clock: Clock):
    task = Bearing(Purse(at_gate.gate)).task(COMMITTEE, item_code=CAMPAIGN)
    clock.at = ADMITTED_DAY
    desk = at_gate.browser("陈")
    assert task.number in words(desk.get(NEW).content.decode())
    answer = fill(desk, NEW, **phoned(at_gate, received_at="2026-12-02T09:30", task=task.number))
    assert answer.status_code == 302
    demand = Demand.objects.get()
    assert (demand.ground, demand.task, demand.state) == (Ground.ADMITTED, task, "borne")


BAD = [
    ({"organ": ""}, "请选择“哪个单位提出的”。"),
    ({"organ": "0"}, "“哪个单位提出的”要从列出的选项里选。"),
    ({"channel": ""}, "请选择“怎样提出的”。"),
    ({"received_at": "上周五"}, "要写成 2026-11-23 09:40 这样的时间。"),
    ({"received_at": "2026-11-09T09:50"}, "收到时间：不能晚于现在"),
    ({"name": " "}, "请填写“要做什么，一句话”。"),
    ({"name": "长" * 61}, "“要做什么，一句话”最多 60 个字，现在有 61 个。"),
    ({"words": ""}, "请填写“原话”。"),
    ({"item": "K9-99"}, "“对应清单上的哪一项”要从列出的选项里选。"),
    ({"task": "990102-2026-T0001"}, "“属于哪一项协助任务”要从列出的选项里选。"),
    ({"minutes": "0"}, "“估计要花多少分钟”不能小于 1。"),
    ({"minutes": "很多"}, "“估计要花多少分钟”要写整数。"),
    ({"money": "-1"}, "金额：不能小于 0。"),
    ({"money": "0.001"}, "最多两位小数"),
    ({"is_emergency": "on"}, "应急的，请写明谁、以什么文件宣布的。"),
]


def test_bad_input_names_field_and_rule_and_nothing_is_lost(at_gate: GateDesks):
    desk = at_gate.browser("陈")
    form = answers(desk.get(NEW).content.decode()) | phoned(at_gate, words=f"原样留着 {HOSTILE}")
    faults = []
    for said, reason in BAD:
        answer = desk.post(NEW, form | said)
        html = answer.content.decode()
        kept = "words" in said or answers(html)["words"].strip() == f"原样留着 {HOSTILE}"
        if (answer.status_code, reason in words(html), HOSTILE in html, kept) != (422, True, False, True):
            faults.append(said)
    assert faults == []
    assert not Demand.objects.exists()


def test_the_same_form_sent_twice_is_one_demand_and_other_words_are_kept(at_gate: GateDesks):
    desk = at_gate.browser("陈")
    form = answers(desk.get(NEW).content.decode()) | phoned(at_gate)
    pressed = [desk.post(NEW, form) for _press in range(2)]
    assert [(answer.status_code, answer["Location"]) for answer in pressed] == [(302, url_of(Demand.objects.get()))] * 2
    other = desk.post(NEW, form | {"name": "再登记一次"})
    assert other.status_code == 409
    assert "这张表已经提交过一次，内容不同" in words(other.content.decode())
    assert answers(other.content.decode())["name"] == "再登记一次"
    assert Demand.objects.count() == 1


# Who sees 翠园's demand of 区城市管理局 on the list and on its page.
SEES = {"陈": 200, "吴": 200, "孙": 200, "高": 200, "石": 200, "柳": 404, "蒋": 404, "郑": 403, "何": 403, "罗": 403}


def test_a_demand_is_seen_by_those_concerned_alone(at_gate: GateDesks):
    demand = recorded(at_gate.gate)
    for who, status in SEES.items():
        desk = at_gate.browser(who)
        listed = desk.get("/desk/demands/?state=noticed&ground=unadmitted")
        assert desk.get(url_of(demand)).status_code == status, who
        assert listed.status_code == (403 if status == 403 else 200), who
        assert (demand.number in listed.content.decode()) == (status == 200), who
    assert at_gate.browser("陈").get("/desk/demands/?state=gone").status_code == 400
    assert at_gate.browser("陈").get("/desk/demands/?ground=gone").status_code == 400
    assert at_gate.browser("陈").get("/desk/demands/?after=x").status_code == 400


def test_the_list_goes_on_by_key_and_asks_no_more_the_longer_it_is(at_gate: GateDesks, monkeypatch: pytest.MonkeyPatch):
    recorded(at_gate.gate)
    desk = at_gate.browser("陈")
    desk.get(LIST)  # the first page of a session writes that it was used
    with CaptureQueriesContext(connection) as few:
        desk.get(LIST)
    later = [recorded(at_gate.gate, at=MONDAY_MORNING + timedelta(minutes=minute)).number for minute in (1, 2)]
    with CaptureQueriesContext(connection) as many:
        desk.get(LIST)
    assert len(many) == len(few)
    monkeypatch.setattr(demands, "PAGE_SIZE", 2)
    first = desk.get(LIST).content.decode()
    assert re.findall(r"990101-2026-D\d{4}", words(first)) == sorted(later, reverse=True)
    following = re.search(r'rel="next" href="([^"]+)"', first)
    assert following
    assert "990101-2026-D0001" in desk.get(following[1]).content.decode()


@pytest.mark.covers("R40", "X-05")
def test_an_emergency_that_was_never_recorded_afterwards_reads_as_unadmitted(at_gate: GateDesks, clock: Clock):
    demand = recorded(at_gate.gate, **DECLARED)
    tick(at=clock.forward(days=8))  # Tuesday 17 November, the day after the last for it
    told = words(at_gate.browser("陈").get(url_of(demand)).content.decode())
    for said in ("应急协助逾期没有补办手续，按未经准入处理", "X-05", "请对方先按准入程序申请", "部门最迟哪天答复"):
        assert said in told, said


def test_a_letter_is_seen_by_who_wrote_it_who_got_it_and_who_got_a_copy(at_gate: GateDesks):
    recorded(at_gate.gate)
    url = f"/desk/letters/{Letter.objects.get().pk}/"
    seen = {
        who: at_gate.browser(who).get(url).status_code for who in ("陈", "孙", "吴", "高", "石", "柳", "蒋", "郑", "田")
    }
    assert seen == {"陈": 200, "孙": 200, "吴": 200, "高": 200, "石": 200, "柳": 404, "蒋": 404, "郑": 403, "田": 404}


@pytest.mark.covers("R38", "R40")
def test_an_organ_converts_a_demand_with_one_press_and_goes_on_with_the_draft(at_gate: GateDesks):
    demand = recorded(at_gate.gate)
    desk = at_gate.browser("孙")
    answer = fill(desk, url_of(demand, "convert"))
    application = Application.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/desk/applications/{application.number}/edit/")
    demand.refresh_from_db()
    assert (demand.state, demand.application, application.state) == ("converted", application, "draft")


MOVES = [
    ("withdraw", "吴", {"reason": "由本局自行办理。"}, "withdrawn"),
    ("escalate", "陈", {"reason": "三次催促仍要求下周交表。"}, "escalated"),
]


@pytest.mark.parametrize(("move", "who", "said", "state"), MOVES)
def test_moves_take_a_reason_and_are_made_once(
    move: str, who: str, said: dict[str, str], state: str, at_gate: GateDesks
):
    demand = recorded(at_gate.gate)
    desk, url = at_gate.browser(who), url_of(demand, move)
    form = answers(desk.get(url).content.decode())
    bare = desk.post(url, form)
    assert (bare.status_code, "请填写" in words(bare.content.decode())) == (422, True)
    pressed = [desk.post(url, form | said).status_code for _press in range(2)]
    demand.refresh_from_db()
    assert (pressed, demand.state) == ([302, 302], state)
    assert GateStep.objects.filter(subject_ref=demand.ref, move=move, reason=said["reason"]).count() == 1


def test_coordination_rules_on_what_was_escalated(at_gate: GateDesks):
    demand = moved(at_gate.gate, recorded(at_gate.gate), "escalate", by="陈")
    answer = fill(at_gate.browser("高"), url_of(demand, "rule"), reason="请城管局撤回，另按程序申请。")
    demand.refresh_from_db()
    assert (answer.status_code, demand.state, demand.is_open) == (302, "ruled", False)


def test_an_emergency_is_recorded_afterwards_with_its_article(at_gate: GateDesks):
    demand = recorded(at_gate.gate, **DECLARED)
    url = url_of(demand, "record_afterwards")
    desk = at_gate.browser("吴")
    bare = fill(desk, url, reason="转移低洼处住户。")
    assert (bare.status_code, "请填写“依据的条款”。" in words(bare.content.decode())) == (422, True)
    answer = fill(desk, url, reason="转移低洼处住户。", article="突发事件应对法第二十二条")
    demand.refresh_from_db()
    assert (answer.status_code, demand.state) == (302, "borne")


def test_a_move_one_may_not_make_says_why_and_system_moves_have_no_page(at_gate: GateDesks):
    demand = recorded(at_gate.gate)
    refused = at_gate.browser("陈").get(url_of(demand, "withdraw"))
    assert refused.status_code == 403
    assert "您的岗位没有这项权限" in words(refused.content.decode())
    early = at_gate.browser("高").get(url_of(demand, "rule"))
    assert (early.status_code, "现在的状态不能这样办理" in words(early.content.decode())) == (403, True)
    assert [at_gate.browser("陈").get(url_of(demand, move)).status_code for move in ("lapse", "begin")] == [404, 404]
    assert at_gate.browser("柳").get(url_of(demand, "escalate")).status_code == 404


def test_a_form_somebody_overtook_shows_what_happened_and_keeps_the_words(at_gate: GateDesks):
    demand = recorded(at_gate.gate)
    desk, url = at_gate.browser("吴"), url_of(demand, "withdraw")
    form = answers(desk.get(url).content.decode()) | {"reason": "由本局自行办理。"}
    moved(at_gate.gate, demand, "escalate", by="陈")
    stale = desk.post(url, form)
    told = words(stale.content.decode())
    assert stale.status_code == 409
    assert "您填表的时候，同事已经办了" in told
    assert "报请协调机构处理" in told
    again = answers(stale.content.decode())
    assert again["reason"] == "由本局自行办理。"
    assert desk.post(url, again).status_code == 302


@pytest.mark.covers("R7", "R8", "X-21")
def test_inflows_are_counted_by_code_and_never_ranked(at_gate: GateDesks):
    recorded(at_gate.gate)
    recorded(at_gate.gate, organ=OTHER_ORGAN, has_power=True, money_fen=60_000, minutes=90)
    desk = at_gate.browser("高")
    page = desk.get("/desk/inflows/")
    told = words(page.content.decode())
    assert page.status_code == 200
    assert told.count("区城市管理局") >= 1
    assert "10 小时" in told
    assert "1 小时 30 分" in told
    refused = desk.get("/desk/inflows/?order=demands")
    assert refused.status_code == 422
    assert "X-21" in refused.content.decode()
    assert "10 小时" not in words(refused.content.decode())
    assert desk.get("/desk/inflows/?order=code").status_code == 200


def test_inflows_take_a_period_that_makes_sense(at_gate: GateDesks):
    recorded(at_gate.gate)
    desk = at_gate.browser("石")
    before = desk.get("/desk/inflows/?since=2026-01-01&until=2026-10-31")
    assert (before.status_code, "这段时间没有登记。" in words(before.content.decode())) == (200, True)
    for asked, reason in (
        ("since=2026-11-09&until=2026-11-01", "“到哪一天”不能早于“从哪一天”。"),
        ("since=x&until=2026-11-01", "“从哪一天”要写成 2026-11-23 这样的日期。"),
    ):
        answer = desk.get(f"/desk/inflows/?{asked}")
        assert (answer.status_code, reason in words(answer.content.decode())) == (422, True)
    closed = {who: at_gate.browser(who).get("/desk/inflows/").status_code for who in "陈孙郑"}
    assert closed == dict.fromkeys("陈孙郑", 403)


@pytest.mark.covers("R30")
def test_a_right_is_registered_and_ended_by_the_coordinating_body(at_gate: GateDesks):
    article = Article.objects.get(instrument=instrument())
    desk = at_gate.browser("高")
    assert fill(desk, "/desk/refusal-rights/new/", article=article.pk).status_code == 302
    found = RefusalRight.objects.get()
    told = words(desk.get("/desk/refusal-rights/").content.decode())
    assert "示范市居民委员会工作条例 第二十七条" in told
    twice = fill(desk, "/desk/refusal-rights/new/", article=article.pk)
    assert (twice.status_code, "已经登记了一条拒绝承接的依据" in words(twice.content.decode())) == (422, True)
    bare = fill(desk, f"/desk/refusal-rights/{found.pk}/end/")
    assert bare.status_code == 422
    assert fill(desk, f"/desk/refusal-rights/{found.pk}/end/", is_sure="on").status_code == 302
    found.refresh_from_db()
    assert found.ended_at is not None
    assert desk.get("/desk/refusal-rights/999999/end/").status_code == 404
    assert at_gate.browser("石").get("/desk/refusal-rights/").status_code == 200
    assert {
        who: at_gate.browser(who).get("/desk/refusal-rights/new/").status_code for who in "石陈郑"
    } == dict.fromkeys("石陈郑", 403)
