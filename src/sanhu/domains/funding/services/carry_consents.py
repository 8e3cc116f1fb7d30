"""The budget office lets fiscal money that is left go over into the next year: a paper's number, and why."""

from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_noop as _

from sanhu.domains.evidence.once import Once
from sanhu.domains.evidence.record import record
from sanhu.domains.funding.leftovers import draft_of
from sanhu.domains.funding.models import CarryConsent, LedgerAccount
from sanhu.domains.funding.queries import accounts_visible_to
from sanhu.domains.funding.services.caps import check_year_open, locked_accounts
from sanhu.domains.funding.services.errors import FundingNotFound
from sanhu.domains.funding.services.posting import Papers, check_papers
from sanhu.domains.funding.year_end_queries import consents_visible_to
from sanhu.domains.funding.year_end_rules import YEAR_END_ARTICLE, may_consent
from sanhu.domains.funding.year_end_terms import YearEndEvent
from sanhu.domains.subjects.services.doors import require
from sanhu.engines.actors import Actor
from sanhu.engines.decisions import ALLOWED, Decision, Refused, refuse

NOT_BY_CONSENT = _("结转：这笔余额的去向由规则决定，不由预算部门同意")


@dataclass(frozen=True)
class CarryWish:
    """What is to go over: what is left of an account under a purpose, on what paper, and why."""

    account_id: int
    purpose_ref: str
    basis: str
    reason: str


def consent(*, actor: Actor, at: datetime, client_id: UUID, wish: CarryWish) -> CarryConsent:
    """Let what is left of an account under a purpose go over, once; the settlement of its year follows it.

    Raises FundingNotFound, and Refused where the rules leave no choice or nothing is left.
    """
    once = Once(client_id=client_id, actor=actor, asked=asdict(wish), at=at)
    ref = once.answer(lambda: _consent(once, wish, at=at))
    return CarryConsent.objects.get(pk=int(ref.rpartition(":")[2]))


@transaction.atomic
def _consent(once: Once, wish: CarryWish, *, at: datetime) -> str:
    actor = once.actor
    require(may_consent(actor))
    if not accounts_visible_to(actor).filter(pk=wish.account_id).exists():
        raise FundingNotFound(wish.account_id)
    check_papers(Papers(basis=wish.basis, reason=wish.reason), is_reason_needed=True)
    account = locked_accounts(wish.account_id)[wish.account_id]
    check_year_open(account)
    require(_against(account, wish.purpose_ref))
    assert actor.person_id is not None, "whoever may consent is a person"
    given = CarryConsent.objects.create(
        district=account.district,
        account=account,
        purpose_ref=wish.purpose_ref,
        basis=wish.basis.strip(),
        reason=wish.reason.strip(),
        given_at=at,
        given_by_id=actor.person_id,
    )
    _enter(given, YearEndEvent.CONSENTED, actor=actor, at=at)
    return once.remember(given.ref)


def _against(account: LedgerAccount, purpose_ref: str) -> Decision:
    """Say what speaks against letting this go over: it must be left, and the rules must leave the choice."""
    if CarryConsent.objects.filter(account=account, purpose_ref=purpose_ref, withdrawn_at=None).exists():
        return refuse(_("结转：已经同意过"), citations=(YEAR_END_ARTICLE,))
    own = [
        left
        for left in draft_of(account.district, account.year)
        if left.line.account_id == account.pk and left.line.purpose_ref == purpose_ref
    ]
    if not own:
        return refuse(_("结转：账户里没有这个用途的余额"), citations=(YEAR_END_ARTICLE,))
    if not any(left.outcome.may_be_carried for left in own):
        return refuse(NOT_BY_CONSENT, citations=tuple(dict.fromkeys(left.outcome.article for left in own)))
    return ALLOWED


def withdraw_consent(*, actor: Actor, at: datetime, client_id: UUID, consent_id: int) -> CarryConsent:
    """Take a consent back, once, while its year has no signed settlement that follows it."""
    once = Once(client_id=client_id, actor=actor, asked={"withdraw_consent": consent_id}, at=at)
    ref = once.answer(lambda: _withdraw(once, consent_id, at=at))
    return CarryConsent.objects.get(pk=int(ref.rpartition(":")[2]))


@transaction.atomic
def _withdraw(once: Once, consent_id: int, *, at: datetime) -> str:
    actor = once.actor
    require(may_consent(actor))
    visible = consents_visible_to(actor).filter(withdrawn_at=None)
    found = visible.select_for_update(of=("self",)).filter(pk=consent_id).first()
    if found is None:
        raise FundingNotFound(consent_id)
    check_year_open(locked_accounts(found.account_id)[found.account_id])
    if found.lines.filter(voucher__isnull=False).exists():
        raise Refused(refuse(_("结转：已经按这份同意结转，不能收回"), citations=(YEAR_END_ARTICLE,)))
    found.withdrawn_at = max(at, found.given_at)
    found.save(update_fields=["withdrawn_at"])
    _enter(found, YearEndEvent.CONSENT_ENDED, actor=actor, at=found.withdrawn_at)
    return once.remember(found.ref)


def _enter(given: CarryConsent, event: YearEndEvent, *, actor: Actor, at: datetime) -> None:
    record(event=event, actor=actor, at=at, subject=given.ref, district=given.district, rows=[given])
