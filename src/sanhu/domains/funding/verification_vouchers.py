"""What is re-proved of vouchers: their legs, their source, what takes them back, and that closed years stay closed."""

from collections.abc import Iterator

from django.db.models import Count, Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from sanhu.domains.evidence.findings import Finding
from sanhu.domains.funding.models import Clearing, ClosedYear, Posting, Reservation, StatementLine, Voucher
from sanhu.domains.funding.statement_terms import ClearingKind, ClearingState
from sanhu.domains.funding.terms import Side, VoucherKind, VoucherState

_LEGS = 2
_IS_REVERSAL = Q(voucher__kind=VoucherKind.REVERSAL)
_FROM = Q(account=F("voucher__debit"), amount_fen=-F("voucher__amount_fen"))
_TO = Q(account=F("voucher__credit"), amount_fen=F("voucher__amount_fen"))
# A voucher's legs: out of the one and into the other; taking back takes what came in, and what went out is less.
_IS_LEG = Q(voucher__state=VoucherState.POSTED) & (
    ~_IS_REVERSAL & (_FROM & Q(side=Side.OUT) | _TO & Q(side=Side.IN))
    | _IS_REVERSAL & (_FROM & Q(side=Side.IN) | _TO & Q(side=Side.OUT))
)


def vouchers_made_their_postings() -> Iterator[Finding]:
    """A posted voucher has exactly its two legs, one that waits or was rejected has none."""
    for posting in Posting.objects.exclude(_IS_LEG).select_related("voucher").order_by("pk").iterator():
        detail = f"{posting.side} {posting.amount_fen} fen is no leg of {posting.voucher.number}"
        yield Finding(kind="posting_wrong", ref=posting.row_ref, detail=detail)
    legs = Posting.objects.filter(voucher=OuterRef("pk")).order_by().values("voucher").annotate(n=Count("pk"))
    posted = Voucher.objects.filter(state=VoucherState.POSTED).annotate(legs=Coalesce(Subquery(legs.values("n")), 0))
    for voucher in posted.exclude(legs=_LEGS).order_by("pk").iterator():
        detail = f"{voucher.number} of {voucher.amount_fen} fen is posted with {voucher.legs} legs"
        yield Finding(kind="voucher_wrong", ref=voucher.row_ref, detail=detail)


_SAME_MONEY = Q(
    debit__source=F("credit__source"),
    debit__line=F("credit__line"),
    debit__year=F("credit__year"),
    debit__district=F("credit__district"),
    district=F("credit__district"),
)
# What goes over at the end of a year goes to the same body's account of exactly the next year, and nothing else does.
_ONE_YEAR_ON = Q(
    kind=VoucherKind.CARRY_OVER,
    debit__source=F("credit__source"),
    debit__line=F("credit__line"),
    debit__body=F("credit__body"),
    credit__year=F("debit__year") + 1,
    debit__district=F("credit__district"),
    district=F("credit__district"),
)
_MOVED_RIGHTLY = ~Q(kind=VoucherKind.CARRY_OVER) & _SAME_MONEY | _ONE_YEAR_ON
_SAME_HOLD = Q(
    account__source=F("payee__source"),
    account__line=F("payee__line"),
    account__year=F("payee__year"),
    account__district=F("payee__district"),
    district=F("account__district"),
)


def money_never_changed_its_source() -> Iterator[Finding]:
    """Money moves within one source, line, year and district, comes in by appropriation, and is paid as it was held.

    Into another year it goes by being carried over alone.
    """
    for voucher in Voucher.objects.exclude(_MOVED_RIGHTLY).order_by("pk").iterator():
        yield Finding(kind="source_changed", ref=voucher.row_ref, detail=f"{voucher.number}: {voucher.amount_fen} fen")
    for hold in Reservation.objects.exclude(_SAME_HOLD).order_by("pk").iterator():
        yield Finding(kind="source_changed", ref=hold.row_ref, detail=f"{hold.amount_fen} fen")
    is_appropriation, is_payment = Q(kind=VoucherKind.APPROPRIATION), Q(kind=VoucherKind.PAYMENT)
    as_held = Q(reservation__account=F("debit"), reservation__payee=F("credit"))
    is_sound = (
        is_appropriation & Q(debit__body=None, credit__body__isnull=False, reservation=None)
        | is_payment & as_held
        | Q(kind=VoucherKind.TRANSFER, debit__body__isnull=False, credit__body__isnull=False, reservation=None)
        | Q(kind=VoucherKind.SPENDING, debit__body__isnull=False, credit__body=None, reservation=None)
        | Q(kind=VoucherKind.CARRY_OVER, debit__body__isnull=False, reservation=None)
        | Q(kind=VoucherKind.RETURN, debit__body__isnull=False, credit__body=None, reservation=None)
        | Q(kind=VoucherKind.REVERSAL)
    )
    for voucher in Voucher.objects.exclude(is_sound).order_by("pk").iterator():
        detail = f"{voucher.number} of {voucher.amount_fen} fen is between the wrong accounts"
        yield Finding(kind="voucher_wrong", ref=voucher.row_ref, detail=detail)


def reversals_mirror_what_they_take_back() -> Iterator[Finding]:
    """A reversal moves the same money the other way, of a posted voucher that is none itself, and only once."""
    mirrors = Q(
        reverses__debit=F("credit"),
        reverses__credit=F("debit"),
        reverses__amount_fen=F("amount_fen"),
        reverses__state=VoucherState.POSTED,
    ) & (Q(reverses__reservation=F("reservation")) | Q(reverses__reservation=None, reservation=None))
    reversals = Voucher.objects.filter(kind=VoucherKind.REVERSAL)
    wrong = reversals.exclude(mirrors & ~Q(reverses__kind=VoucherKind.REVERSAL))
    for voucher in wrong.select_related("reverses").order_by("pk").iterator():
        taken = voucher.reverses.number if voucher.reverses else "nothing"
        detail = f"{voucher.number} of {voucher.amount_fen} fen does not mirror {taken}"
        yield Finding(kind="reversal_wrong", ref=voucher.row_ref, detail=detail)
    standing = reversals.exclude(state=VoucherState.REJECTED).values("reverses").order_by("reverses")
    for twice in standing.annotate(times=Count("pk")).filter(times__gt=1):
        ref = f"funding.voucher:{twice['reverses']}"
        yield Finding(kind="reversal_wrong", ref=ref, detail=f"taken back {twice['times']} times")


def closed_years_stayed_closed() -> Iterator[Finding]:
    """Nothing was posted or set aside in a year after its books were closed, and nothing hangs in it."""
    for year in ClosedYear.objects.order_by("pk"):
        touched = Q(credit__year=year.year) | Q(debit__year=year.year)
        vouchers = Voucher.objects.filter(touched, credit__district=year.district)
        late = Q(settled_at__gt=year.closed_at) | Q(state=VoucherState.WAITING)
        for voucher in vouchers.filter(late).order_by("pk").iterator():
            detail = f"{voucher.number} of {voucher.amount_fen} fen in {year.year}, which is closed"
            yield Finding(kind="closed_year_changed", ref=voucher.row_ref, detail=detail)
        holds = Reservation.objects.filter(account__district=year.district, account__year=year.year)
        held = Q(amount_fen__gt=F("paid_fen") + F("released_fen")) | Q(made_at__gt=year.closed_at)
        for hold in holds.filter(held).order_by("pk").iterator():
            detail = f"{hold.held_fen} fen held in {year.year}, which is closed"
            yield Finding(kind="closed_year_changed", ref=hold.row_ref, detail=detail)


def confirmed_lines_agree_with_their_voucher() -> Iterator[Finding]:
    """A line confirms a posted voucher of its amount: the one it names, or where two persons said so, or it names none.

    How near the days of a line that names none must lie is re-proved with the clearings.
    """
    said = Clearing.objects.filter(
        kind=ClearingKind.SAME, state=ClearingState.SIGNED, line=OuterRef("pk"), voucher=OuterRef("voucher")
    )
    is_that_one = Q(voucher__number=F("voucher_number")) | Q(voucher_number="") | Q(Exists(said))
    agrees = is_that_one & Q(voucher__amount_fen=F("amount_fen"), voucher__state=VoucherState.POSTED)
    confirmed = StatementLine.objects.filter(voucher__isnull=False)
    for line in confirmed.exclude(agrees).select_related("voucher").order_by("pk").iterator():
        detail = f"{line.amount_fen} fen confirm {line.voucher.number if line.voucher else ''}"
        yield Finding(kind="statement_line_wrong", ref=line.row_ref, detail=detail)
