"""Raw rows and a schema in, good rows and every problem out. Opens no file, prints nothing."""

import difflib
import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from meks_geo.dates import parse
from meks_geo.errors import Problem
from meks_geo.model import Attribute, Column, Schema
from meks_geo.vocabulary import LISTS

Row = dict[str, str]
Value = str | float | None

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,79}")
_BIN = re.compile(r"[0-9]{12}")
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?")
_DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d+")
_BOUND = re.compile(r"[<>]?\d+(\.\d+)?|\d+(\.\d+)?-\d+(\.\d+)?")
_LONGEST_WORD = 100
_COUNTRY_LAT, _COUNTRY_LON = (40.0, 56.0), (46.0, 88.0)


@dataclass(frozen=True, slots=True)
class RawRow:
    """One row of a file: the number its reader sees (header = 1) and its cells as text."""

    number: int
    cells: Row


@dataclass(frozen=True, slots=True)
class Flaw:
    """What is wrong with a value, wherever it stands: code and params of its `Problem`."""

    code: str
    params: Mapping[str, object] = field(default_factory=dict)


def nearest(word: str, allowed: Iterable[str]) -> str:
    """Return the allowed word closest to `word`, or "" when none is near."""
    short = word[:_LONGEST_WORD]  # the time grows with the square of the length
    return next(iter(difflib.get_close_matches(short, list(allowed), n=1, cutoff=0.5)), "")


def bounds(text: str) -> tuple[float, float]:
    """Return the interval of a published percentage: `57.3`, `>80`, `<40` or `65-70`.

    Both ends belong to it, so `>80` begins at the next number after 80.

    Raises
    ------
    ValueError
        If the text is neither a number nor such a bound.
    """
    if not _BOUND.fullmatch(text):
        msg = f"not a number or a bound: {text!r}"
        raise ValueError(msg)
    if text[0] == ">":
        return math.nextafter(float(text[1:]), math.inf), 100.0
    if text[0] == "<":
        return 0.0, math.nextafter(float(text[1:]), -math.inf)
    low, _, high = text.partition("-")
    return float(low), float(high or low)


def check_header(header: Sequence[str], schema: Schema, file: str) -> list[Problem]:
    """Return missing and unknown columns; an unknown one is a warning with the nearest name."""
    names = [c.name for c in schema.columns]
    problems = [
        Problem("missing-column", file, 1, c.name)
        for c in schema.columns
        if c.required and c.name not in header
    ]
    problems += [
        Problem("unknown-column", file, 1, name, name, {"nearest": nearest(name, names)})
        for name in header
        if name not in names
    ]
    return problems


def check_rows(
    rows: Sequence[RawRow], schema: Schema, file: str
) -> tuple[list[dict[str, Value]], list[Problem]]:
    """Return the rows that pass, typed by the schema, and every problem of all rows.

    Numbers become floats (None when empty), all else stays text ("" when empty). A row with an
    error is left out; a row with a warning is kept. Ids must be unique in the table.
    """
    good: list[dict[str, Value]] = []
    problems: list[Problem] = []
    seen: set[str] = set()
    for row in rows:
        typed, found = _check_row(row, schema, file)
        row_id = row.cells.get(schema.id_column, "")
        if row_id and row_id in seen:
            found.append(Problem("duplicate-id", file, row.number, schema.id_column, row_id))
        seen.add(row_id)
        problems += found
        if not any(p.severity == "error" for p in found):
            good.append(typed)
    return good, problems


def check_references(
    rows: Sequence[RawRow], schema: Schema, file: str, known: Mapping[str, set[str]]
) -> list[Problem]:
    """Return a `dangling-reference` for each id that its table does not hold."""
    problems = []
    for column in (c for c in schema.columns if c.type in ("ref", "refs")):
        allowed = known.get(column.vocabulary)
        if allowed is None:
            continue
        for row in rows:
            text = row.cells.get(column.name, "")
            wanted = [p.strip() for p in text.split(";")] if column.type == "refs" else [text]
            problems += [
                Problem(
                    "dangling-reference",
                    file,
                    row.number,
                    column.name,
                    one,
                    {"table": column.vocabulary, "nearest": nearest(one, allowed)},
                )
                for one in wanted
                if one and one not in allowed
            ]
    return problems


def check_claim_values(
    rows: Sequence[RawRow],
    file: str,
    attributes: Mapping[str, Attribute],
    subject_types: Mapping[str, str],
) -> list[Problem]:
    """Return claims whose value or subject does not fit their attribute."""
    problems = []
    for row in rows:
        attribute = attributes.get(row.cells.get("attribute", ""))
        if attribute is None:
            continue  # already a dangling reference
        subject = subject_types.get(row.cells.get("subject_id", ""), "")
        if subject and subject not in attribute.subjects:
            params = {"nearest": ", ".join(sorted(attribute.subjects))}
            problems.append(
                Problem("unknown-code", file, row.number, "attribute", attribute.name, params)
            )
        column = Column(
            "value", attribute.type, attribute.unit, True, attribute.vocabulary, "", False
        )
        problems += _check_cell(row, column, file)[1]
    return problems


def _check_row(row: RawRow, schema: Schema, file: str) -> tuple[dict[str, Value], list[Problem]]:
    typed: dict[str, Value] = {}
    problems: list[Problem] = []
    for column in schema.columns:
        typed[column.name], found = _check_cell(row, column, file)
        problems += found
    if not problems and {"lat", "lon"} <= typed.keys():
        problems += _check_position(row, typed, file)
    return typed, problems


def check_value(text: str, column: Column) -> tuple[Value, Flaw | None]:
    """Return one cell as the schema types it, and what is wrong with it.

    A decimal comma is read as a point; every other flaw leaves nothing to use. Codes are checked
    against the closed list, references not at all.
    """
    numeric = column.type in ("number", "integer")
    if not text:
        missing = Flaw("missing-value") if column.required else None
        return (None if numeric else ""), missing
    if numeric:
        return _check_number(text, column)
    if column.type == "bound":
        return _check_bound(text, column)
    checker = _CHECKS.get(column.type)
    return text, checker(text, column) if checker else None


def _check_cell(row: RawRow, column: Column, file: str) -> tuple[Value, list[Problem]]:
    text = row.cells.get(column.name, "")
    value, flaw = check_value(text, column)
    if flaw is None:
        return value, []
    return value, [Problem(flaw.code, file, row.number, column.name, text, flaw.params)]


def _check_number(text: str, column: Column) -> tuple[float | None, Flaw | None]:
    flaw = None
    if _DECIMAL_COMMA.fullmatch(text):
        text = text.replace(",", ".")
        flaw = Flaw("decimal-comma", {"read_as": text})
    if not _NUMBER.fullmatch(text):
        return None, Flaw("not-a-number")
    value = float(text)
    if column.type == "integer" and not value.is_integer():
        return None, Flaw("not-a-number")
    if column.name in ("lat", "lon"):
        return value, flaw  # bounded by the country, in words of its own
    low, high = _limits(column.vocabulary)
    if not low <= value <= high:
        return None, Flaw("out-of-range", {"low": low, "high": high})
    return value, flaw


@lru_cache(maxsize=64)
def _limits(vocabulary: str) -> tuple[float, float]:
    low, _, high = vocabulary.partition("..")
    return (float(low), float(high)) if high else (float("-inf"), float("inf"))


def _check_bound(text: str, column: Column) -> tuple[str, Flaw | None]:
    flaw = None
    if "," in text:
        text = text.replace(",", ".")
        flaw = Flaw("decimal-comma", {"read_as": text})
    try:
        low, high = bounds(text)
    except ValueError:
        return text, Flaw("not-a-number")
    least, most = _limits(column.vocabulary)
    if not least <= low <= high <= most:
        return text, Flaw("out-of-range", {"low": least, "high": most})
    return text, flaw


def _check_date(text: str, _column: Column) -> Flaw | None:
    try:
        parse(text)
    except ValueError:
        return Flaw("bad-date")
    return None


def _check_code(text: str, column: Column) -> Flaw | None:
    allowed = LISTS[column.vocabulary]
    return None if text in allowed else Flaw("unknown-code", {"nearest": nearest(text, allowed)})


def _check_id(text: str, _column: Column) -> Flaw | None:
    return None if _ID.fullmatch(text) else Flaw("bad-id")


def _check_bin(text: str, _column: Column) -> Flaw | None:
    return None if _BIN.fullmatch(text) else Flaw("bad-bin")


def _check_url(text: str, _column: Column) -> Flaw | None:
    known = text.startswith(("https://", "http://"))
    return None if known else Flaw("unknown-code", {"nearest": "https://"})


_CHECKS: dict[str, Callable[[str, Column], Flaw | None]] = {
    "date": _check_date,
    "code": _check_code,
    "id": _check_id,
    "url": _check_url,
    "bin": _check_bin,
}


def _check_position(row: RawRow, typed: Mapping[str, Value], file: str) -> list[Problem]:
    lat, lon = typed["lat"], typed["lon"]
    if not isinstance(lat, float) or not isinstance(lon, float):
        return []

    def inside(y: float, x: float) -> bool:
        return _COUNTRY_LAT[0] <= y <= _COUNTRY_LAT[1] and _COUNTRY_LON[0] <= x <= _COUNTRY_LON[1]

    if inside(lat, lon):
        return []
    code = "lon-lat-swapped" if inside(lon, lat) else "outside-country"
    return [Problem(code, file, row.number, "lat", f"{lat}, {lon}")]
