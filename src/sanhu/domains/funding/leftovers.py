"""What is left of a district's year, read from the ledger and nowhere else: by account, purpose and first year."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import F, QuerySet, Sum

from sanhu.domains.funding.earmark_terms import EARMARK_PREFIX
from sanhu.domains.funding.models import (
    CarryConsent,
    LedgerAccount,
    LotteryProject,
    Posting,
    Reservation,
    SettlementLine,
)
from sanhu.domains.funding.terms import FundSource, Side
from sanhu.domains.funding.year_end_rules import (
    TASK_PREFIX,
    Hold,
    Leftover,
    Outcome,
    Pot,
    outcome_of,
    pots_of,
)
from sanhu.domains.funding.year_end_terms import SettlementState, YearEndAction


@dataclass(frozen=True)
class DraftLine:
    """What is left of one account under one purpose, and what the rules say becomes of it."""

    account_id: int
    purpose_ref: str
    first_year: int
    fen: int
    action: str
    reservation_id: int | None = None
    consent_id: int | None = None


@dataclass(frozen=True)
class Left:
    """A line of the draft with its account and the rule's words."""

    account: LedgerAccount
    line: DraftLine
    outcome: Outcome


def with_money_left(district: str, year: int) -> QuerySet[LedgerAccount]:
    """Give the accounts of bodies in which something is left, whether or not it is set aside."""
    accounts = LedgerAccount.objects.filter(district=district, year=year, body__isnull=False)
    return accounts.filter(cap_fen__gt=F("posted_fen"))


def draft_of(district: str, year: int) -> list[Left]:
    """Give what is left of a year and what becomes of it, body by body. Seven statements, however much is left."""
    accounts = list(with_money_left(district, year).select_related("body").order_by("body_id", "pk"))
    facts = _Facts.of(district, year)
    return [left for account in accounts for left in _left_of(account, facts)]


@dataclass(frozen=True)
class _Facts:
    """What is known about all accounts of a year at once."""

    year: int
    flows: Mapping[int, Mapping[str, tuple[int, int]]]
    holds: Mapping[int, Sequence[Hold]]
    carried: Mapping[tuple[int, str, str], Mapping[str, Mapping[int, int]]]
    consents: Mapping[tuple[int, str], int]
    running: frozenset[str]

    @classmethod
    def of(cls, district: str, year: int) -> "_Facts":
        """Read them."""
        return cls(
            year=year,
            flows=_flows(with_money_left(district, year)),
            holds=_holds(district, year),
            carried=_carried(district, year),
            consents=_consents(district, year),
            running=running_purposes(district, year),
        )


def _left_of(account: LedgerAccount, facts: _Facts) -> Iterable[Left]:
    assert account.body_id is not None, "what is outside the ledger has nothing left"
    own = facts.carried.get((account.body_id, account.source, account.line), {})
    flows = facts.flows.get(account.pk, {})
    for pot in pots_of(flows, holds=facts.holds.get(account.pk, ()), carried=own, year=facts.year):
        consent = facts.consents.get((account.pk, pot.purpose_ref))
        yield _judged(account, pot, consent, is_running=pot.purpose_ref in facts.running)


def _judged(account: LedgerAccount, pot: Pot, consent: int | None, *, is_running: bool) -> Left:
    leftover = Leftover(
        source=account.source,
        first_year=pot.first_year,
        year=account.year,
        is_running=is_running,
        has_consent=consent is not None,
    )
    outcome = outcome_of(leftover)
    line = DraftLine(
        account_id=account.pk,
        purpose_ref=pot.purpose_ref,
        first_year=pot.first_year,
        fen=pot.fen,
        action=outcome.action.value,
        reservation_id=pot.hold,
        consent_id=consent if outcome.action is YearEndAction.CARRY and outcome.may_be_carried else None,
    )
    return Left(account, line, outcome)


def _flows(accounts: QuerySet[LedgerAccount]) -> Mapping[int, Mapping[str, tuple[int, int]]]:
    """Give what came in and went out under each purpose, account by account."""
    found: dict[int, dict[str, tuple[int, int]]] = defaultdict(dict)
    legs = Posting.objects.filter(account__in=accounts.order_by().values("pk")).order_by()
    rows = legs.values_list("account_id", "voucher__purpose_ref", "side").annotate(fen=Sum("amount_fen"))
    for account, purpose, side, fen in rows:
        income, spent = found[account].get(purpose, (0, 0))
        found[account][purpose] = (income + fen, spent) if side == Side.IN else (income, spent - fen)
    return found


def _holds(district: str, year: int) -> Mapping[int, Sequence[Hold]]:
    found: dict[int, list[Hold]] = defaultdict(list)
    held = Reservation.objects.filter(account__district=district, account__year=year)
    held = held.filter(amount_fen__gt=F("paid_fen") + F("released_fen")).order_by("pk")
    for row in held.only("pk", "account_id", "purpose_ref", "amount_fen", "paid_fen", "released_fen"):
        found[row.account_id].append(Hold(row.pk, row.purpose_ref, row.held_fen))
    return found


def _carried(district: str, year: int) -> Mapping[tuple[int, str, str], Mapping[str, Mapping[int, int]]]:
    """Give what came over from the year before, by body, source and line; then by purpose and first year."""
    found: dict[tuple[int, str, str], dict[str, dict[int, int]]] = defaultdict(lambda: defaultdict(dict))
    lines = SettlementLine.objects.filter(
        settlement__district=district,
        settlement__year=year - 1,
        settlement__state=SettlementState.SIGNED,
        action=YearEndAction.CARRY,
    ).order_by()
    keys = ("account__body_id", "account__source", "account__line", "purpose_ref", "first_year")
    for body, source, line, purpose, first_year, fen in lines.values_list(*keys).annotate(total=Sum("fen")):
        assert body is not None, "only a body's money goes over"
        found[body, source, line][purpose][first_year] = fen
    return found


def _consents(district: str, year: int) -> Mapping[tuple[int, str], int]:
    given = CarryConsent.objects.filter(district=district, account__year=year, withdrawn_at=None)
    return {(account, purpose): key for account, purpose, key in given.values_list("account", "purpose_ref", "pk")}


def running_purposes(district: str, year: int) -> frozenset[str]:
    """Give what goes on after a year: tasks, whose money is set aside until they end, and lottery projects."""
    open_tasks = Reservation.objects.filter(
        district=district, closed_at=None, purpose_ref__startswith=TASK_PREFIX
    ).order_by()
    projects = LotteryProject.objects.filter(earmark__district=district, last_on__year__gt=year)
    tasks = open_tasks.values_list("purpose_ref", flat=True).distinct()
    numbers = projects.values_list("earmark__number", flat=True)
    return frozenset(tasks) | {f"{EARMARK_PREFIX}{number}" for number in numbers}


@dataclass(frozen=True)
class SourceLeft:
    """What is left of one source: what goes over, what goes back, and in how many lines."""

    source: FundSource
    carried_fen: int
    returned_fen: int
    lines: int


def left_by_source(lines: Iterable[Left]) -> list[SourceLeft]:
    """Sum a draft up, source by source."""
    carried, returned, count = defaultdict[str, int](int), defaultdict[str, int](int), defaultdict[str, int](int)
    for left in lines:
        sums = carried if left.outcome.action is YearEndAction.CARRY else returned
        sums[left.account.source] += left.line.fen
        count[left.account.source] += 1
    return [SourceLeft(one, carried[one], returned[one], count[one]) for one in FundSource]
