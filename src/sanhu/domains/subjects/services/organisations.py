"""Registering bodies, changing what they are and closing them (R3, R16, R47)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_noop as _

from sanhu.domains.evidence.record import record
from sanhu.domains.subjects.appointments import Appointment
from sanhu.domains.subjects.events import SubjectEvent
from sanhu.domains.subjects.kinds import ONE_PER_DISTRICT, Specialty, SubjectKind
from sanhu.domains.subjects.models import Organisation, ServedArea
from sanhu.domains.subjects.permissions import Permission
from sanhu.domains.subjects.queries import posts_in_force
from sanhu.domains.subjects.rules.bodies import is_sound_text, is_sound_uscc, may_belong, may_serve, served_code
from sanhu.domains.subjects.rules.leaving import may_close
from sanhu.domains.subjects.services.doors import (
    FieldRefused,
    NotFound,
    enter_district,
    organisation_for,
    permit,
    require,
)
from sanhu.engines.actors import Actor
from sanhu.engines.codes.result import normalise
from sanhu.engines.decisions import refuse
from sanhu.engines.legal_time import day_start

NAME_LENGTH = 100


def create_organisation(
    *,
    district: str,
    name: str,
    kind: SubjectKind,
    areas: Collection[str],
    actor: Actor,
    at: datetime,
    active_from: date,
    specialty: Specialty = Specialty.GENERAL,
    uscc: str = "",
    parent_id: int | None = None,
    active_to: date | None = None,
) -> Organisation:
    """Register a body. `areas` are codes of 6, 9, 12 or 15 digits within its district."""
    permit(actor, Permission.SUBJECTS_MANAGE)
    with transaction.atomic():
        body = Organisation(
            district=enter_district(actor, district),
            kind=kind,
            specialty=specialty,
            active_from=active_from,
            active_to=active_to,
        )
        _name(body, name)
        _code(body, uscc)
        _belong(body, _parent(actor, body, parent_id))
        _alone(body)
        _check_days(body)
        codes = _codes(body, areas)
        body.save()
        served = [ServedArea.objects.create(organisation=body, code=code) for code in codes]
        record(
            event=SubjectEvent.ORGANISATION_CREATED,
            actor=actor,
            at=at,
            subject=f"organisation:{body.pk}",
            district=body.district,
            rows=[body, *served],
            facts={"kind": kind.value, "specialty": specialty.value, "areas": codes},
        )
    return body


@dataclass(frozen=True)
class OrganisationChange:
    """What is to change; None leaves a value as it is. `basis` names the decision a closing rests on."""

    name: str | None = None
    specialty: Specialty | None = None
    uscc: str | None = None
    areas: Collection[str] | None = None
    parent_id: int | None = None
    active_from: date | None = None
    active_to: date | None = None
    basis: str = ""


def change_organisation(
    *, organisation_id: int, change: OrganisationChange, actor: Actor, at: datetime
) -> tuple[str, ...]:
    """Change a body and give the names of what changed; what changes nothing leaves no entry.

    The kind is what a body is: a body of another kind is another body. `active_to` is its last day.
    """
    permit(actor, Permission.SUBJECTS_MANAGE)
    with transaction.atomic():
        body = organisation_for(actor, organisation_id)
        before = body.witnessed_values()
        if change.name is not None:
            _name(body, change.name)
        if change.specialty is not None:
            body.specialty = change.specialty
        if change.uscc is not None:
            _code(body, change.uscc)
        if change.parent_id is not None:
            _belong(body, _parent(actor, body, change.parent_id))
        _move_days(body, change, at=at)
        served = _serve(body, change.areas, at=at) if change.areas is not None else []
        changed = tuple(field for field, value in body.witnessed_values().items() if value != before[field])
        if changed:
            _alone(body)
            body.save()
        if not changed and not served:
            return ()
        changed += ("areas",) if served else ()
        record(
            event=SubjectEvent.ORGANISATION_CHANGED,
            actor=actor,
            at=at,
            subject=f"organisation:{body.pk}",
            district=body.district,
            rows=[body, *served],
            facts={"changed": changed},
        )
    return changed


def _name(body: Organisation, name: str) -> None:
    name = name.strip()
    require(is_sound_text(name, most=NAME_LENGTH), field="name")
    if Organisation.objects.filter(district=body.district, name=name).exclude(pk=body.pk).exists():
        raise FieldRefused("name", refuse(_("本区已有同名机构")))
    body.name = name


def _code(body: Organisation, uscc: str) -> None:
    code = normalise(uscc)[0]
    require(is_sound_uscc(code), field="uscc")
    if code and Organisation.objects.filter(district=body.district, uscc=code).exclude(pk=body.pk).exists():
        raise FieldRefused("uscc", refuse(_("本区已有机构使用这个统一社会信用代码")))
    body.uscc = code


def _parent(actor: Actor, body: Organisation, parent_id: int | None) -> Organisation | None:
    if parent_id is None:
        return None
    parent = organisation_for(actor, parent_id)
    if parent.district != body.district:
        raise NotFound
    if parent.pk == body.pk:
        raise FieldRefused("parent", refuse(_("机构不能是它自己的上级")))
    return parent


def _belong(body: Organisation, parent: Organisation | None) -> None:
    above = SubjectKind(parent.kind) if parent else None
    require(may_belong(kind=SubjectKind(body.kind), parent=above), field="parent")
    body.parent = parent


def _alone(body: Organisation) -> None:
    """A district has one coordinating body and one government (of a specialty)."""
    if SubjectKind(body.kind) not in ONE_PER_DISTRICT or body.active_to is not None:
        return
    others = Organisation.objects.filter(
        district=body.district, kind=body.kind, specialty=body.specialty, active_to__isnull=True
    )
    if others.exclude(pk=body.pk).exists():
        raise FieldRefused("kind", refuse(_("本区已有这类机构，一区只有一个")))


def _codes(body: Organisation, areas: Collection[str]) -> list[str]:
    codes = sorted({served_code(area) for area in areas})
    require(may_serve(kind=SubjectKind(body.kind), codes=codes, district=body.district), field="areas")
    return codes


def _serve(body: Organisation, areas: Collection[str], *, at: datetime) -> list[ServedArea]:
    """Let the body serve exactly these areas; give the rows that began or ended."""
    wanted = set(_codes(body, areas))
    serving = {row.code: row for row in body.served_areas.filter(ended_at__isnull=True)}
    ended = [serving[code] for code in sorted(set(serving) - wanted)]
    for row in ended:
        row.end(at=at)
    begun = [ServedArea.objects.create(organisation=body, code=code) for code in sorted(wanted - set(serving))]
    return [*ended, *begun]


def _move_days(body: Organisation, change: OrganisationChange, *, at: datetime) -> None:
    if change.active_from is not None and change.active_from != body.active_from:
        if body.posts.filter(starts_at__lt=day_start(change.active_from)).exists():
            raise FieldRefused("active_from", refuse(_("此前已有人任职，设立日期不能推后")))
        body.active_from = change.active_from
    if change.active_to is not None and change.active_to != body.active_to:
        elected = posts_in_force(at).filter(organisation=body, appointment=Appointment.ELECTED)
        decision = may_close(body=SubjectKind(body.kind), has_elected=elected.exists(), basis=change.basis)
        require(decision, field="active_to")
        body.active_to, body.closing_basis = change.active_to, change.basis.strip()
    _check_days(body)


def _check_days(body: Organisation) -> None:
    if body.active_to is not None and body.active_to < body.active_from:
        raise FieldRefused("active_to", refuse(_("撤销日期早于设立日期")))
