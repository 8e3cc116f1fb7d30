"""The 100 shipped items, held against what was written by hand from the table they come from."""

import re
from collections import Counter
from dataclasses import replace

import pytest

from sanhu.domains.catalogue import shipped
from sanhu.domains.catalogue.review import ReviewedItem, review
from sanhu.domains.catalogue.rows import ItemRow, LeadOption
from sanhu.domains.catalogue.rules import Assignment, LeadKind, check_item, check_lead
from sanhu.domains.catalogue.terms import AssistRole, ItemStatus
from sanhu.engines.deadlines import ClockKind

ITEMS = shipped.items()
BY_CODE = {row.code: row for row in ITEMS}
REVIEWED = review(ITEMS, classes=shipped.classes(), territory="990101", matrix=shipped.matrix())
FINDINGS = [finding for item in REVIEWED for finding in item.findings]

NEVER = "K1-10 K1-11 K1-12 K1-13 K2-11 K2-12 K5-07 K5-10 K5-12 K7-03"
RECEIPT_ONLY = (
    "K1-09 K1-15 K2-01 K2-02 K2-03 K2-04 K2-05 K2-06 K2-07 K2-08 K2-09 K2-10 K2-13 K2-14 K3-15 K5-01 K5-03 K6-15 "
    "K7-01 K7-04 K7-05 K7-06 K7-07"
)

# What does not fit, as a reviewer reads it off the table: item, lead, refusal.
DOES_NOT_FIT = [
    ("K1-13", "court", "X-04"),
    ("K4-05", "district_government", "X-04"),
    ("K4-08", "functional_department:fire_rescue", "X-04"),
    ("K4-11", "residents", "X-04"),
    ("K4-11", "residents_committee", "X-03"),
    ("K5-01", "residents_committee", "X-03"),
    ("K5-03", "residents_committee", "X-03"),
    ("K5-11", "residents_committee", "X-03"),
    ("K6-02", "residents_group", "X-04"),
    ("K6-14", "functional_department:civil_affairs", "X-04"),
    ("K7-07", "public_institution:housing_expropriation", "X-04"),
    ("K7-10", "professional_service_org", "X-04"),
    ("K7-12", "appraisal_agency", "X-04"),
]

# Lead cells with “+”, “、”, “→” or “；”: as many duties, each with its own leads.
SEVERAL_DUTIES = {
    "K1-08": [["functional_department:emergency", "functional_department"], ["subdistrict_office"]],
    "K2-01": [["subdistrict_office"], ["functional_department:civil_affairs", "subdistrict_office"]],
    "K2-09": [["functional_department:civil_affairs"], ["quasi_government_org:disabled_persons"]],
    "K3-08": [["owners"], ["property_firm", "owners_committee"]],
    "K4-07": [["title_unit", "property_management_committee"], ["subdistrict_office"]],
    "K5-06": [["residents_committee"], ["charity"]],
    "K6-10": [["residents_committee"], ["supervision_committee"]],
    "K7-09": [["utility:water"], ["utility:heating"], ["utility:drainage"]],
}

# Lead cells with “/” or “或”: one duty, and the district chooses.
SEVERAL_CHOICES = {
    "K1-03": ["public_security", "functional_department"],
    "K1-07": ["functional_department:fire_rescue", "public_security", "subdistrict_office"],
    "K2-15": ["functional_department:culture_tourism", "functional_department:sports", "subdistrict_office"],
    "K3-15": ["mediation_committee", "mediation_committee:housing"],
    "K4-12": ["utility:water", "utility:power", "utility:gas"],
    "K5-07": ["residents_committee", "functional_department:civil_affairs"],
    "K7-04": ["functional_department:emergency", "functional_department:civil_affairs", "subdistrict_office"],
}


@pytest.mark.covers("R35")
def test_every_row_of_the_table_is_there():
    counts = Counter(row.affair_class.value for row in ITEMS)
    assert counts == {"K1": 15, "K2": 15, "K3": 15, "K4": 13, "K5": 12, "K6": 15, "K7": 15}
    assert [row.code for row in ITEMS] == [
        f"{affair_class}-{number:02}"
        for affair_class, count in sorted(counts.items())
        for number in range(1, count + 1)
    ]


@pytest.mark.covers("R1", "R2")
@pytest.mark.parametrize("row", ITEMS, ids=lambda row: row.code)
def test_every_row_says_what_it_is_where_it_comes_from_and_who_does_what(row: ItemRow):
    assert row.code.startswith(row.affair_class)
    assert row.purposes
    assert row.definition.endswith("。")
    assert row.legal_basis
    assert row.brought_by
    assert row.duties
    assert all(duty.leads for duty in row.duties)
    assert row.source_lead
    assert row.deadline_text
    assert row.mark in {"V", "K:h", "K:m", "V/K", "V/K:h"}
    assert re.fullmatch(r"[A-Za-z0-9 ,.:;()’‘–-]+", row.name_en)
    assert bool(row.end_rule) == (row.affair_class == "K7")


def test_names_are_told_apart():
    assert len({row.name for row in ITEMS}) == len({row.name_en for row in ITEMS}) == len(ITEMS)


@pytest.mark.covers("R6")
@pytest.mark.parametrize(("code", "duties"), SEVERAL_DUTIES.items())
def test_a_lead_cell_that_joins_bodies_is_several_duties(code: str, duties: list[list[str]]):
    assert [[option.kind for option in duty.leads] for duty in BY_CODE[code].duties] == duties
    assert len({duty.part for duty in BY_CODE[code].duties}) == len(duties)


def test_every_other_row_is_one_duty():
    assert {row.code for row in ITEMS if len(row.duties) > 1} == set(SEVERAL_DUTIES)


@pytest.mark.covers("R6")
@pytest.mark.parametrize(("code", "choices"), SEVERAL_CHOICES.items())
def test_a_lead_cell_that_parts_bodies_is_one_duty_with_a_choice(code: str, choices: list[str]):
    (duty,) = BY_CODE[code].duties
    assert [option.kind for option in duty.leads] == choices


def test_a_choice_in_the_cell_is_a_choice_in_the_duty():
    offered = {row.code for row in ITEMS if any(len(duty.leads) > 1 for duty in row.duties)}
    # “受理审核” precedes an arrow in K2-01, whose second step may be handed down; K1-08 and K3-08 choose within a part.
    assert offered == {row.code for row in ITEMS if re.search(r"/|或", row.source_lead)} | {"K2-01"}


@pytest.mark.parametrize("row", ITEMS, ids=lambda row: row.code)
def test_publicity_is_the_one_written_here(row: ItemRow):
    expected = "never" if row.code in NEVER else "receipt_only" if row.code in RECEIPT_ONLY else "public"
    assert row.publicity == expected


@pytest.mark.covers("R6", "R35")
@pytest.mark.parametrize("item", REVIEWED, ids=lambda item: item.row.code)
def test_what_is_loaded_passes_every_check(item: ReviewedItem):
    row, matrix = item.row, shipped.matrix()
    assert check_item(
        purposes=row.purposes, territory=["990101"], is_public_nature=row.is_public_nature, matrix=matrix
    ).allowed
    assert len({duty.row.part for duty in item.duties}) == len(item.duties)
    for duty in item.duties:
        assert duty.lead == LeadKind.parse(duty.options[0].kind)
        assert all(AssistRole.LEAD not in helper.roles for helper in duty.assist)
        for option in duty.options:
            assignment = Assignment(
                affair_class=row.affair_class,
                item_code=row.code,
                lead=LeadKind.parse(option.kind),
                is_government_duty=duty.row.is_government_duty,
                is_self_governance=duty.row.is_self_governance,
                is_named_by_statute=duty.row.is_named_by_statute,
            )
            assert check_lead(assignment, matrix=matrix).allowed


@pytest.mark.covers("X-03", "X-04")
def test_what_does_not_fit_is_listed_and_nothing_else():
    assert [(finding.item_code, finding.lead, finding.code) for finding in FINDINGS] == DOES_NOT_FIT
    assert all(finding.reasons and finding.citations and finding.part for finding in FINDINGS)


@pytest.mark.covers("R1")
def test_only_the_row_without_any_lawful_lead_stays_a_draft():
    assert [item.row.code for item in REVIEWED if item.status is ItemStatus.DRAFT] == ["K6-02"]


def test_a_row_keeps_its_other_choices_when_one_does_not_fit():
    fits = {item.row.code: [option.kind for duty in item.duties for option in duty.options] for item in REVIEWED}
    assert fits["K1-13"] == ["public_security"]
    assert fits["K4-11"] == ["grassroots_org"]
    assert fits["K4-05"] == ["functional_department:housing"]
    assert fits["K6-02"] == []


@pytest.mark.covers("R4")
def test_enforcement_and_social_services_are_government_duties():
    assert all(duty.is_government_duty for row in ITEMS if row.affair_class in {"K1", "K2"} for duty in row.duties)
    assert not any(duty.is_government_duty for row in ITEMS if row.affair_class in {"K3", "K5"} for duty in row.duties)


def test_a_clock_is_called_statutory_only_where_an_article_gives_the_number():
    statutory = {
        row.code: (duty.clock.rule.amount, duty.clock.rule.unit.value, duty.clock.rule.roll.value, duty.clock.citation)
        for row in ITEMS
        for duty in row.duties
        if duty.clock.kind is ClockKind.STATUTORY
    }
    assert statutory == {
        "K1-01": (90, "natural_day", "none", "行政处罚法第六十条"),
        "K2-13": (7, "natural_day", "none", "法律援助法第四十三条"),
        "K3-02": (30, "natural_day", "next_workday", "物业管理条例第十六条"),
    }


def test_every_other_clock_is_marked_as_standing_in_for_a_number_not_made_yet():
    unmarked = [
        (row.code, duty.part)
        for row in ITEMS
        for duty in row.duties
        if duty.clock.kind is not ClockKind.STATUTORY and not duty.clock.is_demonstration
    ]
    # A ministry's document gives ten working days for confirming a subsistence allowance; that is no statute.
    assert unmarked == [("K2-01", "确认")]


@pytest.mark.parametrize(
    ("text", "kind"), [("GRID", ClockKind.LOCAL_RULE), ("CON", ClockKind.CONTRACT), ("LOC", ClockKind.LOCAL_RULE)]
)
def test_a_word_for_a_limit_gives_the_kind_of_clock(text: str, kind: ClockKind):
    kinds = {duty.clock.kind for row in ITEMS if row.deadline_text == text for duty in row.duties}
    assert kinds == {kind}


def test_every_body_named_has_words():
    named = {option.kind for row in ITEMS for duty in row.duties for option in duty.leads}
    named |= {helper.kind for row in ITEMS for duty in row.duties for helper in duty.assist if helper.kind}
    assert [kind for kind in sorted(named) if shipped.lead_name(kind) == kind] == []
    assert shipped.lead_name("functional_department:civil_affairs") == "民政部门"
    assert shipped.lead_name("functional_department:civil_affairs", language="en") == "Civil affairs department"
    assert shipped.lead_name("functional_department:water") == "职能部门"
    assert shipped.lead_name("guild") == "guild"


def test_every_assistant_is_a_body_or_is_described():
    for row in ITEMS:
        for duty in row.duties:
            assert all(helper.roles and (helper.kind or helper.note) for helper in duty.assist), row.code


@pytest.mark.covers("X-01", "X-03")
def test_a_faulty_row_is_told_and_stays_a_draft():
    good = BY_CODE["K3-07"]
    duty = good.duties[0]

    def reviewed(**changes: object):
        (item,) = review(
            [replace(good, **changes)], classes=shipped.classes(), territory="990101", matrix=shipped.matrix()
        )
        return item.status, [finding.code for finding in item.findings]

    without_lead = replace(duty, leads=())
    other_lead = replace(duty, leads=(LeadOption("owners_committee"),))
    assert reviewed() == (ItemStatus.EFFECTIVE, [])
    assert reviewed(purposes=()) == (ItemStatus.DRAFT, ["X-01"])
    assert reviewed(is_public_nature=False) == (ItemStatus.DRAFT, ["X-01"])
    assert reviewed(duties=(without_lead,)) == (ItemStatus.DRAFT, ["X-03"])
    assert reviewed(duties=(duty, other_lead)) == (ItemStatus.DRAFT, ["X-03", "X-03"])
    assert reviewed(duties=()) == (ItemStatus.DRAFT, [])
    assert reviewed(definition="") == (ItemStatus.DRAFT, [])


@pytest.mark.covers("R35")
def test_a_temporary_item_without_an_end_is_told():
    row = replace(BY_CODE["K7-11"], end_rule="")
    (item,) = review([row], classes=shipped.classes(), territory="990101", matrix=shipped.matrix())
    assert item.status is ItemStatus.DRAFT
    assert item.findings[0].reasons == ("临时性、专业性事务须写明截止日期",)


@pytest.mark.covers("X-02")
def test_a_row_that_puts_the_committee_in_the_lead_of_enforcement_loads_no_duty():
    row = BY_CODE["K1-02"]
    duty = replace(row.duties[0], leads=(LeadOption("residents_committee"),))
    (item,) = review(
        [replace(row, duties=(duty,))],
        classes=shipped.classes(),
        territory="990101",
        matrix=shipped.matrix(),
    )
    assert (item.duties, item.status) == ((), ItemStatus.DRAFT)
    assert [finding.code for finding in item.findings] == ["X-02"]
