"""The end of a year at the desk: what is left by source, what the rules say of it, who signed, and the closed books."""

from dataclasses import dataclass

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from sanhu.domains.funding.leftovers import Left, draft_of, left_by_source
from sanhu.domains.funding.models import ClosedYear, LedgerAccount
from sanhu.domains.funding.sources_report import SourceReport, district_report
from sanhu.domains.funding.terms import FundSource
from sanhu.domains.funding.year_end_queries import consents_visible_to, settlements_visible_to
from sanhu.domains.funding.year_end_rules import (
    may_consent,
    may_propose,
    most_years,
    rules_by_source,
    rules_source,
)
from sanhu.domains.funding.year_end_terms import SettlementState
from sanhu.domains.subjects.permissions import Permission
from sanhu.engines.legal_time import legal_day
from sanhu.portals import clock
from sanhu.portals.desk.acting import Acting, at_the_desk
from sanhu.portals.desk.page import desk_page
from sanhu.portals.desk.views.ledger_accounts import money_tabs, purpose_of

PAGE_SIZE = 50


@dataclass(frozen=True)
class YearRow:
    """A year in the list: whether it is over, settled or closed."""

    year: int
    words: str | Promise
    mark: str


@dataclass(frozen=True)
class Summed:
    """What became of one source's money in a year."""

    label: str
    income_fen: int
    carried_in_fen: int
    spending_fen: int
    carried_over_fen: int
    returned_fen: int
    left_fen: int


@require_safe
@at_the_desk(Permission.FUNDING_OVERSEE)
def years(request: HttpRequest, *, acting: Acting) -> HttpResponse:
    """List the years of the district's books, with how each stands."""
    context = {
        "years": _rows(acting),
        "rules": rules_by_source(),
        "rules_source": rules_source(),
        "most_years": most_years(),
        "may_close": acting.actor.may(Permission.FUNDING_CLOSE),
        "tabs": money_tabs(acting, "desk:years"),
        "tabs_label": _("经费"),
    }
    return desk_page(request, "years", acting, context)


def _rows(acting: Acting) -> list[YearRow]:
    district, today = acting.actor.district, legal_day(clock.now())
    closed = set(ClosedYear.objects.filter(district=district).values_list("year", flat=True))
    waiting = set(
        settlements_visible_to(acting.actor).filter(state=SettlementState.WAITING).values_list("year", flat=True)
    )
    return [YearRow(year, *_standing(year, today.year, closed, waiting)) for year in years_of(district)]


def _standing(year: int, this_year: int, closed: set[int], waiting: set[int]) -> tuple[str | Promise, str]:
    """Say how a year stands, and how that is marked."""
    if year in closed:
        return _("已结账"), "closed"
    if year in waiting:
        return _("结算待第二人签批"), "near"
    return (_("进行中"), "running") if year >= this_year else (_("已过完，待结算和结账"), "near")


def years_of(district: str) -> list[int]:
    """Give the years of a district's books, the newest first."""
    accounts = LedgerAccount.objects.filter(district=district)
    return list(accounts.order_by("-year").values_list("year", flat=True).distinct())


@require_safe
@at_the_desk(Permission.FUNDING_OVERSEE)
def year_end(request: HttpRequest, *, acting: Acting, year: int) -> HttpResponse:
    """Show what is left of a year by source, what becomes of each line, and what was signed; or its closed books."""
    actor = acting.actor
    if year not in years_of(actor.district):
        raise Http404
    closed = ClosedYear.objects.filter(district=actor.district, year=year).select_related("closed_by").first()
    draft = [] if closed else draft_of(actor.district, year)
    settlements = list(settlements_visible_to(actor).filter(year=year).order_by("ordinal"))
    here = Paginator(draft, PAGE_SIZE).get_page(request.GET.get("page"))
    is_waiting = any(one.state == SettlementState.WAITING for one in settlements)
    is_over = legal_day(clock.now()).year > year
    context = {
        "year": year,
        "closed": closed,
        "is_over": is_over,
        "sums": summed(district_report(actor.district, year)),
        "by_source": left_by_source(draft),
        "here": here,
        "rows": [row_of(left) for left in here.object_list],
        "settlements": settlements,
        "consents": consents_visible_to(actor).filter(account__year=year, withdrawn_at=None).order_by("pk"),
        "may_consent": bool(may_consent(actor)) and closed is None,
        "may_propose": bool(may_propose(actor)) and is_over and bool(draft) and not is_waiting,
        "may_close": actor.may(Permission.FUNDING_CLOSE) and is_over and closed is None,
        "crumbs": [(_("年终结算"), reverse("desk:years")), (gettext("%(year)s 年") % {"year": year}, "")],
    }
    return desk_page(request, "year_end", acting, context)


@dataclass(frozen=True)
class DraftRow:
    """A line of the draft in words: whose, for what, since when, what becomes of it and why."""

    left: Left
    purpose: str
    url: str


def row_of(left: Left) -> DraftRow:
    """Put a line of the draft into words."""
    purpose, url = purpose_of(left.line.purpose_ref)
    return DraftRow(left, purpose, url)


def summed(report: SourceReport) -> list[Summed]:
    """Give what became of each source's money; what neither came nor was there is left out."""
    found = []
    for source in FundSource:
        sums = report.of(source)
        if sums.income_fen or sums.spending_fen or sums.is_settled:
            found.append(
                Summed(
                    label=str(source.label),
                    income_fen=sums.income_fen,
                    carried_in_fen=sums.carried_in_fen,
                    spending_fen=sums.spending_fen,
                    carried_over_fen=sums.carried_over_fen,
                    returned_fen=sums.returned_fen,
                    left_fen=sums.left_fen,
                )
            )
    return found
