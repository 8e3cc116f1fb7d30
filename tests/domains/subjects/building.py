"""Bodies, people and posts made the only way there is: through the services."""

from datetime import date, datetime

from sanhu.domains.evidence.models import Entry
from sanhu.domains.subjects.appointments import Appointment
from sanhu.domains.subjects.kinds import Specialty, SubjectKind
from sanhu.domains.subjects.models import Account, Organisation, Person, Post
from sanhu.domains.subjects.queries import actor_of, capacities_of
from sanhu.domains.subjects.services.accounts import open_account
from sanhu.domains.subjects.services.organisations import create_organisation
from sanhu.domains.subjects.services.people import add_person
from sanhu.domains.subjects.services.posts import Terms, appoint
from sanhu.engines.actors import SYSTEM, Actor

DISTRICT = "990101"
STREET = "990101001"
COMMUNITY = "990101001001"
SINCE = date(2020, 1, 1)

ELECTED = Terms(Appointment.ELECTED, date(2026, 1, 10), term_ends_on=date(2031, 1, 9))
APPOINTED = Terms(Appointment.APPOINTED, date(2024, 1, 1))


def hired(employer: Organisation, **terms: object) -> Terms:
    """Terms of a contract with an employer."""
    return Terms(
        **{
            "appointment": Appointment.HIRED,
            "starts_on": date(2026, 1, 1),
            "contract_number": "SG-2026-7",
            "contract_ends_on": date(2027, 12, 31),
            "employer_id": employer.pk,
            **terms,
        }
    )


def body(
    name: str,
    kind: SubjectKind,
    area: str,
    *,
    at: datetime,
    specialty: Specialty = Specialty.GENERAL,
    parent: Organisation | None = None,
) -> Organisation:
    """Register a body of the district in which its area lies."""
    return create_organisation(
        district=area[:6],
        name=name,
        kind=kind,
        specialty=specialty,
        areas=[area],
        active_from=SINCE,
        parent_id=parent.pk if parent else None,
        actor=SYSTEM,
        at=at,
    )


def committee(*, at: datetime, name: str = "翠园社区居民委员会", area: str = COMMUNITY) -> Organisation:
    return body(name, SubjectKind.RESIDENTS_COMMITTEE, area, at=at)


def street(*, at: datetime, name: str = "东湖街道办事处", area: str = STREET) -> Organisation:
    return body(name, SubjectKind.SUBDISTRICT_OFFICE, area, at=at)


def person(name: str, number: str, *, at: datetime, district: str = DISTRICT) -> Person:
    return add_person(district=district, staff_number=number, name=name, actor=SYSTEM, at=at)


def post(holder: Person, place: Organisation, role: str, terms: Terms, *, at: datetime) -> Post:
    return appoint(
        person_id=holder.pk, organisation_id=place.pk, role=role, title="工作人员", terms=terms, actor=SYSTEM, at=at
    )


def account(holder: Person, *, at: datetime) -> Account:
    return open_account(person_id=holder.pk, actor=SYSTEM, at=at)


def actors(held: Account, *, at: datetime) -> list[Actor]:
    """What somebody may act as at this moment."""
    return [capacity.actor for capacity in capacities_of(held, at=at)]


def administrator(role: str, *, at: datetime, district: str = DISTRICT) -> Actor:
    """The actor of one of a district's three administrators."""
    found = Post.objects.get(role__code=role, organisation__district=district)
    return actor_of(found)


def last_entry() -> Entry:
    return Entry.objects.order_by("-id")[0]
