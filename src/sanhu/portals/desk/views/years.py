"""Closing a fiscal year of the district's books."""

from django.contrib import messages
from django.db.models import Count, F, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from sanhu.domains.funding.models import ClosedYear, LedgerAccount
from sanhu.domains.funding.services.years import close_year
from sanhu.domains.subjects.permissions import Permission
from sanhu.portals import clock
from sanhu.portals.desk.acting import Acting, at_the_desk
from sanhu.portals.desk.forms.vouchers import YearCloseForm
from sanhu.portals.desk.page import desk_page
from sanhu.portals.desk.sending import send
from sanhu.portals.desk.submitting import Written
from sanhu.portals.desk.views.ledger_accounts import money_tabs


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk(Permission.FUNDING_CLOSE)
def year_close(request: HttpRequest, *, acting: Acting) -> HttpResponse:
    """Show which years are closed; close another."""
    form = YearCloseForm(request.POST or None, years=_years_of(acting.actor.district))
    if request.method != "POST" or not form.is_valid():
        return _show(request, acting, form, status=422 if form.is_bound else 200)

    def write() -> int:
        said = form.cleaned_data
        closed = close_year(actor=acting.actor, at=clock.now(), client_id=said["client_id"], year=said["year"])
        return closed.year

    written = send(form, write)
    if not written.is_done:
        return _show(request, acting, form, written=written, status=written.status)
    messages.success(request, gettext("%(year)s 年已结账。") % {"year": written.ref})
    return redirect("desk:year_close")


def _years_of(district: str) -> list[int]:
    years = LedgerAccount.objects.filter(district=district).order_by("-year").values_list("year", flat=True)
    return list(years.distinct())


def _unsettled(district: str) -> list[tuple[int, int, int]]:
    """Give the years of which something is left: in how many accounts, and how much."""
    left = LedgerAccount.objects.filter(district=district, body__isnull=False, cap_fen__gt=F("posted_fen"))
    rows = left.order_by().values_list("year").annotate(n=Count("pk"), fen=Sum(F("cap_fen") - F("posted_fen")))
    return sorted(rows, reverse=True)


def _show(
    request: HttpRequest, acting: Acting, form: YearCloseForm, *, written: Written | None = None, status: int = 200
) -> HttpResponse:
    closed = ClosedYear.objects.filter(district=acting.actor.district).select_related("closed_by").order_by("-year")
    context = {
        "form": form,
        "closed": closed,
        "unsettled": _unsettled(acting.actor.district),
        "decision": written.decision if written else None,
        "tabs": money_tabs(acting, "desk:year_close"),
        "tabs_label": _("经费"),
    }
    return desk_page(request, "year_close", acting, context, status=status)
