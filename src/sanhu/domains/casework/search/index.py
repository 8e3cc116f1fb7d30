"""The full-text index of this database: which matters hold all of some tokens, or some pairs of them, newest first."""

from collections.abc import Iterable
from itertools import combinations

from django.db import connection

from sanhu.domains.casework.models import Matter, SearchEntry
from sanhu.domains.casework.search import tokens

BEYOND = 2**62

_FTS5 = (
    "SELECT rowid FROM casework_search WHERE casework_search MATCH %s AND rowid < %s AND rowid >= %s "
    "ORDER BY rowid DESC LIMIT %s"
)
# The index gives rows in no order. So the newest rows are read first, without it: of common words there are enough
# among them (OFFSET 0 keeps the planner from the index). Of the others there are few, and the index gives them all.
_NEWEST = (
    "SELECT matter_id FROM (SELECT matter_id, tokens FROM casework_searchentry "
    "WHERE matter_id < %s AND matter_id >= %s OFFSET 0) AS newest "
    "WHERE tokens @@ %s::tsquery ORDER BY matter_id DESC LIMIT %s"
)
_GIN = (
    "WITH found AS MATERIALIZED ("
    "SELECT matter_id FROM casework_searchentry WHERE tokens @@ %s::tsquery AND matter_id < %s AND matter_id >= %s) "
    "SELECT matter_id FROM found ORDER BY matter_id DESC LIMIT %s"
)
_READ_FIRST = 6_000


class Index:
    """The index asked for all of some words and one of some tokens of scope."""

    def __init__(self, words: Iterable[str], scope: tuple[str, ...]) -> None:
        self._words = [(token,) for token in sorted(map(tokens.keyed, words))]
        self._scope = [(token,) for token in scope]

    def keys(self, *, below: int, limit: int) -> list[int]:
        """Give the keys of the newest matters below one."""
        groups = [[word] for word in self._words] + ([self._scope] if self._scope else [])
        if connection.vendor != "postgresql":
            return _keys(_FTS5, _said(groups), below, 0, limit)
        said = _said(groups)
        below = min(below, _newest() + 1)
        floor = max(below - _READ_FIRST, 0)
        keys = _keys(_NEWEST, below, floor, said, limit)
        if len(keys) == limit or not floor:
            return keys
        return keys + _keys(_GIN, said, floor, 0, limit - len(keys))


def holding_two_of(stored: Iterable[str], *, scope: tuple[str, ...], above: int, limit: int) -> list[int]:
    """Give the keys of the newest matters above one that hold two of some tokens as they are stored.

    The tokens have to be rare: what the index knows of each is read whole.
    """
    pairs = list(combinations(stored, 2))
    if not pairs:
        return []
    said = _said([pairs, *([[(token,) for token in scope]] if scope else [])])
    return _keys(_GIN if connection.vendor == "postgresql" else _FTS5, said, BEYOND, above, limit)


def _said(groups: Iterable[Iterable[tuple[str, ...]]]) -> str:
    """Write what is wanted as this database reads it: of each group one alternative, of that every token."""
    if connection.vendor == "postgresql":
        both, either, token = " & ", " | ", "{}"
    else:
        both, either, token = " AND ", " OR ", '"{}"'

    def _all(some: tuple[str, ...]) -> str:
        return both.join(token.format(one) for one in some)

    return both.join(f"({either.join(f'({_all(some)})' for some in group)})" for group in groups)


def _keys(sql: str, *values: str | int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return [key for (key,) in cursor.fetchall()]


def _newest() -> int:
    return Matter.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def written_in(keys: Iterable[int]) -> dict[int, frozenset[str]]:
    """Give the tokens of what was written in some matters, as they are stored, by the matters' keys."""
    rows = SearchEntry.objects.filter(pk__in=list(keys)).values_list("pk", "tokens")
    return {key: written_of(said) for key, said in rows}


def written_of(said: str) -> frozenset[str]:
    """Read an entry: what was written, without where the matter is and whose. PostgreSQL quotes each token."""
    return frozenset(token for token in said.replace("'", "").split() if token[0] not in tokens.NOT_WRITTEN)
