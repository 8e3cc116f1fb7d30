"""The public matters as files, narrowed as the list is: a table for a spreadsheet, and a feed of what happens."""

from collections.abc import Iterable, Iterator
from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext, gettext_noop
from django.views.decorators.http import require_safe

from sanhu.domains.casework import public_lists
from sanhu.domains.casework.models import Matter
from sanhu.domains.places.queries import within
from sanhu.engines.codes.case_numbers import display
from sanhu.engines.legal_time import SHANGHAI, legal_day
from sanhu.engines.tables import write_rows
from sanhu.portals import clock, site
from sanhu.portals.look.templatetags.affairs import public_state, title_of
from sanhu.portals.public.matter_feed import feed_of_matters
from sanhu.portals.public.matter_filter import asked_in
from sanhu.portals.public.templatetags.register import sector_words

_MOMENT = timedelta(microseconds=1)
MOST_ROWS = 20_000
MOST_NEWS = 50
_COLUMNS = (
    gettext_noop("编号"),
    gettext_noop("社区代码"),
    gettext_noop("社区"),
    gettext_noop("类别"),
    gettext_noop("事项代码"),
    gettext_noop("事项"),
    gettext_noop("主责"),
    gettext_noop("主责属于"),
    gettext_noop("现在"),
    gettext_noop("反映时间"),
    gettext_noop("期限"),
    gettext_noop("办结时间"),
)


@require_safe
def matters_csv(request: HttpRequest) -> HttpResponse:
    """Give the newest matters of the list as a table."""
    district, at = site.home_district(), clock.now()
    asked = asked_in(request.GET, district=district)
    names = dict(within(district, legal_day(at)).values_list("code", "name"))
    newest = public_lists.narrowed(district, asked.filter, at=at).select_related(None)
    found = newest.prefetch_related("item", "lead")[:MOST_ROWS]  # each item, a long row, is read once for all
    data = b"".join(write_rows([gettext(column) for column in _COLUMNS], _rows(found, names)))
    answer = HttpResponse(data, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="matters-{district}-{legal_day(at)}.csv"'
    return answer


def _rows(found: Iterable[Matter], names: dict[str, str]) -> Iterator[tuple[str, ...]]:
    for matter in found:
        assert matter.item is not None, "what is public was accepted"
        # The instant is the first one too late: what counts is the day before it.
        due = legal_day(matter.due_at - _MOMENT).isoformat() if matter.due_at else ""
        yield (
            display(matter.number),
            matter.area_code,
            names.get(matter.area_code, ""),
            matter.item.affair_class,
            matter.item.code,
            title_of(matter),
            matter.lead.name if matter.lead else "",
            sector_words(matter.lead.sector) if matter.lead else "",
            public_state(matter),
            matter.reported_at.astimezone(SHANGHAI).isoformat(timespec="minutes"),
            due,
            matter.closed_at.astimezone(SHANGHAI).isoformat(timespec="minutes") if matter.closed_at else "",
        )


@require_safe
def matters_feed(request: HttpRequest) -> HttpResponse:
    """Give what happened last to matters of the list."""
    district, at = site.home_district(), clock.now()
    asked = asked_in(request.GET, district=district)
    news = public_lists.news_of(district, asked.filter, at=at, most=MOST_NEWS)
    query = f"?{asked.query}" if asked.query else ""
    data = feed_of_matters(
        news,
        query=asked.query,
        page=request.build_absolute_uri(reverse("public:matters")) + query,
        here=request.build_absolute_uri(reverse("public:matters_feed")) + query,
        url_of=lambda matter: request.build_absolute_uri(reverse("public:matter", args=[display(matter.number)])),
        at=at,
    )
    return HttpResponse(data, content_type="application/atom+xml; charset=utf-8")
