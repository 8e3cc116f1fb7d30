"""Taking lists away: asked for at the desk, made by the worker, with exactly the rows the page shows that person."""

import csv
import hashlib
import io
import logging
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from django.utils import translation
from openpyxl import load_workbook

from sanhu.domains.casework.models import Matter
from sanhu.domains.evidence.models import Entry
from sanhu.domains.subjects.appointments import LeavingGround
from sanhu.domains.subjects.kinds import SubjectKind
from sanhu.domains.subjects.models import ExportChunk, ExportJob, ExportState, Organisation
from sanhu.domains.subjects.services import exports as services
from sanhu.domains.subjects.services.posts import leave_post
from sanhu.engines.actors import SYSTEM
from sanhu.engines.codes.case_numbers import display
from sanhu.portals.desk.views import matter_list
from sanhu.portals.exports.listed import lists
from sanhu.portals.worker import exporting
from sanhu.portals.worker.exporting import export_next
from tests.cast import DISTRICT, carry, report_matter
from tests.conftest import Clock
from tests.portals.conftest import Desks

CODES = ("matters", "applications", "tasks", "vouchers", "organisations")


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Path) -> None:
    settings.SANHU_DATA = tmp_path


def ask(browser: Client, code: str, query: str = "", *, form: str = "csv", client_id: str = "") -> ExportJob:
    """Ask at the page, and give the job it leads to."""
    said = {"client_id": client_id or str(uuid4()), "format": form}
    answer = browser.post(f"/desk/exports/new/{code}/{query}", said)
    assert answer.status_code == 302, answer.content.decode()
    return ExportJob.objects.get(pk=int(answer["Location"].rstrip("/").rpartition("/")[2]))


def work(clock: Clock) -> int:
    return export_next(clock.now(), stop=threading.Event())


def fetch(browser: Client, job: ExportJob) -> bytes:
    answer = browser.get(f"/desk/exports/{job.pk}/file/")
    assert answer.status_code == 200
    data = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    assert int(answer["Content-Length"]) == len(data)
    return data


def taken_away(browser: Client, clock: Clock, code: str, query: str = "") -> list[list[str]]:
    """Ask for a list, let the worker make it, and read it: its heading and its rows."""
    job = ask(browser, code, query)
    assert work(clock) == 1
    return list(csv.reader(io.StringIO(fetch(browser, job).decode("utf-8-sig"), newline="")))


def test_a_list_is_asked_for_made_and_fetched(desks: Desks, clock: Clock):
    clerk = desks.browser("周")
    assert 'href="/desk/exports/new/organisations/?kind=property_firm"' in (
        clerk.get("/desk/organisations/?kind=property_firm").content.decode()
    )
    asking = clerk.get("/desk/exports/new/organisations/?kind=property_firm").content.decode()
    assert "只导出筛选出来的行" in asking
    job = ask(clerk, "organisations", "?kind=property_firm&after=12", form="xlsx")
    assert (job.query, job.state) == ("kind=property_firm", ExportState.WAITING)
    page = clerk.get(f"/desk/exports/{job.pk}/")
    assert (page["Refresh"], "等待" in page.content.decode()) == ("4", True)
    assert clerk.get(f"/desk/exports/{job.pk}/file/").status_code == 404
    assert [work(clock), work(clock)] == [1, 0]
    page = clerk.get(f"/desk/exports/{job.pk}/")
    assert (page.has_header("Refresh"), "1 行" in page.content.decode()) == (False, True)
    data = fetch(clerk, job)
    sheet = load_workbook(io.BytesIO(data)).active
    assert [cell.value for cell in sheet[2]][:2] == ["安居物业服务有限公司", "市场"]
    job.refresh_from_db()
    assert (job.done, job.total, job.size, job.sha256) == (1, 1, len(data), hashlib.sha256(data).hexdigest())
    assert list(Entry.objects.filter(event__startswith="export.").order_by("id").values_list("event", flat=True)) == [
        "export.asked",
        "export.fetched",
    ]
    assert "安居".encode() not in b"".join(bytes(row) for row in raw_chunks()), "kept sealed"


def raw_chunks() -> list[bytes]:
    from django.db import connection  # noqa: PLC0415 - beside the field, which would open it

    with connection.cursor() as cursor:
        cursor.execute(f"SELECT data FROM {ExportChunk._meta.db_table}")
        return [row[0] for row in cursor.fetchall()]


@pytest.mark.parametrize("who", ["周", "吴", "马", "郑"])
def test_matters_are_exactly_those_the_page_shows(who: str, desks: Desks, clock: Clock):
    for to in ("registered", "assigned", "closed"):
        carry(desks.cast, to=to, at=clock.now() - timedelta(days=2))
    report_matter(desks.cast, area_code="990101002001", cell_code="")
    browser, actor = desks.browser(who), desks.cast.actor(who)
    for query in ("", "?state=closed", "?q=990101-2026&state=&cols=lead"):
        shown = matter_list.chosen(actor, QueryDict(query.removeprefix("?")), clock.now())
        heading, *rows = taken_away(browser, clock, "matters", query)
        assert heading[0] == "编号"
        assert [row[0] for row in rows] == [display(number) for number in shown.values_list("number", flat=True)]


def test_matters_have_the_columns_chosen_on_their_page(desks: Desks, clock: Clock):
    carry(desks.cast, to="assigned")
    clerk = desks.browser("周")
    heading, row = taken_away(clerk, clock, "matters", "?cols=lead&cols=channel")
    assert heading == ["编号", "事项", "主责", "来源"]
    assert row[2:] == ["区城市管理局", "网上反映"]
    assert taken_away(clerk, clock, "matters")[0] == [
        "编号", "事项", "期限", "还剩", "办结时间", "状态", "提示", "类别", "清单事项", "主责", "地点", "社区代码",
    ]  # fmt: skip


def test_words_are_masked_as_in_the_list_and_no_formula_runs(desks: Desks, clock: Clock):
    report_matter(desks.cast, words="=1+1 请打 13912345678，身份证 110105194912310021")
    (row,) = taken_away(desks.browser("周"), clock, "matters")[1:]
    assert row[1].startswith("'=1+1 请打 139")
    assert not any(number in "".join(row) for number in ("13912345678", "110105194912310021"))


@pytest.mark.parametrize(("code", "query"), [("nothing", ""), ("vouchers", "")])
def test_what_one_may_not_see_is_not_offered(code: str, query: str, desks: Desks):
    assert desks.browser("周").get(f"/desk/exports/new/{code}/{query}").status_code == 404


def test_faulty_filters_are_told_of_when_asking(desks: Desks):
    clerk = desks.browser("周")
    for query in ("matters/?state=elsewhere", "organisations/?kind=none", "matters/?only=x"):
        assert clerk.get(f"/desk/exports/new/{query}").status_code == 400
    assert clerk.post("/desk/exports/new/matters/", {"client_id": uuid4(), "format": "pdf"}).status_code == 422


def test_a_second_press_asks_once_and_the_fourth_wish_waits(desks: Desks):
    clerk, client_id = desks.browser("周"), str(uuid4())
    assert ask(clerk, "matters", client_id=client_id) == ask(clerk, "matters", client_id=client_id)
    for _more in range(2):
        ask(clerk, "matters")
    answer = clerk.post("/desk/exports/new/matters/", {"client_id": uuid4(), "format": "csv"})
    assert (answer.status_code, "取消" in answer.content.decode()) == (422, True)
    assert ExportJob.objects.count() == 3


def test_nobody_else_sees_fetches_or_cancels_it(desks: Desks, clock: Clock):
    job = ask(desks.browser("周"), "organisations")
    work(clock)
    for who in ("徐", "何", "钱", "沈", "郑"):
        other = desks.browser(who)
        assert other.get(f"/desk/exports/{job.pk}/").status_code == 404
        assert other.get(f"/desk/exports/{job.pk}/file/").status_code == 404
        assert other.post(f"/desk/exports/{job.pk}/cancel/", {"client_id": uuid4()}).status_code == 404
        assert f"/desk/exports/{job.pk}/" not in other.get("/desk/exports/").content.decode()
    assert not Entry.objects.filter(event="export.fetched").exists()


def test_what_counts_is_what_the_post_may_see_when_it_is_made(desks: Desks, clock: Clock):
    carry(desks.cast, to="registered")
    department, clerk = desks.browser("吴"), desks.browser("周")
    seen_then = ask(department, "matters"), ask(clerk, "matters")
    assert taken_away_later(department, seen_then[0], clock) == []
    assigned = carry(desks.cast, to="assigned").matter
    later = ask(department, "matters")
    leave_post(
        post_id=desks.cast["周"].post.pk, ground=LeavingGround.REASSIGNED, basis="调任", actor=SYSTEM, at=clock.now()
    )
    clock.forward(minutes=1)
    assert work(clock) == 1
    seen_then[1].refresh_from_db()
    assert (seen_then[1].state, seen_then[1].fault) == (ExportState.FAILED, services.NO_LONGER_IN_POST)
    assert taken_away_later(department, later, clock) == [display(assigned.number)]
    role = desks.cast["吴"].post.role
    last = ask(department, "matters")
    role.permissions = [one for one in role.permissions if one != "matter.view"]
    role.save(update_fields=["permissions"])
    work(clock)
    last.refresh_from_db()
    assert (last.state, last.fault) == (ExportState.FAILED, exporting.NOT_PERMITTED)
    assert "没有导出" in department.get(f"/desk/exports/{last.pk}/").content.decode()


def taken_away_later(browser: Client, job: ExportJob, clock: Clock) -> list[str]:
    assert work(clock) == 1
    rows = list(csv.reader(io.StringIO(fetch(browser, job).decode("utf-8-sig"), newline="")))
    return [row[0] for row in rows[1:]]


def many_bodies(count: int) -> None:
    """Put many bodies into the district, faster than the service would."""
    Organisation.objects.bulk_create(
        Organisation(
            district=DISTRICT,
            name=f"示范社会组织{number:05}",
            kind=SubjectKind.SOCIAL_ORGANISATION,
            active_from="2020-01-01",
        )
        for number in range(count)
    )


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_three_thousand_rows_are_seen_to_come(
    form: str, desks: Desks, clock: Clock, monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries: Any
):
    many_bodies(3000)
    clerk = desks.browser("周")
    job = ask(clerk, "organisations", "?kind=social_organisation", form=form)
    seen: list[tuple[int, str]] = []
    note = services.note_progress

    def noting(job: ExportJob, **said: Any) -> None:
        note(job, **said)
        page = clerk.get(f"/desk/exports/{job.pk}/").content.decode()
        seen.append((ExportJob.objects.get(pk=job.pk).done, "取消导出" if "取消导出" in page else ""))

    monkeypatch.setattr(services, "note_progress", noting)
    work(clock)
    assert seen == [(done, "取消导出") for done in range(0, 3001, 500)]
    job.refresh_from_db()
    assert (job.state, job.done, job.total) == (ExportState.READY, 3000, 3000)
    monkeypatch.setattr(services, "note_progress", note)
    again = ask(clerk, "organisations", "?kind=social_organisation", form=form)
    with django_assert_max_num_queries(12 + 6 * 6):  # six steps: rows, areas, names of areas, progress
        work(clock)
    again.refresh_from_db()
    assert again.done == 3000


def test_cancelled_while_it_is_made_it_ends_at_the_next_step(
    desks: Desks, clock: Clock, monkeypatch: pytest.MonkeyPatch
):
    many_bodies(600)
    clerk = desks.browser("周")
    job = ask(clerk, "organisations")
    note = services.note_progress

    def cancelling(job: ExportJob, *, done: int, **said: Any) -> None:
        note(job, done=done, **said)
        if done == 500:
            assert clerk.post(f"/desk/exports/{job.pk}/cancel/", {"client_id": uuid4()}).status_code == 302

    monkeypatch.setattr(services, "note_progress", cancelling)
    assert work(clock) == 1
    job.refresh_from_db()
    assert (job.state, job.done, ExportChunk.objects.count()) == (ExportState.CANCELLED, 500, 0)
    assert "已经取消" in clerk.get(f"/desk/exports/{job.pk}/").content.decode()


def test_a_worker_that_is_to_stop_puts_it_back(desks: Desks, clock: Clock):
    job = ask(desks.browser("周"), "organisations")
    stop = threading.Event()
    stop.set()
    export_next(clock.now(), stop=stop)
    job.refresh_from_db()
    assert (job.state, job.attempts) == (ExportState.WAITING, 0)


def test_a_fault_is_tried_three_times_and_tells_nobody_what_stood_there(
    desks: Desks, clock: Clock, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    matter = Matter.objects.get(number=report_matter(desks.cast).number)
    clerk = desks.browser("周")
    job = ask(clerk, "matters")

    def faulty(*_said: Any, **_named: Any) -> None:
        raise ValueError(matter.words)

    monkeypatch.setattr(services, "keep_piece", faulty)
    with caplog.at_level(logging.DEBUG):
        for _attempt in range(3):
            assert work(clock) == 1
            clock.forward(minutes=10)
    assert work(clock) == 0
    job.refresh_from_db()
    assert (job.state, job.attempts, job.fault) == (ExportState.FAILED, 3, services.THREE_TIMES)
    assert "ValueError" in caplog.text
    assert matter.words not in caplog.text


def test_the_heading_is_in_the_language_of_who_asked(desks: Desks, clock: Clock):
    clerk = desks.browser("周")
    clerk.post("/language/", {"language": "en"})
    heading = taken_away(clerk, clock, "organisations")[0]
    with translation.override("en"):
        english = [str(column.heading) for column in lists()["organisations"].columns]
    assert heading == english
    assert english[0] != "名称"


@pytest.mark.parametrize("code", CODES)
def test_every_list_has_a_page_and_columns_of_its_own(code: str):
    listed = lists()[code]
    codes = [column.code for column in listed.columns]
    assert len(set(codes)) == len(codes)
    assert set(listed.columns_asked(QueryDict())) <= set(codes)
    assert reverse(listed.page).startswith("/desk/")


def test_after_its_hours_the_file_is_gone(desks: Desks, clock: Clock):
    clerk = desks.browser("周")
    job = ask(clerk, "organisations")
    work(clock)
    services.drop_exports(at=clock.forward(hours=24))
    assert clerk.get(f"/desk/exports/{job.pk}/file/").status_code in (302, 404)
    fresh = desks.browser("周")
    assert fresh.get(f"/desk/exports/{job.pk}/file/").status_code == 404
    assert "文件已经删除" in fresh.get(f"/desk/exports/{job.pk}/").content.decode()
