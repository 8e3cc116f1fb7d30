"""Demands at the desk: the list, the form that is filled in on the phone, and one demand with what applies to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from sanhu.domains.admission.models import Demand
from sanhu.domains.admission.queries import demands as queries
from sanhu.domains.admission.rules.demands import may_move
from sanhu.domains.admission.services.demands import record_demand
from sanhu.domains.admission.services.errors import GateNotFound
from sanhu.domains.admission.services.steps import steps_of
from sanhu.domains.admission.tables import DEMAND
from sanhu.domains.admission.terms import Ground
from sanhu.domains.catalogue.queries import working_calendar
from sanhu.domains.evidence.letters import letters_about
from sanhu.domains.evidence.record import lines_of
from sanhu.domains.places.queries import path_of
from sanhu.domains.subjects.permissions import Permission
from sanhu.engines.actors import Actor
from sanhu.engines.legal_time import legal_day
from sanhu.portals import clock
from sanhu.portals.desk.acting import Acting, at_the_desk
from sanhu.portals.desk.forms.demands import DemandForm
from sanhu.portals.desk.page import desk_page
from sanhu.portals.desk.sending import send
from sanhu.portals.desk.submitting import Written
from sanhu.portals.desk.verdicts import verdict_of
from sanhu.portals.gate import DueCard, choices_on, days_left, diagram_of, due_card, next_party, state_words
from sanhu.portals.look.keyset import page_of

CONCERNED = (Permission.DEMAND_RECORD, Permission.DEMAND_ANSWER, Permission.DEMAND_SETTLE)
PAGE_SIZE = 50


@dataclass(frozen=True)
class Row:
    """One demand in a list: how its clock stands beside it."""

    demand: Demand
    state: str
    clock: str
    left: int | None


@dataclass(frozen=True)
class Tab:
    """A way among the pages of demands."""

    url: str
    label: Promise
    is_current: bool
    count: int | None = None


def demand_tabs(acting: Acting, current: str) -> list[Tab]:
    """The pages of demands a post may open; none where there is but one."""
    if not acting.actor.may(Permission.DEMAND_SETTLE):
        return []
    pages = (
        ("desk:demands", _("下派登记")),
        ("desk:inflows", _("下派情况")),
        ("desk:rights", _("拒绝承接的依据")),
    )
    return [Tab(url=reverse(name), label=label, is_current=name == current) for name, label in pages]


@require_safe
@at_the_desk(*CONCERNED)
def demands(request: HttpRequest, *, acting: Acting) -> HttpResponse:
    """List the demands a post may see, newest first."""
    at = clock.now()
    visible = queries.visible_to(acting.actor).select_related("organ", "committee")
    found = visible.order_by("-recorded_at", "-id")
    state, ground = request.GET.get("state", ""), request.GET.get("ground", "")
    if state:
        if state not in {known.code for known in DEMAND.states}:
            raise BadRequest("state is one of the state table's")
        found = found.filter(state=state)
    if ground:
        if ground not in set(Ground):
            raise BadRequest("ground is one of the grounds")
        found = found.filter(ground=ground)
    page = page_of(
        found, after=request.GET.get("after", ""), size=PAGE_SIZE, url=request.get_full_path(), known=visible
    )
    context = {
        "page": page,
        "rows": rows_of(page.rows, at=at),
        "states": [(known.code, gettext(known.label)) for known in DEMAND.states],
        "state": state,
        "grounds": Ground.choices,
        "ground": ground,
        "may_record": acting.actor.may(Permission.DEMAND_RECORD),
        "tabs": demand_tabs(acting, "desk:demands"),
        "tabs_label": _("下派"),
    }
    return desk_page(request, "demands", acting, context)


def rows_of(found: Sequence[Demand], *, at: datetime) -> list[Row]:
    """Put a list of demands into words."""
    calendar, today = working_calendar(at), legal_day(at)
    rows = []
    for demand in found:
        waits = demand.is_open and demand.due_on is not None
        left = days_left(demand.due_on, calendar, today=today) if waits and demand.due_on else None
        clock_state = "" if left is None else "overdue" if left < 0 else "near" if left <= 1 else "running"
        rows.append(Row(demand=demand, state=state_words(demand), clock=clock_state, left=left))
    return rows


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk(Permission.DEMAND_RECORD)
def demand_new(request: HttpRequest, *, acting: Acting) -> HttpResponse:
    """Take a demand down; the page that follows says at once what applies."""
    at = clock.now()
    form = DemandForm(request.POST or None, actor=acting.actor, at=at)
    if request.method != "POST" or not form.is_valid():
        return _show_new(request, acting, form, status=422 if form.is_bound else 200)
    written = send(
        form,
        lambda: (
            record_demand(actor=acting.actor, at=at, client_id=form.cleaned_data["client_id"], wish=form.wish()).number
        ),
    )
    if not written.is_done:
        return _show_new(request, acting, form, written=written, status=written.status)
    messages.success(request, gettext("已登记：%(number)s。") % {"number": written.ref})
    return redirect("desk:demand", number=written.ref)


def _show_new(
    request: HttpRequest, acting: Acting, form: DemandForm, *, written: Written | None = None, status: int = 200
) -> HttpResponse:
    context = {
        "form": form,
        "decision": written.decision if written else None,
        "crumbs": [(_("下派登记"), reverse("desk:demands")), (_("登记一件"), "")],
    }
    return desk_page(request, "demand_new", acting, context, status=status)


@require_safe
@at_the_desk(*CONCERNED)
def demand(request: HttpRequest, *, acting: Acting, number: str) -> HttpResponse:
    """Show one demand: first what applies and why, then everything that may be done."""
    found = visible_or_404(acting.actor, number)
    at = clock.now()
    standing = queries.standing_of(found, actor=acting.actor, at=at)
    choices = choices_on(found, lambda move: may_move(standing=standing, move=move, actor=acting.actor))
    context = {
        "demand": found,
        "verdict": verdict_of(found),
        "state": state_words(found),
        "next_party": next_party(found),
        "place": path_of(found.area_code, legal_day(found.recorded_at)),
        "letters": letters_about(found.ref),
        "due": due_of(found, at=at),
        "allowed": [choice for choice in choices if choice.decision],
        "refused": [choice for choice in choices if not choice.decision],
        "steps": steps_of(found),
        "diagram": diagram_of(found),
        "lines": lines_of(found.ref),
        "crumbs": [(_("下派登记"), reverse("desk:demands")), (found.number, "")],
    }
    return desk_page(request, "demand", acting, context)


def visible_or_404(actor: Actor, number: str) -> Demand:
    """Give the demand, or not found: what was asked of another committee does not exist here."""
    try:
        return queries.demand_for(actor, number)
    except GateNotFound:
        raise Http404 from None


def due_of(found: Demand, *, at: datetime) -> DueCard | None:
    """By when the organ answers, or hands in what an emergency needs afterwards; None where nobody has to any more."""
    if found.due_on is None or found.answer_within is None:
        return None
    steps = steps_of(found)
    began = [step.at for step in steps if step.move in _BEGINS]
    answered = [step.at for step in steps if step.move in _ANSWERS]
    if not began or not (found.is_open or answered):
        return None
    return due_card(
        started_at=began[-1],
        within=found.answer_within,
        due_on=found.due_on,
        answered_at=answered[0] if answered else None,
        at=at,
    )


_BEGINS = frozenset({"await_record", "give_notice", "lapse"})
_ANSWERS = frozenset({"record_afterwards", "withdraw", "convert"})
