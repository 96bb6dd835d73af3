"""The things of the map of record, as frozen values, and the table schemas of `data/schema/`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import geopandas as gpd
import pandas as pd

from meks_geo.dates import Period
from meks_geo.lines import Lines

Row = Mapping[str, Any]

#: Registers of the programme: no list of them ships, each comes in as a file.
ROLLS = ("contractors", "manufacturers", "products", "procurement")


def records(frame: pd.DataFrame) -> dict[str, Row]:
    """Return the rows of a frame as mappings by id; much faster to read one by one."""
    ids = (str(one) for one in frame.index)
    return dict(zip(ids, frame.to_dict("records"), strict=True))


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table; the fields are those of `data/schema/README.md`."""

    name: str
    type: str
    unit: str
    required: bool
    vocabulary: str
    kept: str
    intake: bool


@dataclass(frozen=True, slots=True)
class Schema:
    """Columns of a table in order; the first is its id."""

    table: str
    columns: tuple[Column, ...]

    @property
    def id_column(self) -> str:
        """Name of the id column."""
        return self.columns[0].name


@dataclass(frozen=True, slots=True)
class Attribute:
    """What a claim may speak of."""

    name: str
    subjects: frozenset[str]
    type: str
    unit: str
    vocabulary: str


@dataclass(frozen=True, slots=True)
class Source:
    """Where a statement was published; `date` may be partial or empty."""

    id: str
    title: str
    publisher: str
    url: str
    date: str
    provenance: str

    def as_json(self) -> dict[str, str]:
        """Return it as the command line prints it."""
        return {"id": self.id, "title": self.title, "url": self.url, "date": self.date}


@dataclass(frozen=True, slots=True)
class Claim:
    """Who said what, about which thing, on which day, in which source."""

    id: str
    subject: str
    attribute: str
    value: str
    stated_on: Period
    standing: str
    scheme: str
    source: str
    paraphrase: str
    note: str
    order: int


@dataclass(frozen=True, slots=True)
class ZoneRule:
    """Wear above `above_percent` (percent) is in `zone` for a sector, from a day on."""

    scheme: str
    sector: str
    zone: str
    above_percent: float
    in_force_from: Period
    assumed: bool
    source: str
    note: str


@dataclass(frozen=True, slots=True, eq=False)
class Base:
    """Geometry of the base map, EPSG:4326; bases of one `digest` are the same."""

    digest: str
    regions: gpd.GeoDataFrame  # region
    outline: gpd.GeoDataFrame
    lakes: gpd.GeoDataFrame  # lake_id, name_kk, name_ru, name_en
    neighbours: gpd.GeoDataFrame  # kind: land, border

    def __eq__(self, other: object) -> bool:
        """Compare digests: frames cannot be compared cheaply."""
        return isinstance(other, Base) and self.digest == other.digest

    def __hash__(self) -> int:
        """Hash what `__eq__` compares."""
        return hash(self.digest)


@dataclass(frozen=True, eq=False)
class Dataset:
    """One revision of the map of record, read-only.

    Tables are frames indexed by id, in the order of their register; text cells that are empty
    hold "", numbers that are unknown hold NaN. `claims` is by subject, then attribute, in file
    order; `words` gives a free text of the registers by language.
    """

    revision: str
    base: Base
    places: pd.DataFrame
    regions: pd.DataFrame
    plants: pd.DataFrame
    projects: pd.DataFrame
    entities: pd.DataFrame
    indicators: pd.DataFrame
    kpis: pd.DataFrame
    contractors: pd.DataFrame
    manufacturers: pd.DataFrame
    products: pd.DataFrame
    procurement: pd.DataFrame
    backbone: pd.DataFrame
    substations: pd.DataFrame
    schemes: pd.DataFrame
    rules: tuple[ZoneRule, ...]
    sources: Mapping[str, Source]
    attributes: Mapping[str, Attribute]
    claims: Mapping[str, Mapping[str, tuple[Claim, ...]]]
    words: Mapping[str, Mapping[str, str]]
    read_networks: Callable[[], gpd.GeoDataFrame]
    read_lines: Callable[[], Lines]
    read_line_sources: Callable[[], Mapping[tuple[str, str], Source]] = dict

    @cached_property
    def middles(self) -> Mapping[str, tuple[float, float]]:
        """A point well inside each region by its code: latitude and longitude in degrees."""
        regions = self.base.regions
        points = zip(regions["region"], regions.representative_point(), strict=True)
        return {str(code): (round(at.y, 4), round(at.x, 4)) for code, at in points}

    @cached_property
    def networks(self) -> gpd.GeoDataFrame:
        """The networks by id, columns of their schema and geometry (EPSG:4326); read when asked."""
        return self.read_networks()

    @cached_property
    def lines(self) -> Lines:
        """The same networks by column, for work on all of them; read when asked."""
        return self.read_lines()

    @cached_property
    def line_sources(self) -> Mapping[tuple[str, str], Source]:
        """The files that networks came with, by region and sector; none for the shipped ones."""
        return self.read_line_sources()

    @cached_property
    def rows(self) -> Mapping[str, Mapping[str, Row]]:
        """The rows of each subject table and of places and regions by id, for single look-ups."""
        names = (
            *("plants", "projects", "entities", "places", "regions"),
            *("backbone", "substations", *ROLLS),
        )
        return {name: records(getattr(self, name)) for name in names}

    def subject_type(self, subject: str) -> str:
        """Return plant, project, entity, country, region or line; "" for an unknown id."""
        for kind, table in (("plant", "plants"), ("project", "projects"), ("entity", "entities")):
            if subject in self.rows[table]:
                return kind
        if subject in self.rows["regions"]:
            return "country" if self.rows["regions"][subject]["kind"] == "country" else "region"
        return "line" if self.lines.number(subject) is not None else ""
