"""What a map shows: decided once here, translated by `webmap` and `printmap`."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from meks_geo import i18n, style, wording
from meks_geo.legend import LegendGroup, LegendRow, groups
from meks_geo.model import Dataset
from meks_geo.queries import Selection
from meks_geo.vocabulary import Accuracy, Layer, Zone

__all__ = ["Area", "CityMark", "Label", "LegendGroup", "LegendRow", "Scene", "Site", "build"]

Lines = tuple[tuple[str, str], ...]

_GAP_PX = 4.0
_BIG_LAKE_KM2 = 2500.0
_MAX_SOURCES = 14


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
class Scene:
    """All of a map but the geometry of the base map.

    Layers are drawn in the order areas, cities, sites; inside a layer in tuple order.
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


def build(data: Dataset, selection: Selection, *, stamp: str = "") -> Scene:
    """Return the map of a selection: layers, labels, legend and foot in the language of its view."""
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
        labels=_labels(data, lang),
        legend=groups(data, selection),
        bounds=_bounds(data, selection),
        selected=view.sel,
        foot=wording.foot(data, selection),
        attribution=i18n.text(lang, "map.attribution"),
        sources=_sources(data, selection),
        stamp=stamp,
    )


def _areas(data: Dataset, selection: Selection) -> tuple[Area, ...]:
    view, lang = selection.view, selection.view.lang
    if Layer.REGIONS not in view.layers:
        return ()
    centres = data.base.regions.set_index("region").representative_point()
    areas = []
    for region, row in data.regions[data.regions["kind"] != "country"].iterrows():
        figure = selection.areas.loc[region] if region in selection.areas.index else None
        wear = "" if figure is None else i18n.quantity(lang, figure["wear"], "percent")
        name = wording.short_region(lang, row)
        sector = i18n.label(lang, "sector", view.fill) if view.fill != "none" else ""
        hover: list[tuple[str, str]] = []
        if sector:
            label = f"{i18n.text(lang, 'attribute.wear_percent')}, {sector.lower()}"
            day = "" if figure is None else f" · {i18n.date(lang, figure['stated_on'])}"
            hover.append((label, (wear or i18n.text(lang, "map.no_data")) + day))
        areas.append(
            Area(
                id=str(region),
                zone=Zone.UNKNOWN if figure is None else figure["zone"],
                label=name,
                value=wear,
                lat=round(centres[region].y, 4),
                lon=round(centres[region].x, 4),
                hover=tuple(hover),
                inside=region in selection.regions.index,
            )
        )
    return tuple(areas)


def _cities(selection: Selection) -> tuple[CityMark, ...]:
    lang = selection.view.lang
    marks = []
    for place, row in selection.cities.iterrows():
        wear = i18n.quantity(lang, row["wear"], "percent")
        day = i18n.date(lang, row["stated_on"])
        scope = i18n.label(lang, "scope", row["scope"])
        hover = (
            (i18n.label(lang, "sector", row["sector"]), f"{wear} · {day}"),
            (i18n.text(lang, "map.figure_of"), scope),
            (i18n.text(lang, "filter.zone"), wording.zone_words(lang, row["zone"], row["zone_basis"])),
        )
        marks.append(
            CityMark(
                id=str(place),
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
    """Return the drawn plants, the largest first, the selected one last; shared points spread out."""
    lang, sel = selection.view.lang, selection.view.sel
    if not selection.counts["plants"].drawn:
        return ()
    plants = selection.plants[selection.plants["known"]]
    sizes = {
        plant_id: style.symbol_px(_or_none(row["electric_mw"]), _or_none(row["heat_gcal_h"]))
        for plant_id, row in plants.iterrows()
    }
    shifts = _spread(plants, sizes)
    show_status = Layer.PROJECTS in selection.view.layers
    sites = [
        Site(
            id=str(plant_id),
            lat=row["lat"],
            lon=row["lon"],
            dx_px=shifts.get(str(plant_id), 0.0),
            dy_px=0.0,
            kind=row["kind"],
            zone=row["zone"],
            size_px=sizes[plant_id],
            hollow=bool(row["hollow"]),
            at_city=row["location_accuracy"] == Accuracy.CITY,
            status=row["status"] if show_status else "",
            title=i18n.name(lang, row),
            hover=wording.plant_hover(data, selection.state, str(plant_id), lang),
        )
        for plant_id, row in plants.iterrows()
    ]
    return tuple(sorted(sites, key=lambda s: (s.id == sel, -s.size_px)))


def _spread(plants: pd.DataFrame, sizes: dict[str, float]) -> dict[str, float]:
    """Return shifts in x (px) that set plants of one and the same point side by side."""
    shared: dict[tuple[float, float], list[str]] = defaultdict(list)
    for plant_id, row in plants.iterrows():
        shared[row["lat"], row["lon"]].append(str(plant_id))
    shifts: dict[str, float] = {}
    for ids in shared.values():
        if len(ids) == 1:
            continue
        width = sum(sizes[i] for i in ids) + _GAP_PX * (len(ids) - 1)
        left = -width / 2
        for plant_id in ids:
            shifts[plant_id] = round(left + sizes[plant_id] / 2, 1)
            left += sizes[plant_id] + _GAP_PX
    return shifts


def _or_none(value: float) -> float | None:
    return None if pd.isna(value) else float(value)


def _labels(data: Dataset, lang: str) -> tuple[Label, ...]:
    places = [
        Label(i18n.name(lang, row), row["lat"], row["lon"], int(row["rank"]))
        for _, row in data.places.sort_values("rank", kind="stable").iterrows()
    ]
    return (*places, *_lake_labels(data, lang))


def _lake_labels(data: Dataset, lang: str) -> Iterable[Label]:
    lakes = data.base.lakes.fillna("")
    named = lakes[lakes["name_ru"] != ""].drop_duplicates("lake_id")
    points = named.representative_point()
    for (index, row), area in zip(named.iterrows(), wording.areas_km2(named), strict=True):
        rank = 2 if area > _BIG_LAKE_KM2 else 4
        point = points[index]
        yield Label(i18n.name(lang, row), round(point.y, 4), round(point.x, 4), rank, water=True)


def _bounds(data: Dataset, selection: Selection) -> tuple[float, float, float, float]:
    regions = data.base.regions
    chosen = regions[regions["region"].isin(selection.view.region)]
    west, south, east, north = (chosen if len(chosen) else data.base.outline).total_bounds
    return float(south), float(west), float(north), float(east)


def _sources(data: Dataset, selection: Selection) -> tuple[str, ...]:
    """Return the sources of what is drawn: zones and wear of plants, figures of regions and cities."""
    ids: list[str] = []
    for plant_id in selection.plants.index:
        found = selection.state.facts[plant_id]
        ids += [found[n].claim.source for n in ("zone_declared", "wear_percent") if n in found]
    ids += [*selection.areas["source_id"], *selection.cities["source_id"]]
    names = [wording.source_words(selection.view.lang, data.sources[i]) for i in dict.fromkeys(ids)]
    return tuple(names[:_MAX_SOURCES])
