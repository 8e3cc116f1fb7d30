"""One affair written twice: within a file, or in a file and in the catalogue that is there already."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext_noop as _

from sanhu.domains.catalogue.rows import ItemRow
from sanhu.domains.catalogue.workbook.words import key

SAME_NAME_IN_FILE = _("与第 %(row)s 行 %(code)s《%(name)s》同名，代码不同")
SAME_NAME_AS_ITEM = _("与现有事项 %(code)s《%(name)s》同名，代码不同；是同一事项的，请用它的代码")
OTHER_NAME_THAN_ITEM = _("现有事项 %(code)s 的名称是《%(name)s》：将改为这里的名称")


@dataclass(frozen=True)
class Twin:
    """An item of the file and the one it repeats; `place` is the earlier one's in the file, none where it exists."""

    place: int
    reason: str
    code: str
    name: str
    earlier: int | None = None
    is_error: bool = True


def twins(items: Iterable[ItemRow], existing: Iterable[ItemRow]) -> Iterator[Twin]:
    """Find the items whose name is another's in another writing, by their place among `items`."""
    written = list(items)
    codes = {item.code for item in written}
    by_code = {item.code: item for item in existing}
    by_name = {key(item.name): item for item in by_code.values() if item.code not in codes}
    first: dict[str, int] = {}
    for place, item in enumerate(written):
        name = key(item.name)
        if not name:
            continue
        earlier = first.setdefault(name, place)
        if earlier != place:
            other = written[earlier]
            yield Twin(place, SAME_NAME_IN_FILE, other.code, other.name, earlier=earlier)
        elif known := by_name.get(name):
            yield Twin(place, SAME_NAME_AS_ITEM, known.code, known.name)
        elif (same := by_code.get(item.code)) and key(same.name) != name:
            yield Twin(place, OTHER_NAME_THAN_ITEM, same.code, same.name, is_error=False)
