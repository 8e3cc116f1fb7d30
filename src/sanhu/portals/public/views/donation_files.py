"""A donation as files: its published steps as a table, and the proof of each from the record."""

from collections.abc import Sequence

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from sanhu.domains.evidence.checkpoints import latest
from sanhu.domains.evidence.proofs import proof_of
from sanhu.domains.funding.donation_proofs import donation_policy, step_policy
from sanhu.domains.funding.donation_queries import public_donations
from sanhu.domains.funding.donation_way import WayStep, published_way_of
from sanhu.domains.funding.models import Donation
from sanhu.engines.legal_time import legal_day
from sanhu.portals import clock, site
from sanhu.portals.donations import as_csv, step_lines
from sanhu.portals.public.files import proof_file, table_file


@require_safe
def donation_csv(request: HttpRequest, number: str) -> HttpResponse:
    """Give what was published of a donation as a table."""
    del request
    found, steps = published_or_404(number)
    return steps_file(found, steps)


@require_safe
def donation_json(request: HttpRequest, number: str) -> HttpResponse:
    """Give the proof of what is entered about a donation: its agreement, its purposes, what was published when."""
    del request
    found, _steps = published_or_404(number)
    return proof_of_donation(found)


@require_safe
def donation_step_json(request: HttpRequest, number: str, voucher: str) -> HttpResponse:
    """Give the proof of one published step."""
    del request
    _found, steps = published_or_404(number)
    return proof_of_step(steps, voucher)


def public_or_404(number: str) -> Donation:
    """Give a donation of this district of which money came in."""
    found = public_donations(site.home_district()).filter(number=number).first()
    if found is None:
        raise Http404
    return found


def published_or_404(number: str) -> tuple[Donation, list[WayStep]]:
    """Give a donation of which something was published, and that."""
    found = public_or_404(number)
    steps = published_way_of(found)
    if not steps:
        raise Http404
    return found, steps


def steps_file(donation: Donation, steps: Sequence[WayStep]) -> HttpResponse:
    """Give steps as a table to take away."""
    lines = step_lines(donation, steps, today=legal_day(clock.now()))
    return table_file(as_csv(lines), f"donation-{donation.number}.csv")


def proof_of_donation(donation: Donation) -> HttpResponse:
    """Prove what is entered about a donation itself."""
    checkpoint = latest()
    if checkpoint is None:
        raise Http404
    return proof_file(
        f"proof-{donation.number}.json",
        lambda: proof_of(donation.ref, checkpoint=checkpoint, disclosure=donation_policy(donation)),
    )


def proof_of_step(steps: Sequence[WayStep], number: str) -> HttpResponse:
    """Prove one of these steps, by the number of its voucher."""
    checkpoint, vouchers = latest(), {step.voucher.number: step.voucher for step in steps}
    if checkpoint is None or number not in vouchers:
        raise Http404
    voucher = vouchers[number]
    return proof_file(
        f"proof-{number}.json",
        lambda: proof_of(voucher.ref, checkpoint=checkpoint, disclosure=step_policy(voucher)),
    )
