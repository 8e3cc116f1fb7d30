"""How the installation is, for whoever keeps it running."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from sanhu.domains.subjects.permissions import Permission
from sanhu.portals import clock
from sanhu.portals.desk.acting import Acting, at_the_desk
from sanhu.portals.desk.page import desk_page
from sanhu.portals.health import LEVELS, signs, worst


@require_safe
@at_the_desk(Permission.HEALTH_VIEW)
def health(request: HttpRequest, *, acting: Acting) -> HttpResponse:
    """List every sign, with what is wrong in words."""
    found = signs(clock.now())
    level = worst(found)
    return desk_page(request, "health", acting, {"signs": found, "level": level, "level_words": LEVELS[level]})
