"""The lines that fit into one file: simplified, those that are seen from afar first."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from meks_geo import linelayer
from meks_geo.exports.standaloneshapes import packed
from meks_geo.lines import DEGREE, Lines
from meks_geo.networks import Passing
from meks_geo.tilefeatures import width_classes

#: Parts of a degree in which lines are told, about a metre; how far one may leave its course.
LINE_DEGREE = 100_000
_TOLERANCE_DEG = 1e-4
#: What a file holds at most, in lines and in points of their courses.
MOST_LINES, MOST_POINTS = 3_000, 60_000
_ZOOMS = 15

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Chosen:
    """Lines of a file: their rows in `Lines`, ascending, and of each its paths, `packed`."""

    rows: Ints
    paths: tuple[tuple[list[int], ...], ...]


def chosen(passing: Passing) -> Chosen:
    """Return the lines of a view that fit into a file: those seen from afar, then the most worn."""
    lines = passing.lines
    rows = passing.rows
    afar = _first_zoom(lines.shown[rows])
    wear = np.nan_to_num(passing.of(passing.figures.high), nan=-1.0)
    order = np.lexsort((-passing.km, -wear, afar))[:MOST_LINES]
    kept = rows[order].astype(np.int64)
    paths = _paths(lines, kept)
    points = np.cumsum([sum(len(path) // 2 for path in one) for one in paths], dtype=np.int64)
    fitting = int(np.searchsorted(points, MOST_POINTS, side="right"))
    by_row = sorted(zip(kept[:fitting].tolist(), paths[:fitting], strict=True))
    return Chosen(
        np.array([row for row, _ in by_row], dtype=np.int64), tuple(path for _, path in by_row)
    )


def columns(passing: Passing, found: Chosen) -> dict[str, object]:
    """Return the lines as the browser's own tiles hold them, one element a line.

    `s` sector, `v` provenance and `k` width as in the tiles of a revision; `c` the zone on the day
    of the view; `z` the zooms at which the line is drawn, bit by bit.
    """
    lines, rows = passing.lines, found.rows
    return {
        "degree": LINE_DEGREE,
        "id": [lines.id(int(row)) for row in rows],
        "s": _places(lines, "sector", linelayer.SECTORS)[rows].tolist(),
        "v": _places(lines, "provenance", linelayer.PROVENANCES)[rows].tolist(),
        "k": width_classes(lines)[rows].tolist(),
        "c": passing.figures.zone[rows].tolist(),
        "z": lines.shown[rows].tolist(),
        "paths": list(found.paths),
    }


def left_out(lines: Lines, found: Chosen) -> list[int]:
    """Return how many lines of the file are not drawn at each zoom from 0 on."""
    shown = lines.shown[found.rows]
    return [int(((shown >> zoom) & 1 == 0).sum()) for zoom in range(_ZOOMS)]


def _first_zoom(shown: npt.NDArray[np.uint16]) -> Ints:
    """Return the first zoom at which each line is drawn."""
    lowest = shown & (~shown + np.uint16(1))
    return np.log2(np.maximum(lowest, 1)).astype(np.int64)


def _places(lines: Lines, column: str, codes: tuple[str, ...]) -> Ints:
    places = np.array([codes.index(word) for word in lines.words[column]], dtype=np.int64)
    found: Ints = places[lines.codes[column]]
    return found


def _paths(lines: Lines, rows: Ints) -> list[tuple[list[int], ...]]:
    """Return the simplified paths of lines, in the order of `rows`."""
    starts = np.searchsorted(lines.part_line, rows)
    ends = np.searchsorted(lines.part_line, rows, side="right")
    parts = [np.arange(a, b) for a, b in zip(starts, ends, strict=True)]
    if not parts:
        return []
    return [tuple(_path(lines, int(part)) for part in one) for one in parts]


def _path(lines: Lines, part: int) -> list[int]:
    points = slice(int(lines.part_start[part]), int(lines.part_start[part + 1]))
    degrees = np.column_stack([lines.x[points], lines.y[points]]) / DEGREE
    simple = shapely.simplify(shapely.linestrings(degrees), _TOLERANCE_DEG)
    return packed(np.round(shapely.get_coordinates(simple) * LINE_DEGREE).astype(np.int64))
