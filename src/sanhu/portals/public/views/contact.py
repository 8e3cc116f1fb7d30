"""How the reporter is told about their matter: given, changed or withdrawn, and what was told so far."""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from sanhu.domains.casework.models import Matter
from sanhu.domains.casework.services.contacts import Wish, change_contact, may_be_told
from sanhu.domains.evidence.fields import mask_contact
from sanhu.domains.evidence.models.notice import Channel
from sanhu.domains.evidence.requests import ConflictError
from sanhu.engines.decisions import Decision, Refused
from sanhu.portals import clock
from sanhu.portals.public.forms import ContactForm
from sanhu.portals.public.own_matter import with_shown_matter
from sanhu.portals.public.page import public_page
from sanhu.portals.public.telling import contact_of, told_about


@require_http_methods(["GET", "HEAD", "POST"])
@with_shown_matter
def contact(request: HttpRequest, *, matter: Matter) -> HttpResponse:
    """Show where the reporter is told and what was told; change it."""
    if request.method != "POST":
        return _show(request, matter, _fresh(matter))
    if "withdraw" in request.POST:
        posted = request.POST.copy()
        posted.update({"tell": "", "contact": ""})
        form = ContactForm(posted, is_withdrawal=True)
    else:
        form = ContactForm(request.POST)
    if not form.is_valid():
        return _show(request, matter, form, status=422)
    tell = form.cleaned_data["tell"]
    wish = Wish(Channel(tell), form.cleaned_data["contact"]) if tell else Wish()
    try:
        change_contact(
            at=clock.now(), client_id=form.cleaned_data["client_id"], receipt_hash=matter.receipt_hash, wish=wish
        )
    except Refused as refused:
        return _show(request, matter, _fresh(matter), decision=refused.decision, status=422)
    except ConflictError:
        return public_page(request, "refused", {"conflict": True, "matter": matter}, status=409)
    messages.success(request, _("记下了：以后有进展会告诉您。") if tell else _("记下了：联系方式已经删除，不再通知。"))
    return redirect("public:contact")


def _fresh(matter: Matter) -> ContactForm:
    """Give the form; the address itself is never shown again, whoever holds the receipt."""
    held = contact_of(matter)
    return ContactForm(initial={"client_id": uuid4(), "tell": held.channel if held else ""})


def _show(
    request: HttpRequest, matter: Matter, form: ContactForm, *, decision: Decision | None = None, status: int = 200
) -> HttpResponse:
    held = contact_of(matter)
    allowed = may_be_told(matter, at=clock.now())
    context: dict[str, Any] = {
        "matter": matter,
        "form": form if allowed else None,
        "allowed": allowed,
        "decision": decision,
        "held": held,
        "masked": mask_contact(held.address) if held else "",
        "told": told_about(matter, held),
        "withdraw_id": uuid4(),
        "title": gettext("怎样告诉您"),
    }
    return public_page(request, "contact", context, status=status)
