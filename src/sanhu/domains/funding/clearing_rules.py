"""What a difference between statement and books may be, and whose two signatures clear it. No models imported here."""

from dataclasses import dataclass

from django.utils.translation import gettext_noop as _

from sanhu.domains.funding.rules import MONEY_ARTICLE, NOT_PERMITTED
from sanhu.domains.funding.statement_terms import ClearingKind, ClearingState
from sanhu.domains.subjects.permissions import Permission
from sanhu.engines.actors import Actor, ActorKind
from sanhu.engines.decisions import ALLOWED, Decision, refuse

MOST_REASON = 200
OWN_EXPLANATION = _("第二人须是另一个人：自己的说明不能自己签认，换岗位也不行")
GONE = _("这笔差异已经对上，或者有人说明过")

_OF_A_LINE = frozenset({ClearingKind.BANK_FEE, ClearingKind.TIMING, ClearingKind.BANK_MISTAKE, ClearingKind.OTHER})
_OF_A_VOUCHER = frozenset(
    {ClearingKind.TIMING, ClearingKind.BANK_MISTAKE, ClearingKind.BOOK_MISTAKE, ClearingKind.OTHER}
)
_OF_BOTH = frozenset(ClearingKind) - {ClearingKind.TIMING}


@dataclass(frozen=True)
class Difference:
    """What stands on the statement and what in the books, in fen; None where nothing does."""

    line_fen: int | None
    voucher_fen: int | None
    is_taken_back: bool = False


def kinds_of(difference: Difference) -> frozenset[ClearingKind]:
    """Give what a difference may be."""
    if difference.voucher_fen is None:
        return _OF_A_LINE
    if difference.line_fen is None:
        found = _OF_A_VOUCHER
    else:
        is_equal = difference.line_fen == difference.voucher_fen
        found = _OF_BOTH - {ClearingKind.BANK_FEE if is_equal else ClearingKind.SAME}
    return found if difference.is_taken_back else found - {ClearingKind.BOOK_MISTAKE}


def check_kind(difference: Difference, kind: str) -> Decision:
    """Can this difference be that?"""
    if kind in kinds_of(difference):
        return ALLOWED
    if kind == ClearingKind.BOOK_MISTAKE and difference.voucher_fen is not None:
        return refuse(_("性质：账上记错的，先冲销那张凭证，再说明"), citations=(MONEY_ARTICLE,))
    if kind == ClearingKind.SAME and difference.voucher_fen is not None and difference.line_fen is not None:
        return refuse(_("性质：金额不同，不能算作同一笔"), citations=(MONEY_ARTICLE,))
    return refuse(_("性质：这种差异不能是这个性质"))


def check_reason(reason: str) -> Decision:
    """Is it said why, and briefly enough?"""
    if not reason.strip():
        return refuse(_("理由：须写明理由"))
    return refuse(_("理由：不超过 200 个字")) if len(reason) > MOST_REASON else ALLOWED


def may_explain(actor: Actor) -> Decision:
    """May this person say what a difference is? Whoever imports statements may."""
    is_allowed = actor.may(Permission.FUNDING_BUDGET) or actor.may(Permission.FUNDING_CLOSE)
    if actor.kind is ActorKind.POST and actor.person_id is not None and is_allowed:
        return ALLOWED
    return refuse(NOT_PERMITTED, citations=(MONEY_ARTICLE,))


def may_settle(*, state: str, proposed_by: frozenset[int], actor: Actor) -> Decision:
    """May this person be the second one, for yes or for no?"""
    if state != ClearingState.WAITING:
        return refuse(_("这个说明已经签认过，或者没有通过"))
    is_allowed = actor.may(Permission.FUNDING_SIGN) and actor.may(Permission.FUNDING_OVERSEE)
    if actor.kind is not ActorKind.POST or not is_allowed:
        return refuse(NOT_PERMITTED, citations=(MONEY_ARTICLE,))
    if actor.persons & proposed_by:
        return refuse(OWN_EXPLANATION, citations=(MONEY_ARTICLE,))
    return ALLOWED
