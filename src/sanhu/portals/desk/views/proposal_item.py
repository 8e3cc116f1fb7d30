"""One item of a proposal to change the catalogue: its form, what the rules find in it, what came between (R32)."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from sanhu.domains.catalogue.models import CatalogueProposal
from sanhu.domains.catalogue.rows import ItemRow
from sanhu.domains.catalogue.services.proposal_door import ProposalNotFound
from sanhu.domains.catalogue.services.proposing import put_item
from sanhu.domains.catalogue.workbook.words import named_bodies
from sanhu.domains.evidence.requests import ConflictError, StaleForm
from sanhu.domains.subjects.permissions import Permission
from sanhu.engines.decisions import Decision, Refused, refuse
from sanhu.portals import clock
from sanhu.portals.desk.acting import Acting, at_the_desk
from sanhu.portals.desk.catalogue_words import field_words
from sanhu.portals.desk.forms.proposal_item_sheet import ItemSheet, is_too_long, opened, posted, sent_anew
from sanhu.portals.desk.forms.proposal_items import unsealed
from sanhu.portals.desk.item_merging import Meanwhile, put_together
from sanhu.portals.desk.page import desk_page
from sanhu.portals.desk.proposal_places import Place, held, place_of
from sanhu.portals.desk.views.proposal_contents import SOMEBODY_ACTED, crumbs_to
from sanhu.portals.desk.views.proposals import EDIT, may, proposal_or_404, title_of

SAVE = "save"


@dataclass(frozen=True)
class _Shown:
    """What the page shows: the form, what speaks against it, and what came between since it was opened."""

    sheet: ItemSheet | None
    decisions: Sequence[Decision] = ()
    meanwhile: Meanwhile | None = None
    status: int = 200


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk(Permission.CATALOGUE_AMEND)
def proposal_item(request: HttpRequest, *, acting: Acting, number: int, code: str) -> HttpResponse:
    """Show an item of a proposal with what the rules find in it; change it. What was taken out can be put back."""
    found = proposal_or_404(acting.actor, number)
    place = place_of(found, code)
    known = place.known or unsealed(request.POST.get("seen", ""))
    if known is None or known.code != code:
        raise Http404
    if refused := _refused(request, acting, found, known):
        return _show(request, acting, found, _Shown(None, refused, status=403), place)
    if request.method == "POST":
        return _change(request, acting, found, known, place)
    shown = _Shown(opened(known, known=known, revision=found.revision))
    return _show(request, acting, found, shown, place)


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk(Permission.CATALOGUE_AMEND)
def proposal_item_new(request: HttpRequest, *, acting: Acting, number: int) -> HttpResponse:
    """Show the form of a new item, empty or filled from another; put it into the proposal."""
    found = proposal_or_404(acting.actor, number)
    if refused := _refused(request, acting, found, None):
        return _show(request, acting, found, _Shown(None, refused, status=403), Place())
    if request.method == "POST":
        return _change(request, acting, found, None, Place())
    like = request.GET.get("like", "")
    shown = place_of(found, like).known if like else None
    if like and shown is None:
        raise Http404
    return _show(request, acting, found, _Shown(opened(shown, known=None, revision=found.revision)), Place())


def _refused(
    request: HttpRequest, acting: Acting, found: CatalogueProposal, known: ItemRow | None
) -> Sequence[Decision]:
    """Why there is no form; what was written on the proposal as it was before is answered with what came between."""
    if known is not None and is_too_long(known):
        return [refuse(gettext("这一项的任务或者步骤太多，页面改不动，请用表格导入。"))]
    decision = may(found, EDIT, acting.actor)
    return [] if decision or request.POST.get("revision", str(found.revision)) != str(found.revision) else [decision]


def _change(
    request: HttpRequest,
    acting: Acting,
    found: CatalogueProposal,
    known: ItemRow | None,
    place: Place,
) -> HttpResponse:
    """Add or take away a block of the form, or keep what the form says."""
    sheet = posted(request.POST, known=known)
    then = request.POST.get("then", SAVE)
    if then != SAVE:
        return _show(request, acting, found, _Shown(sheet.changed_by(then)), place)
    if not sheet.is_valid() or (known is None and _is_taken(sheet, found)):
        return _show(request, acting, found, _Shown(sheet, sheet.refused, status=422), place)
    row = sheet.row()
    if row == place.now and sheet.item.cleaned_data["revision"] == found.revision:
        messages.info(request, _("没有改动，没有另存。"))
        return redirect("desk:proposal_item", number=found.number, code=row.code)
    try:
        put_item(
            actor=acting.actor,
            at=clock.now(),
            client_id=sheet.item.cleaned_data["client_id"],
            proposal_id=found.pk,
            row=row,
            revision=sheet.item.cleaned_data["revision"],
        )
    except ProposalNotFound:
        raise Http404 from None
    except (StaleForm, ConflictError):
        return _show_stale(request, acting, found.number, sheet, row)
    except Refused as refused:
        return _show(request, acting, found, _Shown(sheet, [refused.decision], status=422), place)
    said = {"number": found.number, "code": row.code, "name": row.name}
    messages.success(request, gettext("已存入第 %(number)s 号修改建议：%(code)s %(name)s。") % said)
    for words in sheet.heard:
        messages.warning(request, words)
    return redirect("desk:proposal_item", number=found.number, code=row.code)


def _is_taken(sheet: ItemSheet, found: CatalogueProposal) -> bool:
    """Tell whether a new item's code is another's already; a repetition of the same form meets what it wrote itself."""
    code, revision = sheet.item.cleaned_data["code"], sheet.item.cleaned_data["revision"]
    is_taken = revision == found.revision and any(data["code"] == code for data in found.rows)
    if is_taken:
        sheet.item.add_error("code", _("这份修改建议里已经有这个代码，请换一个；要改那一项的，在事项里打开它。"))
    return is_taken


def _show_stale(request: HttpRequest, acting: Acting, number: int, sheet: ItemSheet, mine: ItemRow) -> HttpResponse:
    """Somebody acted meanwhile: say what they changed, keep one's own words, and let the person decide anew."""
    found = proposal_or_404(acting.actor, number)
    place = place_of(found, mine.code) if sheet.item.known else Place()
    if sheet.item.known is None:
        anew = posted(sent_anew(request.POST, revision=found.revision), known=None)
        meanwhile = Meanwhile(mine)
        if anew.is_valid():
            _is_taken(anew, found)
    else:
        meanwhile = put_together(before=unsealed(request.POST.get("seen", "")), mine=mine, now=place.now)
        anew = opened(meanwhile.row, known=place.now or sheet.item.known, revision=found.revision)
    decision = may(found, EDIT, acting.actor)
    shown = _Shown(anew, () if decision else [decision], meanwhile, status=409)
    return _show(request, acting, found, shown, place)


def _show(request: HttpRequest, acting: Acting, found: CatalogueProposal, shown: _Shown, place: Place) -> HttpResponse:
    items_url = reverse("desk:proposal_contents", kwargs={"number": found.number})
    title = f"{place.code} {place.known.name if place.known else ''}" if place.code else gettext("新增事项")
    is_as_stored = shown.status == 200 and request.method != "POST"
    clashes = shown.meanwhile.clashes if shown.meanwhile else ()
    context = {
        "proposal": found,
        "proposal_title": title_of(found),
        "title": title,
        "place": place,
        "form": shown.sheet,
        "decisions": shown.decisions,
        "meanwhile": shown.meanwhile,
        "somebody_acted": SOMEBODY_ACTED,
        "clashes": [_("任务") if field == "duties" else field_words(field) for field in clashes],
        "held": held(found, place.now, before=place.before) if is_as_stored and place.now else None,
        "proposed": shown.sheet.item.proposed if shown.sheet else None,
        "may_save": bool(may(found, EDIT, acting.actor)),
        "bodies": named_bodies(),
        "back_url": items_url,
        "crumbs": crumbs_to(found, (_("事项"), items_url), (place.code or title, "")),
    }
    return desk_page(request, "proposal_item", acting, context, status=shown.status)
