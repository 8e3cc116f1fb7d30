"""The register as files: a table for a spreadsheet, and a feed of what becomes of a community's tasks."""

from collections.abc import Iterable, Iterator

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext, gettext_noop
from django.views.decorators.http import require_safe

from sanhu.domains.admission.queries import tasks
from sanhu.domains.admission.queries.news import news_of
from sanhu.domains.admission.queries.tasks import RegisterLine
from sanhu.domains.places.queries import within
from sanhu.engines.legal_time import legal_day
from sanhu.engines.tables import write_rows
from sanhu.portals import clock, site
from sanhu.portals.public.feeds import feed_of
from sanhu.portals.public.templatetags.register import task_state
from sanhu.portals.public.views.register import community_or_404

MOST_NEWS = 50
_COLUMNS = (
    gettext_noop("编号"),
    gettext_noop("社区代码"),
    gettext_noop("社区"),
    gettext_noop("居民委员会"),
    gettext_noop("提出部门"),
    gettext_noop("事项"),
    gettext_noop("协助内容"),
    gettext_noop("不包括"),
    gettext_noop("为什么需要"),
    gettext_noop("法律依据"),
    gettext_noop("开始日期"),
    gettext_noop("结束日期"),
    gettext_noop("工作时间（分钟）"),
    gettext_noop("经费（元）"),
    gettext_noop("现在"),
)


@require_safe
def register_csv(request: HttpRequest, area: str) -> HttpResponse:
    """Give the tasks of one community as a table."""
    del request
    on = legal_day(clock.now())
    community = community_or_404(area, on)
    found = tasks.register_of(community.code, on)
    return _table(found, {community.code: community.name}, name=f"register-{community.code}-{on}.csv")


@require_safe
def register_all_csv(request: HttpRequest) -> HttpResponse:
    """Give the tasks of all communities as a table."""
    del request
    district, on = site.home_district(), legal_day(clock.now())
    names = dict(within(district, on).values_list("code", "name"))
    return _table(tasks.register_all(district, on), names, name=f"register-{district}-{on}.csv")


def _table(found: Iterable[RegisterLine], names: dict[str, str], *, name: str) -> HttpResponse:
    header = [gettext(column) for column in _COLUMNS]
    data = b"".join(write_rows(header, _rows(found, names)))
    answer = HttpResponse(data, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _rows(found: Iterable[RegisterLine], names: dict[str, str]) -> Iterator[tuple[str, ...]]:
    for line in found:
        yield (
            line.number,
            line.area_code,
            names.get(line.area_code, ""),
            line.committee,
            line.organ,
            line.name,
            line.content,
            line.boundary,
            line.necessity,
            line.legal_basis,
            line.starts_on.isoformat(),
            line.ends_on.isoformat(),
            str(line.minutes),
            f"{line.amount_fen // 100}.{line.amount_fen % 100:02}",
            task_state(line),
        )


@require_safe
def register_feed(request: HttpRequest, area: str) -> HttpResponse:
    """Give the feed of one community: its tasks that came into force, were suspended or resumed, or ended."""
    at = clock.now()
    community = community_or_404(area, legal_day(at))
    page = request.build_absolute_uri(reverse("public:register_of", args=[community.code]))
    here = request.build_absolute_uri(reverse("public:register_feed", args=[community.code]))
    news = news_of(community.code, most=MOST_NEWS)
    return HttpResponse(
        feed_of(community, news, page=page, here=here, at=at), content_type="application/atom+xml; charset=utf-8"
    )
