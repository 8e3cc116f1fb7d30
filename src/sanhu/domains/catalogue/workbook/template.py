"""The empty workbook one fills in: headings, two examples, lists to choose from, what each column is."""

from collections.abc import Sequence

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _
from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from sanhu.domains.catalogue import shipped
from sanhu.domains.catalogue.workbook import words
from sanhu.domains.catalogue.workbook.column import Column
from sanhu.domains.catalogue.workbook.columns import COLUMNS
from sanhu.domains.catalogue.workbook.writing import SHEET, TEXT, lines, saved
from sanhu.engines.tables import MOST_UPLOADED_ROWS

EXAMPLES = ("K1-02", "K3-11")
EXPLANATION, CHOICES = "填写说明", "选项"
_EXAMPLE = _("示例行，填写前请删去")
_EXPLAINED = (_("列名"), _("英文列名"), _("必填"), _("怎样填"), _("可选的词"))
_NOT_OFFERED = _("请从列表里选")
_SHADE = PatternFill("solid", fgColor="FFE8EEF4")


def template() -> bytes:
    """Write the template."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet), "a new workbook has one sheet"
    sheet.title = SHEET
    _heading(sheet)
    _examples(sheet)
    explanation = book.create_sheet(EXPLANATION)
    _explain(explanation)
    choices = book.create_sheet(CHOICES)
    choices.sheet_state = "hidden"
    _offer(sheet, choices)
    return saved(book)


def _heading(sheet: Worksheet) -> None:
    sheet.freeze_panes = "D2"
    for number, column in enumerate(COLUMNS, start=1):
        cell = sheet.cell(row=1, column=number, value=column.label)
        cell.font, cell.fill = Font(bold=column.is_required), _SHADE
        cell.alignment = Alignment(vertical="top", wrap_text=True)
        letter = get_column_letter(number)
        sheet.column_dimensions[letter].width = column.width
        sheet.column_dimensions[letter].number_format = TEXT


def _examples(sheet: Worksheet) -> None:
    items = [item for item in shipped.items() if item.code in EXAMPLES]
    for row, line in enumerate(lines(items), start=2):
        for number, text in enumerate(line, start=1):
            cell = sheet.cell(row=row, column=number)
            cell.value = text or None
            cell.number_format = TEXT
            if text:
                cell.data_type = "s"
            cell.font = Font(italic=True, color="FF5F6B76")
        sheet.cell(row=row, column=1).comment = Comment(gettext(_EXAMPLE), SHEET)


def _explain(sheet: Worksheet) -> None:
    sheet.append([gettext(word) for word in _EXPLAINED])
    for cell in sheet[1]:
        cell.font, cell.fill = Font(bold=True), _SHADE
    for column in COLUMNS:
        offered = column.offered().offered() if column.offered else ""
        needed = gettext("是") if column.is_required else ""
        sheet.append([column.label, column.name, needed, gettext(column.about), offered])
    for letter, width in zip("ABCDE", (18, 20, 8, 70, 60), strict=True):
        sheet.column_dimensions[letter].width = width
    for row in sheet.iter_rows(min_row=2):
        for cell in row:
            cell.alignment = Alignment(vertical="top", wrap_text=True)


def _offer(sheet: Worksheet, choices: Worksheet) -> None:
    """Put each list on the hidden sheet, and let the cells of its column choose from it."""
    place = 0
    for number, column in enumerate(COLUMNS, start=1):
        offered = _offered(column)
        if not offered:
            continue
        place += 1
        for row, word in enumerate((column.label, *offered), start=1):
            choices.cell(row=row, column=place, value=word)
        letter = get_column_letter(place)
        cells = f"{quote_sheetname(CHOICES)}!${letter}$2:${letter}${len(offered) + 1}"
        # Where several words may stand in one cell the list only offers; elsewhere nothing else is taken.
        check = DataValidation(type="list", formula1=cells, allow_blank=True, showErrorMessage=column.is_closed)
        check.error = gettext(_NOT_OFFERED)
        check.promptTitle, check.prompt = column.label[:32], gettext(column.about)[:255]
        check.showInputMessage = True
        check.add(f"{get_column_letter(number)}2:{get_column_letter(number)}{MOST_UPLOADED_ROWS + 1}")
        sheet.add_data_validation(check)


def _offered(column: Column) -> Sequence[str]:
    if column.name == "leads":
        return words.named_bodies()
    return tuple(column.offered().labels.values()) if column.offered else ()
