"""A community's account as residents read it: what came in and went out by source, line and task, all from the ledger.

Public is what was disclosed, by quarter or as a whole year; nothing else of the ledger is shown here.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import reduce
from operator import or_

from django.db.models import Q, QuerySet, Sum

from sanhu.domains.funding.disclosure_rules import COMMUNITY_KINDS, Period
from sanhu.domains.funding.models import Disclosure, LedgerAccount, Posting, Voucher
from sanhu.domains.funding.terms import Side, VoucherKind, VoucherState
from sanhu.domains.subjects.models import ServedArea
from sanhu.domains.subjects.rules.bodies import COMMUNITY_DIGITS, DISTRICT_DIGITS
from sanhu.engines.codes.divisions import scope_range
from sanhu.engines.codes.grid_cells import LENGTH

_NOTHING = Q(pk__in=())


# --- whose account it is


def bodies_of(area_code: str) -> list[int]:
    """Give the bodies that act for a community: those that serve it, or a part of it, and nothing beyond.

    A body that served another community once is its new one's alone, so every account is at most one community's.
    """
    served = ServedArea.objects.filter(organisation__kind__in=COMMUNITY_KINDS)
    here = served.filter(organisation__district=area_code[:DISTRICT_DIGITS], code__range=_below(area_code))
    areas: dict[int, list[tuple[str, bool]]] = {}
    for body, code, ended_at in served.filter(organisation__in=here.values("organisation")).values_list(
        "organisation_id", "code", "ended_at"
    ):
        areas.setdefault(body, []).append((code, ended_at is None))
    return sorted(body for body, codes in areas.items() if _lies_within(codes, area_code))


def _below(area_code: str) -> tuple[str, str]:
    """Give the range of a community's code and of the grid cells in it."""
    return area_code, scope_range(area_code, width=LENGTH)[1]


def _lies_within(codes: Sequence[tuple[str, bool]], area_code: str) -> bool:
    """Tell whether what a body serves lies within a community; of one that serves nothing any more, what it served."""
    now = [code for code, is_open in codes if is_open] or [code for code, _is_open in codes]
    return all(code[:COMMUNITY_DIGITS] == area_code for code in now)


def accounts_of(area_code: str, year: int) -> QuerySet[LedgerAccount]:
    """Give the accounts of a community in a fiscal year."""
    district = area_code[:DISTRICT_DIGITS]
    return LedgerAccount.objects.filter(district=district, body__in=bodies_of(area_code), year=year)


# --- what was posted, and what of it is public


def postings_in(area_code: str, periods: Collection[Period]) -> QuerySet[Posting]:
    """Give what was posted to a community's accounts in periods of one year."""
    if not periods:
        return Posting.objects.none()
    accounts = list(accounts_of(area_code, next(iter(periods)).year).values_list("pk", flat=True))
    within = reduce(or_, (_in(period) for period in periods))
    return Posting.objects.filter(within, account__in=accounts)


def _in(period: Period) -> Q:
    within = ~_NOTHING
    if period.since is not None:
        within &= Q(voucher__settled_at__gte=period.since)
    return within if period.until is None else within & Q(voucher__settled_at__lt=period.until)


def disclosures_of(area_code: str, year: int) -> Mapping[Period, Disclosure]:
    """Give the newest disclosure of each period of a year that was disclosed."""
    district = area_code[:DISTRICT_DIGITS]
    found = Disclosure.objects.filter(district=district, area_code=area_code, year=year).order_by("ordinal")
    return {Period(year, row.quarter): row for row in found.defer("table").select_related("body")}


def disclosed_periods(area_code: str, year: int) -> list[Period]:
    """Give the periods of a year that everybody may read, the whole year alone where that was disclosed."""
    found = disclosures_of(area_code, year)
    return [Period(year)] if Period(year) in found else sorted(found)


def public_postings(area_code: str, period: Period) -> QuerySet[Posting]:
    """Give what everybody may read of a period: nothing before it was disclosed, of a year the quarters that were."""
    open_to_all = disclosed_periods(area_code, period.year)
    if Period(period.year) in open_to_all or period in open_to_all:
        return postings_in(area_code, [period])
    return Posting.objects.none() if period.quarter else postings_in(area_code, open_to_all)


def public_voucher(district: str, number: str) -> Voucher | None:
    """Give a posted voucher that stands in a disclosed account, or takes back one that does; None for any other."""
    joined = Voucher.objects.select_related("debit__body", "credit__body", "reverses__debit", "reverses__credit")
    voucher = joined.filter(district=district, number=number, state=VoucherState.POSTED).first()
    shown = [] if voucher is None else [voucher, *([voucher.reverses] if voucher.reverses else [])]
    return voucher if any(_is_public(one) for one in shown) else None


def _is_public(voucher: Voucher) -> bool:
    if voucher.settled_at is None:
        return False
    for account in (voucher.debit, voucher.credit):
        for area_code in _communities_of(account.body_id):
            periods = disclosed_periods(area_code, account.year)
            if any(period.holds(voucher.settled_at) for period in periods) and account.body_id in bodies_of(area_code):
                return True
    return False


def _communities_of(body_id: int | None) -> set[str]:
    codes = ServedArea.objects.filter(organisation=body_id).values_list("code", flat=True)
    return {code[:COMMUNITY_DIGITS] for code in codes if len(code) >= COMMUNITY_DIGITS} if body_id else set()


# --- sums


@dataclass(frozen=True)
class Sums:
    """What came in and what went out, in fen; what was taken back is taken off the side it had counted on.

    What came over from the year before is no income, what went over into the next one or back to where it came from is
    no spending: each stands for itself.
    """

    income_fen: int = 0
    spending_fen: int = 0
    carried_in_fen: int = 0
    carried_over_fen: int = 0
    returned_fen: int = 0

    def plus(self, side: str, fen: int, kind: str = "") -> "Sums":
        """Add what was posted on a side by a voucher of a kind."""
        match kind, side:
            case VoucherKind.CARRY_OVER, Side.IN:
                return replace(self, carried_in_fen=self.carried_in_fen + fen)
            case VoucherKind.CARRY_OVER, _:
                return replace(self, carried_over_fen=self.carried_over_fen - fen)
            case VoucherKind.RETURN, _:
                return replace(self, returned_fen=self.returned_fen - fen)
            case _, Side.IN:
                return replace(self, income_fen=self.income_fen + fen)
            case _:
                return replace(self, spending_fen=self.spending_fen - fen)

    def added(self, other: "Sums") -> "Sums":
        """Add other sums."""
        return Sums(**{each.name: getattr(self, each.name) + getattr(other, each.name) for each in fields(Sums)})

    @property
    def left_fen(self) -> int:
        """What is left of what came in and came over."""
        gone = self.spending_fen + self.carried_over_fen + self.returned_fen
        return self.income_fen + self.carried_in_fen - gone

    @property
    def is_settled(self) -> bool:
        """Whether anything came over, went over or went back."""
        return bool(self.carried_in_fen or self.carried_over_fen or self.returned_fen)


@dataclass(frozen=True)
class Totals:
    """The sums of some postings: of all, by source, by budget line, and by what they were for."""

    whole: Sums
    by_source: Mapping[str, Sums]
    by_line: Mapping[str, Sums]
    by_purpose: Mapping[str, Sums]


def totals_of(postings: QuerySet[Posting]) -> Totals:
    """Sum postings up, in one statement."""
    parts = ("account__source", "account__line", "voucher__purpose_ref", "side", "voucher__kind")
    return summed(postings.order_by().values_list(*parts).annotate(fen=Sum("amount_fen")))


def summed(legs: Iterable[tuple[str, str, str, str, str, int]]) -> Totals:
    """Sum up what was posted: source, line, purpose, side, the voucher's kind and fen of each part."""
    whole, by_source, by_line, by_purpose = Sums(), dict[str, Sums](), dict[str, Sums](), dict[str, Sums]()
    for source, line, purpose, side, kind, fen in legs:
        whole = whole.plus(side, fen, kind)
        for sums, key in ((by_source, source), (by_line, line), (by_purpose, purpose)):
            sums[key] = sums.get(key, Sums()).plus(side, fen, kind)
    return Totals(whole, by_source, by_line, dict(sorted(by_purpose.items())))


# --- what changed since


@dataclass(frozen=True)
class Changes:
    """What happened to a disclosed period since: what was posted in it later, and which of its vouchers taken back."""

    posted: Sums
    postings: int
    taken_back: tuple[Voucher, ...]

    def __bool__(self) -> bool:
        return bool(self.postings or self.taken_back)


def changes_since(disclosure: Disclosure) -> Changes:
    """Compare a disclosure with the ledger of now. Each voucher taken back is given as the reversal that did it."""
    period = Period(disclosure.year, disclosure.quarter)
    accounts = list(accounts_of(disclosure.area_code, disclosure.year).values_list("pk", flat=True))
    # What was posted later is found by the accounts' own index, and is little; its vouchers then by their keys.
    later = Posting.objects.filter(account__in=accounts, pk__gt=disclosure.last_posting_id)
    found = later.filter(_in(period) | Q(voucher__kind=VoucherKind.REVERSAL)).values_list(
        "side", "amount_fen", "voucher__kind", "voucher__settled_at", "voucher"
    )
    posted, postings, reversals = Sums(), 0, set()
    for side, fen, kind, settled_at, voucher in found:
        if settled_at and period.holds(settled_at):
            posted, postings = posted.plus(side, fen, kind), postings + 1
        if kind == VoucherKind.REVERSAL:
            reversals.add(voucher)
    return Changes(posted, postings, tuple(_taken_back(reversals, period)))


def _taken_back(reversals: Collection[int], period: Period) -> list[Voucher]:
    found = Voucher.objects.filter(pk__in=reversals).select_related("reverses").order_by("pk")
    return [one for one in found if one.reverses and one.reverses.settled_at and period.holds(one.reverses.settled_at)]


def years_of(area_code: str) -> list[int]:
    """Give the fiscal years in which a community has an account, the newest first."""
    district = area_code[:DISTRICT_DIGITS]
    accounts = LedgerAccount.objects.filter(district=district, body__in=bodies_of(area_code))
    return sorted(set(accounts.values_list("year", flat=True)), reverse=True)
