"""How much alike two texts are by the tokens they share (engines.bigrams), where a rare one says more than a common.

A token weighs by how seldom it stands in a sample of texts. Two texts overlap by the weight of what they share, out of
the weight of the lighter of both: so a short report of something is found like a long one of the same.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from math import log2

# What is lighter than this many tokens that nobody used before is too little to say that two texts are alike.
_FEWEST = 4
# A sample is read as if so many texts more were known, with each token in a few of them: else the two that are alike
# would, where few others are, make common what they share.
_TEXTS_BEFORE, _COUNT_BEFORE = 50, 5
# In so many texts of a sample a token may stand and be rare, however small the sample is.
_FEW = 10


@dataclass(frozen=True)
class Rarity:
    """In how many texts of a sample each token stands."""

    texts: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)

    def weight(self, token: str) -> float:
        """Give what a token weighs: about 1 where it is in every text, the more the fewer it is in."""
        return self._known.get(token, self._unknown)

    @cached_property
    def _known(self) -> Mapping[str, float]:
        return {token: self._weight(count) for token, count in self.counts.items()}

    @cached_property
    def _unknown(self) -> float:
        return self._weight(0)

    def _weight(self, count: int) -> float:
        return log2(1 + (_TEXTS_BEFORE + self.texts) / (_COUNT_BEFORE + count))

    def rarest(self, tokens: Iterable[str], *, most: int, share: float) -> list[str]:
        """Give some tokens that at most a share of the texts hold, those first of which the sample knows fewest.

        A token nobody else used finds nothing, so one the sample knows goes before one it does not.
        """
        bound = max(_FEW, share * self.texts)
        rare = [token for token in tokens if self.counts.get(token, 0) <= bound]
        return sorted(rare, key=lambda token: (token not in self.counts, self.counts.get(token, 0), token))[:most]


def rarity_of(texts: Iterable[Iterable[str]]) -> Rarity:
    """Count a sample of texts, each given by its tokens.

    >>> rarity_of([{"电梯", "坏了"}, {"电梯"}]).counts["电梯"]
    2
    """
    counted, number = Counter[str](), 0
    for text in texts:
        counted.update(text)
        number += 1
    return Rarity(texts=number, counts=counted)


def overlap(one: Collection[str], other: Collection[str], rarity: Rarity) -> float:
    """Give how much of the lighter text the other one holds too, from 0 to 1.

    >>> overlap({"a", "b", "c", "d", "e"}, {"a", "b", "c", "d", "e", "f"}, Rarity())
    1.0
    >>> overlap({"a", "b"}, {"c"}, Rarity())
    0.0
    """
    mine, others = set(one), set(other)
    shared = _weight(mine & others, rarity)
    if not shared:
        return 0.0
    least = _FEWEST * rarity.weight("")
    return shared / max(min(_weight(mine, rarity), _weight(others, rarity)), least)


def _weight(tokens: Iterable[str], rarity: Rarity) -> float:
    return sum(map(rarity.weight, tokens))
