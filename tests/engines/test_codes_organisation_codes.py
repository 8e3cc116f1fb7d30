"""Organisation codes (GB 11714): eight characters and one that checks them."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from sanhu.engines.codes import organisation_codes
from sanhu.engines.codes.organisation_codes import BODY_ALPHABET, CHECK_ALPHABET, HAD_HYPHEN, check
from sanhu.engines.codes.result import EMPTY, HAD_SPACES, WAS_FULL_WIDTH, WAS_LOWER_CASE

CODES = st.text(BODY_ALPHABET, min_size=8, max_size=8).map(lambda body: body + organisation_codes.check_character(body))


@pytest.mark.parametrize("code", ["D2143569X", "71526726X", "192203821"])
def test_the_worked_examples(code: str) -> None:
    plain, printed = check(code), check(f"{code[:8]}-{code[8]}")
    assert (plain.valid, plain.normalised, plain.warnings) == (True, code, ())
    assert (printed.valid, printed.normalised, printed.warnings) == (True, code, (HAD_HYPHEN,))


@given(CODES)
def test_what_is_composed_is_valid(code: str) -> None:
    assert check(code).valid


@given(CODES, st.integers(0, 8), st.data())
def test_every_single_wrong_digit_is_found(code: str, place: int, data: st.DataObject) -> None:
    # Letters count up to 35, so A and L weigh the same modulo 11; between digits nothing is missed.
    assume(code[place].isdigit())
    wrong = data.draw(st.sampled_from("0123456789".replace(code[place], "")))
    assert not check(code[:place] + wrong + code[place + 1 :]).valid


@given(CODES)
def test_every_wrong_check_character_is_found(code: str) -> None:
    assert [char for char in CHECK_ALPHABET if check(code[:8] + char).valid] == [code[8]]


def test_puts_right_and_says_so() -> None:
    result = check("\uff24" + "2143569 \uff0d x")
    assert (result.valid, result.normalised) == (True, "D2143569X")
    assert result.warnings == (WAS_FULL_WIDTH, HAD_SPACES, WAS_LOWER_CASE, HAD_HYPHEN)


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("", EMPTY),
        ("-", EMPTY),
        ("D2143569", organisation_codes.WRONG_LENGTH),
        ("D2143569-XX", organisation_codes.WRONG_LENGTH),
        ("D214356_-X", organisation_codes.WRONG_ALPHABET),
        ("D2143569-A", organisation_codes.WRONG_ALPHABET),
        ("D2-143569X", organisation_codes.WRONG_HYPHEN),
        ("D2143569--X", organisation_codes.WRONG_HYPHEN),
        ("D2143569-1", organisation_codes.WRONG_CHECK),
        ("D2134569-X", organisation_codes.WRONG_CHECK),  # 4 and 3 swapped
    ],
)
def test_refuses(value: str, reason: str) -> None:
    result = check(value)
    assert not result.valid
    assert result.reasons == (reason,)
