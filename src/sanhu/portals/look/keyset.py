"""Pages by key: the next page begins after the last row of this one, however long the list is."""

from dataclasses import dataclass
from typing import Generic, TypeVar
from urllib.parse import parse_qsl, urlencode, urlsplit

from django.core.exceptions import BadRequest
from django.db.models import F, Model, OrderBy, Q, QuerySet

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class Page(Generic[Row]):
    """The rows of one page and the way on."""

    rows: list[Row]
    next_url: str
    previous_url: str = ""
    words: str = ""


def page_of(rows: QuerySet[Row], *, after: str, size: int, url: str, known: QuerySet[Row] | None = None) -> Page[Row]:
    """Give the page of a list ordered by one column and the key, beginning after a row's key.

    The list's order tells the column and the direction. The row may have left the list since, so it is sought among
    `known`: whatever the reader may see, since the place of a row tells of it. Raises BadRequest for any other key.
    """
    column, *_ = (str(name) for name in rows.query.order_by)
    descending = column.startswith("-")
    column = column.removeprefix("-")
    # SQLite would put rows without the value first where PostgreSQL puts them last, and the other way round.
    if rows.model._meta.get_field(column).null:
        rows = rows.order_by(_undated_last(column, descending=descending), "-pk" if descending else "pk")
    if after:
        rows = _beginning_after(rows, rows if known is None else known, column, after, descending=descending)
    found = list(rows[: size + 1])
    more = len(found) > size
    return Page(rows=found[:size], next_url=_with_after(url, str(found[size - 1].pk)) if more else "")


def _undated_last(column: str, *, descending: bool) -> OrderBy:
    return F(column).desc(nulls_last=True) if descending else F(column).asc(nulls_last=True)


def _beginning_after(
    rows: QuerySet[Row], known: QuerySet[Row], column: str, after: str, *, descending: bool
) -> QuerySet[Row]:
    if not after.isascii() or not after.isdigit() or len(after) > 18:
        raise BadRequest("after is the number of a row")
    last = known.order_by().filter(pk=after).values_list(column, flat=True)
    if not last:
        raise BadRequest("after is the number of a row")
    way = "lt" if descending else "gt"
    value = last[0]
    if value is None:
        return rows.filter(**{f"{column}__isnull": True, f"pk__{way}": after})
    beyond = Q(**{f"{column}__{way}": value}) | Q(**{column: value, f"pk__{way}": after})
    if rows.model._meta.get_field(column).null:
        return rows.filter(beyond | Q(**{f"{column}__isnull": True}))
    # The plain bound says nothing new; it is where an index is entered.
    return rows.filter(beyond, **{f"{column}__{way}e": value})


def _with_after(url: str, key: str) -> str:
    parts = urlsplit(url)
    kept = [(name, value) for name, value in parse_qsl(parts.query) if name != "after"]
    return f"{parts.path}?{urlencode([*kept, ('after', key)])}"
