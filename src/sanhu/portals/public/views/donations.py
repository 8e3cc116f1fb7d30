"""Donations as everybody reads them: what came in, for what, on what it was spent, and whether it is told in time."""

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from sanhu.domains.evidence.checkpoints import latest
from sanhu.domains.funding.donation_queries import newest_notices, public_donations, published_sums
from sanhu.domains.funding.donation_way import published_way_of, standings_of
from sanhu.domains.funding.models import Donation
from sanhu.domains.funding.public_account import bodies_of
from sanhu.engines.legal_time import legal_day
from sanhu.portals import clock, site
from sanhu.portals.donations import donor_words, standing_of, step_lines
from sanhu.portals.look.keyset import Page, page_of
from sanhu.portals.public.page import public_page
from sanhu.portals.public.views.donation_files import public_or_404
from sanhu.portals.public.views.register import community_or_404

PAGE_SIZE = 50


@require_safe
def donations(request: HttpRequest) -> HttpResponse:
    """List a community's donations, or the district's, those of one year where that is asked for."""
    today = legal_day(clock.now())
    area, year = request.GET.get("area", ""), request.GET.get("year", "")
    if year and not (year.isascii() and year.isdigit() and len(year) == 4):
        raise BadRequest("year has four digits")
    community = community_or_404(area, today) if area else None
    found = public_donations(
        site.home_district(),
        bodies=bodies_of(community.code) if community else None,
        year=int(year) if year else None,
    )
    page: Page[Donation] = page_of(
        found.order_by("-registered_at", "-pk"),
        after=request.GET.get("after", ""),
        size=PAGE_SIZE,
        url=request.get_full_path(),
        known=public_donations(site.home_district()),
    )
    notices = {notice.donation_id: notice for notice in newest_notices(found.filter(pk__in=[r.pk for r in page.rows]))}
    standings = standings_of(page.rows)
    context = {
        "page": page,
        "rows": [
            (row, donor_words(row), notices.get(row.pk), *standing_of(standings[row.pk], today=today))
            for row in page.rows
        ],
        "sums": published_sums(found),
        "community": community,
        "year": year,
        "years": [(str(one), str(one)) for one in range(today.year, today.year - 6, -1)],
    }
    return public_page(request, "donations", context)


@require_safe
def donation(request: HttpRequest, number: str) -> HttpResponse:
    """Show what was published of one donation, step by step, and how each is checked."""
    today = legal_day(clock.now())
    found = public_or_404(number)
    steps = published_way_of(found)
    standing, mark = standing_of(standings_of([found])[found.pk], today=today)
    notice = found.notices.select_related("body").order_by("ordinal").last()
    context = {
        "donation": found,
        "donor": donor_words(found) if notice else "",
        "lines": step_lines(found, steps, today=today),
        "notice": notice,
        "standing": standing,
        "mark": mark,
        "changes": found.purpose_changes.order_by("ordinal") if notice else [],
        "checkpoint": latest(),
        "crumbs": [(_("捐赠公开"), reverse("public:donations")), (found.number, "")],
    }
    return public_page(request, "donation", context)
