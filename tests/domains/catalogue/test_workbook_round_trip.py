"""What is written as a workbook is read back the same, in CSV and in Excel, whatever people may have written."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sanhu.domains.catalogue import shipped
from sanhu.domains.catalogue.rows import (
    Assistant,
    Basis,
    ClockTerms,
    DutyRow,
    ItemRow,
    LeadOption,
    StepRow,
    StepUnit,
    as_data,
)
from sanhu.domains.catalogue.rules import AffairClass, Estate, LeadKind, Nature
from sanhu.domains.catalogue.terms import AssistRole, BasisKind, Boundary, MoneySource, Origin, Publicity, Purpose
from sanhu.domains.catalogue.workbook import words
from sanhu.domains.catalogue.workbook.reading import read_workbook
from sanhu.domains.catalogue.workbook.writing import as_csv, as_xlsx
from sanhu.domains.subjects.kinds import Specialty, SubjectKind
from sanhu.engines.deadlines import ClockKind, Roll, Rule, Unit

WAYS = pytest.mark.parametrize("write", [as_csv, as_xlsx])
# Every sign that parts something somewhere, what begins a formula, other widths, a space of each kind, beyond the BMP.
SIGNS = "甲乙丙第十条aZ019；;、，,/或+|（）()：:\\'\"=-@%“”～・ \u3000\uff21\uff11\uff0b\U00020bb7\U0001f600"


def texts(least: int = 0, most: int = 12) -> st.SearchStrategy[str]:
    """Make texts as a cell holds them: no line breaks, no space at either end."""
    made = st.text(SIGNS, max_size=most).map(lambda text: text.strip(" \u3000"))
    return made.filter(lambda text: len(text) >= least)


SAID = texts(least=1)
UNKNOWN = SAID.map(lambda text: f"未登记{text}").filter(lambda name: words.bodies().find(name) is None)
KINDS = st.builds(LeadKind, st.sampled_from(SubjectKind), st.sampled_from(Specialty)).map(str)


def some(values: st.SearchStrategy, most: int = 3) -> st.SearchStrategy[tuple]:
    """Make short tuples without repetition."""
    return st.lists(values, max_size=most, unique=True).map(tuple)


@st.composite
def clocks(draw: st.DrawFn) -> ClockTerms:
    unit = draw(st.sampled_from(Unit))
    roll = Roll.NONE if unit.is_hours else draw(st.sampled_from(Roll))
    kind = draw(st.sampled_from(ClockKind))
    is_demonstration = kind is not ClockKind.STATUTORY and draw(st.booleans())
    return ClockTerms(Rule(draw(st.integers(1, 3650)), unit, roll), kind, draw(SAID), is_demonstration)


@st.composite
def helpers(draw: st.DrawFn) -> Assistant:
    roles = draw(some(st.sampled_from(AssistRole)))
    kind = draw(st.just("") | KINDS)
    return Assistant(roles, kind, draw(texts() if kind else SAID))


DUTIES = st.builds(
    DutyRow,
    part=SAID,
    part_en=texts(),
    leads=st.lists(
        st.builds(LeadOption, KINDS, texts()) | st.builds(LeadOption, UNKNOWN), min_size=1, max_size=3, unique=True
    ).map(tuple),
    assist=some(helpers()),
    is_government_duty=st.booleans(),
    is_self_governance=st.booleans(),
    is_named_by_statute=st.booleans(),
    clock=clocks(),
    bases=some(st.builds(Basis, st.sampled_from(BasisKind), SAID)),
    money=some(st.sampled_from(MoneySource)),
    evidence=texts(),
)
NATURES = st.builds(
    Nature,
    *(st.booleans() for _question in range(3)),
    st.none() | st.sampled_from(Estate),
    st.booleans(),
    st.booleans(),
)
STEPS = st.builds(StepRow, SAID, SAID, some(SAID), st.integers(0, 3650), st.sampled_from(StepUnit), texts())


@st.composite
def catalogues(draw: st.DrawFn) -> list[ItemRow]:
    rows = []
    for affair_class in draw(st.lists(st.sampled_from(AffairClass), min_size=1, max_size=3, unique=True)):
        row = draw(
            st.builds(
                ItemRow,
                code=st.integers(1, 9999).map(lambda number, of=affair_class: f"{of.value}-{number:02}"),
                name=SAID,
                name_en=texts(),
                affair_class=st.just(affair_class),
                definition=texts(),
                purposes=st.lists(st.sampled_from(Purpose), min_size=1, max_size=4, unique=True).map(tuple),
                origin=st.sampled_from(Origin),
                is_public_nature=st.booleans(),
                publicity=st.sampled_from(Publicity),
                end_rule=texts(),
                legal_basis=some(SAID),
                money=some(st.sampled_from(MoneySource)),
                duties=st.lists(DUTIES, min_size=1, max_size=3, unique_by=lambda duty: duty.part).map(tuple),
                source_lead=texts(),
                deadline_text=texts(),
                money_text=texts(),
                mark=texts(),
                needs_record=texts(),
                former_bearer=texts(),
                boundary=st.sampled_from(Boundary),
                boundary_evidence=texts(),
                nature=st.none() | NATURES,
                certificates=some(SAID),
                asked_data=some(SAID),
                indicators=some(SAID),
                review_months=st.integers(0, 120),
                procedure=some(STEPS),
            )
        )
        rows.append(row)
    return rows


@WAYS
def test_the_shipped_catalogue_comes_back_the_same(write: Callable[[object], bytes]):
    book = read_workbook(write(shipped.items()))
    assert (book.rows, book.errors, book.warnings) == (109, [], [])
    read = [place.item for place in book.items]
    assert [as_data(row) for row in read] == [as_data(row) for row in shipped.items()]
    assert write(read) == write(shipped.items()) or write is as_xlsx  # an Excel file holds the moment it was written


@WAYS
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(rows=catalogues())
def test_whatever_people_write_comes_back_the_same(write: Callable[[object], bytes], rows: list[ItemRow]):
    book = read_workbook(write(rows))
    assert [(fault.letters, fault.words) for fault in book.errors] == []
    assert [as_data(place.item) for place in book.items] == [as_data(row) for row in rows]


@WAYS
@pytest.mark.parametrize(
    "text", ["=1+1", "'=1+1", "''@cmd", "+86", "-", "@SUM(A1)", "\uff1d1", "'", "0012", "110105194912310021", "\\"]
)
def test_what_looks_like_a_formula_or_a_number_stays_what_was_written(write: Callable[[object], bytes], text: str):
    row = replace(shipped.items()[0], name=text, legal_basis=(text, f"{text}；二"), definition=text)
    (place,) = read_workbook(write([row])).items
    assert place.item == row
