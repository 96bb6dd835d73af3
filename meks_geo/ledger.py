"""The ledger of the red zone: what entered it or left it between two days, and why.

Every day on which a zone can change is looked at, not the two ends alone. A zone changes by a
statement or by a new threshold; both are told apart. What was not known before and is red now has
not entered: it was *found* red. Unknown is never a zone.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import partial
from typing import NamedTuple

import numpy as np
import pandas as pd

from meks_geo import networks, queries, zones
from meks_geo.dates import Period, parse
from meks_geo.facts import fold
from meks_geo.kpirules import Rules
from meks_geo.lines import ZONES
from meks_geo.model import Claim, Dataset, Row, ZoneRule
from meks_geo.state import State, as_of
from meks_geo.vocabulary import OUT_OF_RED, Provenance, Scope, Standing, Zone

_DECLARED, _WEAR, _LENGTH = "zone_declared", "wear_percent", "length_km"
_SCOPES = (Scope.COUNTRY, Scope.REGION, Scope.CITY)
_REPORTED = (Provenance.OFFICIAL, Provenance.PRESS, Provenance.SCHEMATIC)


class Way(StrEnum):
    """What happened: `found` is red of which the zone before is not known."""

    ENTERED = "entered"
    LEFT = "left"
    FOUND = "found"


class Known(NamedTuple):
    """The zone of a thing on a day.

    Parameters
    ----------
    zone
        Code of `Zone`, or `out of red`.
    basis
        `declared`, `computed` or "".
    wear, length_km
        As published; "" and None where unknown.
    stated_on, source
        Of the statement that it rests on; "" for none.
    came_from
        The zone that the statement itself says the thing came from; "" for none.
    assumed
        The threshold of the red zone by which it is computed is assumed.
    """

    zone: str
    basis: str = ""
    wear: str = ""
    length_km: float | None = None
    stated_on: str = ""
    source: str = ""
    came_from: str = ""
    assumed: bool = False


Step = tuple[Way, date, "Known", "Known"]


@dataclass(frozen=True, slots=True)
class Crossing:
    """One thing that entered or left the red zone.

    Parameters
    ----------
    kind
        `plant`, `entity`, or the scope of a published figure: `country`, `region`, `city`.
    subject
        Id of the plant or entity; else the code of the region or the id of the place.
    sector
        Of an entity or a figure; "" for a plant.
    day
        On which it became known.
    cause
        `statement` or `rule`.
    before, now
        What was known of it.
    cost_bn_kzt
        Sum over its projects of record; None where no cost is known.
    """

    kind: str
    subject: str
    sector: str
    region: str
    way: Way
    day: date
    cause: str
    before: Known
    now: Known
    cost_bn_kzt: float | None


def crossings(data: Dataset, rules: Rules, since: date, at: date) -> tuple[Crossing, ...]:
    """Return what entered, left or was found in the red zone between two days.

    Parameters
    ----------
    data
        A revision; never changed.
    rules
        They say which statements name the zone that a plant came from.
    since, at
        Changes after the first day and up to the second one.

    Returns
    -------
    crossings
        By day, the newest first. Empty where `since` is not before `at`. Doubtful statements and
        figures of operators are left out: an operator has the wear of an entity.
    """
    found = [
        *_of_plants(data, rules, since, at),
        *_of_entities(data, since, at),
        *_of_figures(data, since, at),
    ]
    return tuple(sorted(found, key=lambda one: one.day, reverse=True))


def _walk(
    known_on: Callable[[date], Known], days: Iterable[date], since: date, at: date
) -> Iterable[Step]:
    """Yield each step over the edge of the red zone, looking at the days in their order."""
    before = known_on(since)
    for day in sorted({one for one in days if since < one <= at}):
        now = known_on(day)
        way = _way(before, now)
        if way is not None:
            yield way, day, before, now
        if now.zone != Zone.UNKNOWN or before.zone == Zone.UNKNOWN:
            before = now


def _way(before: Known, now: Known) -> Way | None:
    said = before.zone if before.zone != Zone.UNKNOWN else now.came_from
    was_red = None if said in ("", Zone.UNKNOWN) else said == Zone.RED
    if now.zone == Zone.UNKNOWN or (now.zone == Zone.RED) == was_red:
        return None
    if now.zone == Zone.RED:
        return Way.FOUND if was_red is None else Way.ENTERED
    return Way.LEFT if was_red else None


# -- plants and entities ---------------------------------------------------------------------------


def _of_plants(data: Dataset, rules: Rules, since: date, at: date) -> Iterable[Crossing]:
    state = as_of(data, at)
    for plant, row in state.plant_rows.items():
        claims = data.claims.get(plant, {})
        declared = claims.get(_DECLARED, ())
        wears = claims.get(_WEAR, ())
        known_on = partial(_declared, declared, wears, rules.moves)
        for step in _walk(known_on, _days(declared), since, at):
            region = str(row["region"])
            yield _crossing(("plant", plant, "", region), step, state, row["project_ids"])


def _declared(
    claims: Sequence[Claim], wears: Sequence[Claim], moves: Mapping[str, str], day: date
) -> Known:
    """Return the declared zone of a plant on a day."""
    figure, wear = fold(claims, day), fold(wears, day)
    if figure is None:
        return Known(Zone.UNKNOWN)
    said = figure.claim
    return Known(
        said.value,
        "declared",
        wear.value if wear else "",
        stated_on=said.stated_on.text,
        source=said.source,
        came_from=moves.get(said.id, ""),
    )


def _of_entities(data: Dataset, since: date, at: date) -> Iterable[Crossing]:
    state = as_of(data, at)
    for entity, row in data.rows["entities"].items():
        claims, sector = data.claims.get(entity, {}), str(row["sector"])
        known_on = partial(_worn, data.rules, claims, sector)
        days = _days(claims.get(_WEAR, ())) | _rule_days(data, sector)
        mine = state.projects["entity_id"] == entity
        for step in _walk(known_on, days, since, at):
            about = ("entity", entity, sector, str(row["region"]))
            yield _crossing(about, step, state, state.projects.index[mine])


def _worn(
    rules: Sequence[ZoneRule], claims: Mapping[str, Sequence[Claim]], sector: str, day: date
) -> Known:
    """Return the zone of an entity on a day, by the rules in force on it."""
    figure, length = fold(claims.get(_WEAR, ()), day), fold(claims.get(_LENGTH, ()), day)
    if figure is None:
        return Known(Zone.UNKNOWN)
    said = figure.claim
    found = Known(
        Zone.UNKNOWN,
        wear=said.value,
        length_km=_number(length.value if length else ""),
        stated_on=said.stated_on.text,
        source=said.source,
    )
    return _computed(rules, sector, day, found)


def _computed(
    rules: Sequence[ZoneRule], sector: str, day: date, found: Known, declared: str = ""
) -> Known:
    """Return a published wear with its zone: declared, else by the rules in force on the day."""
    force = zones.rules_in_force(rules, sector, day)
    shown = zones.shown(declared, zones.compute(force, found.wear))
    return found._replace(
        zone=declared if declared == OUT_OF_RED else shown.zone,
        basis=shown.basis,
        assumed=shown.basis == "computed" and any(r.assumed for r in force if r.zone == Zone.RED),
    )


def _crossing(
    about: tuple[str, str, str, str], step: Step, state: State, projects: Iterable[str]
) -> Crossing:
    """Return a step over the edge as an entry of the ledger."""
    way, day, before, now = step
    kind, subject, sector, region = about
    same = (before.wear, before.stated_on, before.source) == (now.wear, now.stated_on, now.source)
    return Crossing(
        kind=kind,
        subject=subject,
        sector=sector,
        region=region,
        way=way,
        day=day,
        cause="rule" if same and now.basis == "computed" else "statement",
        before=before,
        now=now,
        cost_bn_kzt=_cost(state, list(projects)),
    )


def _days(claims: Sequence[Claim]) -> set[date]:
    return {c.stated_on.last for c in claims}


def _rule_days(data: Dataset, sector: str) -> set[date]:
    return {r.in_force_from.last for r in data.rules if r.sector == sector}


def _number(text: object) -> float | None:
    try:
        found = float(str(text))
    except ValueError:
        return None
    return None if np.isnan(found) else found


def _cost(state: State, projects: Sequence[str]) -> float | None:
    """Return the cost of projects in bn KZT, a parent never with its children."""
    if not any(state.project_rows[one]["cost_bn_kzt"] >= 0 for one in projects):
        return None
    return queries.totals(state.plants[:0], state.projects.loc[projects]).cost_bn_kzt


# -- published figures -----------------------------------------------------------------------------


def _of_figures(data: Dataset, since: date, at: date) -> Iterable[Crossing]:
    """Yield the crossings of the published wear of the country, of regions and of cities."""
    groups: dict[tuple[str, str, str, str], list[tuple[Period, Row]]] = {}
    for row in data.indicators.to_dict("records"):
        counted = row["scope"] in _SCOPES and row["standing"] == Standing.STANDS
        if counted and row["wear_percent"]:
            about = (row["scope"], row["place_id"] or row["region"], row["sector"], row["region"])
            groups.setdefault(about, []).append((parse(row["stated_on"]), row))
    state = as_of(data, at)
    for about, said in groups.items():
        scope, subject, sector, region = about
        days = {p.last for p, _ in said} | _rule_days(data, sector)
        for step in _walk(partial(_published, data.rules, said), days, since, at):
            mine = [] if scope == Scope.COUNTRY else _projects_of(state, region, subject, sector)
            yield _crossing(about, step, state, mine)


def _published(rules: Sequence[ZoneRule], said: Sequence[tuple[Period, Row]], day: date) -> Known:
    """Return the zone of the newest figure on a day."""
    seen = [(p.first, n) for n, (p, _) in enumerate(said) if p.last <= day]
    if not seen:
        return Known(Zone.UNKNOWN)
    row = said[max(seen)[1]][1]
    found = Known(
        Zone.UNKNOWN,
        wear=str(row["wear_percent"]),
        length_km=_number(row["length_km"]),
        stated_on=str(row["stated_on"]),
        source=str(row["source_id"]),
    )
    return _computed(rules, str(row["sector"]), day, found, str(row["zone_declared"]))


def _projects_of(state: State, region: str, subject: str, sector: str) -> list[str]:
    """Return the projects of that sector in a region, or in a city of it."""
    table = state.projects
    mine = (table["region"] == region) & (table["sector"] == sector)
    if subject != region:
        mine &= table["place_id"] == subject
    return list(table.index[mine])


# -- lines -----------------------------------------------------------------------------------------


def red_km(data: Dataset, since: date, at: date) -> pd.DataFrame:
    """Return the kilometres of reported lines in the red zone on two days.

    Returns
    -------
    sums
        region, sector, red_before, red_now, unknown_before, unknown_now (km on the ellipsoid).
        A red sum is NaN where no line of the group has a known zone on that day. Groups of which
        nothing is known on either day are left out; so are synthetic lines.
    """
    sides = {}
    for name, day in (("before", since), ("now", at)):
        found = networks.by(
            networks.of_provenance(data, day, _REPORTED), "region", "sector", "zone"
        )
        km = found.pivot_table(index=["region", "sector"], columns="zone", values="km")
        km = km.reindex(columns=list(ZONES)).fillna(0.0)
        classed = km.drop(columns=Zone.UNKNOWN).sum(axis=1)
        sides[f"red_{name}"] = km[Zone.RED].where(classed > 0)
        sides[f"unknown_{name}"] = km[Zone.UNKNOWN]
    sums = pd.DataFrame(sides).round(3)
    known = sums[["red_before", "red_now"]].notna().any(axis=1)
    return sums[known].reset_index()
