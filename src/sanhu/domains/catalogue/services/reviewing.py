"""Reviewing an item: somebody looks at what became of it and says whether it stays (R1)."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_noop as _

from sanhu.domains.catalogue.events import CatalogueEvent
from sanhu.domains.catalogue.models import ItemReview
from sanhu.domains.catalogue.queries import current_version, item_by_code, review_periods
from sanhu.domains.catalogue.services.doors import may, require
from sanhu.domains.catalogue.tables import AMEND_ARTICLE
from sanhu.domains.catalogue.terms import ItemStatus, ReviewOutcome
from sanhu.domains.evidence.once import Once
from sanhu.domains.evidence.record import record
from sanhu.domains.subjects.permissions import Permission
from sanhu.engines.actors import Actor
from sanhu.engines.decisions import Refused, refuse
from sanhu.engines.legal_time import legal_day

MOST_WORDS = 500


class ItemNotFound(Exception):  # noqa: N818 - what one may not see is not found
    """There is no such item in force in this person's district."""


def review_item(
    *, actor: Actor, at: datetime, client_id: UUID, code: str, outcome: ReviewOutcome, words: str
) -> ItemReview:
    """Write down what a review of an item came to, of the days since it was last reviewed.

    Raises ItemNotFound for what is not in force in the actor's district, and Refused for a draft, for no words or too
    many, and for a second review of one day.
    """
    asked = {"review": code, "outcome": outcome.value, "words": words}
    once = Once(client_id=client_id, actor=actor, asked=asked, at=at)

    @transaction.atomic
    def write() -> str:
        require(may(actor, Permission.CATALOGUE_AMEND))
        today, district = legal_day(at), actor.district
        version = current_version(district, today)
        item = item_by_code(version, code) if version is not None else None
        if version is None or item is None:
            raise ItemNotFound(code)
        if item.status != ItemStatus.EFFECTIVE:
            raise Refused(refuse(_("草案事项没有施行，不需要评估"), citations=(AMEND_ARTICLE,)))
        _check_words(words)
        since = review_periods(district, code=code)[code]
        if ItemReview.objects.filter(district=district, code=code, on=today).exists():
            raise Refused(refuse(_("这个事项今天已经评估过"), citations=(AMEND_ARTICLE,)))
        review = ItemReview.objects.create(
            version=version,
            district=district,
            code=code,
            since=min(since, today),
            on=today,
            outcome=outcome.value,
            words=words.strip(),
            reviewed_at=at,
            reviewed_by_post_id=actor.post_id,
        )
        record(
            event=CatalogueEvent.ITEM_REVIEWED,
            actor=actor,
            at=at,
            subject=f"catalogue_item:{district}-{code}",
            district=district,
            rows=[review],
            facts={"outcome": outcome.value, "since": review.since, "version": version.number},
        )
        return once.remember(str(review.pk))

    return ItemReview.objects.get(pk=int(once.answer(write)))


def _check_words(words: str) -> None:
    if not words.strip():
        raise Refused(refuse(_("评估意见：须写明依据和结论"), citations=(AMEND_ARTICLE,)))
    if len(words.strip()) > MOST_WORDS:
        raise Refused(refuse(_("评估意见：不超过 500 个字"), citations=(AMEND_ARTICLE,)))
