"""Publishing a community's account: what is due, what it says, and the deed."""

from datetime import date

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from sanhu.domains.funding.disclosure_rules import DISCLOSERS, Period, check_over
from sanhu.domains.funding.disclosure_standing import PeriodStanding, standings_of, with_accounts
from sanhu.domains.funding.models import Disclosure
from sanhu.domains.funding.public_account import changes_since, postings_in, totals_of, years_of
from sanhu.domains.funding.services.disclosing import disclose, may_publish
from sanhu.domains.funding.services.errors import FundingNotFound
from sanhu.domains.places.models import Area
from sanhu.domains.places.queries import area as area_of
from sanhu.domains.places.queries import community as community_in
from sanhu.domains.subjects.permissions import Permission
from sanhu.engines.legal_time import legal_day
from sanhu.portals import clock
from sanhu.portals.desk.acting import Acting, at_the_desk
from sanhu.portals.desk.forms.disclosures import DiscloseForm
from sanhu.portals.desk.page import desk_page
from sanhu.portals.desk.sending import send
from sanhu.portals.desk.submitting import Written
from sanhu.portals.desk.views.ledger_accounts import money_tabs
from sanhu.portals.disclosures import MARKS, by_line, by_source, period_of, period_words, standing_words

_YEARS_SHOWN = 2


@require_safe
@at_the_desk(Permission.FUNDING_DISCLOSE)
def disclosures(request: HttpRequest, *, acting: Acting) -> HttpResponse:
    """List the communities whose accounts one's body publishes, with each period that has begun."""
    today = legal_day(clock.now())
    context = {
        "communities": [
            (community, _periods(community.code, today=today)) for community in _communities(acting, today=today)
        ],
        "tabs": money_tabs(acting, "desk:disclosures"),
        "tabs_label": _("经费"),
    }
    return desk_page(request, "disclosures", acting, context)


def _communities(acting: Acting, *, today: date) -> list[Area]:
    """Give the communities in reach that have accounts, by their codes."""
    if acting.post.organisation.kind not in DISCLOSERS:
        return []
    codes = [code for code in with_accounts(acting.actor.district) if acting.actor.covers(code)]
    found = (area_of(code, today) for code in codes)
    return [one for one in found if one is not None]


def _periods(area_code: str, *, today: date) -> list[tuple[PeriodStanding, str, str, str]]:
    """Give the periods of the last years that have begun, the newest first."""
    years = years_of(area_code)[:_YEARS_SHOWN]
    found = (one for year in years for one in standings_of(area_code, year, today=today)[::-1])
    return [(one, period_words(one.period), standing_words(one), MARKS[one.standing]) for one in found]


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk(Permission.FUNDING_DISCLOSE)
def disclosure(request: HttpRequest, *, acting: Acting, area: str, period: str) -> HttpResponse:
    """Show what would be published, and publish it."""
    today = legal_day(clock.now())
    community, asked = community_in(area, today, district=acting.actor.district), period_of(period)
    if community is None or asked is None or not acting.actor.covers(area):
        raise Http404
    if not (decision := may_publish(acting.actor, community.code)):
        context = {"community": community, "period": asked, "period_words": period_words(asked), "decision": decision}
        return desk_page(request, "disclosure", acting, context, status=403)
    form = DiscloseForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return _show(request, acting, community, asked, form=form)

    def write() -> int:
        try:
            return disclose(
                actor=acting.actor,
                at=clock.now(),
                client_id=form.cleaned_data["client_id"],
                area_code=community.code,
                period=asked,
            ).pk
        except FundingNotFound:
            raise Http404 from None

    written = send(form, write)
    if not written.is_done:
        return _show(request, acting, community, asked, form=form, written=written)
    messages.success(request, gettext("%(period)s的账目已公布。") % {"period": period_words(asked)})
    return redirect("desk:disclosure", area=community.code, period=asked.code)


def _show(
    request: HttpRequest,
    acting: Acting,
    community: Area,
    period: Period,
    *,
    form: DiscloseForm,
    written: Written | None = None,
) -> HttpResponse:
    """Show the figures, and the form where they can be published now."""
    is_over = bool(check_over(period, today=legal_day(clock.now())))
    last = _last(community.code, period)
    changes = changes_since(last) if last else None
    is_unchanged = last is not None and not changes
    totals = totals_of(postings_in(community.code, [period]))
    context = {
        "community": community,
        "period": period,
        "period_words": period_words(period),
        "decision": written.decision if written else None,
        "is_shown": True,
        "form": form if is_over and not is_unchanged else None,
        "is_over": is_over,
        "last": last,
        "changes": changes,
        "whole": totals.whole,
        "by_source": by_source(totals),
        "by_line": by_line(totals),
        "crumbs": [(_("账目公布"), reverse("desk:disclosures")), (community.name, ""), (period_words(period), "")],
    }
    status = written.status if written else 422 if form.is_bound else 200
    return desk_page(request, "disclosure", acting, context, status=status)


def _last(area_code: str, period: Period) -> Disclosure | None:
    found = Disclosure.objects.filter(area_code=area_code, year=period.year, quarter=period.quarter)
    return found.defer("table").select_related("body", "disclosed_by").order_by("ordinal").last()
