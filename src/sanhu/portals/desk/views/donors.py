"""Erasing who gave: for whoever is charged with personal data, who sees neither the money nor the name."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from sanhu.domains.funding.donation_queries import is_waiting, open_donations
from sanhu.domains.funding.donation_rules import may_erase_donor
from sanhu.domains.funding.earmark_queries import left_fen
from sanhu.domains.funding.models import Donation
from sanhu.domains.funding.services.donation_changes import erase_donor
from sanhu.domains.funding.services.errors import FundingNotFound
from sanhu.domains.subjects.permissions import Permission
from sanhu.engines.decisions import Decision
from sanhu.portals import clock
from sanhu.portals.desk.acting import Acting, at_the_desk
from sanhu.portals.desk.forms.donations import EraseDonorForm
from sanhu.portals.desk.page import desk_page
from sanhu.portals.desk.papers import Paper, show_paper
from sanhu.portals.desk.sending import send
from sanhu.portals.desk.submitting import Written
from sanhu.portals.desk.views.retention import personal_data_tabs
from sanhu.portals.look.keyset import Page, page_of

PAGE_SIZE = 50


@require_safe
@at_the_desk(Permission.PERSONAL_DATA_ERASE)
def donors(request: HttpRequest, *, acting: Acting) -> HttpResponse:
    """List the district's donations by their numbers, with whether who gave them is still known and may go."""
    known = Donation.objects.filter(district=acting.actor.district).select_related("earmark__body")
    page: Page[Donation] = page_of(
        known.order_by("-registered_at", "-pk"),
        after=request.GET.get("after", ""),
        size=PAGE_SIZE,
        url=request.get_full_path(),
        known=known,
    )
    still_open = open_donations(page.rows)
    context = {
        "page": page,
        "rows": [(row, row.erased_at is None and row.pk not in still_open) for row in page.rows],
        "tabs": personal_data_tabs(acting, "desk:donors"),
        "tabs_label": _("个人信息"),
    }
    return desk_page(request, "donors", acting, context)


def _decision(found: Donation, acting: Acting) -> Decision:
    return may_erase_donor(
        left_fen=left_fen(found.earmark),
        is_waiting=is_waiting(found),
        is_erased=found.erased_at is not None,
        actor=acting.actor,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk(Permission.PERSONAL_DATA_ERASE)
def donor_erase(request: HttpRequest, *, acting: Acting, number: str) -> HttpResponse:
    """Erase who gave a donation of which nothing is left."""
    found = Donation.objects.filter(district=acting.actor.district, number=number).first()
    if found is None:
        raise Http404
    title = _("删除捐赠人的资料")
    paper = Paper(
        title=title,
        submit=_("删除"),
        done=_("捐赠人的资料已删除。"),
        lead=_("姓名、联系方式、原话、核对的说明和书面同意的扫描件一起删除；编号、用途、金额和每一笔收支留下。"),
        back=_("返回"),
        crumbs=((_("捐赠人"), reverse("desk:donors")), (found.number, ""), (title, "")),
    )
    form = EraseDonorForm(request.POST or None)
    decision = _decision(found, acting)
    if not decision and not form.is_valid():
        return show_paper(request, acting, paper, None, Written(decision=decision, status=403))
    if request.method != "POST" or not form.is_valid():
        return show_paper(request, acting, paper, form)

    def write() -> object:
        try:
            client_id = form.cleaned_data["client_id"]
            return erase_donor(actor=acting.actor, at=clock.now(), client_id=client_id, number=number).number
        except FundingNotFound:
            raise Http404 from None

    written = send(form, write)
    if not written.is_done:
        return show_paper(request, acting, paper, form, written)
    messages.success(request, str(paper.done))
    return redirect("desk:donors")
