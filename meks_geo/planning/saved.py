"""A saved plan: a decision that keeps its question, its answer, and the record it was made on.

It is shown as it was saved and never solved anew: the map of record and the numbers that are
assumed go on, the plan does not.
"""

import hashlib
import json
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any

from meks_geo.errors import InputError, Problem
from meks_geo.planning import plain
from meks_geo.planning import scenario as scenarios
from meks_geo.planning.outcome import FIGURE, PARTS, Outcome
from meks_geo.planning.scenario import OBJECTIVES, SOURCES, Money, Scenario
from meks_geo.vocabulary import COUNTRY, REGIONS, Provenance, Sector, Zone

#: Shape of an id.
ID = re.compile(r"[a-z0-9][a-z0-9-]{0,79}")
#: The longest text of a plan that is read or kept, in characters.
MOST_TEXT = 30_000_000
_FORMAT = 1

#: Why a candidate is left out, in the order in which it is told: what could change first.
REASONS = (
    *("money", "capacity", "place", "years", "overlap", "no-source", "stays-red", "superseded"),
    *("under-way", "not-red", "not-worn", "no-effect"),
)
#: Verdicts of the MEKS filter, and why a source of money answers as it does.
VERDICTS = ("market", "state-fund", "budget", "cannot-be-assessed")
ANSWERS = (
    *("covered", "not-covered", "no-revenue", "no-cost", "no-alternative", "others-pay"),
    "as-published",
)
#: What can be unknown of a candidate that cannot be priced or weighed.
MISSING = (
    *("cost_bn_kzt", "electric_mw", "inflation", "length_km", "people", "revenue_bn_kzt"),
    *("unit_cost", "wear_after", "wear_percent"),
)
_REGIONS, _SECTORS = (COUNTRY, *REGIONS), ("", *Sector)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What a plan speaks of, as it was called then.

    Parameters
    ----------
    candidate, kind, subject
        `kind:subject`; of a plant, entity or project the id of the register.
    names
        name_kk, name_ru, name_en: its own, else those of its region.
    place
        Id of its town; "" where it has none.
    """

    candidate: str
    names: Mapping[str, str]
    kind: str
    subject: str
    region: str
    sector: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class Cost:
    """Estimate in bn KZT, in prices of `year`, and what it is made of.

    `size` times `unit_central` (bn KZT a `unit`) times `factor`; `works` are the rows of
    `unit_costs.csv` behind it. With `basis` `published` it is the cost of the project itself.
    """

    low: float | None
    central: float | None
    high: float | None
    year: int
    basis: str
    size: float | None = None
    unit: str = ""
    unit_low: float | None = None
    unit_central: float | None = None
    unit_high: float | None = None
    factor: float = 1.0
    works: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ask:
    """One question to one source of money; money in bn KZT, of a year where it says so.

    Parameters
    ----------
    answer
        `yes`, `no` or `cannot-be-assessed`.
    why
        One of `ANSWERS`. `no-alternative`: the budget, when all others have said no; `others-pay`:
        the budget, when one of them has not; `as-published`: the source of a project of record.
    rate_percent
        After the subsidy, of a year.
    loan_bn_kzt, service_bn_kzt
        The loan, and what its years after the grace period take each.
    available_bn_kzt
        Of a year's revenue, by the tariff rule and savings.
    coverage
        Available over service; None where it is not known, or there is nothing to pay back.
    """

    source: str
    tier: int
    answer: str
    why: str
    rate_percent: float | None = None
    tenor_years: float | None = None
    grace_years: float | None = None
    loan_bn_kzt: float | None = None
    service_bn_kzt: float | None = None
    available_bn_kzt: float | None = None
    coverage: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Work(Subject):
    """Works that the plan chose.

    Parameters
    ----------
    costs
        bn KZT by year of works, in prices of each year, all of one `source`.
    wear, wear_percent
        As published, and the number that counts: of a bound the low end.
    effect
        What it adds to the objective.
    works_km
        Kilometres that are replaced; None for a plant.
    wear_after
        Mean wear of the networks when the works are done, in percent; None where nobody can say.
    red_km, electric_mw, heat_gcal_h, people, revenue_bn_kzt
        What else was known of it; people served and revenue are of a year.
    lat, lon, located
        Degrees, where the map knows them: `site` or `city`; else None and "".
    rank, ranked, firmness
        Place in the order of modernisation, of how many, and how firm; None for what is in none.
    verdict, asks
        Trail of the MEKS filter.
    sources
        Source id by what it is the source of.
    """

    source: str
    costs: Mapping[int, float]
    effect: float
    estimate: Cost
    wear: str = ""
    wear_percent: float | None = None
    zone: str = ""
    zone_basis: str = ""
    length_km: float | None = None
    works_km: float | None = None
    wear_after: float | None = None
    red_km: float | None = None
    electric_mw: float | None = None
    heat_gcal_h: float | None = None
    people: float | None = None
    revenue_bn_kzt: float | None = None
    lat: float | None = None
    lon: float | None = None
    located: str = ""
    rank: int | None = None
    ranked: int | None = None
    firmness: float | None = None
    verdict: str = ""
    asks: tuple[Ask, ...] = ()
    provenance: str = ""
    sources: Mapping[str, str] = field(default_factory=dict)

    @property
    def cost_bn_kzt(self) -> float:
        """What it costs in all, in bn KZT of the years in which it is paid."""
        return round(sum(self.costs.values()), 3)

    @property
    def first_year(self) -> int:
        """The year in which its works begin."""
        return min(self.costs)

    @property
    def last_year(self) -> int:
        """The year at whose end it is done."""
        return max(self.costs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Left(Subject):
    """A candidate that is left out: codes and shadow money as in `plan.LeftOut`.

    `detail_of` is the candidate or project that `detail` is, where it is one.
    """

    why: str
    detail: str = ""
    detail_of: Subject | None = None
    shadow_bn: float | None = None
    source: str = ""
    year: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dark(Subject):
    """A candidate that cannot be priced or weighed, and the columns that are unknown."""

    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Assumption:
    """A number that the plan rests on, as it was then; `moved` by the scenario."""

    parameter: str
    value: float
    unit: str
    assumed: bool
    moved: bool = False
    source: str = ""
    source_title: str = ""
    source_url: str = ""
    note: str = ""


@dataclass(frozen=True)
class SavedPlan:
    """One version of a plan.

    Parameters
    ----------
    id
        What `plan=` in an address names.
    at_saved
        UTC, ISO, to the second; "" for one that is not saved yet.
    revision, as_of
        Of the map of record that it was solved on.
    value, gap
        What it adds to the objective, and by what share of it the best plan may be better.
    spent, money
        bn KZT by source and year: what it spends, and what there is.
    thresholds
        Red threshold by sector in percent, moved ones too.
    version
        1 for the first of its id; 0 for one that is not saved yet.
    """

    id: str
    title: str
    author: str
    note: str
    at_saved: str
    revision: str
    as_of: date
    scenario: Scenario
    objective: str
    value: float
    gap: float
    spent: Money
    works: tuple[Work, ...]
    left_out: tuple[Left, ...]
    not_priceable: tuple[Dark, ...]
    outcome: Outcome
    thresholds: Mapping[str, float] = field(default_factory=dict)
    assumptions: tuple[Assumption, ...] = ()
    version: int = 0

    def __hash__(self) -> int:
        """Hash what tells versions apart; `==` compares everything."""
        return hash((self.id, self.version, self.at_saved, self.revision))

    @property
    def years(self) -> tuple[int, ...]:
        """The years of the plan."""
        return self.scenario.years

    @property
    def money(self) -> Money:
        """What there is, in bn KZT by source and year."""
        return self.scenario.by_source

    @property
    def cost_bn_kzt(self) -> float:
        """What all of its works cost, in bn KZT of the years in which they are paid."""
        return round(sum((one.cost_bn_kzt for one in self.works), 0.0), 3)

    @cached_property
    def digest(self) -> str:
        """Hash of all that is in it: the key of a cache."""
        return hashlib.sha256(to_json(self).encode()).hexdigest()[:16]


def to_json(plan: SavedPlan) -> str:
    """Return the canonical text of a plan: the same plan gives the same text."""
    document = plain.write(plan)
    document["scenario"] = scenarios.to_json(plan.scenario)
    document["format"] = _FORMAT
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


def from_json(text: str, name: str = "") -> SavedPlan:
    """Return the plan of a text that `to_json` wrote.

    Parameters
    ----------
    name
        What the row is called, for complaints.

    Raises
    ------
    InputError
        `damaged-plan` if it is no such text, or something in it cannot be.
    """
    if len(text) > MOST_TEXT:
        raise InputError([Problem("damaged-plan", name, value=str(len(text)))])
    try:
        found = _read(json.loads(text, parse_constant=_no_number))
    except (plain.PlainError, json.JSONDecodeError, RecursionError) as error:
        raise InputError([Problem("damaged-plan", name, value=str(error)[:120])]) from error
    except InputError as error:
        where = ", ".join(f"{one.column}: {one.value}" for one in error.problems)
        raise InputError([Problem("damaged-plan", name, value=where[:120])]) from error
    if not ID.fullmatch(found.id) or any(not one.costs for one in found.works):
        raise InputError([Problem("damaged-plan", name, value=found.id[:80])])
    strange = next((one for one, known in _codes(found) if one not in known), None)
    if strange is not None or not _is_time(found.at_saved):
        value = found.at_saved if strange is None else strange
        raise InputError([Problem("damaged-plan", name, value=value[:80])])
    return found


def _is_time(text: str) -> bool:
    try:
        return not text or datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False


def _codes(plan: SavedPlan) -> Iterator[tuple[str, Collection[str]]]:
    """Yield each code that is shown in words, and the codes that there are words for."""
    outcome = plan.outcome
    yield plan.objective, OBJECTIVES
    others = [one.detail_of for one in plan.left_out if one.detail_of]
    for subject in (*plan.works, *plan.left_out, *plan.not_priceable, *others):
        yield from ((subject.region, _REGIONS), (subject.sector, _SECTORS))
    for one in plan.works:
        yield from ((one.source, SOURCES), (one.zone, ("", *Zone)))
        yield from ((one.verdict, ("", *VERDICTS)), (one.provenance, ("", *Provenance)))
        for ask in one.asks:
            yield from ((ask.source, SOURCES), (ask.why, ANSWERS))
    for left in plan.left_out:
        yield from ((left.why, REASONS), (left.source, ("", *SOURCES)))
    for dark in plan.not_priceable:
        yield from ((name, MISSING) for name in dark.missing)
    for mean in outcome.wear:
        yield from ((mean.region, _REGIONS), (mean.sector, _SECTORS), (mean.basis, (FIGURE, PARTS)))
    for target in outcome.targets:
        yield from ((target.region, _REGIONS), (target.sector, _SECTORS))
    yield from ((debt.sector, _SECTORS) for debt in outcome.tariff)
    yield from ((sector, _SECTORS) for sector in plan.thresholds)
    yield from ((source, plan.money) for source in plan.spent)


def _read(document: Any) -> SavedPlan:
    if not isinstance(document, dict) or document.pop("format", None) != _FORMAT:
        where = "format"
        raise plain.PlainError(where)
    asked = scenarios.read(document.pop("scenario", None))
    found: SavedPlan = plain.read(SavedPlan, document, scenario=asked)
    return found


def _no_number(word: str) -> float:
    raise plain.PlainError(word)
