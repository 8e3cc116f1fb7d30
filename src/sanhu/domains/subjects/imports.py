"""Bringing in bodies, people and posts from tables (H.6): how a row is recognised, and what it does."""

from django.utils.translation import gettext_noop as _

from sanhu.domains.subjects import columns
from sanhu.domains.subjects.appointments import Appointment
from sanhu.domains.subjects.columns import areas_of, day_of
from sanhu.domains.subjects.intake import Into, Outcome, TableImport
from sanhu.domains.subjects.kinds import ONE_PER_DISTRICT, Specialty, SubjectKind
from sanhu.domains.subjects.models import Organisation, Person, Post, Role
from sanhu.domains.subjects.services.doors import FieldRefused
from sanhu.domains.subjects.services.organisations import OrganisationChange, change_organisation, create_organisation
from sanhu.domains.subjects.services.people import add_person, change_person, staff_number_of
from sanhu.domains.subjects.services.posts import PostChange, Terms, appoint, change_post
from sanhu.engines.codes.result import normalise
from sanhu.engines.decisions import refuse
from sanhu.engines.legal_time import day_start, legal_day
from sanhu.engines.tables import Row

OTHER_KIND = _("机构类型不能更改；另一类机构请另立")
NO_BODY = _("本区没有这个机构")
NO_PERSON = _("本区没有这个工号")
NO_ROLE = _("没有这个角色")
FIXED_TERMS = _("任职方式和用人单位不能更改；请先办理离任，再重新任职")


def _organisation(into: Into, row: Row) -> Outcome:
    """A body is recognised by its credit code, else by its name.

    The coordinating body and the government are recognised by being the only ones, so that the names they were founded
    with can be put right.
    """
    known = _known_body(into.district, row)
    parent = _body(into, row["parent"], column="parent") if row["parent"] else None
    if known is None:
        create_organisation(
            district=into.district,
            name=row["name"],
            kind=SubjectKind(row["kind"]),
            specialty=Specialty(row["specialty"] or Specialty.GENERAL),
            uscc=row["uscc"],
            areas=areas_of(row["areas"]),
            parent_id=parent.pk if parent else None,
            active_from=day_of(row["active_from"]) or legal_day(into.at),
            active_to=day_of(row["active_to"]),
            actor=into.actor,
            at=into.at,
        )
        return Outcome.ADDED
    if known.kind != row["kind"]:
        raise FieldRefused("kind", refuse(OTHER_KIND))
    change = OrganisationChange(
        name=row["name"],
        specialty=Specialty(row["specialty"]) if row["specialty"] else None,
        uscc=row["uscc"] or None,
        areas=areas_of(row["areas"]),
        parent_id=parent.pk if parent else None,
        active_from=day_of(row["active_from"]),
        active_to=day_of(row["active_to"]),
    )
    changed = change_organisation(organisation_id=known.pk, change=change, actor=into.actor, at=into.at)
    return Outcome.CHANGED if changed else Outcome.UNCHANGED


def _known_body(district: str, row: Row) -> Organisation | None:
    bodies = Organisation.objects.filter(district=district)
    code = normalise(row["uscc"])[0]
    found = bodies.filter(uscc=code).first() if code else None
    found = found or bodies.filter(name=row["name"]).first()
    if found is None and SubjectKind(row["kind"]) in ONE_PER_DISTRICT:
        specialty = row["specialty"] or Specialty.GENERAL
        found = bodies.filter(kind=row["kind"], specialty=specialty, active_to__isnull=True).first()
    return found


def _body(into: Into, named: str, *, column: str) -> Organisation:
    """Find a body of the district by its credit code or its name."""
    bodies = Organisation.objects.filter(district=into.district)
    found = bodies.filter(uscc=normalise(named)[0]).first() or bodies.filter(name=named).first()
    if found is None:
        raise FieldRefused(column, refuse(NO_BODY))
    return found


def _person(into: Into, row: Row) -> Outcome:
    """A person is recognised by staff number."""
    number = staff_number_of(row["staff_number"])
    known = Person.objects.filter(district=into.district, staff_number=number).first()
    name, phone = row["name"], row["phone"]
    if known is None:
        add_person(district=into.district, staff_number=number, name=name, phone=phone, actor=into.actor, at=into.at)
        return Outcome.ADDED
    changed = change_person(person_id=known.pk, name=name, phone=phone or None, actor=into.actor, at=into.at)
    return Outcome.CHANGED if changed else Outcome.UNCHANGED


def _post(into: Into, row: Row) -> Outcome:
    """A post is recognised by person, body, role and first day; nobody who left it comes back by an old file."""
    number = staff_number_of(row["staff_number"])
    person = Person.objects.filter(district=into.district, staff_number=number).first()
    if person is None:
        raise FieldRefused("staff_number", refuse(NO_PERSON))
    body = _body(into, row["organisation"], column="organisation")
    role = Role.objects.filter(code=row["role"]).first() or Role.objects.filter(name=row["role"]).first()
    if role is None:
        raise FieldRefused("role", refuse(NO_ROLE))
    terms = _terms(into, row)
    known = Post.objects.filter(person=person, organisation=body, role=role, starts_at=day_start(terms.starts_on))
    if (post := known.first()) is not None:
        return _change_post(into, row, post, terms)
    appoint(
        person_id=person.pk,
        organisation_id=body.pk,
        role=role.code,
        title=row["title"],
        terms=terms,
        actor=into.actor,
        at=into.at,
    )
    return Outcome.ADDED


def _terms(into: Into, row: Row) -> Terms:
    employer = _body(into, row["employer"], column="employer") if row["employer"] else None
    starts_on = day_of(row["starts_on"])
    assert starts_on is not None, "the column is required"
    return Terms(
        appointment=Appointment(row["appointment"]),
        starts_on=starts_on,
        term_ends_on=day_of(row["term_ends_on"]),
        contract_number=row["contract_number"],
        contract_ends_on=day_of(row["contract_ends_on"]),
        employer_id=employer.pk if employer else None,
        dual_post_basis=row["dual_post_basis"],
    )


def _change_post(into: Into, row: Row, post: Post, terms: Terms) -> Outcome:
    if post.left_at is not None:
        return Outcome.UNCHANGED
    if (post.appointment, post.employer_id) != (terms.appointment, terms.employer_id):
        raise FieldRefused("appointment", refuse(FIXED_TERMS))
    change = PostChange(
        title=row["title"],
        term_ends_on=terms.term_ends_on,
        contract_number=terms.contract_number or None,
        contract_ends_on=terms.contract_ends_on,
    )
    changed = change_post(post_id=post.pk, change=change, actor=into.actor, at=into.at)
    return Outcome.CHANGED if changed else Outcome.UNCHANGED


def _staff_number(row: Row) -> str:
    return normalise(row["staff_number"])[0]


import_organisations = TableImport(
    kind="organisations", columns=columns.ORGANISATIONS, key=lambda row: (row["name"],), take=_organisation
)
import_people = TableImport(kind="people", columns=columns.PEOPLE, key=lambda row: (_staff_number(row),), take=_person)
import_posts = TableImport(
    kind="posts",
    columns=columns.POSTS,
    key=lambda row: (_staff_number(row), row["organisation"], row["role"], row["starts_on"]),
    take=_post,
)
