"""A question to the planner in numbers: who may be done when by whom, and within what."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from meks_geo.planning.candidates import PLANT, Candidate
from meks_geo.planning.effects import capacity_key, effect, years_of_works
from meks_geo.planning.estimates import Estimate, estimate, works_km
from meks_geo.planning.filter import Trail, trail
from meks_geo.planning.parameters import Parameters
from meks_geo.planning.scenario import Money

#: Money is counted to the million tenge, in bn KZT.
_DIGITS = 3


@dataclass(frozen=True, slots=True)
class Item:
    """A candidate that can be priced and planned.

    Parameters
    ----------
    effect
        What it adds to the objective; above 0.
    works
        What it takes of contractors of `crew`: kilometres, or 1 for a plant.
    years
        How many years in a row the works take.
    costs
        Central cost in bn KZT by its first year, if the works begin then: one a year of works, in
        the prices of each year.
    """

    candidate: Candidate
    estimate: Estimate
    trail: Trail
    effect: float
    crew: str
    works: float
    years: int
    costs: Mapping[int, tuple[float, ...]]


@dataclass(frozen=True, slots=True)
class Option:
    """Item `item` done from year `year` on, paid by `source`; numbers are places in the case."""

    item: int
    year: int
    source: int


@dataclass(frozen=True, eq=False)
class Case:
    """All that the planner needs.

    Parameters
    ----------
    options
        What may be chosen, in a fixed order; one an item at most.
    money
        bn KZT by source and year, each source having every year.
    capacity
        By crew: kilometres a year, or plants a year.
    together
        Pairs of items of which one at most may be done: a part and its whole.
    barred
        Candidates that cannot be chosen, and why; without money they are left out.
    missing
        Candidates that cannot be priced or weighed, and what is unknown of them.
    """

    objective: str
    years: tuple[int, ...]
    sources: tuple[str, ...]
    items: tuple[Item, ...]
    options: tuple[Option, ...]
    money: Money
    capacity: Mapping[str, float]
    plants_a_place: int
    together: tuple[tuple[int, int], ...]
    barred: Mapping[str, tuple[str, str]]
    missing: Mapping[str, tuple[str, ...]]


def build(
    candidates: Sequence[Candidate],
    parameters: Parameters,
    thresholds: Mapping[str, float],
    money: Money,
    years: Sequence[int],
    objective: str,
) -> Case:
    """Return the case of these candidates.

    Parameters
    ----------
    thresholds
        Red threshold by sector, in percent.
    money
        bn KZT by source and year; a year that a source lacks has none.
    years
        Years of the plan in a row.
    """
    span = tuple(years)
    sources = tuple(one for one in parameters.sources_of_money() if one in money)
    items: list[Item] = []
    barred: dict[str, tuple[str, str]] = {}
    missing: dict[str, tuple[str, ...]] = {}
    for one in sorted(candidates, key=lambda one: one.id):
        found = _item(one, parameters, thresholds, span, objective)
        if isinstance(found, Item):
            items.append(found)
        elif found[0] == "missing":
            missing[one.id] = found[1]
        else:
            barred[one.id] = (found[0], found[1][0] if found[1] else "")
    place = {one.candidate.id: n for n, one in enumerate(items)}
    crews = {one.crew for one in items}
    return Case(
        objective=objective,
        years=span,
        sources=sources,
        items=tuple(items),
        options=tuple(
            Option(n, first, source)
            for n, one in enumerate(items)
            for first, year in enumerate(span)
            if year in one.costs
            for source, name in enumerate(sources)
            if name in one.trail.allowed
        ),
        money={one: {year: money[one].get(year, 0.0) for year in span} for one in sources},
        capacity={one: parameters.value("capacity", one) for one in sorted(crews)},
        plants_a_place=int(parameters.value("plants-a-place")),
        together=tuple(
            (place[whole], n)
            for n, one in enumerate(items)
            for whole in one.candidate.wholes
            if whole in place
        ),
        barred=barred,
        missing=missing,
    )


def _item(
    one: Candidate,
    parameters: Parameters,
    thresholds: Mapping[str, float],
    span: tuple[int, ...],
    objective: str,
) -> Item | tuple[str, tuple[str, ...]]:
    """Return the item of a candidate, or why there is none and the details of it."""
    if one.under_way:
        return "under-way", (one.under_way,)
    if one.superseded:
        return "superseded", ()
    gain, cost = effect(one, objective, parameters, thresholds), estimate(one, parameters)
    if gain.why:
        return gain.why, ()
    years = years_of_works(one, parameters)
    missing = dict.fromkeys([*gain.missing, *cost.missing])
    if years is None and one.length_km is None:
        missing["length_km"] = None
    if missing or gain.value is None or cost.central is None or years is None:
        return "missing", tuple(missing) or ("length_km",)
    if gain.value <= 0:
        return "no-effect", ()
    return Item(
        candidate=one,
        estimate=cost,
        trail=trail(one, cost, parameters),
        effect=gain.value,
        crew=capacity_key(one),
        works=1.0 if capacity_key(one) == PLANT else works_km(one, parameters) or 0.0,
        years=years,
        costs={
            year: yearly(cost, years, year, parameters)
            for year in span
            if year + years - 1 <= span[-1]
        },
    )


def yearly(cost: Estimate, years: int, first: int, parameters: Parameters) -> tuple[float, ...]:
    """Return the cost of each year of works from `first` on, in bn KZT of that year's prices.

    The works are spread evenly.
    """
    return tuple(
        round((cost.in_year(parameters, first + n) or 0.0) / years, _DIGITS) for n in range(years)
    )


def load(item: Item) -> float:
    """Return what an item takes of its contractors in each of its years."""
    return item.works if item.crew == PLANT else item.works / item.years
