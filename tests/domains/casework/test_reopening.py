"""An unhappy rating opens a matter again: once, within thirty days; both ratings stay."""

from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest

from sanhu.domains.casework.models import Matter, Rating
from sanhu.domains.casework.queries import finally_closed
from sanhu.domains.casework.rules import Satisfaction
from sanhu.domains.casework.services.ratings import rate, reopen_until
from sanhu.domains.casework.services.receipts import receipt_hash
from sanhu.domains.casework.verification import CHECKS
from sanhu.domains.evidence.models import Entry
from sanhu.domains.evidence.verify import verify
from tests.cast import HAPPY_WAY, Carried, Cast, carry, move
from tests.domains.casework.refusals import refusal_of
from tests.domains.casework.test_clocks import shanghai

REOPEN = "分类管理办法第二十八条"
UNHAPPY = [Satisfaction.DISSATISFIED, Satisfaction.VERY_DISSATISFIED]


def rate_it(carried: Carried, **changes: object) -> None:
    said: dict[str, object] = {
        "at": carried.at + timedelta(hours=1),
        "client_id": uuid4(),
        "receipt_hash": receipt_hash(carried.receipt),
        "satisfaction": Satisfaction.DISSATISFIED,
        "words": "",
        "reopen": True,
    }
    rate(**(said | changes))  # type: ignore[arg-type]


def closed_again(cast: Cast) -> Carried:
    """Carry a matter to its second close, on the day of its first."""
    carried = carry(cast, to="reopened")
    for code, who, _pause in HAPPY_WAY[1:]:
        move(cast, carried.matter.number, code, by=who, at=carried.at)
    return Carried(Matter.objects.get(pk=carried.matter.pk), carried.receipt, carried.at)


@pytest.mark.parametrize("grade", UNHAPPY)
def test_an_unhappy_rating_opens_the_matter_again_with_a_new_limit(cast: Cast, grade: Satisfaction):
    carried = carry(cast, to="closed")
    rate_it(carried, satisfaction=grade, words="又堆上了。")
    matter = Matter.objects.get(pk=carried.matter.pk)
    assert (matter.state, matter.is_open, matter.closed_at, matter.round) == ("reopened", True, None, 2)
    first, second = matter.clocks.filter(purpose="handling").order_by("id")
    assert (first.is_open, second.is_open, second.amount) == (False, True, first.amount)
    assert matter.due_at == second.due_at
    step = matter.steps.get(move="reopen")
    assert (step.person, step.post, step.reason, step.article) == (None, None, "", REOPEN)
    assert Entry.objects.get(event="matter.reopened").actor_ref == "resident"
    assert verify(checks=CHECKS).findings == ()


@pytest.mark.parametrize("grade", sorted(set(Satisfaction) - set(UNHAPPY)))
def test_no_other_rating_opens_it(cast: Cast, grade: Satisfaction):
    carried = carry(cast, to="closed")
    decision = refusal_of(lambda: rate_it(carried, satisfaction=grade))
    assert decision.reasons == ("评价为不满意或很不满意的，才能要求重新办理",)
    assert decision.citations == (REOPEN,)
    assert not Rating.objects.exists(), "the rating waits until it is said without"


def test_an_unhappy_rating_that_does_not_ask_opens_nothing(cast: Cast):
    carried = carry(cast, to="closed")
    rate_it(carried, reopen=False)
    assert Matter.objects.get(pk=carried.matter.pk).state == "closed"
    assert refusal_of(lambda: rate_it(carried)).reasons == ("这件事已经评价过，评价只有一次",)


@pytest.mark.parametrize(
    ("at", "is_in_time"), [(shanghai("2026-12-09", "23:59"), True), (shanghai("2026-12-10", "00:00"), False)]
)
def test_thirty_days_and_no_more(cast: Cast, at: datetime, is_in_time: bool):
    carried = carry(cast, to="closed")  # on Monday 2026-11-09
    assert carried.matter.closed_at is not None
    if is_in_time:
        rate_it(carried, at=at)
        assert Matter.objects.get(pk=carried.matter.pk).state == "reopened"
    else:
        assert refusal_of(lambda: rate_it(carried, at=at)).reasons == ("要求重新办理的时间已经过了",)
        rate_it(carried, at=at, reopen=False)


@pytest.mark.parametrize(
    ("at", "is_in_time"), [(shanghai("2026-12-14", "23:59"), True), (shanghai("2026-12-15", "00:00"), False)]
)
def test_a_last_day_of_rest_rolls_to_the_next_working_day(cast: Cast, at: datetime, is_in_time: bool):
    carried = carry(cast, to="closed", at=shanghai("2026-11-12", "09:00"))  # thirty days end on Saturday 2026-12-12
    if is_in_time:
        rate_it(carried, at=at)
        assert verify(checks=CHECKS).findings == ()
    else:
        assert refusal_of(lambda: rate_it(carried, at=at)).reasons == ("要求重新办理的时间已经过了",)
    assert (carried.matter in set(finally_closed(at))) == (not is_in_time)


def test_past_the_loaded_calendar_the_days_are_counted_as_they_come(cast: Cast):
    carried = carry(cast, to="closed", at=shanghai("2026-12-10", "09:00"))  # thirty days end on Saturday 2027-01-09
    assert refusal_of(lambda: rate_it(carried, at=shanghai("2027-01-10", "00:00"))).citations == (REOPEN,)
    assert reopen_until(carried.matter, at=shanghai("2027-01-09")) == date(2027, 1, 9)


def test_the_second_close_is_final_and_is_rated_too(cast: Cast):
    carried = closed_again(cast)
    assert refusal_of(lambda: rate_it(carried)).reasons == ("只能重新办理一次",)
    rate_it(carried, satisfaction=Satisfaction.FAIR, reopen=False)
    assert list(Rating.objects.order_by("round").values_list("round", "satisfaction")) == [
        (1, "dissatisfied"),
        (2, "fair"),
    ]
    assert refusal_of(lambda: rate_it(carried, reopen=False)).reasons == ("这件事已经评价过，评价只有一次",)
    assert verify(checks=CHECKS).findings == ()


def test_the_same_form_twice_opens_once(cast: Cast):
    carried, client_id = carry(cast, to="closed"), uuid4()
    for _ in range(2):
        rate_it(carried, client_id=client_id)
    assert Matter.objects.get(pk=carried.matter.pk).steps.filter(move="reopen").count() == 1


@pytest.mark.parametrize("state", ["registered", "in_progress", "suspended", "merged", "declined"])
def test_what_is_not_closed_is_not_opened(cast: Cast, state: str):
    assert refusal_of(lambda: rate_it(carry(cast, to=state))).reasons == ("办结以后才能评价",)


# --- when nothing opens a matter again


def final(at: datetime) -> dict[str, datetime]:
    return {matter.number: matter.final_at for matter in finally_closed(at)}


def test_a_closed_matter_is_final_once_its_days_are_over(cast: Cast):
    matter = carry(cast, to="closed").matter
    assert final(shanghai("2026-12-09", "23:59")) == {}
    assert final(shanghai("2026-12-10", "00:00")) == {matter.number: matter.closed_at}


def test_a_declined_matter_and_one_closed_twice_are_final_at_once(cast: Cast):
    declined, twice = carry(cast, to="declined"), closed_again(cast)
    reopened = carry(cast, to="reopened")
    assert final(twice.at) == {
        declined.matter.number: declined.matter.closed_at,
        twice.matter.number: twice.matter.closed_at,
    }
    assert reopened.matter.number not in final(shanghai("2027-12-09", "23:59"))


def test_a_merged_matter_is_final_with_the_one_it_follows(cast: Cast):
    main, carried = carry(cast, to="verified").matter, carry(cast, to="accepted")
    at = carried.at + timedelta(days=1)
    move(cast, carried.matter.number, "merge", by="徐", into=main.number, at=at)
    assert final(shanghai("2027-02-01")) == {}
    closed_at = move(cast, main.number, "close", by="何", at=shanghai("2026-11-20", "09:00")).closed_at
    assert final(shanghai("2026-12-21", "23:59")) == {}, "thirty days end on a Sunday"
    assert final(shanghai("2026-12-22", "00:00")) == dict.fromkeys((main.number, carried.matter.number), closed_at)
