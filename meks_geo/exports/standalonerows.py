"""The table of the lines of a file; the page makes the card of a line out of its row."""

from collections.abc import Callable, Sequence
from functools import lru_cache

import numpy as np

from meks_geo import i18n, linesources, networks, wording
from meks_geo.dates import parse
from meks_geo.exports.standalonetables import Cell, Plain
from meks_geo.lines import ZONES, Lines
from meks_geo.model import Dataset
from meks_geo.queries import Selection
from meks_geo.vocabulary import Zone

#: Columns of the table; `standalone/lines.js` knows them by these names.
COLUMNS = (
    "name", "sector", "region", "zone", "wear", "wear_date", "operator", "km", "built", "voltage",
    "size", "basis", "provenance",
)  # fmt: skip
_NUMBERS = ("wear", "km", "built", "voltage", "size")


def table(data: Dataset, selection: Selection, rows: Sequence[int]) -> Plain:
    """Return the table of lines; `rows` are their places in `Lines`.

    A row is an id, its cells, the projects that the line names, and of the file that it came with
    the sender, the title and the day; None for a line that came with none.
    """
    lang, lines = selection.view.lang, selection.lines.lines
    columns = (
        [_name(data, lines, row, lang) for row in rows],
        _coded(lines, rows, "sector", lambda code: i18n.label(lang, "sector", code)),
        _coded(lines, rows, "region", lambda code: _region(data, code, lang)),
        [_zone(lang, int(code)) for code in selection.lines.figures.zone[list(rows)]],
        *_wear(selection, rows),
        _coded(lines, rows, "operator", str),
        [_length(lang, float(km)) for km in lines.km[list(rows)]],
        [["", None] if not year else [str(year), int(year)] for year in lines.built_year[rows]],
        [_size(lang, float(value), "kV") for value in lines.voltage_kv[list(rows)]],
        [_size(lang, float(value), "mm") for value in lines.diameter_mm[list(rows)]],
        _bases(selection, rows),
        _coded(lines, rows, "provenance", lambda code: i18n.label(lang, "provenance", code)),
    )
    named = [networks.projects_of(lines.text("project_ids", row)) for row in rows]
    files = _files(data, rows, lang)
    listed = [
        [lines.id(row), list(cells), sorted(i for i in ids if i in data.rows["projects"]), file]
        for row, ids, file, *cells in zip(rows, named, files, *columns, strict=True)
    ]
    return {
        "title": f"{i18n.text(lang, 'totals.networks')}: {i18n.number(lang, len(listed))}",
        "columns": list(COLUMNS),
        "heads": _heads(lang),
        "numbers": [COLUMNS.index(name) for name in _NUMBERS],
        "rows": listed,
    }


def _files(data: Dataset, rows: Sequence[int], lang: str) -> list[Sequence[str] | None]:
    shipped = networks.shipped(data)
    files = (None if row in shipped else linesources.of(data, row) for row in rows)
    return [
        None if one is None else (one.publisher, one.title, i18n.date(lang, one.date))
        for one in files
    ]


def _heads(lang: str) -> list[str]:
    named = ("zone", "wear", "operator", "length", "built", "voltage", "size", "basis")
    words = {name: i18n.text(lang, f"lines.{name}") for name in (*named, "sector", "provenance")}
    words["km"] = words.pop("length")
    words |= {
        "name": i18n.text(lang, "table.title"),
        "region": i18n.text(lang, "table.region"),
        "wear_date": i18n.text(lang, "table.wear_date"),
    }
    return [words[name] for name in COLUMNS]


def _name(data: Dataset, lines: Lines, row: int, lang: str) -> str:
    """Return the name of a shipped line; any other has only its id."""
    one = lines.id(row)
    shipped = data.rows["backbone"].get(one)
    return i18n.name(lang, shipped) if shipped else one


def _coded(
    lines: Lines, rows: Sequence[int], column: str, print_one: Callable[[str], Cell]
) -> list[Cell]:
    """Return a coded column, each text printed once."""
    printed = [print_one(word) if word else "" for word in lines.words[column]]
    return [printed[code] for code in lines.codes[column][list(rows)]]


def _region(data: Dataset, code: str, lang: str) -> str:
    row = data.rows["regions"].get(code)
    return i18n.name(lang, row) if row else ""


@lru_cache(maxsize=32)
def _zone(lang: str, code: int) -> tuple[str, int | None]:
    zone = ZONES[code]
    if zone == Zone.UNKNOWN:
        return i18n.text(lang, "map.unknown"), None
    return wording.zone_words(lang, zone, "computed"), code


def _wear(selection: Selection, rows: Sequence[int]) -> tuple[list[Cell], list[Cell]]:
    """Return wear and its day, both empty where the wear is unknown on the day of the view."""
    lang, lines = selection.view.lang, selection.lines.lines
    low = selection.lines.figures.low[list(rows)]
    wears = _coded(lines, rows, "wear_percent", lambda text: i18n.quantity(lang, text, "percent"))
    days = _coded(lines, rows, "wear_date", lambda day: [i18n.date(lang, day), _ordinal(day)])
    known = ~np.isnan(low)
    return (
        [
            [wear, float(value)] if is_known else ["", None]
            for wear, value, is_known in zip(wears, low, known, strict=True)
        ],
        [
            day if day and is_known else ["", None]
            for day, is_known in zip(days, known, strict=True)
        ],
    )


def _ordinal(day: str) -> int:
    return parse(day).last.toordinal()


def _bases(selection: Selection, rows: Sequence[int]) -> list[Cell]:
    lang, lines = selection.view.lang, selection.lines.lines
    known = ~np.isnan(selection.lines.figures.low[list(rows)])
    bases = _coded(lines, rows, "wear_basis", lambda code: i18n.label(lang, "wear-basis", code))
    return [basis if is_known else "" for basis, is_known in zip(bases, known, strict=True)]


def _length(lang: str, km: float) -> list[object]:
    return [i18n.quantity(lang, km, "km", 3), km]


@lru_cache(maxsize=1024)
def _size(lang: str, value: float, unit: str) -> tuple[str, float | None]:
    if np.isnan(value):
        return "", None
    return i18n.quantity(lang, f"{value:g}", unit), value
