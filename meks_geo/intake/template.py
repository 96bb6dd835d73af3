"""The workbook that a region fills in: one sheet a table, what the map knows filled in already."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from io import BytesIO

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from meks_geo import i18n
from meks_geo.intake import about, guide, prefill
from meks_geo.intake.prefill import Cell, Prefilled, intake_columns
from meks_geo.intake.rules import LAST_ROW, rule
from meks_geo.model import Column, Dataset, Schema
from meks_geo.vocabulary import COUNTRY, LISTS, REGIONS

#: Name under which notes are signed.
AUTHOR = "MEKS Geo"

#: More rows than this are written one by one, in bounded memory.
_STREAM_ROWS = 20_000

_OWN_REGIONS = "meks_regions_without_country"
_ACCENT, _PALE, _LINE = "#00708a", "#d9edf2", "#9aa5ae"
_TEXT_TYPES = frozenset({"id", "text", "code", "ref", "refs", "date", "url", "geometry", "bin"})
_WIDTHS = {"id": 26, "ref": 26, "refs": 28, "code": 22, "date": 15, "url": 34, "geometry": 60}
_NAME_WIDTH, _TEXT_WIDTH, _NUMBER_WIDTH = 38, 28, 15
_NOTE_WIDTH_PX, _NOTE_LINE_PX, _NOTE_LINE_CHARS = 320, 17, 46


@dataclass(frozen=True)
class _Looks:
    required: Format
    optional: Format
    text: Format
    number: Format


def workbook(
    data: Dataset, schemas: Mapping[str, Schema], *, lang: str, region: str = "", today: date
) -> bytes:
    """Return a workbook to be filled in, as XLSX.

    Parameters
    ----------
    data
        Map of record; what it holds is filled in as of `today`, and it is not changed.
    schemas
        Of `guide.TABLES` at least, by table name.
    lang
        `kk`, `ru` or `en`: language of headers, labels, notes and instructions.
    region
        Code of the region whose objects are filled in; "" for the whole country.
    today
        Day as of which values are true.

    Returns
    -------
    content
        The same bytes for the same arguments. Its notes, lists and limits help to fill it in; it
        holds no formula and no protection.

    Raises
    ------
    UnknownSubjectError
        If the map of record has no such region.
    """
    filled = {
        table: prefill.table(data, schemas[table], region=region, today=today)
        for table in guide.TABLES
    }
    buffer = BytesIO()
    options = {
        "in_memory": True,
        "constant_memory": max(len(one.rows) for one in filled.values()) > _STREAM_ROWS,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(buffer, options) as book:
        made_on = datetime(today.year, today.month, today.day, tzinfo=UTC).replace(tzinfo=None)
        title = i18n.text(
            lang, "template.title", region=guide.region_label(lang, data, region or COUNTRY)
        )
        book.set_properties({"title": title, "author": AUTHOR, "created": made_on})
        about.write(
            book, lang, about.lines(data, schemas, filled, lang=lang, title=title, today=today)
        )
        looks = _looks(book)
        lists = _List(lang, data, schemas)
        for table in guide.TABLES:
            _write_table(book, schemas[table], filled[table], looks, lists)
        _write_lists(book, lists)
        lists.name_ranges(book)
    return buffer.getvalue()


class _List:
    """The labels of the closed lists in one language, and where the hidden sheet has them."""

    def __init__(self, lang: str, data: Dataset, schemas: Mapping[str, Schema]) -> None:
        self.lang = lang
        self.data = data
        self.sheet = i18n.text(lang, "sheet.lists")
        regions = [guide.region_label(lang, data, one) for one in (*REGIONS, COUNTRY)]
        self.labels = {"regions": regions} | {
            name: [i18n.label(lang, name, code) for code in LISTS[name]]
            for name in guide.used_lists(schemas)
        }

    def name_ranges(self, book: Workbook) -> None:
        """Name the ranges: programs keep a list of another sheet better by name than by range."""
        for position, (name, labels) in enumerate(self.labels.items()):
            letter, last = xl_col_to_name(position), len(labels) + 1
            book.define_name(_range_name(name), f"='{self.sheet}'!${letter}$2:${letter}${last}")
        letter = xl_col_to_name(list(self.labels).index("regions"))
        own = f"='{self.sheet}'!${letter}$2:${letter}${len(REGIONS) + 1}"
        book.define_name(_OWN_REGIONS, own)
        for table in guide.TABLES:
            sheet = i18n.text(self.lang, f"sheet.{table}")
            book.define_name(_range_name(table), f"='{sheet}'!$A$2:$A${LAST_ROW + 1}")

    def source(self, table: str, column: Column) -> str:
        """Return the range that a drop-down list offers; "" for a column without one."""
        if column.vocabulary == "regions" and table not in guide.COUNTRYWIDE:
            return f"={_OWN_REGIONS}"
        known = column.vocabulary in self.labels or column.vocabulary in guide.TABLES
        return f"={_range_name(column.vocabulary)}" if known and column.type != "refs" else ""


def _range_name(name: str) -> str:
    return f"meks_{name.replace('-', '_')}"


def _looks(book: Workbook) -> _Looks:
    head = {"bold": True, "text_wrap": True, "valign": "vcenter", "border": 1}
    head["border_color"] = _LINE
    return _Looks(
        required=book.add_format({**head, "bg_color": _ACCENT, "font_color": "#ffffff"}),
        optional=book.add_format({**head, "bg_color": _PALE}),
        text=book.add_format({"num_format": "@", "valign": "top"}),
        number=book.add_format({"valign": "top"}),
    )


def _write_table(
    book: Workbook, schema: Schema, filled: Prefilled, looks: _Looks, lists: _List
) -> None:
    """Write the sheet of a table: header, notes, rules of each column, and the rows known."""
    lang = lists.lang
    sheet: Worksheet = book.add_worksheet(i18n.text(lang, f"sheet.{schema.table}"))
    sheet.freeze_panes(1, 1)
    sheet.set_row(0, 48)
    sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{LAST_ROW + 1}"})
    columns = intake_columns(schema)
    styles = [looks.text if c.type in _TEXT_TYPES else looks.number for c in columns]
    for position, (column, style) in enumerate(zip(columns, styles, strict=True)):
        sheet.set_column(position, position, _width(column), style)
        look = looks.required if column.required else looks.optional
        sheet.write_string(0, position, guide.header(lang, column), look)
        _write_note(sheet, position, guide.note(lang, column))
        source = lists.source(schema.table, column)
        sheet.data_validation(1, position, LAST_ROW, position, rule(lang, column, position, source))
    shown = [_shown(lists, column, filled) for column in columns]
    for number, row in enumerate(filled.rows, start=1):
        for position, (column, style) in enumerate(zip(columns, styles, strict=True)):
            _write_cell(sheet, number, position, shown[position](row[column.name]), style)


def _shown(lists: _List, column: Column, filled: Prefilled) -> Callable[[Cell], Cell]:
    """Return how the cells of a column are shown; each code is looked up once."""
    if not guide.is_closed(column):
        return lambda cell: cell
    known = {row[column.name] for row in filled.rows}
    labels = {one: guide.shown(lists.lang, lists.data, column, one) for one in known}
    return labels.__getitem__


def _write_cell(sheet: Worksheet, row: int, position: int, cell: Cell, style: Format) -> None:
    if isinstance(cell, float):
        sheet.write_number(row, position, cell, style)
    elif cell:
        sheet.write_string(row, position, cell, style)


def _write_note(sheet: Worksheet, position: int, note: str) -> None:
    lines = sum(1 + len(line) // _NOTE_LINE_CHARS for line in note.split("\n"))
    size = {"width": _NOTE_WIDTH_PX, "height": _NOTE_LINE_PX * (lines + 1)}
    sheet.write_comment(0, position, note, {"author": AUTHOR, "font_size": 9, **size})


def _width(column: Column) -> int:
    if column.name.startswith("name_"):
        return _NAME_WIDTH
    return _WIDTHS.get(column.type, _TEXT_WIDTH if column.type == "text" else _NUMBER_WIDTH)


def _write_lists(book: Workbook, lists: _List) -> None:
    """Write the labels that the drop-down lists offer, one list a column, on a hidden sheet."""
    sheet: Worksheet = book.add_worksheet(lists.sheet)
    table = [[name, *labels] for name, labels in lists.labels.items()]
    for number in range(max(len(one) for one in table)):
        for position, one in enumerate(table):
            if number < len(one):
                sheet.write_string(number, position, one[number])
    sheet.hide()
