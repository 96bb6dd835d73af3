"""The networks of a view as cells and lines, as of its day."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import shapely

from meks_geo import linesources
from meks_geo.exports.cells import Cell, of_codes, of_numbers
from meks_geo.lines import CODED, DEGREE, ZONES, Lines, day_number
from meks_geo.model import Column, Dataset
from meks_geo.queries import Selection
from meks_geo.vocabulary import Zone

_NUMBERS = ("built_year", "diameter_mm", "voltage_kv")
_WEAR = frozenset({"wear_percent", "wear_basis", "wear_date"})
#: Digits of a measured length in kilometres: metres.
_METRES = 3

Shapes = npt.NDArray[np.object_]


def line_cells(
    data: Dataset, selection: Selection, columns: Sequence[Column], *, exact: bool
) -> tuple[Mapping[str, Sequence[Cell]], Shapes]:
    """Return the cells of the lines that a view lets through, and their geometry (EPSG:4326).

    Parameters
    ----------
    columns
        Those of the table, in order.
    exact
        Give geometry and declared length as they came in; else to a centimetre, without the
        declared length.

    Notes
    -----
    A wear that was found after the day of the view is an empty cell.
    """
    passing, lines, by_name = selection.lines, data.lines, {c.name: c for c in columns}
    rows = passing.rows
    later = lines.seen_from[rows] > day_number(selection.view.at)
    cells: dict[str, Sequence[Cell]] = {"network_id": list(passing.ids)}
    for name in CODED:
        words = (*lines.words[name], "")
        codes = lines.codes[name][rows]
        known = np.where(later, len(words) - 1, codes) if name in _WEAR else codes
        cells[name] = of_codes(by_name[name], words, known)
    for name in _NUMBERS:
        values = getattr(lines, name)[rows].astype(np.float64)
        cells[name] = of_numbers(by_name[name], np.where(values > 0, values, np.nan).tolist())
    cells["zone"] = of_codes(by_name["zone"], ZONES, passing.zone)
    basis = ["" if zone == Zone.UNKNOWN else "computed" for zone in ZONES]
    cells["zone_basis"] = of_codes(by_name["zone_basis"], basis, passing.zone)
    cells["measured_km"] = passing.km.round(_METRES).tolist()
    sources, places = linesources.by_line(data)
    ids = ["" if source is None else source.id for source in sources]
    cells["source_id"] = of_codes(by_name["source_id"], ids, places[rows])
    cells["length_km"] = [None] * len(rows)
    if exact and len(rows):
        frame = data.networks.loc[list(passing.ids)]
        if "length_km" in frame:
            cells["length_km"] = of_numbers(by_name["length_km"], frame["length_km"].tolist())
        geometry = frame.geometry.to_numpy()
    else:
        geometry = shapes_of(lines, rows)
    return {column.name: cells[column.name] for column in columns}, geometry


def shapes_of(lines: Lines, rows: npt.NDArray[np.int64]) -> Shapes:
    """Return the geometry of rows, one part as a line, several as one multi-line (EPSG:4326)."""
    found = np.empty(len(rows), dtype=object)
    place = np.full(len(lines), -1, dtype=np.int64)
    place[rows] = np.arange(len(rows))
    parts = np.flatnonzero(place[lines.part_line] >= 0)
    if not len(parts):
        return found
    starts, ends = lines.part_start[parts], lines.part_start[parts + 1]
    sizes = ends - starts
    first = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    points = np.arange(sizes.sum()) + np.repeat(starts - first, sizes)
    coordinates = np.column_stack([lines.x[points], lines.y[points]]) / DEGREE
    pieces = shapely.linestrings(coordinates, indices=np.repeat(np.arange(len(parts)), sizes))
    owner = place[lines.part_line[parts]]
    order = np.argsort(owner, kind="stable")
    pieces, owner = pieces[order], owner[order]
    counts = np.bincount(owner, minlength=len(rows))
    single = counts[owner] == 1
    found[owner[single]] = pieces[single]
    if not single.all():
        several = np.flatnonzero(counts > 1)
        among = np.searchsorted(several, owner[~single])
        found[several] = shapely.multilinestrings(pieces[~single], indices=among)
    return found
