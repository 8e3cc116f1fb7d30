"""Settling a year: one person proposes what becomes of all that is left, another signs, and it all moves at once."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_noop as _

from sanhu.domains.evidence.attachments import adopt
from sanhu.domains.evidence.models import Witnessed
from sanhu.domains.evidence.once import Once
from sanhu.domains.evidence.record import record
from sanhu.domains.funding.leftovers import DraftLine, draft_of
from sanhu.domains.funding.models import LedgerAccount, Reservation, SettlementLine, Voucher, YearSettlement
from sanhu.domains.funding.queries import is_closed
from sanhu.domains.funding.rules import CLOSED_RECORD, MONEY_ARTICLE, check_reason
from sanhu.domains.funding.services.errors import FundingNotFound
from sanhu.domains.funding.services.posting import Movement, Papers, check_papers
from sanhu.domains.funding.services.settled_vouchers import Held, name_vouchers, write_settled
from sanhu.domains.funding.services.years import let_nobody_post
from sanhu.domains.funding.terms import VoucherKind, VoucherState
from sanhu.domains.funding.year_end_queries import settlement_proposers, settlements_visible_to
from sanhu.domains.funding.year_end_rules import YEAR_END_ARTICLE, may_propose, may_sign_settlement
from sanhu.domains.funding.year_end_terms import SettlementState, YearEndAction, YearEndEvent
from sanhu.domains.subjects.services.doors import FieldRefused, require
from sanhu.engines.actors import Actor
from sanhu.engines.decisions import ALLOWED, Decision, Refused, refuse
from sanhu.engines.legal_time import legal_day

_IN_AN_ENTRY = 1_000  # so that one entry stays readable, however much is left
_AT_A_TIME = 500
CHANGED = _("结算：提出以后账上又有变动，请退回，按现在的账重新提出")
NOTHING_LEFT = _("年度：没有余额要结算")


def propose_settlement(*, actor: Actor, at: datetime, client_id: UUID, year: int, papers: Papers) -> YearSettlement:
    """Propose once what becomes of all that is left of a year of the actor's district, as the rules say.

    Raises Refused while the year runs or vouchers wait, FieldRefused for faulty papers.
    """
    once = Once(client_id=client_id, actor=actor, asked={"propose_settlement": year, **asdict(papers)}, at=at)
    return _by_ref(once.answer(lambda: _propose(once, year, papers, at=at)))


@transaction.atomic
def _propose(once: Once, year: int, papers: Papers, *, at: datetime) -> str:
    actor = once.actor
    require(may_propose(actor))
    check_papers(papers, is_reason_needed=True)
    let_nobody_post()
    require(_against(actor.district, year, at=at))
    draft = [left.line for left in draft_of(actor.district, year)]
    if not draft:
        raise Refused(refuse(NOTHING_LEFT, citations=(MONEY_ARTICLE,)))
    assert actor.person_id is not None, "whoever may propose is a person"
    before = YearSettlement.objects.filter(district=actor.district, year=year)
    settlement = YearSettlement.objects.create(
        district=actor.district,
        year=year,
        ordinal=before.count() + 1,
        basis=papers.basis.strip(),
        reason=papers.reason.strip(),
        state=SettlementState.WAITING,
        proposed_at=at,
        proposed_by_id=actor.person_id,
    )
    lines = SettlementLine.objects.bulk_create(
        [SettlementLine(settlement=settlement, **asdict(line)) for line in draft], batch_size=_AT_A_TIME
    )
    scans = adopt(draft_id=papers.draft_id, owner_ref=settlement.ref, at=at) if papers.draft_id else []
    if not scans or any(scan.district != settlement.district for scan in scans):
        raise FieldRefused("draft_id", refuse(_("凭证扫描件：至少附一张"), citations=(MONEY_ARTICLE,)))
    _enter(YearEndEvent.PROPOSED, settlement, [*scans, *lines], actor=actor, at=at)
    return once.remember(settlement.ref)


def _against(district: str, year: int, *, at: datetime) -> Decision:
    """Say what speaks against settling a year now."""
    if is_closed(district, year):
        return refuse(_("年度：已经结过账"), citations=(MONEY_ARTICLE,), code=CLOSED_RECORD)
    moving = Voucher.objects.filter(district=district, debit__year=year, state=VoucherState.WAITING)
    waiting = YearSettlement.objects.filter(district=district, year=year, state=SettlementState.WAITING)
    faults = (
        (legal_day(at).year <= year, _("年度：还没有结束，不能结算")),
        (is_closed(district, year + 1), _("年度：下一年已经结账，不能结转过去")),
        (moving.exists(), _("年度：还有凭证在等第二人签批")),
        (waiting.exists(), _("年度：已经有一份结算在等第二人签批")),
    )
    reasons = [reason for is_faulty, reason in faults if is_faulty]
    return refuse(*reasons, citations=(YEAR_END_ARTICLE,)) if reasons else ALLOWED


def sign_settlement(*, actor: Actor, at: datetime, client_id: UUID, settlement_id: int) -> YearSettlement:
    """Sign a settlement as the second person, once: what goes over and what goes back moves in this transaction.

    Raises Refused where the ledger says something else by now.
    """
    once = Once(client_id=client_id, actor=actor, asked={"sign_settlement": settlement_id}, at=at)
    return _by_ref(once.answer(lambda: _sign(once, settlement_id, at=at)))


@transaction.atomic
def _sign(once: Once, settlement_id: int, *, at: datetime) -> str:
    actor = once.actor
    let_nobody_post()
    settlement = _to_settle(actor, settlement_id)
    moment = max(at, settlement.proposed_at)
    lines = list(settlement.lines.select_related("account", "reservation").order_by("pk"))
    require(_unchanged(settlement, lines))
    _settle(settlement, SettlementState.SIGNED, actor, at=moment)
    rows = _moved(settlement, lines, actor=actor, at=moment)
    _enter(YearEndEvent.SIGNED, settlement, [*lines, *rows], actor=actor, at=moment)
    return once.remember(settlement.ref)


def refuse_settlement(
    *, actor: Actor, at: datetime, client_id: UUID, settlement_id: int, reason: str
) -> YearSettlement:
    """Refuse a settlement as the second person, once and with a reason: nothing moves."""
    asked = {"refuse_settlement": settlement_id, "reason": reason}
    once = Once(client_id=client_id, actor=actor, asked=asked, at=at)
    return _by_ref(once.answer(lambda: _refuse(once, settlement_id, reason, at=at)))


@transaction.atomic
def _refuse(once: Once, settlement_id: int, reason: str, *, at: datetime) -> str:
    settlement = _to_settle(once.actor, settlement_id)
    require(check_reason(reason, is_needed=True), field="reason")
    moment = max(at, settlement.proposed_at)
    _settle(settlement, SettlementState.REFUSED, once.actor, at=moment, answer=reason.strip())
    _enter(YearEndEvent.REFUSED, settlement, [], actor=once.actor, at=moment)
    return once.remember(settlement.ref)


def _to_settle(actor: Actor, settlement_id: int) -> YearSettlement:
    """The one door to one settlement: what the actor may see, locked, and may settle."""
    found = settlements_visible_to(actor).select_for_update(of=("self",)).filter(pk=settlement_id).first()
    if found is None:
        raise FundingNotFound(settlement_id)
    require(may_sign_settlement(state=found.state, proposed_by=settlement_proposers(found), actor=actor))
    return found


def _unchanged(settlement: YearSettlement, lines: Sequence[SettlementLine]) -> Decision:
    """Compare what was proposed with what the ledger says now."""
    if is_closed(settlement.district, settlement.year) or is_closed(settlement.district, settlement.year + 1):
        return refuse(_("年度：已经结过账"), citations=(MONEY_ARTICLE,), code=CLOSED_RECORD)
    moving = Voucher.objects.filter(
        district=settlement.district, debit__year=settlement.year, state=VoucherState.WAITING
    )
    fields = DraftLine.__dataclass_fields__
    proposed = [DraftLine(**{name: getattr(line, name) for name in fields}) for line in lines]
    now = [left.line for left in draft_of(settlement.district, settlement.year)]
    is_same = proposed == now and not moving.exists()
    return ALLOWED if is_same else refuse(CHANGED, citations=(YEAR_END_ARTICLE,))


def _settle(settlement: YearSettlement, state: str, actor: Actor, *, at: datetime, answer: str = "") -> None:
    settlement.state, settlement.settled_at, settlement.settled_by_id = state, at, actor.person_id
    settlement.answer = answer
    settlement.save()


# --- moving it all


def _moved(
    settlement: YearSettlement, lines: Sequence[SettlementLine], *, actor: Actor, at: datetime
) -> list[Witnessed]:
    """Let go what was set aside, move everything, and hold in the next year what went over; give the other rows."""
    targets = _Targets(settlement, lines)
    held = [line for line in lines if line.reservation is not None]
    released = _let_go(held, at=at)
    followers = _followers([line for line in held if line.action == YearEndAction.CARRY], targets, actor=actor, at=at)
    let_go, anew = defaultdict[int, int](int), defaultdict[int, int](int)
    for line in held:
        let_go[line.account_id] += line.fen
    for hold in followers:
        anew[hold.account_id] += hold.amount_fen
    movements = [
        Movement(
            kind=VoucherKind.CARRY_OVER if line.action == YearEndAction.CARRY else VoucherKind.RETURN,
            debit=line.account,
            credit=targets.of(line),
            amount_fen=line.fen,
            purpose_ref=line.purpose_ref,
        )
        for line in lines
    ]
    vouchers = write_settled(movements, Held(let_go, anew), settlement=settlement, actor=actor, at=at)
    for line, voucher in zip(lines, vouchers, strict=True):
        line.voucher = voucher
    name_vouchers(lines)
    return [*targets.opened, *released, *followers]


class _Targets:
    """The accounts to which the lines of a settlement go, opened where they are not there yet."""

    def __init__(self, settlement: YearSettlement, lines: Sequence[SettlementLine]) -> None:
        self._year = settlement.year
        wanted = dict.fromkeys(self._key(line) for line in lines)
        payees = Reservation.objects.filter(pk__in=[line.reservation_id for line in lines if line.reservation_id])
        self._payee_of = dict(payees.values_list("pk", "payee_id"))
        whose = LedgerAccount.objects.filter(pk__in=self._payee_of.values())
        self._accounts = {account.pk: account for account in whose}
        for line in lines:
            if line.reservation_id and line.action == YearEndAction.CARRY:
                wanted[self._key_next(self._accounts[self._payee_of[line.reservation_id]])] = None
        years = LedgerAccount.objects.filter(district=settlement.district, year__in=(self._year, self._year + 1))
        self._known = {(one.body_id, one.source, one.line, one.year): one for one in years}
        missing = [key for key in wanted if key not in self._known]
        self.opened = LedgerAccount.objects.bulk_create(
            [
                LedgerAccount(district=settlement.district, body_id=body, source=source, line=budget_line, year=year)
                for body, source, budget_line, year in missing
            ],
            batch_size=_AT_A_TIME,
        )
        self._known |= dict(zip(missing, self.opened, strict=True))

    def _key(self, line: SettlementLine) -> tuple[int | None, str, str, int]:
        if line.action == YearEndAction.CARRY:
            return self._key_next(line.account)
        return None, line.account.source, line.account.line, self._year

    def _key_next(self, account: LedgerAccount) -> tuple[int | None, str, str, int]:
        return account.body_id, account.source, account.line, self._year + 1

    def of(self, line: SettlementLine) -> LedgerAccount:
        """Give the account a line goes to."""
        return self._known[self._key(line)]

    def payee_of(self, line: SettlementLine) -> LedgerAccount:
        """Give the account, a year later, for which a line's money was set aside."""
        assert line.reservation_id is not None, "asked of what was set aside"
        return self._known[self._key_next(self._accounts[self._payee_of[line.reservation_id]])]


def _let_go(lines: Iterable[SettlementLine], *, at: datetime) -> list[Reservation]:
    """Close what was set aside. What of their accounts is reserved changes with the money itself."""
    rows = []
    for line in lines:
        hold = line.reservation
        assert hold is not None, "asked of what was set aside"
        hold.released_fen += line.fen
        hold.closed_at = hold.closed_at or at
        rows.append(hold)
    Reservation.objects.bulk_update(rows, ["released_fen", "closed_at"], batch_size=_AT_A_TIME)
    return rows


def _followers(lines: Sequence[SettlementLine], targets: _Targets, *, actor: Actor, at: datetime) -> list[Reservation]:
    """Hold in the next year, for the same payee and purpose, what was set aside in the old one."""
    rows = Reservation.objects.bulk_create(
        [
            Reservation(
                district=line.account.district,
                account=targets.of(line),
                payee=targets.payee_of(line),
                purpose_ref=line.purpose_ref,
                amount_fen=line.fen,
                made_at=at,
                made_by_ref=actor.ref,
            )
            for line in lines
        ],
        batch_size=_AT_A_TIME,
    )
    for line, row in zip(lines, rows, strict=True):
        line.follower = row
    return rows


def _by_ref(ref: str) -> YearSettlement:
    return YearSettlement.objects.get(pk=int(ref.rpartition(":")[2]))


def _enter(
    event: YearEndEvent, settlement: YearSettlement, rows: Sequence[Witnessed], *, actor: Actor, at: datetime
) -> None:
    """Write the entry of a settlement, and where it is long one for each further part of it."""
    facts = {"year": settlement.year, "ordinal": settlement.ordinal}
    for part, some in enumerate(_parts(rows)):
        record(
            event=YearEndEvent.CONTINUED if part else event,
            actor=actor,
            at=at,
            subject=settlement.ref,
            district=settlement.district,
            rows=some if part else [settlement, *some],
            facts={"part": part + 1} if part else facts,
        )


def _parts(rows: Sequence[Witnessed]) -> Iterator[Sequence[Witnessed]]:
    """Cut rows into parts, of which there is always one."""
    for start in range(0, max(1, len(rows)), _IN_AN_ENTRY):
        yield rows[start : start + _IN_AN_ENTRY]
