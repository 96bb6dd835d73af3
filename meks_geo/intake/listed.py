"""The list of all problems as the first sheet of a workbook, each with a link to its cell."""

from collections.abc import Mapping, Sequence

from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from meks_geo import i18n
from meks_geo.intake import findings
from meks_geo.intake.findings import COLOURS, MAX_LISTED, WIDTHS, Finding
from meks_geo.vocabulary import Lang

_ACCENT, _PALE, _BLUE = "FF00708A", "FFD9EDF2", "FF0563C1"
_ROW = 3  # column of the row number, which is the link
_TOP = Alignment(wrap_text=True, vertical="top")


def own_lists(book: Workbook) -> list[str]:
    """Return the sheets that an earlier copy added: their name stands in their first cell."""
    titles = _titles()
    return [s.title for s in book.worksheets if s.title in titles and s["A1"].value == s.title]


def _titles() -> tuple[str, ...]:
    return tuple(i18n.text(lang, "sheet.verdict") for lang in Lang)


def write(
    book: Workbook,
    lines: Sequence[str],
    found: Sequence[Finding],
    places: Mapping[int, tuple[str, tuple[int, int]]],
    lang: str,
) -> None:
    """Put the list first and show it.

    Parameters
    ----------
    book
        The workbook; it is changed.
    lines
        What stands above the list.
    found
        The problems.
    places
        Name of sheet, row and column of each problem that has a cell, by its position in `found`.
    lang
        `kk`, `ru` or `en`.
    """
    taken = {name.casefold() for name in book.sheetnames}
    names = (i18n.text(lang, "sheet.verdict"), *_titles(), "verdict")
    name = next((one for one in names if one.casefold() not in taken), names[0])
    sheet: Worksheet = book.create_sheet(name, 0)
    for position, width in enumerate(WIDTHS, start=1):
        sheet.column_dimensions[get_column_letter(position)].width = width
    _put(sheet, 1, 1, sheet.title).font = Font(bold=True, size=16, color=_ACCENT)
    for row, line in enumerate(lines, start=2):
        _put(sheet, row, 1, line)
    row = len(lines) + 2
    for severity, colour in COLOURS.items():
        legend = _put(sheet, row, 1, i18n.text(lang, f"referee.legend_{severity}"))
        legend.fill = PatternFill("solid", start_color=colour)
        row += 1
    for position, head in enumerate(findings.heads(lang), start=1):
        cell = _put(sheet, row + 1, position, head)
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", start_color=_PALE)
    sheet.freeze_panes = sheet.cell(row + 2, 1)
    for number, one in enumerate(found[:MAX_LISTED]):
        _write_finding(sheet, row + 2 + number, one, places.get(number))
    _show_first(book)


def _write_finding(
    sheet: Worksheet, row: int, one: Finding, place: tuple[str, tuple[int, int]] | None
) -> None:
    for position, content in enumerate(findings.cells(one), start=1):
        _put(sheet, row, position, content).alignment = _TOP
    sheet.cell(row, 1).fill = PatternFill("solid", start_color=COLOURS[one.problem.severity])
    if place is None:
        return
    name, (to_row, to_column) = place
    cell = sheet.cell(row, _ROW)
    if cell.value is None:
        cell.value = to_row
    target = f"{get_column_letter(to_column)}{to_row}"
    quoted = name.replace("'", "''")
    cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"'{quoted}'!{target}")
    cell.font = Font(color=_BLUE, underline="single")


def _put(sheet: Worksheet, row: int, position: int, content: str | int) -> Cell:
    """Write a number or a text; a text is never taken for a formula."""
    cell = sheet.cell(row, position)
    if content != "":
        cell.value = content
    if isinstance(content, str):
        cell.data_type = "s"
    return cell


def _show_first(book: Workbook) -> None:
    """Open the workbook on its first sheet; of sheets selected together, all would be edited."""
    book.active = 0
    for sheet in book.worksheets:
        sheet.sheet_view.tabSelected = sheet is book.worksheets[0]
    for chart in book.chartsheets:
        for view in chart.sheetViews.sheetView:
            view.tabSelected = False
