"""Reads of areas: as of a day, by short and by stored code, and a scope that is exactly a prefix."""

import re
from datetime import date

import pytest
from django.db import connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from sanhu.domains.places.models import LENGTH_OF_LEVEL, LEVEL_OF_LENGTH, Area, AreaLevel
from sanhu.domains.places.queries import area, children, name_of, path_of, within
from sanhu.engines.codes.divisions import padded
from sanhu.engines.tables import ImportReport
from tests.domains.places.conftest import Import

DAY = date(2026, 11, 9)


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("990101", "示范区"),
        ("990101000000", "示范区"),
        ("990101001", "和平街道"),
        ("990101001000", "和平街道"),
        ("990101001001", "一社区"),
        ("990101001009", ""),
        ("9901", ""),
        ("99010", ""),
        ("", ""),
        ("'; DROP", ""),
        ("\uff19\uff19\uff10\uff11\uff10\uff11", ""),
    ],
)
def test_an_area_is_found_by_its_short_and_by_its_stored_code(district: ImportReport, code: str, name: str) -> None:
    assert name_of(code, DAY) == name


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2019, 12, 31), ""),
        (date(2020, 1, 1), "青年路街道"),
        (date(2026, 11, 30), "青年路街道"),
        (date(2026, 12, 1), "青春路街道"),
    ],
)
def test_a_name_is_the_one_in_force_on_the_day(take: Import, district: ImportReport, day: date, name: str) -> None:
    take("code,name\n990101002,青春路街道\n", day="2026-12-01")
    assert name_of("990101002", day) == name
    assert [found.name for found in within("990101002", day).filter(level=AreaLevel.SUBDISTRICT)] == (
        [name] if name else []
    )


def test_a_path_goes_from_the_district_down(district: ImportReport) -> None:
    assert path_of("990101001002", DAY) == ("示范区", "和平街道", "二社区")
    assert path_of("990101001", DAY) == ("示范区", "和平街道")
    assert path_of("990101001000", DAY) == ("示范区", "和平街道")
    assert path_of("990101", DAY) == ("示范区",)
    assert path_of("990101001099", DAY) == ("示范区", "和平街道")
    assert path_of("", DAY) == ()


def test_children_are_one_level_below(district: ImportReport) -> None:
    assert [child.name for child in children("990101", DAY)] == ["和平街道", "青年路街道"]
    assert [child.name for child in children("990101001", DAY)] == ["一社区", "二社区"]
    assert list(children("990101001001", DAY)) == []
    assert list(children("999999", DAY)) == []


def test_a_district_in_the_place_of_a_prefecture_is_told_apart_from_it(take: Import) -> None:
    take("code,name\n4419,东莞市\n")
    take("code,name,cityCode\n441900,东莞市（区县级）,4419\n")
    take("code,name,areaCode\n441900003,东城街道,441900\n")
    assert name_of("4419", DAY) == "东莞市"
    assert name_of("441900", DAY) == "东莞市（区县级）"
    assert name_of("441900000000", DAY) == "东莞市（区县级）"
    assert path_of("441900003", DAY) == ("东莞市（区县级）", "东城街道")
    assert [found.name for found in within("441900", DAY)] == ["东莞市（区县级）", "东城街道"]
    assert [found.name for found in within("4419", DAY)] == ["东莞市（区县级）", "东莞市", "东城街道"]
    assert [child.name for child in children("4419", DAY)] == ["东莞市（区县级）"]


def test_a_prefecture_stands_in_for_a_district_where_the_list_has_none(take: Import) -> None:
    take("code,name\n441900000000,东莞市\n441900003000,东城街道\n")
    assert name_of("441900", DAY) == "东莞市"


@pytest.mark.parametrize("prefix", ["", "9", "9901%", "9901010", "990101001001001"])
def test_a_scope_that_is_no_division_is_refused(db: None, prefix: str) -> None:
    with pytest.raises(ValueError, match="scope"):
        within(prefix, DAY)


_BY_INDEX = re.compile(r"SEARCH places_area USING INDEX \S+ \(code>\? AND code<\?\)|Index Cond: .*code.* >= ")


def test_a_scope_is_read_by_an_index(district: ImportReport) -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")  # nine rows would be read through
    assert _BY_INDEX.search(within("990101", DAY).explain())


_SEGMENT = st.sampled_from(["000", "001", "002", "099", "100", "999"])
_CODE = st.builds(
    lambda county, street, community, level: (county + street + community)[: LENGTH_OF_LEVEL[level]],
    st.sampled_from(["990100", "990101", "990102", "990199", "990200", "110101"]),
    _SEGMENT,
    _SEGMENT,
    st.sampled_from(AreaLevel),
)


class TestScope(TestCase):
    """A scope is a range of stored codes, and must hold what a prefix of the codes as spoken would."""

    @given(codes=st.lists(_CODE, unique=True, max_size=12), prefix=_CODE)
    @settings(max_examples=60, deadline=None)
    def test_a_range_holds_exactly_what_begins_with_the_prefix(self, codes: list[str], prefix: str) -> None:
        with transaction.atomic():
            Area.objects.bulk_create(
                Area(code=padded(code), name=code, level=LEVEL_OF_LENGTH[len(code)], valid_from=DAY) for code in codes
            )
            found = {row.prefix for row in within(prefix, DAY)}
            transaction.set_rollback(True)
        assert found == {code for code in codes if code.startswith(prefix)}

    @given(code=_CODE)
    @settings(max_examples=30, deadline=None)
    def test_no_area_is_found_where_there_is_none(self, code: str) -> None:
        assert area(code, DAY) is None
        assert path_of(code, DAY) == ()
