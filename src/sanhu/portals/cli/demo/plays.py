"""Playing one matter of the demonstration through the services, from its report to where it stands today."""

import random
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, UUID, uuid5

from django.db import transaction

from sanhu.domains.casework.models import Matter
from sanhu.domains.casework.queries import running_clock, standing_of
from sanhu.domains.casework.routing import route
from sanhu.domains.casework.rules import UNHAPPY, Satisfaction, may_move
from sanhu.domains.casework.services.intake import Report, register
from sanhu.domains.casework.services.moves import MoveRequest, make_move
from sanhu.domains.casework.services.ratings import rate
from sanhu.domains.casework.services.urging import urge
from sanhu.domains.catalogue.models import Duty
from sanhu.domains.catalogue.queries import current_version
from sanhu.domains.subjects.models import Organisation, Post
from sanhu.domains.subjects.queries import actor_of, posts_in_force
from sanhu.engines.actors import Actor, resident
from sanhu.engines.decisions import Refused
from sanhu.engines.legal_time import day_start, legal_day
from sanhu.portals.cli.demo.ground import cells
from sanhu.portals.cli.demo.tales import TALES, Tale
from sanhu.portals.cli.demo.ways import PACE, SAID, is_eventful, way_of

DISTRICT = "990101"
_TIME_FOR_EVENTS = 7  # days


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
    age = max(age, _TIME_FOR_EVENTS) if is_eventful(number) else age
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
    stalls_at = "" if is_eventful(number) else stalls_at
    for count, move in enumerate(way_of(number)):
        pace = PACE[move] * chance.uniform(0.4, 1.6) * (6 if move == stalls_at else 1)
        if hours.pass_by(pace) >= as_of or not _move(matter, move, hours.at, number, tale, nth=count):
            break
    else:
        if number % 3 and hours.pass_by(6) < as_of:
            _rate(matter, number, chance, at=hours.at)
        return
    press(matter, number, as_of=as_of)


def _rate(matter: str, number: int, chance: random.Random, *, at: datetime) -> None:
    found = Matter.objects.get(number=matter)
    satisfaction = chance.choice(list(Satisfaction)[:4])
    if found.state == "closed":
        rate(
            at=at,
            client_id=uuid5(registration_id(number), "rate"),
            receipt_hash=found.receipt_hash,
            satisfaction=satisfaction,
            words="",
            reopen=satisfaction in UNHAPPY,
        )


def press(matter: str, number: int, *, as_of: datetime) -> None:
    """Urge what is overdue, as its reporter would, and let the coordinating body ask about some of it."""
    found = Matter.objects.get(number=matter)
    with suppress(Refused):
        urge(at=as_of, client_id=uuid5(registration_id(number), "urge"), receipt_hash=found.receipt_hash)
    if number % 2 and found.due_at is not None and found.due_at < as_of:
        _move(matter, "supervise", as_of, number, TALES[number % len(TALES)])


def _move(number: str, move: str, at: datetime, story: int, tale: Tale, *, nth: int = 0) -> bool:
    """Make one move by somebody who may; give False where nobody may, or the rules refuse (the matter then waits)."""
    matter = Matter.objects.select_related("duty__item", "lead").get(number=number)
    actor = _somebody(matter, move, at=at)
    if actor is None:
        return False
    request = _request(matter, move, tale, at=at)
    if request is None:
        return False
    try:
        make_move(
            actor=actor, at=at, client_id=uuid5(registration_id(story), f"{move}-{nth}"), number=number, request=request
        )
    except Refused:
        return False
    return True


def _request(matter: Matter, move: str, tale: Tale, *, at: datetime) -> MoveRequest | None:
    request = MoveRequest(move, matter.revision, **SAID.get(move, {}))  # type: ignore[arg-type]
    match move:
        case "accept":
            version = current_version(matter.district, legal_day(at))
            duty = Duty.objects.filter(item__version=version, item__code=tale.item).order_by("position").first()
            return replace(request, duty_id=duty.pk, public_title=tale.title) if duty else None
        case "assign":
            only = route(matter, at=at).only
            return replace(request, lead_id=only.pk) if only else None
        case "merge":
            main = _open_beside(matter)
            return replace(request, into=main.number) if main else None
        case "finish":
            request = replace(request, reason=tale.result, reply=tale.result)
        case "ask_extension":
            clock = running_clock(matter)
            request = replace(request, amount=max(1, clock.amount // 2) if clock else None)
        case "supervise":
            request = replace(request, amount=3)
        case _:
            pass
    return request


def _open_beside(matter: Matter) -> Matter | None:
    """The matter a duplicate is merged into: another open one of the same community."""
    beside = Matter.objects.filter(is_open=True, area_code=matter.area_code, reported_at__lt=matter.reported_at)
    return beside.exclude(pk=matter.pk).order_by("-reported_at").first()


def _somebody(matter: Matter, move: str, *, at: datetime) -> Actor | None:
    """Find somebody whom the rules let make a move."""
    standing = standing_of(matter)
    actors = (actor_of(post) for post in _posts(at))
    return next((actor for actor in actors if may_move(standing=standing, move=move, actor=actor)), None)


def _posts(at: datetime) -> list[Post]:
    bodies = Organisation.objects.filter(district=DISTRICT).values("pk")
    return list(
        posts_in_force(at)
        .filter(organisation__in=bodies)
        .select_related("organisation", "role")
        .prefetch_related("organisation__served_areas")
        .order_by("id")
    )
