"""How well a router does on messages it was not learnt from, and whether its promise holds there.

Near-duplicates stand in one fold. What is certain in a fold is decided by the temperature and the threshold that the
other folds settled, so the error among the certain ones is measured where the threshold was not chosen.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sanhu.engines.routing.folding import Places
from sanhu.engines.routing.model import rounded
from sanhu.engines.routing.scoring import Floats, likely
from sanhu.engines.routing.selective import USUAL, Promise, clustered_bound
from sanhu.engines.routing.training import (
    Corpus,
    Example,
    OutOfFold,
    Progress,
    certainty,
    corpus_of,
    out_of_fold,
    settle,
)

_BINS = 10


@dataclass(frozen=True)
class LabelFigures:
    """How one label fares: how many messages have it, how many of those given it have it, and are found, and both."""

    label: str
    messages: int
    precision: float
    recall: float
    f1: float
    certain: int
    certain_errors: int


@dataclass(frozen=True)
class Bin:
    """Predictions about equally sure: how sure they say they are, how many, and how many of them are right."""

    said: float
    messages: int
    right: float


@dataclass(frozen=True)
class Certain:
    """The certain ones: how many, how many of them wrong, their share, error and its bound; the thresholds used."""

    messages: int
    errors: int
    coverage: float
    error: float
    bound: float
    thresholds: tuple[float | None, ...]


@dataclass(frozen=True)
class Evaluation:
    """What cross-validation showed. `confusion` has a row for each true label and a column for each given one."""

    messages: int
    groups: int
    folds: int
    seed: int
    promise: Promise
    accuracy: float
    macro_f1: float
    top_two: float
    calibration_error: float
    certain: Certain
    labels: tuple[LabelFigures, ...]
    confusion: tuple[tuple[int, ...], ...]
    calibration: tuple[Bin, ...]


@dataclass(frozen=True)
class _Told:
    """What was predicted, fold by fold."""

    probability: Floats
    is_certain: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]
    thresholds: tuple[float | None, ...]


def evaluate(
    examples: Sequence[Example],
    *,
    seed: int = 0,
    promise: Promise = USUAL,
    folds: int | None = None,
    progress: Progress = lambda *_: None,
) -> Evaluation:
    """Evaluate by cross-validation. Raises CannotTrainError."""
    corpus = corpus_of(examples, seed=seed, folds=folds)
    told = _told(corpus, out_of_fold(corpus, seed=seed, progress=progress), promise)
    given = told.probability.argmax(axis=1)
    confusion = np.zeros((len(corpus.labels), len(corpus.labels)), np.int64)
    np.add.at(confusion, (corpus.label, given), 1)
    labels = _by_label(corpus, given, confusion, told)
    best_two = np.argsort(-told.probability, axis=1, kind="stable")[:, :2]
    bins = _bins(told.probability.max(axis=1), given == corpus.label)
    return Evaluation(
        messages=corpus.size,
        groups=len(np.unique(corpus.group)),
        folds=corpus.folds,
        seed=seed,
        promise=promise,
        accuracy=float((given == corpus.label).mean()),
        macro_f1=float(np.mean([one.f1 for one in labels])),
        top_two=float((best_two == corpus.label[:, np.newaxis]).any(axis=1).mean()),
        calibration_error=sum(abs(one.said - one.right) * one.messages for one in bins) / corpus.size,
        certain=_certain(corpus, given, told, promise),
        labels=labels,
        confusion=tuple(map(tuple, confusion.tolist())),
        calibration=bins,
    )


def _told(corpus: Corpus, out: Sequence[OutOfFold], promise: Promise) -> _Told:
    apart = out[0]
    probability = np.zeros_like(apart.total)
    is_certain = np.zeros(corpus.size, bool)
    thresholds = []
    for fold in range(corpus.folds):
        asked = corpus.fold == fold
        settled = settle(corpus, out, np.flatnonzero(~asked), promise)
        threshold = settled.choice.threshold
        probability[asked] = rounded(likely(apart.total[asked] / settled.temperature))
        if threshold is not None:
            is_certain[asked] = certainty(probability[asked], apart.share[asked], settled.least_known) >= threshold
        thresholds.append(threshold)
    return _Told(probability, is_certain, tuple(thresholds))


def _certain(corpus: Corpus, given: Places, told: _Told, promise: Promise) -> Certain:
    is_wrong = (given != corpus.label)[told.is_certain]
    count = len(is_wrong)
    return Certain(
        messages=count,
        errors=int(is_wrong.sum()),
        coverage=count / corpus.size,
        error=float(is_wrong.mean()) if count else 0.0,
        bound=clustered_bound(is_wrong, corpus.group[told.is_certain], promise.confidence),
        thresholds=told.thresholds,
    )


def _by_label(corpus: Corpus, given: Places, confusion: Places, told: _Told) -> tuple[LabelFigures, ...]:
    figures = []
    for number, label in enumerate(corpus.labels):
        right, has, was_given = (
            int(count) for count in (confusion[number, number], confusion[number].sum(), confusion[:, number].sum())
        )
        certain = told.is_certain & (given == number)
        figures.append(
            LabelFigures(
                label=label,
                messages=has,
                precision=right / was_given if was_given else 0.0,
                recall=right / has,
                f1=2 * right / (has + was_given),
                certain=int(certain.sum()),
                certain_errors=int((certain & (corpus.label != number)).sum()),
            )
        )
    return tuple(figures)


def _bins(said: Floats, is_right: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> tuple[Bin, ...]:
    place = np.minimum((said * _BINS).astype(np.int64), _BINS - 1)
    return tuple(
        Bin(float(said[place == number].mean()), int((place == number).sum()), float(is_right[place == number].mean()))
        for number in range(_BINS)
        if (place == number).any()
    )
