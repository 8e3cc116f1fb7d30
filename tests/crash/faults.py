"""Faults put in on purpose, to show that the harness finds them."""

from typing import Any

from django.db import transaction

from sanhu.domains.casework.services import intake
from sanhu.portals.worker import delivery, handed_over


def install(name: str) -> None:
    """Put a fault in by its name; none where there is no name."""
    if name:
        {"entry_after_commit": _entry_after_commit, "never_noted": _never_noted}[name]()


def _entry_after_commit() -> None:
    """The record is written after the deed was committed, not in its transaction."""
    really = intake.record

    def record(**said: Any) -> None:
        def late() -> None:
            with transaction.atomic():
                really(**said)

        transaction.on_commit(late)

    intake.record = record  # type: ignore[assignment]


def _never_noted() -> None:
    """Nothing is noted of what left: a worker that was killed sends it again."""
    handed_over.note = lambda _notice: None
    assert delivery.handed_over is handed_over
