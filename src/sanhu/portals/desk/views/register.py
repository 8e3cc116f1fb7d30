"""Registering for somebody who stands at the window, calls or opens the door, with photos where there are any.

What is likely the same is offered before: whoever stands there may be put down as joining it.
"""

from typing import Any
from uuid import UUID, uuid4

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from sanhu.domains.casework.services.contacts import Wish
from sanhu.domains.casework.services.errors import MatterNotFound
from sanhu.domains.casework.services.intake import Report, is_registered
from sanhu.domains.casework.services.intake import register as register_report
from sanhu.domains.casework.services.joining import join
from sanhu.domains.evidence.attachments import drafts_of
from sanhu.domains.evidence.models.notice import Channel
from sanhu.domains.evidence.requests import ConflictError
from sanhu.domains.subjects.permissions import Permission
from sanhu.engines.decisions import Decision, Refused
from sanhu.engines.legal_time import legal_day
from sanhu.portals import clock
from sanhu.portals.desk.acting import Acting, at_the_desk
from sanhu.portals.desk.alike import offers_for
from sanhu.portals.desk.page import desk_page
from sanhu.portals.drafts import client_id_of, keep_photos, kept_with
from sanhu.portals.reporting import Choices, ReportForm, carried, community_choices, joining_id


class WindowForm(ReportForm):
    """The residents' form in an official's hand; there is no map to click on beside it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area"].help_text = ""


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk(Permission.MATTER_REGISTER)
def register(request: HttpRequest, *, acting: Acting) -> HttpResponse:
    """Show the form; offer what is likely the same; register; show number and receipt code to hand over."""
    at = clock.now()
    communities = community_choices(acting.actor.district, legal_day(at))
    if request.method != "POST":
        return _show(request, acting, WindowForm(communities=communities))
    posted = request.POST.copy()
    client_id = client_id_of(str(posted.get("client_id", "")))
    posted["client_id"] = str(client_id)
    faulty = keep_photos(request, client_id, actor=acting.actor, at=at)
    form = WindowForm(posted, request.FILES, communities=communities)
    is_faulty = not form.is_valid() or bool(faulty)
    if is_faulty or "edit" in posted:
        status = 422 if is_faulty else 200
        return _show(request, acting, form, client_id=client_id, photo_refusals=faulty, status=status)
    # A form that was registered already is answered as it was, whatever others have reported meanwhile.
    if "distinct" not in posted and not is_registered(client_id):
        offers = offers_for(form.cleaned_data, actor=acting.actor, at=at)
        if offers:
            return desk_page(request, "register_alike", acting, {"offers": offers, "carried": carried(posted)})
    report = _report(form.cleaned_data, acting.actor.district, client_id)
    try:
        registered = register_report(actor=acting.actor, at=at, client_id=client_id, report=report)
    except Refused as refused:
        return _show(request, acting, form, client_id=client_id, decision=refused.decision, status=422)
    except ConflictError:
        form = _with_another_number(posted, communities)
        form.add_error(None, _("这张表已经提交过一次，内容不同。如果是另一件事，请再次提交；原来那件已经登记。"))
        return _show(request, acting, form, status=409)
    return desk_page(request, "registered", acting, {"registered": registered})


@require_POST
@at_the_desk(Permission.MATTER_REGISTER)
def register_join(request: HttpRequest, *, acting: Acting, number: str) -> HttpResponse:
    """Put whoever stands at the window down as joining a matter; show the receipt code to hand over."""
    at = clock.now()
    communities = community_choices(acting.actor.district, legal_day(at))
    posted = request.POST.copy()
    client_id = client_id_of(str(posted.get("client_id", "")))
    posted["client_id"] = str(client_id)
    form = WindowForm(posted, communities=communities)
    if not form.is_valid():
        return _show(request, acting, form, client_id=client_id, status=422)
    tell = form.cleaned_data["tell"]
    wish = Wish(Channel(tell), form.cleaned_data["contact"]) if tell else Wish()
    try:
        joined = join(actor=acting.actor, at=at, client_id=joining_id(client_id, number), number=number, wish=wish)
    except MatterNotFound:
        raise Http404 from None
    except Refused as refused:
        return _show(request, acting, form, client_id=client_id, decision=refused.decision, status=422)
    except ConflictError:
        form.add_error(None, _("这张表已经提交过一次，内容不同。先前提交的已经记下，没有改动。"))
        return _show(request, acting, form, client_id=client_id, status=409)
    return desk_page(request, "register_joined", acting, {"joined": joined, "carried": carried(posted)})


def _with_another_number(posted: QueryDict, communities: Choices) -> WindowForm:
    """The same words in a form of its own: the one before was sent with others."""
    posted["client_id"] = str(uuid4())
    return WindowForm(posted, communities=communities)


def _report(cleaned: dict[str, Any], district: str, client_id: UUID) -> Report:
    return Report(
        district=district,
        area_code=cleaned["area"],
        address=cleaned["address"],
        words=cleaned["words"],
        contact_channel=Channel(cleaned["tell"]) if cleaned["tell"] else None,
        contact_address=cleaned["contact"],
        photos=tuple(photo.sha256 for photo in drafts_of(client_id)),
    )


def _show(
    request: HttpRequest,
    acting: Acting,
    form: WindowForm,
    *,
    client_id: UUID | None = None,
    photo_refusals: list[Decision] | None = None,
    decision: Decision | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "form": form,
        "decision": decision,
        "kept": kept_with(client_id),
        "photo_refusals": photo_refusals or [],
    }
    return desk_page(request, "register", acting, context, status=status)
