"""Lottery projects for everybody: what was approved for whom, on what it may go, and the yearly notices of its use."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from sanhu.domains.evidence.record import lines_of
from sanhu.domains.funding.lottery_queries import NoticeStanding, plan_of, projects_in, standings_of
from sanhu.domains.funding.models import LotteryNotice, LotteryProject
from sanhu.domains.funding.source_rules import notice_rule, source_rules
from sanhu.domains.funding.spending_terms import ExpenseKind
from sanhu.domains.funding.terms import FundSource
from sanhu.engines.legal_time import legal_day
from sanhu.portals import clock, site
from sanhu.portals.look.keyset import Page, page_of
from sanhu.portals.lottery import figure_rows, notice_csv, notice_mark, notice_words
from sanhu.portals.public.page import public_page

PAGE_SIZE = 50
_CSV = "text/csv; charset=utf-8"


@require_safe
def lottery_projects(request: HttpRequest) -> HttpResponse:
    """List the district's lottery projects, the newest first."""
    page: Page[LotteryProject] = page_of(
        projects_in(site.home_district()),
        after=request.GET.get("after", ""),
        size=PAGE_SIZE,
        url=request.get_full_path(),
    )
    context = {
        "page": page,
        "rows": [(one, sum(plan_of(one).values())) for one in page.rows],
        "article": source_rules()[FundSource.LOTTERY].article,
        "crumbs": [(_("社区账目"), reverse("public:accounts")), (_("彩票公益金项目"), "")],
    }
    return public_page(request, "lottery_projects", context)


@require_safe
def lottery_project(request: HttpRequest, number: str) -> HttpResponse:
    """Show one project: its approval, its plan, and what its body announced of it year by year."""
    found = projects_in(site.home_district()).filter(earmark__number=number).first()
    if found is None:
        raise Http404
    standings = standings_of(found.earmark.body_id, today=legal_day(clock.now()))
    context = {
        "project": found,
        "plan": [(str(ExpenseKind(kind).label), fen) for kind, fen in plan_of(found).items()],
        "notices": [_told(one, number) for one in standings],
        "article": notice_rule().article,
        "crumbs": [
            (_("社区账目"), reverse("public:accounts")),
            (_("彩票公益金项目"), reverse("public:lottery_projects")),
            (found.earmark.number, ""),
        ],
    }
    return public_page(request, "lottery_project", context)


def _told(standing: NoticeStanding, number: str) -> tuple[NoticeStanding, str, str, object]:
    """Give how a year's notice stands, and what it tells of this project."""
    figures = figure_rows(standing.notice.figures) if standing.notice else []
    own = next((row for row in figures if row.number == number), None)
    return standing, notice_words(standing), notice_mark(standing), own


@require_safe
def lottery_notice(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a notice as it was published."""
    found = _notice_or_404(pk)
    newer = LotteryNotice.objects.filter(body=found.body_id, year=found.year, ordinal__gt=found.ordinal)
    context = {
        "notice": found,
        "is_late": legal_day(found.published_at) > found.due_on,
        "figures": figure_rows(found.figures),
        "newer": newer.order_by("ordinal").last(),
        "lines": lines_of(found.ref),
        "article": notice_rule().article,
        "crumbs": [
            (_("社区账目"), reverse("public:accounts")),
            (_("彩票公益金项目"), reverse("public:lottery_projects")),
            (found.body.name, ""),
        ],
    }
    return public_page(request, "lottery_notice", context)


@require_safe
def lottery_notice_csv(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a notice as a table."""
    del request
    found = _notice_or_404(pk)
    name = f"lottery-{found.body_id}-{found.year}-{found.ordinal}.csv"
    answer = HttpResponse(notice_csv(found), content_type=_CSV)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _notice_or_404(pk: int) -> LotteryNotice:
    notices = LotteryNotice.objects.select_related("body").filter(district=site.home_district())
    found = notices.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found
