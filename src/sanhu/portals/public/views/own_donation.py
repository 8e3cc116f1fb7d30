"""The donor's way: receipt number and key open the whole way of the money one gave, from its postings."""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sanhu.domains.evidence import throttle
from sanhu.domains.evidence.checkpoints import latest
from sanhu.domains.evidence.letters import letters_about
from sanhu.domains.evidence.record import lines_of
from sanhu.domains.funding.donation_queries import donation_by_key
from sanhu.domains.funding.donation_way import sums_of, way_of
from sanhu.domains.funding.models import Donation
from sanhu.domains.funding.services.donating import key_hash
from sanhu.engines.legal_time import legal_day
from sanhu.portals import clock
from sanhu.portals.donations import step_lines
from sanhu.portals.look.addresses import address_of
from sanhu.portals.public.forms import DonorKeyForm
from sanhu.portals.public.page import public_page
from sanhu.portals.public.tickets import DONATION, hand_ticket, shown_ticket, take_ticket
from sanhu.portals.public.views.donation_files import proof_of_donation, proof_of_step, steps_file

_WINDOW = timedelta(minutes=15)
# Whether there is no such number or the key is another one, is told to nobody.
NOT_FOUND = _("没有找到：编号或者查询码不对，请照收据再核对一遍。查询码丢了的，可以带协议到收款单位，核对以后换新的。")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def donor_key(request: HttpRequest) -> HttpResponse:
    """Ask for number and key; right ones open the donation. Guesses are slowed down."""
    form = DonorKeyForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return public_page(request, "donor_key", {"form": form}, status=422 if form.is_bound else 200)
    at = clock.now()
    key = throttle.key_of("donation", address_of(request))
    if throttle.tries(key, at=at, window=_WINDOW) >= settings.SANHU_RECEIPT_TRIES:
        form.add_error(None, _("试得太多了，请 15 分钟以后再试。"))
        return public_page(request, "donor_key", {"form": form}, status=429)
    number, hashed = form.cleaned_data["number"].strip().upper(), key_hash(form.cleaned_data["key"])
    if donation_by_key(number, hashed) is None:
        throttle.count_try(key, at=at, window=_WINDOW)
        form.add_error(None, NOT_FOUND)
        return public_page(request, "donor_key", {"form": form}, status=422)
    response: HttpResponse = redirect("public:own_donation")
    hand_ticket(response, f"{number} {hashed}", secure=request.is_secure(), door=DONATION)
    return response


def with_own_donation(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Open the donation of the ticket, or ask for number and key again: a key that was replaced opens nothing."""

    @wraps(view)
    def opened(request: HttpRequest, **named: Any) -> HttpResponse:
        number, _blank, hashed = (shown_ticket(request, door=DONATION) or "").partition(" ")
        found = donation_by_key(number, hashed) if hashed else None
        if found is None:
            return redirect("public:donor_key")
        return never_cache(view)(request, donation=found, **named)

    return opened


@require_safe
@with_own_donation
def own_donation(request: HttpRequest, *, donation: Donation) -> HttpResponse:
    """Show the donor everything: each step with its proof, what is left, each change of purpose."""
    context = {
        "donation": donation,
        "lines": step_lines(donation, way_of(donation), today=legal_day(clock.now())),
        "sums": sums_of(donation.earmark),
        "changes": donation.purpose_changes.order_by("ordinal"),
        "letters": letters_about(donation.ref),
        "record": lines_of(donation.ref),
        "checkpoint": latest(),
        "shown_at": clock.now(),
    }
    return public_page(request, "own_donation", context)


@require_safe
@with_own_donation
def own_donation_csv(request: HttpRequest, *, donation: Donation) -> HttpResponse:
    """Give the donor every step as a table."""
    del request
    return steps_file(donation, way_of(donation))


@require_safe
@with_own_donation
def own_donation_json(request: HttpRequest, *, donation: Donation) -> HttpResponse:
    """Give the donor the proof of what is entered about the donation itself."""
    del request
    return proof_of_donation(donation)


@require_safe
@with_own_donation
def own_step_json(request: HttpRequest, *, donation: Donation, voucher: str) -> HttpResponse:
    """Give the donor the proof of one step."""
    del request
    return proof_of_step(way_of(donation), voucher)


@require_POST
def leave_donation(request: HttpRequest) -> HttpResponseRedirect:
    """Give the ticket back, on a shared computer."""
    del request
    response = redirect("public:donor_key")
    take_ticket(response, door=DONATION)
    return response
