"""What works cost: low, central, high, in bn KZT, out of published works, with the derivation."""

import math
from dataclasses import dataclass
from functools import lru_cache

from meks_geo.planning.candidates import NETWORK, PLANT, PROJECT, Candidate
from meks_geo.planning.parameters import GCAL_H, KM, MW, Parameters, Works

#: Item of `unit_costs.csv` for a thermal plant that is to be rebuilt.
REBUILD = "plant-rebuild"
#: Item for lines of the national grid, and the voltage from which on a line is one.
GRID, HIGH_KV = "grid", 220.0


@dataclass(frozen=True, slots=True)
class UnitCost:
    """Cost of one `unit` in bn KZT, in prices of `price_year`; `works` say where it comes from.

    The central one is the sum of costs over the sum of sizes of the central works; low and high are
    the least and the most of all of them, or the assumed spread where none lies beyond.
    """

    item: str
    unit: str
    price_year: int
    low: float
    central: float
    high: float
    works: tuple[Works, ...]
    assumed: tuple[str, ...]  # of low, high


@dataclass(frozen=True, slots=True)
class Estimate:
    """Cost in bn KZT, in prices of `price_year`.

    `basis` is `published` (the cost of the project itself) or `unit-cost`; `size` is what is paid
    for, in the unit of `unit_cost`; `factor` is that of the sizes of lines. Without a cost
    `missing` names the columns that would give one.
    """

    low: float | None
    central: float | None
    high: float | None
    price_year: int
    basis: str = ""
    size: float | None = None
    unit_cost: UnitCost | None = None
    factor: float = 1.0
    missing: tuple[str, ...] = ()

    def in_year(self, parameters: Parameters, year: int) -> float | None:
        """Return the central cost in prices of another year."""
        if self.central is None:
            return None
        return self.central * parameters.price(self.price_year, year)


def base_year(parameters: Parameters) -> int:
    """Return the year in whose prices estimates are."""
    return int(parameters.value("base-year"))


@lru_cache(maxsize=1024)
def unit_cost(
    parameters: Parameters, item: str, unit: str, *, without: str = "", year: int | None = None
) -> UnitCost | None:
    """Return the cost of one unit of an item; None where nothing was published.

    Parameters
    ----------
    without
        A project that is not to count: that of which the estimate is tested.
    year
        In whose prices; by default in those of the base year.
    """
    prices = base_year(parameters) if year is None else year
    kept = [
        one
        for one in parameters.works
        if (one.item, one.unit) == (item, unit)
        and one.role != "check"
        and not (without and one.project == without)
    ]
    central = [one for one in kept if one.role == "central"] or kept
    if not kept:
        return None
    costs = {one.id: one.cost_bn_kzt * parameters.price(one.price_year, prices) for one in kept}
    middle = sum(costs[one.id] for one in central) / sum(one.size for one in central)
    ratios = [costs[one.id] / one.size for one in kept]
    low, high, assumed = min(ratios), max(ratios), []
    if math.isclose(low, middle) or low > middle:
        low = middle * (1 - parameters.value("spread-low") / 100)
        assumed.append("low")
    if math.isclose(high, middle) or high < middle:
        high = middle * (1 + parameters.value("spread-high") / 100)
        assumed.append("high")
    return UnitCost(item, unit, prices, low, middle, high, tuple(kept), tuple(assumed))


def works_km(one: Candidate, parameters: Parameters) -> float | None:
    """Return the kilometres that are to be replaced.

    Of lines on the map those in red. By a published figure as many as bring the mean wear down to
    the moderate level, when what is replaced has the wear of `replaced-wear`. Of a project its own
    length. None where something for it is unknown.
    """
    if one.kind == PROJECT:
        return one.length_km
    if one.red_km is not None:
        return one.red_km
    if one.kind == NETWORK or one.length_km is None or one.wear_low is None:
        return None
    excess = max(one.wear_low - parameters.value("moderate-wear"), 0.0)
    return min(one.length_km * excess / parameters.value("replaced-wear"), one.length_km)


def size_factor(one: Candidate, parameters: Parameters) -> float:
    """Return the cost of a candidate's red lines, times that of the mean line of the sector.

    A pipe counts by its diameter, a line of `HIGH_KV` and above by the cost of the national grid;
    what has no known size counts as the mean one.
    """
    total = sum(pipe.km for pipe in one.pipes)
    if not total:
        return 1.0
    grid, mean = unit_cost(parameters, GRID, KM), unit_cost(parameters, one.sector, KM)
    high = grid.central / mean.central if grid and mean else 1.0
    factors = (
        high if (pipe.voltage_kv or 0.0) >= HIGH_KV else _factor(pipe.diameter_mm, parameters)
        for pipe in one.pipes
    )
    return sum(pipe.km * factor for pipe, factor in zip(one.pipes, factors, strict=True)) / total


def _factor(diameter_mm: float | None, parameters: Parameters) -> float:
    if diameter_mm is None or not parameters.pipes:
        return 1.0
    below = [one.factor for one in parameters.pipes if diameter_mm > one.above_mm]
    return below[-1] if below else parameters.pipes[0].factor


def estimate(one: Candidate, parameters: Parameters) -> Estimate:
    """Return what a candidate costs, in prices of the base year.

    A published cost from before the inflation that is known cannot be brought to them.
    """
    year = base_year(parameters)
    if one.cost_bn_kzt is not None and one.cost_year is not None:
        if one.cost_year < parameters.first_price_year:
            return Estimate(None, None, None, year, missing=("inflation",))
        cost = one.cost_bn_kzt * parameters.price(one.cost_year, year)
        return Estimate(cost, cost, cost, year, "published", one.length_km)
    if one.kind == PLANT:
        return _plant(one, parameters, year)
    if one.new_build or not one.sector:  # what another plant cost says little of this one
        return Estimate(None, None, None, year, missing=("cost_bn_kzt",))
    return _network(one, parameters, year)


def _plant(one: Candidate, parameters: Parameters, year: int) -> Estimate:
    sizes = ((MW, one.electric_mw), (GCAL_H, one.heat_gcal_h))
    for unit, size in sizes:
        price = unit_cost(parameters, REBUILD, unit)
        if size is not None and price is not None:
            return _priced(size, price, 1.0, year)
    return Estimate(None, None, None, year, missing=("electric_mw",))


def _network(one: Candidate, parameters: Parameters, year: int) -> Estimate:
    size, price = works_km(one, parameters), unit_cost(parameters, one.sector, KM)
    if size is None or price is None:
        missing = []
        if one.kind == PROJECT:
            missing.append("cost_bn_kzt")
        if one.length_km is None:
            missing.append("length_km")
        elif size is None:
            missing.append("wear_percent")
        if one.wear_low is None and "wear_percent" not in missing and one.kind != PROJECT:
            missing.append("wear_percent")
        if price is None:
            missing.append("unit_cost")
        return Estimate(None, None, None, year, missing=tuple(missing))
    return _priced(size, price, size_factor(one, parameters), year)


def _priced(size: float, price: UnitCost, factor: float, year: int) -> Estimate:
    low, central, high = (size * one * factor for one in (price.low, price.central, price.high))
    return Estimate(low, central, high, year, "unit-cost", size, price, factor)


# -- back-test -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Tested:
    """A published cost beside the estimate made without it, in prices of its own year, bn KZT."""

    works: Works
    low: float
    central: float
    high: float
    error_percent: float
    within: bool


def back_test(parameters: Parameters) -> tuple[Tested, ...]:
    """Return, for each project with a published cost and size, the estimate without it.

    The error is how much the central estimate lies above (+) or below (-) the published cost. A
    project without which nothing is known of its item is left out: it cannot be tested.
    """
    found = []
    for one in parameters.works:
        if not one.project or one.role == "check":
            continue
        price = unit_cost(parameters, one.item, one.unit, without=one.project, year=one.price_year)
        if price is None:
            continue
        low, central, high = (one.size * cost for cost in (price.low, price.central, price.high))
        error = 100 * (central / one.cost_bn_kzt - 1)
        within = low <= one.cost_bn_kzt <= high
        found.append(Tested(one, low, central, high, error, within))
    return tuple(found)
