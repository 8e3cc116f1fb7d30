"""A closed matter is rated once, by whoever holds its receipt."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_noop as _

from sanhu.domains.casework.models import Matter, Rating
from sanhu.domains.casework.rules import Satisfaction
from sanhu.domains.casework.services.errors import MatterNotFound
from sanhu.domains.evidence import requests
from sanhu.domains.evidence.record import record
from sanhu.engines.actors import resident
from sanhu.engines.decisions import Refused, refuse


def rate(*, at: datetime, client_id: UUID, receipt_hash: str, satisfaction: Satisfaction, words: str) -> None:
    """Rate the matter a receipt belongs to.

    Raises MatterNotFound for a hash that is nobody's, Refused when the matter is not closed or was rated before.
    """
    asked: dict[str, object] = {"receipt": receipt_hash, "satisfaction": satisfaction, "words": words}
    with transaction.atomic():
        matter = Matter.objects.select_for_update().filter(receipt_hash=receipt_hash).first()
        if matter is None:
            raise MatterNotFound
        actor = resident(matter.district)
        if requests.answered(client_id=client_id, actor=actor, asked=asked) is not None:
            return
        if matter.state != "closed":
            raise Refused(refuse(_("办结以后才能评价")))
        if Rating.objects.filter(matter=matter).exists():
            raise Refused(refuse(_("这件事已经评价过，评价只有一次")))
        rating = Rating.objects.create(matter=matter, satisfaction=satisfaction, words=words, at=at)
        record(event="matter.rated", actor=actor, at=at, subject=matter.ref, district=matter.district, rows=[rating])
        requests.remember(client_id=client_id, actor=actor, asked=asked, result=f"rating:{rating.pk}", at=at)
