"""The list of matters at the desk: whatever one may see, narrowed by what its address says."""

from datetime import datetime
from functools import partial
from typing import Any, NamedTuple

from django.core.exceptions import BadRequest
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from sanhu.domains.casework.listing import visible_parts, wished
from sanhu.domains.casework.models import Matter
from sanhu.domains.casework.queries import sees_areas, visible_by_key, visible_to
from sanhu.domains.casework.search.finding import TooManyError, every_key, find
from sanhu.domains.places.models import LENGTH_OF_LEVEL, AreaLevel
from sanhu.domains.places.queries import within
from sanhu.domains.subjects.permissions import Permission
from sanhu.domains.subjects.queries import active_organisations
from sanhu.engines.actors import Actor
from sanhu.engines.codes.divisions import padded
from sanhu.engines.legal_time import legal_day
from sanhu.portals import clock
from sanhu.portals.desk.acting import Acting, at_the_desk
from sanhu.portals.desk.flags import beside_matters
from sanhu.portals.desk.forms.matter_list import COLUMNS, USUAL_COLUMNS, MatterListForm
from sanhu.portals.desk.matter_rows import NOT_LISTED, PAGE_SIZE, rows_of
from sanhu.portals.desk.page import desk_page
from sanhu.portals.desk.saved_lists import saved_tabs
from sanhu.portals.look.keyset import COUNTED, Page, key_in, page_below, page_of

_ALWAYS_SHOWN, _UNFOLDED = ("state", "only", "due"), ("area", "lead", "affair_class", "channel", "order")
_STREET, _COMMUNITY = 9, 12  # digits


@require_safe
@at_the_desk(Permission.MATTER_VIEW)
def matters(request: HttpRequest, *, acting: Acting) -> HttpResponse:
    """List the matters the post may see, newest first unless asked otherwise; what is not understood is said."""
    at = clock.now()
    areas = _areas(acting.actor, at=at)
    form = _form(acting.actor, request.GET, areas, at=at)
    is_understood = form.is_valid()
    if form.is_made_by_hand:
        raise BadRequest("a filter of this list is one of those it offers")
    page = _page(request, acting.actor, form, at=at) if is_understood else Page[Matter](rows=[], next_url="")
    names = {padded(area.prefix): area.name for area in areas}
    context = {
        "page": page,
        "rows": rows_of(page.rows, acting.actor.district, at=at, names=names),
        "form": form,
        "columns": form.columns if is_understood else frozenset(USUAL_COLUMNS),
        "all_columns": COLUMNS.items(),
        "usual": form.choices_of(*_ALWAYS_SHOWN),
        "further": form.choices_of(*_UNFOLDED),
        "is_unfolded": any(request.GET.get(name) for name in (*_UNFOLDED, "item", "since", "until")),
        **saved_tabs(request, acting, page=reverse("desk:matters"), code="matters"),
    }
    return desk_page(request, "matters", acting, context, status=200 if is_understood else 400)


def chosen(actor: Actor, filters: QueryDict, at: datetime) -> QuerySet[Matter]:
    """Give the matters an actor may see that the filters of an address choose, in their order: as page and export."""
    form = _form(actor, filters, _areas(actor, at=at), at=at)
    if not form.is_valid():
        raise BadRequest("the filters of this list are those its page offers")
    found = _wished(actor, form, at=at)
    if form.words is None:
        return found
    try:
        return found.filter(pk__in=every_key(form.words, actor=actor)).order_by("-pk")
    except TooManyError as too_many:
        raise BadRequest("these words are in more matters than can be chosen by words") from too_many


class _Area(NamedTuple):
    """A street or community: the digits its code begins with, and its name."""

    prefix: str
    name: str


def _areas(actor: Actor, *, at: datetime) -> list[_Area]:
    """Give the streets and communities of the district, by code."""
    rows = within(actor.district, legal_day(at)).values_list("code", "level", "name")
    found = (_Area(code[: LENGTH_OF_LEVEL[AreaLevel(level)]], name) for code, level, name in rows)
    return [area for area in found if len(area.prefix) in (_STREET, _COMMUNITY)]


def _form(actor: Actor, filters: QueryDict, areas: list[_Area], *, at: datetime) -> MatterListForm:
    leads = active_organisations(at).filter(district=actor.district).order_by("name", "id").values_list("id", "name")
    return MatterListForm(filters, areas=_offered(actor, areas, filters.get("area", "")), leads=leads)


def _offered(actor: Actor, areas: list[_Area], chosen: str) -> list[tuple[str, str]]:
    """Give the areas to choose from: streets one sees, and the communities of the one chosen or of the only one."""
    seen = [area for area in areas if not sees_areas(actor) or _touches(actor, area.prefix)]
    streets = {area.prefix[:_STREET] for area in seen}
    unfolded = streets if len(streets) == 1 else {chosen[:_STREET]}
    return [
        (area.prefix, area.name if len(area.prefix) == _STREET else f"\u2003{area.name}")
        for area in seen
        if len(area.prefix) == _STREET or area.prefix[:_STREET] in unfolded
    ]


def _touches(actor: Actor, prefix: str) -> bool:
    return any(prefix.startswith(area) or area.startswith(prefix) for area in actor.areas)


def _wished(actor: Actor, form: MatterListForm, *, at: datetime) -> QuerySet[Matter]:
    seen = visible_to(actor).select_related("item", "duty", "lead").order_by(form.ordered.column, "-pk")
    return wished(seen, form.wish, district=actor.district, order=form.ordered, at=at)


def _page(request: HttpRequest, actor: Actor, form: MatterListForm, *, at: datetime) -> Page[Matter]:
    """Give the page asked for, with how many there are."""
    found = visible_by_key(actor).select_related("item", "lead").defer(*NOT_LISTED).prefetch_related(*beside_matters())
    after, before = request.GET.get("after", ""), request.GET.get("before", "")
    narrow = partial(wished, wish=form.wish, district=actor.district, order=form.ordered, at=at)
    if form.words is not None:
        given = find(form.words, actor=actor, size=PAGE_SIZE, below=key_in(after), narrow=narrow)
        rows = list(found.filter(pk__in=given.keys).order_by("-reported_at", "-pk"))
        return page_below(rows, given.go_on_below, url=request.get_full_path())
    parts = [narrow(part) for part in visible_parts(actor, form.ordered)]
    return page_of(
        found.order_by(form.ordered.column, "-pk"),
        after=after,
        before=before,
        size=PAGE_SIZE,
        url=request.get_full_path(),
        known=visible_to(actor),
        parts=parts,
        words=_count_words,
    )


def _count_words(count: int) -> str:
    shown: dict[str, Any] = {"count": f"{COUNTED:,}+" if count > COUNTED else f"{count:,}"}
    return gettext("共 %(count)s 件") % shown
