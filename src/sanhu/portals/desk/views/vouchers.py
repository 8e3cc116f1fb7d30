"""Vouchers at the desk: what waits for my signature first, then all; and one voucher with everything about it."""

from datetime import datetime
from uuid import UUID

from django.core.exceptions import BadRequest
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from sanhu.domains.evidence.attachments import photos_of
from sanhu.domains.evidence.record import lines_of
from sanhu.domains.funding import queries
from sanhu.domains.funding.models import StatementLine, Voucher
from sanhu.domains.funding.rules import may_sign
from sanhu.domains.funding.services.errors import FundingNotFound
from sanhu.domains.funding.services.reversing import may_reverse
from sanhu.domains.funding.spending_queries import spendings_of
from sanhu.domains.funding.terms import VoucherKind, VoucherState
from sanhu.domains.funding.year_end_queries import settlements_visible_to
from sanhu.domains.subjects.permissions import Permission
from sanhu.engines.actors import Actor
from sanhu.portals import clock
from sanhu.portals.desk.acting import Acting, at_the_desk
from sanhu.portals.desk.page import desk_page
from sanhu.portals.desk.views.ledger_accounts import PAGE_SIZE, SEES_MONEY, money_tabs, purpose_of
from sanhu.portals.look.keyset import Page, page_of
from sanhu.portals.photos import photo_of

_MOST_WAITING = 50


@require_safe
@at_the_desk(*SEES_MONEY)
def vouchers(request: HttpRequest, *, acting: Acting) -> HttpResponse:
    """List what waits for my signature, oldest first, and under it every voucher one may see, newest first."""
    page: Page[Voucher] = page_of(
        chosen(acting.actor, request.GET, clock.now()),
        after=request.GET.get("after", ""),
        size=PAGE_SIZE,
        url=request.get_full_path(),
        known=queries.vouchers_visible_to(acting.actor),
    )
    context = {
        "page": page,
        "unsigned": list(queries.unsigned_for(acting.actor)[:_MOST_WAITING]),
        "may_sign": acting.actor.may(Permission.FUNDING_SIGN),
        "states": VoucherState.choices,
        "state": request.GET.get("state", ""),
        "kinds": VoucherKind.choices,
        "kind": request.GET.get("kind", ""),
        "tabs": money_tabs(acting, "desk:vouchers"),
        "tabs_label": _("经费"),
    }
    return desk_page(request, "vouchers", acting, context)


def chosen(actor: Actor, filters: QueryDict, at: datetime) -> QuerySet[Voucher]:
    """Give the vouchers an actor may see that the filters of an address choose, newest first."""
    del at
    found = queries.vouchers_visible_to(actor).order_by("-asked_at", "-id")
    for name, known in (("state", set(VoucherState)), ("kind", set(VoucherKind))):
        wanted = filters.get(name, "")
        if wanted and wanted not in known:
            raise BadRequest(f"{name} is one of a voucher's")
        if wanted:
            found = found.filter(**{name: wanted})
    return found


@require_safe
@at_the_desk(*SEES_MONEY)
def voucher(request: HttpRequest, *, acting: Acting, number: str) -> HttpResponse:
    """Show one voucher: its two legs, who asked and who signed, its papers, and what may be done with it."""
    found = voucher_or_404(acting.actor, number)
    signing = may_sign(queries.signing_of(found), actor=acting.actor)
    context = {
        "voucher": found,
        "why_second": queries.why_second(found),
        "reversals": Voucher.objects.filter(reverses=found).order_by("asked_at"),
        "postings": found.postings.select_related("account__body").order_by("id"),
        "scans": photos_of(found.ref),
        "confirmed_by": StatementLine.objects.filter(voucher=found).select_related("statement").first(),
        "settlement": settlements_visible_to(acting.actor).filter(lines__voucher=found).first(),
        "oversees": acting.actor.may(Permission.FUNDING_OVERSEE),
        "purpose": purpose_of(found.purpose_ref),
        "spending": spendings_of([found]).get(found.pk),
        "is_waiting": found.state == VoucherState.WAITING,
        "signing": signing,
        "may_reverse": bool(may_reverse(found, actor=acting.actor)),
        "lines": lines_of(found.ref),
        "crumbs": [(_("凭证"), reverse("desk:vouchers")), (found.number, "")],
    }
    return desk_page(request, "voucher", acting, context)


def voucher_or_404(actor: Actor, number: str) -> Voucher:
    """Give the voucher, or not found: another body's money does not exist here."""
    try:
        return queries.voucher_for(actor, number)
    except FundingNotFound:
        raise Http404 from None


@require_safe
@at_the_desk(*SEES_MONEY)
def voucher_scan(request: HttpRequest, *, acting: Acting, number: str, scan: UUID) -> HttpResponse:
    """A scan of the paper a voucher rests on, for whoever may see the voucher."""
    del request
    return photo_of(voucher_or_404(acting.actor, number).ref, scan)
