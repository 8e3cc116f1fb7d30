"""Communities' accounts in words, for residents and at the desk: periods, how they stand, and sums."""

import re
from collections.abc import Mapping

from django.db.models import TextChoices
from django.utils.translation import gettext

from sanhu.domains.funding.disclosure_rules import WHOLE_YEAR, Period
from sanhu.domains.funding.disclosure_standing import PeriodStanding, Standing
from sanhu.domains.funding.public_account import Sums, Totals
from sanhu.domains.funding.terms import BudgetLine, FundSource
from sanhu.portals.look.amounts import yuan
from sanhu.portals.look.moments import full_day_words

_CODE = re.compile(r"(20[0-9]{2}|21[0-9]{2})(?:Q([1-4]))?")
# How a standing is marked, in the manner of clocks.
MARKS = {
    Standing.RUNNING: "running",
    Standing.DUE: "near",
    Standing.LATE: "overdue",
    Standing.ON_TIME: "answered_on_time",
    Standing.DONE_LATE: "answered_late",
}


def period_of(code: str) -> Period | None:
    """Read a period as an address writes it: 2026 or 2026Q3; None for anything else."""
    found = _CODE.fullmatch(code)
    return Period(int(found[1]), int(found[2] or WHOLE_YEAR)) if found else None


def period_words(period: Period) -> str:
    """Name a period."""
    if period.quarter == WHOLE_YEAR:
        return gettext("%(year)s 年全年") % {"year": period.year}
    return gettext("%(year)s 年第 %(quarter)s 季度") % {"year": period.year, "quarter": period.quarter}


def standing_words(found: PeriodStanding) -> str:
    """Say how a period stands."""
    due, days = full_day_words(found.period.due_on), found.days_late
    match found.standing:
        case Standing.RUNNING:
            return gettext("还没有结束，%(day)s以前公布") % {"day": due}
        case Standing.DUE:
            return gettext("还没有公布，最迟%(day)s") % {"day": due}
        case Standing.LATE:
            return gettext("没有按时公布：应于%(day)s以前，已经晚了 %(days)d 天") % {"day": due, "days": days}
        case Standing.ON_TIME:
            return gettext("已按时公布")
        case Standing.DONE_LATE:
            return gettext("晚了 %(days)d 天公布") % {"days": days}


SumLine = tuple[str, str, str]
"""What was summed up, what came in and what went out, in words."""


def by_source(totals: Totals) -> list[SumLine]:
    """Give the sums of each source of money that moved, in the order of the sources."""
    return _named(FundSource, totals.by_source)


def by_line(totals: Totals) -> list[SumLine]:
    """Give the sums of each budget line on which money moved, in the order of the lines."""
    return _named(BudgetLine, totals.by_line)


def _named(names: type[TextChoices], sums: Mapping[str, Sums]) -> list[SumLine]:
    return [(str(one.label), yuan(sums[one].income_fen), yuan(sums[one].spending_fen)) for one in names if one in sums]
