"""Finding matters by words: the index names candidates, newest first; what one may see of them is read once more."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.db.models import QuerySet

from sanhu.domains.casework.models import Matter
from sanhu.domains.casework.queries import sees_areas, sees_the_district, visible_by_key
from sanhu.domains.casework.search import tokens
from sanhu.domains.casework.search.index import BEYOND, Index
from sanhu.engines.actors import Actor
from sanhu.engines.bigrams import Wanted

# How many candidates are read at a time, and when reading ends although the page is not full: a pair of characters may
# be common where the words are rare. Whoever goes on, goes on from there.
_BATCHES = (60, 240, 960, 3000)
MOST_KEYS = 10_000


@dataclass(frozen=True)
class Found:
    """The keys of matters found, newest first, and the one to go on below; None where there are no more."""

    keys: list[int]
    go_on_below: int | None


def find(
    wanted: Wanted,
    *,
    actor: Actor,
    size: int,
    below: int | None = None,
    narrow: Callable[[QuerySet[Matter]], QuerySet[Matter]] | None = None,
) -> Found:
    """Find what an actor may see by words, newest first; `narrow` leaves out more.

    Asks the database as often as batches are needed: for the index, for the matters and for what was added to them.
    """
    seen = visible_by_key(actor).only("words", "public_title", "address").prefetch_related("supplements")
    index = Index(wanted.tokens, scope_of(actor))
    below, found = BEYOND if below is None else below, list[int]()
    for batch in _BATCHES:
        keys = index.keys(below=below, limit=batch)
        for matter in _newest_first(seen, keys, narrow):
            if not wanted.is_in(*_texts(matter)):
                continue
            if len(found) == size:
                return Found(found, go_on_below=found[-1])
            found.append(matter.pk)
        if len(keys) < batch:
            return Found(found, go_on_below=None)
        below = keys[-1]
    return Found(found, go_on_below=below)


def _newest_first(
    seen: QuerySet[Matter], keys: list[int], narrow: Callable[[QuerySet[Matter]], QuerySet[Matter]] | None
) -> list[Matter]:
    if narrow is not None and keys:
        left = set(narrow(Matter.objects.filter(pk__in=keys)).order_by().values_list("pk", flat=True))
        keys = [key for key in keys if key in left]
    rows = seen.in_bulk(keys)
    return [rows[key] for key in keys if key in rows]


class TooManyError(ValueError):
    """Words that occur in more matters than a list of them may hold."""


def every_key(wanted: Wanted, *, actor: Actor) -> list[int]:
    """Give the keys of all matters found by words, newest first. Raises TooManyError past MOST_KEYS of them."""
    keys, below = list[int](), None
    while len(keys) <= MOST_KEYS:
        found = find(wanted, actor=actor, size=_BATCHES[-1], below=below)
        keys += found.keys
        if found.go_on_below is None:
            return keys
        below = found.go_on_below
    raise TooManyError(len(keys))


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
    if sees_the_district(actor):
        return ()
    return (*own, *map(tokens.place, actor.areas))
