"""What of the record everybody may see: public matters, the catalogue, the calendar and the divisions; nothing else.

A matter whose item is not public, and everything about people, posts and accounts, stays an opaque leaf.
"""

from collections.abc import Iterable

from sanhu.domains.casework.events import MatterEvent
from sanhu.domains.casework.models import Matter
from sanhu.domains.catalogue.models import (
    AffairItem,
    Article,
    CalendarDay,
    CalendarSource,
    CatalogueVersion,
    Duty,
    DutyTerms,
    Instrument,
    InstrumentStage,
    ItemTerms,
    ProcedureStep,
)
from sanhu.domains.evidence.export import Disclosure
from sanhu.domains.evidence.models import Entry, Witnessed
from sanhu.domains.evidence.verify_chain import body_of

_MATTER = "matter:"
_PUBLIC = "public"
_ABOUT_MATTERS = ("matter.", "clock.")
_ABOUT_RULES = ("catalogue.", "instrument.", "calendar.", "divisions.", "cells.")

_OF_MATTERS = {
    "casework.matter": frozenset(
        {
            "number",
            "district",
            "area_code",
            "channel",
            "item_id",
            "duty_id",
            "lead_id",
            "publicity",
            "state",
            "is_open",
            "revision",
            "reported_at",
            "accepted_at",
            "closed_at",
            "due_at",
        }
    ),
    "casework.step": frozenset(
        {"matter_id", "ordinal", "move", "from_state", "to_state", "at", "organisation_id"},
    ),
    "casework.clock": frozenset(
        {
            "matter_id",
            "purpose",
            "amount",
            "unit",
            "roll",
            "kind",
            "citation",
            "rule_version",
            "facts",
            "is_open",
            "state",
            "due_at",
            "due_on",
        }
    ),
}
_OF_RULES: tuple[type[Witnessed], ...] = (
    AffairItem,
    Article,
    CalendarDay,
    CalendarSource,
    CatalogueVersion,
    Duty,
    DutyTerms,
    Instrument,
    InstrumentStage,
    ItemTerms,
    ProcedureStep,
)


def disclosure() -> Disclosure:
    """Give the policy for showing the record to everybody."""
    rules = {model._meta.label_lower: _witnessed_fields(model) for model in _OF_RULES}
    return Disclosure(may_show=_may_show, fields=_OF_MATTERS | rules)


def _witnessed_fields(model: type[Witnessed]) -> frozenset[str]:
    return frozenset(field.attname for field in model._meta.concrete_fields if not field.primary_key)


def _may_show(entries: Iterable[Entry]) -> set[int]:
    entries = list(entries)
    about = {entry.pk: _matters_named_in(entry) for entry in entries}
    numbers: set[str] = set().union(*about.values())
    public = set(
        Matter.objects.filter(number__in=numbers, publicity=_PUBLIC).order_by().values_list("number", flat=True)
    )
    return {entry.pk for entry in entries if _is_of_a_shown_kind(entry) and about[entry.pk] <= public}


def _is_of_a_shown_kind(entry: Entry) -> bool:
    return entry.event.startswith(_ABOUT_MATTERS if entry.subject_ref.startswith(_MATTER) else _ABOUT_RULES)


def _matters_named_in(entry: Entry) -> set[str]:
    """Give the numbers an entry tells: of its own matter, and of the one that was merged into, public or not."""
    if not entry.subject_ref.startswith(_MATTER):
        return set()
    own = {entry.subject_ref.removeprefix(_MATTER)}
    body = body_of(entry) if entry.event == MatterEvent.MERGED else None
    return own | {str(body["facts"].get("into"))} if body else own
