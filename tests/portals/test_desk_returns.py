"""Pages of going back, at the desk and for everybody: who is asked, what waits on whom, what moved, what came of it."""

from datetime import date, timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sanhu.domains.admission.models import ReturnProposal, Task
from sanhu.domains.catalogue.models import CatalogueProposal
from sanhu.domains.evidence.models import Letter
from tests.conftest import Clock
from tests.domains.admission.bearing import Bearing, noon
from tests.domains.admission.demanding import recorded
from tests.domains.admission.returning import DECISION, ITEM, Going, check_day, move
from tests.domains.funding.money import Purse
from tests.gate import COMMITTEE, ORGAN, OTHER_COMMITTEE
from tests.portals.conftest import GateDesks
from tests.portals.desk_administration.filling import fill
from tests.portals.policy import breaches
from tests.portals.reading import words

LIST, NEW = "/desk/returns/", "/desk/returns/new/"
DAY = date(2026, 12, 7)  # a Monday


@pytest.fixture
def task(at_gate: GateDesks) -> Task:
    bearing = Bearing(Purse(at_gate.gate))
    made = bearing.task(item_code=ITEM)
    bearing.pay(made)
    return made


@pytest.fixture
def going(at_gate: GateDesks, clock: Clock) -> Going:
    clock.at = noon(DAY)
    return Going(at_gate.gate, at=noon(DAY))


def url_of(found: ReturnProposal, move: str = "") -> str:
    return f"{LIST}{found.number}/" + (f"moves/{move}/" if move else "")


def asked(at_gate: GateDesks, task: Task, **changes: object) -> dict[str, object]:
    said: dict[str, object] = {
        "task": task.number,
        "bearer": at_gate.gate.bodies[ORGAN].pk,
        "reason": "每月占去两成时间，权力和经费都没有跟上。",
        "contradictions": ["C1"],
        "article": "城市居民委员会组织法第四十三条",
    }
    return said | changes


@pytest.mark.covers("R14", "R28", "R34")
def test_a_task_goes_back_through_the_pages(at_gate: GateDesks, task: Task, going: Going, clock: Clock):
    committee, organ = at_gate.browser("陈"), at_gate.browser("吴")
    chair, officer = at_gate.browser("石"), at_gate.browser("高")
    assert f"{NEW}?task={task.number}" in committee.get(f"/desk/tasks/{task.number}/").content.decode()
    answer = fill(committee, f"{NEW}?task={task.number}", **asked(at_gate, task, with_item="on"))
    found = ReturnProposal.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, url_of(found))
    assert "等您办的" in words(organ.get(LIST).content.decode())
    assert fill(organ, url_of(found, "answer_last"), agrees="yes", reason="收回自办。").status_code == 302
    agreed = {"document_number": DECISION, "transfers_on": DAY.isoformat(), "reason": "部门法定职责。"}
    assert fill(chair, url_of(found, "agree"), **agreed).status_code == 302
    assert Letter.objects.get(subject_ref=found.ref).number in words(organ.get(url_of(found)).content.decode())
    assert "清单的新版本还没有经另一人批准并施行" in words(officer.get(url_of(found, "transfer")).content.decode())
    assert fill(officer, url_of(found, "change_list")).status_code == 302
    listed = CatalogueProposal.objects.latest("pk")
    assert fill(chair, f"/desk/catalogue/proposals/{listed.number}/moves/approve/").status_code == 302
    moved = fill(officer, url_of(found, "transfer"), unspent_fen="500", reason="资料、授权当面点交。")
    assert moved.status_code == 302
    page = words(officer.get(url_of(found)).content.decode())
    for said in ("已移交，待核验", "¥600.00", "¥500.00", "还没有说明"):
        assert said in page
    found.refresh_from_db()
    clock.at = check_day(found)
    committee, officer = at_gate.browser("陈"), at_gate.browser("高")
    assert fill(committee, url_of(found, "state_outcome"), still_does="no", reason="没有再来。").status_code == 302
    assert fill(officer, url_of(found, "verify"), outcome="held", reason="查了登记。").status_code == 302
    public = at_gate.browser().get("/returns/")
    told = words(public.content.decode())
    for said in (
        task.application.name,
        COMMITTEE,
        ORGAN,
        DECISION,
        "没有再落到居民委员会",
        "未拨付 ¥600.00，未用 ¥500.00",
    ):
        assert said in told, said
    assert breaches(public) == []


def test_faults_stand_at_their_fields(at_gate: GateDesks, task: Task, going: Going):
    desk = at_gate.browser("陈")
    nothing = fill(desk, NEW, bearer=at_gate.gate.bodies[ORGAN].pk, reason="理由", article="第四条")
    assert nothing.status_code == 422
    assert "请选择一项协助任务，或者一个清单事项" in words(nothing.content.decode())
    both = fill(desk, NEW, **asked(at_gate, task, item="K1-05"))
    assert "选了任务就不再选清单事项" in words(both.content.decode())
    other = fill(desk, NEW, **asked(at_gate, task, bearer=at_gate.gate.bodies[OTHER_COMMITTEE].pk))
    assert other.status_code == 422
    assert "X-02" in words(other.content.decode())
    assert not ReturnProposal.objects.exists()


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("zh-hans", "请改正后再提交 移交日期：须为今天或者以后的日期（分类管理办法第四条、第七条） "),
        ("en", "Correct this and submit again Date of handing over: it has to be today or later ("),
    ],
)
def test_in_either_language_a_fault_stands_at_its_field_and_is_named_once(
    language: str, told: str, at_gate: GateDesks, task: Task, going: Going
):
    chair, yesterday = at_gate.browser("石"), DAY - timedelta(days=1)
    agree = url_of(going.return_of(task, to="consulted"), "agree")
    chair.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    answer = fill(chair, agree, document_number=DECISION, transfers_on=yesterday.isoformat(), reason="法定职责。")
    page = answer.content.decode()
    assert (answer.status_code, told in words(page)) == (422, True)
    assert ('id="id_transfers_on_error"' in page, yesterday.isoformat() in page) == (True, True)


def test_one_answer_is_offered_and_the_rest_say_why_not(at_gate: GateDesks, task: Task, going: Going):
    found = going.return_of(task, to="proposed")
    page = at_gate.browser("吴").get(url_of(found)).content.decode()
    assert page.count("data-move") == 1
    assert url_of(found, "answer_last") in page
    assert url_of(found, "answer") not in page
    assert "data-move" not in at_gate.browser("罗").get(url_of(found)).content.decode()
    assert at_gate.browser("柳").get(url_of(found)).status_code == 404


def test_who_waits_and_what_is_late_are_said(at_gate: GateDesks, task: Task, going: Going, clock: Clock):
    found = going.return_of(task, to="transferred")
    clock.at = check_day(found) + timedelta(days=16)
    told = words(at_gate.browser("高").get(LIST).content.decode())
    assert "核验已经超期" in told
    assert "应当在" in words(at_gate.browser("高").get(url_of(found)).content.decode())
    assert "核验超期" in words(at_gate.browser().get("/returns/").content.decode())


def test_what_came_back_leads_on(at_gate: GateDesks, task: Task, going: Going):
    found = going.return_of(task, to="transferred")
    demand = recorded(at_gate.gate, at=going.now(), item_code="")
    officer = at_gate.browser("高")
    move(at_gate.gate, found.number, "state_outcome", by="陈", at=going.now(), still_does=True)
    said = {"outcome": "came_back", "demand": demand.number, "reason": "又来要了。"}
    assert fill(officer, url_of(found, "verify"), **said).status_code == 302
    page = at_gate.browser("陈").get(url_of(found)).content.decode()
    assert f"{NEW}?follows={found.number}" in page
    assert demand.number in page
    again = fill(
        at_gate.browser("陈"), f"{NEW}?follows={found.number}", **(asked(at_gate, task) | {"task": "", "item": "K1-05"})
    )
    assert again.status_code == 302
    assert ReturnProposal.objects.latest("pk").follows == found


def test_a_list_asks_the_database_the_same_however_long(at_gate: GateDesks, going: Going):
    bearing = Bearing(Purse(at_gate.gate))
    desk = at_gate.browser("高")

    def queries() -> int:
        with CaptureQueriesContext(connection) as asked_for:
            assert desk.get(LIST).status_code == 200
        return len(asked_for)

    going.return_of(bearing.task(), to="decided")
    desk.get(LIST)
    once = queries()
    going.return_of(bearing.task(), to="decided")
    going.return_of(bearing.task(OTHER_COMMITTEE), to="proposed", by="柳")
    assert queries() == once


@pytest.mark.parametrize("who", ["陈", "孙", "高"])
def test_links_lead_there_from_pages_one_knows(who: str, at_gate: GateDesks, task: Task, going: Going):
    desk = at_gate.browser(who)
    proposes = who != "高"
    for page in (f"/desk/tasks/{task.number}/", f"/desk/catalogue/items/{ITEM}/", LIST):
        assert (NEW in desk.get(page).content.decode()) is proposes, page
    assert LIST in desk.get("/desk/tasks/").content.decode()
