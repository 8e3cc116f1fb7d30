"""Matters that are likely the same: alike in their words, near in place, open or closed a short while ago.

Candidates are those of the same community, and those anywhere in the district that share rare pairs of characters with
the words (search.index). What is offered begins with what the reader may see, and a resident is offered a public
matter by the words a person passed for the public alone: nothing is found out by typing what was withheld.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from sanhu.domains.casework.listing import in_area
from sanhu.domains.casework.models import Matter, Publication
from sanhu.domains.casework.queries import public_by_key, visible_by_key
from sanhu.domains.casework.search import tokens
from sanhu.domains.casework.search.finding import scope_of
from sanhu.domains.casework.search.index import holding_two_of, written_in
from sanhu.domains.casework.search.rarities import rarity_at
from sanhu.engines import bigrams
from sanhu.engines.actors import Actor
from sanhu.engines.likeness import Rarity, overlap

MOST = 5
CLOSED_WITHIN = timedelta(days=30)
# From how much overlap on matters are likely the same: here, and elsewhere in the district.
ALIKE_HERE, ALIKE_ELSEWHERE = 0.4, 0.5
_SAME_CELL, _SAME_COMMUNITY = 0.2, 0.1  # what nearness adds, where the best are chosen among those
_FEWEST_TOKENS = 3
_REPORTED_WITHIN = timedelta(days=60)  # what was reported earlier is found while it is open
_OPEN_HERE, _NEWEST_HERE, _ELSEWHERE = 100, 60, 40
_RAREST, _RARE_SHARE = 10, 0.002
_MOST_READ = 15  # whose public words are opened
_GONE_ON = ("merged", "declined")

Written = frozenset[str]


@dataclass(frozen=True)
class Sought:
    """What somebody says, and where: the words as tokens that are stored, the community, and the cell where known."""

    written: Written
    area_code: str = ""
    cell_code: str = ""


@dataclass(frozen=True)
class Likely:
    """A matter that is likely the same. `words` are what the public may read of it, where residents are offered it."""

    matter: Matter
    overlap: float
    is_here: bool
    words: str = ""


@dataclass(frozen=True)
class _Place:
    area_code: str
    cell_code: str


def likely_public(words: str, *, district: str, area_code: str, cell_code: str = "", at: datetime) -> list[Likely]:
    """Give public matters that are likely the one these words are about, the likeliest first."""
    sought = Sought(_stored(words), area_code, cell_code)
    if len(sought.written) < _FEWEST_TOKENS:
        return []
    rarity = rarity_at(at)
    places = _candidates(sought, seen=public_by_key(district), scope=(), rarity=rarity, at=at)
    by_entry = _alike(sought, places, written_in(places), rarity)
    read = _public_words([key for key, _overlap in by_entry[:_MOST_READ]])
    said = {key: _stored(f"{shown}\n{title}") for key, (shown, title) in read.items()}
    best = _alike(sought, places, said, rarity)[:MOST]
    seen = public_by_key(district).select_related("item", "duty", "lead").defer("words", "address")
    matters = seen.in_bulk([key for key, _overlap in best])
    return [
        Likely(matters[key], how_much, _is_here(sought, places[key]), words=read[key][0])
        for key, how_much in best
        if key in matters
    ]


def likely_for(matter: Matter, actor: Actor, *, at: datetime) -> list[Likely]:
    """Give matters an actor may see that are likely the same as one, the likeliest first."""
    own = written_in([matter.pk]).get(matter.pk, Written())
    sought = Sought(own, matter.area_code, matter.cell_code)
    return _likely_seen(sought, actor, visible_by_key(actor).exclude(pk=matter.pk), at=at)


def likely_told(words: str, actor: Actor, *, area_code: str, address: str = "", at: datetime) -> list[Likely]:
    """Give matters an actor may see that are likely the one somebody is telling them of, the likeliest first."""
    return _likely_seen(Sought(_stored(words, address), area_code), actor, visible_by_key(actor), at=at)


def _likely_seen(sought: Sought, actor: Actor, seen: QuerySet[Matter], *, at: datetime) -> list[Likely]:
    if len(sought.written) < _FEWEST_TOKENS:
        return []
    rarity = rarity_at(at)
    places = _candidates(sought, seen=seen, scope=scope_of(actor), rarity=rarity, at=at)
    best = _alike(sought, places, written_in(places), rarity)[:MOST]
    matters = seen.select_related("item").in_bulk([key for key, _overlap in best])
    return [Likely(matters[key], how_much, _is_here(sought, places[key])) for key, how_much in best if key in matters]


def _stored(words: str, address: str = "") -> Written:
    """Cut words as an index entry is cut: with numbers of persons and doors masked, and under the key."""
    texts = tokens.shown(words=(words,), address=address)
    return frozenset(tokens.keyed(token) for text in texts for token in bigrams.tokens(text))


def _candidates(
    sought: Sought, *, seen: QuerySet[Matter], scope: tuple[str, ...], rarity: Rarity, at: datetime
) -> dict[int, _Place]:
    """Give what may be seen of what is near and of what shares rare pairs, with where each is."""
    rarest = rarity.rarest(sought.written, most=_RAREST, share=_RARE_SHARE)
    keys = {*_here(sought, at=at), *holding_two_of(rarest, scope=scope, above=0, limit=_ELSEWHERE)}
    going_on = seen.filter(Q(is_open__in=(True,)) | Q(closed_at__gte=at - CLOSED_WITHIN), pk__in=keys)
    found = going_on.exclude(state__in=_GONE_ON).order_by().values_list("pk", "area_code", "cell_code")
    return {key: _Place(area, cell) for key, area, cell in found}


def _here(sought: Sought, *, at: datetime) -> list[int]:
    """Give the keys of the open matters of the community that come due last, and of the newest of all there."""
    if not sought.area_code:
        return []
    here = {"area_code__gte": sought.area_code, "area_code__lte": sought.area_code}
    # In the order of an index each, so that neither database walks all there are for the newest of a few.
    running = Matter.objects.filter(is_open__in=(True,), **here).order_by("-due_at")
    lately = in_area(Matter.objects.filter(reported_at__gte=at - _REPORTED_WITHIN), sought.area_code)
    return [
        *running.values_list("pk", flat=True)[:_OPEN_HERE],
        *lately.order_by("-reported_at").values_list("pk", flat=True)[:_NEWEST_HERE],
    ]


def _alike(
    sought: Sought, places: Mapping[int, _Place], written: Mapping[int, Collection[str]], rarity: Rarity
) -> list[tuple[int, float]]:
    """Give the keys of those that overlap enough with what is sought, the likeliest and newest first."""
    found: list[tuple[float, int, float]] = []
    for key, said in written.items():
        how_much = overlap(sought.written, said, rarity)
        if how_much >= (ALIKE_HERE if _is_here(sought, places[key]) else ALIKE_ELSEWHERE):
            found.append((how_much + _nearness(sought, places[key]), key, how_much))
    return [(key, how_much) for _score, key, how_much in sorted(found, reverse=True)]


def _is_here(sought: Sought, place: _Place) -> bool:
    return place.area_code == sought.area_code


def _nearness(sought: Sought, place: _Place) -> float:
    if sought.cell_code and place.cell_code == sought.cell_code:
        return _SAME_CELL
    return _SAME_COMMUNITY if _is_here(sought, place) else 0.0


def _public_words(keys: Sequence[int]) -> dict[int, tuple[str, str]]:
    """Give what a person passed for the public of some matters' own words, with their titles."""
    # By the matters alone: by verdict or photo SQLite would rather walk all that was ever passed, or is of no photo.
    columns = ("matter_id", "supplement_id", "photo", "verdict", "public_words", "matter__public_title")
    rows = Publication.objects.filter(matter_id__in=keys).only(*columns).select_related("matter")
    own = (row for row in rows if row.is_of_words and row.supplement_id is None)
    shown = (row for row in own if row.is_shown and row.public_words)
    return {row.matter_id: (row.public_words, row.matter.public_title) for row in shown}
