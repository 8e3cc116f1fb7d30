"""Writing entries: in the deciding transaction, witnessing rows without telling what is in them."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from sanhu.domains.evidence.models import Attachment, Entry
from sanhu.domains.evidence.record import Line, lines_of, record
from sanhu.domains.evidence.sequencer import sequence
from sanhu.engines.actors import Actor
from sanhu.engines.chain import commitment

SUBJECT = "matter:990101-20261109-000001"


@pytest.mark.django_db(transaction=True)
def test_an_entry_outside_the_deciding_transaction_is_refused(zhou: Actor, at: datetime):
    with pytest.raises(RuntimeError, match="transaction that decides"):
        record(event="matter.registered", actor=zhou, at=at, subject=SUBJECT, district="990101")
    assert not Entry.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_an_entry_goes_with_its_deed(keep: Callable[..., Attachment]):
    with transaction.atomic():
        keep("red")
        transaction.set_rollback(True)
    assert not Attachment.objects.exists()
    assert not Entry.objects.exists()


@pytest.mark.django_db
def test_a_row_is_saved_before_the_record_speaks_of_it(zhou: Actor, at: datetime):
    with pytest.raises(ValueError, match="saved before"):
        record(
            event="photo.kept", actor=zhou, at=at, subject=SUBJECT, district="990101", rows=[Attachment(created_at=at)]
        )


@pytest.mark.django_db
def test_an_entry_says_who_did_what_when_and_commits_to_every_field(keep: Callable[..., Attachment], at: datetime):
    photo = keep("red")
    entry = Entry.objects.select_related("opening").get()
    body = json.loads(entry.body)
    assert len(bytes.fromhex(body.pop("nonce"))) == 16
    committed = body["rows"].pop(f"evidence.attachment:{photo.pk}")
    assert body == {
        "v": 2,
        "event": "photo.kept",
        "at": "2026-11-09T01:40:00.000000Z",
        "actor": "post:12",
        "district": "990101",
        "subject": SUBJECT,
        "rows": {},
        "facts": {},
    }
    assert set(committed) == {field.attname for field in Attachment._meta.concrete_fields} - {"id"}
    salts = entry.opening.salts[photo.row_ref]
    assert len(set(salts.values())) == len(salts) == len(committed)
    assert committed["size"] == commitment(bytes.fromhex(salts["size"]), "size", photo.size)
    assert photo.sha256 not in entry.body


@pytest.mark.django_db
def test_an_entry_costs_two_statements(zhou: Actor, at: datetime, keep: Callable[..., Attachment]):
    rows = [keep("red"), keep("blue")]
    with CaptureQueriesContext(connection) as asked:
        record(event="photo.seen", actor=zhou, at=at, subject=SUBJECT, district="990101", rows=rows)
    assert [query["sql"].split()[0] for query in asked.captured_queries] == ["INSERT", "INSERT"]


@pytest.mark.django_db
def test_a_subject_s_lines_are_what_a_page_may_print(zhou: Actor, at: datetime, keep: Callable[..., Attachment]):
    keep("red", owner=SUBJECT)
    keep("blue", owner="matter:990101-20261109-000002")
    sequence()
    later = at + timedelta(hours=1)
    with transaction.atomic():
        record(event="matter.accepted", actor=zhou, at=later, subject=SUBJECT, district="990101")
    chained = Entry.objects.get(seq=1)
    assert lines_of(SUBJECT) == [
        Line(seq=1, hash_prefix=chained.hash[:12], event="photo.kept", at=at),
        Line(seq=None, hash_prefix="", event="matter.accepted", at=later),
    ]
