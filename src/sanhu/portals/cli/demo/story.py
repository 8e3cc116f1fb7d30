"""A story of the demonstration: one matter to be told, who may act in it, and the office hours that go by."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from uuid import NAMESPACE_URL, UUID, uuid5

from sanhu.domains.casework.deferring import DeferralKind
from sanhu.domains.casework.models import Matter
from sanhu.domains.casework.rules import HANDLING_MOVES, MATTER, Pending, Standing, may_person
from sanhu.domains.subjects.models import Organisation
from sanhu.domains.subjects.queries import actor_of, posts_in_force
from sanhu.engines.actors import Actor
from sanhu.engines.legal_time import day_start, legal_day
from sanhu.portals.cli.demo.tales import TALES, Tale
from sanhu.portals.cli.demo.ways import ASKING, PACE, PERSONAL_DETAILS, gives_an_address, tells_of_a_person

DISTRICT = "990101"
OLD = timedelta(days=40)  # of what was reported longer ago than this nothing is left lying
_SATURDAY = 5
_SLOWEST = 1.6  # times what a diligent district needs


def registration_id(number: int, seed: int = 0) -> UUID:
    """The client_id under which the demonstration's n-th matter is registered: the same at every start."""
    return uuid5(NAMESPACE_URL, f"sanhu-demonstration-{seed}-{number}" if seed else f"sanhu-demonstration-{number}")


@dataclass(frozen=True)
class Story:
    """One matter to be told: its number, the seed it is one of, when it was reported and what the present is.

    While it is told it remembers who handled the matter and who asked for something: others verify and grant.
    """

    number: int
    reported: datetime
    as_of: datetime
    seed: int = 0
    way: tuple[str, ...] | None = None  # what happens to it, where that does not follow from its number
    handlers: set[int] = field(default_factory=set)
    askers: set[int] = field(default_factory=set)

    @property
    def tale(self) -> Tale:
        """What was reported."""
        return TALES[self.number % len(TALES)]

    @property
    def words(self) -> str:
        """The reporter's own words; some say more of themselves than the public may read."""
        return self.tale.words + (PERSONAL_DETAILS if tells_of_a_person(self.number) else "")

    @property
    def address(self) -> str:
        """Where the reporter wants to be told, in a domain that nobody owns; empty where nowhere."""
        return f"reporter-{self.number}@example.org" if gives_an_address(self.number) else ""

    @property
    def is_old(self) -> bool:
        """Whether it was reported so long ago that nothing of it is left lying."""
        return self.as_of - self.reported > OLD

    @cached_property
    def in_office(self) -> tuple[Actor, ...]:
        """Who was in office when it was reported; they still are, or nobody is."""
        return _in_office(self.reported)

    def somebody(self, matter: Matter, move: str) -> Actor | None:
        """Find somebody who may make a move as far as the person goes; the door itself decides about the rest."""
        standing = Standing(
            district=matter.district,
            location=matter.location,
            state=matter.state,
            lead_id=matter.lead_id,
            handler_ids=frozenset(self.handlers),
            pending=Pending(DeferralKind.EXTENSION, frozenset(self.askers)),
        )
        made = MATTER.move(move)
        return next((one for one in self.in_office if may_person(standing=standing, move=made, actor=one)), None)

    def remember(self, actor: Actor, move: str) -> None:
        """Note who made a move."""
        if actor.person_id is not None and move in HANDLING_MOVES:
            self.handlers.add(actor.person_id)
        if actor.person_id is not None and move in ASKING:
            self.askers.add(actor.person_id)

    def client_id(self, name: str = "") -> UUID:
        """The client_id of the registration, or of a step of that name."""
        own = registration_id(self.number, self.seed)
        return uuid5(own, name) if name else own


@dataclass
class Hours:
    """Office hours going by: 09:00 to 17:00, Monday to Friday."""

    at: datetime

    def pass_by(self, hours: float) -> datetime:
        """Let some office hours go by."""
        left = timedelta(hours=hours)
        while left > timedelta():
            opens = day_start(legal_day(self.at)) + timedelta(hours=9)
            closes = opens + timedelta(hours=8)
            self.at = max(self.at, opens)
            if self.at >= closes or legal_day(self.at).weekday() >= _SATURDAY:
                self.at = opens + timedelta(days=1)
                continue
            step = min(left, closes - self.at)
            self.at += step
            left -= step
        return self.at


def hours_before(at: datetime, hours: float) -> datetime:
    """Give the moment so many office hours before another, to the half hour."""
    while hours > 0:
        at -= timedelta(minutes=30)
        opens = day_start(legal_day(at)) + timedelta(hours=9)
        if opens <= at < opens + timedelta(hours=8) and legal_day(at).weekday() < _SATURDAY:
            hours -= 0.5
    return at


def time_for(way: tuple[str, ...], *, as_of: datetime) -> datetime:
    """Give when a matter must have been reported that has just come to the end of a way: as the slowest need."""
    return hours_before(as_of, 1 + _SLOWEST * sum(PACE[event] for event in way))


def _in_office(at: datetime) -> tuple[Actor, ...]:
    """Everybody of the district in a post in force."""
    bodies = Organisation.objects.filter(district=DISTRICT).values("pk")
    posts = posts_in_force(at).filter(organisation__in=bodies).select_related("organisation", "role")
    return tuple(actor_of(post) for post in posts.prefetch_related("organisation__served_areas").order_by("id"))
