"""Which donations may be taken and what they may pay for: the tables of the rules, expected values by hand."""

from datetime import date
from itertools import product

import pytest

from sanhu.domains.funding.donation_rules import (
    Donor,
    by_agreement,
    check_change,
    check_checked,
    check_donor,
    check_donor_words,
    check_public_purpose,
    check_use,
    check_voluntary,
    check_way,
    may_erase_donor,
    may_keep,
    may_publish_donation,
    received_due_on,
    used_due_on,
)
from sanhu.domains.funding.donation_terms import AmountSetBy, CameBy, DonorKind, Naming
from sanhu.domains.funding.spending_terms import ExpenseKind
from sanhu.domains.subjects.permissions import Permission
from sanhu.engines.actors import Actor, ActorKind

CHARITY_32, CHARITY_26, MEASURE_20 = "慈善法第三十二条", "慈善法第二十六条", "分类管理办法第二十条"
BODY, OTHER_BODY, DISTRICT = 7, 8, "990101"


@pytest.mark.covers("R63", "R55", "X-12", "X-10")
@pytest.mark.parametrize(
    ("set_by", "is_duty", "code", "citations"),
    [
        (AmountSetBy.DONOR, False, "", ()),
        (AmountSetBy.ORGAN, False, "X-12", (CHARITY_32,)),
        (AmountSetBy.ORGAN, True, "X-12", (CHARITY_32,)),
        (AmountSetBy.APPORTIONED, False, "X-12", (CHARITY_32,)),
        (AmountSetBy.CONDITION, False, "X-12", (CHARITY_32,)),
        (AmountSetBy.CONDITION, True, "X-10", (MEASURE_20, CHARITY_32)),
    ],
)
def test_a_donation_is_the_donors_own_decision(set_by, is_duty, code, citations):
    decision = check_voluntary(set_by=set_by, is_government_duty=is_duty)
    assert bool(decision) is (not code)
    assert (decision.code, decision.citations) == (code, citations)


def test_an_unknown_way_of_setting_the_amount_is_no_way():
    assert not check_voluntary(set_by="lottery", is_government_duty=False)


@pytest.mark.parametrize(
    ("donor", "faults"),
    [
        (Donor(DonorKind.PERSON, "张三", naming=Naming.MASKED), set()),
        (Donor(DonorKind.ANONYMOUS), set()),
        (Donor(DonorKind.PERSON, " "), {"donor_name"}),
        (Donor(DonorKind.ENTERPRISE, "翠" * 61), {"donor_name"}),
        (Donor(DonorKind.ANONYMOUS, "张三"), {"donor_name"}),
        (Donor(DonorKind.ANONYMOUS, naming=Naming.FULL), {"naming"}),
        (Donor(DonorKind.PERSON, "张三", "1" * 61), {"donor_contact"}),
    ],
)
def test_a_donor_is_named_or_anonymous_never_both(donor, faults):
    assert set(check_donor(donor)) == faults


@pytest.mark.parametrize(
    ("came_by", "charity", "citations"),
    [
        (CameBy.OWN_ACCORD, "", None),
        (CameBy.CHARITY, "示范区慈善会", None),
        (CameBy.PUBLIC_APPEAL, "", (CHARITY_26,)),
        (CameBy.CHARITY, " ", (CHARITY_26,)),
        (CameBy.CHARITY, "善" * 101, ()),
        ("by_order", "", ()),
    ],
)
def test_a_committee_appeals_to_the_public_through_a_charity_alone(came_by, charity, citations):
    decision = check_way(came_by, charity)
    assert bool(decision) is (citations is None)
    assert citations is None or decision.citations == citations


@pytest.mark.covers("R63", "X-12")
@pytest.mark.parametrize(
    ("expense", "agreed", "meets", "code"),
    [
        (ExpenseKind.ACTIVITY, (), "为老人办重阳节聚餐", ""),
        (ExpenseKind.WAGES, (), "给护理员发补贴", "X-12"),
        (ExpenseKind.OFFICE, (ExpenseKind.WAGES,), "买打印纸", "X-12"),
        (ExpenseKind.WAGES, (ExpenseKind.WAGES,), "给护理员发补贴", ""),
        (ExpenseKind.ACTIVITY, (), "  ", "X-12"),
    ],
)
def test_it_pays_for_the_donors_purpose_alone(expense, agreed, meets, code):
    decision = check_use(meets=meets, expense=expense, agreed=agreed)
    assert (bool(decision), decision.code) == (not code, code)
    assert not code or decision.citations == (CHARITY_32,)


def test_words_have_their_measure():
    assert not check_use(meets="字" * 201, expense=ExpenseKind.ACTIVITY, agreed=())
    assert not check_donor_words(" ")
    assert not check_donor_words("字" * 501)
    assert check_donor_words("给老人用")
    assert not check_checked("")
    assert not check_checked("字" * 201)
    assert check_checked("核对了身份证和协议原件")


def test_what_everybody_reads_names_nobody():
    assert check_public_purpose("社区老年食堂添置桌椅")
    assert not check_public_purpose("给3号楼2单元501室的张三，电话13800990101")


def test_wages_and_office_need_the_donors_word():
    assert by_agreement() == {ExpenseKind.WAGES, ExpenseKind.OFFICE}


@pytest.mark.parametrize(
    ("before", "after", "consent", "faults"),
    [
        ("老年食堂", "儿童书屋", "变更函〔2026〕1号", set()),
        ("老年食堂", "老年食堂 ", "变更函〔2026〕1号", {"purpose"}),
        ("老年食堂", "", "变更函〔2026〕1号", {"purpose"}),
        ("老年食堂", "给张三，电话13800990101", "变更函〔2026〕1号", {"purpose"}),
        ("老年食堂", "儿童书屋", "", {"consent"}),
        ("老年食堂", "儿童书屋", "函" * 101, {"consent"}),
    ],
)
def test_the_purpose_changes_with_the_donors_written_consent(before, after, consent, faults):
    assert set(check_change(before=before, after=after, consent=consent)) == faults


def actor_with(*permissions: Permission, body: int = BODY, district: str = DISTRICT) -> Actor:
    return Actor(
        kind=ActorKind.POST,
        district=district,
        organisation_id=body,
        permissions=frozenset(permissions),
    )


@pytest.mark.parametrize(
    ("actor", "keeps", "publishes"),
    [
        (actor_with(Permission.FUNDING_PAY), True, True),
        (actor_with(Permission.FUNDING_PAY, body=OTHER_BODY), False, False),
        (actor_with(Permission.FUNDING_BUDGET, body=OTHER_BODY), True, True),
        (actor_with(Permission.FUNDING_BUDGET, district="990102"), False, False),
        (actor_with(Permission.FUNDING_DISCLOSE), False, True),
        (actor_with(Permission.FUNDING_DISCLOSE, body=OTHER_BODY), False, False),
        (actor_with(Permission.FUNDING_VIEW), False, False),
    ],
)
def test_who_sees_to_a_bodys_donations(actor, keeps, publishes):
    assert bool(may_keep(body_id=BODY, district=DISTRICT, actor=actor)) is keeps
    assert bool(may_publish_donation(body_id=BODY, district=DISTRICT, actor=actor)) is publishes


def test_a_donor_is_erased_once_nothing_is_left_and_not_before():
    eraser = actor_with(Permission.PERSONAL_DATA_ERASE)
    allowed = {
        (left, waiting, erased)
        for left, waiting, erased in product((0, 1), (False, True), (False, True))
        if may_erase_donor(left_fen=left, is_waiting=waiting, is_erased=erased, actor=eraser)
    }
    assert allowed == {(0, False, False)}
    assert not may_erase_donor(left_fen=0, is_waiting=False, is_erased=False, actor=actor_with())


@pytest.mark.parametrize(
    ("day", "received", "used"),
    [
        (date(2026, 1, 1), date(2026, 1, 16), date(2026, 4, 20)),
        (date(2026, 3, 31), date(2026, 4, 15), date(2026, 4, 20)),
        (date(2026, 4, 1), date(2026, 4, 16), date(2026, 7, 20)),
        (date(2026, 12, 31), date(2027, 1, 15), date(2027, 1, 20)),
    ],
)
def test_what_came_in_and_what_went_out_have_their_days(day, received, used):
    assert (received_due_on(day), used_due_on(day)) == (received, used)
