"""`sanhu deadline`: the engine's answer on the command line, its refusals and its exit codes."""

import io
import json
from datetime import date

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from sanhu.engines.official_calendar import official_calendar
from sanhu.portals.cli.management.commands import deadline

TWENTY_DAYS = ("--start", "2026-09-21", "--amount", "20", "--unit", "working_day")


def run(*arguments: str) -> str:
    out = io.StringIO()
    call_command(deadline.Command(), *arguments, stdout=out)
    return out.getvalue()


def answer(*arguments: str) -> dict:
    return json.loads(run(*arguments, "--json"))


def exit_code(*arguments: str) -> int:
    """Run as the shell does."""
    with pytest.raises(SystemExit) as ended:
        deadline.Command().run_from_argv(["sanhu", "deadline", *arguments])
    return ended.value.code


def test_answers_with_the_due_date_and_every_day() -> None:
    told = answer(*TWENTY_DAYS)
    assert told["due"] == "2026-10-26"
    assert told["days"][0] == {"date": "2026-09-21", "counts": False, "why": "start_day"}
    assert told["days"][4] == {"date": "2026-09-25", "counts": False, "why": "holiday"}
    assert told["days"][-1] == {"date": "2026-10-26", "counts": True, "why": "counted"}
    assert sum(line["counts"] for line in told["days"]) == 20


@pytest.mark.parametrize(
    ("arguments", "due"),
    [
        (("--start", "2026-03-02", "--amount", "60", "--unit", "natural_day"), "2026-05-01"),
        (("--start", "2026-03-02", "--amount", "60", "--unit", "natural_day", "--roll", "next_workday"), "2026-05-06"),
        (("--start", "2026-01-31", "--amount", "1", "--unit", "month", "--roll", "none"), "2026-02-28"),
        (("--start", "2026-09-21T16:00", "--amount", "4", "--unit", "working_hour"), "2026-09-22T10:00:00+08:00"),
        (("--start", "2026-09-21 23:30", "--amount", "2", "--unit", "clock_hour"), "2026-09-22T01:30:00+08:00"),
        (("--start", "2026-09-21T15:30Z", "--amount", "2", "--unit", "clock_hour"), "2026-09-22T01:30:00+08:00"),
        (("--start", "2026-09-20T16:00Z", "--amount", "1", "--unit", "natural_day"), "2026-09-22"),
    ],
)
def test_every_unit(arguments: tuple[str, ...], due: str) -> None:
    assert answer(*arguments)["due"] == due


@pytest.mark.parametrize(
    ("pauses", "due"),
    [
        (["2026-10-12..2026-10-15"], "2026-10-29"),  # Mon, Tue, Wed
        (["2026-10-12..2026-10-12"], "2026-10-26"),  # half-open: no day at all
        (["2026-10-01..2026-10-08"], "2026-10-26"),  # National Day costs nothing
        (["2026-10-14..2026-10-15", "2026-10-12..2026-10-13"], "2026-10-28"),  # in any order
        (["2026-10-12..2026-10-14", "2026-10-13..2026-10-15"], "2026-10-29"),  # counted once where they overlap
        (["2026-09-01..2026-09-23"], "2026-10-27"),  # Tue 09-22 alone lies after the start
    ],
)
def test_pauses_are_half_open(pauses: list[str], due: str) -> None:
    flags = [word for pause in pauses for word in ("--pause", pause)]
    assert answer(*TWENTY_DAYS, *flags)["due"] == due


def test_hours_say_how_many_minutes_ran() -> None:
    told = answer("--start", "2026-09-21T16:00", "--amount", "4", "--unit", "working_hour")
    assert [line["minutes"] for line in told["days"]] == [120, 120]


def test_is_readable_without_json() -> None:
    lines = run(*TWENTY_DAYS).splitlines()
    assert lines[0] == "2026-09-21 星期一        开始的当日，不计入"
    assert lines[4] == "2026-09-25 星期五        节假日，不计入"
    assert lines[-2] == "2026-10-26 星期一    20  计入"
    assert lines[-1] == "截止：2026-10-26"


@pytest.mark.covers("X-17")
def test_beyond_the_calendar_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    beyond = ("--start", "2026-12-21", "--amount", "20", "--unit", "working_day")
    assert exit_code(*beyond, "--json") == 1
    told = json.loads(capsys.readouterr().out)
    assert told["refused"] == "X-17"
    assert "工作日历" in told["reason"]
    assert exit_code(*beyond) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert "X-17" in said.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--start", "2026-13-01", "--amount", "20", "--unit", "working_day"), "not a day or time"),
        (("--start", "2026-09-21", "--amount", "0", "--unit", "working_day"), "not 0"),
        (("--start", "2026-09-21", "--amount", "many", "--unit", "working_day"), "--amount"),
        (("--start", "2026-09-21", "--amount", "20", "--unit", "fortnight"), "--unit"),
        (("--start", "2026-09-21", "--amount", "20"), "--unit"),
        (("--start", "2026-09-21", "--amount", "4", "--unit", "working_hour"), "time of day"),
        (("--start", "9999-12-01", "--amount", "90", "--unit", "natural_day"), "9999"),
        (("--start", "9999-12-01", "--amount", "3", "--unit", "month"), "year"),
        ((*TWENTY_DAYS, "--pause", "2026-10-12"), "FROM..TO"),
        ((*TWENTY_DAYS, "--pause", "2026-10-12..soon"), "not a day or time"),
        ((*TWENTY_DAYS, "--pause", "2026-10-15..2026-10-12"), "ends before it begins"),
    ],
)
def test_bad_usage_exits_with_2(arguments: tuple[str, ...], words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code(*arguments) == 2
    assert words in capsys.readouterr().err


def test_the_calendar_comes_from_one_place(monkeypatch: pytest.MonkeyPatch) -> None:
    one_more_day_off = official_calendar().with_overrides({date(2026, 10, 26): False})
    monkeypatch.setattr(deadline.Command, "calendar", staticmethod(lambda: one_more_day_off))
    assert answer(*TWENTY_DAYS)["due"] == "2026-10-27"
    with pytest.raises(CommandError, match="X-17"):
        run("--start", "2026-12-30", "--amount", "5", "--unit", "working_day")
