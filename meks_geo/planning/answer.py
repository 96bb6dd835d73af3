"""A scenario answered on a revision as of a day, and its answer as a plan that can be saved."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd

from meks_geo.errors import InputError, Problem
from meks_geo.model import Dataset
from meks_geo.planning import parameters as assumed
from meks_geo.planning import priority, reckoning
from meks_geo.planning.candidates import Candidate
from meks_geo.planning.filter import MARKET, STATE
from meks_geo.planning.gather import gather
from meks_geo.planning.moving import thresholds_in_force, with_thresholds
from meks_geo.planning.outcome import Outcome
from meks_geo.planning.packing import assumptions_of, dark_of, left_of, work_of
from meks_geo.planning.parameters import Parameters
from meks_geo.planning.plan import Plan, plan
from meks_geo.planning.priority import Order, Ranked
from meks_geo.planning.saved import SavedPlan
from meks_geo.planning.scenario import Scenario, joined
from meks_geo.validate import nearest

__all__ = ["Answer", "check", "saved_of", "solve", "thresholds_in_force"]

#: What a moved number may be, by its unit; others are 0 or more.
_BOUNDS = {"percent": (0.0, 100.0), "years": (0.0, 50.0), "year": (2018.0, 2035.0)}
#: What is divided by, or counted in whole years: not below 1.
_FROM_ONE = frozenset({"replaced-wear", "season-share", "crew-share", "plant-years", "tenor"})
_WHOLE = frozenset({"years", "year", "count"})


@dataclass(frozen=True, eq=False)
class Answer:
    """The answer to a scenario, with all that is behind it.

    Parameters
    ----------
    parameters
        With the numbers that the scenario moves.
    thresholds
        Red threshold by sector in percent, with those that the scenario moves.
    """

    scenario: Scenario
    at: date
    revision: str
    plan: Plan
    candidates: tuple[Candidate, ...]
    parameters: Parameters
    order: Order
    thresholds: Mapping[str, float]
    outcome: Outcome


def solve(
    data: Dataset, tables: Mapping[str, pd.DataFrame], scenario: Scenario, at: date
) -> Answer:
    """Return the answer to a scenario; the same question has the same answer.

    Parameters
    ----------
    data
        The revision that is planned on; never changed.
    tables
        What the store reads of planning and ratings: `Store.parameters`.
    at
        Day of which all is known.

    Raises
    ------
    InputError
        If the scenario names a number, criterion or threshold that there is not, or moves one to
        where it cannot be; if it tells of a candidate that there is not.
    """
    usual = assumed.of(tables, data.sources)
    problems = check(scenario, usual, thresholds_in_force(data, at))
    if problems:
        raise InputError(problems)
    given = usual.with_finance({(name, to): value for name, to, value in scenario.finance})
    given = given.with_weights(dict(scenario.weights))
    moved = with_thresholds(data, dict(scenario.thresholds))
    thresholds = thresholds_in_force(moved, at)
    told = _told(scenario)
    found = gather(moved, at, given, trial=scenario.trial, told=told)
    strange = told.keys() - {one.id for one in found}
    if strange:
        raise InputError([Problem("unknown-subject", "scenario", value=s) for s in sorted(strange)])
    made = plan(
        found,
        given,
        thresholds,
        money=scenario.by_source,
        years=scenario.years,
        objective=scenario.objective,
        gap=scenario.gap,
    )
    figures = () if scenario.trial else reckoning.figures_of(data, at)
    targets = reckoning.targets_of(data, tables, at, scenario.years)
    return Answer(
        scenario=scenario,
        at=at,
        revision=data.revision,
        plan=made,
        candidates=found,
        parameters=given,
        order=priority.order(found, given, thresholds),
        thresholds=thresholds,
        outcome=reckoning.outcome(made, found, given, thresholds, figures, targets),
    )


def _told(scenario: Scenario) -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = {}
    for one, name, value in scenario.told:
        found.setdefault(one, {})[name] = value
    return found


def check(scenario: Scenario, usual: Parameters, in_force: Mapping[str, float]) -> list[Problem]:
    """Return what is wrong with the numbers that a scenario moves; names as in `data/`.

    Parameters
    ----------
    in_force
        Red threshold of each sector that has one on the day: no other can be moved.
    """
    problems = []
    sources = usual.sources_of_money()
    for source in scenario.by_source:
        if source not in sources:
            problems.append(_unknown(source, sources))
    for sector, _ in scenario.thresholds:
        if sector not in in_force:
            problems.append(_unknown(sector, tuple(in_force), "thresholds"))
    names = tuple(joined(*key) for key in usual.finance)
    for name, to, value in scenario.finance:
        if (name, to) not in usual.finance:
            problems.append(_unknown(joined(name, to), names))
        else:
            problems += _amiss(name, to, value, usual)
    for name, _ in scenario.weights:
        if name not in usual.weights:
            problems.append(_unknown(name, tuple(usual.weights), "weights"))
    return problems or _together(scenario, usual)


def _together(scenario: Scenario, usual: Parameters) -> list[Problem]:
    """Return what is wrong with numbers that could each be moved there alone."""
    problems = []
    given = usual.with_finance({(name, to): value for name, to, value in scenario.finance})
    weights = {**{one: w.value for one, w in usual.weights.items()}, **dict(scenario.weights)}
    if not any(weights.values()):
        problems.append(Problem("missing-value", "scenario", column="weights"))
    if not any(given.value("tier", one) == MARKET for one in given.sources_of_money()):
        problems.append(Problem("missing-value", "scenario", column=f"tier={MARKET}"))
    for source in (to for name, to in usual.finance if name == "tenor"):
        tenor, grace = given.value("tenor", source), given.value("grace", source)
        if grace >= tenor:
            problems.append(_outside(f"grace:{source}", grace, 0, max(tenor - 1, 0)))
    return problems


def _amiss(name: str, to: str, value: float, usual: Parameters) -> list[Problem]:
    """Return what is wrong with one moved number of `finance.csv`."""
    one = usual.finance[name, to]
    low, high = _BOUNDS.get(one.unit, (0.0, math.inf))
    if name in _FROM_ONE:
        low = 1.0
    if name == "tier":  # the budget lends nothing, and a lender is never what pays last
        low, high = (MARKET, STATE) if ("rate", to) in usual.finance else (one.value, one.value)
    if not low <= value <= high:
        return [_outside(joined(name, to), value, low, high)]
    if one.unit in _WHOLE and not value.is_integer():
        return [Problem("not-whole", "scenario", None, joined(name, to), f"{value:g}")]
    return []


def _unknown(name: str, known: Sequence[str], column: str = "finance") -> Problem:
    params = {"nearest": nearest(name, known) or ", ".join(known[:12])}
    return Problem("unknown-code", "scenario", None, column, name, params)


def _outside(name: str, value: float, low: float, high: float) -> Problem:
    params = {"low": low, "high": high}
    return Problem("out-of-range", "scenario", None, name, f"{value:g}", params)


# -- as a plan that can be saved -------------------------------------------------------------------


def saved_of(
    data: Dataset,
    answer: Answer,
    *,
    id: str = "",  # noqa: A002 - the name of the field
    title: str = "",
    author: str = "",
    note: str = "",
) -> SavedPlan:
    """Return an answer as a plan with all that is shown of it; without an id it is a draft.

    Parameters
    ----------
    data
        The revision that was planned on.
    """
    made = answer.plan
    by_id = {one.id: one for one in answer.candidates}
    ranks = {one.candidate.id: (one, len(part)) for part in _orders(answer.order) for one in part}
    return SavedPlan(
        id=id,
        title=title,
        author=author,
        note=note,
        at_saved="",
        revision=answer.revision,
        as_of=answer.at,
        scenario=answer.scenario,
        objective=made.case.objective,
        value=made.value,
        gap=made.gap,
        spent={source: dict(by_year) for source, by_year in made.spent.items()},
        works=tuple(
            work_of(data, answer.parameters, one, ranks.get(one.item.candidate.id))
            for one in made.chosen
        ),
        left_out=tuple(left_of(data, by_id, one) for one in made.left_out),
        not_priceable=tuple(
            dark_of(data, by_id[one], missing) for one, missing in sorted(made.case.missing.items())
        ),
        outcome=answer.outcome,
        thresholds=dict(answer.thresholds),
        assumptions=assumptions_of(answer.parameters, answer.scenario),
    )


def _orders(order: Order) -> tuple[tuple[Ranked, ...], ...]:
    return order.networks, order.plants
