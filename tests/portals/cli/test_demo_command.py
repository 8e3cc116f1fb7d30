"""`sanhu demo`: an invented year, the same for one date and seed, told through the services."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from pytest_django import DjangoDbBlocker

from sanhu.domains.casework.models import (
    Clock,
    Contact,
    CoSigning,
    Matter,
    Publication,
    ReplyTemplate,
    Step,
    Supplement,
)
from sanhu.domains.casework.rules import MATTER
from sanhu.domains.evidence.models import Attachment, Entry, Notice
from sanhu.domains.evidence.sequencer import sequence
from sanhu.domains.subjects.models import ApiToken, Delegation, DigestSubscription, Organisation, Person, SavedView
from sanhu.engines.legal_time import legal_day
from sanhu.portals.cli.demo.desks import set_up_desks
from sanhu.portals.cli.demo.loader import found_demonstration
from sanhu.portals.cli.demo.year import MATTERS, draw, play_year

AS_OF = datetime(2026, 11, 20, 9, tzinfo=UTC)  # Friday, 17:00 in Shanghai
FEW = 5
ENOUGH = 60  # so many matters, and every state is among them
SEED = 1


@pytest.fixture(scope="module")
def founded(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Found the demonstration district once, without a matter."""
    with django_db_blocker.unblock():
        found_demonstration(at=AS_OF)
    yield
    with django_db_blocker.unblock():
        call_command("flush", interactive=False, verbosity=0)


@pytest.fixture
def district(founded: None, db: None) -> None:
    """Give the district to a test that rolls back."""


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
        looked_at = list(Publication.objects.order_by("matter__number", "pk").values_list("verdict", "decided_at"))
        transaction.set_rollback(True)
    return [*matters, *steps, *looked_at]


@pytest.mark.usefixtures("district")
def test_one_seed_and_one_date_give_one_district():
    first = told(7)
    assert len(first) > 4 * FEW
    assert told(7) == first
    assert told(8) != first


@pytest.mark.usefixtures("district")
def test_the_year_is_drawn_whole():
    stories = [drawn.story for drawn in draw(seed=7, as_of=AS_OF)]
    assert len(stories) == MATTERS == 600
    assert {story.number for story in stories} == set(range(600))
    ages = [(AS_OF - story.reported).days for story in stories]
    assert ages == sorted(ages, reverse=True)
    assert 300 < max(ages) < 365
    assert sum(age < 35 for age in ages) > 150


@pytest.mark.usefixtures("district")
def test_every_state_is_found_and_whatever_else_a_district_sees():
    for _told in play_year(seed=SEED, as_of=AS_OF, matters=ENOUGH):
        pass
    assert set_up_desks(as_of=AS_OF) == 4

    matters = Matter.objects.all()
    assert set(matters.values_list("state", flat=True)) == {state.code for state in MATTER.states}
    standing = set(Clock.objects.filter(matter__is_open=True).values_list("purpose", "state"))
    assert {("handling", "near"), ("handling", "overdue"), ("handling", "paused")} <= standing
    assert set(Step.objects.values_list("move", flat=True)) >= {"urge_by_reporter", "supervise"}
    assert matters.filter(handoff_count__gte=3).exists()
    assert matters.filter(round=2, state="closed").exists()
    assert matters.filter(round=2, is_open=True).exists()

    # Beside the way.
    assert {"asked", "agreed", "objected"} <= set(CoSigning.objects.values_list("state", flat=True))
    assert set(Publication.objects.values_list("verdict", flat=True)) == {"pending", "passed", "masked", "withheld"}
    assert Publication.objects.filter(photo__isnull=False, verdict="masked").exists()
    with_photos = Attachment.objects.filter(owner_ref__startswith="supplement:").count()
    assert 0 < with_photos < Supplement.objects.count()
    addresses = list(Contact.objects.filter(erased_at__isnull=True).values_list("address", flat=True))
    assert addresses
    assert all(address.endswith("@example.org") for address in addresses)
    sent = Notice.objects.exclude(sent_at=None)
    assert sent.count() == Notice.objects.count() > len(addresses)
    assert set(sent.values_list("address", flat=True)) == {""}

    # The desks.
    assert ReplyTemplate.objects.values("organisation").distinct().count() == 5
    today = legal_day(AS_OF)
    running = Delegation.objects.filter(starts_on__lte=today, ends_on__gte=today, ended_at=None)
    assert (running.count(), Delegation.objects.filter(ends_on__lt=today).count()) == (2, 1)
    assert SavedView.objects.values("person").distinct().count() == 3
    assert [digest.channel for digest in DigestSubscription.objects.all()] == ["email"]
    assert [token.kind for token in ApiToken.objects.all()] == ["system"]
    assert set_up_desks(as_of=AS_OF) == 0

    # Nothing happened later than now, and nothing lies about that people would have seen to.
    assert Entry.objects.latest("at").at <= AS_OF
    assert not Clock.objects.filter(next_check_at__lte=AS_OF).exists()
    assert not matters.filter(is_open=True, reported_at__lt=AS_OF - timedelta(days=40)).exists()
    while sequence(limit=10_000):
        pass
    out = StringIO()
    call_command("verify", stdout=out)
    assert "没有发现问题" in out.getvalue()


@pytest.mark.usefixtures("district")
def test_the_district_has_people_and_bodies_enough():
    assert Organisation.objects.filter(district="990101").count() >= 40
    assert Person.objects.filter(district="990101").count() >= 60


@pytest.mark.usefixtures("district")
def test_a_second_district_is_refused():
    with pytest.raises(CommandError, match="已经有一个区"):
        call_command("demo", "--matters", "1", stdout=StringIO())


@pytest.mark.usefixtures("db")
def test_no_demonstration_in_production(settings):
    settings.SANHU_PRODUCTION = True
    with pytest.raises(CommandError, match="正式环境"):
        call_command("demo", stdout=StringIO())
