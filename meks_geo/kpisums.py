"""Sums beside the KPIs, out of the projects and plants of record: by region and by who pays.

Nothing synthetic is in them.
"""

from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

import pandas as pd

from meks_geo import queries
from meks_geo.model import Dataset
from meks_geo.state import State, as_of
from meks_geo.vocabulary import COUNTRY, ENDED, Funding, Provenance, Zone


@dataclass(frozen=True, slots=True)
class Sum:
    """Projects of one group: how many, and the cost of those of which it is known.

    `cost_bn_kzt` is None where no cost is known. `left` counts those that have not ended.
    Of plants that stand, `red_plants` are declared red, and of `unknown_plants` no zone is known.
    """

    code: str
    projects: int
    left: int
    cost_bn_kzt: float | None
    cost_known: int
    red_plants: int = 0
    unknown_plants: int = 0


@lru_cache(maxsize=8)
def by_funding(data: Dataset, at: date, regions: tuple[str, ...] = ()) -> tuple[Sum, ...]:
    """Return the projects of record by who pays, in the order of `Funding`; () for all regions.

    A parent is never summed with its children, the programme never with its projects.
    """
    state = as_of(data, at)
    table = _counted(state)
    if regions and COUNTRY not in regions:
        table = table[table["region"].isin(regions)]
    groups = ((code, table[table["funding"] == code]) for code in Funding)
    return tuple(_sum(state, code, rows) for code, rows in groups if len(rows))


@lru_cache(maxsize=8)
def by_region(data: Dataset, at: date) -> tuple[Sum, ...]:
    """Return projects and plants declared red, one entry a region; the country's own projects last.

    A project of the whole country is no project of a region.
    """
    state = as_of(data, at)
    table = _counted(state)
    plants = state.plants[state.plants["provenance"] != Provenance.SYNTHETIC]
    there = plants[plants["known"] & ~plants["hollow"]]
    zones = there.groupby(["region", "zone"], sort=False).size()
    codes = [one for one in data.regions.index if one != COUNTRY]
    return tuple(
        replace(
            _sum(state, code, table[table["region"] == code]),
            red_plants=int(zones.get((code, Zone.RED), 0)),
            unknown_plants=int(zones.get((code, Zone.UNKNOWN), 0)),
        )
        for code in (*codes, COUNTRY)
    )


def _counted(state: State) -> pd.DataFrame:
    """Return the projects known by the day, without what is synthetic or the sum of others."""
    made_up = state.projects["provenance"] == Provenance.SYNTHETIC
    table = state.projects[state.projects["known"] & ~made_up]
    priced = table.index[table["cost_bn_kzt"].notna()]
    return table[~table.index.isin(queries.wholes(table, priced))]


def _sum(state: State, code: str, rows: pd.DataFrame) -> Sum:
    sums = queries.totals(state.plants[:0], rows) if len(rows) else None
    return Sum(
        code=code,
        projects=len(rows),
        left=int((~rows["status"].isin(ENDED)).sum()),
        cost_bn_kzt=sums.cost_bn_kzt if sums else None,
        cost_known=sums.cost_known if sums else 0,
    )
