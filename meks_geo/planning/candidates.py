"""What could be modernised: one candidate a plant, entity, network group, project, region, city.

A candidate says what is known of it and from where; what is not known is None, never zero. A region
or city is a candidate by its published figure; an entity, a network group or a project of it is a
part of it, and never planned beside it.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from meks_geo.validate import bounds
from meks_geo.vocabulary import Provenance, Sector, Zone

#: Kinds of candidates, as their ids begin.
PLANT, ENTITY, NETWORK, PROJECT, REGION, CITY = (
    "plant", "entity", "network", "project", "region", "city",
)  # fmt: skip

#: What the combined figure of a region is of.
COMBINED = (Sector.HEAT, Sector.WATER, Sector.WASTEWATER)

_NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Pipes:
    """Kilometres in red of one diameter and voltage; None where it is unknown."""

    diameter_mm: float | None
    voltage_kv: float | None
    km: float


@dataclass(frozen=True, slots=True)
class Candidate:
    """What is known of one candidate.

    Parameters
    ----------
    id
        `kind:id`.
    names
        name_kk, name_ru, name_en; empty where only region, sector and operator tell what it is.
    sector
        Of networks; "" for a plant and for a project of one.
    wear, wear_low, wear_high
        Percent as published, and its interval; "" and None for unknown.
    length_km, red_km, unknown_km
        Length in all, in red, and of unknown wear, by the lines of the map where it has any. Lines
        in red that a project is renewing already are in none of its red sums.
    worn_red_km, worn_bound_km
        Kilometres in red, each times its wear from 0 to 1, of a bound the low end; and what of it
        no mean knows, for its wear is a bound.
    pipes
        The red kilometres by diameter and voltage.
    zone, zone_basis
        As shown on the map.
    cost_bn_kzt, cost_year
        Published cost, and the year in which it was stated.
    funding
        Source of money of a project, as published.
    new_build
        Whether it adds a plant or a line instead of renewing one.
    under_way
        The project by which it is already under works; "" for none.
    projects
        Projects that its lines on the map name.
    wholes
        Candidates of which it is a part.
    provenance
        "" for lines of several.
    sources
        Source by what it is the source of.
    """

    id: str
    names: Mapping[str, str]
    region: str
    sector: str = ""
    place: str = ""
    wear: str = ""
    wear_low: float | None = None
    wear_high: float | None = None
    length_km: float | None = None
    red_km: float | None = None
    unknown_km: float | None = None
    worn_red_km: float | None = None
    worn_bound_km: float = 0.0
    pipes: tuple[Pipes, ...] = ()
    electric_mw: float | None = None
    heat_gcal_h: float | None = None
    zone: str = Zone.UNKNOWN
    zone_basis: str = ""
    people: float | None = None
    incidents: float | None = None
    revenue_bn_kzt: float | None = None
    cost_bn_kzt: float | None = None
    cost_year: int | None = None
    status: str = ""
    funding: str = ""
    new_build: bool = False
    under_way: str = ""
    superseded: bool = False
    projects: tuple[str, ...] = ()
    wholes: tuple[str, ...] = ()
    provenance: str = Provenance.PRESS
    sources: Mapping[str, str] = field(default_factory=lambda: _NOTHING)

    @property
    def kind(self) -> str:
        """What it is, as its id begins."""
        return self.id.partition(":")[0]

    @property
    def subject(self) -> str:
        """Its id without the kind; of a plant, entity or project the id of the register."""
        return self.id.partition(":")[2]

    @property
    def lacks(self) -> tuple[str, ...]:
        """What is not known of it, by the names of columns."""
        if self.kind == PROJECT:
            wanted = {"cost_bn_kzt": self.cost_bn_kzt, "length_km": self.length_km}
        elif self.kind == PLANT:
            wanted = {"electric_mw": self.electric_mw}
        else:
            wanted = {"length_km": self.length_km}
        wanted |= {"wear_percent": self.wear_low, "people": self.people}
        wanted |= {"revenue_bn_kzt": self.revenue_bn_kzt}
        return tuple(name for name, value in wanted.items() if value is None)


def interval(wear: str) -> tuple[float | None, float | None]:
    """Return the ends of a published wear in percent; None for both where it is unknown."""
    if not wear:
        return None, None
    low, high = bounds(wear)
    return low, high


def known(value: object) -> float | None:
    """Return a number of a frame; None for one that is not known."""
    number = float(value) if isinstance(value, int | float | str) and value != "" else math.nan
    return None if math.isnan(number) else number
