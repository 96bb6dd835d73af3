"""Rows that pass, against the map of record: what is likely a slip of the pen, said as warnings."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from meks_geo import measure, state
from meks_geo.facts import Figures
from meks_geo.intake.drafts import Draft, Fault, Params, Positions
from meks_geo.model import Dataset
from meks_geo.state import State
from meks_geo.validate import bounds
from meks_geo.vocabulary import Status

#: A length that fell to this share of the one of record, or below.
_SHRANK = 0.5
#: Points of wear that an estimate may be off without a word.
_WEAR_POINTS = 1.0
_LINKS = {"plants": "plant_id", "entities": "entity_id"}

Drafts = Mapping[str, Draft]


def check_against(drafts: Drafts, data: Dataset, today: date) -> dict[str, Draft]:
    """Return the tables with what sets them apart from the map of record as of today."""
    known = state.as_of(data, today)
    checked = {}
    for table, draft in drafts.items():
        faults = [] if draft.refused else _faults(table, draft, drafts, data, known)
        checked[table] = replace(draft, faults=(*draft.faults, *(f for f in faults if len(f.at))))
    return checked


def without_unknown(drafts: Drafts, data: Dataset, today: date) -> dict[str, Draft]:
    """Return the tables without the missing values that the map of record does not know either.

    Such a row comes out of the template as it is, and must be let in again.
    """
    facts = state.as_of(data, today).facts
    return {table: _without_unknown(draft, facts) for table, draft in drafts.items()}


def _without_unknown(draft: Draft, facts: Mapping[str, Figures]) -> Draft:
    claimed = {column.name for column in draft.schema.columns if column.kept == "claim"}
    faults = []
    for fault in draft.faults:
        if draft.refused or fault.code != "missing-value" or fault.column not in claimed:
            faults.append(fault)
            continue
        ids = draft.ids()
        at = [one for one in fault.at.tolist() if fault.column in facts.get(ids[one], claimed)]
        if at:
            faults.append(replace(fault, at=_positions(at), values=()))
    return replace(draft, faults=tuple(faults))


def _faults(table: str, draft: Draft, drafts: Drafts, data: Dataset, known: State) -> list[Fault]:
    of_record = getattr(data, table)
    faults = _other_region(draft, of_record["region"]) if "region" in of_record else []
    if table == "networks":
        return [*faults, *_shrunk_networks(draft, data)]
    if table in ("entities", "projects"):
        faults += _shrunk(draft, known)
    if table in _LINKS:
        faults += _less_worn(draft, known, _explained(_LINKS[table], drafts, data, known))
    return faults


def _other_region(draft: Draft, of_record: pd.Series) -> list[Fault]:
    """Return the rows whose id belongs to another region in the map of record."""
    known = {str(one): str(region) for one, region in of_record.items()}
    before = np.array([known.get(one, "") for one in draft.ids()], dtype=object)
    now = np.asarray(draft.columns["region"], dtype=object)
    at = np.flatnonzero(draft.good & (before != "") & (before != now))
    params: list[Params] = [{"region": before[one]} for one in at]
    return [Fault("other-region", "region", at, list(now[at]), params)]


def _shrunk_networks(draft: Draft, data: Dataset) -> list[Fault]:
    """Return each sector of a region whose networks are half as long as in the record, or less."""
    if draft.lengths_km is None or data.networks.empty:
        return []
    good = draft.good
    where = pd.DataFrame({name: draft.columns[name] for name in ("region", "sector")})[good]
    now = where.assign(km=draft.lengths_km[good]).groupby(["region", "sector"])["km"].sum()
    of_record = data.networks.groupby(["region", "sector"]).indices
    faults = []
    for (region, sector), after in now.items():
        old = data.networks.geometry.iloc[of_record.get((region, sector), [])]
        before = float(measure.lengths_km(old.to_numpy()).sum())
        if before > 0 and after <= before * _SHRANK:
            first = np.flatnonzero(
                good & (draft.columns["region"] == region) & (draft.columns["sector"] == sector)
            )[:1]
            params = {**_km(before, after), "subject": f"{region} {sector}"}
            faults.append(Fault("length-shrank", "length_km", first, [_shown(after)], [params]))
    return faults


def _shrunk(draft: Draft, known: State) -> list[Fault]:
    """Return the entities or projects half as long as in the record, or less."""
    if "length_km" not in draft.columns:
        return []
    lengths = draft.columns["length_km"]
    at, values, params = [], [], []
    for place, one in _rows_of_record(draft, known, lengths >= 0):
        figure = known.facts[one].get("length_km")
        before, after = float(figure.value) if figure else 0.0, float(lengths[place])
        if before > 0 and after <= before * _SHRANK:
            at.append(place)
            values.append(_shown(after))
            params.append({**_km(before, after), "subject": one})
    return [Fault("length-shrank", "length_km", _positions(at), values, params)]


def _less_worn(draft: Draft, known: State, explained: frozenset[str]) -> list[Fault]:
    """Return the rows whose wear fell although no project explains it."""
    if "wear_percent" not in draft.columns:
        return []
    wear = draft.columns["wear_percent"]
    at, values, params = [], [], []
    for place, one in _rows_of_record(draft, known, wear != ""):
        figure = known.facts[one].get("wear_percent")
        if figure is None or one in explained:
            continue
        if bounds(wear[place])[1] < bounds(figure.value)[0] - _WEAR_POINTS:
            at.append(place)
            values.append(wear[place])
            params.append({"before": figure.value, "after": wear[place]})
    return [Fault("wear-fell", "wear_percent", _positions(at), values, params)]


def _explained(link: str, drafts: Drafts, data: Dataset, known: State) -> frozenset[str]:
    """Return the plants or entities that a project, not cancelled, works on."""
    projects = known.projects[[link, "status"]].copy()
    draft = drafts.get("projects")
    if draft is not None and not draft.refused:
        sent = pd.DataFrame(
            {name: draft.columns[name] for name in (link, "status") if name in draft.columns},
            index=pd.Index(draft.ids()),
        )[draft.good]
        kept = data.projects[link].reindex(sent.index).fillna("")
        sent = sent if link in sent else sent.assign(**{link: kept})
        projects = pd.concat([projects[~projects.index.isin(sent.index)], sent])
    return frozenset(projects.loc[projects["status"] != Status.CANCELLED, link]) - {""}


def _rows_of_record(draft: Draft, known: State, which: Any) -> list[tuple[int, str]]:
    """Return position and id of the good rows whose thing the record has."""
    ids = draft.ids()
    places = np.flatnonzero(draft.good & np.asarray(which, dtype=np.bool_)).tolist()
    return [(place, ids[place]) for place in places if ids[place] in known.facts]


def _km(before: float, after: float) -> dict[str, object]:
    return {"before": round(before, 1), "after": round(after, 1)}


def _shown(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")


def _positions(at: list[int]) -> Positions:
    return np.array(at, dtype=np.int64)
