"""Why a date is not what it was: each extension and suspension in plain words, with the old date beside the new one."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext

from sanhu.domains.casework.deferring import CAUSE_LABELS, DeferralKind, Outcome
from sanhu.domains.casework.models import ClockPurpose, Deferral, Matter
from sanhu.domains.casework.queries import pending_deferral, running_clock
from sanhu.domains.catalogue.queries import working_calendar
from sanhu.engines.deadlines import Fact, FactKind, Unit, compute
from sanhu.engines.legal_time import legal_day
from sanhu.engines.workdays import BeyondCalendar
from sanhu.portals.look.moments import amount_words, full_day_words


@dataclass(frozen=True)
class AskedCard:
    """A request that waits to be decided; for an extension with the date as it is and as it would be."""

    deferral: Deferral
    unit: str = ""
    due_on: date | None = None
    would_be: date | None = None


def asked_card(matter: Matter, *, at: datetime) -> AskedCard | None:
    """Show what the lead asked for and nobody has decided."""
    deferral, clock = pending_deferral(matter), running_clock(matter)
    if deferral is None or clock is None or deferral.amount is None:
        return AskedCard(deferral) if deferral else None
    extended = [*clock.fact_list, Fact(FactKind.EXTENDED, max(at, clock.fact_list[-1].at), deferral.amount)]
    try:
        would_be = compute(clock.rule, extended, working_calendar(at)).due_on
    except BeyondCalendar:
        would_be = None
    return AskedCard(deferral, unit=clock.unit, due_on=clock.due_on, would_be=would_be)


@dataclass(frozen=True)
class DateChange:
    """One change of a date: what happened to it, and what that rests on."""

    text: str
    basis: str


def changes_of(matter: Matter) -> tuple[DateChange, ...]:
    """Explain the changes of the date that is now in force, oldest first."""
    granted = matter.deferrals.filter(outcome=Outcome.GRANTED, round=matter.round)
    deferrals = granted.select_related("asked", "decided__organisation", "resumed").order_by("pk")
    return tuple(DateChange(text=_text(deferral, matter), basis=_basis(deferral)) for deferral in deferrals)


def _text(deferral: Deferral, matter: Matter) -> str:
    if deferral.kind == DeferralKind.EXTENSION:
        return _extension(deferral, matter)
    assert deferral.decided is not None, "it was granted"
    said = {
        "before": _day(deferral.due_before),
        "cause": cause_words(deferral),
        "begun": _day(legal_day(deferral.decided.at)),
    }
    if deferral.resumed is None:
        return gettext("原定%(before)s，因%(cause)s，自%(begun)s起暂缓办理，期限暂停计算。") % said
    return gettext("原定%(before)s，因%(cause)s，%(begun)s至%(ended)s暂缓办理，期限顺延，现为%(after)s。") % {
        **said,
        "ended": _day(legal_day(deferral.resumed.at)),
        "after": _day(deferral.due_after),
    }


def _extension(deferral: Deferral, matter: Matter) -> str:
    clock = matter.clocks.filter(purpose=ClockPurpose.HANDLING).order_by("id").last()
    unit = Unit(clock.unit) if clock else Unit.WORKING_DAY
    return gettext("原定%(before)s，因%(cause)s延期 %(amount)s，现为%(after)s。") % {
        "before": _day(deferral.due_before),
        "cause": deferral.public_words,
        "amount": amount_words(deferral.amount or 0, unit),
        "after": _day(deferral.due_after),
    }


def _basis(deferral: Deferral) -> str:
    decided = deferral.decided
    assert decided is not None, "it was granted"
    return gettext("%(who)s %(on)s批准。依据：%(article)s。") % {
        "who": decided.organisation.name if decided.organisation else "",
        "on": full_day_words(decided.at),
        "article": gettext(deferral.asked.article),
    }


def cause_words(deferral: Deferral) -> str:
    """Name the cause as the public may read it: for a suspension its kind, then the words."""
    if not deferral.cause:
        return deferral.public_words
    return gettext("%(cause)s（%(words)s）") % {
        "cause": gettext(CAUSE_LABELS[deferral.cause]),
        "words": deferral.public_words,
    }


def _day(day: date | None) -> str:
    return full_day_words(day) if day else gettext("未定")
