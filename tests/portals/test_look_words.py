"""Times, numbers and names as a reader meets them."""

from datetime import UTC, date, datetime

import pytest

from tests.portals.reading import drawn


@pytest.mark.parametrize(
    ("moment", "shown"),
    [
        (datetime(2026, 11, 9, 0, 12, tzinfo=UTC), "11月9日 08:12"),
        (datetime(2026, 11, 9, 15, 59, tzinfo=UTC), "11月9日 23:59"),
        (datetime(2026, 11, 9, 16, 0, tzinfo=UTC), "11月10日 00:00"),
        (datetime(2025, 12, 31, 15, 59, tzinfo=UTC), "2025年12月31日 23:59"),
        (datetime(2025, 12, 31, 16, 0, tzinfo=UTC), "1月1日 00:00"),
    ],
)
def test_a_moment_is_told_by_the_clock_in_shanghai(moment: datetime, shown: str) -> None:
    assert drawn("{{ at|moment:today }}", at=moment, today=date(2026, 11, 20)) == shown


def test_a_day_has_its_year_only_when_it_is_another() -> None:
    today = date(2026, 11, 20)
    assert drawn("{{ on|day:today }} {{ on|weekday }}", on=date(2026, 11, 23), today=today) == "11月23日 星期一"
    assert drawn("{{ on|day:today }}", on=date(2027, 1, 4), today=today) == "2027年1月4日"
    assert drawn("{{ at|day:today }}", at=datetime(2026, 11, 9, 16, tzinfo=UTC), today=today) == "11月10日"
    assert drawn("{{ nothing|day }}{{ nothing|moment }}{% stamp nothing %}", nothing=None) == ""


def test_a_stamp_is_read_by_people_and_by_machines() -> None:
    html = drawn("{% stamp at today %}", at=datetime(2026, 11, 9, 0, 12, tzinfo=UTC), today=date(2026, 11, 20))
    assert html == '<time datetime="2026-11-09T08:12+08:00">11月9日 08:12</time>'


@pytest.mark.parametrize(
    ("count", "unit", "shown"),
    [
        (6, "working_day", "还剩 6 个工作日"),
        (0, "working_day", "今天到期"),
        (-2, "working_day", "超 2 个工作日"),
        (30, "natural_day", "还剩 30 天"),
        (0, "clock_hour", "一小时内到期"),
        (-3, "working_hour", "超 3 个工作小时"),
        (1, "month", "还剩 1 个月"),
        (None, "working_day", ""),
    ],
)
def test_what_is_left_is_told_in_words(count: int | None, unit: str, shown: str) -> None:
    assert drawn("{{ count|left:unit }}", count=count, unit=unit) == shown


def test_a_unit_that_no_clock_has_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="fortnight"):
        drawn("{{ 2|left:'fortnight' }}")


@pytest.mark.parametrize("stored", ["99010120261109000217", "990101-20261109-000217"])
def test_a_case_number_is_shown_in_three_groups(stored: str) -> None:
    assert drawn("{{ number|case_number }}", number=stored) == "990101-20261109-000217"


def test_what_is_not_a_case_number_is_left_alone() -> None:
    assert drawn("{{ number|case_number }}", number="9901-17") == "9901-17"


@pytest.mark.parametrize(("name", "shown"), [("张三", "张*"), ("𠮷田", "𠮷*"), ("㛃", "㛃*"), ("", ""), (None, "")])
def test_a_masked_name_keeps_one_whole_character(name: str | None, shown: str) -> None:
    assert drawn("{{ name|mask_name }}", name=name) == shown
