"""Playing one matter of the demonstration through the services, from its report to where it stands today."""

import random
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
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
from sanhu.domains.subjects.models import Organisation
from sanhu.domains.subjects.queries import actor_of, posts_in_force
from sanhu.engines.actors import Actor, resident
from sanhu.engines.decisions import Refused
from sanhu.engines.legal_time import day_start, legal_day
from sanhu.portals.cli.demo.ground import cells
from sanhu.portals.cli.demo.tales import TALES, Tale
from sanhu.portals.cli.demo.ways import PACE, REOPENED, SAID, UNMERGED, is_eventful, way_of

DISTRICT = "990101"
_TIME_FOR_EVENTS = 7  # days
_OLD = timedelta(days=75)  # what was put aside longer ago than this has been taken up again


def registration_id(number: int, seed: int = 0) -> UUID:
    """The client_id under which the demonstration's n-th matter is registered: the same at every start."""
    return uuid5(NAMESPACE_URL, f"sanhu-demonstration-{seed}-{number}" if seed else f"sanhu-demonstration-{number}")


@dataclass(frozen=True)
class Story:
    """One matter to be told: its number, the seed it is one of, when it was reported and what the present is."""

    number: int
    reported: datetime
    as_of: datetime
    seed: int = 0

    @property
    def tale(self) -> Tale:
        """What was reported."""
        return TALES[self.number % len(TALES)]

    @property
    def is_old(self) -> bool:
        """Whether it was reported so long ago that nothing of it is left lying."""
        return self.as_of - self.reported > _OLD

    @cached_property
    def in_office(self) -> tuple[Actor, ...]:
        """Who was in office when it was reported; they still are, or nobody is."""
        return _in_office(self.reported)

    def somebody(self, matter: Matter, move: str) -> Actor | None:
        """Find somebody whom the rules let make a move."""
        standing = standing_of(matter)
        return next((one for one in self.in_office if may_move(standing=standing, move=move, actor=one)), None)

    def client_id(self, name: str = "") -> UUID:
        """The client_id of the registration, or of a step of that name."""
        own = registration_id(self.number, self.seed)
        return uuid5(own, name) if name else own


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


def play(number: int, *, as_of: datetime) -> None:
    """Play the n-th of the matters that every demonstration begins with: of the last eight weeks."""
    chance = random.Random(number)  # noqa: S311 - a story, not a secret
    ground = chance.randrange(60)
    age = chance.choice((1, 2, 4, 5, 6, 7, 8, 10, 12, 15, 20, 28, 40, 55)) if number % 6 else chance.uniform(0, 2)
    age = max(age, _TIME_FOR_EVENTS) if is_eventful(number) else age
    reported = as_of - timedelta(days=age, minutes=chance.randrange(1, 300))
    tell(Story(number, reported, as_of), chance, ground=ground)


@transaction.atomic
def tell(story: Story, chance: random.Random, *, ground: int) -> None:
    """Tell a story through the services: registered on one of the sixty cells, and moved as far as there was time."""
    cell = cells()[ground]
    registered = register(
        actor=resident(DISTRICT),
        at=story.reported,
        client_id=story.client_id(),
        report=Report(
            district=DISTRICT,
            area_code=cell.area_code,
            cell_code=cell.code,
            address=story.tale.address,
            words=story.tale.words,
        ),
    )
    hours = _Hours(story.reported)
    way = way_of(story.number, is_old=story.is_old)
    stalls_at = chance.choice(("", "", "", "", "accept", "sign", "start", "finish", "verify"))
    stalls_at = "" if is_eventful(story.number) else stalls_at
    if not _walk(registered.number, story, way, chance, hours, stalls_at=stalls_at):
        press(registered.number, story)
    elif story.number % 3 and hours.pass_by(6) < story.as_of and _rate(registered.number, story, chance, at=hours.at):
        _walk(registered.number, story, REOPENED, chance, hours)


def _walk(
    matter: str,
    story: Story,
    way: Sequence[str],
    chance: random.Random,
    hours: _Hours,
    *,
    stalls_at: str = "",
) -> bool:
    """Make the moves of a way one after the other; tell whether the matter came to its end."""
    for count, move in enumerate(way):
        pace = PACE[move] * chance.uniform(0.4, 1.6) * (6 if move == stalls_at else 1)
        name = f"{move}-{count}" if way is not REOPENED else f"{move}-again"
        if hours.pass_by(pace) < story.as_of and _move(matter, move, hours.at, story, name=name):
            continue
        # Where nothing like it is open nothing is merged, and the matter goes its own way.
        return move == "merge" and hours.at < story.as_of and _walk(matter, story, UNMERGED, chance, hours)
    return True


def _rate(matter: str, story: Story, chance: random.Random, *, at: datetime) -> bool:
    """Rate a closed matter; tell whether that opened it again."""
    found = Matter.objects.get(number=matter)
    satisfaction = chance.choice(list(Satisfaction)[:4])
    if found.state != "closed":
        return False
    rate(
        at=at,
        client_id=story.client_id("rate"),
        receipt_hash=found.receipt_hash,
        satisfaction=satisfaction,
        words="",
        reopen=satisfaction in UNHAPPY,
    )
    return satisfaction in UNHAPPY


def press(matter: str, story: Story) -> None:
    """Urge what is overdue, as its reporter would, and let the coordinating body ask about some of it."""
    found = Matter.objects.get(number=matter)
    with suppress(Refused):
        urge(at=story.as_of, client_id=story.client_id("urge"), receipt_hash=found.receipt_hash)
    if story.number % 2 and found.due_at is not None and found.due_at < story.as_of:
        _move(matter, "supervise", story.as_of, story, name="supervise-0")


def _move(number: str, move: str, at: datetime, story: Story, *, name: str) -> bool:
    """Make one move by somebody who may; give False where nobody may, or the rules refuse (the matter then waits)."""
    matter = Matter.objects.select_related("duty__item", "lead").get(number=number)
    actor = story.somebody(matter, move)
    if actor is None:
        return False
    request = _request(matter, move, story.tale, at=at)
    if request is None:
        return False
    try:
        make_move(actor=actor, at=at, client_id=story.client_id(name), number=number, request=request)
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
            # Where two bodies fit, the dispatcher takes the first.
            bodies = route(matter, at=at).bodies
            return replace(request, lead_id=bodies[0].pk) if bodies else None
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


def _in_office(at: datetime) -> tuple[Actor, ...]:
    """Everybody of the district in a post in force."""
    bodies = Organisation.objects.filter(district=DISTRICT).values("pk")
    posts = posts_in_force(at).filter(organisation__in=bodies).select_related("organisation", "role")
    return tuple(actor_of(post) for post in posts.prefetch_related("organisation__served_areas").order_by("id"))
