"""The columns of a workbook in their order, and the headings each is known by.

One row is one duty. What is said of the whole item may stand in the first of its rows alone, or in a merged cell.
"""

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache

from django.utils.translation import gettext_noop as _

from sanhu.domains.catalogue.workbook.column import Column
from sanhu.domains.catalogue.workbook.duty_columns import DUTY_COLUMNS
from sanhu.domains.catalogue.workbook.item_columns import ITEM_COLUMNS, SOURCE_COLUMNS

COLUMNS: tuple[Column, ...] = (*ITEM_COLUMNS, *DUTY_COLUMNS, *SOURCE_COLUMNS)
BY_NAME: Mapping[str, Column] = {column.name: column for column in COLUMNS}
FINDINGS_LABEL = _("检查结果")  # the last column of a marked copy, which a second reading passes over

_NOT_IN_A_NAME = re.compile(r"[\s*★_\-]|\(必填\)|必填$")


def plain_label(text: str) -> str:
    """Write a heading so that its ways of being written are one: of one width, without marks."""
    return _NOT_IN_A_NAME.sub("", unicodedata.normalize("NFKC", text)).casefold()


@lru_cache(maxsize=1)
def by_heading() -> Mapping[str, Column]:
    """Every column by every heading it is known by."""
    return {plain_label(heading): column for column in COLUMNS for heading in (column.label, column.name, *column.also)}
