"""The district's own list at the desk: tried first, every fault at its cell, given back marked, proposed when clean."""

import io
import json
from datetime import date, datetime
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from sanhu.domains.catalogue.events import CatalogueEvent
from sanhu.domains.catalogue.models import CatalogueProposal, CatalogueVersion
from sanhu.domains.catalogue.reading import rows_of as rows_in
from sanhu.domains.catalogue.rows import as_data
from sanhu.domains.catalogue.services.proposing import submit_proposal
from sanhu.domains.catalogue.workbook import opening
from sanhu.domains.catalogue.workbook.bringing import Wish, bring_in
from sanhu.domains.catalogue.workbook.reading import read_workbook
from sanhu.domains.evidence.models import Entry
from sanhu.engines.actors import SYSTEM
from sanhu.portals.desk.forms.catalogue_import import MOST_BYTES
from sanhu.portals.desk.views import catalogue_import
from tests.approving import approved
from tests.conftest import Clock
from tests.domains.catalogue.sheets import csv_file, grid, rows_of, xlsx
from tests.portals.conftest import Desks
from tests.portals.desk_administration.filling import answers
from tests.portals.reading import words

URL = "/desk/catalogue/import/"
REASON = "按街道和社区的意见修改"


@pytest.fixture
def desk(desks: Desks) -> Client:
    """Give the browser of 高, who keeps the catalogue."""
    return desks.browser("高")


def attempt(desk: Client, data: bytes, **said: str):
    return desk.post(URL, {"file": SimpleUploadedFile("清单.xlsx", data), **said})


def propose(desk: Client, tried, **said: str):
    return desk.post(URL, {**answers(tried.content.decode()), "reason": REASON, **said})


def changed() -> bytes:
    rows = rows_of("K1-01", "K1-02")
    rows[0]["定义"] = "对居住区内未经许可的建设进行制止、查处和拆除。"
    return xlsx(grid(rows))


def faulty() -> bytes:
    rows = rows_of("K1-01", "K1-02", "K1-03", "K2-01", "K2-03")
    rows[0]["主责主体"], rows[1]["主责主体"], rows[2]["法律依据"] = "城管局；应急局", "居委会", ""
    rows[3]["要求开具的证明"] = "婚姻状况证明"
    rows[5] |= {"事项代码": "K2-93", "事项名称": "违法建设（私搭乱建）<b>查处"}
    return xlsx([["<script>alert(1)</script>"], *grid(rows)])


@pytest.mark.covers("X-02", "X-03", "X-06", "X-14", "R21")
def test_every_planted_fault_is_shown_at_its_row_and_column_with_its_code(desk: Client) -> None:
    tried = attempt(desk, faulty())
    html = tried.content.decode()
    assert tried.status_code == 422
    assert [(fault.row, fault.letters, fault.label, fault.code) for fault in tried.context["errors"]] == [
        (3, "Y", "主责主体", "X-03"),
        (4, "Y", "主责主体", "X-02"),
        (5, "L", "法律依据", "X-06"),
        (5, "L", "法律依据", "X-06"),
        (5, "L", "法律依据", "X-06"),
        (6, "S", "要求开具的证明", "X-14"),
    ]
    said = words(html)
    assert "试运行：有错，什么也没有写入" in said
    assert "4 Y 主责主体 X-02 居民委员会不得主责行政执法和管理事务，只能协助" in said
    assert "6 S 要求开具的证明 X-14 “婚姻状况证明”：这是居民委员会不应出具的证明 民发〔2020〕20号" in said
    assert "将新增 1，变更 4，未变 0" in said
    assert "<script>alert" not in html
    assert 'name="reason"' not in html
    assert not CatalogueProposal.objects.exists()


def test_a_duplicate_is_shown_beside_what_it_repeats(desk: Client) -> None:
    rows = rows_of("K1-01")
    rows[0] |= {"事项代码": "K1-77", "事项名称": "违法建设 私搭乱建 查处"}
    tried = attempt(desk, csv_file(grid(rows)))
    assert "与现有事项 K1-01《违法建设(私搭乱建)查处》同名" in words(tried.content.decode())


def test_the_marked_copy_comes_back_without_the_file(desk: Client) -> None:
    tried = attempt(desk, faulty())
    answer = desk.post(URL, {**answers(tried.content.decode(), holding="kept"), "marked": "1"})
    assert answer.status_code == 200
    assert answer["Content-Disposition"] == 'attachment; filename="sanhu-catalogue-marked.xlsx"'
    sheet = load_workbook(io.BytesIO(answer.content)).active
    assert sheet is not None
    marked = [cell.coordinate for line in sheet.iter_rows() for cell in line if cell.comment]
    assert marked == ["Y3", "Y4", "L5", "S6"]
    assert "X-06" in sheet["AQ5"].value


def test_a_formula_stays_refused_between_the_two_steps(desk: Client) -> None:
    rows = rows_of("K1-01")
    rows[0]["定义"] = '=HYPERLINK("http://evil")'
    tried = attempt(desk, xlsx(grid(rows)))
    assert [(fault.row, fault.label) for fault in tried.context["errors"]] == [(2, "定义")]
    answer = desk.post(URL, {**answers(tried.content.decode(), holding="kept"), "marked": "1"})
    sheet = load_workbook(io.BytesIO(answer.content)).active
    assert sheet is not None
    assert (sheet["E2"].data_type, sheet["E2"].comment.text[:7]) == ("s", "单元格是公式，")


@pytest.mark.covers("R32")
def test_a_clean_workbook_is_tried_then_proposed_once(desk: Client, desks: Desks) -> None:
    tried = attempt(desk, changed())
    assert tried.status_code == 200
    assert "没有错，还没有写入" in words(tried.content.decode())
    assert not CatalogueProposal.objects.exists()
    sent = {"in_force_from": "2026-12-01"}
    pressed = [propose(desk, tried, **sent) for _press in range(2)]
    proposal = CatalogueProposal.objects.get()
    there = reverse("desk:proposal", kwargs={"number": proposal.number})
    assert [answer["Location"] for answer in pressed] == [there, there]
    assert f"已形成第 {proposal.number} 号修改建议" in words(desk.get(there).content.decode())
    assert (proposal.district, proposal.reason, proposal.in_force_from) == ("990101", REASON, date(2026, 12, 1))
    assert proposal.opened_by_post_id == desks.cast["高"].post.pk
    assert (len(proposal.rows), proposal.rows[0]["definition"]) == (
        100,
        "对居住区内未经许可的建设进行制止、查处和拆除。",
    )
    assert Entry.objects.filter(event=CatalogueEvent.PROPOSAL_OPENED).count() == 1
    assert CatalogueVersion.objects.filter(district="990101").count() == 1


def test_what_goes_with_it_is_asked_for_and_refused_at_its_field(desk: Client) -> None:
    tried = attempt(desk, changed())
    nothing = propose(desk, tried, reason="")
    assert nothing.status_code == 422
    assert "请填写“理由”" in words(nothing.content.decode())
    early = propose(desk, tried, in_force_from="2026-08-01")
    assert early.status_code == 422
    assert "新版本不得早于上一版本施行" in words(early.content.decode())
    assert 'value="2026-08-01"' in early.content.decode()
    again = propose(desk, early, in_force_from="2026-12-01")  # the workbook is still there
    assert again.status_code == 302
    assert CatalogueProposal.objects.count() == 1


def another_version(at: datetime, **changed: str) -> None:
    """Have the catalogue changed by somebody else, and approved."""
    rows = rows_of("K1-02")
    rows[0].update(changed)
    book = read_workbook(xlsx(grid(rows)))
    proposal = bring_in(
        actor=SYSTEM, at=at, client_id=uuid4(), district="990101", book=book, wish=Wish(reason="另一处修改")
    )
    submit_proposal(actor=SYSTEM, at=at, client_id=uuid4(), proposal_id=proposal.pk)
    approved(proposal, at=at)


@pytest.mark.covers("R32")
def test_a_version_that_came_since_the_trial_is_what_the_proposal_starts_from(desk: Client, at: datetime) -> None:
    rows = rows_of("K1-01")
    rows[0]["定义"] = "另一种说法"
    tried = attempt(desk, xlsx(grid(rows)))
    another_version(at, 定义="后来批准的说法")
    assert propose(desk, tried).status_code == 302
    proposal = CatalogueProposal.objects.latest("pk")
    assert proposal.base is not None
    assert (proposal.base.number, proposal.rows[0]["definition"]) == (2, "另一种说法")
    assert proposal.rows[1]["definition"] == "后来批准的说法"


def test_what_became_faulty_since_the_trial_is_told_and_not_proposed(desk: Client, at: datetime) -> None:
    rows = rows_of("K1-01")
    rows[0] |= {"事项代码": "K1-50", "事项名称": "僵尸车清理", "任务": "", "任务英文名": ""}
    tried = attempt(desk, xlsx(grid(rows)))
    assert tried.status_code == 200
    another_version(at, 事项代码="K1-60", 事项名称="僵尸车清理", 任务="")
    answer = propose(desk, tried)
    assert answer.status_code == 422
    assert "与现有事项 K1-60《僵尸车清理》同名，代码不同" in words(answer.content.decode())
    assert CatalogueProposal.objects.count() == 1


def test_the_whole_list_says_what_it_would_drop_and_drops_it(desk: Client) -> None:
    tried = attempt(desk, changed(), is_whole_list="on")
    assert "将取消 98 个事项" in words(tried.content.decode())
    assert propose(desk, tried).status_code == 302
    assert [row["code"] for row in CatalogueProposal.objects.get().rows] == ["K1-01", "K1-02"]


def test_what_says_nothing_new_cannot_be_proposed(desk: Client) -> None:
    tried = attempt(desk, xlsx(grid(rows_of("K1-01"))))
    assert "和现有的完全一样，不用写入" in words(tried.content.decode())
    assert 'name="reason"' not in tried.content.decode()


def test_doubts_do_not_keep_a_workbook_back(desk: Client) -> None:
    rows = rows_of("K1-01")
    rows[0]["定义"] = ""
    tried = attempt(desk, xlsx(grid(rows)))
    assert tried.status_code == 200
    assert "没有回答“何为此项事务”：事项将停留在草案" in words(tried.content.decode())
    marked = desk.post(URL, {**answers(tried.content.decode()), "marked": "1"})
    assert marked["Content-Type"].endswith("spreadsheetml.sheet")
    assert propose(desk, tried).status_code == 302


def test_what_was_tried_opens_only_for_who_tried_it_and_for_an_hour(
    desk: Client, desks: Desks, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = {**answers(attempt(desk, changed()).content.decode()), "reason": REASON}
    for faulty_seal in (sent["kept"][:-2] + "xx", "", "x:y:z"):
        answer = desk.post(URL, {**sent, "kept": faulty_seal})
        assert answer.status_code == 422
        assert "试运行的结果已经过期，什么也没有写入" in words(answer.content.decode())
    assert desks.browser("周").post(URL, sent).status_code == 403
    monkeypatch.setattr("django.core.signing.time.time", lambda: 4_000_000_000.0)
    assert desk.post(URL, sent).status_code == 422
    assert not CatalogueProposal.objects.exists()


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"PK\x03\x04 nothing", opening.NOT_A_WORKBOOK),
        (opening._COMPOUND + "EncryptedPackage".encode("utf-16-le"), opening.ENCRYPTED),
        (b"\xff\xfe" + "事项代码".encode("utf-16-le"), "文件既不是 UTF-8 编码"),
    ],
)
def test_what_is_no_workbook_is_refused_in_words(desk: Client, data: bytes, reason: str) -> None:
    tried = attempt(desk, data)
    assert tried.status_code == 422
    assert reason in words(tried.content.decode())
    assert 'name="kept"' not in tried.content.decode()


def test_nothing_and_too_much_are_refused_by_the_form(desk: Client) -> None:
    assert "请附上“Excel 或 CSV 文件”" in words(desk.post(URL, {}).content.decode())
    large = attempt(desk, b"a" * (MOST_BYTES + 1))
    assert large.status_code == 422
    assert "页面一次最多收 8 MB" in words(large.content.decode())


def test_a_workbook_no_form_can_carry_is_told_and_can_be_brought_in_on_the_server(
    desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalogue_import, "_MOST_KEPT", 100)
    tried = attempt(desk, changed())
    said = words(tried.content.decode())
    assert "页面带不动这么长的文件" in said
    assert "sanhu import catalogue FILE --district 990101 --dry-run" in said
    assert 'name="kept"' not in tried.content.decode()


@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_the_newest_version_is_taken_away_and_reads_back_the_same(desk: Client, desks: Desks, form: str) -> None:
    answer = desk.get(reverse("desk:catalogue_list", kwargs={"form": form}))
    assert answer["Content-Disposition"] == f'attachment; filename="sanhu-catalogue-990101-1.{form}"'
    read = [as_data(place.item) for place in read_workbook(answer.content).items]
    assert json.dumps(read) == json.dumps([as_data(row) for row in rows_in(desks.cast.version)])


def test_the_template_can_be_taken_away_and_tried(desk: Client) -> None:
    answer = desk.get(reverse("desk:catalogue_template"))
    assert answer["Content-Disposition"] == 'attachment; filename="sanhu-catalogue-template.xlsx"'
    assert "2 个事项；将新增 0，变更 0，未变 2" in words(attempt(desk, answer.content).content.decode())


def test_only_who_keeps_the_catalogue_is_shown_the_way_there(desk: Client, desks: Desks, clock: Clock) -> None:
    del clock
    duties = reverse("desk:duties")
    assert f'href="{URL}"' in desk.get(duties).content.decode()
    assert f'href="{URL}"' not in desks.browser("周").get(duties).content.decode()
    assert [desks.browser(who).get(URL).status_code for who in ("周", "钱", "郑")] == [403, 403, 403]
