"""Expecting refusals."""

from collections.abc import Callable

import pytest

from sanhu.engines.decisions import Decision, Refused


def refusal_of(attempt: Callable[[], object]) -> Decision:
    """Give the decision by which an attempt is refused; whatever else happens fails the test."""
    with pytest.raises(Refused) as refused:
        attempt()
    return refused.value.decision
