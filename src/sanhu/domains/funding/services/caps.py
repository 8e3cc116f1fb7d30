"""The totals of accounts and reservations: changed by conditional updates alone, so that no cap is ever passed.

What a row holds is never read first and written then: the database takes the change where what results is sound, and
says so. Whoever moves money between accounts locks them first, always in the order of their keys.
"""

from collections.abc import Mapping

from django.db.models import F, Q
from django.utils.translation import gettext_noop as _

from sanhu.domains.funding.models import LedgerAccount, Reservation
from sanhu.domains.funding.queries import is_closed
from sanhu.domains.funding.rules import CLOSED_RECORD, MONEY_ARTICLE
from sanhu.domains.funding.services.errors import FundingNotFound
from sanhu.domains.funding.terms import MOST_FEN
from sanhu.engines.decisions import Refused, refuse

YEAR_IS_CLOSED = refuse(_("年度：已经结账，不能再预留、记账或者冲销"), citations=(MONEY_ARTICLE,), code=CLOSED_RECORD)


def locked_accounts(*keys: int) -> Mapping[int, LedgerAccount]:
    """Lock accounts until the transaction ends, in the order of their keys. Raises FundingNotFound."""
    rows = LedgerAccount.objects.select_for_update().filter(pk__in=keys).order_by("pk")
    found = {account.pk: account for account in rows}
    if len(found) != len(set(keys)):
        raise FundingNotFound(keys)
    return found


def check_year_open(account: LedgerAccount) -> None:
    """Refuse what would change closed books. Asked once the account is locked: who closes and who posts then queue."""
    if is_closed(account.district, account.year):
        raise Refused(YEAR_IS_CLOSED)


def change_account(key: int, *, cap: int = 0, posted: int = 0, reserved: int = 0) -> bool:
    """Add to an account's totals where what results is sound; say whether it was."""
    changes = {"cap_fen": cap, "posted_fen": posted, "reserved_fen": reserved}
    sound = LedgerAccount.objects.filter(pk=key)
    if (used := posted + reserved - cap) > 0:
        left = F("posted_fen") + F("reserved_fen") + used
        sound = sound.filter(Q(body__isnull=True) | Q(cap_fen__gte=left))
    bounds = {f"{name}__gte": -fen for name, fen in changes.items() if fen < 0}
    if cap > 0:
        bounds["cap_fen__lte"] = MOST_FEN - cap
    return bool(sound.filter(**bounds).update(**{name: F(name) + fen for name, fen in changes.items() if fen}))


def change_reservation(key: int, *, paid: int = 0, released: int = 0) -> bool:
    """Add to what of a reservation is paid and released where that is there; say whether it was."""
    sound = Reservation.objects.filter(
        pk=key,
        paid_fen__gte=-paid,
        released_fen__gte=-released,
        amount_fen__gte=F("paid_fen") + F("released_fen") + (paid + released),
    )
    return bool(sound.update(paid_fen=F("paid_fen") + paid, released_fen=F("released_fen") + released))
