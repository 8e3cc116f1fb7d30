"""Keeping in mind when each rule of retention was last carried out, so that a page can show that it is."""

from collections.abc import Mapping
from datetime import datetime

from sanhu.domains.evidence.models import RetentionRun


def note_run(rule: str, *, at: datetime, erased: int) -> None:
    """Note that a rule was carried out, and how much went."""
    known: dict[str, object] = {"ran_at": at, "erased": erased}
    if erased:
        known |= {"erased_at": at, "erased_then": erased}
    RetentionRun.objects.update_or_create(rule=rule, defaults=known)


def last_runs() -> Mapping[str, RetentionRun]:
    """Give the last run of every rule, by its code."""
    return {run.rule: run for run in RetentionRun.objects.all()}
