"""Cells as text, one way for every format."""

import datetime as dt
import json
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal

from meks_geo.intake import bounds

#: NUL and other controls, separators that break lines, marks of direction, BOM.
_CONTROL = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff"
    "\ud800-\udfff]"
)
_WHOLE = 1e15
_REMEMBERED = 50_000
_BATCH = 1_000

#: Kinds of values that are equal across kinds (1, 1.0 and True), and those without a hash.
_EQUALS = frozenset({bool, int, float, Decimal})
_UNHASHABLE = frozenset({list, dict, bytearray, memoryview})

_NUMBER = re.compile(r"[+\-\u2212]\s*[\d.,][\d\s.,]*(?:[eE][+-]?\d+)?\s*%?")


def clean(text: str) -> str:
    """Return a text without control characters and without white space at its ends."""
    if text.isprintable():
        return text.strip()
    return _CONTROL.sub("", text).strip()


def is_formula(text: str) -> bool:
    """Whether a program for tables would take a text of a CSV file for a formula."""
    if not text or text[0] not in "=@+-":
        return False
    return len(text) > 1 and (text[0] in "=@" or _NUMBER.fullmatch(text) is None)


def _number(value: float) -> str:
    if value.is_integer() and abs(value) < _WHOLE:
        return str(int(value))
    return repr(value)


def _moment(value: dt.datetime) -> str:
    if value.time() == dt.time():
        return value.date().isoformat()
    return value.isoformat(timespec="seconds")


def as_text(value: object) -> str:
    """Return one cell as text.

    Parameters
    ----------
    value
        What a reader gave: nothing, text, a number, a truth value, a day or time, bytes, or a list
        or mapping (which become JSON).

    Returns
    -------
    text
        "" for nothing; whole numbers without a fraction; days in ISO form; `true` and `false`; NaN
        and the infinities as `nan`, `inf` and `-inf`.
    """
    match value:
        case None:
            return ""
        case str():
            return clean(value)
        case bool():
            return "true" if value else "false"
        case int():
            return _whole(value)
        case float():
            return _number(value)
        case dt.datetime():
            return _moment(value)
        case dt.date() | dt.time():
            return value.isoformat()
        case bytes() | bytearray() | memoryview():
            return clean(bytes(value[: bounds.MAX_CELL]).decode("utf-8", "replace"))
        case list() | dict():
            return clean(json.dumps(value, ensure_ascii=False))
        case Decimal() | dt.timedelta():
            return str(value)
        case _:
            item = getattr(value, "item", None)
            return as_text(item()) if item is not None else clean(str(value))


def _whole(value: int) -> str:
    """Print a whole number; one of thousands of digits is only sketched."""
    return str(value) if value.bit_length() < 10_000 else f"{value >> (value.bit_length() - 60)}..."


class Texts:
    """One column that is being read: its cells as text, equal texts kept once.

    Attributes
    ----------
    cells
        The texts so far, in order.
    longest
        How many characters the longest of them has.
    """

    def __init__(self) -> None:
        """Begin an empty column."""
        self.cells: list[str] = []
        self.longest = 0
        self._known: dict[object, str] = {}
        self._numbers: set[type] = set()

    def add(self, values: Sequence[object]) -> None:
        """Append cells as a reader gave them."""
        if not values:
            return
        kinds = set(map(type, values))
        if kinds & _UNHASHABLE or len(kinds & _EQUALS) > 1:
            self.cells += map(as_text, values)
            self.longest = max(self.longest, *map(len, self.cells[-len(values) :]))
            return
        known = self._known
        numbers = kinds & _EQUALS
        if numbers and numbers != self._numbers:
            known, self._numbers = {}, numbers
        fresh = {value: as_text(value) for value in set(values) - known.keys()}
        self.longest = max(self.longest, max(map(len, fresh.values()), default=0))
        if len(known) + len(fresh) > _REMEMBERED:
            known = {value: known.get(value) or as_text(value) for value in set(values)}
        else:
            known.update(fresh)
        self.cells += map(known.__getitem__, values)
        self._known = known if len(known) < _REMEMBERED else {}


class Records:
    """Mappings that come one by one, gathered column by column; what one lacks is "".

    Parameters
    ----------
    file
        Name of the file as its sender knows it.
    """

    def __init__(self, file: str) -> None:
        """Begin without columns."""
        self._file = file
        self._columns: dict[str, Texts] = {}
        self._waiting: list[Mapping[str, object]] = []
        self._count = 0

    def add(self, record: Mapping[str, object]) -> None:
        """Append a record.

        Raises
        ------
        InputError
            If there are more columns than the bounds allow.
        """
        self._waiting.append(record)
        if len(self._waiting) >= _BATCH:
            self._flush()

    def _flush(self) -> None:
        names = dict.fromkeys(name for record in self._waiting for name in record)
        size = len(self._columns.keys() | names.keys())
        if size > bounds.MAX_COLUMNS:
            raise bounds.too_many(self._file, "many-columns", size, bounds.MAX_COLUMNS)
        bounds.check_area(self._file, size * (self._count + len(self._waiting)))
        for name in names:
            if name not in self._columns:
                self._columns[name] = Texts()
                self._columns[name].cells = [""] * self._count
        for name, column in self._columns.items():
            column.add([record.get(name) for record in self._waiting])
        self._count += len(self._waiting)
        self._waiting = []

    def columns(self) -> dict[str, Texts]:
        """Return the columns, in the order in which they first came."""
        self._flush()
        return self._columns
