"""The tamper matrix, of entries: whatever is done in the record's own tables is named at its place.

This attacker alters the tables and leaves it there: chain, head and columns tell. test_forks.py has one who goes on.
"""

import json

import pytest
from django.db import transaction

from sanhu.domains.evidence.models import Entry
from sanhu.domains.evidence.record import record
from sanhu.domains.evidence.sequencer import sequence
from sanhu.domains.subjects.models import Person
from sanhu.engines.actors import SYSTEM
from sanhu.engines.chain import link
from tests.cast import DISTRICT, FOUNDED_AT, MONDAY_MORNING
from tests.tampering import attacker
from tests.tampering.conftest import (
    DAY,
    HOUR,
    REAL_DISTRICT,
    Attack,
    Found,
    House,
    findings,
    first_without_rows,
    named,
    note_down,
)

pytestmark = pytest.mark.covers("R84.2")

ABOUT_ROWS = {"row_altered", "row_missing", "row_unwitnessed", "row_unreadable", "value_unreadable", "photo_altered"}


def about_the_record() -> Found:
    """What is found of the record itself; rows left without their entry are named besides."""
    return {(kind, ref) for kind, ref in named() if kind not in ABOUT_ROWS}


def flip_a_body(house: House) -> Found:
    entry = house.entry(60)
    Entry.objects.filter(pk=entry.pk).update(body=entry.body.replace('"nonce":"', '"nonce":"0', 1))
    return {("entry_altered", house.ref(60))}


def flip_the_actor_everywhere(house: House) -> Found:
    entry = house.entry(140)
    body = json.loads(entry.body) | {"actor": "post:1"}
    attacker.rewrite(entry, body, actor_ref="post:1")
    return {("entry_altered", house.ref(140))}


def flip_the_column_of_the_actor(house: House) -> Found:
    Entry.objects.filter(seq=140).update(actor_ref="post:999")
    return {("column_altered", house.ref(140))}


def flip_a_hash(house: House) -> Found:
    Entry.objects.filter(seq=61).update(hash="f" * 64)
    return {("entry_altered", house.ref(61))}


def flip_a_link(house: House) -> Found:
    Entry.objects.filter(seq=61).update(previous="f" * 64)
    return {("chain_broken", house.ref(61))}


def flip_the_tail(house: House) -> Found:
    Entry.objects.filter(pk=house.tail.pk).update(event="district.praised")
    return {("column_altered", f"entry:{house.tail.pk}")}


def flip_the_body_of_the_tail(house: House) -> Found:
    Entry.objects.filter(pk=house.tail.pk).update(body="{}")
    return {("entry_unreadable", f"entry:{house.tail.pk}")}


def drop_one(house: House) -> Found:
    entry = first_without_rows(house)
    attacker.drop(entry.opening)
    attacker.drop(entry)
    return {("entry_missing", f"seq:{entry.seq}")}


def drop_one_and_close_the_gap(house: House) -> Found:
    entry = first_without_rows(house)
    attacker.drop(entry.opening)
    attacker.drop(entry)
    later = Entry.objects.filter(seq__gt=entry.seq).order_by("seq")
    for key, seq in later.values_list("pk", "seq"):
        Entry.objects.filter(pk=key).update(seq=seq - 1)
    return {
        ("chain_broken", house.ref(entry.seq or 0)),
        ("record_truncated", f"seq:{house.today.size}"),
        ("record_rolled_back", f"seq:{house.today.size}"),
    }


def insert_at_the_end(house: House) -> Found:
    last = house.entry(house.today.size)
    tail = house.tail
    hashed = link(last.hash, tail.body)
    Entry.objects.filter(pk=tail.pk).update(seq=last.seq + 1, previous=last.hash, hash=hashed)
    return {("head_altered", "head:1")}


def insert_between(house: House) -> Found:
    for key, seq in Entry.objects.filter(seq__gt=60).order_by("-seq").values_list("pk", "seq"):
        Entry.objects.filter(pk=key).update(seq=seq + 1)
    before, forged = house.entry(60), note_down("添上的一条", at=FOUNDED_AT)
    Entry.objects.filter(pk=forged.pk).update(seq=61, previous=before.hash, hash=link(before.hash, forged.body))
    return {("chain_broken", house.ref(62)), ("head_altered", "head:1")}


def re_order_two(house: House) -> Found:
    one, other = house.entry(60), house.entry(61)
    Entry.objects.filter(pk=one.pk).update(seq=-1)
    Entry.objects.filter(pk=other.pk).update(seq=60)
    Entry.objects.filter(pk=one.pk).update(seq=61)
    return {("chain_broken", house.ref(60)), ("chain_broken", house.ref(61)), ("chain_broken", house.ref(62))}


def re_order_their_salts(house: House) -> Found:
    """Two entries change keys, so that each opens with the other's salts."""
    one, other = house.entry(60), house.entry(61)
    attacker.exchange(one, other)
    return {("opening_missing", f"entry:{one.pk}"), ("opening_missing", f"entry:{other.pk}")}


def back_date_the_column(house: House) -> Found:
    Entry.objects.filter(seq=140).update(at=FOUNDED_AT)
    return {("column_altered", house.ref(140))}


def back_date_body_and_column(house: House) -> Found:
    entry = house.entry(140)
    at = FOUNDED_AT - DAY
    attacker.rewrite(entry, json.loads(entry.body) | {"at": at}, at=at)
    return {("entry_altered", house.ref(140))}


def back_date_what_is_written_now(house: House) -> Found:
    """A deed of today is entered as one of last month, by the very code that enters deeds."""
    entry = note_down("早已办过", at=MONDAY_MORNING - 30 * DAY)
    return {("entry_dated_back", f"entry:{entry.pk}")}


def back_date_what_is_written_now_and_chained(house: House) -> Found:
    entry = note_down("早已办过", at=MONDAY_MORNING - 30 * DAY)
    sequence()
    return {("entry_dated_back", f"entry:{entry.pk}")}


def back_date_by_the_hours_since_the_last_entry(house: House) -> Found:
    """Nothing was entered between noon and evening; but the evening's checkpoint says that nothing was."""
    entry = note_down("中午办过", at=MONDAY_MORNING + DAY + 5 * HOUR)
    return {("entry_dated_back", f"entry:{entry.pk}")}


def truncate_the_end(house: House) -> Found:
    size = house.today.size
    for seq in (size, size - 1):
        attacker.drop(house.entry(seq).opening)
        attacker.drop(house.entry(seq))
    return {("record_truncated", f"seq:{size - 1}"), ("record_rolled_back", f"seq:{size - 1}")}


def truncate_and_set_the_head_back(house: House) -> Found:
    size = house.today.size
    for seq in (size, size - 1):
        attacker.drop(house.entry(seq).opening)
        attacker.drop(house.entry(seq))
    attacker.rechain()
    return {("record_rolled_back", f"seq:{size - 1}")}


def put_the_end_back_to_wait(house: House) -> Found:
    """As if the sequencer had never seen them: to be chained again in another order, or not at all."""
    size = house.today.size
    keys = [house.entry(seq).pk for seq in (size - 1, size)]
    attacker.rechain(attacker.chain()[:-2])
    assert set(Entry.objects.filter(seq__isnull=True, pk__in=keys).values_list("hash", flat=True)) == {""}
    return {("record_rolled_back", f"seq:{size - 1}")}


CLUMSY: dict[str, Attack] = {
    "flip a body": flip_a_body,
    "flip the actor everywhere": flip_the_actor_everywhere,
    "flip a column": flip_the_column_of_the_actor,
    "flip a hash": flip_a_hash,
    "flip a link": flip_a_link,
    "flip a column of the tail": flip_the_tail,
    "flip a body of the tail": flip_the_body_of_the_tail,
    "drop one": drop_one,
    "drop one and close the gap": drop_one_and_close_the_gap,
    "insert at the end": insert_at_the_end,
    "insert between": insert_between,
    "re-order two": re_order_two,
    "re-order their salts": re_order_their_salts,
    "back-date a column": back_date_the_column,
    "back-date body and column": back_date_body_and_column,
    "back-date what is written now": back_date_what_is_written_now,
    "back-date what is chained now": back_date_what_is_written_now_and_chained,
    "back-date by some quiet hours": back_date_by_the_hours_since_the_last_entry,
    "truncate": truncate_the_end,
    "truncate and set the head back": truncate_and_set_the_head_back,
    "put the end back to wait": put_the_end_back_to_wait,
}


@pytest.mark.parametrize("name", CLUMSY)
def test_what_is_done_to_an_entry_is_named(name: str, house: House):
    attacker.lift_guards(Entry)
    expected = CLUMSY[name](house)
    assert about_the_record() == expected


def entered_under_an_invented_district(subject: str) -> Entry:
    with transaction.atomic():
        return record(event="post.changed", actor=SYSTEM, at=FOUNDED_AT - 300 * DAY, subject=subject, district=DISTRICT)


@pytest.mark.parametrize("name", ["matter", "post", "person", "account", "organisation"])
def test_what_is_real_is_not_dated_back_by_filing_it_where_moments_are_invented(name: str, house: House):
    person = Person.objects.filter(district=REAL_DISTRICT)[0]
    post = person.posts.get()
    subjects = {
        "matter": f"matter:{REAL_DISTRICT}20261109000001",
        "post": f"post:{post.pk}",
        "person": f"person:{person.pk}",
        "account": f"account:{person.account.pk}",
        "organisation": f"organisation:{post.organisation_id}",
    }
    entry = entered_under_an_invented_district(subjects[name])
    found = [(one["kind"], one["ref"], one["detail"]) for one in findings()]
    assert found == [("filed_elsewhere", f"entry:{entry.pk}", subjects[name])]
