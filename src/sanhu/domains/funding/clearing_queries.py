"""The differences between statements and books, in three lists, and what somebody said each of them is."""

from collections.abc import Iterable, Mapping

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet

from sanhu.domains.evidence.models import Entry
from sanhu.domains.funding.clearing_rules import Difference, may_settle
from sanhu.domains.funding.models import Clearing, StatementLine, Voucher
from sanhu.domains.funding.queries import unconfirmed
from sanhu.domains.funding.statement_matching import free_vouchers, open_lines
from sanhu.domains.funding.statement_terms import ClearingKind, ClearingState
from sanhu.domains.funding.terms import IN_THE_BOOKS_ALONE, VoucherState
from sanhu.domains.subjects.permissions import Permission
from sanhu.domains.subjects.queries import persons_of
from sanhu.engines.actors import Actor, ActorKind
from sanhu.engines.legal_time import legal_day
from sanhu.engines.matching import MOST_CANDIDATES

_TIMING = Clearing.objects.filter(kind=ClearingKind.TIMING, state=ClearingState.SIGNED)


def _sees(actor: Actor) -> bool:
    return actor.kind is ActorKind.POST and actor.may(Permission.FUNDING_OVERSEE)


def _named(line: QuerySet[StatementLine]) -> QuerySet[StatementLine]:
    return line.select_related("statement").order_by("pk")


def _names_a_free_one(district: str) -> Exists:
    return Exists(free_vouchers(district).filter(number=OuterRef("voucher_number")))


def on_statement_only(actor: Actor) -> QuerySet[StatementLine]:
    """Lines that stand on a statement and not in the books, and that nobody has said a word about, oldest first."""
    if not _sees(actor):
        return StatementLine.objects.none()
    timing = Exists(_TIMING.filter(line=OuterRef("pk")))
    return _named(open_lines(actor.district).exclude(timing).exclude(_names_a_free_one(actor.district)))


def differing(actor: Actor) -> QuerySet[StatementLine]:
    """Lines that name a voucher with which they do not agree in amount or day, oldest first."""
    if not _sees(actor):
        return StatementLine.objects.none()
    return _named(open_lines(actor.district).filter(_names_a_free_one(actor.district)))


def in_books_only(actor: Actor) -> QuerySet[Voucher]:
    """Posted payments that no statement has, and that nobody has said a word about, oldest first."""
    if not _sees(actor):
        return Voucher.objects.none()
    named = Exists(open_lines(actor.district).filter(voucher_number=OuterRef("number")))
    said = Exists(
        Clearing.objects.filter(voucher=OuterRef("pk"), state__in=[ClearingState.WAITING, ClearingState.SIGNED])
    )
    return unconfirmed(actor.district).exclude(named).exclude(said)


def on_their_way(actor: Actor) -> QuerySet[Clearing]:
    """What was said to be a matter of days and is not matched yet, oldest first."""
    of_a_line = Q(line__in=open_lines(actor.district))
    of_a_voucher = Q(line=None, voucher__in=free_vouchers(actor.district))
    return _joined(_TIMING.filter(of_a_line | of_a_voucher, district=actor.district)).order_by("pk")


def clearings_visible_to(actor: Actor) -> QuerySet[Clearing]:
    """The explanations an actor may read: the district's, for whoever oversees its money."""
    found = _joined(Clearing.objects.filter(district=actor.district))
    return found if _sees(actor) else found.none()


def cleared_lines(district: str) -> QuerySet[Clearing, int | None]:
    """The keys of the lines that two persons have cleared for good: what is a matter of days waits on."""
    signed = Clearing.objects.filter(district=district, line__isnull=False, state=ClearingState.SIGNED)
    return signed.exclude(kind=ClearingKind.TIMING).values_list("line", flat=True)


def said_of(lines: Iterable[StatementLine]) -> Mapping[int, Clearing]:
    """Give what stands said of lines, the last word of each; what was refused says nothing."""
    found = Clearing.objects.filter(line__in=[line.pk for line in lines]).exclude(state=ClearingState.REFUSED)
    return {one.line_id: one for one in found.order_by("pk") if one.line_id is not None}


def _joined(found: QuerySet[Clearing]) -> QuerySet[Clearing]:
    return found.select_related("line__statement", "voucher", "proposed_by", "settled_by")


def proposers_of(clearing: Clearing) -> frozenset[int]:
    """Give who explained a difference: one person, or with a deputy two."""
    entries = Entry.objects.filter(subject_ref=clearing.ref).order_by("id")
    return frozenset({clearing.proposed_by_id}) | persons_of(list(entries.values_list("actor_ref", flat=True)[:1]))


def to_settle(actor: Actor) -> list[Clearing]:
    """Give the explanations that wait for a second person and may be settled by this one, oldest first."""
    waiting = clearings_visible_to(actor).filter(state=ClearingState.WAITING).order_by("pk")
    return [one for one in waiting if may_settle(state=one.state, proposed_by=proposers_of(one), actor=actor)]


def difference_of(line: StatementLine | None, voucher: Voucher | None) -> Difference:
    """Give a difference as the rules read it."""
    taken_back = voucher is not None and voucher.reversed_by.filter(state=VoucherState.POSTED).exists()
    return Difference(
        line_fen=line.amount_fen if line else None,
        voucher_fen=voucher.amount_fen if voucher else None,
        is_taken_back=taken_back,
    )


def candidates_of(lines: Iterable[StatementLine], *, district: str) -> Mapping[int, list[Voucher]]:
    """Give the free vouchers of the amount of each line, within the window of its day, the nearest first.

    What another line names is none of them: it belongs to that line.
    """
    asked = list(lines)
    vouchers: dict[int, list[Voucher]] = {}
    named = Exists(open_lines(district).filter(voucher_number=OuterRef("number")))
    free = free_vouchers(district).exclude(kind__in=IN_THE_BOOKS_ALONE).exclude(named)
    for voucher in free.filter(amount_fen__in={line.amount_fen for line in asked}).order_by("pk"):
        vouchers.setdefault(voucher.amount_fen, []).append(voucher)
    return {line.pk: _nearest(line, vouchers.get(line.amount_fen, [])) for line in asked}


def _nearest(line: StatementLine, vouchers: Iterable[Voucher]) -> list[Voucher]:
    away = [(abs((legal_day(one.settled_at) - line.booked_on).days), one.pk, one) for one in vouchers if one.settled_at]
    near = sorted(found for found in away if found[0] <= settings.SANHU_STATEMENT_WINDOW_DAYS)
    return [one for _days, _pk, one in near[:MOST_CANDIDATES]]
