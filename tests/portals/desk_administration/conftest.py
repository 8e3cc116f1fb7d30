"""Two founded districts with a few bodies and the cast in their posts, each with a desk of their own."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

import pytest
from django.core.management import call_command
from django.test import Client
from pytest_django import DjangoDbBlocker

from sanhu.domains.catalogue import shipped
from sanhu.domains.catalogue.models import CatalogueVersion
from sanhu.domains.catalogue.services.instruments import register_instrument
from sanhu.domains.catalogue.services.loading import load_catalogue
from sanhu.domains.places.services import import_divisions
from sanhu.domains.subjects.appointments import Appointment
from sanhu.domains.subjects.kinds import Specialty, SubjectKind
from sanhu.domains.subjects.models import Account, Organisation, Post
from sanhu.domains.subjects.services.accounts import change_password, open_account
from sanhu.domains.subjects.services.founding import Administrators, FoundedDistrict, found_district
from sanhu.domains.subjects.services.organisations import create_organisation
from sanhu.domains.subjects.services.people import add_person
from sanhu.domains.subjects.services.posts import Terms, appoint
from sanhu.engines.actors import SYSTEM, Actor, ActorKind
from tests.conftest import MONDAY_MORNING, Clock

DIVISIONS = """code,name
990101,示范区
990101001,东湖街道
990101001001,翠园社区
990101001002,湖滨社区
990101002,柳堤街道
990101002001,柳荫社区
990102,对照区
990102001,北关街道
990102001001,北关社区
"""
PASSWORD = "a long enough password 2026"
ADMINISTRATORS = ("钱", "冯", "沈")


@dataclass
class District:
    """What was made, and a way to sit down at anybody's desk."""

    at: datetime
    bodies: dict[str, Organisation]
    posts: dict[str, Post]

    def desk(self, surname: str) -> Client:
        """A browser in which somebody of the cast is signed in."""
        client = Client()
        client.force_login(Account.objects.get(person=self.posts[surname].person))
        return client


@pytest.fixture(scope="module")
def founded(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[District]:
    """Found both districts once for a module whose tests roll back, and clear the database after it."""
    with django_db_blocker.unblock():
        made = _found(MONDAY_MORNING)
    yield made
    with django_db_blocker.unblock():
        call_command("flush", interactive=False, verbosity=0)


@pytest.fixture
def district(founded: District, db: None, clock: Clock) -> District:
    """Give 990101 with 钱, 冯, 沈 and the cast, and 990102 with 郑, as they stand in the database."""
    assert clock.now() == founded.at
    bodies = Organisation.objects.in_bulk(body.pk for body in founded.bodies.values())
    posts = Post.objects.select_related("person", "role").in_bulk(post.pk for post in founded.posts.values())
    return District(
        at=founded.at,
        bodies={name: bodies[body.pk] for name, body in founded.bodies.items()},
        posts={surname: posts[post.pk] for surname, post in founded.posts.items()},
    )


def _found(at: datetime) -> District:
    report = import_divisions(lines=DIVISIONS.encode().splitlines(keepends=True), actor=SYSTEM, at=at, source="test")
    assert report.faults == ()
    people = {"990101": Administrators("钱立", "冯守", "沈鉴"), "990102": Administrators("郝立", "秦守", "唐鉴")}
    founded = {code: found_district(code=code, actor=SYSTEM, at=at, administrators=people[code]) for code in people}
    made = _bodies(at)
    posts = _cast(made, at)
    for surname, post in zip(ADMINISTRATORS, _administrators(founded["990101"], at), strict=True):
        posts[surname] = post
    posts["郝"] = next(iter(_administrators(founded["990102"], at)))
    return District(at=at, bodies=made, posts=posts)


def _bodies(at: datetime) -> dict[str, Organisation]:
    def body(name: str, kind: SubjectKind, area: str, specialty: Specialty = Specialty.GENERAL) -> Organisation:
        return create_organisation(
            district=area[:6],
            name=name,
            kind=kind,
            specialty=specialty,
            areas=[area],
            active_from=date(2020, 1, 1),
            actor=SYSTEM,
            at=at,
        )

    return {
        "street": body("东湖街道办事处", SubjectKind.SUBDISTRICT_OFFICE, "990101001"),
        "centre": body("东湖街道社区服务中心", SubjectKind.SERVICE_CENTRE, "990101001"),
        "committee": body("翠园社区居民委员会", SubjectKind.RESIDENTS_COMMITTEE, "990101001001"),
        "bureau": body("示范区城市管理局", SubjectKind.FUNCTIONAL_DEPARTMENT, "990101", Specialty.URBAN_MANAGEMENT),
        "coordination": Organisation.objects.get(district="990101", kind=SubjectKind.DISTRICT_COORDINATION_BODY),
        "other_street": body("北关街道办事处", SubjectKind.SUBDISTRICT_OFFICE, "990102001"),
    }


def _cast(bodies: dict[str, Organisation], at: datetime) -> dict[str, Post]:
    appointed = Terms(Appointment.APPOINTED, date(2024, 1, 1))
    elected = Terms(Appointment.ELECTED, date(2026, 1, 10), term_ends_on=date(2031, 1, 9))
    hired = Terms(
        Appointment.HIRED,
        date(2026, 1, 1),
        contract_number="SG-2026-7",
        contract_ends_on=date(2027, 12, 31),
        employer_id=bodies["street"].pk,
    )
    cast = (
        ("周", "周慧", "0011", "street", "window_clerk", appointed),
        ("徐", "徐安", "0012", "street", "duty_officer", appointed),
        ("吴", "吴岩", "0021", "bureau", "department_head", appointed),
        ("陈", "陈兰", "0031", "committee", "committee_member", elected),
        ("何", "何平", "0032", "centre", "community_worker", hired),
        ("高", "高远", "0041", "coordination", "coordination_officer", Terms(Appointment.APPOINTED, date(2026, 11, 9))),
        ("石", "石磊", "0042", "coordination", "coordination_head", Terms(Appointment.APPOINTED, date(2026, 11, 9))),
        ("马", "马承", "0051", "bureau", "provider_officer", appointed),
        ("郑", "郑远", "0011", "other_street", "duty_officer", appointed),
    )
    posts = {}
    for surname, name, number, place, role, terms in cast:
        body = bodies[place]
        person = add_person(
            district=body.district, staff_number=number, name=name, phone="13912345678", actor=SYSTEM, at=at
        )
        posts[surname] = appoint(
            person_id=person.pk, organisation_id=body.pk, role=role, title="工作人员", terms=terms, actor=SYSTEM, at=at
        )
        open_account(person_id=person.pk, actor=SYSTEM, at=at)
    return posts


def _administrators(founded: FoundedDistrict, at: datetime) -> list[Post]:
    """The three of a district, each with a password of their own."""
    posts = []
    for sign_in in founded.sign_ins:
        account = Account.objects.get(username=sign_in.username)
        owner = Actor(kind=ActorKind.POST, district=founded.district, person_id=account.person_id)
        change_password(account_id=account.pk, old=sign_in.password, new=PASSWORD, actor=owner, at=at)
        posts.append(Post.objects.select_related("person", "role").get(person=account.person_id))
    return posts


@pytest.fixture
def catalogue(district: District) -> CatalogueVersion:
    """Load the shipped catalogue as version 1 of 990101."""
    data = shipped.demonstration_instrument()
    instrument = register_instrument(actor=SYSTEM, at=district.at, district="990101", data=data)
    return load_catalogue(actor=SYSTEM, at=district.at, district="990101", instrument=instrument).version
