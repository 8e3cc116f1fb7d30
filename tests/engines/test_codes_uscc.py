"""Unified social credit codes prove themselves (GB 32100-2015)."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from sanhu.engines.codes import uscc
from sanhu.engines.codes.result import EMPTY, HAD_SPACES, WAS_FULL_WIDTH, WAS_LOWER_CASE

REAL = ["91350100M000100Y43", "9144030071526726XG", "914403001922038216", "91330100799655058B", "11100000000013338W"]

CODES = st.builds(
    uscc.compose,
    st.sampled_from(["11", "12", "51", "52", "55", "91", "92", "A1", "N1", "Y1"]),
    st.integers(100000, 999999).map(str),
    st.text(uscc.ALPHABET, min_size=8, max_size=8),
)


@pytest.mark.parametrize("code", REAL)
def test_real_codes_are_valid(code: str) -> None:
    result = uscc.check(code)
    assert (result.valid, result.normalised, result.reasons) == (True, code, ())


@pytest.mark.covers("R84.2")
@pytest.mark.parametrize(
    ("body", "total", "check"), [("91350100M000100Y4", 1640, "3"), ("9144030071526726X", 1782, "G")]
)
def test_the_worked_examples(body: str, total: int, check: str) -> None:
    assert (uscc.weighted_sum(body), uscc.check_character(body)) == (total, check)


@given(CODES)
def test_composed_codes_are_valid_without_doubt(code: str) -> None:
    assert uscc.check(code) == uscc.CodeCheck(code, valid=True, normalised=code)


@pytest.mark.covers("R84.2")
@given(CODES, st.integers(0, 17), st.sampled_from(uscc.ALPHABET))
def test_every_single_wrong_character_is_found(code: str, place: int, char: str) -> None:
    assume(code[place] != char)
    assert not uscc.check(code[:place] + char + code[place + 1 :]).valid


@given(CODES, st.integers(0, 16))
def test_two_neighbours_swapped_are_found(code: str, place: int) -> None:
    swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    assume(swapped != code)
    assert not uscc.check(swapped).valid


@pytest.mark.parametrize(
    ("value", "reasons"),
    [
        ("", (EMPTY,)),
        ("91350100M000100Y4", (uscc.WRONG_LENGTH,)),
        ("91350100M000100Y433", (uscc.WRONG_LENGTH,)),
        ("91350100M000100Y4O", (uscc.WRONG_ALPHABET,)),
        ("91350100M000100Y4-", (uscc.WRONG_ALPHABET,)),
        ("91350100M000100Y44", (uscc.WRONG_CHECK,)),
        ("9135010AM000100Y4" + uscc.check_character("9135010AM000100Y4"), (uscc.WRONG_DIVISION,)),
        ("9135010AM000100Y43", (uscc.WRONG_DIVISION, uscc.WRONG_CHECK)),
    ],
)
def test_refuses(value: str, reasons: tuple[str, ...]) -> None:
    result = uscc.check(value)
    assert not result.valid
    assert result.reasons == reasons


def test_puts_right_and_says_so() -> None:
    result = uscc.check("\uff191350100m000100y43 ")
    assert (result.valid, result.normalised) == (True, "91350100M000100Y43")
    assert result.warnings == (WAS_FULL_WIDTH, HAD_SPACES, WAS_LOWER_CASE)


def test_a_wrong_inner_check_warns() -> None:
    body = "91350100M000100Y5"
    result = uscc.check(body + uscc.check_character(body))
    assert result.valid
    assert result.warnings == (uscc.INNER_MISMATCH,)


def test_an_unknown_department_warns() -> None:
    result = uscc.check(uscc.compose("B1", "990101", "00000001"))
    assert result.valid
    assert result.warnings == (uscc.UNKNOWN_DEPARTMENT,)
