"""Division codes: what is one, what is odd about it, and the scope a prefix opens."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanhu.engines.codes import divisions
from sanhu.engines.codes.divisions import DivisionLevel
from sanhu.engines.codes.result import EMPTY, HAD_SPACES, NOT_DIGITS, WAS_FULL_WIDTH

SEGMENTS = st.tuples(*(st.integers(1, 10**width - 1).map(f"{{:0{width}}}".format) for width in (2, 2, 2, 3, 3)))
# A real prefix: each segment down to some level, none of them zero.
PREFIXES = st.builds(lambda segments, depth: "".join(segments[:depth]), SEGMENTS, st.integers(1, 5))


class TestCheck:
    """6, 9 or 12 digits; whether the code was ever given out is not known here."""

    @pytest.mark.parametrize(
        "code",
        [
            "110101",  # 东城区
            "110101001",  # 东华门街道
            "320508019044",  # 苏州姑苏区金阊街道养育巷社区居委会
            "441900003000",  # 东莞东城街道, directly below the prefecture
            "990101",  # the demonstration district
            "990101001003",
        ],
    )
    def test_accepts(self, code: str) -> None:
        result = divisions.check(code)
        assert (result.valid, result.normalised, result.reasons, result.warnings) == (True, code, (), ())

    @pytest.mark.parametrize(
        ("value", "reason"),
        [
            ("", EMPTY),
            (" \u3000", EMPTY),
            ("11010", divisions.WRONG_LENGTH),
            ("1101010010031", divisions.WRONG_LENGTH),
            ("11O101", NOT_DIGITS),
            ("1101.1", NOT_DIGITS),
            (
                "\u0661\u0661\u0660\u0661\u0660\u0661",
                NOT_DIGITS,
            ),  # Arabic digits are digits to Python, not to the standard
            ("000000", divisions.NO_PROVINCE),
        ],
    )
    def test_refuses(self, value: str, reason: str) -> None:
        result = divisions.check(value)
        assert not result.valid
        assert result.reasons == (reason,)

    @pytest.mark.parametrize(
        ("value", "code", "warnings"),
        [
            ("\uff11\uff11\uff10\uff11\uff10\uff11", "110101", (WAS_FULL_WIDTH,)),
            (" 110101\u00a0", "110101", (HAD_SPACES,)),
            ("110101 001\ufeff", "110101001", (HAD_SPACES,)),
            ("1\uff110101\u3000", "110101", (WAS_FULL_WIDTH, HAD_SPACES)),
        ],
    )
    def test_puts_right_and_says_so(self, value: str, code: str, warnings: tuple[str, ...]) -> None:
        result = divisions.check(value)
        assert (result.value, result.valid, result.normalised, result.warnings) == (value, True, code, warnings)

    @pytest.mark.parametrize(
        ("code", "warning"),
        [
            ("100101", divisions.UNKNOWN_PROVINCE),
            ("110101600", divisions.ODD_STREET),
            ("110101001600", divisions.ODD_COMMUNITY),
            ("110001", divisions.GAP),
            ("110101000003", divisions.GAP),
        ],
    )
    def test_warns_of_what_is_odd(self, code: str, warning: str) -> None:
        result = divisions.check(code)
        assert result.valid
        assert result.warnings == (warning,)

    @given(st.text(max_size=20))
    def test_never_fails_and_its_normalised_form_is_stable(self, value: str) -> None:
        result = divisions.check(value)
        again = divisions.check(result.normalised)
        assert result.valid == (not result.reasons) == again.valid
        assert again.normalised == result.normalised


class TestPrefixes:
    """Padding and cutting undo each other; a scope is a range of padded codes."""

    @given(PREFIXES)
    def test_cutting_undoes_padding(self, prefix: str) -> None:
        assert divisions.significant(divisions.padded(prefix)) == prefix

    @given(PREFIXES, PREFIXES)
    def test_a_code_lies_in_a_scope_exactly_when_it_begins_with_it(self, prefix: str, other: str) -> None:
        low, high = divisions.scope_range(prefix)
        below = prefix + other[len(prefix) :]
        for code in map(divisions.padded, (other, prefix, below)):
            assert (low <= code <= high) == code.startswith(prefix)

    def test_a_scope_of_grid_cells(self) -> None:
        assert divisions.scope_range("990101001", width=15) == ("990101001000000", "990101001999999")
        assert divisions.scope_range("990101001003007", width=15) == ("990101001003007",) * 2

    @pytest.mark.parametrize("prefix", ["", "9", "99010", "99010x", "9901010010030", "990101001003007"])
    def test_what_is_no_division_opens_no_scope(self, prefix: str) -> None:
        with pytest.raises(ValueError, match="a scope is"):
            divisions.scope_range(prefix)

    @pytest.mark.parametrize(
        ("code", "level", "parent"),
        [
            ("990101001003", DivisionLevel.COMMUNITY, "990101001000"),
            ("990101001000", DivisionLevel.STREET, "990101000000"),
            ("990101000000", DivisionLevel.COUNTY, "990100000000"),
            ("990100000000", DivisionLevel.PREFECTURE, "990000000000"),
            ("990000000000", DivisionLevel.PROVINCE, None),
            ("441900003000", DivisionLevel.STREET, "441900000000"),
            ("441900003001", DivisionLevel.COMMUNITY, "441900003000"),
        ],
    )
    def test_levels_and_parents(self, code: str, level: DivisionLevel, parent: str | None) -> None:
        assert divisions.level(code) is level
        assert divisions.parent(code) == parent

    @pytest.mark.parametrize("code", ["", "110101", "000000000000", "11010100100x"])
    def test_only_stored_codes_are_cut(self, code: str) -> None:
        with pytest.raises(ValueError, match="12 digits"):
            divisions.significant(code)

    @pytest.mark.parametrize("code", ["", "1", "110", "11010100", "1101010010030", "11010x"])
    def test_only_divisions_are_padded(self, code: str) -> None:
        with pytest.raises(ValueError, match="2, 4, 6, 9 or 12"):
            divisions.padded(code)
