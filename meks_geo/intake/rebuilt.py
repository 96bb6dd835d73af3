"""A workbook made anew from what was read, in the layout of the file, its faulty cells marked."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from io import BytesIO

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from meks_geo import i18n
from meks_geo.intake import findings
from meks_geo.intake.findings import COLOURS, MAX_LISTED, MAX_NOTES, WIDTHS, Finding
from meks_geo.intake.model import RawFile, RawTable, Verdict
from meks_geo.vocabulary import Lang

_AUTHOR = "MEKS Geo"
_LAST_ROW = 1_048_575
_MAX_CELL = 32_767
_STREAM_CELLS = 300_000
_NAME_LETTERS = 31
_NUMBER = re.compile(r"-?(0|[1-9]\d{0,14})(\.\d{1,14})?")
_BAD_NAME = re.compile(r"[\[\]:*?/\\\x00-\x1f]+")
_WIDTH = 18
_NOTE_WIDTH, _NOTE_LINE, _NOTE_CHARS = 340, 18, 48

#: Findings by row and column of their cell, both from 0.
_Marks = Mapping[tuple[int, int], Sequence[Finding]]


@dataclass(frozen=True)
class Layout:
    """How the tables of a file are laid out: names of the sheets, and columns of numbers."""

    names: tuple[str, ...]
    numeric: tuple[frozenset[int], ...]


def rebuild(
    raw: RawFile,
    verdict: Verdict,
    found: Sequence[Finding],
    *,
    layout: Layout,
    lost: Sequence[str],
    lang: str,
) -> tuple[bytes, tuple[str, ...]]:
    """Return a new workbook with the rows where they were, and what could not be kept.

    Parameters
    ----------
    raw
        The file as it was read; geometry is left out.
    verdict, found
        What the check says of it, and its problems in their places.
    layout
        Names and numeric columns of the tables.
    lost
        What is known not to be kept.
    lang
        Language of notes and of the list of problems.
    """
    lost = (*lost, *_losses(raw))
    size = sum(len(one) * len(one.header) for one in raw.tables)
    options = {
        "in_memory": True,
        "constant_memory": size > _STREAM_CELLS,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    content = BytesIO()
    with xlsxwriter.Workbook(content, options) as book:
        names = _free_names(layout.names)
        marks = [_marks(found, at) for at in range(len(raw.tables))]
        lines = findings.opening(verdict, found, lost, lang, places=sum(map(len, marks)))
        _write_list(book, lines, found, names, lang)
        left = MAX_NOTES
        for table, name, places, numeric in zip(
            raw.tables, names, marks, layout.numeric, strict=True
        ):
            sheet: Worksheet = book.add_worksheet(name)
            _write_table(book, sheet, table, places, numeric)
            left = _write_notes(sheet, places, lang, left)
    return content.getvalue(), lost


def _losses(raw: RawFile) -> list[str]:
    lost = []
    if any(len(one) and one.numbers[-1] > _LAST_ROW + 1 for one in raw.tables):
        lost.append("referee.lost_rows")
    columns = (column for one in raw.tables for column in one.columns)
    if any(len(cell) > _MAX_CELL for column in columns for cell in set(column)):
        lost.append("referee.lost_long")
    return lost


def _free_names(names: Sequence[str]) -> list[str]:
    """Return names that a workbook allows, each once, none of them that of the list."""
    taken = {i18n.text(lang, "sheet.verdict").casefold() for lang in Lang} | {"history"}
    free = []
    for name in names:
        base = _BAD_NAME.sub(" ", name).strip(" '")[:_NAME_LETTERS].strip(" '") or "1"
        one, number = base, 2
        while one.casefold() in taken:
            one = f"{base[: _NAME_LETTERS - 5]} {number}"
            number += 1
        taken.add(one.casefold())
        free.append(one)
    return free


def _marks(found: Sequence[Finding], sheet: int) -> _Marks:
    marks: dict[tuple[int, int], list[Finding]] = defaultdict(list)
    for one in found:
        if one.sheet == sheet:
            marks[_cell(one)].append(one)
    return marks


def _cell(one: Finding) -> tuple[int, int]:
    """Return row and column from 0: the header without a row, the first column without one."""
    return (one.row or 1) - 1, one.position or 0


def _write_table(
    book: Workbook, sheet: Worksheet, table: RawTable, marks: _Marks, numeric: frozenset[int]
) -> None:
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, max(len(table.header) - 1, 0), _WIDTH)
    fills = {name: book.add_format({"bg_color": f"#{one}"}) for name, one in COLOURS.items()}
    heads = {
        name: book.add_format({"bold": True, "bg_color": f"#{c}"}) for name, c in COLOURS.items()
    }
    bold = book.add_format({"bold": True})
    for position, name in enumerate(table.header):
        look = heads[findings.worst(marks[0, position])] if (0, position) in marks else bold
        sheet.write_string(0, position, name[:_MAX_CELL], look)
    for at, number in enumerate(table.numbers.tolist()):
        row = number - 1
        if row > _LAST_ROW:
            break
        for position, column in enumerate(table.columns):
            here = marks.get((row, position))
            look = fills[findings.worst(here)] if here else None
            _write_cell(sheet, (row, position), column[at], look, position in numeric)


def _write_cell(
    sheet: Worksheet, place: tuple[int, int], text: str, look: Format | None, numeric: bool
) -> None:
    if not text:
        if look is not None:
            sheet.write_blank(*place, None, look)
    elif numeric and _NUMBER.fullmatch(text):
        sheet.write_number(*place, float(text), look)
    else:
        sheet.write_string(*place, text[:_MAX_CELL], look)


def _write_notes(sheet: Worksheet, marks: _Marks, lang: str, left: int) -> int:
    """Put notes on the marked cells; return how many may still be put."""
    for (row, position), ones in list(marks.items())[:left]:
        text = findings.note(ones, lang)
        lines = sum(1 + len(line) // _NOTE_CHARS for line in text.split("\n"))
        size = {"width": _NOTE_WIDTH, "height": _NOTE_LINE * (lines + 1)}
        if row <= _LAST_ROW:
            sheet.write_comment(row, position, text, {"author": _AUTHOR, **size})
    return max(left - len(marks), 0)


def _write_list(
    book: Workbook, lines: Sequence[str], found: Sequence[Finding], names: Sequence[str], lang: str
) -> None:
    """Write the list of all problems, each with a link to its cell."""
    title = i18n.text(lang, "sheet.verdict")
    sheet: Worksheet = book.add_worksheet(title)
    for position, width in enumerate(WIDTHS):
        sheet.set_column(position, position, width)
    sheet.write_string(
        0, 0, title, book.add_format({"bold": True, "font_size": 16, "font_color": "#00708a"})
    )
    row = 1
    for row, line in enumerate(lines, start=1):
        sheet.write_string(row, 0, line)
    fills = {name: book.add_format({"bg_color": f"#{one}"}) for name, one in COLOURS.items()}
    for severity, look in fills.items():
        row += 1
        sheet.write_string(row, 0, i18n.text(lang, f"referee.legend_{severity}"), look)
    row += 2
    head = book.add_format({"bold": True, "bg_color": "#d9edf2"})
    for position, text in enumerate(findings.heads(lang)):
        sheet.write_string(row, position, text, head)
    sheet.freeze_panes(row + 1, 0)
    looks = {"top": book.add_format({"text_wrap": True, "valign": "top"})}
    looks["link"] = book.get_default_url_format()
    for number, one in enumerate(found[:MAX_LISTED], start=row + 1):
        _write_finding(sheet, number, one, names, {**looks, **fills})


def _write_finding(
    sheet: Worksheet, row: int, one: Finding, names: Sequence[str], looks: Mapping[str, Format]
) -> None:
    if one.sheet is not None:
        one = replace(one, table=names[one.sheet])
    for position, content in enumerate(findings.cells(one)):
        look = looks[one.problem.severity] if position == 0 else looks["top"]
        if isinstance(content, int) and one.sheet is not None:
            quoted = names[one.sheet].replace("'", "''")
            target = f"internal:'{quoted}'!{xl_rowcol_to_cell(*_cell(one))}"
            sheet.write_url(row, position, target, looks["link"], string=str(content))
        elif isinstance(content, int):
            sheet.write_number(row, position, content, look)
        else:
            sheet.write_string(row, position, content, look)
