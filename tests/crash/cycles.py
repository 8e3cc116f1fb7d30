"""One cycle: a district at work, a crash at a labelled point, everything started again, everything compared."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from tests.crash.house import House, house, wait_for
from tests.crash.load import People
from tests.crash.plans import Plan, plan_of

_FIRES_WITHIN_SECONDS = 20
_FEW = 6


@dataclass(frozen=True)
class Outcome:
    """What came of one cycle."""

    plan: Plan
    seconds: float
    repeated: int
    problems: tuple[str, ...]

    def __str__(self) -> str:
        told = "; ".join(self.problems[:5]) or "all there"
        return f"{self.plan}: {self.seconds:.1f} s, {self.repeated} forms sent again: {told}"


class District:
    """A founded district in a house, which one crash after the other meets."""

    def __init__(self, built: House) -> None:
        self._house = built
        founded = built.ask("found")
        if not founded.pop("durable"):
            raise RuntimeError("this database does not promise that a commit is on disk: nothing can be tested on it")
        self._people = People(built.port, **founded)
        self._doubtful_mails = 0
        built.start()

    @property
    def house(self) -> House:
        """Give the processes, to do something else to them than kill."""
        return self._house

    def work(self, seed: int) -> None:
        """Let some work be done without any accident, to its end."""
        with self._house.watched():
            self._people.load(replace(plan_of(seed), reports=_FEW))
            settled = self._house.ask("settle")
        if not settled["settled"]:
            raise RuntimeError(f"the worker did not come to an end: {settled}")

    def cycle(self, seed: int) -> Outcome:
        """Load, crash, start again, wait until the worker has nothing left to do, compare."""
        started, plan = time.monotonic(), plan_of(seed)
        fired = self._house.data / "fired.json"
        fired.unlink(missing_ok=True)
        before = self._people.acknowledged.repeated
        with self._house.watched():
            plan.arm(self._house.data)
            self._people.load(plan)
            has_fired = wait_for(fired, _FIRES_WITHIN_SECONDS)
            settled = self._house.ask("settle")
        problems = [] if has_fired else ["the point was never reached"]
        problems += [] if settled["settled"] else [f"the worker did not come to an end: {settled}"]
        problems += self._compared(plan)
        repeated = self._people.acknowledged.repeated - before
        return Outcome(plan, time.monotonic() - started, repeated, tuple(problems))

    def _compared(self, plan: Plan) -> list[str]:
        acknowledged = self._people.acknowledged
        told = self._house.ask("check", reports=acknowledged.reports, accepted=acknowledged.accepted)
        # Only a worker killed between a mail server's answer and its own note may send a second copy.
        self._doubtful_mails += plan.point == "handed_over"
        problems: list[str] = told["problems"]
        if told["mail_copies"] > self._doubtful_mails:
            problems.append(f"{told['mail_copies']} mails were sent twice")
        return problems


@contextmanager
def district(kind: str, *, fault: str = "") -> Iterator[District]:
    """Give a founded district on one kind of database."""
    with house(kind, fault=fault) as built:
        try:
            yield District(built)
        except BaseException:
            print(built.log())
            raise
