"""How rare each token is: counted in the newest matters, and where those are many, once an hour by each process."""

from datetime import datetime

from django.db import connection

from sanhu.domains.casework.models import SearchEntry
from sanhu.domains.casework.search.index import written_of
from sanhu.engines.likeness import Rarity, rarity_of

SAMPLE = 4_000

_kept: dict[str, tuple[str, Rarity]] = {}  # by database: the hour, and what was counted then


def rarity_at(at: datetime) -> Rarity:
    """Give how rare tokens are. Fewer matters than a sample are counted anew each time."""
    database, hour = str(connection.settings_dict["NAME"]), at.strftime("%Y-%m-%d %H")
    known_hour, known = _kept.get(database, ("", None))
    if known is not None and known_hour == hour:
        return known
    newest = SearchEntry.objects.order_by("-pk").values_list("tokens", flat=True)[:SAMPLE]
    counted = rarity_of(map(written_of, newest))
    if counted.texts == SAMPLE:
        _kept[database] = (hour, counted)
    return counted


def are_many(at: datetime) -> bool:
    """Tell whether there are more matters than a sample holds, so that reading all of them takes its time."""
    return rarity_at(at).texts == SAMPLE
