"""Lending a post's powers to a deputy while its holder is away, and taking them back (代办)."""

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_noop as _

from sanhu.domains.evidence.once import Once
from sanhu.domains.evidence.record import record
from sanhu.domains.subjects.events import SubjectEvent
from sanhu.domains.subjects.models import Account, Delegation, Person, Post
from sanhu.domains.subjects.permissions import Permission
from sanhu.domains.subjects.queries import delegations_visible_to, held, posts_in_force
from sanhu.domains.subjects.rules.delegating import Absence, Deputy, Loan, may_last, may_lend, may_stand_in
from sanhu.domains.subjects.services.doors import NOT_PERMITTED, FieldRefused, NotFound, post_for, require
from sanhu.engines.actors import Actor
from sanhu.engines.decisions import Refused, refuse
from sanhu.engines.legal_time import legal_day


def delegate(
    *,
    post_id: int,
    deputy_staff_number: str,
    permissions: Collection[str],
    starts_on: date,
    ends_on: date,
    reason: str,
    actor: Actor,
    at: datetime,
    client_id: UUID,
) -> Delegation:
    """Lend powers of a post from one day to another, both included: its holder does, or whoever keeps the posts.

    Raises NotFound for another district's post, FieldRefused for what one field says, Refused for the rest,
    requests.ConflictError for a client_id used for something else.
    """
    wanted: dict[str, object] = {
        "post": post_id,
        "deputy": deputy_staff_number.strip().upper(),
        "permissions": sorted(permissions),
        "starts_on": starts_on.isoformat(),
        "ends_on": ends_on.isoformat(),
        "reason": reason,
    }
    once = Once(client_id=client_id, actor=actor, asked={"delegate": wanted}, at=at)

    @transaction.atomic
    def write() -> str:
        post = _lent_by(actor, post_id, at=at)
        loan = Loan(
            post=held(post),
            holder_id=post.person_id,
            permissions=tuple(sorted(permissions)),
            starts_on=starts_on,
            ends_on=ends_on,
        )
        deputy = _deputy(actor, deputy_staff_number, loan, at=at)
        _check(loan, reason, at=at)
        _not_twice(post, loan)
        return once.remember(str(_give(post, deputy, loan, reason, actor=actor, at=at).pk))

    return Delegation.objects.get(pk=int(once.answer(write)))


def end(*, delegation_id: int, actor: Actor, at: datetime, client_id: UUID) -> Delegation:
    """Take a delegation back at once: its holder, its deputy or whoever keeps the posts may.

    Raises NotFound for what is none of theirs, Refused where it is over.
    """
    once = Once(client_id=client_id, actor=actor, asked={"end_delegation": delegation_id}, at=at)

    @transaction.atomic
    def write() -> str:
        locked = delegations_visible_to(actor).select_for_update(of=("self",))
        delegation = locked.filter(pk=delegation_id).first()
        if delegation is None:
            raise NotFound
        if delegation.ended_at is not None or delegation.ends_on < legal_day(at):
            raise Refused(refuse(_("这次代办已经结束")))
        delegation.ended_at, delegation.ended_by_id = max(at, delegation.given_at), actor.person_id
        delegation.save(update_fields=["ended_at", "ended_by"])
        _enter(SubjectEvent.DELEGATION_ENDED, delegation, actor=actor, at=at)
        return once.remember(str(delegation.pk))

    return Delegation.objects.get(pk=int(once.answer(write)))


def may_arrange(post: Post, actor: Actor) -> bool:
    """Tell whether somebody may lend a post's powers: their own, in their own name, or any, who keeps the posts."""
    is_own = actor.person_id == post.person_id and actor.stands_for is None
    return is_own or actor.may(Permission.SUBJECTS_MANAGE)


def _lent_by(actor: Actor, post_id: int, *, at: datetime) -> Post:
    """Give the post, locked, so that two loans of it never overlap."""
    post = post_for(actor, post_id)
    if actor.person_id is None or not may_arrange(post, actor):
        raise Refused(refuse(NOT_PERMITTED))
    if not posts_in_force(at).filter(pk=post.pk).exists():
        raise Refused(refuse(_("这个岗位现在不在任")))
    return post


def _deputy(actor: Actor, staff_number: str, loan: Loan, *, at: datetime) -> Person:
    number = staff_number.strip().upper()
    person = Person.objects.filter(district=actor.district, staff_number=number).first()
    if person is None:
        raise FieldRefused("deputy_staff_number", refuse(_("代办人：本区没有这个工号")))
    posts = posts_in_force(at).filter(person=person).select_related("role")
    deputy = Deputy(
        person_id=person.pk,
        is_active=Account.objects.filter(person=person, is_active=True).exists(),
        posts=tuple(held(post) for post in posts),
    )
    require(may_stand_in(deputy, post=loan.post, holder_id=loan.holder_id), field="deputy_staff_number")
    return person


def _check(loan: Loan, reason: str, *, at: datetime) -> None:
    require(may_lend(loan), field="permissions")
    require(may_last(loan, today=legal_day(at), most_days=settings.SANHU_DELEGATION_MOST_DAYS), field="ends_on")
    if reason not in set(Absence):
        raise FieldRefused("reason", refuse(_("事由：没有这一项")))


def _not_twice(post: Post, loan: Loan) -> None:
    others = Delegation.objects.filter(post=post, ended_at__isnull=True)
    if others.filter(starts_on__lte=loan.ends_on, ends_on__gte=loan.starts_on).exists():
        raise FieldRefused("starts_on", refuse(_("从哪天起：这个岗位在这段时间已经安排了代办，请先结束那一次")))


def _give(post: Post, deputy: Person, loan: Loan, reason: str, *, actor: Actor, at: datetime) -> Delegation:
    assert actor.person_id is not None, "_lent_by asked for a person"
    delegation = Delegation.objects.create(
        post=post,
        deputy=deputy,
        permissions=[one.value for one in Permission if one in loan.permissions],
        starts_on=loan.starts_on,
        ends_on=loan.ends_on,
        reason=reason,
        given_by_id=actor.person_id,
        given_at=at,
    )
    _enter(SubjectEvent.DELEGATION_GIVEN, delegation, actor=actor, at=at)
    return delegation


def _enter(event: SubjectEvent, delegation: Delegation, *, actor: Actor, at: datetime) -> None:
    record(
        event=event,
        actor=actor,
        at=at,
        subject=delegation.ref,
        district=delegation.post.organisation.district,
        rows=[delegation],
        facts={
            "post": f"post:{delegation.post_id}",
            "deputy": f"person:{delegation.deputy_id}",
            "permissions": list(delegation.permissions),
            "starts_on": delegation.starts_on,
            "ends_on": delegation.ends_on,
        },
    )
