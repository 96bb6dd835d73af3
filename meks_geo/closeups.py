"""Dense places that a sheet may show larger: where they lie, if a view has objects there."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from meks_geo import i18n
from meks_geo.model import Dataset

#: Towns that lie together, by id of `geo/places.csv`; the title names them in this order.
_TOWNS = (("astana",), ("almaty",), ("ekibastuz", "pavlodar", "aksu"))
_REACH_KM, _MARGIN_KM = 32.0, 3.0
_KM_PER_DEGREE = 111.32
_LEAST = 3

Place = tuple[float, float]


@dataclass(frozen=True, slots=True)
class CloseUp:
    """A dense place: its title, and south, west, north, east in degrees."""

    title: str
    bounds: tuple[float, float, float, float]


def around(data: Dataset, lang: str, objects: Sequence[Place]) -> tuple[CloseUp, ...]:
    """Return the dense places that hold three objects or more.

    Parameters
    ----------
    data
        The towns' names and places are looked up here; a town that it lacks is passed over.
    lang
        Language of the titles.
    objects
        Latitude and longitude of what is drawn, in degrees.
    """
    found = []
    for ids in _TOWNS:
        towns = [data.rows["places"][one] for one in ids if one in data.rows["places"]]
        centres = [(float(t["lat"]), float(t["lon"])) for t in towns]
        inside = [o for o in objects if any(_km(o, c) <= _REACH_KM for c in centres)]
        if len(inside) < _LEAST:
            continue
        title = " \u2013 ".join(i18n.name(lang, town) for town in towns)
        found.append(CloseUp(title, _bounds([*inside, *centres])))
    return tuple(found)


def _km(one: Place, other: Place) -> float:
    """Return a distance good enough to tell what is near."""
    across = (one[1] - other[1]) * math.cos(math.radians((one[0] + other[0]) / 2))
    return math.hypot(one[0] - other[0], across) * _KM_PER_DEGREE


def _bounds(places: Sequence[Place]) -> tuple[float, float, float, float]:
    south, north = min(p[0] for p in places), max(p[0] for p in places)
    west, east = min(p[1] for p in places), max(p[1] for p in places)
    more = _MARGIN_KM / _KM_PER_DEGREE
    wider = more / math.cos(math.radians((south + north) / 2))
    return south - more, west - wider, north + more, east + wider
