"""From which of the five sources money came (R63), and on what it was spent by nature (R52), all from the ledger.

Fiscal money is to be the main source and the others auxiliary. What came over from the year before is no income, what
went over or back at the year's end no spending.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any

from django.db.models import Q, QuerySet, Sum

from sanhu.domains.funding.budget_terms import SpendingNature
from sanhu.domains.funding.disclosure_rules import COMMUNITY_KINDS
from sanhu.domains.funding.models import LedgerAccount, Posting
from sanhu.domains.funding.public_account import Sums
from sanhu.domains.funding.spending_queries import spent_by
from sanhu.domains.funding.terms import FundSource, Side, VoucherKind
from sanhu.domains.subjects.kinds import SubjectKind
from sanhu.engines.growth import Share, shares


class Level(StrEnum):
    """At which level a body stands."""

    DISTRICT = "district"
    SUBDISTRICT = "subdistrict"
    COMMUNITY = "community"


class Standing(StrEnum):
    """How the share of money that is not fiscal stands to the range it should be in."""

    NO_DATA = "no_data"
    BELOW = "below"
    WITHIN = "within"
    ABOVE = "above"


_SUBDISTRICT_KINDS = frozenset({SubjectKind.SUBDISTRICT_OFFICE, SubjectKind.SERVICE_CENTRE})


def level_of(kind: str) -> Level:
    """Say at which level a body of a kind stands."""
    if kind in COMMUNITY_KINDS:
        return Level.COMMUNITY
    return Level.SUBDISTRICT if kind in _SUBDISTRICT_KINDS else Level.DISTRICT


@dataclass(frozen=True)
class SourceReport:
    """What came in of each source, in fen, and what was spent by nature. Every share keeps its two numbers."""

    by_source: Mapping[str, Sums] = field(default_factory=dict)
    by_nature: Mapping[str, int] = field(default_factory=dict)

    @property
    def income_fen(self) -> int:
        """What came in of all sources."""
        return sum(sums.income_fen for sums in self.by_source.values())

    @property
    def income(self) -> Mapping[str, Share]:
        """Give each source's share of what came in, in the order of the sources."""
        return shares({one.value: self.of(one).income_fen for one in FundSource})

    @property
    def natures(self) -> Mapping[str, Share]:
        """Give each nature's share of what was spent outside, in the order of the natures."""
        return shares({one.value: self.by_nature.get(one, 0) for one in SpendingNature})

    def of(self, source: str) -> Sums:
        """Give the sums of one source."""
        return self.by_source.get(source, Sums())

    @property
    def is_fiscal_largest(self) -> bool | None:
        """Tell whether no other source brought as much as the fiscal one; None where nothing came in."""
        if self.income_fen <= 0:
            return None
        fiscal = self.of(FundSource.FISCAL).income_fen
        return all(fiscal > self.of(one).income_fen for one in FundSource if one is not FundSource.FISCAL)

    @property
    def non_fiscal(self) -> Share:
        """Give the share of what came in that is not fiscal (indicator 3.3.1)."""
        return Share(part_fen=self.income_fen - self.of(FundSource.FISCAL).income_fen, whole_fen=self.income_fen)

    @property
    def standing(self) -> Standing:
        """Say how the share that is not fiscal stands to its range, whose ends belong to it; without rounding."""
        share, (low, high) = self.non_fiscal, non_fiscal_range()
        if share.whole_fen <= 0:
            return Standing.NO_DATA
        scaled = share.part_fen * 10_000
        if scaled < low * share.whole_fen:
            return Standing.BELOW
        return Standing.ABOVE if scaled > high * share.whole_fen else Standing.WITHIN


def non_fiscal_range() -> tuple[int, int]:
    """Give the range of the share that is not fiscal, in basis points."""
    data = _data()
    return int(data["non_fiscal_from_bp"]), int(data["non_fiscal_to_bp"])


def range_source() -> str:
    """Say where the range comes from."""
    return str(_data()["source_zh"])


@cache
def _data() -> dict[str, Any]:
    text = resources.files("sanhu.domains.funding").joinpath("data/source_shares.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


# --- from the ledger


def report_of(postings: QuerySet[Posting]) -> SourceReport:
    """Report on some postings, such as those of a community that everybody may read."""
    rows = postings.order_by().values_list("account__source", "side", "voucher__kind").annotate(fen=Sum("amount_fen"))
    by_source: dict[str, Sums] = {}
    for source, side, kind, fen in rows:
        by_source[source] = by_source.get(source, Sums()).plus(side, fen, kind)
    return SourceReport(by_source, spent_by(postings, "nature"))


_FROM_OUTSIDE = Q(side=Side.IN) & (
    Q(voucher__kind=VoucherKind.APPROPRIATION) | Q(voucher__reverses__kind=VoucherKind.APPROPRIATION)
)
_OUT = Q(side=Side.OUT) & (Q(voucher__kind__in=[VoucherKind.SPENDING, VoucherKind.RETURN, VoucherKind.CARRY_OVER]))
_TAKEN_BACK = Q(side=Side.OUT, voucher__reverses__kind=VoucherKind.SPENDING)
_CAME_OVER = Q(side=Side.IN, voucher__kind=VoucherKind.CARRY_OVER)


def district_report(district: str, year: int) -> SourceReport:
    """Report on a whole district: what entered its ledger from outside and what left it, nothing between its bodies."""
    inside = Posting.objects.filter(account__district=district, account__year=year, account__body__isnull=False)
    return report_of(inside.filter(_FROM_OUTSIDE | _OUT | _TAKEN_BACK | _CAME_OVER))


@dataclass(frozen=True)
class BodyReport:
    """What came to one body, from outside or from another body."""

    body_id: int
    name: str
    level: Level
    report: SourceReport


def body_reports(accounts: QuerySet[LedgerAccount], year: int) -> list[BodyReport]:
    """Report on each body of some accounts in a year, in the order of their keys; two statements."""
    own = accounts.filter(year=year, body__isnull=False).order_by().values("pk")
    legs = Posting.objects.filter(account__in=own).order_by()
    parts = ("account__body_id", "account__body__name", "account__body__kind")
    rows = legs.values_list(*parts, "account__source", "side", "voucher__kind").annotate(fen=Sum("amount_fen"))
    names: dict[int, tuple[str, str]] = {}
    sums: dict[int, dict[str, Sums]] = defaultdict(dict)
    for body, name, kind, source, side, what, fen in rows:
        assert body is not None, "accounts of bodies alone"
        names[body] = name, kind
        sums[body][source] = sums[body].get(source, Sums()).plus(side, fen, what)
    return [
        BodyReport(body, name, level_of(kind), SourceReport(sums[body])) for body, (name, kind) in sorted(names.items())
    ]


def level_reports(bodies: Iterable[BodyReport]) -> Mapping[Level, SourceReport]:
    """Add bodies up by their level. What one body pays another counts with both."""
    found: dict[Level, dict[str, Sums]] = {level: {} for level in Level}
    for body in bodies:
        own = found[body.level]
        for source, sums in body.report.by_source.items():
            own[source] = own.get(source, Sums()).added(sums)
    return {level: SourceReport(sums) for level, sums in found.items()}


def years_with_accounts(accounts: QuerySet[LedgerAccount]) -> list[int]:
    """Give the years of some accounts, the newest first."""
    return list(accounts.order_by("-year").values_list("year", flat=True).distinct())
