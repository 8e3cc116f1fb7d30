"""While a report is typed: what is likely the same, as a part of the page. Without a script it is a step of its own."""

from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from sanhu.domains.evidence import throttle
from sanhu.portals import clock, site
from sanhu.portals.look.addresses import address_of
from sanhu.portals.public.alike import offers_for
from sanhu.portals.reporting import MOST_WORDS

_WINDOW = timedelta(minutes=1)


@never_cache
@require_POST
def alike(request: HttpRequest) -> HttpResponse:
    """Offer what is likely the same as the words so far. Asked too often it says nothing; the report goes on."""
    at, district = clock.now(), site.home_district()
    key = throttle.key_of("alike", address_of(request))
    if throttle.count_try(key, at=at, window=_WINDOW) > settings.SANHU_ALIKE_A_MINUTE:
        return HttpResponse(status=429)
    is_read = len(request.POST.get("words", "")) <= MOST_WORDS
    offers = offers_for(request.POST, district=district, at=at) if is_read else []
    return render(request, "public/alike_offers.html", {"offers": offers})
