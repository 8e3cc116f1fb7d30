"""Donations in the hands of the gate's people: 陈 keeps and spends those of 翠园's committee, 秦 signs."""

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID, uuid4

from sanhu.domains.funding.donation_rules import Donor
from sanhu.domains.funding.donation_terms import AmountSetBy, CameBy, DonorKind, Naming
from sanhu.domains.funding.models import Donation, DonationNotice, LedgerAccount, PurposeChange, Voucher
from sanhu.domains.funding.services import donating, donation_changes
from sanhu.domains.funding.services.donating import Agreement, Registered
from sanhu.domains.funding.services.donation_spending import spend_donation
from sanhu.domains.funding.services.spending import Expenditure
from sanhu.domains.funding.terms import BudgetLine
from tests.domains.funding.money import COMMITTEE, YEAR, Purse, keep_scan

DONOR, CONTACT, WORDS = "欧阳修文", "13800990188", "给食堂的老人添几张结实的桌子，我母亲常去吃饭"
PURPOSE, MEETS = "社区老年食堂添置桌椅", "给老年食堂买四张方桌"


@dataclass
class Giving:
    """One test's donations."""

    purse: Purse

    def agreement(self, **changed: object) -> Agreement:
        """A person gives ¥3,000 for the canteen, and wants only the surname published."""
        usual = Agreement(
            body_id=self.purse.gate.bodies[COMMITTEE].pk,
            line=BudgetLine.L7,
            purpose=PURPOSE,
            donor=Donor(DonorKind.PERSON, DONOR, CONTACT, Naming.MASKED),
            donor_words=WORDS,
            are_words_public=True,
            came_by=CameBy.OWN_ACCORD,
            set_by=AmountSetBy.DONOR,
            agreement="翠园捐协〔2026〕1号",
            agreed_on=date(2026, 11, 6),
            amount_fen=300_000,
        )
        return replace(usual, **changed)  # type: ignore[arg-type]

    def register(self, *, by: str = "陈", client_id: UUID | None = None, **changed: object) -> Registered:
        return donating.register(
            actor=self.purse.actor(by),
            at=self.purse.now(),
            client_id=client_id or uuid4(),
            agreement=self.agreement(**changed),
        )

    def receive(self, donation: Donation, amount_fen: int, *, by: str = "陈", year: int = YEAR) -> Voucher:
        actor = self.purse.actor(by)
        return donating.receive_money(
            actor=actor,
            at=self.purse.now(),
            client_id=uuid4(),
            number=donation.number,
            year=year,
            amount_fen=amount_fen,
            basis="进账单〔2026〕31号",
            draft_id=keep_scan(actor),
        )

    def account(self, donation: Donation, *, year: int = YEAR) -> LedgerAccount:
        earmark = donation.earmark
        return LedgerAccount.objects.get(body=earmark.body, source=earmark.source, line=earmark.line, year=year)

    def spend(
        self, donation: Donation, amount_fen: int, *, by: str = "陈", meets: str = MEETS, year: int = YEAR, **said: str
    ) -> Voucher:
        actor = self.purse.actor(by)
        order = Expenditure(
            account_id=self.account(donation, year=year).pk,
            amount_fen=amount_fen,
            expense=said.get("expense", "equipment"),
            nature="public_benefit",
            payee_kind=said.get("payee_kind", "organisation"),
            payee_name=said.get("payee_name", "江城老木匠家具店"),
            purpose_ref="",
            basis="发票〔2026〕77号",
            reason="",
            draft_id=keep_scan(actor),
        )
        return spend_donation(
            actor=actor, at=self.purse.now(), client_id=uuid4(), number=donation.number, order=order, meets=meets
        )

    def new_key(self, donation: Donation, *, by: str = "陈", checked: str = "核对了协议原件和身份证") -> Registered:
        return donating.give_new_key(
            actor=self.purse.actor(by),
            at=self.purse.now(),
            client_id=uuid4(),
            number=donation.number,
            checked=checked,
        )

    def change(
        self, donation: Donation, *, by: str = "陈", draft_id: UUID | None = None, **wished: str
    ) -> PurposeChange:
        actor = self.purse.actor(by)
        return donation_changes.change_purpose(
            actor=actor,
            at=self.purse.now(),
            client_id=uuid4(),
            number=donation.number,
            purpose=wished.get("purpose", "社区儿童书屋添置书架"),
            consent=wished.get("consent", "捐赠人变更函〔2026〕1号"),
            draft_id=draft_id or keep_scan(actor),
        )

    def publish(self, donation: Donation, *, by: str = "陈") -> DonationNotice:
        return donation_changes.publish(
            actor=self.purse.actor(by), at=self.purse.now(), client_id=uuid4(), number=donation.number
        )

    def erase(self, donation: Donation, *, by: str = "冯") -> Donation:
        return donation_changes.erase_donor(
            actor=self.purse.actor(by), at=self.purse.now(), client_id=uuid4(), number=donation.number
        )
