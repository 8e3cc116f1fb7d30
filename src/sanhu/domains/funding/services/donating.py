"""Registering donations, letting their money in, and giving donors the key by which they follow it."""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_noop as _

from sanhu.domains.catalogue.queries import current_version, item_by_code
from sanhu.domains.evidence import serials
from sanhu.domains.evidence.once import Once
from sanhu.domains.evidence.record import record
from sanhu.domains.evidence.secret_codes import code_of, hash_of
from sanhu.domains.funding import donation_rules as rules
from sanhu.domains.funding.donation_queries import donations_visible_to, promised_fen
from sanhu.domains.funding.donation_terms import DonationEvent
from sanhu.domains.funding.earmark_terms import EarmarkKind
from sanhu.domains.funding.models import Donation, DonorKey, Voucher
from sanhu.domains.funding.rules import DONATION_ARTICLE, check_amount, check_basis, check_source
from sanhu.domains.funding.services.donation_letters import issue_receipt
from sanhu.domains.funding.services.earmarks import open_earmark, receive
from sanhu.domains.funding.services.errors import FundingNotFound
from sanhu.domains.funding.services.posting import Papers
from sanhu.domains.funding.terms import FundSource
from sanhu.domains.subjects.models import Organisation
from sanhu.domains.subjects.services.doors import FieldRefused, require
from sanhu.engines.actors import Actor
from sanhu.engines.decisions import refuse
from sanhu.engines.legal_time import legal_day

_SHOWN, _STORED = "donation", "stored donation"


@dataclass(frozen=True)
class Agreement:
    """A donation as it was agreed: who gives, how much, for what, and how it came to that."""

    body_id: int
    line: str
    purpose: str
    donor: rules.Donor
    donor_words: str
    are_words_public: bool
    came_by: str
    set_by: str
    agreement: str
    agreed_on: date
    amount_fen: int
    charity: str = ""
    item_code: str = ""
    agreed_expenses: tuple[str, ...] = ()


@dataclass(frozen=True)
class Registered:
    """A registered donation, and the donor's key, which is shown this once."""

    donation: Donation
    key: str


def key_hash(key: str) -> str:
    """Hash a donor's key as somebody typed it."""
    return hash_of(key, purpose=_STORED)


def register(*, actor: Actor, at: datetime, client_id: UUID, agreement: Agreement) -> Registered:
    """Register a donation, once: its earmark, the donor's key and the receipt.

    Raises FundingNotFound for a body of another district; Refused with X-12 for what was apportioned or is a condition,
    with X-10 for what the government owes.
    """
    once = Once(client_id=client_id, actor=actor, asked=asdict(agreement), at=at)
    number = once.answer(lambda: _register(once, agreement, at=at))
    return Registered(Donation.objects.get(number=number), code_of(client_id, purpose=_SHOWN))


@transaction.atomic
def _register(once: Once, agreement: Agreement, *, at: datetime) -> str:
    actor = once.actor
    require(rules.may_keep(body_id=agreement.body_id, district=actor.district, actor=actor))
    _check(agreement, actor=actor, at=at)
    earmark = open_earmark(
        kind=EarmarkKind.DONATION,
        body_id=agreement.body_id,
        line=agreement.line,
        purpose=agreement.purpose,
        actor=actor,
        at=at,
    )
    assert actor.person_id is not None, "a post is held by somebody"
    donor = agreement.donor
    donation = Donation.objects.create(
        earmark=earmark,
        district=earmark.district,
        number=_next_number(earmark.district, at=at),
        donor_kind=donor.kind,
        donor_name=donor.name.strip(),
        donor_contact=donor.contact.strip(),
        donor_words=agreement.donor_words.strip(),
        are_words_public=agreement.are_words_public,
        naming=donor.naming,
        came_by=agreement.came_by,
        charity=agreement.charity.strip(),
        agreement=agreement.agreement.strip(),
        agreed_on=agreement.agreed_on,
        agreed_fen=agreement.amount_fen,
        agreed_expenses=sorted(agreement.agreed_expenses),
        registered_at=at,
        registered_by_id=actor.person_id,
    )
    key = _key(donation, once.client_id, ordinal=1, checked="", actor=actor, at=at)
    record(
        event=DonationEvent.REGISTERED,
        actor=actor,
        at=at,
        subject=donation.ref,
        district=donation.district,
        rows=[donation, key],
        facts={"earmark": earmark.number, "amount_set_by": agreement.set_by, "item": agreement.item_code},
    )
    issue_receipt(donation, actor=actor, at=at)
    return once.remember(donation.number)


def _check(agreement: Agreement, *, actor: Actor, at: datetime) -> None:
    body = Organisation.objects.filter(pk=agreement.body_id, district=actor.district).first()
    if body is None:
        raise FundingNotFound(agreement.body_id)
    require(rules.check_receiver(body.kind), field="body_id")
    is_duty = _is_government_duty(agreement.item_code, district=actor.district, on=legal_day(at))
    require(rules.check_voluntary(set_by=agreement.set_by, is_government_duty=is_duty))
    source = check_source(source=FundSource.SOCIAL_DONATION, line=agreement.line, is_government_duty=is_duty)
    require(source, field="item_code" if is_duty else "line")
    for field, decision in rules.check_donor(agreement.donor).items():
        require(decision, field=field)
    require(rules.check_way(agreement.came_by, agreement.charity), field="charity")
    require(check_basis(agreement.agreement), field="agreement")
    require(check_amount(agreement.amount_fen), field="amount_fen")
    require(rules.check_public_purpose(agreement.purpose), field="purpose")
    require(rules.check_donor_words(agreement.donor_words), field="donor_words")
    if agreement.agreed_on > legal_day(at):
        raise FieldRefused("agreed_on", refuse(_("签订日期：不能晚于今天")))
    if set(agreement.agreed_expenses) - rules.by_agreement():
        raise FieldRefused("agreed_expenses", refuse(_("支出种类：没有这个种类")))


def _is_government_duty(item_code: str, *, district: str, on: date) -> bool:
    """Whether the item a donation is for is the government's own responsibility (R55)."""
    if not item_code:
        return False
    version = current_version(district, on)
    item = item_by_code(version, item_code) if version else None
    if item is None:
        raise FieldRefused("item_code", refuse(_("事项：清单中没有这个事项")))
    return item.government_responsibility


def receive_money(
    *,
    actor: Actor,
    at: datetime,
    client_id: UUID,
    number: str,
    year: int,
    amount_fen: int,
    basis: str,
    draft_id: UUID,
) -> Voucher:
    """Let a donation's money in, once, never more than was agreed; from the limit on it waits for a second person.

    Raises FundingNotFound for what the actor may not see, Refused.
    """
    asked = {"donation": number, "year": year, "amount_fen": amount_fen, "basis": basis, "draft_id": draft_id}
    once = Once(client_id=client_id, actor=actor, asked=asked, at=at)
    papers = Papers(basis=basis, draft_id=draft_id)
    answer = once.answer(lambda: _receive(once, number, year, amount_fen, papers, at=at))
    return Voucher.objects.get(number=answer)


@transaction.atomic
def _receive(once: Once, number: str, year: int, amount_fen: int, papers: Papers, *, at: datetime) -> str:
    donation = kept_donation(once.actor, number)
    require(check_amount(amount_fen), field="amount_fen")
    if promised_fen(donation) + amount_fen > donation.agreed_fen:
        reason = _("金额：连同已经收到和待签批的，超过了协议的金额；多捐的，请另立一份协议")
        raise FieldRefused("amount_fen", refuse(reason, citations=(DONATION_ARTICLE,)))
    voucher = receive(
        earmark=donation.earmark, year=year, amount_fen=amount_fen, papers=papers, actor=once.actor, at=at
    )
    return once.remember(voucher.number)


def give_new_key(*, actor: Actor, at: datetime, client_id: UUID, number: str, checked: str) -> Registered:
    """Give a donor a new key, once; the one before opens nothing any more.

    Raises FundingNotFound for what the actor may not see, Refused.
    """
    once = Once(client_id=client_id, actor=actor, asked={"donor_key": number, "checked": checked}, at=at)
    answer = once.answer(lambda: _give_new_key(once, number, checked, at=at))
    return Registered(Donation.objects.get(number=answer), code_of(client_id, purpose=_SHOWN))


@transaction.atomic
def _give_new_key(once: Once, number: str, checked: str, *, at: datetime) -> str:
    donation = kept_donation(once.actor, number)
    require(rules.check_checked(checked), field="checked")
    given = DonorKey.objects.filter(donation=donation).count()
    key = _key(donation, once.client_id, ordinal=given + 1, checked=checked.strip(), actor=once.actor, at=at)
    record(
        event=DonationEvent.KEY_GIVEN,
        actor=once.actor,
        at=at,
        subject=donation.ref,
        district=donation.district,
        rows=[key],
        facts={"ordinal": key.ordinal},
    )
    return once.remember(donation.number)


def _key(donation: Donation, client_id: UUID, *, ordinal: int, checked: str, actor: Actor, at: datetime) -> DonorKey:
    assert actor.person_id is not None, "a post is held by somebody"
    return DonorKey.objects.create(
        donation=donation,
        ordinal=ordinal,
        key_hash=key_hash(code_of(client_id, purpose=_SHOWN)),
        checked=checked,
        given_at=at,
        given_by_id=actor.person_id,
    )


def kept_donation(actor: Actor, number: str) -> Donation:
    """The one door to one donation for whoever keeps it: locked until the transaction ends. Raises FundingNotFound."""
    donation = seen_donation(actor, number)
    require(rules.may_keep(body_id=donation.earmark.body_id, district=donation.district, actor=actor))
    return donation


def seen_donation(actor: Actor, number: str) -> Donation:
    """Give a donation the actor may see, locked. Raises FundingNotFound."""
    found = donations_visible_to(actor).select_for_update(of=("self",)).filter(number=number).first()
    if found is None:
        raise FundingNotFound(number)
    return found


def _next_number(district: str, *, at: datetime) -> str:
    year = legal_day(at).year
    return f"{district}-{year}-D{serials.next_in(district=district, kind='donation', year=year):04}"
