"""How a legal instrument comes to be and passes away (R31): which stage may follow which, and what holds on a day."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_noop as _

from sanhu.domains.catalogue.terms import InstrumentLevel, InstrumentStageKind
from sanhu.engines.decisions import ALLOWED, Decision, all_of, refuse

INSTRUMENT_ARTICLE = _("立法法第八十条、第八十一条")
OUT_OF_ORDER = _("阶段：现在的阶段之后不能是这一阶段")

_Kind = InstrumentStageKind
_FOLLOWS: Mapping[InstrumentStageKind, frozenset[InstrumentStageKind]] = {
    _Kind.DRAFT: frozenset({_Kind.ADOPTED}),
    _Kind.ADOPTED: frozenset({_Kind.APPROVED, _Kind.IN_FORCE}),
    _Kind.APPROVED: frozenset({_Kind.IN_FORCE}),
    _Kind.IN_FORCE: frozenset({_Kind.AMENDED, _Kind.REPEALED}),
    _Kind.AMENDED: frozenset({_Kind.AMENDED, _Kind.REPEALED}),
    _Kind.REPEALED: frozenset(),
}
# What an organ has done already; the other stages may be announced for a day to come.
_DONE = frozenset({_Kind.ADOPTED, _Kind.APPROVED})
BINDING = frozenset({_Kind.IN_FORCE, _Kind.AMENDED})


@dataclass(frozen=True)
class Reached:
    """A stage an instrument reached, and on which day."""

    stage: InstrumentStageKind
    on: date


@dataclass(frozen=True)
class Wanted(Reached):
    """A stage an instrument is to reach: before which organ, and under which document number."""

    organ: str
    document_number: str


def may_follow(level: InstrumentLevel, last: InstrumentStageKind) -> Collection[InstrumentStageKind]:
    """Give the stages that may come next. A local regulation is approved before it is in force (立法法第八十一条)."""
    follows = _FOLLOWS[last]
    if level is InstrumentLevel.LOCAL_REGULATION and last is _Kind.ADOPTED:
        return follows - {_Kind.IN_FORCE}
    return follows


def check_stage(wanted: Wanted, *, level: InstrumentLevel, last: Reached, today: date) -> Decision:
    """May the instrument reach that stage, then, before that organ and under that number?"""
    faults = (
        (wanted.stage not in may_follow(level, last.stage), OUT_OF_ORDER),
        (wanted.on < last.on, _("日期：不得早于上一阶段的日期")),
        (wanted.stage in _DONE and wanted.on > today, _("日期：通过、批准的日期不得晚于今天")),
        (wanted.stage is _Kind.REPEALED and wanted.on == last.on, _("日期：废止须晚于上一阶段")),
        (not wanted.organ.strip(), _("机关：须写明由哪个机关作出")),
        (not wanted.document_number.strip(), _("文号：须写明")),
    )
    return all_of(*(refuse(reason, citations=(INSTRUMENT_ARTICLE,)) for is_faulty, reason in faults if is_faulty))


def stage_on(reached: Iterable[Reached], day: date) -> InstrumentStageKind | None:
    """Give the stage an instrument is in on a day: the last it reached by then; None before its first.

    >>> stage_on([Reached(InstrumentStageKind.ADOPTED, date(2026, 8, 20))], date(2026, 8, 19)) is None
    True
    """
    return next((one.stage for one in reversed(list(reached)) if one.on <= day), None)


def check_order(reached: Iterable[Reached]) -> Decision:
    """Hold stages that are written down against their order again.

    What was registered as it stood elsewhere may lack its approval: a province's own regulation needs none.
    """
    before: Reached | None = None
    for one in reached:
        if before is not None and (one.stage not in _FOLLOWS[before.stage] or one.on < before.on):
            return refuse(OUT_OF_ORDER, citations=(INSTRUMENT_ARTICLE,))
        before = one
    return ALLOWED
