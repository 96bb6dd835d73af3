"""What planning assumes, each with its source or marked as assumed: `data/{...}.csv` as values."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from types import MappingProxyType
from typing import Any

import pandas as pd

from meks_geo.model import Source

#: Unit in which works on a thing are counted.
KM, MW, GCAL_H = "km", "MW", "Gcal/h"


@dataclass(frozen=True, slots=True)
class Parameter:
    """One number with its unit; assumed, or from a source (both where it leans on one)."""

    id: str
    value: float
    unit: str
    assumed: bool
    source: Source | None
    note: str


@dataclass(frozen=True, slots=True)
class Works:
    """Works with a published cost (bn KZT, prices of `price_year`) and size (in `unit`)."""

    id: str
    item: str
    unit: str
    role: str  # central, spread, check
    cost_bn_kzt: float
    size: float
    price_year: int
    project: str
    source: str
    note: str


@dataclass(frozen=True, slots=True)
class Factor:
    """Cost of a pipe thicker than `above_mm`, times that of the mean one of its sector."""

    above_mm: float
    factor: float


@dataclass(frozen=True, eq=False)
class Parameters:
    """All of them.

    Parameters
    ----------
    works
        Published works, of which unit costs are derived.
    pipes
        Factors by diameter, thinnest first.
    finance
        By name and what it applies to (a source of money, a sector, a year, "" for all).
    weights
        Weight of each criterion of the order of modernisation.
    """

    works: tuple[Works, ...]
    pipes: tuple[Factor, ...]
    finance: Mapping[tuple[str, str], Parameter]
    weights: Mapping[str, Parameter]

    def value(self, name: str, applies_to: str = "") -> float:
        """Return a number of `finance.csv`; KeyError where there is none."""
        return self.finance[name, applies_to].value

    def sources_of_money(self) -> tuple[str, ...]:
        """Return the sources of money in the order in which they are asked."""
        tiers = {to: one.value for (name, to), one in self.finance.items() if name == "tier"}
        return tuple(sorted(tiers, key=lambda one: (tiers[one], list(tiers).index(one))))

    @property
    def first_price_year(self) -> int:
        """The first year whose prices can be brought to those of another."""
        return min(int(to) for name, to in self.finance if name == "inflation") - 1

    def price(self, start: int, end: int) -> float:
        """Return what 1 tenge of the prices of year `start` is in those of year `end`.

        The inflation of a year leads from the prices of the year before to its own; after the last
        year of the table its inflation goes on. ValueError before `first_price_year`.
        """
        return _price(self, start, end)

    def with_finance(self, changes: Mapping[tuple[str, str], float]) -> "Parameters":
        """Return the same with other numbers, marked as assumed: what if."""
        changed = {
            key: replace(self.finance[key], value=value, assumed=True)
            for key, value in changes.items()
        }
        return replace(self, finance=MappingProxyType({**self.finance, **changed}))

    def with_weights(self, changes: Mapping[str, float]) -> "Parameters":
        """Return the same with other weights, marked as assumed."""
        changed = {
            name: replace(self.weights[name], value=value, assumed=True)
            for name, value in changes.items()
        }
        return replace(self, weights=MappingProxyType({**self.weights, **changed}))


@lru_cache(maxsize=4096)
def _price(parameters: Parameters, start: int, end: int) -> float:
    if end < start:
        return 1 / _price(parameters, end, start)
    if start < parameters.first_price_year and end > start:
        msg = f"no inflation of {start + 1} in finance.csv"
        raise ValueError(msg)
    last = max(int(to) for name, to in parameters.finance if name == "inflation")
    rates = (
        parameters.value("inflation", str(min(year, last))) for year in range(start + 1, end + 1)
    )
    return math.prod((1 + rate / 100 for rate in rates), start=1.0)


def of(tables: Mapping[str, pd.DataFrame], sources: Mapping[str, Source]) -> Parameters:
    """Return the parameters out of the tables that the store reads."""
    costs = _rows(tables["unit_costs"])
    pipes = [
        Factor(float(row["above_mm"]), float(row["factor"]))
        for _, row in costs
        if row["role"] == "factor"
    ]
    finance = {
        (row["parameter"], row["applies_to"]): _parameter(one, row, "value", sources)
        for one, row in _rows(tables["finance"])
    }
    weights = {
        one: _parameter(one, row, "weight", sources) for one, row in _rows(tables["priority"])
    }
    return Parameters(
        works=tuple(_works(one, row) for one, row in costs if row["role"] != "factor"),
        pipes=tuple(sorted(pipes, key=lambda one: one.above_mm)),
        finance=MappingProxyType(finance),
        weights=MappingProxyType(weights),
    )


def _rows(table: pd.DataFrame) -> list[tuple[str, dict[str, Any]]]:
    return list(zip(map(str, table.index), table.to_dict("records"), strict=True))


def _works(one: str, row: Mapping[str, Any]) -> Works:
    return Works(
        id=one,
        item=row["item"],
        unit=row["unit"],
        role=row["role"],
        cost_bn_kzt=float(row["cost_bn_kzt"]),
        size=float(row["size"]),
        price_year=int(row["price_year"]),
        project=row["project_id"],
        source=row["source_id"],
        note=row["note"],
    )


def _parameter(
    one: str, row: Mapping[str, Any], column: str, sources: Mapping[str, Source]
) -> Parameter:
    source = sources.get(row["source_id"])
    if source is None and row.get("source_url"):
        source = Source(one, row["source_title"], "", row["source_url"], row["stated_on"], "press")
    return Parameter(
        one, float(row[column]), row["unit"], row["assumed"] == "yes", source, row["note"]
    )
