"""A district with two days of work behind it, each day signed; founded once for a module whose tests roll back."""

import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings, settings
from django.core.management import call_command
from django.db import transaction
from pytest_django import DjangoDbBlocker

from sanhu.domains.casework.erasure_rules import ErasureGround, ErasureScope
from sanhu.domains.casework.models import Matter
from sanhu.domains.casework.services.erasure_requests import ErasureWish, ask_erasure
from sanhu.domains.casework.services.unmasking import MaskedField, unmask_matter
from sanhu.domains.catalogue import shipped
from sanhu.domains.catalogue.announcements import CalendarRow
from sanhu.domains.catalogue.services.calendars import import_calendar
from sanhu.domains.catalogue.services.instruments import register_instrument
from sanhu.domains.catalogue.services.loading import load_catalogue
from sanhu.domains.evidence import sequencer, tree, verify_tree
from sanhu.domains.evidence.findings import FindingKind
from sanhu.domains.evidence.models import Entry
from sanhu.domains.evidence.models.notice import Channel
from sanhu.domains.evidence.record import record
from sanhu.domains.evidence.sequencer import sequence
from sanhu.domains.subjects.kinds import SubjectKind
from sanhu.domains.subjects.models import Role
from sanhu.domains.subjects.services.accounts import open_account
from sanhu.domains.subjects.services.founding import found_district
from sanhu.domains.subjects.services.organisations import create_organisation
from sanhu.domains.subjects.services.people import add_person
from sanhu.domains.subjects.services.posts import appoint
from sanhu.domains.subjects.services.powers import set_permissions
from sanhu.engines.actors import SYSTEM
from sanhu.portals.record_keeping import take_checkpoint
from tests.cast import (
    APPOINTED,
    DISTRICT,
    FOUNDED_AT,
    MONDAY_MORNING,
    OTHER_DISTRICT,
    Carried,
    Cast,
    carry,
    found_demo_district,
    move,
    rate_matter,
)
from tests.portals.filing import report_with_photo
from tests.tampering import attacker
from tests.tampering.attacker import Copy, copy_of, restore_guards

# Of the real world: there nobody may say of an entry that its moment is invented.
REAL_DISTRICT = "110101"
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
PHONE = "13800990101"
KEPT_EVERY = 2  # levels of the tree, so that a small record has nodes of several
ITEMS = 8  # of the catalogue's hundred: each cell of the matrix verifies everything there is


@dataclass(frozen=True)
class Signed:
    """A day's end: how many entries were signed, the note, and a copy of every table as it stood then."""

    size: int
    note: str
    tables: Copy


@dataclass(frozen=True)
class House:
    """The district, yesterday and today; what the file outside the database holds is `outside`."""

    cast: Cast
    yesterday: Signed
    today: Signed

    @property
    def outside(self) -> str:
        return self.yesterday.note + self.today.note

    @property
    def tail(self) -> Entry:
        """The one entry that waits to be chained."""
        return Entry.objects.get(seq__isnull=True)

    def entry(self, seq: int) -> Entry:
        return Entry.objects.select_related("opening").get(seq=seq)

    def ref(self, seq: int) -> str:
        return f"entry:{self.entry(seq).pk}"


def work(cast: Cast, *, at: datetime, number: int) -> None:
    """Do a day's work that writes a row of every kind the record vouches for."""
    carried = carry(cast, to="closed", at=at, contact_channel=Channel.SMS, contact_address=PHONE, lon=116.0, lat=39.0)
    rate_matter(carried, words="谢谢")
    _look_and_erase(cast, carried)
    deferred = carry(cast, to="in_progress", at=at)
    terms: dict[str, Any] = {"reason": "车辆排期", "article": "办法第二十四条", "amount": 2, "public_words": "车辆排期"}
    move(cast, deferred.matter.number, "ask_extension", by="孙", at=deferred.at + HOUR, **terms)
    report_with_photo(words=f"第{number}处灯柱倒了")
    rows = [CalendarRow(date(2026, 12, 5 + number), is_working=True), CalendarRow(date(2026, 12, 15), is_working=False)]
    import_calendar(actor=SYSTEM, at=at, title=f"第{number}号通知", notice=f"示例{number}号", rows=rows)
    create_organisation(
        district=OTHER_DISTRICT,
        name=f"第{number}物业公司",
        kind=SubjectKind.PROPERTY_FIRM,
        areas=["990102001001"],
        active_from=at.date(),
        actor=SYSTEM,
        at=at,
    )
    person = add_person(district=OTHER_DISTRICT, staff_number=f"008{number}", name="郝新", actor=SYSTEM, at=at)
    open_account(person_id=person.pk, actor=SYSTEM, at=at)
    office = cast.bodies["东街道"]
    asked: dict[str, Any] = {"role": "window_clerk", "title": "窗口受理员", "terms": APPOINTED}
    appoint(person_id=person.pk, organisation_id=office.pk, actor=SYSTEM, at=at, **asked)


def _look_and_erase(cast: Cast, carried: Carried) -> None:
    number, at = carried.matter.number, carried.at + HOUR
    unmask_matter(actor=cast.actor("何", at), at=at, number=number, field=MaskedField.CONTACT, reason="回访当事人")
    wish = ErasureWish(
        scope=ErasureScope.CONTACT, ground=ErasureGround.PURPOSE_ACHIEVED, reason="林本人持回执码到窗口提出"
    )
    at += 40 * DAY
    ask_erasure(actor=cast.actor("周", at), at=at, number=number, wish=wish)


def change_the_rules(cast: Cast, *, at: datetime) -> None:
    """Take a power from a role, register the neighbours' Measure, and load a catalogue of three items under it."""
    role = Role.objects.get(code="provider_officer")
    set_permissions(
        role=role.code, permissions=role.permissions[:-1], reason="收回一项", actor=cast.actor("冯", at), at=at
    )
    data = shipped.demonstration_instrument()
    data = data | {"number": "邻区办法", "articles": data["articles"][:2]}
    instrument = register_instrument(actor=SYSTEM, at=at, district=OTHER_DISTRICT, data=data)
    load_catalogue(actor=SYSTEM, at=at, district=OTHER_DISTRICT, instrument=instrument, rows=shipped.items()[:3])


def sign(at: datetime) -> Signed:
    """Chain everything, sign it, and copy every table."""
    while sequence():
        pass
    taken = take_checkpoint(at)
    assert taken is not None
    return Signed(size=taken.size, note=taken.note, tables=copy_of())


def note_down(words: str, *, at: datetime, district: str = REAL_DISTRICT) -> Entry:
    """Write an entry that speaks of no row."""
    with transaction.atomic():
        return record(
            event="district.noted", actor=SYSTEM, at=at, subject="district", district=district, facts={"words": words}
        )


def build() -> House:
    """Let a real district be founded, and the fictitious ones work for two days."""
    found_district(code=REAL_DISTRICT, name="甲区", actor=SYSTEM, at=FOUNDED_AT)
    cast = found_demo_district()
    work(cast, at=MONDAY_MORNING, number=1)
    yesterday = sign(MONDAY_MORNING + 9 * HOUR)
    work(cast, at=MONDAY_MORNING + DAY, number=2)
    change_the_rules(cast, at=MONDAY_MORNING + DAY)
    today = sign(MONDAY_MORNING + DAY + 9 * HOUR)
    note_down("等待入链", at=MONDAY_MORNING + DAY + 9 * HOUR)
    assert Matter.objects.filter(district=DISTRICT).count() == 6
    return House(cast=cast, yesterday=yesterday, today=today)


@pytest.fixture(scope="module")
def town() -> Callable[[], House]:
    """Give what builds the house; a module that tampers with another one says which."""
    return build


@pytest.fixture(scope="module")
def built(
    town: Callable[[], House],
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[House]:
    """Build the house for a module, with a tree kept more densely than a real one and a shorter catalogue."""
    some_items = shipped.items()[:ITEMS]
    kept = settings.SANHU_CHECKPOINTS_FILE
    with pytest.MonkeyPatch.context() as patch:
        for module in (sequencer, tree, verify_tree):
            patch.setattr(module, "KEPT_EVERY", KEPT_EVERY)
        patch.setattr(tree, "_WIDTH", 1 << KEPT_EVERY)
        patch.setattr(shipped, "items", lambda: some_items)
        settings.SANHU_CHECKPOINTS_FILE = tmp_path_factory.mktemp("outside") / "checkpoints.txt"
        try:
            with django_db_blocker.unblock():
                house = town()
        finally:
            settings.SANHU_CHECKPOINTS_FILE = kept
        yield house
        with django_db_blocker.unblock():
            call_command("flush", interactive=False, verbosity=0)


@pytest.fixture
def outside(built: House, tmp_path: Path, settings: LazySettings) -> Path:
    """Give the file outside the database, with both days' checkpoints."""
    path = tmp_path / "checkpoints.txt"
    path.write_text(built.outside, encoding="utf-8")
    settings.SANHU_CHECKPOINTS_FILE = path
    return path


@pytest.fixture
def house(built: House, db: None, outside: Path) -> Iterator[House]:
    """Give the house to a test that rolls back, whatever it did to the tables."""
    with transaction.atomic():
        yield built
        transaction.set_rollback(True)
    restore_guards()


Found = set[tuple[str, str]]
Attack = Callable[[House], Found]


def findings() -> list[dict[str, Any]]:
    """Ask `sanhu verify` what it finds."""
    out, code = io.StringIO(), 0
    try:
        call_command("verify", "--json", stdout=out, stderr=io.StringIO())
    except SystemExit as left:
        code = int(left.code or 0)
    answer = json.loads(out.getvalue())
    assert (code == 0) == answer["clean"] == (answer["count"] == 0)
    found: list[dict[str, Any]] = answer["findings"]
    return found


def named() -> Found:
    """Give kind and place of what `sanhu verify` finds in the record and the rows it vouches for.

    What the rules of the rooms find besides is left out: it is not the record that tells it.
    """
    return {
        (found["kind"], found["ref"]) for found in findings() if found["kind"] in set(FindingKind) - {"check_failed"}
    }


def first_without_rows(house: House) -> Entry:
    """Give an entry of the middle of yesterday that speaks of no row: dropping it leaves no row behind."""
    return Entry.objects.select_related("opening").filter(event="district.founded", seq__gt=20)[0]


def fork_by_one_body(house: House) -> Found:
    entry = house.entry(60)
    attacker.rewrite(entry, json.loads(entry.body) | {"actor": "post:1"}, actor_ref="post:1")
    attacker.rechain()
    return {("record_forked", house.ref(house.yesterday.size))}
