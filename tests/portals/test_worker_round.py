"""The worker's round: every duty in its turn, whatever befalls another."""

import logging
import threading
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.core import mail
from django.db import OperationalError

from sanhu.domains.casework.models import Clock as MatterClock
from sanhu.domains.casework.models import Contact, Matter
from sanhu.domains.evidence import throttle
from sanhu.domains.evidence.attachments import keep_draft, take_photo
from sanhu.domains.evidence.models import Attachment, Entry, Throttle
from sanhu.domains.evidence.sequencer import HeadMovedError
from sanhu.engines.actors import resident
from sanhu.portals.worker import loop
from sanhu.portals.worker.loop import DUTIES, Duty, one_round, run
from tests.cast import DISTRICT, carry
from tests.conftest import Clock
from tests.portals.conftest import Desks
from tests.portals.filing import photo_bytes


def duty(name: str, done: list[str], *, every: float = 10, fault: Exception | None = None) -> Duty:
    """Give a duty that says that it was done, or fails."""

    def work(at: datetime) -> int:
        done.append(name)
        if fault:
            raise fault
        return 1

    return Duty(name, timedelta(seconds=every), work)


@pytest.mark.covers("R36")
def test_one_round_does_every_duty(desks: Desks, clock: Clock, settings, tmp_path: Path):
    settings.SANHU_DATA = tmp_path
    now = clock.now()
    contact = {"contact_channel": "email", "contact_address": "lin@example.org"}
    long_ago = now - timedelta(days=60)
    closed = carry(desks.cast, to="closed", at=long_ago, **contact).matter
    unsigned = carry(desks.cast, to="assigned", at=now - timedelta(days=10), **contact).matter
    photo = take_photo(data=photo_bytes(), claimed_type="image/jpeg", name="现场.jpg")
    two_days_ago = now - timedelta(days=2)
    keep_draft(draft_id=uuid4(), district=DISTRICT, photos=[photo], actor=resident(DISTRICT), at=two_days_ago)
    throttle.count_try(throttle.key_of("receipt", "192.0.2.1"), at=two_days_ago, window=timedelta(minutes=15))
    assert Entry.objects.filter(seq__isnull=True).exists()

    due: dict[str, datetime] = {}
    assert one_round(DUTIES, due) == 0
    assert due == {duty.name: now + duty.every for duty in DUTIES}
    assert one_round(DUTIES, {}) == 0  # the chain takes what the other duties entered
    assert not Entry.objects.filter(seq__isnull=True).exists()
    unsigned.refresh_from_db()
    assert unsigned.state == "signed", "silence of a bureau counts as acceptance"
    assert MatterClock.objects.get(matter=unsigned, purpose="signing").is_open is False
    assert {message.to[0] for message in mail.outbox} == {"lin@example.org"}
    assert Contact.objects.get(matter=closed).address == ""
    assert Contact.objects.get(matter=unsigned).address == "lin@example.org"
    assert not Attachment.objects.exists()
    assert not Throttle.objects.exists()
    before = Entry.objects.count(), len(mail.outbox), Matter.objects.get(pk=unsigned.pk).revision
    one_round(DUTIES, {})
    assert (Entry.objects.count(), len(mail.outbox), Matter.objects.get(pk=unsigned.pk).revision) == before


def test_a_duty_that_fails_stops_no_other_and_is_tried_again_on_the_next_round(
    clock: Clock, caplog: pytest.LogCaptureFixture
):
    done: list[str] = []
    duties = [duty("first", done), duty("faulty", done, fault=OperationalError("gone")), duty("last", done)]
    due: dict[str, datetime] = {}
    with caplog.at_level(logging.ERROR):
        assert one_round(duties, due) == 1
    assert done == ["first", "faulty", "last"]
    assert "worker: faulty failed" in caplog.text
    assert one_round(duties, due) == 1
    assert done[3:] == ["faulty"]
    clock.forward(seconds=10)
    one_round(duties, due)
    assert done[4:] == ["first", "faulty", "last"]


def test_each_duty_comes_again_after_its_own_time(clock: Clock):
    done: list[str] = []
    duties, due = [duty("often", done, every=1), duty("seldom", done, every=60)], {}
    for _second in range(61):
        one_round(duties, due)
        clock.forward(seconds=1)
    assert (done.count("often"), done.count("seldom")) == (61, 2)


def test_the_chain_being_taken_by_another_worker_is_no_failure(clock: Clock, monkeypatch: pytest.MonkeyPatch):
    def moved() -> int:
        raise HeadMovedError

    monkeypatch.setattr(loop, "sequence", moved)
    assert one_round([found for found in DUTIES if found.name == "sequence"], {}) == 0


def test_the_worker_goes_on_through_failures_ever_more_patiently_until_it_is_stopped(
    db: None, monkeypatch: pytest.MonkeyPatch
):
    rests: list[float] = []

    class Stop(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            rests.append(timeout or 0)
            if len(rests) == 12:
                self.set()
            return self.is_set()

    failing = iter([True] * 9 + [False] * 9)

    def work(at: datetime) -> int:
        if next(failing):
            raise OperationalError("gone")
        return 0

    monkeypatch.setattr(loop, "close_old_connections", lambda: None)
    run(Stop(), [Duty("tried", timedelta(0), work)])
    assert rests == [1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0, 30.0, 30.0, 0.5, 0.5, 0.5]
