"""Reading tables that somebody may have damaged: one row that cannot be read must not hide the others."""

from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Model, QuerySet

_Row = TypeVar("_Row", bound=Model)


def pages(rows: QuerySet[Any], *, by: str, size: int) -> Iterator[list[tuple[Any, Any]]]:
    """Give (primary key, value of the unique column `by`) in pages, in the order of that column."""
    rows = rows.order_by(by).values_list("pk", by)
    page = list(rows[:size])
    while page:
        yield page
        page = list(rows.filter(**{f"{by}__gt": page[-1][1]})[:size]) if len(page) == size else []


def readable(rows: QuerySet[_Row], keys: Iterable[Any]) -> dict[Any, _Row]:
    """Give the rows of these keys that can be read, by key. Raises when it is the database that went away."""
    keys = list(keys)
    try:
        return rows.in_bulk(keys)
    except Exception:
        if len(keys) > 1:
            return {key: row for key in keys for row in readable(rows, [key]).values()}
        if not connection.is_usable():
            raise
        return {}
