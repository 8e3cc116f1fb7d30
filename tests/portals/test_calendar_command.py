"""`sanhu calendar import`: takes an announcement in, recomputes the running clocks, and says which moved."""

import io
import json
from collections.abc import Callable
from datetime import date, datetime
from importlib import import_module
from pathlib import Path

import pytest
from django.core.management.base import CommandError

from sanhu.domains.catalogue.models import CalendarSource
from sanhu.domains.catalogue.queries import working_calendar
from sanhu.domains.evidence.models import Entry
from sanhu.domains.places.services import import_divisions
from sanhu.engines.actors import SYSTEM
from sanhu.engines.legal_time import SHANGHAI
from tests.conftest import Clock
from tests.portals.announcing import SINGLE_DAYS, YEAR_2027, reported

command = import_module("sanhu.portals.cli.management.commands.calendar")

pytestmark = pytest.mark.django_db

DIVISIONS = "code,name\n990101,示范区\n990101001,东湖街道\n990101001001,翠园社区\n"


@pytest.fixture
def file(tmp_path: Path, clock: Clock) -> Callable[..., str]:
    """Write a file and give its path, with the clock standing still over a district of one community."""
    import_divisions(lines=DIVISIONS.encode().splitlines(keepends=True), actor=SYSTEM, at=clock.now(), source="test")

    def _file(text: str, name: str = "通知.csv") -> str:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return str(path)

    return _file


def run(*arguments: str) -> tuple[int, str, str]:
    """Run as the shell does; give exit code, output and errors."""
    out, err = io.StringIO(), io.StringIO()
    made = command.Command(stdout=out, stderr=err, no_color=True)
    parser = made.create_parser("sanhu", "calendar")
    try:
        made.execute(**vars(parser.parse_args(["import", *arguments])))
    except SystemExit as stopped:
        return int(stopped.code or 0), out.getvalue(), err.getvalue()
    except CommandError as fault:
        return fault.returncode, out.getvalue(), str(fault)
    return 0, out.getvalue(), err.getvalue()


def test_single_days_are_imported_and_the_moved_clocks_named(file: Callable[..., str], at: datetime):
    matter = reported(at)
    code, out, err = run(file(SINGLE_DAYS))
    assert (code, err) == (0, "")
    assert f"{matter.number}  2026-11-10 → 2026-11-11" in out
    assert "期限变动 1 件" in out
    source = CalendarSource.objects.get()
    assert (source.title, source.notice) == ("通知.csv", "示范停工；示范补班")
    matter.refresh_from_db()
    assert matter.due_at == datetime(2026, 11, 12, tzinfo=SHANGHAI)
    assert Entry.objects.filter(event="calendar.imported").get().actor_ref == "system"


def test_what_stands_beside_the_file_goes_before_what_stands_in_it(file: Callable[..., str]):
    assert run(file(SINGLE_DAYS), "--title", "停工通知", "--notice", "示范〔2026〕9 号")[0] == 0
    source = CalendarSource.objects.get()
    assert (source.title, source.notice) == ("停工通知", "示范〔2026〕9 号")


def test_a_dry_run_tells_the_same_and_writes_nothing(file: Callable[..., str], at: datetime):
    matter = reported(at)
    entries = Entry.objects.count()
    code, out, _err = run(file(SINGLE_DAYS), "--dry-run", "--json")
    answer = json.loads(out)
    assert code == 0
    assert (answer["written"], answer["dry_run"], answer["days"]) == (False, True, 2)
    assert [moved["number"] for moved in answer["moved"]] == [matter.number]
    assert datetime.fromisoformat(answer["moved"][0]["after"]) == datetime(2026, 11, 12, tzinfo=SHANGHAI)
    assert not CalendarSource.objects.exists()
    assert Entry.objects.count() == entries
    matter.refresh_from_db()
    assert matter.due_at == datetime(2026, 11, 11, tzinfo=SHANGHAI)


@pytest.mark.covers("X-17")
def test_a_year_lengthens_the_calendar_only_when_declared(file: Callable[..., str], at: datetime):
    code, out, _err = run(file("day,is_working\n2027-01-04,0\n"), "--json")
    assert code == 1
    assert json.loads(out)["refused"] == "X-17"
    code, _out, err = run(file("day,is_working\n2027-01-04,0\n"))
    assert code == 1
    assert "X-17" in err
    assert "--year" in err
    assert working_calendar(at).last == date(2026, 12, 31)
    code, out, _err = run(file(YEAR_2027, "2027.json"), "--json")
    assert (code, json.loads(out)["last_day"], json.loads(out)["written"]) == (0, "2027-12-31", True)
    assert working_calendar(at).last == date(2027, 12, 31)


def test_importing_the_same_again_moves_nothing(file: Callable[..., str], at: datetime):
    reported(at)
    run(file(SINGLE_DAYS))
    code, out, _err = run(file(SINGLE_DAYS), "--json")
    assert (code, json.loads(out)["moved"]) == (0, [])


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("day,is_working\n2026-11-31,0\n", {"row": 2, "column": "day", "reason": "日期应写作 2026-01-31"}),
        ("日期,是否上班\n2026-11-10,也许\n", {"row": 2, "column": "是否上班", "reason": "应写 1（上班）或 0（放假）"}),
        (
            '{"rest": ["2026-11-10"], "work": ["2026-11-10"]}',
            {"row": 1, "column": "rest", "reason": "同一天写了不止一次"},
        ),
        ('{"rest": "2026-11-10"}', {"row": 0, "column": "rest", "reason": "应是日期的列表"}),
    ],
)
def test_a_faulty_file_is_told_and_exits_with_one(text: str, fault: dict[str, object], file: Callable[..., str]):
    code, out, _err = run(file(text), "--json")
    answer = json.loads(out)
    assert code == 1
    assert answer["written"] is False
    assert fault in answer["faults"]
    assert not CalendarSource.objects.exists()
    told = run(file(text))[2]
    assert str(fault["reason"]) in told


def test_the_older_words_for_rest_and_work_are_read_too(file: Callable[..., str], at: datetime):
    assert run(file("日期,休或班\n2026-11-10,休\n2026-11-14,班\n"))[0] == 0
    calendar = working_calendar(at)
    assert not calendar.is_working(date(2026, 11, 10))  # Tuesday
    assert calendar.is_working(date(2026, 11, 14))  # Saturday


def test_a_file_that_is_not_there_is_bad_usage(tmp_path: Path, clock: Clock):
    code, _out, err = run(str(tmp_path / "missing.csv"))
    assert code == 2
    assert "文件打不开" in err
