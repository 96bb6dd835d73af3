"""Sheets of a workbook as XML, before they are laid out: their extents, formulas and errors.

A reader of workbooks lays out the whole rectangle that a sheet spans, and copies a shared text into
each cell that repeats it. Two cells in far corners, or one long text in many cells, would fill any
memory; so both are counted here first, on the XML as it streams by.
"""

import re
from collections.abc import Callable, Iterable
from xml.parsers import expat

from meks_geo.intake import bounds
from meks_geo.intake.archives import damaged
from meks_geo.intake.sheetfacts import SheetFacts

_REF = re.compile(r"([A-Z]{1,7})(\d{1,10})", re.IGNORECASE | re.ASCII)


def column_index(letters: str) -> int:
    """Return the position of a column, from 0: A is 0, Z is 25, AA is 26."""
    index = 0
    for letter in letters.upper():
        index = index * 26 + ord(letter) - 64
    return index - 1


def _parse(pieces: Iterable[bytes], file: str, handlers: dict[str, Callable[..., None]]) -> None:
    """Run a parser that refuses document types over XML that comes in pieces."""
    parser = expat.ParserCreate()

    def refuse(*_: object) -> None:
        raise bounds.unreadable(file, reason="entities", value=file)

    for name, handler in {"StartDoctypeDeclHandler": refuse, **handlers}.items():
        setattr(parser, name, handler)
    try:
        for piece in pieces:
            parser.Parse(piece, False)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise damaged(file, error) from error


def parse_sheet(pieces: Iterable[bytes], file: str) -> SheetFacts:
    """Return the exact extent, the formulas and the errors of an XLSX sheet from its XML.

    Raises
    ------
    InputError
        If the XML is broken.
    """
    sheet = _XlsxSheet(file)
    _parse(
        pieces,
        file,
        {
            "StartElementHandler": sheet.start,
            "EndElementHandler": sheet.end,
            "CharacterDataHandler": sheet.data,
        },
    )
    return sheet.facts


class _XlsxSheet:
    """Follows the cells of an XLSX sheet, placed or not."""

    def __init__(self, file: str) -> None:
        self._file = file
        self.facts = SheetFacts()
        self._row = 0
        self._column = -1
        self._wrong = self._in_value = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        if name == "row":
            stated = attributes.get("r", "")
            self._row = int(stated) if _is_count(stated) else self._row + 1
            self._column = -1
        elif name == "c":
            place = _REF.fullmatch(attributes.get("r", ""))
            if place is None and "r" in attributes:
                raise damaged(self._file, attributes["r"])
            self._column = column_index(place[1]) if place else self._column + 1
            self._row = int(place[2]) if place else self._row
            self._wrong = attributes.get("t") == "e"
            self.facts.rows = max(self.facts.rows, self._row)
            self.facts.columns = max(self.facts.columns, self._column + 1)
            self.facts.cells += 1
        elif name == "f":
            self.facts.formulas.add((self._row, self._column))
        self._in_value = name == "v"

    def end(self, _tag: str) -> None:
        self._in_value = False

    def data(self, text: str) -> None:
        if self._wrong and self._in_value:
            self.facts.errors[self._row, self._column] = text[:40]


def _is_count(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 10


def parse_ods(pieces: Iterable[bytes], file: str) -> dict[str, SheetFacts]:
    """Return the exact extent and the formulas of every sheet of an ODS workbook.

    Parameters
    ----------
    pieces
        The XML of `content.xml`.
    file
        Name of the workbook, for the refusal.

    Returns
    -------
    facts
        By name of the sheet. A repeated formula counts in its first cell and row only.

    Raises
    ------
    InputError
        If the XML is broken.
    """
    sheets = _OdsSheets(file)
    _parse(pieces, file, {"StartElementHandler": sheets.start, "EndElementHandler": sheets.end})
    return sheets.facts


class _OdsSheets:
    """Counts cells of ODS sheets, with repetition, without laying any out."""

    def __init__(self, file: str) -> None:
        self._file = file
        self.facts: dict[str, SheetFacts] = {}
        self._sheet = SheetFacts()
        self._row = self._column = self._row_repeat = self._last_filled = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "table:table":
            self._sheet = SheetFacts()
            self.facts[attributes.get("table:name", "")] = self._sheet
            self._row = 0
        elif tag == "table:table-row":
            self._row_repeat = self._times(attributes, "table:number-rows-repeated")
            self._column = self._last_filled = 0
        elif tag in ("table:table-cell", "table:covered-table-cell"):
            if "table:formula" in attributes:
                self._sheet.formulas.add((self._row + 1, self._column))
            if attributes.get("calcext:value-type") == "error":
                self._sheet.errors[self._row + 1, self._column] = "#VALUE!"
            self._column += self._times(attributes, "table:number-columns-repeated")
            if any(name.endswith((":value-type", ":formula")) for name in attributes):
                self._last_filled = self._column
        elif tag in ("text:p", "text:h"):
            self._last_filled = self._column

    def end(self, tag: str) -> None:
        if tag != "table:table-row":
            return
        self._row += self._row_repeat
        sheet = self._sheet
        if self._last_filled:
            sheet.rows = self._row
            sheet.columns = max(sheet.columns, self._last_filled)
            sheet.cells += self._row_repeat * self._last_filled

    def _times(self, attributes: dict[str, str], name: str) -> int:
        text = attributes.get(name, "1")
        if not _is_count(text):
            raise damaged(self._file, f"{name}={text[:40]}")
        return int(text)
