"""Salts: without them nothing opens; destroyed and said to be, they are no fault."""

import json
from collections.abc import Callable
from datetime import datetime

import pytest
from django.db import transaction

from sanhu.domains.evidence.erasure import destroy_salts, erased
from sanhu.domains.evidence.models import Attachment, Entry, Opening
from sanhu.domains.evidence.record import record
from sanhu.domains.evidence.sequencer import sequence
from sanhu.domains.evidence.verify import Finding, FindingKind, Report, verify
from sanhu.engines.actors import Actor

from .conftest import SUBJECT, House, first


def damage_salt(house: House, number: int, change: Callable[[dict[str, str]], object]) -> None:
    opening = Opening.objects.get(entry=house.entries[number - 1])
    change(opening.salts[house.photo(number)])
    opening.save()


@pytest.mark.django_db
@pytest.mark.parametrize("salt", [None, "", "not hexadecimal", "00" * 15, 7], ids=repr)
def test_a_salt_that_is_missing_is_found(house: House, salt: object):
    damage_salt(house, 2, lambda salts: salts.pop("size") if salt is None else salts.update(size=salt))
    assert verify().findings == (Finding(FindingKind.OPENING_MISSING, house.entry(2), f"{house.photo(2)} size", 2),)


@pytest.mark.django_db
def test_a_salt_that_was_altered_no_longer_opens_the_row(house: House):
    damage_salt(house, 2, lambda salts: salts.update(size="00" * 16))
    assert verify().findings == (Finding(FindingKind.ROW_ALTERED, house.photo(2), "size", 2),)


def erase(house: House, zhou: Actor, at: datetime, *fields: str, say: bool = True) -> Attachment:
    """Erase fields of the second photo, the way a service does it."""
    attachment = house.photos[1]
    with transaction.atomic():
        for field in fields:
            setattr(attachment, field, 0)
            assert destroy_salts(row=attachment, field=field, subject=SUBJECT) == 1
        attachment.save()
        record(
            event="person.erased",
            actor=zhou,
            at=at,
            subject=SUBJECT,
            district="990101",
            rows=[attachment],
            facts=erased(attachment, fields) if say else {},
        )
    return attachment


@pytest.mark.django_db
def test_what_an_entry_says_was_erased_is_no_fault(house: House, zhou: Actor, at: datetime):
    attachment = erase(house, zhou, at, "width", "height")
    assert verify().is_clean
    sequence()
    assert verify() == Report(chained=6, tail=0, rows=5, count=0, findings=())
    Attachment.objects.filter(pk=attachment.pk).update(width=64)  # the erased value, put back
    assert [found.detail for found in verify().findings] == ["width"]


@pytest.mark.django_db
def test_what_no_entry_says_was_erased_is_missing(house: House, zhou: Actor, at: datetime):
    erase(house, zhou, at, "width", say=False)
    assert [(found.kind, found.seq) for found in verify().findings] == [(FindingKind.OPENING_MISSING, 2)]


@pytest.mark.django_db
def test_an_entry_forgives_only_what_was_erased_before_it(house: House, zhou: Actor, at: datetime):
    erase(house, zhou, at, "width")
    later = Entry.objects.latest("id")
    opening = later.opening
    del opening.salts[house.photo(2)]["width"]
    opening.save()
    assert first(verify()) == (FindingKind.OPENING_MISSING, f"entry:{later.pk}", None)


@pytest.mark.django_db
def test_erasing_without_the_subject_searches_the_whole_record(house: House):
    assert destroy_salts(row=house.photos[1], field="width") == 1
    assert destroy_salts(row=house.photos[1], field="width") == 0
    assert "width" not in json.dumps(Opening.objects.get(entry=house.entries[1]).salts)


@pytest.mark.django_db
def test_a_row_erased_altogether_may_be_gone(house: House, zhou: Actor, at: datetime):
    attachment = house.photos[1]
    fields = list(attachment.witnessed_values())
    with transaction.atomic():
        for field in fields:
            destroy_salts(row=attachment, field=field)
        facts = erased(attachment, fields)
        record(event="person.erased", actor=zhou, at=at, subject=SUBJECT, district="990101", facts=facts)
        attachment.delete()
    assert verify().is_clean
