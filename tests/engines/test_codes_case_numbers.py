"""Case numbers: district, legal day and sequence; stored as digits, read in groups."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanhu.engines.codes import case_numbers, divisions
from sanhu.engines.codes.result import EMPTY, HAD_SPACES, NOT_DIGITS, WAS_FULL_WIDTH

NUMBER = "99010120261109000217"


@given(st.dates(), st.integers(1, 999_999))
def test_what_is_formatted_is_valid_in_both_forms(day: date, seq: int) -> None:
    number = case_numbers.format_case_number("990101", day, seq)
    assert len(number) == 20
    for written in (number, case_numbers.display(number)):
        result = case_numbers.check(written)
        assert (result.valid, result.normalised, result.warnings) == (True, number, ())


def test_is_read_in_three_groups() -> None:
    assert case_numbers.display(NUMBER) == "990101-20261109-000217"


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("", EMPTY),
        ("-", EMPTY),
        ("9901012026110900021", case_numbers.WRONG_LENGTH),
        ("990101202611090002170", case_numbers.WRONG_LENGTH),
        ("99010120261109O00217", NOT_DIGITS),
        ("99010120260229000217", case_numbers.NO_SUCH_DAY),
        ("99010120261309000217", case_numbers.NO_SUCH_DAY),
        ("99010120261109000000", case_numbers.NO_SEQUENCE),
        ("9901-0120261109-000217", case_numbers.WRONG_GROUPS),
        ("00010120261109000217", divisions.NO_PROVINCE),
    ],
)
def test_refuses(value: str, reason: str) -> None:
    result = case_numbers.check(value)
    assert not result.valid
    assert result.reasons == (reason,)


def test_puts_right_and_says_so() -> None:
    result = case_numbers.check("\uff19\uff19\uff10\uff11\uff10\uff11\uff0d20261109 -000217")
    assert (result.valid, result.normalised, result.warnings) == (True, NUMBER, (WAS_FULL_WIDTH, HAD_SPACES))


@pytest.mark.parametrize(
    ("district", "seq"), [("990101", 0), ("990101", 1_000_000), ("9901", 1), ("990101001", 1), ("99010x", 1)]
)
def test_is_not_made_from_what_cannot_be(district: str, seq: int) -> None:
    with pytest.raises(ValueError, match="case"):
        case_numbers.format_case_number(district, date(2026, 11, 9), seq)
