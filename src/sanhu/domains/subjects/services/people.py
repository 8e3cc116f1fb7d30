"""Registering people by staff number, and keeping name and telephone right."""

import re
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_noop as _

from sanhu.domains.evidence.record import record
from sanhu.domains.subjects.events import SubjectEvent
from sanhu.domains.subjects.models import Person
from sanhu.domains.subjects.permissions import Permission
from sanhu.domains.subjects.rules.bodies import is_sound_text
from sanhu.domains.subjects.services.doors import FieldRefused, enter_district, permit, person_for, require
from sanhu.engines.actors import Actor
from sanhu.engines.codes.result import normalise
from sanhu.engines.decisions import refuse

NAME_LENGTH = 50
_STAFF_NUMBER = re.compile(r"[0-9A-Z]{1,20}")
_PHONE = re.compile(r"1[3-9][0-9]{9}|0[0-9]{2,3}-?[0-9]{7,8}(-[0-9]{1,6})?")


def staff_number_of(written: str) -> str:
    """Write a staff number as it is kept: half-width capitals and digits. Raises FieldRefused."""
    number = normalise(written)[0]
    if not _STAFF_NUMBER.fullmatch(number):
        raise FieldRefused("staff_number", refuse(_("工号应为 1 至 20 位数字或者字母")))
    return number


def add_person(*, district: str, staff_number: str, name: str, actor: Actor, at: datetime, phone: str = "") -> Person:
    """Register somebody under a staff number that nobody else in the district has or had."""
    permit(actor, Permission.SUBJECTS_MANAGE)
    with transaction.atomic():
        person = Person(district=enter_district(actor, district), staff_number=staff_number_of(staff_number))
        if Person.objects.filter(district=person.district, staff_number=person.staff_number).exists():
            raise FieldRefused("staff_number", refuse(_("本区已有人使用这个工号")))
        _describe(person, name=name, phone=phone)
        person.save()
        _enter(SubjectEvent.PERSON_ADDED, person, actor=actor, at=at)
    return person


def change_person(
    *, person_id: int, actor: Actor, at: datetime, name: str | None = None, phone: str | None = None
) -> tuple[str, ...]:
    """Put name or telephone right and give the names of what changed; what changes nothing leaves no entry."""
    permit(actor, Permission.SUBJECTS_MANAGE)
    with transaction.atomic():
        person = person_for(actor, person_id)
        before = {"name": person.name, "phone": person.phone}
        _describe(person, name=person.name if name is None else name, phone=person.phone if phone is None else phone)
        changed = tuple(field for field, value in before.items() if getattr(person, field) != value)
        if changed:
            person.save()
            _enter(SubjectEvent.PERSON_CHANGED, person, actor=actor, at=at, changed=changed)
    return changed


def _describe(person: Person, *, name: str, phone: str) -> None:
    name, phone = name.strip(), normalise(phone)[0]
    require(is_sound_text(name, most=NAME_LENGTH), field="name")
    if phone and not _PHONE.fullmatch(phone):
        raise FieldRefused("phone", refuse(_("电话应为 11 位手机号码，或者带区号的固定电话")))
    person.name, person.phone = name, phone


def _enter(event: SubjectEvent, person: Person, *, actor: Actor, at: datetime, changed: tuple[str, ...] = ()) -> None:
    record(
        event=event,
        actor=actor,
        at=at,
        subject=f"person:{person.pk}",
        district=person.district,
        rows=[person],
        facts={"changed": changed},
    )
