"""Pages about personal data: masked by default, looked at for a reason, erased on request, kept no longer than told."""

from datetime import datetime, timedelta
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from sanhu.domains.casework.models import Erasure, Matter, Step
from sanhu.domains.casework.verification import CHECKS
from sanhu.domains.evidence.models import Entry, Unmasking
from sanhu.domains.evidence.sequencer import sequence
from sanhu.domains.evidence.verify import verify
from sanhu.domains.subjects.models import Person
from sanhu.domains.subjects.services.erasing import erase_person
from sanhu.domains.subjects.services.people import change_person
from sanhu.engines.actors import SYSTEM
from sanhu.portals.public.tickets import COOKIE
from sanhu.portals.retention import RULES
from sanhu.portals.worker.loop import DUTIES, one_round
from tests.cast import Carried, carry
from tests.conftest import Clock
from tests.portals.conftest import Desks
from tests.portals.test_access_things import ticket_of

PHONE, ROOM, WORDS = "13800990101", "翠园小区3号楼2单元501室", "三号楼林阿姨家门口堆了垃圾，打13900990101找她"
TITLE = "装修垃圾堆在垃圾桶边"  # what 周 writes when accepting, see tests.cast
WHY = "办结前电话回访林阿姨"
DAY = timedelta(days=1)


def text_of(answer: HttpResponse) -> str:
    return unescape(answer.content.decode())


def carried_to(desks: Desks, state: str, *, at: datetime) -> Carried:
    said = {"words": WORDS, "address": ROOM, "contact_channel": "sms", "contact_address": PHONE}
    return carry(desks.cast, to=state, at=at, **said)


@pytest.fixture
def open_matter(desks: Desks, moment: datetime) -> Matter:
    return carried_to(desks, "verified", at=moment - 2 * DAY).matter


@pytest.fixture
def final(desks: Desks, moment: datetime) -> Carried:
    """Give a matter closed so long ago that nothing opens it again."""
    return carried_to(desks, "closed", at=moment - 50 * DAY)


def look(browser: Client, matter: Matter, field: str, *, reason: str = WHY) -> HttpResponse:
    url = reverse("desk:unmask", kwargs={"number": matter.number, "field": field})
    return browser.post(url, {"reason": reason})


# --- masked, and looked at


@pytest.mark.parametrize("who", ["周", "徐", "吴", "何", "陈", "高"])
def test_every_post_sees_contact_door_and_numbers_masked(desks: Desks, open_matter: Matter, who: str):
    page = text_of(desks.browser(who).get(reverse("desk:matter", kwargs={"number": open_matter.number})))
    assert "138******01" in page
    assert "翠园小区3号楼*单元*室" in page
    assert "三号楼林阿姨家门口堆了垃圾，打139******01找她" in page
    assert not any(value in page for value in (PHONE, "501", "13900990101"))
    offered = "查看原文" in page
    assert offered == (who in {"周", "何", "高"}), "whoever may look is told where"


def test_lists_and_the_page_of_a_move_mask_too(desks: Desks, open_matter: Matter):
    Matter.objects.filter(pk=open_matter.pk).update(public_title="")
    for url in (
        reverse("desk:inbox"),
        reverse("desk:matters"),
        reverse("desk:move", kwargs={"number": open_matter.number, "move": "close"}),
    ):
        page = text_of(desks.browser("何").get(url))
        assert "打139******01找她" in page, url
        assert not any(value in page for value in (PHONE, "501", "13900990101")), url


@pytest.mark.covers("R84.2")
@pytest.mark.parametrize(("field", "value"), [("contact", PHONE), ("address", ROOM), ("words", WORDS)])
def test_a_look_shows_the_value_once_and_leaves_row_and_entry(
    desks: Desks, open_matter: Matter, moment: datetime, field: str, value: str
):
    browser = desks.browser("何")
    form = browser.get(reverse("desk:unmask", kwargs={"number": open_matter.number, "field": field}))
    assert value not in text_of(form)
    answer = look(browser, open_matter, field)
    assert answer.status_code == 200
    assert value in text_of(answer)
    assert "no-store" in answer["Cache-Control"]
    found = Unmasking.objects.get()
    assert (found.field, found.reason, found.at, found.subject_ref) == (field, WHY, moment, open_matter.ref)
    assert found.actor_ref == desks.cast.actor("何").ref
    entry = Entry.objects.get(event="personal_data.unmasked")
    assert WHY not in entry.body
    assert value not in entry.body
    again = browser.get(reverse("desk:matter", kwargs={"number": open_matter.number}))
    assert value not in text_of(again)
    sequence()
    assert verify(checks=CHECKS).findings == ()


@pytest.mark.parametrize("reason", ["", "  ", "看看", "长" * 501])
def test_without_a_good_reason_nothing_is_shown(desks: Desks, open_matter: Matter, reason: str):
    answer = look(desks.browser("何"), open_matter, "contact", reason=reason)
    assert answer.status_code == 422
    assert PHONE not in text_of(answer)
    assert "为什么要看原文" in text_of(answer)
    assert not Unmasking.objects.exists()


def test_the_security_administrator_sees_who_looked_and_everybody_their_own(desks: Desks, open_matter: Matter):
    look(desks.browser("何"), open_matter, "contact")
    look(desks.browser("周"), open_matter, "address", reason="核对门牌再上门")
    all_of_them = text_of(desks.browser("冯").get(reverse("desk:looks")))
    for words in (WHY, "核对门牌再上门", "联系方式", "具体位置", "社区工作者", "工号 0032", "工号 0011"):
        assert words in all_of_them, words
    assert PHONE not in all_of_them
    own = text_of(desks.browser("何").get(reverse("desk:looks")))
    assert WHY in own
    assert "核对门牌再上门" not in own
    assert WHY in text_of(desks.browser("沈").get(reverse("desk:looks")))
    for elsewhere in ("郑", "赵"):
        assert WHY not in text_of(desks.browser(elsewhere).get(reverse("desk:looks")))


def test_looks_are_found_by_person_and_day(desks: Desks, open_matter: Matter, clock: Clock):
    look(desks.browser("何"), open_matter, "contact")
    clock.forward(days=1)
    look(desks.browser("周"), open_matter, "contact", reason="核对门牌再上门")
    feng, url = desks.browser("冯"), reverse("desk:looks")
    for asked, found, left_out in (
        ({"staff_number": "0032"}, WHY, "核对门牌再上门"),
        ({"day": "2026-11-10"}, "核对门牌再上门", WHY),
        ({"staff_number": "0011", "day": "2026-11-10"}, "核对门牌再上门", WHY),
    ):
        page = text_of(feng.get(url, asked))
        assert found in page, asked
        assert left_out not in page, asked
    nobody = text_of(feng.get(url, {"staff_number": "9999"}))
    assert "没有人看过原文" in nobody
    assert feng.get(url, {"day": "yesterday"}).status_code == 400
    own = text_of(desks.browser("何").get(url, {"staff_number": "0011"}))
    assert "核对门牌再上门" not in own


def test_the_list_of_looks_is_paged_and_asks_the_database_seldom(
    desks: Desks, open_matter: Matter, django_assert_max_num_queries: Any
):
    browser = desks.browser("何")
    for nth in range(60):
        look(browser, open_matter, "contact", reason=f"第{nth:02}次回访")
    feng = desks.browser("冯")
    with django_assert_max_num_queries(16):
        first = feng.get(reverse("desk:looks"))
    assert "第59次回访" in text_of(first)
    assert "第09次回访" not in text_of(first)
    after = Unmasking.objects.order_by("-at", "-pk")[49].pk
    rest = text_of(feng.get(reverse("desk:looks"), {"after": after}))
    assert "第09次回访" in rest
    assert "第10次回访" not in rest


# --- officials' telephone numbers


@pytest.fixture
def zhou_with_phone(desks: Desks, moment: datetime) -> Person:
    person = desks.cast["周"].person
    change_person(person_id=person.pk, phone=PHONE, actor=SYSTEM, at=moment)
    return person


@pytest.mark.parametrize("who", ["钱", "冯"])
def test_an_officials_number_is_masked_on_every_page_and_in_the_form(desks: Desks, zhou_with_phone: Person, who: str):
    browser = desks.browser(who)
    names = ["person"] + (["person_change"] if who == "钱" else [])
    for name in names:
        page = text_of(browser.get(reverse(f"desk:{name}", kwargs={"pk": zhou_with_phone.pk})))
        assert "138******01" in page
        assert PHONE not in page


def test_looking_at_it_takes_a_reason(desks: Desks, zhou_with_phone: Person):
    url = reverse("desk:person_unmask", kwargs={"pk": zhou_with_phone.pk})
    qian = desks.browser("钱")
    assert qian.post(url, {"reason": ""}).status_code == 422
    assert PHONE in text_of(qian.post(url, {"reason": "夜间系统停机，联系本人"}))
    assert "夜间系统停机，联系本人" in text_of(desks.browser("冯").get(reverse("desk:looks")))


@pytest.mark.parametrize(
    ("said", "phone"), [({}, PHONE), ({"phone": "13700990101"}, "13700990101"), ({"forget_phone": "on"}, "")]
)
def test_the_number_stays_unless_another_or_none_is_wanted(
    desks: Desks, zhou_with_phone: Person, said: dict[str, str], phone: str
):
    url = reverse("desk:person_change", kwargs={"pk": zhou_with_phone.pk})
    answer = desks.browser("钱").post(url, {"name": "周敏敏", "client_id": str(uuid4()), **said})
    assert answer.status_code == 302
    found = Person.objects.get(pk=zhou_with_phone.pk)
    assert (found.name, found.phone) == ("周敏敏", phone)


# --- erasing


def ask(browser: Client, matter: Matter, **changes: str) -> HttpResponse:
    said = {"scope": "everything", "ground": "purpose_achieved", "reason": "林阿姨持回执码到窗口提出"} | changes
    url = reverse("desk:erasure_ask", kwargs={"number": matter.number})
    return browser.post(url, {"client_id": str(uuid4()), **said})


def decide(browser: Client, erasure: Erasure, decision: str, answer: str = "") -> HttpResponse:
    url = reverse("desk:erasure", kwargs={"pk": erasure.pk})
    return browser.post(url, {"client_id": str(uuid4()), "decision": decision, "answer": answer})


@pytest.mark.covers("R84.2")
def test_from_the_window_to_the_page_that_says_it_is_gone(desks: Desks, final: Carried):
    matter = final.matter
    assert matter.public_title == TITLE
    asked = ask(desks.browser("周"), matter)
    assert asked.status_code == 302
    feng = desks.browser("冯")
    waiting = text_of(feng.get(reverse("desk:erasures")))
    assert "等待决定" in waiting
    erasure = Erasure.objects.get()
    page = text_of(feng.get(reverse("desk:erasure", kwargs={"pk": erasure.pk})))
    assert "林阿姨持回执码到窗口提出" in page
    assert WORDS not in page, "whoever decides need not read it"
    assert decide(feng, erasure, "agree").status_code == 302
    own = Client()
    own.cookies[COOKIE] = ticket_of(final.receipt)
    pages = {
        "public": Client().get(reverse("public:matter", kwargs={"number": matter.number})),
        "own": own.get(reverse("public:my_matter")),
        "desk": desks.browser("何").get(reverse("desk:matter", kwargs={"number": matter.number})),
        "list": desks.browser("何").get(reverse("desk:matters")),
        "public list": Client().get(reverse("public:matters")),
        "requests": feng.get(reverse("desk:erasures")),
        "request": feng.get(reverse("desk:erasure", kwargs={"pk": erasure.pk})),
    }
    for name, answer in pages.items():
        shown = text_of(answer)
        assert answer.status_code == 200
        assert not any(word in shown for word in (WORDS, "林阿姨", ROOM, PHONE, TITLE, "还没清")), name
        if name in {"public", "own", "desk"}:
            assert "按反映人的请求" in shown
            assert "2026年11月9日" in shown
            assert "个人信息保护法第四十七条第一款第一项" in shown
    assert set(Step.objects.filter(matter=matter).values_list("reason", "reply")) == {("", "")}
    sequence()
    assert verify(checks=CHECKS).findings == ()


def test_before_the_final_close_the_window_is_told_why_not(desks: Desks, open_matter: Matter):
    answer = ask(desks.browser("周"), open_matter)
    assert answer.status_code == 422
    page = text_of(answer)
    assert "还没有最终办结" in page
    assert "个人信息保护法第四十七条第一款第一项" in page
    assert "林阿姨持回执码到窗口提出" in page, "what was written stays in the form"
    assert not Erasure.objects.exists()


def test_refusing_needs_words_and_is_shown(desks: Desks, final: Carried):
    ask(desks.browser("周"), final.matter)
    erasure, feng = Erasure.objects.get(), desks.browser("冯")
    assert "须写明理由" in text_of(decide(feng, erasure, "refuse"))
    assert decide(feng, erasure, "refuse", "来人不能证明是本人").status_code == 302
    page = text_of(feng.get(reverse("desk:erasure", kwargs={"pk": erasure.pk})))
    assert "来人不能证明是本人" in page
    assert 'name="decision"' not in page
    assert Matter.objects.get(pk=final.matter.pk).words == WORDS


def test_a_second_press_erases_once(desks: Desks, final: Carried):
    ask(desks.browser("周"), final.matter)
    erasure, feng = Erasure.objects.get(), desks.browser("冯")
    form = {"client_id": str(uuid4()), "decision": "agree", "answer": ""}
    url = reverse("desk:erasure", kwargs={"pk": erasure.pk})
    assert [feng.post(url, form).status_code for _ in range(2)] == [302, 302]
    assert Entry.objects.filter(event="personal_data.erased").count() == 1


def test_whoever_was_erased_is_told_apart_by_number_on_the_pages_of_what_they_did(
    desks: Desks, final: Carried, moment: datetime, settings, clock: Clock
):
    settings.SANHU_STAFF_KEPT_DAYS = 10
    former = desks.account("卫").person
    feng = desks.browser("冯")
    url = reverse("desk:person_erase", kwargs={"pk": former.pk})
    assert "工号留下" in text_of(feng.get(url))
    busy = text_of(feng.get(reverse("desk:person_erase", kwargs={"pk": desks.cast["周"].person.pk})))
    assert "还有在任" in busy
    assert feng.post(url, {"client_id": str(uuid4()), "is_sure": "on"}).status_code == 302
    page = text_of(feng.get(reverse("desk:person", kwargs={"pk": former.pk})))
    assert "已删除的人员（工号 0061）" in page
    assert "卫离" not in page
    assert "卫离" not in text_of(desks.browser("钱").get(reverse("desk:people")))
    sequence()
    assert verify(checks=CHECKS).findings == ()


def test_an_erased_handler_is_a_number_in_the_steps(desks: Desks, final: Carried, moment: datetime, settings):
    settings.SANHU_STAFF_KEPT_DAYS = 10
    desks.cast["孙"].post.__class__.objects.filter(pk=desks.cast["孙"].post.pk).update(
        left_at=moment - 30 * DAY, left_ground="reassigned", left_basis="调任通知"
    )
    erase_person(person_id=desks.cast["孙"].person.pk, actor=SYSTEM, at=moment)
    page = text_of(desks.browser("何").get(reverse("desk:matter", kwargs={"number": final.matter.number})))
    assert "已删除的人员（工号 0022）" in page
    assert "孙浩" not in page


# --- how long it is kept


@pytest.mark.parametrize("who", ["冯", "沈"])
def test_the_page_of_rules_says_what_why_how_long_how_much_and_when(
    desks: Desks, final: Carried, clock: Clock, settings, tmp_path: Any, who: str
):
    settings.SANHU_DATA = tmp_path
    assert "还没有执行过" in text_of(desks.browser(who).get(reverse("desk:retention")))
    one_round(DUTIES, {})
    page = text_of(desks.browser(who).get(reverse("desk:retention")))
    assert "还没有执行过" not in page
    for rule in RULES:
        assert str(rule.what) in page, rule.code
        assert str(rule.why) in page
        assert str(rule.then) in page
    for words in ("最终办结后 5 年", "最终办结后 30 天", "上次删除 1 项", "删除联系方式", final.matter.ref):
        assert words in page, words
    assert PHONE not in page


def test_residents_are_told_before_they_report(db: None):
    report = text_of(Client().get(reverse("public:report")))
    assert f'href="{reverse("public:kept")}"' in report
    page = text_of(Client().get(reverse("public:kept")))
    for rule in RULES:
        assert (str(rule.what) in page) == rule.for_reporters, rule.code
    for words in ("最终办结后 30 天", "个人信息保护法第十七条", "带回执码到街道窗口"):
        assert words in page
