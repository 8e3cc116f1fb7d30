"""An item is reviewed: by whom, of which days, and what it came to (R1)."""

from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest

from sanhu.domains.catalogue.models import CatalogueVersion, ItemReview
from sanhu.domains.catalogue.queries import review_periods, reviews_of
from sanhu.domains.catalogue.services.loading import load_catalogue
from sanhu.domains.catalogue.services.reviewing import ItemNotFound, review_item
from sanhu.domains.catalogue.terms import ReviewOutcome
from sanhu.domains.evidence.models import Entry
from sanhu.domains.evidence.requests import ConflictError
from sanhu.domains.evidence.verify import verify
from sanhu.engines.actors import Actor
from sanhu.engines.decisions import Refused

KEEP = ReviewOutcome.KEEP
WORDS = "一年办了十二件，都按期，居民有需要，保留。"


@pytest.fixture
def version(db: None, coordinator: Actor, at: datetime) -> CatalogueVersion:
    """Load the catalogue a hundred days ago, on trial."""
    earlier = at - timedelta(days=100)
    return load_catalogue(actor=coordinator, at=earlier, district="990101").version


def draft_code(version: CatalogueVersion) -> str:
    return version.items.get(status="draft").code


@pytest.mark.covers("R1")
def test_each_review_is_of_the_days_since_the_one_before(version: CatalogueVersion, coordinator: Actor, at: datetime):
    first = review_item(actor=coordinator, at=at, client_id=uuid4(), code="K1-01", outcome=KEEP, words=f" {WORDS} ")
    assert (first.since, first.on, first.words) == (date(2026, 8, 1), date(2026, 11, 9), WORDS)
    later = at + timedelta(days=90)
    second = review_item(
        actor=coordinator, at=later, client_id=uuid4(), code="K1-01", outcome=ReviewOutcome.END, words="不再需要。"
    )
    assert (second.since, second.on) == (date(2026, 11, 9), date(2027, 2, 7))
    assert list(reviews_of("990101", "K1-01")) == [second, first]
    periods = review_periods("990101")
    assert (periods["K1-01"], periods["K1-02"]) == (date(2027, 2, 7), date(2026, 8, 1))
    assert draft_code(version) not in periods
    entries = Entry.objects.filter(subject_ref="catalogue_item:990101-K1-01")
    assert [entry.event for entry in entries] == ["catalogue_item.reviewed"] * 2
    assert verify().findings == ()


def test_what_cannot_be_reviewed_is_refused_and_nothing_is_kept(
    version: CatalogueVersion, coordinator: Actor, clerk: Actor, zheng: Actor, at: datetime
):
    def refused(actor: Actor, *, code: str = "K1-01", words: str = WORDS) -> tuple[str, ...]:
        with pytest.raises(Refused) as found:
            review_item(actor=actor, at=at, client_id=uuid4(), code=code, outcome=KEEP, words=words)
        assert found.value.decision.citations == ("分类管理办法第十八条",)
        return found.value.decision.reasons

    assert refused(clerk) == ("您的岗位没有这项权限",)
    assert refused(coordinator, words="  ") == ("评估意见：须写明依据和结论",)
    assert refused(coordinator, words="好" * 501) == ("评估意见：不超过 500 个字",)
    assert refused(coordinator, code=draft_code(version)) == ("草案事项没有施行，不需要评估",)
    for actor, code in ((coordinator, "K9-99"), (zheng, "K1-01")):
        with pytest.raises(ItemNotFound):
            review_item(actor=actor, at=at, client_id=uuid4(), code=code, outcome=KEEP, words=WORDS)
    assert not ItemReview.objects.exists()
    assert not Entry.objects.filter(event="catalogue_item.reviewed").exists()


def test_the_same_form_counts_once_and_a_day_has_one_review(
    version: CatalogueVersion, coordinator: Actor, at: datetime
):
    del version
    form = uuid4()
    first = review_item(actor=coordinator, at=at, client_id=form, code="K1-01", outcome=KEEP, words=WORDS)
    again = review_item(actor=coordinator, at=at, client_id=form, code="K1-01", outcome=KEEP, words=WORDS)
    assert again == first
    with pytest.raises(ConflictError):
        review_item(actor=coordinator, at=at, client_id=form, code="K1-01", outcome=KEEP, words="另外的话。")
    with pytest.raises(Refused) as refused:
        review_item(actor=coordinator, at=at, client_id=uuid4(), code="K1-01", outcome=KEEP, words=WORDS)
    assert refused.value.decision.reasons == ("这个事项今天已经评估过",)
    assert ItemReview.objects.count() == 1
