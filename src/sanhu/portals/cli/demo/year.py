"""A year of the demonstration district: some six hundred matters, drawn from one seed, reported one after the other.

The same seed and the same present give the same district: numbers, states, steps and days. What is secret by its
nature differs each time, as it must: salts, passwords, keys.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Min

from sanhu.domains.casework.models import Clock
from sanhu.domains.casework.routing import route_duty
from sanhu.domains.casework.services import ticks
from sanhu.domains.catalogue.models import Duty
from sanhu.domains.catalogue.queries import current_version
from sanhu.domains.evidence import outbox
from sanhu.domains.subjects.queries import posts_in_force
from sanhu.engines.legal_time import legal_day
from sanhu.portals.cli.demo.ground import cells
from sanhu.portals.cli.demo.plays import press, tell
from sanhu.portals.cli.demo.story import DISTRICT, Story, time_for
from sanhu.portals.cli.demo.tales import TALES
from sanhu.portals.cli.demo.ways import UNFINISHED

MATTERS = 600
_DAYS = 360  # the district was founded a year ago
_RECENT_DAYS = 35
_RECENT_PERCENT = 30
_FRESH_EVERY = 5  # every so many a matter is told that has just come into a state in which none stays long
_AT_ONCE = timedelta(minutes=1)
_UNOWNED_PERCENT = 4  # reported where nobody answers for it: the district's gaps


@dataclass(frozen=True)
class Drawn:
    """A story, and the cell and the chance it is told with."""

    story: Story
    ground: int
    chance: random.Random


def draw(*, seed: int, as_of: datetime, matters: int = MATTERS) -> list[Drawn]:
    """Draw the year, the oldest report first: a third of it from the last weeks, so that every state is found."""
    return sorted(_drawn(seed, as_of, matters), key=lambda drawn: (drawn.story.reported, drawn.story.number))


def _drawn(seed: int, as_of: datetime, matters: int) -> Iterator[Drawn]:
    answered = {tale.item: _answered(tale.item, at=as_of) for tale in TALES}
    for number in range(matters):
        chance = random.Random(f"{seed}:{number}")  # noqa: S311 - a story, not a secret
        way = UNFINISHED[number // _FRESH_EVERY % len(UNFINISHED)] if number % _FRESH_EVERY == 0 else None
        story = Story(number, _reported(way, as_of, chance), as_of, seed=seed, way=way)
        # Where nobody answers a matter stays where it is; of long ago that would have been seen to.
        is_owned = chance.randrange(100) >= _UNOWNED_PERCENT or story.is_old or way is not None
        grounds = answered[story.tale.item] if is_owned else range(len(cells()))
        yield Drawn(story, chance.choice(grounds), chance)


def _reported(way: tuple[str, ...] | None, as_of: datetime, chance: random.Random) -> datetime:
    """Draw when a matter was reported; one that has just come so far, as long ago as the slowest need for it."""
    if way is not None:
        return time_for(way, as_of=as_of) - timedelta(minutes=chance.randrange(30))
    is_recent = chance.randrange(100) < _RECENT_PERCENT
    age = chance.uniform(0, _RECENT_DAYS) if is_recent else chance.uniform(_RECENT_DAYS, _DAYS)
    return as_of - timedelta(days=age)


def _answered(item: str, *, at: datetime) -> list[int]:
    """The cells in which some body with people in office answers for an item."""
    version = current_version(DISTRICT, legal_day(at))
    duty = Duty.objects.filter(item__version=version, item__code=item).order_by("position")[0]
    manned = set(posts_in_force(at).values_list("organisation_id", flat=True))
    answers: dict[str, bool] = {}
    for cell in cells():
        if cell.area_code not in answers:
            bodies = route_duty(duty, district=DISTRICT, location=cell.code, at=at).bodies
            answers[cell.area_code] = bool(bodies) and bodies[0].pk in manned
    return [place for place, cell in enumerate(cells()) if answers[cell.area_code]]


def play_year(*, seed: int, as_of: datetime, matters: int = MATTERS) -> Iterator[int]:
    """Tell every story of the year and let its clocks run to the present, giving how many were told so far."""
    for told, drawn in enumerate(draw(seed=seed, as_of=as_of, matters=matters), start=1):
        unfinished = tell(drawn.story, drawn.chance, ground=drawn.ground)
        _let_clocks_turn(until=as_of)
        if unfinished:
            press(unfinished, drawn.story)
        yield told
    _tell_reporters(until=as_of)


def _let_clocks_turn(*, until: datetime) -> None:
    """Let each clock turn at its own moment, as a ticker that never slept would have."""
    while moment := Clock.objects.filter(next_check_at__lte=until).aggregate(first=Min("next_check_at"))["first"]:
        ticks.tick(at=moment)


def _tell_reporters(*, until: datetime) -> None:
    """Let what waits in the outbox have been sent when it was written: a year-old notice lies nowhere."""
    while notices := outbox.claim(at=until, lease=_AT_ONCE, limit=100):
        for notice in notices:
            outbox.mark_sent(notice, at=min(until, notice.created_at + _AT_ONCE))
