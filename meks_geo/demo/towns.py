"""How many segments each town gets, and the trees of its pipes and cables."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from meks_geo.demo import streets, trees
from meks_geo.demo.streets import Streets
from meks_geo.model import Base, Dataset
from meks_geo.vocabulary import Kind, Sector

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

SECTORS = (Sector.HEAT, Sector.WATER, Sector.WASTEWATER, Sector.GAS, Sector.ELECTRICITY)

#: Made-up weight of a town by its rank on the map; no population is behind it.
_WEIGHT = {1: 64.0, 2: 18.0, 3: 4.0, 4: 0.5}
#: Share of each sector in the segments of a town; a settlement of the last rank has no heat or gas.
_SHARE = np.array([0.19, 0.25, 0.15, 0.13, 0.28])
_SMALLEST_RANK = 4
#: Regions made up without gas, so that there is such a case.
_NO_GAS = frozenset({"KZ-10", "KZ-55", "KZ-59", "KZ-63"})
#: How far, in degrees, streets stay off the border and the shore, and how far a town may reach.
_MARGIN, _REACH = 0.004, 0.45
_NEAR_PLANT_M = 25_000.0
#: How far from the centre, in sizes of a town, a pipe from its plant begins at most.
_OUTSIDE = 1.7
#: Metres to the side at which the pipes and cables of each sector lie in a street.
_ASIDE_M = ((5.0, 6.0), (-6.0, 4.0), (-3.0, -7.0), (8.0, -4.0), (0.0, 0.0))
#: Fewest and most districts of a town, and most sources of one sector there.
_DISTRICTS = (4, 40)
_MOST_SOURCES = 20


@dataclass(frozen=True, eq=False)
class Steps:
    """Segments of one sector in one town; arrays of one element a segment, coordinates of two.

    Parameters
    ----------
    lon, lat
        Degrees (EPSG:4326), segments x 2, from the source on.
    flow
        How many segments hang on each one.
    ring
        Distance from the centre as a share of the town's size, of the district.
    district
        Number within the town.
    renewed
        Whether the street was dug up and its pipes laid anew.
    """

    place: str
    region: str
    sector: int
    lon: Floats
    lat: Floats
    flow: Ints
    ring: Floats
    district: Ints
    renewed: Flags


def spacing_m(segments: int) -> float:
    """Return how far crossings are apart: few segments stand for mains, many for all streets."""
    return float(np.clip(95.0 * (1_000_000 / max(1, segments)) ** (1 / 9), 95.0, 155.0))


def shared(places: pd.DataFrame, segments: int, rng: np.random.Generator) -> Ints:
    """Return how many segments each town (row) gets in each sector (column); their sum is exact."""
    weight = places["rank"].map(_WEIGHT).to_numpy(dtype=np.float64)
    table = weight[:, None] * _SHARE * rng.uniform(0.8, 1.25, (len(places), len(SECTORS)))
    table[places["region"].isin(_NO_GAS), SECTORS.index(Sector.GAS)] = 0.0
    hamlet = (places["rank"] >= _SMALLEST_RANK).to_numpy()
    for sector in (Sector.HEAT, Sector.GAS):
        table[hamlet, SECTORS.index(sector)] = 0.0
    exact = table * (segments / table.sum())
    found: Ints = np.floor(exact).astype(np.int64)
    left = np.argsort(-(exact - found).ravel(), kind="stable")[: segments - found.sum()]
    found.ravel()[left] += 1
    return found


def lay_all(data: Dataset, segments: int, seed: int) -> Iterator[Steps]:
    """Yield the networks of all towns; what does not fit into one town goes to those after it."""
    places = data.places.sort_values("rank", kind="stable")
    wanted = shared(places, segments, np.random.default_rng([seed, 0]))
    carried = np.zeros(len(SECTORS), dtype=np.int64)
    for number, (place, row) in enumerate(places.iterrows()):
        carried += wanted[number]
        if carried.any():
            town = _Town.of(data, str(place), row, np.random.default_rng([seed, 1, number]))
            for steps in town.lay(carried, spacing_m(segments)):
                carried[steps.sector] -= len(steps.flow)
                yield steps
    if carried.any():
        msg = f"{carried.sum()} of {segments} segments find no room in the towns"
        raise ValueError(msg)


def buildable(base: Base, region: str, box: tuple[float, float, float, float]) -> shapely.Geometry:
    """Return where in a box (west, south, east, north in degrees) a region's networks may run."""
    own = base.regions.loc[base.regions["region"] == region, "geometry"].union_all()
    land = shapely.clip_by_rect(own, *box).buffer(0)
    lakes = base.lakes.geometry.to_numpy()
    near = lakes[shapely.intersects(lakes, land.envelope)]
    if len(near):
        wet = shapely.union_all(shapely.buffer(shapely.clip_by_rect(near, *land.bounds), 0))
        land = land.difference(wet)
    area = land.buffer(-_MARGIN)
    shapely.prepare(area)
    return area


@dataclass(frozen=True, eq=False)
class _Town:
    """A town that is to have networks: where it is, where it may build, and its own luck."""

    place: str
    region: str
    centre: tuple[float, float]
    area: shapely.Geometry
    plants: tuple[tuple[float, float], ...]
    rng: np.random.Generator

    @classmethod
    def of(
        cls, data: Dataset, place: str, row: Mapping[str, object], rng: np.random.Generator
    ) -> "_Town":
        """Return the town of a row of places."""
        lon, lat = float(str(row["lon"])), float(str(row["lat"]))
        region = str(row["region"])
        box = (lon - _REACH, lat - _REACH, lon + _REACH, lat + _REACH)
        of_place = data.plants.loc[
            (data.plants["kind"] == Kind.CHP) & (data.plants["place_id"] == place), ["lon", "lat"]
        ]
        plants = tuple(zip(of_place["lon"], of_place["lat"], strict=True))
        return cls(place, region, (lon, lat), buildable(data.base, region, box), plants, rng)

    def lay(self, wanted: Ints, spacing: float) -> Iterator[Steps]:
        """Yield the steps of each sector that is wanted, as many as there is room for."""
        laid = self._streets(int(wanted.max()), spacing)
        if laid is None:
            return
        district = self._districts(laid)
        for sector, number in enumerate(wanted.tolist()):
            if number:
                steps = self._sector(laid, district, sector, number)
                if len(steps.flow):
                    yield steps

    def _streets(self, crossings: int, spacing: float) -> Streets | None:
        """Return streets with that many open crossings, or as many as the region has."""
        side = streets.side_for(crossings)
        for _ in range(4):
            laid = trees.connected(
                streets.lay(self.rng, self.centre, self.area, spacing_m=spacing, side=side)
            )
            if laid.is_open.sum() > crossings + _MOST_SOURCES:
                break
            side = int(side * 1.3)
        return laid if laid.is_open.sum() > 1 else None

    def _districts(self, laid: Streets) -> Ints:
        """Return the nearest of some scattered points for each crossing."""
        count = int(np.clip(np.sqrt(laid.far.size) / 8, *_DISTRICTS))
        seeds = self.rng.choice(np.flatnonzero(laid.is_open), count)
        nearest, found = np.full(laid.x.shape, np.inf), np.zeros(laid.x.shape, dtype=np.int64)
        for number, seed in enumerate(seeds.tolist()):
            away = np.hypot(laid.x - laid.x.ravel()[seed], laid.y - laid.y.ravel()[seed])
            found[away < nearest] = number
            np.minimum(nearest, away, out=nearest)
        return found

    def _sector(self, laid: Streets, district: Ints, sector: int, number: int) -> Steps:
        far = laid.far
        if SECTORS[sector] in (Sector.HEAT, Sector.GAS, Sector.WASTEWATER):
            far = far * self.rng.uniform(0.7, 1.4, _DISTRICTS[1])[district]  # not in every district
        size_m = self._size_m(laid, far, number)
        tree = trees.grow(self.rng, laid, far, self._sources(laid, sector, number, size_m), number)
        ends = np.column_stack([tree.start, tree.end])
        aside = np.array(_ASIDE_M[sector]) / 111_320.0
        cosine = np.cos(np.radians(self.centre[1]))
        across, along = streets.renewed(self.rng, len(laid.x), 0.24)
        is_across = np.abs(tree.end - tree.start) == 1
        of_district = district.ravel()[tree.end]
        whole_m = max(self._size_m(laid, laid.far, int(laid.is_open.sum() * 0.5)), 1.0)
        ring = _mean_by(of_district, laid.far.ravel()[tree.end] / whole_m)
        return Steps(
            place=self.place,
            region=self.region,
            sector=sector,
            lon=laid.lon.ravel()[ends] + aside[0] / cosine,
            lat=laid.lat.ravel()[ends] + aside[1],
            flow=tree.flow,
            ring=ring,
            district=of_district,
            renewed=np.where(is_across, across.ravel()[tree.end], along.ravel()[tree.end]),
        )

    @staticmethod
    def _size_m(laid: Streets, far: Floats, crossings: int) -> float:
        """Return how far from the centre so many open crossings reach."""
        near = np.sort(far[laid.is_open])
        return float(near[min(crossings, len(near)) - 1])

    def _sources(self, laid: Streets, sector: int, number: int, size_m: float) -> Ints:
        """Return where the trees of a sector begin."""
        at = np.flatnonzero(laid.is_open)
        if SECTORS[sector] == Sector.ELECTRICITY:
            within = at[
                laid.far.ravel()[at] <= max(0.9 * size_m, float(laid.far.ravel()[at].min()))
            ]
            return np.unique(self.rng.choice(within, min(_MOST_SOURCES, 1 + number // 900)))
        aims = [streets.place_m(laid, self.centre, one) for one in self.plants]
        aims = sorted((a for a in aims if np.hypot(*a) < _NEAR_PLANT_M), key=lambda a: np.hypot(*a))
        if SECTORS[sector] != Sector.HEAT or not aims:
            turns = self.rng.uniform(0, 2 * np.pi, min(_MOST_SOURCES, 1 + number // 6_000))
            aims = [0.8 * size_m * np.array([np.cos(t), np.sin(t)]) for t in turns]
        most_m = _OUTSIDE * size_m  # a plant farther off sends its heat in from its side
        aims = [
            a * min(1.0, most_m / max(np.hypot(*a), 1.0))
            for a in aims[: min(_MOST_SOURCES, 1 + number // 150)]
        ]
        x, y = laid.x.ravel()[at], laid.y.ravel()[at]
        return np.unique([at[np.argmin(np.hypot(x - aim[0], y - aim[1]))] for aim in aims])


def _mean_by(group: Ints, values: Floats) -> Floats:
    """Return for each element the mean of its group."""
    counts = np.maximum(np.bincount(group), 1)
    found: Floats = (np.bincount(group, weights=values) / counts)[group]
    return found
