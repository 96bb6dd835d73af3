"""The operators of a view: which natural monopoly entities it lets through, and their zones."""

from collections.abc import Mapping

import numpy as np

from meks_geo import zones
from meks_geo.i18n import search_key
from meks_geo.model import Dataset, Row
from meks_geo.queries import Selection
from meks_geo.state import State
from meks_geo.validate import bounds
from meks_geo.view import View
from meks_geo.vocabulary import UNKNOWN, Lang
from meks_geo.zones import Shown


def passing_entities(data: Dataset, selection: Selection) -> dict[str, Shown]:
    """Return the entities that a view lets through, with the zone that is shown of each.

    The rules are those of lines: an entity has no kind, so a filter on it leaves it only for
    `unknown`; with a filter of a project, one such project must name it.
    """
    view, state = selection.view, selection.state
    owners = None
    if selection.asked is not None:
        owners = set(state.projects.loc[list(selection.asked), "entity_id"])
    found: dict[str, Shown] = {}
    for entity, row in data.rows["entities"].items():
        zone = shown_zone(data, state, entity)
        passing = (
            (owners is None or entity in owners)
            and _passes(view, row, zone.zone)
            and _wear_passes(state, entity, view)
            and _is_found(data, view.q, entity, row)
        )
        if passing:
            found[entity] = zone
    return found


def shown_zone(data: Dataset, state: State, entity: str) -> Shown:
    """Return the zone of an entity as of the day: the declared one, else by the rules in force."""
    facts = state.facts[entity]
    declared, wear = (
        facts[name].value if name in facts else "" for name in ("zone_declared", "wear_percent")
    )
    rules = zones.rules_in_force(data.rules, data.rows["entities"][entity]["sector"], state.at)
    return zones.shown(declared, zones.compute(rules, wear))


def _passes(view: View, row: Row, zone: str) -> bool:
    asked: Mapping[str, tuple[tuple[str, ...], object]] = {
        "region": (view.region, row["region"]),
        "city": (view.city, row["place_id"]),
        "sector": (view.sector, row["sector"]),
        "kind": (view.kind, ""),
        "zone": (view.zone, zone),
        "provenance": (view.provenance, row["provenance"]),
    }
    return all(not wanted or (value or UNKNOWN) in wanted for wanted, value in asked.values())


def _wear_passes(state: State, entity: str, view: View) -> bool:
    if view.wear is None:
        return True
    figure = state.facts[entity].get("wear_percent")
    low, high = bounds(figure.value) if figure else (np.nan, np.nan)
    return bool(view.wear.overlaps(np.array([low]), np.array([high]))[0])


def _is_found(data: Dataset, text: str, entity: str, row: Row) -> bool:
    """Return whether every word of a text begins a word of the entity's names or its region's."""
    words = search_key(text).split()
    around = data.rows["regions"].get(row["region"], {})
    named = [entity, *(str(one.get(f"name_{c}", "")) for one in (row, around) for c in Lang)]
    among = f" {search_key(' '.join(named))}"
    return all(f" {word}" in among for word in words)
