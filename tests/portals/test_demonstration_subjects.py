"""The demonstration's tables: they come in without a fault, and a matter finds its one body nearly everywhere."""

from datetime import datetime
from importlib import resources

import pytest

from sanhu.domains.catalogue.models import Duty
from sanhu.domains.catalogue.services.loading import load_catalogue
from sanhu.domains.places.models import Area, AreaLevel
from sanhu.domains.places.services import import_divisions
from sanhu.domains.subjects.imports import import_organisations, import_people, import_posts
from sanhu.domains.subjects.kinds import Sector
from sanhu.domains.subjects.models import Organisation, Person, Post
from sanhu.domains.subjects.queries import actor_of, bodies_serving, posts_in_force
from sanhu.domains.subjects.services.founding import found_district
from sanhu.engines.actors import SYSTEM
from sanhu.engines.tables import ImportReport

pytestmark = pytest.mark.django_db
TABLES = {"organisations": import_organisations, "people": import_people, "posts": import_posts}


def lines(name: str) -> list[bytes]:
    return resources.files("sanhu.portals.cli").joinpath("demo", name).read_bytes().splitlines(keepends=True)


def load(at: datetime, district: str, folder: str = "") -> list[ImportReport]:
    found_district(code=district, actor=SYSTEM, at=at)
    return [
        table(lines=lines(f"{folder}{name}.csv"), district=district, actor=SYSTEM, at=at)
        for name, table in TABLES.items()
    ]


@pytest.fixture
def divisions(db: None, at: datetime) -> None:
    """Import the areas of both demonstration districts."""
    for name in ("areas", "streets", "villages"):
        report = import_divisions(lines=lines(f"{name}.csv"), actor=SYSTEM, at=at, source=f"{name}.csv")
        assert report.faults == ()


@pytest.mark.parametrize(("district", "folder"), [("990101", ""), ("990102", "other/")])
def test_every_row_comes_in(divisions: None, at: datetime, district: str, folder: str):
    reports = load(at, district, folder)
    assert [report.faults for report in reports] == [(), (), ()]
    assert all(report.is_written for report in reports)
    assert posts_in_force(at).filter(organisation__district=district).count() == reports[2].read + 3


@pytest.mark.covers("R3", "R22")
def test_the_district_has_streets_communities_and_bodies_of_every_sector(divisions: None, at: datetime):
    load(at, "990101")
    areas = Area.objects.filter(code__startswith="990101")
    assert areas.filter(level=AreaLevel.SUBDISTRICT).count() == 3
    assert areas.filter(level=AreaLevel.COMMUNITY).count() == 12
    assert {body.sector for body in Organisation.objects.all()} == set(Sector)
    names = Person.objects.values_list("staff_number", flat=True)
    assert len(names) == len(set(names))


# Nobody lives in a firm everywhere: these kinds of body exist in some communities and are gaps in the others.
SOMEWHERE = {
    "election_committee",
    "grassroots_org",
    "owners",
    "owners_assembly",
    "owners_committee",
    "property_firm",
    "property_management_committee",
    "representatives_meeting",
    "residents",
    "residents_assembly",
    "residents_group",
    "title_unit",
}


def test_a_duty_finds_one_body_in_every_community_but_for_the_known_gaps(divisions: None, at: datetime):
    load(at, "990101")
    version = load_catalogue(district="990101", actor=SYSTEM, at=at).version
    leads = set(Duty.objects.filter(item__version=version).values_list("lead_kind", "lead_specialty"))
    communities = Area.objects.filter(code__startswith="990101", level=AreaLevel.COMMUNITY)
    found = {
        (kind, specialty): {
            area.code: len(bodies_serving(district="990101", kind=kind, specialty=specialty, location=area.code, at=at))
            for area in communities
        }
        for kind, specialty in leads
    }
    assert len(leads) > 30
    assert {kind for (kind, _), counts in found.items() if set(counts.values()) != {1}} <= SOMEWHERE
    firms = found["property_firm", "general"]
    assert {code for code, count in firms.items() if count == 2} == {"990101003003"}
    assert {code for code, count in firms.items() if count == 0} == {"990101001004", "990101002003", "990101002004"}


@pytest.mark.parametrize(
    ("number", "name", "appointment", "power", "area"),
    [
        ("0011", "周", "appointed", "matter.accept", "990101001"),
        ("0012", "徐", "appointed", "matter.assign", "990101001"),
        ("0021", "吴", "appointed", "matter.sign", "990101"),
        ("0022", "孙", "appointed", "matter.handle", "990101"),
        ("0031", "陈", "elected", "matter.verify", "990101001001"),
        ("0032", "何", "hired", "matter.close", "990101001"),
        ("0041", "马", "hired", "matter.sign", "990101001003"),
    ],
)
def test_each_of_the_cast_stands_where_the_story_needs_them(
    divisions: None, at: datetime, number: str, name: str, appointment: str, power: str, area: str
):
    load(at, "990101")
    post = Post.objects.get(person__district="990101", person__staff_number=number)
    actor = actor_of(post)
    assert post.person.name.startswith(name)
    assert (post.appointment, actor.areas, actor.may(power)) == (appointment, (area,), True)


def test_the_gate_has_somebody_for_each_of_its_steps(divisions: None, at: datetime):
    load(at, "990101")
    posts = posts_in_force(at).filter(person__district="990101").select_related("role", "person", "organisation")
    holders = {
        power: sorted(post.person.staff_number for post in posts if power in post.role.permissions)
        for power in (
            "admission.examine",
            "admission.check_legality",
            "admission.check_funding",
            "admission.vote",
            "admission.decide",
            "funding.budget",
            "funding.close",
        )
    }
    assert holders == {
        "admission.examine": ["0071"],
        "admission.check_legality": ["0076"],
        "admission.check_funding": ["0077", "0078"],
        "admission.vote": ["0023", "0025", "0026", "0027", "0075"],
        "admission.decide": ["0075"],
        "funding.budget": ["0077"],
        "funding.close": ["0078"],
    }
    members = posts.filter(role__code="joint_meeting_member").values_list("organisation__kind", flat=True)
    assert set(members) == {"district_coordination_body"}


def test_the_stranger_has_every_power_over_matters_and_none_of_it_here(divisions: None, at: datetime):
    load(at, "990101")
    load(at, "990102", "other/")
    zheng = Post.objects.get(person__district="990102", person__staff_number="0011")
    actor = actor_of(zheng)
    assert zheng.person.name.startswith("郑")
    assert {power for power in actor.permissions if power.startswith("matter.")} == {
        "matter.view",
        "matter.register",
        "matter.accept",
        "matter.assign",
        "matter.sign",
        "matter.handle",
        "matter.verify",
        "matter.close",
        "matter.extend",
        "matter.merge",
        "matter.urge",
        "matter.publish",
    }
    assert (actor.district, actor.covers("990101001001")) == ("990102", False)


def test_rare_characters_are_among_the_names(divisions: None, at: datetime):
    load(at, "990101")
    names = "".join(person.name for person in Person.objects.all())
    assert "𠮷" in names
    assert "㛃" in names
