"""The labelled points. A process that reaches the armed one kills itself, or the database under it, at once."""

import json
import os
import signal
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Lock
from typing import Any

import psutil
from django.conf import settings
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

from sanhu.portals.worker import delivery, loop

_HASTY = {"sequence", "deliver", "note_erasures"}
_WRITES = ("INSERT", "UPDATE", "DELETE")


class Points:
    """What one process knows of the armed crash: how often it has come by, and whether it sequences just now."""

    def __init__(self, role: str, folder: Path) -> None:
        self._role = role
        self._folder = folder
        self._hits: Counter[int] = Counter()
        self._lock = Lock()
        self.is_sequencing = False

    def reach(self, point: str) -> None:
        """Come by a point; crash where that was asked for."""
        try:
            plan = json.loads((self._folder / "armed.json").read_text())
        except FileNotFoundError:
            return
        if (plan["process"], plan["point"]) != (self._role, point):
            return
        with self._lock:
            self._hits[plan["seed"]] += 1
            if self._hits[plan["seed"]] == plan["countdown"]:
                self._crash(plan["victim"])

    def _crash(self, victim: str) -> None:
        (self._folder / "armed.json").rename(self._folder / "fired.json")
        known = json.loads((self._folder / "pids.json").read_text())
        if victim == "self":
            kill_all([known[self._role]])
        elif connection.vendor == "postgresql":
            kill_all([known["database"]])  # and go on, as a process does whose database went away
        else:
            kill_all([known["web"], known["worker"]])


def kill_all(roots: list[int]) -> None:
    """Kill processes with all they started, oneself last."""
    found: list[psutil.Process] = []
    for root in roots:
        with suppress(psutil.NoSuchProcess):
            found += [psutil.Process(root), *psutil.Process(root).children(recursive=True)]
    for process in sorted(found, key=lambda one: one.pid == os.getpid()):
        with suppress(psutil.NoSuchProcess):
            process.send_signal(signal.SIGKILL)


def install(role: str) -> None:
    """Wrap what is to be interrupted, and let the worker go round without resting."""
    points = Points(role, Path(settings.SANHU_DATA))
    _around_commits(points)
    _after_statements(points)
    _around_sending(points)
    _while_sequencing(points)
    if role == "worker":
        _make_haste()


def _around_commits(points: Points) -> None:
    really: Callable[[BaseDatabaseWrapper], None] = BaseDatabaseWrapper._commit  # type: ignore[attr-defined]

    def commit(self: BaseDatabaseWrapper) -> None:
        points.reach("before_commit")
        really(self)
        points.reach("after_commit")

    BaseDatabaseWrapper._commit = commit  # type: ignore[attr-defined]


def _after_statements(points: Points) -> None:
    def watch(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        result = execute(sql, params, many, context)
        if sql.lstrip().upper().startswith(_WRITES) and context["connection"].in_atomic_block:
            points.reach("sequencing" if points.is_sequencing else "mid_write")
        return result

    def connected(connection: BaseDatabaseWrapper, **_named: object) -> None:
        if watch not in connection.execute_wrappers:
            connection.execute_wrappers.append(watch)

    connection_created.connect(connected, weak=False)


def _around_sending(points: Points) -> None:
    really, really_mail = delivery.send, delivery._send_mail

    def send(notice: Any) -> None:
        points.reach("claimed")
        really(notice)
        points.reach("sent")

    def send_mail(notice: Any) -> None:
        really_mail(notice)
        points.reach("handed_over")

    delivery.send, delivery._send_mail = send, send_mail


def _while_sequencing(points: Points) -> None:
    really = loop.sequence

    def sequence(**named: Any) -> int:
        points.is_sequencing = True
        try:
            return really(**named)
        finally:
            points.is_sequencing = False

    loop.sequence = sequence


def _make_haste() -> None:
    """A killed worker's lease runs out in a second, and duties come again at once."""
    delivery._LEASE = timedelta(seconds=1)
    loop._REST_SECONDS = 0.05
    loop._LONGEST_REST_SECONDS = 0.5
    soon = timedelta(seconds=0.1)
    loop.DUTIES = tuple(replace(duty, every=soon) if duty.name in _HASTY else duty for duty in loop.DUTIES)
    assert {duty.name for duty in loop.DUTIES} >= _HASTY
