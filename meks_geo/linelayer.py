"""The networks of a map: which lines are drawn, in which class, and what a browser is told of it.

The lines themselves are in the tiles of the revision; a browser filters them by what `payload`
says, by the same rules as `networks`. A printed map takes them from `passing`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from math import isnan

import numpy as np

from meks_geo import i18n, networks, wording
from meks_geo.lines import DEGREE, ZONES, Lines, day_number
from meks_geo.model import Dataset, Row
from meks_geo.networks import Passing
from meks_geo.queries import Selection
from meks_geo.state import as_of
from meks_geo.view import Span, View
from meks_geo.vocabulary import COUNTRY, REGIONS, UNKNOWN, Accuracy, Layer, Provenance, Sector, Zone

#: What the codes of a tile's properties stand for, by position.
SECTORS = tuple(str(one) for one in Sector)
PLACES = (COUNTRY, *REGIONS)
PROVENANCES = tuple(str(one) for one in Provenance)

#: Most points of the course of a selected line that are told apart from the tiles.
_MOST_POINTS = 200
#: Room about a selected line on a map that shows it alone: of its extent, and at least in degrees.
_ROOM_SHARE, _LEAST_ROOM_DEG = 0.1, 0.01

_WORDS = (
    "wear", "operator", "unknown", "on", "no_tiles", "damaged_tiles", "loading", "zone",
    "provenance", "built", "ahead", "forbidden_tiles",
)  # fmt: skip

#: Pairs of label and value.
Words = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class LineLayer:
    """The lines of a map.

    Parameters
    ----------
    passing
        The lines that the view lets through.
    revision
        Whose tiles they are in.
    period
        Place of the rules in force in `Lines.periods`; -1 before the first.
    sectors
        The sectors that occur among the lines.
    projects
        The projects of which a line must name one; None when no filter of a project is set.
    named
        Rows of shipped lines that the text of the filter names; None when there is no text.
    ahead
        Rows of the lines of `passing` that are not built on the day of the view, ascending.
    shipped
        Name and facts of the lines of the backbone by row, see `shipped`.
    selected
        Row of the selected line; -1 for none.
    """

    view: View
    passing: Passing = field(compare=False)  # it follows from revision and view
    revision: str
    period: int
    sectors: tuple[str, ...]
    projects: frozenset[str] | None
    named: tuple[int, ...] | None
    ahead: tuple[int, ...]
    shipped: Mapping[str, tuple[str, Words]] = field(compare=False)  # as `passing`
    selected: int

    def payload(self, *, named: bool = True) -> dict[str, object]:
        """Return what a browser needs to draw the lines, as plain JSON values.

        `named` puts `names` and `shipped` in, for a browser that has them from nowhere else.
        """
        told = {"names": names(self.view.lang), "shipped": dict(self.shipped)} if named else {}
        return _payload(self) | told


@dataclass(frozen=True, slots=True)
class Station:
    """A substation at which lines of the backbone end."""

    id: str
    lat: float
    lon: float
    title: str
    hover: Words
    at_city: bool  # the point is the centre of a town, not the site


def layer(data: Dataset, selection: Selection) -> LineLayer | None:
    """Return the lines of a map; None where it has none or they are switched off."""
    view = selection.view
    if Layer.NETWORKS not in view.layers or not len(data.lines):
        return None
    found = networks.by(selection.lines, "sector")
    ahead = networks.ahead(data, view.at)
    return LineLayer(
        view=view,
        passing=selection.lines,
        revision=data.revision,
        period=networks.period_of(data.lines, view.at),
        sectors=tuple(found["sector"]),
        projects=selection.asked,
        named=tuple(networks.named_rows(data, view.q)) if view.q else None,
        ahead=tuple(ahead[selection.lines.mask[ahead]].tolist()),
        shipped=shipped(data, view.at, view.lang),
        selected=_selected(data, view),
    )


def _selected(data: Dataset, view: View) -> int:
    """Return the row of the selected line; -1 where none is."""
    number = data.lines.number(view.sel) if view.sel else None
    return -1 if number is None else number


def bounds(data: Dataset, selection: Selection) -> tuple[float, float, float, float] | None:
    """Return what a map shows of which no place is asked for but a line on it: the line.

    South, west, north, east in degrees; None where no line that is drawn is selected, or a place is
    asked for.
    """
    view = selection.view
    row = -1 if view.map or Layer.NETWORKS not in view.layers else _selected(data, view)
    if row < 0 or not selection.lines.mask[row]:
        return None
    points = data.lines.points(row)
    low, high = points.min(axis=0), points.max(axis=0)
    room = np.maximum((high - low) * _ROOM_SHARE, _LEAST_ROOM_DEG)
    (west, south), (east, north) = (low - room).tolist(), (high + room).tolist()
    return south, west, north, east


def tiles_url(revision: str) -> str:
    """Return the address of the tiles of a revision."""
    return f"/tiles/{revision}/networks.pmtiles"


def _payload(found: LineLayer) -> dict[str, object]:
    lang = found.view.lang
    told = letters(lang, found.sectors)
    return {
        "url": tiles_url(found.revision),
        "operators_url": f"/tiles/{found.revision}/operators.json",
        "at": day_number(found.view.at),
        "period": found.period,
        "want": _want(found),
        "letters": told and {str(SECTORS.index(one)): letter for one, letter in told.items()},
        "left_out": list(found.passing.left_out),
        "ahead": list(found.ahead),
        "selected": found.selected,
        "selected_line": _selected_line(found),
        "total": len(found.passing),
    }


def _selected_line(found: LineLayer) -> dict[str, object] | None:
    """Return the selected line for the zooms at which the tiles lack it; None where none passes."""
    passing, row = found.passing, found.selected
    if row < 0 or not passing.mask[row]:
        return None
    lines = passing.lines
    return {
        "paths": _paths(lines, row),
        "zone": int(passing.figures.zone[row]),
        "v": PROVENANCES.index(lines.text("provenance", row)),
        "shown": int(lines.shown[row]),
    }


def _paths(lines: Lines, row: int) -> list[list[list[float]]]:
    """Return the parts of a line, latitude and longitude in degrees, thinned evenly where long."""
    parts = np.flatnonzero(lines.part_line == row)[: _MOST_POINTS // 2]
    spans = [(int(lines.part_start[p]), int(lines.part_start[p + 1])) for p in parts]
    between = sum(end - begin - 2 for begin, end in spans)  # all points but the ends
    share = min(1.0, (_MOST_POINTS - 2 * len(spans)) / max(1, between))
    paths = []
    for begin, end in spans:
        count = 2 + int((end - begin - 2) * share)
        at = np.unique(np.linspace(begin, end - 1, count).round().astype(np.int64))
        paths.append(np.column_stack([lines.y[at], lines.x[at]]) / DEGREE)
    return [path.round(6).tolist() for path in paths]


def names(lang: str) -> dict[str, object]:
    """Return the names of the codes of a tile, and the texts of the layer."""
    words = {name: i18n.text(lang, f"lines.{name}") for name in _WORDS}
    return {
        "sectors": {str(n): i18n.label(lang, "sector", one) for n, one in enumerate(SECTORS)},
        "zones": [i18n.label(lang, "zone", zone) for zone in ZONES],
        "provenance": {
            str(n): i18n.label(lang, "provenance", one) for n, one in enumerate(PROVENANCES)
        },
        # the browser puts the count in
        "words": words | {"not_drawn": i18n.text(lang, "lines.not_drawn", count="{count}")},
    }


def letters(lang: str, sectors: Sequence[str]) -> dict[str, str] | None:
    """Return the letter of each sector, when there is more than one to tell apart."""
    if len(sectors) < 2:
        return None
    return {one: i18n.text(lang, f"lines.letter_{one}") for one in sectors}


def _want(found: LineLayer) -> dict[str, object]:
    view, lines = found.view, found.passing.lines
    operators = networks.found_by(lines.words["operator"], view.q) if view.q else None
    projects = None
    if found.projects is not None:
        there = {one for word in lines.words["project_ids"] for one in networks.projects_of(word)}
        projects = sorted(found.projects & there)
    return {
        "s": _places(view.sector, SECTORS),
        "r": _places(view.region, PLACES),
        "v": _places(view.provenance, PROVENANCES),
        "z": _places(view.zone, ZONES),
        "o": operators,
        "i": None if found.named is None else list(found.named),
        "wear": _wear(view.wear),
        "p": projects,
        "none": not len(found.passing),
    }


def _places(wanted: Sequence[str], among: Sequence[str]) -> list[int] | None:
    return [among.index(one) for one in wanted if one in among] if wanted else None


def _wear(span: Span | None) -> Mapping[str, object] | None:
    """Return a range of wear in hundredths of a percent."""
    if span is None:
        return None
    if span.unknown:
        return {UNKNOWN: True}
    low, high = (None if end is None else round(end * 100) for end in (span.low, span.high))
    return {"low": low, "high": high}


def rolls(selection: Selection) -> dict[str, str]:
    """Return in words, by region, the kilometres of its networks in the filter, and the red share.

    Synthetic lines are in none, unless nothing else is asked for.
    """
    view, lang = selection.view, selection.view.lang
    if Layer.NETWORKS not in view.layers or not len(selection.lines):
        return {}
    alone = view.provenance == (Provenance.SYNTHETIC,)
    sums = networks.by(
        selection.lines if alone else selection.lines.but_synthetic(), "region", "zone"
    )
    whole: dict[str, float] = {}
    red: dict[str, float] = {}
    for region, zone, km in zip(sums["region"], sums["zone"], sums["km"], strict=True):
        whole[region] = whole.get(region, 0.0) + km
        if zone == Zone.RED:
            red[region] = km
    made = f"{i18n.label(lang, 'provenance', Provenance.SYNTHETIC)}: " if alone else ""
    return {one: made + _roll(lang, km, red.get(one, 0.0)) for one, km in whole.items()}


def _roll(lang: str, km: float, red: float) -> str:
    length = i18n.quantity(lang, f"{km:.0f}", "km")
    if not red:
        return length
    percent = i18n.quantity(lang, f"{100 * red / km:.0f}", "percent")
    return i18n.text(lang, "map.roll", km=length, percent=percent)


# -- substations -----------------------------------------------------------------------------------


def ends(data: Dataset, selection: Selection) -> tuple[str, ...]:
    """Return the substations at which lines of the backbone end that a selection lets through."""
    found: dict[str, None] = {}
    for one, row in data.rows["backbone"].items():
        number = data.lines.number(one)
        if number is not None and selection.lines.mask[number]:
            found |= dict.fromkeys((str(row["from_id"]), str(row["to_id"])))
    return tuple(found)


def stations(data: Dataset, selection: Selection) -> tuple[Station, ...]:
    """Return the substations at which the drawn lines of the backbone end."""
    if Layer.NETWORKS not in selection.view.layers:
        return ()
    known = every_station(data, selection.view.lang)
    return tuple(known[one] for one in ends(data, selection))


@lru_cache(maxsize=8)
def every_station(data: Dataset, lang: str) -> Mapping[str, Station]:
    """Return all substations of the backbone by id."""
    return {
        one: Station(
            id=one,
            lat=row["lat"],
            lon=row["lon"],
            title=i18n.name(lang, row),
            hover=_station_hover(data, row, lang),
            at_city=row["location_accuracy"] == Accuracy.CITY,
        )
        for one, row in data.rows["substations"].items()
    }


def _station_hover(data: Dataset, row: Row, lang: str) -> Words:
    """Return voltage, how exact the point is and by whom, the source, and the note of the row."""
    code = str(row["location_accuracy"])
    at_city = code == Accuracy.CITY
    where = i18n.text(lang, "lines.at_town") if at_city else i18n.label(lang, "accuracy", code)
    stated, placed = (
        wording.source_words(lang, data.sources[row[key]])
        for key in ("source_id", "location_source_id")
    )
    return _told(
        (i18n.text(lang, "lines.voltage"), _kilovolts(row, lang)),
        (i18n.text(lang, "lines.place"), f"{where} \u00b7 {placed}"),
        (i18n.text(lang, "kpis.source"), stated),
        (i18n.text(lang, "column.note"), wording.words(data, lang, str(row["note"]))),
    )


# -- what is known of the backbone -----------------------------------------------------------------


@lru_cache(maxsize=8)
def shipped(data: Dataset, at: date, lang: str) -> Mapping[str, tuple[str, Words]]:
    """Return name and facts of each line of the backbone as of a day, by its row in `Lines`.

    Lines that gave way to those of a file are not among them.
    """
    found = {}
    for one, row in data.rows["backbone"].items():
        number = data.lines.number(one)
        if number is None or data.lines.text("provenance", number) != row["provenance"]:
            continue
        length = row["length_km"]
        km = "" if isnan(length) else i18n.quantity(lang, f"{length:g}", "km")
        found[str(number)] = (
            i18n.name(lang, row),
            _told(
                (i18n.text(lang, "lines.sector"), i18n.label(lang, "sector", row["sector"])),
                (i18n.text(lang, "lines.voltage"), _kilovolts(row, lang)),
                (i18n.text(lang, "lines.published_length"), km),
                (i18n.text(lang, "lines.project"), _statuses(data, row, at, lang)),
            ),
        )
    return found


def _statuses(data: Dataset, row: Row, at: date, lang: str) -> str:
    """Return how far the projects of a line are as of a day; "" for a line without one."""
    rows = as_of(data, at).project_rows
    projects = sorted(networks.projects_of(str(row["project_ids"])) & rows.keys())
    codes = dict.fromkeys(str(rows[one]["status"]) for one in projects)
    unknown = i18n.text(lang, "map.unknown")
    return ", ".join(
        i18n.label(lang, "status", code) if code not in ("", UNKNOWN) else unknown for code in codes
    )


def _kilovolts(row: Row, lang: str) -> str:
    volts = row["voltage_kv"]
    return "" if isnan(volts) else i18n.quantity(lang, f"{volts:g}", "kV")


def _told(*pairs: tuple[str, str]) -> Words:
    """Return the pairs that have a value."""
    return tuple((label, value) for label, value in pairs if value)
