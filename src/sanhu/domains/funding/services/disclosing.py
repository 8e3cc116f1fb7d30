"""Publishing a community's account: what was published is fixed by its hash and the record's place."""

import zlib
from datetime import datetime
from uuid import UUID

from django.db import transaction

from sanhu.domains.evidence.checkpoints import standing
from sanhu.domains.evidence.once import Once
from sanhu.domains.evidence.record import record
from sanhu.domains.funding.account_tables import published
from sanhu.domains.funding.disclosure_rules import (
    DISCLOSURE_ARTICLE,
    NOTHING_NEW,
    Period,
    check_over,
    may_disclose,
)
from sanhu.domains.funding.events import FundingEvent
from sanhu.domains.funding.models import Disclosure
from sanhu.domains.funding.public_account import postings_in, totals_of
from sanhu.domains.funding.services.errors import FundingNotFound
from sanhu.domains.funding.services.years import let_nobody_post
from sanhu.domains.places.queries import community
from sanhu.domains.subjects.models import Organisation
from sanhu.domains.subjects.services.doors import require
from sanhu.engines.actors import Actor
from sanhu.engines.decisions import Decision, Refused, refuse
from sanhu.engines.legal_time import legal_day


def disclose(*, actor: Actor, at: datetime, client_id: UUID, area_code: str, period: Period) -> Disclosure:
    """Publish what was posted in a period that is over, once; again where it changed since.

    Raises FundingNotFound for what is no community of the actor's district, Refused with the reason.
    """
    asked = {"disclose": area_code, "period": period.code}
    once = Once(client_id=client_id, actor=actor, asked=asked, at=at)
    ref = once.answer(lambda: _disclose(once, area_code, period, at=at))
    return Disclosure.objects.defer("table").get(pk=int(ref.rpartition(":")[2]))


def may_publish(actor: Actor, area_code: str) -> Decision:
    """May this person publish the account of this community?"""
    bodies = Organisation.objects.filter(pk=actor.organisation_id or 0)
    kind = bodies.values_list("kind", flat=True).first() or ""
    return may_disclose(kind=kind, area_code=area_code, actor=actor)


@transaction.atomic
def _disclose(once: Once, area_code: str, period: Period, *, at: datetime) -> str:
    actor, today = once.actor, legal_day(at)
    if community(area_code, today, district=actor.district) is None:
        raise FundingNotFound(area_code)
    require(may_publish(actor, area_code))
    require(check_over(period, today=today))
    let_nobody_post()
    postings = postings_in(area_code, [period])
    data, digest = published(postings)
    before = Disclosure.objects.filter(
        district=actor.district, area_code=area_code, year=period.year, quarter=period.quarter
    ).order_by("ordinal")
    last = before.defer("table").last()
    if last is not None and last.sha256 == digest:
        raise Refused(refuse(NOTHING_NEW, citations=(DISCLOSURE_ARTICLE,)))
    sums, place = totals_of(postings).whole, standing()
    newest = postings.order_by("pk").values_list("pk", flat=True).last()
    assert actor.organisation_id is not None, "a body publishes"
    assert actor.person_id is not None, "a post is held by somebody"
    disclosure = Disclosure.objects.create(
        district=actor.district,
        area_code=area_code,
        year=period.year,
        quarter=period.quarter,
        ordinal=1 if last is None else last.ordinal + 1,
        body_id=actor.organisation_id,
        disclosed_at=at,
        disclosed_by_id=actor.person_id,
        due_on=period.due_on,
        income_fen=sums.income_fen,
        spending_fen=sums.spending_fen,
        posting_count=postings.count(),
        last_posting_id=newest or 0,
        sha256=digest,
        record_size=place.size,
        record_root=place.root.hex(),
        table=zlib.compress(data, level=9),
    )
    _enter(disclosure, period, actor=actor, at=at)
    return once.remember(disclosure.ref)


def _enter(disclosure: Disclosure, period: Period, *, actor: Actor, at: datetime) -> None:
    """Write the entry. Hash and sums stand in the open, so that whoever has the file can hold it against the proof."""
    record(
        event=FundingEvent.ACCOUNT_DISCLOSED,
        actor=actor,
        at=at,
        subject=disclosure.ref,
        district=disclosure.district,
        rows=[disclosure],
        facts={
            "area_code": disclosure.area_code,
            "period": period.code,
            "ordinal": disclosure.ordinal,
            "sha256": disclosure.sha256,
            "income_fen": disclosure.income_fen,
            "spending_fen": disclosure.spending_fen,
            "postings": disclosure.posting_count,
            "record_size": disclosure.record_size,
            "record_root": disclosure.record_root,
        },
    )


def published_file(disclosure: Disclosure) -> bytes:
    """Give the file that was published, byte for byte."""
    table = Disclosure.objects.values_list("table", flat=True).get(pk=disclosure.pk)
    return zlib.decompress(bytes(table))
