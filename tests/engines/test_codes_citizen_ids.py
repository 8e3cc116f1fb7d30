"""Citizens' identity numbers prove themselves (GB 11643-1999)."""

from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from sanhu.engines.codes import citizen_ids
from sanhu.engines.codes.result import EMPTY, HAD_SPACES, WAS_FULL_WIDTH, WAS_LOWER_CASE, CodeCheck

TODAY = date(2026, 11, 22)
NUMBERS = st.builds(
    citizen_ids.compose,
    st.sampled_from(["110105", "440524", "320508", "650102", "441900", "810000", "830000"]),
    st.dates(date(1850, 1, 1), TODAY),
    st.integers(0, 999),
)


def whole(body: str) -> str:
    return body + citizen_ids.check_character(body)


def check(value: str) -> CodeCheck:
    return citizen_ids.check(value, on=TODAY)


@pytest.mark.covers("R84.2")
@pytest.mark.parametrize(("body", "total", "last"), [("11010519491231002", 167, "X"), ("44052418800101001", 195, "4")])
def test_the_worked_examples(body: str, total: int, last: str) -> None:
    assert (citizen_ids.weighted_sum(body), citizen_ids.check_character(body)) == (total, last)
    assert check(body + last) == CodeCheck(body + last, valid=True, normalised=body + last)


def test_the_worked_example_of_a_wrong_check_character() -> None:
    result = check("110105194912310021")
    assert (result.valid, result.reasons) == (False, (citizen_ids.WRONG_CHECK,))


@given(NUMBERS)
def test_what_is_composed_is_valid_without_doubt(number: str) -> None:
    assert check(number) == CodeCheck(number, valid=True, normalised=number)


@pytest.mark.covers("R84.2")
@given(NUMBERS, st.integers(0, 17), st.sampled_from("0123456789X"))
def test_every_single_wrong_character_is_found(number: str, place: int, char: str) -> None:
    assume(number[place] != char)
    assert not check(number[:place] + char + number[place + 1 :]).valid


@pytest.mark.covers("R84.2")
@given(NUMBERS, st.integers(0, 16))
def test_two_neighbours_swapped_are_found(number: str, place: int) -> None:
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    assume(swapped != number)
    assert not check(swapped).valid


@given(NUMBERS, st.integers(0, 16), st.integers(1, 9))
def test_a_wrong_digit_is_found_by_the_check_character_alone(number: str, place: int, more: int) -> None:
    # Whatever the day of birth says: the sum itself differs.
    wrong = number[:place] + str((int(number[place]) + more) % 10) + number[place + 1 :]
    assert citizen_ids.check_character(wrong[:17]) != number[17]


@pytest.mark.parametrize(
    ("value", "reasons"),
    [
        ("", (EMPTY,)),
        ("11010519491231002", (citizen_ids.WRONG_LENGTH,)),
        ("11010519491231002XX", (citizen_ids.WRONG_LENGTH,)),
        ("110105491231002", (citizen_ids.OLD_NUMBER,)),
        ("11010549123100X", (citizen_ids.WRONG_LENGTH,)),  # the old numbers had no check character
        ("1101051949123100X2", (citizen_ids.WRONG_ALPHABET,)),
        ("11010519491231002A", (citizen_ids.WRONG_ALPHABET,)),
        ("11010519491231002-", (citizen_ids.WRONG_ALPHABET,)),
        ("\u0661" + "1010519491231002X", (citizen_ids.WRONG_ALPHABET,)),
        (citizen_ids.compose("911101", date(1990, 1, 1), 1), (citizen_ids.PERMANENT_RESIDENCE,)),
        ("911101199013010010", (citizen_ids.PERMANENT_RESIDENCE,)),  # nothing else is said of another document
        (whole("11010520230229002"), (citizen_ids.NO_SUCH_DAY,)),  # no leap year
        (whole("11010500000101002"), (citizen_ids.NO_SUCH_DAY,)),
        (whole("11010519901301002"), (citizen_ids.NO_SUCH_DAY,)),
        ("110105199013010020", (citizen_ids.NO_SUCH_DAY, citizen_ids.WRONG_CHECK)),
    ],
)
def test_refuses(value: str, reasons: tuple[str, ...]) -> None:
    result = check(value)
    assert not result.valid
    assert result.reasons == reasons


def test_nobody_was_born_after_the_day_of_the_check() -> None:
    on_the_day = citizen_ids.compose("110105", TODAY, 2)
    the_day_after = citizen_ids.compose("110105", TODAY + timedelta(days=1), 2)
    assert check(on_the_day).valid
    assert check(the_day_after).reasons == (citizen_ids.NOT_YET_BORN,)
    assert citizen_ids.check(the_day_after, on=TODAY + timedelta(days=1)).valid


@pytest.mark.parametrize("address", ["810000", "820000", "830000", "710101", "110105"])
def test_a_known_address_is_not_warned_of(address: str) -> None:
    result = check(citizen_ids.compose(address, date(1990, 1, 1), 1))
    assert (result.valid, result.warnings) == (True, ())


@pytest.mark.parametrize("address", ["000000", "160101", "830001", "700101"])
def test_an_unknown_address_warns(address: str) -> None:
    result = check(citizen_ids.compose(address, date(1990, 1, 1), 1))
    assert (result.valid, result.warnings) == (True, (citizen_ids.UNKNOWN_ADDRESS,))


def test_puts_right_and_says_so() -> None:
    result = check("\uff11" + "10105 19491231 002x")
    assert (result.valid, result.normalised) == (True, "11010519491231002X")
    assert result.warnings == (WAS_FULL_WIDTH, HAD_SPACES, WAS_LOWER_CASE)


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("11010519491231002X", "110105********002X"),
        ("110105491231002", "*" * 15),
        ("1101", "****"),
        ("", ""),
    ],
)
def test_is_shown_masked(number: str, shown: str) -> None:
    assert citizen_ids.masked(number) == shown
