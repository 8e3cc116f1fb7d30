"""Which lists can be exported, as the pages that show them say; the worker, which knows no page, reads it here.

A portal that has such lists offers them in a module `exported`, which is looked for when somebody first asks.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.module_loading import autodiscover_modules

from sanhu.domains.subjects.permissions import Permission
from sanhu.engines.actors import Actor

# None is an empty cell. Whatever somebody wrote, and every code, number of a case or telephone, is text.
Cell = str | int | Decimal | date | None


@dataclass(frozen=True)
class Column:
    """A column: its heading, and what stands in it for one line of the list."""

    code: str
    heading: str | Promise
    cell: Callable[[Any], Cell]
    width: int = 14  # as a spreadsheet counts, in characters of a digit's width


@dataclass(frozen=True)
class Listed:
    """A list: who may see it, its rows in their order, its columns.

    `chosen` is the very function by which the page chooses its rows from (actor, filters, moment), so that an export
    holds what the page would show over all its pages. `lines` puts some of the rows into words, with as few queries
    for many as for one; `read` fetches what they need beside them, where a page of few rows does it otherwise.
    `offered` gives the codes of the columns that the filters ask for, where a page lets choose.
    """

    code: str
    title: str | Promise
    page: str
    permissions: frozenset[Permission]
    chosen: Callable[[Actor, QueryDict, datetime], QuerySet[Any]]
    lines: Callable[[Sequence[Any], Actor, datetime], Iterable[Any]]
    columns: tuple[Column, ...]
    offered: Callable[[QueryDict], Sequence[str]] | None = None
    read: Callable[[QuerySet[Any]], QuerySet[Any]] | None = None

    def may_be_seen_by(self, actor: Actor) -> bool:
        """Tell whether a post may open the page the list is on."""
        return any(actor.may(permission) for permission in self.permissions)

    def columns_asked(self, filters: QueryDict) -> list[str]:
        """Give the codes of the columns an export of these filters has."""
        known = [column.code for column in self.columns]
        if self.offered is None:
            return known
        return [code for code in self.offered(filters) if code in known] or known

    def columns_of(self, codes: Iterable[str]) -> list[Column]:
        """Give columns by their codes, those that are known."""
        by_code = {column.code: column for column in self.columns}
        return [by_code[code] for code in codes if code in by_code]


_OFFERED: dict[str, Listed] = {}


def offer(*lists: Listed) -> None:
    """Let lists be exported."""
    _OFFERED.update((listed.code, listed) for listed in lists)


def lists() -> dict[str, Listed]:
    """Give every list there is, by its code."""
    autodiscover_modules("exported")
    return _OFFERED


def filters_of(query: str) -> QueryDict:
    """Read filters as an address has them."""
    return QueryDict(query)
