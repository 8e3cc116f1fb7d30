"""Pages of lists by key, as the pages for people have them."""

from typing import TypeVar

from django.core.exceptions import BadRequest
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_noop

from sanhu.portals.look.keyset import Page, page_of
from sanhu.portals.open.fields import After, Limit, Shape
from sanhu.portals.open.problems import Problem

Row = TypeVar("Row", bound=Model)
NO_SUCH_ROW = gettext_noop("列表里没有这一行")


class Paged(Shape):
    after: After | None = None
    limit: Limit = 50


def page(
    request: HttpRequest, rows: QuerySet[Row], paged: Paged, *, known: QuerySet[Row]
) -> tuple[list[Row], str | None]:
    """Give the rows of a page and the address of the next. Raises Problem for a key that is no row's."""
    try:
        found: Page[Row] = page_of(
            rows, after=paged.after or "", size=paged.limit, url=request.get_full_path(), known=known
        )
    except BadRequest:
        raise Problem(422, fields=[("after", NO_SUCH_ROW)]) from None
    return found.rows, found.next_url or None
