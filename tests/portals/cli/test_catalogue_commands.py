"""`sanhu import catalogue` and `sanhu export catalogue`: what they write and tell, and how they end."""

import io
import json
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.management import call_command
from openpyxl import load_workbook
from pytest_django import DjangoDbBlocker

from sanhu.domains.catalogue import shipped
from sanhu.domains.catalogue.models import CatalogueProposal, CatalogueVersion
from sanhu.domains.catalogue.reading import rows_of as rows_in
from sanhu.domains.catalogue.rows import as_data
from sanhu.domains.catalogue.services.instruments import register_instrument
from sanhu.domains.catalogue.services.loading import load_catalogue
from sanhu.domains.catalogue.services.proposing import submit_proposal
from sanhu.domains.catalogue.workbook.reading import read_workbook
from sanhu.domains.evidence.models import Entry
from sanhu.engines.actors import SYSTEM
from tests.approving import approved
from tests.cast import FOUNDED_AT
from tests.domains.catalogue.sheets import DISTRICT, csv_file, grid, rows_of, xlsx

ONCE = "首次形成本区清单"


@pytest.fixture(scope="module")
def _catalogue(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Load the shipped catalogue once for the module."""
    with django_db_blocker.unblock():
        data = shipped.demonstration_instrument()
        instrument = register_instrument(actor=SYSTEM, at=FOUNDED_AT, district=DISTRICT, data=data)
        load_catalogue(actor=SYSTEM, at=FOUNDED_AT, district=DISTRICT, instrument=instrument)
    yield
    with django_db_blocker.unblock():
        call_command("flush", interactive=False, verbosity=0)


@pytest.fixture(autouse=True)
def _ready(_catalogue: None, db: None, clock: object, monkeypatch: pytest.MonkeyPatch) -> None:
    # A command closes the connections of its process when it ends; the test still needs its own.
    monkeypatch.setattr("django.core.management.base.connections.close_all", lambda: None)


def run(name: str, *arguments: object) -> tuple[int, str, str]:
    """Run as the shell does; give exit code, output and errors."""
    command = import_module(f"sanhu.portals.cli.management.commands.{name}").Command
    out, err = io.StringIO(), io.StringIO()
    try:
        command(stdout=out, stderr=err, no_color=True).run_from_argv(["sanhu", name, *map(str, arguments)])
    except SystemExit as ended:
        return int(ended.code or 0), out.getvalue(), err.getvalue()
    return 0, out.getvalue(), err.getvalue()


def bring(*arguments: object) -> tuple[int, str, str]:
    return run("import", "catalogue", *arguments, "--district", DISTRICT)


@pytest.fixture
def file(tmp_path: Path) -> Callable[[bytes], Path]:
    """Write a file and give its path."""

    def _file(data: bytes) -> Path:
        path = tmp_path / "list.bin"  # what a file is, is told by what is in it
        path.write_bytes(data)
        return path

    return _file


def faulty() -> bytes:
    """Two leads, a committee that leads the first class, no basis, a banned certificate, a duplicate."""
    rows = rows_of("K1-01", "K1-02", "K1-03", "K2-01", "K2-03")
    rows[0]["主责主体"], rows[1]["主责主体"], rows[2]["法律依据"] = "城管局；应急局", "居委会", ""
    rows[3]["要求开具的证明"] = "婚姻状况证明"
    rows[5] |= {"事项代码": "K2-93", "类别": "K2", "事项名称": "违法建设（私搭乱建）查处"}
    return xlsx(grid(rows))


@pytest.mark.covers("X-02", "X-03", "X-06", "X-14", "R21")
def test_every_planted_fault_is_told_to_programs_with_row_column_and_code(file) -> None:
    code, out, err = bring(file(faulty()), "--dry-run", "--json")
    told = json.loads(out)
    assert (code, err) == (1, "")
    assert [told[name] for name in ("rows", "items", "added", "changed", "unchanged", "removed")] == [6, 5, 1, 4, 0, 0]
    assert [(one["row"], one["column"], one["label"], one["code"]) for one in told["errors"]] == [
        (2, "Y", "主责主体", "X-03"),
        (3, "Y", "主责主体", "X-02"),
        (4, "L", "法律依据", "X-06"),
        (4, "L", "法律依据", "X-06"),
        (4, "L", "法律依据", "X-06"),
        (5, "S", "要求开具的证明", "X-14"),
        (7, "C", "事项名称", ""),
    ]
    assert told["errors"][1]["reason"] == "居民委员会不得主责行政执法和管理事务，只能协助"
    assert told["errors"][6]["reason"] == "与第 2 行 K1-01《违法建设(私搭乱建)查处》同名，代码不同"
    assert [(one["row"], one["label"]) for one in told["warnings"]] == [(4, "法律依据")]
    assert (told["dry_run"], told["proposal"]) == (True, None)


def test_a_faulty_file_opens_nothing_and_is_given_back_marked(file, tmp_path: Path) -> None:
    marked = tmp_path / "marked.xlsx"
    code, out, _ = bring(file(faulty()), "--reason", ONCE, "--marked", marked)
    lines = out.splitlines()
    assert code == 1
    assert lines[1] == "第 3 行 Y 主责主体：X-02 居民委员会不得主责行政执法和管理事务，只能协助"
    assert lines[-2] == "读 6 行，5 个事项：新增 1，变更 4，未变 0，取消 0；错误 7 处，提醒 1 处。"
    assert lines[-1] == "有错误，什么也没有写入；改正后重新导入。"
    assert not CatalogueProposal.objects.exists()
    sheet = load_workbook(marked).active
    assert sheet is not None
    assert [cell.coordinate for line in sheet.iter_rows() for cell in line if cell.comment] == [
        "Y2", "Y3", "L4", "S5", "C7",
    ]  # fmt: skip


@pytest.mark.covers("R32")
def test_a_clean_file_opens_a_proposal_that_becomes_a_version_when_another_approves(file, at) -> None:
    rows = rows_of("K1-01")
    rows[0]["定义"] = "对居住区内未经许可的建设进行制止、查处和拆除。"
    rows.append(rows[0] | {"事项代码": "K1-50", "事项名称": "僵尸车清理", "任务": "", "英文名称": ""})
    before = Entry.objects.count()
    code, out, _ = bring(
        file(csv_file(grid(rows))), "--reason", "按街道意见修改", "--in-force-from", "2026-12-01", "--json"
    )
    told = json.loads(out)
    assert (code, told["added"], told["changed"], told["errors"]) == (0, 1, 1, [])
    proposal = CatalogueProposal.objects.get(district=DISTRICT, number=told["proposal"])
    assert (proposal.reason, proposal.in_force_from.isoformat()) == ("按街道意见修改", "2026-12-01")
    assert Entry.objects.count() == before + 1
    assert CatalogueVersion.objects.count() == 1  # nothing holds before another person has approved it
    wanted = {row["code"]: row for row in proposal.rows}
    assert len(wanted) == 101
    assert wanted["K1-01"]["definition"] == "对居住区内未经许可的建设进行制止、查处和拆除。"
    assert wanted["K1-50"]["duties"][0]["part"] == "僵尸车清理"
    assert wanted["K1-02"] == as_data(shipped.items()[1])
    submit_proposal(actor=SYSTEM, at=at, client_id=uuid4(), proposal_id=proposal.pk)
    version = approved(proposal, at=at)
    assert (version.number, version.in_force_from.isoformat()) == (2, "2026-12-01")
    assert [row.name for row in rows_in(version) if row.code == "K1-50"] == ["僵尸车清理"]


def test_the_whole_list_drops_what_it_does_not_name(file) -> None:
    path = file(xlsx(grid(rows_of("K1-02"))))
    assert json.loads(bring(path, "--dry-run", "--json")[1])["removed"] == 0
    _code, out, _ = bring(path, "--whole-list", "--reason", ONCE, "--json")
    told = json.loads(out)
    assert (told["unchanged"], told["removed"]) == (1, 99)
    assert [row["code"] for row in CatalogueProposal.objects.get(number=told["proposal"]).rows] == ["K1-02"]


def test_what_says_nothing_new_opens_nothing(file) -> None:
    code, out, _ = bring(file(xlsx(grid(rows_of("K1-01")))), "--reason", ONCE)
    assert (code, out.splitlines()[-1]) == (0, "和最新版本完全一样，没有写入。")
    assert not CatalogueProposal.objects.exists()


def test_a_dry_run_writes_nothing(file) -> None:
    rows = rows_of("K1-01")
    rows[0]["定义"] = "另一种说法"
    code, out, _ = bring(file(xlsx(grid(rows))), "--dry-run")
    assert (code, out.splitlines()[-1]) == (0, "试运行，什么也没有写入。")
    assert not CatalogueProposal.objects.exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "用 --reason 写明修改清单的理由，或者用 --dry-run 试运行"),
        (["--dry-run", "--skip-bad"], "清单要么全部导入，要么不导入：不能用 --skip-bad"),
        (["--dry-run", "--instrument", "没有这个文号"], "本区没有文号为 没有这个文号 的文件"),
    ],
)
def test_bad_usage_is_told(file, arguments: list[str], said: str) -> None:
    code, _, err = bring(file(xlsx(grid(rows_of("K1-01")))), *arguments)
    assert (code, said in err) == (2, True)


def test_a_file_that_is_not_there_and_a_day_past_are_told(file, tmp_path: Path) -> None:
    code, _, err = bring(tmp_path / "nothing.xlsx", "--dry-run")
    assert (code, "文件打不开" in err) == (2, True)
    rows = rows_of("K1-01")
    rows[0]["定义"] = "另一种说法"
    path = file(xlsx(grid(rows)))
    code, _, err = bring(path, "--reason", ONCE, "--in-force-from", "2026-08-01")
    assert (code, "施行日期：新版本不得早于上一版本施行" in err) == (1, True)
    assert not CatalogueProposal.objects.exists()


@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_an_export_reads_back_the_same_and_changes_nothing(form: str, tmp_path: Path) -> None:
    path = tmp_path / f"list.{form}"
    code, out, err = run("export", "catalogue", path, "--district", DISTRICT, "--version", 1, "--format", form)
    assert (code, out, err) == (0, "清单第 1 版：100 个事项，109 行。\n", "")
    read = [place.item for place in read_workbook(path.read_bytes()).items]
    assert [as_data(row) for row in read] == [as_data(row) for row in rows_in(CatalogueVersion.objects.get())]
    code, out, _ = bring(path, "--dry-run", "--json")
    told = json.loads(out)
    assert (code, told["unchanged"], told["added"] + told["changed"], told["errors"]) == (0, 100, 0, [])
    # The one duty of the shipped table whose lead the matrix does not know keeps its item a draft.
    assert [(one["row"], one["label"], one["code"]) for one in told["warnings"]] == [
        (79, "主责主体", ""),
        (79, "主责主体", "X-04"),
    ]


def test_an_export_takes_its_form_from_the_name_of_the_file(tmp_path: Path) -> None:
    assert run("export", "catalogue", tmp_path / "list.CSV", "--district", DISTRICT)[0] == 0
    assert (tmp_path / "list.CSV").read_bytes().startswith("\ufeff事项代码,类别,".encode())
    assert run("export", "catalogue-template", tmp_path / "empty.xlsx")[0] == 0
    assert load_workbook(tmp_path / "empty.xlsx").sheetnames[0] == "事务清单"


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["list.pdf", "--district", DISTRICT], 2, "用 --format 写明 xlsx 还是 csv"),
        (["list.csv"], 2, "用 --district 写明区县代码"),
        (["list.csv", "--district", DISTRICT, "--version", "7"], 1, "本区没有这一版清单"),
        (["list.csv", "--district", "990102"], 1, "本区没有这一版清单"),
        (["no/such/folder/list.csv", "--district", DISTRICT], 2, "文件写不了"),
    ],
)
def test_what_cannot_be_exported_is_told(tmp_path: Path, arguments: list[str], code: int, said: str) -> None:
    answer = run("export", "catalogue", tmp_path / arguments[0], *arguments[1:])
    assert (answer[0], said in answer[2]) == (code, True)
