"""The list of matters at the desk: whatever one may see, newest first."""

from datetime import datetime

from django.core.exceptions import BadRequest
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from sanhu.domains.casework import queries
from sanhu.domains.casework.models import Matter
from sanhu.domains.casework.rules import MATTER
from sanhu.domains.subjects.permissions import Permission
from sanhu.engines.actors import Actor
from sanhu.portals import clock
from sanhu.portals.desk.acting import Acting, at_the_desk
from sanhu.portals.desk.flags import NARROWINGS, beside_matters
from sanhu.portals.desk.matter_rows import PAGE_SIZE, rows_of
from sanhu.portals.desk.page import desk_page
from sanhu.portals.look.keyset import page_of


@require_safe
@at_the_desk(Permission.MATTER_VIEW)
def matters(request: HttpRequest, *, acting: Acting) -> HttpResponse:
    """List every matter the post may see, newest first; a number finds one."""
    at = clock.now()
    page = page_of(
        chosen(acting.actor, request.GET, at).prefetch_related(*beside_matters()),
        after=request.GET.get("after", ""),
        size=PAGE_SIZE,
        url=request.get_full_path(),
        known=queries.visible_to(acting.actor),
    )
    context = {
        "page": page,
        "rows": rows_of(page.rows, acting.actor.district, at=at),
        "states": [(known.code, gettext(known.label)) for known in MATTER.states],
        "state": request.GET.get("state", ""),
        "narrowings": list(NARROWINGS.items()),
        "only": request.GET.get("only", ""),
        "wanted": _number(request.GET),
    }
    return desk_page(request, "matters", acting, context)


def chosen(actor: Actor, filters: QueryDict, at: datetime) -> QuerySet[Matter]:
    """Give the matters an actor may see that the filters of an address choose, newest first: as page and export."""
    del at
    found = queries.visible_to(actor).select_related("item", "duty", "lead").order_by("-reported_at", "-id")
    if wanted := _number(filters):
        found = found.filter(number__startswith=wanted)
    if state := filters.get("state", ""):
        if state not in {known.code for known in MATTER.states}:
            raise BadRequest("state is one of the state table's")
        found = found.filter(state=state)
    if only := filters.get("only", ""):
        if only not in set(queries.Narrowing):
            raise BadRequest("only is one of the narrowings")
        found = queries.narrowed(found, queries.Narrowing(only))
    return found


def _number(filters: QueryDict) -> str:
    return filters.get("number", "").replace("-", "").strip()
