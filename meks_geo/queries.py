"""Filters, counts and sums: a dataset and a view in, new frames out; inputs are never changed.

Values of one key OR, keys AND. Status, funding and year must hold on one and the same project. A
plant stays if its own keys match and, when a project key is set, one such project matches; what a
row lacks matches only `unknown`.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pandas as pd

from meks_geo import networks
from meks_geo.dates import parse
from meks_geo.i18n import search_key
from meks_geo.model import Dataset
from meks_geo.networks import Passing
from meks_geo.state import State, as_of, indicators
from meks_geo.thinning import FIRST_ZOOM, LAST_ZOOM
from meks_geo.view import NO_FILL, PROJECT_KEYS, Span, View, changed
from meks_geo.vocabulary import ENDED, UNKNOWN, Layer, Provenance

Mask = npt.NDArray[np.bool_]
Masks = dict[str, Mask]


@dataclass(frozen=True, slots=True)
class Counts:
    """How much of a layer is drawn, passes the filter, and is in the source."""

    in_source: int
    in_filter: int
    drawn: int


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums over a selection; None where nothing is known. Money in bn KZT, MW, Gcal/h, percent."""

    projects: int
    cost_bn_kzt: float | None
    cost_known: int
    electric_mw_added: float | None
    heat_gcal_h_added: float | None
    wear_percent: float | None
    wear_known: int
    wear_known_share: float


@dataclass(frozen=True, eq=False)
class Selection:
    """What a view lets through, with counts and totals."""

    view: View
    state: State
    plants: pd.DataFrame
    projects: pd.DataFrame
    regions: pd.DataFrame
    areas: pd.DataFrame
    cities: pd.DataFrame
    lines: Passing
    asked: frozenset[str] | None  # projects that pass every filter of a project; None for no filter
    counts: Mapping[str, Counts]
    totals: Totals
    newest: str


def known_only(data: Dataset, view: View) -> tuple[View, tuple[str, ...]]:
    """Return the view without ids that this revision does not hold, and what was dropped."""
    dropped = []
    cities = tuple(c for c in view.city if c in data.places.index or c == UNKNOWN)
    dropped += [f"city={c}" for c in view.city if c not in cities]
    sel = view.sel
    if sel and not data.subject_type(sel) and sel not in data.places.index:
        dropped.append(f"sel={sel}")
        sel = ""
    return replace(view, city=cities, sel=sel), tuple(dropped)


def select(data: Dataset, view: View) -> Selection:
    """Return what the view lets through, as of its date."""
    state = as_of(data, view.at)
    plant_masks, project_masks = _masks(data, state, view)
    plants = state.plants[_plants_pass(state, plant_masks, project_masks, view)]
    projects = state.projects[_all(project_masks)]
    asked = _projects_asked(state, project_masks, view)
    lines = networks.select(data, view, asked)
    units = data.regions[data.regions["kind"] != "country"]
    regions = units[units.index.isin(view.region)] if view.region else units
    areas, cities = _figures(data, view)
    shown = set(view.layers)
    drawn_plants = plants[plants["known"]] if Layer.PLANTS in shown else plants[:0]
    placed = projects["known"] & projects["plant_id"].isin(drawn_plants.index)
    on_map = placed & (Layer.PROJECTS in shown)
    return Selection(
        view=view,
        state=state,
        plants=plants,
        projects=projects,
        regions=regions,
        areas=areas[areas.index.isin(regions.index)],
        cities=cities if Layer.CITIES in shown else cities[:0],
        lines=lines,
        asked=asked,
        counts={
            "plants": Counts(len(state.plants), len(plants), len(drawn_plants)),
            "projects": Counts(len(state.projects), len(projects), int(on_map.sum())),
            "regions": Counts(
                len(units), len(regions), len(regions) if Layer.REGIONS in shown else 0
            ),
            "networks": Counts(len(data.lines), len(lines), _lines_drawn(view, lines)),
        },
        totals=totals(plants, projects),
        newest=_newest([*plants["newest"], *projects["newest"]]),
    )


def totals(plants: pd.DataFrame, projects: pd.DataFrame) -> Totals:
    """Return the sums over plants and projects of a selection.

    A parent is never summed with its children, a programme of the whole country never at all, what
    is synthetic never with what is not (`reported`); "to be added" leaves out completed and
    cancelled projects; a bound is never in a mean. `projects` counts them all.
    """
    count, plants, projects = len(projects), reported(plants), reported(projects)
    ahead = projects[~projects["status"].isin(ENDED)]
    wear = plants["wear_exact"].dropna()
    cost = summable(projects, "cost_bn_kzt")
    return Totals(
        projects=count,
        cost_bn_kzt=_sum(cost),
        cost_known=len(cost),
        electric_mw_added=_sum(summable(ahead, "electric_mw")),
        heat_gcal_h_added=_sum(summable(ahead, "heat_gcal_h")),
        wear_percent=round(float(wear.mean()), 2) if len(wear) else None,
        wear_known=len(wear),
        wear_known_share=round(len(wear) / len(plants), 4) if len(plants) else 0.0,
    )


def reported(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the rows that may be summed: synthetic ones only where there are no others."""
    real = frame["provenance"] != Provenance.SYNTHETIC
    return frame[real] if real.any() else frame


def _lines_drawn(view: View, lines: Passing) -> int:
    """Return how many lines the map draws at the zoom of the view, the national one by default."""
    if Layer.NETWORKS not in view.layers:
        return 0
    zoom = int(view.map.zoom + 0.5) if view.map else _NATIONAL_ZOOM
    return len(lines) - lines.left_out[min(max(zoom, FIRST_ZOOM), LAST_ZOOM)]


_NATIONAL_ZOOM = 5
#: The programme of which the projects are part; its own sums stand beside theirs, never with them.
PROGRAMME = "meks"


def summable(projects: pd.DataFrame, column: str) -> pd.Series:
    """Return the values that may be summed: no programme, no parent beside its children."""
    values = projects[column].dropna()
    return values[~values.index.isin(wholes(projects, values.index))]


def wholes(projects: pd.DataFrame, parts: Iterable[str]) -> frozenset[str]:
    """Return the programme and every project that one of `parts` belongs to, however far up."""
    above = {PROGRAMME}
    for part in parts:
        parent = projects.at[part, "parent_id"]
        while parent and parent not in above:
            above.add(parent)
            parent = projects.at[parent, "parent_id"] if parent in projects.index else ""
    return frozenset(above)


def _sum(values: pd.Series) -> float | None:
    return round(float(values.sum()), 3) if len(values) else None


def facets(data: Dataset, view: View) -> dict[str, dict[str, int]]:
    """Return, for each list key, how many objects each of its options would leave.

    The count beside an option ignores its own key. Keys of a project count projects, the others
    count plants; region, city and provenance count plants and the projects that have no plant.
    """
    state = as_of(data, view.at)
    plant_masks, project_masks = _masks(data, state, view)
    plain = state.projects["plant_id"].to_numpy() == ""
    found: dict[str, dict[str, int]] = {}
    for key, column in _COLUMNS.items():
        others = changed(view, **{key: ()})
        plants_ok = _plants_pass(state, plant_masks, project_masks, others, skip=key)
        projects_ok = _all(project_masks, skip=key)
        values: list[str] = []
        if key in (*PROJECT_KEYS, "sector"):
            values += _values(state.projects, column, projects_ok)
        else:
            values += _values(state.plants, column, plants_ok)
        if key in ("region", "city", "provenance"):
            values += _values(state.projects, column, projects_ok & plain)
        found[key] = dict(Counter(values))
    return found


def _values(table: pd.DataFrame, column: str, mask: Mask) -> list[str]:
    return [value or UNKNOWN for value in table[column].to_numpy()[mask]]


#: Column of the frames that a list key filters.
_COLUMNS = {
    "region": "region",
    "city": "place_id",
    "sector": "sector",
    "kind": "kind",
    "status": "status",
    "funding": "funding",
    "zone": "zone",
    "provenance": "provenance",
}


def loosen(data: Dataset, view: View) -> tuple[tuple[str, int], ...]:
    """Return which single filter to switch off and how many objects that leaves, best first."""
    state = as_of(data, view.at)
    options = []
    for key in view.filters_on():
        wider = changed(view, **{key: getattr(View(), key)})
        plants, projects = _masks(data, state, wider)
        left = _plants_pass(state, plants, projects, wider).sum() + _all(projects).sum()
        options.append((key, int(left)))
    return tuple(sorted((o for o in options if o[1]), key=lambda o: -o[1]))


def _plants_pass(state: State, plants: Masks, projects: Masks, view: View, skip: str = "") -> Mask:
    passing = _all(plants, skip=skip)
    asked = _projects_asked(state, projects, view, skip)
    if asked is None:
        return passing
    owners = set(state.projects.loc[list(asked), "plant_id"])
    owning: Mask = passing & _is_in(state.plants.index, owners)
    return owning


def _projects_asked(
    state: State, projects: Masks, view: View, skip: str = ""
) -> frozenset[str] | None:
    """Return the projects that pass every filter of a project; None when none is set."""
    keys = [k for k in PROJECT_KEYS if k != skip and getattr(view, k)]
    if not keys:
        return None
    together = _all({k: projects[k] for k in keys})
    return frozenset(state.projects.index[together])


def _all(masks: Masks, skip: str = "") -> Mask:
    passing: Mask = np.logical_and.reduce([mask for key, mask in masks.items() if key != skip])
    return passing


def _is_in(values: Iterable[object], wanted: Collection[object]) -> Mask:
    return np.array([value in wanted for value in values], dtype=bool)


def _masks(data: Dataset, state: State, view: View) -> tuple[Masks, Masks]:
    """Return, for plants and for projects, which rows pass each key on its own."""
    plants, projects = state.plants, state.projects
    on_plants, on_projects = {}, {}
    for key, column in _COLUMNS.items():
        wanted = getattr(view, key)
        if column in plants:
            on_plants[key] = _one_of(plants[column], wanted)
        if column in projects:
            on_projects[key] = _one_of(projects[column], wanted)
    on_plants["wear"] = _overlaps(plants, "wear", view.wear)
    on_projects["wear"] = _overlaps(projects, "wear", view.wear)
    on_projects["year"] = _overlaps(projects, "year", view.year)
    if view.q:
        plant_hits, project_hits = search(data, view.q)
        on_plants["q"] = _is_in(plants.index, plant_hits)
        on_projects["q"] = _is_in(projects.index, project_hits)
    return on_plants, on_projects


def _one_of(column: pd.Series, wanted: tuple[str, ...]) -> Mask:
    if not wanted:
        return np.ones(len(column), dtype=bool)
    return _is_in((value or UNKNOWN for value in column.to_numpy()), wanted)


def _overlaps(table: pd.DataFrame, name: str, span: Span | None) -> Mask:
    """Return the rows whose interval overlaps a range; both ends belong to it."""
    low, high = table[f"{name}_low"].to_numpy(), table[f"{name}_high"].to_numpy()
    return np.ones(len(table), dtype=bool) if span is None else span.overlaps(low, high)


@lru_cache(maxsize=8)
def _search_index(data: Dataset) -> tuple[dict[str, str], dict[str, str]]:
    """Return the searchable text of each plant and each project.

    A plant is found by its own names, its town and its region; a project by its own names too.
    """

    def names(table: str, key: str) -> list[str]:
        row = data.rows[table].get(key)
        return [key, row["name_kk"], row["name_ru"], row["name_en"]] if row else []

    around = {
        one: names("places", row["place_id"]) + names("regions", row["region"])
        for table in ("plants", "projects")
        for one, row in data.rows[table].items()
    }
    plants = {p: " ".join(names("plants", p) + around[p]) for p in data.plants.index}
    projects = {
        p: " ".join([*names("projects", p), *around[p], plants.get(row["plant_id"], "")])
        for p, row in data.rows["projects"].items()
    }
    for project, row in data.rows["projects"].items():
        if row["plant_id"]:
            plants[row["plant_id"]] += " " + " ".join(names("projects", project))
    return (
        {p: f" {search_key(text)}" for p, text in plants.items()},
        {p: f" {search_key(text)}" for p, text in projects.items()},
    )


def search(data: Dataset, text: str) -> tuple[frozenset[str], frozenset[str]]:
    """Return the plants and projects in whose names every word of `text` begins a word."""
    words = search_key(text).split()
    plants, projects = _search_index(data)

    def hits(index: Mapping[str, str]) -> frozenset[str]:
        return frozenset(
            one for one, found in index.items() if all(f" {word}" in found for word in words)
        )

    return hits(plants), hits(projects)


def _figures(data: Dataset, view: View) -> tuple[pd.DataFrame, pd.DataFrame]:
    by_region, by_place = indicators(data, view.at, view.fill)
    if view.fill == NO_FILL:
        return by_region[:0], by_place[:0]
    by_region, by_place = (
        table[_is_in((data.sources[one].provenance for one in table["source_id"]), view.provenance)]
        for table in (by_region, by_place)
    )
    if view.region:
        by_place = by_place[by_place["region"].isin(view.region)]
    if view.city:
        by_place = by_place[by_place.index.isin(view.city)]
    return by_region, by_place


def _newest(days: Iterable[str]) -> str:
    known = [parse(day) for day in days if day]
    return max(known, key=lambda p: (p.last, p.first)).text if known else ""


def describe(selection: Selection, dropped: tuple[str, ...]) -> dict[str, object]:
    """Return the JSON document of the `query` command (DESIGN, section 7)."""
    ids = {
        "plants": list(selection.plants.index),
        "projects": list(selection.projects.index),
        "regions": list(selection.regions.index),
    }
    layers: dict[str, dict[str, object]] = {
        name: {"in_source": c.in_source, "in_filter": c.in_filter, "drawn": c.drawn}
        for name, c in selection.counts.items()
    }
    for name, found in ids.items():
        layers[name]["ids"] = found
    layers["networks"]["length_km"] = _length_km(selection)
    sums = selection.totals
    return {
        "as_of": selection.view.at.isoformat(),
        "dropped": list(dropped),
        "layers": layers,
        "totals": {
            "projects": sums.projects,
            "cost_bn_kzt": sums.cost_bn_kzt,
            "electric_mw_added": sums.electric_mw_added,
            "heat_gcal_h_added": sums.heat_gcal_h_added,
            "wear_percent": sums.wear_percent,
            "wear_known_share": sums.wear_known_share,
        },
    }


def _length_km(selection: Selection) -> float:
    """Return the kilometres of the lines; synthetic ones only when nothing else is asked for."""
    alone = selection.view.provenance == (Provenance.SYNTHETIC,)
    lines = selection.lines if alone else selection.lines.but_synthetic()
    return round(float(lines.km.sum()), 3)
