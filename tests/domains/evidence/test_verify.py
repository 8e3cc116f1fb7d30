"""Whatever is altered straight in the tables is found, and found as what it is; what was not altered is not."""

import json
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from sanhu.domains.evidence import verify_chain, verify_rows
from sanhu.domains.evidence.attachments import keep_draft
from sanhu.domains.evidence.erasure import destroy_salts, erased
from sanhu.domains.evidence.models import Attachment, Entry, Opening
from sanhu.domains.evidence.record import record
from sanhu.domains.evidence.sequencer import sequence
from sanhu.domains.evidence.verify import Finding, FindingKind, Report, verify
from sanhu.engines.actors import Actor
from sanhu.engines.chain import link

from .conftest import photo

SUBJECT = "matter:990101-20261109-000001"


class House:
    """A record of four chained entries and one that waits, each about a photo of its own."""

    def __init__(self, photos: list[Attachment]) -> None:
        self.photos = photos
        self.entries = list(Entry.objects.order_by("id"))

    def photo(self, number: int) -> str:
        return self.photos[number - 1].row_ref

    def entry(self, number: int) -> str:
        return f"entry:{self.entries[number - 1].pk}"

    def sql(self, statement: str, *values: object) -> None:
        """Work straight in the tables; `E1` is the key of the first entry, `P1` of the first photo."""
        for number, (entry, attachment) in enumerate(zip(self.entries, self.photos, strict=True), start=1):
            statement = statement.replace(f"E{number}", str(entry.pk)).replace(f"P{number}", str(attachment.pk))
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
            assert cursor.rowcount > 0, "the tampering met nothing"


@pytest.fixture
def house(keep: Callable[..., Attachment]) -> House:
    """Give a record that verifies."""
    photos = [keep(colour) for colour in ("red", "green", "blue", "black")]
    sequence()
    photos.append(keep("white"))
    house = House(photos)
    assert verify() == Report(chained=4, tail=1, rows=5, count=0, findings=())
    return house


def first(report: Report) -> tuple[str, str, int | None]:
    found = report.findings[0]
    return found.kind, found.ref, found.seq


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


ROWS = {
    "owner_ref": "'matter:990101-20261109-000009'",
    "district": "'990102'",
    "place": "2",
    "content_type": "'image/png'",
    "size": "size + 1",
    "width": "1",
    "height": "1",
    "sha256": f"'{'0' * 64}'",
    "created_by": "'post:13'",
    "created_at": "'2026-11-09 01:40:00.000001+00:00'",
    "adopted_at": "'2026-11-10 01:40:00+00:00'",
    "draft_id": "uuid",
}


@pytest.mark.django_db
@pytest.mark.parametrize("column", ROWS)
@pytest.mark.parametrize("number", [2, 5])
def test_an_altered_row_is_found_by_its_field(house: House, number: int, column: str):
    house.sql(f"UPDATE evidence_attachment SET {column} = {ROWS[column]} WHERE id = P{number}")
    report = verify()
    assert report.findings[0] == Finding(
        FindingKind.ROW_ALTERED, house.photo(number), column, house.entries[number - 1].seq
    )
    # The one fault is told once; a photo's hash is compared with its bytes as well.
    assert report.count == (2 if column == "sha256" else 1)


def test_every_field_of_the_row_is_in_the_table_above():
    assert {field.attname for field in Attachment._meta.concrete_fields} - {"id", "uuid"} == set(ROWS)


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
    assert verify().findings == (Finding(FindingKind.CHAIN_BROKEN, house.entry(4), "was taken out of the chain", None),)


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


@pytest.mark.django_db
def test_a_deleted_row_is_found(house: House):
    house.sql("DELETE FROM evidence_attachmentblob WHERE attachment_id = P3")
    house.sql("DELETE FROM evidence_attachment WHERE id = P3")
    report = verify()
    assert report.findings == (Finding(FindingKind.ROW_MISSING, house.photo(3), "", 3),)


@pytest.mark.django_db
def test_a_row_of_a_table_there_is_not_is_missing(house: House, zhou: Actor, at: datetime):
    with transaction.atomic():
        entry = record(event="photo.seen", actor=zhou, at=at, subject=SUBJECT, district="990101", rows=house.photos[:1])
    gone = house.photo(1).replace("attachment", "picture")
    entry.body = entry.body.replace(house.photo(1), gone)
    entry.save()
    entry.opening.salts[gone] = entry.opening.salts.pop(house.photo(1))
    entry.opening.save()
    assert verify().findings == (Finding(FindingKind.ROW_MISSING, gone, "", None),)


@pytest.mark.django_db
def test_a_row_put_in_by_hand_is_found(house: House):
    attachment = Attachment.objects.get(pk=house.photos[0].pk)
    attachment.pk, attachment.uuid, attachment.draft_id = None, uuid4(), uuid4()
    attachment.save(force_insert=True)
    report = verify()
    assert report.findings[0] == Finding(FindingKind.ROW_UNWITNESSED, attachment.row_ref, "no entry speaks of it")


@pytest.mark.django_db
def test_a_draft_needs_no_entry_until_somebody_owns_it(house: House, zhou: Actor, at: datetime):
    (draft,) = keep_draft(draft_id=uuid4(), district="990101", photos=[photo("pink")], actor=zhou, at=at)
    assert verify().is_clean
    Attachment.objects.filter(pk=draft.pk).update(owner_ref=SUBJECT, adopted_at=at)
    assert first(verify()) == (FindingKind.ROW_UNWITNESSED, draft.row_ref, None)


@pytest.mark.django_db
def test_a_row_is_held_to_the_last_entry_that_speaks_of_it(house: House, zhou: Actor, at: datetime):
    attachment = house.photos[0]
    attachment.adopted_at = at + timedelta(days=1)
    with transaction.atomic():
        attachment.save()
        record(event="photo.moved", actor=zhou, at=at, subject=SUBJECT, district="990101", rows=[attachment])
    assert verify().is_clean
    Attachment.objects.filter(pk=attachment.pk).update(adopted_at=at)  # what the first entry said
    assert first(verify()) == (FindingKind.ROW_ALTERED, attachment.row_ref, None)


@pytest.mark.django_db
@pytest.mark.parametrize("damage", ["altered", "another's", "gone"])
def test_bytes_of_a_photo_that_are_others_are_found(house: House, damage: str):
    match damage:
        case "altered":
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT data FROM evidence_attachmentblob WHERE attachment_id = %s", [house.photos[1].pk]
                )
                data = bytearray(cursor.fetchone()[0])
                data[40] ^= 1
            house.sql("UPDATE evidence_attachmentblob SET data = %s WHERE attachment_id = P2", bytes(data))
        case "another's":
            house.sql(
                "UPDATE evidence_attachmentblob SET data ="
                " (SELECT data FROM evidence_attachmentblob WHERE attachment_id = P1) WHERE attachment_id = P2"
            )
        case _:
            house.sql("DELETE FROM evidence_attachmentblob WHERE attachment_id = P2")
    assert [(found.kind, found.ref) for found in verify().findings] == [(FindingKind.PHOTO_ALTERED, house.photo(2))]


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


@pytest.mark.django_db
def test_a_field_no_entry_speaks_of_is_found(house: House, monkeypatch: pytest.MonkeyPatch):
    """As after a migration that gave a witnessed model another field and wrote no entries."""
    values = Attachment.witnessed_values
    monkeypatch.setattr(Attachment, "witnessed_values", lambda row: {**values(row), "caption": ""})
    report = verify()
    assert report.count == 5
    assert report.findings[0].kind == FindingKind.ROW_UNWITNESSED
    assert report.findings[0].detail == "no entry speaks of caption"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        ("UPDATE evidence_attachment SET created_at = '2026-99-09 01:40:00' WHERE id = P2", FindingKind.ROW_UNREADABLE),
        ("UPDATE evidence_entry SET at = '2026-99-09 01:40:00' WHERE id = E2", FindingKind.ENTRY_UNREADABLE),
        ("UPDATE evidence_entry SET body = CAST(X'FF22' AS TEXT) WHERE id = E2", FindingKind.ENTRY_UNREADABLE),
        ("UPDATE evidence_entry SET body = CAST(X'FF22' AS TEXT) WHERE id = E5", FindingKind.ENTRY_UNREADABLE),
    ],
    ids=["a row's time", "an entry's time", "a body", "a body of the tail"],
)
def test_values_no_program_can_read_are_found_and_hide_nothing_else(house: House, statement: str, kind: FindingKind):
    """SQLite keeps whatever it is given; PostgreSQL refuses such values itself."""
    if connection.vendor == "postgresql":
        bytes_of_postgresql = statement.replace("CAST(X'FF22' AS TEXT)", "convert_from('\\xff22', 'UTF8')")
        with pytest.raises(DatabaseError, match=r"out of range|invalid byte sequence"), transaction.atomic():
            house.sql(bytes_of_postgresql)
        return
    house.sql(statement)
    house.sql("UPDATE evidence_attachment SET width = 1 WHERE id = P4")
    found = [(finding.kind, finding.ref) for finding in verify().findings]
    assert found[0][0] == kind
    assert (FindingKind.ROW_ALTERED, house.photo(4)) in found


@pytest.mark.django_db
def test_checks_of_higher_domains_come_last_and_may_stumble(house: House):
    def stumbles():
        yield Finding("clock_wrong", "casework.clock:1", "stored later than recomputed")
        raise ValueError("damaged data")

    house.sql("UPDATE evidence_attachment SET width = 1 WHERE id = P2")
    report = verify(checks=[lambda: iter(()), stumbles])
    assert [(found.kind, found.ref) for found in report.findings] == [
        (FindingKind.ROW_ALTERED, house.photo(2)),
        ("clock_wrong", "casework.clock:1"),
        (FindingKind.CHECK_FAILED, "stumbles"),
    ]


@pytest.mark.django_db
def test_faults_past_the_kept_ones_are_counted(house: House, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("sanhu.domains.evidence.verify.MOST_KEPT", 2)
    house.sql("UPDATE evidence_attachment SET width = 1, height = 1")
    report = verify()
    assert (report.count, len(report.findings)) == (10, 2)


@pytest.mark.django_db
def test_pages_meet_without_a_gap(house: House, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(verify_chain, "_PAGE", 2)
    monkeypatch.setattr(verify_rows, "_PAGE", 2)
    monkeypatch.setattr(verify_rows, "_PHOTOS", 2)
    heard: list[tuple[str, int, int]] = []
    assert verify(progress=lambda *step: heard.append(step)) == Report(chained=4, tail=1, rows=5, count=0, findings=())
    assert heard == [
        ("entries", 2, 5),
        ("entries", 4, 5),
        ("entries", 5, 5),
        ("rows", 2, 5),
        ("rows", 4, 5),
        ("rows", 5, 5),
        ("photos", 2, 5),
        ("photos", 4, 5),
        ("photos", 5, 5),
    ]


@pytest.mark.django_db
def test_verifying_asks_by_the_page_not_by_the_entry(house: House, keep: Callable[..., Attachment]):
    with CaptureQueriesContext(connection) as few:
        verify()
    for _ in range(10):
        keep("red")
    sequence()
    with CaptureQueriesContext(connection) as more:
        verify()
    assert len(more) <= len(few)


@pytest.mark.django_db(transaction=True)
def test_a_district_at_work_can_be_verified(keep: Callable[..., Attachment]):
    """What is written while verifying is left out of it altogether."""
    keep("red")
    written = []

    def meanwhile(what: str, _done: int, _total: int) -> None:
        if what == "entries" and not written:

            def work() -> None:
                try:
                    written.append(keep("green"))
                    sequence()
                finally:
                    connection.close()

            worker = threading.Thread(target=work)
            worker.start()
            worker.join()

    assert verify(progress=meanwhile) == Report(chained=0, tail=1, rows=1, count=0, findings=())
    assert len(written) == 1
    assert verify() == Report(chained=2, tail=0, rows=2, count=0, findings=())
