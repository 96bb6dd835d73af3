"""What the page of networks says: kilometres by wear class, whole and by group.

Everything here is sums over columns (`networks.by`); of synthetic lines there is never a sum
together with reported ones.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from meks_geo import i18n, legend, networks, queries
from meks_geo.barcharts import Bar
from meks_geo.lines import ZONES
from meks_geo.model import Dataset
from meks_geo.networks import Passing
from meks_geo.queries import Selection
from meks_geo.state import State
from meks_geo.view import View, changed
from meks_geo.vocabulary import COUNTRY, ENDED, UNKNOWN, Provenance, Sector, Status, Zone
from meks_geo.zones import rules_in_force

#: What kilometres are grouped by; the first is the one that is shown unasked.
GROUPS = ("sector", "region", "operator", "status", "years")
#: List keys of a view that lines have themselves.
FACETS = ("region", "sector", "zone", "provenance")
#: Columns of `table`.
COLUMNS = ("name", "km", *ZONES, "red_share", "wear", "known_share", "lines", "known_km")

_COLUMN = {"status": "project_ids", "years": "built_year"}
_SUMS = ["lines", "km", "known_km", "worn_km"]
_DECADE, _LUSTRUM, _SHORT_SPAN = 10, 5, 50


@dataclass(frozen=True, eq=False)
class Part:
    """Lines that may be summed with one another: all reported ones, or all synthetic ones."""

    name: str  # reported, synthetic
    lines: Passing


def parts(passing: Passing) -> tuple[Part, ...]:
    """Return the lines that may be summed, reported ones first; what is empty is left out."""
    reported = passing.but_synthetic()
    made: tuple[Part, ...]
    if len(reported) == len(passing):
        made = (Part("reported", passing),)
    elif not len(reported):
        made = (Part("synthetic", passing),)
    else:
        synthetic = Passing(passing.lines, passing.figures, passing.mask & ~reported.mask)
        made = (Part("reported", reported), Part("synthetic", synthetic))
    return tuple(part for part in made if len(part.lines))


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums of lines: kilometres on the ellipsoid; mean wear in percent, weighted by length.

    Of `classed_km` the class is known, of `known_km` the wear is one known number.
    """

    lines: int
    km: float
    red_km: float
    classed_km: float
    known_km: float
    wear_percent: float | None
    project_km: float


def totals(passing: Passing, sums: pd.DataFrame) -> Totals:
    """Return the sums of lines from a `table` of them, whichever its grouping."""
    km, known = float(sums["km"].sum()), float(sums["known_km"].sum())
    worn = float((sums["known_km"] * sums["wear"].fillna(0)).sum())
    words = passing.lines.words["project_ids"]
    named = np.array([bool(word) for word in words], dtype=bool)
    project = passing.km[named[passing.of(passing.lines.codes["project_ids"])]]
    return Totals(
        lines=int(sums["lines"].sum()),
        km=round(km, 3),
        red_km=round(float(sums[Zone.RED].sum()), 3),
        classed_km=round(km - float(sums[Zone.UNKNOWN].sum()), 3),
        known_km=round(known, 3),
        wear_percent=round(worn / known, 2) if known else None,
        project_km=round(float(project.sum()), 3),
    )


# -- by group --------------------------------------------------------------------------------------


def table(data: Dataset, state: State, passing: Passing, group: str, lang: str) -> pd.DataFrame:
    """Return kilometres by group and wear class.

    Parameters
    ----------
    group
        One of `GROUPS`. A line with several projects counts once, for the furthest of them; years
        are taken together by decade, or by five years where they span fifty at most.

    Returns
    -------
    sums
        By the code of the group: name, km, one column a class (km), red_share (percent of km, NaN
        where no class is known), wear (mean over the lines whose wear is one known number, percent
        or NaN), known_share (percent of km), lines, known_km. What is unknown is a row of its own.
        Sectors, statuses and years are in their own order, the others by red kilometres.
    """
    found = networks.by(passing, _COLUMN.get(group, group), "zone", wear=True)
    found["code"] = _codes(found, state, group)
    sums = found.groupby("code", sort=False)[_SUMS].sum()
    classes = found.groupby(["code", "zone"], sort=False)["km"].sum().unstack(fill_value=0.0)
    sums = sums.join(classes.reindex(columns=list(ZONES), fill_value=0.0))
    classed = sums["km"].where(sums[Zone.UNKNOWN] < sums["km"])
    sums["red_share"] = _percent(sums[Zone.RED], classed)
    sums["wear"] = _percent(sums["worn_km"], sums["known_km"])
    sums["known_share"] = _percent(sums["known_km"], sums["km"])
    sums["name"] = [name(data, lang, group, str(code)) for code in sums.index]
    ordered = sums.loc[_ordered(sums, group)]
    return ordered[list(COLUMNS)]


def _codes(found: pd.DataFrame, state: State, group: str) -> Sequence[str]:
    if group == "status":
        furthest = {word: _furthest(state, word) for word in found["project_ids"].unique()}
        return [furthest[word] for word in found["project_ids"]]
    if group == "years":
        return _spans(found["built_year"].to_numpy(dtype=int))
    return [code or UNKNOWN for code in found[group]]


def _furthest(state: State, word: str) -> str:
    """Return the status of the project that is furthest, of one that goes on before ended ones."""
    order = [UNKNOWN, Status.CANCELLED, Status.COMPLETED, *(s for s in Status if s not in ENDED)]
    known = state.projects["status"]
    found = [known.get(one, UNKNOWN) or UNKNOWN for one in networks.projects_of(word)]
    return max(found, key=order.index, default="")


def _spans(years: npt.NDArray[np.int64]) -> list[str]:
    """Return for each year the span that it is in, as `1960-1969`."""
    known = years[years > 0]
    short = len(known) and known.max() - known.min() <= _SHORT_SPAN
    size = _LUSTRUM if short else _DECADE
    first = years // size * size
    return [
        f"{one}-{one + size - 1}" if year else UNKNOWN
        for year, one in zip(years, first, strict=True)
    ]


def _percent(part: pd.Series, whole: pd.Series) -> pd.Series:
    return 100 * part / whole.where(whole > 0)


def _ordered(sums: pd.DataFrame, group: str) -> list[str]:
    codes = [str(code) for code in sums.index]
    if group in ("sector", "status"):
        own = [*Sector, *Status, UNKNOWN, ""]
        return sorted(codes, key=own.index)
    if group == "years":
        return sorted(codes)  # "unknown" comes after the digits
    red, km = sums[Zone.RED], sums["km"]
    return sorted(codes, key=lambda one: (-red[one], -km[one], one))


def name(data: Dataset, lang: str, group: str, code: str) -> str:
    """Return what a group is called."""
    if group == "years":
        unknown = i18n.text(lang, "networks.unknown_year")
        return unknown if code == UNKNOWN else code.replace("-", "\u2013")
    if group == "status" and code in ("", UNKNOWN):
        return i18n.text(lang, "networks.status_unknown" if code else "networks.no_project")
    if code == UNKNOWN:
        return i18n.text(lang, "map.unknown")
    if group == "region":
        if code == COUNTRY:
            return i18n.text(lang, "networks.between")
        return i18n.name(lang, data.rows["regions"][code])
    return code if group == "operator" else i18n.label(lang, group, code)


# -- line by line ----------------------------------------------------------------------------------


def worst(passing: Passing, most: int) -> npt.NDArray[np.int64]:
    """Return the rows of the most worn lines, then of the longest, `most` at most.

    A wear that is an interval counts from its lower end, an unknown one comes last.
    """
    wear = np.nan_to_num(passing.of(passing.figures.low), nan=-1.0)
    chosen = np.arange(len(wear))
    if len(wear) > most:
        limit = np.partition(wear, -most)[-most]
        above, level = np.flatnonzero(wear > limit), np.flatnonzero(wear == limit)
        left = most - len(above)
        longest = np.argpartition(-passing.km[level], left - 1)[:left]
        chosen = np.concatenate([above, level[longest]])
    rows = passing.rows[chosen]
    return rows[np.lexsort((rows, -passing.km[chosen], -wear[chosen]))]


def line_table(
    data: Dataset, passing: Passing, rows: Iterable[int], at: date, lang: str
) -> pd.DataFrame:
    """Return lines in words, as of a day.

    Returns
    -------
    lines
        By id: line (name, of one that came in the id), sector, operator, length (km, a number),
        wear, wear_date, basis, voltage (kV, a number or NaN), built (year, or that it is not).
    """
    ahead = frozenset(networks.ahead(data, at).tolist())
    found = {
        passing.lines.id(int(row)): _line(data, passing, int(row), int(row) in ahead, lang)
        for row in rows
    }
    columns = (
        *("line", "sector", "operator", "length", "wear", "wear_date", "basis", "voltage"),
        "built",
    )
    return pd.DataFrame.from_dict(found, orient="index", columns=list(columns))


def _line(
    data: Dataset, passing: Passing, row: int, ahead: bool, lang: str
) -> tuple[str | float, ...]:
    lines, one = passing.lines, passing.lines.id(row)
    shipped = networks.shipped(data).get(row)
    text = {
        name: lines.text(name, row)
        for name in ("sector", "operator", "wear_percent", "wear_date", "wear_basis")
    }
    known = not np.isnan(passing.figures.low[row])
    day, basis = (text[name] if known else "" for name in ("wear_date", "wear_basis"))
    year = int(lines.built_year[row])
    return (
        i18n.name(lang, shipped) if shipped else one,
        i18n.label(lang, "sector", text["sector"]),
        text["operator"],
        float(lines.km[row]),
        i18n.quantity(lang, text["wear_percent"], "percent") if known else "",
        i18n.date(lang, day) if day else "",
        i18n.label(lang, "wear-basis", basis) if basis else "",
        float(lines.voltage_kv[row]),
        i18n.text(lang, "legend.lines_ahead") if ahead else str(year or ""),
    )


# -- as bars ---------------------------------------------------------------------------------------


def sector_bars(sums: pd.DataFrame, lang: str) -> tuple[Bar, ...]:
    """Return the rows of `table` by sector as bars with their parts in words."""
    return tuple(
        Bar(
            label=str(row["name"]),
            km=tuple(float(row[zone]) for zone in ZONES),
            total=i18n.quantity(lang, float(row["km"]), "km"),
            note=_shares(lang, row),
        )
        for _, row in sums.iterrows()
    )


def _shares(lang: str, row: pd.Series) -> str:
    parts = [(class_name(lang, zone).lower(), share(lang, row[zone], row["km"])) for zone in ZONES]
    return " · ".join(f"{word} {printed}" for word, printed in parts if printed)


def year_bars(sums: pd.DataFrame, lang: str) -> tuple[tuple[Bar, ...], int]:
    """Return the rows of `table` by years as bars without a gap, and the year at which they end."""
    spans = [tuple(map(int, code.split("-"))) for code in sums.index if code != UNKNOWN]
    bars, end = [], 0
    if spans:
        (first, last), end = spans[0], spans[-1][1] + 1
        size = last - first + 1
        bars = [
            Bar(str(year), _classes(sums, f"{year}-{year + size - 1}"))
            for year in range(first, end, size)
        ]
    if UNKNOWN in sums.index:
        words = i18n.text(lang, "map.unknown")
        bars.append(Bar(words, _classes(sums, UNKNOWN), apart=True))
    return tuple(bars), end


def _classes(sums: pd.DataFrame, code: str) -> tuple[float, ...]:
    if code not in sums.index:
        return (0.0,) * len(ZONES)
    return tuple(float(sums.at[code, zone]) for zone in ZONES)


def class_name(lang: str, zone: str) -> str:
    """Return what a wear class of lines is called."""
    return i18n.label(lang, "zone", zone)


def share(lang: str, part: float, whole: float) -> str:
    """Return a share in percent, `<1` where there is less than that; "" for nothing."""
    if not whole or not part:
        return ""
    percent = 100 * part / whole
    if 0 < percent < 1:
        return i18n.quantity(lang, "<1", "percent")
    return i18n.quantity(lang, percent, "percent", 0)


# -- what is said beside them ----------------------------------------------------------------------


def rule_notes(data: Dataset, view: View, sums: pd.DataFrame) -> tuple[str, ...]:
    """Return the rules in force for the sectors of `table`, after their names where they differ."""
    said: dict[str, list[str]] = {}
    for sector, row in sums.iterrows():
        rules = rules_in_force(data.rules, str(sector), view.at)
        words = legend.rule_words(data, rules, view.lang)
        said.setdefault(words, []).append(str(row["name"]))
    if len(said) == 1:
        return tuple(said)
    return tuple(f"{', '.join(sectors)}. {words}" for words, sectors in said.items())


@dataclass(frozen=True, slots=True)
class Drawn:
    """Lines of which the course is drawn: their kilometres, and the published ones where known."""

    lines: int
    km: float
    with_length: int
    published_km: float
    same_km: float


def drawn(data: Dataset, passing: Passing) -> Drawn | None:
    """Return what is drawn of lines with a schematic course; None for none."""
    found = networks.by(passing, "provenance").set_index("provenance")
    if Provenance.SCHEMATIC not in found.index:
        return None
    published = data.backbone["length_km"].dropna()
    lengths = [
        (float(length), float(passing.lines.km[number]))
        for one, length in published.items()
        if (number := passing.lines.number(str(one))) is not None and passing.mask[number]
    ]
    return Drawn(
        lines=int(found.at[Provenance.SCHEMATIC, "lines"]),
        km=round(float(found.at[Provenance.SCHEMATIC, "km"]), 3),
        with_length=len(lengths),
        published_km=round(sum(length for length, _ in lengths), 3),
        same_km=round(sum(km for _, km in lengths), 3),
    )


# -- filters ---------------------------------------------------------------------------------------


def facets(data: Dataset, selection: Selection) -> dict[str, dict[str, int]]:
    """Return, for each list key that lines have, how many lines each of its options would leave.

    As in `queries.facets` the count beside an option ignores its own key.
    """
    counts = {}
    for key in FACETS:
        others = changed(selection.view, **{key: ()})
        found = networks.by(networks.select(data, others, selection.asked), key)
        counts[key] = {
            str(code) or UNKNOWN: int(lines)
            for code, lines in zip(found[key], found["lines"], strict=True)
        }
    return counts


# -- when nothing is left --------------------------------------------------------------------------


def published(data: Dataset, view: View) -> Mapping[str, tuple[int, float]]:
    """Return number and kilometres of all lines of the revision, by provenance."""
    every = networks.by(networks.of_provenance(data, view.at, tuple(Provenance)), "provenance")
    return {str(r.provenance): (int(r.lines), float(r.km)) for r in every.itertuples()}


def loosen(data: Dataset, selection: Selection) -> tuple[tuple[str, int], ...]:
    """Return which single filter to switch off and how many lines that leaves, best first."""
    view = selection.view
    found = []
    for key in view.filters_on():
        wider = changed(view, **{key: getattr(View(), key)})
        count = len(queries.select(data, wider).lines)
        found.append((key, count))
    return tuple(sorted((one for one in found if one[1]), key=lambda one: -one[1]))
