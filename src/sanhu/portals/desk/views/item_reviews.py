"""Reviews of items at the desk (R1): which are due, what happened since the last one, and what this one came to."""

from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from sanhu.domains.casework.item_figures import item_figures
from sanhu.domains.catalogue.models import AffairItem
from sanhu.domains.catalogue.queries import current_version, item_by_code, items, review_periods, reviews_of
from sanhu.domains.catalogue.services.reviewing import ItemNotFound, review_item
from sanhu.domains.catalogue.terms import ItemStatus, ReviewOutcome
from sanhu.domains.subjects.permissions import Permission
from sanhu.engines.day_count import months_after
from sanhu.engines.legal_time import legal_day
from sanhu.portals import clock
from sanhu.portals.desk.acting import Acting, at_the_desk
from sanhu.portals.desk.forms.item_reviews import ItemReviewForm
from sanhu.portals.desk.page import desk_page
from sanhu.portals.desk.sending import send
from sanhu.portals.desk.submitting import Written
from sanhu.portals.desk.views.duties import READS_CATALOGUE
from sanhu.portals.look.templatetags.affairs import item_name


@dataclass(frozen=True)
class Due:
    """An item, since when it was not reviewed, and by which day it is to be."""

    item: AffairItem
    since: date
    by: date

    def is_late(self, on: date) -> bool:
        """Tell whether the day is past."""
        return self.by < on


def due_of(item: AffairItem, since: date) -> Due:
    """Give when an item is to be reviewed: its period of months after the last time, or after it began."""
    return Due(item, since, months_after(since, item.review_months))


@require_safe
@at_the_desk(*READS_CATALOGUE)
def item_reviews(request: HttpRequest, *, acting: Acting) -> HttpResponse:
    """List the items in force by the day their review is due, those that are late first."""
    today = legal_day(clock.now())
    version = current_version(acting.actor.district, today)
    since = review_periods(acting.actor.district)
    rows = [due_of(item, since[item.code]) for item in items(version)] if version else []
    rows.sort(key=lambda due: (due.by, due.item.code))
    context = {
        "rows": [(due, due.is_late(today)) for due in rows],
        "late": sum(due.is_late(today) for due in rows),
        "may_review": acting.actor.may(Permission.CATALOGUE_AMEND),
        "crumbs": [(_("清单"), reverse("desk:duties")), (_("事项评估"), "")],
    }
    return desk_page(request, "item_reviews", acting, context)


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk(Permission.CATALOGUE_AMEND)
def item_review(request: HttpRequest, *, acting: Acting, code: str) -> HttpResponse:
    """Show what became of an item's matters since it was last reviewed; write down what the review came to."""
    form = ItemReviewForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return _show(request, acting, code, form, written=Written(status=422 if form.is_bound else 200))
    said = form.cleaned_data
    try:
        written = send(
            form,
            lambda: (
                review_item(
                    actor=acting.actor,
                    at=clock.now(),
                    client_id=said["client_id"],
                    code=code,
                    outcome=said["outcome"],
                    words=said["words"],
                ).pk
            ),
        )
    except ItemNotFound:
        raise Http404 from None
    if not written.is_done:
        return _show(request, acting, code, form, written=written)
    if said["outcome"] == ReviewOutcome.KEEP:
        messages.success(request, _("评估已记下，事项保留。"))
        return redirect("desk:catalogue_item", code=code)
    messages.success(request, _("评估已记下。请在清单修改建议里改动或者删去这一项。"))
    return redirect(f"{reverse('desk:proposal_new')}?item={code}")


def _show(request: HttpRequest, acting: Acting, code: str, form: ItemReviewForm, *, written: Written) -> HttpResponse:
    today, district = legal_day(clock.now()), acting.actor.district
    version = current_version(district, today)
    item = item_by_code(version, code) if version is not None else None
    if item is None or item.status != ItemStatus.EFFECTIVE:
        raise Http404
    due = due_of(item, review_periods(district, code=code)[code])
    context = {
        "form": form,
        "item": item,
        "due": due,
        "is_late": due.is_late(today),
        "figures": item_figures(district, code, since=due.since, until=today),
        "today": today,
        "reviews": reviews_of(district, code),
        "decision": written.decision,
        "crumbs": [
            (_("清单"), reverse("desk:duties")),
            (f"{code} {item_name(item)}", reverse("desk:catalogue_item", kwargs={"code": code})),
            (_("评估"), ""),
        ],
    }
    return desk_page(request, "item_review", acting, context, status=written.status)
