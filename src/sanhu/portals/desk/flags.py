"""What a list says of a matter beyond its state: who waits, how often it was urged and handed on."""

from collections.abc import Mapping, Sequence

from django.db.models import Prefetch
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from sanhu.domains.casework.deferring import DeferralKind, Outcome
from sanhu.domains.casework.models import (
    Clock,
    ClockPurpose,
    CoSigning,
    CoSigningState,
    Deferral,
    Matter,
    Supplement,
)
from sanhu.domains.casework.queries import Narrowing
from sanhu.portals.look.moments import day_of_year_words

HANDED_ON_OFTEN = 2  # from here on a list says how often

NARROWINGS: Mapping[str, Promise] = {
    Narrowing.SUPERVISED: _("督办中"),
    Narrowing.URGED: _("被催办过"),
    Narrowing.HANDED_ROUND: _("多次转手"),
    Narrowing.ASKED: _("有申请待批准"),
}


def beside_matters() -> tuple["Prefetch[str]", ...]:
    """What a list of matters shows beside them, in four queries: clocks that run, what is asked, supplements."""
    return (
        Prefetch("clocks", queryset=Clock.objects.filter(is_open=True).order_by("id"), to_attr="running"),
        Prefetch("deferrals", queryset=Deferral.objects.filter(outcome=Outcome.PENDING), to_attr="asked"),
        Prefetch("cosignings", queryset=CoSigning.objects.filter(state=CoSigningState.ASKED), to_attr="being_cosigned"),
        Prefetch("supplements", queryset=Supplement.objects.only("matter_id"), to_attr="added"),
    )


def flags_of(
    matter: Matter, *, running: Sequence[Clock], asked: Sequence[Deferral], being_cosigned: Sequence[CoSigning]
) -> list[str]:
    """List in words what presses on a matter, the most pressing first."""
    flags = [_clock_flag(clock) for clock in running if clock.purpose in _FLAGGED]
    flags += [_asked_flag(deferral) for deferral in asked]
    if being_cosigned:
        day = min(question.answer_by for question in being_cosigned)
        flags.append(gettext("会签，%(day)s前答复") % {"day": day_of_year_words(day)})
    if matter.urge_count:
        flags.append(gettext("催办 %(count)d 次") % {"count": matter.urge_count})
    if matter.handoff_count >= HANDED_ON_OFTEN:
        flags.append(gettext("转手 %(count)d 次") % {"count": matter.handoff_count})
    if added := matter.is_open and len(getattr(matter, "added", ())):
        flags.append(gettext("有补充 %(count)d 次") % {"count": added})
    if matter.round > 1:
        flags.append(gettext("重新办理"))
    return flags


_FLAGGED = (ClockPurpose.SUPERVISION, ClockPurpose.REVIEW)


def _clock_flag(clock: Clock) -> str:
    day = day_of_year_words(clock.due_on) if clock.due_on else gettext("未定")
    if clock.purpose == ClockPurpose.SUPERVISION:
        return gettext("督办，%(day)s前答复") % {"day": day}
    return gettext("挂账，%(day)s前查看") % {"day": day}


def _asked_flag(deferral: Deferral) -> str:
    if deferral.kind == DeferralKind.EXTENSION:
        return gettext("申请延期，待批准")
    return gettext("申请挂账，待批准")
