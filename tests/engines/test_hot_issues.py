"""Gathering reports into issues: what belongs together, who counts, what comes first, and how it went week by week."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from sanhu.engines.bigrams import tokens
from sanhu.engines.hot_issues import Report, hot_issues
from sanhu.engines.likeness import Rarity

TODAY = date(2026, 11, 9)  # a Monday
LAMP, NOISE = "三号楼西侧路灯不亮好几天", "楼上半夜装修噪声很大没法睡"


def told(key: int, words: str = LAMP, *, days: int = 0, subject: str = "K4-07", place: str = "翠园", **more) -> Report:
    on = TODAY - timedelta(days=days)
    return Report(key, subject, place, more.get("cell", ""), tokens(words), on, more.get("reporters", 1))


def gathered(*reports: Report, fewest: int = 3) -> list[tuple[int, ...]]:
    found = hot_issues(reports, rarity=Rarity(), today=TODAY, weeks=5, fewest=fewest)
    return [issue.keys for issue in found]


def test_three_about_one_thing_in_one_place_are_an_issue():
    assert gathered(told(1), told(2, "路灯不亮，三号楼西侧很黑"), told(3)) == [(3, 2, 1)]
    assert gathered(told(1), told(2)) == []
    assert gathered(told(1), told(2), told(3, NOISE)) == []
    assert gathered(told(1), told(2), told(3, subject="K1-03")) == []
    assert gathered(told(1), told(2), told(3, place="柳堤")) == []


def test_in_one_cell_less_likeness_is_enough():
    loosely = "号楼前路灯不亮，孩子放学看不清路面容易摔"
    assert gathered(told(1), told(2), told(3, loosely)) == []
    in_cell = {"cell": "翠园001"}
    assert gathered(told(1, **in_cell), told(2, **in_cell), told(3, loosely, **in_cell)) == [(3, 2, 1)]


def test_who_joined_counts_as_a_reporter():
    (issue,) = hot_issues([told(1, reporters=4)], rarity=Rarity(), today=TODAY, weeks=5)
    assert (issue.reporters, issue.keys) == (4, (1,))


def test_the_hottest_first_many_and_lately():
    old = [told(key, days=28) for key in (1, 2, 3, 4)]
    new = [told(key, NOISE, subject="K1-03") for key in (5, 6, 7)]
    assert gathered(*old, *new) == [(7, 6, 5), (4, 3, 2, 1)]
    more = [told(key, days=28, place="柳堤") for key in range(10, 30)]
    assert gathered(*new, *more)[0] == tuple(range(29, 9, -1)), (
        "twenty of four weeks ago are hotter than three of today"
    )


def test_the_trend_is_told_by_week():
    days = (0, 0, 6, 7, 20, 34)
    (issue,) = hot_issues([told(key, days=ago) for key, ago in enumerate(days)], rarity=Rarity(), today=TODAY, weeks=5)
    assert issue.weekly == (1, 0, 1, 1, 3)
    assert issue.is_rising
    assert (issue.first_on, issue.last_on) == (date(2026, 10, 6), TODAY)


EIGHT = [told(key, words, days=key) for key, words in enumerate((LAMP, NOISE) * 4)]


@given(st.permutations(range(8)))
def test_the_order_they_come_in_changes_nothing(order: list[int]):
    assert sorted(gathered(*(EIGHT[place] for place in order))) == [(0, 2, 4, 6), (1, 3, 5, 7)]
