"""`sanhu import`: what it writes and tells, row by row, and with which exit code it ends."""

import io
import json
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import pytest
from django.core.management import get_commands

from sanhu.domains.evidence.models import Entry
from sanhu.domains.places.models import Area
from sanhu.domains.places.rules import IMPORT
from sanhu.domains.subjects.permissions import Permission
from sanhu.engines.tables import UNKNOWN_ENCODING, Fault, ImportReport

command = import_module("sanhu.portals.cli.management.commands.import")

GOOD = "code,name\n990101,示范区\n990101001,和平街道\n990101001001,𠮷祥社区\n"
BAD = "code,name\n990101,示范区\n99010,坏\n990102001,\n"


@pytest.fixture
def file(tmp_path: Path) -> Callable[..., str]:
    """Write a file and give its path."""

    def _file(content: str | bytes) -> str:
        path = tmp_path / "divisions.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return str(path)

    return _file


def run(*arguments: str) -> tuple[int, str, str]:
    """Run as the shell does; give exit code, output and errors."""
    out, err = io.StringIO(), io.StringIO()
    made = command.Command(stdout=out, stderr=err, no_color=True)
    try:
        made.run_from_argv(["sanhu", "import", *arguments])
    except SystemExit as ended:
        return int(ended.code or 0), out.getvalue(), err.getvalue()
    return 0, out.getvalue(), err.getvalue()


@pytest.fixture(autouse=True)
def _database(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    # A command closes the connections of its process when it ends; the test still needs its own.
    monkeypatch.setattr("django.core.management.base.connections.close_all", lambda: None)


def test_a_good_file_is_written_and_told(file) -> None:
    code, out, err = run("divisions", file(GOOD))
    assert (code, err) == (0, "")
    assert out == "读 3 行：新增 3，变更 0，未变 0；问题 0 处。\n已写入。\n"
    assert list(Area.objects.order_by("code").values_list("name", flat=True)) == ["示范区", "和平街道", "𠮷祥社区"]


def test_the_house_itself_is_who_imports_and_the_file_is_named_without_its_folder(file) -> None:
    run("divisions", file(GOOD))
    entry = Entry.objects.get()
    assert entry.actor_ref == "system"
    assert json.loads(entry.body)["facts"]["source"] == "divisions.csv"


def test_the_source_of_a_list_is_kept_in_the_record(file) -> None:
    run("divisions", file(GOOD), "--source", "国家统计局 2023")
    assert json.loads(Entry.objects.get().body)["facts"]["source"] == "国家统计局 2023"


def test_a_faulty_file_is_told_row_by_row_and_nothing_is_written(file) -> None:
    code, out, _ = run("divisions", file(BAD))
    assert code == 1
    assert out.splitlines() == [
        "第 3 行 code: 区划代码应为 2、4、6、9 或 12 位",
        "第 4 行 name: 不能为空",
        "读 3 行：新增 1，变更 0，未变 0；问题 2 处。",
        "有问题，什么也没有写入；改正后重新导入，或用 --skip-bad 略过有问题的行。",
    ]
    assert not Area.objects.exists()


def test_faulty_rows_can_be_left_out(file) -> None:
    code, out, _ = run("divisions", file(BAD), "--skip-bad")
    assert code == 0
    assert out.endswith("有问题的行没有写入，其余已写入。\n")
    assert Area.objects.get().name == "示范区"


def test_a_dry_run_writes_nothing(file) -> None:
    code, out, _ = run("divisions", file(GOOD), "--dry-run")
    assert code == 0
    assert out.startswith("读 3 行：新增 3")
    assert out.endswith("试运行，什么也没有写入。\n")
    assert not Area.objects.exists()
    assert run("divisions", file(BAD), "--dry-run")[0] == 1


def test_programs_get_json(file) -> None:
    code, out, _ = run("divisions", file(BAD), "--json")
    told = json.loads(out)
    assert code == 1
    assert told["faults"][1] == {"row": 4, "column": "name", "reason": "不能为空"}
    assert {key: told[key] for key in ("kind", "read", "added", "written", "dry_run")} == {
        "kind": "divisions",
        "read": 3,
        "added": 1,
        "written": False,
        "dry_run": False,
    }
    assert len(told["digest"]) == 64


def test_a_gbk_file_is_read_and_another_encoding_refused_with_the_way_out(file) -> None:
    code, out, _ = run("divisions", file(GOOD.encode("utf-16")))
    assert code == 1
    assert UNKNOWN_ENCODING in out
    assert run("divisions", file(GOOD.encode("gb18030")))[0] == 0


def test_one_district_is_read_and_names_count_from_a_named_day(file) -> None:
    text = GOOD + "990102,邻区\n"
    assert run("divisions", file(text), "--district", "990102", "--valid-from", "2020-01-01")[0] == 0
    assert Area.objects.values_list("code", "valid_from").get()[0] == "990102000000"
    assert str(Area.objects.get().valid_from) == "2020-01-01"


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("divisions",),
        ("planets", "x.csv"),
        ("divisions", "there-is-no-such-file.csv"),
        ("divisions", "/"),
        ("divisions", "x.csv", "--district", "9901"),
        ("divisions", "x.csv", "--valid-from", "2026-02-30"),
        ("people", "x.csv"),
        ("organisations", "x.csv"),
        ("posts", "x.csv"),
    ],
)
def test_bad_usage_ends_with_2_and_says_why(arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(*arguments)
    assert code == 2
    assert out == ""
    assert err or capsys.readouterr().err


@pytest.mark.parametrize("kind", ["organisations", "people", "posts"])
def test_each_table_of_a_district_goes_to_its_own_import(kind: str, file, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = {}

    def take(**arguments: object) -> ImportReport:
        asked.update(arguments, content=b"".join(arguments["lines"]))
        return ImportReport(kind, 1, 0, 0, 0, (Fault(2, "name", "不能为空"),), dry_run=True, digest="0" * 64)

    monkeypatch.setitem(command.OF_A_DISTRICT, kind, take)
    code, out, _ = run(kind, file("name\n一\n"), "--district", "990101", "--dry-run")
    assert code == 1
    assert out.startswith("第 2 行 name: 不能为空\n")
    assert (asked["district"], asked["dry_run"], asked["skip_bad"]) == ("990101", True, False)
    assert asked["content"] == "name\n一\n".encode()


def test_a_district_that_was_not_founded_takes_no_people(file) -> None:
    code, out, _ = run("people", file("staff_number,name\n1,林\n"), "--district", "990101")
    assert code == 1
    assert out.splitlines()[-1].startswith("有问题")


def test_two_imports_at_once_are_told_apart(file, monkeypatch: pytest.MonkeyPatch) -> None:
    def collide(**_: object) -> ImportReport:
        raise command.IntegrityError("duplicate key value violates unique constraint")

    monkeypatch.setattr(command, "import_divisions", collide)
    code, out, err = run("divisions", file(GOOD))
    assert (code, out) == (1, "")
    assert "请再运行一次" in err


def test_long_work_tells_how_far_it_is(file, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command.Progress, "EVERY_SECONDS", 0.0)
    _, out, err = run("divisions", file(GOOD), "--json")
    assert err == "已读 3 行\n"
    assert json.loads(out)["written"]


def test_the_permission_is_the_one_that_is_listed() -> None:
    assert IMPORT == Permission.PLACES_IMPORT


def test_it_is_a_command_of_the_program() -> None:
    assert get_commands()["import"] == "sanhu.portals.cli"
