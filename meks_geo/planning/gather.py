"""All candidates of a revision as of a day."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache
from types import MappingProxyType
from typing import Any

import numpy as np

from meks_geo import zones
from meks_geo.dates import parse
from meks_geo.facts import Figure
from meks_geo.model import Dataset
from meks_geo.planning import groups
from meks_geo.planning.candidates import (
    CITY,
    COMBINED,
    ENTITY,
    PLANT,
    PROJECT,
    REGION,
    Candidate,
    interval,
    known,
)
from meks_geo.planning.parameters import Parameters
from meks_geo.state import State, as_of
from meks_geo.vocabulary import COUNTRY, ENDED, NOT_BUILT, Provenance, Scope, Sector, Standing
from meks_geo.vocabulary import Status as St

#: Attributes of plants and entities that only planning asks for, by what a candidate calls them.
_MORE = {
    "people": "people_served",
    "incidents": "incidents_per_year",
    "revenue_bn_kzt": "revenue_bn_kzt",
}
_UNDER_WAY = (St.CONSTRUCTION, St.COMMISSIONING)

Told = Mapping[str, Mapping[str, Any]]


def gather(
    data: Dataset,
    at: date,
    parameters: Parameters,
    *,
    trial: bool = False,
    told: Told | None = None,
) -> tuple[Candidate, ...]:
    """Return every candidate as of a day, in the order of their ids.

    Parameters
    ----------
    trial
        Plan on synthetic objects and on nothing else; without it there is none of them.
    told
        What the reader adds, by candidate: `people`, `incidents` (a year), `revenue_bn_kzt` (a
        year). It counts before what the map of record says.
    """
    state = as_of(data, at)
    entities = [one for one in _entities(data, state) if _is_synthetic(one) == trial]
    building = frozenset(one for one in state.project_rows if _is_under_way(state, one))
    lines = groups.of_lines(data, at, building, trial=trial)
    free, entities = groups.with_entities(lines, entities)
    found = [*_plants(state), *_projects(data, state, parameters)]
    found = [*(one for one in found if _is_synthetic(one) == trial), *entities, *free]
    if not trial:
        mapped = {(one.region, one.sector) for one in lines if one.wear}
        found += _published(data, at, mapped)
    holders = [one for one in found if one.kind in (REGION, CITY) or one.projects]
    ids = frozenset(one.id for one in found)
    marked = [replace(one, wholes=_wholes(one, holders, ids)) for one in found]
    if told:
        marked = [_with(one, told.get(one.id, {})) for one in marked]
    return tuple(sorted(marked, key=lambda one: one.id))


def _with(one: Candidate, told: Mapping[str, Any]) -> Candidate:
    """Return a candidate with what a reader adds, which has no source of the map."""
    left = {name: source for name, source in one.sources.items() if name not in told}
    return replace(one, sources=left, **told)


def _is_synthetic(one: Candidate) -> bool:
    return one.provenance == Provenance.SYNTHETIC


def _wholes(one: Candidate, holders: Sequence[Candidate], ids: frozenset[str]) -> tuple[str, ...]:
    """Return the candidates that contain this one: its owner, its lines, its city, its region."""
    owner = one.sources.get("of", "")
    found = {whole.id for whole in holders if whole.id != one.id and _holds(whole, one)}
    return tuple(sorted(found | ({owner} & ids)))


def _holds(whole: Candidate, part: Candidate) -> bool:
    if part.kind == PROJECT and part.subject in whole.projects:
        return True
    if whole.kind not in (REGION, CITY) or whole.region != part.region or not part.sector:
        return False
    same = whole.sector == part.sector
    if whole.kind == REGION:
        combined = whole.sector == Sector.COMBINED and part.sector in COMBINED
        return combined or (same and part.kind != REGION)
    return same and whole.place == part.place and part.kind in (ENTITY, PROJECT)


def _more(found: Mapping[str, Figure]) -> dict[str, Any]:
    """Return what is known of people, incidents and revenue; None for what is not."""
    figures = {name: found.get(attribute) for name, attribute in _MORE.items()}
    return {name: known(one.value) if one else None for name, one in figures.items()}


def _sourced(found: Mapping[str, Figure], *names: str) -> dict[str, str]:
    """Return the source of each attribute, and of what only planning asks for."""
    asked = {**dict(zip(names, names, strict=True)), **_MORE}
    return {name: found[one].claim.source for name, one in asked.items() if one in found}


def _names(row: Mapping[str, object]) -> dict[str, str]:
    return {name: str(row[name]) for name in ("name_kk", "name_ru", "name_en")}


def _wear(text: str) -> dict[str, Any]:
    low, high = interval(text)
    return {"wear": text, "wear_low": low, "wear_high": high}


def _provenance(row: Mapping[str, object]) -> str:
    return str(row["provenance"] or Provenance.PRESS)


# -- things of the register ------------------------------------------------------------------------


def _plants(state: State) -> Iterator[Candidate]:
    """Yield plants in service whose zone is declared or whose wear is known."""
    for one, row in state.plant_rows.items():
        if not row["known"] or row["stage"] in NOT_BUILT or row["stage"] == "closed":
            continue
        if not row["zone_text"] and not row["wear"]:
            continue
        linked = [p for p in row["project_ids"] if _is_under_way(state, p)]
        found = state.facts[one]
        yield Candidate(
            id=f"{PLANT}:{one}",
            names=_names(row),
            region=str(row["region"]),
            place=str(row["place_id"]),
            electric_mw=known(row["electric_mw"]),
            heat_gcal_h=known(row["heat_gcal_h"]),
            zone=str(row["zone"]),
            zone_basis=str(row["zone_basis"]),
            under_way=linked[0] if linked else "",
            provenance=_provenance(row),
            sources=_sourced(found, "wear_percent", "zone_declared", "electric_mw", "heat_gcal_h"),
            **_wear(str(row["wear"])),
            **_more(found),
        )


def _is_under_way(state: State, project: str) -> bool:
    return state.project_rows[project]["status"] in _UNDER_WAY


def _entities(data: Dataset, state: State) -> Iterator[Candidate]:
    busy = {
        row["entity_id"]: one
        for one, row in state.project_rows.items()
        if row["entity_id"] and _is_under_way(state, one)
    }
    for one, row in data.rows["entities"].items():
        found = state.facts[one]
        wear = found["wear_percent"].value if "wear_percent" in found else ""
        rules = zones.rules_in_force(data.rules, str(row["sector"]), state.at)
        declared = found["zone_declared"].value if "zone_declared" in found else ""
        zone, basis = zones.shown(declared, zones.compute(rules, wear))
        yield Candidate(
            id=f"{ENTITY}:{one}",
            names=_names(row),
            region=str(row["region"]),
            sector=str(row["sector"]),
            place=str(row["place_id"]),
            length_km=known(found["length_km"].value) if "length_km" in found else None,
            zone=zone,
            zone_basis=basis,
            under_way=busy.get(one, ""),
            provenance=_provenance(row),
            sources=_sourced(found, "wear_percent", "zone_declared", "length_km"),
            **_wear(wear),
            **_more(found),
        )


def _projects(data: Dataset, state: State, parameters: Parameters) -> Iterator[Candidate]:
    """Yield what is planned or under way; no programme, and no parent of other projects."""
    parents = {row["parent_id"] for row in data.rows["projects"].values()}
    lengths = {one.project: one for one in parameters.works if one.project and one.unit == "km"}
    for one, row in state.project_rows.items():
        if not row["known"] or row["status"] in ENDED or one in parents or one == "meks":
            continue
        found = state.facts[one]
        length = known(found["length_km"].value) if "length_km" in found else None
        sources = _sourced(found, "cost_bn_kzt", "length_km", "funding", "status")
        if length is None and one in lengths:  # published with its cost
            length, sources["length_km"] = lengths[one].size, lengths[one].source
        owner = _owner(row)
        cost = found.get("cost_bn_kzt")
        stage = state.plant_rows[row["plant_id"]]["stage"] if row["plant_id"] else ""
        yield Candidate(
            id=f"{PROJECT}:{one}",
            names=_names(row),
            region=str(row["region"]),
            sector=str(row["sector"] or ""),
            place=str(row["place_id"] or ""),
            length_km=length,
            electric_mw=known(row["electric_mw"]),
            heat_gcal_h=known(row["heat_gcal_h"]),
            zone=str(row["zone"]),
            cost_bn_kzt=known(cost.value) if cost else None,
            cost_year=cost.claim.stated_on.last.year if cost else None,
            status=str(row["status"]),
            funding=str(row["funding"]),
            new_build=stage in NOT_BUILT or row["region"] == COUNTRY,
            under_way=one if row["status"] in _UNDER_WAY else "",
            provenance=_provenance(row),
            sources={**sources, **({"of": owner} if owner else {})},
            **_wear(_wear_around(data, state, row)),
        )


def _owner(row: Mapping[str, object]) -> str:
    if row["entity_id"]:
        return f"{ENTITY}:{row['entity_id']}"
    return f"{PLANT}:{row['plant_id']}" if row["plant_id"] else ""


def _wear_around(data: Dataset, state: State, row: Mapping[str, object]) -> str:
    """Return the wear of what a project renews: plant or entity, else the city or region."""
    if row["plant_id"]:
        return str(state.plant_rows[str(row["plant_id"])]["wear"])
    if row["entity_id"]:
        found = state.facts[str(row["entity_id"])].get("wear_percent")
        return found.value if found else ""
    around = {
        (region, place, sector): text
        for region, place, sector, text, _, _, _ in _indicators(data, state.at)
    }
    sector = str(row["sector"])
    city = around.get((str(row["region"]), str(row["place_id"]), sector), "")
    return city or around.get((str(row["region"]), "", sector), "")


# -- published figures -----------------------------------------------------------------------------


@lru_cache(maxsize=8)
def _indicators(
    data: Dataset, at: date
) -> tuple[tuple[str, str, str, str, float | None, str, Mapping[str, str]], ...]:
    """Return region, place ("" for all of it), sector, wear, length, zone and sources.

    Of each region and city and sector the newest wear and the newest length, as of a day.
    """
    table = data.indicators[data.indicators["standing"] == Standing.STANDS]
    seen = table[np.array([parse(day).last <= at for day in table["stated_on"]], dtype=bool)]
    days = [(one.first, -one.days) for one in map(parse, seen["stated_on"])]
    seen = seen.iloc[sorted(range(len(days)), key=days.__getitem__)]
    seen = seen[seen["scope"].isin([Scope.REGION, Scope.CITY])]
    found = []
    for key, rows in seen.groupby(["region", "place_id", "sector"], sort=True):
        worn, long = rows[rows["wear_percent"] != ""], rows[rows["length_km"].notna()]
        sources = {}
        if len(worn):
            sources["wear_percent"] = str(worn["source_id"].iloc[-1])
        if len(long):
            sources["length_km"] = str(long["source_id"].iloc[-1])
        region, place, sector = map(str, key)
        wear = str(worn["wear_percent"].iloc[-1]) if len(worn) else ""
        length = float(long["length_km"].iloc[-1]) if len(long) else None
        declared = str(worn["zone_declared"].iloc[-1]) if len(worn) else ""
        found.append((region, place, sector, wear, length, declared, MappingProxyType(sources)))
    return tuple(found)


def _published(data: Dataset, at: date, mapped: set[tuple[str, str]]) -> Iterator[Candidate]:
    """Yield regions and cities; where lines of known wear are on the map, they count instead."""
    for region, place, sector, wear, length, declared, sources in _indicators(data, at):
        rules = zones.rules_in_force(data.rules, sector, at)
        zone, basis = zones.shown(declared, zones.compute(rules, wear))
        row = data.rows["places"][place] if place else data.rows["regions"][region]
        yield Candidate(
            id=f"{CITY}:{place}-{sector}" if place else f"{REGION}:{region}-{sector}",
            names=_names(row),
            region=region,
            sector=sector,
            place=place,
            length_km=length,
            zone=zone,
            zone_basis=basis,
            superseded=(region, sector) in mapped,
            sources=sources,
            **_wear(wear),
        )
