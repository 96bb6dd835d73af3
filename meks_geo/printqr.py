"""The code on paper that opens the view on screen: one path on whole dots of the sheet."""

import math
from functools import lru_cache

import numpy as np
import segno
import shapely
from matplotlib.path import Path as Outline
from matplotlib.transforms import Affine2D

from meks_geo.printbase import to_path
from meks_geo.printsheet import Box, Ink, Sheet
from meks_geo.style import load

_LEAST_MM = 0.3  # side of a module that a telephone reads off paper
_MOST_BYTES = 1200  # a longer address would make a code that no telephone reads at this size


@lru_cache(maxsize=64)
def _code(link: str) -> tuple[tuple[Outline, ...], int]:
    """Return the dark modules, a path for those that touch, and how many modules a side has."""
    rows = np.array([list(row) for row in segno.make(link, error="l", micro=False).matrix])
    edges = np.diff(np.pad(rows.astype(int), ((0, 0), (1, 1))), axis=1)
    boxes = [
        shapely.box(start, y, end, y + 1)
        for y, row in enumerate(edges)
        for start, end in zip(np.flatnonzero(row > 0), np.flatnonzero(row < 0), strict=True)
    ]
    parts = shapely.get_parts(shapely.union_all(boxes))
    return tuple(to_path([part]) for part in parts), len(rows)


def side_mm(link: str, most_mm: float) -> float:
    """Return the side of the code of an address, in millimetres.

    Returns
    -------
    side
        At most `most_mm`; 0.0 where there is no address or the code would be too fine to read.
    """
    if not link or len(link.encode()) > _MOST_BYTES:
        return 0.0
    _, count = _code(link)
    return most_mm if most_mm / count >= _LEAST_MM else 0.0


def put_qr(sheet: Sheet, link: str, box: Box) -> Box | None:
    """Put the code of an address into the lower right of a box; return its place.

    In a picture its modules are whole dots, so none is blurred.

    Parameters
    ----------
    sheet
        Open page.
    link
        The address.
    box
        Room for the code, in millimetres; a tenth of its side around it stays free paper.

    Returns
    -------
    place
        The code; None where it would be too fine to read.
    """
    side = side_mm(link, min(box.width, box.height))
    if not side:
        return None
    paths, count = _code(link)
    if sheet.live_text:
        place = Box(box.right - side, box.bottom - side, box.right, box.bottom)
        to_mm = Affine2D().scale(side / count).translate(place.left, place.top)
        sheet.paths("qr", paths, Ink(load().palette.ink), to_mm=to_mm)
        return place
    (wide, high), paper = sheet.dots, sheet.paper
    dot_x, dot_y = paper.width_mm / wide, paper.height_mm / high
    dots = max(1, math.floor(side / count / max(dot_x, dot_y)))
    right, bottom = math.floor(box.right / dot_x), math.floor(box.bottom / dot_y)
    left, top = dot_x * (right - dots * count), dot_y * (bottom - dots * count)
    to_mm = Affine2D().scale(dots * dot_x, dots * dot_y).translate(left, top)
    sheet.paths("qr", paths, Ink(load().palette.ink), to_mm=to_mm)
    return Box(left, top, dot_x * right, dot_y * bottom)
