"""What is re-proved of statements and their differences: days that fit, two persons, and the districts of entries."""

import json
from collections.abc import Iterator, Mapping

from django.db.models import Exists, F, OuterRef, Q

from sanhu.domains.evidence.filing import misfiled_by_key
from sanhu.domains.evidence.findings import Finding
from sanhu.domains.evidence.models import Entry
from sanhu.domains.funding.clearing_queries import proposers_of
from sanhu.domains.funding.events import FundingEvent
from sanhu.domains.funding.models import Clearing, StatementLine
from sanhu.domains.funding.statement_terms import ClearingKind, ClearingState
from sanhu.domains.subjects.queries import persons_of
from sanhu.engines.legal_time import legal_day

_MATCHING = (FundingEvent.STATEMENT_IMPORTED, FundingEvent.STATEMENT_MATCHED)
_SETTLING = (FundingEvent.DIFFERENCE_CLEARED, FundingEvent.DIFFERENCE_KEPT)


def unnamed_lines_lie_near_their_voucher() -> Iterator[Finding]:
    """A line that names no voucher confirms one within the window its statement's entries tell, or two persons said so.

    The window is configuration and may change; what counts is the one that was in force.
    """
    said = Clearing.objects.filter(line=OuterRef("pk"), kind=ClearingKind.SAME, state=ClearingState.SIGNED)
    unnamed = StatementLine.objects.filter(~Exists(said), voucher__isnull=False, voucher_number="")
    windows = _windows()
    for line in unnamed.select_related("voucher").order_by("pk").iterator():
        settled_at = line.voucher.settled_at if line.voucher else None
        days = abs((legal_day(settled_at) - line.booked_on).days) if settled_at else None
        if days is None or days > windows.get(line.statement_id, -1):
            yield Finding(kind="statement_line_wrong", ref=line.row_ref, detail=f"{days} days from its voucher")


def _windows() -> Mapping[int, int]:
    """Give the widest window under which the lines of each statement were matched."""
    found: dict[int, int] = {}
    entries = Entry.objects.filter(event__in=_MATCHING).values_list("subject_ref", "body")
    for subject, body in entries.iterator(chunk_size=50):
        key, days = int(subject.partition(":")[2]), int(json.loads(body)["facts"].get("window_days", -1))
        found[key] = max(days, found.get(key, -1))
    return found


def another_person_settled() -> Iterator[Finding]:
    """What a difference is said to be was settled by another person, whichever posts and delegations they acted in."""
    settled = Clearing.objects.exclude(state=ClearingState.WAITING)
    for clearing in settled.filter(Q(settled_by=None) | Q(settled_by=F("proposed_by"))).order_by("pk"):
        yield Finding(kind="not_signed_by_another", ref=clearing.row_ref, detail=clearing.kind)
    through = Entry.objects.filter(event__in=_SETTLING, actor_ref__contains="/delegation:").order_by("id")
    for subject, actor_ref in through.values_list("subject_ref", "actor_ref"):
        found = Clearing.objects.filter(pk=int(subject.partition(":")[2])).first()
        if found is not None and found.settled_by_id != found.proposed_by_id:
            signers = persons_of([actor_ref]) | frozenset({found.settled_by_id})
            if signers & proposers_of(found):
                yield Finding(kind="not_signed_by_another", ref=found.row_ref, detail=found.kind)


def clearings_speak_of_one_thing() -> Iterator[Finding]:
    """Line and voucher are of the clearing's district, and what is said to be the same payment is matched."""
    here = Q(line=None) | Q(line__district=F("district"))
    also = Q(voucher=None) | Q(voucher__district=F("district"))
    matched = Q(line__voucher=F("voucher"), line__amount_fen=F("voucher__amount_fen"))
    same = Clearing.objects.filter(kind=ClearingKind.SAME, state=ClearingState.SIGNED)
    for clearings in (Clearing.objects.exclude(here & also), same.exclude(matched)):
        for clearing in clearings.order_by("pk").iterator():
            yield Finding(kind="clearing_wrong", ref=clearing.row_ref, detail=clearing.kind)


def entries_of_clearings_are_filed_where_they_are() -> Iterator[Finding]:
    """Compare the district of every entry about a clearing with its own."""
    yield from misfiled_by_key("clearing", Clearing, "district")


CLEARING_CHECKS = (
    unnamed_lines_lie_near_their_voucher,
    another_person_settled,
    clearings_speak_of_one_thing,
    entries_of_clearings_are_filed_where_they_are,
)
