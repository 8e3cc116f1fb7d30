"""One step of a matter's procedure: what it takes, and that it was done."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from sanhu.domains.casework.procedures import Line, may_do, may_mark, procedure_on
from sanhu.domains.casework.queries import standing_of
from sanhu.domains.casework.services.procedures import do_step
from sanhu.domains.catalogue.models import ProcedureStep
from sanhu.domains.subjects.permissions import Permission
from sanhu.engines.decisions import Decision
from sanhu.portals import clock
from sanhu.portals.desk.acting import Acting, at_the_desk
from sanhu.portals.desk.forms.procedures import ProcedureStepForm
from sanhu.portals.desk.matter_rows import summary
from sanhu.portals.desk.page import desk_page
from sanhu.portals.desk.sending import send
from sanhu.portals.desk.views.matters import visible_or_404


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk(Permission.MATTER_VIEW)
def procedure_step(request: HttpRequest, *, acting: Acting, number: str, position: int) -> HttpResponse:
    """Show the form of a step; say that it was done."""
    matter = visible_or_404(acting.actor, number)
    lines = procedure_on(matter)
    line = next((line for line in lines if line.step.position == position), None)
    if line is None:
        raise Http404
    form = ProcedureStepForm(request.POST or None, step=line.step)
    decision: Decision | None = may_mark(standing=standing_of(matter), actor=acting.actor)
    if decision and line.mark is None and not line.is_next:
        decision = may_do(_following(lines), position=position, output_name="")
    status = 200 if decision else 403
    if request.method == "POST" and decision:
        if not form.is_valid():
            status = 422
        else:
            at, client_id = clock.now(), form.cleaned_data["client_id"]
            written = send(
                form,
                lambda: do_step(actor=acting.actor, at=at, client_id=client_id, number=matter.number, done=form.done()),
            )
            if written.is_done:
                messages.success(request, gettext("已记下：%(step)s。") % {"step": line.step.name})
                return redirect("desk:matter", number=matter.number)
            decision, status = written.decision or decision, written.status
    back_url = reverse("desk:matter", kwargs={"number": matter.number})
    context = {
        "matter": matter,
        "summary": summary(matter),
        "line": line,
        "form": form if status in (200, 409, 422) and line.mark is None else None,
        "decision": None if decision else decision,
        "back_url": back_url,
        "crumbs": [(_("办件"), reverse("desk:matters")), (summary(matter), back_url), (line.step.name, "")],
    }
    return desk_page(request, "procedure_step", acting, context, status=status)


def _following(lines: tuple[Line, ...]) -> ProcedureStep | None:
    return next((line.step for line in lines if line.is_next), None)
