"""Learning from labelled messages: a linear support vector machine over the runs of characters, and how sure it may be.

How sure is measured out of fold: the messages are parted into folds, and each is predicted by a model that did not see
it; once with near-duplicates together in a fold, so that the model saw nothing like it either, and where there are many
of them once more with the folds drawn blindly. From these predictions come the temperature, which makes probabilities
of sums, and the threshold (see `selective`). What serves is then learnt from everything.

It is deterministic: rows are put in an order of their own first, so their order in the file does not matter, and the
seed decides the folds and the order in which the machine looks at its examples. scikit-learn and scipy are imported
here and in what only training needs, never by `model`.
"""

import math
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from sklearn.exceptions import ConvergenceWarning
from sklearn.svm import LinearSVC

from sanhu.engines.routing.alike import groups
from sanhu.engines.routing.folding import Places
from sanhu.engines.routing.model import Learnt, Router, rounded
from sanhu.engines.routing.scoring import Floats, likely, scaled
from sanhu.engines.routing.selective import USUAL, Choice, Promise, Sample, choose
from sanhu.engines.routing.texts import Keys, counted

FOLDS, _FOLDS_OF_MANY = 10, 5
_MANY_LABELS = 20  # each takes a machine of its own in each fold
_STRENGTH = 0.5  # the machine's C; 0.3 to 1 did equally well on every set tried
_TOLERANCE = 1e-2
_MOST_ROUNDS = 5_000
_RARE_RUNS_BELOW = 5_000  # messages: with so few, a run met once is kept; else a run must be met twice
_MOST_LEARNT_BYTES = 24_000_000
_FEW_ALIKE = 0.01  # of all messages: with fewer, blind folds would show the same
_LEAST_KNOWN, _LEAST_KNOWN_QUANTILE = 0.05, 0.02  # of a message, to be certain of it
_FEWEST_RUNS = 2_000
_COLDEST, _HOTTEST = 0.05, 20.0
_HALVINGS = 25
_ENOUGH_FOR_A_TEMPERATURE = 20_000
_TWO_CHARACTERS = np.uint64(1) << np.uint64(21)  # a run of two or three has something beyond the first
_NEVER = -1e4  # the sum for a label that a fold's model never met

TOO_FEW_LABELS = "至少要有两个不同的类别（label）才能训练"
TOO_FEW_GROUPS = "互不重复的留言太少，分不成两组来检验"
TOO_MANY_LABELS = "类别（label）太多，模型会超过上限"

Progress = Callable[[int, int], None]
"""Hears how many of how many steps are done."""


class CannotTrainError(Exception):
    """There is nothing to learn from these messages: why, as a message id."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Example:
    """A message and the label somebody gave it."""

    text: str
    label: str


@dataclass(frozen=True)
class Counts:
    """How often each run occurs in each message: a row for each message, a column for each run."""

    keys: Keys
    table: Any  # scipy's csr_array, which has no types


@dataclass(frozen=True)
class Corpus:
    """Examples in an order of their own, what was counted in them, which are nearly the same, and in which fold.

    `partings` are ways to part them into folds: with what is nearly the same together, and perhaps blindly.
    """

    labels: tuple[str, ...]
    label: Places
    counts: Counts
    group: Places
    partings: tuple[Places, ...]

    @property
    def size(self) -> int:
        """How many examples there are."""
        return len(self.label)

    @property
    def fold(self) -> Places:
        """The fold of each example, with near-duplicates together."""
        return self.partings[0]

    @property
    def folds(self) -> int:
        """How many folds there are."""
        return int(self.fold.max()) + 1

    @property
    def fits(self) -> int:
        """How many models it takes to predict every example out of fold, in every parting."""
        return self.folds * len(self.partings)


@dataclass(frozen=True)
class OutOfFold:
    """What models that did not see a message said of it: sums for each label, and the share of it they knew."""

    total: Floats
    share: Floats


@dataclass(frozen=True)
class Settled:
    """What out-of-fold predictions settle: temperature, least share known, threshold."""

    temperature: float
    least_known: float
    choice: Choice


def train(
    examples: Sequence[Example], *, seed: int = 0, promise: Promise = USUAL, progress: Progress = lambda *_: None
) -> tuple[Router, Choice]:
    """Train a router; and tell how its threshold was chosen. Raises CannotTrainError."""
    corpus = corpus_of(examples, seed=seed)
    steps = corpus.fits + 1
    out = out_of_fold(corpus, seed=seed, progress=lambda done, _all: progress(done, steps))
    settled = settle(corpus, out, np.arange(corpus.size), promise)
    learnt = _at_temperature(_learn(corpus, np.arange(corpus.size), seed=seed)[1], settled.temperature)
    progress(steps, steps)
    told = {
        "messages": corpus.size,
        "groups": len(np.unique(corpus.group)),
        "seed": seed,
        "risk": promise.risk,
        "confidence": promise.confidence,
        "temperature": settled.temperature,
    }
    router = Router(corpus.labels, learnt, settled.choice.threshold, settled.least_known, told)
    return router, settled.choice


def corpus_of(examples: Sequence[Example], *, seed: int, folds: int | None = None) -> Corpus:
    """Count the examples and part them into folds. Raises CannotTrainError."""
    ordered = sorted(examples, key=lambda example: (example.text, example.label))
    labels = tuple(sorted({example.label for example in ordered}))
    if len(labels) < 2:
        raise CannotTrainError(TOO_FEW_LABELS)
    place = {label: number for number, label in enumerate(labels)}
    label = np.array([place[example.label] for example in ordered], np.int64)
    message, keys, often = counted([example.text for example in ordered])
    group = groups(len(ordered), message, keys)
    distinct = len(np.unique(group))
    if distinct < 2:
        raise CannotTrainError(TOO_FEW_GROUPS)
    known, column = np.unique(keys, return_inverse=True)
    table = csr_array((often.astype(np.float64), (message, column)), shape=(len(ordered), len(known)))
    folds = min(distinct, folds or (FOLDS if len(labels) <= _MANY_LABELS else _FOLDS_OF_MANY))
    partings = [_folds(label, group, folds, seed=seed)]
    if distinct < (1 - _FEW_ALIKE) * len(ordered):
        partings.append(_folds(label, np.arange(len(ordered)), folds, seed=seed))
    return Corpus(labels, label, Counts(known, table), group, tuple(partings))


def _folds(label: Places, group: Places, folds: int, *, seed: int) -> Places:
    """Deal the groups of each label out to the folds in turn, shuffled by the seed."""
    shuffled = np.random.default_rng(seed).permutation(int(group.max()) + 1)
    _groups, first = np.unique(group, return_index=True)
    # A group goes by the label of its first message; every label begins where the one before it ended.
    order = np.lexsort((shuffled, label[first]))
    fold_of_group = np.empty(len(first), np.int64)
    fold_of_group[order] = np.arange(len(first)) % folds
    return np.asarray(fold_of_group[np.searchsorted(_groups, group)], np.int64)


def out_of_fold(corpus: Corpus, *, seed: int, progress: Progress = lambda *_: None) -> tuple[OutOfFold, ...]:
    """Predict every example by a model learnt from the other folds, once in each parting."""
    found = []
    for number, parting in enumerate(corpus.partings):
        total, share = np.zeros((corpus.size, len(corpus.labels))), np.zeros(corpus.size)
        for fold in range(corpus.folds):
            asked = np.flatnonzero(parting == fold)
            columns, learnt = _learn(corpus, np.flatnonzero(parting != fold), seed=seed)
            values = _values(corpus, asked, columns, learnt.rarity)
            total[asked] = values @ learnt.weights.astype(np.float64) + learnt.lead
            share[asked] = _share_known(corpus, asked, columns)
            progress(number * corpus.folds + fold + 1, corpus.fits)
        found.append(OutOfFold(total, share))
    return tuple(found)


def settle(corpus: Corpus, out: Sequence[OutOfFold], rows: Places, promise: Promise) -> Settled:
    """Settle the temperature, the least share known and the threshold from some of the examples."""
    label = corpus.label[rows]
    temperature = _temperature(np.concatenate([one.total[rows] for one in out]), np.tile(label, len(out)))
    least_known = max(_LEAST_KNOWN, float(np.quantile(out[0].share[rows], _LEAST_KNOWN_QUANTILE)))
    samples = []
    for one in out:
        probability = rounded(likely(one.total[rows] / temperature))
        scores = certainty(probability, one.share[rows], least_known)
        samples.append(Sample(scores, probability.argmax(axis=1) != label, corpus.group[rows]))
    return Settled(temperature, least_known, choose(samples, promise))


def certainty(probability: Floats, share: Floats, least_known: float) -> Floats:
    """Give how sure a prediction is: how likely its first label, or 0 where too little of the message is known."""
    return np.where(share >= least_known, probability.max(axis=1), 0.0)


def _temperature(total: Floats, label: Places) -> float:
    """Find the temperature that makes the labels likeliest (there is one valley, so the golden section finds it)."""
    part = slice(None, None, -(-len(label) // _ENOUGH_FOR_A_TEMPERATURE))
    total, label = total[part], label[part]
    low, high, golden = math.log(_COLDEST), math.log(_HOTTEST), (math.sqrt(5) - 1) / 2
    left, right = high - golden * (high - low), low + golden * (high - low)
    at_left, at_right = _loss(total, label, left), _loss(total, label, right)
    for _ in range(_HALVINGS):
        if at_left <= at_right:
            high, right, at_right = right, left, at_left
            left = high - golden * (high - low)
            at_left = _loss(total, label, left)
        else:
            low, left, at_left = left, right, at_right
            right = low + golden * (high - low)
            at_right = _loss(total, label, right)
    return math.exp((low + high) / 2)


def _loss(total: Floats, label: Places, log_temperature: float) -> float:
    """Tell how unlikely the labels are at a temperature.

    A small part of every label is taken to be any label, so that a handful of faultless predictions does not make
    certainties of them.
    """
    spread = 2 / (len(label) + 2)
    log_likely = np.log(np.maximum(likely(total / math.exp(log_temperature)), 1e-12))
    of_label = log_likely[np.arange(len(label)), label]
    return -float(((1 - spread) * of_label + spread * log_likely.mean(axis=1)).mean())


def _at_temperature(learnt: Learnt, temperature: float) -> Learnt:
    weights = (learnt.weights.astype(np.float32) / temperature).astype(np.float16)
    return Learnt(learnt.keys, learnt.rarity, weights, (learnt.lead / temperature).astype(np.float32))


def _learn(corpus: Corpus, rows: Places, *, seed: int) -> tuple[Places, Learnt]:
    """Learn from some of the examples; give the columns of the runs that were kept, too."""
    columns, rarity = _kept(corpus, rows)
    weights, lead = _machine(_values(corpus, rows, columns, rarity), corpus.label[rows], len(corpus.labels), seed=seed)
    learnt = Learnt(corpus.counts.keys[columns], rarity, weights.astype(np.float16), lead.astype(np.float32))
    return columns, learnt


def _kept(corpus: Corpus, rows: Places) -> tuple[Places, NDArray[np.float32]]:
    """Choose the runs to know, the more frequent ones first as far as the size allows; and tell how rare each is."""
    held_by = np.bincount(corpus.counts.table[rows].indices, minlength=len(corpus.counts.keys))
    most = _MOST_LEARNT_BYTES // (8 + 4 + 2 * len(corpus.labels))
    if most < _FEWEST_RUNS:
        raise CannotTrainError(TOO_MANY_LABELS)
    least = 1 if corpus.size < _RARE_RUNS_BELOW else 2
    while np.count_nonzero(held_by >= least) > most:
        least += 1
    columns = np.flatnonzero(held_by >= least)
    return columns, (np.log((1 + len(rows)) / (1 + held_by[columns])) + 1).astype(np.float32)


def _values(corpus: Corpus, rows: Places, columns: Places, rarity: NDArray[np.float32]) -> Any:
    """Give the values of the kept runs in some of the examples, as `scoring.known` gives them when serving."""
    part = corpus.counts.table[rows][:, columns]
    message = np.repeat(np.arange(len(rows)), np.diff(part.indptr))
    part.indices, part.indptr = part.indices.astype(np.int32), part.indptr.astype(np.int32)  # all the machine takes
    part.data = scaled((1 + np.log(part.data)) * rarity[part.indices], message, len(rows))
    return part


def _share_known(corpus: Corpus, rows: Places, columns: Places) -> Floats:
    long = corpus.counts.keys >= _TWO_CHARACTERS
    is_known = np.zeros(len(long))
    is_known[columns] = 1
    table = corpus.counts.table[rows]
    return np.asarray((table @ (long * is_known)) / np.maximum(table @ long.astype(np.float64), 1), np.float64)


def _machine(values: Any, label: Places, labels: int, *, seed: int) -> tuple[Floats, Floats]:
    """Fit one machine for each label against the others; rarer labels weigh more, by the root of how rare they are."""
    met, often = np.unique(label, return_counts=True)
    weights, lead = np.zeros((values.shape[1], labels)), np.full(labels, _NEVER)
    if len(met) < 2:
        lead[met] = 0
        return weights, lead
    machine = LinearSVC(
        C=_STRENGTH,
        class_weight=dict(zip(met.tolist(), np.sqrt(often.mean() / often).tolist(), strict=True)),
        tol=_TOLERANCE,
        max_iter=_MOST_ROUNDS,
        random_state=seed,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # a little short of the optimum serves as well
        machine.fit(values, label)
    coefficients, intercepts = machine.coef_, machine.intercept_
    if len(met) == 2:  # one machine tells two labels apart
        coefficients, intercepts = np.vstack((-coefficients, coefficients)), np.append(-intercepts, intercepts)
    weights[:, met], lead[met] = coefficients.T, intercepts
    return weights, lead
