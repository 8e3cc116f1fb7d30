"""How a reporter is told, changed by the receipt: given, changed, withdrawn, and refused where it is for nothing."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import connection

from sanhu.domains.casework.models import Contact
from sanhu.domains.casework.services.contacts import Wish, change_contact
from sanhu.domains.casework.services.errors import MatterNotFound
from sanhu.domains.casework.services.receipts import receipt_hash
from sanhu.domains.evidence.models import Entry, Notice, Opening
from sanhu.domains.evidence.models.notice import Channel
from sanhu.domains.evidence.requests import ConflictError
from sanhu.domains.evidence.sequencer import sequence
from tests.cast import Carried, Cast, carry, move
from tests.domains.casework.refusals import refusal_of

PHONE, MAIL = "13900000000", "lin@example.org"
BY_SMS, BY_MAIL, NOT_AT_ALL = Wish(Channel.SMS, PHONE), Wish(Channel.EMAIL, MAIL), Wish()
HOUR = timedelta(hours=1)


def wish_for(carried: Carried, wish: Wish, **changes: object) -> None:
    said: dict[str, object] = {
        "at": carried.at + HOUR,
        "client_id": uuid4(),
        "receipt_hash": receipt_hash(carried.receipt),
        "wish": wish,
    }
    change_contact(**(said | changes))  # type: ignore[arg-type]


def contact_events() -> list[str]:
    return list(Entry.objects.filter(event__startswith="contact.").order_by("id").values_list("event", flat=True))


@pytest.mark.covers("R84.2")
def test_an_address_is_given_changed_and_withdrawn_and_the_record_still_proves_itself(own_cast: Cast):
    carried = carry(own_cast, to="accepted")
    wish_for(carried, BY_SMS)
    contact = Contact.objects.get()
    assert (contact.channel, contact.address, contact.given_at) == ("sms", PHONE, carried.at + HOUR)
    wish_for(carried, BY_MAIL, at=carried.at + 2 * HOUR)
    contact.refresh_from_db()
    assert (contact.channel, contact.address) == ("email", MAIL)
    with connection.cursor() as cursor:
        cursor.execute("SELECT address FROM casework_contact")
        assert "lin@" not in cursor.fetchone()[0]
    first = Opening.objects.get(entry__event="contact.given").salts[contact.row_ref]
    assert "address" not in first, "of the old address nothing stays that could be guessed at"
    assert "address" in Opening.objects.get(entry__event="contact.changed").salts[contact.row_ref]
    wish_for(carried, NOT_AT_ALL, at=carried.at + 3 * HOUR)
    contact.refresh_from_db()
    assert (contact.address, contact.erased_at) == ("", carried.at + 3 * HOUR)
    wish_for(carried, BY_MAIL, at=carried.at + 4 * HOUR)
    contact.refresh_from_db()
    assert (contact.address, contact.erased_at) == (MAIL, None)
    assert contact_events() == ["contact.given", "contact.changed", "contact.erased", "contact.given"]
    assert not any(PHONE in body or MAIL in body for body in Entry.objects.values_list("body", flat=True))
    sequence()
    call_command("verify")


def test_what_waits_in_the_outbox_goes_to_the_new_address_or_to_none(cast: Cast):
    carried = carry(cast, to="accepted")
    wish_for(carried, BY_SMS)
    move(cast, carried.matter.number, "assign", by="徐", at=carried.at + 2 * HOUR)
    assert list(Notice.objects.values_list("channel", "address")) == [("sms", PHONE)]
    wish_for(carried, BY_MAIL, at=carried.at + 3 * HOUR)
    assert list(Notice.objects.values_list("channel", "address")) == [("email", MAIL)]
    wish_for(carried, NOT_AT_ALL, at=carried.at + 4 * HOUR)
    assert list(Notice.objects.values_list("address", "last_error")) == [("", "withdrawn")]
    move(cast, carried.matter.number, "sign", by="吴", at=carried.at + 5 * HOUR)
    assert Notice.objects.count() == 1


@pytest.mark.parametrize(
    ("wish", "reason"),
    [
        (Wish(Channel.SMS, "1390000"), "手机号或邮箱：发短信需要 11 位手机号"),
        (Wish(Channel.EMAIL, "lin@"), "手机号或邮箱：发邮件需要完整的邮箱地址"),
        (Wish(Channel.EMAIL, ""), "手机号或邮箱：发邮件需要完整的邮箱地址"),
        (Wish(Channel.WECOM, "key"), "要不要告诉您进展：只能选短信或邮件"),
        (NOT_AT_ALL, "这件事没有留着联系方式，不用撤回"),
    ],
)
def test_what_is_no_address_is_refused_with_field_and_rule(wish: Wish, reason: str, cast: Cast):
    carried = carry(cast, to="accepted")
    assert refusal_of(lambda: wish_for(carried, wish)).reasons == (reason,)
    assert not Contact.objects.exists()


def test_after_the_final_close_no_address_is_taken_but_one_that_is_there_may_go(cast: Cast):
    told, untold = carry(cast, to="closed"), carry(cast, to="closed")
    wish_for(told, BY_SMS)  # within the days for opening it again
    late = told.at + timedelta(days=45)
    for carried in (told, untold):
        decision = refusal_of(lambda carried=carried: wish_for(carried, BY_MAIL, at=late))
        assert decision.reasons == ("这件事已经最终办结，不会再有进展要告诉您，所以不再收联系方式",)
        assert decision.citations == ("个人信息保护法第十九条",)
    assert Contact.objects.get().address == PHONE
    wish_for(told, NOT_AT_ALL, at=late)
    assert Contact.objects.get().address == ""


def test_a_declined_matter_is_final_at_once(cast: Cast):
    assert refusal_of(lambda: wish_for(carry(cast, to="declined"), BY_SMS)).citations == ("个人信息保护法第十九条",)


def test_the_same_form_twice_is_one_change_and_with_another_address_a_conflict(cast: Cast):
    carried, client_id = carry(cast, to="accepted"), uuid4()
    for _turn in range(2):
        wish_for(carried, BY_SMS, client_id=client_id)
    wish_for(carried, BY_SMS)  # what is so already is no change
    assert contact_events() == ["contact.given"]
    with pytest.raises(ConflictError):
        wish_for(carried, NOT_AT_ALL, client_id=client_id)
    assert Contact.objects.get().address == PHONE


def test_nobodys_code_changes_nothing(cast: Cast):
    carried = carry(cast, to="accepted")
    with pytest.raises(MatterNotFound):
        wish_for(carried, BY_SMS, receipt_hash=receipt_hash("0000-0000-00000"))
