"""Whatever is altered in the record's own tables is found as what it is, at its place in the chain."""

import pytest

from sanhu.domains.evidence.models import Entry, Opening
from sanhu.domains.evidence.verify import Finding, FindingKind, Report, verify
from sanhu.engines.chain import link

from .conftest import House, first


@pytest.mark.django_db
def test_an_empty_record_is_clean():
    assert verify() == Report(chained=0, tail=0, rows=0, count=0, findings=())


# What is done to the tables, and the one thing found first: its kind, what it is about, its place in the chain.


ENTRIES = {
    "a byte of a body": (
        "UPDATE evidence_entry SET body = replace(body, 'photo.kept', 'photo.lost') WHERE id = E2",
        (FindingKind.ENTRY_ALTERED, "E2", 2),
    ),
    "a space in a body": (
        "UPDATE evidence_entry SET body = replace(body, ',\"v\"', ', \"v\"') WHERE id = E3",
        (FindingKind.ENTRY_ALTERED, "E3", 3),
    ),
    "the district column": (
        "UPDATE evidence_entry SET district = '990102' WHERE id = E2",
        (FindingKind.COLUMN_ALTERED, "E2", 2),
    ),
    "the time column": (
        "UPDATE evidence_entry SET at = '2026-11-09 01:39:59.999999+00:00' WHERE id = E2",
        (FindingKind.COLUMN_ALTERED, "E2", 2),
    ),
    "the event column": (
        "UPDATE evidence_entry SET event = 'photo.lost' WHERE id = E2",
        (FindingKind.COLUMN_ALTERED, "E2", 2),
    ),
    "the actor column": (
        "UPDATE evidence_entry SET actor_ref = 'post:99' WHERE id = E1",
        (FindingKind.COLUMN_ALTERED, "E1", 1),
    ),
    "the subject column": (
        "UPDATE evidence_entry SET subject_ref = 'matter:2' WHERE id = E4",
        (FindingKind.COLUMN_ALTERED, "E4", 4),
    ),
    "a column of the waiting tail": (
        "UPDATE evidence_entry SET actor_ref = 'post:99' WHERE id = E5",
        (FindingKind.COLUMN_ALTERED, "E5", None),
    ),
    "a stored hash": (
        "UPDATE evidence_entry SET hash = replace(replace(hash, 'a', '0'), '1', '2') WHERE id = E2",
        (FindingKind.ENTRY_ALTERED, "E2", 2),
    ),
    "a stored hash that is none": (
        "UPDATE evidence_entry SET hash = '' WHERE id = E2",
        (FindingKind.ENTRY_ALTERED, "E2", 2),
    ),
    "a link": (
        "UPDATE evidence_entry SET previous = repeat_zero WHERE id = E3".replace("repeat_zero", f"'{'0' * 64}'"),
        (FindingKind.CHAIN_BROKEN, "E3", 3),
    ),
    "a link that is none": (
        "UPDATE evidence_entry SET previous = 'nothing' WHERE id = E1",
        (FindingKind.CHAIN_BROKEN, "E1", 1),
    ),
    "an entry taken out of the chain": (
        "UPDATE evidence_entry SET seq = NULL WHERE id = E2",
        (FindingKind.ENTRY_MISSING, "seq:2", 2),
    ),
    "an entry moved before the beginning": (
        "UPDATE evidence_entry SET seq = 0 WHERE id = E4",
        (FindingKind.CHAIN_BROKEN, "E0", 0),
    ),
    "a body that is no body": (
        "UPDATE evidence_entry SET body = '[]' WHERE id = E5",
        (FindingKind.ENTRY_UNREADABLE, "E5", None),
    ),
    "the head's hash": (
        f"UPDATE evidence_head SET hash = '{'f' * 64}'",
        (FindingKind.HEAD_ALTERED, "head:1", 4),
    ),
    "the head put back": ("UPDATE evidence_head SET seq = 3", (FindingKind.HEAD_ALTERED, "head:1", 3)),
    "the head put forward": ("UPDATE evidence_head SET seq = 6", (FindingKind.RECORD_TRUNCATED, "seq:5", 5)),
    "the head gone": ("DELETE FROM evidence_head", (FindingKind.HEAD_ALTERED, "head:1", None)),
    "the salts of an entry gone": (
        "DELETE FROM evidence_opening WHERE entry_id = E2",
        (FindingKind.OPENING_MISSING, "E2", 2),
    ),
}


@pytest.mark.django_db
@pytest.mark.parametrize("name", ENTRIES)
def test_an_altered_record_is_found(house: House, name: str):
    statement, (kind, ref, seq) = ENTRIES[name]
    house.sql(statement)
    place = house.entry(int(ref[1:])) if ref.startswith("E") and ref != "E0" else ref.replace("E0", "entry:0")
    assert first(verify()) == (kind, place, seq)


@pytest.mark.django_db
def test_a_dropped_entry_is_found_and_so_is_the_row_it_vouched_for(house: House):
    house.sql("DELETE FROM evidence_opening WHERE entry_id = E2")
    house.sql("DELETE FROM evidence_entry WHERE id = E2")
    report = verify()
    assert [(found.kind, found.ref) for found in report.findings] == [
        (FindingKind.ENTRY_MISSING, "seq:2"),
        (FindingKind.ROW_UNWITNESSED, house.photo(2)),
    ]


@pytest.mark.django_db
def test_a_cut_off_end_is_found(house: House):
    house.sql("DELETE FROM evidence_opening WHERE entry_id IN (E3, E4)")
    house.sql("DELETE FROM evidence_entry WHERE id IN (E3, E4)")
    report = verify()
    assert report.findings[0] == Finding(FindingKind.RECORD_TRUNCATED, "seq:3", "2 missing at the end", 3)


@pytest.mark.django_db
@pytest.mark.parametrize("columns", [("seq",), ("seq", "previous", "hash")])
def test_two_entries_that_changed_places_are_found(house: House, columns: tuple[str, ...]):
    second, third = house.entries[1:3]
    kept = {entry.pk: [getattr(entry, column) for column in columns] for entry in (second, third)}
    house.sql("UPDATE evidence_entry SET seq = 99 WHERE id = E3")
    for entry, other in ((second, third), (third, second)):
        changes = dict(zip(columns, kept[other.pk], strict=True))
        Entry.objects.filter(pk=entry.pk).update(**changes)
    kind = FindingKind.CHAIN_BROKEN if columns == ("seq",) else FindingKind.ENTRY_ALTERED
    assert first(verify()) == (kind, house.entry(3), 2)


@pytest.mark.django_db
def test_an_entry_slipped_in_between_is_found_even_with_a_right_hash(house: House):
    for entry in reversed(house.entries[1:4]):
        Entry.objects.filter(pk=entry.pk).update(seq=entry.seq + 1)
    before = house.entries[0]
    body = house.entries[1].body.replace("photo.kept", "photo.seen")
    forged = Entry.objects.create(
        seq=2,
        district=before.district,
        at=before.at,
        event="photo.seen",
        actor_ref=before.actor_ref,
        subject_ref=before.subject_ref,
        body=body,
        previous=before.hash,
        hash=link(before.hash, body),
    )
    Opening.objects.create(entry=forged, salts=house.entries[1].opening.salts)
    assert first(verify()) == (FindingKind.CHAIN_BROKEN, house.entry(2), 3)


@pytest.mark.django_db
def test_a_forged_entry_at_the_end_stands_beyond_the_head(house: House):
    last = house.entries[3]
    Entry.objects.filter(pk=house.entries[4].pk).update(
        seq=5, previous=last.hash, hash=link(last.hash, house.entries[4].body)
    )
    report = verify()
    assert report.findings == (Finding(FindingKind.HEAD_ALTERED, "head:1", "stands at 4, the chain goes on to 5", 4),)


@pytest.mark.django_db
def test_an_entry_put_back_to_wait_is_found_even_when_the_head_was_put_back_with_it(house: House):
    third, fourth = house.entries[2:4]
    Entry.objects.filter(pk=fourth.pk).update(seq=None)
    house.sql("UPDATE evidence_head SET seq = 3, hash = %s", third.hash)
    assert verify().findings == (
        Finding(FindingKind.TREE_ALTERED, "head:1", "its peaks are not the tree's", 3),
        Finding(FindingKind.CHAIN_BROKEN, house.entry(4), "was taken out of the chain", None),
    )


@pytest.mark.django_db
def test_a_body_rewritten_with_its_hash_no_longer_fits_the_next(house: House):
    second = house.entries[1]
    body = second.body.replace("photo.kept", "photo.lost")
    Entry.objects.filter(pk=second.pk).update(body=body, hash=link(second.previous, body), event="photo.lost")
    assert first(verify()) == (FindingKind.CHAIN_BROKEN, house.entry(3), 3)


@pytest.mark.django_db
def test_one_alteration_is_one_finding(house: House):
    house.sql("UPDATE evidence_entry SET body = replace(body, 'post:12', 'post:13') WHERE id = E2")
    kinds = [(found.kind, found.seq) for found in verify().findings]
    assert kinds == [(FindingKind.ENTRY_ALTERED, 2), (FindingKind.COLUMN_ALTERED, 2)]
