"""When a router may be sure: the threshold above which its error is bounded, chosen so that choosing keeps the bound.

The candidates are fixed before any error is looked at: they depend on how sure the predictions are, never on whether
they are right. They are tested from the strictest down, each by the one-sided Clopper-Pearson bound of the error among
the cases at or above it, and the first that fails ends the testing (fixed-sequence testing). So the chance that the
threshold kept has a true error above the risk is at most 1 - confidence, however many candidates there were.

What this rests on:
- The cases are a sample of what will be asked later. When people begin to write about other things or in other words,
  the bound says nothing until the router is trained anew.
- Labels are taken as right. A wrong label among the cases counts as an error of the router, so noise costs coverage.
- Cases that are nearly the same message stand in one group and are not independent. As far as the errors of a group
  go together they are counted for fewer, and where there is no error to tell by, each group is counted as one case.
- What comes later may be like what was learnt from, as a letter many people copy is, or like nothing in it. A router
  is surer of the former than it deserves. So there are two samples, one predicted with its like among what was learnt
  from and one without, and the bound has to hold in both.
- The cases were predicted by models trained without them, on a little less than everything; what serves is trained on
  everything. It is a little better and a little surer than they were. That it does not become surer faster than
  better is not proved; `evaluation` measures it.
- It is a promise of all certain ones together. Of those given one label it promises nothing.
"""

from collections.abc import Iterator, Sequence
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
class Sample:
    """Cases: how sure each prediction is, whether it is wrong, and the group of those nearly the same.

    A score of 0 is never certain.
    """

    scores: NDArray[np.float64]
    is_wrong: NDArray[np.bool_]
    groups: Places

    def tested(self, threshold: float, confidence: float) -> "Tested":
        """Test one candidate."""
        chosen = self.scores >= threshold
        is_wrong = self.is_wrong[chosen]
        bound = clustered_bound(is_wrong, self.groups[chosen], confidence)
        return Tested(threshold, len(is_wrong), int(is_wrong.sum()), bound)


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


def choose(samples: Sequence[Sample], promise: Promise) -> Choice:
    """Choose the threshold that holds in every sample; the first one's scores make the candidates.

    What is told of a candidate is told of the sample in which its bound is highest.
    """
    tested: list[Tested] = []
    threshold = None
    for candidate in candidates(samples[0].scores, promise):
        one = max((sample.tested(candidate, promise.confidence) for sample in samples), key=lambda found: found.bound)
        tested.append(one)
        if one.bound > promise.risk or candidate <= 0:
            break
        threshold = candidate
    return Choice(threshold, tuple(tested))


def clustered_bound(is_wrong: NDArray[np.bool_], groups: Places, confidence: float) -> float:
    """Give the upper bound of the error of cases that stand in groups (Korn and Graubard's interval)."""
    if not len(is_wrong):
        return 1.0
    effective = len(is_wrong) / design_effect(is_wrong, groups)
    return upper_bound(float(is_wrong.mean()) * effective, effective, confidence)


def design_effect(is_wrong: NDArray[np.bool_], groups: Places) -> float:
    """Tell by how much fewer independent cases would show as much: at least 1, at most as if a group were one case.

    >>> design_effect(np.array([True, True, False, False]), np.array([1, 1, 2, 2]))
    2.0
    """
    _groups, place, sizes = np.unique(groups, return_inverse=True, return_counts=True)
    most = float((sizes.astype(np.float64) ** 2).sum() / sizes.sum())
    error = float(is_wrong.mean())
    if error in (0.0, 1.0) or len(sizes) < 2:
        return most
    off = np.bincount(place, weights=is_wrong) - error * sizes
    variance = float((off**2).sum()) / len(is_wrong) ** 2 * len(sizes) / (len(sizes) - 1)
    return min(most, max(1.0, variance * len(is_wrong) / (error * (1 - error))))
