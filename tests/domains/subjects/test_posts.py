"""Posts are given, changed and ended through rules the database holds too; powers end at once."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from sanhu.domains.subjects.appointments import Appointment, LeavingGround
from sanhu.domains.subjects.kinds import SubjectKind
from sanhu.domains.subjects.models import Person, Post, Role
from sanhu.domains.subjects.services.accounts import deactivate_account
from sanhu.domains.subjects.services.doors import FieldRefused, NotFound
from sanhu.domains.subjects.services.founding import FoundedDistrict
from sanhu.domains.subjects.services.organisations import OrganisationChange, change_organisation
from sanhu.domains.subjects.services.posts import PostChange, Terms, appoint, change_post, leave_post
from sanhu.engines.actors import SYSTEM, Actor
from sanhu.engines.decisions import Decision, Refused
from tests.domains.subjects import building

pytestmark = pytest.mark.django_db
SHANGHAI = "+08:00"


@pytest.fixture
def chen(district: FoundedDistrict, at: datetime) -> Post:
    """Give 陈's elected post in the committee of 翠园社区."""
    return building.post(
        building.person("陈睦", "0031", at=at), building.committee(at=at), "committee_member", building.ELECTED, at=at
    )


@pytest.fixture
def he(district: FoundedDistrict, at: datetime) -> Post:
    """Give 何's hired post in the station, employed by the street's service centre."""
    centre = building.body("东湖街道社区服务中心", SubjectKind.SERVICE_CENTRE, building.STREET, at=at)
    station = building.body(
        "东湖街道社会工作服务站", SubjectKind.SOCIAL_WORK_STATION, building.STREET, at=at, parent=centre
    )
    return building.post(
        building.person("何悦", "0032", at=at), station, "community_worker", building.hired(centre), at=at
    )


@pytest.fixture
def zhou(district: FoundedDistrict, at: datetime) -> Post:
    """Give 周's appointed post at the street's window."""
    return building.post(
        building.person("周慧", "0011", at=at), building.street(at=at), "window_clerk", building.APPOINTED, at=at
    )


def give(holder: Post | Person, place: Post, role: str, terms: Terms, *, actor: Actor, at: datetime) -> Post:
    person = holder if isinstance(holder, Person) else holder.person
    return appoint(
        person_id=person.pk,
        organisation_id=place.organisation_id,
        role=role,
        title="工作人员",
        terms=terms,
        actor=actor,
        at=at,
    )


def refusal(call: Any, **arguments: Any) -> Decision:
    with pytest.raises(Refused) as told:
        call(**arguments)
    return told.value.decision


@pytest.mark.covers("R48")
def test_a_post_gives_the_powers_of_its_role_in_the_areas_of_its_body(chen: Post, he: Post, at: datetime):
    [member] = building.actors(building.account(chen.person, at=at), at=at)
    assert (member.district, member.areas) == ("990101", ("990101001001",))
    assert member.permissions == {
        "matter.view",
        "matter.sign",
        "matter.handle",
        "matter.verify",
        "subjects.view",
        "admission.view",
        "admission.hear",
        "demand.record",
        "task.suspend",
        "funding.view",
        "funding.pay",
        "funding.sign",
        "funding.disclose",
    }
    [worker] = building.actors(building.account(he.person, at=at), at=at)
    assert worker.areas == ("990101001",)
    assert (worker.may("matter.close"), worker.may("matter.sign"), member.may("matter.close")) == (True, False, False)


def test_a_post_begins_at_the_first_instant_of_its_day(zhou: Post):
    assert zhou.starts_at == datetime.fromisoformat("2024-01-01T00:00:00" + SHANGHAI)
    assert building.last_entry().event == "post.appointed"


@pytest.mark.covers("R48")
@pytest.mark.parametrize(
    "facts",
    [
        {"appointment": "elected"},
        {"appointment": "elected", "term_ends_on": date(2031, 1, 9), "contract_number": "SG-1"},
        {"appointment": "elected", "term_ends_on": date(2031, 1, 9), "contract_ends_on": date(2031, 1, 9)},
        {"appointment": "elected", "term_ends_on": date(2031, 1, 9), "employed": True},
        {"appointment": "hired", "contract_number": "SG-1"},
        {"appointment": "hired", "employed": True},
        {"appointment": "hired", "employed": True, "contract_number": "SG-1", "term_ends_on": date(2031, 1, 9)},
        {"appointment": "appointed", "term_ends_on": date(2031, 1, 9)},
        {"appointment": "appointed", "contract_number": "SG-1"},
        {"appointment": "appointed", "employed": True},
        {"appointment": "seconded"},
    ],
)
def test_the_database_keeps_elected_hired_and_appointed_apart(zhou: Post, at: datetime, facts: dict[str, Any]):
    employed = facts.pop("employed", False)
    with pytest.raises(IntegrityError), transaction.atomic():
        Post.objects.create(
            person=zhou.person,
            organisation=zhou.organisation,
            role=zhou.role,
            title="工作人员",
            starts_at=at,
            employer=zhou.organisation if employed else None,
            **facts,
        )


@pytest.mark.covers("R48")
def test_the_database_ends_no_elected_post_on_a_contracts_ground(chen: Post, at: datetime):
    for ground in ("contract_terminated", "contract_ended", "reassigned", ""):
        with pytest.raises(IntegrityError), transaction.atomic():
            Post.objects.filter(pk=chen.pk).update(left_at=at, left_ground=ground)
    assert Post.objects.filter(pk=chen.pk).update(left_at=at, left_ground="recalled") == 1


@pytest.mark.covers("R48", "X-09")
def test_an_elected_member_is_not_dismissed_by_contract(chen: Post, qian: Actor, at: datetime):
    decision = refusal(
        leave_post,
        post_id=chen.pk,
        ground=LeavingGround.CONTRACT_TERMINATED,
        basis="解除通知",
        actor=qian,
        at=at,
    )
    assert decision.code == "X-09"
    assert decision.citations == ("城市居民委员会组织法第二十条至第二十四条、第三十七条",)
    chen.refresh_from_db()
    assert chen.left_at is None


@pytest.mark.parametrize("name", ["chen", "he", "zhou"])
def test_leaving_ends_the_powers_at_once(name: str, request: pytest.FixtureRequest, qian: Actor, at: datetime):
    post: Post = request.getfixturevalue(name)
    account = building.account(post.person, at=at)
    [before] = building.actors(account, at=at)
    assert before.may("matter.view")
    left = leave_post(post_id=post.pk, ground=LeavingGround.RESIGNED, basis="辞职审议决议", actor=qian, at=at)
    assert building.actors(account, at=at) == []
    assert (left.left_at, left.left_ground, left.left_basis) == (at, "resigned", "辞职审议决议")
    entry = building.last_entry()
    assert (entry.event, entry.subject_ref, entry.actor_ref) == ("post.left", f"post:{post.pk}", qian.ref)
    assert refusal(
        leave_post, post_id=post.pk, ground=LeavingGround.RESIGNED, basis="再一次", actor=qian, at=at
    ).reasons == ("此人已离任",)


def test_an_account_that_is_closed_acts_through_no_post(zhou: Post, qian: Actor, at: datetime):
    account = building.account(zhou.person, at=at)
    assert len(building.actors(account, at=at)) == 1
    closed = deactivate_account(account_id=account.pk, actor=qian, at=at)
    assert building.actors(closed, at=at) == []


@pytest.mark.parametrize(
    ("moment", "has_powers"),
    [
        ("2026-11-08T00:00:00", True),
        ("2026-11-08T23:59:59.999999", True),  # Sunday, the last day
        ("2026-11-09T00:00:00", False),  # Monday
    ],
)
@pytest.mark.parametrize("name", ["elected", "hired"])
def test_what_ended_yesterday_gives_no_powers_at_midnight(
    district: FoundedDistrict, at: datetime, name: str, moment: str, has_powers: bool
):
    last_day = date(2026, 11, 8)
    holder = building.person("陈睦", "0031", at=at)
    street = building.street(at=at)
    if name == "elected":
        terms = replace(building.ELECTED, term_ends_on=last_day)
        building.post(holder, building.committee(at=at), "committee_member", terms, at=at)
    else:
        terms = building.hired(street, contract_ends_on=last_day)
        building.post(holder, street, "community_worker", terms, at=at)
    account = building.account(holder, at=at)
    found = building.actors(account, at=datetime.fromisoformat(moment + SHANGHAI))
    assert bool(found) is has_powers


@pytest.mark.parametrize(("moment", "has_powers"), [("2026-11-09T23:59:59", False), ("2026-11-10T00:00:00", True)])
def test_what_begins_tomorrow_gives_no_powers_today(
    district: FoundedDistrict, at: datetime, moment: str, has_powers: bool
):
    holder = building.person("周慧", "0011", at=at)
    terms = Terms(Appointment.APPOINTED, date(2026, 11, 10))
    building.post(holder, building.street(at=at), "window_clerk", terms, at=at)
    account = building.account(holder, at=at)
    assert bool(building.actors(account, at=datetime.fromisoformat(moment + SHANGHAI))) is has_powers


def test_a_closed_body_gives_no_powers(zhou: Post, at: datetime):
    account = building.account(zhou.person, at=at)
    change_organisation(
        organisation_id=zhou.organisation_id,
        change=OrganisationChange(active_to=date(2026, 11, 8)),
        actor=SYSTEM,
        at=at,
    )
    assert building.actors(account, at=at) == []


@pytest.mark.covers("R48")
def test_an_elected_and_a_hired_post_of_one_person_need_a_written_basis(
    chen: Post, he: Post, qian: Actor, at: datetime
):
    assert he.employer is not None
    terms = building.hired(he.employer)
    reason = "同一人兼任选举产生和聘用的职务，须写明准许兼任的法律或者地方规定"
    with pytest.raises(Refused) as told:
        give(chen, he, "community_worker", terms, actor=qian, at=at)
    assert told.value.decision.reasons == (reason,)
    basis = "示范区社区工作者管理办法第六条"
    both = give(chen, he, "community_worker", replace(terms, dual_post_basis=basis), actor=qian, at=at)
    assert both.dual_post_basis == basis
    assert both.row_ref in building.last_entry().body


def test_a_member_whose_term_is_over_may_be_hired(chen: Post, he: Post, qian: Actor, at: datetime):
    assert he.employer is not None
    terms = building.hired(he.employer, starts_on=date(2031, 1, 10), contract_ends_on=date(2031, 12, 31))
    assert give(chen, he, "community_worker", terms, actor=qian, at=at).pk


@pytest.mark.covers("R47", "R48")
def test_a_committee_employs_nobody_and_holds_no_hired_post(chen: Post, he: Post, qian: Actor, at: datetime):
    holder = building.person("林㛃", "0034", at=at)
    employed = building.hired(chen.organisation)
    with pytest.raises(Refused) as told:
        give(holder, he, "community_worker", employed, actor=qian, at=at)
    assert told.value.decision.reasons == ("居民委员会不能作社区工作者的用人单位",)
    assert he.employer is not None
    with pytest.raises(Refused) as told:
        give(holder, chen, "community_worker", building.hired(he.employer), actor=qian, at=at)
    assert told.value.decision.reasons == ("这类组织的成员由选举或者推选产生，不能聘用或者任命",)


def test_what_an_elected_member_may_do_nobody_gets_by_contract(he: Post, qian: Actor, at: datetime):
    assert he.employer is not None
    holder = building.person("林㛃", "0034", at=at)
    with pytest.raises(Refused) as told:
        give(holder, he, "committee_member", building.hired(he.employer), actor=qian, at=at)
    assert told.value.decision.reasons == ("这个角色不能以这种方式任职",)


def test_a_contract_is_renewed_and_entered(he: Post, qian: Actor, at: datetime):
    change = PostChange(contract_number="SG-2027-7", contract_ends_on=date(2028, 12, 31))
    assert change_post(post_id=he.pk, change=change, actor=qian, at=at) == ("contract_number", "contract_ends_on")
    entry = building.last_entry()
    assert entry.event == "post.changed"
    assert change_post(post_id=he.pk, change=change, actor=qian, at=at) == ()
    assert building.last_entry() == entry


@pytest.mark.covers("X-09")
@pytest.mark.parametrize("ends_on", [date(2026, 11, 8), date(2030, 1, 9)])
def test_a_term_is_not_shortened_to_be_rid_of_a_member(chen: Post, qian: Actor, at: datetime, ends_on: date):
    decision = refusal(change_post, post_id=chen.pk, change=PostChange(term_ends_on=ends_on), actor=qian, at=at)
    assert decision.code == "X-09"
    assert change_post(post_id=chen.pk, change=PostChange(title="主任"), actor=qian, at=at) == ("title",)


def test_a_change_cannot_blur_what_a_post_is(zhou: Post, qian: Actor, at: datetime):
    decision = refusal(change_post, post_id=zhou.pk, change=PostChange(contract_number="SG-1"), actor=qian, at=at)
    assert decision.reasons == ("任命的职务没有合同和用人单位",)


@pytest.mark.parametrize(("starts_on", "field"), [(date(2019, 12, 31), "organisation"), (date(2020, 1, 1), None)])
def test_nobody_holds_a_post_before_the_body_exists(
    district: FoundedDistrict, qian: Actor, at: datetime, starts_on: date, field: str | None
):
    holder, place = building.person("周慧", "0011", at=at), building.street(at=at)
    terms = Terms(Appointment.APPOINTED, starts_on)
    if field is None:
        assert building.post(holder, place, "window_clerk", terms, at=at).pk
        return
    with pytest.raises(FieldRefused) as told:
        building.post(holder, place, "window_clerk", terms, at=at)
    assert told.value.field == field


def test_an_unknown_role_is_refused_by_its_field(zhou: Post, qian: Actor, at: datetime):
    with pytest.raises(FieldRefused) as told:
        give(zhou, zhou, "mayor", building.APPOINTED, actor=qian, at=at)
    assert told.value.field == "role"


def test_the_three_are_given_and_taken_by_the_security_administrator(
    zhou: Post, qian: Actor, feng: Actor, at: datetime
):
    audit = Post.objects.get(role__code="audit_administrator")
    holder = building.person("沈二", "0004", at=at)
    appointed = Terms(Appointment.APPOINTED, date(2026, 11, 9))
    with pytest.raises(Refused) as told:
        give(holder, audit, "audit_administrator", appointed, actor=qian, at=at)
    assert told.value.decision.reasons == ("您的岗位没有这项权限",)
    with pytest.raises(Refused):
        leave_post(post_id=audit.pk, ground=LeavingGround.REASSIGNED, basis="", actor=qian, at=at)
    assert leave_post(post_id=audit.pk, ground=LeavingGround.REASSIGNED, basis="", actor=feng, at=at).left_at == at
    assert give(holder, audit, "audit_administrator", appointed, actor=feng, at=at).role.is_administrator
    with pytest.raises(Refused) as told:
        give(holder, zhou, "window_clerk", appointed, actor=feng, at=at)
    assert told.value.decision.reasons == ("您的岗位没有这项权限",)


def test_an_administrator_takes_no_other_post_and_gives_none_to_themselves(
    zhou: Post, qian: Actor, feng: Actor, at: datetime
):
    audit = Post.objects.get(role__code="audit_administrator")
    with pytest.raises(Refused) as told:
        give(audit, zhou, "window_clerk", building.APPOINTED, actor=qian, at=at)
    assert told.value.decision.reasons == ("管理员不得兼任其他职务",)
    own = Post.objects.get(pk=qian.post_id)
    with pytest.raises(Refused) as told:
        give(own, zhou, "window_clerk", building.APPOINTED, actor=qian, at=at)
    assert told.value.decision.reasons == ("不能任命自己",)
    security, today = Post.objects.get(pk=feng.post_id), Terms(Appointment.APPOINTED, date(2026, 11, 9))
    with pytest.raises(Refused) as told:
        give(zhou, security, "system_administrator", today, actor=feng, at=at)
    assert told.value.decision.reasons == ("管理员不得兼任其他职务",)


def test_another_districts_people_posts_and_bodies_are_not_found(
    zhou: Post, qian: Actor, neighbour: FoundedDistrict, at: datetime
):
    theirs = building.street(name="北关街道办事处", area="990102001", at=at)
    zheng = building.person("郑远", "0011", district="990102", at=at)
    post = building.post(zheng, theirs, "integrated_clerk", building.APPOINTED, at=at)
    for arguments in (
        {"person_id": zheng.pk, "organisation_id": zhou.organisation_id},
        {"person_id": zhou.person_id, "organisation_id": theirs.pk},
        {"person_id": 10**9, "organisation_id": zhou.organisation_id},
    ):
        with pytest.raises(NotFound):
            appoint(**arguments, role="duty_officer", title="派遣员", terms=building.APPOINTED, actor=qian, at=at)
    with pytest.raises(NotFound):
        give(zhou, zhou, "duty_officer", building.hired(theirs), actor=qian, at=at)
    with pytest.raises(NotFound):
        change_post(post_id=post.pk, change=PostChange(title="改"), actor=qian, at=at)
    with pytest.raises(NotFound):
        leave_post(post_id=post.pk, ground=LeavingGround.REASSIGNED, basis="", actor=qian, at=at)
    with pytest.raises(NotFound):
        appoint(
            person_id=zheng.pk,
            organisation_id=zhou.organisation_id,
            role="duty_officer",
            title="派遣员",
            terms=building.APPOINTED,
            actor=SYSTEM,
            at=at,
        )


def test_a_post_not_yet_begun_is_not_left(district: FoundedDistrict, qian: Actor, at: datetime):
    terms = Terms(Appointment.APPOINTED, date(2026, 11, 10))
    post = building.post(building.person("周慧", "0011", at=at), building.street(at=at), "window_clerk", terms, at=at)
    decision = refusal(leave_post, post_id=post.pk, ground=LeavingGround.REASSIGNED, basis="", actor=qian, at=at)
    assert decision.reasons == ("任职尚未开始",)


def test_what_a_role_carries_comes_from_its_row(zhou: Post, at: datetime):
    account = building.account(zhou.person, at=at)
    Role.objects.filter(pk=zhou.role_id).update(permissions=["matter.view"])
    [actor] = building.actors(account, at=at)
    assert actor.permissions == {"matter.view"}
