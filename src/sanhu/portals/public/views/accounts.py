"""Communities' accounts (居务公开): what came in and went out, as published, and what changed since."""

from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from sanhu.domains.evidence.checkpoints import latest
from sanhu.domains.evidence.record import lines_of
from sanhu.domains.funding.account_tables import page_rows
from sanhu.domains.funding.disclosure_standing import PeriodStanding, last_over, standing_in, standings_in, standings_of
from sanhu.domains.funding.events import FundingEvent
from sanhu.domains.funding.models import Posting
from sanhu.domains.funding.public_account import changes_since, public_postings, public_voucher, totals_of, years_of
from sanhu.domains.places.models import Area
from sanhu.domains.places.queries import path_of
from sanhu.engines.legal_time import legal_day
from sanhu.portals import clock, site
from sanhu.portals.disclosures import MARKS, by_line, by_source, period_words, standing_words
from sanhu.portals.look.keyset import Page, page_of
from sanhu.portals.public.account_words import period_or_404, purpose_lines
from sanhu.portals.public.communities import streets_of
from sanhu.portals.public.page import public_page
from sanhu.portals.public.views.account_files import proof_of_voucher
from sanhu.portals.public.views.register import community_or_404

PAGE_SIZE = 50


@require_safe
def accounts(request: HttpRequest) -> HttpResponse:
    """List every community by its code, with how it stands with the last quarter that is over."""
    on = legal_day(clock.now())
    period = last_over(on)
    found = standings_in(site.home_district(), period, today=on)
    streets = [
        (street.code, street.name, [(line.code, line.name, *_stands(found.get(line.code))) for line in street.lines])
        for street in streets_of(site.home_district(), on)
    ]
    context = {"streets": streets, "period": period_words(period), "due_on": period.due_on}
    return public_page(request, "accounts", context)


def _stands(found: PeriodStanding | None) -> tuple[str, str]:
    """Give the words for how a period stands, and its mark; nothing where there is no account."""
    return (standing_words(found), MARKS[found.standing]) if found else ("", "")


@require_safe
def account(request: HttpRequest, area: str) -> HttpResponse:
    """Show which periods of a community's account are published, by when the others are due, and what is late."""
    on = legal_day(clock.now())
    community = community_or_404(area, on)
    years = [(year, _lines(community.code, year, today=on)) for year in years_of(community.code)]
    return public_page(request, "account", {"community": community, "years": years, "crumbs": _crumbs(community, on)})


def _lines(area_code: str, year: int, *, today: date) -> list[tuple[PeriodStanding, str, str, str]]:
    found = standings_of(area_code, year, today=today)
    return [(one, period_words(one.period), *_stands(one)) for one in found]


@require_safe
def account_period(request: HttpRequest, area: str, period: str) -> HttpResponse:
    """Show one period: its sums by source, line and task, every posting, and what changed since it was published."""
    on = legal_day(clock.now())
    community, asked = community_or_404(area, on), period_or_404(period)
    standing = standing_in(community.code, asked, today=on)
    if standing is None:
        raise Http404
    postings = public_postings(community.code, asked)
    page: Page[Posting] = page_of(
        postings.order_by("-id"),
        after=request.GET.get("after", ""),
        size=PAGE_SIZE,
        url=request.get_full_path(),
    )
    rows = page_rows(row.pk for row in page.rows)
    context = {
        "community": community,
        "period": asked,
        "period_words": period_words(asked),
        "standing": standing,
        "stands": _stands(standing),
        "is_shown": standing.disclosure is not None or bool(page.rows),
        "page": page,
        "rows": [rows[row.pk] for row in page.rows],
        "changes": changes_since(standing.disclosure) if standing.disclosure else None,
        "crumbs": [
            *_crumbs(community, on)[:1],
            (community.name, reverse("public:account", args=[community.code])),
            (period_words(asked), ""),
        ],
        **_sums(postings, community),
    }
    return public_page(request, "account_period", context)


def _sums(postings: QuerySet[Posting], community: Area) -> dict[str, Any]:
    totals = totals_of(postings)
    return {
        "whole": totals.whole,
        "by_source": by_source(totals),
        "by_line": by_line(totals),
        "purposes": purpose_lines(totals.by_purpose.items(), area_code=community.code),
    }


def _crumbs(community: Area, on: date) -> list[tuple[Any, str]]:
    return [(_("社区账目"), reverse("public:accounts")), *((name, "") for name in path_of(community.code, on)[1:-1])]


@require_safe
def account_voucher(request: HttpRequest, number: str) -> HttpResponse:
    """Show what the record says of one posting's voucher, and how that is checked."""
    found, checkpoint = public_voucher(site.home_district(), number), latest()
    if found is None:
        raise Http404
    try:
        entries = proof_of_voucher(found, checkpoint)["entries"] if checkpoint else []
    except LookupError:
        entries = None
    words = dict(FundingEvent.choices)
    proven = {entry["seq"] for entry in entries or []}
    context = {
        "voucher": found,
        "checkpoint": checkpoint,
        "lines": [(line, words.get(line.event, _("其他记录")), line.seq in proven) for line in lines_of(found.ref)],
        "is_damaged": entries is None,
        "steps": len(entries[0]["path"]) if entries else 0,
        "crumbs": [(_("社区账目"), reverse("public:accounts")), (found.number, "")],
    }
    return public_page(request, "account_voucher", context)
