"""The worker's round: small duties in turn, each of which may fail without stopping the others."""

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from django.db import close_old_connections

from sanhu.domains.admission.services import ticks as admission
from sanhu.domains.casework.services import ticks as casework
from sanhu.domains.evidence.erasure import empty_log
from sanhu.domains.evidence.retention import note_run
from sanhu.domains.evidence.sequencer import HeadMovedError, sequence
from sanhu.portals import clock, erasures
from sanhu.portals.health import beat
from sanhu.portals.record_keeping import take_due_checkpoint
from sanhu.portals.retention import RULES, Rule
from sanhu.portals.worker.delivery import deliver
from sanhu.portals.worker.digests import send_digests
from sanhu.portals.worker.exporting import export_next
from sanhu.portals.worker.training import ask_first, train_next
from sanhu.portals.worker.withdrawing import withdraw_text_messages

_LOG = logging.getLogger(__name__)
_REST_SECONDS = 0.5
_LONGEST_REST_SECONDS = 30.0
_LAST_STEP_SECONDS = 5.0  # what is begun may end its step; what a kill cuts off is begun anew after its lease


@dataclass(frozen=True)
class Duty:
    """Something to do every so often. `work` gives how much it did."""

    name: str
    every: timedelta
    work: Callable[[datetime], int]


def _sequence(at: datetime) -> int:
    del at
    try:
        return sequence()
    except HeadMovedError:  # another worker was faster; there is nothing left to do
        return 0


def _sign(at: datetime) -> int:
    return int(take_due_checkpoint(at) is not None)


def _tick(at: datetime) -> int:
    return casework.tick(at=at)


def _tick_gate(at: datetime) -> int:
    return admission.tick(at=at)


def _empty_log(at: datetime) -> int:
    del at
    return int(empty_log())


def carry_out(rule: Rule, at: datetime) -> int:
    """Carry out a rule of retention, and note that it was."""
    assert rule.work is not None, "a duty has work"
    erased = rule.work(at)
    note_run(rule.code, at=at, erased=erased)
    return erased


def _note_erasures(at: datetime) -> int:
    return erasures.note_new(at=at)


DUTIES: tuple[Duty, ...] = (
    Duty("beat", timedelta(seconds=5), beat),
    Duty("sequence", timedelta(seconds=1), _sequence),
    Duty("sign", timedelta(minutes=1), _sign),
    Duty("tick", timedelta(seconds=5), _tick),
    Duty("tick_gate", timedelta(seconds=5), _tick_gate),
    Duty("deliver", timedelta(seconds=2), deliver),
    *(Duty(rule.code, rule.every, partial(carry_out, rule)) for rule in RULES if rule.work),
    Duty("withdraw_text_messages", timedelta(minutes=1), withdraw_text_messages),
    Duty("note_erasures", timedelta(seconds=5), _note_erasures),
    Duty("digests", timedelta(seconds=5), send_digests),
    Duty("empty_log", timedelta(hours=1), _empty_log),
)


def long_duties(stop: threading.Event) -> tuple[Duty, ...]:
    """What may take minutes, and so has a round of its own beside that of the clocks and the outbox."""
    return (
        Duty("export", timedelta(seconds=1), partial(export_next, stop=stop)),
        Duty("ask_first_router", timedelta(minutes=1), ask_first),
        Duty("train_router", timedelta(seconds=2), partial(train_next, stop=stop)),
    )


def run_both(stop: threading.Event, duties: Sequence[Duty] = DUTIES) -> None:
    """Go round with the short duties here and with the long ones in a thread beside, until told to stop."""
    beside = threading.Thread(target=_run_beside, args=(stop,), name="long-duties", daemon=True)
    beside.start()
    run(stop, duties)
    beside.join(timeout=_LAST_STEP_SECONDS)


def _run_beside(stop: threading.Event) -> None:
    """End the whole worker with the thread: whoever started it starts it again, with both rounds."""
    try:
        run(stop, long_duties(stop))
    finally:
        stop.set()


def run(stop: threading.Event, duties: Sequence[Duty] = DUTIES) -> None:
    """Go round until told to stop."""
    due: dict[str, datetime] = {}
    failures = 0
    while not stop.is_set():
        close_old_connections()
        failures = failures + 1 if one_round(duties, due) else 0
        stop.wait(min(_REST_SECONDS * 2**failures, _LONGEST_REST_SECONDS))


def one_round(duties: Sequence[Duty], due: dict[str, datetime]) -> int:
    """Do each duty whose time has come and set when it comes again; give how many failed.

    A failure is logged and the duty tried again on the next round: a database that is away for a minute must not end
    the worker.
    """
    failed = 0
    for duty in duties:
        at = clock.now()
        if due.get(duty.name, at) > at:
            continue
        try:
            duty.work(at)
        except Exception:  # noqa: BLE001 - logged in full; the other duties go on
            _LOG.exception("worker: %s failed", duty.name)
            failed += 1
        else:
            due[duty.name] = at + duty.every
    return failed
