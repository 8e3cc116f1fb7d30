"""Communities' accounts as files: the table of now, what was published byte for byte, and proofs from the record."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from sanhu.domains.evidence.checkpoints import latest
from sanhu.domains.evidence.models import Checkpoint
from sanhu.domains.evidence.proofs import proof_of
from sanhu.domains.funding.account_tables import as_csv, rows_of
from sanhu.domains.funding.models import Disclosure, Voucher
from sanhu.domains.funding.public_account import disclosed_periods, public_postings, public_voucher
from sanhu.domains.funding.public_proofs import disclosure_policy, voucher_policy
from sanhu.domains.funding.services.disclosing import published_file
from sanhu.engines.legal_time import legal_day
from sanhu.portals import clock, site
from sanhu.portals.public.account_words import period_or_404
from sanhu.portals.public.files import proof_file, table_file
from sanhu.portals.public.views.register import community_or_404


@require_safe
def account_csv(request: HttpRequest, area: str, period: str) -> HttpResponse:
    """Give every public posting of a period as a table, as the ledger stands now."""
    del request
    community, asked = community_or_404(area, legal_day(clock.now())), period_or_404(period)
    if not disclosed_periods(community.code, asked.year):
        raise Http404
    data = as_csv(rows_of(public_postings(community.code, asked)))
    return table_file(data, f"account-{community.code}-{asked.code}.csv")


@require_safe
def account_published(request: HttpRequest, area: str, period: str, ordinal: int) -> HttpResponse:
    """Give the file that was published, byte for byte: its hash stands in the record."""
    del request
    found = _disclosure(area, period, ordinal)
    return table_file(published_file(found), f"account-{area}-{period}-{ordinal}.csv")


@require_safe
def account_proof_json(request: HttpRequest, area: str, period: str, ordinal: int) -> HttpResponse:
    """Give the proof of what was published, and when, as tools/verify_record.py reads it."""
    del request
    found, checkpoint = _disclosure(area, period, ordinal), latest()
    if checkpoint is None:
        raise Http404
    name = f"proof-account-{area}-{period}-{ordinal}.json"
    return proof_file(name, lambda: proof_of(found.ref, checkpoint=checkpoint, disclosure=disclosure_policy(found)))


@require_safe
def account_voucher_json(request: HttpRequest, number: str) -> HttpResponse:
    """Give the proof of one posting's voucher."""
    del request
    found, checkpoint = public_voucher(site.home_district(), number), latest()
    if found is None or checkpoint is None:
        raise Http404
    return proof_file(f"proof-{found.number}.json", lambda: proof_of_voucher(found, checkpoint))


def proof_of_voucher(voucher: Voucher, checkpoint: Checkpoint) -> dict[str, Any]:
    """Prove what the record says of a public voucher. Raises LookupError where a part of the tree is missing."""
    return proof_of(voucher.ref, checkpoint=checkpoint, disclosure=voucher_policy(voucher))


def _disclosure(area: str, period: str, ordinal: int) -> Disclosure:
    community, asked = community_or_404(area, legal_day(clock.now())), period_or_404(period)
    found = Disclosure.objects.defer("table").filter(
        area_code=community.code, year=asked.year, quarter=asked.quarter, ordinal=ordinal
    )
    if (one := found.first()) is None:
        raise Http404
    return one
