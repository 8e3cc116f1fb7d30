"""When a router may be sure: the threshold above which its error is bounded, chosen so that choosing keeps the bound.

The candidates are fixed before any error is looked at: they depend on how sure the predictions are, never on whether
they are right. They are tested from the strictest down, each by the one-sided Clopper-Pearson bound of the error among
the cases at or above it, and the first that fails ends the testing (fixed-sequence testing). So the chance that the
threshold kept has a true error above the risk is at most 1 - confidence, however many candidates there were.

What this rests on:
- The cases are a sample of what will be asked later. When people begin to write about other things or in other words,
  the bound says nothing until the router is trained anew.
- Labels are taken as right. A wrong label among the cases counts as an error of the router, so noise costs coverage.
- Cases that are nearly the same message stand in one group and are not independent. They are counted as if each group
  said one thing (Kish's effective number), which is the careful side.
- The cases were predicted by models trained without them (and without anything like them), on a little less than
  everything; what serves is trained on everything. It is a little better and a little surer than they were. That it
  does not become surer faster than better is not proved; `evaluation` measures it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv

from sanhu.engines.routing.folding import Places

FIRST_SHARE = 0.3  # the strictest candidate: the surest three of ten
_STEP_SHARE = 0.01
_SPARE_ERRORS = 1  # one wrong label among the surest must not end everything


@dataclass(frozen=True)
class Promise:
    """What is promised of the certain ones: an error of at most `risk`, with this confidence."""

    risk: float = 0.03
    confidence: float = 0.95


USUAL = Promise()


@dataclass(frozen=True)
class Tested:
    """One candidate: the threshold, the cases at or above it, the wrong ones, and the bound of their error."""

    threshold: float
    cases: int
    errors: int
    bound: float


@dataclass(frozen=True)
class Choice:
    """The loosest threshold whose bound held, or none; and every candidate that was tested, the strictest first."""

    threshold: float | None
    tested: tuple[Tested, ...]

    @property
    def kept(self) -> Tested | None:
        """The candidate that was kept."""
        return next((one for one in reversed(self.tested) if one.threshold == self.threshold), None)


def upper_bound(errors: float, cases: float, confidence: float) -> float:
    """Give the one-sided Clopper-Pearson upper bound of an error rate.

    >>> round(upper_bound(0, 100, 0.95), 4)
    0.0295
    >>> upper_bound(0, 0, 0.95)
    1.0
    """
    return 1.0 if errors >= cases else float(betaincinv(errors + 1, cases - errors, confidence))


def fewest_cases(promise: Promise, *, errors: int = 0) -> int:
    """Tell how many cases it takes at least for the promise to hold with so many errors among them.

    >>> fewest_cases(Promise(risk=0.03, confidence=0.95))
    99
    """
    low, high = errors, 2
    while upper_bound(errors, high, promise.confidence) > promise.risk:
        low, high = high, high * 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if upper_bound(errors, middle, promise.confidence) > promise.risk else (low, middle)
    return high


def candidates(scores: NDArray[np.float64], promise: Promise) -> Iterator[float]:
    """Give the thresholds to test, the strictest first, from the scores alone."""
    total = len(scores)
    ordered = np.sort(scores)[::-1]
    first = max(ceil(FIRST_SHARE * total), fewest_cases(promise, errors=_SPARE_ERRORS))
    if total >= fewest_cases(promise):
        sizes = np.arange(min(first, total), total, max(1, ceil(_STEP_SHARE * total)))
        yield from dict.fromkeys(ordered[np.append(sizes, total) - 1].tolist())


def choose(scores: NDArray[np.float64], is_wrong: NDArray[np.bool_], groups: Places, promise: Promise) -> Choice:
    """Choose the threshold: a case's score tells how sure its prediction is, its group what it is nearly the same as.

    A score of 0 is never certain.
    """
    tested: list[Tested] = []
    threshold = None
    for candidate in candidates(scores, promise):
        chosen = scores >= candidate
        cases, errors = int(chosen.sum()), int(is_wrong[chosen].sum())
        bound = clustered_bound(is_wrong[chosen], groups[chosen], promise.confidence)
        tested.append(Tested(candidate, cases, errors, bound))
        if bound > promise.risk or candidate <= 0:
            break
        threshold = candidate
    return Choice(threshold, tuple(tested))


def clustered_bound(is_wrong: NDArray[np.bool_], groups: Places, confidence: float) -> float:
    """Give the upper bound of the error where cases of one group are taken to say one thing."""
    if not len(is_wrong):
        return 1.0
    _groups, sizes = np.unique(groups, return_counts=True)
    effective = float(sizes.sum()) ** 2 / float((sizes.astype(np.float64) ** 2).sum())
    return upper_bound(float(is_wrong.mean()) * effective, effective, confidence)
