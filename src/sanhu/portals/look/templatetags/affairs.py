"""Filters that put matters, items and duties into words."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django import template
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from sanhu.domains.casework.models import Deferral, Matter, Rating, Step
from sanhu.domains.casework.rules import MATTER, SATISFACTION_LABELS
from sanhu.domains.catalogue import shipped
from sanhu.domains.catalogue.models import AffairItem, Duty, Instrument
from sanhu.domains.catalogue.rows import ItemRow
from sanhu.domains.catalogue.rules import LeadKind
from sanhu.domains.catalogue.terms import AssistRole, Purpose
from sanhu.domains.subjects.kinds import sector_of
from sanhu.portals.deferrals import cause_words
from sanhu.portals.look.moments import day_of_year_words
from sanhu.portals.matters import CLOCK_KINDS, nameless_words, step_title

register = template.Library()

INDICATORS = {
    "on_time_rate": _("按期办结率"),
    "ended_on_time_rate": _("按期终止率"),
    "verified_rate": _("核查通过率"),
    "satisfaction": _("满意度"),
    "participation_count": _("参与人数"),
    "disclosure_rate": _("公开率"),
}


@register.filter
def public_state(matter: Matter) -> str:
    """A matter's state in the public's words."""
    return gettext(MATTER.state(matter.state).public_label)


@register.filter
def title_of(matter: Matter) -> str:
    """What a matter is called in public: the title a person passed, else its item's name."""
    return matter.public_title or (item_name(matter.item) if matter.item else gettext("我反映的事"))


@register.filter
def desk_state(matter: Matter) -> str:
    """A matter's state in officials' words."""
    return gettext(MATTER.state(matter.state).label)


@register.filter
def last_day(due_at: datetime) -> str:
    """The last day in time, of an instant that is the first one too late."""
    return day_of_year_words(due_at - timedelta(microseconds=1))


@register.filter
def move_words(step: Step) -> str:
    """What a step did."""
    return step_title(step)


@register.filter
def nameless(step: Step) -> str:
    """Who made a step that names no person."""
    return nameless_words(step)


@register.filter
def cause(deferral: Deferral) -> str:
    """The cause of a deferral as the public may read it."""
    return cause_words(deferral)


@register.filter
def satisfaction(rating: Rating) -> str:
    """A rating in words."""
    return gettext(SATISFACTION_LABELS[rating.satisfaction])


@register.filter
def lead_words(kind: LeadKind | str) -> str:
    """A kind of body in words."""
    return shipped.lead_name(kind, language=get_language() or "zh-hans")


@register.filter
def lead_sector(duty: Duty) -> str:
    """The sector of a duty's lead."""
    return sector_of(duty.lead.kind).value


@register.filter
def assistant_words(assistant: Mapping[str, object]) -> str:
    """An assistant and what they do: 居民委员会（报告、劝阻）."""
    who = str(assistant["note"] or lead_words(str(assistant["kind"])))
    roles = assistant["roles"]
    assert isinstance(roles, list), "loaded as a list"
    does = gettext("、").join(str(AssistRole(role).label) for role in roles)
    return gettext("%(who)s（%(does)s）") % {"who": who, "does": does} if does else who


@register.filter
def purpose_words(purpose: str) -> str:
    """A purpose in words."""
    return str(Purpose(purpose).label)


@register.filter
def clock_kind_words(kind: str) -> str:
    """What a time limit rests on; only a statutory one is called that."""
    return str(CLOCK_KINDS[kind])


@register.filter
def item_name(item: AffairItem | ItemRow) -> str:
    """An item's name in the reader's language, where it has one."""
    return item.name_en if _reads_english() and item.name_en else item.name


@register.filter
def part_name(duty: Duty) -> str:
    """The name of a part of an item in the reader's language, where it has one."""
    return duty.part_en if _reads_english() and duty.part_en else duty.part


@register.filter
def instrument_title(instrument: Instrument) -> str:
    """An instrument's title in the reader's language, where it has one."""
    return instrument.title_en if _reads_english() and instrument.title_en else instrument.title


@register.filter
def indicator_words(indicator: str) -> str:
    """What an indicator measures; one nobody named stands by its code."""
    return str(INDICATORS.get(indicator, indicator))


def _reads_english() -> bool:
    return (get_language() or "").startswith("en")
