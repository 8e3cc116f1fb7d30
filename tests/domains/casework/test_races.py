"""Two at once: one step, one number, one entry, and each is told the truth; on both databases."""

import threading
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction

from sanhu.domains.casework.models import Matter, Rating, Step
from sanhu.domains.casework.rules import Satisfaction
from sanhu.domains.casework.services import intake
from sanhu.domains.casework.services.clocks import recompute_running
from sanhu.domains.casework.services.errors import StaleForm
from sanhu.domains.casework.services.intake import Registered, register
from sanhu.domains.casework.services.moves import MoveRequest, make_move
from sanhu.domains.casework.services.ratings import rate
from sanhu.domains.casework.services.receipts import receipt_hash
from sanhu.domains.casework.services.retention import erase_contacts
from sanhu.domains.casework.services.ticks import tick
from sanhu.domains.casework.verification import CHECKS
from sanhu.domains.catalogue.announcements import CalendarRow
from sanhu.domains.catalogue.services.calendars import import_calendar
from sanhu.domains.evidence.models import Entry, Request
from sanhu.domains.evidence.models.notice import Channel
from sanhu.domains.evidence.requests import ConflictError
from sanhu.domains.evidence.verify import verify
from sanhu.engines.actors import SYSTEM
from sanhu.engines.decisions import Refused
from tests.cast import ITEM, Cast, carry, move, report_of
from tests.domains.casework.test_clocks import shanghai

OFF = False


def at_once(*deeds: Callable[[], object]) -> list[object]:
    """Do deeds in threads of their own, started together; give what each gave or raised."""
    gate = threading.Barrier(len(deeds), timeout=20)
    outcomes: list[object] = [None] * len(deeds)

    def do(place: int, deed: Callable[[], object]) -> None:
        try:
            gate.wait()
            outcomes[place] = deed()
        except Exception as raised:  # noqa: BLE001 - what was raised is what is asked about
            outcomes[place] = raised
        finally:
            connection.close()

    threads = [threading.Thread(target=do, args=pair) for pair in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return outcomes


def kinds_of(outcomes: Sequence[object]) -> list[str]:
    return sorted(type(outcome).__name__ for outcome in outcomes)


def test_a_report_sent_twice_at_once_is_one_matter(own_cast: Cast, at: datetime, monkeypatch: pytest.MonkeyPatch):
    meeting = threading.Barrier(2, timeout=20)
    decide = intake.may_register

    def meet(**asked: object) -> object:
        meeting.wait()  # neither has written yet when both have asked
        return decide(**asked)  # type: ignore[arg-type]

    monkeypatch.setattr(intake, "may_register", meet)
    client_id = uuid4()

    def send() -> Registered:
        return register(actor=own_cast.resident, at=at, client_id=client_id, report=report_of())

    first, second = at_once(send, send)
    assert isinstance(first, Registered)
    assert first == second
    assert (Matter.objects.count(), Step.objects.count(), Request.objects.count()) == (1, 1, 1)
    assert verify(checks=CHECKS).findings == ()


def test_reports_at_once_get_numbers_without_a_gap_or_a_double(own_cast: Cast, at: datetime):
    def send() -> str:
        return register(actor=own_cast.resident, at=at, client_id=uuid4(), report=report_of()).number

    numbers = at_once(*[send] * 6)
    assert sorted(map(str, numbers)) == [f"9901012026110900000{place}" for place in range(1, 7)]


def accept(cast: Cast, matter: Matter, at: datetime, **asked: object) -> Callable[[], object]:
    actor, client_id = cast.actor("周"), asked.pop("client_id", uuid4())
    request = MoveRequest(move="accept", revision=matter.revision, duty_id=cast.duties[ITEM].pk, **asked)
    return lambda: make_move(actor=actor, at=at, client_id=client_id, number=matter.number, request=request).state


def test_a_form_sent_twice_at_once_makes_one_step(own_cast: Cast):
    carried = carry(own_cast, to="registered")
    press = accept(own_cast, carried.matter, carried.at)
    assert at_once(press, press) == ["accepted", "accepted"]
    assert carried.matter.steps.count() == 2
    assert carried.matter.clocks.filter(purpose="handling").count() == 1
    assert Entry.objects.filter(event="matter.accepted").count() == 1


def test_of_two_colleagues_at_once_one_is_told_what_the_other_did(own_cast: Cast):
    carried = carry(own_cast, to="registered")
    presses = [accept(own_cast, carried.matter, carried.at, public_title=title) for title in ("甲", "乙")]
    outcomes = at_once(*presses)
    assert kinds_of(outcomes) == ["StaleForm", "str"]
    (stale,) = [outcome for outcome in outcomes if isinstance(outcome, StaleForm)]
    assert [(step.ordinal, step.move) for step in stale.steps] == [(2, "accept")]
    assert carried.matter.steps.count() == 2
    assert verify(checks=CHECKS).findings == ()


def test_one_form_s_number_used_for_two_matters_at_once_serves_one(own_cast: Cast):
    one, other = (carry(own_cast, to="registered") for _ in range(2))
    client_id = uuid4()
    presses = [accept(own_cast, carried.matter, carried.at, client_id=client_id) for carried in (one, other)]
    outcomes = at_once(*presses)
    assert kinds_of(outcomes) == ["ConflictError", "str"]
    assert any(isinstance(outcome, ConflictError) for outcome in outcomes)
    states = sorted(Matter.objects.values_list("state", flat=True))
    assert states == ["accepted", "registered"]
    assert verify(checks=CHECKS).findings == ()


@pytest.mark.covers("R36")
def test_two_workers_ticking_at_once_record_each_turn_and_each_silence_once(own_cast: Cast):
    matters = [carry(own_cast, to="assigned").matter for _ in range(3)]
    at = shanghai("2026-11-13", "00:00")
    changed = at_once(lambda: tick(at=at), lambda: tick(at=at))
    assert sum(map(int, map(str, changed))) == 3
    for matter in matters:
        entries = Entry.objects.filter(subject_ref=matter.ref, at=at).order_by("id")
        assert [entry.event for entry in entries] == ["clock.overdue", "matter.deemed_signed"]
        matter.refresh_from_db()
        assert (matter.state, matter.steps.count()) == ("signed", 4)
    assert verify(checks=CHECKS).findings == ()


def test_signing_in_the_moment_of_silence_is_one_or_the_other(own_cast: Cast):
    matter = carry(own_cast, to="assigned").matter
    at = shanghai("2026-11-13", "00:00")
    actor, request = own_cast.actor("吴"), MoveRequest(move="sign", revision=matter.revision)

    def sign() -> object:
        return make_move(actor=actor, at=at, client_id=uuid4(), number=matter.number, request=request)

    signed, _ticked = at_once(sign, lambda: tick(at=at))
    last = matter.steps.latest("ordinal")
    assert last.ordinal == 4
    assert last.move == ("lapse_into_signed" if isinstance(signed, StaleForm) else "sign")
    assert verify(checks=CHECKS).findings == ()


def test_two_ratings_at_once_are_one(own_cast: Cast):
    carried = carry(own_cast, to="closed")

    def rating(satisfaction: Satisfaction) -> Callable[[], object]:
        return lambda: rate(
            at=carried.at,
            client_id=uuid4(),
            receipt_hash=receipt_hash(carried.receipt),
            satisfaction=satisfaction,
            words="",
        )

    outcomes = at_once(rating(Satisfaction.SATISFIED), rating(Satisfaction.FAIR))
    assert kinds_of(outcomes) == ["NoneType", "Refused"]
    assert any(isinstance(outcome, Refused) for outcome in outcomes)
    assert Rating.objects.count() == 1


def test_a_rating_sent_twice_at_once_is_one(own_cast: Cast):
    carried, client_id = carry(own_cast, to="closed"), uuid4()

    def send() -> None:
        rate(
            at=carried.at,
            client_id=client_id,
            receipt_hash=receipt_hash(carried.receipt),
            satisfaction=Satisfaction.FAIR,
            words="",
        )

    assert at_once(send, send) == [None, None]
    assert Rating.objects.count() == 1


def test_two_workers_erase_an_address_once(own_cast: Cast):
    carried = carry(own_cast, to="closed", contact_channel=Channel.SMS, contact_address="13800990101")
    at = carried.at + timedelta(days=31)
    erased = at_once(lambda: erase_contacts(at=at), lambda: erase_contacts(at=at))
    assert sorted(map(str, erased)) == ["0", "1"]
    assert Entry.objects.filter(event="contact.erased").count() == 1
    assert verify(checks=CHECKS).findings == ()


def test_an_announcement_and_a_close_at_once_leave_every_clock_provable(own_cast: Cast):
    carried = carry(own_cast, to="verified")
    at = carried.at + timedelta(minutes=1)
    actor, request = own_cast.actor("何"), MoveRequest(move="close", revision=carried.matter.revision)

    def close() -> object:
        return make_move(actor=actor, at=at, client_id=uuid4(), number=carried.matter.number, request=request).state

    def announce() -> int:
        with transaction.atomic():
            rows = [CalendarRow(date(2026, 11, 16), OFF)]
            import_calendar(actor=SYSTEM, at=at, title="通知", notice="通知", rows=rows)
            return len(recompute_running(actor=SYSTEM, at=at))

    closed, moved = at_once(close, announce)
    assert closed == "closed"
    assert moved in {0, 1}
    (clock,) = carried.matter.clocks.filter(purpose="handling")
    assert (clock.is_open, clock.due_on.day) in {(False, 16), (False, 17)}
    assert verify(checks=CHECKS).findings == ()


# --- beside the way


def merging(cast: Cast, matter: Matter, into: Matter, at: datetime) -> Callable[[], object]:
    actor = cast.actor("徐")
    request = MoveRequest(move="merge", revision=matter.revision, reason="同一处。", into=into.number)
    return lambda: make_move(actor=actor, at=at, client_id=uuid4(), number=matter.number, request=request).state


def test_two_matters_merged_into_each_other_at_once_make_no_circle(own_cast: Cast):
    for _ in range(3):
        one, other = carry(own_cast, to="accepted"), carry(own_cast, to="accepted")
        outcomes = at_once(
            merging(own_cast, one.matter, other.matter, one.at), merging(own_cast, other.matter, one.matter, one.at)
        )
        assert kinds_of(outcomes) == ["Refused", "str"]
        states = {Matter.objects.get(pk=carried.matter.pk).state for carried in (one, other)}
        assert states == {"accepted", "merged"}
    assert verify(checks=CHECKS).findings == ()


def test_a_matter_that_closes_while_another_is_merged_into_it_takes_it_or_not(own_cast: Cast):
    main, duplicate = carry(own_cast, to="verified"), carry(own_cast, to="accepted")
    closer = own_cast.actor("何")
    request = MoveRequest(move="close", revision=main.matter.revision)

    def close() -> object:
        return make_move(actor=closer, at=main.at, client_id=uuid4(), number=main.matter.number, request=request).state

    closed, merged = at_once(close, merging(own_cast, duplicate.matter, main.matter, main.at))
    assert closed == "closed"
    if isinstance(merged, Refused):
        assert merged.decision.reasons == ("并入哪一件：那一件已经办结",)
    else:
        assert merged == "merged"
    assert verify(checks=CHECKS).findings == ()


def test_two_who_grant_at_once_extend_once(own_cast: Cast):
    carried = carry(own_cast, to="in_progress")
    matter = move(own_cast, carried.matter.number, "ask_extension", by="孙", at=carried.at)
    request = MoveRequest(move="grant_extension", revision=matter.revision, public_words="清运车辆排期")

    def grant(who: str) -> Callable[[], object]:
        actor = own_cast.actor(who)
        return lambda: (
            make_move(actor=actor, at=carried.at, client_id=uuid4(), number=matter.number, request=request).state
        )

    assert kinds_of(at_once(grant("徐"), grant("高"))) == ["StaleForm", "str"]
    facts = matter.clocks.get(purpose="handling").facts
    assert [fact["kind"] for fact in facts] == ["started", "extended"]
    assert verify(checks=CHECKS).findings == ()


def test_a_rating_pressed_twice_at_once_opens_the_matter_once(own_cast: Cast):
    carried = carry(own_cast, to="closed")
    hashed = receipt_hash(carried.receipt)

    def press(client_id: UUID) -> Callable[[], object]:
        return lambda: rate(
            at=carried.at,
            client_id=client_id,
            receipt_hash=hashed,
            satisfaction=Satisfaction.DISSATISFIED,
            words="",
            reopen=True,
        )

    twice = uuid4()
    assert at_once(press(twice), press(twice)) == [None, None]
    assert kinds_of(at_once(press(uuid4()))) == ["Refused"]
    assert carried.matter.steps.filter(move="reopen").count() == 1
    assert verify(checks=CHECKS).findings == ()
