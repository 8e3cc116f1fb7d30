"""Remembering how a matter was handed round, and ruling where it was handed round too often."""

from dataclasses import dataclass

from sanhu.domains.casework.models import Matter, Reclassification, Ruling, Step
from sanhu.domains.casework.rules import RECLASSIFYING_MOVES, is_handoff
from sanhu.domains.evidence.serials import next_in
from sanhu.engines.actors import Actor
from sanhu.engines.legal_time import legal_day

# Moves after which nobody answers for the matter.
_HANDING_BACK = frozenset({"send_back", "lapse_into_returned", "reclassify"})


@dataclass(frozen=True)
class Held:
    """What a matter was, and who led it."""

    item_id: int | None
    duty_id: int | None
    lead_id: int | None

    @classmethod
    def of(cls, matter: Matter) -> "Held":
        """Give it of a matter as it stands."""
        return cls(item_id=matter.item_id, duty_id=matter.duty_id, lead_id=matter.lead_id)


def remember_change(matter: Matter, step: Step, held: Held, *, before: str) -> list[Reclassification]:
    """Remember a step that hands the matter on, or brings it under another item or duty; the row, for its entry."""
    if not (is_handoff(step.move, before=before) or step.move in RECLASSIFYING_MOVES):
        return []
    assert held.item_id is not None, "an accepted matter has its item"
    assert held.duty_id is not None, "and its duty"
    assert matter.item_id is not None, "and still has"
    assert matter.duty_id is not None, "both"
    change = Reclassification.objects.create(
        matter=matter,
        step=step,
        from_item_id=held.item_id,
        from_duty_id=held.duty_id,
        from_lead_id=held.lead_id,
        to_item_id=matter.item_id,
        to_duty_id=matter.duty_id,
        to_lead_id=None if step.move in _HANDING_BACK else matter.lead_id,
    )
    return [change]


def write_ruling(matter: Matter, step: Step, *, actor: Actor, is_precedent: bool) -> Ruling:
    """Write the ruling a step made, with the next number of its year; the row, for its entry."""
    assert actor.post_id is not None, "only a post rules"
    assert actor.person_id is not None, "a post is somebody's"
    assert matter.item_id is not None, "an accepted matter has its item"
    assert matter.duty_id is not None, "and its duty"
    assert matter.lead_id is not None, "its lead was ruled just now"
    year = legal_day(step.at).year
    return Ruling.objects.create(
        matter=matter,
        step=step,
        district=matter.district,
        year=year,
        ordinal=next_in(district=matter.district, kind="ruling", year=year),
        item_id=matter.item_id,
        duty_id=matter.duty_id,
        lead_id=matter.lead_id,
        reason=step.reason,
        article=step.article,
        is_precedent=is_precedent,
        post_id=actor.post_id,
        person_id=actor.person_id,
        at=step.at,
    )
