"""Communities' accounts by program: how each period stands, and what was disclosed of it, in whole fen."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Annotated, Any

from django.http import Http404, HttpRequest
from django.utils.translation import gettext_noop
from ninja import Path, Query, Router
from pydantic import StringConstraints

from sanhu.domains.funding.account_tables import AccountRow, page_rows
from sanhu.domains.funding.disclosure_rules import Period
from sanhu.domains.funding.disclosure_standing import PeriodStanding, standing_in, standings_of
from sanhu.domains.funding.public_account import Sums, public_postings, totals_of, years_of
from sanhu.domains.places.queries import community
from sanhu.engines.legal_time import legal_day
from sanhu.portals import clock, site
from sanhu.portals.disclosures import period_of
from sanhu.portals.open.fields import Moment, Shape
from sanhu.portals.open.operations import told
from sanhu.portals.open.paging import Paged, page

router = Router()
Community = Annotated[str, StringConstraints(pattern="^[0-9]{12}$")]
PeriodCode = Annotated[str, StringConstraints(pattern="^20[0-9]{2}(?:Q[1-4])?$")]


class PeriodShape(Shape):
    period: str
    standing: str
    due_on: date
    days_late: int
    published_at: Moment | None
    sha256: str


class CommunityAccount(Shape):
    area: str
    name: str
    periods: list[PeriodShape]


class SumsShape(Shape):
    income_fen: int
    spending_fen: int
    carried_in_fen: int
    carried_over_fen: int
    returned_fen: int


class PostingShape(Shape):
    voucher: str
    day: date
    kind: str
    side: str
    source: str
    line: str
    purpose: str
    body: str
    other: str
    expense: str
    basis: str
    fen: int


class PeriodAccount(PeriodShape):
    area: str
    whole: SumsShape
    by_source: dict[str, SumsShape]
    by_line: dict[str, SumsShape]
    by_purpose: dict[str, SumsShape]
    items: list[PostingShape]
    next: str | None


@router.get(
    "/accounts/{area}",
    url_name="account",
    **told(gettext_noop("一个社区的账目：各期的公布情况"), CommunityAccount, 404),
)
def account(request: HttpRequest, area: Path[Community]) -> CommunityAccount:
    """Tell how each period of a community's account stands, the newest year first."""
    del request
    name, today = _community(area), legal_day(clock.now())
    standings = [one for year in years_of(area) for one in standings_of(area, year, today=today)]
    return CommunityAccount(area=area, name=name, periods=[PeriodShape(**_standing(one)) for one in standings])


@router.get(
    "/accounts/{area}/{period}",
    url_name="account_period",
    **told(gettext_noop("一个社区一期的账目：合计和逐笔，只有已经公布的"), PeriodAccount, 404),
)
def account_period(
    request: HttpRequest, area: Path[Community], period: Path[PeriodCode], paged: Query[Paged]
) -> PeriodAccount:
    """Show a period's sums and postings, the newest first; of what was not disclosed there are none."""
    _community(area)
    asked, standing = _period(area, period)
    postings = public_postings(area, asked)
    found, following = page(request, postings.order_by("-id"), paged, known=postings)
    rows = page_rows(row.pk for row in found)
    totals = totals_of(postings)
    return PeriodAccount(
        **_standing(standing),
        area=area,
        whole=SumsShape(**asdict(totals.whole)),
        by_source=_parts(totals.by_source),
        by_line=_parts(totals.by_line),
        by_purpose=_parts(totals.by_purpose),
        items=[_posting(rows[row.pk]) for row in found],
        next=following,
    )


def _community(code: str) -> str:
    found = community(code, legal_day(clock.now()), district=site.home_district())
    if found is None:
        raise Http404
    return found.name


def _period(area: str, code: str) -> tuple[Period, PeriodStanding]:
    asked = period_of(code)
    standing = standing_in(area, asked, today=legal_day(clock.now())) if asked else None
    if asked is None or standing is None:
        raise Http404
    return asked, standing


def _standing(found: PeriodStanding) -> dict[str, Any]:
    disclosure = found.disclosure
    return {
        "period": found.period.code,
        "standing": found.standing.value,
        "due_on": found.period.due_on,
        "days_late": found.days_late,
        "published_at": disclosure.disclosed_at if disclosure else None,
        "sha256": disclosure.sha256 if disclosure else "",
    }


def _parts(sums: Mapping[str, Sums]) -> dict[str, SumsShape]:
    return {key: SumsShape(**asdict(one)) for key, one in sums.items()}


def _posting(row: AccountRow) -> PostingShape:
    return PostingShape(
        voucher=row.number,
        day=row.day,
        kind=row.kind,
        side=row.side,
        source=row.source,
        line=row.line,
        purpose=row.purpose_ref,
        body=row.body,
        other=row.other,
        expense=row.expense,
        basis=row.basis,
        fen=row.fen,
    )
