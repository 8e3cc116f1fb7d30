"""Telling a tale of the demonstration: who acts, when in the past, and with which paper. The same tale twice is one."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import count
from uuid import NAMESPACE_URL, UUID, uuid5

from sanhu.domains.evidence.attachments import Photo, keep_draft
from sanhu.domains.subjects.models import Organisation
from sanhu.domains.subjects.queries import actor_of, posts_in_force
from sanhu.engines.actors import Actor
from sanhu.engines.legal_time import day_start, legal_day
from sanhu.portals.cli.demo.pictures import scan

DISTRICT = "990101"
_SATURDAY = 5


@dataclass
class Telling:
    """One tale, told as of a moment that is the demonstration's present."""

    name: str
    as_of: datetime
    _numbers: Iterator[int] = field(default_factory=count)

    def next_id(self) -> UUID:
        """Give the next client_id: the same ones whenever the tale is told."""
        return uuid5(NAMESPACE_URL, f"sanhu-demonstration-gate-{self.name}-{next(self._numbers)}")

    def moment(self, ago: int, hour: float = 10) -> datetime:
        """Give an hour of the day so many days ago, or of the last Friday where that was a weekend."""
        day = legal_day(self.as_of) - timedelta(days=ago)
        while day.weekday() >= _SATURDAY:
            day -= timedelta(days=1)
        return day_start(day) + timedelta(hours=hour)

    def scanned(self, actor: Actor, at: datetime) -> UUID:
        """Keep a scan with a form, and give the form."""
        form = self.next_id()
        keep_draft(draft_id=form, district=DISTRICT, photos=[_scan()], actor=actor, at=at)
        return form


def acting(number: str, at: datetime, role: str = "") -> Actor:
    """Give somebody of the district by staff number, in their first post unless a role is named."""
    posts = posts_in_force(at).filter(person__district=DISTRICT, person__staff_number=number)
    posts = posts.filter(role__code=role) if role else posts
    return actor_of(posts.select_related("organisation", "role").order_by("pk")[0])


def body(name: str) -> Organisation:
    """Give a body of the district by its name."""
    return Organisation.objects.get(district=DISTRICT, name=name)


@lru_cache(maxsize=1)
def _scan() -> Photo:
    return scan()
