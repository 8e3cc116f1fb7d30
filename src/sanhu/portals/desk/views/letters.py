"""A letter as paper: visible to whoever wrote it, whoever it went to, and whoever got a copy (H.1)."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from sanhu.domains.admission.terms import LetterKind
from sanhu.domains.evidence.letters import in_groups, letters_visible_to, official_date
from sanhu.domains.evidence.models import Letter
from sanhu.domains.subjects.permissions import Permission
from sanhu.engines.actors import Actor
from sanhu.engines.legal_time import legal_day
from sanhu.portals.desk.acting import Acting, at_the_desk
from sanhu.portals.desk.page import desk_page
from sanhu.portals.desk.views.demands import CONCERNED


@require_safe
@at_the_desk(Permission.ADMISSION_VIEW)
def letter(request: HttpRequest, *, acting: Acting, pk: int) -> HttpResponse:
    """Show the sheet as it leaves the printer."""
    found = letters_visible_to(acting.actor).filter(pk=pk).first()
    if found is None:
        raise Http404
    context = {
        "letter": found,
        "kind": dict(LetterKind.choices).get(found.kind, found.title),
        "dated": official_date(legal_day(found.issued_at)),
        "check_code": in_groups(found.check_code),
        "check_url": request.build_absolute_uri(reverse("public:letter_check")),
        "crumbs": _crumbs(found, acting.actor),
    }
    return desk_page(request, "letter", acting, context)


def _crumbs(found: Letter, actor: Actor) -> list[tuple[object, str]]:
    """Lead back to what the letter is about, where the post may go there."""
    kind, _colon, number = found.subject_ref.partition(":")
    pages = {
        "demand": (_("下派登记"), "desk:demands", "desk:demand", CONCERNED),
        "return": (_("任务回归"), "desk:returns", "desk:return_proposal", (Permission.ADMISSION_VIEW,)),
        "task": (_("协助任务"), "desk:tasks", "desk:task", (Permission.ADMISSION_VIEW,)),
    }
    if kind not in pages or not any(actor.may(permission) for permission in pages[kind][3]):
        return [(found.number, "")]
    label, many, one, _permissions = pages[kind]
    return [(label, reverse(many)), (number, reverse(one, kwargs={"number": number})), (found.number, "")]
