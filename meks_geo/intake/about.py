"""The first sheet of the template: how to fill it in, its columns, an example, the lists."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from meks_geo import i18n
from meks_geo.intake import guide
from meks_geo.intake.prefill import Cell, Prefilled, intake_columns
from meks_geo.model import Dataset, Schema
from meks_geo.vocabulary import COUNTRY, LISTS, REGIONS

_WIDTHS = (34, 22, 13, 66, 11, 52, 44)
_TEXT_CHARS = 215  # that fit on one line across all columns
_CELL_CHARS = tuple(enumerate(_WIDTHS))
_LINE_POINTS = 15
_ACCENT, _PALE = "#00708a", "#d9edf2"
_MAX_IDS = 40

_STEPS = ("correct", "networks", "sheets", "empty", "headers", "lists", "bounds", "ids")
_CHECKS = ("values", "geometry", "references", "record", "result")


@dataclass(frozen=True)
class Line:
    """One row of the sheet: `look` is `title`, `heading`, `text`, `head` or `row`."""

    look: str
    cells: tuple[Cell, ...] = ()


def lines(
    data: Dataset,
    schemas: Mapping[str, Schema],
    filled: Mapping[str, Prefilled],
    *,
    lang: str,
    title: str,
    today: date,
) -> list[Line]:
    """Return the rows of the sheet in a language, from the top down."""
    day = i18n.date(lang, today)
    prefilled = i18n.text(lang, "template.prefilled", revision=data.revision[:12], date=day)
    found = [Line("title", (title,)), Line("text", (prefilled,)), Line("row")]
    found += _section(lang, "template.about_steps", [f"template.step_{one}" for one in _STEPS])
    found += _section(lang, "template.about_checks", [f"template.check_{one}" for one in _CHECKS])
    found += [*_tables(lang, filled), Line("row")]
    for table in guide.TABLES:
        found += [*_columns(lang, data, schemas[table]), Line("row")]
    return [*found, *_lists(lang, data, schemas)]


def _section(lang: str, heading: str, keys: list[str]) -> list[Line]:
    texts = [
        Line("text", (f"{number}. {i18n.text(lang, key)}",))
        for number, key in enumerate(keys, start=1)
    ]
    return [Line("heading", (i18n.text(lang, heading),)), *texts, Line("row")]


def _heads(lang: str, *names: str) -> Line:
    return Line("head", tuple(i18n.text(lang, f"template.head_{name}") for name in names))


def _tables(lang: str, filled: Mapping[str, Prefilled]) -> Iterator[Line]:
    """Yield how many rows of each table are filled in, and which are not and why."""
    yield Line("heading", (i18n.text(lang, "template.about_tables"),))
    yield _heads(lang, "sheet", "rows")
    for table, one in filled.items():
        yield Line("row", (i18n.text(lang, f"sheet.{table}"), float(len(one.rows))))
    for table, one in filled.items():
        sheet = i18n.text(lang, f"sheet.{table}")
        where = f"{i18n.text(lang, 'template.head_left_out')}, {sheet}"
        if one.left_out:
            count = i18n.number(lang, one.left_out)
            yield Line("text", (f"{where}. {i18n.text(lang, 'template.too_many', count=count)}",))
        if one.incomplete:
            ids = ", ".join(one.incomplete[:_MAX_IDS]) + ("…" * (len(one.incomplete) > _MAX_IDS))
            yield Line("text", (f"{where}. {i18n.text(lang, 'template.incomplete', ids=ids)}",))


def _columns(lang: str, data: Dataset, schema: Schema) -> Iterator[Line]:
    """Yield what each column of a table holds, with the example row beside it."""
    table = i18n.text(lang, f"sheet.{schema.table}")
    yield Line("heading", (i18n.text(lang, "template.about_columns", table=table),))
    yield _heads(lang, "column", "code", "required", "note", "unit", "allowed", "example")
    row = guide.example(lang, schema)
    for column in intake_columns(schema):
        needed = i18n.text(lang, "template.yes" if column.required else "template.no")
        yield Line(
            "row",
            (
                i18n.text(lang, f"column.{column.name}"),
                column.name,
                needed,
                guide.describe(lang, column),
                guide.unit(lang, column),
                guide.allowed(lang, column),
                guide.shown(lang, data, column, row[column.name]),
            ),
        )


def _lists(lang: str, data: Dataset, schemas: Mapping[str, Schema]) -> Iterator[Line]:
    """Yield every value of the lists that the tables use, with its code."""
    yield Line("heading", (i18n.text(lang, "template.about_lists"),))
    yield _heads(lang, "list", "allowed", "code")
    for name, column in guide.used_lists(schemas).items():
        shown = i18n.text(lang, f"column.{column}")
        for code in LISTS[name]:
            yield Line("row", (shown, i18n.label(lang, name, code), code))
    for region in (*REGIONS, COUNTRY):
        label = guide.region_label(lang, data, region)
        yield Line("row", (i18n.text(lang, "column.region"), label, region))


def write(book: Workbook, lang: str, found: list[Line]) -> None:
    """Add the sheet to a workbook, as its next sheet."""
    sheet: Worksheet = book.add_worksheet(i18n.text(lang, "sheet.about"))
    sheet.hide_gridlines(2)
    for position, width in enumerate(_WIDTHS):
        sheet.set_column(position, position, width)
    cell = {"text_wrap": True, "valign": "top"}
    looks = {
        "title": book.add_format({"bold": True, "font_size": 16, "font_color": _ACCENT}),
        "heading": book.add_format({"bold": True, "font_size": 12, "font_color": _ACCENT}),
        "head": book.add_format({**cell, "bold": True, "bg_color": _PALE, "bottom": 1}),
        "text": book.add_format(cell),
        "row": book.add_format({**cell, "align": "left"}),
    }
    for number, line in enumerate(found):
        sheet.set_row(number, _height(line))
        if line.look == "text":
            sheet.merge_range(number, 0, number, len(_WIDTHS) - 1, "", looks["text"])
        for position, content in enumerate(line.cells):
            _write_cell(sheet, number, position, content, looks[line.look])


def _write_cell(sheet: Worksheet, row: int, position: int, content: Cell, look: Format) -> None:
    if isinstance(content, float):
        sheet.write_number(row, position, content, look)
    else:
        sheet.write_string(row, position, content, look)


def _height(line: Line) -> float:
    """Return the height of a row in points; programs do not fit merged cells by themselves."""
    if line.look == "title":
        return 24
    if line.look == "text":
        return _LINE_POINTS * (1 + len(str(line.cells[0])) // _TEXT_CHARS)
    wrapped = (
        1 + len(str(line.cells[position])) // chars
        for position, chars in _CELL_CHARS
        if position < len(line.cells)
    )
    return _LINE_POINTS * max(wrapped, default=1)
