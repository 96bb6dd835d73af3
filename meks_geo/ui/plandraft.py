"""The plan that a reader tries out: what it is asked with, kept as text from run to run."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache

from meks_geo.errors import InputError
from meks_geo.planning import scenario as scenarios
from meks_geo.planning.scenario import FIRST_YEAR, Scenario
from meks_geo.ui import session
from meks_geo.vocabulary import Funding

_DRAFT = "plan_draft"
#: What a first plan is asked with, in bn KZT a year: assumed, and said to be so on the page.
_MONEY: Mapping[str, float] = {Funding.MEKS_MARKET: 150.0, Funding.IFI: 50.0}
_YEARS = range(FIRST_YEAR, FIRST_YEAR + 4)


@lru_cache(maxsize=1)
def base() -> Scenario:
    """Return what a plan is asked with before anything is moved."""
    money = {source: dict.fromkeys(_YEARS, amount) for source, amount in _MONEY.items()}
    return scenarios.make(money, _YEARS)


@lru_cache(maxsize=32)
def _read(text: str) -> Scenario:
    try:
        return scenarios.read(json.loads(text))
    except (InputError, json.JSONDecodeError):  # of an older version of the product
        return base()


def current() -> Scenario:
    """Return the draft of this session."""
    text = session.kept(_DRAFT)
    return _read(text) if text else base()


def keep(draft: Scenario) -> None:
    """Keep a draft for this session."""
    same = draft == base()
    session.keep(**{_DRAFT: "" if same else json.dumps(scenarios.to_json(draft))})


def reset() -> None:
    """Go back to what a first plan is asked with."""
    session.keep(**{_DRAFT: ""})


def _change(make: Callable[[Scenario], Scenario]) -> None:
    keep(make(current()))


# -- what can be moved -----------------------------------------------------------------------------


def amount(draft: Scenario, source: str) -> tuple[float, bool]:
    """Return the money of a source in bn KZT a year, and whether it is the same in each year.

    Of money that differs by year the largest amount stands.
    """
    by_year = draft.by_source.get(source, {})
    amounts = [by_year.get(year, 0.0) for year in draft.years]
    return max(amounts), len(set(amounts)) == 1


def set_money(source: str, bn: float) -> None:
    """Give a source the same money in every year; none of all leaves the market with 0."""

    def make(draft: Scenario) -> Scenario:
        money = {one: years for one, years in draft.by_source.items() if one != source}
        money[source] = dict.fromkeys(draft.years, float(bn))
        return _with_money(draft, money)

    _change(make)


def _with_money(draft: Scenario, money: Mapping[str, Mapping[int, float]]) -> Scenario:
    kept = {one: years for one, years in money.items() if any(years.values())}
    kept = kept or {Funding.MEKS_MARKET: dict.fromkeys(draft.years, 0.0)}
    flat = ((one, year, kept[one].get(year, 0.0)) for one in kept for year in draft.years)
    return replace(draft, money=tuple(sorted(flat)))


def set_years(first: int, last: int) -> None:
    """Plan for other years; a year that is new has the money of the nearest one."""

    def make(draft: Scenario) -> Scenario:
        years = tuple(range(int(first), int(last) + 1))
        money = {
            source: {year: by_year[min(by_year, key=lambda one: abs(one - year))] for year in years}
            for source, by_year in draft.by_source.items()
        }
        return _with_money(replace(draft, years=years), money)

    _change(make)


def set_objective(code: str) -> None:
    """Cut something else most."""
    _change(lambda draft: replace(draft, objective=code))


def set_trial(*, on: bool) -> None:
    """Plan on synthetic objects and nothing else, or not."""
    _change(lambda draft: replace(draft, trial=on))


def set_threshold(sector: str, in_force: float, percent: float) -> None:
    """Move the red threshold of a sector; the one in force is none that is moved."""

    def make(draft: Scenario) -> Scenario:
        moved = {one: value for one, value in draft.thresholds if one != sector}
        if percent != in_force:
            moved[sector] = float(percent)
        return replace(draft, thresholds=tuple(sorted(moved.items())))

    _change(make)


def set_finance(name: str, to: str, kept: float, value: float) -> None:
    """Move a number of `finance.csv`; its own value is none that is moved."""

    def make(draft: Scenario) -> Scenario:
        moved = {(one, of): number for one, of, number in draft.finance if (one, of) != (name, to)}
        if value != kept:
            moved[name, to] = float(value)
        flat = ((one, of, number) for (one, of), number in moved.items())
        return replace(draft, finance=tuple(sorted(flat)))

    _change(make)


def set_weight(name: str, kept: float, value: float) -> None:
    """Move the weight of a criterion; its own value is none that is moved."""

    def make(draft: Scenario) -> Scenario:
        moved = {one: number for one, number in draft.weights if one != name}
        if value != kept:
            moved[name] = float(value)
        return replace(draft, weights=tuple(sorted(moved.items())))

    _change(make)
