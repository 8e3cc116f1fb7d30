"""Admitted tasks at the desk: by community, with their power, money and letters; paid, suspended and handed over."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse

from sanhu.domains.admission.models import Task
from sanhu.domains.evidence.models import Attachment
from sanhu.domains.funding.models import Voucher
from tests.applying import APPLIED_AT, EACH_FEN, application_of
from tests.conftest import Clock
from tests.domains.casework.test_clocks import shanghai
from tests.gate import COMMITTEE, OTHER_COMMITTEE
from tests.portals.conftest import GateDesks
from tests.portals.desk_administration.filling import answers, fill
from tests.portals.filing import photo_bytes
from tests.portals.reading import words

LIST = "/desk/tasks/"
AFTER_FIRST_DUE = shanghai("2026-10-29", "10:00")  # the first half was due on Wednesday 2026-10-28


@pytest.fixture
def at() -> datetime:
    """Thursday 2026-09-10, the day applications come in."""
    return APPLIED_AT


def page_of(task: Task) -> str:
    return f"{LIST}{task.number}/"


def move_of(task: Task, code: str) -> str:
    return f"{LIST}{task.number}/moves/{code}/"


def pay_of(task: Task, ordinal: int = 1) -> str:
    return f"{LIST}instalments/{task.instalments.get(ordinal=ordinal).pk}/pay/"


def read(answer: HttpResponse) -> str:
    return words(answer.content.decode())


def admitted(at_gate: GateDesks, *committees: str, **changes: Any) -> list[Task]:
    """Bring 孙's application into force for 翠园's committee, or for others; give the tasks by community."""
    bodies = tuple(at_gate.gate.bodies[name].pk for name in committees or (COMMITTEE,))
    application = application_of(at_gate.gate, to="effective", committee_ids=bodies, **changes)
    return list(application.tasks.order_by("area_code"))


def scan(name: str = "回单.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, photo_bytes(), content_type="image/jpeg")


@pytest.mark.covers("R34", "R58")
def test_what_falls_due_is_paid_with_its_paper(at_gate: GateDesks):
    (task,) = admitted(at_gate)
    desk = at_gate.browser("孙")
    shown = desk.get(page_of(task)).content.decode()
    assert pay_of(task) in shown
    assert f"第 {1} 笔" in shown
    asked = read(desk.get(pay_of(task)))
    assert "拨付 ¥1,800.00" in asked
    assert "需要第二人签批" not in asked
    done = fill(desk, pay_of(task), basis="示银回2026-118", scans=scan())
    assert (done.status_code, done["Location"]) == (302, page_of(task))
    voucher = Voucher.objects.get(basis="示银回2026-118")
    assert (voucher.amount_fen, voucher.state) == (EACH_FEN // 2, "posted")
    assert Attachment.objects.filter(owner_ref=voucher.ref).count() == 1
    told = read(desk.get(page_of(task)))
    assert f"已拨付 ¥1,800.00，凭证 {voucher.number}" in told
    assert pay_of(task) not in desk.get(page_of(task)).content.decode()
    again = desk.get(pay_of(task))
    assert "已拨付" in read(again)
    assert 'name="basis"' not in again.content.decode()


@pytest.mark.covers("R53")
def test_a_payment_above_the_limit_says_before_that_it_waits_for_a_second_person(at_gate: GateDesks):
    (task,) = admitted(at_gate, amount_each_fen=12_000_000, instalments=_halves(12_000_000))
    desk = at_gate.browser("孙")
    assert "需要第二人签批 金额达到须由两人签批的限额" in read(desk.get(pay_of(task)))
    assert fill(desk, pay_of(task), basis="示银回2026-119", scans=scan()).status_code == 302
    told = read(desk.get(page_of(task)))
    assert "等第二人签批后拨付" in told
    assert "待第二人签批" in told


def test_parts_under_the_limit_are_added_up(at_gate: GateDesks):
    (task,) = admitted(at_gate, amount_each_fen=8_000_000, instalments=_halves(8_000_000))
    desk = at_gate.browser("孙")
    assert "需要第二人签批" not in read(desk.get(pay_of(task)))
    assert fill(desk, pay_of(task), basis="示银回2026-120", scans=scan()).status_code == 302
    assert "与近期付给同一收款方的金额合计" in read(desk.get(pay_of(task, 2)))


def _halves(fen: int) -> tuple[dict[str, object], ...]:
    return tuple({"due_on": day, "amount_fen": fen // 2} for day in ("2026-10-28", "2026-12-01"))


def test_a_payment_without_its_scan_is_refused_and_a_scan_is_kept_with_a_faulty_form(at_gate: GateDesks):
    (task,) = admitted(at_gate)
    desk = at_gate.browser("孙")
    bare = fill(desk, pay_of(task), basis="示银回2026-121")
    assert bare.status_code == 422
    assert "凭证扫描件：至少附一张" in read(bare)
    form = answers(desk.get(pay_of(task)).content.decode())
    no_number = desk.post(pay_of(task), form | {"basis": "", "scans": scan()})
    assert no_number.status_code == 422
    assert "第 1 张扫描件已收到" in read(no_number)
    text = SimpleUploadedFile("回单.jpg", b"no picture", content_type="image/jpeg")
    bad = desk.post(pay_of(task), form | {"basis": "示银回2026-121", "scans": text})
    assert bad.status_code == 422
    assert "有扫描件没有收下" in read(bad)
    assert not Voucher.objects.filter(kind="payment").exists()
    kept = answers(no_number.content.decode())
    assert desk.post(pay_of(task), kept | {"basis": "示银回2026-121"}).status_code == 302


@pytest.mark.covers("R58")
def test_the_committee_suspends_the_task_of_a_late_payer(at_gate: GateDesks, clock: Clock):
    (task,) = admitted(at_gate)
    early = at_gate.browser("陈").get(move_of(task, "suspend"))
    assert early.status_code == 403
    assert "没有逾期未到账的经费" in read(early)
    clock.at = AFTER_FIRST_DUE
    desk = at_gate.browser("陈")
    assert "经费逾期" in read(desk.get(LIST))
    assert "逾期未到账" in read(desk.get(page_of(task)))
    silent = fill(desk, move_of(task, "suspend"))
    assert (silent.status_code, "请填写“理由”。" in read(silent)) == (422, True)
    assert fill(desk, move_of(task, "suspend"), reason="第一笔逾期未到账。").status_code == 302
    task.refresh_from_db()
    assert task.state == "suspended"
    shown = desk.get(page_of(task)).content.decode()
    assert re.search(r'href="/desk/letters/\d+/"', shown)
    assert "中止" in words(shown)
    refused = desk.get(move_of(task, "resume"))
    assert refused.status_code == 403
    assert "还有逾期未到账的经费，不能恢复任务" in read(refused)


@pytest.mark.covers("R33", "R34", "X-07")
def test_a_task_is_handed_over_with_its_money(at_gate: GateDesks, clock: Clock):
    (task,) = admitted(at_gate)
    assert fill(at_gate.browser("孙"), pay_of(task), basis="示银回2026-122", scans=scan()).status_code == 302
    clock.at = AFTER_FIRST_DUE
    desk = at_gate.browser("高")
    offered = desk.get(move_of(task, "hand_over")).content.decode()
    assert f">{OTHER_COMMITTEE}</option>" in offered
    assert f">{COMMITTEE}</option>" not in offered
    heir = at_gate.gate.bodies[OTHER_COMMITTEE].pk
    said: dict[str, Any] = {"committee": heir, "document_number": "示城管委〔2026〕6号", "reason": "翠园换届。"}
    much = fill(desk, move_of(task, "hand_over"), **said, unspent_fen="1,800.01")
    assert much.status_code == 422
    assert "不能超过已经拨付的金额" in read(much)
    kept = answers(much.content.decode())
    assert (kept["unspent_fen"], kept["document_number"], kept["reason"]) == (
        "1,800.01",
        "示城管委〔2026〕6号",
        "翠园换届。",
    )
    bare = fill(desk, move_of(task, "hand_over"), **said | {"document_number": ""}, unspent_fen="")
    assert (bare.status_code, "X-07" in read(bare)) == (422, True)
    wrong = fill(desk, move_of(task, "hand_over"), **said, unspent_fen="多")
    assert "要写成元" in read(wrong)
    assert fill(desk, move_of(task, "hand_over"), **said, unspent_fen="500").status_code == 302
    heirs = Task.objects.get(succeeds=task)
    assert Voucher.objects.get(kind="transfer").amount_fen == 50_000
    assert f"已移交 {heirs.number}" in read(desk.get(page_of(task)))
    assert f"接续 {task.number}" in read(desk.get(page_of(heirs)))


@pytest.mark.covers("R33", "X-07")
def test_the_giver_takes_the_power_back_and_without_it_nothing_is_resumed(at_gate: GateDesks, clock: Clock):
    (task,) = admitted(at_gate)
    url = f"{LIST}powers/{task.grant_id}/withdraw/"
    desk = at_gate.browser("吴")
    assert url in desk.get(page_of(task)).content.decode()
    assert url not in at_gate.browser("孙").get(page_of(task)).content.decode()
    early = fill(desk, url, last_day="2026-09-09", reason="条例修改。")
    assert early.status_code == 422
    assert "最后有效日：不能早于今天" in read(early)
    assert "授权早于任务的期限" not in read(desk.get(LIST))
    assert fill(desk, url, last_day="2026-11-30", reason="条例修改。").status_code == 302
    assert "授权早于任务的期限" in read(desk.get(LIST))
    task.grant.refresh_from_db()
    assert task.grant.valid_to.isoformat() == "2026-11-30"
    assert "早于任务的期限" in read(desk.get(page_of(task)))
    Task.objects.filter(pk=task.pk).update(state="suspended", suspended_for="power")
    assert fill(at_gate.browser("孙"), pay_of(task), basis="示银回2026-123", scans=scan()).status_code == 302
    assert fill(at_gate.browser("孙"), pay_of(task, 2), basis="示银回2026-124", scans=scan()).status_code == 302
    clock.at = shanghai("2026-12-02", "10:00")
    refused = at_gate.browser("陈").get(move_of(task, "resume"))
    assert refused.status_code == 403
    assert "X-07" in read(refused)


@pytest.mark.covers("R33", "X-07")
def test_the_giver_gives_the_power_anew_on_another_paper(at_gate: GateDesks):
    (task,) = admitted(at_gate)
    url, desk = f"{page_of(task)}power/", at_gate.browser("吴")
    lasting = read(desk.get(page_of(task)))
    assert "重新授权为什么不能办 现有授权有效至任务期满，不必重新授权" in lasting
    early = desk.get(url)
    assert (early.status_code, "现有授权有效至任务期满，不必重新授权" in read(early)) == (403, True)
    taken = fill(desk, f"{LIST}powers/{task.grant_id}/withdraw/", last_day="2026-11-30", reason="机构调整。")
    assert taken.status_code == 302
    assert url in desk.get(page_of(task)).content.decode()
    other = at_gate.browser("孙").get(page_of(task)).content.decode()
    assert (url in other, "您的岗位没有这项权限" in words(other)) == (False, True)
    asked = desk.get(url).content.decode()
    assert "有效期从2026年12月1日到2026年12月31日" in words(asked)
    bare = desk.post(url, answers(asked) | {"document_number": " "})
    assert (bare.status_code, "X-07" in read(bare)) == (422, True)
    assert "授权文书号：授权或者委托须附文书，写明文号" in read(bare)
    form = answers(bare.content.decode()) | {"document_number": "示城管委〔2026〕8号"}
    assert [desk.post(url, form).status_code for _press in range(2)] == [302, 302]
    changed = desk.post(url, form | {"document_number": "示城管委〔2026〕9号"})
    assert changed.status_code == 409
    old = task.grant
    task.refresh_from_db()
    assert task.grant.follows == old
    given = task.grant
    assert (given.document_number, given.valid_from.isoformat(), given.valid_to.isoformat()) == (
        "示城管委〔2026〕8号",
        "2026-12-01",
        "2026-12-31",
    )
    told = read(desk.get(page_of(task)))
    assert "授权文书号 示城管委〔2026〕8号" in told
    assert "早于任务的期限" not in told


def test_a_stale_form_shows_what_happened_meanwhile(at_gate: GateDesks, clock: Clock):
    (task,) = admitted(at_gate)
    clock.at = AFTER_FIRST_DUE
    desk = at_gate.browser("陈")
    form = answers(desk.get(move_of(task, "suspend")).content.decode()) | {"reason": "第一笔逾期。"}
    assert [desk.post(move_of(task, "suspend"), form).status_code for _press in range(2)] == [302, 302]
    other = desk.post(move_of(task, "suspend"), form | {"client_id": "00000000-0000-4000-8000-000000000001"})
    assert other.status_code == 409
    told = read(other)
    assert "您填表的时候，同事已经办了" in told
    assert "现在的状态不能这样办理" in told
    assert answers(other.content.decode())["reason"] == "第一笔逾期。"


def test_the_list_goes_by_the_code_of_the_community_and_shows_what_concerns_the_post(at_gate: GateDesks):
    first, second = admitted(at_gate, OTHER_COMMITTEE, COMMITTEE)
    seen = {
        who: re.findall(r'href="/desk/tasks/([^/"]+)/"', at_gate.browser(who).get(LIST).content.decode())
        for who in ("孙", "高", "陈", "柳", "蒋", "何")
    }
    both = [first.number, second.number]
    assert seen == {
        "孙": both,
        "高": both,
        "陈": [first.number],
        "柳": [second.number],
        "蒋": [],
        "何": both,
    }
    assert first.area_code < second.area_code
    assert at_gate.browser("高").get(f"{LIST}?state=suspended").content.decode().count("/desk/tasks/990101") == 0
    assert at_gate.browser("高").get(f"{LIST}?state=unknown").status_code == 400


def test_nothing_is_there_for_who_may_not_see_it(at_gate: GateDesks):
    task, _other = admitted(at_gate, COMMITTEE, OTHER_COMMITTEE)
    power, anew = f"{LIST}powers/{task.grant_id}/withdraw/", f"{page_of(task)}power/"
    expected = {
        "郑": (403, 403, 403, 403, 403),
        "蒋": (404, 404, 404, 403, 403),
        "柳": (404, 404, 404, 403, 403),
        "董": (404, 404, 403, 404, 404),
        "田": (200, 403, 403, 403, 403),
    }
    for who, statuses in expected.items():
        desk = at_gate.browser(who)
        urls = (page_of(task), move_of(task, "suspend"), pay_of(task), power, anew)
        assert tuple(desk.get(url).status_code for url in urls) == statuses, who
    assert at_gate.browser("高").get(move_of(task, "expire")).status_code == 404
    assert at_gate.browser().get(page_of(task)).status_code == 302


def test_a_month_later_the_page_still_adds_up(at_gate: GateDesks, clock: Clock):
    (task,) = admitted(at_gate)
    clock.at = AFTER_FIRST_DUE + timedelta(days=40)
    shown = read(at_gate.browser("陈").get(page_of(task)))
    assert "金额 ¥3,600.00 已拨付 ¥0.00 预留 ¥3,600.00" in shown
    assert shown.count("¥1,800.00 逾期未到账") == 2
