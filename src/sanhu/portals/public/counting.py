"""Counts of public matters, kept for a minute where they are of many: anybody may ask, and each counting reads all.

Few are counted anew each time, so that a resident sees at once what has just happened.
"""

import hashlib
from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from django.core.cache import cache

from sanhu.domains.casework.public_lists import Counts, PublicFilter, counts_of, narrowed, open_by_community

MANY = 2_000
_KEPT_SECONDS = 60
Counted = TypeVar("Counted")


def counts_of_list(district: str, wanted: PublicFilter, *, at: datetime) -> Counts:
    """Give how the matters of a list stand; as it was a minute ago at most, where they are many."""
    return _kept(
        f"list {district} {wanted}",
        lambda: counts_of(narrowed(district, wanted, at=at), at=at),
        size=lambda counts: counts.open + counts.closed,
    )


def counts_of_communities(district: str, *, at: datetime) -> dict[str, Counts]:
    """Give a district's open public matters by community; as it was a minute ago at most, where they are many."""
    return _kept(
        f"communities {district}",
        lambda: dict(open_by_community(district, at=at)),
        size=lambda counted: sum(counts.open for counts in counted.values()),
    )


def _kept(what: str, count: Callable[[], Counted], *, size: Callable[[Counted], int]) -> Counted:
    key = f"public-counts:{hashlib.sha256(what.encode()).hexdigest()}"
    known: Counted | None = cache.get(key)
    if known is not None:
        return known
    counted = count()
    if size(counted) >= MANY:
        cache.set(key, counted, _KEPT_SECONDS)
    return counted
