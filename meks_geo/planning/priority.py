"""The order of modernisation: by wear above the red threshold, then by the rest of the rule.

A candidate's score is the mean of its criteria, weighted by `data/priority.csv`; a criterion that
is not known is left out of its mean, and the share of the weight that is known is shown. Plants are
in an order of their own: for them no threshold was published, so the declared zone comes first and
wear counts as it is. What has no known wear is a list of its own.
"""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from meks_geo.planning.candidates import PLANT, Candidate
from meks_geo.planning.parameters import Parameters
from meks_geo.vocabulary import Zone

CRITERIA = ("excess", "red-km", "incidents", "people")
#: By how much thresholds and weights are moved to see how firm a rank is.
MOVES = (0.9, 1.0, 1.1)

_ZONES = (Zone.RED, Zone.YELLOW, Zone.UNKNOWN, Zone.GREEN)

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Part:
    """One criterion of a rank: its value and unit, its share from 0 to 1, its weight."""

    criterion: str
    value: float | None
    unit: str
    share: float | None
    weight: float


@dataclass(frozen=True, slots=True)
class Ranked:
    """A place in the order, 1 the first, and why.

    Parameters
    ----------
    score
        Weighted mean of the shares that are known; below 0 for wear below the threshold.
    threshold_percent
        Red threshold of its sector; None for a plant.
    known_weight
        Share of the weight of all criteria that is known of it, from 0 to 1.
    firmness
        Share of the moves of thresholds and weights by 10 % in which it keeps its place.
    best, worst
        First and last place in any of these moves.
    """

    candidate: Candidate
    place: int
    score: float
    threshold_percent: float | None
    parts: tuple[Part, ...]
    known_weight: float
    firmness: float
    best: int
    worst: int


@dataclass(frozen=True, slots=True)
class Order:
    """Networks and plants in order, and the candidates whose wear is not known."""

    networks: tuple[Ranked, ...]
    plants: tuple[Ranked, ...]
    unknown: tuple[Candidate, ...]


def order(
    candidates: Sequence[Candidate], parameters: Parameters, thresholds: Mapping[str, float]
) -> Order:
    """Return the order of modernisation.

    Parameters
    ----------
    thresholds
        Red threshold by sector, in percent. A candidate of a sector without one is ranked only if
        it is a plant, else it is listed as unknown.
    """
    worn = [one for one in candidates if one.wear_low is not None and not one.new_build]
    networks = [one for one in worn if one.sector in thresholds]
    plants = [one for one in worn if one.kind == PLANT]
    ranked = {one.id for one in [*networks, *plants]}
    return Order(
        networks=_ranked(networks, parameters, thresholds),
        plants=_ranked(plants, parameters, {}),
        unknown=tuple(one for one in candidates if one.id not in ranked and not one.new_build),
    )


def _ranked(
    candidates: Sequence[Candidate], parameters: Parameters, thresholds: Mapping[str, float]
) -> tuple[Ranked, ...]:
    if not candidates:
        return ()
    weights = np.array([parameters.weights[name].value for name in CRITERIA])
    limits = np.array([thresholds.get(one.sector, 0.0) for one in candidates])
    shares = _shares(candidates, limits)
    first = np.array([_ZONES.index(Zone(one.zone)) for one in candidates]) * (not thresholds)
    scores = _scores(shares, weights)
    places = _places(scores, first)
    moved = []
    for step, *factors in itertools.product(MOVES, repeat=1 + len(CRITERIA)):
        changed = shares.copy()
        changed[:, 0] = _excess(candidates, limits * step)
        moved.append(_places(_scores(changed, weights * np.array(factors)), first))
    every = np.array(moved)
    found = [
        Ranked(
            candidate=one,
            place=int(places[n]),
            score=float(scores[n]),
            threshold_percent=thresholds.get(one.sector),
            parts=_parts(one, shares[n], weights, limits[n]),
            known_weight=float(weights[~np.isnan(shares[n])].sum() / weights.sum()),
            firmness=float((every[:, n] == places[n]).mean()),
            best=int(every[:, n].min()),
            worst=int(every[:, n].max()),
        )
        for n, one in enumerate(candidates)
    ]
    return tuple(sorted(found, key=lambda one: one.place))


def _values(one: Candidate) -> tuple[float | None, ...]:
    return (one.wear_low, one.red_km, one.incidents, one.people)


def _shares(candidates: Sequence[Candidate], limits: Floats) -> Floats:
    """Return the share of each criterion (columns) of each candidate (rows); NaN for unknown.

    A length in red is a share of the longest of its sector, the others of the most there is.
    """
    table = np.array(
        [[np.nan if v is None else v for v in _values(one)] for one in candidates], dtype=float
    )
    sectors = np.array([one.sector for one in candidates])
    shares = np.full_like(table, np.nan)
    shares[:, 0] = _excess(candidates, limits)
    for sector in np.unique(sectors):
        shares[sectors == sector, 1] = _of_most(table[sectors == sector, 1])
    for column in (2, 3):
        shares[:, column] = _of_most(table[:, column])
    return shares


def _of_most(values: Floats) -> Floats:
    most = np.nanmax(values) if not np.isnan(values).all() else np.nan
    return values / most if most > 0 else np.where(np.isnan(values), np.nan, 0.0)


def _excess(candidates: Sequence[Candidate], limits: Floats) -> Floats:
    """Return wear above the threshold as a share of what lies above it: 1 is wholly worn.

    Of a bound the low end counts: so much is certain.
    """
    wear = np.array([one.wear_low for one in candidates], dtype=float)
    limits = np.minimum(limits, 99.0)
    excess: Floats = (wear - limits) / (100.0 - limits)
    return excess


def _scores(shares: Floats, weights: Floats) -> Floats:
    known = ~np.isnan(shares)
    total = (known * weights).sum(axis=1)
    scores: Floats = np.where(known, shares, 0.0) @ weights / np.where(total > 0, total, 1.0)
    return scores


def _places(scores: Floats, first: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return the place of each: by `first`, then by score; equals in the order they came in."""
    rows = np.lexsort((-np.round(scores, 12), first))
    places = np.empty(len(rows), dtype=np.int64)
    places[rows] = np.arange(1, len(rows) + 1)
    return places


def _parts(one: Candidate, shares: Floats, weights: Floats, threshold: float) -> tuple[Part, ...]:
    values = list(_values(one))
    values[0] = None if one.wear_low is None else round(one.wear_low - threshold, 2)
    units = ("percent", "km", "count", "count")
    return tuple(
        Part(name, value, unit, None if np.isnan(share) else float(share), float(weight))
        for name, value, unit, share, weight in zip(
            CRITERIA, values, units, shares, weights, strict=True
        )
    )
