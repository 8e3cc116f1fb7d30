"""Words and photos before they are public: what waits, and one of them with everything found in it."""

from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from sanhu.domains.casework import publications as reading
from sanhu.domains.casework.models import Publication, Verdict
from sanhu.domains.casework.publications import original_photo, original_words
from sanhu.domains.casework.publishing_rules import may_blacken
from sanhu.domains.casework.services.errors import PublicationNotFound
from sanhu.domains.casework.services.publishing import decide
from sanhu.domains.evidence.attachments import UnreadablePhotoError
from sanhu.domains.evidence.blackened import blacken
from sanhu.domains.evidence.requests import ConflictError, StaleForm
from sanhu.domains.places.queries import path_of
from sanhu.domains.subjects.permissions import Permission
from sanhu.engines.decisions import Decision, Refused
from sanhu.engines.legal_time import legal_day
from sanhu.engines.personal_marks import find, mask
from sanhu.portals import clock
from sanhu.portals.desk.acting import Acting, at_the_desk
from sanhu.portals.desk.forms.publications import PhotoForm, PublicationForm, WordsForm, read_boxes, written
from sanhu.portals.desk.page import desk_page
from sanhu.portals.desk.served import area_names
from sanhu.portals.desk.submitting import conflicting
from sanhu.portals.look.keyset import Page, page_of
from sanhu.portals.photos import photo_of
from sanhu.portals.published import MARK_LABELS, pieces_of, what_of

PAGE_SIZE = 30


@dataclass(frozen=True)
class Row:
    """One line of the queue: what it is, where, and what was found in it."""

    publication: Publication
    what: str
    place: str
    found: list[str]


@require_safe
@at_the_desk(Permission.MATTER_PUBLISH)
def publications(request: HttpRequest, *, acting: Acting) -> HttpResponse:
    """List what waits for somebody to look at it, oldest first."""
    page: Page[Publication] = page_of(
        reading.waiting_on(acting.actor),
        after=request.GET.get("after", ""),
        size=PAGE_SIZE,
        url=request.get_full_path(),
        known=reading.visible_to(acting.actor),
    )
    codes = {one.matter.area_code for one in page.rows}
    names = area_names(codes, legal_day(clock.now()))
    rows = [Row(one, what_of(one), names.get(one.matter.area_code, ""), _found_in(one)) for one in page.rows]
    return desk_page(request, "publications", acting, {"page": page, "rows": rows})


def _found_in(publication: Publication) -> list[str]:
    """Name each kind found, once, in the order of the text."""
    if not publication.is_of_words:
        return []
    return list(dict.fromkeys(str(MARK_LABELS[mark.kind]) for mark in find(original_words(publication))))


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk(Permission.MATTER_PUBLISH)
def publication(request: HttpRequest, *, acting: Acting, pk: int) -> HttpResponse:
    """Show one text or photo with what was found, and decide on it."""
    found = _found_or_404(acting, pk)
    form = _form_of(found, request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return _show(request, acting, found, form, status=422 if form.is_bound else 200)
    if isinstance(form, PhotoForm) and form.cleaned_data["verdict"] == Verdict.MASKED:
        if not (decision := may_blacken(form.boxes())):
            return _show(request, acting, found, form, decision=decision, status=422)
        # Nothing is blackened unseen: another set of boxes is shown first.
        if form.cleaned_data["previewed"] != " ".join(written(form.boxes())):
            return _show(request, acting, found, form, preview=True)
    return _decide(request, acting, found, form)


def _decide(request: HttpRequest, acting: Acting, found: Publication, form: PublicationForm) -> HttpResponse:
    try:
        decide(
            actor=acting.actor,
            at=clock.now(),
            client_id=form.cleaned_data["client_id"],
            publication_id=found.pk,
            ruling=form.ruling(),
        )
    except PublicationNotFound:
        raise Http404 from None
    except Refused as refusal:
        return _show(request, acting, found, form, decision=refusal.decision, status=422)
    except ConflictError:
        conflicting(form)
        return _show(request, acting, found, form, status=409)
    except StaleForm:
        return _show_stale(request, acting, found.pk)
    messages.success(request, _("决定已记下。"))
    return redirect("desk:publications")


def _show_stale(request: HttpRequest, acting: Acting, pk: int) -> HttpResponse:
    """A colleague decided meanwhile: show their decision, keep what was written."""
    fresh = _found_or_404(acting, pk)
    kept = request.POST.copy()
    kept["revision"], kept["client_id"] = str(fresh.revision), str(uuid4())
    return _show(request, acting, fresh, _form_of(fresh, kept), is_stale=True, status=409)


def _form_of(found: Publication, data: QueryDict | None) -> PublicationForm:
    if not found.is_of_words:
        return PhotoForm(data, initial={"revision": found.revision})
    words = original_words(found)
    marks = find(words)
    initial = {"revision": found.revision, "words": found.public_words or mask(words, marks)}
    if any(mark.is_certain for mark in marks):
        initial["verdict"] = Verdict.MASKED
    return WordsForm(data, initial=initial)


def _show(
    request: HttpRequest,
    acting: Acting,
    found: Publication,
    form: PublicationForm,
    *,
    decision: Decision | None = None,
    preview: bool = False,
    is_stale: bool = False,
    status: int = 200,
) -> HttpResponse:
    matter = found.matter
    context = {
        "publication": found,
        "what": what_of(found),
        "place": path_of(matter.area_code, legal_day(matter.reported_at)),
        "form": form,
        "decision": decision,
        "is_stale": is_stale,
        "crumbs": [(_("公开审看"), reverse("desk:publications")), (what_of(found), "")],
    }
    if isinstance(form, PhotoForm):
        boxes = form.boxes() if form.is_bound and form.is_valid() else []
        context |= {
            "photo": original_photo(found),
            "boxes": boxes,
            "preview_url": _preview_url(found, written(boxes)) if preview else "",
            "previewed": " ".join(written(boxes)) if preview else "",
        }
    else:
        pieces = pieces_of(original_words(found))
        context |= {
            "pieces": pieces,
            "certain_count": sum(1 for piece in pieces if piece.is_certain),
            "uncertain_count": sum(1 for piece in pieces if piece.label and not piece.is_certain),
        }
    template = "publication_photo" if isinstance(form, PhotoForm) else "publication_words"
    return desk_page(request, template, acting, context, status=status)


def _preview_url(found: Publication, boxes: list[str]) -> str:
    query = urlencode([("box", box) for box in boxes])
    return f"{reverse('desk:publication_preview', kwargs={'pk': found.pk})}?{query}"


@require_safe
@at_the_desk(Permission.MATTER_PUBLISH)
def publication_photo(request: HttpRequest, *, acting: Acting, pk: int) -> HttpResponse:
    """Send the photo that is to be looked at, as it came."""
    del request
    original = original_photo(_found_or_404(acting, pk))
    if original is None:
        raise Http404
    return photo_of(original.owner_ref, original.uuid)


@require_safe
@at_the_desk(Permission.MATTER_PUBLISH)
def publication_preview(request: HttpRequest, *, acting: Acting, pk: int) -> HttpResponse:
    """Send the photo as it would be with these boxes black. Nothing is kept."""
    original = original_photo(_found_or_404(acting, pk))
    if original is None:
        raise Http404
    try:
        boxes = read_boxes(request.GET.getlist("box"))
    except ValueError:
        raise BadRequest("a box is four numbers") from None
    if not may_blacken(boxes):
        raise BadRequest("boxes lie on the picture, at most eight")
    try:
        photo = blacken(original, boxes)
    except UnreadablePhotoError:
        raise Http404 from None
    return HttpResponse(photo.data, content_type=photo.content_type, headers={"Content-Disposition": "inline"})


def _found_or_404(acting: Acting, pk: int) -> Publication:
    try:
        return reading.publication_for(acting.actor, pk)
    except PublicationNotFound:
        raise Http404 from None
