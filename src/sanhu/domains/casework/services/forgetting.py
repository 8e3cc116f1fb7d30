"""Letting go of the address of somebody who joined: when they leave, when its purpose has ended, when all is erased."""

from datetime import datetime

from sanhu.domains.casework.events import MatterEvent
from sanhu.domains.casework.models import Joining
from sanhu.domains.evidence import outbox
from sanhu.domains.evidence.erasure import destroy_salts, erased
from sanhu.domains.evidence.record import record
from sanhu.engines.actors import Actor


def leave_joining(joining: Joining, *, actor: Actor, at: datetime) -> None:
    """Let somebody follow the matter no longer, and enter it. The row is locked."""
    joining.leave(at=max(at, joining.joined_at))
    _forget(MatterEvent.JOINING_LEFT, joining, actor=actor, at=at)


def erase_joining(joining: Joining, *, actor: Actor, at: datetime) -> None:
    """Erase the address of somebody who joined, and enter it. The row is locked."""
    joining.erase(at=at)
    _forget(MatterEvent.JOINING_ERASED, joining, actor=actor, at=at)


def _forget(event: MatterEvent, joining: Joining, *, actor: Actor, at: datetime) -> None:
    destroy_salts(row=joining, field="address", subject=joining.ref)
    outbox.erase_notices(subject_ref=joining.ref, at=at)
    record(
        event=event,
        actor=actor,
        at=at,
        subject=joining.ref,
        district=joining.matter.district,
        rows=[joining],
        facts=erased(joining, ["address"]),
    )
