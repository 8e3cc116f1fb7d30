"""A reporter's address goes some days after the final close: value, salts and what still waits to be sent."""

from datetime import timedelta

import pytest
from django.db import connection

from sanhu.domains.casework.models import Contact
from sanhu.domains.casework.services.retention import erase_contacts
from sanhu.domains.casework.verification import CHECKS
from sanhu.domains.evidence.models import Entry, Notice, Opening
from sanhu.domains.evidence.models.notice import Channel
from sanhu.domains.evidence.outbox import claim
from sanhu.domains.evidence.sequencer import sequence
from sanhu.domains.evidence.verify import verify
from tests.cast import Cast, carry

PHONE = "13800990101"
TO_PHONE = {"contact_channel": Channel.SMS, "contact_address": PHONE}
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


def salts_of(contact: Contact) -> list[str]:
    openings = Opening.objects.order_by("entry_id")
    return [
        opening.salts[contact.row_ref].get("address", "") for opening in openings if contact.row_ref in opening.salts
    ]


@pytest.mark.parametrize(("state", "days"), [("declined", 30), ("closed", 31)])
def test_thirty_days_after_the_final_close_the_address_is_gone(cast: Cast, state: str, days: int):
    """What was closed may be opened again to the end of the thirtieth day, and its reporter be told."""
    carried = carry(cast, to=state, **TO_PHONE)
    sequence()
    contact = carried.matter.contact
    (salt,) = salts_of(contact)
    assert salt
    assert erase_contacts(at=carried.at + 30 * DAY - MINUTE) == 0
    gone_at = carried.at + days * DAY
    assert erase_contacts(at=gone_at) == 1
    contact.refresh_from_db()
    assert (contact.address, contact.erased_at, contact.channel) == ("", gone_at, "sms")
    first, last = salts_of(contact)
    assert first == ""
    assert last not in {"", salt}
    entry = Entry.objects.get(event="contact.erased")
    assert (entry.subject_ref, entry.actor_ref) == (carried.matter.ref, "system")
    sequence()
    assert verify(checks=CHECKS).findings == ()


def test_no_table_holds_the_address_afterwards(cast: Cast):
    carried = carry(cast, to="closed", **TO_PHONE)
    (notice, *_others) = claim(at=carried.at, lease=MINUTE, limit=1)
    assert notice.address == PHONE
    erase_contacts(at=carried.at + 31 * DAY)
    assert {notice.address for notice in Notice.objects.all()} == {""}
    with connection.cursor() as cursor:
        cursor.execute("SELECT address FROM casework_contact")
        assert cursor.fetchall() == [("",)]


def test_what_was_not_sent_is_not_sent_any_more(cast: Cast):
    carried = carry(cast, to="closed", **TO_PHONE)
    erase_contacts(at=carried.at + 31 * DAY)
    assert claim(at=carried.at + 31 * DAY, lease=MINUTE, limit=10) == []


def test_an_open_matter_keeps_its_address(cast: Cast):
    carried = carry(cast, to="verified", **TO_PHONE)
    assert erase_contacts(at=carried.at + 400 * DAY) == 0
    assert Contact.objects.get().address == PHONE


def test_erasing_twice_changes_nothing(cast: Cast):
    carried = carry(cast, to="closed", **TO_PHONE)
    assert [erase_contacts(at=carried.at + 31 * DAY) for _ in range(2)] == [1, 0]
    assert Entry.objects.filter(event="contact.erased").count() == 1


def test_the_district_says_how_long(cast: Cast, settings):
    settings.SANHU_CONTACT_KEPT_DAYS = 3
    carried = carry(cast, to="declined", **TO_PHONE)
    assert erase_contacts(at=carried.at + 3 * DAY - MINUTE) == 0
    assert erase_contacts(at=carried.at + 3 * DAY) == 1


def test_many_go_in_portions(cast: Cast):
    carried = [carry(cast, to="declined", **TO_PHONE) for _ in range(3)]
    at = carried[-1].at + 30 * DAY
    assert [erase_contacts(at=at, limit=2) for _ in range(3)] == [2, 1, 0]
