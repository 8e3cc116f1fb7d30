"""What the import of a long list measures is a list that may be brought in, read whole by both."""

from benchmarks.catalogue_import import barely_read, made
from sanhu.domains.catalogue.workbook.judging import judge
from sanhu.domains.catalogue.workbook.reading import read_workbook
from sanhu.domains.catalogue.workbook.writing import as_xlsx


def test_the_list_is_sound_and_every_row_its_own() -> None:
    items = made(250)
    data = as_xlsx(items)
    judged = judge(read_workbook(data), (), district="990101")
    assert (judged.errors, judged.added) == ((), 250)
    assert [place.item for place in judged.book.items] == items
    assert barely_read(data) == 251
