"""Playing one matter of the demonstration through the services, from its report to where it stands today."""

import random
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

from django.db import transaction

from sanhu.domains.casework.models import Matter
from sanhu.domains.casework.queries import running_clock
from sanhu.domains.casework.routing import route
from sanhu.domains.casework.rules import UNHAPPY, Satisfaction
from sanhu.domains.casework.services.intake import Report, register
from sanhu.domains.casework.services.moves import MoveRequest, make_move
from sanhu.domains.casework.services.ratings import rate
from sanhu.domains.casework.services.urging import urge
from sanhu.domains.catalogue.models import Duty
from sanhu.domains.catalogue.queries import current_version
from sanhu.domains.evidence.models.notice import Channel
from sanhu.engines.actors import resident
from sanhu.engines.decisions import Refused
from sanhu.engines.legal_time import legal_day
from sanhu.portals.cli.demo.beside import beside, with_objections
from sanhu.portals.cli.demo.ground import cells
from sanhu.portals.cli.demo.story import DISTRICT, Hours, Story, time_for
from sanhu.portals.cli.demo.tales import Tale
from sanhu.portals.cli.demo.ways import (
    ASKED_FOR,
    BESIDE,
    PACE,
    REOPENED,
    REOPENED_NOW,
    SAID,
    SENT_BACK_NOW,
    SIGNED_NOW,
    UNMERGED,
    is_eventful,
    way_of,
)

_TIME_FOR_EVENTS = 7  # days
# Among the first: one that was opened again, one that was sent back, one that is signed for and not begun.
_JUST_NOW = {23: REOPENED_NOW, 24: SENT_BACK_NOW, 27: SIGNED_NOW}


@transaction.atomic
def play(number: int, *, as_of: datetime) -> None:
    """Play the n-th of the matters that every demonstration begins with: of the last eight weeks."""
    chance = random.Random(number)  # noqa: S311 - a story, not a secret
    ground = chance.randrange(60)
    age = chance.choice((1, 2, 4, 5, 6, 7, 8, 10, 12, 15, 20, 28, 40, 55)) if number % 6 else chance.uniform(0, 2)
    age = max(age, _TIME_FOR_EVENTS) if is_eventful(number) else age
    reported = as_of - timedelta(days=age, minutes=chance.randrange(1, 300))
    way = _JUST_NOW.get(number)
    story = Story(number, reported if way is None else time_for(way, as_of=as_of), as_of, way=way)
    if unfinished := tell(story, chance, ground=ground):
        press(unfinished, story)


@transaction.atomic
def tell(story: Story, chance: random.Random, *, ground: int) -> str:
    """Tell a story through the services: registered on one of the sixty cells, and moved as far as there was time.

    Gives the matter's number where it did not come to its end, else nothing.
    """
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
            words=story.words,
            contact_channel=Channel.EMAIL if story.address else None,
            contact_address=story.address,
        ),
    )
    hours = Hours(story.reported)
    way = way_of(story.number, is_old=story.is_old) if story.way is None else story.way
    stalls_at = chance.choice(("", "", "", "", "accept", "sign", "start", "finish", "verify"))
    stalls_at = "" if story.way is not None or is_eventful(story.number) else stalls_at
    is_over = _walk(_matter(registered.number), story, way, chance, hours, stalls_at=stalls_at)
    if story.way is not None or not is_over:
        return registered.number
    if story.number % 3 and hours.pass_by(6) < story.as_of and _rate(registered.number, story, chance, at=hours.at):
        _walk(_matter(registered.number), story, REOPENED, chance, hours)
    return ""


def _matter(number: str) -> Matter:
    return Matter.objects.select_related("duty__item", "lead").get(number=number)


def _walk(
    matter: Matter,
    story: Story,
    way: Sequence[str],
    chance: random.Random,
    hours: Hours,
    *,
    stalls_at: str = "",
) -> bool:
    """Let happen what is on a way, one thing after the other; tell whether the matter came to its end."""
    for count, move in enumerate(way):
        pace = PACE[move] * chance.uniform(0.4, 1.6) * (6 if move == stalls_at else 1)
        name = f"{move}-{count}" if way is not REOPENED else f"{move}-again"
        if hours.pass_by(pace) >= story.as_of:
            return False
        if move in BESIDE:
            beside(move, matter, story, at=hours.at)
        elif moved := _move(matter, move, hours.at, story, name=name):
            matter = moved
        elif move == "merge":
            # Where nothing like it is open nothing is merged, and the matter goes its own way.
            return _walk(matter, story, UNMERGED, chance, hours)
        elif not (story.is_old and move in ASKED_FOR):
            return False
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


@transaction.atomic
def press(number: str, story: Story) -> None:
    """Urge what is overdue, as its reporter would, and let the coordinating body ask about some of it."""
    matter = _matter(number)
    if matter.due_at is None or matter.due_at >= story.as_of:
        return
    with suppress(Refused):
        urge(at=story.as_of, client_id=story.client_id("urge"), receipt_hash=matter.receipt_hash)
    if story.number % 2:
        _move(_matter(number), "supervise", story.as_of, story, name="supervise-0")


def _move(matter: Matter, move: str, at: datetime, story: Story, *, name: str) -> Matter | None:
    """Make one move by somebody who may; give None where nobody may, or the rules refuse (the matter then waits)."""
    actor = story.somebody(matter, move)
    request = _request(matter, move, story.tale, at=at) if actor else None
    if actor is None or request is None:
        return None
    try:
        moved = make_move(actor=actor, at=at, client_id=story.client_id(name), number=matter.number, request=request)
    except Refused:
        return None
    story.remember(actor, move)
    return moved


def _request(matter: Matter, move: str, tale: Tale, *, at: datetime) -> MoveRequest | None:
    request = MoveRequest(move, matter.revision, **SAID.get(move, {}))  # type: ignore[arg-type]
    match move:
        case "accept":
            version = current_version(matter.district, legal_day(at))
            duty = Duty.objects.filter(item__version=version, item__code=tale.item).order_by("position").first()
            return replace(request, duty_id=duty.pk, public_title=tale.title) if duty else None
        case "assign" | "rule":
            # Where two bodies fit, the dispatcher takes the first; a ruling leaves the matter under its duty.
            bodies, duty_id = route(matter, at=at).bodies, matter.duty_id if move == "rule" else None
            return replace(request, lead_id=bodies[0].pk, duty_id=duty_id) if bodies else None
        case "merge":
            main = _open_beside(matter)
            return replace(request, into=main.number) if main else None
        case "finish":
            request = replace(request, reason=with_objections(matter, tale.result), reply=tale.result)
        case "ask_extension":
            clock = running_clock(matter)
            request = replace(request, amount=max(1, clock.amount // 2) if clock else None)
        case "supervise":
            request = replace(request, amount=3)
        case _:
            pass
    return request


def _open_beside(matter: Matter) -> Matter | None:
    """The matter a duplicate is merged into: another open one of the same community, or else of the same street."""
    older = Matter.objects.filter(is_open=True, merged_into=None, reported_at__lt=matter.reported_at)
    for area in (matter.area_code, matter.area_code[:9]):
        if main := older.filter(area_code__startswith=area).exclude(pk=matter.pk).order_by("-reported_at").first():
            return main
    return None
