"""Streets of a made-up town: a grid that is turned, bent and full of gaps, round a real centre."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

#: Metres of a degree of latitude, and of longitude on the equator: near enough for what is made up.
_DEGREE_M = 111_320.0
#: Cost of a step along an avenue, a street and a lane: pipes keep to the wide ones.
_STEP_COST = np.array([4, 9, 20])
#: Cost of a step that no pipe may take.
BLOCKED = 100_000_000
#: Steps shorter or longer than this, in metres, are no street.
_SHORTEST_M, _LONGEST_M = 45.0, 240.0
#: What part of the crossings of a grid can be reached, with something to spare.
_FILL = 0.6
#: Crossings of one stretch of a street that is renewed at once.
_BLOCK = 6


@dataclass(frozen=True, eq=False)
class Streets:
    """Crossings of a town in rows and columns; all arrays are rows x columns.

    Parameters
    ----------
    lon, lat
        Degrees (EPSG:4326).
    x, y
        Metres east and north of the centre.
    far
        Distance from the centre in metres, longer where the town ends sooner.
    is_open
        Whether something is built there.
    across, along
        Cost of the step to the next column (rows x columns - 1), to the next row.
    """

    lon: Floats
    lat: Floats
    x: Floats
    y: Floats
    far: Floats
    is_open: Flags
    across: Ints
    along: Ints


def side_for(crossings: int) -> int:
    """Return how many rows and columns surely hold so many crossings that can be reached."""
    return int(np.ceil(1.5 * np.sqrt(crossings / _FILL))) + 6


def lay(
    rng: np.random.Generator,
    centre: tuple[float, float],
    area: shapely.Geometry,
    *,
    spacing_m: float,
    side: int,
) -> Streets:
    """Return the streets of a town.

    Parameters
    ----------
    centre
        Longitude and latitude in degrees.
    area
        Where streets may run (EPSG:4326); a step between two places in it stays within the region.
    spacing_m
        Usual distance between two crossings, in metres.
    side
        Rows and columns.
    """
    columns, rows = _positions(rng, side, spacing_m), _positions(rng, side, spacing_m)
    x, y = np.meshgrid(columns * rng.uniform(0.9, 1.12), rows)
    x, y = _turned(rng, *_bent(rng, x, y, spacing_m))
    lon = centre[0] + x / (_DEGREE_M * np.cos(np.radians(centre[1])))
    lat = centre[1] + y / _DEGREE_M
    row_class, column_class = _classes(rng, side), _classes(rng, side)
    is_open = _built(rng, x, y, row_class, column_class)
    is_open &= shapely.contains_xy(area, lon, lat)
    across = np.broadcast_to(_STEP_COST[row_class][:, None], (side, side - 1)).copy()
    along = np.broadcast_to(_STEP_COST[column_class][None, :], (side - 1, side)).copy()
    across[~_is_street(x, y, is_open, axis=1)] = BLOCKED
    along[~_is_street(x, y, is_open, axis=0)] = BLOCKED
    return Streets(lon, lat, x, y, _farness(rng, x, y), is_open, across, along)


def place_m(streets: Streets, centre: tuple[float, float], place: tuple[float, float]) -> Floats:
    """Return a place, in degrees, in metres east and north of the centre of a town."""
    east = (place[0] - centre[0]) * _DEGREE_M * np.cos(np.radians(centre[1]))
    return np.array([east, (place[1] - centre[1]) * _DEGREE_M])


def waves(rng: np.random.Generator, x: Floats, y: Floats, wave_m: float) -> Floats:
    """Return a smooth field from about -1 to 1 whose hills lie so many metres apart."""
    total = np.zeros_like(x)
    for angle, stretch, phase in rng.random((5, 3)):
        turn = 2 * np.pi * angle
        k = 2 * np.pi / (wave_m * (0.7 + 0.8 * stretch))
        total += np.cos(k * (np.cos(turn) * x + np.sin(turn) * y) + 2 * np.pi * phase)
    return total / 2.5


def renewed(rng: np.random.Generator, side: int, share: float) -> tuple[Flags, Flags]:
    """Return which steps across and along were renewed: whole stretches of streets at once."""
    blocks = side // _BLOCK + 1
    of_rows, of_columns = rng.random((2, side, blocks)) < share
    across = np.repeat(of_rows, _BLOCK, axis=1)[:, :side]
    along = np.repeat(of_columns, _BLOCK, axis=1)[:, :side].T
    return across, along


def _positions(rng: np.random.Generator, side: int, spacing_m: float) -> Floats:
    at = np.cumsum(spacing_m * rng.uniform(0.74, 1.26, side))
    found: Floats = at - at[side // 2]
    return found


def _bent(
    rng: np.random.Generator, x: Floats, y: Floats, spacing_m: float
) -> tuple[Floats, Floats]:
    """Return places moved by a few long waves, so that streets curve, and each a little aside."""
    half_m = max(1_500.0, 0.35 * float(np.ptp(x)))
    new_x, new_y = x.copy(), y.copy()
    for angle, stretch, phase, strength in rng.random((3, 4)):
        turn = 2 * np.pi * angle
        k = 2 * np.pi / (half_m * (0.8 + 1.6 * stretch))
        push = (0.06 + 0.08 * strength) / k
        push = push * np.sin(k * (np.cos(turn) * x + np.sin(turn) * y) + 2 * np.pi * phase)
        new_x -= np.sin(turn) * push
        new_y += np.cos(turn) * push
    aside = rng.uniform(-0.04 * spacing_m, 0.04 * spacing_m, (2, *x.shape))
    return new_x + aside[0], new_y + aside[1]


def _turned(rng: np.random.Generator, x: Floats, y: Floats) -> tuple[Floats, Floats]:
    turn = rng.uniform(-np.pi / 4, np.pi / 4)
    return np.cos(turn) * x - np.sin(turn) * y, np.sin(turn) * x + np.cos(turn) * y


def _classes(rng: np.random.Generator, side: int) -> Ints:
    """Return for each line 0 for an avenue, 1 for a street, 2 for a lane."""
    found = np.where(rng.random(side) < 0.5, 1, 2)
    avenues = np.cumsum(rng.integers(5, 10, side)) - 4
    found[avenues[avenues < side]] = 0
    found[side // 2] = 0
    return found


def _built(
    rng: np.random.Generator, x: Floats, y: Floats, row_class: Ints, column_class: Ints
) -> Flags:
    """Return where something is built: less within blocks than on streets, nothing in parks."""
    chance = np.full(x.shape, 0.97)
    chance[np.ix_(row_class == 2, column_class == 2)] = 0.55
    built = rng.random(x.shape) < chance
    step_m = float(np.abs(np.diff(x, axis=1)).mean())
    parks = waves(rng, x, y, 14 * step_m) > 1.05
    avenue = (row_class == 0)[:, None] | (column_class == 0)[None, :]
    found: Flags = built & (~parks | avenue)
    return found


def _is_street(x: Floats, y: Floats, is_open: Flags, axis: int) -> Flags:
    step_m = np.hypot(np.diff(x, axis=axis), np.diff(y, axis=axis))
    before, after = (is_open[:, :-1], is_open[:, 1:]) if axis else (is_open[:-1], is_open[1:])
    found: Flags = (step_m >= _SHORTEST_M) & (step_m <= _LONGEST_M) & before & after
    return found


def _farness(rng: np.random.Generator, x: Floats, y: Floats) -> Floats:
    """Return the distance from the centre, longer where the town ends sooner."""
    away = np.hypot(x, y)
    angle = np.arctan2(y, x)
    lobes = np.zeros_like(x)
    for number in (1, 2, 3, 5):
        lobes += rng.uniform(0.05, 0.16) * np.cos(number * angle + rng.uniform(0, 2 * np.pi))
    patches = 0.12 * waves(rng, x, y, max(1_200.0, 0.25 * float(np.ptp(x))))
    found: Floats = away * (1 + lobes + patches)
    return found
