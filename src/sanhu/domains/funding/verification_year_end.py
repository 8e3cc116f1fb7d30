"""What is re-proved of years that were settled: by two persons, as the rules of each source allow, and to the fen."""

from collections.abc import Iterator

from django.db.models import F, Q

from sanhu.domains.evidence.filing import misfiled_by_key
from sanhu.domains.evidence.findings import Finding
from sanhu.domains.evidence.models import Entry
from sanhu.domains.funding.leftovers import with_money_left
from sanhu.domains.funding.models import CarryConsent, ClosedYear, SettlementLine, Voucher, YearSettlement
from sanhu.domains.funding.terms import VoucherKind, VoucherState
from sanhu.domains.funding.year_end_queries import settlement_proposers
from sanhu.domains.funding.year_end_rules import Leftover, outcome_of
from sanhu.domains.funding.year_end_terms import SettlementState, YearEndAction, YearEndEvent
from sanhu.domains.subjects.queries import persons_of

_KIND = {YearEndAction.CARRY: VoucherKind.CARRY_OVER, YearEndAction.RETURN: VoucherKind.RETURN}
_DECIDING = (YearEndEvent.SIGNED, YearEndEvent.REFUSED)


def settlements_moved_what_they_say() -> Iterator[Finding]:
    """Each line of a signed settlement has its voucher, one of another has none; no such voucher is without a line."""
    is_signed = Q(settlement__state=SettlementState.SIGNED)
    same = Q(
        voucher__debit=F("account"),
        voucher__amount_fen=F("fen"),
        voucher__purpose_ref=F("purpose_ref"),
        voucher__state=VoucherState.POSTED,
        voucher__asked_by=F("settlement__proposed_by"),
        voucher__signed_by=F("settlement__settled_by"),
        account__district=F("settlement__district"),
        account__year=F("settlement__year"),
    )
    kinds = Q(action=YearEndAction.CARRY, voucher__kind=VoucherKind.CARRY_OVER) | Q(
        action=YearEndAction.RETURN, voucher__kind=VoucherKind.RETURN
    )
    sound = is_signed & same & kinds | ~is_signed & Q(voucher=None, follower=None)
    for line in SettlementLine.objects.exclude(sound).order_by("pk").iterator():
        yield Finding(kind="settlement_wrong", ref=line.row_ref, detail=f"{line.fen} fen did not move as signed")
    alone = Voucher.objects.filter(kind__in=_KIND.values(), settlement_line=None)
    for voucher in alone.order_by("pk").iterator():
        detail = f"{voucher.number} of {voucher.amount_fen} fen belongs to no settlement"
        yield Finding(kind="settlement_wrong", ref=voucher.row_ref, detail=detail)


def settlements_followed_the_rules() -> Iterator[Finding]:
    """What goes over and what goes back is what the source's rule allows; fiscal money goes over on a paper alone."""
    rows = SettlementLine.objects.select_related("account", "settlement")
    for line in rows.order_by("pk").iterator(chunk_size=2_000):
        if line.action not in _allowed(line):
            detail = f"{line.fen} fen of {line.account.source} since {line.first_year}: {line.action}"
            yield Finding(kind="settlement_against_rule", ref=line.row_ref, detail=detail)


def _allowed(line: SettlementLine) -> set[str]:
    """Give what could have become of a line: whether what it is for still ran then, nobody can tell any more."""
    runs = (True, False) if line.purpose_ref else (False,)
    return {
        outcome_of(
            Leftover(
                source=line.account.source,
                first_year=line.first_year,
                year=line.account.year,
                is_running=is_running,
                has_consent=line.consent_id is not None,
            )
        ).action.value
        for is_running in runs
    }


def what_was_held_is_held_on() -> Iterator[Finding]:
    """What was set aside and goes over is held in the next year, for the same body and purpose, to the fen."""
    held = SettlementLine.objects.filter(reservation__isnull=False, settlement__state=SettlementState.SIGNED)
    goes_on = Q(
        follower__amount_fen=F("fen"),
        follower__purpose_ref=F("reservation__purpose_ref"),
        follower__account=F("voucher__credit"),
        follower__payee__body=F("reservation__payee__body"),
        action=YearEndAction.CARRY,
    )
    own = Q(reservation__account=F("account"), reservation__released_fen__gte=F("fen"))
    sound = own & (goes_on | Q(action=YearEndAction.RETURN, follower=None))
    for line in held.exclude(sound).order_by("pk").iterator():
        yield Finding(kind="settlement_wrong", ref=line.row_ref, detail=f"{line.fen} fen are not held as they were")


def two_persons_settled() -> Iterator[Finding]:
    """Whoever proposed a settlement, as a deputy or through one, did not sign it."""
    for settlement in YearSettlement.objects.exclude(state=SettlementState.WAITING).order_by("pk").iterator():
        entries = Entry.objects.filter(subject_ref=settlement.ref, event__in=_DECIDING).order_by("id")
        signers = persons_of(list(entries.values_list("actor_ref", flat=True)[:1]))
        if (signers | {settlement.settled_by_id}) & settlement_proposers(settlement):
            detail = f"settlement {settlement.ordinal} of {settlement.year}"
            yield Finding(kind="not_signed_by_another", ref=settlement.row_ref, detail=detail)


def closed_years_have_nothing_left() -> Iterator[Finding]:
    """Of a year that was settled and closed nothing is left."""
    settled = YearSettlement.objects.filter(state=SettlementState.SIGNED)
    for closed in ClosedYear.objects.order_by("pk"):
        if settled.filter(district=closed.district, year=closed.year).exists():
            for account in with_money_left(closed.district, closed.year).order_by("pk").iterator():
                detail = f"{account.cap_fen - account.posted_fen} fen are left in {closed.year}, which is closed"
                yield Finding(kind="closed_year_changed", ref=account.row_ref, detail=detail)


def entries_of_settlements_are_filed_where_they_are() -> Iterator[Finding]:
    """Compare the district of every entry about a settlement or a consent with its own."""
    yield from misfiled_by_key("year_settlement", YearSettlement, "district")
    yield from misfiled_by_key("carry_consent", CarryConsent, "district")


YEAR_END_CHECKS = (
    settlements_moved_what_they_say,
    settlements_followed_the_rules,
    what_was_held_is_held_on,
    two_persons_settled,
    closed_years_have_nothing_left,
    entries_of_settlements_are_filed_where_they_are,
)
