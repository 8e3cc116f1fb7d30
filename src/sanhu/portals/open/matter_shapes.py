"""Matters as programs read them: what the public, the reporter, whoever joined, and the desk see."""

from dataclasses import asdict
from datetime import date, datetime
from typing import Any, Literal

from django.urls import reverse
from pydantic import Field

from sanhu.domains.casework.models import Matter
from sanhu.domains.casework.publications import PublishedPhoto
from sanhu.domains.subjects.models import Organisation
from sanhu.engines.legal_time import legal_day
from sanhu.portals.look.templatetags.affairs import item_name, public_state, title_of
from sanhu.portals.matters import DueCard, StepLine, due_card
from sanhu.portals.open.fields import CaseNumber, Moment, Shape
from sanhu.portals.published import published_of


class Body(Shape):
    id: int
    name: str
    kind: str
    sector: str


class Item(Shape):
    code: str
    affair_class: str = Field(alias="class")
    name: str


class Due(Shape):
    purpose: str
    state: str
    due_on: date | None
    left: int | None
    unit: str
    kind: str
    citation: str
    why: str


class MatterLine(Shape):
    number: CaseNumber
    title: str
    item: Item | None
    state: str
    state_label: str
    is_open: bool
    area: str
    cell: str
    reported_at: Moment
    accepted_at: Moment | None
    closed_at: Moment | None
    due_at: Moment | None
    lead: Body | None


class PublicStep(Shape):
    title: str
    at: Moment | None
    who: str
    sector: str
    is_now: bool
    is_next: bool
    words: str


class WholeMatter(MatterLine):
    area_names: list[str]
    due: Due | None
    steps: list[PublicStep]
    merged_into: CaseNumber | None


class PassedWords(Shape):
    words: str
    is_masked: bool
    ordinal: int
    at: Moment


class PassedPhoto(Shape):
    url: str
    is_masked: bool
    width: int
    height: int


class PublicMatter(WholeMatter):
    passed_words: list[PassedWords]
    passed_photos: list[PassedPhoto]


class OwnMatter(WholeMatter):
    receipt_of: Literal["reported"]
    words: str
    address: str


class JoinedMatter(PublicMatter):
    receipt_of: Literal["joined"]
    joined_at: Moment
    tell: str
    contact: str
    others: int


class MatterPage(Shape):
    items: list[MatterLine]
    next: str | None


def body_of(organisation: Organisation | None) -> Body | None:
    """Show a body."""
    if organisation is None:
        return None
    return Body(
        id=organisation.pk, name=organisation.name, kind=str(organisation.kind), sector=str(organisation.sector)
    )


def item_of(matter: Matter) -> Item | None:
    """Show what kind of affair a matter is."""
    if matter.item is None:
        return None
    return Item(**{"code": matter.item.code, "class": matter.item.affair_class, "name": item_name(matter.item)})


def line_of(matter: Matter) -> MatterLine:
    """Show a matter in a public list."""
    return MatterLine(**_line(matter))


def _line(matter: Matter) -> dict[str, Any]:
    return {
        "number": matter.number,
        "title": title_of(matter),
        "item": item_of(matter),
        "state": matter.state,
        "state_label": public_state(matter),
        "is_open": matter.is_open,
        "area": matter.area_code,
        "cell": matter.cell_code,
        "reported_at": matter.reported_at,
        "accepted_at": matter.accepted_at,
        "closed_at": matter.closed_at,
        "due_at": matter.due_at,
        "lead": body_of(matter.lead),
    }


def whole(matter: Matter, steps: list[StepLine], names: tuple[str, ...], *, at: datetime) -> dict[str, Any]:
    """Give everything of a matter that stands beside its line, with the steps its reader may see."""
    return {
        **_line(matter),
        "area_names": list(names),
        "due": due_of(due_card(matter, at=at)),
        "steps": [
            PublicStep(
                title=step.title,
                at=step.at,
                who=step.who,
                sector=step.sector,
                is_now=step.is_now,
                is_next=step.is_next,
                words=step.text,
            )
            for step in steps
        ],
        "merged_into": matter.merged_into.number if matter.merged_into else None,
    }


def passed(matter: Matter) -> dict[str, Any]:
    """Give what a person passed for the public of a matter's words and photos."""
    published = published_of(matter)
    return {
        "passed_words": [PassedWords(**asdict(said)) for said in published.words],
        "passed_photos": [_photo(matter, photo) for photo in published.photos],
    }


def _photo(matter: Matter, photo: PublishedPhoto) -> PassedPhoto:
    url = reverse("public:matter_photo", kwargs={"number": matter.number, "photo": photo.uuid})
    return PassedPhoto(url=url, is_masked=photo.is_masked, width=photo.width, height=photo.height)


def due_of(card: DueCard | None) -> Due | None:
    """Show a clock: by when, why, and how it stands."""
    if card is None:
        return None
    return Due(
        purpose=card.clock.purpose,
        state=card.state,
        due_on=card.clock.due_on,
        left=card.left,
        unit=card.unit,
        kind=card.clock.kind,
        citation=card.clock.citation,
        why=card.why,
    )


def reported_on(matter: Matter) -> date:
    """The day whose names of areas a matter bears."""
    return legal_day(matter.reported_at)
