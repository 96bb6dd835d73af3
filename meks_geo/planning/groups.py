"""Lines of the map by region, sector and operator, as candidates; works are their red lines."""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date

import numpy as np
import numpy.typing as npt

from meks_geo import networks, zones
from meks_geo.i18n import search_key
from meks_geo.lines import ZONES
from meks_geo.model import Dataset
from meks_geo.networks import Passing
from meks_geo.planning.candidates import NETWORK, Candidate, Pipes
from meks_geo.vocabulary import Provenance, Zone

_AXES = ("region", "sector", "operator")
_RED = ZONES.index(Zone.RED)

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


def of_lines(
    data: Dataset, at: date, under_way: Collection[str], *, trial: bool
) -> tuple[Candidate, ...]:
    """Return a candidate for each region, sector and operator that has lines on a day.

    Parameters
    ----------
    under_way
        Projects that are being built. Red lines that name one of them are paid for already: they
        are no works of a candidate; one that has no others in red is under way itself.
    trial
        Synthetic lines and no others, instead of all others.
    """
    wanted = (Provenance.SYNTHETIC,) if trial else ()
    passing = networks.of_provenance(data, at, wanted)
    if not trial:
        passing = passing.but_synthetic()
    if not len(passing):
        return ()
    keys, group = _grouped(passing)
    count = len(keys)
    km, zone = passing.km, passing.zone
    low = passing.of(passing.figures.low)
    exact = passing.exact
    in_red = zone == _RED
    building = in_red & _naming(passing, under_way)
    red, has = in_red & ~building, ~np.isnan(exact)
    bound = red & ~has
    sums = {
        "km": np.bincount(group, km, count),
        "red": np.bincount(group[red], km[red], count),
        "unknown": np.bincount(group[~has], km[~has], count),
        "known": np.bincount(group[has], km[has], count),
        "worn": np.bincount(group[has], km[has] * exact[has] / 100, count),
        "worn_red": np.bincount(group[red], km[red] * low[red] / 100, count),
        "worn_bound": np.bincount(group[bound], km[bound] * low[bound] / 100, count),
    }
    named, built = (_projects(passing, group, one, count) for one in (None, building))
    provenance = _provenance(passing, group, count)
    pipes = _pipes(passing, group, red, count)
    found = []
    for n, key in enumerate(keys):
        own = {name: float(one[n]) for name, one in sums.items()}
        busy = sorted(built[n] & {*under_way}) if not own["red"] else []
        found.append(
            replace(
                _candidate(data, at, key, own, pipes[n]),
                projects=tuple(sorted(named[n])),
                under_way=busy[0] if busy else "",
                provenance=provenance[n],
            )
        )
    return tuple(found)


def _naming(passing: Passing, projects: Collection[str]) -> Mask:
    """Return which lines name one of these projects."""
    words = passing.lines.words["project_ids"]
    table = np.zeros(len(words), dtype=bool)
    table[networks.naming(words, projects)] = True
    found: Mask = table[passing.of(passing.lines.codes["project_ids"])]
    return found


def _projects(passing: Passing, group: Ints, mask: Mask | None, count: int) -> list[frozenset[str]]:
    """Return the projects that the lines of each group name; `mask` leaves some of them out."""
    words = passing.lines.words["project_ids"]
    codes = passing.of(passing.lines.codes["project_ids"])
    kept: Mask = np.array([word != "" for word in words])[codes]
    kept &= True if mask is None else mask
    found: list[frozenset[str]] = [frozenset()] * count
    for pair in np.unique(group[kept] * len(words) + codes[kept]).tolist():
        owner, word = divmod(pair, len(words))
        found[owner] |= networks.projects_of(words[word])
    return found


def _provenance(passing: Passing, group: Ints, count: int) -> list[str]:
    """Return the provenance that all lines of a group share; "" where they differ."""
    words = passing.lines.words["provenance"]
    pairs = group * len(words) + passing.of(passing.lines.codes["provenance"])
    lines = np.bincount(pairs, minlength=count * len(words)).reshape(count, len(words))
    return [words[int(one.argmax())] if (one > 0).sum() == 1 else "" for one in lines]


def _grouped(passing: Passing) -> tuple[list[tuple[str, str, str]], Ints]:
    """Return region, sector and operator of each group, and the group of each line."""
    lines = passing.lines
    flat = np.zeros(len(passing), dtype=np.int64)
    for axis in _AXES:
        flat = flat * len(lines.words[axis]) + passing.of(lines.codes[axis])
    first, group = np.unique(flat, return_index=True, return_inverse=True)[1:]
    rows = passing.rows[first]
    keys = [
        (lines.text("region", row), lines.text("sector", row), lines.text("operator", row))
        for row in map(int, rows)
    ]
    return keys, group.astype(np.int64)


def _pipes(passing: Passing, group: Ints, red: Mask, count: int) -> list[tuple[Pipes, ...]]:
    """Return the red kilometres of each group by size; None for unknown comes first."""
    found: list[list[Pipes]] = [[] for _ in range(count)]
    sizes = [
        np.nan_to_num(passing.of(one)[red], nan=0.0)
        for one in (passing.lines.diameter_mm, passing.lines.voltage_kv)
    ]
    pairs = np.stack([group[red].astype(float), *sizes])
    each, place = np.unique(pairs, axis=1, return_inverse=True)
    km = np.bincount(place.ravel(), passing.km[red], each.shape[1])
    for (owner, mm, kv), length in zip(each.T, km, strict=True):
        found[int(owner)].append(
            Pipes(float(mm) or None, float(kv) or None, round(float(length), 6))
        )
    return [tuple(one) for one in found]


def _candidate(
    data: Dataset,
    at: date,
    key: tuple[str, str, str],
    sums: dict[str, float],
    pipes: Sequence[Pipes],
) -> Candidate:
    region, sector, operator = key
    wear = f"{100 * sums['worn'] / sums['known']:.2f}" if sums["known"] > 0 else ""
    rules = zones.rules_in_force(data.rules, sector, at)
    zone, basis = zones.shown("", zones.compute(rules, wear))
    number = float(wear) if wear else None
    return Candidate(
        id=f"{NETWORK}:{region}-{sector}-{_mark(operator)}",
        names=dict.fromkeys(("name_kk", "name_ru", "name_en"), operator) if operator else {},
        region=region,
        sector=sector,
        wear=wear,
        wear_low=number,
        wear_high=number,
        length_km=round(sums["km"], 6),
        red_km=round(sums["red"], 6) if sums["known"] > 0 or sums["red"] > 0 else None,
        unknown_km=round(sums["unknown"], 6),
        worn_red_km=round(sums["worn_red"], 6) if sums["red"] > 0 else None,
        worn_bound_km=round(sums["worn_bound"], 6),
        pipes=tuple(pipes),
        zone=zone,
        zone_basis=basis,
    )


def _mark(operator: str) -> str:
    """Return a short mark of an operator for an id: names are in any alphabet."""
    if not operator:
        return "unknown"
    return hashlib.sha256(search_key(operator).encode()).hexdigest()[:8]


def with_entities(
    groups: Sequence[Candidate], entities: Sequence[Candidate]
) -> tuple[list[Candidate], list[Candidate]]:
    """Return the groups that no entity owns, and the entities with the lines of their groups.

    An entity owns the lines of its region and sector whose operator is written as its name or id.
    What its own claims say of wear and length counts before the lines.
    """
    owners = {
        (one.region, one.sector, word): one.id
        for one in entities
        for word in {search_key(name) for name in (*one.names.values(), one.subject) if name}
    }
    taken: dict[str, Candidate] = {}
    free = []
    for group in groups:
        name = group.names.get("name_ru", "")
        owner = owners.get((group.region, group.sector, search_key(name))) if name else None
        if owner is None or owner in taken:
            free.append(group)
        else:
            taken[owner] = group
    return free, [_joined(one, taken.get(one.id)) for one in entities]


def _joined(entity: Candidate, lines: Candidate | None) -> Candidate:
    if lines is None:
        return entity
    on_map = lines.length_km or 0.0
    length = on_map if entity.length_km is None else entity.length_km
    joined = replace(
        entity,
        length_km=length,
        red_km=lines.red_km,
        worn_red_km=lines.worn_red_km,
        pipes=lines.pipes,
        projects=lines.projects,
        under_way=entity.under_way or lines.under_way,
    )
    if entity.wear:  # a claim is of the whole length
        return replace(joined, unknown_km=0.0)
    known = on_map - (lines.unknown_km or 0.0)
    declared = entity.zone_basis == "declared"
    return replace(
        joined,
        unknown_km=round(max(length - known, 0.0), 6),
        worn_bound_km=lines.worn_bound_km,
        wear=lines.wear,
        wear_low=lines.wear_low,
        wear_high=lines.wear_high,
        zone=entity.zone if declared else lines.zone,
        zone_basis=entity.zone_basis if declared else lines.zone_basis,
    )
