"""A layer of a view as GeoJSON: one FeatureCollection that says where it comes from.

The collection carries its passport in a member of its own, which RFC 7946 allows and readers that
do not know it pass over. Coordinates are longitude and latitude in degrees (EPSG:4326).
"""

import json
from collections.abc import Iterator
from io import BytesIO

import shapely

from meks_geo import queries
from meks_geo.exports import passport, tables
from meks_geo.exports.passport import Passport
from meks_geo.exports.tables import Table
from meks_geo.model import Dataset
from meks_geo.planning.saved import SavedPlan
from meks_geo.progress import Progress, silent
from meks_geo.queries import Selection
from meks_geo.view import View
from meks_geo.vocabulary import Layer

#: Layers that can be asked for by name.
LAYERS = (*tables.TABLES, "regions", "indicators")

_BATCH = 10_000


def layer_of(selection: Selection) -> str:
    """Return the layer that a file with room for one holds.

    Networks where the view asks for a sector and has such lines, or shows networks without the
    plants; else plants.
    """
    view = selection.view
    alone = Layer.NETWORKS in view.layers and Layer.PLANTS not in view.layers
    return "networks" if alone or (view.sector and len(selection.lines)) else "plants"


def write(
    data: Dataset,
    view: View,
    *,
    stamp: str = "",
    progress: Progress = silent,
    layer: str = "",
    plan: SavedPlan | None = None,
) -> bytes:
    """Return a layer of a view as GeoJSON; the same bytes for the same arguments.

    Parameters
    ----------
    layer
        One of `LAYERS`; that of `layer_of` unless given.
    plan
        The saved plan of the view, which the passport names.

    Raises
    ------
    KeyError
        If there is no such layer.
    """
    selection = queries.select(data, view)
    progress("rows", 0.1)
    found = tables.table(data, selection, layer or layer_of(selection))
    return collection(data, selection, found, stamp=stamp, progress=progress, plan=plan)


def collection(
    data: Dataset,
    selection: Selection,
    found: Table,
    *,
    stamp: str = "",
    progress: Progress = silent,
    plan: SavedPlan | None = None,
) -> bytes:
    """Return a table of a selection as a FeatureCollection."""
    if found.name == "plants":
        found = found.without("lat", "lon")  # who moves the point must not contradict them
    said = passport.of(data, selection, stamp=stamp, plan=plan)
    head = {"type": "FeatureCollection", "name": found.name}
    origin = {"passport": _passport(said, tables.used_sources(data, [found]))}
    buffer = BytesIO()
    buffer.write(f'{_json(head)[:-1]},{_json(origin)[1:-1]},"features":[\n'.encode())
    for number, text in enumerate(_features(found)):
        buffer.write(f",\n{text}".encode() if number else text.encode())
        if number % _BATCH == 0:
            progress("write", 0.3 + 0.7 * number / max(1, len(found)))
    buffer.write(b"\n]}\n")
    progress("done", 1.0)
    return buffer.getvalue()


def _features(found: Table) -> Iterator[str]:
    """Yield features as text; an object without a place has a null geometry."""
    columns = [column.name for column in found.columns]
    for first in range(0, len(found), _BATCH):
        rows = found.rows[first : first + _BATCH]
        shapes: list[str | None] = [None] * len(rows)
        if found.geometry is not None:
            shapes = shapely.to_geojson(found.geometry[first : first + _BATCH]).tolist()
        for row, shape in zip(rows, shapes, strict=True):
            named = _json(row[found.id_column])
            cells = _json({name: row[name] for name in columns})
            yield (
                f'{{"type":"Feature","id":{named},'
                f'"geometry":{shape or "null"},"properties":{cells}}}'
            )


def _passport(said: Passport, sources: Table) -> dict[str, object]:
    return {
        "stamp": said.stamp,
        "language": said.lang,
        "filter": said.title,
        **({"plan": said.plan} if said.plan else {}),
        "as_of": said.as_of,
        "revision": said.revision,
        "counts": list(said.counts),
        "link": said.link,
        "licence": said.licence,
        "attribution": said.attribution,
        "sources": list(sources.rows),
    }


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
