"""An application on its way: clocks, one return, the three opinions, coming into force, renewing and revoking."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest

from sanhu.domains.admission.models import Application, Opinion, Task
from sanhu.domains.admission.queries.applications import opinions_of
from sanhu.domains.admission.services.application_moves import ApplicationMove, make_move
from sanhu.domains.admission.services.checking import stored_findings
from sanhu.domains.admission.services.errors import StaleForm
from sanhu.domains.admission.services.ticks import tick
from sanhu.domains.admission.verification import CHECKS
from sanhu.domains.evidence.models import Entry
from sanhu.domains.evidence.requests import ConflictError
from sanhu.domains.evidence.verify import verify
from sanhu.domains.subjects.appointments import LeavingGround
from sanhu.domains.subjects.services.posts import leave_post
from sanhu.engines.actors import SYSTEM
from tests.applying import (
    APPLIED_AT,
    DOCUMENT,
    EACH_FEN,
    ENDS_ON,
    application_of,
    drafted,
    fund,
    go_on,
    move,
    with_post,
)
from tests.domains.casework.refusals import refusal_of
from tests.domains.casework.test_clocks import shanghai
from tests.domains.funding.money import Purse
from tests.gate import COMMITTEE, FINANCE, OTHER_COMMITTEE, OTHER_ORGAN, Gate

LATER = APPLIED_AT + timedelta(hours=2)


@pytest.mark.covers("R34", "R37", "R38", "R39")
def test_an_application_of_two_communities_travels_into_force(gate: Gate):
    both = (gate.bodies[OTHER_COMMITTEE].pk, gate.bodies[COMMITTEE].pk)
    application = application_of(gate, to="effective", committee_ids=both)
    assert (application.decide_within, application.due_on) == (15, date(2026, 10, 8))
    assert application.account is not None
    assert [opinion.kind for opinion in opinions_of(application)] == ["legality", "funding", "hearing", "hearing"]
    assert all(opinion.agrees for opinion in opinions_of(application))
    tasks = Task.objects.filter(application=application).order_by("number")
    assert [(task.number, task.amount_fen, task.state) for task in tasks] == [
        ("990101-2026-T0001", EACH_FEN, "in_force"),
        ("990101-2026-T0002", EACH_FEN, "in_force"),
    ]
    assert list(Entry.objects.filter(subject_ref=application.ref).order_by("id").values_list("event", flat=True)) == [
        "admission.drafted",
        "admission.submitted",
        "admission.accepted",
        "admission.legality_checked",
        "admission.funding_checked",
        "admission.heard",
        "admission.heard",
        "admission.convened",
        *["admission.voted"] * 5,
        "admission.approved",
        "admission.in_force",
    ]
    assert verify().findings == ()


@pytest.mark.covers("R38")
def test_thirty_working_days_before_the_start_and_not_a_day_less(gate: Gate):
    late = drafted(gate, starts_on=date(2026, 10, 27))
    decision = refusal_of(lambda: move(gate, late.number, "submit", by="孙"))
    assert decision.reasons == ("开始日期：须在提交之日起 30 个工作日以后，最早 2026-10-28",)
    assert move(gate, drafted(gate).number, "submit", by="孙").state == "submitted"


# When it was accepted, with the weekday, and the last day for deciding: fifteen working days later (E.1).
CLOCKS = [
    (shanghai("2026-09-10", "23:59"), date(2026, 10, 8)),  # Thursday; across Mid-Autumn and the National Day
    (shanghai("2026-09-11", "00:00"), date(2026, 10, 9)),  # Friday
    (shanghai("2026-11-23", "09:00"), date(2026, 12, 14)),  # Monday
    (shanghai("2026-12-10", "09:00"), date(2026, 12, 31)),  # Thursday; the last day the calendar holds
]


@pytest.mark.covers("R38")
def test_the_decision_is_due_in_fifteen_working_days(gate: Gate):
    for accepted_at, due_on in CLOCKS:
        application = application_of(gate, to="submitted", at=APPLIED_AT - timedelta(hours=1))
        accepted = move(gate, application.number, "accept", by="高", at=accepted_at)
        assert (accepted.due_on, accepted.decide_within, accepted.accepted_at) == (due_on, 15, accepted_at)


@pytest.mark.covers("X-17")
def test_no_decision_is_promised_for_a_day_the_calendar_does_not_tell(gate: Gate):
    application = application_of(gate, to="submitted")
    at = shanghai("2026-12-11", "09:00")
    decision = refusal_of(lambda: move(gate, application.number, "accept", by="高", at=at))
    assert decision.code == "X-17"
    assert Application.objects.get(pk=application.pk).state == "submitted"


def test_hints_are_kept_with_what_was_submitted(gate: Gate):
    application = application_of(gate, to="submitted", boundary="只宣传，不涉及执法")
    (hint,) = stored_findings(application)
    assert (hint.field, hint.is_refusal) == ("boundary", False)
    assert hint.words == "出现“执法”一词，请核对是否涉及：执法、审批、确认类"


@pytest.mark.covers("X-15")
def test_all_faults_are_told_together_before_anybody_reads_it(gate: Gate):
    application = drafted(gate, acts=("enforce", "certify_birth"), data_fields=("身份证号",), training="")
    decision = refusal_of(lambda: move(gate, application.number, "submit", by="孙"))
    assert decision.reasons == (
        "培训：不能为空",
        "协助行为：“执法检查、处罚、强制”属于不得交给居民委员会的一类（执法、审批、确认类）",
        "协助行为：“出具出生证明”属于不得交给居民委员会的一类（没有法律依据的证明）",
        "数据项“身份证号”：公安机关已经掌握或者可以核验，不得再让居民委员会采集、填报",
    )
    assert decision.citations == (
        "分类管理办法第二十一条",
        "行政处罚法第十七条、行政强制法第十七条",
        "民发〔2020〕20号",
        "社会救助法第六十二条、整治形式主义为基层减负若干规定",
    )
    assert decision.code == "X-14"
    alone = drafted(gate, data_fields=("身份证号",))
    assert refusal_of(lambda: move(gate, alone.number, "submit", by="孙")).code == "X-15"


# --- returned once


@pytest.mark.covers("R39")
def test_what_is_returned_comes_in_again_with_opinions_anew_and_is_not_returned_twice(gate: Gate):
    application = application_of(gate, to="heard")
    number = application.number
    decision = refusal_of(lambda: move(gate, number, "return_by_legality", by="罗", reason="条款写错了"))
    assert decision.reasons == ("理由：须一次写明全部问题，不少于 10 个字",)
    decision = refusal_of(lambda: move(gate, number, "return_by_legality", by="罗", article=""))
    assert decision.reasons == ("依据：这一步须写明法律、法规或办法的条款",)
    returned = move(gate, number, "return_by_legality", by="罗", at=LATER)
    assert (returned.state, returned.due_on, returned.accepted_at, returned.account) == ("returned", None, None, None)
    again = move(gate, number, "submit", by="孙", at=LATER)
    assert (again.state, again.round) == ("submitted", 2)
    decision = refusal_of(lambda: move(gate, number, "return", by="高", at=LATER))
    assert decision.reasons == ("已经退回补正过一次，不得再次退回；请受理或者出具意见",)
    reviewing = go_on(gate, again, "reviewing", at=LATER)
    assert reviewing.due_on == date(2026, 10, 8)
    decision = refusal_of(lambda: move(gate, number, "return_by_legality", by="罗", at=LATER))
    assert decision.reasons == ("已经退回补正过一次，不得再次退回；请受理或者出具意见",)
    decision = refusal_of(lambda: move(gate, number, "convene", by="高", at=LATER))
    assert decision.reasons == ("缺合法性审查意见", "缺经费审核意见", "缺翠园社区居民委员会的意见")
    heard = go_on(gate, reviewing, "heard", at=LATER)
    assert [(opinion.round, opinion.kind) for opinion in opinions_of(heard)] == [
        *((1, kind) for kind in ("legality", "funding", "hearing")),
        *((2, kind) for kind in ("legality", "funding", "hearing")),
    ]
    for state in ("joint_meeting", "voted", "approved", "effective"):
        heard = go_on(gate, heard, state, at=LATER + timedelta(hours=1))
    assert heard.state == "effective"
    assert verify().findings == ()


def test_the_examiner_returns_once_too_and_says_what_is_wrong(gate: Gate):
    number = application_of(gate, to="submitted").number
    for reason in ("", "写得不清楚。"):
        assert refusal_of(lambda reason=reason: move(gate, number, "return", by="高", reason=reason)).reasons
    move(gate, number, "return", by="高")
    assert move(gate, number, "submit", by="吴").round == 2
    assert move(gate, number, "accept", by="高").state == "reviewing"


# --- the three opinions


def test_opinions_stand_side_by_side_each_once_a_round_and_the_meeting_waits_for_all(gate: Gate):
    both = (gate.bodies[COMMITTEE].pk, gate.bodies[OTHER_COMMITTEE].pk)
    number = application_of(gate, to="reviewing", committee_ids=both).number
    move(gate, number, "hear", by="柳", agrees=False, reason="人手不够。")
    move(gate, number, "check_legality", by="罗")
    decision = refusal_of(lambda: move(gate, number, "convene", by="高"))
    assert decision.reasons == ("缺经费审核意见", "缺翠园社区居民委员会的意见")
    for code, who in (("hear", "柳"), ("check_legality", "罗")):
        decision = refusal_of(lambda code=code, who=who: move(gate, number, code, by=who))
        assert decision.reasons == ("这一轮已经出具过意见",)
    assert refusal_of(lambda: move(gate, number, "hear", by="陈", agrees=None)).reasons == (
        "意见：须选择同意或者不同意",
    )
    assert refusal_of(lambda: move(gate, number, "hear", by="陈", reason="好" * 501)).reasons == (
        "理由：意见不超过 500 个字",
    )
    move(gate, number, "hear", by="陈")
    move(gate, number, "check_funding", by="秦", agrees=False, reason="预算没有安排。")
    application = Application.objects.get(number=number)
    assert application.account is None
    for meets_on in (None, date(2026, 9, 9)):
        decision = refusal_of(lambda meets_on=meets_on: move(gate, number, "convene", by="高", meets_on=meets_on))
        assert decision.reasons == ("会议日期：须为今天或者以后的日期",)
    assert move(gate, number, "convene", by="高", meets_on=date(2026, 9, 11)).state == "joint_meeting"


def test_one_person_does_not_give_two_of_the_opinions_whatever_posts_they_hold(gate: Gate):
    gate = with_post(gate, "罗", FINANCE, "finance_officer")
    application = application_of(gate, to="reviewing")
    move(gate, application.number, "check_legality", by="罗")
    account = fund(gate, application)
    decision = refusal_of(lambda: move(gate, application.number, "check_funding", by="罗又", account_id=account))
    assert decision.reasons == ("合法性审查、经费审核和居民委员会意见须由不同的人出具，换岗位也不行",)
    assert move(gate, application.number, "check_funding", by="田", account_id=account).account.pk == account


def test_nobody_checks_what_their_own_organ_asks_for_through_another_post(gate: Gate):
    gate = with_post(gate, "孙", FINANCE, "finance_officer")
    application = application_of(gate, to="reviewing", by="孙")
    decision = refusal_of(lambda: move(gate, application.number, "check_funding", by="孙又"))
    assert decision.reasons == ("您在提出要求的部门任职，应当回避，换岗位也不行",)


def test_an_author_who_left_the_organ_does_not_examine_it(gate: Gate):
    gate = with_post(gate, "高", OTHER_ORGAN, "department_officer")
    application = drafted(gate, by="高又")
    move(gate, application.number, "submit", by="高又")
    leave_post(
        post_id=gate["高又"].post.pk, ground=LeavingGround.REASSIGNED, basis="调任通知", actor=SYSTEM, at=APPLIED_AT
    )
    decision = refusal_of(lambda: move(gate, application.number, "accept", by="高", at=LATER))
    assert decision.reasons == ("您起草或者提交过这件申请，须由其他人办理，换岗位也不行",)


@pytest.mark.covers("R34", "R58", "X-08")
def test_who_says_the_money_is_there_names_an_account_that_holds_it(gate: Gate):
    both = (gate.bodies[COMMITTEE].pk, gate.bodies[OTHER_COMMITTEE].pk)
    application = application_of(gate, to="reviewing", committee_ids=both)
    number, purse = application.number, Purse(gate, at=APPLIED_AT)
    purse.appropriate(719_999)
    short = purse.account().pk
    next_year = purse.account(year=2027).pk
    others = purse.account(OTHER_ORGAN).pk
    elsewhere = "经费账户：须为申请部门在协助开始年度的同一来源、同一科目的账户"
    for account_id, reason in (
        (short, "经费账户：需要 ¥7,200.00，可用 ¥7,199.99，经费没有落实"),
        (next_year, elsewhere),
        (others, elsewhere),
        (None, elsewhere),
    ):
        decision = refusal_of(
            lambda account_id=account_id: move(gate, number, "check_funding", by="田", account_id=account_id)
        )
        assert (decision.code, decision.reasons) == ("X-08", (reason,))
    purse.appropriate(1)
    assert move(gate, number, "check_funding", by="田", account_id=short).account.available_fen == 720_000


# --- coming into force, ending, renewing


@pytest.mark.covers("R33", "X-07")
def test_the_paper_that_gives_the_power_is_named_unless_the_law_gives_it(gate: Gate):
    number = application_of(gate, to="approved").number
    for document in ("", "  "):
        decision = refusal_of(
            lambda document=document: move(gate, number, "put_in_force", by="高", document_number=document)
        )
        assert decision.reasons == ("授权文书号：授权或者委托须附文书，写明文号",)
        assert decision.code == "X-07"
    assert not Task.objects.exists()
    assert move(gate, number, "put_in_force", by="高", document_number=DOCUMENT).state == "effective"
    lawful = application_of(gate, to="approved", name="防火宣传", power_kind="statutory").number
    assert move(gate, lawful, "put_in_force", by="高", document_number="").state == "effective"


def test_two_of_a_kind_approved_side_by_side_do_not_both_come_into_force(gate: Gate):
    first, second = application_of(gate, to="approved"), application_of(gate, to="approved", name="文明养犬 入户宣传")
    move(gate, first.number, "put_in_force", by="高")
    decision = refusal_of(lambda: move(gate, second.number, "put_in_force", by="高"))
    assert decision.reasons == ("事项重复：翠园社区居民委员会在这一期间已有同一事项的协助任务 990101-2026-T0001",)
    third = drafted(gate)
    assert refusal_of(lambda: move(gate, third.number, "submit", by="孙")).reasons == decision.reasons
    # at another committee it is another matter
    elsewhere = drafted(gate, committee_ids=(gate.bodies[OTHER_COMMITTEE].pk,))
    assert move(gate, elsewhere.number, "submit", by="孙").state == "submitted"


def test_what_has_passed_does_not_come_into_force(gate: Gate):
    number = application_of(gate, to="approved").number
    new_year = shanghai("2027-01-01", "09:00")
    decision = refusal_of(lambda: move(gate, number, "put_in_force", by="高", at=new_year))
    assert decision.reasons == ("协助期限已过，不能生效",)


@pytest.mark.covers("R39")
def test_revoking_ends_the_tasks_and_lets_the_money_go(gate: Gate):
    application = application_of(gate, to="effective")
    account = application.account
    assert account is not None
    assert account.available_fen == 0
    for asked, reason in (
        ({"reason": ""}, "理由：这一步须写明理由"),
        ({"article": ""}, "依据：这一步须写明法律、法规或办法的条款"),
    ):
        decision = refusal_of(lambda asked=asked: move(gate, application.number, "revoke", by="石", **asked))
        assert decision.reasons == (reason,)
    revoked = move(gate, application.number, "revoke", by="石", at=LATER)
    assert (revoked.state, revoked.is_open, revoked.ended_at) == ("revoked", False, LATER)
    assert Task.objects.get(application=application).state == "revoked"
    account.refresh_from_db()
    assert account.available_fen == EACH_FEN
    assert verify().findings == ()


@pytest.mark.covers("R39")
def test_an_expired_admission_is_argued_anew_and_begins_after_the_old_one(gate: Gate):
    first = application_of(
        gate,
        to="effective",
        ends_on=date(2026, 11, 10),
        minutes_each=3_000,
        amount_each_fen=180_000,
        instalments=({"due_on": "2026-10-28", "amount_fen": 180_000},),
    )
    early = drafted(gate, renews=first.number, starts_on=date(2026, 11, 10))
    at = APPLIED_AT + timedelta(hours=3)
    decision = refusal_of(lambda: move(gate, early.number, "submit", by="孙", at=at))
    assert "开始日期：续期须在原准入结束之后，即 2026-11-10 以后开始" in decision.reasons
    again = application_of(
        gate,
        to="approved",
        renews=first.number,
        starts_on=date(2026, 11, 11),
        instalments=({"due_on": "2026-11-11", "amount_fen": EACH_FEN},),
    )
    assert again.renews == first
    tick(at=shanghai("2026-11-11", "00:01"))
    first.refresh_from_db()
    assert (first.state, first.is_open) == ("expired", False)
    assert move(gate, again.number, "put_in_force", by="高", at=shanghai("2026-11-11", "09:00")).state == "effective"
    # not what another organ had, nor what never came into force
    for who, number in (("蒋", first.number), ("孙", early.number)):
        decision = refusal_of(lambda who=who, number=number: drafted(gate, by=who, renews=number))
        assert decision.reasons == ("续期的原申请：须为本单位已生效或者已到期的申请",)


def test_what_a_renewal_renews_does_not_stand_in_its_way(gate: Gate):
    first = application_of(gate, to="effective")
    again = drafted(gate, renews=first.number, starts_on=ENDS_ON, ends_on=date(2027, 3, 31), instalments=())
    decision = refusal_of(lambda: move(gate, again.number, "submit", by="孙"))
    assert decision.reasons == (
        "拨付时点：不能为空",
        "开始日期：续期须在原准入结束之后，即 2026-12-31 以后开始",
    )
    stranger = drafted(gate, starts_on=ENDS_ON, ends_on=date(2027, 3, 31), instalments=())
    decision = refusal_of(lambda: move(gate, stranger.number, "submit", by="孙"))
    assert decision.reasons == (
        "拨付时点：不能为空",
        "事项重复：翠园社区居民委员会在这一期间已有同一事项的协助任务 990101-2026-T0001",
    )


@pytest.mark.covers("R37")
def test_people_already_at_work_have_no_time_twice(gate: Gate):
    # Two people, 47 working days: 18,048 minutes; 6,000 of them are taken by the first task.
    application_of(gate, to="effective")
    gist = (
        "工作量：翠园社区居民委员会在这一期间可用于协助的时间为 %(capacity)s 分钟，"
        "已准入的任务占 %(taken)s 分钟，本申请需要 %(wanted)s 分钟，超出人力"
    )
    money = {"amount_each_fen": 722_940, "instalments": ({"due_on": "2026-10-28", "amount_fen": 722_940},)}
    more = drafted(gate, name="垃圾分类宣传", minutes_each=12_049, **money)
    decision = refusal_of(lambda: move(gate, more.number, "submit", by="孙"))
    (reason,) = decision.reasons
    assert reason == gist % {"capacity": 18048, "taken": 6000, "wanted": 12049}
    fits = drafted(gate, name="垃圾分类宣传", minutes_each=12_048, **money)
    assert move(gate, fits.number, "submit", by="孙").state == "submitted"


def test_the_organ_takes_back_what_is_not_in_force_with_a_reason(gate: Gate):
    number = application_of(gate, to="joint_meeting").number
    assert refusal_of(lambda: move(gate, number, "withdraw", by="孙", reason=" ")).reasons == (
        "理由：这一步须写明理由",
    )
    withdrawn = move(gate, number, "withdraw", by="吴", at=LATER)
    assert (withdrawn.state, withdrawn.ended_at) == ("withdrawn", LATER)


# --- once, and not over a colleague


def _ask(gate: Gate, number: str, request: ApplicationMove, **door: object) -> Application:
    asked: Mapping[str, object] = {"client_id": uuid4(), "at": APPLIED_AT, **door}
    return make_move(actor=gate.actor("高", APPLIED_AT), number=number, request=request, **asked)  # type: ignore[arg-type]


def test_a_repeated_move_gets_its_first_answer_and_an_overtaken_one_none(gate: Gate):
    number, client_id = application_of(gate, to="submitted").number, uuid4()
    request = ApplicationMove(move="accept", revision=2)
    first = _ask(gate, number, request, client_id=client_id)
    again = _ask(gate, number, request, client_id=client_id, at=datetime.fromisoformat("2026-12-30T01:00:00+00:00"))
    assert (first.revision, again.revision, again.due_on) == (3, 3, date(2026, 10, 8))
    with pytest.raises(ConflictError):
        _ask(gate, number, replace(request, reason="再受理一次"), client_id=client_id)
    with pytest.raises(StaleForm) as stale:
        _ask(gate, number, request)
    assert [step.move for step in stale.value.steps] == ["accept"]
    assert Opinion.objects.count() == 0


WORDS = [
    ({"reason": "因" * 2001}, "理由：不超过 2000 个字"),
    ({"article": "条" * 201}, "依据：不超过 200 个字"),
    ({"document_number": "号" * 61}, "授权文书号：不超过 60 个字"),
    ({"reason": "因\x00"}, "文字：含有不能保存的字符"),
]


def test_words_have_their_limits(gate: Gate):
    number = application_of(gate, to="submitted").number
    for asked, reason in WORDS:
        decision = refusal_of(lambda asked=asked: move(gate, number, "accept", by="高", **asked))
        assert decision.reasons == (reason,)
    assert refusal_of(lambda: move(gate, number, "dance", by="高")).reasons == ("没有这一步骤",)


@pytest.mark.covers("R36", "R38")
@pytest.mark.parametrize(
    ("spoke", "against"),
    [
        ((("check_legality", "罗"), ("check_funding", "田")), ()),  # the committee is silent
        ((("check_funding", "田"), ("hear", "陈")), ("合法性审查没有同意，不能核准",)),
        ((("check_legality", "罗"), ("hear", "陈")), ("经费审核没有同意，经费没有落实，不能核准",)),
    ],
)
def test_after_the_last_day_for_opinions_silence_holds_nothing_up(
    gate: Gate, spoke: tuple[tuple[str, str], ...], against: tuple[str, ...]
):
    application = application_of(gate, to="reviewing")  # due on Thursday 2026-10-08, a week after Thursday 2026-10-01
    for code, who in spoke:
        account = {"account_id": fund(gate, application)} if code == "check_funding" else {}
        move(gate, application.number, code, by=who, at=LATER, **account)
    on_the_last_day, after_it = shanghai("2026-10-01", "16:00"), shanghai("2026-10-02", "09:00")
    decision = refusal_of(lambda: move(gate, application.number, "convene", by="高", at=on_the_last_day))
    assert len(decision.reasons) == 1
    move(gate, application.number, "convene", by="高", at=after_it)
    for who in ("吴会", "董会", "罗会", "秦会", "石"):
        choice = "recuse" if who == "吴会" else "approve"
        move(gate, application.number, "vote", by=who, at=after_it, choice=choice)
    if against:
        decision = refusal_of(lambda: move(gate, application.number, "approve", by="石", at=after_it))
        assert decision.reasons == against
        move(gate, application.number, "reject", by="石", at=after_it)
    else:
        move(gate, application.number, "approve", by="石", at=after_it)
    assert [str(finding) for check in CHECKS for finding in check()] == []
