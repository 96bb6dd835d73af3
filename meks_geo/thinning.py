"""Which lines the map draws at which zoom: all of them close up, the worst ones from afar.

A pixel of the national map is as wide as a town, so a map that drew every street's pipe there would
show nothing but the last one drawn. In each small square of the screen, and for each sector, the
most worn line stays, and of synthetic lines another one; a line that is long on the screen always
stays. What is not drawn is counted.
"""

import numpy as np
import numpy.typing as npt

Mask = npt.NDArray[np.bool_]

#: Zooms of the tiles.
FIRST_ZOOM, LAST_ZOOM = 3, 14
#: From this zoom on every line is drawn; up to `_FAR` only what is some pixels long.
ALL_FROM = 13
_FAR = 6
#: Side of a square of the screen in which one line a group stays, what counts as long, and what
#: as visible from afar, in CSS px.
_CELL_PX, _LONG_PX, _VISIBLE_PX = 4.0, 24.0, 4.0
_TILE_PX = 256
#: Metres of a pixel at zoom 0 on the equator (Web Mercator).
_PIXEL_M = 156_543.034


def shown(
    *,
    group: npt.NDArray[np.int32],
    high: npt.NDArray[np.float64],
    km: npt.NDArray[np.float64],
    part_line: npt.NDArray[np.int32],
    part_start: npt.NDArray[np.int64],
    x: npt.NDArray[np.float64],
    y: npt.NDArray[np.float64],
) -> npt.NDArray[np.uint16]:
    """Return for each line the zooms at which it is drawn: bit z for zoom z.

    Parameters
    ----------
    group, high, km
        A line: number, below 16, of the group in which it competes for a square; upper end of its
        wear in percent, NaN for unknown; length.
    part_line, part_start, x, y
        Geometry as in `lines.Lines`, in degrees. A line stands in the square of the middle point
        of its first part.
    """
    count = len(group)
    found = np.zeros(count, dtype=np.uint16)
    for zoom in range(ALL_FROM, LAST_ZOOM + 1):
        found |= np.uint16(1 << zoom)
    if not count:
        return found
    at = _middle(part_line, part_start, count)
    lon, lat = x[at], y[at]
    across, down = _mercator(lon, lat)
    worst_first = np.lexsort((-km, -np.nan_to_num(high, nan=-1.0)))
    for zoom in range(FIRST_ZOOM, ALL_FROM):
        length_px = pixels(km, lat, zoom)
        candidates = length_px >= (_VISIBLE_PX if zoom <= _FAR else 0.0)
        stays = candidates & (length_px >= _LONG_PX)
        order = worst_first[(candidates & ~stays)[worst_first]]
        cells = np.int64(_TILE_PX / _CELL_PX * 2**zoom)
        square = (across[order] * cells).astype(np.int64) * cells
        square += (down[order] * cells).astype(np.int64)
        _, first = np.unique(square * 16 + group[order], return_index=True)
        stays[order[first]] = True
        found[stays] |= np.uint16(1 << zoom)
    return found


def pixels(
    km: npt.NDArray[np.float64], lat: npt.NDArray[np.float64], zoom: int
) -> npt.NDArray[np.float64]:
    """Return lengths on the screen in CSS px, at latitudes in degrees."""
    of_pixel = _PIXEL_M * np.cos(np.radians(lat)) / 2**zoom
    lengths: npt.NDArray[np.float64] = km * 1000.0 / of_pixel
    return lengths


def _middle(
    part_line: npt.NDArray[np.int32], part_start: npt.NDArray[np.int64], count: int
) -> npt.NDArray[np.int64]:
    """Return the place of the middle point of each line's first part."""
    first = np.searchsorted(part_line, np.arange(count))
    middle: npt.NDArray[np.int64] = (part_start[first] + part_start[first + 1] - 1) // 2
    return middle


def _mercator(
    lon: npt.NDArray[np.float64], lat: npt.NDArray[np.float64]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return places on the square of Web Mercator, 0 to 1 from the north-west corner."""
    rad = np.radians(lat)
    return lon / 360.0 + 0.5, 0.5 - np.log(np.tan(rad) + 1.0 / np.cos(rad)) / (2.0 * np.pi)
