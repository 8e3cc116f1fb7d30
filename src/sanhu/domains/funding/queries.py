"""Reading accounts, vouchers and what waits on a second person."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, TypedDict

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet, Sum, Value
from django.db.models.functions import Concat

from sanhu.domains.evidence.models import Entry
from sanhu.domains.funding.events import FundingEvent
from sanhu.domains.funding.models import ClosedYear, LedgerAccount, Reservation, Statement, Voucher
from sanhu.domains.funding.rules import OVER_LIMIT, SPENT_IN_PARTS, SPLIT_UP, Signing
from sanhu.domains.funding.services.errors import FundingNotFound
from sanhu.domains.funding.terms import PAID_BY_A_BANK, VoucherKind, VoucherState
from sanhu.domains.subjects.permissions import Permission
from sanhu.domains.subjects.queries import persons_of, refs_of
from sanhu.engines.actors import Actor, ActorKind

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations


# The entries that tell who asked for a voucher: one that needed nobody else was posted at once.
_ASKING = (FundingEvent.VOUCHER_ASKED, FundingEvent.VOUCHER_POSTED)


class Closing(TypedDict):
    """What `with_closing` adds to an account."""

    is_closed: bool


def seen_by(actor: Actor, *, own: Q) -> Q | None:
    """What an actor may see: everything, a district, or only their own body's; None for nothing."""
    if actor.kind is ActorKind.SYSTEM:
        return Q()
    if actor.kind is not ActorKind.POST:
        return None
    if actor.may(Permission.FUNDING_OVERSEE):
        return Q(district=actor.district)
    return Q(district=actor.district) & own if actor.may(Permission.FUNDING_VIEW) else None


def accounts_visible_to(actor: Actor) -> QuerySet[LedgerAccount]:
    """The accounts an actor may read: those of their own body, or of the district for whoever oversees its money."""
    seen = seen_by(actor, own=Q(body_id=actor.organisation_id, body__isnull=False))
    accounts = LedgerAccount.objects.select_related("body")
    return accounts.none() if seen is None else accounts.filter(seen)


def vouchers_visible_to(actor: Actor) -> QuerySet[Voucher]:
    """The vouchers an actor may read: those that move money of an account they may read."""
    own = Q(debit__body_id=actor.organisation_id) | Q(credit__body_id=actor.organisation_id)
    seen = seen_by(actor, own=own if actor.organisation_id else Q(pk__in=()))
    vouchers = Voucher.objects.select_related("debit__body", "credit__body", "reverses", "asked_by", "signed_by")
    return vouchers.none() if seen is None else vouchers.filter(seen)


def voucher_for(actor: Actor, number: str) -> Voucher:
    """Give one voucher. Raises FundingNotFound for what the actor may not see."""
    voucher = vouchers_visible_to(actor).filter(number=number).first()
    if voucher is None:
        raise FundingNotFound(number)
    return voucher


def paying_body(voucher: Voucher) -> int | None:
    """Give the body whose money a voucher moves, also where it takes that back; None for the district's own."""
    account = voucher.credit if voucher.kind == VoucherKind.REVERSAL else voucher.debit
    return account.body_id


def signing_of(voucher: Voucher) -> Signing:
    """Give a voucher as signing reads it."""
    return Signing(
        state=voucher.state,
        district=voucher.district,
        asked_by=askers_of(voucher),
        body_id=paying_body(voucher),
    )


def askers_of(voucher: Voucher) -> frozenset[int]:
    """Give who asked for a voucher: one person, or with a deputy two. In whose post it was, its first entry says."""
    own = frozenset({voucher.asked_by_id} if voucher.asked_by_id else ())
    entries = Entry.objects.filter(subject_ref=voucher.ref, event__in=_ASKING).order_by("id")
    return own | persons_of(list(entries.values_list("actor_ref", flat=True)[:1]))


def asked_by_any(persons: frozenset[int]) -> Q:
    """What one of these persons asked for, themselves, as a deputy or through one."""
    through = refs_of(persons)
    if not through:
        return Q(asked_by__in=persons)
    entries = Entry.objects.filter(
        subject_ref=Concat(Value("voucher:"), OuterRef("number")), event__in=_ASKING, actor_ref__in=through
    )
    posted = Q(Exists(entries.filter(event=FundingEvent.VOUCHER_POSTED)), needs_second=False)
    return Q(asked_by__in=persons) | Q(Exists(entries.filter(event=FundingEvent.VOUCHER_ASKED))) | posted


def unsigned_for(actor: Actor) -> QuerySet[Voucher]:
    """The vouchers that wait for a second person and may be signed by this one, oldest first."""
    waiting = vouchers_visible_to(actor).filter(state=VoucherState.WAITING).order_by("asked_at", "pk")
    if not actor.may(Permission.FUNDING_SIGN) or actor.person_id is None:
        return waiting.none()
    theirs = waiting.exclude(asked_by_any(actor.persons))
    if actor.may(Permission.FUNDING_OVERSEE):
        return theirs
    is_reversal = Q(kind=VoucherKind.REVERSAL)
    own = is_reversal & Q(credit__body_id=actor.organisation_id)
    return theirs.filter(own | ~is_reversal & Q(debit__body_id=actor.organisation_id))


def why_second(voucher: Voucher) -> str:
    """Say why a voucher needs a second person; empty where it does not."""
    if not voucher.needs_second:
        return ""
    if voucher.amount_fen >= settings.SANHU_TWO_PERSONS_FROM_FEN:
        return OVER_LIMIT
    return SPENT_IN_PARTS if voucher.kind == VoucherKind.SPENDING else SPLIT_UP


def is_closed(district: str, year: int) -> bool:
    """Whether the books of a district's year are closed."""
    return ClosedYear.objects.filter(district=district, year=year).exists()


def with_closing(accounts: QuerySet[LedgerAccount]) -> "QuerySet[WithAnnotations[LedgerAccount, Closing]]":
    """Tell of each account whether the books of its year are closed, in the same statement."""
    closed = ClosedYear.objects.filter(district=OuterRef("district"), year=OuterRef("year"))
    return accounts.annotate(is_closed=Exists(closed))


def is_paid(voucher: Voucher) -> bool:
    """Whether a voucher is posted and was not taken back."""
    taken_back = Voucher.objects.filter(reverses_id=voucher.pk, state=VoucherState.POSTED)
    return voucher.state == VoucherState.POSTED and not taken_back.exists()


def waiting_fen(reservation_id: int) -> int:
    """What of a hold is asked for already and waits for a second person."""
    waiting = Voucher.objects.filter(
        reservation_id=reservation_id, state=VoucherState.WAITING, kind=VoucherKind.PAYMENT
    )
    return waiting.aggregate(fen=Sum("amount_fen"))["fen"] or 0


def came_along_fen(reservation: Reservation) -> int:
    """What came to a reservation's payee from whoever bore its task before, and was not taken back."""
    moved = Voucher.objects.filter(
        kind=VoucherKind.TRANSFER,
        state=VoucherState.POSTED,
        credit_id=reservation.payee_id,
        purpose_ref=reservation.purpose_ref,
    )
    kept = moved.exclude(reversed_by__state=VoucherState.POSTED)
    return kept.aggregate(fen=Sum("amount_fen"))["fen"] or 0


def recent_fen(*, kind: str, persons: frozenset[int], debit_id: int, credit_id: int, at: datetime) -> int:
    """What somebody moved between two accounts shortly before, whether or not a second person signed it yet.

    A deputy and whoever is absent count as one: nobody stays under a limit by having another pay a part.
    """
    since = at - timedelta(days=settings.SANHU_SPLIT_WINDOW_DAYS)
    moved = Voucher.objects.filter(
        asked_by_any(persons), kind=kind, debit_id=debit_id, credit_id=credit_id, asked_at__gte=since
    )
    return moved.exclude(state=VoucherState.REJECTED).aggregate(fen=Sum("amount_fen"))["fen"] or 0


def statements_visible_to(actor: Actor) -> QuerySet[Statement]:
    """The statements an actor may read: the district's, for whoever oversees its money."""
    statements = Statement.objects.select_related("imported_by")
    if actor.kind is ActorKind.SYSTEM:
        return statements
    may_see = actor.kind is ActorKind.POST and actor.may(Permission.FUNDING_OVERSEE)
    return statements.filter(district=actor.district) if may_see else statements.none()


def unconfirmed(district: str) -> QuerySet[Voucher]:
    """What was posted as paid by a bank and no statement has confirmed yet, oldest first."""
    paid = Voucher.objects.filter(district=district, state=VoucherState.POSTED, kind__in=PAID_BY_A_BANK)
    return paid.filter(confirmed_by__isnull=True).select_related("debit__body", "credit__body").order_by("pk")
