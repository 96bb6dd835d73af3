"""A quick look at the XML of a workbook as it streams by: enough to know that it is harmless.

What programs for workbooks write has one shape, and for that the answers here are exact. Anything
of another shape is reported as such, and then has to be parsed.
"""

import re
from collections.abc import Iterable, Iterator

import numpy as np
import numpy.typing as npt

from meks_geo.errors import InputError
from meks_geo.intake.archives import damaged
from meks_geo.intake.sheetfacts import SheetFacts

_LONG_TAIL = 4_000_000
_PAD = bytes(32)

_Bytes = npt.NDArray[np.uint8]
_Ints = npt.NDArray[np.int64]

#: Formulas and errors, as they are written; apart, since each is quick only alone.
_SPECIAL = (re.compile(rb"<f[ />]"), re.compile(rb":f[ />]"), re.compile(rb' t="e"'))
_SHARED_END = re.compile(rb"</(?:\w+:)?si>|<(?:\w+:)?si\s*/>")
_TYPED = b't="s"><v>'


def skim(pieces: Iterable[bytes]) -> SheetFacts | None:
    """Return the extent of an XLSX sheet from its XML, and whether it has formulas or errors.

    Returns
    -------
    facts
        None if some cell does not say its place as programs write it.
    """
    facts = SheetFacts()
    for text in whole_tags(pieces):
        data = np.frombuffer(text + _PAD, dtype=np.uint8)
        cells = _cells(data)
        if not len(cells):
            continue
        if _word(data, cells + 1, b' r="').sum() != len(cells):
            return None
        rows, columns = _places(data, cells + 5)
        if rows.min() < 1 or columns.min() < 1:
            return None
        facts.rows = max(facts.rows, int(rows.max()))
        facts.columns = max(facts.columns, int(columns.max()))
        facts.cells += len(cells)
        facts.special = facts.special or any(one.search(text) for one in _SPECIAL)
    return facts


def whole_tags(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Yield XML in pieces that end where a cell, or at least a tag, ends."""
    tail = b""
    for piece in pieces:
        text = tail + piece
        cut = max(text.rfind(b"</c>") + 4, text.rfind(b"/>") + 2)
        cut = cut if cut > 3 else text.rfind(b">") + 1
        if len(text) - cut > _LONG_TAIL:
            cut = len(text)
        if cut:
            yield text[:cut]
        tail = text[cut:]
    yield tail


def _cells(data: _Bytes) -> _Ints:
    """Return where the letter of each element `c` stands."""
    middle, before, after = data[1:-1], data[:-2], data[2:]
    found = (middle == ord("c")) & ((before == ord("<")) | (before == ord(":")))
    places = np.flatnonzero(found)
    following = after[places]
    ends = (following <= ord(" ")) | (following == ord(">")) | (following == ord("/"))
    return np.asarray(places[ends] + 1, dtype=np.int64)


def _word(data: _Bytes, places: _Ints, word: bytes) -> npt.NDArray[np.bool_]:
    """Whether a word stands at each place; places near the end are within the padding."""
    same = np.ones(len(places), dtype=bool)
    for offset, letter in enumerate(word):
        same &= data[np.minimum(places + offset, len(data) - 1)] == letter
    return same


def _places(data: _Bytes, starts: _Ints) -> tuple[_Ints, _Ints]:
    """Return row and column, both from 1, of references such as `AB12`; 0 where there is none."""
    rows = np.zeros(len(starts), dtype=np.int64)
    columns = np.zeros(len(starts), dtype=np.int64)
    open_ = np.ones(len(starts), dtype=bool)
    for offset in range(12):
        sign = data[np.minimum(starts + offset, len(data) - 1)].astype(np.int64)
        letter = open_ & (sign >= 65) & (sign <= 90) & (rows == 0)
        digit = open_ & (sign >= 48) & (sign <= 57)
        columns = np.where(letter, columns * 26 + sign - 64, columns)
        rows = np.where(digit, rows * 10 + sign - 48, rows)
        open_ = letter | digit
        if not open_.any():
            break
    return rows, columns


def shared_sizes(pieces: Iterable[bytes]) -> _Ints:
    """Return how many bytes of XML each shared text of an XLSX workbook takes."""
    ends: list[_Ints] = []
    offset = 0
    for text in whole_tags(pieces):
        found = [one.end() for one in _SHARED_END.finditer(text)]
        ends.append(np.array(found, dtype=np.int64) + offset)
        offset += len(text)
    return np.diff(np.concatenate([np.zeros(1, dtype=np.int64), *ends]))


def repeated_text(pieces: Iterable[bytes], sizes: _Ints, file: str) -> int:
    """Return how many bytes a sheet has, at most, once shared texts are copied into its cells.

    Raises
    ------
    InputError
        If a cell refers to a shared text in a way that no program for workbooks writes.
    """
    total = 0
    known = np.append(sizes, 0)
    for text in whole_tags(pieces):
        data = np.frombuffer(text + _PAD, dtype=np.uint8)
        values = np.flatnonzero((data[:-1] == ord("s")) & (data[1:] == ord('"'))) - 3
        values = values[_word(data, values, _TYPED)] if len(values) else values
        if len(values) != _references(text):
            raise _strange(file)
        indexes = _numbers(data, values + len(_TYPED))
        total += int(known[np.minimum(indexes, len(sizes))].sum())
    return total


def _references(text: bytes) -> int:
    """Return how many cells refer to shared texts, however that is written."""
    return text.count(b't="s"') + text.count(b"t='s'")


def _numbers(data: _Bytes, starts: _Ints) -> _Ints:
    numbers = np.zeros(len(starts), dtype=np.int64)
    open_ = np.ones(len(starts), dtype=bool)
    for offset in range(10):
        sign = data[np.minimum(starts + offset, len(data) - 1)].astype(np.int64)
        open_ &= (sign >= 48) & (sign <= 57)
        if not open_.any():
            break
        numbers = np.where(open_, numbers * 10 + sign - 48, numbers)
    return numbers


def _strange(file: str) -> InputError:
    return damaged(file, 't="s"')
