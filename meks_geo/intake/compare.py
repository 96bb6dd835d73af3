"""Two revisions side by side: what was added, changed, removed, and the totals of both."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from meks_geo import facts, networks, rolls
from meks_geo.intake.model import cell_text
from meks_geo.model import ROLLS, Dataset
from meks_geo.state import as_of
from meks_geo.view import View
from meks_geo.vocabulary import COUNTRY, Provenance, Zone

TABLES = ("networks", "plants", "entities", "projects", *ROLLS)

#: A file that takes off more than this share of a table of a region is asked about again.
MUCH = 0.10


@dataclass(frozen=True, slots=True)
class Change:
    """One field of one object: text as published, "" for unknown; dates of the statements."""

    column: str
    old: str
    new: str
    old_date: str = ""
    new_date: str = ""


@dataclass(frozen=True, slots=True)
class TableDifference:
    """The ids of a table by what happened to them."""

    added: tuple[str, ...]
    changed: Mapping[str, tuple[Change, ...]]
    removed: tuple[str, ...]
    unchanged: int


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums over a revision, or one region of it. Length in km, wear in percent, None if unknown."""

    plants: int
    projects: int
    entities: int
    red_plants: int
    networks: int
    network_km: float
    network_wear_percent: float | None
    network_wear_known_km: float
    network_red_km: float


@dataclass(frozen=True, slots=True)
class Difference:
    """From one revision to another, as of a day.

    `removed_share` gives, by region and table, the share of what was there that goes: of the
    kilometres for networks, of the objects for the rest.
    """

    before: str
    after: str
    at: date
    tables: Mapping[str, TableDifference]
    totals_before: Totals
    totals_after: Totals
    removed_share: Mapping[tuple[str, str], float]

    @property
    def counts(self) -> dict[str, int]:
        """Objects added, changed, removed and unchanged, over all tables."""
        found = self.tables.values()
        return {
            "added": sum(len(t.added) for t in found),
            "changed": sum(len(t.changed) for t in found),
            "removed": sum(len(t.removed) for t in found),
            "unchanged": sum(t.unchanged for t in found),
        }

    @property
    def takes_much(self) -> dict[tuple[str, str], float]:
        """Regions and tables that would lose more than a tenth."""
        return {place: share for place, share in self.removed_share.items() if share > MUCH}


def difference(before: Dataset, after: Dataset, at: date) -> Difference:
    """Return what is different in `after`, as both are seen on a day."""
    tables = {name: _objects(before, after, name, at) for name in TABLES[1:]}
    tables = {"networks": _lines(before.networks, after.networks), **tables}
    return Difference(
        before=before.revision,
        after=after.revision,
        at=at,
        tables=tables,
        totals_before=totals(before, at),
        totals_after=totals(after, at),
        removed_share=_removed_share(before, tables),
    )


def totals(data: Dataset, at: date, region: str = "") -> Totals:
    """Return the sums over a revision as of a day, of one region when it is given.

    Synthetic objects are in none of them.
    """
    plants, projects, entities = (
        frame[(frame["provenance"] != Provenance.SYNTHETIC) & _of_region(frame, region)]
        for frame in (as_of(data, at).plants, data.projects, data.entities)
    )
    view = View(at=at, region=(region,) if region else ())
    lines = networks.select(data, view, None).but_synthetic()
    measured = networks.summary(lines)
    return Totals(
        plants=len(plants),
        projects=len(projects),
        entities=len(entities),
        red_plants=int((plants["zone"] == Zone.RED).sum()),
        networks=len(lines),
        network_km=measured["km"] or 0.0,
        network_wear_percent=measured["wear_percent"],
        network_wear_known_km=measured["known_km"] or 0.0,
        network_red_km=measured["red_km"] or 0.0,
    )


def _of_region(frame: pd.DataFrame, region: str) -> "pd.Series | bool":
    return frame["region"] == region if region else True


def _objects(before: Dataset, after: Dataset, table: str, at: date) -> TableDifference:
    old, new = before.rows[table], after.rows[table]
    changed = {}
    for subject in (one for one in new if one in old):
        found = _cells(old[subject], new[subject])
        found += [] if table in ROLLS else _facts(before, after, subject, at)
        if found:
            changed[subject] = tuple(found)
    added = tuple(one for one in new if one not in old)
    return TableDifference(
        added=added,
        changed=changed,
        removed=tuple(one for one in old if one not in new),
        unchanged=len(new) - len(added) - len(changed),
    )


def _cells(old: Mapping[str, object], new: Mapping[str, object]) -> list[Change]:
    return [
        Change(str(name), was, now)
        for name in new
        if not str(name).startswith("location_so")
        and (was := cell_text(old.get(name, ""))) != (now := cell_text(new[name]))
    ]


def _facts(before: Dataset, after: Dataset, subject: str, at: date) -> list[Change]:
    if before.claims.get(subject) == after.claims.get(subject):
        return []
    old, new = facts.figures(before, subject, at), facts.figures(after, subject, at)
    found = []
    for name in {**old, **new}:
        was, now = old.get(name), new.get(name)
        change = Change(
            name,
            was.value if was else "",
            now.value if now else "",
            was.claim.stated_on.text if was else "",
            now.claim.stated_on.text if now else "",
        )
        if (change.old, change.old_date) != (change.new, change.new_date):
            found.append(change)
    return found


def _lines(old: gpd.GeoDataFrame, new: gpd.GeoDataFrame) -> TableDifference:
    """Compare column by column: there may be a million lines."""
    both = new.index.intersection(old.index, sort=False)
    a, b = old.loc[both], new.loc[both]
    found: dict[int, list[Change]] = {}
    for name in (column for column in new.columns if column != "geometry"):
        was, now = a[name].to_numpy(), b[name].to_numpy()
        for place in np.flatnonzero(_unequal(was, now)).tolist():
            change = Change(str(name), cell_text(was[place]), cell_text(now[place]))
            found.setdefault(place, []).append(change)
    moved = ~a.geometry.geom_equals_exact(b.geometry, 1e-9, align=False).to_numpy()
    for place in np.flatnonzero(moved).tolist():
        found.setdefault(place, []).append(Change("geometry", "", ""))
    return TableDifference(
        added=tuple(map(str, new.index.difference(old.index, sort=False))),
        changed={str(both[place]): tuple(found[place]) for place in sorted(found)},
        removed=tuple(map(str, old.index.difference(new.index, sort=False))),
        unchanged=len(both) - len(found),
    )


def _unequal(old: npt.NDArray[Any], new: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
    if old.dtype.kind == "f":
        return np.asarray(~((old == new) | (np.isnan(old) & np.isnan(new))), dtype=bool)
    return np.asarray(old != new, dtype=bool)


def _removed_share(
    before: Dataset, tables: Mapping[str, TableDifference]
) -> dict[tuple[str, str], float]:
    shares = {}
    for name in TABLES:
        frame = getattr(before, name)
        removed = frame.index.isin(tables[name].removed)
        if not removed.any():
            continue
        lengths = before.lines.km if name == "networks" else np.ones(len(frame))
        regions = rolls.regions(before, name).replace("", COUNTRY).to_numpy()
        for region in pd.unique(regions[removed]):
            there = regions == region
            whole = float(lengths[there].sum())
            gone = float(lengths[there & removed].sum())
            shares[str(region), name] = gone / whole if whole else 1.0
    return shares
