"""One view for every move of every admitted task."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from sanhu.domains.admission.models import Task
from sanhu.domains.admission.queries import tasks as queries
from sanhu.domains.admission.rules.tasks import may_move
from sanhu.domains.admission.services.task_moves import make_move
from sanhu.domains.admission.tables import TASK
from sanhu.domains.funding.holds import over_years
from sanhu.domains.subjects.permissions import Permission
from sanhu.engines.actors import Actor
from sanhu.engines.decisions import Decision
from sanhu.engines.legal_time import legal_day
from sanhu.engines.workflow import Move
from sanhu.portals.desk.acting import Acting, at_the_desk
from sanhu.portals.desk.forms.tasks import HandOverForm, asked_of
from sanhu.portals.desk.moving import GateMoveForm, MovePage, Moving
from sanhu.portals.desk.views.tasks import task_or_404


class TaskMoving(Moving[Task]):
    """How admitted tasks move."""

    table = TASK
    page, pages, label = "desk:task", "desk:tasks", _("协助任务")

    def find(self, actor: Actor, number: str) -> Task:
        """Give the task, or not found."""
        return task_or_404(actor, number)

    def may(self, row: Task, move: Move, actor: Actor, *, at: datetime) -> Decision:
        """May this person make that move now?"""
        standing = queries.standing_of(row, actor=actor, at=at)
        return may_move(standing=standing, move=move.code, actor=actor)

    def form_of(self, move: Move) -> type[GateMoveForm]:
        """Handing over says to whom."""
        return HandOverForm if move.code == "hand_over" else GateMoveForm

    def make(self, row: Task, form: GateMoveForm, actor: Actor, *, at: datetime) -> object:
        """Make the move."""
        client_id = form.cleaned_data["client_id"]
        return make_move(actor=actor, at=at, client_id=client_id, number=row.number, request=asked_of(form)).number

    def beside(self, row: Task, move: Move, *, at: datetime) -> dict[str, object]:
        """Show the money, and what of it is late."""
        del move
        late = queries.overdue(row, on=legal_day(at))
        money = over_years(row.reservation_id)
        return {"task": row, "application": row.application, "reservation": money, "late": late}


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk(Permission.ADMISSION_VIEW)
def task_move(request: HttpRequest, *, acting: Acting, number: str, move: str) -> HttpResponse:
    """Show a move's form; make the move."""
    return MovePage(TaskMoving(), request, acting, number=number, code=move).answer()
