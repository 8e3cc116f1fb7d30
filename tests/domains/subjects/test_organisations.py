"""Bodies are registered once, within their district, at their level, under a code that proves itself."""

from datetime import date, datetime
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from sanhu.domains.subjects.kinds import Specialty, SubjectKind
from sanhu.domains.subjects.models import Organisation, ServedArea
from sanhu.domains.subjects.queries import bodies_serving, organisations_visible_to
from sanhu.domains.subjects.services.doors import FieldRefused, NotFound
from sanhu.domains.subjects.services.founding import FoundedDistrict
from sanhu.domains.subjects.services.organisations import OrganisationChange, change_organisation, create_organisation
from sanhu.engines.actors import SYSTEM, Actor, ActorKind, resident
from sanhu.engines.codes import uscc
from sanhu.engines.decisions import Refused
from tests.domains.subjects import building

pytestmark = pytest.mark.django_db
CODE = uscc.compose("55", "990101", "00000007")
RARE = "𠮷㛃苑社区居民委员会"


def create(actor: Actor, at: datetime, **facts: Any) -> Organisation:
    return create_organisation(
        **{
            "district": "990101",
            "name": "翠园社区居民委员会",
            "kind": SubjectKind.RESIDENTS_COMMITTEE,
            "areas": ["990101001001"],
            "active_from": date(2020, 1, 1),
            "actor": actor,
            "at": at,
            **facts,
        }
    )


def change(body: Organisation, actor: Actor, at: datetime, **facts: Any) -> tuple[str, ...]:
    return change_organisation(organisation_id=body.pk, change=OrganisationChange(**facts), actor=actor, at=at)


def refused(actor: Actor, at: datetime, **facts: Any) -> tuple[str, tuple[str, ...]]:
    with pytest.raises(FieldRefused) as told:
        create(actor, at, **facts)
    return told.value.field, told.value.decision.reasons


@pytest.mark.covers("R3", "R16")
def test_a_body_is_registered_with_its_entry(qian: Actor, at: datetime):
    body = create(qian, at, name=RARE, uscc=f" {CODE.lower()} ")
    body.refresh_from_db()
    assert (body.name, body.uscc, body.sector) == (RARE, CODE, "community")
    entry = building.last_entry()
    assert (entry.event, entry.subject_ref) == ("organisation.created", f"organisation:{body.pk}")
    served = ServedArea.objects.get(organisation=body)
    assert body.row_ref in entry.body
    assert served.row_ref in entry.body


@pytest.mark.parametrize(
    ("facts", "field", "reason"),
    [
        ({"areas": []}, "areas", "须写明至少一个服务区域"),
        ({"areas": ["990102001001"]}, "areas", "服务区域不在本区之内"),
        ({"areas": ["990101001001", "110101"]}, "areas", "服务区域不在本区之内"),
        ({"areas": ["9901010"]}, "areas", "服务区域应为 6、9、12 位区划代码或者 15 位网格代码"),
        ({"areas": ["东湖"]}, "areas", "服务区域应为 6、9、12 位区划代码或者 15 位网格代码"),
        ({"areas": ["990101"]}, "areas", "服务区域大于这类机构的层级"),
        ({"areas": ["990101001"]}, "areas", "服务区域大于这类机构的层级"),
        ({"kind": SubjectKind.SUBDISTRICT_OFFICE, "areas": ["990101"]}, "areas", "服务区域大于这类机构的层级"),
        ({"uscc": "55990101000000079"}, "uscc", "统一社会信用代码应为 18 位"),
        ({"uscc": CODE[:17] + ("0" if CODE[17] != "0" else "1")}, "uscc", "校验码（第 18 位）不符"),
        ({"name": " "}, "name", "不能为空"),
        ({"name": "翠" * 101}, "name", "字数超过上限"),
        ({"name": "翠园\u202e社区"}, "name", "含有控制字符或者换行"),
        ({"name": "示范区人民政府"}, "name", "本区已有同名机构"),
        ({"active_to": date(2019, 12, 31)}, "active_to", "撤销日期早于设立日期"),
        (
            {"kind": SubjectKind.DISTRICT_COORDINATION_BODY, "areas": ["990101"]},
            "kind",
            "本区已有这类机构，一区只有一个",
        ),
        (
            {"kind": SubjectKind.SOCIAL_WORK_STATION, "areas": ["990101001"]},
            "parent",
            "社会服务工作站须隶属街道社区服务中心",
        ),
    ],
)
def test_a_body_that_cannot_be_so_is_refused_by_its_field(
    qian: Actor, at: datetime, facts: dict[str, Any], field: str, reason: str
):
    before = Organisation.objects.count()
    assert refused(qian, at, **facts) == (field, (reason,))
    assert Organisation.objects.count() == before


@pytest.mark.parametrize(
    ("kind", "area"),
    [
        (SubjectKind.FUNCTIONAL_DEPARTMENT, "990101"),
        (SubjectKind.SUBDISTRICT_OFFICE, "990101001"),
        (SubjectKind.RESIDENTS_COMMITTEE, "990101001001"),
        (SubjectKind.GRASSROOTS_ORG, "990101001001003"),
    ],
)
def test_a_body_serves_a_district_a_street_a_community_or_a_cell(
    qian: Actor, at: datetime, kind: SubjectKind, area: str
):
    body = create(qian, at, kind=kind, areas=[area, area.ljust(12, "0")])
    assert [row.code for row in body.served_areas.all()] == [area]


@pytest.mark.covers("R47")
def test_a_station_belongs_to_a_service_centre_and_to_no_committee(qian: Actor, at: datetime):
    centre = building.body("东湖街道社区服务中心", SubjectKind.SERVICE_CENTRE, "990101001", at=at)
    station = {"name": "东湖街道社会工作服务站", "kind": SubjectKind.SOCIAL_WORK_STATION, "areas": ["990101001"]}
    found = create(qian, at, **station, parent_id=centre.pk)
    assert found.parent == centre
    committee = building.committee(at=at)
    with pytest.raises(FieldRefused) as told:
        change(found, qian, at, parent_id=committee.pk)
    assert told.value.field == "parent"


@pytest.mark.covers("R47")
def test_nothing_official_belongs_to_a_community_body(qian: Actor, at: datetime):
    committee = building.committee(at=at)
    told = refused(
        qian, at, name="东湖派出所", kind=SubjectKind.PUBLIC_SECURITY, areas=["990101001"], parent_id=committee.pk
    )
    assert told == ("parent", ("社区组织不能作政府机构或者市场主体的上级",))


@pytest.mark.covers("R47")
def test_the_database_keeps_a_station_in_a_centre(district: FoundedDistrict):
    with pytest.raises(IntegrityError), transaction.atomic():
        Organisation.objects.create(
            district="990101", name="孤站", kind=SubjectKind.SOCIAL_WORK_STATION, active_from=date(2020, 1, 1)
        )


def test_the_database_keeps_one_coordinating_body(district: FoundedDistrict):
    with pytest.raises(IntegrityError), transaction.atomic():
        Organisation.objects.create(
            district="990101", name="又一个", kind=SubjectKind.DISTRICT_COORDINATION_BODY, active_from=date(2020, 1, 1)
        )


def test_one_code_and_one_name_serve_one_body(qian: Actor, at: datetime):
    create(qian, at, uscc=CODE)
    assert refused(qian, at, name="别名", uscc=CODE) == ("uscc", ("本区已有机构使用这个统一社会信用代码",))
    assert refused(qian, at) == ("name", ("本区已有同名机构",))


def test_what_changes_is_named_and_entered_and_nothing_else_is(qian: Actor, at: datetime):
    body = create(qian, at)
    assert change(body, qian, at, name="翠园第一社区居民委员会", specialty=Specialty.HEALTH) == ("name", "specialty")
    entry = building.last_entry()
    assert (entry.event, entry.subject_ref) == ("organisation.changed", f"organisation:{body.pk}")
    assert change(body, qian, at, name="翠园第一社区居民委员会", areas=["990101001001"]) == ()
    assert building.last_entry() == entry


def test_an_area_given_up_is_ended_and_never_deleted(qian: Actor, at: datetime):
    body = create(qian, at)
    assert change(body, qian, at, areas=["990101001002"]) == ("areas",)
    rows = {row.code: row.ended_at for row in ServedArea.objects.filter(organisation=body)}
    assert rows == {"990101001001": at, "990101001002": None}

    def serving(location: str) -> list[Organisation]:
        return bodies_serving(
            district="990101", kind="residents_committee", specialty="general", location=location, at=at
        )

    assert (serving("990101001001"), serving("990101001002")) == ([], [body])
    assert change(body, qian, at, areas=["990101001001"]) == ("areas",)
    assert serving("990101001001") == [body]


@pytest.mark.parametrize(
    ("location", "names"),
    [
        ("990101001001", ["环卫中心", "翠园服务社"]),
        ("990101001001003", ["环卫中心", "翠园服务社", "三号楼服务社"]),
        ("990101001002", ["环卫中心"]),
        ("990101002001", []),
        ("990101001000", ["环卫中心"]),
    ],
)
def test_a_place_is_served_by_its_cells_communitys_and_streets_bodies(
    district: FoundedDistrict, at: datetime, location: str, names: list[str]
):
    for name, area in (("环卫中心", "990101001"), ("翠园服务社", "990101001001"), ("三号楼服务社", "990101001001003")):
        building.body(name, SubjectKind.SOCIAL_ORGANISATION, area, at=at)
    found = bodies_serving(district="990101", kind="social_organisation", specialty="general", location=location, at=at)
    assert {body.name for body in found} == set(names)


def test_a_closed_body_serves_until_the_end_of_its_last_day(qian: Actor, at: datetime):
    body = create(qian, at)
    change(body, qian, at, active_to=date(2026, 11, 9))

    def serves(moment: datetime) -> bool:
        return body in bodies_serving(
            district="990101",
            kind="residents_committee",
            specialty="general",
            location="990101001001",
            at=moment,
        )

    assert serves(datetime.fromisoformat("2026-11-09T23:59:59+08:00"))
    assert not serves(datetime.fromisoformat("2026-11-10T00:00:00+08:00"))


@pytest.mark.covers("X-09")
def test_a_committee_with_elected_members_is_closed_by_a_named_decision_alone(qian: Actor, at: datetime):
    body = create(qian, at)
    building.post(building.person("陈睦", "0031", at=at), body, "committee_member", building.ELECTED, at=at)
    with pytest.raises(FieldRefused) as told:
        change(body, qian, at, active_to=date(2026, 11, 8))
    assert (told.value.decision.code, told.value.field) == ("X-09", "active_to")
    assert change(body, qian, at, active_to=date(2026, 12, 31), basis="示政复 2026 年第 5 号") == (
        "active_to",
        "closing_basis",
    )


def test_a_body_does_not_begin_after_its_people(qian: Actor, at: datetime):
    body = create(qian, at)
    building.post(building.person("陈睦", "0031", at=at), body, "committee_member", building.ELECTED, at=at)
    with pytest.raises(FieldRefused) as told:
        change(body, qian, at, active_from=date(2026, 1, 11))
    assert told.value.field == "active_from"
    assert change(body, qian, at, active_from=date(2026, 1, 10)) == ("active_from",)


def test_another_districts_body_is_not_found(
    qian: Actor, neighbour: FoundedDistrict, district: FoundedDistrict, at: datetime
):
    theirs = neighbour.bodies[0]
    with pytest.raises(NotFound):
        change(theirs, qian, at, name="改名")
    with pytest.raises(NotFound):
        create(qian, at, district="990102", areas=["990102001001"])
    with pytest.raises(NotFound):
        create(qian, at, kind=SubjectKind.PUBLIC_SECURITY, areas=["990101001"], parent_id=theirs.pk)
    with pytest.raises(NotFound):
        change(Organisation(pk=10**9), qian, at, name="改名")
    assert theirs not in organisations_visible_to(qian)
    assert set(organisations_visible_to(resident("990101"))) == set(district.bodies)
    assert theirs in organisations_visible_to(SYSTEM)


@pytest.mark.parametrize("kind", [ActorKind.POST, ActorKind.RESIDENT])
def test_without_the_power_nothing_is_registered(district: FoundedDistrict, at: datetime, kind: ActorKind):
    actor = Actor(kind=kind, district="990101", permissions=frozenset({"subjects.view", "matter.accept"}))
    with pytest.raises(Refused) as told:
        create(actor, at)
    assert told.value.decision.reasons == ("您的岗位没有这项权限",)
