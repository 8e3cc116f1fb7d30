"""A person's data in a matter goes, value by salt; the entry says so; the record still proves itself."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from sanhu.domains.casework.erasure_rules import ErasureGround, ErasureScope
from sanhu.domains.casework.models import Contact, Erasure, Matter, Rating, Step
from sanhu.domains.casework.services.erasure_requests import (
    ErasureWish,
    agree_to_erasure,
    ask_erasure,
    refuse_erasure,
)
from sanhu.domains.casework.services.errors import MatterNotFound
from sanhu.domains.casework.services.receipts import receipt_code, receipt_hash
from sanhu.domains.casework.services.retention import drop_requests, erase_matters
from sanhu.domains.casework.services.unmasking import MaskedField, unmask_matter
from sanhu.domains.casework.verification import CHECKS
from sanhu.domains.evidence.models import Attachment, AttachmentBlob, Entry, Notice, Opening, Request, Unmasking
from sanhu.domains.evidence.models.notice import Channel
from sanhu.domains.evidence.sequencer import sequence
from sanhu.domains.evidence.verify import verify
from sanhu.domains.subjects.services.doors import FieldRefused, NotFound
from sanhu.engines.decisions import Refused
from tests.cast import HAPPY_WAY, MONDAY_MORNING, Carried, Cast, carry, move, rate_matter
from tests.portals.filing import report_with_photo

PHONE = "13800990101"
WORDS, PLACE, SAID = "三号楼林阿姨家门口", "翠园3-2-501", "林阿姨辛苦了"
TITLE = "装修垃圾堆在垃圾桶边"
DAY = timedelta(days=1)


def closed(cast: Cast, **changes: Any) -> Carried:
    """Carry a matter full of somebody to its end: words, place, point, contact, answers, a rating."""
    said = {"words": WORDS, "address": PLACE, "lon": 116.0015, "lat": 39.0005} | changes
    carried = carry(cast, to="closed", contact_channel=Channel.SMS, contact_address=PHONE, **said)
    rate_matter(carried, words=SAID)
    return carried


@pytest.fixture
def with_photo(cast: Cast) -> Carried:
    """Carry a matter with a photo to its end."""
    registered = report_with_photo()
    at = MONDAY_MORNING
    for code, who, pause in HAPPY_WAY:
        at += pause
        move(cast, registered.number, code, by=who, at=at)
    return Carried(matter=Matter.objects.get(number=registered.number), receipt=registered.receipt, at=at)


def wish(**changes: Any) -> ErasureWish:
    asked: dict[str, Any] = {
        "scope": ErasureScope.EVERYTHING,
        "ground": ErasureGround.PURPOSE_ACHIEVED,
        "reason": "林本人持回执码到窗口提出",
    }
    return ErasureWish(**(asked | changes))


def ask(cast: Cast, carried: Carried, *, by: str = "周", **changes: Any) -> Erasure:
    at = carried.at + 40 * DAY
    return ask_erasure(actor=cast.actor(by, at), at=at, number=carried.matter.number, wish=wish(**changes))


def agree(cast: Cast, carried: Carried, erasure: Erasure, *, by: str = "冯") -> Erasure:
    at = carried.at + 41 * DAY
    return agree_to_erasure(actor=cast.actor(by, at), at=at, erasure_id=erasure.pk)


def salts_of(matter: Matter) -> dict[tuple[str, str], list[int]]:
    """Give by row and field the entries that still have its salt."""
    found: dict[tuple[str, str], list[int]] = {}
    for opening in Opening.objects.filter(entry__subject_ref=matter.ref).order_by("entry_id"):
        for ref, salts in opening.salts.items():
            for name in salts:
                found.setdefault((ref, name), []).append(opening.entry_id)
    return found


def is_clean() -> bool:
    while sequence():
        pass
    findings = verify(checks=CHECKS).findings
    assert findings == ()
    return True


@pytest.mark.covers("R84.2")
def test_everything_that_tells_of_the_person_is_gone_and_the_record_still_proves_itself(cast: Cast):
    carried = closed(cast)
    at = carried.at + DAY
    unmask_matter(
        actor=cast.actor("何", at), at=at, number=carried.matter.number, field=MaskedField.CONTACT, reason="回访林阿姨"
    )
    sequence()
    before = salts_of(carried.matter)
    erasure = agree(cast, carried, ask(cast, carried))
    matter = Matter.objects.get(pk=carried.matter.pk)
    assert (matter.words, matter.address, matter.public_title, matter.lon, matter.lat) == ("", "", "", None, None)
    assert set(Step.objects.filter(matter=matter).values_list("reason", "reply")) == {("", "")}
    assert Rating.objects.get(matter=matter).words == ""
    assert Contact.objects.get(matter=matter).address == ""
    assert set(Notice.objects.filter(subject_ref=matter.ref).values_list("address", "text")) == {("", "")}
    assert (Unmasking.objects.get().reason, Erasure.objects.get().reason) == ("", "")
    entry = Entry.objects.get(event="personal_data.erased")
    after = salts_of(matter)
    for (ref, name), entries in before.items():
        if (ref, name) in {(matter.row_ref, field) for field in ("words", "address", "public_title", "lon", "lat")}:
            assert entries
            assert after[ref, name] == [entry.pk], "only the salt of the empty value is left"
        if name in {"reason", "reply"} and ref.startswith("casework.step"):
            assert set(after[ref, name]) <= {entry.pk, *entries}
    assert (entry.subject_ref, entry.actor_ref) == (matter.ref, cast.actor("冯").ref)
    assert (matter.state, matter.number, matter.cell_code) == (
        "closed",
        carried.matter.number,
        carried.matter.cell_code,
    )
    assert (erasure.state, erasure.article) == ("erased", "个人信息保护法第四十七条第一款第一项")
    assert is_clean()


def test_no_salt_of_what_was_said_is_left(cast: Cast):
    carried = closed(cast)
    step = Step.objects.get(matter=carried.matter, move="finish")
    assert step.reply
    agree(cast, carried, ask(cast, carried))
    (entry,) = salts_of(carried.matter)[step.row_ref, "reply"]
    assert Entry.objects.get(pk=entry).event == "personal_data.erased"


def test_photos_go_with_their_rows(cast: Cast, with_photo: Carried):
    owner = with_photo.matter.ref
    (photo,) = Attachment.objects.filter(owner_ref=owner)
    ref = photo.row_ref
    agree(cast, with_photo, ask(cast, with_photo))
    assert not Attachment.objects.filter(owner_ref=owner).exists()
    assert not AttachmentBlob.objects.filter(pk=photo.pk).exists()
    assert not any(ref in opening.salts and opening.salts[ref] for opening in Opening.objects.all())
    assert ref in Entry.objects.get(event="personal_data.erased").body
    assert is_clean()


def test_no_column_of_any_table_holds_it_afterwards(cast: Cast):
    """What is sealed looks different each time, so the sealed texts themselves are looked for."""
    carried = closed(cast)
    sealed = {text for text in _texts() if text.startswith("v1:")}
    of_this = {text for text in sealed if text in _texts_of(carried.matter)}
    assert len(of_this) >= 5
    agree(cast, carried, ask(cast, carried))
    left = "\n".join(_texts())
    assert [text for text in of_this if text in left] == []
    assert not any(said in left for said in (WORDS, PLACE, TITLE, SAID, PHONE))


def _texts() -> list[str]:
    tables = [name for name in connection.introspection.table_names() if name.startswith(("casework", "evidence"))]
    found = []
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f'SELECT * FROM "{table}"')
            found += [str(value) for row in cursor.fetchall() for value in row]
    return found


def _texts_of(matter: Matter) -> set[str]:
    asked = (
        ("SELECT words, address FROM casework_matter WHERE id = %s", matter.pk),
        ("SELECT reason, reply FROM casework_step WHERE matter_id = %s", matter.pk),
        ("SELECT words, '' FROM casework_rating WHERE matter_id = %s", matter.pk),
        ("SELECT address, '' FROM casework_contact WHERE matter_id = %s", matter.pk),
    )
    found: set[str] = set()
    with connection.cursor() as cursor:
        for statement, key in asked:
            cursor.execute(statement, [key])
            found |= {str(value) for row in cursor.fetchall() for value in row}
    return found - {""}


@pytest.mark.parametrize("ground", ["purpose_achieved", "consent_withdrawn"])
def test_while_it_is_handled_the_words_stay_and_the_refusal_names_the_article(cast: Cast, ground: str):
    carried = carry(cast, to="in_progress", contact_channel=Channel.SMS, contact_address=PHONE)
    with pytest.raises(Refused) as refused:
        ask(cast, carried, ground=ErasureGround(ground))
    assert "个人信息保护法第十三条第一款第三项" in refused.value.decision.citations
    assert not Erasure.objects.exists()


def test_the_contact_alone_goes_at_any_time_and_nothing_else(cast: Cast):
    carried = carry(cast, to="in_progress", contact_channel=Channel.SMS, contact_address=PHONE)
    erasure = ask(cast, carried, scope=ErasureScope.CONTACT, ground=ErasureGround.CONSENT_WITHDRAWN)
    agree(cast, carried, erasure)
    assert Contact.objects.get().address == ""
    assert Matter.objects.get(pk=carried.matter.pk).words
    assert not Notice.objects.exclude(address="").exists()
    assert is_clean()


def test_while_it_may_be_opened_again_the_words_stay(cast: Cast):
    carried = closed(cast)
    at = carried.at + 20 * DAY
    with pytest.raises(Refused, match="最终办结"):
        ask_erasure(actor=cast.actor("周", at), at=at, number=carried.matter.number, wish=wish())


def test_what_was_kept_against_the_law_goes_at_once(cast: Cast):
    carried = carry(cast, to="accepted")
    with pytest.raises(Refused, match="哪部法律"):
        ask(cast, carried, ground=ErasureGround.OTHER_LAW)
    erasure = ask(cast, carried, ground=ErasureGround.OTHER_LAW, article="未成年人保护法第七十二条")
    assert agree(cast, carried, erasure).article == "未成年人保护法第七十二条"
    assert Matter.objects.get(pk=carried.matter.pk).words == ""
    assert is_clean()


def test_the_house_itself_is_not_asked_for_the_periods_end(cast: Cast):
    with pytest.raises(FieldRefused, match="系统会自己删除"):
        ask(cast, closed(cast), ground=ErasureGround.PERIOD_OVER)


def test_a_request_says_why(cast: Cast):
    carried = closed(cast)
    with pytest.raises(FieldRefused) as refused:
        ask(cast, carried, reason="  ")
    assert refused.value.field == "reason"
    with pytest.raises(FieldRefused):
        ask(cast, carried, reason="长" * 2001)


@pytest.mark.parametrize("by", ["陈", "孙", "冯", "沈", "钱"])
def test_only_the_window_takes_requests_down(cast: Cast, by: str):
    with pytest.raises(Refused, match="没有这项权限"):
        ask(cast, closed(cast), by=by)


def test_another_district_knows_of_no_such_matter_and_no_such_request(cast: Cast):
    carried = closed(cast)
    with pytest.raises(MatterNotFound):
        ask(cast, carried, by="郑")
    erasure = ask(cast, carried)
    at = carried.at + 41 * DAY
    elsewhere = replace(cast.actor("冯", at), district="990102")
    with pytest.raises(NotFound):
        agree_to_erasure(actor=elsewhere, at=at, erasure_id=erasure.pk)


@pytest.mark.parametrize("by", ["周", "何", "钱", "沈"])
def test_only_the_security_administrator_decides(cast: Cast, by: str):
    carried = closed(cast)
    erasure = ask(cast, carried)
    with pytest.raises(Refused, match="没有这项权限"):
        agree(cast, carried, erasure, by=by)
    assert Matter.objects.get(pk=carried.matter.pk).words == WORDS


def test_whoever_took_it_down_does_not_decide_whatever_posts_they_hold(cast: Cast):
    carried = closed(cast)
    erasure = ask(cast, carried)
    at = carried.at + 41 * DAY
    both = replace(cast.actor("冯", at), person_id=cast["周"].person.pk)
    with pytest.raises(Refused, match="不能自己决定") as refused:
        agree_to_erasure(actor=both, at=at, erasure_id=erasure.pk)
    assert refused.value.decision.citations == ("GB/T 22239-2019 三员分立",)


def test_a_request_is_made_once_and_decided_once(cast: Cast):
    carried = closed(cast)
    erasure = ask(cast, carried)
    with pytest.raises(Refused, match="等待决定"):
        ask(cast, carried)
    agree(cast, carried, erasure)
    with pytest.raises(Refused, match="已经决定"):
        agree(cast, carried, erasure)
    with pytest.raises(Refused, match="没有可以删除"):
        ask(cast, carried)
    assert Entry.objects.filter(event="personal_data.erased").count() == 1


def test_refusing_says_why_and_keeps_everything(cast: Cast):
    carried = closed(cast)
    erasure = ask(cast, carried)
    at = carried.at + 41 * DAY
    feng = cast.actor("冯", at)
    with pytest.raises(FieldRefused) as refused:
        refuse_erasure(actor=feng, at=at, erasure_id=erasure.pk, answer=" ")
    assert refused.value.decision.citations == ("个人信息保护法第五十条",)
    refuse_erasure(actor=feng, at=at, erasure_id=erasure.pk, answer="来人不能证明是本人")
    found = Erasure.objects.get()
    assert (found.state, found.answer, found.decided_by_id) == ("refused", "来人不能证明是本人", feng.person_id)
    assert Matter.objects.get(pk=carried.matter.pk).words == WORDS
    assert ask(cast, carried).state == "asked"
    assert is_clean()


def test_five_years_after_the_close_the_house_erases_by_itself_once(cast: Cast, settings):
    settings.SANHU_WORDS_KEPT_DAYS = 100
    carried = closed(cast)
    carry(cast, to="in_progress")
    over = carried.at + 100 * DAY
    assert erase_matters(at=over - timedelta(minutes=1)) == 0
    assert [erase_matters(at=over), erase_matters(at=over)] == [1, 0]
    erasure = Erasure.objects.get()
    assert (erasure.ground, erasure.decided_at, erasure.decided_by) == ("period_over", over, None)
    assert Matter.objects.get(pk=carried.matter.pk).words == ""
    assert Matter.objects.filter(is_open=True).get().words
    assert is_clean()


def test_a_request_that_waits_is_granted_by_the_periods_end(cast: Cast, settings):
    settings.SANHU_WORDS_KEPT_DAYS = 100
    carried = closed(cast)
    ask(cast, carried)
    assert erase_matters(at=carried.at + 100 * DAY) == 1
    assert Erasure.objects.get().state == "erased"
    assert is_clean()


def test_long_ones_go_in_portions(cast: Cast, settings):
    settings.SANHU_WORDS_KEPT_DAYS = 1
    last = [carry(cast, to="declined") for _ in range(3)][-1]
    assert [erase_matters(at=last.at + 2 * DAY, limit=2) for _ in range(3)] == [2, 1, 0]


def test_answered_forms_are_forgotten_but_for_those_that_registered(cast: Cast, settings):
    settings.SANHU_REQUESTS_KEPT_DAYS = 90
    carried = carry(cast, to="signed")
    assert drop_requests(at=carried.at + 89 * DAY) == 0
    assert drop_requests(at=carried.at + 91 * DAY) == 3
    registration = Request.objects.get()
    assert registration.result_ref == carried.matter.number
    assert receipt_hash(receipt_code(registration.client_id)) == carried.matter.receipt_hash
