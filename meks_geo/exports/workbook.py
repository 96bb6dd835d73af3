"""The tables of a view as a workbook: typed columns, units in the headers, a cover with sources.

Its sheets are those of a file that comes in, so it can be corrected and sent back; the cover has
the name of the first sheet of a template, which the intake passes over.
"""

from collections.abc import Sequence
from datetime import date, datetime
from io import BytesIO

import shapely
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from meks_geo import i18n, queries
from meks_geo.errors import InputError, Problem
from meks_geo.exports import passport, plantables, tables
from meks_geo.exports.cells import Cell
from meks_geo.exports.passport import Passport
from meks_geo.exports.plangrid import Grid, Head
from meks_geo.exports.tables import Table
from meks_geo.model import Column, Dataset
from meks_geo.planning.saved import SavedPlan
from meks_geo.progress import Progress, part, silent
from meks_geo.view import View

AUTHOR = "MEKS Geo"

#: What one sheet and one cell of a workbook can hold.
_MOST_ROWS, _MOST_CHARS = 1_000_000, 32_767
_STREAM_ROWS, _REPORT_ROWS = 20_000, 2_000
_A4, _MOST_HEADER = 9, 200
_WHOLE_DAY = 10  # letters of 2026-04-08

_ACCENT, _PALE, _ADDED = "#00708a", "#d9edf2", "#eef1f3"
_LINE = "#9aa5ae"
_WIDTHS = {"id": 26, "ref": 24, "refs": 26, "code": 16, "date": 13, "url": 30, "geometry": 40}
_NAME_WIDTH, _TEXT_WIDTH, _NUMBER_WIDTH = 38, 26, 14
_COVER_WIDTHS = (30, 60, 30, 60, 13)
_GEOMETRY = Column("geometry", "geometry", "", True, "", "identity", True)


class _Looks:
    """The formats of a workbook."""

    def __init__(self, book: Workbook) -> None:
        head = {"bold": True, "text_wrap": True, "valign": "vcenter", "border": 1}
        head["border_color"] = _LINE
        white = {**head, "bg_color": _ACCENT, "font_color": "#ffffff"}
        self.required: Format = book.add_format(white)
        self.optional: Format = book.add_format({**head, "bg_color": _PALE})
        self.added: Format = book.add_format({**head, "bg_color": _ADDED, "italic": True})
        self.text: Format = book.add_format({"num_format": "@", "valign": "top"})
        self.wrapped: Format = book.add_format({"text_wrap": True, "valign": "top"})
        self.number: Format = book.add_format({"valign": "top"})
        self.year: Format = book.add_format({"num_format": "0", "valign": "top"})
        self.day: Format = book.add_format({"num_format": "yyyy-mm-dd", "valign": "top"})
        self.title: Format = book.add_format(
            {"bold": True, "font_size": 16, "font_color": _ACCENT, "valign": "top"}
        )
        self.label: Format = book.add_format({"bold": True, "valign": "top"})

    def of(self, column: Column) -> Format:
        """Return how the cells of a column look."""
        if column.type == "integer":
            return self.year
        return self.number if column.type in ("number", "bound") else self.text


def write(
    data: Dataset,
    view: View,
    *,
    stamp: str = "",
    progress: Progress = silent,
    names: Sequence[str] = tables.TABLES,
    plan: SavedPlan | None = None,
) -> bytes:
    """Return the tables of a view as XLSX; the same bytes for the same arguments.

    Parameters
    ----------
    names
        Which of `tables.TABLES` go in, in their order.
    plan
        The saved plan of the view; its tables stand on sheets of their own, which the intake
        passes over.

    Returns
    -------
    content
        The cover with what the file says of itself and the sources, then one sheet a table that has
        rows. Whole days are dates, partial ones and bounds such as `>80` are text; there is no
        formula and no link in it.

    Raises
    ------
    InputError
        `too-large` if a table has more rows, or a line more points, than a sheet can hold.
    """
    selection = queries.select(data, view)
    found = [tables.table(data, selection, name) for name in names]
    found = [one for one in found if len(one)]
    figures = tables.table(data, selection, "figures")
    used = tables.used_sources(data, [*found, figures])
    _check_sizes(found)
    progress("rows", 0.3)
    said = passport.of(data, selection, stamp=stamp, plan=plan)
    buffer = BytesIO()
    options = {
        "in_memory": True,
        "constant_memory": max(map(len, found), default=0) > _STREAM_ROWS,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(buffer, options) as book:
        made_on = datetime(view.at.year, view.at.month, view.at.day)  # noqa: DTZ001 - no clock
        book.set_properties(
            {
                "title": said.title,
                "author": AUTHOR,
                "subject": f"{said.as_of} · {said.revision}",
                "comments": said.link,
                "category": said.stamp,
                "created": made_on,
            }
        )
        looks = _Looks(book)
        _write_cover(book, said, used, looks)
        for number, one in enumerate(found):
            share = 0.3 + 0.6 * number / len(found)
            step = part(progress, share, share + 0.6 / len(found))
            _write_table(book, one, looks, said=said, progress=step)
        for grid in plantables.of(data, plan, view.lang, view) if plan else ():
            _write_grid(book, grid, looks, said)
    progress("done", 1.0)
    return buffer.getvalue()


def _check_sizes(found: Sequence[Table]) -> None:
    """Refuse what a workbook cannot hold, before anything is written."""
    for one in found:
        if len(one) > _MOST_ROWS:
            raise InputError([Problem("too-large", f"{one.name}.xlsx", value=str(len(one)))])


def _write_cover(book: Workbook, said: Passport, used: Table, looks: _Looks) -> None:
    """Write what the file says of itself, and the sources that its cells name."""
    lang = said.lang
    sheet: Worksheet = book.add_worksheet(i18n.text(lang, "sheet.about"))
    sheet.hide_gridlines(2)
    for position, width in enumerate(_COVER_WIDTHS):
        sheet.set_column(position, position, width)
    sheet.write_string(0, 0, i18n.text(lang, "app.title"), looks.title)
    sheet.set_row(0, 24)
    row = 2
    for label, value in said.rows():
        sheet.write_string(row, 0, label, looks.label)
        sheet.write_string(row, 1, value, looks.wrapped)
        row += 1
    for key in ("files.about_edit", "files.about_added"):
        row += 1
        sheet.write_string(row, 1, i18n.text(lang, key), looks.wrapped)
    row += 2
    sheet.write_string(row, 0, i18n.text(lang, "sheet.sources"), looks.title)
    sheet.set_row(row, 24)
    names = ("source_id", "title", "publisher", "url", "date")
    for position, name in enumerate(names):
        sheet.write_string(row + 1, position, i18n.text(lang, f"column.{name}"), looks.optional)
    for number, source in enumerate(used.rows, start=row + 2):
        for position, name in enumerate(names):
            sheet.write_string(number, position, str(source[name] or ""), looks.wrapped)


def _write_table(
    book: Workbook, found: Table, looks: _Looks, *, said: Passport, progress: Progress
) -> None:
    """Write a table as a sheet with a frozen header and a filter."""
    lang = said.lang
    sheet: Worksheet = book.add_worksheet(i18n.text(lang, f"sheet.{found.name}"))
    _for_print(sheet, said)
    columns = [*found.columns, *([_GEOMETRY] if found.name == "networks" else [])]
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, len(found), len(columns) - 1)
    sheet.set_row(0, 48)
    sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
    for position, column in enumerate(columns):
        sheet.set_column(position, position, _width(column), looks.of(column))
        look = looks.required if column.required else looks.optional
        look = look if column.intake else looks.added
        sheet.write_string(0, position, tables.label(lang, column), look)
    shapes = _wkt(found) if found.name == "networks" else []
    for number, row in enumerate(found.rows, start=1):
        for position, column in enumerate(found.columns):
            _write_cell(sheet, number, position, row[column.name], column, looks)
        if shapes:
            sheet.write_string(number, len(columns) - 1, shapes[number - 1], looks.text)
        if number % _REPORT_ROWS == 0:
            progress("write", number / len(found))


def _write_grid(book: Workbook, grid: Grid, looks: _Looks, said: Passport) -> None:
    """Write a table of a plan as a sheet with a frozen header and a filter."""
    sheet: Worksheet = book.add_worksheet(i18n.text(said.lang, f"sheet.{grid.name}"))
    _for_print(sheet, said)
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, len(grid.rows), len(grid.heads) - 1)
    sheet.set_row(0, 48)
    for position, head in enumerate(grid.heads):
        width = _NAME_WIDTH if head.digits is None and head.share > 1 else _NUMBER_WIDTH
        sheet.set_column(position, position, width, looks.text if head.digits is None else None)
        sheet.write_string(0, position, head.title, looks.added)
    for number, row in enumerate(grid.rows, start=1):
        for position, (head, cell) in enumerate(zip(grid.heads, row, strict=True)):
            if isinstance(cell, str):
                sheet.write_string(number, position, cell[:_MOST_CHARS], looks.text)
            elif cell is not None:
                sheet.write_number(number, position, cell, _grid_look(head, looks))


def _grid_look(head: Head, looks: _Looks) -> Format:
    return looks.number if head.grouped else looks.year


def _for_print(sheet: Worksheet, said: Passport) -> None:
    """Let a sheet that is printed say what it is of, and repeat its headers."""
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    if said.stamp:
        sheet.set_header(f"&R{_printed(said.stamp)}")
    sheet.set_footer(f"&L{said.as_of} · {said.revision}&R&P / &N")


def _printed(text: str) -> str:
    """Return a text for the head of a page, where `&` begins a command."""
    return text.replace("&", "&&")[:_MOST_HEADER]


def _write_cell(  # a cell, its place and its look belong together
    sheet: Worksheet, row: int, position: int, cell: Cell, column: Column, looks: _Looks
) -> None:
    if cell is None:
        return
    if isinstance(cell, int | float):
        sheet.write_number(row, position, cell, looks.of(column))
    elif column.type == "date" and len(cell) == _WHOLE_DAY:
        sheet.write_datetime(row, position, date.fromisoformat(cell), looks.day)
    else:
        sheet.write_string(row, position, cell[:_MOST_CHARS], looks.of(column))


def _wkt(found: Table) -> list[str]:
    texts: list[str] = shapely.to_wkt(found.geometry, rounding_precision=-1).tolist()
    longest = max(map(len, texts))
    if longest > _MOST_CHARS:
        raise InputError([Problem("too-large", f"{found.name}.xlsx", value=str(longest))])
    return texts


def _width(column: Column) -> int:
    if column.name.startswith("name_"):
        return _NAME_WIDTH
    return _WIDTHS.get(column.type, _TEXT_WIDTH if column.type == "text" else _NUMBER_WIDTH)
