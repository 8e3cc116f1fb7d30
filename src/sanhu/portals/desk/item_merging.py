"""Two people at one item: what the other changed meanwhile, put together with what this one wrote, field by field."""

from dataclasses import dataclass

from sanhu.domains.catalogue.differences import differences
from sanhu.domains.catalogue.rows import ItemRow, as_data, item_row
from sanhu.portals.desk.catalogue_words import Line, shown


@dataclass(frozen=True)
class Meanwhile:
    """What became of an item since a form was opened on it.

    `row` is what the form shows now: one's own words where one changed something, the other's everywhere else. `lines`
    are the other's changes; `clashes` the fields both changed, each in their own way, by their names in `as_data`.
    """

    row: ItemRow
    lines: tuple[Line, ...] = ()
    clashes: tuple[str, ...] = ()
    is_gone: bool = False


def put_together(*, before: ItemRow | None, mine: ItemRow, now: ItemRow | None) -> Meanwhile:
    """Put one's own words on top of what stands there now."""
    if now is None or before is None:
        return Meanwhile(mine, is_gone=now is None and before is not None)
    seen, said, stands = as_data(before), as_data(mine), as_data(now)
    own = {field for field in said if said[field] != seen[field]}
    clashes = tuple(field for field in said if field in own and stands[field] not in (seen[field], said[field]))
    row = item_row({**stands, **{field: said[field] for field in own}})
    lines = [line for found in differences([before], [now]) for line in shown(found).lines]
    return Meanwhile(row, tuple(lines), clashes)
