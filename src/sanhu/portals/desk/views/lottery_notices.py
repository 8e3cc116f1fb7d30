"""The yearly notice of how one's own body used lottery money: which years are told, and telling one."""

from datetime import date

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from sanhu.domains.funding.lottery_queries import NoticeStanding, figures_of, standings_of
from sanhu.domains.funding.services.lottery import announce
from sanhu.domains.funding.source_rules import notice_rule
from sanhu.domains.subjects.permissions import Permission
from sanhu.engines.legal_time import legal_day
from sanhu.portals import clock
from sanhu.portals.desk.acting import Acting, at_the_desk
from sanhu.portals.desk.forms.spending import LotteryNoticeForm
from sanhu.portals.desk.page import desk_page
from sanhu.portals.desk.sending import send
from sanhu.portals.desk.submitting import Written
from sanhu.portals.lottery import figure_rows, notice_mark, notice_words


@require_safe
@at_the_desk(Permission.FUNDING_DISCLOSE)
def lottery_notices(request: HttpRequest, *, acting: Acting) -> HttpResponse:
    """List the years in which one's body had lottery money, and how the notice of each stands."""
    context = {
        "rows": [(one, notice_words(one), notice_mark(one)) for one in _standings(acting)],
        "crumbs": [
            (_("经费"), reverse("desk:accounts")),
            (_("专款"), reverse("desk:earmarks")),
            (_("年度公告"), ""),
        ],
        "article": notice_rule().article,
    }
    return desk_page(request, "lottery_notices", acting, context)


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk(Permission.FUNDING_DISCLOSE)
def lottery_notice(request: HttpRequest, *, acting: Acting, year: int) -> HttpResponse:
    """Show what the ledger has of a year, and announce it with what was done."""
    found = next((one for one in _standings(acting) if one.year == year), None)
    if found is None:
        raise Http404
    initial = {"words": found.notice.words} if found.notice else {}
    form = LotteryNoticeForm(request.POST or None, initial=initial) if found.is_over else None
    if request.method != "POST" or form is None or not form.is_valid():
        faulty = request.method == "POST"
        return _show(request, acting, found, form, Written(status=422 if faulty else 200))

    def write() -> int:
        said = form.cleaned_data
        return announce(
            actor=acting.actor, at=clock.now(), client_id=said["client_id"], year=year, words=said["words"]
        ).pk

    written = send(form, write)
    if not written.is_done:
        return _show(request, acting, found, form, written)
    messages.success(request, gettext("已公告。"))
    return redirect("desk:lottery_notice", year=year)


def _show(
    request: HttpRequest, acting: Acting, found: NoticeStanding, form: LotteryNoticeForm | None, written: Written
) -> HttpResponse:
    assert acting.actor.organisation_id is not None, "a body has years to tell"
    title = gettext_lazy("%(year)d 年彩票公益金使用情况")
    context = {
        "title": str(title) % {"year": found.year},
        "standing": found,
        "stands": (notice_words(found), notice_mark(found)),
        "figures": figure_rows(figures_of(acting.actor.organisation_id, found.year)),
        "form": form,
        "decision": written.decision,
        "crumbs": [
            (_("专款"), reverse("desk:earmarks")),
            (_("年度公告"), reverse("desk:lottery_notices")),
            (str(found.year), ""),
        ],
    }
    return desk_page(request, "lottery_notice", acting, context, status=written.status)


def _standings(acting: Acting) -> list[NoticeStanding]:
    today: date = legal_day(clock.now())
    return standings_of(acting.actor.organisation_id, today=today) if acting.actor.organisation_id else []
