"""Drafting: what can be kept is kept, what cannot is named by its field, and nothing is written twice."""

from dataclasses import replace
from datetime import date, datetime
from uuid import uuid4

import pytest
from django.db import transaction

from sanhu.domains.admission.models import Application, ApplicationCommittee, Demand, GateStep
from sanhu.domains.admission.queries.applications import asked_committees
from sanhu.domains.admission.services.drafting import Draft, draft, draft_from_demand, edit
from sanhu.domains.admission.services.errors import GateNotFound, StaleForm
from sanhu.domains.admission.terms import DemandChannel, Ground
from sanhu.domains.evidence.models import Entry
from sanhu.domains.evidence.requests import ConflictError
from sanhu.engines.decisions import Refused
from tests.applying import APPLIED_AT, application_of, drafted, move, wish_of
from tests.cast import DISTRICT
from tests.domains.casework.refusals import refusal_of
from tests.gate import COMMITTEE, ORGAN, OTHER_COMMITTEE, Gate

LATER = APPLIED_AT.replace(hour=APPLIED_AT.hour + 1)


def test_a_draft_keeps_every_field_with_its_first_step_and_entry(gate: Gate):
    application = drafted(gate, item_code="K1-06", systems=" 城管平台 ", assessment="", data_fields=("犬只品种",))
    assert application.number == "990101-2026-A0001"
    assert (application.state, application.revision, application.round) == ("draft", 1, 1)
    assert (application.organ.name, application.district) == (ORGAN, DISTRICT)
    assert application.systems == "城管平台"
    assert application.acts == ["publicise", "dissuade"]
    assert application.instalments == [
        {"due_on": "2026-10-28", "amount_fen": 180_000},
        {"due_on": "2026-12-01", "amount_fen": 180_000},
    ]
    assert [committee.name for committee in asked_committees(application)] == [COMMITTEE]
    step = GateStep.objects.get(subject_ref=application.ref)
    assert (step.move, step.ordinal, step.to_state) == ("begin", 1, "draft")
    assert Entry.objects.get(subject_ref=application.ref).event == "admission.drafted"
    assert drafted(gate).number == "990101-2026-A0002"


def test_a_draft_may_have_gaps_where_there_are_words_to_come(gate: Gate):
    empty = dict.fromkeys(
        ("legal_basis", "necessity", "content", "boundary", "frequency", "training", "cost_basis", "exit_terms"), ""
    )
    application = drafted(gate, **empty, acts=(), instalments=(), committee_ids=(), affair_class="", power_kind="")
    decision = refusal_of(lambda: move(gate, application.number, "submit", by="孙"))
    assert [reason for reason in decision.reasons if reason.endswith("：不能为空")] == [
        "类别：不能为空",
        "法律依据：不能为空",
        "必要性：不能为空",
        "协助内容：不能为空",
        "协助边界：不能为空",
        "协助行为：不能为空",
        "频次：不能为空",
        "权限来源：不能为空",
        "培训：不能为空",
        "经费标准：不能为空",
        "拨付时点：不能为空",
        "退出条件：不能为空",
        "请求协助的居民委员会：不能为空",
    ]
    assert Application.objects.get(pk=application.pk).state == "draft"


FAULTS: list[tuple[dict[str, object], str]] = [
    ({"minutes_each": 0}, "每个社区的工作量（分钟）：必须大于 0"),
    ({"minutes_each": -1}, "每个社区的工作量（分钟）：必须大于 0"),
    ({"minutes_each": 10_000_001}, "每个社区的工作量（分钟）：数额过大，请核对"),
    ({"minutes_each": 1.5}, "每个社区的工作量（分钟）：须为整数"),
    ({"minutes_each": True}, "每个社区的工作量（分钟）：须为整数"),
    ({"amount_each_fen": 0}, "每个社区的经费：必须大于 0"),
    ({"amount_each_fen": -360_000}, "每个社区的经费：必须大于 0"),
    ({"amount_each_fen": 10_000_000_000_001}, "每个社区的经费：数额过大，请核对"),
    ({"amount_each_fen": "360000"}, "每个社区的经费：须为整数"),
    ({"ends_on": date(2026, 10, 27)}, "结束日期：不得早于开始日期"),
    ({"ends_on": date(2027, 10, 29)}, "结束日期：一次准入最长 366 天，到期须重新登记"),
    ({"starts_on": datetime(2026, 10, 28, 8, 0)}, "开始日期：须为日期"),  # noqa: DTZ001 - no day either way
    ({"name": "养" * 61}, "事项名称：不超过 60 个字"),
    ({"necessity": "难" * 2001}, "必要性：不超过 2000 个字"),
    ({"content": "张贴\x00告知书"}, "协助内容：含有不能保存的字符"),
    ({"training": None}, "培训：须为文字"),
    ({"affair_class": "K8"}, "类别：没有这个选项"),
    ({"source": "tax"}, "资金来源：没有这个选项"),
    ({"line": "L11"}, "预算科目：没有这个选项"),
    ({"power_kind": "habit"}, "权限来源：没有这个选项"),
    ({"acts": ("sweep",)}, "协助行为：没有这个选项"),
    ({"data_fields": ("",)}, "需采集或者填报的数据项：须逐项写明名称"),
    ({"data_fields": ("犬" * 41,)}, "需采集或者填报的数据项：每项不超过 40 个字"),
    ({"data_fields": ("犬",) * 51}, "需采集或者填报的数据项：不超过 50 项"),
    ({"instalments": ({"due_on": "十月", "amount_fen": 1},)}, "拨付时点：每期须有日期"),
    ({"instalments": ({"due_on": "2026-11-01", "amount_fen": 0},)}, "拨付时点：每期金额必须大于 0，并不得过大"),
    ({"instalments": ({"due_on": "2026-11-01", "amount_fen": -5},)}, "拨付时点：每期金额必须大于 0，并不得过大"),
    ({"instalments": ("2026-11-01",)}, "拨付时点：每期须有日期和金额"),
    ({"instalments": ({"due_on": "2026-11-01", "amount_fen": 1},) * 13}, "拨付时点：不超过 12 期"),
    ({"item_code": "K9-99"}, "清单事项编号：现行清单没有这一项"),
    ({"item_code": "K2-01"}, "类别：与清单事项的类别不一致"),
    ({"committee_ids": (0,)}, "请求协助的居民委员会：本区没有这个居民委员会"),
    ({"committee_ids": ("翠园",)}, "请求协助的居民委员会：本区没有这个居民委员会"),
    ({"renews": "990101-2026-A0099"}, "续期的原申请：须为本单位已生效或者已到期的申请"),
]


@pytest.mark.covers("R37")
@pytest.mark.parametrize(("changes", "reason"), FAULTS)
def test_what_cannot_be_kept_is_named_by_field_and_rule(gate: Gate, changes: dict[str, object], reason: str):
    assert refusal_of(lambda: drafted(gate, **changes)).reasons == (reason,)
    assert not Application.objects.exists()


def test_a_year_is_the_longest_period(gate: Gate):
    assert drafted(gate, ends_on=date(2027, 10, 28)).ends_on == date(2027, 10, 28)  # 366 days with both ends


def test_a_body_that_is_no_committee_of_the_district_is_not_asked(gate: Gate):
    for body in (ORGAN, "东街道"):
        decision = refusal_of(lambda body=body: drafted(gate, committee_ids=(gate.bodies[body].pk,)))
        assert decision.reasons == ("请求协助的居民委员会：本区没有这个居民委员会",)


def test_who_drafts_belongs_to_an_organ_and_may_apply(gate: Gate):
    for who in ("陈", "何", "高", "石", "罗", "田", "马", "林", "吴会"):
        assert refusal_of(lambda who=who: drafted(gate, by=who)).reasons == ("您的岗位没有这项权限",)
    assert drafted(gate, by="蒋").organ.name == "区民政局"
    market = replace(gate.actor("孙", APPLIED_AT), organisation_id=gate.bodies["安居物业服务有限公司"].pk)
    decision = refusal_of(lambda: draft(actor=market, at=APPLIED_AT, client_id=uuid4(), wish=wish_of(gate)))
    assert decision.reasons == ("只有政府部门和公营企事业单位可以申请准入",)


def _edit(gate: Gate, application: Application, wish: Draft, *, by: str = "吴", revision: int = 1) -> Application:
    actor = gate.actor(by, LATER)
    return edit(actor=actor, at=LATER, client_id=uuid4(), number=application.number, revision=revision, wish=wish)


def test_a_colleague_changes_the_draft_and_whom_it_asks(gate: Gate):
    application = drafted(gate)
    other = gate.bodies[OTHER_COMMITTEE].pk
    changed = _edit(gate, application, wish_of(gate, name="文明养犬入户宣传和登记", committee_ids=(other,)))
    assert (changed.name, changed.state, changed.revision) == ("文明养犬入户宣传和登记", "draft", 2)
    assert [committee.name for committee in asked_committees(changed)] == [OTHER_COMMITTEE]
    ended = ApplicationCommittee.objects.get(application=changed, committee=gate.bodies[COMMITTEE])
    assert ended.ended_at == LATER
    assert Entry.objects.filter(subject_ref=changed.ref).order_by("id").last().event == "admission.edited"
    both = _edit(gate, changed, wish_of(gate, committee_ids=(gate.bodies[COMMITTEE].pk, other)), revision=2)
    assert [committee.name for committee in asked_committees(both)] == [COMMITTEE, OTHER_COMMITTEE]


def test_a_form_that_a_colleague_overtook_is_stale(gate: Gate):
    application = drafted(gate)
    _edit(gate, application, wish_of(gate, frequency="每月一次"))
    with pytest.raises(StaleForm) as stale:
        _edit(gate, application, wish_of(gate, frequency="每周一次"), by="孙")
    assert [step.move for step in stale.value.steps] == ["edit"]
    assert Application.objects.get(pk=application.pk).frequency == "每月一次"
    with pytest.raises(StaleForm):
        move(gate, application.number, "submit", by="孙", revision=1)


def test_what_is_under_way_is_not_changed_nor_by_another_organ(gate: Gate):
    application = application_of(gate, to="submitted")
    decision = refusal_of(lambda: _edit(gate, application, wish_of(gate), revision=2))
    assert decision.reasons == ("现在的状态不能这样办理",)
    with pytest.raises(GateNotFound):
        _edit(gate, drafted(gate), wish_of(gate), by="董")
    # not by way of a move either
    decision = refusal_of(lambda: move(gate, drafted(gate).number, "edit", by="孙"))
    assert decision.reasons == ("请在申请的修改页面修改",)


def test_a_repeated_request_gets_the_same_answer(gate: Gate):
    client_id, actor = uuid4(), gate.actor("孙", APPLIED_AT)
    asked = {"actor": actor, "client_id": client_id}
    first = draft(**asked, at=APPLIED_AT, wish=wish_of(gate))
    again = draft(**asked, at=LATER, wish=wish_of(gate))
    assert first.number == again.number
    assert Application.objects.count() == 1
    with pytest.raises(ConflictError):
        draft(**asked, at=LATER, wish=wish_of(gate, frequency="每周一次"))
    edits = {"number": first.number, "revision": 1, "wish": wish_of(gate, frequency="每周一次"), "client_id": uuid4()}
    assert edit(actor=actor, at=LATER, **edits).revision == 2
    assert edit(actor=actor, at=LATER, **edits).revision == 2


def _demand(gate: Gate, **changes: object) -> Demand:
    said: dict[str, object] = {
        "number": f"{DISTRICT}-2026-D0001",
        "district": DISTRICT,
        "committee": gate.bodies[COMMITTEE],
        "organ": gate.bodies[ORGAN],
        "area_code": "990101001001",
        "channel": DemandChannel.PHONE,
        "received_at": APPLIED_AT,
        "recorded_at": APPLIED_AT,
        "name": "统计犬只数量",
        "words": "请居委会一周内报犬只数量。",
        "minutes": 900,
        "has_power": False,
        "has_money": False,
        "has_staff": False,
        "is_emergency": False,
        "ground": Ground.UNADMITTED,
        "ground_article": "分类管理办法第二十一条",
        "state": "noticed",
    }
    return Demand.objects.create(**(said | changes))


def test_a_demand_becomes_a_draft_with_its_gaps_open(gate: Gate):
    with transaction.atomic():
        application = draft_from_demand(_demand(gate), actor=gate.actor("孙", APPLIED_AT), at=APPLIED_AT)
    assert (application.name, application.content) == ("统计犬只数量", "请居委会一周内报犬只数量。")
    assert (application.minutes_each, application.amount_each_fen, application.affair_class) == (900, 0, "K7")
    assert application.starts_on == date(2026, 10, 28)
    assert (application.legal_basis, application.necessity, application.acts, application.instalments) == (
        "",
        "",
        [],
        [],
    )
    assert [committee.name for committee in asked_committees(application)] == [COMMITTEE]
    decision = refusal_of(lambda: move(gate, application.number, "submit", by="孙"))
    assert "每个社区的经费：不能为空" in decision.reasons
    assert "必要性：不能为空" in decision.reasons
    assert "权限依据：不能为空" in decision.reasons


def test_a_demand_for_a_catalogue_item_brings_its_class(gate: Gate):
    with transaction.atomic():
        demand = _demand(gate, item_code="K1-06", has_money=True, money_fen=54_000)
        application = draft_from_demand(demand, actor=gate.actor("吴", APPLIED_AT), at=APPLIED_AT)
    assert (application.item_code, application.affair_class, application.amount_each_fen) == ("K1-06", "K1", 54_000)
    with pytest.raises(Refused), transaction.atomic():
        draft_from_demand(demand, actor=gate.actor("陈", APPLIED_AT), at=APPLIED_AT)
