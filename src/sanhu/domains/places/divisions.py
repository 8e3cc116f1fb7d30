"""What a table of divisions says: its columns, and which division each row states.

The columns are those in which the national list is published: a code, a name, and the codes of the divisions above.
Period and successor may be added, because the list itself knows only one day (D.3).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_noop as _

from sanhu.domains.places.models import LENGTH_OF_LEVEL, LEVEL_OF_LENGTH, AreaLevel
from sanhu.engines.codes import divisions
from sanhu.engines.codes.result import NOT_DIGITS, is_digits, normalise
from sanhu.engines.tables import Column, Row, Wrong

WRONG_LENGTH = _("区划代码应为 2、4、6、9 或 12 位")
BECAME_A_NUMBER = _("代码被表格软件改成了数字（科学记数或小数）；请把这一列设为文本，再重新填写")
NAME_TOO_LONG = _("名称超过 100 个字")
NO_DATE = _("日期应写作 2026-01-31")
WRONG_PARENT = _("上级代码与代码的前几位不符")
SAME_SUCCESSOR = _("接续的代码不能是它自己")

_NAME_LENGTH = 100
_NUMBER = re.compile(r"[0-9]+(\.[0-9]+)?([eE]\+?[0-9]+)?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _code(cell: str) -> str | Wrong:
    # The plain case first: a nation has three million of these cells.
    code = cell if is_digits(cell) else normalise(cell)[0]
    if not is_digits(code):
        return Wrong(BECAME_A_NUMBER if _NUMBER.fullmatch(code) else NOT_DIGITS)
    if len(code) not in LEVEL_OF_LENGTH:
        return Wrong(WRONG_LENGTH)
    return Wrong(divisions.NO_PROVINCE) if code.startswith("00") else code


def _name(cell: str) -> str | Wrong:
    return cell if len(cell) <= _NAME_LENGTH else Wrong(NAME_TOO_LONG)


def _date(cell: str) -> str | Wrong:
    try:
        return date.fromisoformat(cell).isoformat() if _DATE.fullmatch(cell) else Wrong(NO_DATE)
    except ValueError:
        return Wrong(NO_DATE)


_PARENT_COLUMNS = {
    "provinceCode": AreaLevel.PROVINCE,
    "cityCode": AreaLevel.PREFECTURE,
    "areaCode": AreaLevel.DISTRICT,
    "streetCode": AreaLevel.SUBDISTRICT,
}
_ABOVE = dict(zip(list(AreaLevel)[1:], AreaLevel, strict=False))
COLUMNS = (
    Column("code", _("代码"), required=True, check=_code),
    Column("name", _("名称"), required=True, check=_name),
    Column("provinceCode", _("省级代码"), check=_code),
    Column("cityCode", _("地级代码"), check=_code),
    Column("areaCode", _("区县级代码"), check=_code),
    Column("streetCode", _("街道代码"), check=_code),
    Column("valid_from", _("启用日期"), check=_date),
    Column("valid_to", _("停用日期"), check=_date),
    Column("successor", _("接续代码"), check=_code),
)


@dataclass(frozen=True, slots=True)
class Stated:
    """What one row states of a division; the days and the successor only where the row names them.

    `code` is as it is stored, `short` has only the level's own digits.
    """

    row: Row
    code: str
    short: str
    level: AreaLevel
    name: str
    valid_from: date | None
    valid_to: date | None
    successor: str

    @property
    def parent(self) -> str | None:
        """The stored code that must be known before this one; a district and what is above it stand by themselves."""
        if self.level not in (AreaLevel.SUBDISTRICT, AreaLevel.COMMUNITY):
            return None
        return divisions.padded(self.short[: LENGTH_OF_LEVEL[_ABOVE[self.level]]])

    @property
    def key(self) -> str:
        """What a second row of the same file may not say again."""
        return f"{self.short}@{self.valid_from}" if self.valid_from else self.short


def stated(row: Row, refuse: Callable[[Row, str, str], None]) -> Stated | None:
    """Read a row, or refuse it and give None."""
    code, successor = row["code"], row["successor"]
    parents = {level: row[column] for column, level in _PARENT_COLUMNS.items() if row[column]}
    wrong = [
        column
        for column, level in _PARENT_COLUMNS.items()
        if level in parents and parents[level] != code[: LENGTH_OF_LEVEL[level]]
    ]
    for column in wrong:
        refuse(row, column, WRONG_PARENT)
    short = _short(code, parents)
    is_own_successor = bool(successor) and divisions.padded(successor) == divisions.padded(short)
    if is_own_successor:
        refuse(row, "successor", SAME_SUCCESSOR)
    if wrong or is_own_successor:
        return None
    return Stated(
        row=row,
        code=divisions.padded(short),
        short=short,
        level=LEVEL_OF_LENGTH[len(short)],
        name=row["name"],
        valid_from=_day(row["valid_from"]),
        valid_to=_day(row["valid_to"]),
        successor=divisions.padded(successor) if successor else "",
    )


def _short(code: str, parents: dict[AreaLevel, str]) -> str:
    """Cut the zeros of a padded code, which names the division above, as GB/T 2260 and the statistical form write it.

    Where the row itself names the division directly above, the zeros are meant: the national list fills an empty place
    so, as with 441900 below 4419.
    """
    above = _ABOVE.get(LEVEL_OF_LENGTH[len(code)])
    if above is None or above in parents:
        return code
    length = LENGTH_OF_LEVEL[above]
    return code if code[length:].strip("0") else _short(code[:length], parents)


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
