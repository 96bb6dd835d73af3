"""An answer as the parts of a saved plan: named, placed, priced, each with its trail."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from meks_geo.model import Dataset
from meks_geo.planning.candidates import CITY, ENTITY, NETWORK, PLANT, PROJECT, REGION, Candidate
from meks_geo.planning.effects import wear_after
from meks_geo.planning.estimates import Estimate, works_km
from meks_geo.planning.parameters import Parameter, Parameters
from meks_geo.planning.plan import Chosen, LeftOut
from meks_geo.planning.priority import Ranked
from meks_geo.planning.saved import Assumption, Cost, Dark, Left, Subject, Work
from meks_geo.planning.scenario import Scenario, joined
from meks_geo.vocabulary import Accuracy

_NETWORKS = (ENTITY, NETWORK, REGION, CITY)


def _subject(data: Dataset, one: Candidate) -> dict[str, Any]:
    row = one.names or data.rows["regions"][one.region]
    return {
        "candidate": one.id,
        "names": {name: str(row[name]) for name in ("name_kk", "name_ru", "name_en")},
        "kind": one.kind,
        "subject": one.subject,
        "region": one.region,
        "sector": one.sector,
        "place": one.place,
    }


def dark_of(data: Dataset, one: Candidate, missing: Sequence[str]) -> Dark:
    """Return a candidate that cannot be priced or weighed."""
    return Dark(**_subject(data, one), missing=tuple(missing))


def work_of(
    data: Dataset, parameters: Parameters, one: Chosen, rank: tuple[Ranked, int] | None
) -> Work:
    """Return what the plan chose; `rank` is its place in the order, and of how many."""
    item = one.item
    it = item.candidate
    return Work(
        **_subject(data, it),
        **_located(data, it),
        source=one.source,
        costs=dict(one.costs),
        effect=item.effect,
        estimate=_cost(item.estimate),
        wear=it.wear,
        wear_percent=it.wear_low,
        zone=str(it.zone),
        zone_basis=it.zone_basis,
        length_km=it.length_km,
        works_km=works_km(it, parameters) if it.sector else None,
        wear_after=wear_after(it, parameters) if it.kind in _NETWORKS else None,
        red_km=it.red_km,
        electric_mw=it.electric_mw,
        heat_gcal_h=it.heat_gcal_h,
        people=it.people,
        revenue_bn_kzt=it.revenue_bn_kzt,
        rank=rank[0].place if rank else None,
        ranked=rank[1] if rank else None,
        firmness=rank[0].firmness if rank else None,
        verdict=item.trail.verdict,
        asks=item.trail.asks,
        provenance=str(it.provenance),
        sources=dict(it.sources),
    )


def _located(data: Dataset, one: Candidate) -> dict[str, Any]:
    """Return where the map draws it: a plant at its site, else its town."""
    plant = data.rows["plants"].get(one.subject) if one.kind == PLANT else None
    if plant is None and one.kind == PROJECT:
        row = data.rows["projects"].get(one.subject)
        plant = data.rows["plants"].get(row["plant_id"]) if row else None
    if plant is not None:
        accuracy = str(plant["location_accuracy"])
        located = "site" if accuracy == Accuracy.SITE else "city"
        return {"lat": float(plant["lat"]), "lon": float(plant["lon"]), "located": located}
    place = data.rows["places"].get(one.place) if one.place else None
    if place is None:
        return {}
    return {"lat": float(place["lat"]), "lon": float(place["lon"]), "located": "city"}


def _cost(one: Estimate) -> Cost:
    price = one.unit_cost
    if price is None:
        return Cost(one.low, one.central, one.high, one.price_year, one.basis, one.size)
    return Cost(
        low=one.low,
        central=one.central,
        high=one.high,
        year=one.price_year,
        basis=one.basis,
        size=one.size,
        unit=price.unit,
        unit_low=price.low,
        unit_central=price.central,
        unit_high=price.high,
        factor=one.factor,
        works=tuple(works.id for works in price.works),
    )


def left_of(data: Dataset, by_id: Mapping[str, Candidate], one: LeftOut) -> Left:
    """Return what is left out, with the names of what stood in its way."""
    other = by_id.get(one.detail) or by_id.get(f"project:{one.detail}")
    return Left(
        **_subject(data, by_id[one.candidate]),
        why=one.why,
        detail=one.detail,
        detail_of=Subject(**_subject(data, other)) if other else _project(data, one.detail),
        shadow_bn=one.shadow_bn,
        source=one.source,
        year=one.year,
    )


def _project(data: Dataset, project: str) -> Subject | None:
    """Return a project of record that is no candidate: a parent of others, or an ended one."""
    row = data.rows["projects"].get(project)
    if row is None:
        return None
    names = {name: str(row[name]) for name in ("name_kk", "name_ru", "name_en")}
    return Subject(
        candidate=f"project:{project}",
        names=names,
        kind=PROJECT,
        subject=project,
        region=str(row["region"]),
        sector=str(row["sector"] or ""),
    )


def assumptions_of(
    parameters: Parameters, scenario: Scenario | None = None
) -> tuple[Assumption, ...]:
    """Return every number that planning rests on, those that a scenario moves marked."""
    moved = {(name, to) for name, to, _ in scenario.finance} if scenario else set()
    weights = {name for name, _ in scenario.weights} if scenario else set()
    finance = [
        _assumption(joined(*key), one, moved=key in moved)
        for key, one in parameters.finance.items()
    ]
    order = [
        _assumption(f"weight:{name}", one, moved=name in weights)
        for name, one in parameters.weights.items()
    ]
    return (*finance, *order)


def _assumption(name: str, one: Parameter, *, moved: bool) -> Assumption:
    source = one.source
    found = Assumption(name, one.value, one.unit, one.assumed, moved=moved, note=one.note)
    if source is None:
        return found
    return replace(found, source=source.id, source_title=source.title, source_url=source.url)
