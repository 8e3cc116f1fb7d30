"""Components and classes of events, by the standards of 2026 and of 2013."""

from collections import Counter
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanhu.engines.codes import class_codes, divisions
from sanhu.engines.codes.class_codes import check_component, check_event_class, check_matter_class
from sanhu.engines.codes.class_tables import (
    ClassTable,
    components_2013,
    components_2026,
    events_2013,
    matters_2026,
)
from sanhu.engines.codes.result import EMPTY, HAD_SPACES, NOT_DIGITS, WAS_FULL_WIDTH, CodeCheck

pytestmark = pytest.mark.covers("R84.2")


def by_major(table: ClassTable) -> dict[str, int]:
    return dict(Counter(code[:2] for code in table.minors))


class TestTables:
    """The lists are whole: as many classes as the standard counts."""

    def test_components_of_2026(self) -> None:
        assert by_major(components_2026()) == {"01": 76, "02": 44, "03": 16, "04": 14, "05": 3}
        assert len(components_2026().minors) == 153

    def test_matters_of_2026(self) -> None:
        own = {major: count for major, count in by_major(matters_2026()).items() if major > "05"}
        assert own == {"06": 51, "07": 7, "08": 16, "09": 21, "10": 2}
        assert len(matters_2026().minors) == 250
        assert len(matters_2026().majors) == 10

    def test_what_becomes_of_a_component_has_its_number(self) -> None:
        ours = {code: name for code, name in matters_2026().minors.items() if code < "06"}
        assert ours.keys() == components_2026().minors.keys()
        odd = {code for code, name in ours.items() if name != components_2026().minors[code] + "异常"}
        assert odd == {"01066"}
        assert ours["01066"] == "紧急报警点异常SOS"

    def test_2013_has_extensions_and_few_minors(self) -> None:
        assert set(components_2013().majors) == {"01", "02", "03", "04", "05", "06"}
        assert set(events_2013().majors) == {"01", "02", "03", "04", "05", "06", "99"}
        assert by_major(events_2013()) == {"01": 6, "02": 2, "03": 1, "04": 5}

    @pytest.mark.parametrize(
        ("old", "new"), [(code, f"{int(code[:2]) + 5:02}0{code[2:]}") for code in events_2013().minors]
    )
    def test_an_old_event_stands_five_majors_further_on(self, old: str, new: str) -> None:
        # C.5: new major = old + 5 with the same minor, on every class that could be confirmed.
        assert new in matters_2026().minors

    @pytest.mark.parametrize("table", [components_2026(), matters_2026(), components_2013(), events_2013()])
    def test_every_minor_has_its_major_and_a_name(self, table: ClassTable) -> None:
        assert table.majors
        assert all(table.has_major_of(code) and name.strip() == name != "" for code, name in table.minors.items())


@pytest.mark.parametrize(
    ("check", "code"),
    [
        (check_component, "99010101002000001"),  # 污水井盖
        (check_component, "99010105009000123"),  # 文物古迹
        (check_component, "3205080101000001"),  # the sample of 2013
        (check_component, "3205080612000001"),  # an extension of 2013
        (check_matter_class, "99010101066"),  # 紧急报警点异常SOS
        (check_matter_class, "99010106010"),  # 暴露垃圾
        (check_matter_class, "99010110002"),  # 架空线缆脱落
        (check_event_class, "9901010110"),  # 暴露垃圾
        (check_event_class, "9901010410"),  # 非机动车乱停放
    ],
)
def test_accepts(check: Callable[[str], CodeCheck], code: str) -> None:
    assert check(code) == CodeCheck(code, valid=True, normalised=code)


@pytest.mark.parametrize(
    ("check", "value", "reasons"),
    [
        (check_component, "", (EMPTY,)),
        (check_component, "9901010100200000A", (NOT_DIGITS,)),
        (check_component, "990101010020001", (class_codes.COMPONENT_LENGTH,)),
        (check_component, "990101010020000010", (class_codes.COMPONENT_LENGTH,)),
        (check_component, "99010101016000001", (class_codes.UNKNOWN_MINOR_2026,)),  # a gap of the standard
        (check_component, "99010105001000001", (class_codes.UNKNOWN_MINOR_2026,)),
        (check_component, "99010106001000001", (class_codes.UNKNOWN_MAJOR_2026,)),  # a matter, and no component
        (check_component, "9901010701000001", (class_codes.UNKNOWN_MAJOR_2013,)),
        (check_component, "00010101002000001", (divisions.NO_PROVINCE,)),
        (check_component, "00010109002000001", (divisions.NO_PROVINCE, class_codes.UNKNOWN_MAJOR_2026)),
        (check_matter_class, "9901010601", (class_codes.MATTER_LENGTH,)),
        (check_matter_class, "990101060100", (class_codes.MATTER_LENGTH,)),
        (check_matter_class, "99010106031", (class_codes.UNKNOWN_MINOR_2026,)),
        (check_matter_class, "99010111001", (class_codes.UNKNOWN_MAJOR_2026,)),
        (check_matter_class, "99010199001", (class_codes.UNKNOWN_MAJOR_2026,)),
        (check_event_class, "99010101100", (class_codes.EVENT_LENGTH,)),
        (check_event_class, "9901010710", (class_codes.UNKNOWN_MAJOR_2013,)),
        (check_event_class, "9901010010", (class_codes.UNKNOWN_MAJOR_2013,)),
    ],
)
def test_refuses(check: Callable[[str], CodeCheck], value: str, reasons: tuple[str, ...]) -> None:
    result = check(value)
    assert not result.valid
    assert result.reasons == reasons


@pytest.mark.parametrize(
    ("check", "value", "warnings"),
    [
        (check_component, "99010101002000000", (class_codes.NO_SEQUENCE,)),
        (check_component, "9901010100200000", (class_codes.NO_MINOR_2013,)),  # 17 digits, the last one lost
        (check_component, "10010101002000001", (divisions.UNKNOWN_PROVINCE,)),
        (check_component, " 9901010100200000\uff11", (WAS_FULL_WIDTH, HAD_SPACES)),
        (check_matter_class, "10010106010", (divisions.UNKNOWN_PROVINCE,)),
        (check_event_class, "9901010102", (class_codes.UNSURE_MINOR_2013,)),
        (check_event_class, "9901010501", (class_codes.UNSURE_MINOR_2013,)),
        (check_event_class, "9901019901", (class_codes.UNSURE_MINOR_2013,)),
    ],
)
def test_warns(check: Callable[[str], CodeCheck], value: str, warnings: tuple[str, ...]) -> None:
    result = check(value)
    assert result.valid
    assert result.warnings == warnings


@given(st.sampled_from(sorted(components_2026().minors)), st.integers(1, 999_999))
def test_every_class_listed_makes_a_component_and_a_matter(class_code: str, sequence: int) -> None:
    assert check_component(f"990101{class_code}{sequence:06}").valid
    assert check_matter_class(f"990101{class_code}").valid
