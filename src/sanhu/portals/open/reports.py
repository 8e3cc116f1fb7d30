"""Reporting a problem by program, and following it with the receipt code."""

from datetime import datetime, timedelta
from typing import Annotated, Literal
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_noop
from ninja import Header, Router, Status
from pydantic import Field, StringConstraints

from sanhu.domains.casework import queries
from sanhu.domains.casework.joined import PUBLIC, joining_by_receipt, others_reporting
from sanhu.domains.casework.models import Joining, Matter
from sanhu.domains.casework.rules import may_register
from sanhu.domains.casework.services.errors import MatterNotFound
from sanhu.domains.casework.services.intake import Registered, Report, register
from sanhu.domains.casework.services.receipts import receipt_hash
from sanhu.domains.evidence import throttle
from sanhu.domains.evidence.fields import mask_contact
from sanhu.domains.evidence.models.notice import Channel
from sanhu.domains.places.queries import path_of
from sanhu.engines.actors import Actor, resident
from sanhu.engines.decisions import Refused
from sanhu.engines.legal_time import legal_day
from sanhu.portals import clock, site
from sanhu.portals.look.addresses import address_of
from sanhu.portals.matters import own_steps, public_steps
from sanhu.portals.open.fields import AskedBody, CaseNumber, Line, Shape, Words
from sanhu.portals.open.matter_shapes import JoinedMatter, OwnMatter, passed, reported_on, whole
from sanhu.portals.open.operations import RESIDENTS, told
from sanhu.portals.open.problems import Problem
from sanhu.portals.open.refusing import faults_named
from sanhu.portals.reporting import ReportForm, community_choices

router = Router()
NOT_SHOWN = gettext_noop("为了保护当事人，这类事项的办理情况不在网上显示。请到街道窗口或拨打窗口电话了解进展。")
_MINUTE, _RECEIPT_WINDOW = timedelta(minutes=1), timedelta(minutes=15)
_NAMED = {"发生了什么": "words", "具体位置": "address", "在哪个社区": "area", "网格": "cell", "位置": "lon"}

# What a code opens: the field receipt_of tells a program which of them it is.
Held = Annotated[OwnMatter | JoinedMatter, Field(discriminator="receipt_of")]
IdempotencyKey = Annotated[UUID, Header(alias="Idempotency-Key")]
ReceiptCode = Annotated[str, StringConstraints(max_length=40), Header(alias="Receipt-Code")]


class ReportAsked(AskedBody):
    words: Words
    area: Annotated[str, StringConstraints(max_length=15)]
    address: Line = ""
    cell: Annotated[str, StringConstraints(max_length=15)] = ""
    lon: Annotated[float, Field(ge=-180, le=180)] | None = None
    lat: Annotated[float, Field(ge=-90, le=90)] | None = None
    tell: Literal["", "sms", "email"] = ""
    contact: Annotated[str, StringConstraints(max_length=100)] = ""


class RegisteredShape(Shape):
    number: CaseNumber
    receipt: str


@router.post(
    "/reports",
    url_name="reports",
    **told(gettext_noop("反映一个问题"), RegisteredShape, 404, 409, 413, 429, tag=RESIDENTS, status=201),
)
def report(request: HttpRequest, asked: ReportAsked, key: IdempotencyKey) -> Status[RegisteredShape]:
    """Register a report as a resident; the same key with the same words gives the same number and receipt."""
    _slow_down(request)
    district = site.home_district()
    registered = register_asked(asked, key, district=district, actor=resident(district))
    return Status(201, RegisteredShape(number=registered.number, receipt=registered.receipt))


def register_asked(asked: ReportAsked, key: UUID, *, district: str, actor: Actor) -> Registered:
    """Register what a program asks for, held to the same form as on the page. Raises Problem with fields named."""
    at = clock.now()
    form = ReportForm(
        {**asked.model_dump(exclude_none=True), "client_id": str(key)},
        communities=community_choices(district, legal_day(at)),
    )
    if not form.is_valid():
        faults = [(name, str(message)) for name, messages in form.errors.items() for message in messages]
        raise Problem(422, fields=faults)
    cleaned = form.cleaned_data
    wanted = Report(
        district=district,
        area_code=cleaned["area"],
        cell_code=cleaned["cell"],
        lon=cleaned["lon"],
        lat=cleaned["lat"],
        address=cleaned["address"],
        words=cleaned["words"],
        contact_channel=Channel(cleaned["tell"]) if cleaned["tell"] else None,
        contact_address=cleaned["contact"],
    )
    try:
        return register(actor=actor, at=at, client_id=key, report=wanted)
    except Refused as refused:
        raise _refused(refused, wanted, actor) from None


def _refused(refused: Refused, wanted: Report, actor: Actor) -> Problem:
    """403 where the caller may not register there, 422 for what was written, 409 for what does not go now."""
    decision = refused.decision
    if not may_register(district=wanted.district, location=wanted.location, actor=actor):
        return Problem.of(403, decision)
    faults = faults_named(decision, _NAMED)
    return Problem.of(422 if faults else 409, decision, fields=faults)


def _slow_down(request: HttpRequest) -> None:
    key = throttle.key_of("api_reports", address_of(request))
    if throttle.count_try(key, at=clock.now(), window=_MINUTE) > settings.SANHU_API_REPORTS_A_MINUTE:
        raise Problem(429, headers={"Retry-After": "60"})


@router.get(
    "/receipts",
    url_name="receipts",
    **told(gettext_noop("凭回执码看自己的事"), Held, 403, 404, 429, tag=RESIDENTS),
)
def receipts(request: HttpRequest, code: ReceiptCode) -> Held:
    """Show the reporter their matter, and who joined one what everybody may see of it.

    The code comes in a header: addresses are written down on the way.
    """
    at = clock.now()
    key = throttle.key_of("receipt", address_of(request))
    if throttle.tries(key, at=at, window=_RECEIPT_WINDOW) >= settings.SANHU_RECEIPT_TRIES:
        raise Problem(429, headers={"Retry-After": str(int(_RECEIPT_WINDOW.total_seconds()))})
    hashed = receipt_hash(code)
    try:
        return _own(queries.matter_by_receipt(hashed), at=at)
    except MatterNotFound:
        pass
    try:
        return _joined(joining_by_receipt(hashed), at=at)
    except MatterNotFound:
        throttle.count_try(key, at=at, window=_RECEIPT_WINDOW)
        raise Problem(404) from None


def _own(found: Matter, *, at: datetime) -> OwnMatter:
    if found.publicity == "never":
        raise Problem(403, (NOT_SHOWN,))
    names = path_of(found.area_code, reported_on(found))
    return OwnMatter(
        **whole(found, own_steps(found), names, at=at),
        receipt_of="reported",
        words=found.words,
        address=found.address,
    )


def _joined(joining: Joining, *, at: datetime) -> JoinedMatter:
    found = joining.matter
    if found.publicity != PUBLIC:
        raise Problem(403, (NOT_SHOWN,))
    names = path_of(found.area_code, reported_on(found))
    return JoinedMatter(
        **whole(found, public_steps(found), names, at=at),
        **passed(found),
        receipt_of="joined",
        joined_at=joining.joined_at,
        tell=joining.channel if joining.address else "",
        contact=mask_contact(joining.address),
        others=others_reporting(found),
    )
