"""Health for a monitor outside: one word, nothing that tells of the district."""

from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from sanhu.portals import clock
from sanhu.portals.health import Level, status

_OUT_OF_SERVICE = 503


@require_safe
@never_cache
def health(request: HttpRequest) -> JsonResponse:
    """Answer 200 while the district is served, 503 while it is not; the details stand on the desk."""
    del request
    found = status(clock.now())
    return JsonResponse({"status": found}, status=_OUT_OF_SERVICE if found is Level.FAILING else 200)
