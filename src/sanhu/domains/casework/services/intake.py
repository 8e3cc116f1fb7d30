"""A report becomes a matter: number, receipt, first step, first clock and entry in one transaction."""

from dataclasses import dataclass, field
from datetime import date, datetime
from math import isfinite
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext_noop as _

from sanhu.domains.casework.events import MatterEvent
from sanhu.domains.casework.models import Contact, IntakeChannel, Matter, Step
from sanhu.domains.casework.parties import ACCEPT_ARTICLE
from sanhu.domains.casework.rules import MATTER, may_register
from sanhu.domains.casework.search.entries import index_new
from sanhu.domains.casework.services.clocks import apply_effects
from sanhu.domains.casework.services.receipts import receipt_code, receipt_hash
from sanhu.domains.evidence.attachments import adopt
from sanhu.domains.evidence.models.notice import Channel
from sanhu.domains.evidence.once import Once
from sanhu.domains.evidence.record import record
from sanhu.domains.places import queries as places
from sanhu.domains.places.models import AreaLevel, GridCell, in_force
from sanhu.engines.actors import Actor, ActorKind
from sanhu.engines.codes.case_numbers import format_case_number
from sanhu.engines.decisions import Refused, refuse
from sanhu.engines.legal_time import legal_day
from sanhu.engines.workflow import ClockEffect

MOST_WORDS = 2000
MOST_ADDRESS = 200

# Whoever asks for a number of the day holds the counter's row until the matter that bears it is committed.
_NEXT_NUMBER = (
    "INSERT INTO casework_casecounter (district, day, last) VALUES (%s, %s, 1) "
    "ON CONFLICT (district, day) DO UPDATE SET last = casework_casecounter.last + 1 RETURNING last"
)


UNKNOWN_COMMUNITY = _("在哪个社区：本区没有这个社区")
UNKNOWN_CELL = _("网格：这个社区没有这个网格")


@dataclass(frozen=True)
class Report:
    """What somebody reports. `photos` are the hashes of the photos kept under the request's client_id."""

    district: str
    area_code: str
    words: str
    cell_code: str = ""
    address: str = ""
    lon: float | None = None
    lat: float | None = None
    contact_channel: Channel | None = None
    contact_address: str = ""
    photos: tuple[str, ...] = field(default=())

    @property
    def location(self) -> str:
        """The finest code of where it is."""
        return self.cell_code or self.area_code

    def asked(self) -> dict[str, object]:
        """What a repeated request is compared by."""
        return {
            "district": self.district,
            "area": self.area_code,
            "cell": self.cell_code,
            "point": [self.lon, self.lat],
            "address": self.address,
            "words": self.words,
            "contact": [str(self.contact_channel or ""), self.contact_address],
            "photos": sorted(self.photos),
        }


@dataclass(frozen=True)
class Registered:
    """The matter's number and the code its reporter keeps."""

    number: str
    receipt: str


def register(*, actor: Actor, at: datetime, client_id: UUID, report: Report) -> Registered:
    """Register a report. The same client_id with the same report gives the same answer.

    Raises requests.ConflictError for the same client_id with another report, Refused when the actor may not register
    here, when the report names an unknown place or says nothing, and with X-17 past the loaded calendar.
    """
    _check_point(report)
    receipt = receipt_code(client_id)
    once = Once(client_id=client_id, actor=actor, asked=report.asked(), at=at)
    return Registered(number=once.answer(lambda: _write(once, report, receipt, at=at)), receipt=receipt)


def is_registered(client_id: UUID) -> bool:
    """Tell whether the form of that number was registered: sent again, it is answered as before."""
    return Matter.objects.filter(receipt_hash=receipt_hash(receipt_code(client_id))).exists()


def _write(once: Once, report: Report, receipt: str, *, at: datetime) -> str:
    decision = may_register(district=report.district, location=report.location, actor=once.actor)
    if not decision:
        raise Refused(decision)
    _check(report, on=legal_day(at))
    return _register(once, report, receipt, at=at)


@transaction.atomic
def _register(once: Once, report: Report, receipt: str, *, at: datetime) -> str:
    actor = once.actor
    matter = Matter(
        number=next_case_number(report.district, legal_day(at)),
        district=report.district,
        area_code=report.area_code,
        cell_code=report.cell_code,
        address=report.address,
        lon=report.lon,
        lat=report.lat,
        words=report.words,
        channel=IntakeChannel.WINDOW if actor.kind is ActorKind.POST else IntakeChannel.WEB,
        registered_by_id=actor.post_id,
        receipt_hash=receipt_hash(receipt),
        state=MATTER.initial,
        reported_at=at,
        revision=1,
    )
    # Before the matter: two twins have one receipt, and the slower one is to learn that it is a twin.
    once.remember(matter.number)
    clocks = apply_effects(matter, [ClockEffect.START_ACCEPTANCE], at=at)
    matter.save()
    index_new(matter)
    for clock in clocks:
        clock.save()
    step = Step.objects.create(
        matter=matter,
        ordinal=1,
        move="register",
        to_state=matter.state,
        at=at,
        post_id=actor.post_id,
        person_id=actor.person_id,
        organisation_id=actor.organisation_id,
    )
    photos = adopt(draft_id=once.client_id, owner_ref=matter.ref, at=at) if report.photos else []
    record(
        event=MatterEvent.REGISTERED,
        actor=actor,
        at=at,
        subject=matter.ref,
        district=matter.district,
        rows=[matter, step, *clocks, *_contact(matter, report, at=at), *photos],
    )
    return matter.number


def _contact(matter: Matter, report: Report, *, at: datetime) -> list[Contact]:
    if not (report.contact_channel and report.contact_address):
        return []
    contact = Contact(matter=matter, channel=report.contact_channel, address=report.contact_address, given_at=at)
    contact.save()
    return [contact]


def _check_point(report: Report) -> None:
    """A point has two coordinates on the globe, or there is none."""
    point = (report.lon, report.lat)
    if point == (None, None):
        return
    lon, lat = (coordinate if coordinate is not None and isfinite(coordinate) else 999.0 for coordinate in point)
    if abs(lon) > 180 or abs(lat) > 90:
        raise Refused(refuse(_("位置：坐标不完整或者不存在")))


def _check(report: Report, *, on: date) -> None:
    """Refuse, with every reason at once, a report that says nothing, too much, or names a place there is not."""
    faults = (
        (not report.words.strip(), _("发生了什么：不能为空")),
        (len(report.words) > MOST_WORDS, _("发生了什么：不超过 2000 个字")),
        (len(report.address) > MOST_ADDRESS, _("具体位置：不超过 200 个字")),
    )
    reasons = [reason for is_faulty, reason in faults if is_faulty] + _faults_of_place(report, on=on)
    if reasons:
        raise Refused(refuse(*reasons, citations=(ACCEPT_ARTICLE,)))


def _faults_of_place(report: Report, *, on: date) -> list[str]:
    """A cell lies in a community, so one question answers both; only where it does not is the other asked."""
    if not report.area_code.startswith(report.district):
        return [UNKNOWN_COMMUNITY]
    cells = GridCell.objects.filter(in_force(on), code=report.cell_code, area_code=report.area_code)
    if report.cell_code and cells.exists():
        return []
    area = places.area(report.area_code, on)
    if area is None or area.level != AreaLevel.COMMUNITY or area.code != report.area_code:
        return [UNKNOWN_COMMUNITY]
    return [UNKNOWN_CELL] if report.cell_code else []


def next_case_number(district: str, day: date) -> str:
    """Give the next case number of a district's legal day, without gaps."""
    with connection.cursor() as cursor:
        cursor.execute(_NEXT_NUMBER, [district, day.isoformat()])
        ((last,),) = cursor.fetchall()
    return format_case_number(district, day, last)
