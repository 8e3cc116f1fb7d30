"""The coverage matrix: which functions an item's duties bring together, what is missing and what is doubled."""

from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanhu.domains.catalogue import shipped
from sanhu.domains.catalogue.coverage import Coverage, Expectation, coverage_of, expectations_of, totals_of
from sanhu.domains.catalogue.lawfulness import sectors_of
from sanhu.domains.catalogue.models import AffairItem, CatalogueVersion
from sanhu.domains.catalogue.reading import leads_of, rows_of
from sanhu.domains.catalogue.rows import Assistant, ItemRow
from sanhu.domains.catalogue.rules import AffairClass, LeadKind
from sanhu.domains.catalogue.terms import AssistRole, ItemStatus
from sanhu.domains.subjects.kinds import Sector, SubjectKind, sector_of

BY_CODE = {row.code: row for row in shipped.items()}
G, M, C = Sector.GOVERNMENT, Sector.MARKET, Sector.COMMUNITY
NOTHING_ASKED = Expectation((), "", "")


def item(affair_class: str, *duties: tuple[str, ...]) -> tuple[ItemRow, dict[str, LeadKind]]:
    """An item whose duties are told by their lead and their assistants; a duty whose lead is empty has none."""
    plain = BY_CODE["K1-01"].duties[0]
    rows = [
        replace(plain, part=f"任务{place}", assist=tuple(Assistant((AssistRole.ASSIST,), kind) for kind in helpers))
        for place, (_lead, *helpers) in enumerate(duties)
    ]
    leads = {row.part: LeadKind.parse(duty[0]) for row, duty in zip(rows, duties, strict=True) if duty[0]}
    return replace(BY_CODE["K1-01"], affair_class=AffairClass(affair_class), duties=tuple(rows)), leads


def laid_out(affair_class: str, *duties: tuple[str, ...]) -> Coverage:
    row, leads = item(affair_class, *duties)
    return coverage_of(row, leads, expected=shipped.expectations()[row.affair_class])


STREET, CITY, FIRE = "subdistrict_office", "functional_department:urban_management", "functional_department:fire_rescue"
FIRM, WATER, HEAT = "property_firm", "utility:water", "utility:heating"
OWNERS, COMMITTEE = "owners_committee", "residents_committee"

TABLE: list[tuple[str, list[tuple[str, ...]], tuple[tuple[Sector, ...], ...], tuple[Sector, ...]]] = [
    # class, duties by lead and assistants, gaps, overlaps
    ("K1", [(STREET, COMMITTEE)], (), ()),
    ("K1", [(STREET,), (CITY,)], (), (G,)),
    ("K1", [(CITY,), (CITY,)], (), ()),  # one body twice is no second one
    ("K1", [(CITY,), (FIRE,)], (), (G,)),  # two departments are two
    ("K1", [("", COMMITTEE)], ((G,),), ()),
    ("K1", [], ((G,),), ()),
    ("K2", [(FIRM,)], ((G,),), ()),
    ("K3", [(FIRM, OWNERS)], (), ()),
    ("K3", [(FIRM, STREET)], ((C,),), ()),
    ("K3", [(OWNERS,)], ((M,),), ()),
    ("K3", [("",)], ((M,), (C,)), ()),
    ("K3", [(OWNERS,), (FIRM,), (COMMITTEE, STREET)], (), (C,)),
    ("K4", [(STREET, COMMITTEE)], (), ()),
    ("K4", [("title_unit",)], ((G,),), ()),
    ("K5", [(COMMITTEE,), ("charity",)], (), (C,)),
    ("K6", [(STREET,)], ((C,),), ()),
    ("K7", [(WATER,), (HEAT,)], (), (M,)),  # one kind with two specialties is two
    ("K7", [(CITY,)], (), ()),
    ("K7", [(COMMITTEE,)], ((G, M),), ()),
]


@pytest.mark.covers("R25")
@pytest.mark.parametrize(("affair_class", "duties", "gaps", "overlaps"), TABLE)
def test_what_is_missing_and_what_is_doubled(
    affair_class: str,
    duties: list[tuple[str, ...]],
    gaps: tuple[tuple[Sector, ...], ...],
    overlaps: tuple[Sector, ...],
):
    line = laid_out(affair_class, *duties)
    assert (line.gaps, line.overlaps) == (gaps, overlaps)


def test_a_cell_names_each_kind_once_and_says_who_leads():
    line = laid_out("K3", (OWNERS, FIRM, COMMITTEE), (FIRM, COMMITTEE), (OWNERS, "guild"))
    assert list(line.cells) == [G, M, C]
    assert not line.cells[G].takes_part
    assert list(map(str, line.cells[M].leads)) == [FIRM]
    assert list(map(str, line.cells[M].helpers)) == [FIRM]
    assert list(map(str, line.cells[C].leads)) == [OWNERS]
    assert list(map(str, line.cells[C].helpers)) == [COMMITTEE]  # a guild is no body anybody knows


def test_the_totals_keep_what_they_are_a_share_of():
    lines = [laid_out("K3", (OWNERS,)), laid_out("K3", (FIRM, OWNERS)), laid_out("K7", (WATER,), (HEAT,))]
    totals = totals_of(lines, shipped.expectations())
    assert (totals.items, totals.with_gap, totals.with_overlap) == (3, 1, 1)
    assert totals.taking_part == {G: 0, M: 2, C: 2}
    assert (totals.met, totals.expected) == (4, 5)
    nothing = totals_of([], shipped.expectations())
    assert (nothing.items, nothing.met, nothing.expected) == (0, 0, 0)


KINDS = st.sampled_from([LeadKind(kind) for kind in SubjectKind])
DUTIES = st.lists(st.tuples(st.none() | KINDS, st.lists(KINDS, max_size=3)), max_size=5)
GROUPS = st.lists(st.lists(st.sampled_from(Sector), min_size=1, max_size=3, unique=True).map(tuple), max_size=3)


def _built(duties: list[tuple[LeadKind | None, list[LeadKind]]]) -> tuple[ItemRow, Mapping[str, LeadKind]]:
    return item("K1", *((str(lead or ""), *map(str, helpers)) for lead, helpers in duties))


@pytest.mark.covers("R25")
@given(duties=DUTIES, groups=GROUPS, data=st.data())
def test_another_duty_opens_no_gap_and_ends_no_overlap_whatever_the_order(
    duties: list[tuple[LeadKind | None, list[LeadKind]]],
    groups: list[tuple[Sector, ...]],
    data: st.DataObject,
):
    expected = Expectation(tuple(groups), "", "")
    whole = coverage_of(*_built(duties), expected=expected)
    shuffled = coverage_of(*_built(data.draw(st.permutations(duties))), expected=expected)
    assert (whole.gaps, whole.overlaps) == (shuffled.gaps, shuffled.overlaps)
    fewer = coverage_of(*_built(duties[:-1]), expected=expected)
    assert set(whole.gaps) <= set(fewer.gaps)
    assert set(fewer.overlaps) <= set(whole.overlaps)


@given(duties=DUTIES)
def test_a_function_takes_part_where_a_duty_s_own_page_says_so(
    duties: list[tuple[LeadKind | None, list[LeadKind]]],
):
    row, leads = _built(duties)
    line = coverage_of(row, leads, expected=NOTHING_ASKED)
    told = {sector for duty in row.duties for sector in sectors_of(duty, leads.get(duty.part))}
    assert {sector for sector, cell in line.cells.items() if cell.takes_part} == told
    for sector, cell in line.cells.items():
        assert cell.overlaps == (len({lead for lead in leads.values() if sector_of(lead.kind) is sector}) > 1)


def test_the_configuration_names_every_class_and_no_other():
    one = {"expected": [["market"]], "why": "", "why_en": ""}
    told = {code.value: one for code in AffairClass}
    assert expectations_of({"classes": told})[AffairClass.K3].groups == ((M,),)
    with pytest.raises(ValueError, match="K9"):
        expectations_of({"classes": told | {"K9": one}})
    with pytest.raises(KeyError):
        expectations_of({"classes": {"K1": one}})
    with pytest.raises(ValueError, match="state"):
        expectations_of({"classes": told | {"K1": {**one, "expected": [["state"]]}}})


@pytest.mark.covers("R25")
def test_the_shipped_catalogue_is_laid_out_as_its_version_stands(version: CatalogueVersion):
    AffairItem.objects.filter(version=version, code="K6-14").update(status=ItemStatus.DRAFT)
    leads = leads_of(version)
    lines = {
        row.code: coverage_of(row, leads[row.code], expected=shipped.expectations()[row.affair_class])
        for row in rows_of(version)
        if row.code in leads
    }
    assert "K6-14" not in lines
    assert lines["K3-07"].cells[M].leads == (LeadKind(SubjectKind.PROPERTY_FIRM),)
    assert {code: line.gaps for code, line in lines.items() if code.startswith("K4") and line.gaps} == {
        "K4-10": ((C,),),
        "K4-11": ((G,),),
        "K4-13": ((G,),),
    }
    assert [code for code, line in lines.items() if code.startswith("K6") and line.gaps] == ["K6-08"]
    assert {code for code, line in lines.items() if line.overlaps} == {
        "K1-08",
        "K2-01",
        "K2-09",
        "K5-06",
        "K6-10",
        "K7-09",
    }
