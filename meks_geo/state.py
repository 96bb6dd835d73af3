"""The map of record as of a day: one frame a layer, folded out of the claims, read-only."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache

import pandas as pd

from meks_geo import zones
from meks_geo.dates import parse
from meks_geo.facts import Figure, figures
from meks_geo.model import Dataset, Row, records
from meks_geo.validate import bounds
from meks_geo.vocabulary import (
    COUNTRY,
    ENDED,
    NOT_BUILT,
    UNKNOWN,
    Funding,
    Scope,
    Standing,
    Status,
    Zone,
)

_NAMES = ["name_kk", "name_ru", "name_en"]


@dataclass(frozen=True, eq=False)
class State:
    """Frames as of `at`, indexed by id in register order.

    plants: names, kind, region, place_id, lat, lon (deg), location_accuracy, provenance, known,
    stage, hollow, zone, zone_basis, zone_text, wear (text), wear_low, wear_high (percent),
    wear_exact (percent or NaN), wear_date, electric_mw, heat_gcal_h, project_ids,
    live_status (of the most advanced project that is not ended), newest.
    projects: names, parent_id, plant_id, entity_id, region, place_id, sector, kind, zone, wear_low,
    wear_high, status, funding, cost_bn_kzt, cost_mn_usd, electric_mw, heat_gcal_h, completion,
    year_low, year_high, contractor, known, on_map, newest.
    """

    at: date
    plants: pd.DataFrame
    projects: pd.DataFrame
    facts: Mapping[str, Mapping[str, Figure]]

    @cached_property
    def plant_rows(self) -> Mapping[str, Row]:
        """The plants by id, for single look-ups."""
        return records(self.plants)

    @cached_property
    def project_rows(self) -> Mapping[str, Row]:
        """The projects by id, for single look-ups."""
        return records(self.projects)


def _number(found: Mapping[str, Figure], name: str) -> float:
    figure = found.get(name)
    return float(figure.value) if figure else float("nan")


def _text(found: Mapping[str, Figure], name: str) -> str:
    figure = found.get(name)
    return figure.value if figure else ""


def _day(found: Mapping[str, Figure], name: str) -> str:
    figure = found.get(name)
    return figure.claim.stated_on.text if figure else ""


def newest(found: Mapping[str, Figure]) -> str:
    """Return the day of the newest statement among figures, as published; "" for none.

    Values of the register are no statements: their day is that of the register.
    """
    days = [f.claim.stated_on for f in found.values() if f.claim.standing != Standing.REGISTER]
    return max(days, key=lambda p: (p.last, p.first)).text if days else ""


@lru_cache(maxsize=32)
def as_of(data: Dataset, at: date) -> State:
    """Return the frames of a revision as of a day.

    Cached by revision and day: callers share the frames and must not change them.
    """
    subjects = [*data.plants.index, *data.projects.index, *data.entities.index, COUNTRY]
    facts = {subject: figures(data, subject, at) for subject in subjects}
    projects = _projects(data, facts, at)
    plants = _plants(data, facts, projects)
    return State(at, plants, _with_plants(projects, plants), facts)


def _wear_columns(text: str) -> dict[str, float | str]:
    low, high = bounds(text) if text else (float("nan"), float("nan"))
    exact = low if text and low == high and text[0] not in "<>" else float("nan")
    return {"wear": text, "wear_low": low, "wear_high": high, "wear_exact": exact}


def _plants(
    data: Dataset, facts: Mapping[str, Mapping[str, Figure]], projects: pd.DataFrame
) -> pd.DataFrame:
    by_plant = {k: tuple(v.index) for k, v in projects.groupby("plant_id") if k}
    order = {status: i for i, status in enumerate(Status)}
    rows = []
    for plant_id in data.plants.index:
        found = facts[plant_id]
        declared = _text(found, "zone_declared")
        zone, basis = zones.shown(declared, Zone.UNKNOWN)  # plants have no rule
        linked = by_plant.get(plant_id, ())
        live = [s for s in projects.loc[list(linked), "status"] if s != UNKNOWN and s not in ENDED]
        stage = _text(found, "stage") or UNKNOWN
        rows.append(
            {
                "known": bool(found),
                "stage": stage,
                "hollow": stage in NOT_BUILT,
                "zone": zone,
                "zone_basis": basis,
                "zone_text": declared,
                **_wear_columns(_text(found, "wear_percent")),
                "wear_date": _day(found, "wear_percent"),
                "electric_mw": _number(found, "electric_mw"),
                "heat_gcal_h": _number(found, "heat_gcal_h"),
                "project_ids": linked,
                "live_status": max(live, key=order.__getitem__) if live else "",
                "newest": newest(found),
            }
        )
    return data.plants.join(pd.DataFrame(rows, index=data.plants.index))


def _projects(data: Dataset, facts: Mapping[str, Mapping[str, Figure]], at: date) -> pd.DataFrame:
    rows = []
    for project_id, row in data.projects.iterrows():
        found = facts[str(project_id)]
        completion = _text(found, "completion")
        due = parse(completion) if completion else None
        rows.append(
            {
                "known": bool(found),
                "status": _text(found, "status") or UNKNOWN,
                "funding": _text(found, "funding") or Funding.UNKNOWN,
                "cost_bn_kzt": _number(found, "cost_bn_kzt"),
                "cost_mn_usd": _number(found, "cost_mn_usd"),
                "electric_mw": _number(found, "electric_mw"),
                "heat_gcal_h": _number(found, "heat_gcal_h"),
                "completion": completion,
                "year_low": due.first.year if due else float("nan"),
                "year_high": due.last.year if due else float("nan"),
                "contractor": _text(found, "contractor"),
                **_entity_columns(data, facts, row["entity_id"], at),
                "newest": newest(found),
            }
        )
    return data.projects.join(pd.DataFrame(rows, index=data.projects.index))


def _entity_columns(
    data: Dataset, facts: Mapping[str, Mapping[str, Figure]], entity: str, at: date
) -> dict[str, float | str]:
    """Return zone and wear of a project's entity; unknown when it has none."""
    if not entity:
        return {"zone": Zone.UNKNOWN, **_wear_columns("")}
    wear = _text(facts[entity], "wear_percent")
    rules = zones.rules_in_force(data.rules, data.entities.at[entity, "sector"], at)
    zone, _ = zones.shown(_text(facts[entity], "zone_declared"), zones.compute(rules, wear))
    return {"zone": zone, **_wear_columns(wear)}


def _with_plants(projects: pd.DataFrame, plants: pd.DataFrame) -> pd.DataFrame:
    """Return the projects with region, place, kind, zone and wear taken from their plant."""
    taken = projects.copy()
    linked = projects["plant_id"] != ""
    owner = plants.reindex(projects.loc[linked, "plant_id"])
    taken["kind"] = ""
    for name in (
        "region",
        "place_id",
        "kind",
        "zone",
        "wear",
        "wear_low",
        "wear_high",
        "wear_exact",
    ):
        taken.loc[linked, name] = owner[name].to_numpy()
    taken["on_map"] = linked
    return taken


@lru_cache(maxsize=64)
def indicators(data: Dataset, at: date, sector: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the figures of a sector as of a day: by region, and by city or operator at its place.

    Both have wear, wear_low, wear_high, zone, zone_basis, stated_on, source_id, length_km, note and
    the names of what they speak of. Regions are indexed by region code; marks by place. Only scope
    `region` fills a region; nothing is averaged up. Doubtful figures are left out.
    """
    table = data.indicators
    days = table["stated_on"].map(parse)
    seen = (
        (table["sector"] == sector)
        & (table["standing"] == Standing.STANDS)
        & (table["wear_percent"] != "")
        & days.map(lambda p: p.last <= at).astype(bool)
    )
    visible = table[seen].assign(first=days[seen].map(lambda p: p.first))
    visible = visible.sort_values("first", kind="stable")
    rules = zones.rules_in_force(data.rules, sector, at)
    computed = [zones.compute(rules, wear) for wear in visible["wear_percent"]]
    both = [zones.shown(d, c) for d, c in zip(visible["zone_declared"], computed, strict=True)]
    visible = visible.assign(
        zone=[z.zone for z in both],
        zone_basis=[z.basis for z in both],
        wear=visible["wear_percent"],
    )
    of_regions = visible[visible["scope"] == Scope.REGION]
    by_region = of_regions.drop_duplicates("region", keep="last").set_index("region")
    placed = visible[
        visible["scope"].isin([Scope.CITY, Scope.OPERATOR]) & (visible["place_id"] != "")
    ]
    by_place = placed.drop_duplicates("place_id", keep="last").set_index("place_id")
    names = data.places[[*_NAMES, "lat", "lon"]]
    return by_region, by_place.join(names, how="inner")
