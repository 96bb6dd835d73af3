"""How a KPI is read and rated: the rules of `data/kpi_rules.csv` and what each KPI counts.

A level (wear, a count of plants) is rated by its way from a base to the target; what is done within
a period (kilometres, money) by its share of the target. Nothing is rated that has no target, or of
which no result was published.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType

import pandas as pd

from meks_geo.dates import Period, parse
from meks_geo.errors import InputError, Problem
from meks_geo.validate import nearest


class Topic(StrEnum):
    """What KPIs are grouped by, in the order in which they are shown."""

    REPAIRS = "repairs"
    RED = "red"
    WEAR = "wear"
    MONEY = "money"
    STAGES = "stages"
    REGISTERS = "registers"
    PROGRAMME = "programme"
    POWER = "power"
    OTHER = "other"


class Aim(StrEnum):
    """Which way a KPI is meant to go."""

    MORE = "more"
    LESS = "less"
    NONE = "none"


class Rating(StrEnum):
    """How a KPI stands, best first; the last four are no judgement."""

    REACHED = "reached"
    ON_COURSE = "on-course"
    LAGGING = "lagging"
    BEHIND = "behind"
    RUNNING = "running"
    NO_RESULT = "no-result"
    NOT_COMPARABLE = "not-comparable"
    NO_TARGET = "no-target"


@dataclass(frozen=True, slots=True)
class Kind:
    """What a KPI counts.

    Parameters
    ----------
    topic, aim
        Its group, and which way it is meant to go.
    level
        Whether it is a state at the end of a period, and not what was done within one.
    comparable
        Whether two of its values may be compared over time.
    order
        Its place in the list.
    """

    topic: str
    aim: str
    level: bool
    comparable: bool
    order: int


_RULES = ("base-year", "on-course", "lagging")
#: What the cells of the tables may hold.
_WORDS = {
    ("kpi_kinds", "topic"): tuple(Topic),
    ("kpi_kinds", "aim"): tuple(Aim),
    ("kpi_kinds", "counted"): ("level", "flow"),
    ("kpi_kinds", "comparable"): ("yes", "no"),
    ("kpi_links", "role"): ("target", "actual", "named"),
}
_PERIOD = re.compile(r"\d{4}(-\d{4})?")
#: A KPI that the rules do not know is shown last and not rated.
_UNKNOWN = Kind(Topic.OTHER, Aim.NONE, level=False, comparable=False, order=10_000)


@dataclass(frozen=True, slots=True)
class Link:
    """A claim or an indicator that is a value of a KPI: `role` is `target` or `actual`.

    A claim whose role is `named` is no value: it names one of the subjects that are counted.
    """

    kpi: str
    role: str
    period: str


@dataclass(frozen=True, slots=True)
class Rules:
    """What ratings rest on.

    Parameters
    ----------
    base_year
        Levels are compared with their newest value of this year or before.
    on_course, lagging
        Shares (0 to 1) of the way that a straight line asks for.
    assumed
        Ids of the rules that no source states.
    kinds, links, moves
        By KPI, by claim or indicator, and the zone that a claim says a plant came from.
    """

    base_year: int
    on_course: float
    lagging: float
    assumed: frozenset[str]
    kinds: Mapping[str, Kind]
    links: Mapping[str, Link]
    moves: Mapping[str, str]

    def kind(self, kpi: str) -> Kind:
        """Return what a KPI counts."""
        return self.kinds.get(kpi, _UNKNOWN)


def read(tables: Mapping[str, pd.DataFrame]) -> Rules:
    """Return the rules out of the tables `kpi_rules`, `kpi_kinds`, `kpi_links`, `zone_moves`.

    Raises
    ------
    InputError
        If a rule is missing, or a cell holds a word that is none of its list, with all of them.
    """
    problems = [*_missing(tables["kpi_rules"]), *_unknown(tables)]
    if problems:
        raise InputError(problems)
    values = tables["kpi_rules"]["value"]
    assumed = tables["kpi_rules"]["assumed"]
    kinds = {
        str(row.Index): Kind(row.topic, row.aim, row.counted == "level", row.comparable != "no", n)
        for n, row in enumerate(tables["kpi_kinds"].itertuples())
    }
    links = {
        str(row.Index): Link(row.kpi_id, row.role, row.period)
        for row in tables["kpi_links"].itertuples()
    }
    return Rules(
        base_year=int(values["base-year"]),
        on_course=float(values["on-course"]) / 100,
        lagging=float(values["lagging"]) / 100,
        assumed=frozenset(assumed.index[assumed == "yes"]),
        kinds=MappingProxyType(kinds),
        links=MappingProxyType(links),
        moves=MappingProxyType(tables["zone_moves"]["from_zone"].to_dict()),
    )


def _missing(table: pd.DataFrame) -> Iterator[Problem]:
    for one in _RULES:
        if one not in table.index:
            yield Problem("missing-value", "kpi_rules.csv", None, "rule_id", one)


def _unknown(tables: Mapping[str, pd.DataFrame]) -> Iterator[Problem]:
    """Yield the cells that hold none of the words of their list."""
    for (name, column), allowed in _WORDS.items():
        for number, word in enumerate(tables[name][column], start=2):
            if word not in allowed:
                close = {"nearest": nearest(word, allowed)}
                yield Problem("unknown-code", f"{name}.csv", number, column, word, close)
    for number, word in enumerate(tables["kpi_links"]["period"], start=2):
        if not _PERIOD.fullmatch(word):
            yield Problem("bad-date", "kpi_links.csv", number, "period", word)


def span(period: str) -> Period | None:
    """Return the days of a period as `kpis.csv` writes it: a date, or years as `2025-2029`.

    None for no period, and for a text that names none.
    """
    first, dash, last = period.partition("-")
    try:
        if not (dash and len(last) == 4 and last.isdecimal()):
            return parse(period)
        days = Period(period, parse(first).first, parse(last).last)
    except ValueError:
        return None
    return days if days.first <= days.last else None


# -- rating ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Point:
    """A value and the day for which it holds."""

    value: float
    day: date


@dataclass(frozen=True, slots=True)
class Judgement:
    """Share of the way done (1 is the target; None where it cannot be told) and the rating.

    `forecast` is the value at the end of the period on a straight line through base and newest
    value; None where there are not two of them, or the period is over.
    """

    rating: Rating
    done: float | None = None
    forecast: float | None = None


def rate_flow(
    rules: Rules,
    kind: Kind,
    target: float | None,
    period: Period | None,
    actual: Point | None,
    at: date,
) -> Judgement:
    """Rate what was done within a period, measured on the day of the actual value."""
    if not target or kind.aim == Aim.NONE or period is None:
        return Judgement(Rating.NO_TARGET)
    if actual is None:
        return Judgement(_awaited(period, at))
    gone = (min(actual.day, period.last) - period.first).days + 1
    if not kind.comparable or gone < 1:
        return Judgement(Rating.NOT_COMPARABLE)
    done = actual.value / target
    rating = _by_pace(rules, reached=done >= 1, pace=done / (gone / period.days))
    return Judgement(rating, round(done, 4))


def rate_level(
    rules: Rules,
    kind: Kind,
    target: float | None,
    period: Period | None,
    way: tuple[Point | None, Point | None],
    at: date,
) -> Judgement:
    """Rate a level by its `way`: the value of the base, and the newest one up to the period."""
    base, now = way
    if target is None or kind.aim == Aim.NONE or period is None:
        return Judgement(Rating.NO_TARGET)
    if now is None or (now == base and now.day < period.first):
        return Judgement(_awaited(period, at))
    if not kind.comparable:
        return Judgement(Rating.NOT_COMPARABLE)
    sign = 1 if kind.aim == Aim.LESS else -1
    reached = sign * (now.value - target) <= 0
    if base is None or base.day >= now.day:  # how far it came is not known
        missed = Rating.BEHIND if now.day >= period.last else Rating.NOT_COMPARABLE
        return Judgement(Rating.REACHED if reached else missed)
    if sign * (base.value - target) <= 0:  # there was no way to go
        return Judgement(Rating.REACHED if reached else Rating.BEHIND)
    done = (base.value - now.value) / (base.value - target)
    elapsed = min(_months(base.day, now.day) / _months(base.day, period.last), 1.0)
    ahead = round(base.value + (now.value - base.value) / elapsed, 2) if elapsed < 1 else None
    return Judgement(_by_pace(rules, reached=reached, pace=done / elapsed), round(done, 4), ahead)


def _months(first: date, last: date) -> int:
    """Return the months between the ends of two periods."""
    return (last.year - first.year) * 12 + last.month - first.month


def _awaited(period: Period, at: date) -> Rating:
    """Return why there is no value: the period goes on, or nothing was published of it."""
    return Rating.NO_RESULT if period.last < at else Rating.RUNNING


def _by_pace(rules: Rules, *, reached: bool, pace: float) -> Rating:
    if reached:
        return Rating.REACHED
    if round(pace, 6) >= rules.on_course:
        return Rating.ON_COURSE
    return Rating.LAGGING if round(pace, 6) >= rules.lagging else Rating.BEHIND
