"""The networks of a revision as of a day: wear and zone of each line, and what a view lets through.

All of it works on the columns of `lines`, not on rows: a million lines are filtered and summed in
hundredths of a second.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache, partial
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from meks_geo import facts
from meks_geo.i18n import search_key
from meks_geo.lines import ZONES, Floats, Lines, day_number
from meks_geo.model import Dataset, Row
from meks_geo.view import View
from meks_geo.vocabulary import UNKNOWN, Lang, Provenance, Status, Zone

Mask = npt.NDArray[np.bool_]

_RED = ZONES.index(Zone.RED)
_NOT_KNOWN = ZONES.index(Zone.UNKNOWN)
_ZOOMS = 15


@dataclass(frozen=True, eq=False)
class Figures:
    """What is known of each line on a day; callers share the arrays and must not change them.

    Parameters
    ----------
    zone
        Code of `lines.ZONES`.
    low, high, exact
        Wear in percent as in `Lines`; NaN where it is unknown on that day.
    """

    zone: npt.NDArray[np.uint8]
    low: Floats
    high: Floats
    exact: Floats


@lru_cache(maxsize=4)
def as_of(data: Dataset, at: date) -> Figures:
    """Return what is known of the lines on a day: before its `wear_date` a wear is unknown."""
    lines = data.lines
    period = period_of(lines, at)
    zone = lines.zones[period] if period >= 0 else np.full(len(lines), _NOT_KNOWN, np.uint8)
    later = lines.seen_from > day_number(at)
    if not later.any():
        return Figures(zone, lines.low, lines.high, lines.exact)
    low, high, exact = (np.where(later, np.nan, a) for a in (lines.low, lines.high, lines.exact))
    return Figures(np.where(later, np.uint8(_NOT_KNOWN), zone), low, high, exact)


@lru_cache(maxsize=4)
def shipped(data: Dataset) -> Mapping[int, Row]:
    """Return the rows of the register of the backbone by their place among the lines.

    A line whose id came in with a file is none of them. Callers share the mapping.
    """
    found = {data.lines.number(one): row for one, row in data.rows["backbone"].items()}
    told = partial(data.lines.text, "provenance")
    return {n: row for n, row in found.items() if n is not None and told(n) == row["provenance"]}


@lru_cache(maxsize=8)
def ahead(data: Dataset, at: date) -> npt.NDArray[np.int64]:
    """Return the rows of the lines that are not built on a day, ascending.

    Those are shipped lines built in a later year and, where the year is unknown, those that a
    project builds which is not completed as of the day. Lines that came in are as they stand in
    their revision. Callers share the array and must not change it.
    """
    found = []
    for number, row in shipped(data).items():
        year = int(data.lines.built_year[number])
        if year > at.year or (not year and not _completed(data, row.get("built_by", ""), at)):
            found.append(number)
    return np.array(sorted(found), dtype=np.int64)


def _completed(data: Dataset, project: str, at: date) -> bool:
    """Return whether what a project builds is built on a day; without a project it is."""
    status = facts.figures(data, project, at).get("status") if project else None
    return not project or (status is not None and status.value == Status.COMPLETED)


def period_of(lines: Lines, at: date) -> int:
    """Return the place in `lines.periods` of the rules in force on a day; -1 before the first."""
    return sum(first <= at.isoformat() for first in lines.periods) - 1


@dataclass(frozen=True, eq=False)
class Passing:
    """The lines that a view lets through."""

    lines: Lines
    figures: Figures
    mask: Mask

    def __len__(self) -> int:
        """Return how many lines there are."""
        return len(self.rows)

    @cached_property
    def rows(self) -> npt.NDArray[np.int64]:
        """Their places among all lines, ascending."""
        return np.flatnonzero(self.mask)

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """Their ids."""
        return tuple(one.decode() for one in self.lines.ids[self.rows].tolist())

    @cached_property
    def km(self) -> Floats:
        """Their lengths on the ellipsoid, in kilometres."""
        return self.of(self.lines.km)

    @cached_property
    def exact(self) -> Floats:
        """Their wear in percent where it is one known number, else NaN."""
        return self.of(self.figures.exact)

    @cached_property
    def zone(self) -> npt.NDArray[np.uint8]:
        """Their zones, as codes of `lines.ZONES`."""
        return self.of(self.figures.zone)

    @cached_property
    def mapped(self) -> dict[str, npt.NDArray[np.generic]]:
        """Number of lines and kilometres, an axis of codes for each of what a map is summed by."""
        return _summed(self, _MAPPED)

    def of(self, column: npt.NDArray[np.generic]) -> npt.NDArray:  # type: ignore[type-arg]
        """Return a column of `lines` for these lines."""
        return column if len(self.rows) == len(column) else column[self.rows]

    def among(self, rows: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """Return those of some rows that the view lets through."""
        return rows[self.mask[rows]]

    def but_synthetic(self) -> "Passing":
        """Return the lines that may be summed with what is reported."""
        words = self.lines.words["provenance"]
        made = words.index(Provenance.SYNTHETIC) if Provenance.SYNTHETIC in words else -1
        reported = self.lines.codes["provenance"] != made
        return Passing(self.lines, self.figures, self.mask & reported)

    @property
    def in_source(self) -> int:
        """How many lines there are in the source that are not synthetic."""
        words = self.lines.words["provenance"]
        counts = np.bincount(self.lines.codes["provenance"], minlength=len(words))
        made = words.index(Provenance.SYNTHETIC) if Provenance.SYNTHETIC in words else -1
        return int(counts.sum() - (counts[made] if made >= 0 else 0))

    @cached_property
    def left_out(self) -> tuple[int, ...]:
        """For zooms 0 to 14, how many of the lines the map does not draw there."""
        patterns = np.bincount(self.of(self.lines.shown), minlength=1 << 16)
        bits = np.arange(1 << 16)
        return tuple(int(patterns[(bits >> zoom) & 1 == 0].sum()) for zoom in range(_ZOOMS))


def select(data: Dataset, view: View, projects: frozenset[str] | None) -> Passing:
    """Return the lines that a view lets through.

    A line has no kind and no city: a filter on one of them leaves it only for `unknown`.

    Parameters
    ----------
    projects
        The projects that pass the filters of a project, of which a line must name one; None when
        no such filter is set.
    """
    wanted = (
        (view.region, view.sector, view.zone, view.provenance, view.kind, view.city),
        (view.wear, view.q),
    )
    return _select(data, view.at, wanted, projects)


def of_provenance(data: Dataset, at: date, provenance: Sequence[str]) -> Passing:
    """Return all lines of these provenances as of a day."""
    return select(data, View(at=at, provenance=tuple(provenance)), None)


@lru_cache(maxsize=6)
def _select(
    data: Dataset,
    at: date,
    wanted: tuple,  # type: ignore[type-arg]
    projects: frozenset[str] | None,
) -> Passing:
    (region, sector, zone, provenance, kind, city), (wear, q) = wanted
    lines, figures = data.lines, as_of(data, at)
    passing: Mask = np.ones(len(lines), dtype=bool)
    for name, codes in (("region", region), ("sector", sector), ("provenance", provenance)):
        if codes:
            passing &= _named(lines, name, codes)
    if zone:
        passing &= np.isin(ZONES, zone)[figures.zone]
    if (kind and UNKNOWN not in kind) or (city and UNKNOWN not in city):
        passing[:] = False
    if wear is not None:
        passing &= wear.overlaps(figures.low, figures.high)
    if projects is not None:
        words = lines.words["project_ids"]
        passing &= _coded(lines, "project_ids", naming(words, projects))
    if q:
        found = _coded(lines, "operator", found_by(lines.words["operator"], q))
        found[named_rows(data, q)] = True
        passing &= found
    return Passing(lines, figures, passing)


def _named(lines: Lines, column: str, codes: Sequence[str]) -> Mask:
    taken = {*codes, *([""] if UNKNOWN in codes else [])}
    return _coded(lines, column, [n for n, word in enumerate(lines.words[column]) if word in taken])


def _coded(lines: Lines, column: str, codes: Sequence[int]) -> Mask:
    table = np.zeros(len(lines.words[column]), dtype=bool)
    table[list(codes)] = True
    found: Mask = table[lines.codes[column]]
    return found


def naming(words: Sequence[str], projects: Collection[str]) -> list[int]:
    """Return the codes of the `project_ids` texts that name one of these projects."""
    return [n for n, word in enumerate(words) if not projects_of(word).isdisjoint(projects)]


def projects_of(word: str) -> frozenset[str]:
    """Return the projects that a `project_ids` text names."""
    return frozenset(part.strip() for part in word.split(";") if part.strip())


def found_by(operators: Sequence[str], text: str) -> list[int]:
    """Return the codes of the operators in whose names every word of `text` begins a word."""
    return _found(enumerate(operators), text)


def named_rows(data: Dataset, text: str) -> list[int]:
    """Return the rows of shipped lines in whose names every word of `text` begins a word.

    Names are those of the line and of the substations at its ends, in every language, and its id.
    """
    return sorted(_found(_named_lines(data).items(), text))


@lru_cache(maxsize=4)
def _named_lines(data: Dataset) -> dict[int, str]:
    stations = data.rows["substations"]
    found = {}
    for one, row in data.rows["backbone"].items():
        number = data.lines.number(one)
        if number is not None:
            named = (row, stations[row["from_id"]], stations[row["to_id"]])
            names = [str(each[f"name_{lang}"]) for each in named for lang in Lang]
            found[number] = " ".join([one, *names])
    return found


def _found(names: Iterable[tuple[int, str]], text: str) -> list[int]:
    words = [f" {word}" for word in search_key(text).split()]
    return [n for n, name in names if all(word in f" {search_key(name)}" for word in words)]


def dated_later(passing: Passing, at: date) -> int:
    """Return of how many lines the wear is stated later than a day only."""
    lines = passing.lines
    later: Mask = lines.seen_from > day_number(at)
    return int(np.count_nonzero(later & passing.mask & ~np.isnan(lines.low)))


# -- sums ------------------------------------------------------------------------------------------


def summary(passing: Passing) -> dict[str, float | None]:
    """Return km, known_km, wear_percent and red_km of lines.

    The mean wear is weighted by length over the lines whose wear is one known number; None where
    there is none.
    """
    km, exact = passing.km, passing.exact
    known = ~np.isnan(exact)
    known_km = float(km[known].sum())
    mean = float(np.average(exact[known], weights=km[known])) if known_km else None
    return {
        "km": round(float(km.sum()), 3),
        "known_km": round(known_km, 3),
        "wear_percent": None if mean is None else round(mean, 2),
        "red_km": round(float(km[passing.zone == _RED].sum()), 3),
    }


def by(passing: Passing, *columns: str, wear: bool = False) -> pd.DataFrame:
    """Return kilometres and number of lines for each combination that occurs.

    Parameters
    ----------
    columns
        `zone`, `built_year` or columns of `lines.CODED`.
    wear
        Sum also `known_km`, the kilometres whose wear is one known number, and `worn_km`, the same
        kilometres each times its wear from 0 to 1.

    Returns
    -------
    sums
        The columns (text; `built_year` a number, 0 for unknown), `lines`, and `km`, exact to the
        millimetre; in the order of the codes.
    """
    axes: Sequence[str] = columns
    if not wear and set(columns) <= set(_MAPPED):  # the map asks for many of these at once
        sums, axes = passing.mapped, _MAPPED
    else:
        sums = _summed(passing, columns, wear=wear)
    others = tuple(n for n, one in enumerate(axes) if one not in columns)
    kept = [one for one in axes if one in columns]
    order = [kept.index(one) for one in columns]
    table = {n: array.sum(axis=others).transpose(order) for n, array in sums.items()}
    places = np.nonzero(table["lines"])
    found: dict[str, object] = {
        name: np.array(_labels(passing, name), dtype=object)[place]
        for name, place in zip(columns, places, strict=True)
    }
    figures = {name: array[places] for name, array in table.items()}
    return pd.DataFrame({**found, **figures, "km": np.round(figures["km"], 6)})


#: What a map and its legend are summed by.
_MAPPED = ("region", "sector", "zone", "provenance")


def _summed(
    passing: "Passing", columns: Sequence[str], *, wear: bool = False
) -> dict[str, npt.NDArray[np.generic]]:
    """Return number of lines and sums, an axis of codes for each column."""
    shape = [len(_labels(passing, one)) for one in columns]
    flat = _codes(passing, columns[0]).astype(np.int64)
    for column, size in zip(columns[1:], shape[1:], strict=True):
        flat *= size
        flat += _codes(passing, column)
    whole = int(np.prod(shape))
    weights = {"km": passing.km} | (_known(passing) if wear else {})
    sums = {name: np.bincount(flat, weights=one, minlength=whole) for name, one in weights.items()}
    counts = {"lines": np.bincount(flat, minlength=whole)}
    return {name: array.reshape(shape) for name, array in (counts | sums).items()}


def _known(passing: Passing) -> dict[str, Floats]:
    known, worn = _weights(passing.lines, passing.figures)
    return {"known_km": passing.of(known), "worn_km": passing.of(worn)}


@lru_cache(maxsize=2)
def _weights(lines: Lines, figures: Figures) -> tuple[Floats, Floats]:
    """Return kilometres where the wear is one known number, else 0; the same times the wear."""
    known = ~np.isnan(figures.exact)
    km = np.where(known, lines.km, 0.0)
    return km, km * np.where(known, figures.exact, 0.0) / 100


def _codes(passing: Passing, column: str) -> npt.NDArray[np.integer[Any]]:
    if column == "zone":
        return passing.zone
    lines = passing.lines
    return passing.of(lines.built_year if column == "built_year" else lines.codes[column])


def _labels(passing: Passing, column: str) -> Sequence[str] | Sequence[int]:
    """Return what the codes of a column stand for; one that is never used where there is none."""
    if column == "zone":
        return ZONES
    if column == "built_year":
        return range(int(passing.lines.built_year.max(initial=0)) + 1)
    return passing.lines.words[column] or ("",)


def by_status(passing: Passing, furthest: Mapping[str, str]) -> pd.DataFrame:
    """Return kilometres and number of lines by the status of their projects; "" for no project.

    Parameters
    ----------
    furthest
        For each `project_ids` text that occurs, the status of the project in it that is furthest.
    """
    found = by(passing, "project_ids")
    found["status"] = [furthest.get(word, "") for word in found["project_ids"]]
    return found.groupby("status", sort=False, as_index=False)[["lines", "km"]].sum()
