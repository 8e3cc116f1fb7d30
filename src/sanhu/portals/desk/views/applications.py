"""Applications at the desk: what waits on me, the list of what one may see, and one application with all about it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import BadRequest
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from sanhu.domains.admission.models import Application, GateStep
from sanhu.domains.admission.queries import applications as queries
from sanhu.domains.admission.queries import demands, tasks
from sanhu.domains.admission.rules.applications import may_move
from sanhu.domains.admission.rules.findings import CheckFinding
from sanhu.domains.admission.services.checking import check_application, stored_findings
from sanhu.domains.admission.services.entering import parts_of
from sanhu.domains.admission.services.errors import GateNotFound
from sanhu.domains.admission.services.steps import steps_of
from sanhu.domains.admission.tables import APPLICATION
from sanhu.domains.catalogue.queries import working_calendar
from sanhu.domains.evidence.record import lines_of
from sanhu.domains.subjects.permissions import Permission
from sanhu.engines.actors import Actor
from sanhu.engines.legal_time import legal_day
from sanhu.portals import clock
from sanhu.portals.desk.acting import Acting, at_the_desk
from sanhu.portals.desk.application_opinions import opinion_columns, votes_of_round
from sanhu.portals.desk.page import desk_page
from sanhu.portals.gate import choices_on, days_left, decision_due, diagram_of, next_party, state_words
from sanhu.portals.look.keyset import page_of

PAGE_SIZE = 50
BEING_WRITTEN = ("draft", "returned")
_UNDECIDED = ("reviewing", "joint_meeting")
_RENEWABLE = ("effective", "expired")
_RETURNS = ("return", "return_by_legality")


@dataclass(frozen=True)
class Row:
    """An application in a list: how its clock stands beside it."""

    application: Application
    state: str
    committees: int
    clock: str
    left: int | None


@require_safe
@at_the_desk(Permission.ADMISSION_VIEW)
def applications(request: HttpRequest, *, acting: Acting) -> HttpResponse:
    """List what waits on the post, then every application it may see, newest first."""
    at = clock.now()
    found = chosen(acting.actor, request.GET, at)
    state, after = request.GET.get("state", ""), request.GET.get("after", "")
    known = queries.visible_to(acting.actor)
    page = page_of(found, after=after, size=PAGE_SIZE, url=request.get_full_path(), known=known)
    waiting = [] if after or state else _counted(queries.waiting_on(acting.actor, at=at))[:PAGE_SIZE]
    context = {
        "page": page,
        "rows": rows_of(page.rows, at=at),
        "waiting": rows_of(waiting, at=at),
        "states": [(known.code, gettext(known.label)) for known in APPLICATION.states],
        "state": state,
        "may_apply": acting.actor.may(Permission.ADMISSION_APPLY),
    }
    return desk_page(request, "applications", acting, context)


def chosen(actor: Actor, filters: QueryDict, at: datetime) -> QuerySet[Application]:
    """Give the applications an actor may see that the filters of an address choose, newest first."""
    del at
    found = _counted(queries.visible_to(actor)).order_by("-drafted_at", "-id")
    state = filters.get("state", "")
    if state not in {"", *(known.code for known in APPLICATION.states)}:
        raise BadRequest("state is one of the state table's")
    return found.filter(state=state) if state else found


def _counted(found: QuerySet[Application]) -> QuerySet[Application]:
    return found.select_related("organ").annotate(asked=Count("committees", filter=Q(committees__ended_at=None)))


def rows_of(found: Iterable[Application], *, at: datetime) -> list[Row]:
    """Put a list of applications into words."""
    shown = list(found)
    calendar, today = (working_calendar(at), legal_day(at)) if shown else (None, None)
    rows = []
    for application in shown:
        left, standing = None, ""
        if application.state in _UNDECIDED and application.due_on and calendar and today:
            left = days_left(application.due_on, calendar, today=today)
            is_near = left <= (application.decide_within or 0) // 5
            standing = "overdue" if left < 0 else "near" if is_near else "running"
        rows.append(
            Row(
                application=application,
                state=state_words(application),
                committees=int(getattr(application, "asked", 0)),
                clock=standing,
                left=left,
            )
        )
    return rows


def application_or_404(actor: Actor, number: str) -> Application:
    """Give the application, or not found."""
    try:
        return queries.application_for(actor, number)
    except GateNotFound:
        raise Http404 from None


def is_written_by(application: Application, actor: Actor) -> bool:
    """Tell whether the application is in the hands of the actor's own organ."""
    return application.state in BEING_WRITTEN and application.organ_id == actor.organisation_id


def findings_of(application: Application, actor: Actor, *, at: datetime) -> Sequence[CheckFinding]:
    """What the checks say: now, to whoever is writing it; as they said it, once it went out."""
    if is_written_by(application, actor):
        return check_application(application, at=at)
    return stored_findings(application)


def return_of(application: Application) -> GateStep | None:
    """Give the step that says all that is to be corrected, while the application is with its organ for that."""
    if application.state != "returned":
        return None
    return [step for step in steps_of(application) if step.move in _RETURNS][-1]


@require_safe
@at_the_desk(Permission.ADMISSION_VIEW)
def application(request: HttpRequest, *, acting: Acting, number: str) -> HttpResponse:
    """Show one application with its moves: those allowed, and for every other why not."""
    at, actor = clock.now(), acting.actor
    found = application_or_404(actor, number)
    standing = queries.standing_of(found, actor=actor, at=at)
    choices = choices_on(found, lambda code: may_move(standing=standing, move=code, actor=actor))
    committees = queries.asked_committees(found)
    findings = findings_of(found, actor, at=at)
    is_own = actor.organisation_id == found.organ_id and actor.may(Permission.ADMISSION_APPLY)
    context = {
        "application": found,
        "state_words": state_words(found),
        "next_party": next_party(found),
        "allowed": [choice for choice in choices if choice.decision],
        "refused": [choice for choice in choices if not choice.decision],
        "edit_url": reverse("desk:application_edit", kwargs={"number": found.number}),
        "returned": return_of(found),
        "is_being_written": is_written_by(found, actor),
        "against": [finding for finding in findings if finding.is_refusal],
        "hints": [finding for finding in findings if not finding.is_refusal],
        "committees": committees,
        "parts": parts_of(found),
        "total_minutes": found.minutes_each * len(committees),
        "total_fen": found.amount_each_fen * len(committees),
        "columns": opinion_columns(found, committees),
        "opinions_until": standing.opinions_due_on if found.state == "reviewing" else None,
        "earlier": opinion_columns(found, committees, of_round=found.round - 1) if found.round > 1 else [],
        "votes": votes_of_round(found),
        "tally": standing.tally,
        "due": decision_due(found, at=at),
        "tasks": tasks.visible_to(actor).filter(application=found).select_related("committee").order_by("area_code"),
        "came_from": demands.visible_to(actor).filter(application=found).first(),
        "may_renew": is_own and found.state in _RENEWABLE,
        "steps": steps_of(found),
        "diagram": diagram_of(found),
        "lines": lines_of(found.ref),
        "title": _("准入申请"),
    }
    return desk_page(request, "application", acting, context)
