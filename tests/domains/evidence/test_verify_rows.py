"""Whatever is altered in a row the record vouches for is found by its field; what was not altered is not."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection, transaction

from sanhu.domains.evidence.attachments import keep_draft
from sanhu.domains.evidence.models import Attachment
from sanhu.domains.evidence.record import record
from sanhu.domains.evidence.verify import Finding, FindingKind, verify
from sanhu.engines.actors import Actor

from .conftest import SUBJECT, House, first, photo

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


@pytest.mark.django_db
def test_a_field_no_entry_speaks_of_is_found(house: House, monkeypatch: pytest.MonkeyPatch):
    """As after a migration that gave a witnessed model another field and wrote no entries."""
    values = Attachment.witnessed_values
    monkeypatch.setattr(Attachment, "witnessed_values", lambda row: {**values(row), "caption": ""})
    report = verify()
    assert report.count == 5
    assert report.findings[0].kind == FindingKind.ROW_UNWITNESSED
    assert report.findings[0].detail == "no entry speaks of caption"
