"""A trained router at work: messages in, and for each a label, how likely it is, the second best, and the reasons.

It needs numpy and nothing else, and starts in a fraction of a second, so that a web worker can hold it. It is safe to
use from several threads.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeGuard

import numpy as np
from numpy.typing import NDArray

from sanhu.engines.routing.bundle import BAD_HEADER, BadModelError, pack, unpack
from sanhu.engines.routing.folding import Folded, fold
from sanhu.engines.routing.reasons import Words, weight_of_chars, weightiest, words_of
from sanhu.engines.routing.scoring import Floats, Known, known, likely, sums
from sanhu.engines.routing.texts import Keys, in_batches, runs
from sanhu.engines.routing.vocabulary import Vocabulary

DIGITS = 6  # of a probability: what is shown is what is compared with the threshold
_BATCH_CHARS = 60_000


@dataclass(frozen=True, slots=True)
class Prediction:
    """Where a message belongs. What is not certain goes to a person, with the two best guesses."""

    label: str
    probability: float
    second_label: str
    second_probability: float
    is_certain: bool
    reasons: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Learnt:
    """What was learnt: for each run how rare it is and how much it speaks for each label; and each label's lead."""

    keys: Keys
    rarity: NDArray[np.float32]
    weights: NDArray[np.float16]
    lead: NDArray[np.float32]


@dataclass(frozen=True)
class _Best:
    """The two best labels of each message, and how likely they are."""

    first: NDArray[np.int64]
    second: NDArray[np.int64]
    probability: Floats
    second_probability: Floats


@dataclass(frozen=True, eq=False)
class Router:
    """A trained model. Without a threshold nothing is certain; `told` is what else is kept with it, as plain data."""

    labels: tuple[str, ...]
    learnt: Learnt
    threshold: float | None
    least_known: float
    told: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def _vocabulary(self) -> Vocabulary:
        return Vocabulary(self.learnt.keys)

    def predict(self, text: str) -> Prediction:
        """Predict one message."""
        return self.predict_many([text])[0]

    def predict_many(self, texts: Sequence[str]) -> list[Prediction]:
        """Predict messages, in their order."""
        return list(self.predictions(texts))

    def predictions(self, texts: Sequence[str]) -> Iterator[Prediction]:
        """Predict messages, batch by batch."""
        for batch in in_batches(texts, most_chars=_BATCH_CHARS):
            folded, read, words = self._read(batch)
            total = sums(read, self.learnt.weights, self.learnt.lead, len(batch))
            best = _best(total)
            reasons = weightiest(batch, folded, words, self._carried(folded, read, best))
            columns = (best.first, best.second, best.probability, best.second_probability, read.share)
            rows = zip(*(column.tolist() for column in columns), reasons, strict=True)
            for first, second, probability, second_probability, share, why in rows:
                yield Prediction(
                    label=self.labels[first],
                    probability=probability,
                    second_label=self.labels[second],
                    second_probability=second_probability,
                    is_certain=self._is_certain(probability, share),
                    reasons=why,
                )

    def dumps(self) -> bytes:
        """Write the model as the bytes that `load` reads. Raises BadModelError where they would be too many."""
        said = {
            "labels": list(self.labels),
            "threshold": self.threshold,
            "least_known": self.least_known,
            "told": dict(self.told),
        }
        learnt = self.learnt
        arrays = {
            "keys": learnt.keys.astype("<u8"),
            "rarity": learnt.rarity.astype("<f4"),
            "weights": learnt.weights.astype("<f2"),
            "lead": learnt.lead.astype("<f4"),
        }
        return pack(said, arrays)

    def _read(self, batch: Sequence[str]) -> tuple[Folded, Known, Words]:
        folded = fold(batch)
        found = runs(folded)
        columns = self._vocabulary.find(found.keys)
        rarity = self.learnt.rarity
        return folded, known(found, columns, rarity, len(batch)), words_of(folded, found, columns, rarity)

    def _is_certain(self, probability: float, share: float) -> bool:
        return self.threshold is not None and probability >= self.threshold and share >= self.least_known

    def _carried(self, folded: Folded, read: Known, best: _Best) -> Floats:
        """Weigh each run by how much more it speaks for the first label than for the second."""
        weights, message, column = self.learnt.weights, read.message, read.column
        for_first = weights[column, best.first[message]].astype(np.float64)
        speaks = np.maximum(0, for_first - weights[column, best.second[message]]) * read.value
        often = np.bincount(read.row, minlength=len(message))
        return weight_of_chars(folded, read.at, read.size, (speaks / often)[read.row])


def rounded(probability: Floats) -> Floats:
    """Round probabilities as they are shown."""
    return np.round(probability, DIGITS)


def _best(total: Floats) -> _Best:
    """Find the two best by their sums: of probabilities that round to nothing, none would be the second."""
    every, probability = np.arange(len(total)), rounded(likely(total))
    first = total.argmax(axis=1)
    others = total.copy()
    others[every, first] = -np.inf
    second = others.argmax(axis=1)
    return _Best(first, second, probability[every, first], probability[every, second])


def load(data: bytes) -> Router:
    """Read a model. Raises BadModelError for whatever is not one that can be used, with the reason."""
    header, arrays = unpack(data)
    labels, threshold, least_known = header.get("labels"), header.get("threshold"), header.get("least_known")
    told = header.get("told")
    if not (_are_labels(labels) and _is_share(least_known) and isinstance(told, dict)):
        raise BadModelError(BAD_HEADER)
    if not (threshold is None or _is_share(threshold)):
        raise BadModelError(BAD_HEADER)
    learnt = _learnt(arrays, len(labels))
    return Router(tuple(labels), learnt, threshold, least_known, told)


def _are_labels(labels: object) -> TypeGuard[list[str]]:
    return (
        isinstance(labels, list)
        and len(labels) >= 2
        and all(isinstance(label, str) for label in labels)
        and len(set(labels)) == len(labels)
    )


def _is_share(number: object) -> TypeGuard[float]:
    return isinstance(number, int | float) and 0 <= number <= 1


def _learnt(arrays: Mapping[str, NDArray[Any]], labels: int) -> Learnt:
    expected = {"keys": ("<u8", 1), "rarity": ("<f4", 1), "weights": ("<f2", 2), "lead": ("<f4", 1)}
    if {name: (array.dtype.str, array.ndim) for name, array in arrays.items()} != expected:
        raise BadModelError(BAD_HEADER)
    learnt = Learnt(**arrays)
    count = len(learnt.keys)
    fits = (
        learnt.rarity.shape == (count,) and learnt.weights.shape == (count, labels) and learnt.lead.shape == (labels,)
    )
    is_increasing = bool((learnt.keys[1:] > learnt.keys[:-1]).all())
    is_finite = all(bool(np.isfinite(array).all()) for array in (learnt.rarity, learnt.weights, learnt.lead))
    if not (fits and count and is_increasing and is_finite):
        raise BadModelError(BAD_HEADER)
    return learnt
