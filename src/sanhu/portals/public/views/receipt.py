"""Following one's own matter with the receipt code."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sanhu.domains.casework.joined import others_reporting
from sanhu.domains.casework.models import Joining, Matter, Rating, Step
from sanhu.domains.casework.procedures import procedure_on
from sanhu.domains.casework.rules import Satisfaction
from sanhu.domains.casework.services import ratings, urging
from sanhu.domains.casework.services.ratings import reopen_until
from sanhu.domains.casework.services.receipts import receipt_hash
from sanhu.domains.casework.services.supplements import may_supplement
from sanhu.domains.evidence import throttle
from sanhu.domains.evidence.attachments import photos_of
from sanhu.domains.evidence.fields import mask_contact
from sanhu.domains.evidence.record import lines_of
from sanhu.domains.evidence.requests import ConflictError
from sanhu.domains.places.queries import path_of
from sanhu.engines.decisions import Refused
from sanhu.engines.legal_time import legal_day
from sanhu.portals import clock
from sanhu.portals.look.addresses import address_of
from sanhu.portals.matters import diagram_of, due_card, own_steps
from sanhu.portals.photos import photo_of
from sanhu.portals.public.forms import RatingForm, ReceiptForm, UrgeForm
from sanhu.portals.public.own_matter import with_own_matter, with_shown_matter
from sanhu.portals.public.page import public_page
from sanhu.portals.public.telling import contact_of
from sanhu.portals.public.tickets import hand_ticket, take_ticket

_WINDOW = timedelta(minutes=15)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def receipt(request: HttpRequest) -> HttpResponse:
    """Ask for the code; a right one opens the matter. Guesses are slowed down."""
    form = ReceiptForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return public_page(request, "receipt", {"form": form}, status=422 if form.is_bound else 200)
    at = clock.now()
    key = throttle.key_of("receipt", address_of(request))
    if throttle.tries(key, at=at, window=_WINDOW) >= settings.SANHU_RECEIPT_TRIES:
        form.add_error(None, _("试得太多了，请 15 分钟以后再试。"))
        return public_page(request, "receipt", {"form": form}, status=429)
    hashed = receipt_hash(form.cleaned_data["code"])
    page = _page_of(hashed)
    if page is None:
        throttle.count_try(key, at=at, window=_WINDOW)
        form.add_error("code", _("“回执码”：没有找到这个回执码对应的事项，请核对后再试。"))
        return public_page(request, "receipt", {"form": form}, status=422)
    # Guesses are not forgotten by a right code: whoever guesses may well hold a receipt of their own.
    response: HttpResponse = redirect(page)
    hand_ticket(response, hashed, secure=request.is_secure())
    return response


def _page_of(hashed: str) -> str | None:
    """Give the page a code opens: of the matter somebody reported, or of the one they joined; None for nobody's."""
    if Matter.objects.filter(receipt_hash=hashed).exists():
        return "public:my_matter"
    return "public:my_joined" if Joining.objects.filter(receipt_hash=hashed, left_at__isnull=True).exists() else None


@require_safe
@with_shown_matter
def my_matter(request: HttpRequest, *, matter: Matter) -> HttpResponse:
    """Show the reporter everything of their matter."""
    return _show(request, matter, _rating_form(matter))


def _rating_form(matter: Matter, data: QueryDict | None = None) -> RatingForm:
    return RatingForm(data, initial={"client_id": uuid4()}, reopen_until=reopen_until(matter, at=clock.now()))


def _show(request: HttpRequest, matter: Matter, form: RatingForm, *, status: int = 200) -> HttpResponse:
    at, held = clock.now(), contact_of(matter)
    ratings_given = list(Rating.objects.filter(matter=matter).order_by("round"))
    return public_page(
        request,
        "my_matter",
        {
            "matter": matter,
            "due": due_card(matter, at=at),
            "answer": _answer_to(matter),
            "steps": own_steps(matter),
            "diagram": diagram_of(matter, public=True),
            "place": path_of(matter.area_code, legal_day(matter.reported_at)),
            "photos": photos_of(matter.ref),
            "added": [(added, photos_of(added.ref)) for added in matter.supplements.order_by("ordinal")],
            "may_supplement": may_supplement(matter),
            "held": held,
            "masked": mask_contact(held.address) if held else "",
            "lines": lines_of(matter.ref),
            "others": others_reporting(matter),
            "procedure": procedure_on(matter),
            "ratings": ratings_given,
            "form": form if _awaits_rating(matter) else None,
            "urging": urging.may_urge(matter, at=at) if _is_overdue(matter, at) else None,
            "urge_id": uuid4(),
        },
        status=status,
    )


def _awaits_rating(matter: Matter) -> bool:
    return matter.state == "closed" and not Rating.objects.filter(matter=matter, round=matter.round).exists()


def _is_overdue(matter: Matter, at: datetime) -> bool:
    return matter.is_open and matter.due_at is not None and matter.due_at <= at


@require_safe
@with_shown_matter
def notice(request: HttpRequest, *, matter: Matter) -> HttpResponse:
    """The acceptance notice, to print."""
    return public_page(
        request,
        "notice",
        {
            "matter": matter,
            "due": due_card(matter, at=clock.now()),
            "answer": _answer_to(matter),
            "place": path_of(matter.area_code, legal_day(matter.reported_at)),
            "printed_at": clock.now(),
        },
    )


def _answer_to(matter: Matter) -> Step | None:
    """Who accepted or declined the matter, when, and in the latter case why."""
    answers = matter.steps.filter(move__in=("accept", "decline"))
    return answers.select_related("organisation").order_by("ordinal").last()


@require_POST
@with_shown_matter
def rate(request: HttpRequest, *, matter: Matter) -> HttpResponse:
    """Rate a closed matter, once each time it was handled; an unhappy rating may open it again."""
    form = _rating_form(matter, request.POST)
    if not form.is_valid():
        return _show(request, matter, form, status=422)
    try:
        ratings.rate(
            at=clock.now(),
            client_id=form.cleaned_data["client_id"],
            receipt_hash=matter.receipt_hash,
            satisfaction=Satisfaction(form.cleaned_data["satisfaction"]),
            words=form.cleaned_data["words"],
            reopen=form.cleaned_data.get("reopen", False),
        )
    except Refused as refused:
        if not (form.cleaned_data.get("reopen") and _awaits_rating(matter)):
            return public_page(request, "refused", {"decision": refused.decision, "matter": matter}, status=422)
        for reason in refused.decision.reasons:
            form.add_error("reopen", gettext(reason))
        return _show(request, matter, form, status=422)
    except ConflictError:
        return public_page(request, "refused", {"conflict": True, "matter": matter}, status=409)
    if form.cleaned_data.get("reopen"):
        messages.success(request, _("谢谢您的评价，已经记下。这件事将重新办理。"))
    else:
        messages.success(request, _("谢谢您的评价，已经记下。"))
    return redirect("public:my_matter")


@require_POST
@with_shown_matter
def urge(request: HttpRequest, *, matter: Matter) -> HttpResponse:
    """Urge an overdue matter, once a working day."""
    form = UrgeForm(request.POST)
    if not form.is_valid():
        return _show(request, matter, _rating_form(matter), status=422)
    try:
        urging.urge(at=clock.now(), client_id=form.cleaned_data["client_id"], receipt_hash=matter.receipt_hash)
    except Refused as refused:
        return public_page(request, "refused", {"decision": refused.decision, "matter": matter}, status=422)
    except ConflictError:
        return public_page(request, "refused", {"conflict": True, "matter": matter}, status=409)
    messages.success(request, _("已经替您催办，承办单位会看到。"))
    return redirect("public:my_matter")


@require_safe
@with_own_matter
def photo(request: HttpRequest, *, matter: Matter, photo: UUID) -> HttpResponse:
    """A photo of one's own matter."""
    del request
    if matter.publicity == "never":
        raise Http404
    return photo_of(matter.ref, photo, others=[added.ref for added in matter.supplements.only("pk")])


@require_POST
def leave(request: HttpRequest) -> HttpResponseRedirect:
    """Give the ticket back, on a shared computer."""
    del request
    response = redirect("public:receipt")
    take_ticket(response)
    return response
