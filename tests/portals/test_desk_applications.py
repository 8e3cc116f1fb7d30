"""Applications at the desk: written, checked before they go out, moved by forms, and seen by whom they concern."""

import re
from datetime import datetime
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from sanhu.domains.admission.models import Application, Opinion, Task, Vote
from sanhu.domains.admission.services.opinions import fitting_accounts
from sanhu.domains.subjects.kinds import Specialty, SubjectKind
from sanhu.domains.subjects.services.organisations import create_organisation
from sanhu.engines.actors import SYSTEM
from tests.applying import APPLIED_AT, application_of, drafted, fund, move
from tests.cast import APPOINTED, FOUNDED_AT, OTHER_DISTRICT, Hiring
from tests.gate import COMMITTEE, OTHER_COMMITTEE
from tests.portals.conftest import GateDesks, session_of
from tests.portals.desk_administration.filling import answers, fill
from tests.portals.reading import words

LIST, NEW = "/desk/applications/", "/desk/applications/new/"


@pytest.fixture
def at() -> datetime:
    """Thursday 2026-09-10, the day applications come in."""
    return APPLIED_AT


def page_of(number: str) -> str:
    return f"{LIST}{number}/"


def move_of(number: str, code: str) -> str:
    return f"{LIST}{number}/moves/{code}/"


def read(answer: HttpResponse) -> str:
    return words(answer.content.decode())


def written(at_gate: GateDesks, **changes: Any) -> dict[str, Any]:
    """Give what 孙 writes into the form."""
    return {
        "name": "文明养犬入户宣传",
        "affair_class": "K1",
        "legal_basis": "示范区养犬管理条例第六条",
        "necessity": "养犬人分散，部门人员不熟悉住户。",
        "committees": [at_gate.gate.bodies[COMMITTEE].pk],
        "acts": ["publicise", "dissuade"],
        "content": "张贴告知书，入户宣传登记方式。",
        "boundary": "只宣传，不查验，不收取材料。",
        "starts_on": "2026-10-28",
        "ends_on": "2026-12-31",
        "frequency": "每月两次",
        "minutes_each": "6000",
        "power_kind": "commission",
        "power_article": "示范区养犬管理条例第六条第二款",
        "power_scope": "在本社区入户宣传养犬规定",
        "training": "开始前培训一次",
        "data_fields": "犬只品种\n\n犬只照片",
        "cost_basis": "每分钟 0.60 元",
        "amount_each_fen": "3,600.00",
        "source": "fee_follows_affair",
        "line": "L9",
        "due_1": "2026-10-28",
        "part_1": "1,800",
        "due_2": "2026-12-01",
        "part_2": "1800.00",
        "exit_terms": "条例修改时退出",
        **changes,
    }


def test_an_application_is_written_saved_and_submitted_in_two_deeds(at_gate: GateDesks):
    desk = at_gate.browser("孙")
    saved = fill(desk, NEW, **written(at_gate), then="submit")
    found = Application.objects.get()
    assert (saved.status_code, saved["Location"]) == (302, move_of(found.number, "submit"))
    assert found.state == "draft"
    assert (found.amount_each_fen, found.minutes_each) == (360_000, 6_000)
    assert found.instalments == [
        {"due_on": "2026-10-28", "amount_fen": 180_000},
        {"due_on": "2026-12-01", "amount_fen": 180_000},
    ]
    assert found.data_fields == ["犬只品种", "犬只照片"]
    assert "检查没有发现妨碍提交的问题" in read(desk.get(saved["Location"]))
    assert fill(desk, saved["Location"])["Location"] == page_of(found.number)
    found.refresh_from_db()
    assert found.state == "submitted"


def test_a_draft_is_kept_with_gaps_and_its_page_says_what_is_missing(at_gate: GateDesks):
    desk = at_gate.browser("孙")
    gaps = written(at_gate, legal_basis="", exit_terms="", committees=[], due_2="", part_2="", then="save")
    saved = fill(desk, NEW, **gaps)
    number = Application.objects.get().number
    assert saved["Location"] == page_of(number)
    shown = read(desk.get(page_of(number)))
    for missing in ("法律依据：不能为空", "退出条件：不能为空", "请求协助的居民委员会：不能为空", "各期合计 ¥1,800.00"):
        assert missing in shown, missing
    refused = desk.post(page_of(number) + "edit/", {**gaps, "then": "submit"} | revision_of(desk, number))
    assert refused.status_code == 422
    assert "请填写“法律依据”。" in read(refused)


def revision_of(desk: Client, number: str) -> dict[str, Any]:
    form = answers(desk.get(page_of(number) + "edit/").content.decode())
    return {name: form[name] for name in ("client_id", "revision")}


FAULTS: tuple[tuple[dict[str, Any], tuple[str, ...]], ...] = (
    (
        {"amount_each_fen": "3600.005", "part_2": "", "due_1": "2026-13-01", "minutes_each": "六千"},
        ("最多两位小数", "写了到账日期的，要写金额", "2026-11-23 这样的日期", "要写整数"),
    ),
    (
        {
            "amount_each_fen": "三千六",
            "due_2": "",
            "ends_on": "2026-10-01",
            "name": "长" * 61,
            "necessity": "长" * 2001,
        },
        ("要写成元", "写了金额的，要写到账日期", "不能早于开始日期", "最多 60 个字", "最多 2000 个字"),
    ),
    (
        {"committees": ["0"], "acts": ["fly"], "affair_class": "K9", "item_code": "K1-99", "boundary": "只\x00"},
        ("“协助行为”要从列出的选项里选", "“类别”要从列出的选项里选", "不能保存的字符"),
    ),
    (
        {"amount_each_fen": "0", "minutes_each": "0", "ends_on": "2028-01-01", "data_fields": "很" * 41},
        ("每个社区的经费：必须大于 0", "（分钟）：必须大于 0", "一次准入最长", "每项不超过 40 个字"),
    ),
    (
        {"amount_each_fen": "-3600", "minutes_each": "9" * 20, "part_1": "0"},
        ("每个社区的经费：必须大于 0", "数额过大", "每期金额必须大于 0"),
    ),
    ({"renews": "990101-2026-A9999"}, ("续期的原申请：须为本单位",)),
)


@pytest.mark.covers("R34")
@pytest.mark.parametrize(("said", "faults"), FAULTS)
def test_what_cannot_be_kept_is_named_and_nothing_that_was_written_is_lost(
    said: dict[str, Any], faults: tuple[str, ...], at_gate: GateDesks
):
    desk = at_gate.browser("孙")
    sent = written(at_gate, **said)
    refused = fill(desk, NEW, **sent)
    assert refused.status_code == 422
    told = read(refused)
    for fault in faults:
        assert fault in told, fault
    kept = answers(refused.content.decode())
    for name in ("name", "necessity", "amount_each_fen", "minutes_each", "part_1", "due_1", "data_fields"):
        assert kept[name].replace("\r\n", "\n") == sent[name], name
    assert not Application.objects.exists()


@pytest.mark.covers("X-14", "X-15", "X-08", "R37")
def test_the_checks_speak_before_anybody_reads_it(at_gate: GateDesks):
    desk = at_gate.browser("孙")
    bad = written(
        at_gate,
        acts=["certify_kinship"],
        data_fields="身份证号",
        starts_on="2026-09-20",
        amount_each_fen="1",
        then="submit",
    )
    number = re.search(r"990101-2026-A\d{4}", fill(desk, NEW, **bad)["Location"])
    assert number is not None
    shown = read(desk.get(move_of(number[0], "submit")))
    for code in ("X-14", "X-15", "X-08"):
        assert code in shown
    assert "30 个工作日以后，最早 2026-10-28" in shown
    refused = fill(desk, move_of(number[0], "submit"))
    assert refused.status_code == 422
    told = read(refused)
    assert "X-14" in told
    assert "民发〔2020〕20号" in told
    assert Application.objects.get().state == "draft"


@pytest.mark.covers("R37", "R38", "R39")
def test_the_whole_way_is_clicked_by_forms(at_gate: GateDesks):
    number = application_of(at_gate.gate, to="submitted").number
    account = fund(at_gate.gate, Application.objects.get(number=number))
    deeds: tuple[tuple[str, str, dict[str, Any]], ...] = (
        ("高", "accept", {}),
        ("罗", "check_legality", {"agrees": "yes", "reason": "有依据。", "article": "条例第六条"}),
        ("田", "check_funding", {"agrees": "yes", "reason": "已安排。", "account": account}),
        ("陈", "hear", {"agrees": "yes", "reason": "可以协助。"}),
        ("高", "convene", {"meets_on": "2026-09-10"}),
        ("吴会", "vote", {"choice": "recuse"}),
        ("董会", "vote", {"choice": "approve"}),
        ("罗会", "vote", {"choice": "reject", "reason": "期限偏长。"}),
        ("秦会", "vote", {"choice": "approve"}),
        ("石", "approve", {}),
        ("高", "put_in_force", {"document_number": "示城管委〔2026〕5号"}),
    )
    for who, code, said in deeds:
        desk = at_gate.browser(who)
        assert f"/moves/{code}/" in desk.get(page_of(number)).content.decode(), (who, code)
        done = fill(desk, move_of(number, code), **said)
        assert done.status_code == 302, (code, read(done))
    found = Application.objects.get(number=number)
    assert found.state == "effective"
    opinions = Opinion.objects.order_by("pk").values_list("kind", "article")
    assert list(opinions) == [("legality", "条例第六条"), ("funding", ""), ("hearing", "")]
    assert Vote.objects.count() == 4
    task = Task.objects.get()
    assert (task.minutes, task.amount_fen, task.grant.document_number) == (6_000, 360_000, "示城管委〔2026〕5号")
    shown = at_gate.browser("孙").get(page_of(number)).content.decode()
    assert f"/desk/tasks/{task.number}/" in shown
    assert "期限偏长。" in words(shown)


@pytest.mark.covers("R33", "X-07")
def test_what_comes_into_force_together_is_said_before(at_gate: GateDesks):
    committees = tuple(at_gate.gate.bodies[name].pk for name in (COMMITTEE, OTHER_COMMITTEE))
    number = application_of(at_gate.gate, to="approved", committee_ids=committees).number
    shown = read(at_gate.browser("高").get(move_of(number, "put_in_force")))
    assert "翠园社区居民委员会：一项协助任务（100 小时），委托一份，预留 ¥3,600.00" in shown
    assert "柳堤社区居民委员会：一项协助任务" in shown
    assert "合计预留 ¥7,200.00" in shown
    without = fill(at_gate.browser("高"), move_of(number, "put_in_force"))
    assert (without.status_code, Task.objects.count()) == (422, 0)
    assert "X-07" in read(without)
    assert "授权或者委托须附文书，写明文号" in read(without)
    said = {"document_number": "示城管委〔2026〕5号", "power_to": "2026-12-30"}
    shorter = fill(at_gate.browser("高"), move_of(number, "put_in_force"), **said)
    assert (shorter.status_code, Task.objects.count()) == (422, 0)
    assert "X-07" in read(shorter)
    assert "授权期限：须覆盖任务的全部期限" in read(shorter)


@pytest.mark.covers("X-08")
def test_money_is_confirmed_on_an_account_that_has_it(at_gate: GateDesks):
    number = application_of(at_gate.gate, to="reviewing").number
    desk = at_gate.browser("田")
    form = read(desk.get(move_of(number, "check_funding")))
    assert "没有这种来源、这个科目的账户，经费没有落实" in form
    none = fill(desk, move_of(number, "check_funding"), agrees="yes", reason="已安排。")
    assert none.status_code == 422
    assert "请选择“从哪个账户出”。" in read(none)
    application = Application.objects.get(number=number)
    account = fund(at_gate.gate, application)
    type(fitting_accounts(application)[0]).objects.filter(pk=account).update(cap_fen=100)
    assert "L9 协助事项经费（费随事转），可用 ¥1.00" in read(desk.get(move_of(number, "check_funding")))
    short = fill(desk, move_of(number, "check_funding"), agrees="yes", reason="已安排。", account=account)
    assert short.status_code == 422
    told = read(short)
    assert "X-08" in told
    assert "需要 ¥3,600.00，可用 ¥1.00" in told
    disagrees = fill(desk, move_of(number, "check_funding"), agrees="no", reason="没有预算。")
    assert disagrees.status_code == 302


@pytest.mark.covers("R38")
@pytest.mark.parametrize(
    ("state", "who", "code", "reason"),
    [
        ("submitted", "孙", "accept", "您的岗位没有这项权限"),
        ("reviewing", "柳", "hear", ""),  # was not asked: there is no such application for her
        ("reviewing", "高", "convene", "缺合法性审查意见"),
        ("voted", "高", "approve", "您的岗位没有这项权限"),
        ("heard", "罗", "check_legality", "这一轮已经出具过意见"),
        ("effective", "石", "approve", "现在的状态不能这样办理"),
    ],
)
def test_a_move_that_may_not_be_made_says_why(state: str, who: str, code: str, reason: str, at_gate: GateDesks):
    number = application_of(at_gate.gate, to=state).number
    refused = at_gate.browser(who).get(move_of(number, code))
    assert refused.status_code == (403 if reason else 404)
    assert reason in read(refused)
    if reason:
        assert reason in read(at_gate.browser(who).get(page_of(number)))


def test_whoever_belongs_to_the_organ_can_only_recuse_themselves(at_gate: GateDesks):
    number = application_of(at_gate.gate, to="heard").number
    move(at_gate.gate, number, "convene", by="高")
    refused = fill(at_gate.browser("吴会"), move_of(number, "vote"), choice="approve")
    assert refused.status_code == 422
    assert "只能选择回避" in read(refused)
    assert not Vote.objects.exists()


def test_a_return_names_every_fault_and_there_is_no_second(at_gate: GateDesks):
    number = application_of(at_gate.gate, to="reviewing").number
    desk = at_gate.browser("罗")
    short = fill(desk, move_of(number, "return_by_legality"), reason="不行", article="条例第六条")
    assert short.status_code == 422
    assert "须一次写明全部问题" in read(short)
    assert answers(short.content.decode())["article"] == "条例第六条"
    said = {"reason": "授权依据的条款写错了，协助边界不清。", "article": "条例第六条"}
    assert fill(desk, move_of(number, "return_by_legality"), **said).status_code == 302
    applicant = at_gate.browser("孙")
    assert said["reason"] in read(applicant.get(page_of(number)))
    edited = fill(applicant, page_of(number) + "edit/", boundary="只宣传。", then="submit")
    assert edited["Location"] == move_of(number, "submit")
    assert fill(applicant, move_of(number, "submit")).status_code == 302
    assert Application.objects.get(number=number).round == 2
    assert fill(at_gate.browser("高"), move_of(number, "accept")).status_code == 302
    again = desk.get(move_of(number, "return_by_legality"))
    assert again.status_code == 403
    assert "已经退回补正过一次" in read(again)


def test_the_same_form_sent_twice_is_one_draft_and_with_other_words_a_conflict(at_gate: GateDesks):
    desk = at_gate.browser("孙")
    form = {**answers(desk.get(NEW).content.decode()), **written(at_gate)}
    assert [desk.post(NEW, form).status_code for _press in range(2)] == [302, 302]
    assert Application.objects.count() == 1
    other = desk.post(NEW, form | {"name": "文明养犬宣传二"})
    assert other.status_code == 409
    assert "这张表已经提交过一次，内容不同" in read(other)
    kept = answers(other.content.decode())
    assert kept["name"] == "文明养犬宣传二"
    assert kept["client_id"] != form["client_id"]


def test_forms_a_colleague_overtook_keep_their_words(at_gate: GateDesks):
    number = drafted(at_gate.gate).number
    desk, url = at_gate.browser("孙"), page_of(number) + "edit/"
    form = answers(desk.get(url).content.decode())
    assert fill(at_gate.browser("吴"), url, boundary="只宣传。").status_code == 302
    stale = desk.post(url, form | {"necessity": "另有理由。"})
    assert stale.status_code == 409
    assert "您填表的时候，同事已经办了" in read(stale)
    assert "修改申请" in read(stale)
    again = answers(stale.content.decode())
    assert (again["necessity"], again["revision"]) == ("另有理由。", str(int(form["revision"]) + 1))
    submit = answers(desk.get(move_of(number, "withdraw")).content.decode())
    assert desk.post(url, again).status_code == 302
    late = desk.post(move_of(number, "withdraw"), submit | {"reason": "自己办了。"})
    assert late.status_code == 409
    assert answers(late.content.decode())["reason"] == "自己办了。"
    assert Application.objects.get(number=number).state == "draft"


def test_an_admission_is_renewed_with_its_words_and_days_still_to_be_chosen(at_gate: GateDesks):
    number = application_of(at_gate.gate, to="effective").number
    desk = at_gate.browser("孙")
    assert f"?renews={number}" in desk.get(page_of(number)).content.decode()
    form = answers(desk.get(f"{NEW}?renews={number}").content.decode())
    assert (form["renews"], form["name"], form["part_1"], form["due_1"]) == (number, "文明养犬入户宣传", "1800.00", "")
    assert (form["starts_on"], form["ends_on"]) == ("2027-01-01", "")
    assert at_gate.browser("蒋").get(f"{NEW}?renews={number}").status_code == 404
    days = {"ends_on": "2027-03-31", "due_1": "2027-01-04", "due_2": "2027-02-01"}
    assert desk.post(NEW, form | days).status_code == 302
    assert Application.objects.order_by("pk").last().renews.number == number  # type: ignore[union-attr]


def test_more_parts_than_the_form_offers_are_not_lost_by_changing_something_else(at_gate: GateDesks):
    parts = tuple({"due_on": f"2026-11-{day:02}", "amount_fen": 60_000} for day in range(1, 7))
    number = drafted(at_gate.gate, instalments=parts).number
    assert fill(at_gate.browser("孙"), page_of(number) + "edit/", boundary="只宣传。").status_code == 302
    found = Application.objects.get(number=number)
    assert (found.boundary, found.instalments) == ("只宣传。", list(parts))


def numbers_in(answer: HttpResponse) -> list[str]:
    return re.findall(r'href="/desk/applications/(990101-2026-A\d{4})/"', answer.content.decode())


def test_the_list_shows_what_concerns_the_post_and_first_what_waits_on_it(at_gate: GateDesks):
    gate = at_gate.gate
    draft = drafted(gate).number
    reviewing = application_of(gate, to="reviewing").number
    theirs = application_of(gate, to="submitted", by="蒋", name="社区低保政策宣传", affair_class="K2").number
    seen = {who: numbers_in(at_gate.browser(who).get(LIST)) for who in ("孙", "蒋", "高", "罗", "陈", "柳")}
    assert seen == {
        "孙": [draft, reviewing, draft],
        "蒋": [theirs],
        "高": [theirs, theirs, reviewing],
        "罗": [reviewing, theirs, reviewing],
        "陈": [reviewing, theirs, reviewing],
        "柳": [],
    }
    assert numbers_in(at_gate.browser("高").get(f"{LIST}?state=reviewing")) == [reviewing]
    assert "还剩 15 个工作日" in read(at_gate.browser("高").get(LIST))


@pytest.mark.parametrize("query", ["state=unknown", "after=x", "after=99999"])
def test_a_list_asked_for_what_is_none_is_a_400(query: str, at_gate: GateDesks):
    assert at_gate.browser("高").get(f"{LIST}?{query}").status_code == 400


def test_nothing_is_there_for_who_may_not_see_it(at_gate: GateDesks):
    number = application_of(at_gate.gate, to="reviewing").number
    draft = drafted(at_gate.gate).number
    for who in ("郑", "马", "周"):
        assert at_gate.browser(who).get(page_of(number)).status_code == 403, who
    assert at_gate.browser("柳").get(page_of(number)).status_code == 404
    assert at_gate.browser("高").get(page_of(draft)).status_code == 404
    for url in (page_of(draft), page_of(draft) + "edit/", move_of(draft, "submit"), page_of("990102-2026-A0001")):
        assert at_gate.browser("蒋").get(url).status_code == 404, url
    assert at_gate.browser("陈").get(NEW).status_code == 403
    assert at_gate.browser().get(page_of(number)).status_code == 302
    for code in ("expire", "fly"):
        assert at_gate.browser("高").get(move_of(number, code)).status_code == 404


def test_nothing_of_this_district_is_there_for_the_next(at_gate: GateDesks):
    number = application_of(at_gate.gate, to="effective").number
    task = Task.objects.get()
    hiring = Hiring(OTHER_DISTRICT, at=FOUNDED_AT)
    hiring.bodies["邻区城市管理局"] = create_organisation(
        district=OTHER_DISTRICT,
        name="邻区城市管理局",
        kind=SubjectKind.FUNCTIONAL_DEPARTMENT,
        specialty=Specialty.URBAN_MANAGEMENT,
        areas=[OTHER_DISTRICT],
        active_from=FOUNDED_AT.date(),
        actor=SYSTEM,
        at=FOUNDED_AT,
    )
    away = hiring.person("0052", "郑南", "邻区城市管理局", "department_officer", "科员", APPOINTED)
    desk = Client()
    desk.cookies[settings.SESSION_COOKIE_NAME] = session_of(away.account)
    for listed in (LIST, "/desk/tasks/"):
        shown = desk.get(listed)
        assert (shown.status_code, "990101-2026" in read(shown)) == (200, False), listed
    part = task.instalments.get(ordinal=1)
    for url in (
        page_of(number),
        page_of(number) + "edit/",
        move_of(number, "withdraw"),
        f"{NEW}?renews={number}",
        f"/desk/tasks/{task.number}/",
        f"/desk/tasks/{task.number}/moves/suspend/",
        f"/desk/tasks/instalments/{part.pk}/pay/",
    ):
        assert desk.get(url).status_code == 404, url
    assert COMMITTEE not in read(desk.get(NEW))


def test_the_page_tells_when_it_is_decided_and_why(at_gate: GateDesks):
    number = application_of(at_gate.gate, to="reviewing").number
    shown = read(at_gate.browser("孙").get(page_of(number)))
    assert "10月8日" in shown  # fifteen working days after 2026-09-10
    assert "还没有出具" in shown
    assert "2026年10月28日至2026年12月31日" in shown


def test_a_post_without_matters_begins_at_the_gate(at_gate: GateDesks):
    assert at_gate.browser("董会").get("/desk/")["Location"] == LIST


def queries(client: Client, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def test_the_list_asks_the_database_as_often_with_many_rows_as_with_two(at_gate: GateDesks):
    desk = at_gate.browser("孙")
    for _row in range(2):
        drafted(at_gate.gate)
    few = queries(desk, LIST)
    for _row in range(6):
        drafted(at_gate.gate)
    assert queries(desk, LIST) == few <= 16
