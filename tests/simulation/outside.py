"""The world outside: mail and text messages that arrive or do not, and a machine that dies at the worst moment."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from sanhu.domains.evidence.models import Notice, Opening
from sanhu.portals.worker import delivery
from tests.simulation.chance import Chance


class Crashed(BaseException):
    """The process is gone: nothing catches this, as nothing catches a pulled plug."""


class Outside:
    """What left the house, and what goes wrong on the way."""

    def __init__(self, chance: Chance, patch: pytest.MonkeyPatch) -> None:
        self._chance = chance
        self.arrived: Counter[str] = Counter()
        patch.setattr(delivery, "send", self._send)

    def _send(self, notice: Notice) -> None:
        """Deliver a message, or die before, or be told that the mail server is busy."""
        fate = self._chance.random()
        if fate < 0.1:
            raise Crashed
        if fate < 0.3:
            raise OSError("the mail server is busy")
        assert notice.address, "a message leaves with an address"
        self.arrived[notice.key] += 1


@contextmanager
def dies_while_writing(nth: int) -> Iterator[None]:
    """Let the machine die while the nth entry from here is written, in the middle of its transaction."""
    written = 0
    create = Opening.objects.create

    def write(**values: object) -> Opening:
        nonlocal written
        written += 1
        if written == nth:
            raise Crashed
        return create(**values)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Opening.objects, "create", write)
        yield
