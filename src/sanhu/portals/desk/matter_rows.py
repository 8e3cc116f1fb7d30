"""Rows of matters in lists at the desk: a clock in words beside each."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext

from sanhu.domains.casework.models import Clock, Matter
from sanhu.domains.casework.models.clock import REPORTERS_CLOCKS
from sanhu.domains.catalogue.queries import working_calendar
from sanhu.domains.evidence.fields import mask_words
from sanhu.domains.places.queries import within
from sanhu.engines.deadlines import Unit
from sanhu.engines.legal_time import legal_day
from sanhu.portals.desk.flags import flags_of
from sanhu.portals.look.templatetags.affairs import item_name
from sanhu.portals.matters import days_left, live_state

PAGE_SIZE = 50
# What no row shows: the sealed address, and what the catalogue says of an item beyond its name. Read for fifty rows, it
# takes as long as all the rest.
NOT_LISTED = (
    "address",
    *(f"item__{name}" for name in ("purposes", "territory", "legal_basis", "money", "indicators")),
    *(f"item__{name}" for name in ("definition", "brought_by", "end_rule")),
    *(f"item__{name}" for name in ("source_lead", "deadline_text", "money_text")),
)


@dataclass(frozen=True)
class Row:
    """One matter in a list: its clock in words beside it."""

    matter: Matter
    place: str
    state: str
    left: int | None
    unit: str
    words: str
    flags: list[str]


def rows_of(matters: list[Matter], district: str, *, at: datetime, names: Mapping[str, str] | None = None) -> list[Row]:
    """Put a list of matters into words, with as few queries as one. `names` are those of the areas, where known."""
    if names is None:
        names = dict(within(district, legal_day(at)).values_list("code", "name")) if matters else {}
    calendar = working_calendar(at) if matters else None
    rows = []
    for matter in matters:
        running: list[Clock] = getattr(matter, "running", [])
        shown = next((found for found in running if found.purpose in REPORTERS_CLOCKS), None)
        rows.append(
            Row(
                matter=matter,
                place=names.get(matter.area_code, matter.area_code),
                state=live_state(shown, calendar, at=at) if shown and calendar else "",
                left=days_left(shown, calendar, at=at) if shown and calendar else None,
                unit=shown.unit if shown and shown.unit == Unit.WORKING_DAY else Unit.NATURAL_DAY,
                words=summary(matter),
                flags=flags_of(
                    matter,
                    running=running,
                    asked=getattr(matter, "asked", []),
                    being_cosigned=getattr(matter, "being_cosigned", []),
                ),
            )
        )
    return rows


def summary(matter: Matter) -> str:
    """What a list calls a matter: its title, else its first words."""
    if matter.public_title:
        return matter.public_title
    words = " ".join(mask_words(matter.words).split())
    if not words:
        return item_name(matter.item) if matter.item else gettext("个人信息已删除的办件")
    return words if len(words) <= 40 else f"{words[:40]}…"
