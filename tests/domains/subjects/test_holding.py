"""Who may hold which post: expected answers written by hand."""

from dataclasses import replace
from datetime import date

import pytest

from sanhu.domains.subjects.appointments import Appointment
from sanhu.domains.subjects.kinds import SubjectKind
from sanhu.domains.subjects.rules.holding import Holding, may_hold

CARRIED = ("elected", "hired", "appointed")
MEMBER = Holding(
    appointment=Appointment.ELECTED,
    organisation_id=1,
    body=SubjectKind.RESIDENTS_COMMITTEE,
    areas=("990101001001",),
    role="committee_member",
    is_administrator=False,
    starts_on=date(2026, 1, 10),
    term_ends_on=date(2031, 1, 9),
)
WORKER = Holding(
    appointment=Appointment.HIRED,
    organisation_id=2,
    body=SubjectKind.SOCIAL_WORK_STATION,
    areas=("990101001",),
    role="community_worker",
    is_administrator=False,
    starts_on=date(2026, 1, 1),
    contract_number="SG-2026-7",
    contract_ends_on=date(2027, 12, 31),
    employer=SubjectKind.SERVICE_CENTRE,
)
CLERK = Holding(
    appointment=Appointment.APPOINTED,
    organisation_id=3,
    body=SubjectKind.SUBDISTRICT_OFFICE,
    areas=("990101001",),
    role="window_clerk",
    is_administrator=False,
    starts_on=date(2024, 1, 1),
)
ADMINISTRATOR = replace(
    CLERK, organisation_id=4, body=SubjectKind.DISTRICT_GOVERNMENT, role="system_administrator", is_administrator=True
)
AUDITOR = replace(ADMINISTRATOR, role="audit_administrator")


def reasons(wanted: Holding, *held: Holding, basis: str = "", carried_by: tuple[str, ...] = CARRIED) -> tuple[str, ...]:
    return may_hold(wanted, held=held, carried_by=carried_by, dual_post_basis=basis).reasons


@pytest.mark.covers("R48")
@pytest.mark.parametrize(
    "wanted", [MEMBER, WORKER, CLERK, ADMINISTRATOR], ids=["elected", "hired", "appointed", "admin"]
)
def test_a_post_with_its_own_facts_may_be_held(wanted: Holding):
    assert reasons(wanted) == ()


@pytest.mark.covers("R48")
@pytest.mark.parametrize(
    ("wanted", "reason"),
    [
        (replace(MEMBER, term_ends_on=None), "选举产生的职务须写明任期届满日期"),
        (replace(MEMBER, contract_number="SG-1"), "选举产生的职务没有合同和用人单位"),
        (replace(MEMBER, contract_ends_on=date(2027, 1, 1)), "选举产生的职务没有合同和用人单位"),
        (replace(MEMBER, employer=SubjectKind.SUBDISTRICT_OFFICE), "选举产生的职务没有合同和用人单位"),
        (replace(WORKER, contract_number=""), "聘用的职务须写明合同编号"),
        (replace(WORKER, employer=None), "聘用的职务须写明用人单位"),
        (replace(WORKER, term_ends_on=date(2027, 1, 1)), "聘用的职务没有任期"),
        (replace(CLERK, term_ends_on=date(2027, 1, 1)), "任命的职务没有任期"),
        (replace(CLERK, contract_number="SG-1"), "任命的职务没有合同和用人单位"),
        (replace(CLERK, employer=SubjectKind.SUBDISTRICT_OFFICE), "任命的职务没有合同和用人单位"),
    ],
)
def test_a_post_with_the_facts_of_another_kind_is_refused(wanted: Holding, reason: str):
    assert reasons(wanted) == (reason,)


# body: may members be elected, may somebody be hired into it, may somebody be appointed to it?
BODIES = {
    SubjectKind.DISTRICT_COORDINATION_BODY: (False, True, True),
    SubjectKind.DISTRICT_GOVERNMENT: (False, True, True),
    SubjectKind.FUNCTIONAL_DEPARTMENT: (False, True, True),
    SubjectKind.SUBDISTRICT_OFFICE: (False, True, True),
    SubjectKind.PUBLIC_SECURITY: (False, True, True),
    SubjectKind.COURT: (False, True, True),
    SubjectKind.QUASI_GOVERNMENT_ORG: (False, True, True),
    SubjectKind.PUBLIC_INSTITUTION: (False, True, True),
    SubjectKind.SERVICE_CENTRE: (False, True, True),
    SubjectKind.SOCIAL_WORK_STATION: (False, True, True),
    SubjectKind.PROFESSIONAL_SERVICE_ORG: (False, True, True),
    SubjectKind.PROPERTY_FIRM: (False, True, True),
    SubjectKind.UTILITY: (False, True, True),
    SubjectKind.INSPECTION_BODY: (False, True, True),
    SubjectKind.APPRAISAL_AGENCY: (False, True, True),
    SubjectKind.PARTY_ORGANISATION: (True, True, True),
    SubjectKind.RESIDENTS_COMMITTEE: (True, False, False),
    SubjectKind.SUPERVISION_COMMITTEE: (True, False, False),
    SubjectKind.ELECTION_COMMITTEE: (True, False, False),
    SubjectKind.RESIDENTS_ASSEMBLY: (True, False, False),
    SubjectKind.REPRESENTATIVES_MEETING: (True, False, False),
    SubjectKind.RESIDENTS_GROUP: (True, False, False),
    SubjectKind.MEDIATION_COMMITTEE: (True, True, True),
    SubjectKind.OWNERS: (False, False, False),
    SubjectKind.OWNERS_ASSEMBLY: (True, False, False),
    SubjectKind.OWNERS_COMMITTEE: (True, False, False),
    SubjectKind.PROPERTY_MANAGEMENT_COMMITTEE: (True, True, True),
    SubjectKind.COMMUNITY_PUBLIC_BENEFIT_SERVICE_ORG: (True, True, True),
    SubjectKind.SOCIAL_ORGANISATION: (True, True, True),
    SubjectKind.CHARITY: (True, True, True),
    SubjectKind.GRASSROOTS_ORG: (True, True, True),
    SubjectKind.RESIDENT_UNIT: (False, True, True),
    SubjectKind.TITLE_UNIT: (False, True, True),
    SubjectKind.RESIDENTS: (False, False, False),
}


def test_the_matrix_of_bodies_is_total():
    assert set(BODIES) == set(SubjectKind)


@pytest.mark.covers("R48")
@pytest.mark.parametrize("kind", SubjectKind)
def test_elected_members_sit_in_elected_bodies_and_nobody_is_hired_into_one(kind: SubjectKind):
    expected = BODIES[kind]
    found = tuple(reasons(replace(post, body=kind)) == () for post in (MEMBER, WORKER, CLERK))
    assert found == expected


# employer: may it employ?
EMPLOYERS = {
    SubjectKind.SUBDISTRICT_OFFICE: True,
    SubjectKind.SERVICE_CENTRE: True,
    SubjectKind.SOCIAL_WORK_STATION: True,
    SubjectKind.PUBLIC_INSTITUTION: True,
    SubjectKind.PROFESSIONAL_SERVICE_ORG: True,
    SubjectKind.PROPERTY_FIRM: True,
    SubjectKind.UTILITY: True,
    SubjectKind.SOCIAL_ORGANISATION: True,
    SubjectKind.RESIDENTS_COMMITTEE: False,
    SubjectKind.SUPERVISION_COMMITTEE: False,
    SubjectKind.OWNERS_COMMITTEE: False,
    SubjectKind.MEDIATION_COMMITTEE: False,
    SubjectKind.PARTY_ORGANISATION: False,
    SubjectKind.GRASSROOTS_ORG: False,
    SubjectKind.RESIDENTS: False,
    SubjectKind.DISTRICT_GOVERNMENT: False,
    SubjectKind.FUNCTIONAL_DEPARTMENT: False,
}


@pytest.mark.covers("R47", "R48")
@pytest.mark.parametrize(("employer", "may"), EMPLOYERS.items())
def test_a_street_a_provider_or_a_firm_employs_and_a_committee_never(employer: SubjectKind, may: bool):
    assert (reasons(replace(WORKER, employer=employer)) == ()) is may


@pytest.mark.covers("R47")
def test_a_committee_as_employer_is_told_so():
    found = may_hold(
        replace(WORKER, employer=SubjectKind.RESIDENTS_COMMITTEE), held=[], carried_by=CARRIED, dual_post_basis=""
    )
    assert found.reasons == ("居民委员会不能作社区工作者的用人单位",)
    assert found.citations == ("选聘分离：居民委员会成员由选举产生，社区工作者由街道或者承接单位聘用",)


@pytest.mark.covers("R48")
@pytest.mark.parametrize(("wanted", "other"), [(MEMBER, WORKER), (WORKER, MEMBER)], ids=["elected", "hired"])
def test_an_elected_and_a_hired_post_meet_only_where_a_basis_is_written(wanted: Holding, other: Holding):
    reason = "同一人兼任选举产生和聘用的职务，须写明准许兼任的法律或者地方规定"
    assert reasons(wanted, other) == (reason,)
    assert reasons(wanted, other, basis="  ") == (reason,)
    assert reasons(wanted, other, basis="示范区社区工作者管理办法第六条") == ()


def test_a_role_goes_only_with_its_own_appointments():
    assert reasons(WORKER, carried_by=("elected",)) == ("这个角色不能以这种方式任职",)


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "is_lawful"),
    [
        (date(2026, 1, 10), date(2031, 1, 10), True),
        (date(2026, 1, 10), date(2031, 1, 11), False),
        (date(2024, 2, 29), date(2029, 2, 28), True),
        (date(2024, 2, 29), date(2029, 3, 1), False),
        (date(2026, 1, 10), date(2026, 1, 9), False),
    ],
)
def test_a_committees_term_has_five_years_at_most(starts_on: date, ends_on: date, is_lawful: bool):
    assert (reasons(replace(MEMBER, starts_on=starts_on, term_ends_on=ends_on)) == ()) is is_lawful


def test_an_owners_committees_term_is_its_own_charters():
    assert reasons(replace(MEMBER, body=SubjectKind.OWNERS_COMMITTEE, term_ends_on=date(2033, 1, 9))) == ()


def test_a_contract_that_ends_before_it_begins_is_refused():
    assert reasons(replace(WORKER, contract_ends_on=date(2025, 12, 31))) == ("截止日期早于起始日期",)


def test_nobody_supervises_the_committee_they_sit_in():
    supervisor = replace(MEMBER, organisation_id=9, body=SubjectKind.SUPERVISION_COMMITTEE)
    assert reasons(supervisor, MEMBER) == ("居民委员会成员不得担任居务监督委员会成员",)
    assert reasons(MEMBER, supervisor) == ("居民委员会成员不得担任居务监督委员会成员",)
    assert reasons(replace(supervisor, areas=("990101001002",)), MEMBER) == ()


def test_nobody_holds_one_post_twice():
    assert reasons(CLERK, CLERK) == ("此人已担任这一职务",)
    assert reasons(CLERK, replace(CLERK, role="duty_officer")) == ()


ONE_OF_THREE = "系统、安全、审计三名管理员须为三个不同的人"
NOTHING_ELSE = "管理员不得兼任其他职务"


@pytest.mark.parametrize(
    ("wanted", "held", "reason"),
    [
        (AUDITOR, ADMINISTRATOR, ONE_OF_THREE),
        (ADMINISTRATOR, AUDITOR, ONE_OF_THREE),
        (ADMINISTRATOR, CLERK, NOTHING_ELSE),
        (CLERK, ADMINISTRATOR, NOTHING_ELSE),
        (MEMBER, AUDITOR, NOTHING_ELSE),
        (WORKER, AUDITOR, NOTHING_ELSE),
    ],
)
def test_three_administrators_are_three_persons_with_no_other_post(wanted: Holding, held: Holding, reason: str):
    assert reasons(wanted, held) == (reason,)


def test_an_administrator_is_appointed():
    hired = replace(WORKER, is_administrator=True, role="system_administrator")
    assert reasons(hired) == ("管理员由任命产生",)


def test_every_reason_is_given_at_once():
    wanted = replace(WORKER, contract_number="", employer=SubjectKind.RESIDENTS_COMMITTEE)
    assert reasons(wanted, carried_by=("elected",)) == (
        "聘用的职务须写明合同编号",
        "这个角色不能以这种方式任职",
        "居民委员会不能作社区工作者的用人单位",
    )
