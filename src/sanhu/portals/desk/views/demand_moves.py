"""One view for every move of a demand, drawn from its state table."""

from collections.abc import Sequence

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from sanhu.domains.admission.models import Demand, GateStep
from sanhu.domains.admission.parties import Party
from sanhu.domains.admission.queries import demands as queries
from sanhu.domains.admission.rules.demands import may_move
from sanhu.domains.admission.services.demand_moves import make_move
from sanhu.domains.admission.services.errors import StaleForm
from sanhu.domains.admission.tables import DEMAND
from sanhu.domains.subjects.permissions import Permission
from sanhu.engines.decisions import Decision
from sanhu.engines.workflow import Move
from sanhu.portals import clock
from sanhu.portals.desk.acting import Acting, at_the_desk
from sanhu.portals.desk.forms.demands import DemandMoveForm
from sanhu.portals.desk.page import desk_page
from sanhu.portals.desk.sending import send
from sanhu.portals.desk.views.demands import CONCERNED, visible_or_404
from sanhu.portals.gate import state_words


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk(*CONCERNED, Permission.ADMISSION_APPLY)
def demand_move(request: HttpRequest, *, acting: Acting, number: str, move: str) -> HttpResponse:
    """Show a move's form; make the move."""
    found, wanted = visible_or_404(acting.actor, number), _move_or_404(move)
    decision = _may(found, wanted, acting)
    # A form filled in on the demand as it was before may be stale, or sent a second time: the service tells which.
    is_of_before = request.method == "POST" and request.POST.get("revision") != str(found.revision)
    if not decision and not is_of_before:
        return _show(request, acting, found, wanted, None, decision=decision, status=403)
    form = DemandMoveForm(request.POST or None, move=wanted, revision=found.revision)
    if request.method != "POST" or not form.is_valid():
        return _show(request, acting, found, wanted, form, status=422 if form.is_bound else 200)
    return _make(request, acting, found, wanted, form)


def _may(found: Demand, wanted: Move, acting: Acting) -> Decision:
    standing = queries.standing_of(found, actor=acting.actor, at=clock.now())
    return may_move(standing=standing, move=wanted.code, actor=acting.actor)


def _make(request: HttpRequest, acting: Acting, found: Demand, wanted: Move, form: DemandMoveForm) -> HttpResponse:
    def write() -> str:
        return make_move(
            actor=acting.actor,
            at=clock.now(),
            client_id=form.cleaned_data["client_id"],
            number=found.number,
            request=form.request(),
        ).number

    try:
        written = send(form, write)
    except StaleForm as stale:
        return _show_stale(request, acting, found, wanted, stale.steps)
    if not written.is_done:
        return _show(request, acting, found, wanted, form, decision=written.decision, status=written.status)
    messages.success(request, gettext("已记下：%(move)s。") % {"move": gettext(wanted.label)})
    fresh = visible_or_404(acting.actor, found.number)
    if wanted.code == "convert" and fresh.application is not None:
        return redirect("desk:application_edit", number=fresh.application.number)
    return redirect("desk:demand", number=found.number)


def _show_stale(
    request: HttpRequest, acting: Acting, found: Demand, wanted: Move, changed: Sequence[GateStep]
) -> HttpResponse:
    """Somebody acted meanwhile: show what changed, keep the words, and let the person decide anew."""
    fresh = visible_or_404(acting.actor, found.number)
    kept = request.POST.copy()
    kept["revision"] = str(fresh.revision)
    decision = _may(fresh, wanted, acting)
    again = DemandMoveForm(kept, move=wanted, revision=fresh.revision)
    return _show(
        request, acting, fresh, wanted, again, decision=None if decision else decision, changed=changed, status=409
    )


def _move_or_404(code: str) -> Move:
    try:
        found = DEMAND.move(code)
    except KeyError:
        raise Http404 from None
    if found.party == Party.SYSTEM:
        raise Http404
    return found


def _show(
    request: HttpRequest,
    acting: Acting,
    found: Demand,
    wanted: Move,
    form: DemandMoveForm | None,
    *,
    decision: Decision | None = None,
    changed: Sequence[GateStep] = (),
    status: int = 200,
) -> HttpResponse:
    context = {
        "demand": found,
        "state": state_words(found),
        "move": wanted,
        "move_label": gettext(wanted.label),
        "form": form,
        "decision": decision,
        "changed": changed,
        "crumbs": [
            (_("下派登记"), reverse("desk:demands")),
            (found.number, reverse("desk:demand", kwargs={"number": found.number})),
            (gettext(wanted.label), ""),
        ],
    }
    return desk_page(request, "demand_move", acting, context, status=status)
