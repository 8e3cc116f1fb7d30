"""A report becomes a matter: once, numbered, with its first step, its first clock and nothing personal in the open."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sanhu.domains.casework.models import CaseCounter, Clock, Contact, IntakeChannel, Matter, Step
from sanhu.domains.casework.services.intake import Report, next_case_number, register
from sanhu.domains.evidence.attachments import drafts_of, keep_draft, photos_of
from sanhu.domains.evidence.models import Entry, Request
from sanhu.domains.evidence.models.notice import Channel
from sanhu.domains.evidence.requests import ConflictError
from sanhu.engines.actors import Actor, resident
from tests.cast import (
    CELL,
    COMMUNITY,
    COMMUNITY_OF_OTHER_DISTRICT,
    DISTRICT,
    OTHER_COMMUNITY,
    OTHER_DISTRICT,
    Cast,
    carry,
    report_matter,
    report_of,
)
from tests.domains.casework.refusals import refusal_of
from tests.domains.evidence.conftest import photo

TO_PHONE = {"contact_channel": Channel.SMS, "contact_address": "13800990101"}


def test_a_report_becomes_a_matter_that_waits_for_the_window(cast: Cast, at: datetime):
    registered = report_matter(cast, at=at, lon=116.0015, lat=39.0005)
    assert registered.number == "99010120261109000001"
    matter = Matter.objects.get(number=registered.number)
    assert (matter.state, matter.is_open, matter.revision) == ("registered", True, 1)
    assert (matter.area_code, matter.cell_code, matter.lon, matter.lat) == (COMMUNITY, CELL, 116.0015, 39.0005)
    assert (matter.channel, matter.registered_by, matter.reported_at) == (IntakeChannel.WEB, None, at)
    assert "𠮷祥里" in matter.words
    assert (matter.item, matter.duty, matter.lead, matter.publicity, matter.public_title) == (None,) * 3 + ("", "")
    step = Step.objects.get(matter=matter)
    assert (step.ordinal, step.move, step.from_state, step.to_state) == (1, "register", "", "registered")
    assert (step.post, step.person, step.organisation, step.at) == (None, None, None, at)
    clock = Clock.objects.get(matter=matter)
    assert (clock.purpose, clock.is_open, clock.due_at) == ("acceptance", True, matter.due_at)


def test_at_the_window_a_clerk_registers_for_somebody(cast: Cast, at: datetime):
    number = report_matter(cast, at=at, by="周", cell_code="").number
    matter = Matter.objects.get(number=number)
    assert (matter.channel, matter.registered_by) == (IntakeChannel.WINDOW, cast["周"].post)
    step = matter.steps.get()
    assert (step.post, step.person) == (cast["周"].post, cast["周"].person)
    assert step.organisation == cast.bodies["和平街道办事处"]


def test_a_report_costs_few_statements(cast: Cast):
    report_matter(cast)
    with CaptureQueriesContext(connection) as asked:
        report_matter(cast, **TO_PHONE)
    statements = [query["sql"].split()[0] for query in asked.captured_queries]
    # number, request, matter, what it is found by, clock, step, contact, entry, opening
    assert statements.count("INSERT") == 9
    assert statements.count("UPDATE") == 0
    assert statements.count("SELECT") == 2  # the cell, the calendar


# --- numbers


def test_a_day_s_matters_are_numbered_without_gaps_by_district(cast: Cast, at: datetime):
    numbers = [report_matter(cast, at=at).number for _ in range(3)]
    assert numbers == [f"9901012026110900000{place}" for place in (1, 2, 3)]
    elsewhere = register(
        actor=resident(OTHER_DISTRICT),
        at=at,
        client_id=uuid4(),
        report=report_of(district=OTHER_DISTRICT, area_code=COMMUNITY_OF_OTHER_DISTRICT, cell_code=""),
    )
    assert elsewhere.number == "99010220261109000001"


@pytest.mark.parametrize(
    ("moment", "number"),
    [
        (datetime(2026, 11, 9, 15, 59, tzinfo=UTC), "99010120261109000001"),  # 23:59 in Shanghai
        (datetime(2026, 11, 9, 16, 0, tzinfo=UTC), "99010120261110000001"),  # 00:00 of the next day
    ],
)
def test_the_day_of_a_number_is_a_legal_day(cast: Cast, moment: datetime, number: str):
    assert report_matter(cast, at=moment).number == number


def test_a_refused_report_takes_no_number(cast: Cast, at: datetime):
    refusal_of(lambda: report_matter(cast, at=at, words=" "))
    assert report_matter(cast, at=at).number.endswith("000001")


def test_when_a_day_s_numbers_are_used_up_nothing_is_registered(cast: Cast, at: datetime):
    report_matter(cast, at=at)
    CaseCounter.objects.update(last=999_999)
    with pytest.raises(ValueError, match="999999"):
        report_matter(cast, at=at)
    assert Matter.objects.count() == 1
    assert CaseCounter.objects.get().last == 999_999


def test_the_counter_starts_anew_each_day(cast: Cast, at: datetime):
    days = [(at + timedelta(days=day)).date() for day in (0, 0, 1, 0)]
    assert [next_case_number(DISTRICT, day)[-2:] for day in days] == ["01", "02", "01", "03"]


# --- what is refused


def reasons_for(cast: Cast, **changes: object) -> tuple[str, ...]:
    return refusal_of(lambda: report_matter(cast, **changes)).reasons


@pytest.mark.parametrize(
    ("changes", "reasons"),
    [
        ({"words": ""}, ("发生了什么：不能为空",)),
        ({"words": " \n\u3000"}, ("发生了什么：不能为空",)),
        ({"words": "路" * 2001}, ("发生了什么：不超过 2000 个字",)),
        ({"address": "楼" * 201}, ("具体位置：不超过 200 个字",)),
        ({"area_code": "990101001099", "cell_code": ""}, ("在哪个社区：本区没有这个社区",)),
        ({"area_code": "990101001000", "cell_code": ""}, ("在哪个社区：本区没有这个社区",)),
        ({"area_code": COMMUNITY_OF_OTHER_DISTRICT, "cell_code": ""}, ("在哪个社区：本区没有这个社区",)),
        ({"area_code": "99010100100x", "cell_code": ""}, ("在哪个社区：本区没有这个社区",)),
        ({"area_code": "990101", "cell_code": ""}, ("在哪个社区：本区没有这个社区",)),
        ({"area_code": "", "cell_code": ""}, ("在哪个社区：本区没有这个社区",)),
        ({"area_code": "990101001099"}, ("在哪个社区：本区没有这个社区",)),
        ({"area_code": OTHER_COMMUNITY}, ("网格：这个社区没有这个网格",)),
        ({"cell_code": f"{COMMUNITY}009"}, ("网格：这个社区没有这个网格",)),
        ({"cell_code": "网格一"}, ("网格：这个社区没有这个网格",)),
        ({"words": "", "address": "楼" * 201}, ("发生了什么：不能为空", "具体位置：不超过 200 个字")),
        ({"lon": 116.0}, ("位置：坐标不完整或者不存在",)),
        ({"lat": 39.0}, ("位置：坐标不完整或者不存在",)),
        ({"lon": 181.0, "lat": 39.0}, ("位置：坐标不完整或者不存在",)),
        ({"lon": 116.0, "lat": float("nan")}, ("位置：坐标不完整或者不存在",)),
        ({"lon": float("inf"), "lat": 39.0}, ("位置：坐标不完整或者不存在",)),
    ],
    ids=lambda value: "" if isinstance(value, tuple) else repr(value)[:40],
)
def test_what_a_report_may_not_say_is_named_field_by_field(
    cast: Cast, changes: dict[str, object], reasons: tuple[str, ...]
):
    assert reasons_for(cast, **changes) == reasons
    assert not Matter.objects.exists()
    assert not Request.objects.exists()


def test_a_community_counts_only_while_it_is_in_force(cast: Cast):
    before = datetime(2019, 12, 31, 4, 0, tzinfo=UTC)
    assert reasons_for(cast, at=before) == ("在哪个社区：本区没有这个社区",)


HOSTILE = [
    "'; DROP TABLE casework_matter; --",
    "<script>alert(1)</script>",
    "{{ settings.SECRET_KEY }} %s {0}",
    "姓名𠮷㛃𬭎，\u202e倒着写",
    "空\x00字符",
]


@pytest.mark.parametrize("words", HOSTILE)
def test_words_are_kept_as_they_were_written(cast: Cast, words: str):
    number = report_matter(cast, words=words, address=words, contact_address=words, contact_channel=Channel.SMS).number
    matter = Matter.objects.get(number=number)
    assert (matter.words, matter.address, matter.contact.address) == (words, words, words)


# --- once


def test_the_same_form_twice_is_one_matter_with_one_receipt(cast: Cast, at: datetime):
    client_id = uuid4()
    first = register(actor=cast.resident, at=at, client_id=client_id, report=report_of())
    later = at + timedelta(minutes=1)
    again = register(actor=cast.resident, at=later, client_id=client_id, report=report_of())
    assert again == first
    assert (Matter.objects.count(), Step.objects.count(), Entry.objects.filter(event="matter.registered").count()) == (
        1,
        1,
        1,
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"words": "垃圾清走了。"},
        {"address": "翠园小区四号楼"},
        {"cell_code": ""},
        {"area_code": OTHER_COMMUNITY, "cell_code": ""},
        {"lon": 116.0015, "lat": 39.0005},
        TO_PHONE,
        {"photos": ("ab" * 32,)},
        {"words": ""},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_the_same_form_with_anything_else_in_it_is_a_conflict(cast: Cast, at: datetime, changes: dict[str, object]):
    client_id = uuid4()
    register(actor=cast.resident, at=at, client_id=client_id, report=report_of())
    with pytest.raises(ConflictError):
        register(actor=cast.resident, at=at, client_id=client_id, report=report_of(**changes))
    assert Matter.objects.count() == 1


def test_the_same_form_from_somebody_else_is_a_conflict(cast: Cast, at: datetime):
    client_id = uuid4()
    report = report_of(cell_code="")
    register(actor=cast.actor("周"), at=at, client_id=client_id, report=report)
    for other in (cast.actor("徐"), cast.resident, cast.actor("吴")):
        with pytest.raises(ConflictError):
            register(actor=other, at=at, client_id=client_id, report=report)


def test_the_answer_stays_when_the_power_is_gone(cast: Cast, at: datetime):
    client_id, clerk = uuid4(), cast.actor("周")
    first = register(actor=clerk, at=at, client_id=client_id, report=report_of())
    bare = replace(clerk, permissions=frozenset())
    assert register(actor=bare, at=at, client_id=client_id, report=report_of()) == first


# --- what belongs to it


def test_a_contact_is_kept_sealed(cast: Cast, at: datetime):
    number = report_matter(cast, at=at, **TO_PHONE).number
    contact = Contact.objects.get(matter__number=number)
    assert (contact.channel, contact.address, contact.given_at) == ("sms", "13800990101", at)
    with connection.cursor() as cursor:
        cursor.execute("SELECT address FROM casework_contact WHERE id = %s", [contact.pk])
        assert "13800990101" not in cursor.fetchone()[0]


@pytest.mark.parametrize("changes", [{"contact_address": "13800990101"}, {"contact_channel": Channel.SMS}], ids=repr)
def test_half_a_contact_is_none(cast: Cast, changes: dict[str, object]):
    report_matter(cast, **changes)
    assert not Contact.objects.exists()


def test_photos_of_the_form_become_the_matter_s(cast: Cast, at: datetime):
    client_id = uuid4()
    keep_draft(draft_id=client_id, district=DISTRICT, photos=[photo()], actor=cast.resident, at=at)
    hashes = tuple(draft.sha256 for draft in drafts_of(client_id))
    registered = register(actor=cast.resident, at=at, client_id=client_id, report=report_of(photos=hashes))
    matter = Matter.objects.get(number=registered.number)
    (kept,) = photos_of(matter.ref)
    assert f'"{kept.row_ref}"' in Entry.objects.get(event="matter.registered").body


def test_the_entry_names_the_deed_and_no_personal_value(cast: Cast, at: datetime):
    matter = carry(cast, to="registered", at=at, **TO_PHONE).matter
    entry = Entry.objects.get(event="matter.registered")
    assert (entry.subject_ref, entry.district, entry.actor_ref, entry.at) == (matter.ref, DISTRICT, "resident", at)
    for value in (matter.words, matter.address, "13800990101", matter.receipt_hash):
        assert value not in entry.body
    rows = [matter, matter.steps.get(), matter.clocks.get(), matter.contact]
    assert all(f'"{row.row_ref}"' in entry.body for row in rows)


def test_a_report_says_where_as_finely_as_it_can():
    assert report_of().location == CELL
    assert Report(district=DISTRICT, area_code=COMMUNITY, words="路灯不亮").location == COMMUNITY


def test_nobody_registers_for_another_district(cast: Cast, at: datetime):
    def attempt(actor: Actor) -> object:
        report = report_of(district=OTHER_DISTRICT, area_code=COMMUNITY_OF_OTHER_DISTRICT, cell_code="")
        return register(actor=actor, at=at, client_id=uuid4(), report=report)

    assert refusal_of(lambda: attempt(cast.resident)).reasons == ("不在本区",)
    assert refusal_of(lambda: attempt(cast.actor("周"))).reasons == ("不在您的辖区",)
