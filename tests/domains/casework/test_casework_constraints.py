"""The database itself refuses what no service would write."""

import pytest
from django.db import IntegrityError, connection, transaction

from sanhu.domains.casework.models import Deferral, Rating
from tests.cast import HAPPY_WAY, Cast, carry, move

MATTER = "UPDATE casework_matter SET {} WHERE id = %s"
STEP = "UPDATE casework_step SET {} WHERE matter_id = %s AND ordinal = 2"
CLOCK = "UPDATE casework_clock SET {} WHERE matter_id = %s AND purpose = 'handling'"
FIRST_STEP = "UPDATE casework_step SET {} WHERE matter_id = %s AND ordinal = 1"


@pytest.mark.parametrize(
    "statement",
    [
        MATTER.format("area_code = '990102001001'"),
        MATTER.format("is_open = FALSE"),
        MATTER.format("closed_at = reported_at"),
        MATTER.format("duty_id = NULL"),
        MATTER.format("item_id = NULL"),
        MATTER.format("accepted_at = NULL"),
        MATTER.format("publicity = ''"),
        MATTER.format("duty_id = NULL, item_id = NULL, accepted_at = NULL, publicity = ''"),  # but it has a lead
        MATTER.format("number = (SELECT number FROM casework_matter ORDER BY id LIMIT 1)"),
        STEP.format("ordinal = 1"),
        STEP.format("ordinal = 3"),
        STEP.format("move = 'register'"),
        STEP.format("from_state = ''"),
        FIRST_STEP.format("move = 'accept'"),
        FIRST_STEP.format("from_state = 'registered'"),
        CLOCK.format("is_open = FALSE"),
        CLOCK.format("due_on = NULL"),
        CLOCK.format("due_at = NULL"),
        CLOCK.format("purpose = 'signing'"),
        "UPDATE casework_contact SET erased_at = given_at WHERE matter_id = %s",
    ],
)
def test_what_contradicts_itself_is_refused(cast: Cast, statement: str):
    carry(cast, to="registered")
    matter = carry(cast, to="assigned", contact_channel="sms", contact_address="13800990101").matter
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, [matter.pk])


DEFERRAL = "UPDATE casework_deferral SET {} WHERE matter_id = %s"


@pytest.mark.parametrize(
    "statement",
    [
        MATTER.format("merged_into_id = id"),
        MATTER.format("merged_into_id = NULL"),
        MATTER.format("state = 'accepted'"),
        MATTER.format("round = 3"),
        MATTER.format("round = 0"),
    ],
)
def test_a_merged_matter_went_into_another_and_none_has_a_third_round(cast: Cast, statement: str):
    matter = carry(cast, to="merged").matter
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, [matter.pk])


@pytest.mark.parametrize(
    "statement",
    [
        DEFERRAL.format("decided_by_id = asked_by_id"),
        DEFERRAL.format("decided_by_id = NULL"),
        DEFERRAL.format("decided_id = NULL"),
        DEFERRAL.format("outcome = 'pending'"),
        DEFERRAL.format("amount = NULL"),
        DEFERRAL.format("amount = 0"),
        DEFERRAL.format("cause = 'season'"),
        DEFERRAL.format("kind = 'suspension'"),
        DEFERRAL.format("resumed_id = decided_id"),
    ],
)
def test_a_deferral_is_decided_by_another_and_asks_for_one_thing(cast: Cast, statement: str):
    matter = carry(cast, to="in_progress").matter
    for code, who in (("ask_extension", "孙"), ("grant_extension", "徐")):
        move(cast, matter.number, code, by=who)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, [matter.pk])


def test_only_one_request_waits_and_only_one_rating_stands_a_round(cast: Cast):
    carried = carry(cast, to="reopened")
    for code, who, _pause in HAPPY_WAY[1:4]:
        move(cast, carried.matter.number, code, by=who, at=carried.at)
    move(cast, carried.matter.number, "ask_extension", by="孙", at=carried.at)
    for row in (Deferral.objects.get(), Rating.objects.get()):
        row.pk = None
        with pytest.raises(IntegrityError), transaction.atomic():
            row.save()


def test_a_day_s_counter_stands_once(cast: Cast):
    carry(cast, to="registered")
    copy = "INSERT INTO casework_casecounter (district, day, last) SELECT district, day, 7 FROM casework_casecounter"
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(copy)
