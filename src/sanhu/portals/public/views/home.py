"""The front page: what one can do here, and how the district is doing."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from sanhu.domains.casework.queries import open_count, public_matters
from sanhu.domains.places.queries import name_of
from sanhu.engines.legal_time import legal_day
from sanhu.portals import clock, site
from sanhu.portals.public.page import public_page


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show the ways in, three counts and the latest public matters."""
    district, at = site.home_district(), clock.now()
    return public_page(
        request,
        "home",
        {
            "district_name": name_of(district, legal_day(at)),
            "counts": open_count(district, at),
            "latest": public_matters(district)[:8],
        },
    )
