"""The layers of a view as tables: the columns that come in, and beside them what the map shows.

A table holds every object in the filter, drawn or not, as of the day of the view. Its columns are
those of `data/schema` that the intake reads, so a table that was edited elsewhere comes in again;
after them stand the columns of `ADDED`, which say what the map makes of the row and on whose word.
A figure that nobody stated is an empty cell.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from meks_geo import i18n, linesources, rolls
from meks_geo.dates import parse
from meks_geo.exports.cells import Columns, Rows, cell, of_rows
from meks_geo.exports.entities import passing_entities
from meks_geo.exports.linetable import line_cells
from meks_geo.facts import Figure
from meks_geo.model import ROLLS, Attribute, Column, Dataset, Row, Schema, Source
from meks_geo.queries import Selection
from meks_geo.store import Store
from meks_geo.view import NO_FILL
from meks_geo.vocabulary import Lang, Zone

#: Tables that come in, in the order of their layers and sheets.
TABLES = ("plants", "projects", "entities", "networks", *ROLLS)
#: Tables that only go out.
OTHERS = ("regions", "indicators", "figures", "sources")

Figures = Mapping[str, Figure]


def _added(name: str, kind: str = "date", vocabulary: str = "", unit: str = "") -> Column:
    return Column(name, kind, unit, False, vocabulary, "identity", False)


def _said(stem: str) -> tuple[Column, Column]:
    return _added(f"{stem}_stated_on"), _added(f"{stem}_source_id", "ref", "sources")


_ZONE = (_added("zone", "code", "zone"), _added("zone_basis", "text"))
_WEAR_SOURCE = _added("wear_source_id", "ref", "sources")
_SOURCE = _added("source_id", "ref", "sources")

#: What each table says beside the columns that come in.
ADDED: Mapping[str, tuple[Column, ...]] = MappingProxyType(
    {
        "plants": (*_ZONE, *_said("zone"), _WEAR_SOURCE, *_said("capacity")),
        "projects": (*_said("status"), *_said("cost"), *_said("completion")),
        "entities": (*_ZONE, _WEAR_SOURCE),
        "networks": (*_ZONE, _added("measured_km", "number", "", "km"), _SOURCE),
        **dict.fromkeys(ROLLS, ()),
    }
)

#: Columns of the tables that have no schema of their own.
_OWN: Mapping[str, tuple[Column, ...]] = MappingProxyType(
    {
        "regions": (
            _added("region", "id"),
            *(_added(f"name_{lang}", "text") for lang in Lang),
            _added("sector", "code", "sector"),
            _added("length_km", "number", "", "km"),
            _added("wear_percent", "bound", "", "percent"),
            *_ZONE,
            _added("stated_on"),
            _SOURCE,
        ),
        "figures": (
            _added("subject_id", "ref"),
            _added("attribute", "text"),
            _added("value", "value"),
            _added("unit", "text"),
            _added("stated_on"),
            _added("standing", "code", "standing"),
            _SOURCE,
        ),
    }
)

#: Figures of a project that have their day and source in columns of their own.
_OF_PROJECTS = {"status": "status", "cost": "cost_bn_kzt", "completion": "completion"}


@dataclass(frozen=True, eq=False)
class Table:
    """One layer of a view.

    Parameters
    ----------
    name
        Name of the layer, that of its register.
    columns
        In order; the first is the id. The geometry of a layer is none of them.
    cells
        Typed cells by column: text, whole number, number, None for an empty one. A wear that is a
        bound, such as `>80`, is text.
    geometry
        Points of plants and projects, lines of networks, polygons of regions, in longitude and
        latitude degrees (EPSG:4326), None where the place is not known; None for a plain table.
    """

    name: str
    columns: tuple[Column, ...]
    cells: Columns
    geometry: npt.NDArray[np.object_] | None = None

    @property
    def id_column(self) -> str:
        """Name of the id column."""
        return self.columns[0].name

    @property
    def rows(self) -> Rows:
        """The rows, as mappings by column."""
        return Rows(self.cells, len(self))

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.cells[self.id_column])

    def without(self, *names: str) -> "Table":
        """Return the table without some columns."""
        kept = tuple(c for c in self.columns if c.name not in names)
        return Table(self.name, kept, {c.name: self.cells[c.name] for c in kept}, self.geometry)


@lru_cache(maxsize=1)
def _schemas() -> Mapping[str, Schema]:
    return Store().schemas()


def label(lang: str, column: Column) -> str:
    """Return what a column is called in a language, with the sign of its unit."""
    if i18n.has(lang, f"column.{column.name}"):
        return i18n.text(lang, f"column.{column.name}")
    return i18n.text(lang, f"files.column_{column.name}")


def columns_of(name: str) -> tuple[Column, ...]:
    """Return the columns of a table in order: those that come in, then those that are added.

    Raises
    ------
    KeyError
        If there is no such table.
    """
    if name in _OWN:
        return _OWN[name]
    known = tuple(c for c in _schemas()[name].columns if c.intake and c.type != "geometry")
    return (*known, *ADDED.get(name, ()))


def table(data: Dataset, selection: Selection, name: str, *, exact: bool = True) -> Table:
    """Return one table of a view.

    Parameters
    ----------
    name
        One of `TABLES` or `OTHERS`.
    exact
        Give the lines of networks and their declared lengths as they came in, which reads them all;
        without it lines are exact to a centimetre, and the declared lengths are left out.

    Raises
    ------
    KeyError
        If there is no such table.
    """
    if name == "networks":
        columns = columns_of(name)
        return Table(name, columns, *line_cells(data, selection, columns, exact=exact))
    if name in ROLLS:
        found = rolls.select(data, selection.view, name).to_dict("index")
        return _made(name, [_cells(name, str(one), row, {}) for one, row in found.items()])
    return _MAKERS[name](data, selection)


def used_sources(data: Dataset, tables: Sequence[Table], more: Sequence[Source] = ()) -> Table:
    """Return the sources that the cells of tables name, in order of first use, then `more`."""
    ids: dict[str, None] = {}
    for one in tables:
        names = [c.name for c in one.columns if c.name.endswith("source_id")]
        for row in zip(*(one.cells[name] for name in names), strict=True):
            ids |= {str(cell): None for cell in row if cell is not None}
    ids |= {one.id: None for one in more}
    known = {**data.sources, **{one.id: one for one in data.line_sources.values()}}
    found = [known[one] for one in ids if one in known]
    rows = [
        {
            "source_id": source.id,
            "title": source.title,
            "publisher": source.publisher,
            "url": source.url,
            "date": source.date,
            "provenance": source.provenance,
        }
        for source in found
    ]
    return _made("sources", rows)


# -- things ----------------------------------------------------------------------------------------


def _plants(data: Dataset, selection: Selection) -> Table:
    state = selection.state
    rows = []
    for plant in map(str, selection.plants.index):
        shown, found = state.plant_rows[plant], state.facts[plant]
        rows.append(
            {
                **_cells("plants", plant, shown, found),
                "zone": shown["zone"],
                "zone_basis": shown["zone_basis"],
                **_told("zone", found.get("zone_declared")),
                "wear_source_id": _source(found.get("wear_percent")),
                **_told("capacity", _capacity(found)),
            }
        )
    geometry = shapely.points(selection.plants[["lon", "lat"]].to_numpy(dtype=np.float64))
    return _made("plants", rows, geometry)


def _projects(data: Dataset, selection: Selection) -> Table:
    rows, points = [], []
    for project in map(str, selection.projects.index):
        row, found = data.rows["projects"][project], selection.state.facts[project]
        told = {
            k: v for s, name in _OF_PROJECTS.items() for k, v in _told(s, found.get(name)).items()
        }
        rows.append({**_cells("projects", project, row, found), **told})
        plant = data.rows["plants"].get(str(row["plant_id"]))
        points.append(None if plant is None else shapely.Point(plant["lon"], plant["lat"]))
    return _made("projects", rows, np.array([*points, None], dtype=object)[:-1])


def _entities(data: Dataset, selection: Selection) -> Table:
    rows = []
    for entity, zone in passing_entities(data, selection).items():
        found = selection.state.facts[entity]
        rows.append(
            {
                **_cells("entities", entity, data.rows["entities"][entity], found),
                "zone": zone.zone,
                "zone_basis": zone.basis,
                "wear_source_id": _source(found.get("wear_percent")),
            }
        )
    return _made("entities", rows)


def _cells(name: str, subject: str, row: Row, found: Figures) -> dict[str, Any]:
    """Return the cells of the columns that come in: of the register, else what was last stated.

    The columns that date and source a whole row stay empty: they are for who changes it.
    """
    cells: dict[str, Any] = {}
    for place, column in enumerate(columns_of(name)):
        if place == 0:
            cells[column.name] = subject
        elif column.intake and column.kept == "identity":
            cells[column.name] = row.get(column.name)
        elif column.intake and column.kept == "claim":
            cells[column.name] = found[column.name].value if column.name in found else None
    wear, basis = found.get("wear_percent"), found.get("wear_basis")
    if wear is not None:
        cells["wear_date"] = wear.claim.stated_on.text
        if basis is not None and basis.claim.stated_on == wear.claim.stated_on:
            cells["wear_basis"] = basis.value
    return cells


def _told(stem: str, figure: Figure | None) -> dict[str, str]:
    day = figure.claim.stated_on.text if figure else ""
    return {f"{stem}_stated_on": day, f"{stem}_source_id": _source(figure)}


def _capacity(found: Figures) -> Figure | None:
    """Return a figure of capacity whose day and source are those of all; None if they differ."""
    stated = [found[name] for name in ("electric_mw", "heat_gcal_h") if name in found]
    said = {(one.claim.stated_on.text, one.claim.source) for one in stated}
    return stated[0] if len(said) == 1 else None


def _source(figure: Figure | None) -> str:
    return figure.claim.source if figure else ""


# -- what is published of them ---------------------------------------------------------------------


def _regions(data: Dataset, selection: Selection) -> Table:
    shapes = dict(zip(data.base.regions["region"], data.base.regions.geometry, strict=True))
    rows, geometry = [], []
    for region in map(str, selection.regions.index):
        known = selection.areas.index == region
        figure = selection.areas[known].iloc[0] if known.any() else {}
        names = {f"name_{lang}": data.rows["regions"][region][f"name_{lang}"] for lang in Lang}
        rows.append(
            {
                "region": region,
                **names,
                "sector": "" if selection.view.fill == NO_FILL else selection.view.fill,
                "length_km": figure.get("length_km"),
                "wear_percent": figure.get("wear_percent"),
                "zone": figure.get("zone", Zone.UNKNOWN),
                "zone_basis": figure.get("zone_basis"),
                "stated_on": figure.get("stated_on"),
                "source_id": figure.get("source_id"),
            }
        )
        geometry.append(shapes[region])
    return _made("regions", rows, np.array([*geometry, None], dtype=object)[:-1])


def _indicators(data: Dataset, selection: Selection) -> Table:
    """Return every published figure on or before the day, of the regions and sectors in view."""
    view, found = selection.view, data.indicators
    rows = []
    for one, row in found.to_dict("index").items():
        seen = parse(str(row["stated_on"])).last <= view.at
        here = not view.region or row["region"] in view.region
        asked = not view.sector or row["sector"] in view.sector
        allowed = data.sources[row["source_id"]].provenance in view.provenance
        if seen and here and asked and allowed:
            rows.append({"indicator_id": one, **row})
    return _made("indicators", rows)


def _figures(data: Dataset, selection: Selection) -> Table:
    """Return every figure of the objects in view, one a row, with its day and its source."""
    subjects = [*selection.plants.index, *selection.projects.index]
    subjects += passing_entities(data, selection)
    rows = [
        {
            "subject_id": subject,
            "attribute": name,
            "value": cell(_typed(data.attributes[name]), figure.value),
            "unit": data.attributes[name].unit,
            "stated_on": figure.claim.stated_on.text,
            "standing": figure.claim.standing,
            "source_id": figure.claim.source,
        }
        for subject in map(str, subjects)
        for name, figure in selection.state.facts[subject].items()
    ]
    return _made("figures", rows)


def _typed(attribute: Attribute) -> Column:
    return _added(attribute.name, attribute.type, attribute.vocabulary, attribute.unit)


def _sources(data: Dataset, selection: Selection) -> Table:
    named = [table(data, selection, one) for one in ("figures", "indicators", "regions")]
    return used_sources(data, named, linesources.of_all(data, selection.lines))


def _made(
    name: str,
    rows: Sequence[Mapping[str, Any]],
    geometry: npt.NDArray[np.object_] | None = None,
) -> Table:
    columns = columns_of(name)
    return Table(name, columns, of_rows(columns, rows), geometry)


_MAKERS: Mapping[str, Callable[[Dataset, Selection], Table]] = MappingProxyType(
    {
        "plants": _plants,
        "projects": _projects,
        "entities": _entities,
        "regions": _regions,
        "indicators": _indicators,
        "figures": _figures,
        "sources": _sources,
    }
)
