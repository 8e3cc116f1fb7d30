"""What waits on me."""

from dataclasses import dataclass

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from sanhu.domains.casework.models import Matter
from sanhu.domains.casework.queries import (
    Narrowing,
    narrowed,
    visible_by_key,
    visible_to,
)
from sanhu.domains.casework.rules import MATTER
from sanhu.domains.casework.waiting import states_waiting, waiting_parts
from sanhu.domains.subjects.permissions import Permission
from sanhu.engines.actors import Actor
from sanhu.portals import clock
from sanhu.portals.desk.acting import Acting, at_the_desk
from sanhu.portals.desk.flags import NARROWINGS, beside_matters
from sanhu.portals.desk.forms.matter_list import USUAL_COLUMNS
from sanhu.portals.desk.matter_rows import NOT_LISTED, PAGE_SIZE, rows_of
from sanhu.portals.desk.page import desk_page
from sanhu.portals.look.keyset import page_of


@dataclass(frozen=True)
class Tab:
    """A group of the list."""

    url: str
    label: str
    is_current: bool
    count: int


@require_safe
@at_the_desk()
def inbox(request: HttpRequest, *, acting: Acting) -> HttpResponse:
    """List what waits on me, due first, by state."""
    if not acting.actor.may(Permission.MATTER_VIEW):
        return redirect(_first_page(acting))
    at = clock.now()
    counts: dict[str, int] = {}
    for state in states_waiting(acting.actor, most=1000):
        counts[state] = counts.get(state, 0) + 1
    parts = waiting_parts(acting.actor) or [Matter.objects.none()]
    seen = visible_by_key(acting.actor).select_related("item", "lead").defer(*NOT_LISTED)
    chosen = request.GET.get("state", "")
    if chosen:
        if chosen not in {state.code for state in MATTER.states}:
            raise BadRequest("state is one of the state table's")
        parts = [part.filter(state=chosen) for part in parts]
    page = page_of(
        seen.prefetch_related(*beside_matters()).order_by("due_at", "id"),
        after=request.GET.get("after", ""),
        size=PAGE_SIZE,
        url=request.get_full_path(),
        known=visible_to(acting.actor),
        parts=parts,
    )
    url = reverse("desk:inbox")
    tabs = [Tab(url=url, label=gettext("全部"), is_current=not chosen, count=sum(counts.values()))]
    tabs += [
        Tab(
            url=f"{url}?state={state.code}",
            label=gettext(state.label),
            is_current=chosen == state.code,
            count=counts[state.code],
        )
        for state in MATTER.states
        if state.code in counts
    ]
    if acting.actor.may(Permission.MATTER_SUPERVISE):
        tabs.append(_handed_round(acting.actor))
    context = {
        "page": page,
        "columns": USUAL_COLUMNS,
        "rows": rows_of(page.rows, acting.actor.district, at=at),
        "tabs": tabs,
        "tabs_label": _("按状态"),
    }
    return desk_page(request, "inbox", acting, context)


def _handed_round(actor: Actor) -> Tab:
    """Lead the coordinating body to what others pass from hand to hand."""
    found = narrowed(visible_by_key(actor), Narrowing.HANDED_ROUND, district=actor.district).order_by()
    return Tab(
        url=f"{reverse('desk:matters')}?only={Narrowing.HANDED_ROUND}",
        label=str(NARROWINGS[Narrowing.HANDED_ROUND]),
        is_current=False,
        count=found[:1000].count(),
    )


def _first_page(acting: Acting) -> str:
    """Where a post without matters begins: whoever only takes part at the gate, and administrators."""
    for permission, page in (
        (Permission.ADMISSION_VIEW, "desk:applications"),
        (Permission.SUBJECTS_MANAGE, "desk:people"),
        (Permission.ROLE_MANAGE, "desk:roles"),
        (Permission.RECORD_VIEW, "desk:record"),
    ):
        if acting.actor.may(permission):
            return page
    return "desk:organisations"
