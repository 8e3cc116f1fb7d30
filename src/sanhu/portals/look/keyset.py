"""Pages by key: the next page begins after the last row of this one, however long the list is; and back again."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, NamedTuple, TypeVar
from urllib.parse import parse_qsl, urlencode, urlsplit

from django.core.exceptions import BadRequest
from django.db.models import F, Model, OrderBy, Q, QuerySet

Row = TypeVar("Row", bound=Model)
COUNTED = 1000  # what is more is "1,000+"


@dataclass(frozen=True)
class Page(Generic[Row]):
    """The rows of one page and the ways on."""

    rows: list[Row]
    next_url: str
    previous_url: str = ""
    words: str = ""


class Sought(NamedTuple):
    """Where a page begins, as its address says: after the row of a key, or before it. At most one is given."""

    after: str = ""
    before: str = ""


class _Order(NamedTuple):
    """One column and the key, in one direction; rows without the value come last, seen from the list's beginning."""

    column: str
    descending: bool
    nullable: bool
    backward: bool = False

    @property
    def is_downward(self) -> bool:
        """Tell whether it goes from the greatest to the smallest."""
        return self.descending is not self.backward

    def names(self) -> list[str | OrderBy]:
        """What to order by."""
        column = F(self.column)
        key = "-pk" if self.is_downward else "pk"
        if not self.nullable:
            return [f"-{self.column}" if self.is_downward else self.column, key]
        # SQLite would put rows without the value first where PostgreSQL puts them last, and the other way round.
        last = {"nulls_first": True} if self.backward else {"nulls_last": True}
        return [column.desc(**last) if self.is_downward else column.asc(**last), key]

    def beyond(self, rows: QuerySet[Row], value: Any, key: str) -> QuerySet[Row]:
        """Give what follows on a row's place."""
        way = "lt" if self.is_downward else "gt"
        its_twins = Q(**{self.column: value, f"pk__{way}": key})
        if value is None:
            its_twins = Q(**{f"{self.column}__isnull": True, f"pk__{way}": key})
            dated = Q(**{f"{self.column}__isnull": False})
            return rows.filter(its_twins | dated if self.backward else its_twins)
        beyond = Q(**{f"{self.column}__{way}": value}) | its_twins
        if self.nullable and not self.backward:
            return rows.filter(beyond | Q(**{f"{self.column}__isnull": True}))
        # The plain bound says nothing new; it is where an index is entered.
        return rows.filter(beyond, **{f"{self.column}__{way}e": value})


def page_of(
    rows: QuerySet[Row],
    *,
    after: str,
    size: int,
    url: str,
    known: QuerySet[Row] | None = None,
    before: str | None = None,
    parts: Sequence[QuerySet[Row]] = (),
    words: Callable[[int], str] | None = None,
) -> Page[Row]:
    """Give the page of a list ordered by one column and the key, beginning after a row's key.

    The list's order tells the column and the direction. The row may have left the list since, so it is sought among
    `known`: whatever the reader may see, since the place of a row tells of it. Raises BadRequest for any other key.

    A list that gives `before` (empty on its first page) leads back as well. `parts` cover the list between them, each
    served by one index: the page's keys are sought in each of them by itself, and only its rows in the whole. The
    first page of such a list says with `words` how many there are, up to one more than COUNTED.
    """
    column, *_ = (str(name) for name in rows.query.order_by)
    order = _Order(
        column=column.removeprefix("-"),
        descending=column.startswith("-"),
        nullable=rows.model._meta.get_field(column.removeprefix("-")).null,
        backward=bool(before),
    )
    sought = [part.order_by(*order.names()) for part in parts or (rows,)]
    key = before or after
    if key:
        value = _value_at(rows if known is None else known, order.column, key)
        sought = [order.beyond(part, value, key) for part in sought]
    most = COUNTED + 1 if words and not key else size + 1
    keys, count = _sought(rows, sought, order, first=size + 1, most=most) if parts else ([], 0)
    found = _read(rows, keys, order) if parts else list(sought[0][: size + 1])
    more, found = len(found) > size, found[:size]
    if order.backward:
        found.reverse()
    leads_on, leads_back = (bool(before), more) if order.backward else (more, bool(after))
    return Page(
        rows=found,
        next_url=_leading(url, after=found[-1].pk) if leads_on and found else "",
        previous_url=_leading(url, before=found[0].pk) if before is not None and leads_back and found else "",
        words=words(count) if words and not key else "",
    )


def _sought(
    rows: QuerySet[Row], parts: Sequence[QuerySet[Row]], order: _Order, *, first: int, most: int
) -> tuple[list[int], int]:
    """Seek the first keys of all parts in their order, and count the keys up to `most`.

    By their keys alone: a thousand dates would take longer to read than the page.
    """
    found = [list(part.values_list("pk", flat=True)[:most]) for part in parts]
    count = min(len(set().union(*found)), most)
    if len(found) == 1:
        return found[0][:first], count
    first_of_each = {key for keys in found for key in keys[:first]}
    in_order = rows.filter(pk__in=first_of_each).order_by(*order.names())
    return list(in_order.values_list("pk", flat=True)[:first]), count


def _read(rows: QuerySet[Row], keys: list[int], order: _Order) -> list[Row]:
    return list(rows.filter(pk__in=keys).order_by(*order.names())) if keys else []


def page_below(rows: list[Row], go_on_below: int | None, *, url: str) -> Page[Row]:
    """Give the page of a list, newest first, that was found otherwise and goes on below a key."""
    return Page(rows=rows, next_url="" if go_on_below is None else _leading(url, after=go_on_below))


def key_in(said: str) -> int | None:
    """Read the key an address goes on at; None where it names none. Raises BadRequest for what is no key."""
    if not said:
        return None
    if not said.isascii() or not said.isdigit() or len(said) > 18:
        raise BadRequest("after and before are the number of a row")
    return int(said)


def _value_at(known: QuerySet[Row], column: str, key: str) -> Any:
    for value in known.order_by().filter(pk=key_in(key)).values_list(column, flat=True):
        return value
    raise BadRequest("after and before are the number of a row")


def _leading(url: str, **way: object) -> str:
    parts = urlsplit(url)
    kept = [(name, value) for name, value in parse_qsl(parts.query) if name not in Sought._fields]
    return f"{parts.path}?{urlencode([*kept, *((name, str(key)) for name, key in way.items())])}"
