"""Finding matters by words: the index names candidates, newest first; what one may see of them is read once more."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db import connection
from django.db.models import QuerySet

from sanhu.domains.casework.models import Matter
from sanhu.domains.casework.queries import sees_areas, visible_to
from sanhu.domains.casework.search import tokens
from sanhu.engines.actors import Actor
from sanhu.engines.bigrams import Wanted

# How many candidates are read at a time, and when reading ends although the page is not full: a pair of characters may
# be common where the words are rare. Whoever goes on, goes on from there.
_BATCHES = (120, 480, 1500, 3000)
_DISTRICT_DIGITS = 6

_FTS5 = "SELECT rowid FROM casework_search WHERE casework_search MATCH %s AND rowid < %s ORDER BY rowid DESC LIMIT %s"
# The index gives rows in no order, so the newest are asked for first, and of ever more rows, until there are enough.
# MATERIALIZED keeps the planner from walking the primary key backwards in the hope of meeting what may not be there.
_GIN = (
    "WITH found AS MATERIALIZED (SELECT matter_id FROM casework_searchentry "
    "WHERE tokens @@ %s::tsquery AND matter_id < %s AND matter_id >= %s) "
    "SELECT matter_id FROM found ORDER BY matter_id DESC LIMIT %s"
)
_WIDTHS = (16_000, 128_000, 1_024_000)
_BEYOND = 2**62


@dataclass(frozen=True)
class Found:
    """Matters found, newest first, and the key to go on below; None where there are no more."""

    matters: list[Matter]
    go_on_below: int | None


def find(
    wanted: Wanted, *, actor: Actor, size: int, below: int | None = None, among: QuerySet[Matter] | None = None
) -> Found:
    """Find what an actor may see by words, newest first; `among` narrows it further, and says what is read with it.

    Asks the database as often as batches are needed: once or twice for the index, once for the matters.
    """
    seen = (visible_to(actor) if among is None else among).prefetch_related("supplements").order_by()
    index = _Index(wanted.tokens, scope_of(actor))
    below, found = _BEYOND if below is None else below, list[Matter]()
    for batch in _BATCHES:
        keys = index.keys(below=below, limit=batch)
        rows = seen.in_bulk(keys)
        for key in keys:
            if key not in rows or not wanted.is_in(*_texts(rows[key])):
                continue
            if len(found) == size:
                return Found(found, go_on_below=found[-1].pk)
            found.append(rows[key])
        if len(keys) < batch:
            return Found(found, go_on_below=None)
        below = keys[-1]
    return Found(found, go_on_below=below)


def _texts(matter: Matter) -> Iterator[str]:
    yield from tokens.shown(
        words=(matter.words, matter.public_title, *(added.words for added in matter.supplements.all())),
        address=matter.address,
    )


def scope_of(actor: Actor) -> tuple[str, ...]:
    """Give the tokens of which a matter an actor may see has one; none where that is the whole district."""
    own = (tokens.body(actor.organisation_id),) if actor.organisation_id is not None else ()
    if not sees_areas(actor):
        return own
    if any(len(area) <= _DISTRICT_DIGITS for area in actor.areas):
        return ()
    return (*own, *map(tokens.place, actor.areas))


class _Index:
    """The full-text index of this database, asked for all of some words and one of some tokens of scope."""

    def __init__(self, words: Iterable[str], scope: tuple[str, ...]) -> None:
        self._words = sorted(map(tokens.keyed, words))
        self._scope = scope

    def keys(self, *, below: int, limit: int) -> list[int]:
        """Give the keys of the newest matters below one."""
        return self._gin(below, limit) if connection.vendor == "postgresql" else self._fts5(below, limit)

    def _fts5(self, below: int, limit: int) -> list[int]:
        return _keys(_FTS5, self._said(" AND ", " OR ", '"{}"'), below, limit)

    def _gin(self, below: int, limit: int) -> list[int]:
        said = self._said(" & ", " | ", "{}")
        keys: list[int] = []
        top = below = min(below, _newest() + 1)
        for width in (*_WIDTHS, _BEYOND):
            floor = max(top - width, 0)
            keys += _keys(_GIN, said, below, floor, limit - len(keys))
            if len(keys) == limit or not floor:
                break
            below = floor
        return keys

    def _said(self, both: str, either: str, token: str) -> str:
        parts = [token.format(word) for word in self._words]
        if self._scope:
            parts.append(f"({either.join(token.format(one) for one in self._scope)})")
        return both.join(parts)


def _keys(sql: str, *values: object) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return [key for (key,) in cursor.fetchall()]


def _newest() -> int:
    return Matter.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
