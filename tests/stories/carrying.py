"""Matters that are already on their way when a story begins: carried there through the services, by the same people."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any
from uuid import uuid4

from sanhu.domains.casework.models import Matter
from sanhu.domains.casework.routing import route
from sanhu.domains.casework.services.intake import Report, register
from sanhu.domains.casework.services.moves import MoveRequest, make_move
from sanhu.domains.catalogue.models import Duty
from sanhu.domains.catalogue.queries import current_version
from sanhu.domains.subjects.permissions import Permission
from sanhu.domains.subjects.queries import actor_of, posts_in_force
from sanhu.engines.actors import Actor, resident
from sanhu.engines.legal_time import legal_day
from sanhu.portals.cli.demo.telling import acting

DISTRICT, COMMUNITY = "990101", "990101001001"
STAFF: Mapping[str, str] = MappingProxyType(
    {
        "钱": "0001",
        "冯": "0002",
        "沈": "0003",
        "周": "0011",
        "徐": "0012",
        "吴": "0021",
        "孙": "0022",
        "高": "0029",
        "陈": "0031",
        "何": "0032",
        "马": "0041",
        "蒋": "0071",
        "主": "0075",
    }
)
_WAY = ("accept", "assign", "sign", "start", "finish", "verify")
_LEADS_TO = dict(zip(_WAY, ("accepted", "assigned", "signed", "in_progress", "done", "verified"), strict=True))
_BEGINS_AT = dict(zip(_WAY, ("registered", *_LEADS_TO.values()), strict=False))
# Who makes a move where it is not the lead's to make; for the lead's own, whoever of its people may.
_MAKES = {"accept": "周", "assign": "徐", "verify": "陈"}
_LEAD_MAY = {"sign": Permission.MATTER_SIGN, "start": Permission.MATTER_HANDLE, "finish": Permission.MATTER_HANDLE}


@dataclass(frozen=True)
class Carried:
    """A matter's number as pages show it, and the receipt code its reporter keeps."""

    number: str
    receipt: str


def carry(
    *,
    to: str,
    at: datetime,
    words: str,
    title: str = "",
    item: str = "K1-06",
    area: str = COMMUNITY,
    pace: timedelta = timedelta(),
) -> Carried:
    """Report a matter about an item, in 翠园 unless said otherwise, and carry it to a state, one move every `pace`."""
    report = Report(district=DISTRICT, area_code=area, words=words)
    registered = register(actor=resident(DISTRICT), at=at, client_id=uuid4(), report=report)
    number = registered.number
    carry_on(number, to=to, at=at, title=title, item=item, pace=pace)
    return Carried(number=f"{number[:6]}-{number[6:14]}-{number[14:]}", receipt=registered.receipt)


def carry_on(
    number: str, *, to: str, at: datetime, title: str = "", item: str = "K1-06", pace: timedelta = timedelta()
) -> None:
    """Carry a matter on from where it is to a state, one move every `pace`."""
    matter = Matter.objects.get(number=number)
    for move in _WAY:
        if matter.state == to:
            break
        if matter.state != _BEGINS_AT[move]:
            continue
        at += pace
        request = MoveRequest(move=move, revision=matter.revision, **_what_it_needs(move, matter, title, item, at))
        matter = make_move(actor=_who_makes(move, matter, at), at=at, client_id=uuid4(), number=number, request=request)
        assert matter.state == _LEADS_TO[move]
    assert matter.state == to


def moved(number: str, move: str, who: str, at: datetime, **said: object) -> Matter:
    """Let somebody make a move, also one beside the way; the number may be as on paper."""
    number = number.replace("-", "")
    asked = MoveRequest(move=move, revision=Matter.objects.get(number=number).revision, **said)  # type: ignore[arg-type]
    return make_move(actor=acting(STAFF[who], at), at=at, client_id=uuid4(), number=number, request=asked)


def _what_it_needs(move: str, matter: Matter, title: str, item: str, at: datetime) -> dict[str, Any]:
    match move:
        case "accept":
            version = current_version(DISTRICT, legal_day(at))
            duty = Duty.objects.get(item__version=version, item__code=item, position=1)
            return {"duty_id": duty.pk, "public_title": title}
        case "assign":
            only = route(matter, at=at).only
            assert only is not None, f"{item} has one lead there"
            return {"lead_id": only.pk}
        case "finish":
            return {"reason": "已经办好，请核查。", "reply": "已经办好。"}
        case _:
            return {}


def _who_makes(move: str, matter: Matter, at: datetime) -> Actor:
    posts = posts_in_force(at).select_related("organisation", "role").filter(person__district=DISTRICT).order_by("id")
    if move in _MAKES:
        return actor_of(posts.get(person__staff_number=STAFF[_MAKES[move]]))
    actors = [actor_of(post) for post in posts.filter(organisation=matter.lead_id)]
    able = [actor for actor in actors if actor.may(_LEAD_MAY[move])]
    assert able, f"nobody of {matter.lead.name if matter.lead else None} may {move}"
    return able[0]
