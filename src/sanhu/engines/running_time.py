"""Time that runs only while somebody is on duty and nothing is paused: what a clock in hours rests on."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime

from sanhu.engines.legal_time import day_start, legal_day
from sanhu.engines.workdays import ONE_DAY

Stretch = tuple[datetime, datetime]  # half-open; empty when it ends where it begins
Pauses = Sequence[tuple[datetime, datetime | None]]  # half-open and in order; the last may be open


def running(started_at: datetime, pauses: Pauses, duty: Callable[[date], Stretch]) -> Iterator[Stretch]:
    """Give the stretches of time that run, in order, each within one legal day.

    `duty` says when time can run on a day. The stretches never end, unless a pause is open.
    """
    day, ahead = legal_day(started_at), list(pauses)
    while not (ahead and ahead[0][1] is None and ahead[0][0] <= day_start(day)):
        begin, close = duty(day)
        begin = max(begin, started_at)
        while ahead and ahead[0][0] < close:
            pause_from, pause_to = ahead[0]
            if begin < pause_from:
                yield begin, pause_from
            if pause_to is None:
                return
            begin = max(begin, pause_to)
            if pause_to >= close:
                break
            ahead.pop(0)
        if begin < close:
            yield begin, close
        day += ONE_DAY
