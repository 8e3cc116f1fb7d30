"""Joining a public matter, following it with a receipt of one's own, and leaving again."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sanhu.domains.casework import queries
from sanhu.domains.casework.joined import joining_by_receipt, may_join, others_reporting
from sanhu.domains.casework.models import Joining, Matter
from sanhu.domains.casework.procedures import procedure_on
from sanhu.domains.casework.services.contacts import Wish
from sanhu.domains.casework.services.errors import MatterNotFound
from sanhu.domains.casework.services.joining import join as join_matter
from sanhu.domains.casework.services.joining import leave
from sanhu.domains.casework.services.receipts import receipt_hash
from sanhu.domains.evidence import throttle
from sanhu.domains.evidence.fields import mask_contact
from sanhu.domains.evidence.models.notice import Channel
from sanhu.domains.evidence.record import lines_of
from sanhu.domains.evidence.requests import ConflictError
from sanhu.domains.places.queries import path_of
from sanhu.engines.actors import resident
from sanhu.engines.decisions import Decision, Refused
from sanhu.engines.legal_time import legal_day
from sanhu.portals import clock, site
from sanhu.portals.drafts import client_id_of, keep_photos
from sanhu.portals.look.addresses import address_of
from sanhu.portals.matters import due_card, public_steps
from sanhu.portals.public.forms import JoinForm, UrgeForm
from sanhu.portals.public.page import public_page
from sanhu.portals.public.tickets import hand_ticket, shown_ticket, take_ticket
from sanhu.portals.published import published_of
from sanhu.portals.reporting import carried, joining_id

_WINDOW = timedelta(hours=1)


@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, number: str) -> HttpResponse:
    """Ask how to be told, and join. Whoever comes from a report brings it along, and may still send it."""
    matter = _public_or_404(number)
    if request.method != "POST":
        return _show(request, matter, JoinForm(initial={"client_id": uuid4()}))
    posted = request.POST.copy()
    client_id = client_id_of(posted.get("client_id", ""))
    posted["client_id"] = str(client_id)
    at, district = clock.now(), site.home_district()
    if request.FILES:
        keep_photos(request, client_id, actor=resident(district), at=at)
    form = JoinForm(posted)
    if not form.is_valid():
        return _show(request, matter, form, status=422)
    if _is_too_often(request, at):
        form.add_error(None, _("加入得太频繁了，请过一个小时再试；也可以单独提交。"))
        return _show(request, matter, form, status=429)
    tell = form.cleaned_data["tell"]
    wish = Wish(Channel(tell), form.cleaned_data["contact"]) if tell else Wish()
    try:
        joined = join_matter(
            actor=resident(district),
            at=at,
            client_id=joining_id(client_id, matter.number),
            number=matter.number,
            wish=wish,
        )
    except Refused as refused:
        return _show(request, matter, form, decision=refused.decision, status=422)
    except ConflictError:
        form.add_error(None, _("这张表已经提交过一次，内容不同。先前提交的已经记下，没有改动。"))
        return _show(request, matter, form, status=409)
    response = public_page(request, "joined", {"joined": joined, "carried": carried(posted)})
    hand_ticket(response, receipt_hash(joined.receipt), secure=request.is_secure())
    add_never_cache_headers(response)  # the one page that shows the code
    return response


def _public_or_404(number: str) -> Matter:
    try:
        return queries.public_matter(site.home_district(), number.replace("-", ""))
    except MatterNotFound:
        raise Http404 from None


def _is_too_often(request: HttpRequest, at: datetime) -> bool:
    key = throttle.key_of("join", address_of(request))
    return throttle.count_try(key, at=at, window=_WINDOW) > settings.SANHU_JOINS_AN_HOUR


def _show(
    request: HttpRequest, matter: Matter, form: JoinForm, *, decision: Decision | None = None, status: int = 200
) -> HttpResponse:
    allowed = may_join(matter)
    context: dict[str, Any] = {
        "matter": matter,
        "form": form if allowed else None,
        "decision": decision or (None if allowed else allowed),
        "carried": carried(form.data) if isinstance(form.data, QueryDict) else [],
        "place": path_of(matter.area_code, legal_day(matter.reported_at)),
    }
    return public_page(request, "join", context, status=status)


@require_safe
@never_cache
def my_joined(request: HttpRequest) -> HttpResponse:
    """Show whoever joined how the matter stands: what everybody may see of it, and nothing else."""
    joining = _own_joining(request)
    if joining is None:
        return redirect("public:receipt")
    matter = joining.matter
    if matter.publicity != "public":
        return public_page(request, "not_shown", {"matter": matter})
    context = {
        "joining": joining,
        "matter": matter,
        "due": due_card(matter, at=clock.now()),
        "steps": public_steps(matter),
        "published": published_of(matter),
        "place": path_of(matter.area_code, legal_day(matter.reported_at)),
        "others": others_reporting(matter),
        "procedure": procedure_on(matter),
        "masked": mask_contact(joining.address),
        "lines": lines_of(joining.ref),
        "leave_id": uuid4(),
    }
    return public_page(request, "my_joined", context)


def _own_joining(request: HttpRequest) -> Joining | None:
    hashed = shown_ticket(request)
    try:
        return joining_by_receipt(hashed) if hashed else None
    except MatterNotFound:
        return None


@require_POST
def leave_joined(request: HttpRequest) -> HttpResponse:
    """Follow the matter no longer: the address goes, and so does the ticket."""
    joining, form = _own_joining(request), UrgeForm(request.POST)
    if joining is None or not form.is_valid():
        return redirect("public:receipt")
    try:
        leave(at=clock.now(), client_id=form.cleaned_data["client_id"], receipt_hash=joining.receipt_hash)
    except ConflictError:
        return redirect("public:my_joined")
    messages.success(request, _("记下了：不再跟进这件事，联系方式已经删除。"))
    response = redirect("public:receipt")
    take_ticket(response)
    return response
