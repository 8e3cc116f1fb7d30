"""One view for every move of every matter."""

from datetime import datetime
from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from sanhu.domains.casework import queries
from sanhu.domains.casework.cosigners import standing_objections
from sanhu.domains.casework.deferring import GRANTING, REFUSING
from sanhu.domains.casework.models import Matter, ReplyTemplate, Step
from sanhu.domains.casework.parties import NAMELESS
from sanhu.domains.casework.precedents import Precedent, precedents_like
from sanhu.domains.casework.reply_templates import fitting
from sanhu.domains.casework.rules import MATTER, may_move
from sanhu.domains.casework.services.errors import MatterNotFound, StaleForm
from sanhu.domains.casework.services.moves import make_move
from sanhu.domains.catalogue.models import Duty
from sanhu.domains.evidence.requests import ConflictError
from sanhu.domains.places.queries import path_of
from sanhu.domains.subjects.permissions import Permission
from sanhu.domains.subjects.queries import active_organisations
from sanhu.engines.decisions import Decision, Refused
from sanhu.engines.legal_time import legal_day
from sanhu.engines.workflow import Move
from sanhu.portals import clock
from sanhu.portals.deferrals import asked_card
from sanhu.portals.desk.acting import Acting, at_the_desk
from sanhu.portals.desk.forms.moves import MoveForm, form_of
from sanhu.portals.desk.matter_rows import summary
from sanhu.portals.desk.page import desk_page
from sanhu.portals.desk.reply_filling import communities_of, values_of
from sanhu.portals.desk.reply_offers import filled, is_filling, offer_for
from sanhu.portals.desk.views.matters import visible_or_404
from sanhu.portals.matters import card_of, move_words

_DECIDING = {*GRANTING, *REFUSING}
_MOST_ALIKE = 10
_GUIDED = frozenset({"accept", "assign", "reclassify", "rule"})


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk(Permission.MATTER_VIEW)
def move(request: HttpRequest, *, acting: Acting, number: str, move: str) -> HttpResponse:
    """Show a move's form; make the move."""
    matter = visible_or_404(acting.actor, number)
    wanted = _move_or_404(move)
    at = clock.now()
    decision = may_move(standing=queries.standing_of(matter), move=wanted.code, actor=acting.actor)
    if not decision and not _is_of_before(request, matter, wanted):
        return _show(request, acting, matter, wanted, None, decision=decision, status=403)
    if is_filling(request):
        return _show(request, acting, matter, wanted, _filled_form(request, acting, matter, wanted, at=at))
    if request.method != "POST":
        offered = {"into": request.GET["into"]} if "into" in request.GET else {}
        return _show(
            request, acting, matter, wanted, form_of(wanted)(matter=matter, move=wanted, at=at, initial=offered)
        )
    form = form_of(wanted)(request.POST, matter=matter, move=wanted, at=at)
    if not form.is_valid():
        return _show(request, acting, matter, wanted, form, status=422)
    return _make(request, acting, matter, wanted, form)


def _filled_form(request: HttpRequest, acting: Acting, matter: Matter, wanted: Move, *, at: datetime) -> MoveForm:
    """Give the form as it was, with a template's words in it, as they read with the body and item chosen so far."""
    body, duty = (
        key if key.isdecimal() else None for key in (request.POST.get("lead", ""), request.POST.get("duty", ""))
    )
    lead = active_organisations(at).filter(district=matter.district, pk=body).first() if body else None
    part = (
        Duty.objects.filter(item__version__district=matter.district, pk=duty).select_related("item").first()
        if duty
        else None
    )
    values = values_of(
        matter,
        communities=communities_of(matter.district, at=at),
        at=at,
        lead=lead.name if lead else "",
        item=part.item.name if part else "",
    )
    said = filled(request, _templates(acting, matter, wanted), values=values)
    return form_of(wanted)(initial=said, matter=matter, move=wanted, at=at)


def _templates(acting: Acting, matter: Matter, wanted: Move) -> list[ReplyTemplate]:
    codes = {matter.item.code} if matter.item else set()
    return fitting(acting.actor, move=wanted.code, item_codes=codes)


def _is_of_before(request: HttpRequest, matter: Matter, wanted: Move) -> bool:
    """Tell whether a form was filled in on the matter as it was before: it may be stale, or sent a second time.

    A form for assigning what has no duty yet never stood on any page.
    """
    is_possible = wanted.code != "assign" or matter.duty is not None
    return request.method == "POST" and is_possible and request.POST.get("revision") != str(matter.revision)


def _make(request: HttpRequest, acting: Acting, matter: Matter, wanted: Move, form: MoveForm) -> HttpResponse:
    try:
        make_move(
            actor=acting.actor,
            at=clock.now(),
            client_id=form.cleaned_data["client_id"],
            number=matter.number,
            request=form.request(),
        )
    except MatterNotFound:
        raise Http404 from None
    except Refused as refused:
        return _show(request, acting, matter, wanted, form, decision=refused.decision, status=422)
    except ConflictError:
        kept = request.POST.copy()
        kept["client_id"] = str(uuid4())
        again = form_of(wanted)(kept, matter=matter, move=wanted, at=clock.now())
        again.add_error(None, _("这张表已经提交过一次，内容不同。先前提交的已经记下；要再办这一步，请核对后重新提交。"))
        return _show(request, acting, matter, wanted, again, status=409)
    except StaleForm:
        return _show_stale(request, acting, matter, wanted, form)
    messages.success(request, gettext("已记下：%(move)s。") % {"move": move_words(wanted)})
    return redirect("desk:matter", number=matter.number)


def _show_stale(request: HttpRequest, acting: Acting, matter: Matter, wanted: Move, form: MoveForm) -> HttpResponse:
    """A colleague acted meanwhile: show what changed, keep the words, and let the person decide anew."""
    seen = form.cleaned_data["revision"]
    fresh = visible_or_404(acting.actor, matter.number)
    kept = request.POST.copy()
    kept["revision"] = str(fresh.revision)
    decision = may_move(standing=queries.standing_of(fresh), move=wanted.code, actor=acting.actor)
    usable = fresh.duty is not None or wanted.code != "assign"
    again = form_of(wanted)(kept, matter=fresh, move=wanted, at=clock.now()) if usable else None
    return _show(
        request,
        acting,
        fresh,
        wanted,
        again,
        decision=None if decision else decision,
        changed=queries.changed_since(fresh, seen),
        status=409,
    )


def _move_or_404(code: str) -> Move:
    try:
        found = MATTER.move(code)
    except KeyError:
        raise Http404 from None
    if found.party in NAMELESS:
        raise Http404
    return found


def _precedents(matter: Matter, wanted: Move, acting: Acting, *, at: datetime) -> list[Precedent]:
    """Give the rulings that guide whoever says what a matter is and whose it is."""
    if wanted.code not in _GUIDED:
        return []
    return precedents_like(matter.words, matter.location, acting.actor, at=at)


def _show(
    request: HttpRequest,
    acting: Acting,
    matter: Matter,
    wanted: Move,
    form: MoveForm | None,
    *,
    decision: Decision | None = None,
    changed: list[Step] | None = None,
    status: int = 200,
) -> HttpResponse:
    at = clock.now()
    context = {
        "matter": matter,
        "summary": summary(matter),
        "move": wanted,
        "move_label": move_words(wanted),
        "form": form,
        "decision": decision,
        "changed": changed or [],
        "route": getattr(form, "route", None),
        "place": path_of(matter.area_code, legal_day(matter.reported_at)),
        "clocks": [card_of(running, at=at) for running in matter.clocks.filter(is_open=True).order_by("-id")],
        "asked": asked_card(matter, at=at) if wanted.code in _DECIDING else None,
        "offer": offer_for(request, form, _templates(acting, matter, wanted)),
        "objections": standing_objections(matter) if wanted.code == "finish" else [],
        "suggestion": getattr(form, "suggestion", None),
        "precedents": _precedents(matter, wanted, acting, at=at),
        "alike": queries.alike(matter, acting.actor)[:_MOST_ALIKE] if wanted.code == "merge" else [],
    }
    return desk_page(request, "move", acting, context, status=status)
