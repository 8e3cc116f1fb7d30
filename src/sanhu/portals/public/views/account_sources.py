"""Where a community's money came from in a year, for residents: only what was disclosed of it."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from sanhu.domains.funding.disclosure_rules import Period
from sanhu.domains.funding.public_account import disclosed_periods, public_postings
from sanhu.domains.funding.sources_report import range_source, report_of
from sanhu.engines.legal_time import legal_day
from sanhu.portals import clock
from sanhu.portals.disclosures import period_words
from sanhu.portals.public.page import public_page
from sanhu.portals.public.views.register import community_or_404
from sanhu.portals.source_shares import is_as_it_should, main_words, nature_lines, range_words, source_lines


@require_safe
def account_sources(request: HttpRequest, area: str, year: int) -> HttpResponse:
    """Show the five sources with their shares, whether fiscal money is the main one, and spending by nature."""
    community = community_or_404(area, legal_day(clock.now()))
    periods = disclosed_periods(community.code, year)
    if not periods:
        raise Http404
    report = report_of(public_postings(community.code, Period(year)))
    context = {
        "community": community,
        "year": year,
        "periods": [period_words(one) for one in periods],
        "report": report,
        "sources": source_lines(report),
        "natures": nature_lines(report) if report.by_nature else [],
        "main_words": main_words(report),
        "range_words": range_words(report),
        "is_fit": is_as_it_should(report),
        "range_source": range_source(),
        "crumbs": [
            (_("社区账目"), reverse("public:accounts")),
            (community.name, reverse("public:account", args=[community.code])),
            (_("经费来源"), ""),
        ],
    }
    return public_page(request, "account_sources", context)
