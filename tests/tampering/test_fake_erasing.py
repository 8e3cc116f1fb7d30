"""The tamper matrix, of erasing that was none: it covers up nothing but what was erased."""

import pytest
from django.db import transaction

from sanhu.domains.casework.models import Matter
from sanhu.domains.evidence.erasure import destroy_salts, erased
from sanhu.domains.evidence.models import Attachment, Witnessed
from sanhu.domains.evidence.record import record
from sanhu.domains.evidence.sequencer import sequence
from sanhu.domains.subjects.models import Organisation
from sanhu.engines.actors import SYSTEM
from tests.cast import LEAD, MONDAY_MORNING
from tests.tampering import attacker
from tests.tampering.conftest import DAY, HOUR, REAL_DISTRICT, Attack, Found, House, findings, named

pytestmark = pytest.mark.covers("R84.2")


def fake_an_erasing(row: Witnessed, *names: str) -> None:
    """Destroy salts and enter that they were, as if somebody had asked for it; of the row the entry says nothing."""
    for name in names:
        assert destroy_salts(row=row, field=name)
    with transaction.atomic():
        record(
            event="personal_data.erased",
            actor=SYSTEM,
            at=MONDAY_MORNING + DAY + 9 * HOUR,
            subject="matter:nothing",
            district=REAL_DISTRICT,
            facts=erased(row, names),
        )
    sequence()


def flip_behind_a_fake_erasing(house: House) -> Found:
    """Another person has signed, and the salt that would tell is said to have been erased."""
    step = Matter.objects.order_by("pk")[0].steps.get(move="sign")
    attacker.flip(step, person_id=house.cast["马"].person.pk)
    fake_an_erasing(step, "person_id")
    return {("row_unwitnessed", step.row_ref)}


def drop_behind_a_fake_erasing(house: House) -> Found:
    step = Matter.objects.order_by("pk")[0].steps.get(move="verify")
    names = list(step.witnessed_values())
    attacker.drop(step)
    fake_an_erasing(step, *names)
    return {("row_missing", step.row_ref)}


def insert_what_was_erased(house: House) -> Found:
    """A photo was rightly erased with its row, and comes back from an old copy."""
    photo = Attachment.objects.order_by("pk")[0]
    kept = attacker.copy_of([Attachment, type(photo.blob)])
    names = list(photo.witnessed_values())
    attacker.drop(photo.blob)
    attacker.drop(photo)
    fake_an_erasing(photo, *names)
    assert named() == set(), "the erasing itself is no fault"
    attacker.put_back(kept)
    return {("row_unwitnessed", photo.row_ref)}


ERASED: dict[str, Attack] = {
    "flip behind a fake erasing": flip_behind_a_fake_erasing,
    "drop behind a fake erasing": drop_behind_a_fake_erasing,
    "insert what was erased": insert_what_was_erased,
}


@pytest.mark.parametrize("name", ERASED)
def test_an_erasing_covers_up_nothing_but_what_was_erased(name: str, house: House):
    attacker.lift_guards(Attachment, type(Matter.objects.order_by("pk")[0].steps.all()[0]))
    assert ERASED[name](house) == named()


def test_a_missing_body_makes_no_check_fall_over(house: House):
    """What the rules of the rooms look up may be gone: that is a finding, not the end of verifying."""
    lead = Organisation.objects.get(name=LEAD, district="990101")
    attacker.lift_guards(Organisation)
    attacker.drop(lead)
    found = {(one["kind"], one["ref"]) for one in findings()}
    assert {("row_missing", lead.row_ref), ("check_failed", "committees_lead_no_government_duty")} <= found
