"""Joining a matter somebody reported already, alone or at the window: a receipt of one's own, and leaving again."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from sanhu.domains.casework.events import MatterEvent
from sanhu.domains.casework.joined import may_add
from sanhu.domains.casework.models import Joining, Matter
from sanhu.domains.casework.queries import public_matters, visible_to
from sanhu.domains.casework.services.contacts import Wish, is_an_address
from sanhu.domains.casework.services.errors import MatterNotFound
from sanhu.domains.casework.services.forgetting import leave_joining
from sanhu.domains.casework.services.moves import not_before_the_last_step
from sanhu.domains.casework.services.receipts import receipt_code, receipt_hash
from sanhu.domains.evidence.once import Once
from sanhu.domains.evidence.record import record
from sanhu.engines.actors import Actor, ActorKind, resident
from sanhu.engines.decisions import Refused


@dataclass(frozen=True)
class Joined:
    """The number of the matter that was joined, and the code whoever joined keeps."""

    number: str
    receipt: str


def join(*, actor: Actor, at: datetime, client_id: UUID, number: str, wish: Wish | None = None) -> Joined:
    """Join a public matter. The same client_id with the same wish gives the same code.

    At the window the actor is the clerk's post, and whoever is put down stands before it. Raises MatterNotFound for
    what the actor may not see, Refused for what is not public, does not go on or lies beyond the clerk's areas and for
    an address of the wrong kind, requests.ConflictError for a client_id used for something else.
    """
    wish = wish or Wish()
    asked: dict[str, object] = {"join": number, "channel": str(wish.channel or ""), "address": wish.address}
    receipt = receipt_code(client_id)
    once = Once(client_id=client_id, actor=actor, asked=asked, at=at)
    once.answer(lambda: _join(once, number, receipt, wish, at=at))
    return Joined(number=number, receipt=receipt)


@transaction.atomic
def _join(once: Once, number: str, receipt: str, wish: Wish, *, at: datetime) -> str:
    key = _seen_by(once.actor).filter(number=number).values_list("pk", flat=True).first()
    if key is None:
        raise MatterNotFound(number)
    matter = Matter.objects.select_for_update().get(pk=key)
    at = not_before_the_last_step(matter, at)
    for decision in (may_add(matter, actor=once.actor), *([is_an_address(wish)] if wish.channel else [])):
        if not decision:
            raise Refused(decision)
    hashed = receipt_hash(receipt)
    earlier = Joining.objects.filter(receipt_hash=hashed).first()
    if earlier is not None:  # the form was answered so long ago that its number is forgotten
        return once.remember(earlier.ref)
    joining = Joining(matter=matter, receipt_hash=hashed, joined_at=at)
    joining.channel, joining.address = (wish.channel.value, wish.address) if wish.channel else ("", "")
    joining.save()
    record(
        event=MatterEvent.JOINED,
        actor=once.actor,
        at=at,
        subject=joining.ref,
        district=matter.district,
        rows=[joining],
    )
    return once.remember(joining.ref)


def _seen_by(actor: Actor) -> QuerySet[Matter]:
    return visible_to(actor) if actor.kind is ActorKind.POST else public_matters(actor.district)


def leave(*, at: datetime, client_id: UUID, receipt_hash: str) -> None:
    """Leave the matter one has joined; the address goes, and what was not sent to it yet is withdrawn.

    Raises MatterNotFound for a hash that is nobody's, requests.ConflictError for a client_id used for something else.
    """
    joining = Joining.objects.filter(receipt_hash=receipt_hash).select_related("matter").first()
    if joining is None:
        raise MatterNotFound
    actor = resident(joining.matter.district)
    once = Once(client_id=client_id, actor=actor, asked={"leave": receipt_hash}, at=at)
    once.answer(lambda: _leave(once, joining.pk, at=at))


@transaction.atomic
def _leave(once: Once, key: int, *, at: datetime) -> str:
    joining = Joining.objects.select_for_update(of=("self",)).select_related("matter").get(pk=key)
    if joining.left_at is None:
        leave_joining(joining, actor=once.actor, at=at)
    return once.remember(joining.ref)
