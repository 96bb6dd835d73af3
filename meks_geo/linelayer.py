"""The networks of a map: which lines are drawn, in which class, and what a browser is told of it.

The lines themselves are in the tiles of the revision; a browser filters them by what `payload`
says, by the same rules as `networks`. A printed map takes them from `passing`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from math import isnan

from meks_geo import i18n, networks
from meks_geo.lines import ZONES, day_number
from meks_geo.model import Dataset, Row
from meks_geo.networks import Passing
from meks_geo.queries import Selection
from meks_geo.view import Span, View
from meks_geo.vocabulary import COUNTRY, REGIONS, UNKNOWN, Accuracy, Layer, Provenance, Sector, Zone

#: What the codes of a tile's properties stand for, by position.
SECTORS = tuple(str(one) for one in Sector)
PLACES = (COUNTRY, *REGIONS)
PROVENANCES = tuple(str(one) for one in Provenance)

_WORDS = (
    "wear", "operator", "unknown", "on", "no_tiles", "damaged_tiles", "loading", "zone",
    "provenance",
)  # fmt: skip


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
    selected
        Row of the selected line; -1 for none.
    """

    view: View
    passing: Passing = field(compare=False)  # it follows from revision and view
    revision: str
    period: int
    sectors: tuple[str, ...]
    projects: frozenset[str] | None
    selected: int

    def payload(self) -> dict[str, object]:
        """Return what a browser needs to draw the lines, as plain JSON values."""
        return _payload(self)


@dataclass(frozen=True, slots=True)
class Station:
    """A substation at which lines of the backbone end."""

    id: str
    lat: float
    lon: float
    title: str
    hover: tuple[tuple[str, str], ...]


def layer(data: Dataset, selection: Selection) -> LineLayer | None:
    """Return the lines of a map; None where it has none or they are switched off."""
    view = selection.view
    if Layer.NETWORKS not in view.layers or not len(data.lines):
        return None
    found = networks.by(selection.lines, "sector")
    number = data.lines.number(view.sel) if view.sel else None
    return LineLayer(
        view=view,
        passing=selection.lines,
        revision=data.revision,
        period=networks.period_of(data.lines, view.at),
        sectors=tuple(found["sector"]),
        projects=selection.asked,
        selected=-1 if number is None else number,
    )


def _payload(found: LineLayer) -> dict[str, object]:
    lang = found.view.lang
    told = letters(lang, found.sectors)
    return {
        "url": f"/tiles/{found.revision}/networks.pmtiles",
        "operators_url": f"/tiles/{found.revision}/operators.json",
        "at": day_number(found.view.at),
        "period": found.period,
        "want": _want(found),
        "letters": told and {str(SECTORS.index(one)): letter for one, letter in told.items()},
        "names": names(lang),
        "left_out": list(found.passing.left_out),
        "selected": found.selected,
        "total": len(found.passing),
    }


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
    operators = None
    if view.q:
        operators = networks.found_by(lines.words["operator"], view.q)
    named = None
    if found.projects is not None:
        there = {one for word in lines.words["project_ids"] for one in networks.projects_of(word)}
        named = sorted(found.projects & there)
    return {
        "s": _places(view.sector, SECTORS),
        "r": _places(view.region, PLACES),
        "v": _places(view.provenance, PROVENANCES),
        "z": _places(view.zone, ZONES),
        "o": operators,
        "wear": _wear(view.wear),
        "p": named,
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
    return {one: _roll(lang, km, red.get(one, 0.0)) for one, km in whole.items()}


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
            hover=_station_hover(row, lang),
        )
        for one, row in data.rows["substations"].items()
    }


def _station_hover(row: Row, lang: str) -> tuple[tuple[str, str], ...]:
    volts = row["voltage_kv"]
    known = () if isnan(volts) else ((i18n.text(lang, "column.voltage_kv"), f"{volts:g}"),)
    code = str(row["location_accuracy"])
    where = (
        i18n.text(lang, "legend.ring")
        if code == Accuracy.CITY
        else i18n.label(lang, "accuracy", code)
    )
    return (*known, (i18n.text(lang, "lines.place"), where))
