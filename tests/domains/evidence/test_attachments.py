"""Photos with their form and with their owner: kept over an error, three at most, sealed, adopted once."""

import contextlib
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from sanhu.domains.evidence import attachments
from sanhu.domains.evidence.attachments import (
    Photo,
    UnreadablePhotoError,
    adopt,
    discard_draft,
    drafts_of,
    drop_stale_drafts,
    keep_draft,
    photos_of,
    read,
)
from sanhu.domains.evidence.models import Attachment, AttachmentBlob
from sanhu.engines.actors import Actor
from sanhu.engines.decisions import Refused

from .conftest import photo

OWNER = "matter:990101-20261109-000001"


@pytest.fixture
def draft(zhou: Actor, at: datetime) -> Callable[..., list[Attachment]]:
    """Give a way to keep photos with a form."""

    def draft(*photos: Photo, draft_id: UUID | None = None, at: datetime = at) -> list[Attachment]:
        return keep_draft(draft_id=draft_id or uuid4(), district="990101", photos=photos, actor=zhou, at=at)

    return draft


@pytest.mark.django_db
def test_a_form_shown_again_has_its_photos(draft: Callable[..., list[Attachment]], at: datetime):
    form = uuid4()
    kept = draft(photo("red"), photo("green"), draft_id=form)
    assert [attachment.pk for attachment in drafts_of(form)] == [attachment.pk for attachment in kept]
    first = kept[0]
    assert (first.place, first.owner_ref, first.created_by, first.created_at) == (1, "", "post:12", at)
    assert (first.content_type, first.width, first.height) == ("image/jpeg", 64, 48)
    assert read(first) == photo("red").data
    assert first.size == len(photo("red").data)
    assert drafts_of(uuid4()) == []


@pytest.mark.django_db
def test_the_same_photo_sent_again_is_kept_once(draft: Callable[..., list[Attachment]]):
    form = uuid4()
    draft(photo("red"), draft_id=form)
    kept = draft(photo("red"), photo("green"), photo("green"), draft_id=form)
    assert [attachment.place for attachment in kept] == [1, 2]
    assert AttachmentBlob.objects.count() == 2


@pytest.mark.django_db
def test_a_form_has_three_photos_at_most(draft: Callable[..., list[Attachment]]):
    form = uuid4()
    draft(photo("red"), photo("green"), draft_id=form)
    with pytest.raises(Refused) as refused:
        draft(photo("blue"), photo("black"), draft_id=form)
    assert refused.value.decision.reasons == (attachments.TOO_MANY,)
    assert len(drafts_of(form)) == 2
    assert len(draft(photo("blue"), draft_id=form)) == 3


@pytest.mark.django_db
def test_a_photo_taken_off_makes_room(draft: Callable[..., list[Attachment]]):
    form = uuid4()
    kept = draft(photo("red"), photo("green"), photo("blue"), draft_id=form)
    discard_draft(draft_id=uuid4(), uuid=kept[1].uuid)  # another form's
    assert len(drafts_of(form)) == 3
    discard_draft(draft_id=form, uuid=kept[1].uuid)
    assert [attachment.place for attachment in draft(photo("black"), draft_id=form)] == [1, 2, 3]
    assert AttachmentBlob.objects.count() == 3


@pytest.mark.django_db
@pytest.mark.parametrize("place", [0, 4])
def test_the_database_itself_knows_three_places(draft: Callable[..., list[Attachment]], place: int):
    (kept,) = draft(photo("red"))
    with pytest.raises(IntegrityError), transaction.atomic():
        Attachment.objects.filter(pk=kept.pk).update(place=place)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("same", [True, False])
def test_a_form_posted_twice_at_once_keeps_each_photo_once(
    draft: Callable[..., list[Attachment]], monkeypatch: pytest.MonkeyPatch, *, same: bool
):
    """Both look before either writes, where the database lets them; the places keep the number right."""
    form = uuid4()
    meeting = threading.Barrier(2)
    seen = threading.local()
    look = attachments.drafts_of

    def look_together(draft_id):
        found = look(draft_id)
        if not getattr(seen, "once", False):
            seen.once = True
            with contextlib.suppress(threading.BrokenBarrierError):  # SQLite lets one in at a time
                meeting.wait(timeout=0.5)
        return found

    monkeypatch.setattr(attachments, "drafts_of", look_together)
    outcomes: list[object] = []

    def post(colours: tuple[str, str]) -> None:
        try:
            outcomes.append(len(draft(*map(photo, colours), draft_id=form)))
        except Refused:
            outcomes.append("refused")
        finally:
            connection.close()

    posts = [("red", "green"), ("red", "green") if same else ("blue", "black")]
    threads = [threading.Thread(target=post, args=(colours,)) for colours in posts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes == [2, 2] if same else sorted(map(str, outcomes)) == ["2", "refused"]
    assert len(look(form)) == 2


@pytest.mark.django_db
def test_a_photo_is_never_plain_in_the_database(draft: Callable[..., list[Attachment]]):
    (kept,) = draft(photo("red"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT data FROM evidence_attachmentblob WHERE attachment_id = %s", [kept.pk])
        stored = bytes(cursor.fetchone()[0])
    plain = photo("red").data
    assert read(kept) == plain
    assert b"\xff\xd8\xff" not in stored
    assert plain[20:60] not in stored


@pytest.mark.django_db
def test_an_owner_adopts_a_form_s_photos_once(draft: Callable[..., list[Attachment]], at: datetime):
    form = uuid4()
    draft(photo("red"), photo("green"), draft_id=form)
    draft(photo("blue"), draft_id=uuid4())
    later = at + timedelta(minutes=5)
    adopted = adopt(draft_id=form, owner_ref=OWNER, at=later)
    assert [(row.place, row.owner_ref, row.adopted_at) for row in adopted] == [(1, OWNER, later), (2, OWNER, later)]
    assert photos_of(OWNER) == adopted
    assert [row.witnessed_values() for row in photos_of(OWNER)] == [row.witnessed_values() for row in adopted]
    assert adopt(draft_id=form, owner_ref="matter:other", at=later) == []
    assert photos_of("matter:other") == []


@pytest.mark.django_db(transaction=True)
def test_adopting_needs_the_transaction_that_records_it(draft: Callable[..., list[Attachment]], at: datetime):
    form = uuid4()
    draft(photo("red"), draft_id=form)
    with pytest.raises(RuntimeError, match="transaction that records it"):
        adopt(draft_id=form, owner_ref=OWNER, at=at)
    assert photos_of(OWNER) == []


@pytest.mark.django_db
def test_a_form_posted_again_after_it_was_taken_asks_for_the_same(draft: Callable[..., list[Attachment]], at: datetime):
    form = uuid4()
    first = draft(photo("red"), draft_id=form)
    adopt(draft_id=form, owner_ref=OWNER, at=at)
    again = draft(photo("red"), draft_id=form)
    assert [row.sha256 for row in again] == [row.sha256 for row in first] == [row.sha256 for row in drafts_of(form)]
    assert Attachment.objects.count() == 1


@pytest.mark.django_db
def test_forms_never_sent_lose_their_photos(draft: Callable[..., list[Attachment]], at: datetime):
    old, adopted, fresh = uuid4(), uuid4(), uuid4()
    yesterday = at - timedelta(days=1, minutes=1)
    draft(photo("red"), photo("green"), draft_id=old, at=yesterday)
    draft(photo("blue"), draft_id=adopted, at=yesterday)
    adopt(draft_id=adopted, owner_ref=OWNER, at=yesterday)
    draft(photo("black"), draft_id=fresh, at=at)
    assert drop_stale_drafts(before=at - timedelta(days=1)) == 2
    assert drafts_of(old) == []
    assert (len(photos_of(OWNER)), len(drafts_of(fresh)), AttachmentBlob.objects.count()) == (1, 1, 2)
    assert drop_stale_drafts(before=at - timedelta(days=1)) == 0


@pytest.mark.django_db
@pytest.mark.parametrize("damage", ["altered", "gone"])
def test_a_photo_that_does_not_open_says_so(draft: Callable[..., list[Attachment]], damage: str):
    (kept,) = draft(photo("red"))
    with connection.cursor() as cursor:
        if damage == "altered":
            cursor.execute("UPDATE evidence_attachmentblob SET data = %s", [b"x" * 100])
        else:
            cursor.execute("DELETE FROM evidence_attachmentblob")
    with pytest.raises(UnreadablePhotoError):
        read(kept)
