"""Words and pictures before they are public: what waits, who decides, what the public gets, and what goes again."""

from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from uuid import UUID, uuid4

import pytest
from PIL import Image

from sanhu.domains.casework import publications
from sanhu.domains.casework.erasure_rules import ErasureGround, ErasureScope
from sanhu.domains.casework.models import Matter, Publication, Supplement, Verdict
from sanhu.domains.casework.publishing_rules import may_blacken, may_mask_words, may_pass_words, only_hides
from sanhu.domains.casework.services.erasure_requests import ErasureWish, agree_to_erasure, ask_erasure
from sanhu.domains.casework.services.errors import PublicationNotFound
from sanhu.domains.casework.services.intake import register
from sanhu.domains.casework.services.publishing import Ruling, decide
from sanhu.domains.casework.services.supplements import Addition, supplement
from sanhu.domains.casework.verification import CHECKS
from sanhu.domains.evidence.attachments import keep_draft, photos_of, read, take_photo
from sanhu.domains.evidence.models import Attachment, AttachmentBlob, Entry
from sanhu.domains.evidence.requests import ConflictError, StaleForm
from sanhu.domains.evidence.sequencer import sequence
from sanhu.domains.evidence.verify import verify
from sanhu.domains.evidence.verify_chain import body_of
from sanhu.engines.actors import SYSTEM, resident
from sanhu.engines.blackening import Box, pixels_of
from sanhu.engines.decisions import Refused
from tests.cast import DISTRICT, HAPPY_WAY, MONDAY_MORNING, Cast, move, report_matter, report_of
from tests.domains.casework.refusals import refusal_of
from tests.portals.filing import photo_bytes, report_with_photo

WORDS = "我叫林㛃，三号楼2单元门口堆了垃圾，电话13800990101。"
MASKED = "我叫林*，三号楼*单元门口堆了垃圾，电话***********。"
PLAIN = "三号楼门口堆了装修垃圾，三天没人清。"
NOON = MONDAY_MORNING + timedelta(hours=3)
HALF = Box(0, 0, 50, 100)


@pytest.fixture(autouse=True)
def _nothing_unwitnessed(db: None) -> Iterator[None]:
    """Whatever a test did, the record still vouches for every row."""
    yield
    while sequence():
        pass
    assert verify(checks=CHECKS).findings == ()


def accepted(cast: Cast, *, item: str = "K1-06", with_photo: bool = False, words: str = PLAIN) -> Matter:
    """Report and accept a matter."""
    reported = report_with_photo(words=words) if with_photo else report_matter(cast, words=words)
    return move(cast, reported.number, "accept", by="周", duty_id=cast.duties[item].pk, public_title="")


def rule(
    cast: Cast,
    publication: Publication,
    verdict: Verdict,
    *,
    by: str = "徐",
    client_id: UUID | None = None,
    **said: object,
) -> Publication:
    """Decide as somebody, on the publication as it stands unless another revision is said."""
    wish: dict[str, object] = {"revision": publication.revision, **said}
    return decide(
        actor=cast.actor(by, NOON),
        at=NOON,
        client_id=client_id or uuid4(),
        publication_id=publication.pk,
        ruling=Ruling(verdict=verdict, **wish),  # type: ignore[arg-type]
    )


def waiting(cast: Cast, by: str = "徐") -> list[Publication]:
    return list(publications.waiting_on(cast.actor(by)))


def words_of(matter: Matter) -> list[str]:
    return [one.words for one in publications.published_words(Matter.objects.get(pk=matter.pk))]


def add(receipt: str, words: str, *, photo: bool = False) -> None:
    """Add words, and a photo, to the matter of a receipt."""
    client_id = uuid4()
    hashes: tuple[str, ...] = ()
    if photo:
        taken = take_photo(data=photo_bytes(colour=(9, 9, 200)), claimed_type="image/jpeg", name="后来.jpg")
        keep_draft(draft_id=client_id, district=DISTRICT, photos=[taken], actor=resident(DISTRICT), at=NOON)
        hashes = (taken.sha256,)
    supplement(at=NOON, client_id=client_id, receipt_hash=receipt, addition=Addition(words=words, photos=hashes))


# --- the rules


@pytest.mark.parametrize(
    ("words", "shown", "is_allowed"),
    [
        (WORDS, MASKED, True),
        (WORDS, "我叫*，三号楼*门口堆了垃圾*。", True),
        (WORDS, "*三号楼*单元*", True),
        (WORDS, MASKED.replace("。", "！"), False),
        (WORDS, MASKED.replace("堆了垃圾", "没有垃圾"), False),
        (WORDS, "三号楼门口堆了垃圾", False),
        (WORDS, "电话*三号楼*单元*", False),
        (WORDS, MASKED + "*", False),
        (WORDS, WORDS, False),
        (WORDS, "**", False),
        (WORDS, "", False),
        (WORDS, MASKED.replace("***********", "13800990101"), False),
        ("一行\n我叫林㛃", "一行\r\n我叫林*", True),
        ("打了3*4块板，我叫林㛃", "打了3*4块板，我叫林*", True),
    ],
)
def test_masked_words_are_the_persons_own_with_some_hidden(words: str, shown: str, is_allowed: bool):
    assert bool(may_mask_words(words, shown)) is is_allowed


@pytest.mark.parametrize(
    ("words", "shown", "is_true"),
    [
        ("甲乙丙丁", "甲**丁", True),
        ("甲乙丙丁", "*乙*", True),
        ("甲乙丙丁", "甲*", True),
        ("甲乙丙丁", "*丁", True),
        ("甲乙丙丁", "甲乙丙丁*", False),
        ("甲乙丙丁", "*甲乙丙丁", False),
        ("甲乙丙丁", "乙*", False),
        ("甲乙丙丁", "甲*乙丙丁", False),
        ("甲乙甲丁", "*甲丁", True),
        ("甲甲", "甲*甲", False),
        ("𠮷甲𬭎", "𠮷*𬭎", True),
    ],
)
def test_what_stands_between_the_masks_stands_in_the_words_in_order(words: str, shown: str, is_true: bool):
    assert only_hides(words, shown) is is_true


def test_words_with_something_certain_are_not_passed_as_they_are():
    assert may_pass_words(PLAIN)
    assert may_pass_words("邻居王小明家的狗叫"), "uncertain: a person judges"
    refused = may_pass_words(WORDS)
    assert refused.citations == ("个人信息保护法第二十五条",)


@pytest.mark.parametrize(
    "boxes",
    [(), (HALF,) * 9, (Box(0, 0, 0, 5),), (Box(100, 0, 5, 5),), (Box(-1, 0, 5, 5),), (Box(0, 0, float("nan"), 5),)],
)
def test_boxes_lie_on_the_picture(boxes: tuple[Box, ...]):
    assert may_blacken((HALF,))
    assert not may_blacken(boxes)


def test_a_box_covers_every_pixel_it_touches():
    assert pixels_of(Box(33.4, 0, 0.1, 100), width=3, height=3) == (1, 0, 1, 2)
    assert pixels_of(Box(90, 90, 50, 50), width=10, height=10) == (9, 9, 9, 9)
    assert pixels_of(Box(0, 0, 0.01, 0.01), width=10, height=10) == (0, 0, 0, 0)


# --- what waits


@pytest.mark.covers("R84.2")
def test_accepting_a_public_matter_queues_its_words_and_each_photo_in_the_same_entry(cast: Cast):
    matter = accepted(cast, with_photo=True)
    words, photo = waiting(cast)
    (original,) = photos_of(matter.ref)
    assert (words.photo, photo.photo) == (None, original.uuid)
    assert (publications.original_words(words), publications.original_photo(photo)) == (PLAIN, original)
    body = body_of(Entry.objects.get(event="matter.accepted"))
    assert body is not None
    assert {words.row_ref, photo.row_ref} <= set(body["rows"])
    assert words_of(matter) == []
    assert publications.published_photos(matter) == ()


@pytest.mark.parametrize("item", ["K2-01", "K1-10"])
def test_what_is_not_public_never_enters_the_queue(cast: Cast, item: str):
    matter = accepted(cast, item=item, with_photo=True)
    assert matter.publicity != "public"
    assert not Publication.objects.exists()


def test_only_whoever_may_publish_in_the_area_sees_what_waits(cast: Cast):
    accepted(cast)
    seen = {by: len(waiting(cast, by)) for by in "徐高周吴孙陈何郑"}
    assert seen == {"徐": 1, "高": 1, "周": 0, "吴": 0, "孙": 0, "陈": 0, "何": 0, "郑": 0}
    assert not publications.waiting_on(SYSTEM).exists()
    assert not publications.waiting_on(resident(DISTRICT)).exists()
    (one,) = waiting(cast)
    for stranger in ("郑", "周"):
        with pytest.raises(PublicationNotFound):
            rule(cast, one, Verdict.PASSED, by=stranger)


def test_a_supplement_to_a_public_matter_waits_too(cast: Cast):
    reported = report_matter(cast, words=PLAIN)
    add_receipt = Matter.objects.get(number=reported.number).receipt_hash
    add(add_receipt, "昨天又多了两袋。")
    assert waiting(cast) == [], "nothing is decided before the matter is accepted"
    matter = move(cast, reported.number, "accept", by="周", duty_id=cast.duties["K1-06"].pk)
    assert [publications.original_words(one) for one in waiting(cast)] == [PLAIN, "昨天又多了两袋。"]
    add(add_receipt, "今天清走了。", photo=True)
    *_before, words, photo = waiting(cast)
    assert publications.original_words(words) == "今天清走了。"
    assert photo.photo == photos_of(Supplement.objects.get(ordinal=2).ref)[0].uuid
    for one in waiting(cast):
        rule(cast, one, Verdict.PASSED)
    shown = publications.published_words(matter)
    assert [(one.ordinal, one.words) for one in shown] == [(0, PLAIN), (1, "昨天又多了两袋。"), (2, "今天清走了。")]
    assert len(publications.published_photos(matter)) == 1


def test_what_is_merged_waits_no_more(cast: Cast):
    matter = accepted(cast)
    main = report_matter(cast)
    (one, *_) = waiting(cast)
    move(cast, matter.number, "merge", by="徐", into=main.number)
    assert waiting(cast) == []
    with pytest.raises(PublicationNotFound):
        rule(cast, one, Verdict.PASSED)


# --- deciding


def test_words_are_passed_masked_withheld_and_each_decision_is_entered(cast: Cast):
    matter = accepted(cast, words=WORDS)
    (one,) = waiting(cast)
    with pytest.raises(Refused):
        rule(cast, one, Verdict.PASSED)
    with pytest.raises(Refused):
        rule(cast, one, Verdict.MASKED, words=MASKED.replace("*单元", "2单元"))
    with pytest.raises(Refused):
        rule(cast, one, Verdict.PENDING)
    assert words_of(matter) == []
    one = rule(cast, one, Verdict.MASKED, words=MASKED)
    assert words_of(matter) == [MASKED]
    assert (one.decided_by_id, one.decided_at, one.revision) == (cast["徐"].person.pk, NOON, 1)
    assert waiting(cast) == []
    body = body_of(Entry.objects.get(event="matter.publication_decided"))
    assert body is not None
    assert (body["subject"], body["actor"]) == (matter.ref, cast.actor("徐").ref)
    assert body["facts"] == {"of": "words", "before": "pending", "verdict": "masked", "boxes": 0}


def test_a_later_reviewer_withdraws_with_a_reason_and_the_old_decision_stays_in_the_record(cast: Cast):
    matter = accepted(cast)
    (one,) = waiting(cast)
    one = rule(cast, one, Verdict.PASSED)
    assert words_of(matter) == [PLAIN]
    for empty in ("", "  "):
        refused = refusal_of(lambda said=empty: rule(cast, one, Verdict.WITHHELD, by="高", reason=said))  # type: ignore[misc]
        assert "须写明理由" in refused.reasons[0]
        assert refused.citations == ("个人信息保护法第二十五条",)
    with pytest.raises(Refused):
        rule(cast, one, Verdict.WITHHELD, by="高", reason="多" * 201)
    one = rule(cast, one, Verdict.WITHHELD, by="高", reason="反映人来电，不愿公开。")
    assert words_of(matter) == []
    assert (one.decided_by_id, one.reason) == (cast["高"].person.pk, "反映人来电，不愿公开。")
    told = [body_of(entry) for entry in Entry.objects.filter(event="matter.publication_decided").order_by("pk")]
    assert [body["facts"]["verdict"] for body in told if body] == ["passed", "withheld"]
    assert [body["actor"] for body in told if body] == [cast.actor(by).ref for by in ("徐", "高")]


def test_a_form_counts_once_and_one_of_before_is_stale(cast: Cast):
    accepted(cast)
    (one,) = waiting(cast)
    key = uuid4()
    rule(cast, one, Verdict.PASSED, client_id=key)
    again = rule(cast, one, Verdict.PASSED, client_id=key)
    assert again.revision == 1
    assert Entry.objects.filter(event="matter.publication_decided").count() == 1
    with pytest.raises(ConflictError):
        rule(cast, one, Verdict.WITHHELD, reason="不公开", client_id=key)
    with pytest.raises(StaleForm):
        rule(cast, one, Verdict.WITHHELD, by="高", reason="不公开")


def test_a_photo_is_blackened_into_a_copy_and_the_original_stays(cast: Cast):
    matter = accepted(cast, with_photo=True)
    _words, photo = waiting(cast)
    (original,) = photos_of(matter.ref)
    before = read(original)
    with pytest.raises(Refused):
        rule(cast, photo, Verdict.MASKED)
    photo = rule(cast, photo, Verdict.MASKED, boxes=(HALF,))
    (shown,) = publications.published_photos(matter)
    assert photo.public_photo == shown.uuid != original.uuid
    copy = Attachment.objects.get(uuid=shown.uuid)
    assert (copy.owner_ref, copy.district) == (photo.ref, DISTRICT)
    assert read(original) == before
    with Image.open(BytesIO(read(copy))) as image:
        assert image.size == (original.width, original.height)
        left, right = image.getpixel((8, 32)), image.getpixel((56, 32))
    assert max(left) < 8, "black, but for what the encoder does"
    assert min(right) > 100
    assert publications.published_photo(matter, shown.uuid) == copy
    assert publications.published_photo(matter, original.uuid) is None


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_other_kinds_of_pictures_are_blackened_too(cast: Cast, kind: str):
    client_id = uuid4()
    taken = take_photo(data=photo_bytes(kind), claimed_type=f"image/{kind.lower()}", name=f"x.{kind.lower()}")
    keep_draft(draft_id=client_id, district=DISTRICT, photos=[taken], actor=cast.resident, at=MONDAY_MORNING)
    report = report_of(words=PLAIN, photos=(taken.sha256,))
    number = register(actor=cast.resident, at=MONDAY_MORNING, client_id=client_id, report=report).number
    move(cast, number, "accept", by="周", duty_id=cast.duties["K1-06"].pk)
    _words, photo = waiting(cast)
    photo = rule(cast, photo, Verdict.MASKED, boxes=(HALF, Box(75, 75, 25, 25)))
    with Image.open(BytesIO(read(Attachment.objects.get(uuid=photo.public_photo)))) as image:
        pixels = image.convert("RGB")
    assert max(pixels.getpixel((60, 60))) < 8
    assert min(pixels.getpixel((56, 10))) > 100


def test_a_photo_passed_and_then_withdrawn_is_no_longer_there_for_the_public(cast: Cast):
    matter = accepted(cast, with_photo=True)
    _words, photo = waiting(cast)
    (original,) = photos_of(matter.ref)
    photo = rule(cast, photo, Verdict.PASSED)
    assert publications.published_photo(matter, original.uuid) == original
    rule(cast, photo, Verdict.WITHHELD, reason="照片里有孩子。")
    assert publications.published_photo(matter, original.uuid) is None
    assert publications.published_photos(matter) == ()


# --- what follows the matter


def test_under_an_item_that_is_not_public_nothing_is_shown_whatever_was_decided(cast: Cast):
    matter = accepted(cast, with_photo=True)
    for one in waiting(cast):
        rule(cast, one, Verdict.PASSED)
    assert words_of(matter)
    matter.publicity = "receipt_only"
    assert publications.published_words(matter) == ()
    assert publications.published_photos(matter) == ()
    assert publications.published_photo(matter, photos_of(matter.ref)[0].uuid) is None


@pytest.mark.covers("R84.2")
def test_erasing_takes_what_was_published_and_the_blackened_copies(cast: Cast):
    reported = report_with_photo(words=WORDS)
    at = MONDAY_MORNING
    for code, who, pause in HAPPY_WAY:
        at += pause
        move(cast, reported.number, code, by=who, at=at)
    matter = Matter.objects.get(number=reported.number)
    words, photo = publications.decisions_on(matter)
    rule(cast, words, Verdict.MASKED, words=MASKED)
    photo = rule(cast, photo, Verdict.MASKED, boxes=(HALF,), reason="林阿姨的脸")
    later = at + timedelta(days=40)
    wish = ErasureWish(scope=ErasureScope.EVERYTHING, ground=ErasureGround.PURPOSE_ACHIEVED, reason="本人到窗口提出")
    asked = ask_erasure(actor=cast.actor("周", later), at=later, number=matter.number, wish=wish)
    agree_to_erasure(actor=cast.actor("冯", later), at=later, erasure_id=asked.pk)
    matter.refresh_from_db()
    assert publications.published_words(matter) == ()
    assert publications.published_photos(matter) == ()
    assert set(matter.publications.values_list("public_words", "reason")) == {("", "")}
    assert not Attachment.objects.filter(owner_ref__in=[matter.ref, photo.ref]).exists()
    assert not AttachmentBlob.objects.exists()
    with pytest.raises(PublicationNotFound):
        rule(cast, photo, Verdict.WITHHELD, reason="太晚了")
