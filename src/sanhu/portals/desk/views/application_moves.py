"""One view for every move of every application."""

from collections.abc import Sequence
from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from sanhu.domains.admission.models import Application
from sanhu.domains.admission.queries import applications as queries
from sanhu.domains.admission.rules.applications import may_move
from sanhu.domains.admission.rules.findings import CheckFinding
from sanhu.domains.admission.services.application_moves import make_move
from sanhu.domains.admission.services.checking import check_against_tasks, check_application, stored_findings
from sanhu.domains.admission.tables import APPLICATION
from sanhu.domains.subjects.permissions import Permission
from sanhu.engines.actors import Actor
from sanhu.engines.decisions import Decision
from sanhu.engines.workflow import Move
from sanhu.portals.desk.acting import Acting, at_the_desk
from sanhu.portals.desk.application_opinions import opinion_columns
from sanhu.portals.desk.forms.application_moves import application_form_of, asked_of
from sanhu.portals.desk.moving import GateMoveForm, MovePage, Moving
from sanhu.portals.desk.views.applications import BEING_WRITTEN, application_or_404

_DECIDING = frozenset({"convene", "vote", "approve", "reject"})


class ApplicationMoving(Moving[Application]):
    """How applications move."""

    table = APPLICATION
    page, pages, label = "desk:application", "desk:applications", _("准入申请")

    def find(self, actor: Actor, number: str) -> Application:
        """Give the application, or not found."""
        return application_or_404(actor, number)

    def may(self, row: Application, move: Move, actor: Actor, *, at: datetime) -> Decision:
        """May this person make that move now?"""
        standing = queries.standing_of(row, actor=actor, at=at)
        return may_move(standing=standing, move=move.code, actor=actor)

    def form_of(self, move: Move) -> type[GateMoveForm]:
        """What the move declares."""
        return application_form_of(move)

    def make(self, row: Application, form: GateMoveForm, actor: Actor, *, at: datetime) -> object:
        """Make the move."""
        client_id = form.cleaned_data["client_id"]
        return make_move(actor=actor, at=at, client_id=client_id, number=row.number, request=asked_of(form)).number

    def beside(self, row: Application, move: Move, *, at: datetime) -> dict[str, object]:
        """Show what the checks say before it goes out, what was said before it is decided, what comes into force."""
        committees = queries.asked_committees(row)
        findings = _findings(row, move, at=at)
        return {
            "application": row,
            "committees": committees,
            "total_minutes": row.minutes_each * len(committees),
            "total_fen": row.amount_each_fen * len(committees),
            "against": [finding for finding in findings if finding.is_refusal],
            "hints": [finding for finding in findings if not finding.is_refusal],
            "is_being_written": row.state in BEING_WRITTEN,
            "columns": opinion_columns(row, committees) if move.code in _DECIDING else [],
            "tally": queries.tally_of(row, at=at) if row.state == "joint_meeting" else None,
        }


def _findings(row: Application, move: Move, *, at: datetime) -> Sequence[CheckFinding]:
    """What the checks say now, where they are asked again; else what they said when it went out."""
    if row.state in BEING_WRITTEN:
        return check_application(row, at=at)
    if move.code == "put_in_force":
        return check_against_tasks(row, at=at)
    return stored_findings(row)


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk(Permission.ADMISSION_VIEW)
def application_move(request: HttpRequest, *, acting: Acting, number: str, move: str) -> HttpResponse:
    """Show a move's form; make the move. Changing an application has a page of its own."""
    if move == "edit":
        raise Http404
    return MovePage(ApplicationMoving(), request, acting, number=number, code=move).answer()
