"""The working calendar at the desk: tried, imported with its notice, and the clocks it moved."""

from datetime import date, datetime
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from sanhu.domains.catalogue.models import CalendarSource
from sanhu.domains.catalogue.queries import working_calendar
from sanhu.domains.evidence.models import Entry
from sanhu.domains.evidence.verify import verify
from sanhu.engines.legal_time import SHANGHAI
from sanhu.engines.tables import BOM
from sanhu.portals.announcements import read_announcement
from tests.portals.announcing import SINGLE_DAYS, YEAR_2027, reported
from tests.portals.desk_administration.conftest import District
from tests.portals.desk_administration.filling import HOSTILE, answers
from tests.portals.reading import words

URL = reverse("desk:calendar")
NOTICE = {"title": "示范区停工通知", "notice": "示范〔2026〕9 号"}


def attempt(desk: Client, text: str, **said: str):
    return desk.post(URL, {**NOTICE, "year": "", **said, "file": SimpleUploadedFile("days.csv", text.encode())})


def confirm(desk: Client, tried):
    return desk.post(URL, answers(tried.content.decode(), holding="kept"))


@pytest.mark.covers("X-17")
def test_the_page_says_how_far_the_calendar_reaches(district: District):
    text = words(district.desk("钱").get(URL).content.decode())
    assert "2026-12-31" in text
    assert "X-17" in text


def test_an_announcement_is_tried_and_tells_what_would_move(district: District):
    matter = reported(district.at)
    tried = attempt(district.desk("钱"), SINGLE_DAYS)
    text = words(tried.content.decode())
    assert tried.status_code == 200
    assert "示范区停工通知：2 天，日历将载入到 2026-12-31" in text
    assert [moved.number for moved in tried.context["moved"]] == [matter.number]
    assert "2026-11-10 2026-11-11" in text
    assert not CalendarSource.objects.exists()
    matter.refresh_from_db()
    assert matter.due_at == datetime(2026, 11, 11, tzinfo=SHANGHAI)


def test_once_written_running_clocks_have_recomputed_and_the_page_says_so(district: District):
    matter, desk = reported(district.at), district.desk("钱")
    answer = confirm(desk, attempt(desk, SINGLE_DAYS))
    source = CalendarSource.objects.get()
    assert answer["Location"] == reverse("desk:calendar_source", kwargs={"pk": source.pk})
    assert (source.title, source.notice) == (NOTICE["title"], NOTICE["notice"])
    matter.refresh_from_db()
    assert matter.due_at == datetime(2026, 11, 12, tzinfo=SHANGHAI)
    shown = words(desk.get(answer["Location"]).content.decode())
    assert "示范〔2026〕9 号" in shown
    assert "2026-11-10 2026-11-11" in shown
    assert matter.number[-6:] in shown
    listed = words(desk.get(URL).content.decode())
    assert "示范区停工通知" in listed
    assert Entry.objects.filter(event="calendar.imported", actor_ref=f"post:{district.posts['钱'].pk}").count() == 1
    assert Entry.objects.filter(event="clock.recomputed", subject_ref=matter.ref).count() == 1
    assert verify().is_clean


def test_a_second_press_imports_nothing_again(district: District):
    desk = district.desk("钱")
    tried = attempt(desk, SINGLE_DAYS)
    first, second = confirm(desk, tried), confirm(desk, tried)
    assert first["Location"] == second["Location"]
    assert CalendarSource.objects.count() == 1


def test_another_districts_matters_move_but_are_not_named(district: District):
    own, other = reported(district.at), reported(district.at, district="990102")
    desk = district.desk("钱")
    tried = attempt(desk, SINGLE_DAYS)
    assert [moved.number for moved in tried.context["moved"]] == [own.number]
    page = desk.get(confirm(desk, tried)["Location"])
    assert [moved.number for moved in page.context["moved"]] == [own.number]
    other.refresh_from_db()
    assert other.due_at == datetime(2026, 11, 12, tzinfo=SHANGHAI)
    theirs = district.desk("郝").get(reverse("desk:calendar_source", kwargs={"pk": CalendarSource.objects.get().pk}))
    assert [moved.number for moved in theirs.context["moved"]] == [other.number]


@pytest.mark.covers("X-17")
def test_a_year_is_loaded_only_where_it_is_declared(district: District):
    desk = district.desk("钱")
    refused = attempt(desk, "day,is_working,note\n2027-01-01,0,元旦\n")
    assert refused.status_code == 422
    assert "X-17" in words(refused.content.decode().split("</h1>", 1)[1].split("<form", 1)[0])
    whole = attempt(desk, YEAR_2027, title="", notice="")
    assert whole.status_code == 200
    assert confirm(desk, whole).status_code == 302
    assert working_calendar(district.at).last == date(2027, 12, 31)
    assert CalendarSource.objects.get().notice == "示例号〔2026〕1 号"


@pytest.mark.parametrize(
    ("text", "said", "reason"),
    [
        (SINGLE_DAYS, {"title": ""}, "须写明通知的名称和内容"),
        ("day,is_working\n2026-02-30,0\n", {}, "日期应写作 2026-01-31"),
        ("day,is_working\n2026-11-10,maybe\n", {}, "应写 1（上班）或 0（放假）"),
        ("day,is_working\n2026-11-10,\n", {}, "不能为空"),
        ("day,is_working\n2026-11-10,0\n2026-11-10,1\n", {}, "同一天写了不止一次"),
        ("day,is_working,weather\n2026-11-10,0,晴\n", {}, "表头里有不认识的列"),
        ('{"year": 2027, "rest": ["soon"]}', {}, "日期应写作 2026-01-31"),
        ('{"year": "2027"}', {}, "应是四位数的年份"),
        ('{"rest": [], "wish": 1}', {}, "不认识的项目"),
        ("[1, 2", {}, "不是 JSON 格式的一份通知"),
        ('{"title": "\\u0000", "rest": ["2026-11-10"]}', {}, "应是文字"),
        ('{"year": 2027, "rest": ["2027-01-01"]}', {}, "通知不全"),
        (SINGLE_DAYS, {"year": "1066"}, "不能小于 2000"),
    ],
)
def test_a_faulty_announcement_says_why_and_writes_nothing(
    text: str, said: dict[str, str], reason: str, district: District
):
    answer = attempt(district.desk("钱"), text, **said)
    assert answer.status_code == 422
    assert reason in words(answer.content.decode())
    assert 'name="kept"' not in answer.content.decode()
    assert not CalendarSource.objects.exists()


def test_the_words_of_a_faulty_announcement_are_kept_and_shown_as_written(district: District):
    text = attempt(district.desk("钱"), "nothing", title=HOSTILE).content.decode()
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(1)" in text
    assert "𠮷㛃" in text


def test_the_template_is_read_as_it_is(district: District):
    answer = district.desk("钱").get(reverse("desk:calendar_template"))
    assert answer.content.decode().startswith(BOM)
    read = read_announcement(answer.content)
    assert [(said.day, said.is_working) for said in read.days] == [
        (date(2026, 10, 1), False),
        (date(2026, 10, 10), True),
    ]


def test_a_seal_that_does_not_open_writes_nothing(district: District):
    answer = district.desk("钱").post(URL, {"kept": "x", "client_id": str(uuid4())})
    assert answer.status_code == 422
    assert "什么也没有写入" in words(answer.content.decode())


def test_an_announcement_nobody_made_is_not_found(district: District):
    assert district.desk("钱").get(reverse("desk:calendar_source", kwargs={"pk": 99})).status_code == 404


@pytest.mark.parametrize("surname", ["周", "冯", "沈", "高"])
def test_nobody_else_imports_calendars(surname: str, district: District):
    assert attempt(district.desk(surname), SINGLE_DAYS).status_code == 403
