"""The database itself refuses what no service would write."""

import pytest
from django.db import IntegrityError, connection, transaction

from tests.cast import Cast, carry

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


def test_a_day_s_counter_stands_once(cast: Cast):
    carry(cast, to="registered")
    copy = "INSERT INTO casework_casecounter (district, day, last) SELECT district, day, 7 FROM casework_casecounter"
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(copy)
