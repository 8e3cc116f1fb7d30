"""Opening a proposal to change the catalogue on its newest version, or going on with one that is being written."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from sanhu.domains.catalogue.models import CatalogueProposal, CatalogueVersion
from sanhu.domains.catalogue.queries import item_by_code, proposals_visible_to, versions
from sanhu.domains.catalogue.services.proposing import open_proposal
from sanhu.domains.subjects.permissions import Permission
from sanhu.portals import clock
from sanhu.portals.desk.acting import Acting, at_the_desk
from sanhu.portals.desk.forms.proposals import ProposalForm
from sanhu.portals.desk.page import desk_page
from sanhu.portals.desk.sending import send
from sanhu.portals.desk.submitting import Written
from sanhu.portals.desk.views.proposals import EDIT, may, posts_behind

DRAFTS_SHOWN = 20


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk(Permission.CATALOGUE_AMEND)
def proposal_new(request: HttpRequest, *, acting: Acting) -> HttpResponse:
    """Open a proposal, or choose a draft to go on with; with an item, go straight to its form."""
    newest = versions(acting.actor.district).first()
    code = _item_asked(newest, request.GET.get("item", ""))
    if request.method != "POST":
        return _show(request, acting, newest, ProposalForm(district=acting.actor.district), code)
    form = ProposalForm(request.POST, district=acting.actor.district)
    if not form.is_valid():
        return _show(request, acting, newest, form, code, written=Written(status=422))
    said = form.cleaned_data
    written = send(
        form,
        lambda: (
            open_proposal(
                actor=acting.actor,
                at=clock.now(),
                client_id=said["client_id"],
                reason=said["reason"],
                in_force_from=said["in_force_from"],
                instrument=said["instrument"],
            ).number
        ),
    )
    if not written.is_done:
        return _show(request, acting, newest, form, code, written=written)
    number = int(written.ref)
    messages.success(request, gettext("已新建第 %(number)s 号修改建议，可以逐项改动。") % {"number": number})
    if code:
        return redirect("desk:proposal_item", number=number, code=code)
    return redirect("desk:proposal", number=number)


def _item_asked(newest: CatalogueVersion | None, code: str) -> str:
    if code and (newest is None or item_by_code(newest, code) is None):
        raise Http404
    return code


def _show(
    request: HttpRequest,
    acting: Acting,
    newest: CatalogueVersion | None,
    form: ProposalForm,
    code: str,
    *,
    written: Written | None = None,
) -> HttpResponse:
    visible = proposals_visible_to(acting.actor).filter(district=acting.actor.district, state="draft").defer("rows")
    drafts = [draft for draft in visible[:DRAFTS_SHOWN] if may(draft, EDIT, acting.actor)]
    context = {
        "form": form,
        "decision": written.decision if written else None,
        "newest": newest,
        "code": code,
        "drafts": [(draft, _url(draft, code), posts_behind(acting.actor, draft).get("opened", "")) for draft in drafts],
        "crumbs": [(_("清单修改"), reverse("desk:proposals")), (_("新建清单修改建议"), "")],
    }
    return desk_page(request, "proposal_new", acting, context, status=written.status if written else 200)


def _url(draft: CatalogueProposal, code: str) -> str:
    if code:
        return reverse("desk:proposal_item", kwargs={"number": draft.number, "code": code})
    return reverse("desk:proposal", kwargs={"number": draft.number})
