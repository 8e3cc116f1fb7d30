"""A district is founded once, with a true code, by the house, and with three administrators who are three persons."""

from datetime import datetime

import pytest

from sanhu.domains.evidence.models import Entry
from sanhu.domains.places.services import import_divisions
from sanhu.domains.subjects.kinds import SubjectKind
from sanhu.domains.subjects.models import Account, Organisation, Person, Post, Role
from sanhu.domains.subjects.permissions import Permission
from sanhu.domains.subjects.services.doors import FieldRefused
from sanhu.domains.subjects.services.founding import Administrators, FoundedDistrict, found_district
from sanhu.domains.subjects.services.roles import load_roles, shipped_roles
from sanhu.engines.actors import SYSTEM, Actor
from sanhu.engines.decisions import Refused
from tests.domains.subjects import building

pytestmark = pytest.mark.django_db


def test_a_founding_makes_two_bodies_three_people_and_their_accounts(district: FoundedDistrict, at: datetime):
    assert [(body.name, body.kind) for body in district.bodies] == [
        ("示范区社区建设协调管理机构", SubjectKind.DISTRICT_COORDINATION_BODY),
        ("示范区人民政府", SubjectKind.DISTRICT_GOVERNMENT),
    ]
    assert [(one.username, one.role, one.name) for one in district.sign_ins] == [
        ("990101-0001", "系统管理员", "钱立"),
        ("990101-0002", "安全管理员", "冯守"),
        ("990101-0003", "审计管理员", "沈鉴"),
    ]
    for one in district.sign_ins:
        account = Account.objects.get(username=one.username)
        assert account.check_password(one.password)
        assert account.must_change_password
        assert len(building.actors(account, at=at)) == 1
        assert one.password not in repr(district)
    assert building.last_entry().event == "district.founded"


def test_the_three_offices_share_no_power_but_to_look(district: FoundedDistrict, at: datetime):
    offices = [set(role.permissions) for role in Role.objects.filter(is_administrator=True)]
    shared = {power for one in offices for other in offices if one is not other for power in one & other}
    assert (len(offices), shared) == (3, {"subjects.view"})
    assert not any(power.startswith("matter.") for powers in offices for power in powers)


def test_a_second_founding_is_refused_and_changes_nothing(district: FoundedDistrict, at: datetime):
    before = (Entry.objects.count(), Organisation.objects.count(), Account.objects.count())
    with pytest.raises(FieldRefused) as told:
        found_district(code="990101", actor=SYSTEM, at=at)
    assert (told.value.field, told.value.decision.reasons) == ("code", ("这个区已经建立",))
    assert (Entry.objects.count(), Organisation.objects.count(), Account.objects.count()) == before


@pytest.mark.parametrize("code", ["", "99010", "9901011", "99O101", "000101", "990101001", "990000", "99 0101x"])
def test_a_bad_code_founds_nothing(db: None, at: datetime, code: str):
    with pytest.raises(FieldRefused) as told:
        found_district(code=code, actor=SYSTEM, at=at)
    assert told.value.field == "code"
    assert told.value.decision.reasons
    assert not Organisation.objects.exists()
    assert not Role.objects.exists()


def test_one_person_is_not_two_administrators(db: None, at: datetime):
    with pytest.raises(FieldRefused) as told:
        found_district(code="990101", administrators=Administrators("钱立", "冯守", " 钱立 "), actor=SYSTEM, at=at)
    assert told.value.field == "administrators"
    assert told.value.decision.citations == ("GB/T 22239-2019 三员分立",)
    assert not Person.objects.exists()


def test_only_the_house_founds(qian: Actor, at: datetime):
    with pytest.raises(Refused):
        found_district(code="990102", actor=qian, at=at)
    with pytest.raises(Refused):
        load_roles(actor=qian, at=at)


def test_without_divisions_the_code_stands_for_the_name(db: None, at: datetime):
    founded = found_district(code="110101", actor=SYSTEM, at=at)
    assert founded.name == "110101"
    assert [one.name for one in founded.sign_ins] == ["系统管理员", "安全管理员", "审计管理员"]


def test_imported_divisions_give_the_name_and_refuse_a_code_they_do_not_know(db: None, at: datetime):
    lines = ["code,name\n", "990101,示范区\n"]
    import_divisions(lines=[line.encode() for line in lines], actor=SYSTEM, at=at, source="表")
    assert found_district(code="990101", actor=SYSTEM, at=at).name == "示范区"
    with pytest.raises(FieldRefused) as told:
        found_district(code="990111", actor=SYSTEM, at=at)
    assert told.value.decision.reasons == ("已导入的区划中没有这个代码",)


def test_two_districts_live_in_one_database_and_share_the_roles(district: FoundedDistrict, neighbour: FoundedDistrict):
    assert set(Post.objects.values_list("organisation__district", flat=True)) == {"990101", "990102"}
    assert Role.objects.count() == len(shipped_roles())


def test_loading_roles_twice_changes_nothing(db: None, at: datetime):
    assert set(load_roles(actor=SYSTEM, at=at)) == set(Role.objects.values_list("code", flat=True))
    entries = Entry.objects.count()
    assert load_roles(actor=SYSTEM, at=at) == []
    assert Entry.objects.count() == entries


def test_loading_roles_leaves_what_the_security_administrator_decided(district: FoundedDistrict, at: datetime):
    Role.objects.filter(code="window_clerk").update(permissions=["matter.view"])
    Role.objects.filter(code="integrated_clerk").delete()
    assert load_roles(actor=SYSTEM, at=at) == ["integrated_clerk"]
    assert Role.objects.get(code="window_clerk").permissions == ["matter.view"]


def test_every_power_is_carried_by_some_role_and_every_role_only_by_known_ones():
    carried = {permission for role in shipped_roles() for permission in role.permissions}
    assert carried == {permission.value for permission in Permission}


@pytest.mark.covers("R48")
def test_no_role_goes_with_election_and_contract_alike():
    assert [role.code for role in shipped_roles() if {"elected", "hired"} <= set(role.appointments)] == []
