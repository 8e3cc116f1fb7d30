"""A closed matter is rated once, by whoever holds its receipt."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection

from sanhu.domains.casework.models import Rating
from sanhu.domains.casework.rules import Satisfaction
from sanhu.domains.casework.services.errors import MatterNotFound
from sanhu.domains.casework.services.ratings import rate
from sanhu.domains.casework.services.receipts import receipt_hash
from sanhu.domains.evidence.models import Entry
from sanhu.domains.evidence.requests import ConflictError
from tests.cast import Carried, Cast, carry
from tests.domains.casework.refusals import refusal_of

STATES = [
    "registered", "accepted", "assigned", "signed", "in_progress", "done", "verified", "returned", "declined",
]  # fmt: skip


def rate_it(carried: Carried, **changes: object) -> None:
    said: dict[str, object] = {
        "at": carried.at + timedelta(hours=1),
        "client_id": uuid4(),
        "receipt_hash": receipt_hash(carried.receipt),
        "satisfaction": Satisfaction.SATISFIED,
        "words": "",
    }
    rate(**(said | changes))  # type: ignore[arg-type]


def test_a_rating_is_a_fact_about_the_closed_matter(cast: Cast):
    carried = carry(cast, to="closed")
    rate_it(carried, satisfaction=Satisfaction.FAIR, words=" 清得慢了点，𠮷祥里。 ")
    rating = Rating.objects.get(matter=carried.matter)
    assert (rating.satisfaction, rating.words, rating.at) == (
        "fair",
        "清得慢了点，𠮷祥里。",
        carried.at + timedelta(hours=1),
    )
    before = carried.matter.witnessed_values()
    carried.matter.refresh_from_db()
    assert carried.matter.witnessed_values() == before
    entry = Entry.objects.get(event="matter.rated")
    assert (entry.subject_ref, entry.actor_ref) == (carried.matter.ref, "resident")
    assert f'"{rating.row_ref}"' in entry.body
    assert "清得慢" not in entry.body
    with connection.cursor() as cursor:
        cursor.execute("SELECT words FROM casework_rating")
        assert "清得慢" not in cursor.fetchone()[0]


@pytest.mark.parametrize("state", STATES)
def test_what_is_not_closed_is_not_rated(cast: Cast, state: str):
    decision = refusal_of(lambda: rate_it(carry(cast, to=state)))
    assert (decision.reasons, decision.citations) == (("办结以后才能评价",), ("分类管理办法第十五条",))
    assert not Rating.objects.exists()


def test_a_second_rating_is_refused(cast: Cast):
    carried = carry(cast, to="closed")
    rate_it(carried)
    decision = refusal_of(lambda: rate_it(carried, satisfaction=Satisfaction.VERY_DISSATISFIED))
    assert decision.reasons == ("这件事已经评价过，评价只有一次",)
    assert Rating.objects.get().satisfaction == "satisfied"


def test_the_same_form_twice_is_one_rating(cast: Cast):
    carried, client_id = carry(cast, to="closed"), uuid4()
    for _ in range(2):
        rate_it(carried, client_id=client_id)
    assert (Rating.objects.count(), Entry.objects.filter(event="matter.rated").count()) == (1, 1)


@pytest.mark.parametrize("other", [{"satisfaction": Satisfaction.FAIR}, {"words": "谢谢"}], ids=["grade", "words"])
def test_the_same_form_with_another_answer_is_a_conflict(cast: Cast, other: dict[str, object]):
    carried, client_id = carry(cast, to="closed"), uuid4()
    rate_it(carried, client_id=client_id)
    with pytest.raises(ConflictError):
        rate_it(carried, client_id=client_id, **other)


def test_the_same_form_for_another_matter_is_a_conflict(cast: Cast):
    one, other, client_id = carry(cast, to="closed"), carry(cast, to="closed"), uuid4()
    rate_it(one, client_id=client_id)
    with pytest.raises(ConflictError):
        rate_it(other, client_id=client_id)
    assert Rating.objects.count() == 1


@pytest.mark.parametrize("guess", ["", "0" * 64, "x"])
def test_a_receipt_that_is_nobody_s_rates_nothing(cast: Cast, guess: str):
    carry(cast, to="closed")
    with pytest.raises(MatterNotFound):
        rate_it(carry(cast, to="closed"), receipt_hash=guess)


def test_too_many_words_are_refused(cast: Cast):
    decision = refusal_of(lambda: rate_it(carry(cast, to="closed"), words="好" * 2001))
    assert decision.reasons == ("想说的话：不超过 2000 个字",)
