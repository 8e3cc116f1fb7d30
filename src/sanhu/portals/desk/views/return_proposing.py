"""Proposing that something goes back, from the page of a task, of an item, or of what a committee carries."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from sanhu.domains.admission.queries import returns as queries
from sanhu.domains.admission.services.returns import propose
from sanhu.domains.subjects.kinds import SubjectKind
from sanhu.domains.subjects.models import Organisation
from sanhu.domains.subjects.permissions import Permission
from sanhu.portals import clock
from sanhu.portals.desk.acting import Acting, at_the_desk
from sanhu.portals.desk.forms.returns import ReturnForm
from sanhu.portals.desk.page import desk_page
from sanhu.portals.desk.sending import send
from sanhu.portals.desk.submitting import Written

_GIVEN = ("task", "item", "figures", "follows")


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk(Permission.DEMAND_RECORD, Permission.ADMISSION_APPLY)
def return_new(request: HttpRequest, *, acting: Acting) -> HttpResponse:
    """Show the form, filled in with what the page one comes from says; propose."""
    at, actor = clock.now(), acting.actor
    body = Organisation.objects.filter(pk=actor.organisation_id or 0).first()
    given = {name: request.GET.get(name, "") for name in _GIVEN}
    follows = given.pop("follows")
    if follows and not queries.visible_to(actor).filter(number=follows).exists():
        raise Http404
    form = ReturnForm(
        request.POST or None,
        actor=actor,
        is_committee=body is not None and body.kind == SubjectKind.RESIDENTS_COMMITTEE,
        at=at,
        initial={name: said for name, said in given.items() if said},
    )
    if request.method != "POST" or not form.is_valid():
        return _show(request, acting, form, status=422 if form.is_bound else 200)
    client_id = form.cleaned_data["client_id"]
    written = send(
        form, lambda: propose(actor=actor, at=at, client_id=client_id, wish=form.wish(follows=follows)).number
    )
    if not written.is_done:
        return _show(request, acting, form, written=written, status=written.status)
    messages.success(request, gettext("已提出：%(number)s。") % {"number": written.ref})
    return redirect("desk:return_proposal", number=written.ref)


def _show(
    request: HttpRequest, acting: Acting, form: ReturnForm, *, written: Written | None = None, status: int = 200
) -> HttpResponse:
    context = {
        "form": form,
        "decision": written.decision if written else None,
        "crumbs": [(_("任务回归"), reverse("desk:returns")), (_("提出回归建议"), "")],
    }
    return desk_page(request, "return_new", acting, context, status=status)
