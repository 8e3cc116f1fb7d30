"""Lending a post's powers: by whom, to whom, which and until when; and how it ends by itself."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import call_command
from pytest_django import DjangoDbBlocker

from sanhu.domains.evidence.models import Entry
from sanhu.domains.evidence.requests import ConflictError
from sanhu.domains.evidence.sequencer import sequence
from sanhu.domains.evidence.verify import verify
from sanhu.domains.subjects.appointments import LeavingGround
from sanhu.domains.subjects.models import Account, Delegation, Post
from sanhu.domains.subjects.permissions import Permission
from sanhu.domains.subjects.queries import capacities_of, delegations_visible_to, held, not_over
from sanhu.domains.subjects.rules.delegating import Deputy, Held, Loan, lendable, may_last, may_lend, may_stand_in
from sanhu.domains.subjects.services.accounts import deactivate_account
from sanhu.domains.subjects.services.delegations import delegate, end
from sanhu.domains.subjects.services.doors import FieldRefused, NotFound
from sanhu.domains.subjects.services.posts import leave_post
from sanhu.domains.subjects.verification import CHECKS
from sanhu.engines.actors import SYSTEM
from sanhu.engines.decisions import Refused
from tests.cast import MONDAY_MORNING, Cast, found_demo_district
from tests.deputising import lend

MONDAY = date(2026, 11, 9)


@pytest.fixture(scope="module")
def founded(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Cast]:
    """Put the cast into office, and clear the database after the module."""
    with django_db_blocker.unblock():
        cast = found_demo_district()
    yield cast
    with django_db_blocker.unblock():
        call_command("flush", interactive=False, verbosity=0)


@pytest.fixture
def cast(founded: Cast, db: None) -> Cast:
    """Give the cast to a test that rolls back."""
    return founded


CLERK = Held(body_id=1, appointment="appointed", is_administrator=False, permissions=("matter.view", "matter.accept"))
MEMBER = replace(CLERK, body_id=2, appointment="elected")
ADMINISTRATOR = replace(CLERK, is_administrator=True)
LOAN = Loan(post=CLERK, holder_id=7, permissions=("matter.accept",), starts_on=MONDAY, ends_on=MONDAY)
SOMEBODY = Deputy(person_id=8, is_active=True, posts=(CLERK,))


@pytest.mark.parametrize(
    ("permissions", "reason"),
    [
        (("matter.accept",), ""),
        (("matter.view", "matter.accept"), ""),
        ((), "代办权限：至少选择一项"),
        (("matter.close",), "代办权限：只能选择这个岗位现有的权限"),
        (("matter.accept", "no.such"), "代办权限：只能选择这个岗位现有的权限"),
        (("admission.vote",), "表决须本人参加，不能由别人代办"),
        *(
            ((one,), "代办权限：管理员的权限不能由别人代办")
            for one in (
                "role.manage", "account.manage", "account.unlock", "token.manage", "personal_data.erase",
                "personal_data.oversee", "subjects.manage", "record.view",
            )
        ),
    ],
)  # fmt: skip
def test_which_powers_may_be_lent(permissions: tuple[str, ...], reason: str):
    everything = replace(CLERK, permissions=tuple(Permission) if reason and permissions else CLERK.permissions)
    post = CLERK if "岗位现有" in reason else everything
    assert "；".join(may_lend(replace(LOAN, post=post, permissions=permissions)).reasons) == reason


@pytest.mark.parametrize(
    ("starts", "ends", "reason"),
    [
        (0, 0, ""),
        (0, 89, ""),
        (5, 94, ""),
        (0, 90, "到哪天止：超过了一次代办的最长天数"),
        (-1, 3, "从哪天起：不能早于今天"),
        (3, 2, "到哪天止：不能早于起始日期"),
    ],
)
def test_how_long_powers_may_be_lent(starts: int, ends: int, reason: str):
    first, last = MONDAY + timedelta(days=starts), MONDAY + timedelta(days=ends)
    decision = may_last(replace(LOAN, starts_on=first, ends_on=last), today=MONDAY, most_days=90)
    assert "；".join(decision.reasons) == reason


@pytest.mark.parametrize(
    ("post", "deputy", "reason"),
    [
        (CLERK, SOMEBODY, ""),
        (CLERK, replace(SOMEBODY, person_id=7), "代办人：不能是本人"),
        (CLERK, replace(SOMEBODY, is_active=False), "代办人：须有可以登录的账号和在任的岗位"),
        (CLERK, replace(SOMEBODY, posts=()), "代办人：须有可以登录的账号和在任的岗位"),
        (CLERK, replace(SOMEBODY, posts=(ADMINISTRATOR,)), "代办人：管理员不得兼任其他职务，也不能代办"),
        (MEMBER, replace(SOMEBODY, posts=(MEMBER,)), ""),
        (MEMBER, SOMEBODY, "代办人：选举产生的职务，只能由同一组织当选的其他成员代办"),
        (
            MEMBER,
            replace(SOMEBODY, posts=(replace(MEMBER, body_id=3), replace(MEMBER, appointment="hired"))),
            "代办人：选举产生的职务，只能由同一组织当选的其他成员代办",
        ),
    ],
)
def test_who_may_stand_in(post: Held, deputy: Deputy, reason: str):
    assert "；".join(may_stand_in(deputy, post=post, holder_id=7).reasons) == reason


# --- the service


def said(attempt: Any) -> tuple[str, str]:
    """Give the field and the reason of a refusal."""
    with pytest.raises(Refused) as refused:
        attempt()
    field = refused.value.field if isinstance(refused.value, FieldRefused) else ""
    return field, "；".join(refused.value.decision.reasons)


@pytest.mark.covers("R44")
def test_a_deputy_has_the_powers_that_were_lent_until_the_last_day(cast: Cast):
    zhou, xu = cast["周"], cast["徐"]
    given = lend(zhou, xu, days=3, permissions=["matter.view", "matter.accept"])
    own, lent = capacities_of(xu.account, at=MONDAY_MORNING)
    assert (own.delegation, own.actor, own.actor.through) == (None, xu.actor(), "")
    assert (lent.delegation, lent.post) == (given, zhou.post)
    actor = lent.actor
    assert (actor.person_id, actor.stands_for, actor.post_id) == (xu.person.pk, zhou.person.pk, zhou.post.pk)
    assert actor.persons == {xu.person.pk, zhou.person.pk}
    assert actor.permissions == {"matter.view", "matter.accept"}
    assert (actor.areas, actor.organisation_id) == (zhou.actor().areas, zhou.actor().organisation_id)
    assert actor.ref == f"post:{zhou.post.pk}/delegation:{given.pk}"
    # Wednesday is the last of the three days; on Thursday nothing of it is left.
    wednesday = MONDAY_MORNING + timedelta(days=2)
    assert len(capacities_of(xu.account, at=wednesday)) == 2
    assert [one.delegation for one in capacities_of(xu.account, at=wednesday + timedelta(days=1))] == [None]
    sequence()
    assert verify(checks=CHECKS).findings == ()


def test_a_role_that_loses_a_power_takes_it_from_the_deputy_too(cast: Cast):
    lend(cast["周"], cast["徐"], permissions=["matter.view", "matter.accept"])
    role = cast["周"].post.role
    role.permissions = [one for one in role.permissions if one != "matter.accept"]
    role.save()
    assert capacities_of(cast["徐"].account, at=MONDAY_MORNING)[1].actor.permissions == {"matter.view"}


@pytest.mark.parametrize("how", ["taken back", "handed back", "by the administrator"])
def test_it_is_ended_by_its_holder_its_deputy_or_whoever_keeps_the_posts(cast: Cast, how: str):
    given = lend(cast["周"], cast["徐"])
    who = {"taken back": "周", "handed back": "徐", "by the administrator": "钱"}[how]
    later = MONDAY_MORNING + timedelta(hours=1)
    for other in ("何", "郑"):
        with pytest.raises(NotFound):
            end(delegation_id=given.pk, actor=cast.actor(other), at=later, client_id=uuid4())
    ended = end(delegation_id=given.pk, actor=cast.actor(who), at=later, client_id=uuid4())
    assert (ended.ended_at, ended.ended_by_id) == (later, cast[who].person.pk)
    assert len(capacities_of(cast["徐"].account, at=later)) == 1
    again = lambda: end(delegation_id=given.pk, actor=cast.actor(who), at=later, client_id=uuid4())  # noqa: E731
    assert said(again) == ("", "这次代办已经结束")
    events = Entry.objects.filter(subject_ref=given.ref).order_by("id").values_list("event", "actor_ref")
    assert list(events) == [
        ("delegation.given", f"post:{cast['周'].post.pk}"),
        ("delegation.ended", f"post:{cast[who].post.pk}"),
    ]


@pytest.mark.parametrize("end_of", ["the post", "the deputy's own post", "the deputy's account"])
def test_it_ends_by_itself(cast: Cast, end_of: str):
    given = lend(cast["周"], cast["徐"])
    later = MONDAY_MORNING + timedelta(hours=1)
    match end_of:
        case "the deputy's account":
            deactivate_account(account_id=cast["徐"].account.pk, actor=SYSTEM, at=later)
        case _:
            post = cast["周" if end_of == "the post" else "徐"].post
            leave_post(post_id=post.pk, ground=LeavingGround.REASSIGNED, basis="调任", actor=SYSTEM, at=later)
    account = Account.objects.get(pk=cast["徐"].account.pk)
    assert given.ref not in [one.key for one in capacities_of(account, at=later)]
    if end_of != "the deputy's own post":
        assert not not_over(delegations_visible_to(cast.actor("钱")), at=later).exists()


def test_who_may_lend_and_what_is_wrong_with_a_wish(cast: Cast):
    zhou, xu = cast["周"], cast["徐"]
    assert said(lambda: lend(zhou, xu, by=cast.actor("徐"))) == ("", "您的岗位没有这项权限")
    assert said(lambda: lend(zhou, zhou)) == ("deputy_staff_number", "代办人：不能是本人")
    nobody = replace(xu, person=replace_number(xu.person, "9999"))
    assert said(lambda: lend(zhou, nobody)) == ("deputy_staff_number", "代办人：本区没有这个工号")
    other_district = replace(xu, person=replace_number(xu.person, "0051"))
    assert said(lambda: lend(zhou, other_district)) == ("deputy_staff_number", "代办人：本区没有这个工号")
    assert said(lambda: lend(zhou, cast["钱"]))[0] == "deputy_staff_number"
    assert said(lambda: lend(cast["陈"], cast["何"])) == (
        "deputy_staff_number",
        "代办人：选举产生的职务，只能由同一组织当选的其他成员代办",
    )
    assert said(lambda: lend(cast["冯"], xu, permissions=["role.manage"]))[0] == "permissions"
    assert said(lambda: lend(zhou, xu, days=91)) == ("ends_on", "到哪天止：超过了一次代办的最长天数")
    assert said(lambda: lend(zhou, xu, reason="flu")) == ("reason", "事由：没有这一项")
    with pytest.raises(NotFound):
        lend(zhou, xu, by=cast.actor("郑"))
    assert not Delegation.objects.exists()
    # For somebody who fell ill the system administrator does it; a deputy does not lend on what was lent to them.
    lent = lend(zhou, xu, by=cast.actor("钱"))
    assert lent.given_by_id == cast["钱"].person.pk
    actor = capacities_of(xu.account, at=MONDAY_MORNING)[1].actor
    assert said(lambda: lend(zhou, cast["孙"], by=actor)) == ("", "您的岗位没有这项权限")


def replace_number(person: Any, number: str) -> Any:
    """Give the person as one with another staff number, unsaved."""
    return type(person)(pk=person.pk, district=person.district, staff_number=number, name=person.name)


def test_two_loans_of_one_post_never_overlap(cast: Cast):
    zhou, xu = cast["周"], cast["徐"]
    lend(zhou, xu, starts_on=MONDAY + timedelta(days=2), days=3)  # Wednesday to Friday
    taken = ("starts_on", "从哪天起：这个岗位在这段时间已经安排了代办，请先结束那一次")
    for offset, days in ((0, 3), (2, 1), (4, 9), (0, 30)):
        assert said(lambda: lend(zhou, cast["孙"], starts_on=MONDAY + timedelta(days=offset), days=days)) == taken  # noqa: B023
    lend(zhou, cast["孙"], days=2)
    lend(zhou, cast["孙"], starts_on=MONDAY + timedelta(days=5), days=2)
    assert Delegation.objects.count() == 3
    assert Post.objects.filter(delegations__isnull=False).distinct().count() == 1


def test_a_form_sent_twice_lends_once(cast: Cast):
    wish: dict[str, Any] = {
        "post_id": cast["周"].post.pk,
        "deputy_staff_number": " 0012 ",
        "permissions": ["matter.view"],
        "starts_on": MONDAY,
        "ends_on": MONDAY,
        "reason": "away",
        "actor": cast.actor("周"),
        "at": MONDAY_MORNING,
        "client_id": uuid4(),
    }
    first = delegate(**wish)
    assert delegate(**wish) == first
    with pytest.raises(ConflictError):
        delegate(**{**wish, "ends_on": MONDAY + timedelta(days=1)})
    assert Delegation.objects.count() == 1


def test_nothing_of_an_administrator_s_post_is_lent(cast: Cast):
    for surname in ("钱", "冯", "沈"):
        assert lendable(held(cast[surname].post)) == ()
        assert said(lambda: lend(cast[surname], cast["徐"], permissions=["subjects.view"])) == (  # noqa: B023
            "permissions",
            "代办权限：管理员的权限不能由别人代办",
        )
