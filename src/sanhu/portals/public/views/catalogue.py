"""The catalogue: seven classes, their items, and for each the four questions (R1)."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from sanhu.domains.catalogue import queries
from sanhu.domains.catalogue.rules import AffairClass
from sanhu.engines.legal_time import legal_day
from sanhu.portals import clock, site
from sanhu.portals.public.page import public_page


@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    """List the items by class."""
    version = queries.current_version(site.home_district(), legal_day(clock.now()))
    items = list(queries.items(version).prefetch_related("duties__item")) if version else []
    by_class = {
        affair_class: [item for item in items if item.affair_class == affair_class] for affair_class in AffairClass
    }
    return public_page(request, "catalogue", {"version": version, "by_class": list(by_class.items())})


@require_safe
def item(request: HttpRequest, code: str) -> HttpResponse:
    """Show one item: what it is, where it comes from, who does what, how it is kept up."""
    version = queries.current_version(site.home_district(), legal_day(clock.now()))
    found = queries.item_by_code(version, code) if version else None
    if found is None:
        raise Http404
    return public_page(
        request,
        "item",
        {
            "item": found,
            "needs_record": queries.needs_record_of(found),
            "procedure": queries.procedure_of(found),
            "version": version,
            "duties": queries.duties_for(found),
            "standing": found.standing(legal_day(clock.now())),
            "missing": queries.missing_answers(found),
            "review": queries.reviews_of(found.version.district, code).first(),
            "crumbs": [
                (_("事务清单"), reverse("public:catalogue")),
                (AffairClass(found.affair_class).label, f"{reverse('public:catalogue')}#{found.affair_class}"),
            ],
        },
    )
