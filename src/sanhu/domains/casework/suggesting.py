"""What a matter's words say it is: the router's two best guesses among the items in force, or that it does not know."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from sanhu.domains.casework.models import RouterState, TrainedRouter
from sanhu.domains.catalogue.models import AffairItem, Duty
from sanhu.domains.catalogue.queries import current_version, items
from sanhu.engines.legal_time import legal_day
from sanhu.engines.routing.bundle import BadModelError
from sanhu.engines.routing.model import Router, load

_WORTH_SAYING = 0.01  # of a second guess: one in a hundred


@dataclass(frozen=True)
class Guess:
    """An item the words may be about, and its duties."""

    item: AffairItem
    duties: Sequence[Duty]


@dataclass(frozen=True)
class Suggestion:
    """What a router says of some words: the best guesses first, whether it is certain, and the words that decided."""

    guesses: tuple[Guess, ...]
    is_certain: bool
    reasons: tuple[str, ...]

    @property
    def only_duty(self) -> Duty | None:
        """The duty to propose: where the router is certain and the item is one duty."""
        if not self.is_certain or len(self.guesses[0].duties) != 1:
            return None
        return self.guesses[0].duties[0]


def suggestion_for(words: str, *, district: str, at: datetime) -> Suggestion | None:
    """Say what some words are about; None where no router serves, or none of what it says is in force today.

    A label that is in force no more is left out, and nothing is certain then.
    """
    router, version = serving_router(district), current_version(district, legal_day(at))
    if router is None or version is None or not words.strip():
        return None
    said = router.predict(words)
    in_force = {item.code: item for item in items(version).filter(code__in=(said.label, said.second_label))}
    guesses = tuple(
        Guess(item=item, duties=tuple(item.duties.all()))
        for label in (said.label, *([said.second_label] if said.second_probability >= _WORTH_SAYING else []))
        if (item := in_force.get(label)) is not None
    )
    if not guesses:
        return None
    is_certain = said.is_certain and guesses[0].item.code == said.label
    return Suggestion(guesses=guesses, is_certain=is_certain, reasons=said.reasons)


def serving_router(district: str) -> Router | None:
    """Give the router that serves a district, read once a process."""
    found = TrainedRouter.objects.filter(district=district, state=RouterState.SERVING)
    known = found.values_list("pk", "sha256").first()
    return None if known is None else _loaded(*known)


@lru_cache(maxsize=4)
def _loaded(key: int, sha256: str) -> Router | None:
    del sha256  # after a restore the same key may be another router's
    data = TrainedRouter.objects.values_list("data", flat=True).get(pk=key)
    try:
        return load(bytes(data)) if data else None
    except BadModelError:  # sealed under a key that is gone, or damaged: a person decides as without one
        return None
