"""The end of a year in the hands of the gate's people: 田 proposes, 秦 signs."""

from collections.abc import Mapping
from uuid import UUID, uuid4

from sanhu.domains.funding.leftovers import draft_of
from sanhu.domains.funding.models import CarryConsent, ClosedYear, Earmark, LedgerAccount, YearSettlement
from sanhu.domains.funding.services.carry_consents import CarryWish, consent
from sanhu.domains.funding.services.posting import Papers
from sanhu.domains.funding.services.year_settling import (
    propose_settlement,
    refuse_settlement,
    sign_settlement,
)
from sanhu.domains.funding.services.years import close_year
from tests.cast import DISTRICT
from tests.domains.funding.giving import Giving
from tests.domains.funding.money import NEW_YEAR, Purse, keep_scan

BASIS = "示财库〔2027〕1号"


def propose(purse: Purse, *, year: int = 2026, by: str = "田", basis: str = BASIS, **said: object) -> YearSettlement:
    actor = purse.actor(by)
    draft_id = said.get("draft_id") or keep_scan(actor)
    assert isinstance(draft_id, UUID)
    papers = Papers(basis=basis, reason=str(said.get("reason", "年终清理")), draft_id=draft_id)
    return propose_settlement(actor=actor, at=purse.now(), client_id=uuid4(), year=year, papers=papers)


def sign(purse: Purse, settlement: YearSettlement, *, by: str = "秦") -> YearSettlement:
    return sign_settlement(actor=purse.actor(by), at=purse.now(), client_id=uuid4(), settlement_id=settlement.pk)


def send_back(purse: Purse, settlement: YearSettlement, *, by: str = "秦", reason: str = "有误") -> YearSettlement:
    actor, at = purse.actor(by), purse.now()
    return refuse_settlement(actor=actor, at=at, client_id=uuid4(), settlement_id=settlement.pk, reason=reason)


def settle(purse: Purse, *, year: int = 2026) -> YearSettlement:
    return sign(purse, propose(purse, year=year))


def let_go_over(
    purse: Purse, account: LedgerAccount, *, purpose_ref: str = "", by: str = "田", basis: str = "示财预〔2026〕88号"
) -> CarryConsent:
    wish = CarryWish(account_id=account.pk, purpose_ref=purpose_ref, basis=basis, reason="项目跨年")
    return consent(actor=purse.actor(by), at=purse.now(), client_id=uuid4(), wish=wish)


def close(purse: Purse, *, by: str = "秦", year: int = 2026) -> ClosedYear:
    return close_year(actor=purse.actor(by), at=purse.now(), client_id=uuid4(), year=year)


def to_new_year(purse: Purse, *, year: int = 2027) -> None:
    """Go on to the first Monday or so of a year."""
    purse.at = max(purse.at, NEW_YEAR.replace(year=year))


def drafted(year: int = 2026) -> list[tuple[str, str, int, int, str]]:
    """Give the draft in short: source, purpose, first year, fen, action."""
    return [
        (left.account.source, left.line.purpose_ref, left.line.first_year, left.line.fen, left.line.action)
        for left in draft_of(DISTRICT, year)
    ]


def donated(purse: Purse, fen: int, *, year: int = 2026, purpose: str = "图书角") -> Earmark:
    """Let a donor's money in for a purpose, for 翠园's committee."""
    giving = Giving(purse)
    donation = giving.register(purpose=purpose, amount_fen=fen).donation
    giving.receive(donation, fen, year=year)
    return donation.earmark


def left_over() -> Mapping[tuple[str, int], int]:
    """Give what bodies have left, by source and year."""
    found: dict[tuple[str, int], int] = {}
    for account in LedgerAccount.objects.filter(body__isnull=False):
        key = account.source, account.year
        found[key] = found.get(key, 0) + account.cap_fen - account.posted_fen
    return {key: fen for key, fen in found.items() if fen}
