"""The networks of a revision as of a day: kilometres, wear and zone of each line."""

from collections.abc import Collection
from datetime import date
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pandas as pd

from meks_geo import measure, zones
from meks_geo.dates import parse
from meks_geo.i18n import search_key
from meks_geo.model import Dataset
from meks_geo.validate import bounds
from meks_geo.view import Span, View
from meks_geo.vocabulary import UNKNOWN, Zone

_Mask = npt.NDArray[np.bool_]
_BOUNDS = ["wear_low", "wear_high", "wear_exact"]
_KEPT = ["region", "sector", "operator", "project_ids", "provenance", "built_year"]


@lru_cache(maxsize=4)
def as_of(data: Dataset, at: date) -> pd.DataFrame:
    """Return one row a line, by id, with what is known of it on a day.

    Columns: region, sector, operator, project_ids, provenance, built_year, km, wear (text),
    wear_low, wear_high, wear_exact (percent or NaN), zone. A row is the state of its revision:
    before its `wear_date` its wear is unknown. Cached by revision and day: callers share the frame
    and must not change it.
    """
    rows = data.networks
    wear = rows["wear_percent"].where(_known_wear(rows["wear_date"], at), "")
    both = pd.DataFrame({"sector": rows["sector"].astype(object), "wear": wear.astype(object)})
    group = both.groupby(["sector", "wear"], sort=False).ngroup().to_numpy()
    figures = pd.DataFrame(
        [_wear(data, sector, text, at) for sector, text in both.drop_duplicates().to_numpy()],
        columns=[*_BOUNDS, "zone"],
    ).astype(dict.fromkeys(_BOUNDS, float))
    of_line = figures.take(group).set_axis(rows.index)
    own = pd.DataFrame({"km": lengths_km(data), "wear": wear}, index=rows.index)
    return pd.concat([rows[_KEPT], own, of_line], axis=1)


@lru_cache(maxsize=4)
def lengths_km(data: Dataset) -> measure.FloatArray:
    """Return the length of each line on the ellipsoid, in kilometres."""
    return measure.lengths_km(data.networks.geometry.to_numpy())


def _known_wear(days: pd.Series, at: date) -> pd.Series:
    visible = {text: not text or parse(text).last <= at for text in days.unique()}
    return days.map(visible).astype(bool)


def _wear(data: Dataset, sector: str, text: str, at: date) -> tuple[float, float, float, str]:
    if not text:
        return float("nan"), float("nan"), float("nan"), Zone.UNKNOWN.value
    low, high = bounds(text)
    exact = low if low == high and text[0] not in "<>" else float("nan")
    zone = zones.compute(zones.rules_in_force(data.rules, sector, at), text)
    return low, high, exact, str(zone)


def select(data: Dataset, view: View, projects: Collection[str] | None) -> pd.DataFrame:
    """Return the rows of `as_of` that a view lets through.

    A line has no kind and no city: a filter on one of them leaves it only for `unknown`.

    Parameters
    ----------
    projects
        The projects that pass the filters of a project, of which a line must name one; None when
        no such filter is set.
    """
    lines = as_of(data, view.at)
    passing: _Mask = np.ones(len(lines), dtype=bool)
    for key in ("region", "sector", "zone", "provenance"):
        passing &= _one_of(lines[key], getattr(view, key))
    for wanted in (view.kind, view.city):
        passing &= not wanted or UNKNOWN in wanted
    if view.wear is not None:
        passing &= _overlaps(lines, view.wear)
    if projects is not None:
        named = {
            text
            for text in lines["project_ids"].unique()
            if any(part.strip() in projects for part in text.split(";"))
        }
        passing &= lines["project_ids"].isin(named).to_numpy()
    if view.q:
        words = [f" {word}" for word in search_key(view.q).split()]
        keys = {one: f" {search_key(one)}" for one in lines["operator"].unique()}
        found = {one for one, key in keys.items() if all(word in key for word in words)}
        passing &= lines["operator"].isin(found).to_numpy()
    return lines[passing]


def _one_of(column: pd.Series, wanted: Collection[str]) -> _Mask:
    if not wanted:
        return np.ones(len(column), dtype=bool)
    mask: _Mask = column.isin([*wanted, *([""] if UNKNOWN in wanted else [])]).to_numpy()
    return mask


def _overlaps(lines: pd.DataFrame, span: Span) -> _Mask:
    low, high = lines["wear_low"].to_numpy(), lines["wear_high"].to_numpy()
    unknown: _Mask = np.isnan(low)
    if span.unknown:
        return unknown
    passing: _Mask = ~unknown
    if span.low is not None:
        passing &= high >= span.low
    if span.high is not None:
        passing &= low <= span.high
    return passing


def summary(lines: pd.DataFrame) -> dict[str, float | None]:
    """Return km, known_km, wear_percent and red_km of rows of `as_of`.

    The mean wear is weighted by length over the lines whose wear is one known number; None where
    there is none.
    """
    exact = lines["wear_exact"].notna()
    km = lines["km"].to_numpy()
    known = float(km[exact].sum())
    mean = float(np.average(lines["wear_exact"][exact], weights=km[exact])) if known else None
    return {
        "km": round(float(km.sum()), 3),
        "known_km": round(known, 3),
        "wear_percent": None if mean is None else round(mean, 2),
        "red_km": round(float(km[lines["zone"] == Zone.RED].sum()), 3),
    }
