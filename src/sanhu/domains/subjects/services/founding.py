"""Founding a district: the body that coordinates, the government, and three administrators who are three persons."""

from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_noop as _

from sanhu.domains.evidence.record import record
from sanhu.domains.places import queries as places
from sanhu.domains.places.models import Area, AreaLevel, in_force
from sanhu.domains.subjects.appointments import Appointment
from sanhu.domains.subjects.events import SubjectEvent
from sanhu.domains.subjects.kinds import SubjectKind
from sanhu.domains.subjects.models import Organisation, Person
from sanhu.domains.subjects.rules.holding import ADMINISTRATORS
from sanhu.domains.subjects.services.accounts import issue_password, open_account
from sanhu.domains.subjects.services.doors import NOT_PERMITTED, FieldRefused
from sanhu.domains.subjects.services.organisations import create_organisation
from sanhu.domains.subjects.services.people import add_person
from sanhu.domains.subjects.services.posts import Terms, appoint
from sanhu.domains.subjects.services.roles import load_roles
from sanhu.engines.actors import Actor, ActorKind
from sanhu.engines.codes import divisions
from sanhu.engines.decisions import Refused, refuse
from sanhu.engines.legal_time import legal_day

_DIGITS = 6


@dataclass(frozen=True)
class Office:
    """One of the three administrators' offices."""

    staff_number: str
    role: str
    title: str


SYSTEM_OFFICE = Office("0001", "system_administrator", "系统管理员")
SECURITY_OFFICE = Office("0002", "security_administrator", "安全管理员")
AUDIT_OFFICE = Office("0003", "audit_administrator", "审计管理员")


@dataclass(frozen=True)
class Administrators:
    """The names of the first three administrators; the offices' own names stand in until people are named."""

    system: str = SYSTEM_OFFICE.title
    security: str = SECURITY_OFFICE.title
    audit: str = AUDIT_OFFICE.title

    @property
    def in_office(self) -> tuple[tuple[Office, str], ...]:
        """Give each office with its administrator's name."""
        return ((SYSTEM_OFFICE, self.system), (SECURITY_OFFICE, self.security), (AUDIT_OFFICE, self.audit))


@dataclass(frozen=True)
class FirstSignIn:
    """An account with its one-time password, to be handed over once."""

    username: str
    role: str
    name: str
    password: str = field(repr=False)


@dataclass(frozen=True)
class FoundedDistrict:
    """What a founding made."""

    district: str
    name: str
    bodies: tuple[Organisation, ...]
    sign_ins: tuple[FirstSignIn, ...]


def found_district(
    *, code: str, actor: Actor, at: datetime, name: str = "", administrators: Administrators | None = None
) -> FoundedDistrict:
    """Found a district. Only the house itself does, once for each code.

    Without a name the imported divisions are asked, and where they know none yet, the code stands for it: the import
    of bodies puts it right later. Raises Refused, or FieldRefused for what one argument says.
    """
    if actor.kind is not ActorKind.SYSTEM:
        raise Refused(refuse(NOT_PERMITTED))
    people = administrators or Administrators()
    if len({person.strip() for _office, person in people.in_office}) < len(people.in_office):
        reason = _("系统、安全、审计三名管理员须为三个不同的人")
        raise FieldRefused("administrators", refuse(reason, citations=(ADMINISTRATORS,)))
    with transaction.atomic():
        _check_code(code, at=at)
        name = name.strip() or places.name_of(code, legal_day(at)) or code
        load_roles(actor=actor, at=at)
        bodies = _bodies(code, name, actor=actor, at=at)
        sign_ins = tuple(
            _administrator(bodies[1], office, person, actor=actor, at=at) for office, person in people.in_office
        )
        record(
            event=SubjectEvent.DISTRICT_FOUNDED,
            actor=actor,
            at=at,
            subject=f"district:{code}",
            district=code,
            facts={"bodies": [body.pk for body in bodies]},
        )
    return FoundedDistrict(district=code, name=name, bodies=bodies, sign_ins=sign_ins)


def _check_code(code: str, *, at: datetime) -> None:
    found = divisions.check(code)
    if not found.valid:
        raise FieldRefused("code", refuse(*found.reasons))
    if len(code) != _DIGITS or code.endswith("0000"):
        raise FieldRefused("code", refuse(_("区（县、市）的代码为 6 位")))
    in_province = Area.objects.filter(in_force(legal_day(at)), code__startswith=code[:2])
    districts = in_province.filter(level=AreaLevel.DISTRICT)
    if districts.exists() and not districts.filter(code=divisions.padded(code)).exists():
        raise FieldRefused("code", refuse(_("已导入的区划中没有这个代码")))
    if Organisation.objects.filter(district=code).exists() or Person.objects.filter(district=code).exists():
        raise FieldRefused("code", refuse(_("这个区已经建立")))


def _bodies(code: str, name: str, *, actor: Actor, at: datetime) -> tuple[Organisation, Organisation]:
    def create(kind: SubjectKind, body_name: str) -> Organisation:
        return create_organisation(
            district=code, name=body_name, kind=kind, areas=[code], active_from=legal_day(at), actor=actor, at=at
        )

    return (
        create(SubjectKind.DISTRICT_COORDINATION_BODY, f"{name}社区建设协调管理机构"),
        create(SubjectKind.DISTRICT_GOVERNMENT, f"{name}人民政府"),
    )


def _administrator(body: Organisation, office: Office, name: str, *, actor: Actor, at: datetime) -> FirstSignIn:
    person = add_person(district=body.district, staff_number=office.staff_number, name=name, actor=actor, at=at)
    post = appoint(
        person_id=person.pk,
        organisation_id=body.pk,
        role=office.role,
        title=office.title,
        terms=Terms(appointment=Appointment.APPOINTED, starts_on=legal_day(at)),
        actor=actor,
        at=at,
    )
    account = open_account(person_id=person.pk, actor=actor, at=at)
    password = issue_password(account_id=account.pk, actor=actor, at=at)
    return FirstSignIn(username=account.username, role=post.role.name, name=person.name, password=password)
