"""Joining a matter somebody reported already: a receipt of one's own, told as the reporter is, and known to nobody."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from sanhu.domains.casework.joined import joined_counts, joining_by_receipt, others_reporting
from sanhu.domains.casework.models import Joining, Matter
from sanhu.domains.casework.queries import matter_by_receipt
from sanhu.domains.casework.services import retention
from sanhu.domains.casework.services.contacts import Wish
from sanhu.domains.casework.services.erasing import erase_at_the_end
from sanhu.domains.casework.services.errors import MatterNotFound
from sanhu.domains.casework.services.joining import Joined, join, leave
from sanhu.domains.casework.services.receipts import receipt_hash
from sanhu.domains.casework.verification import CHECKS
from sanhu.domains.evidence.models import Entry, Notice, Request
from sanhu.domains.evidence.models.notice import Channel
from sanhu.domains.evidence.record import lines_of
from sanhu.domains.evidence.requests import ConflictError
from sanhu.domains.evidence.verify import verify
from sanhu.engines.actors import resident
from tests.cast import (
    COMMUNITY_OF_OTHER_STREET,
    DISTRICT,
    MONDAY_MORNING,
    OTHER_DISTRICT,
    Cast,
    carry,
    move,
    report_matter,
)
from tests.domains.casework.refusals import refusal_of

PHONE = "13900990102"
BY_PHONE = Wish(Channel.SMS, PHONE)
TO_PHONE = {"contact_channel": "sms", "contact_address": "13800990101"}
LATER = MONDAY_MORNING + timedelta(hours=9)
pytestmark = pytest.mark.covers("R45")


def joins(matter: Matter, *, client_id: UUID | None = None, wish: Wish | None = None) -> Joined:
    return join(actor=resident(DISTRICT), at=LATER, client_id=client_id or uuid4(), number=matter.number, wish=wish)


def test_whoever_joins_gets_a_receipt_of_their_own(cast: Cast):
    matter = carry(cast, to="in_progress").matter
    joined = joins(matter, wish=BY_PHONE)
    found = joining_by_receipt(receipt_hash(joined.receipt))
    assert (found.matter, found.address, found.channel) == (matter, PHONE, "sms")
    with pytest.raises(MatterNotFound):
        matter_by_receipt(receipt_hash(joined.receipt))
    assert verify(checks=CHECKS).findings == ()


def test_the_same_form_twice_joins_once_even_after_its_number_was_forgotten(cast: Cast):
    matter, client_id = carry(cast, to="in_progress").matter, uuid4()
    first = joins(matter, client_id=client_id, wish=BY_PHONE)
    assert joins(matter, client_id=client_id, wish=BY_PHONE) == first
    Request.objects.filter(pk=client_id).delete()
    assert joins(matter, client_id=client_id, wish=BY_PHONE) == first
    assert Joining.objects.count() == 1
    with pytest.raises(ConflictError):
        joins(matter, client_id=client_id)


@pytest.mark.parametrize("state", ["closed", "merged"])
def test_what_does_not_go_on_is_not_joined(cast: Cast, state: str):
    matter = carry(cast, to=state).matter
    decision = refusal_of(lambda: joins(matter))
    assert decision.reasons == ("这件事已经结束，不能再加入；问题还在的，请单独反映",)
    assert not Joining.objects.exists()


@pytest.mark.parametrize("state", ["registered", "declined"])
def test_what_is_not_public_is_not_found(cast: Cast, state: str):
    with pytest.raises(MatterNotFound):
        joins(carry(cast, to=state).matter)
    matter = carry(cast, to="in_progress").matter
    with pytest.raises(MatterNotFound):
        join(actor=resident(OTHER_DISTRICT), at=LATER, client_id=uuid4(), number=matter.number)


def adds(cast: Cast, who: str, matter: Matter, *, client_id: UUID | None = None) -> Joined:
    """Let somebody put down whoever stands at their window as joining a matter."""
    actor = cast.actor(who)
    return join(actor=actor, at=LATER, client_id=client_id or uuid4(), number=matter.number, wish=BY_PHONE)


def test_a_clerk_puts_down_whoever_stands_at_the_window(cast: Cast):
    matter, client_id = carry(cast, to="in_progress").matter, uuid4()
    joined = adds(cast, "周", matter, client_id=client_id)
    assert adds(cast, "周", matter, client_id=client_id) == joined
    found = joining_by_receipt(receipt_hash(joined.receipt))
    assert (found.matter, found.address) == (matter, PHONE)
    entry = Entry.objects.get(subject_ref=found.ref)
    assert (entry.event, entry.actor_ref) == ("joining.joined", cast.actor("周").ref)
    with pytest.raises(ConflictError):
        adds(cast, "徐", matter, client_id=client_id)
    with pytest.raises(ConflictError):
        join(actor=resident(DISTRICT), at=LATER, client_id=client_id, number=matter.number, wish=BY_PHONE)
    assert Joining.objects.count() == 1
    assert verify(checks=CHECKS).findings == ()


NOT_ACCEPTED = "这件事还没有受理，不能加入；请单独反映"
NOT_PUBLIC = "这件事不公开，不能加入；请单独反映"
NOT_HERE = "不在您的辖区"


@pytest.mark.parametrize(
    ("who", "state", "elsewhere", "reasons"),
    [
        ("周", "registered", False, (NOT_ACCEPTED,)),
        ("周", "receipt_only", False, (NOT_PUBLIC,)),
        ("周", "closed", False, ("这件事已经结束，不能再加入；问题还在的，请单独反映",)),
        ("周", "in_progress", True, None),  # of another subdistrict: there is no such matter for them
        ("郑", "in_progress", False, None),
        ("吴", "in_progress", False, ("您的岗位没有这项权限",)),  # whose body leads it, and registers nobody
        ("高", "registered", True, (NOT_ACCEPTED, "您的岗位没有这项权限")),
    ],
)
def test_a_clerk_adds_to_nothing_that_is_not_public_going_on_and_theirs(
    cast: Cast, who: str, state: str, elsewhere: bool, reasons: tuple[str, ...] | None
):
    there = {"area_code": COMMUNITY_OF_OTHER_STREET, "cell_code": ""} if elsewhere else {}
    if state == "receipt_only":
        matter = report_matter(cast)
        matter = move(cast, matter.number, "accept", by="周", duty_id=cast.duties["K2-01"].pk, public_title="")
    elif elsewhere and state == "in_progress":
        matter = Matter.objects.get(number=report_matter(cast, by="林", **there).number)
    else:
        matter = carry(cast, to=state, **there).matter
    if reasons is None:
        with pytest.raises(MatterNotFound):
            adds(cast, who, matter)
    else:
        assert refusal_of(lambda: adds(cast, who, matter)).reasons == reasons
    assert not Joining.objects.exists()


@pytest.mark.parametrize(
    ("wish", "reason"),
    [
        (Wish(Channel.SMS, "1390"), "手机号或邮箱：发短信需要 11 位手机号"),
        (Wish(Channel.EMAIL, "nobody"), "手机号或邮箱：发邮件需要完整的邮箱地址"),
        (Wish(Channel.WECOM, PHONE), "要不要告诉您进展：只能选短信或邮件"),
    ],
)
def test_an_address_of_the_wrong_kind_is_refused(cast: Cast, wish: Wish, reason: str):
    matter = carry(cast, to="in_progress").matter
    assert refusal_of(lambda: joins(matter, wish=wish)).reasons == (reason,)
    assert not Joining.objects.exists()


def test_whoever_joined_is_told_as_the_reporter_is_and_neither_of_the_other(cast: Cast):
    carried = carry(cast, to="verified", **TO_PHONE)
    joined = joins(carried.matter, wish=BY_PHONE)
    joins(carried.matter)  # somebody who wants no notices
    before = set(Notice.objects.values_list("pk", flat=True))
    move(cast, carried.matter.number, "close", by="何", at=LATER)
    told = {notice.address: notice for notice in Notice.objects.exclude(pk__in=before)}
    assert set(told) == {PHONE, "13800990101"}
    shown = f"{carried.matter.number[:6]}-{carried.matter.number[6:14]}-{carried.matter.number[14:]}"
    assert told[PHONE].text == f"您加入的事项 {shown}：已办结。凭您的回执码可查看进展。"
    own = joining_by_receipt(receipt_hash(joined.receipt))
    assert told[PHONE].subject_ref == own.ref
    assert told["13800990101"].subject_ref == carried.matter.ref


def test_what_goes_into_another_matter_goes_on_being_told(cast: Cast):
    main, other = carry(cast, to="verified").matter, carry(cast, to="accepted").matter
    joins(other, wish=BY_PHONE)
    move(cast, other.number, "merge", by="徐", into=main.number, at=LATER)
    move(cast, main.number, "close", by="何", at=LATER + timedelta(hours=1))
    texts = [notice.text for notice in Notice.objects.filter(subject_ref__startswith="joining:").order_by("id")]
    assert [text.partition(" ")[2][22:] for text in texts] == [
        "：已并入另一件办理。凭您的回执码可查看进展。",
        " 已并入另一件办理，那一件：已办结。凭您的回执码可查看。",
    ]
    assert others_reporting(main) == 2  # who reported what was merged, and who joined that


def test_nothing_about_others_stands_among_the_entries_of_the_matter(cast: Cast):
    matter = carry(cast, to="in_progress").matter
    before = lines_of(matter.ref)
    joined = joins(matter, wish=BY_PHONE)
    leave(at=LATER, client_id=uuid4(), receipt_hash=receipt_hash(joined.receipt))
    assert lines_of(matter.ref) == before
    about = Entry.objects.filter(subject_ref=Joining.objects.get().ref).order_by("id")
    assert list(about.values_list("event", "actor_ref", "district")) == [
        ("joining.joined", "resident", DISTRICT),
        ("joining.left", "resident", DISTRICT),
    ]
    assert not about.filter(body__contains=matter.number).exists()


def test_whoever_leaves_is_counted_and_told_no_more_and_nothing_of_the_address_stays(cast: Cast):
    matter = carry(cast, to="assigned").matter
    codes = [joins(matter, wish=BY_PHONE).receipt for _ in range(2)]
    assert (others_reporting(matter), dict(joined_counts([matter.pk]))) == (2, {matter.pk: 2})
    move(cast, matter.number, "sign", by="吴", at=LATER)
    move(cast, matter.number, "start", by="孙", at=LATER)
    client_id = uuid4()
    for _time in range(2):
        leave(at=LATER, client_id=client_id, receipt_hash=receipt_hash(codes[0]))
    assert others_reporting(matter) == 1
    with pytest.raises(MatterNotFound):
        joining_by_receipt(receipt_hash(codes[0]))
    left = Joining.objects.get(left_at__isnull=False)
    assert left.address == ""
    assert [(n.address, n.text) for n in Notice.objects.filter(subject_ref=left.ref)] == [("", "")]
    assert [notice.address for notice in Notice.objects.exclude(address="")] == [PHONE]
    with pytest.raises(MatterNotFound):
        leave(at=LATER, client_id=uuid4(), receipt_hash="0" * 64)
    assert verify(checks=CHECKS).findings == ()


def test_the_address_goes_when_the_reporters_does(cast: Cast):
    carried = carry(cast, to="verified", **TO_PHONE)
    joins(carried.matter, wish=BY_PHONE)
    move(cast, carried.matter.number, "close", by="何", at=LATER)
    over = LATER + timedelta(days=70)
    assert not retention.joinings_due(at=LATER + timedelta(days=29)).exists()
    assert (retention.erase_joinings(at=over), retention.erase_contacts(at=over)) == (1, 1)
    assert retention.erase_joinings(at=over) == 0
    joining = Joining.objects.get()
    assert (joining.address, joining.erased_at, joining.left_at) == ("", over, None)
    assert others_reporting(carried.matter) == 1
    assert not Notice.objects.exclude(address="").exists()
    assert verify(checks=CHECKS).findings == ()


def test_erasing_a_matter_at_the_end_of_its_time_erases_whoever_joined(cast: Cast):
    matter = carry(cast, to="verified").matter
    joins(matter, wish=BY_PHONE)
    move(cast, matter.number, "close", by="何", at=LATER)
    assert erase_at_the_end(matter_id=matter.pk, at=LATER + timedelta(days=2000))
    assert Joining.objects.get().address == ""
    assert verify(checks=CHECKS).findings == ()
