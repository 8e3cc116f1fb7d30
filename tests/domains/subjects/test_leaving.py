"""How a post may end: appointment × ground, expected answers written by hand."""

from datetime import date

import pytest

from sanhu.domains.subjects.appointments import Appointment, LeavingGround
from sanhu.domains.subjects.kinds import SubjectKind
from sanhu.domains.subjects.rules.leaving import Leaving, article_of, may_change_end, may_close, may_leave
from sanhu.engines.decisions import Decision

LAST_DAY = date(2026, 11, 9)
# ground: does it end an elected post (of a residents' committee), a hired one, an appointed one?
GROUNDS = {
    LeavingGround.RECALLED: (True, False, False),
    LeavingGround.ELECTION_INVALID: (True, False, False),
    LeavingGround.LOST_CAPACITY: (True, False, False),
    LeavingGround.SENTENCED: (True, False, False),
    LeavingGround.TWO_INCOMPETENT_APPRAISALS: (True, False, False),
    LeavingGround.TERM_ENDED: (True, False, False),
    LeavingGround.NOMINATED: (False, False, False),
    LeavingGround.RESIGNED: (True, True, True),
    LeavingGround.DIED: (True, True, True),
    LeavingGround.CONTRACT_ENDED: (False, True, False),
    LeavingGround.CONTRACT_TERMINATED: (False, True, False),
    LeavingGround.REASSIGNED: (False, False, True),
}


def leave(
    appointment: Appointment,
    ground: LeavingGround,
    *,
    body: SubjectKind = SubjectKind.RESIDENTS_COMMITTEE,
    basis: str = "居民代表会议 2026 年第 3 号决议",
    on: date = LAST_DAY,
    ends_on: date | None = LAST_DAY,
) -> Decision:
    return may_leave(Leaving(appointment=appointment, body=body, ground=ground, basis=basis, on=on, ends_on=ends_on))


def test_the_matrix_of_grounds_is_total():
    assert set(GROUNDS) == set(LeavingGround)


@pytest.mark.covers("R48", "X-09")
@pytest.mark.parametrize("ground", LeavingGround)
def test_an_elected_members_post_ends_only_as_the_law_says(ground: LeavingGround):
    decision = leave(Appointment.ELECTED, ground)
    assert decision.allowed is GROUNDS[ground][0]
    if not decision:
        assert decision.code == "X-09"
        assert decision.citations == ("城市居民委员会组织法第二十条至第二十四条、第三十七条",)


@pytest.mark.parametrize("ground", LeavingGround)
def test_a_contract_ends_by_its_end_or_its_notice(ground: LeavingGround):
    decision = leave(Appointment.HIRED, ground, body=SubjectKind.SOCIAL_WORK_STATION)
    assert decision.allowed is GROUNDS[ground][1]
    assert decision.code == ""


@pytest.mark.parametrize("ground", LeavingGround)
def test_an_appointment_ends_by_order_or_resignation(ground: LeavingGround):
    decision = leave(Appointment.APPOINTED, ground, body=SubjectKind.SUBDISTRICT_OFFICE)
    assert decision.allowed is GROUNDS[ground][2]
    assert decision.code == ""


@pytest.mark.covers("X-09")
@pytest.mark.parametrize("basis", ["", "   "])
def test_a_lawful_ground_without_its_decision_is_not_shown(basis: str):
    decision = leave(Appointment.ELECTED, LeavingGround.RECALLED, basis=basis)
    assert (decision.code, decision.citations) == ("X-09", ("城市居民委员会组织法第二十条",))


@pytest.mark.covers("X-09")
def test_a_term_ends_on_its_last_day_and_not_before():
    assert leave(Appointment.ELECTED, LeavingGround.TERM_ENDED, on=date(2026, 11, 8)).code == "X-09"
    assert leave(Appointment.ELECTED, LeavingGround.TERM_ENDED, on=date(2026, 11, 9)).allowed
    assert leave(Appointment.ELECTED, LeavingGround.TERM_ENDED, on=date(2026, 11, 10)).allowed


@pytest.mark.parametrize(
    ("ends_on", "allowed"), [(date(2026, 11, 9), True), (date(2026, 11, 10), False), (None, False)]
)
def test_a_contract_ends_on_its_last_day_and_an_open_one_never(ends_on: date | None, allowed: bool):
    decision = leave(Appointment.HIRED, LeavingGround.CONTRACT_ENDED, body=SubjectKind.SERVICE_CENTRE, ends_on=ends_on)
    assert decision.allowed is allowed


@pytest.mark.covers("X-09")
def test_two_appraisals_end_the_office_of_committee_members_alone():
    decision = leave(
        Appointment.ELECTED, LeavingGround.TWO_INCOMPETENT_APPRAISALS, body=SubjectKind.SUPERVISION_COMMITTEE
    )
    assert decision.code == "X-09"


def test_a_nominated_member_leaves_the_election_committee():
    assert leave(Appointment.ELECTED, LeavingGround.NOMINATED, body=SubjectKind.ELECTION_COMMITTEE).allowed


@pytest.mark.parametrize(
    ("ground", "body", "article"),
    [
        (LeavingGround.RECALLED, SubjectKind.RESIDENTS_COMMITTEE, "城市居民委员会组织法第二十条"),
        (LeavingGround.RESIGNED, SubjectKind.RESIDENTS_COMMITTEE, "城市居民委员会组织法第二十一条"),
        (LeavingGround.ELECTION_INVALID, SubjectKind.RESIDENTS_COMMITTEE, "城市居民委员会组织法第二十二条"),
        (LeavingGround.SENTENCED, SubjectKind.RESIDENTS_COMMITTEE, "城市居民委员会组织法第二十三条"),
        (LeavingGround.LOST_CAPACITY, SubjectKind.RESIDENTS_COMMITTEE, "城市居民委员会组织法第二十三条"),
        (LeavingGround.TWO_INCOMPETENT_APPRAISALS, SubjectKind.RESIDENTS_COMMITTEE, "城市居民委员会组织法第三十七条"),
        (LeavingGround.NOMINATED, SubjectKind.ELECTION_COMMITTEE, "城市居民委员会组织法第十五条"),
        (LeavingGround.DIED, SubjectKind.OWNERS_COMMITTEE, "民法典第十三条"),
        (LeavingGround.RECALLED, SubjectKind.OWNERS_COMMITTEE, ""),
        (LeavingGround.CONTRACT_ENDED, SubjectKind.SERVICE_CENTRE, ""),
    ],
)
def test_a_leaving_rests_on_its_article(ground: LeavingGround, body: SubjectKind, article: str):
    assert article_of(ground, body) == article


@pytest.mark.covers("X-09")
@pytest.mark.parametrize(
    ("appointment", "is_changed", "code"),
    [
        (Appointment.ELECTED, True, "X-09"),
        (Appointment.ELECTED, False, ""),
        (Appointment.HIRED, True, ""),
        (Appointment.APPOINTED, True, ""),
    ],
)
def test_an_elected_term_is_not_moved(appointment: Appointment, is_changed: bool, code: str):
    decision = may_change_end(appointment=appointment, body=SubjectKind.RESIDENTS_COMMITTEE, is_changed=is_changed)
    assert (decision.allowed, decision.code) == (code == "", code)


@pytest.mark.covers("X-09")
@pytest.mark.parametrize(
    ("has_elected", "basis", "code"),
    [(True, "", "X-09"), (True, "示范区人民政府 2026 年第 5 号批复", ""), (False, "", "")],
)
def test_a_body_is_not_closed_to_be_rid_of_its_members(has_elected: bool, basis: str, code: str):
    decision = may_close(body=SubjectKind.RESIDENTS_COMMITTEE, has_elected=has_elected, basis=basis)
    assert decision.code == code
    assert decision.citations == (("城市居民委员会组织法第三条",) if code else ())
