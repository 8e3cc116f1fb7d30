"""The items of a proposal to change the catalogue: found among many, marked where they change, taken out (R32)."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from sanhu.domains.catalogue.differences import Kind, changed_codes
from sanhu.domains.catalogue.judging import reviewed_of, rows_in, rows_under
from sanhu.domains.catalogue.models import CatalogueProposal
from sanhu.domains.catalogue.proposals import BLOCKING
from sanhu.domains.catalogue.rows import ItemRow
from sanhu.domains.catalogue.rules import AffairClass
from sanhu.domains.catalogue.services.proposal_door import ProposalNotFound
from sanhu.domains.catalogue.services.proposing import remove_item
from sanhu.domains.evidence.requests import ConflictError, StaleForm
from sanhu.domains.subjects.permissions import Permission
from sanhu.engines.decisions import Refused, refuse
from sanhu.portals import clock
from sanhu.portals.desk.acting import Acting, at_the_desk
from sanhu.portals.desk.catalogue_words import KINDS, lead_or_words
from sanhu.portals.desk.forms.proposals import ItemRemovalForm
from sanhu.portals.desk.page import desk_page
from sanhu.portals.desk.proposal_places import place_of
from sanhu.portals.desk.submitting import Written
from sanhu.portals.desk.views.proposals import EDIT, SEES_PROPOSALS, may, proposal_or_404, title_of

ITEMS_SHOWN = 50
SOMEBODY_ACTED = _("您填表的时候，这份修改建议有了改动。请看过现在的内容再办。")


@dataclass(frozen=True)
class _Listed:
    """An item on the list: who leads, what became of it, and the refusals it would meet."""

    row: ItemRow
    leads: tuple[str, ...]
    kind: Kind | None
    kind_words: str
    codes: tuple[str, ...]


@require_safe
@at_the_desk(*SEES_PROPOSALS)
def proposal_contents(request: HttpRequest, *, acting: Acting, number: int) -> HttpResponse:
    """List the items of a proposal, fifty at a time: all, those of a class, those that change, those of a name."""
    found = proposal_or_404(acting.actor, number)
    chosen, sought = request.GET.get("class", ""), request.GET.get("q", "").strip()
    only_changed = request.GET.get("changed", "") == "1"
    if chosen and chosen not in set(AffairClass):
        raise BadRequest("class is one of K1 to K7")
    before, rows = rows_under(found), rows_in(found)
    kinds = _kinds(before, rows)
    known = {row.code: row for row in (*before, *rows)}
    wanted = [
        row
        for _code, row in sorted(known.items())
        if chosen in ("", row.affair_class) and _is_sought(row, sought) and (row.code in kinds or not only_changed)
    ]
    here = Paginator(wanted, ITEMS_SHOWN).get_page(request.GET.get("page", ""))
    context = {
        "proposal": found,
        "title": title_of(found),
        "may_edit": bool(may(found, EDIT, acting.actor)),
        "items": _listed(found, list(here.object_list), kinds),
        "here": here,
        "all_count": len(rows),
        "changed_count": len(kinds),
        "classes": [(one.value, f"{one.value} {one.label}") for one in AffairClass],
        "chosen": chosen,
        "sought": sought,
        "only_changed": only_changed,
        "crumbs": crumbs_to(found, (_("事项"), "")),
    }
    return desk_page(request, "proposal_contents", acting, context)


def _kinds(before: tuple[ItemRow, ...], rows: tuple[ItemRow, ...]) -> dict[str, Kind]:
    """What became of each item that is not as it was."""
    old, new = ({row.code for row in among} for among in (before, rows))
    return {
        **dict.fromkeys(old - new, Kind.REMOVED),
        **{code: Kind.CHANGED if code in old else Kind.ADDED for code in changed_codes(before, rows)},
    }


def _is_sought(row: ItemRow, sought: str) -> bool:
    return sought.casefold() in f"{row.code} {row.name} {row.name_en}".casefold()


def _listed(found: CatalogueProposal, rows: list[ItemRow], kinds: dict[str, Kind]) -> list[_Listed]:
    return [
        _Listed(
            row=item.row,
            leads=tuple(dict.fromkeys(lead_or_words(duty.leads[0].kind) for duty in item.row.duties if duty.leads)),
            kind=(kind := kinds.get(item.row.code)),
            kind_words=str(KINDS[kind]) if kind else "",
            codes=tuple(sorted({finding.code for finding in item.findings if finding.code in BLOCKING})),
        )
        for item in reviewed_of(found, rows)
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk(Permission.CATALOGUE_AMEND)
def proposal_item_remove(request: HttpRequest, *, acting: Acting, number: int, code: str) -> HttpResponse:
    """Ask whether an item is to be taken out of a proposal; take it out."""
    found = proposal_or_404(acting.actor, number)
    place = place_of(found, code)
    if place.known is None and request.method != "POST":  # a second press finds what the first has taken out
        raise Http404
    decision = may(found, EDIT, acting.actor)
    form = ItemRemovalForm(request.POST or None, initial={"revision": found.revision})
    written = Written(status=200)
    if not decision and request.POST.get("revision") in (None, str(found.revision)):
        written = Written(decision=decision, status=403)
    elif request.method == "POST":
        written = _removed(found, code, form, acting) if form.is_valid() else Written(status=422)
        if written.is_done:
            said = {"code": code, "number": number}
            messages.success(request, gettext("已从第 %(number)s 号修改建议里删去 %(code)s。") % said)
            return redirect("desk:proposal_contents", number=number)
    if written.status == 409:
        found = proposal_or_404(acting.actor, number)
        place = place_of(found, code)
        form = ItemRemovalForm(initial={"revision": found.revision})
    label, back = gettext("删去事项"), reverse("desk:proposal_contents", kwargs={"number": number})
    context = {
        "proposal": found,
        "row": place.known,
        "code": code,
        "is_new": place.before is None,
        "form": form if place.now is not None and may(found, EDIT, acting.actor) else None,
        "decision": written.decision,
        "title": label,
        "back_url": back,
        "crumbs": crumbs_to(found, (_("事项"), back), (code, "")),
    }
    return desk_page(request, "proposal_item_remove", acting, context, status=written.status)


def _removed(found: CatalogueProposal, code: str, form: ItemRemovalForm, acting: Acting) -> Written:
    try:
        remove_item(
            actor=acting.actor,
            at=clock.now(),
            client_id=form.cleaned_data["client_id"],
            proposal_id=found.pk,
            code=code,
            revision=form.cleaned_data["revision"],
        )
    except ProposalNotFound:
        raise Http404 from None
    except (StaleForm, ConflictError):
        return Written(decision=refuse(str(SOMEBODY_ACTED)), status=409)
    except Refused as refused:
        return Written(decision=refused.decision, status=422)
    return Written(ref=str(found.pk))


def crumbs_to(found: CatalogueProposal, *further: tuple[object, str]) -> list[tuple[object, str]]:
    """The way to a page below a proposal."""
    return [
        (_("清单修改"), reverse("desk:proposals")),
        (title_of(found), reverse("desk:proposal", kwargs={"number": found.number})),
        *further,
    ]
