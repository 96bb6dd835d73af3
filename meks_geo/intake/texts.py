"""CSV files: encoding and separator found out, cells as they stand."""

import csv
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from meks_geo.intake import bounds
from meks_geo.intake.cells import is_formula
from meks_geo.intake.grids import Grid
from meks_geo.intake.model import RawTable
from meks_geo.progress import Progress

#: Windows-1251 with the Kazakh letters in places where other languages have theirs.
_WINDOWS = "kz1048"
_SEPARATORS = ",;\t"
_MULTIBYTE = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
)
_HIGH = re.compile(rb"[\x80-\xff]")
_SAMPLE = 1_000_000
_SEP_LINE = re.compile(r'"?sep=([,;|\t])"?\r?\n', re.IGNORECASE)
_BAD_ROWS_SHOWN = 100


def decode(content: bytes, file: str) -> str:
    """Return the text of a file in UTF-8, UTF-16 with its mark, or Windows-1251.

    Raises
    ------
    InputError
        `wrong-encoding`, with the row, if it is none of them.
    """
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return content.decode("utf-16")
        except UnicodeDecodeError as error:
            raise bounds.wrong_encoding(file, value="UTF-16") from error
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = content.count(b"\n", 0, error.start) + 1
        # UTF-8 with a few spoilt bytes must not pass for Windows-1251
        sample = content[max(0, error.start - _SAMPLE) : error.start + _SAMPLE]
        if content.startswith(b"\xef\xbb\xbf") or not _looks_windows(sample):
            raise bounds.wrong_encoding(file, row=row) from error
    try:
        return content.decode(_WINDOWS)
    except UnicodeDecodeError as error:
        row = content.count(b"\n", 0, error.start) + 1
        raise bounds.wrong_encoding(file, row=row) from error


def _looks_windows(sample: bytes) -> bool:
    """Whether bytes that are not UTF-8 read as Cyrillic words in Windows-1251."""
    high = len(_HIGH.findall(sample))
    as_utf8 = sum(len(one) for one in _MULTIBYTE.findall(sample))
    letters = sum(one.isalpha() for one in sample.decode(_WINDOWS, "ignore") if one > "\x7f")
    return as_utf8 < high / 2 and letters >= high * 0.7


def separator(text: str) -> str:
    """Return the separator of a CSV text: the one that its first line with text has most of."""
    line = next((one for one in islice(text.split("\n", 100), 100) if one.strip()), "")
    bare = re.sub(r'"[^"]*"', "", line)
    return max(_SEPARATORS, key=bare.count)


def read_csv(path: Path, file: str, name: str, progress: Progress) -> tuple[RawTable, ...]:
    """Return the one table of a CSV file.

    Parameters
    ----------
    path
        The file; its size has been checked.
    file
        Its name as its sender knows it.
    name
        Name of the table.
    progress
        Called as the work goes on.

    Raises
    ------
    InputError
        If the encoding or the quotes are wrong, a row has more cells than the header, or there is
        more than the bounds allow.
    """
    text = decode(path.read_bytes(), file)
    progress("read", 0.2)
    stated = _SEP_LINE.match(text)
    if stated:
        text = "\n" + text[stated.end() :]
    csv.field_size_limit(bounds.MAX_CELL)
    lines = _lines(text)
    reader = csv.reader(lines, delimiter=stated[1] if stated else separator(text), strict=True)
    grid = Grid(file, name)
    height = text.count("\n") + 2
    try:
        grid.read(
            _bounded(reader, file), lambda n: progress("read", 0.2 + 0.6 * min(1, n / height))
        )
    except csv.Error as error:
        if "field limit" in str(error):
            raise bounds.too_many(file, "long-cell", bounds.MAX_CELL, bounds.MAX_CELL) from error
        raise bounds.unreadable(
            file, reason="quotes", value=str(error), row=reader.line_num
        ) from error
    progress("read", 0.8)
    if not grid.header:
        return ()
    table = grid.table(grid.find(is_formula))
    _refuse_spill(table, file)
    progress("read", 1.0)
    return (table,)


def _lines(text: str) -> Iterator[str]:
    """Yield the lines of a text, ends kept; a lone carriage return ends one too."""
    start = 0
    for found in re.finditer(r"\r\n|\n|\r", text):
        yield text[start : found.end()]
        start = found.end()
    if start < len(text):
        yield text[start:]


def _bounded(rows: Iterator[list[str]], file: str) -> Iterator[list[str]]:
    for number, row in enumerate(rows):
        if number > bounds.MAX_ROWS:
            raise bounds.too_many(file, "many-rows", number, bounds.MAX_ROWS)
        yield row


def _refuse_spill(table: RawTable, file: str) -> None:
    """Refuse a table with cells beyond its header: separators inside a text without quotes."""
    nameless = [at for at, name in enumerate(table.header) if not name]
    if not nameless:
        return
    last_named = max((at for at, name in enumerate(table.header) if name), default=-1)
    spilt = [table.columns[at] for at in nameless if at > last_named]
    rows = [
        int(number) for number, *cells in zip(table.numbers, *spilt, strict=True) if any(cells)
    ][:_BAD_ROWS_SHOWN]
    if rows:
        raise bounds.unreadable(file, reason="spilt-cells", row=rows[0], count=len(rows))
