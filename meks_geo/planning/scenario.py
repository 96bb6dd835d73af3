"""All that a plan is asked with, as one value: money, years, objective, and what is moved."""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from meks_geo.errors import InputError, Problem
from meks_geo.validate import nearest
from meks_geo.vocabulary import Funding, Sector

#: Years that a plan may have.
FIRST_YEAR, LAST_YEAR = 2026, 2035
#: What a plan may cut most; `effects` says how.
OBJECTIVES = WEAR_KM, OUT_OF_RED, PEOPLE = "wear-km", "entities-out-of-red", "people"
#: Sources of money that a plan may have.
SOURCES = tuple(str(one) for one in Funding if one not in (Funding.MIXED, Funding.UNKNOWN))
#: No source has more than this a year (bn KZT); no moved number is larger.
MOST_BN, _MOST = 1_000_000.0, 1_000_000_000.0
#: What a reader may add of a candidate, and the most of each; incidents and revenue of a year.
TOLD = {"people": 30_000_000.0, "incidents": 1_000_000.0, "revenue_bn_kzt": MOST_BN}
#: A red threshold lies between these, in percent.
THRESHOLDS = (1.0, 99.0)
_MOST_ENTRIES, _WIDEST_GAP = 5_000, 0.5
_NAME = re.compile(r"[a-z][a-z-]{0,39}")
_APPLIES = re.compile(r"[a-z0-9-]{0,40}")
_CANDIDATE = re.compile(r"[^\x00-\x1f]{1,200}")

Money = Mapping[str, Mapping[int, float]]


@dataclass(frozen=True, slots=True)
class Scenario:
    """What a plan is asked with. `make` and `read` put every part in order.

    Parameters
    ----------
    money
        (source, year, bn KZT); a source that is named has no money in the years it lacks.
    years
        In a row, within 2026 to 2035.
    thresholds
        (sector, percent): red thresholds that are moved; the others are those in force on the day.
    finance
        (parameter, what it applies to, value): moved numbers of `finance.csv`.
    weights
        (criterion, weight): moved weights of the order of modernisation.
    trial
        On synthetic objects and on nothing else.
    gap
        Share by which the plan may miss the best one; None for the usual one.
    told
        (candidate, `people` / `incidents` / `revenue_bn_kzt`, value): what the reader adds.
    """

    money: tuple[tuple[str, int, float], ...]
    years: tuple[int, ...]
    objective: str = WEAR_KM
    thresholds: tuple[tuple[str, float], ...] = ()
    finance: tuple[tuple[str, str, float], ...] = ()
    weights: tuple[tuple[str, float], ...] = ()
    trial: bool = False
    gap: float | None = None
    told: tuple[tuple[str, str, float], ...] = ()

    @property
    def by_source(self) -> dict[str, dict[int, float]]:
        """The money as the planner takes it: bn KZT by source and year."""
        found: dict[str, dict[int, float]] = {}
        for source, year, amount in self.money:
            found.setdefault(source, {})[year] = amount
        return found

    @property
    def moved(self) -> bool:
        """Whether a threshold, number or weight is another one than in `data/`."""
        return bool(self.thresholds or self.finance or self.weights)


def make(
    money: Money,
    years: Iterable[int],
    *,
    objective: str = WEAR_KM,
    thresholds: Mapping[str, float] | None = None,
    finance: Mapping[tuple[str, str], float] | None = None,
    weights: Mapping[str, float] | None = None,
    trial: bool = False,
    gap: float | None = None,
    told: Mapping[str, Mapping[str, float]] | None = None,
) -> Scenario:
    """Return the scenario of what is asked, its parts in order; years outside it have no money.

    Raises
    ------
    InputError
        With every fault, as `read`.
    """
    document = {
        "money": {source: dict(by_year) for source, by_year in money.items()},
        "years": list(years),
        "objective": objective,
        "thresholds": dict(thresholds or {}),
        "finance": {joined(*key): value for key, value in (finance or {}).items()},
        "weights": dict(weights or {}),
        "trial": trial,
        "gap": gap,
        "told": {one: dict(values) for one, values in (told or {}).items()},
    }
    return read(document)


def to_json(scenario: Scenario) -> dict[str, Any]:
    """Return a scenario as plain JSON values; what is not moved is left out."""
    document: dict[str, Any] = {
        "money": {
            source: {str(year): amount for year, amount in by_year.items()}
            for source, by_year in scenario.by_source.items()
        },
        "years": list(scenario.years),
        "objective": scenario.objective,
        "thresholds": dict(scenario.thresholds),
        "finance": {joined(name, to): value for name, to, value in scenario.finance},
        "weights": dict(scenario.weights),
        "trial": scenario.trial,
        "gap": scenario.gap,
        "told": {},
    }
    for one, name, value in scenario.told:
        document["told"].setdefault(one, {})[name] = value
    needed = ("money", "years", "objective")
    idle = {name for name, part in document.items() if part is None or part is False or part == {}}
    return {name: part for name, part in document.items() if name in needed or name not in idle}


def read(document: object) -> Scenario:
    """Return the scenario of plain JSON values, as `to_json` writes them.

    Names of `finance.csv` and of criteria are known where a plan is solved, and checked there.

    Raises
    ------
    InputError
        With every fault: a name that is none, a number that is none, out of bounds, not finite.
    """
    reader = _Reader()
    found = reader.scenario(document)
    if found is None or reader.problems:
        raise InputError(reader.problems)
    return found


def joined(name: str, to: str) -> str:
    """Return the name of a number of `finance.csv` with what it applies to: `rate:ifi`."""
    return f"{name}:{to}" if to else name


class _Reader:
    """Reads the parts of a document and keeps what is wrong with them."""

    def __init__(self) -> None:
        """Begin with no faults."""
        self.problems: list[Problem] = []

    def scenario(self, document: object) -> Scenario | None:
        """Return the scenario of a document; None where there is no money or no year."""
        parts = self._parts(document, "scenario")
        known = tuple(Scenario.__dataclass_fields__)
        for name in parts:
            self._known(name, known, "scenario")
        years = self._years(parts.get("years"))
        money = self._money(parts.get("money"), years)
        objective = parts.get("objective", OBJECTIVES[0])
        self._known(objective, OBJECTIVES, "objective")
        gap = parts.get("gap")
        if gap is not None:
            gap = self._number(gap, "gap", 0, _WIDEST_GAP)
        trial = parts.get("trial", False)
        if not isinstance(trial, bool):
            self._wrong("unknown-code", "trial", trial, nearest="true, false")
        thresholds = self._numbers(parts.get("thresholds"), "thresholds", *THRESHOLDS)
        for sector in thresholds:
            self._known(sector, tuple(Sector), "thresholds")
        weights = self._numbers(parts.get("weights"), "weights", 0, 1_000)
        for name in weights:
            self._shaped(name, _NAME, "weights")
        finance = self._finance(parts.get("finance"))
        told = self._told(parts.get("told"))
        if not years or not money or self.problems:
            return None
        return Scenario(
            money=money,
            years=years,
            objective=str(objective),
            thresholds=tuple(sorted(thresholds.items())),
            finance=finance,
            weights=tuple(sorted(weights.items())),
            trial=bool(trial),
            gap=gap,
            told=told,
        )

    def _years(self, value: object) -> tuple[int, ...]:
        if not isinstance(value, list | tuple) or not value or len(value) > _MOST_ENTRIES:
            self._wrong("missing-value", "years", "")
            return ()
        for one in value:
            if not isinstance(one, int) or isinstance(one, bool):
                self._wrong("bad-date", "years", one)
                return ()
        years = tuple(sorted(set(value)))
        if not FIRST_YEAR <= years[0] <= years[-1] <= LAST_YEAR or len(years) != len(
            range(years[0], years[-1] + 1)
        ):
            text = ", ".join(map(str, years))
            self._wrong("out-of-range", "years", text, low=FIRST_YEAR, high=LAST_YEAR)
            return ()
        return years

    def _money(self, value: object, years: Sequence[int]) -> tuple[tuple[str, int, float], ...]:
        found = []
        for source, by_year in self._parts(value, "money").items():
            self._known(source, SOURCES, "money")
            amounts = {}
            for year, amount in self._parts(by_year, f"money.{source}").items():
                if not re.fullmatch(r"\d{4}", str(year)):
                    self._wrong("bad-date", f"money.{source}", year)
                    continue
                number = self._number(amount, f"money.{source}.{year}", 0, MOST_BN)
                if number is not None:
                    amounts[int(str(year))] = number
            found += [(source, year, amounts.get(year, 0.0)) for year in years]
        if not found and not self.problems:
            self._wrong("missing-value", "money", "")
        return tuple(sorted(found))

    def _finance(self, value: object) -> tuple[tuple[str, str, float], ...]:
        found = []
        for key, number in self._numbers(value, "finance", 0, _MOST).items():
            name, _, to = key.partition(":")
            self._shaped(name, _NAME, "finance")
            self._shaped(to, _APPLIES, "finance")
            found.append((name, to, number))
        return tuple(sorted(found))

    def _told(self, value: object) -> tuple[tuple[str, str, float], ...]:
        found = []
        for one, values in self._parts(value, "told").items():
            self._shaped(one, _CANDIDATE, "told")
            where = f"told.{one}"[:80]
            for name, figure in self._parts(values, where).items():
                self._known(name, tuple(TOLD), "told")
                number = self._number(figure, f"{where}.{name}", 0, TOLD.get(name, _MOST))
                if number is not None:
                    found.append((one, name, number))
        return tuple(sorted(found))

    # -- parts and what is wrong with them ----------------------------------------------------

    def _parts(self, value: object, where: str) -> dict[str, Any]:
        if value is None:
            return {}
        if not isinstance(value, dict) or len(value) > _MOST_ENTRIES:
            self._wrong("missing-value", where, "")
            return {}
        return {str(key): one for key, one in value.items()}

    def _numbers(self, value: object, where: str, low: float, high: float) -> dict[str, float]:
        found = {}
        for name, one in self._parts(value, where).items():
            number = self._number(one, f"{where}.{name}", low, high)
            if number is not None:
                found[name] = number
        return found

    def _number(self, value: object, where: str, low: float, high: float) -> float | None:
        if not isinstance(value, int | float) or isinstance(value, bool) or math.isnan(value):
            self._wrong("not-a-number", where, value)
            return None
        if not low <= value <= high:
            self._wrong("out-of-range", where, value, low=low, high=high)
            return None
        return float(value)

    def _known(self, name: object, known: Sequence[str], where: str) -> None:
        if name not in known:
            near = nearest(str(name)[:80], known) or ", ".join(known)
            self._wrong("unknown-code", where, name, nearest=near)

    def _shaped(self, text: str, shape: re.Pattern[str], where: str) -> None:
        if not shape.fullmatch(text):
            self._wrong("bad-id", where, text)

    def _wrong(self, code: str, where: str, value: object, **params: object) -> None:
        text = str(value)[:80]
        self.problems.append(Problem(code, "scenario", None, where[:80], text, params))
