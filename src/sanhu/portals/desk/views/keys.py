"""The sheet of keys as a page, for whoever has no script."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from sanhu.portals.desk.acting import Acting, at_the_desk
from sanhu.portals.desk.page import desk_page


@require_safe
@at_the_desk()
def keys(request: HttpRequest, *, acting: Acting) -> HttpResponse:
    """List the keys."""
    return desk_page(request, "keys", acting)
