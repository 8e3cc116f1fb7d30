"""The district's router at the desk: how well it does, what it would learn anew, and asking for that."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from sanhu.domains.casework.models import RouterState
from sanhu.domains.casework.services import routers
from sanhu.domains.subjects.permissions import Permission
from sanhu.portals import clock
from sanhu.portals.desk.acting import Acting, at_the_desk
from sanhu.portals.desk.page import desk_page
from sanhu.portals.desk.submitting import OnceForm, submit

_SHOWN = 20
_LOOK_AGAIN_SECONDS = 4
_PENDING = (RouterState.WAITING, RouterState.RUNNING)


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk(Permission.CATALOGUE_AMEND)
def routing(request: HttpRequest, *, acting: Acting) -> HttpResponse:
    """Show the router that serves with its figures, and every training; ask for a new one."""
    district = acting.actor.district
    form = OnceForm(request.POST or None)
    decision, status = None, 422 if form.is_bound else 200
    if request.method == "POST" and form.is_valid():
        written = submit(
            form,
            acting,
            lambda: routers.ask_training(district=district, actor=acting.actor, at=clock.now()).pk,
            about="router",
        )
        if written.is_done:
            messages.success(request, _("已排队训练，做完以后这里能看到训练前后的对比。"))
            return redirect("desk:routing")
        decision, status = written.decision, written.status
    trainings = list(routers.trainings(acting.actor)[:_SHOWN])
    context: dict[str, Any] = {
        "form": form,
        "decision": decision,
        "may_ask": routers.may_ask(acting.actor, district=district),
        "serving": routers.serving(district),
        "fresh": routers.fresh_count(district),
        "trainings": trainings,
        "running": next((training for training in trainings if training.state in _PENDING), None),
    }
    answer = desk_page(request, "routing", acting, context, status=status)
    if context["running"] is not None:
        answer["Refresh"] = str(_LOOK_AGAIN_SECONDS)
    return answer
