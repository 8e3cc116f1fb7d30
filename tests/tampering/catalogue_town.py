"""A district whose catalogue was changed on two days, each signed, and whose Measure was amended on both."""

from dataclasses import replace
from datetime import datetime
from uuid import uuid4

from sanhu.domains.catalogue.models import Instrument
from sanhu.domains.catalogue.queries import versions
from sanhu.domains.catalogue.reading import rows_of
from sanhu.domains.catalogue.rows import StepRow
from sanhu.domains.catalogue.services.instruments import amend_instrument
from sanhu.domains.catalogue.services.proposing import open_proposal, submit_proposal
from sanhu.domains.catalogue.services.reviewing import review_item
from sanhu.domains.catalogue.terms import ReviewOutcome
from sanhu.engines.legal_time import legal_day
from tests.approving import approved
from tests.cast import DISTRICT, MONDAY_MORNING, Cast, found_demo_district
from tests.tampering.conftest import DAY, HOUR, House, note_down, sign


def build() -> House:
    """Let the catalogue be changed on two days."""
    cast = found_demo_district()
    work(cast, at=MONDAY_MORNING, number=1)
    yesterday = sign(MONDAY_MORNING + 9 * HOUR)
    work(cast, at=MONDAY_MORNING + DAY, number=2)
    today = sign(MONDAY_MORNING + DAY + 9 * HOUR)
    note_down("等待入链", at=MONDAY_MORNING + DAY + 9 * HOUR)
    return House(cast=cast, yesterday=yesterday, today=today)


def work(cast: Cast, *, at: datetime, number: int) -> None:
    """Write a row of every kind a change of the catalogue and of its instrument leaves."""
    actor = cast.actor("高", at)
    newest = versions(DISTRICT)[0]
    first, *others = rows_of(newest)
    steps = (StepRow("现场查看", "functional_department"), StepRow("处理", "functional_department"))
    changed = replace(first, definition=f"第{number}次改写。", procedure=steps[:number])
    proposal = open_proposal(
        actor=actor,
        at=at,
        client_id=uuid4(),
        reason=f"第{number}次修改",
        in_force_from=None,
        rows=[changed, *others],
    )
    approved(submit_proposal(actor=actor, at=at, client_id=uuid4(), proposal_id=proposal.pk), at=at + HOUR)
    amend_instrument(
        actor=actor,
        at=at,
        client_id=uuid4(),
        instrument_id=Instrument.objects.get(district=DISTRICT).pk,
        on=legal_day(at),
        organ="示范区人民政府",
        document_number=f"示政规〔2026〕1{number}号",
        articles=[{"number": "第五条", "text": f"第{number}次修正。"}],
    )
    words = f"第{number}次评估，保留。"
    review_item(actor=actor, at=at, client_id=uuid4(), code=first.code, outcome=ReviewOutcome.KEEP, words=words)
