"""Every write once: a repeated client_id gets the first answer, a changed body is refused (409)."""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError

from sanhu.domains.evidence.models import Request
from sanhu.engines.actors import Actor
from sanhu.engines.chain import canonical


class ConflictError(Exception):
    """The client_id was used before, for something else."""


class StaleForm(Exception):  # noqa: N818 - it names what the person meets
    """A colleague acted since the form was opened."""


def hash_of(asked: Mapping[str, object]) -> str:
    """Hash what was asked, keyed, so that a short body cannot be guessed from its hash."""
    return hmac.new(settings.SANHU_RECEIPT_KEY, canonical(asked).encode(), hashlib.sha256).hexdigest()


def answered(*, client_id: UUID, actor: Actor, asked: Mapping[str, object]) -> str | None:
    """Give the earlier answer's reference, or None when this is the first time.

    Raises ConflictError when the same client_id came from somebody else or asked for something else.
    """
    earlier = Request.objects.filter(pk=client_id).first()
    if earlier is None:
        return None
    if earlier.actor_ref != actor.ref or not hmac.compare_digest(earlier.body_hash, hash_of(asked)):
        raise ConflictError
    return earlier.result_ref


class AlreadyAnsweredError(Exception):
    """A twin of this request committed first; roll back and give its answer."""


def remember(*, client_id: UUID, actor: Actor, asked: Mapping[str, object], result: str, at: datetime) -> None:
    """Keep the answer, in the transaction that made it.

    Raises AlreadyAnsweredError when a twin was faster; the transaction can then only be rolled back.
    """
    try:
        Request.objects.create(
            client_id=client_id, actor_ref=actor.ref, body_hash=hash_of(asked), result_ref=result, at=at
        )
    except IntegrityError as twin:
        raise AlreadyAnsweredError from twin
