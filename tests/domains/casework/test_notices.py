"""The reporter is told of what changes for them, through the outbox, without a personal value."""

from datetime import timedelta

import pytest
from django.utils import translation

from sanhu.domains.casework.models import Matter
from sanhu.domains.casework.services.retention import erase_contacts
from sanhu.domains.evidence.models import Notice
from sanhu.domains.evidence.models.notice import Channel
from tests.cast import Cast, carry, move

PHONE = "13800990101"
TO_PHONE = {"contact_channel": Channel.SMS, "contact_address": PHONE}
TAIL = "。凭回执码可查看全部经过。"


def told(matter: Matter) -> list[str]:
    return [notice.text for notice in Notice.objects.filter(subject_ref=matter.ref).order_by("id")]


def test_the_reporter_is_told_of_each_change_on_the_whole_way(cast: Cast):
    matter = carry(cast, to="closed", **TO_PHONE).matter
    head = f"您反映的事项 {matter.number[:6]}-{matter.number[6:14]}-{matter.number[14:]}："
    assert told(matter) == [f"{head}{state}{TAIL}" for state in ("已受理", "已交办", "办理中", "已办结")]


def test_a_declined_report_is_told(cast: Cast):
    (text,) = told(carry(cast, to="declined", **TO_PHONE).matter)
    assert text.endswith("不予受理" + TAIL)


def test_a_notice_goes_where_the_reporter_said_and_tells_nothing_of_them(cast: Cast):
    matter = carry(cast, to="closed", contact_channel=Channel.EMAIL, contact_address="lin@example.org").matter
    for notice in Notice.objects.all():
        assert (notice.channel, notice.address, notice.district) == ("email", "lin@example.org", "990101")
        assert notice.key.startswith(matter.number)
        for value in ("lin@example.org", matter.words, matter.address, matter.public_title, cast["孙"].person.name):
            assert value not in notice.text


def test_whoever_left_no_address_is_told_nothing(cast: Cast):
    carry(cast, to="closed")
    assert not Notice.objects.exists()


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_notice_is_in_the_district_s_language_whatever_the_official_reads(cast: Cast, language: str):
    with translation.override(language):
        (text,) = told(carry(cast, to="accepted", **TO_PHONE).matter)
    assert text.endswith("已受理" + TAIL)


def test_nothing_goes_out_of_a_move_that_was_refused(cast: Cast):
    matter = carry(cast, to="registered", **TO_PHONE).matter
    with pytest.raises(Exception, match="理由"):
        move(cast, matter.number, "decline", by="周", reason="")
    assert told(matter) == []


def test_an_erased_address_is_told_nothing(cast: Cast):
    carried = carry(cast, to="closed", **TO_PHONE)
    erase_contacts(at=carried.at + timedelta(days=31))
    assert not Notice.objects.exclude(address="").exists()
