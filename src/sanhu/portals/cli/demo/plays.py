"""Playing one matter of the demonstration through the services, from its report to where it stands today."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, UUID, uuid5

from django.db import transaction

from sanhu.domains.casework.models import Matter
from sanhu.domains.casework.queries import handler_ids
from sanhu.domains.casework.routing import route
from sanhu.domains.casework.rules import Satisfaction
from sanhu.domains.casework.services.intake import Report, register
from sanhu.domains.casework.services.moves import MoveRequest, make_move
from sanhu.domains.casework.services.ratings import rate
from sanhu.domains.catalogue.models import Duty
from sanhu.domains.catalogue.queries import current_version
from sanhu.domains.subjects.models import Organisation, Post
from sanhu.domains.subjects.permissions import Permission
from sanhu.domains.subjects.queries import actor_of, posts_in_force
from sanhu.engines.actors import Actor, resident
from sanhu.engines.decisions import Refused
from sanhu.engines.legal_time import day_start, legal_day
from sanhu.portals.cli.demo.ground import cells
from sanhu.portals.cli.demo.tales import TALES, Tale

DISTRICT = "990101"
# What a diligent district needs for each move, in working hours of eight a day.
_PACE = {"accept": 2, "assign": 2, "sign": 5, "start": 3, "finish": 14, "verify": 6, "close": 3}
_NEEDS = {
    "accept": Permission.MATTER_ACCEPT,
    "assign": Permission.MATTER_ASSIGN,
    "sign": Permission.MATTER_SIGN,
    "start": Permission.MATTER_HANDLE,
    "finish": Permission.MATTER_HANDLE,
    "verify": Permission.MATTER_VERIFY,
    "close": Permission.MATTER_CLOSE,
}


def registration_id(number: int) -> UUID:
    """The client_id under which the demonstration's n-th matter is registered: the same at every start."""
    return uuid5(NAMESPACE_URL, f"sanhu-demonstration-{number}")


@dataclass
class _Hours:
    """Office hours going by: 09:00 to 17:00, Monday to Friday."""

    at: datetime

    def pass_by(self, hours: float) -> datetime:
        """Let some office hours go by."""
        left = timedelta(hours=hours)
        while left > timedelta():
            opens = day_start(legal_day(self.at)) + timedelta(hours=9)
            closes = opens + timedelta(hours=8)
            self.at = max(self.at, opens)
            if self.at >= closes or legal_day(self.at).weekday() >= 5:
                self.at = opens + timedelta(days=1)
                continue
            step = min(left, closes - self.at)
            self.at += step
            left -= step
        return self.at


@transaction.atomic
def play(number: int, *, as_of: datetime) -> None:
    """Play the n-th matter: reported some time before `as_of`, and moved as far as there was time for."""
    chance = random.Random(number)  # noqa: S311 - a story, not a secret
    tale = TALES[number % len(TALES)]
    ground = cells()[chance.randrange(60)]
    age = chance.choice((1, 2, 4, 5, 6, 7, 8, 10, 12, 15, 20, 28, 40, 55)) if number % 6 else chance.uniform(0, 2)
    reported = as_of - timedelta(days=age, minutes=chance.randrange(1, 300))
    registered = register(
        actor=resident(DISTRICT),
        at=reported,
        client_id=registration_id(number),
        report=Report(
            district=DISTRICT,
            area_code=ground.area_code,
            cell_code=ground.code,
            address=tale.address,
            words=tale.words,
        ),
    )
    _go_on(registered.number, number, tale, chance, reported=reported, as_of=as_of)


def _go_on(matter: str, number: int, tale: Tale, chance: random.Random, *, reported: datetime, as_of: datetime) -> None:
    hours = _Hours(reported)
    stalls_at = chance.choice(("", "", "", "", "accept", "sign", "start", "finish", "verify"))
    if number % 17 == 5:
        hours.pass_by(_PACE["accept"])
        if hours.at < as_of:
            _move(matter, "decline", hours.at, number, tale)
        return
    reworked = number % 9 == 4
    for move, pace in _PACE.items():
        hours.pass_by(pace * chance.uniform(0.4, 1.6) * (6 if move == stalls_at else 1))
        if hours.at >= as_of or not _move(matter, move, hours.at, number, tale):
            return
        if move == "finish" and reworked:
            hours.pass_by(4)
            if hours.at >= as_of or not _move(matter, "rework", hours.at, number, tale):
                return
            hours.pass_by(8)
            if hours.at >= as_of or not _move(matter, "finish", hours.at, number, tale, again=True):
                return
    if number % 3 and (rated_at := hours.pass_by(6)) < as_of:
        rate(
            at=rated_at,
            client_id=uuid5(registration_id(number), "rate"),
            receipt_hash=Matter.objects.get(number=matter).receipt_hash,
            satisfaction=chance.choice(list(Satisfaction)[:4]),
            words="",
        )


def _move(number: str, move: str, at: datetime, story: int, tale: Tale, *, again: bool = False) -> bool:
    """Make one move by somebody who may; give False where nobody may, or the rules refuse (the matter then waits)."""
    matter = Matter.objects.select_related("duty__item", "lead").get(number=number)
    actor = _somebody(matter, move, at=at)
    if actor is None:
        return False
    request = _request(matter, move, tale, at=at)
    if request is None:
        return False
    client_id = uuid5(registration_id(story), f"{move}{'-again' if again else ''}")
    try:
        make_move(actor=actor, at=at, client_id=client_id, number=number, request=request)
    except Refused:
        return False
    return True


def _request(matter: Matter, move: str, tale: Tale, *, at: datetime) -> MoveRequest | None:
    revision = matter.revision
    match move:
        case "accept":
            version = current_version(matter.district, legal_day(at))
            duty = Duty.objects.filter(item__version=version, item__code=tale.item).order_by("position").first()
            return None if duty is None else MoveRequest(move, revision, duty_id=duty.pk, public_title=tale.title)
        case "decline":
            return MoveRequest(
                move,
                revision,
                reason="属于两家商户之间的合同纠纷，不是社区事务；可向人民法院起诉或申请仲裁。",
                article="分类管理办法第二条",
            )
        case "assign":
            only = route(matter, at=at).only
            return None if only is None else MoveRequest(move, revision, lead_id=only.pk)
        case "finish":
            return MoveRequest(move, revision, reason=tale.result, reply=tale.result)
        case "rework":
            return MoveRequest(move, revision, reason="到场看过，问题还在，请再处理。")
        case _:
            return MoveRequest(move, revision)


def _somebody(matter: Matter, move: str, *, at: datetime) -> Actor | None:
    """Find who makes a move: in the lead's body where it is the lead's, else somebody whose areas cover the place."""
    needed = _NEEDS.get({"decline": "accept", "rework": "verify"}.get(move, move), Permission.MATTER_VIEW)
    handled = handler_ids(matter)
    for post in _posts(at):
        actor = actor_of(post)
        if not actor.may(needed):
            continue
        if move in {"sign", "start", "finish"}:
            if actor.organisation_id == matter.lead_id:
                return actor
        elif actor.covers(matter.location) and actor.person_id not in handled:
            return actor
    return None


def _posts(at: datetime) -> list[Post]:
    bodies = Organisation.objects.filter(district=DISTRICT).values("pk")
    return list(
        posts_in_force(at)
        .filter(organisation__in=bodies)
        .select_related("organisation", "role")
        .prefetch_related("organisation__served_areas")
        .order_by("id")
    )
