"""`sanhu codes check`: a line of JSON for each code, from the command line, a file or a pipe."""

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import OperationalError

from sanhu.domains.places.services import import_divisions
from sanhu.engines.actors import SYSTEM
from sanhu.engines.codes import citizen_ids, uscc
from sanhu.engines.codes.kinds import CodeKind
from sanhu.engines.tables import BOM
from sanhu.portals.cli.management.commands import codes
from tests.conftest import Clock

pytestmark = pytest.mark.covers("R84.2")

DIVISIONS = """code,name,valid_from,valid_to,successor
990101,示范区,2020-01-01,,
990101001,和平街道,2020-01-01,,
990101001001,一社区,2020-01-01,2026-11-09,990101001002
990101001002,二社区,2020-01-01,,
990101001004,四社区,2020-01-01,2026-11-10,
990103,旧区,2020-01-01,2021-01-01,
"""
# One good code of each kind, with its warnings.
SAMPLES = [
    ("uscc", "91350100M000100Y43"),
    ("citizen_id", "11010519491231002X"),
    ("org_code", "D2143569X"),
    ("division", "990101001002"),
    ("grid_cell", "990101001002007"),
    ("component", "99010101002000001"),
    ("component", "3205080101000001"),
    ("matter_class", "99010101066"),
    ("event_class", "9901010110"),
    ("case_number", "99010120261109000217"),
]


@pytest.fixture
def _divisions(db: None, clock: Clock) -> None:
    """Import a few divisions, some of which are no more, with the clock standing on Monday 2026-11-09."""
    lines = DIVISIONS.encode().splitlines(keepends=True)
    report = import_divisions(lines=lines, actor=SYSTEM, at=clock.now(), source="测试", valid_from=date(2020, 1, 1))
    assert not report.faults


@pytest.fixture
def table(tmp_path: Path) -> Callable[..., str]:
    """Write a table and give its path."""

    def _table(text: str, *, encoding: str = "utf-8") -> str:
        path = tmp_path / "代码.csv"
        path.write_bytes(text.encode(encoding))
        return str(path)

    return _table


def run(*arguments: str) -> tuple[int, list[dict[str, Any]], str]:
    """Run as the shell does; give the exit code, the answers and what was complained of."""
    out, err, code = io.StringIO(), io.StringIO(), 0
    try:
        call_command("codes", "check", *arguments, stdout=out, stderr=err)
    except SystemExit as ended:
        code = int(ended.code or 0)
    except CommandError as fault:
        return fault.returncode, _answers(out), str(fault)
    return code, _answers(out), err.getvalue()


def _answers(out: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.getvalue().splitlines()]


def in_shell(
    folder: Path, *arguments: str, given: bytes = b"", database: str = "nothing.sqlite3"
) -> subprocess.CompletedProcess[bytes]:
    """Run the program itself, with a database of its own."""
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "sanhu.config.settings.test",
        "DATABASE_URL": f"sqlite:///{folder / database}",
        "PYTHONPATH": os.pathsep.join(sys.path),
        "PYTHONIOENCODING": "utf-8",
    }
    program = [sys.executable, "-m", "sanhu.portals.cli.main", "codes", "check", *arguments]
    return subprocess.run(program, input=given, capture_output=True, env=environment, check=False, timeout=60)


@pytest.mark.usefixtures("_divisions")
class TestValues:
    """Codes on the command line."""

    @pytest.mark.parametrize(("kind", "value"), SAMPLES)
    def test_each_kind_is_checked(self, kind: str, value: str) -> None:
        code, answers, complaints = run("--type", kind, value)
        assert answers == [{"value": value, "valid": True, "normalised": value, "reasons": [], "warnings": []}]
        assert (code, complaints) == (0, "")

    def test_every_kind_has_a_sample(self) -> None:
        assert {kind for kind, _ in SAMPLES} == {str(kind) for kind in CodeKind}

    def test_any_wrong_code_exits_with_1_and_the_others_are_answered(self) -> None:
        code, answers, _ = run("--type", "uscc", "91350100M000100Y44", "91350100M000100Y43", "91350100")
        assert code == 1
        assert [answer["valid"] for answer in answers] == [False, True, False]
        assert [answer["reasons"] for answer in answers] == [[uscc.WRONG_CHECK], [], [uscc.WRONG_LENGTH]]

    def test_what_was_put_right_is_said(self) -> None:
        code, [answer], _ = run("--type", "citizen_id", " 11010519491231002\uff58")
        assert code == 0
        assert answer["normalised"] == "11010519491231002X"
        assert answer["value"] == " 11010519491231002\uff58"
        assert answer["warnings"] == ["全角字符已改为半角", "空格已去除", "小写字母已改为大写"]

    def test_today_is_the_clocks(self, clock: Clock) -> None:
        tomorrow = citizen_ids.compose("110105", date(2026, 11, 10), 2)
        code, [answer], _ = run("--type", "citizen_id", tomorrow)
        assert (code, answer["reasons"]) == (1, [citizen_ids.NOT_YET_BORN])
        clock.forward(hours=15)  # past midnight in Shanghai, not yet in Greenwich
        assert run("--type", "citizen_id", tomorrow)[0] == 0

    def test_sentences_are_translated_where_they_are_shown(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(codes, "gettext", lambda text: {uscc.WRONG_CHECK: "check"}.get(text, text))
        assert run("--type", "uscc", "91350100M000100Y44")[1][0]["reasons"] == ["check"]


@pytest.mark.usefixtures("_divisions")
class TestAbolished:
    """Known only from imported divisions, and never a reason to refuse."""

    @pytest.mark.parametrize(
        ("kind", "value", "warnings"),
        [
            ("division", "990101001001", ["区划 990101001001 已于 2026-11-09 废止，由 990101001002 接续"]),
            ("division", "990101001002", []),
            ("division", "990101001004", []),  # its last day is today
            ("division", "990101001009", []),  # never imported: nothing is known
            ("division", "990103", ["区划 990103 已于 2021-01-01 废止"]),
            ("division", "990103000000", ["区划 990103 已于 2021-01-01 废止"]),
            ("division", "990103001001", ["区划 990103 已于 2021-01-01 废止"]),  # known of what it lay in
            ("grid_cell", "990101001001007", ["区划 990101001001 已于 2026-11-09 废止，由 990101001002 接续"]),
            ("uscc", uscc.compose("55", "990103", "00000001"), ["区划 990103 已于 2021-01-01 废止"]),
            ("component", "99010301002000001", ["区划 990103 已于 2021-01-01 废止"]),
            ("case_number", "99010320201109000217", []),  # keeps its number for good
        ],
    )
    def test_warns(self, kind: str, value: str, warnings: list[str]) -> None:
        code, [answer], _ = run("--type", kind, value)
        assert (code, answer["valid"], answer["warnings"]) == (0, True, warnings)

    def test_the_address_of_a_citizen(self, clock: Clock) -> None:
        lines = b"code,name,valid_from,valid_to,successor\n110103,X,2000-01-01,2010-07-01,110101\n"
        import_divisions(lines=lines.splitlines(keepends=True), actor=SYSTEM, at=clock.now(), source="测试")
        _, [answer], _ = run("--type", "citizen_id", citizen_ids.compose("110103", date(1990, 1, 1), 1))
        assert answer["valid"]
        assert answer["warnings"] == ["区划 110103 已于 2010-07-01 废止，由 110101 接续"]

    def test_a_renamed_division_is_not_abolished(self, clock: Clock) -> None:
        lines = b"code,name,valid_from,valid_to\n990104,A,2020-01-01,2022-01-01\n990104,B,2022-01-01,\n"
        import_divisions(lines=lines.splitlines(keepends=True), actor=SYSTEM, at=clock.now(), source="测试")
        assert run("--type", "division", "990104")[1][0]["warnings"] == []

    def test_a_wrong_code_is_not_warned_of_as_well(self) -> None:
        _, [answer], _ = run("--type", "uscc", "559901030000000010")
        assert (answer["valid"], answer["warnings"]) == (False, [])


@pytest.mark.usefixtures("_divisions")
class TestTable:
    """Codes in a CSV file."""

    def test_each_row_is_answered_in_order(self, table: Callable[..., str]) -> None:
        rows = "".join(f"{kind},{value}\n" for kind, value in SAMPLES)
        code, answers, complaints = run("--csv", table("type,value\n" + rows))
        assert (code, complaints) == (0, "")
        assert [answer["value"] for answer in answers] == [value for _, value in SAMPLES]
        assert all(answer["valid"] and list(answer) == list(answers[0]) for answer in answers)
        assert list(answers[0]) == ["value", "valid", "normalised", "reasons", "warnings"]

    def test_as_a_spreadsheet_writes_it(self, table: Callable[..., str]) -> None:
        text = f'{BOM}代码,备注,类型\r\n"\t11010519491231002x",林,citizen_id\r\n\r\n,,\r\nd2143569-x,, ORG_CODE\r\n'
        code, answers, _ = run("--csv", table(text))
        assert code == 0
        assert [answer["normalised"] for answer in answers] == ["11010519491231002X", "D2143569X"]
        assert answers[0]["warnings"] == ["空格已去除", "小写字母已改为大写"]

    def test_a_row_that_cannot_be_checked_is_answered_and_the_next_goes_on(self, table: Callable[..., str]) -> None:
        text = 'passport,E12345678\n,1\nuscc\ndivision,990101,extra\ndivision,\n"org"_code,1\ndivision,990101\n'
        code, answers, _ = run("--csv", table("type,value\n" + text))
        assert code == 1
        assert [(answer["value"], answer["valid"], answer["reasons"]) for answer in answers] == [
            ("E12345678", False, ["第 2 行 type: 类型不在可以核对的种类之中"]),
            ("1", False, ["第 3 行 type: 类型不在可以核对的种类之中"]),
            ("", False, ["第 4 行: 这一行的列数与表头不符"]),
            ("990101", False, ["第 5 行: 这一行的列数与表头不符"]),
            ("", False, ["没有填写"]),
            ("", False, ["第 7 行: 引号没有配对，或单元格过长"]),
            ("990101", True, []),
        ]

    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("", "文件是空的"),
            ("value\n990101\n", "type: 表头缺少这一列"),
            ("type,code\nuscc,1\n", "value: 表头缺少这一列"),
            ("uscc,91350100M000100Y43\n", "type: 表头缺少这一列"),
            ('"type"x,value\n', "引号没有配对"),
        ],
    )
    def test_a_table_without_its_columns_exits_with_2(self, table: Callable[..., str], text: str, words: str) -> None:
        code, answers, complaint = run("--csv", table(text))
        assert (code, answers) == (2, [])
        assert words in complaint

    def test_another_encoding_is_told_where_it_begins_to_matter(self, table: Callable[..., str]) -> None:
        path = table("type,value,note\ndivision,990101,\ndivision,990101,é\n", encoding="latin-1")
        code, answers, complaint = run("--csv", path)
        assert (code, len(answers)) == (2, 1)
        assert "UTF-8" in complaint

    def test_a_header_alone_asks_nothing(self, table: Callable[..., str]) -> None:
        assert run("--csv", table("type,value\n")) == (0, [], "")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--type", "uscc"), "--csv"),
        ((), "--csv"),
        (("990101",), "--type"),
        (("--type", "uscc", "1", "--csv", "f.csv"), "--csv"),
        (("--type", "uscc", "--csv", "f.csv"), "--type"),
        (("--csv", "no/such/file.csv"), "文件打不开"),
        (("--csv", "."), "文件打不开"),
    ],
)
def test_bad_usage_exits_with_2(arguments: tuple[str, ...], words: str) -> None:
    code, answers, complaint = run(*arguments)
    assert (code, answers) == (2, [])
    assert words in complaint


def test_without_a_database_everything_else_is_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    def _gone(_on: date) -> None:
        raise OperationalError

    monkeypatch.setattr(codes, "abolished_divisions", _gone)
    code, answers, complaints = run("--type", "division", "990101", "990102", "99010")
    assert (code, [answer["valid"] for answer in answers]) == (1, [True, True, False])
    assert complaints.count("没有可用的数据库") == 1


class TestInShell:
    """The program itself, in a folder without a database."""

    def test_reads_values_from_a_pipe_and_needs_no_tables(self, tmp_path: Path) -> None:
        ended = in_shell(tmp_path, "--type", "division", "990101", "-", given=b"990101001\r\n\r\n990101002\n")
        answers = [json.loads(line) for line in ended.stdout.decode().splitlines()]
        assert [answer["normalised"] for answer in answers] == ["990101", "990101001", "990101002"]
        assert ended.returncode == 0
        assert ended.stderr.decode().count("没有可用的数据库") == 1

    def test_reads_a_table_from_a_pipe(self, tmp_path: Path) -> None:
        given = b"type,value\ncase_number,99010120261109000217\ncase_number,1\n"
        ended = in_shell(tmp_path, "--csv", "-", given=given)
        answers = [json.loads(line) for line in ended.stdout.decode().splitlines()]
        assert [answer["valid"] for answer in answers] == [True, False]
        assert (ended.returncode, ended.stderr) == (1, b"")

    def test_bytes_that_are_no_text_are_answered(self, tmp_path: Path) -> None:
        ended = in_shell(tmp_path, "--type", "org_code", b"\xff\xfe".decode(errors="surrogateescape"))
        assert ended.returncode == 1
        assert json.loads(ended.stdout)["valid"] is False

    def test_an_unknown_type_exits_with_2(self, tmp_path: Path) -> None:
        ended = in_shell(tmp_path, "--type", "passport", "E12345678")
        assert (ended.returncode, ended.stdout) == (2, b"")
