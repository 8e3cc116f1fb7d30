"""Matters the public may see."""

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from sanhu.domains.casework import queries
from sanhu.domains.casework.models import Matter
from sanhu.domains.casework.services.errors import MatterNotFound
from sanhu.domains.catalogue.rules import AffairClass
from sanhu.domains.evidence.record import lines_of
from sanhu.domains.places.queries import path_of
from sanhu.engines.legal_time import legal_day
from sanhu.portals import clock, site
from sanhu.portals.look.keyset import Page, page_of
from sanhu.portals.matters import diagram_of, due_card, public_steps
from sanhu.portals.public.page import public_page

PAGE_SIZE = 30


@require_safe
def matters(request: HttpRequest) -> HttpResponse:
    """List public matters, newest first, by class."""
    found = queries.public_matters(site.home_district())
    chosen = request.GET.get("class", "")
    if chosen:
        if chosen not in set(AffairClass):
            raise BadRequest("class is one of K1 to K7")
        found = found.filter(item__affair_class=chosen)
    page: Page[Matter] = page_of(found, after=request.GET.get("after", ""), size=PAGE_SIZE, url=request.get_full_path())
    return public_page(request, "matters", {"page": page, "classes": list(AffairClass), "chosen": chosen})


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
