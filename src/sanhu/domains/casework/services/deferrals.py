"""Extension and suspension: what may be asked for, what is granted, and what the record keeps of the dates."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext_noop as _

from sanhu.domains.casework.deferring import (
    ASKING,
    GRANTING,
    REFUSING,
    RESUMING,
    DeferralKind,
    Outcome,
    SuspensionCause,
)
from sanhu.domains.casework.models import Clock, ClockPurpose, Deferral, Matter, Step
from sanhu.domains.casework.moves_aside import IN_HAND
from sanhu.domains.casework.parties import EXTEND_ARTICLE, SUSPEND_ARTICLE
from sanhu.engines.deadlines import ClockKind, FactKind
from sanhu.engines.decisions import Refused, refuse
from sanhu.engines.workflow import Move

MOST_PUBLIC_WORDS = 60


@dataclass(frozen=True)
class Terms:
    """How much more time, for what cause, and in which words the public may read it."""

    amount: int = 0
    cause: str = ""
    public_words: str = ""


def most_extension(clock: Clock) -> int:
    """Give the largest extension a clock may get, in its own unit."""
    return max(1, clock.amount * settings.SANHU_EXTENSION_PERCENT // 100)


def check_terms(matter: Matter, move: str, terms: Terms, *, article: str, at: datetime) -> None:
    """Refuse what may not be asked for or granted; moves without terms pass."""
    if move == "ask_extension":
        _refuse_any(_against_extending(_handling(matter), terms, at=at), EXTEND_ARTICLE)
    elif move == "grant_extension":
        is_uncited = _handling(matter).kind == ClockKind.STATUTORY and not article.strip()
        faults = [(is_uncited, _("法定期限只有法律、法规允许的才能延长：请写明条款"))]
        _refuse_any([*faults, *_faults_of_words(terms)], EXTEND_ARTICLE)
    elif move == "ask_suspension":
        is_no_cause = terms.cause not in set(SuspensionCause)
        faults = [(is_no_cause, _("挂账的原因：只能是职权以外、季节限制或者需要重大投入"))]
        _refuse_any([*faults, *_faults_of_words(terms)], SUSPEND_ARTICLE)
    elif move == "grant_suspension":
        _refuse_any(_faults_of_words(terms), SUSPEND_ARTICLE)


_Faults = Sequence[tuple[bool, str]]


def _against_extending(clock: Clock, terms: Terms, *, at: datetime) -> _Faults:
    given = sum(1 for fact in clock.fact_list if fact.kind is FactKind.EXTENDED)
    return (
        (clock.due_at is None or at >= clock.due_at, _("延期须在期限届满前申请，期限已经过了")),
        (given >= settings.SANHU_EXTENSIONS_MOST, _("这件事已经延期过，不能再延")),
        (terms.amount < 1, _("延长多少：请写明需要的时间")),
        (terms.amount > most_extension(clock), _("延长多少：不能超过原来的期限")),
        *_faults_of_words(terms),
    )


def _faults_of_words(terms: Terms) -> _Faults:
    return (
        (not terms.public_words, _("公开说明：请写一句可以公开的原因")),
        (len(terms.public_words) > MOST_PUBLIC_WORDS, _("公开说明：不超过 60 个字")),
    )


def _refuse_any(faults: _Faults, article: str) -> None:
    if reasons := [reason for is_faulty, reason in faults if is_faulty]:
        raise Refused(refuse(*reasons, citations=(article,)))


def _handling(matter: Matter) -> Clock:
    return matter.clocks.get(purpose=ClockPurpose.HANDLING, is_open=True)


def deferral_for(matter: Matter, move: Move, *, before: str) -> Deferral | None:
    """Give the deferral a move decides, ends or lets lapse, with the date as it was; None where it touches none."""
    if move.code in RESUMING:
        rested = matter.deferrals.filter(outcome=Outcome.GRANTED, kind=DeferralKind.SUSPENSION, resumed__isnull=True)
        return rested.order_by("pk").last()
    is_decided = move.code in GRANTING or move.code in REFUSING
    if not is_decided and not (before in IN_HAND and move.leads_to(before) not in IN_HAND):
        return None
    pending = matter.deferrals.filter(outcome=Outcome.PENDING).first()
    if pending is not None and move.code in GRANTING:
        pending.due_before = _handling(matter).due_on
    return pending


def settle(deferral: Deferral | None, step: Step, terms: Terms, clocks: Sequence[Clock]) -> list[Deferral]:
    """Write what a step means for a deferral, and give the row to be witnessed."""
    if step.move in ASKING:
        deferral = _asked(step, terms)
    elif deferral is None:
        return []
    elif step.move in RESUMING:
        deferral.resumed = step
    elif step.move in GRANTING or step.move in REFUSING:
        deferral.outcome = Outcome.GRANTED if step.move in GRANTING else Outcome.REFUSED
        deferral.decided, deferral.decided_by = step, step.person
        deferral.public_words = terms.public_words or deferral.public_words
    else:
        deferral.outcome, deferral.decided = Outcome.LAPSED, step
    handling = next((clock for clock in clocks if clock.purpose == ClockPurpose.HANDLING), None)
    if handling is not None and deferral.outcome == Outcome.GRANTED:
        deferral.due_after = handling.due_on
    deferral.save()
    return [deferral]


def _asked(step: Step, terms: Terms) -> Deferral:
    kind = ASKING[step.move]
    return Deferral(
        matter=step.matter,
        kind=kind,
        round=step.matter.round,
        amount=terms.amount if kind is DeferralKind.EXTENSION else None,
        cause=terms.cause if kind is DeferralKind.SUSPENSION else "",
        public_words=terms.public_words,
        outcome=Outcome.PENDING,
        asked=step,
        asked_by=step.person,
    )
