"""`sanhu demo`: an invented year, the same for one date and seed, told through the services."""

from datetime import UTC, datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from sanhu.domains.casework.models import Matter, Step
from sanhu.portals.cli.demo.loader import found_demonstration
from sanhu.portals.cli.demo.year import MATTERS, draw, play_year

AS_OF = datetime(2026, 11, 20, 9, tzinfo=UTC)  # Friday, 17:00 in Shanghai
FEW = 14


def told(seed: int) -> list[tuple[object, ...]]:
    """Play a few matters, look at what became of them, and take it all back."""
    with transaction.atomic():
        assert list(play_year(seed=seed, as_of=AS_OF, matters=FEW)) == list(range(1, FEW + 1))
        matters = list(
            Matter.objects.order_by("number").values_list(
                "number", "cell_code", "state", "round", "handoff_count", "due_at"
            )
        )
        steps = list(Step.objects.order_by("matter__number", "ordinal").values_list("move", "at", "organisation_id"))
        transaction.set_rollback(True)
    return [*matters, *steps]


@pytest.mark.django_db
def test_one_seed_and_one_date_give_one_district():
    found_demonstration(at=AS_OF)
    first = told(7)
    assert len(first) > 4 * FEW
    assert told(7) == first
    assert told(8) != first


@pytest.mark.django_db
def test_the_year_is_drawn_whole():
    found_demonstration(at=AS_OF)
    stories = [drawn.story for drawn in draw(seed=7, as_of=AS_OF)]
    assert len(stories) == MATTERS == 600
    assert {story.number for story in stories} == set(range(600))
    ages = [(AS_OF - story.reported).days for story in stories]
    assert ages == sorted(ages, reverse=True)
    assert 300 < max(ages) < 365
    assert sum(age < 35 for age in ages) > 150


@pytest.mark.django_db
def test_a_second_district_is_refused():
    found_demonstration(at=AS_OF)
    with pytest.raises(CommandError, match="已经有一个区"):
        call_command("demo", "--matters", "1", stdout=StringIO())


@pytest.mark.usefixtures("db")
def test_no_demonstration_in_production(settings):
    settings.SANHU_PRODUCTION = True
    with pytest.raises(CommandError, match="正式环境"):
        call_command("demo", stdout=StringIO())
