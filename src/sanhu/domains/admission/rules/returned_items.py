"""Taking the committees' part out of an item of the list (R14): pure, so that what it does can be shown beforehand."""

from dataclasses import replace

from sanhu.domains.catalogue.rows import DutyRow, ItemRow, LeadOption
from sanhu.domains.catalogue.rules import LeadKind
from sanhu.domains.subjects.kinds import SubjectKind

_COMMITTEE = SubjectKind.RESIDENTS_COMMITTEE.value


def parts_of_committee(row: ItemRow) -> tuple[str, ...]:
    """Name the duties of an item in which committees lead, may lead, or assist."""
    return tuple(duty.part for duty in row.duties if _takes_part(duty))


def led_by_committee(row: ItemRow) -> tuple[str, ...]:
    """Name the duties of an item which committees may lead: somebody has to lead them afterwards."""
    return tuple(duty.part for duty in row.duties if _leads(duty))


def without_committee(row: ItemRow, bearer: LeadKind) -> ItemRow:
    """Give the item without the committees' part; what they led, the bearer's kind of body leads."""
    return replace(row, duties=tuple(_without(duty, bearer) for duty in row.duties))


def _without(duty: DutyRow, bearer: LeadKind) -> DutyRow:
    if not _takes_part(duty):
        return duty
    leads = duty.leads
    if _leads(duty):
        others = [option for option in duty.leads if option.kind not in {_COMMITTEE, str(bearer)}]
        own = next((option for option in duty.leads if option.kind == str(bearer)), LeadOption(str(bearer)))
        leads = (own, *others)
    return replace(duty, leads=leads, assist=tuple(one for one in duty.assist if one.kind != _COMMITTEE))


def _leads(duty: DutyRow) -> bool:
    return any(option.kind == _COMMITTEE for option in duty.leads)


def _takes_part(duty: DutyRow) -> bool:
    return _leads(duty) or any(assistant.kind == _COMMITTEE for assistant in duty.assist)
