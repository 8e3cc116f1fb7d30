"""What was erased is not left lying in the database file: neither what was sealed nor the salt that opened it."""

import base64
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import connection, transaction

from sanhu.config.databases import database
from sanhu.domains.evidence.attachments import Photo, adopt, erase_photos, keep_draft
from sanhu.domains.evidence.erasure import all_erased, destroy_salts_of, empty_log
from sanhu.domains.evidence.models import Attachment, Opening, Unmasking
from sanhu.domains.evidence.record import record
from sanhu.domains.evidence.unmasking import forget_reasons
from sanhu.engines.actors import SYSTEM
from tests.conftest import MONDAY_MORNING

SUBJECT, DISTRICT = "matter:99010120261109000001", "990101"
# Longer than a page, so that it lies on pages of its own, which become free.
PICTURE = bytes(range(256)) * 100


def test_sqlite_is_told_to_overwrite_what_it_deletes():
    options = database("sqlite:////srv/sanhu.sqlite3")["OPTIONS"]
    assert "PRAGMA secure_delete=ON" in options["init_command"].replace(" = ", "=")


@pytest.mark.covers("R84.2")
@pytest.mark.django_db(transaction=True)
def test_neither_sealed_text_nor_salt_nor_photo_is_left_in_the_file():
    look = _look("看门牌号去现场")
    (photo,) = _photo()
    sealed = _sealed("SELECT reason FROM evidence_unmasking WHERE id = %s", look.pk)
    picture = bytes(_sealed("SELECT data FROM evidence_attachmentblob WHERE attachment_id = %s", photo.pk))
    salts = [
        opening.salts[row.row_ref]
        for opening in Opening.objects.all()
        for row in (look, photo)
        if row.row_ref in opening.salts
    ]
    traces = [str(sealed).encode(), base64.b64decode(str(sealed)[3:]), picture[5000:5040]]
    traces += [salt.encode() for found in salts for name, salt in found.items() if name in {"reason", "sha256"}]
    assert len(traces) == 5
    before = _file()
    assert before is None or sum(trace in before for trace in traces) >= 4, "else this would look for nothing"
    with transaction.atomic():
        rows, fields = forget_reasons(SUBJECT)
        gone = {**fields, **erase_photos(SUBJECT)}
        destroy_salts_of(gone, subjects=[SUBJECT])
        record(
            event="person.erased",
            actor=SYSTEM,
            at=MONDAY_MORNING,
            subject=SUBJECT,
            district=DISTRICT,
            rows=rows,
            facts=all_erased(gone),
        )
    after = _file()
    if after is None:  # PostgreSQL keeps old versions until vacuum has passed: there the tables are asked
        assert not Attachment.objects.exists()
        assert not any(salt.decode() in str(opening.salts) for salt in traces[3:] for opening in Opening.objects.all())
    else:
        assert [trace for trace in traces if trace in after] == []


def _look(reason: str) -> Unmasking:
    with transaction.atomic():
        look = Unmasking.objects.create(
            district=DISTRICT,
            subject_ref=SUBJECT,
            field="address",
            actor_ref="post:1",
            reason=reason,
            at=MONDAY_MORNING,
        )
        record(
            event="personal_data.unmasked",
            actor=SYSTEM,
            at=MONDAY_MORNING,
            subject=SUBJECT,
            district=DISTRICT,
            rows=[look],
        )
    return look


def _photo() -> list[Attachment]:
    draft = uuid4()
    picture = Photo(content_type="image/png", width=1, height=1, data=PICTURE)
    with transaction.atomic():
        keep_draft(draft_id=draft, district=DISTRICT, photos=[picture], actor=SYSTEM, at=MONDAY_MORNING)
        photos = adopt(draft_id=draft, owner_ref=SUBJECT, at=MONDAY_MORNING)
        record(event="photo.kept", actor=SYSTEM, at=MONDAY_MORNING, subject=SUBJECT, district=DISTRICT, rows=photos)
    return photos


def _sealed(statement: str, key: int) -> bytes | str:
    with connection.cursor() as cursor:
        cursor.execute(statement, [key])
        return cursor.fetchone()[0]


def _file() -> bytes | None:
    """Read the database's file, the log ahead of it written in; None where there is no such file."""
    if connection.vendor != "sqlite":
        return None
    assert empty_log()
    path = Path(str(connection.settings_dict["NAME"]))
    log = path.with_name(path.name + "-wal")
    assert log.stat().st_size == 0
    return path.read_bytes()


def test_in_the_middle_of_a_transaction_the_log_is_left_alone(db: None):
    assert not empty_log()
