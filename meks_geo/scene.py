"""What a map shows: decided once here, translated by `webmap` and `printmap`."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

import pandas as pd

from meks_geo import closeups, i18n, linelayer, standouts, style, wording
from meks_geo.closeups import CloseUp
from meks_geo.legend import LegendGroup, LegendRow, groups
from meks_geo.linelayer import LineLayer, Station
from meks_geo.model import Dataset, records
from meks_geo.planworks import WorkMark
from meks_geo.queries import Selection
from meks_geo.standouts import Table
from meks_geo.state import as_of
from meks_geo.view import NO_FILL
from meks_geo.vocabulary import Accuracy, Layer, Zone

__all__ = [
    "Area", "CityMark", "Label", "LegendGroup", "LegendRow", "Mark", "Scene", "Site", "build",
    "every_region", "every_site", "labels", "plain",
]  # fmt: skip

Lines = tuple[tuple[str, str], ...]

_GAP_PX, _BIG_LAKE_KM2, _MAX_SOURCES = 4.0, 2500.0, 14


@dataclass(frozen=True, slots=True)
class Area:
    """A region: its fill and label. Geometry is looked up by `id` in the base map."""

    id: str
    zone: str
    label: str
    value: str
    lat: float
    lon: float
    hover: Lines
    inside: bool  # passes the filter; a region outside is drawn without its fill
    roll: str = ""  # its networks in the filter, for a map on which they cannot be seen


@dataclass(frozen=True, slots=True)
class CityMark:
    """A city's published figure, at its place."""

    id: str
    lat: float
    lon: float
    zone: str
    value: str
    title: str
    hover: Lines


@dataclass(frozen=True, slots=True)
class Site:
    """A plant. `dx_px`, `dy_px` shift marks that share a point."""

    id: str
    lat: float
    lon: float
    dx_px: float
    dy_px: float
    kind: str
    zone: str
    size_px: float
    hollow: bool
    at_city: bool
    status: str  # most advanced live project, or ""
    title: str
    hover: Lines


@dataclass(frozen=True, slots=True)
class Label:
    """A name on the base map. `rank` 1 is shown first; lakes are set in italics."""

    text: str
    lat: float
    lon: float
    rank: int
    water: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """Where something happened: a change of the map of record, or a fault of a file.

    `state` is `added`, `changed`, `removed`, `error` or `warning`; it is told by form and never by
    a colour of wear. `paths` are the lines of a network, latitude and longitude in degrees; the
    sign, where there is one, stands at `lat`, `lon`.
    """

    id: str
    state: str
    lat: float
    lon: float
    paths: tuple[tuple[tuple[float, float], ...], ...]
    title: str
    hover: Lines
    sign: bool = True


@dataclass(frozen=True, slots=True)
class Scene:
    """All of a map but the geometry of the base map.

    Layers are drawn in the order areas, cities, sites, marks; inside a layer in tuple order.
    `bounds` is south, west, north, east in degrees.
    """

    lang: str
    title: str
    subtitle: str
    areas: tuple[Area, ...]
    cities: tuple[CityMark, ...]
    sites: tuple[Site, ...]
    labels: tuple[Label, ...]
    legend: tuple[LegendGroup, ...]
    bounds: tuple[float, float, float, float]
    selected: str
    foot: tuple[str, ...]  # counts, as-of date, revision: one text a part
    attribution: str
    sources: tuple[str, ...]
    stamp: str
    marks: tuple[Mark, ...] = ()
    lines: LineLayer | None = None
    stations: tuple[Station, ...] = ()
    link: str = ""  # opens this view; printed as a code
    top: tuple[Table, ...] = ()
    close_ups: tuple[CloseUp, ...] = ()
    works: tuple[WorkMark, ...] = ()


def plain(
    data: Dataset,
    lang: str,
    *,
    title: str,
    marks: tuple[Mark, ...],
    legend: tuple[LegendGroup, ...],
    bounds: tuple[float, float, float, float] | None = None,
) -> Scene:
    """Return a map of marks on a base without fill; by default it shows the whole country."""
    west, south, east, north = data.base.outline.total_bounds
    return Scene(
        lang=lang,
        title=title,
        subtitle="",
        areas=tuple(
            Area(one, Zone.UNKNOWN, name, "", lat, lon, hover=(), inside=False)
            for one, (name, lat, lon) in every_region(data, lang).items()
        ),
        cities=(),
        sites=(),
        labels=labels(data, lang),
        legend=legend,
        bounds=bounds or (float(south), float(west), float(north), float(east)),
        selected="",
        foot=(),
        attribution="",
        sources=(),
        stamp="",
        marks=marks,
    )


def build(data: Dataset, selection: Selection, *, stamp: str = "", link: str = "") -> Scene:
    """Return the map of a selection, in the language of its view; `link` opens the same view."""
    view = selection.view
    lang = view.lang
    areas = _areas(data, selection)
    cities = _cities(selection)
    sites = _sites(data, selection)
    return Scene(
        lang=lang,
        title=wording.title(data, view),
        subtitle=wording.subtitle(view),
        areas=areas,
        cities=cities,
        sites=sites,
        labels=labels(data, lang),
        legend=groups(data, selection),
        bounds=_bounds(data, selection),
        selected=_plant_of(data, view.sel),
        foot=wording.foot(data, selection),
        attribution=i18n.text(lang, "map.attribution"),
        sources=_sources(data, selection),
        stamp=stamp,
        lines=linelayer.layer(data, selection),
        stations=linelayer.stations(data, selection),
        link=link,
        top=standouts.tables(data, selection) if link else (),
        close_ups=closeups.around(data, lang, [(s.lat, s.lon) for s in sites]) if link else (),
    )


def _plant_of(data: Dataset, subject: str) -> str:
    """Return the plant that stands for a subject on the map: itself, or the one of a project."""
    project = data.rows["projects"].get(subject)
    return str(project["plant_id"]) if project else subject


def _areas(data: Dataset, selection: Selection) -> tuple[Area, ...]:
    view, lang = selection.view, selection.view.lang
    if Layer.REGIONS not in view.layers:
        return ()
    inside = set() if view.fill == NO_FILL else set(selection.regions.index)
    figures = records(selection.areas)
    rolls = linelayer.rolls(selection)
    areas = []
    for region, (name, lat, lon) in every_region(data, lang).items():
        figure = figures.get(region)
        wear = "" if figure is None else i18n.quantity(lang, figure["wear"], "percent")
        sector = i18n.label(lang, "sector", view.fill) if view.fill != NO_FILL else ""
        hover: list[tuple[str, str]] = []
        if sector:
            label = f"{i18n.text(lang, 'attribute.wear_percent')}, {sector.lower()}"
            day = "" if figure is None else f" · {i18n.date(lang, figure['stated_on'])}"
            hover.append((label, (wear or i18n.text(lang, "map.no_data")) + day))
        if region in rolls:
            hover.append((i18n.text(lang, "legend.lines"), rolls[region]))
        areas.append(
            Area(
                id=region,
                zone=Zone.UNKNOWN if figure is None else figure["zone"],
                label=name,
                value=wear,
                lat=lat,
                lon=lon,
                hover=tuple(hover),
                inside=region in inside,
                roll=rolls.get(region, ""),
            )
        )
    return tuple(areas)


@lru_cache(maxsize=8)
def every_region(data: Dataset, lang: str) -> Mapping[str, tuple[str, float, float]]:
    """Return the name of each region and a point well inside: latitude and longitude, degrees."""
    return {
        one: (wording.short_region(lang, row), *data.middles[one])
        for one, row in data.rows["regions"].items()
        if one in data.middles
    }


def _cities(selection: Selection) -> tuple[CityMark, ...]:
    lang = selection.view.lang
    marks = []
    for place, row in records(selection.cities).items():
        wear = i18n.quantity(lang, row["wear"], "percent")
        day = i18n.date(lang, row["stated_on"])
        scope = i18n.label(lang, "scope", row["scope"])
        hover = (
            (i18n.label(lang, "sector", row["sector"]), f"{wear} · {day}"),
            (i18n.text(lang, "map.figure_of"), scope),
            (
                i18n.text(lang, "filter.zone"),
                wording.zone_words(lang, row["zone"], row["zone_basis"]),
            ),
        )
        marks.append(
            CityMark(
                id=place,
                lat=row["lat"],
                lon=row["lon"],
                zone=row["zone"],
                value=wear,
                title=i18n.name(lang, row),
                hover=hover,
            )
        )
    return tuple(marks)


def _sites(data: Dataset, selection: Selection) -> tuple[Site, ...]:
    """Return the drawn plants, largest first, selected last; shared points are spread out."""
    if not selection.counts["plants"].drawn:
        return ()
    view = selection.view
    sel, known = _plant_of(data, view.sel), every_site(data, view.at, view.lang)
    drawn = [known[str(one)] for one in selection.plants.index if str(one) in known]
    shifts = _spread(drawn)
    show_status = Layer.PROJECTS in view.layers
    sites = [
        replace(
            site,
            dx_px=shifts.get(site.id, 0.0),
            status=site.status if show_status else "",
        )
        for site in drawn
    ]
    return tuple(sorted(sites, key=lambda s: (s.id == sel, -s.size_px)))


@lru_cache(maxsize=8)
def every_site(data: Dataset, at: date, lang: str) -> Mapping[str, Site]:
    """Return all plants known as of a day, each alone at its point; no filter changes them."""
    state = as_of(data, at)
    return {
        one: Site(
            id=one,
            lat=row["lat"],
            lon=row["lon"],
            dx_px=0.0,
            dy_px=0.0,
            kind=row["kind"],
            zone=row["zone"],
            size_px=style.symbol_px(_or_none(row["electric_mw"]), _or_none(row["heat_gcal_h"])),
            hollow=row["hollow"],
            at_city=row["location_accuracy"] == Accuracy.CITY,
            status=row["live_status"],
            title=i18n.name(lang, row),
            hover=wording.plant_hover(data, state, one, lang),
        )
        for one, row in state.plant_rows.items()
        if row["known"]
    }


def _spread(sites: Sequence[Site]) -> dict[str, float]:
    """Return shifts in x (px) that set plants of one and the same point side by side."""
    shared: dict[tuple[float, float], list[Site]] = defaultdict(list)
    for site in sites:
        shared[site.lat, site.lon].append(site)
    shifts: dict[str, float] = {}
    for beside in shared.values():
        if len(beside) == 1:
            continue
        width = sum(one.size_px for one in beside) + _GAP_PX * (len(beside) - 1)
        left = -width / 2
        for one in beside:
            shifts[one.id] = round(left + one.size_px / 2, 1)
            left += one.size_px + _GAP_PX
    return shifts


def _or_none(value: float) -> float | None:
    return None if pd.isna(value) else float(value)


@lru_cache(maxsize=8)
def labels(data: Dataset, lang: str) -> tuple[Label, ...]:
    """Return the names of places and lakes, those shown first in front."""
    places = [
        Label(i18n.name(lang, row), row["lat"], row["lon"], int(row["rank"]))
        for row in data.rows["places"].values()
    ]
    return (*sorted(places, key=lambda label: label.rank), *_lake_labels(data, lang))


def _lake_labels(data: Dataset, lang: str) -> Iterable[Label]:
    lakes = data.base.lakes.fillna("")
    named = lakes[lakes["name_ru"] != ""].drop_duplicates("lake_id")
    points = named.representative_point()
    for (index, row), area in zip(named.iterrows(), wording.areas_km2(named), strict=True):
        rank = 2 if area > _BIG_LAKE_KM2 else 4
        point = points[index]
        yield Label(i18n.name(lang, row), round(point.y, 4), round(point.x, 4), rank, water=True)


def _bounds(data: Dataset, selection: Selection) -> tuple[float, float, float, float]:
    line = linelayer.bounds(data, selection)
    if line:
        return line
    regions = data.base.regions
    chosen = regions[regions["region"].isin(selection.view.region)]
    west, south, east, north = (chosen if len(chosen) else data.base.outline).total_bounds
    return float(south), float(west), float(north), float(east)


def _sources(data: Dataset, selection: Selection) -> tuple[str, ...]:
    """Return the sources of the zones and wear that are drawn."""
    ids: list[str] = []
    for plant_id in selection.plants.index:
        found = selection.state.facts[plant_id]
        ids += [found[n].claim.source for n in ("zone_declared", "wear_percent") if n in found]
    ids += [*selection.areas["source_id"], *selection.cities["source_id"]]
    names = [wording.source_words(selection.view.lang, data.sources[i]) for i in dict.fromkeys(ids)]
    more = len(names) - _MAX_SOURCES
    rest = [i18n.text(selection.view.lang, "map.more_sources", count=more)] if more > 0 else []
    return (*names[:_MAX_SOURCES], *rest)
