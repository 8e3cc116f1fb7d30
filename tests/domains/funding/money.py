"""Money in the hands of the gate's people: appropriated by 田, held and paid by 孙, signed by 吴 and 秦."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from uuid import UUID, uuid4

from django.db import transaction

from sanhu.domains.evidence.attachments import Photo, keep_draft, take_photo
from sanhu.domains.funding.models import LedgerAccount, Reservation, Voucher
from sanhu.domains.funding.services import budgets, holding, paying, reversing
from sanhu.domains.funding.services.accounts import account_for
from sanhu.domains.funding.terms import BudgetLine, FundSource
from sanhu.engines.actors import SYSTEM, Actor
from tests.cast import DISTRICT, MONDAY_MORNING
from tests.gate import COMMITTEE, ORGAN, OTHER_COMMITTEE, Gate
from tests.portals.filing import photo_bytes

YEAR = 2026
LIMIT = 5_000_000  # ¥50,000
FEE, L9 = FundSource.FEE_FOLLOWS_AFFAIR, BudgetLine.L9


@cache
def scan_of_a_paper() -> Photo:
    """Encode one scan, once for all tests."""
    return take_photo(data=photo_bytes(), claimed_type="image/jpeg", name="凭证.jpg")


def keep_scan(actor: Actor, *, at: datetime = MONDAY_MORNING) -> UUID:
    """Keep the scan of a paper under a form, and give the form's id."""
    draft_id = uuid4()
    keep_draft(draft_id=draft_id, district=actor.district, photos=[scan_of_a_paper()], actor=actor, at=at)
    return draft_id


@dataclass
class Purse:
    """One test's money, and a clock that goes on by a minute with each deed."""

    gate: Gate
    at: datetime = field(default=MONDAY_MORNING)

    def now(self) -> datetime:
        self.at += timedelta(minutes=1)
        return self.at

    @staticmethod
    def fresh_id() -> UUID:
        return uuid4()

    def actor(self, surname: str) -> Actor:
        return self.gate.actor(surname, self.at)

    def account(self, body: str = ORGAN, *, source: str = FEE, line: str = L9, year: int = YEAR) -> LedgerAccount:
        body_id = self.gate.bodies[body].pk
        with transaction.atomic():
            return account_for(
                district=DISTRICT, body_id=body_id, source=source, line=line, year=year, actor=SYSTEM, at=self.now()
            )

    def appropriate(
        self,
        amount_fen: object,
        body: str = ORGAN,
        *,
        by: str = "田",
        client_id: UUID | None = None,
        basis: str = "财预〔2026〕9号",
        draft_id: UUID | None = None,
        **wished: object,
    ) -> Voucher:
        actor = self.actor(by)
        order = budgets.Order(
            body_id=self.gate.bodies[body].pk,
            source=str(wished.get("source", FEE)),
            line=str(wished.get("line", L9)),
            year=int(str(wished.get("year", YEAR))),
            amount_fen=amount_fen,  # type: ignore[arg-type]
            basis=basis,
            reason="年度预算",
            draft_id=draft_id or keep_scan(actor),
        )
        return budgets.appropriate(actor=actor, at=self.now(), client_id=client_id or uuid4(), order=order)

    def fund(self, amount_fen: int, body: str = ORGAN) -> LedgerAccount:
        """Appropriate any amount, signed by 秦 where that needs a second person; give the account as it is then."""
        voucher = self.appropriate(amount_fen, body)
        if voucher.needs_second:
            self.sign(voucher.number, by="秦")
        return self.account(body)

    def reserve(
        self, amount_fen: object, payee: str = COMMITTEE, *, by: str = "孙", client_id: UUID | None = None
    ) -> Reservation:
        wish = holding.Wish(
            account_id=self.account().pk,
            payee_id=self.account(payee).pk,
            amount_fen=amount_fen,  # type: ignore[arg-type]
            purpose_ref="project:1",
        )
        return holding.reserve(actor=self.actor(by), at=self.now(), client_id=client_id or uuid4(), wish=wish)

    def pay(
        self, reservation: Reservation, amount_fen: object, *, by: str = "孙", basis: str = "示拨〔2026〕1号"
    ) -> Voucher:
        actor = self.actor(by)
        with transaction.atomic():
            return paying.ask_payment(
                reservation=reservation,
                amount_fen=amount_fen,  # type: ignore[arg-type]
                basis=basis,
                reason="",
                draft_id=keep_scan(actor),
                actor=actor,
                at=self.now(),
            )

    def sign(self, number: str, *, by: str = "吴") -> Voucher:
        return paying.sign(actor=self.actor(by), at=self.now(), client_id=uuid4(), number=number)

    def reject(self, number: str, *, by: str = "吴", reason: str = "发票与合同不符") -> Voucher:
        return paying.reject(actor=self.actor(by), at=self.now(), client_id=uuid4(), number=number, reason=reason)

    def reverse(self, number: str, *, by: str = "田", reason: str = "重复拨付") -> Voucher:
        actor = self.actor(by)
        return reversing.reverse(
            actor=actor,
            at=self.now(),
            client_id=uuid4(),
            number=number,
            basis="示冲〔2026〕1号",
            reason=reason,
            draft_id=keep_scan(actor),
        )

    def release(self, reservation: Reservation) -> int:
        with transaction.atomic():
            return holding.release(reservation, actor=SYSTEM, at=self.now())

    def totals(self, body: str = ORGAN, **which: object) -> tuple[int, int, int]:
        """Give an account's cap, what is posted and what is reserved, as the database has them."""
        account = LedgerAccount.objects.get(
            body=self.gate.bodies[body],
            source=which.get("source", FEE),
            line=which.get("line", L9),
            year=which.get("year", YEAR),
        )
        return account.cap_fen, account.posted_fen, account.reserved_fen


NEW_YEAR = datetime.fromisoformat("2027-01-04T02:00:00+00:00")  # a Monday
NEW_YEARS_EVE = date(2026, 12, 31)

__all__ = ["COMMITTEE", "ORGAN", "OTHER_COMMITTEE", "Purse", "keep_scan"]
