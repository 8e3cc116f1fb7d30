"""How a community stands with publishing its account: on time, late, due by a day, or not over yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.db.models import Exists, OuterRef, Q, QuerySet

from sanhu.domains.funding.disclosure_rules import COMMUNITY_KINDS, Period, periods_of
from sanhu.domains.funding.models import Disclosure, LedgerAccount, Posting
from sanhu.domains.funding.public_account import bodies_of, disclosures_of, years_of
from sanhu.domains.subjects.models import ServedArea
from sanhu.domains.subjects.rules.bodies import COMMUNITY_DIGITS, DISTRICT_DIGITS
from sanhu.engines.codes.divisions import scope_range
from sanhu.engines.codes.grid_cells import LENGTH
from sanhu.engines.legal_time import legal_day


class Standing(StrEnum):
    """What can be said of a period on a day."""

    RUNNING = "running"
    DUE = "due"
    LATE = "late"
    ON_TIME = "on_time"
    DONE_LATE = "done_late"


@dataclass(frozen=True)
class PeriodStanding:
    """A period, how it stands, by how many days it is or was late, and its newest disclosure."""

    period: Period
    standing: Standing
    days_late: int = 0
    disclosure: Disclosure | None = None


def standing_of(period: Period, *, first_on: date | None, today: date) -> tuple[Standing, int]:
    """Say how a period stands that was first published on a day, or was not; with the days it is late by."""
    late = max(0, ((first_on or today) - period.due_on).days)
    if first_on is not None:
        return (Standing.DONE_LATE if late else Standing.ON_TIME), late
    if today <= period.ends_on:
        return Standing.RUNNING, 0
    return (Standing.LATE if late else Standing.DUE), late


def standings_of(area_code: str, year: int, *, today: date) -> list[PeriodStanding]:
    """Give every period of a year that has begun, with how it stands; none before anything was posted."""
    return _standings(area_code, periods_of(year), today=today)


def _standings(area_code: str, periods: Sequence[Period], *, today: date) -> list[PeriodStanding]:
    year = periods[0].year
    newest = disclosures_of(area_code, year)
    first = _first_days(Disclosure.objects.filter(area_code=area_code, year=year, ordinal=1))
    begun = [period for period in periods if period.starts_on <= today]
    accounts = LedgerAccount.objects.filter(body__in=bodies_of(area_code))
    owed = [
        period
        for period in begun
        if period in newest or today <= period.ends_on or posted_before(accounts, period).exists()
    ]
    return [
        PeriodStanding(
            period,
            *standing_of(period, first_on=first.get((area_code, period)), today=today),
            disclosure=newest.get(period),
        )
        for period in owed
    ]


def standing_in(area_code: str, period: Period, *, today: date) -> PeriodStanding | None:
    """Give how one period stands; None for one of which a community has nothing to tell."""
    if period.year not in years_of(area_code):
        return None
    return next(iter(_standings(area_code, [period], today=today)), None)


def standings_in(district: str, period: Period, *, today: date) -> dict[str, PeriodStanding]:
    """Give how each community of a district stands with a period, where something was posted by its end."""
    first = _first_days(
        Disclosure.objects.filter(district=district, year=period.year, quarter=period.quarter, ordinal=1)
    )
    accounts = LedgerAccount.objects.filter(district=district, body__isnull=False)
    owed = set(with_accounts(district, of=posted_before(accounts, period)))
    owed |= {area_code for area_code, one in first if one == period}
    return {
        area_code: PeriodStanding(period, *standing_of(period, first_on=first.get((area_code, period)), today=today))
        for area_code in with_accounts(district, of=accounts.filter(year=period.year))
        if area_code in owed
    }


def posted_before(accounts: QuerySet[LedgerAccount], period: Period) -> QuerySet[LedgerAccount]:
    """Keep the accounts to which something was posted before a period ended, in its year or one before.

    A community publishes from the first period on in which it had money: nobody is late with what was before.
    """
    posted = Posting.objects.filter(account=OuterRef("pk"))
    until = posted if period.until is None else posted.filter(voucher__settled_at__lt=period.until)
    return accounts.filter(Q(year__lt=period.year) & Exists(posted) | Q(year=period.year) & Exists(until))


def _first_days(found: QuerySet[Disclosure]) -> dict[tuple[str, Period], date]:
    rows = found.values_list("area_code", "year", "quarter", "disclosed_at")
    return {(area_code, Period(year, quarter)): legal_day(at) for area_code, year, quarter, at in rows}


def with_accounts(district: str, *, of: QuerySet[LedgerAccount] | None = None) -> list[str]:
    """Give the communities of a district that have an account, or one `of` some, by their codes."""
    low, high = scope_range(district, width=LENGTH)
    accounts = LedgerAccount.objects.filter(district=district, body__isnull=False) if of is None else of
    codes = ServedArea.objects.filter(
        organisation__kind__in=COMMUNITY_KINDS,
        organisation__in=accounts.values("body"),
        code__range=(low[:DISTRICT_DIGITS], high),
        ended_at__isnull=True,
    ).values_list("code", flat=True)
    return sorted({code[:COMMUNITY_DIGITS] for code in codes if len(code) >= COMMUNITY_DIGITS})


def last_over(today: date) -> Period:
    """Give the last quarter that is over."""
    quarter = (today.month - 1) // 3
    return Period(today.year, quarter) if quarter else Period(today.year - 1, 4)
