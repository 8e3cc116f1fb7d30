"""Matters the public may see: the list, narrowed as the address says, and each by itself."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from sanhu.domains.casework import public_lists, queries
from sanhu.domains.casework.joined import may_join, others_reporting
from sanhu.domains.casework.models import Matter
from sanhu.domains.casework.procedures import procedure_on
from sanhu.domains.casework.services.errors import MatterNotFound
from sanhu.domains.catalogue.rules import AffairClass
from sanhu.domains.evidence.record import lines_of
from sanhu.domains.places.queries import path_of
from sanhu.engines.legal_time import legal_day
from sanhu.portals import clock, site
from sanhu.portals.look.keyset import Page, page_of
from sanhu.portals.matters import diagram_of, due_card, public_steps
from sanhu.portals.public.counting import counts_of_list
from sanhu.portals.public.matter_filter import STATES, asked_in, month_choices
from sanhu.portals.public.page import public_page
from sanhu.portals.published import published_of, published_photo
from sanhu.portals.reporting import community_choices

PAGE_SIZE = 30


@require_safe
def matters(request: HttpRequest) -> HttpResponse:
    """List public matters, newest first, as narrowed as asked, with how those stand."""
    district, at = site.home_district(), clock.now()
    asked = asked_in(request.GET, district=district)
    page: Page[Matter] = page_of(
        public_lists.narrowed(district, asked.filter, at=at),
        after=request.GET.get("after", ""),
        size=PAGE_SIZE,
        url=f"{request.path}?{asked.query}",
        known=queries.public_matters(district),
    )
    return public_page(
        request,
        "matters",
        {
            "page": page,
            "asked": asked,
            "classes": [(str(one), f"{one} {one.label}") for one in AffairClass],
            "areas": community_choices(district, legal_day(at))(),
            "states": STATES.items(),
            "months": month_choices(public_lists.first_month(district), at),
            "counts": counts_of_list(district, asked.without_state, at=at),
            "open_url": asked.but(state=public_lists.OPEN),
            "overdue_url": asked.but(state=public_lists.OVERDUE),
            "closed_url": asked.but(state="closed"),
        },
    )


@require_safe
def matter(request: HttpRequest, number: str) -> HttpResponse:
    """Show one public matter: when, who, how far. What one may not see is not found."""
    at = clock.now()
    try:
        found = queries.public_matter(site.home_district(), number.replace("-", ""))
    except MatterNotFound:
        raise Http404 from None
    return public_page(
        request,
        "matter",
        {
            "matter": found,
            "due": due_card(found, at=at),
            "steps": public_steps(found),
            "others": others_reporting(found),
            "procedure": procedure_on(found),
            "may_join": may_join(found),
            "published": published_of(found),
            "diagram": diagram_of(found, public=True),
            "place": path_of(found.area_code, legal_day(found.reported_at)),
            "lines": lines_of(found.ref),
            "proof_url": reverse("public:proof", args=[found.number]),
            "crumbs": [
                (_("办理公开"), reverse("public:matters")),
                (f"{found.item.affair_class} {AffairClass(found.item.affair_class).label}", ""),
            ]
            if found.item
            else [],
        },
    )


@require_safe
def photo(request: HttpRequest, number: str, photo: UUID) -> HttpResponse:
    """A photo of a public matter that was passed for the public, as it was passed."""
    del request
    try:
        found = queries.public_matter(site.home_district(), number.replace("-", ""))
    except MatterNotFound:
        raise Http404 from None
    return published_photo(found, photo)
