"""One view for every move of every return."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from sanhu.domains.admission.models import ReturnProposal
from sanhu.domains.admission.queries import returns as queries
from sanhu.domains.admission.rules.returns import may_move
from sanhu.domains.admission.services.return_moves import make_move
from sanhu.domains.admission.tables import RETURN
from sanhu.domains.funding.holds import over_years
from sanhu.domains.subjects.permissions import Permission
from sanhu.engines.actors import Actor
from sanhu.engines.decisions import Decision
from sanhu.engines.workflow import Move
from sanhu.portals.desk.acting import Acting, at_the_desk
from sanhu.portals.desk.forms.returns import asked_of, form_of
from sanhu.portals.desk.moving import GateMoveForm, MovePage, Moving
from sanhu.portals.desk.views.returns import return_or_404


class ReturnMoving(Moving[ReturnProposal]):
    """How returns move."""

    table = RETURN
    page, pages, label = "desk:return_proposal", "desk:returns", _("任务回归")

    def find(self, actor: Actor, number: str) -> ReturnProposal:
        """Give the return, or not found."""
        return return_or_404(actor, number)

    def may(self, row: ReturnProposal, move: Move, actor: Actor, *, at: datetime) -> Decision:
        """May this person make that move now?"""
        return may_move(standing=queries.standing_of(row, actor=actor, at=at), move=move.code, actor=actor)

    def form_of(self, move: Move) -> type[GateMoveForm]:
        """Give the form a move declares, or the plain one."""
        return form_of(move)

    def make(self, row: ReturnProposal, form: GateMoveForm, actor: Actor, *, at: datetime) -> object:
        """Make the move."""
        client_id = form.cleaned_data["client_id"]
        return make_move(actor=actor, at=at, client_id=client_id, number=row.number, request=asked_of(form)).number

    def beside(self, row: ReturnProposal, move: Move, *, at: datetime) -> dict[str, object]:
        """Show what is asked, and what was said of it."""
        del move, at
        task = row.task
        return {
            "proposal": row,
            "answers": queries.answers_of(row),
            "reservation": over_years(task.reservation_id) if task is not None and task.is_open else None,
            "since": queries.came_since(row),
        }


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk(Permission.ADMISSION_VIEW)
def return_proposal_move(request: HttpRequest, *, acting: Acting, number: str, move: str) -> HttpResponse:
    """Show a move's form; make the move."""
    return MovePage(ReturnMoving(), request, acting, number=number, code=move).answer()
