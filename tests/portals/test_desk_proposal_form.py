"""An item's form at the desk: what is opened on a row and sent as it stands says that row, whatever it holds."""

from typing import Any

from django.http import QueryDict
from hypothesis import HealthCheck, given, settings

from sanhu.domains.catalogue import shipped
from sanhu.domains.catalogue.rows import ItemRow, as_data
from sanhu.portals.desk.forms.proposal_item_sheet import opened, posted
from tests.domains.catalogue.test_workbook_round_trip import catalogues
from tests.portals.desk_administration.filling import answers


def as_sent(row: ItemRow) -> QueryDict:
    """Give what a browser sends of a form that is opened on a row and sent as it stands."""
    sheet = opened(row, known=row, revision=1)
    html = "".join(part.as_look for part in (sheet.item, *sheet.duties, *sheet.steps))
    said = QueryDict(mutable=True)
    for name, value in answers(f"<main><form>{html}</form>").items():
        values = value if isinstance(value, list) else [value]
        said.setlist(name, [text.replace("\n", "\r\n") for text in values])
    return said


def said_again(row: ItemRow) -> dict[str, Any]:
    sheet = posted(as_sent(row), known=row)
    assert sheet.is_valid(), [fault.text for fault in sheet.errors]
    assert sheet.heard == [] or "主体名录中没有" in sheet.heard[0]
    return as_data(sheet.row())


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(rows=catalogues())
def test_what_is_not_touched_stays_as_it_was_whatever_it_holds(rows: list[ItemRow]):
    for row in rows:
        assert said_again(row) == as_data(row)


def test_what_is_not_touched_of_the_shipped_items_stays_as_it_was():
    several = [row for row in shipped.items() if len(row.duties) > 1]
    for row in (*several, *shipped.items()[::20]):
        assert said_again(row) == as_data(row)
