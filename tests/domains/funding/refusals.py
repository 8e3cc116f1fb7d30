"""Expecting refusals: what was said, and under which code."""

from collections.abc import Callable

import pytest

from sanhu.engines.decisions import Refused


def refused(attempt: Callable[[], object]) -> tuple[str, str]:
    """Give the reasons and the code by which an attempt is refused; whatever else happens fails the test."""
    with pytest.raises(Refused) as raised:
        attempt()
    decision = raised.value.decision
    return "；".join(decision.reasons), decision.code
