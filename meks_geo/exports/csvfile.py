"""One layer of a view as CSV that Excel opens: UTF-8 with its mark, headers in the reader's words.

Every row says on which day, in which revision and by which filter it was true, so that a row that
was copied elsewhere keeps its origin.
"""

import csv
from io import StringIO

import shapely

from meks_geo import i18n, queries
from meks_geo.exports import passport, tables
from meks_geo.exports.cells import Cell
from meks_geo.exports.geojson import layer_of
from meks_geo.exports.passport import Passport
from meks_geo.exports.safe import neutral
from meks_geo.exports.tables import Table
from meks_geo.model import Dataset
from meks_geo.planning.saved import SavedPlan
from meks_geo.progress import Progress, silent
from meks_geo.view import View

_MARK = "\ufeff"
_BATCH = 10_000


def write(
    data: Dataset,
    view: View,
    *,
    stamp: str = "",
    progress: Progress = silent,
    layer: str = "",
    plan: SavedPlan | None = None,
) -> bytes:
    """Return a layer of a view as CSV; the same bytes for the same arguments.

    Parameters
    ----------
    layer
        One of `tables.TABLES` or `tables.OTHERS`; that of `geojson.layer_of` unless given.
    plan
        The saved plan of the view, which each row names.

    Returns
    -------
    content
        Comma-separated, decimal points, geometry of networks as WKT in longitude and latitude
        degrees (EPSG:4326). A text that begins like a formula is quoted with an apostrophe.

    Raises
    ------
    KeyError
        If there is no such layer.
    """
    selection = queries.select(data, view)
    progress("rows", 0.1)
    found = tables.table(data, selection, layer or layer_of(selection))
    origin = _origin(passport.of(data, selection, stamp=stamp, plan=plan))
    lang = view.lang
    wkt = found.name == "networks"
    heads = [tables.label(lang, column) for column in found.columns]
    heads += [i18n.text(lang, "column.geometry")] if wkt else []
    buffer = StringIO()
    buffer.write(_MARK)
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow([*map(neutral, heads), *(neutral(one) for one in origin)])
    said = [neutral(value) for value in origin.values()]
    for first in range(0, len(found), _BATCH):
        shapes = _wkt(found, first) if wkt else [[]] * len(found.rows[first : first + _BATCH])
        for row, shape in zip(found.rows[first : first + _BATCH], shapes, strict=True):
            cells = [_text(row[column.name]) for column in found.columns]
            writer.writerow([*cells, *shape, *said])
        progress("write", 0.3 + 0.7 * first / max(1, len(found)))
    progress("done", 1.0)
    return buffer.getvalue().encode()


def _origin(said: Passport) -> dict[str, str]:
    """Return the columns that say where a row comes from: label and value."""
    text = {
        "passport.stamp": said.stamp,
        "passport.as_of": said.as_of,
        "passport.revision": said.revision,
        "passport.filter": said.title,
        "planout.plan": said.plan,
        "passport.licence": said.licence,
    }
    return {i18n.text(said.lang, key): value for key, value in text.items() if value}


def _wkt(found: Table, first: int) -> list[list[str]]:
    if found.geometry is None:
        return []
    texts = shapely.to_wkt(found.geometry[first : first + _BATCH], rounding_precision=-1)
    return [[text] for text in texts]


def _text(cell: Cell) -> str:
    if cell is None:
        return ""
    return neutral(cell) if isinstance(cell, str) else repr(cell)
