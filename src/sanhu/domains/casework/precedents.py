"""Rulings as precedents: found where a later matter is alike in its words, by whoever decides in the district."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from sanhu.domains.casework.models import Ruling
from sanhu.domains.casework.queries import visible_by_key
from sanhu.domains.casework.search import tokens
from sanhu.domains.casework.search.index import written_in
from sanhu.domains.casework.search.rarities import rarity_at
from sanhu.domains.subjects.permissions import Permission
from sanhu.engines import bigrams
from sanhu.engines.actors import Actor, ActorKind
from sanhu.engines.likeness import overlap

MOST, MOST_READ = 3, 1_000
ALIKE = 0.3
_NEVER_SHOWN = "never"


@dataclass(frozen=True)
class Precedent:
    """A ruling that may guide; `may_see` where its reader may see the matter it was about, too."""

    ruling: Ruling
    overlap: float
    is_here: bool
    may_see: bool


def precedents_visible_to(actor: Actor) -> QuerySet[Ruling]:
    """Precedents of an actor's district, newest first.

    Whoever looks after matters there reads them, wherever the matter was; those about a matter that is never shown
    only who may see it.
    """
    if actor.kind is not ActorKind.POST or not actor.may(Permission.MATTER_VIEW):
        return Ruling.objects.none()
    shown = ~Q(matter__publicity=_NEVER_SHOWN) | Q(matter__in=visible_by_key(actor).values("pk"))
    return Ruling.objects.filter(shown, district=actor.district, is_precedent=True).order_by("-at", "-id")


def precedents_like(words: str, location: str, actor: Actor, *, at: datetime) -> list[Precedent]:
    """Give the precedents most like some words, those of the same community first where they are as like."""
    (masked, _address) = tokens.shown(words=(words,), address="")
    sought = frozenset(map(tokens.keyed, bigrams.tokens(masked)))
    newest = dict(precedents_visible_to(actor).values_list("matter_id", "pk")[:MOST_READ])
    if not sought or not newest:
        return []
    rarity = rarity_at(at)
    alike = {key: overlap(sought, said, rarity) for key, said in written_in(newest).items()}
    best = {key: how_much for key, how_much in alike.items() if how_much >= ALIKE}
    return _ranked(best, newest, location, actor)[:MOST]


def _ranked(best: Mapping[int, float], rulings: Mapping[int, int], location: str, actor: Actor) -> list[Precedent]:
    found = Ruling.objects.filter(pk__in=[rulings[key] for key in best])
    seen = set(visible_by_key(actor).filter(pk__in=best).values_list("pk", flat=True))
    precedents = [
        Precedent(
            ruling=ruling,
            overlap=best[ruling.matter_id],
            is_here=location.startswith(ruling.matter.area_code),
            may_see=ruling.matter_id in seen,
        )
        for ruling in found.select_related("matter", "item", "duty__item", "lead")
    ]
    return sorted(precedents, key=lambda one: (-round(one.overlap, 1), not one.is_here, -one.ruling.pk))
