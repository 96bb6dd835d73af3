"""The sender's own workbook back: every cell as it was, the faulty ones coloured and annotated."""

import warnings
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from pathlib import Path

import openpyxl
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from meks_geo.intake import findings, listed
from meks_geo.intake.cells import as_text, clean
from meks_geo.intake.findings import COLOURS, MAX_NOTES, Finding
from meks_geo.intake.model import RawFile, Verdict

_AUTHOR = "MEKS Geo"
_MARK = f"— {_AUTHOR} —"
_NOTE_WIDTH, _NOTE_LINE, _NOTE_CHARS = 340, 18, 48
_BAD_DATE = "is marked as a date"

_Place = tuple[int, int]


def mark(
    path: Path,
    raw: RawFile,
    verdict: Verdict,
    found: Sequence[Finding],
    *,
    lost: Sequence[str],
    lang: str,
) -> tuple[bytes, tuple[str, ...]]:
    """Return a workbook with its faulty cells marked, and what could not be kept.

    Parameters
    ----------
    path
        The workbook as it was sent; only read.
    raw
        Its tables, as they were read.
    verdict, found
        What the check says of it, and its problems in their places.
    lost
        What is known not to be kept.
    lang
        Language of notes and of the list of problems.

    Returns
    -------
    content, lost
        An XLSX file, and `lost` with what was found on the way.
    """
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        book = openpyxl.load_workbook(path, rich_text=True)
        if any(_BAD_DATE in str(one.message) for one in said):
            lost = (*lost, "referee.lost_dates")
        for title in listed.own_lists(book):
            _take_marks_off(book)
            del book[title]
        for sheet in book.worksheets:
            _fit_notes(sheet)
        places = _places(book, raw, found)
        _mark_cells(book, places, found, lang)
        lines = findings.opening(verdict, found, lost, lang, places=len(set(places.values())))
        listed.write(book, lines, found, places, lang)
        content = BytesIO()
        book.save(content)
    return content.getvalue(), tuple(lost)


def _cells(sheet: Worksheet) -> Iterator[Cell]:
    """Yield the cells that exist; asking for rows would make the empty ones too."""
    return (one for one in list(sheet._cells.values()) if not isinstance(one, MergedCell))


def _take_marks_off(book: Workbook) -> None:
    """Remove colours and notes of an earlier copy."""
    ours = {f"{alpha}{one}" for one in COLOURS.values() for alpha in ("00", "FF")}
    for cell in (cell for sheet in book.worksheets for cell in _cells(sheet)):
        if cell.has_style and cell.fill.fill_type == "solid" and cell.fill.fgColor.rgb in ours:
            cell.fill = PatternFill()
        if cell.comment is not None and _MARK in cell.comment.text:
            before, author = cell.comment.text.partition(_MARK)[0].strip(), cell.comment.author
            cell.comment = Comment(before, author) if before else None


def _fit_notes(sheet: Worksheet) -> None:
    """Give each note the room that its text needs: sizes are not read."""
    for cell in _cells(sheet):
        if cell.comment is not None:
            _fit(cell.comment)


def _fit(note: Comment) -> None:
    lines = sum(1 + len(line) // _NOTE_CHARS for line in note.text.split("\n"))
    note.width, note.height = _NOTE_WIDTH, _NOTE_LINE * (lines + 1)


def _places(
    book: Workbook, raw: RawFile, found: Sequence[Finding]
) -> dict[int, tuple[str, _Place]]:
    """Return name of sheet, row and column of each finding that has a cell, by its position."""
    known = [one for one in raw.tables if one.name in book.sheetnames]
    headers = {one.name: _header(book[one.name], one.header) for one in known}
    merged = {one.name: _merged(book[one.name]) for one in known}
    places = {}
    for number, one in enumerate(found):
        name = raw.tables[one.sheet].name if one.sheet is not None else ""
        if name not in headers:
            continue
        header_row, columns = headers[name]
        first = min(columns.values(), default=1)
        column = first if one.position is None else columns.get(one.position, first)
        place = (header_row if one.row is None else one.row, column)
        places[number] = (name, merged[name].get(place, place))
    return places


def _header(sheet: Worksheet, header: Sequence[str]) -> tuple[int, dict[int, int]]:
    """Return the row of the header and the column of each of its names by position."""
    texts = {(one.row, one.column): _text(one) for one in _cells(sheet)}
    number = min((row for (row, _), text in texts.items() if text), default=1)
    row = sorted((column, text) for (at, column), text in texts.items() if at == number)
    columns: dict[int, int] = {}
    names = iter(enumerate(header))
    position, name = next(names, (0, ""))
    for column, text in row:
        while not name and position < len(header) - 1:
            position, name = next(names)
        if text and text == name:
            columns[position] = column
            position, name = next(names, (len(header), ""))
    return number, columns


def _text(cell: Cell) -> str:
    value = cell.value
    return clean(str(value)) if isinstance(value, list) else as_text(value)


def _merged(sheet: Worksheet) -> dict[_Place, _Place]:
    """Return the cell that shows for each one that is merged into it."""
    return {
        place: (area.min_row, area.min_col)
        for area in sheet.merged_cells.ranges
        for place in area.cells
    }


def _mark_cells(
    book: Workbook,
    places: Mapping[int, tuple[str, _Place]],
    found: Sequence[Finding],
    lang: str,
) -> None:
    """Colour the cells and put notes on the first of them."""
    together: dict[tuple[str, _Place], list[Finding]] = defaultdict(list)
    for number, where in places.items():
        together[where].append(found[number])
    fills = {name: PatternFill("solid", start_color=one) for name, one in COLOURS.items()}
    for done, ((name, place), ones) in enumerate(together.items()):
        cell = book[name].cell(*place)
        cell.fill = fills[findings.worst(ones)]
        if done < MAX_NOTES:
            own = cell.comment
            kept = f"{own.text.rstrip()}\n\n" if own is not None else ""
            text = f"{kept}{_MARK}\n{findings.note(ones, lang)}"
            cell.comment = Comment(text, own.author if own is not None else _AUTHOR)
            _fit(cell.comment)
