"""Lines between settlements: a made-up grid of each region that nowhere leaves it."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import shapely

from meks_geo.demo.towns import buildable
from meks_geo.model import Dataset

Floats = npt.NDArray[np.float64]

#: Made-up substations of a region, and how far apart they stand, in kilometres.
_SUBSTATIONS, _APART_KM = 14, 38.0
#: Usual length of one segment of a line, and of a straight piece of it, in kilometres.
_SECTION_KM, _PIECE_KM = 24.0, 7.0
#: Ends up to here from one another may be joined by a second line, which closes a ring.
_RING_KM = 130.0
_DEGREE_KM = 111.32


@dataclass(frozen=True, slots=True)
class Link:
    """A segment of a line between two settlements; `points` in degrees (EPSG:4326), pieces x 2."""

    region: str
    line: int
    voltage_kv: float
    points: Floats


def draw_all(data: Dataset, seed: int) -> list[Link]:
    """Return the segments of all regions, lines between towns before those to substations."""
    found: list[Link] = []
    for number, region in enumerate(data.base.regions["region"]):
        rng = np.random.default_rng([seed, 2, number])
        places = data.places[data.places["region"] == region]
        towns = places[["lon", "lat"]].to_numpy(dtype=np.float64)
        area = buildable(data.base, region, (40.0, 35.0, 95.0, 60.0))
        rank = places["rank"].to_numpy(dtype=np.int64)
        found += _of_region(rng, str(region), towns, rank, area)
    found.sort(key=lambda link: -link.voltage_kv)
    return found


def _of_region(
    rng: np.random.Generator,
    region: str,
    towns: Floats,
    rank: npt.NDArray[np.int64],
    area: shapely.Geometry,
) -> Iterator[Link]:
    buildable_here = shapely.contains_xy(area, towns[:, 0], towns[:, 1])
    towns, rank = towns[buildable_here], rank[buildable_here]
    nodes = _with_substations(rng, towns, area)
    for line, (a, b) in enumerate(_joined(nodes, area)):
        big = max(a, b) < len(towns) and min(rank[a], rank[b]) <= 2
        voltage = 220.0 if big else float(rng.choice([35.0, 110.0, 110.0]))
        way = _way(rng, nodes[a], nodes[b])
        if not shapely.covers(area, shapely.LineString(way)):
            way = np.linspace(nodes[a], nodes[b], len(way))
        sections = max(1, round(_km(nodes[a], nodes[b]) / _SECTION_KM))
        cuts = np.linspace(0, len(way) - 1, sections + 1).round().astype(int).tolist()
        for first, last in pairwise(cuts):
            yield Link(region, line, voltage, way[first : last + 1])


def _with_substations(rng: np.random.Generator, towns: Floats, area: shapely.Geometry) -> Floats:
    """Return the towns, and after them substations scattered between them."""
    nodes = list(towns)
    west, south, east, north = area.bounds
    tries = rng.uniform((west, south), (east, north), (400, 2))
    tries = tries[shapely.contains_xy(area, tries[:, 0], tries[:, 1])]
    for one in tries:
        if len(nodes) < len(towns) + _SUBSTATIONS and all(_km(one, n) > _APART_KM for n in nodes):
            nodes.append(one)
    return np.array(nodes).reshape(-1, 2)


def _joined(nodes: Floats, area: shapely.Geometry) -> list[tuple[int, int]]:
    """Return the pairs of a shortest tree within the area, and a few rings."""
    pairs = sorted(
        (_km(nodes[a], nodes[b]), a, b)
        for a in range(len(nodes))
        for b in range(a + 1, len(nodes))
        if shapely.covers(area, shapely.LineString([nodes[a], nodes[b]]))
    )
    group = list(range(len(nodes)))
    degree = [0] * len(nodes)
    joined, rings = [], []
    for km, a, b in pairs:
        if group[a] != group[b]:
            old, new = group[b], group[a]
            group = [new if one == old else one for one in group]
            joined.append((a, b))
            degree[a] += 1
            degree[b] += 1
        elif km < _RING_KM and degree[a] + degree[b] <= 3:
            rings.append((a, b))
            degree[a] += 1
            degree[b] += 1
    return joined + rings


def _way(rng: np.random.Generator, start: Floats, end: Floats) -> Floats:
    """Return a line that swerves a little between two places, in pieces of some kilometres."""
    km = _km(start, end)
    sections = max(1, round(km / _SECTION_KM))
    pieces = sections * max(1, round(km / sections / _PIECE_KM))
    share = np.linspace(0.0, 1.0, pieces + 1)
    swerve = np.zeros(pieces + 1)
    for number in (1, 2, 3):
        swerve += rng.uniform(-1, 1) / number * np.sin(np.pi * number * share)
    swerve[1:-1] += rng.uniform(-0.12, 0.12, pieces - 1)
    along = end - start
    squeeze = np.cos(np.radians(start[1]))
    aside = np.array([-along[1] / squeeze, along[0] * squeeze]) * 0.05
    found: Floats = start + share[:, None] * along + swerve[:, None] * aside
    return found


def _km(one: Floats, other: Floats) -> float:
    """Return about how far two places are apart."""
    squeeze = np.cos(np.radians((one[1] + other[1]) / 2))
    return float(_DEGREE_KM * np.hypot((other[0] - one[0]) * squeeze, other[1] - one[1]))
