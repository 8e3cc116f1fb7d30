"""What a reporter adds to an open matter: sealed, entered, so many times, and erased with the matter."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.core.management import call_command
from django.db import connection

from sanhu.domains.casework.models import Matter, Supplement
from sanhu.domains.casework.services.errors import MatterNotFound
from sanhu.domains.casework.services.receipts import receipt_hash
from sanhu.domains.casework.services.retention import erase_matters
from sanhu.domains.casework.services.supplements import Addition, supplement
from sanhu.domains.evidence.attachments import keep_draft, photos_of, take_photo
from sanhu.domains.evidence.models import Attachment, Entry
from sanhu.domains.evidence.requests import ConflictError
from sanhu.domains.evidence.sequencer import sequence
from sanhu.engines.actors import resident
from tests.cast import DISTRICT, MONDAY_MORNING, Carried, Cast, carry, move
from tests.domains.casework.refusals import refusal_of
from tests.portals.filing import photo_bytes

WORDS = "今天又倒了一车，𠮷老师拍了照片。"
OPEN = ["registered", "accepted", "returned", "assigned", "signed", "in_progress", "done", "verified", "suspended"]
HOUR = timedelta(hours=1)


def add(carried: Carried, addition: Addition, **changes: object) -> None:
    said: dict[str, object] = {
        "at": carried.at + HOUR,
        "client_id": uuid4(),
        "receipt_hash": receipt_hash(carried.receipt),
        "addition": addition,
    }
    supplement(**(said | changes))  # type: ignore[arg-type]


def kept_photo(client_id: UUID) -> str:
    """Keep a photo with a form, as the page does, and give its hash."""
    photo = take_photo(data=photo_bytes(colour=(9, 9, 9)), claimed_type="image/jpeg", name="又一张.jpg")
    keep_draft(draft_id=client_id, district=DISTRICT, photos=[photo], actor=resident(DISTRICT), at=MONDAY_MORNING)
    return photo.sha256


def test_words_and_a_photo_are_added_and_go_with_the_matter(own_cast: Cast):
    carried, client_id = carry(own_cast, to="verified"), uuid4()
    photos = (kept_photo(client_id),)
    add(carried, Addition(words=f"  {WORDS}\n", photos=photos), client_id=client_id)
    added = Supplement.objects.get()
    assert (added.matter, added.ordinal, added.words, added.at) == (carried.matter, 1, WORDS, carried.at + HOUR)
    assert [photo.sha256 for photo in photos_of(added.ref)] == list(photos)
    entry = Entry.objects.get(event="matter.supplemented")
    assert (entry.subject_ref, entry.actor_ref) == (carried.matter.ref, "resident")
    assert f'"{added.row_ref}"' in entry.body
    assert "又倒了" not in entry.body
    with connection.cursor() as cursor:
        cursor.execute("SELECT words FROM casework_supplement")
        assert "又倒了" not in cursor.fetchone()[0]
    sequence()
    call_command("verify")

    move(own_cast, carried.matter.number, "close", by="何", at=carried.at + 2 * HOUR)
    assert erase_matters(at=carried.at + timedelta(days=6 * 366)) == 1
    added.refresh_from_db()
    assert added.words == ""
    assert not Attachment.objects.exists()
    sequence()
    call_command("verify")


@pytest.mark.parametrize("state", OPEN)
def test_whatever_is_open_can_be_added_to(state: str, cast: Cast):
    carried = carry(cast, to=state)
    before = Matter.objects.values("state", "revision").get(pk=carried.matter.pk)
    add(carried, Addition(words=WORDS))
    assert Matter.objects.values("state", "revision").get(pk=carried.matter.pk) == before
    assert Supplement.objects.get().words == WORDS


@pytest.mark.parametrize("state", ["closed", "merged", "declined"])
def test_what_has_ended_is_not_added_to(state: str, cast: Cast):
    decision = refusal_of(lambda: add(carry(cast, to=state), Addition(words=WORDS)))
    assert decision.reasons == ("这件事已经结束，不能再补充；有新的情况，请再反映一次",)
    assert decision.citations == ("分类管理办法第八条",)
    assert not Supplement.objects.exists()


def test_five_times_and_not_a_sixth(cast: Cast):
    carried = carry(cast, to="accepted")
    for turn in range(5):
        add(carried, Addition(words=f"第 {turn + 1} 次"))
    assert refusal_of(lambda: add(carried, Addition(words=WORDS))).reasons == (
        "补充的次数已经用完；要紧的情况，请到街道窗口说明",
    )
    assert list(Supplement.objects.order_by("ordinal").values_list("ordinal", flat=True)) == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("words", "reason"),
    [(" \n", "补充的内容：写几句话，或者附上照片"), ("长" * 2001, "补充的内容：不超过 2000 个字")],
)
def test_an_addition_says_something_and_not_too_much(words: str, reason: str, cast: Cast):
    assert refusal_of(lambda: add(carry(cast, to="accepted"), Addition(words=words))).reasons == (reason,)
    assert not Supplement.objects.exists()


def test_the_same_form_twice_is_one_addition_and_with_other_words_a_conflict(cast: Cast):
    carried, client_id = carry(cast, to="accepted"), uuid4()
    for _turn in range(2):
        add(carried, Addition(words=WORDS), client_id=client_id)
    assert Supplement.objects.count() == 1
    with pytest.raises(ConflictError):
        add(carried, Addition(words="别的"), client_id=client_id)
    with pytest.raises(MatterNotFound):
        add(carried, Addition(words=WORDS), receipt_hash=receipt_hash("0000-0000-00000"))
