"""Letting time have its turn with many rows: one with which something is wrong keeps no other waiting."""

from collections.abc import Callable, Iterable


def take_turns(turns: Iterable[Callable[[], int]]) -> int:
    """Take every turn and give how much was done; then raise what went wrong, as an ExceptionGroup."""
    done = 0
    faults: list[Exception] = []
    for turn in turns:
        try:
            done += turn()
        except Exception as fault:  # noqa: BLE001 - raised below
            faults.append(fault)
    if faults:
        raise ExceptionGroup("some turns were not taken", faults)
    return done
