"""What holds for every kind of code: no text breaks a check, and what was put right stays so."""

from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sanhu.engines.codes.kinds import CodeKind, check, division_in
from sanhu.engines.codes.organisation_codes import HAD_HYPHEN
from sanhu.engines.codes.result import HAD_SPACES, WAS_FULL_WIDTH, WAS_LOWER_CASE

pytestmark = pytest.mark.covers("R84.2")

TODAY = date(2026, 11, 22)
KINDS = st.sampled_from(CodeKind)
GOOD = {
    CodeKind.USCC: "91350100M000100Y43",
    CodeKind.CITIZEN_ID: "11010519491231002X",
    CodeKind.ORG_CODE: "D2143569X",
    CodeKind.DIVISION: "990101001003",
    CodeKind.GRID_CELL: "990101001003007",
    CodeKind.COMPONENT: "99010101002000001",
    CodeKind.MATTER_CLASS: "99010106010",
    CodeKind.EVENT_CLASS: "9901010110",
    CodeKind.CASE_NUMBER: "99010120261109000217",
}
# Anything at all, with lone surrogates; and what comes close to a code.
TEXTS = st.one_of(
    st.text(st.characters()),
    st.text("0123456789X-xA \t\u3000\u200b\uff10\uff11\uff19\uff38\uff58\u00b2\u0663", max_size=22),
    st.sampled_from(list(GOOD.values())),
)
PUT_RIGHT = {HAD_SPACES, WAS_FULL_WIDTH, WAS_LOWER_CASE, HAD_HYPHEN}


@given(KINDS, TEXTS)
@example(CodeKind.CASE_NUMBER, "\udcff")
@example(CodeKind.CITIZEN_ID, "00000000000000000\u00b2")
@example(CodeKind.COMPONENT, "\uff10" * 17)
def test_no_text_breaks_a_check(kind: CodeKind, text: str) -> None:
    result = check(kind, text, on=TODAY)
    assert result.value == text
    assert result.valid is (not result.reasons)


@given(KINDS, TEXTS)
def test_putting_right_twice_changes_nothing(kind: CodeKind, text: str) -> None:
    once = check(kind, text, on=TODAY)
    twice = check(kind, once.normalised, on=TODAY)
    assert twice.normalised == once.normalised
    assert not PUT_RIGHT & set(twice.warnings)
    if once.valid:
        assert twice.valid


@pytest.mark.parametrize("kind", CodeKind)
def test_full_width_padded_and_small_is_put_right_and_said(kind: CodeKind) -> None:
    good = GOOD[kind]
    written = "\u3000" + "".join(chr(ord(char) + 0xFEE0) for char in good.lower()) + "\t"
    result = check(kind, written, on=TODAY)
    assert (result.valid, result.normalised) == (True, good)
    said = {WAS_FULL_WIDTH, HAD_SPACES} | ({WAS_LOWER_CASE} if good != good.lower() else set())
    assert set(result.warnings) == said
    assert check(kind, good, on=TODAY).warnings == ()


@pytest.mark.parametrize("kind", CodeKind)
def test_a_character_too_few_or_too_many_is_found(kind: CodeKind) -> None:
    good = GOOD[kind]
    short = check(kind, good[:-1], on=TODAY)
    # Sixteen digits may be a component of 2013, and then it is at least odd.
    assert short.warnings if kind is CodeKind.COMPONENT else not short.valid
    assert not check(kind, good + "1", on=TODAY).valid
    assert not check(kind, "", on=TODAY).valid


@pytest.mark.parametrize(
    ("kind", "division"),
    [
        (CodeKind.USCC, "350100"),
        (CodeKind.CITIZEN_ID, "110105"),
        (CodeKind.ORG_CODE, ""),
        (CodeKind.DIVISION, "990101001003"),
        (CodeKind.GRID_CELL, "990101001003"),
        (CodeKind.COMPONENT, "990101"),
        (CodeKind.MATTER_CLASS, "990101"),
        (CodeKind.EVENT_CLASS, "990101"),
        (CodeKind.CASE_NUMBER, ""),
    ],
)
def test_the_division_in_a_code(kind: CodeKind, division: str) -> None:
    assert division_in(kind, GOOD[kind]) == division
