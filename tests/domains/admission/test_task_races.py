"""Several at once on the same tasks: one outcome, no fen twice, nothing left open; on both databases."""

from datetime import date
from functools import partial
from uuid import uuid4

import pytest

from sanhu.domains.admission.models import Application, Instalment, Task
from sanhu.domains.admission.services.application_moves import ApplicationMove, make_move
from sanhu.domains.admission.services.ticks import tick
from sanhu.domains.admission.verification_tasks import (
    instalments_make_the_money,
    tasks_have_their_money,
    tasks_have_their_power,
    what_was_handed_over_went_on,
)
from sanhu.domains.evidence.models import Entry
from sanhu.domains.funding.models import Voucher
from sanhu.domains.funding.verification import CHECKS as FUNDING
from tests.domains.admission.bearing import DOCUMENT, EACH_FEN, FIRST_DUE, STARTS_ON, Bearing, noon
from tests.domains.casework.test_races import at_once, kinds_of
from tests.gate import COMMITTEE

LATE_ON = date(2026, 12, 6)
_CHECKS = (
    tasks_have_their_money,
    tasks_have_their_power,
    instalments_make_the_money,
    what_was_handed_over_went_on,
    *FUNDING,
)


def assert_sound() -> None:
    assert [finding for check in _CHECKS for finding in check()] == []


@pytest.mark.covers("R33", "R34", "R58")
def test_what_happens_at_once_happens_as_if_one_after_another(own_bearing: Bearing):
    """One story, so that the district is founded once: into force, ticked, paid, handed over and revoked."""
    bearing, gate = own_bearing, own_bearing.purse.gate
    application = bearing.approved(COMMITTEE)

    def put_in_force() -> Application:
        request = ApplicationMove(move="put_in_force", revision=1, document_number=DOCUMENT)
        at = noon(STARTS_ON)
        actor = gate.actor("高", at)
        return make_move(actor=actor, at=at, client_id=uuid4(), number=application.number, request=request)

    assert kinds_of(at_once(put_in_force, put_in_force, put_in_force)) == ["Application", "StaleForm", "StaleForm"]
    task = Task.objects.get()
    assert bearing.purse.totals() == (1_000_000, 0, EACH_FEN)
    assert_sound()

    assert sorted(at_once(*[partial(tick, at=noon(LATE_ON))] * 3)) == [0, 0, 1]  # type: ignore[type-var]
    assert Entry.objects.filter(event="instalment.overdue").count() == 1

    pay = partial(bearing.pay, task, on=FIRST_DUE)
    assert kinds_of(at_once(pay, pay, pay)) == ["Refused", "Refused", "Voucher"]
    assert Voucher.objects.filter(kind="payment").count() == 1
    assert bearing.purse.totals() == (1_000_000, 120_000, 60_000)
    assert_sound()

    hand_over = partial(bearing.hand_over, task, on=LATE_ON, unspent_fen=10_000)
    revoke = partial(bearing.revoke, application, at=noon(LATE_ON))
    at_once(hand_over, revoke)
    assert Application.objects.get().state == "revoked"
    assert not Task.objects.filter(is_open=True).exists()
    assert not Instalment.objects.filter(voucher=None, cancelled_at=None).exists()
    assert bearing.purse.totals() == (1_000_000, 120_000, 0)
    assert_sound()
