"""A report becomes a matter: number, receipt, first step, first clock and entry in one transaction."""

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F

from sanhu.domains.casework.models import CaseCounter, Contact, IntakeChannel, Matter, Step
from sanhu.domains.casework.rules import MATTER
from sanhu.domains.casework.services.clocks import apply_effects
from sanhu.domains.casework.services.receipts import receipt_code, receipt_hash
from sanhu.domains.evidence import requests
from sanhu.domains.evidence.attachments import adopt
from sanhu.domains.evidence.models.notice import Channel
from sanhu.domains.evidence.record import record
from sanhu.domains.subjects.permissions import Permission
from sanhu.engines.actors import Actor, ActorKind
from sanhu.engines.codes.case_numbers import format_case_number
from sanhu.engines.decisions import Refused, refuse
from sanhu.engines.legal_time import legal_day
from sanhu.engines.workflow import ClockEffect


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

    def asked(self) -> dict[str, object]:
        """What a repeated request is compared by."""
        return {
            "district": self.district,
            "area": self.area_code,
            "cell": self.cell_code,
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
    here.
    """
    receipt = receipt_code(client_id)
    asked = report.asked()
    earlier = requests.answered(client_id=client_id, actor=actor, asked=asked)
    if earlier is None:
        try:
            earlier = _register(actor=actor, at=at, client_id=client_id, report=report, receipt=receipt)
        except requests.AlreadyAnsweredError:
            earlier = requests.answered(client_id=client_id, actor=actor, asked=asked)
            assert earlier is not None, "the twin has committed"
    return Registered(number=earlier, receipt=receipt)


@transaction.atomic
def _register(*, actor: Actor, at: datetime, client_id: UUID, report: Report, receipt: str) -> str:
    _may_register(actor, report)
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
    matter.save()
    clocks = apply_effects(matter, [ClockEffect.START_ACCEPTANCE], at=at)
    matter.save(update_fields=["due_at"])
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
    contact = []
    if report.contact_channel and report.contact_address:
        contact.append(
            Contact.objects.create(
                matter=matter, channel=report.contact_channel, address=report.contact_address, given_at=at
            )
        )
    photos = adopt(draft_id=client_id, owner_ref=matter.ref, at=at) if report.photos else []
    record(
        event="matter.registered",
        actor=actor,
        at=at,
        subject=matter.ref,
        district=matter.district,
        rows=[matter, step, *clocks, *contact, *photos],
    )
    requests.remember(client_id=client_id, actor=actor, asked=report.asked(), result=matter.number, at=at)
    return matter.number


def _may_register(actor: Actor, report: Report) -> None:
    if actor.kind is ActorKind.RESIDENT and actor.district == report.district:
        return
    if actor.kind is ActorKind.POST and actor.may(Permission.MATTER_REGISTER) and actor.covers(report.area_code):
        return
    raise Refused(refuse("您的岗位不能在这里登记反映"))


def next_case_number(district: str, day: date) -> str:
    """Give the next case number of a district's legal day; the counter's row serialises whoever asks."""
    today = CaseCounter.objects.filter(district=district, day=day)
    if not today.update(last=F("last") + 1):
        try:
            with transaction.atomic():
                CaseCounter.objects.create(district=district, day=day, last=1)
        except IntegrityError:  # another first report of the day was faster
            today.update(last=F("last") + 1)
    return format_case_number(district, day, today.get().last)
