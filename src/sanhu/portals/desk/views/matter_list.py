"""The list of matters at the desk: whatever one may see, newest first."""

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from sanhu.domains.casework import queries
from sanhu.domains.casework.rules import MATTER
from sanhu.domains.subjects.permissions import Permission
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
    found = queries.visible_to(acting.actor).select_related("item", "duty", "lead").order_by("-reported_at", "-id")
    wanted = request.GET.get("number", "").replace("-", "").strip()
    state = request.GET.get("state", "")
    if wanted:
        found = found.filter(number__startswith=wanted)
    if state:
        if state not in {known.code for known in MATTER.states}:
            raise BadRequest("state is one of the state table's")
        found = found.filter(state=state)
    only = request.GET.get("only", "")
    if only:
        if only not in set(queries.Narrowing):
            raise BadRequest("only is one of the narrowings")
        found = queries.narrowed(found, queries.Narrowing(only))
    page = page_of(
        found.prefetch_related(*beside_matters()),
        after=request.GET.get("after", ""),
        size=PAGE_SIZE,
        url=request.get_full_path(),
        known=queries.visible_to(acting.actor),
    )
    context = {
        "page": page,
        "rows": rows_of(page.rows, acting.actor.district, at=at),
        "states": [(known.code, gettext(known.label)) for known in MATTER.states],
        "state": state,
        "narrowings": list(NARROWINGS.items()),
        "only": only,
        "wanted": wanted,
    }
    return desk_page(request, "matters", acting, context)
