"""What differs between two states of the catalogue, and what of a row the columns can hold."""

from dataclasses import replace

import pytest

from sanhu.domains.catalogue import shipped
from sanhu.domains.catalogue.differences import (
    DutyDifference,
    FieldChange,
    ItemDifference,
    Kind,
    changed_codes,
    differences,
)
from sanhu.domains.catalogue.models import AffairItem, Duty, DutyTerms, ItemTerms, ProcedureStep
from sanhu.domains.catalogue.proposals import merge
from sanhu.domains.catalogue.row_faults import (
    MOST_CITED,
    MOST_OF_DUTY,
    MOST_OF_ITEM,
    MOST_OF_STEP,
    faults_of,
)
from sanhu.domains.catalogue.rows import Assistant, ItemRow, LeadOption
from sanhu.domains.catalogue.terms import AssistRole, MoneySource
from sanhu.engines.deadlines import ClockKind

BY_CODE = {row.code: row for row in shipped.items()}
PATROL, SAFETY, REPAIR = BY_CODE["K1-02"], BY_CODE["K1-08"], BY_CODE["K3-07"]  # K1-08 has two duties


def with_duty(row: ItemRow, place: int, **changes: object) -> ItemRow:
    """The row with one of its duties changed."""
    duties = list(row.duties)
    duties[place] = replace(duties[place], **changes)
    return replace(row, duties=tuple(duties))


CASES: list[tuple[str, ItemRow, ItemRow, ItemDifference]] = [
    (
        "a field",
        REPAIR,
        replace(REPAIR, definition="新定义。", money=(MoneySource.FEE,)),
        ItemDifference(
            "K3-07",
            REPAIR.name,
            Kind.CHANGED,
            (
                FieldChange("definition", REPAIR.definition, "新定义。"),
                FieldChange("money", ["FEE", "MTF"], ["FEE"]),
            ),
        ),
    ),
    (
        "a lead",
        PATROL,
        with_duty(PATROL, 0, leads=(LeadOption("functional_department:urban_management"),)),
        ItemDifference(
            "K1-02",
            PATROL.name,
            Kind.CHANGED,
            duties=(
                DutyDifference(
                    PATROL.name,
                    Kind.CHANGED,
                    (
                        FieldChange(
                            "leads",
                            [
                                {"kind": "subdistrict_office", "note": "街道综合执法队"},
                                {"kind": "functional_department:urban_management", "note": ""},
                            ],
                            [{"kind": "functional_department:urban_management", "note": ""}],
                        ),
                    ),
                ),
            ),
        ),
    ),
    (
        "a duty gone",
        SAFETY,
        replace(SAFETY, duties=SAFETY.duties[:1]),
        ItemDifference("K1-08", SAFETY.name, Kind.CHANGED, duties=(DutyDifference("辖区排查和报告", Kind.REMOVED),)),
    ),
    (
        "a duty renamed",
        SAFETY,
        with_duty(SAFETY, 1, part="排查"),
        ItemDifference(
            "K1-08",
            SAFETY.name,
            Kind.CHANGED,
            duties=(DutyDifference("辖区排查和报告", Kind.REMOVED), DutyDifference("排查", Kind.ADDED)),
        ),
    ),
    (
        "duties in another order",
        SAFETY,
        replace(SAFETY, duties=SAFETY.duties[::-1]),
        ItemDifference(
            "K1-08",
            SAFETY.name,
            Kind.CHANGED,
            duties=(
                DutyDifference(
                    "",
                    Kind.CHANGED,
                    (
                        FieldChange(
                            "order", ["行业监管和督促整改", "辖区排查和报告"], ["辖区排查和报告", "行业监管和督促整改"]
                        ),
                    ),
                ),
            ),
        ),
    ),
]


@pytest.mark.covers("R32")
@pytest.mark.parametrize(("_name", "old", "new", "expected"), CASES, ids=[case[0] for case in CASES])
def test_a_difference_names_item_duty_and_field(_name: str, old: ItemRow, new: ItemRow, expected: ItemDifference):
    assert differences([old, BY_CODE["K5-12"]], [BY_CODE["K5-12"], new]) == (expected,)
    assert changed_codes([old], [new]) == {new.code}


def test_what_came_and_what_went_is_named_by_code():
    assert differences([PATROL, REPAIR], [REPAIR, SAFETY]) == (
        ItemDifference("K1-02", PATROL.name, Kind.REMOVED),
        ItemDifference("K1-08", SAFETY.name, Kind.ADDED),
    )
    assert changed_codes([PATROL, REPAIR], [REPAIR, SAFETY]) == {"K1-08"}


def test_what_says_the_same_does_not_differ():
    assert differences(shipped.items(), shipped.items()[::-1]) == ()


MINE = replace(REPAIR, definition="我的写法。")
THEIRS = replace(REPAIR, definition="别人的写法。")
MERGES: list[tuple[str, list[ItemRow], list[ItemRow], list[ItemRow], list[ItemRow], tuple[str, ...]]] = [
    ("both left it", [REPAIR], [REPAIR], [REPAIR], [REPAIR], ()),
    ("only I changed it", [REPAIR], [REPAIR], [MINE], [MINE], ()),
    ("only they changed it", [REPAIR], [THEIRS], [REPAIR], [THEIRS], ()),
    ("both changed it alike", [REPAIR], [MINE], [MINE], [MINE], ()),
    ("both changed it", [REPAIR], [THEIRS], [MINE], [THEIRS], ("K3-07",)),
    ("I took it out", [REPAIR, PATROL], [REPAIR, PATROL], [PATROL], [PATROL], ()),
    ("they took it out", [REPAIR, PATROL], [PATROL], [REPAIR, PATROL], [PATROL], ()),
    ("they took out what I changed", [REPAIR], [], [MINE], [], ("K3-07",)),
    ("I took out what they changed", [REPAIR], [THEIRS], [], [THEIRS], ("K3-07",)),
    ("I added one", [REPAIR], [REPAIR, PATROL], [REPAIR, SAFETY], [REPAIR, PATROL, SAFETY], ()),
]


@pytest.mark.parametrize(
    ("_name", "base", "newest", "wanted", "rows", "conflicts"), MERGES, ids=[case[0] for case in MERGES]
)
def test_a_proposal_is_put_on_a_newer_version(
    _name: str,
    base: list[ItemRow],
    newest: list[ItemRow],
    wanted: list[ItemRow],
    rows: list[ItemRow],
    conflicts: tuple[str, ...],
):
    merged = merge(base=base, newest=newest, wanted=wanted)
    assert (list(merged.rows), merged.conflicts) == (rows, conflicts)


def test_what_is_asked_of_a_row_is_what_the_columns_hold():
    def most(*models: type, name: str) -> int:
        columns = [column for model in models for column in model._meta.concrete_fields if column.name == name]
        return columns[0].max_length

    assert {name: length for name, (_words, length) in MOST_OF_ITEM.items()} == {
        name: most(AffairItem, ItemTerms, name=name) for name in MOST_OF_ITEM
    }
    assert {name: length for name, (_words, length) in MOST_OF_DUTY.items()} == {
        name: most(Duty, DutyTerms, name=name) for name in MOST_OF_DUTY
    }
    assert {name: length for name, (_words, length) in MOST_OF_STEP.items()} == {
        name: most(ProcedureStep, name=name) for name in MOST_OF_STEP
    }
    assert most(Duty, name="clock_citation") == MOST_CITED


CLOCK = REPAIR.duties[0].clock
FAULTS = [
    ({}, []),
    ({"part": ""}, ["任务：不能为空"]),
    ({"evidence": "长" * 201}, ["办理凭证：不超过 200 个字"]),
    ({"clock": replace(CLOCK, rule=replace(CLOCK.rule, amount=3651))}, ["期限：须在 1 至 3650 之间"]),
    ({"clock": replace(CLOCK, citation=" ")}, ["期限依据：须写明，不超过 200 个字"]),
    (
        {"clock": replace(CLOCK, kind=ClockKind.STATUTORY, is_demonstration=True)},
        ["期限：法定期限不能是示范值"],
    ),
    ({"assist": (Assistant((AssistRole.ASSIST,), kind="guild"),)}, ["协助主体：主体名录中没有这类主体"]),
]


@pytest.mark.parametrize(("changes", "faults"), FAULTS)
def test_a_duty_that_cannot_be_kept_is_told(changes: dict[str, object], faults: list[str]):
    assert list(faults_of(with_duty(REPAIR, 0, **changes))) == faults


def test_every_shipped_row_can_be_kept():
    assert [fault for row in shipped.items() for fault in faults_of(row)] == []
