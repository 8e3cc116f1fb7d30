"""Giving posts, renewing contracts and ending posts: elected, hired and appointed stay apart (R48, X-09)."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_noop as _

from sanhu.domains.evidence.record import record
from sanhu.domains.subjects.appointments import Appointment, LeavingGround
from sanhu.domains.subjects.events import SubjectEvent
from sanhu.domains.subjects.kinds import SubjectKind
from sanhu.domains.subjects.models import Organisation, Post, Role
from sanhu.domains.subjects.permissions import Permission
from sanhu.domains.subjects.queries import posts_overlapping
from sanhu.domains.subjects.rules.bodies import is_sound_text
from sanhu.domains.subjects.rules.holding import Holding, may_hold
from sanhu.domains.subjects.rules.leaving import Leaving, article_of, may_change_end, may_leave
from sanhu.domains.subjects.services.doors import (
    FieldRefused,
    NotFound,
    organisation_for,
    permit,
    person_for,
    post_for,
    require,
    role_for,
)
from sanhu.engines.actors import Actor
from sanhu.engines.decisions import Refused, refuse
from sanhu.engines.legal_time import day_start, legal_day

TITLE_LENGTH = 60


@dataclass(frozen=True)
class Terms:
    """On what terms a post is held: a term, a contract, or neither; and what permits a second post beside it."""

    appointment: Appointment
    starts_on: date
    term_ends_on: date | None = None
    contract_number: str = ""
    contract_ends_on: date | None = None
    employer_id: int | None = None
    dual_post_basis: str = ""


def appoint(
    *, person_id: int, organisation_id: int, role: str, title: str, terms: Terms, actor: Actor, at: datetime
) -> Post:
    """Put a person into a post from the first instant of `terms.starts_on`.

    Administrators' posts are given by the security administrator, all others by the system administrator, and nobody
    gives one to themselves. Raises Refused with every reason against it.
    """
    with transaction.atomic():
        carried = role_for(role)
        _permit(actor, carried)
        person, body = person_for(actor, person_id), organisation_for(actor, organisation_id)
        employer = organisation_for(actor, terms.employer_id) if terms.employer_id is not None else None
        if any(other.district != body.district for other in (person, employer or body)):
            raise NotFound
        if person.pk in actor.persons:
            raise Refused(refuse(_("不能任命自己")))
        require(is_sound_text(title, most=TITLE_LENGTH), field="title")
        if not _is_active(body, terms.starts_on):
            raise FieldRefused("organisation", refuse(_("这一机构在起始日期尚未设立或者已经撤销")))
        post = Post(
            person=person,
            organisation=body,
            role=carried,
            title=title.strip(),
            appointment=terms.appointment,
            starts_at=day_start(terms.starts_on),
            term_ends_on=terms.term_ends_on,
            contract_number=terms.contract_number.strip(),
            contract_ends_on=terms.contract_ends_on,
            employer=employer,
            dual_post_basis=terms.dual_post_basis.strip(),
        )
        held = [_holding(other) for other in posts_overlapping(person, starts_on=terms.starts_on)]
        require(
            may_hold(_holding(post), held=held, carried_by=carried.appointments, dual_post_basis=post.dual_post_basis)
        )
        post.save()
        _enter(SubjectEvent.POST_APPOINTED, post, actor=actor, at=at)
    return post


@dataclass(frozen=True)
class PostChange:
    """What is to change of a post; None leaves a value as it is."""

    title: str | None = None
    term_ends_on: date | None = None
    contract_number: str | None = None
    contract_ends_on: date | None = None


def change_post(*, post_id: int, change: PostChange, actor: Actor, at: datetime) -> tuple[str, ...]:
    """Put a title right or renew a contract, and give the names of what changed.

    An elected post's term is the electors': refused with X-09.
    """
    with transaction.atomic():
        post = post_for(actor, post_id)
        _permit(actor, post.role)
        before = post.witnessed_values()
        is_term_changed = change.term_ends_on is not None and change.term_ends_on != post.term_ends_on
        body = SubjectKind(post.organisation.kind)
        kind = Appointment(post.appointment)
        require(may_change_end(appointment=kind, body=body, is_changed=is_term_changed), field="term_ends_on")
        if change.title is not None:
            require(is_sound_text(change.title, most=TITLE_LENGTH), field="title")
            post.title = change.title.strip()
        post.term_ends_on = change.term_ends_on or post.term_ends_on
        post.contract_number = (change.contract_number or post.contract_number).strip()
        post.contract_ends_on = change.contract_ends_on or post.contract_ends_on
        require(
            may_hold(_holding(post), held=[], carried_by=post.role.appointments, dual_post_basis=post.dual_post_basis)
        )
        changed = tuple(field for field, value in post.witnessed_values().items() if value != before[field])
        if changed:
            post.save()
            _enter(SubjectEvent.POST_CHANGED, post, actor=actor, at=at, changed=changed)
    return changed


def leave_post(*, post_id: int, ground: LeavingGround, basis: str, actor: Actor, at: datetime) -> Post:
    """End a post and its powers at once. An elected member's ends only as the law says (X-09)."""
    with transaction.atomic():
        post = post_for(actor, post_id)
        _permit(actor, post.role)
        if post.left_at is not None:
            raise Refused(refuse(_("此人已离任")))
        if post.starts_at > at:
            raise Refused(refuse(_("任职尚未开始")))
        body = SubjectKind(post.organisation.kind)
        leaving = Leaving(
            appointment=Appointment(post.appointment),
            body=body,
            ground=ground,
            basis=basis,
            on=legal_day(at),
            ends_on=post.term_ends_on or post.contract_ends_on,
        )
        require(may_leave(leaving))
        post.leave(ground=ground, basis=basis.strip(), at=at)
        facts = {"ground": ground.value, "article": article_of(ground, body)}
        _enter(SubjectEvent.POST_LEFT, post, actor=actor, at=at, **facts)
    return post


def _permit(actor: Actor, role: Role) -> None:
    """Who gives powers to others has none over the three administrators: those are the security administrator's."""
    permit(actor, Permission.ROLE_MANAGE if role.is_administrator else Permission.SUBJECTS_MANAGE)


def _is_active(body: Organisation, on: date) -> bool:
    return body.active_from <= on and (body.active_to is None or on <= body.active_to)


def _holding(post: Post) -> Holding:
    return Holding(
        appointment=Appointment(post.appointment),
        organisation_id=post.organisation_id,
        body=SubjectKind(post.organisation.kind),
        areas=tuple(
            post.organisation.served_areas.filter(ended_at__isnull=True).order_by("code").values_list("code", flat=True)
        ),
        role=post.role.code,
        is_administrator=post.role.is_administrator,
        starts_on=legal_day(post.starts_at),
        term_ends_on=post.term_ends_on,
        contract_number=post.contract_number,
        contract_ends_on=post.contract_ends_on,
        employer=SubjectKind(post.employer.kind) if post.employer else None,
    )


def _enter(event: SubjectEvent, post: Post, *, actor: Actor, at: datetime, **facts: object) -> None:
    record(
        event=event,
        actor=actor,
        at=at,
        subject=f"post:{post.pk}",
        district=post.organisation.district,
        rows=[post],
        facts={"role": post.role.code, "appointment": post.appointment, **facts},
    )
