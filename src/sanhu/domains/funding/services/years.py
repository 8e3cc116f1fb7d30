"""Closing a fiscal year: from then on nothing is posted, reserved or reversed in it."""

from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F, Max, Q
from django.utils.translation import gettext_noop as _

from sanhu.domains.evidence.once import Once
from sanhu.domains.evidence.record import record
from sanhu.domains.funding.events import FundingEvent
from sanhu.domains.funding.leftovers import with_money_left
from sanhu.domains.funding.models import ClosedYear, LedgerAccount, Reservation, Voucher, YearSettlement
from sanhu.domains.funding.queries import is_closed
from sanhu.domains.funding.rules import CLOSED_RECORD, MONEY_ARTICLE, NOT_PERMITTED
from sanhu.domains.funding.terms import VoucherState
from sanhu.domains.funding.year_end_terms import SettlementState
from sanhu.domains.subjects.permissions import Permission
from sanhu.domains.subjects.services.doors import require
from sanhu.engines.actors import Actor, ActorKind
from sanhu.engines.decisions import ALLOWED, Decision, Refused, refuse
from sanhu.engines.legal_time import legal_day


def close_year(*, actor: Actor, at: datetime, client_id: UUID, year: int) -> ClosedYear:
    """Close the books of a year of the actor's district, once. Raises Refused while anything of it is unsettled."""
    once = Once(client_id=client_id, actor=actor, asked={"close_year": year}, at=at)
    result = once.answer(lambda: _close(once, year, at=at))
    return ClosedYear.objects.get(pk=int(result.rpartition(":")[2]))


@transaction.atomic
def _close(once: Once, year: int, *, at: datetime) -> str:
    actor = once.actor
    if actor.kind is not ActorKind.POST or actor.person_id is None or not actor.may(Permission.FUNDING_CLOSE):
        raise Refused(refuse(NOT_PERMITTED, citations=(MONEY_ARTICLE,)))
    let_nobody_post()
    require(_against(actor.district, year, at=at))
    closed = ClosedYear.objects.create(
        district=actor.district,
        year=year,
        closed_at=_not_before_the_last(actor.district, year, at),
        closed_by_id=actor.person_id,
    )
    record(
        event=FundingEvent.YEAR_CLOSED,
        actor=actor,
        at=closed.closed_at,
        subject=f"year:{closed.district}-{year}",
        district=closed.district,
        rows=[closed],
        facts={"year": year},
    )
    return once.remember(f"year:{closed.pk}")


def let_nobody_post() -> None:
    """Wait for everybody who moves money, and let others wait: whoever locked an account asks for closed years next."""
    if connection.vendor == "postgresql":  # SQLite lets one writer in at a time
        with connection.cursor() as cursor:
            cursor.execute(f'LOCK TABLE "{LedgerAccount._meta.db_table}" IN EXCLUSIVE MODE')


def _against(district: str, year: int, *, at: datetime) -> Decision:
    """Say what speaks against closing."""
    accounts = {"account__district": district, "account__year": year}
    held = Reservation.objects.filter(**accounts, amount_fen__gt=F("paid_fen") + F("released_fen"))
    waiting = Voucher.objects.filter(_touching(year), district=district, state=VoucherState.WAITING)
    unsigned = YearSettlement.objects.filter(district=district, year=year, state=SettlementState.WAITING)
    if is_closed(district, year):
        return refuse(_("年度：已经结过账"), citations=(MONEY_ARTICLE,), code=CLOSED_RECORD)
    faults = (
        (legal_day(at).year <= year, _("年度：还没有结束，不能结账")),
        (
            not LedgerAccount.objects.filter(district=district, year=year).exists(),
            _("年度：这一年没有账目"),
        ),
        (waiting.exists(), _("年度：还有凭证在等第二人签批")),
        (held.exists(), _("年度：还有预留的经费没有拨付、释放或者结转")),
        (unsigned.exists(), _("年度：年度结算还在等第二人签批")),
        (with_money_left(district, year).exists(), _("年度：还有余额没有结算，须先结转或者交回")),
        (_is_left_from_before(district, year), _("年度：更早的年度还有余额没有结算，须先结算更早的年度")),
    )
    reasons = [reason for is_faulty, reason in faults if is_faulty]
    return refuse(*reasons, citations=(MONEY_ARTICLE,)) if reasons else ALLOWED


def _touching(year: int) -> Q:
    return Q(debit__year=year) | Q(credit__year=year)


def _is_left_from_before(district: str, year: int) -> bool:
    """Tell whether an earlier year that is still open has money that could go over into this one."""
    closed = ClosedYear.objects.filter(district=district).values("year")
    earlier = LedgerAccount.objects.filter(district=district, year__lt=year, body__isnull=False)
    return earlier.filter(cap_fen__gt=F("posted_fen")).exclude(year__in=closed).exists()


def _not_before_the_last(district: str, year: int, at: datetime) -> datetime:
    """Machines' clocks differ by a little: books are never closed before what stands in them."""
    settled = Voucher.objects.filter(_touching(year), district=district).aggregate(last=Max("settled_at"))["last"]
    made = Reservation.objects.filter(account__district=district, account__year=year).aggregate(last=Max("made_at"))
    return max(moment for moment in (at, settled, made["last"]) if moment is not None)
