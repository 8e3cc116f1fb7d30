"""People have a staff number, a name of any character, and no identity number."""

from datetime import datetime
from typing import Any

import pytest
from django.db import connection

from sanhu.domains.subjects.models import Person
from sanhu.domains.subjects.queries import people_visible_to, posts_visible_to
from sanhu.domains.subjects.services.doors import FieldRefused, NotFound
from sanhu.domains.subjects.services.founding import FoundedDistrict
from sanhu.domains.subjects.services.people import add_person, change_person
from sanhu.engines.actors import SYSTEM, Actor, resident
from sanhu.engines.decisions import Refused
from tests.domains.subjects import building

pytestmark = pytest.mark.django_db


def full_width(digits: str) -> str:
    return digits.translate({ord("0") + digit: 0xFF10 + digit for digit in range(10)})


def add(actor: Actor, at: datetime, **facts: Any) -> Person:
    return add_person(
        **{"district": "990101", "staff_number": "0033", "name": "林㛃", "actor": actor, "at": at, **facts}
    )


@pytest.mark.parametrize("name", ["林㛃", "𠮷顺", "阿依古丽·买买提", "<b>林</b>", "'; DROP TABLE subjects_person; --"])
def test_a_name_comes_back_as_it_was_given_and_lies_sealed(qian: Actor, at: datetime, name: str):
    person = add(qian, at, name=name, phone=full_width("010-8888 8888"))
    person.refresh_from_db()
    assert (person.name, person.phone) == (name, "010-88888888")
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, phone FROM subjects_person WHERE id = %s", [person.pk])
        stored = "".join(cursor.fetchone())
    assert name not in stored
    assert "88888888" not in stored
    entry = building.last_entry()
    assert (entry.event, entry.subject_ref) == ("person.added", f"person:{person.pk}")
    assert name not in entry.body


@pytest.mark.parametrize(
    ("facts", "field", "reason"),
    [
        ({"staff_number": ""}, "staff_number", "工号应为 1 至 20 位数字或者字母"),
        ({"staff_number": "00 3/3"}, "staff_number", "工号应为 1 至 20 位数字或者字母"),
        ({"staff_number": "0001"}, "staff_number", "本区已有人使用这个工号"),
        ({"staff_number": full_width("0001")}, "staff_number", "本区已有人使用这个工号"),
        ({"name": "\t"}, "name", "不能为空"),
        ({"name": "林\n㛃"}, "name", "含有控制字符或者换行"),
        ({"name": "林" * 51}, "name", "字数超过上限"),
        ({"phone": "12345"}, "phone", "电话应为 11 位手机号码，或者带区号的固定电话"),
        ({"phone": "12800000000"}, "phone", "电话应为 11 位手机号码，或者带区号的固定电话"),
    ],
)
def test_what_cannot_be_is_refused_by_its_field(
    qian: Actor, at: datetime, facts: dict[str, Any], field: str, reason: str
):
    with pytest.raises(FieldRefused) as told:
        add(qian, at, **facts)
    assert (told.value.field, told.value.decision.reasons) == (field, (reason,))


def test_a_name_put_right_is_entered_and_nothing_changed_is_not(qian: Actor, at: datetime):
    person = add(qian, at)
    assert change_person(person_id=person.pk, name="林㛃㛃", phone="13900000000", actor=qian, at=at) == (
        "name",
        "phone",
    )
    entry = building.last_entry()
    assert entry.event == "person.changed"
    assert change_person(person_id=person.pk, name="林㛃㛃", actor=qian, at=at) == ()
    assert building.last_entry() == entry
    assert change_person(person_id=person.pk, phone="", actor=qian, at=at) == ("phone",)


def test_another_districts_people_are_not_found(qian: Actor, neighbour: FoundedDistrict, at: datetime):
    theirs = Person.objects.filter(district="990102")[0]
    with pytest.raises(NotFound):
        change_person(person_id=theirs.pk, name="改名", actor=qian, at=at)
    with pytest.raises(NotFound):
        add(qian, at, district="990102")
    assert not people_visible_to(qian).filter(district="990102").exists()
    assert not posts_visible_to(qian).filter(person__district="990102").exists()
    assert people_visible_to(qian).count() == posts_visible_to(qian).count() == 3
    assert people_visible_to(SYSTEM).count() == posts_visible_to(SYSTEM).count() == 6


def test_without_the_power_nobody_is_added_or_seen(feng: Actor, at: datetime):
    with pytest.raises(Refused):
        add(feng, at)
    assert not people_visible_to(resident("990101")).exists()
    assert not posts_visible_to(resident("990101")).exists()
