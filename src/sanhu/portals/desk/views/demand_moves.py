"""One view for every move of every demand."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from sanhu.domains.admission.models import Demand
from sanhu.domains.admission.queries import demands as queries
from sanhu.domains.admission.rules.demands import may_move
from sanhu.domains.admission.services.demand_moves import make_move
from sanhu.domains.admission.tables import DEMAND
from sanhu.domains.subjects.permissions import Permission
from sanhu.engines.actors import Actor
from sanhu.engines.decisions import Decision
from sanhu.engines.workflow import Move
from sanhu.portals.desk.acting import Acting, at_the_desk
from sanhu.portals.desk.forms.demands import DemandMoveForm, asked_of
from sanhu.portals.desk.moving import GateMoveForm, MovePage, Moving
from sanhu.portals.desk.views.demands import CONCERNED, visible_or_404


class DemandMoving(Moving[Demand]):
    """How demands move."""

    table = DEMAND
    page, pages, label = "desk:demand", "desk:demands", _("下派登记")

    def find(self, actor: Actor, number: str) -> Demand:
        """Give the demand, or not found."""
        return visible_or_404(actor, number)

    def may(self, row: Demand, move: Move, actor: Actor, *, at: datetime) -> Decision:
        """May this person make that move now?"""
        standing = queries.standing_of(row, actor=actor, at=at)
        return may_move(standing=standing, move=move.code, actor=actor)

    def form_of(self, move: Move) -> type[GateMoveForm]:
        """Every move asks for its reason in its own words."""
        del move
        return DemandMoveForm

    def make(self, row: Demand, form: GateMoveForm, actor: Actor, *, at: datetime) -> object:
        """Make the move."""
        client_id = form.cleaned_data["client_id"]
        return make_move(actor=actor, at=at, client_id=client_id, number=row.number, request=asked_of(form)).number

    def after(self, row: Demand, move: Move, actor: Actor) -> str:
        """What was converted goes on with the application it became."""
        application = self.find(actor, row.number).application
        if move.code == "convert" and application is not None:
            return reverse("desk:application_edit", kwargs={"number": application.number})
        return super().after(row, move, actor)

    def beside(self, row: Demand, move: Move, *, at: datetime) -> dict[str, object]:
        """Show what was asked for."""
        del move, at
        return {"demand": row}


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk(*CONCERNED, Permission.ADMISSION_APPLY)
def demand_move(request: HttpRequest, *, acting: Acting, number: str, move: str) -> HttpResponse:
    """Show a move's form; make the move."""
    return MovePage(DemandMoving(), request, acting, number=number, code=move).answer()
