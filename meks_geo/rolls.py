"""Registers of the programme: who builds, who makes what, how far the buying has come.

A row is the state of its revision, like a line of a network, and known from the day on which it was
stated. Procurement is a row for each stage that a lot has reached: as of a day a lot stands where
its newest known row says.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from heapq import heappop, heappush

import pandas as pd

from meks_geo import facts, i18n
from meks_geo.dates import parse
from meks_geo.facts import Figure
from meks_geo.model import Dataset, Row
from meks_geo.view import View
from meks_geo.vocabulary import COUNTRY, UNKNOWN, Lang, ProcurementStage, Provenance

#: The column that says whose a row is, where it has no region of its own.
OWNERS: Mapping[str, str] = {"products": "manufacturer_id", "procurement": "project_id"}

_OWNER_TABLES = {"products": "manufacturers", "procurement": "projects"}
#: What is published of how much a list should hold: attribute of the country.
_PUBLISHED = {
    "contractors": "epc_contractors_analysed",
    "manufacturers": "domestic_manufacturers",
    "products": "product_items",
}
_NAMES = tuple(f"name_{lang}" for lang in Lang)
_SEARCHED = (*_NAMES, "bin", "specialisation", "address", "product_code", "lot", "supplier")
_ORDER = {stage: place for place, stage in enumerate(ProcurementStage)}


@dataclass(frozen=True, slots=True)
class Part:
    """Rows of a register that may be counted together: `name` is `reported` or `synthetic`."""

    name: str
    rows: pd.DataFrame


@dataclass(frozen=True, slots=True)
class Lot:
    """What is bought for a project: the rows of its stages, the one where it stands last.

    `lot` is its number or announcement as published, "" where none is named.
    """

    project: str
    lot: str
    steps: tuple[Row, ...]

    @property
    def now(self) -> Row:
        """Where it stands."""
        return self.steps[-1]


def regions(data: Dataset, table: str) -> pd.Series:
    """Return the region of each row of a table that comes in, by id; "" where it has none.

    A product has that of its manufacturer, procurement that of its project.
    """
    return _of_rows(data, table, "region")


def sectors(data: Dataset, table: str) -> pd.Series:
    """Return the sector of each row, by id: its own, else that of its owner, else ""."""
    frame: pd.DataFrame = getattr(data, table)
    owners = _of_owner(data, table, "sector")
    if "sector" not in frame:
        return owners
    own = frame["sector"]
    return own.where(own != "", owners)


def _of_rows(data: Dataset, table: str, column: str) -> pd.Series:
    frame: pd.DataFrame = getattr(data, table)
    return frame[column] if column in frame else _of_owner(data, table, column)


def _of_owner(data: Dataset, table: str, column: str) -> pd.Series:
    frame: pd.DataFrame = getattr(data, table)
    if table not in OWNERS:
        return pd.Series("", index=frame.index, dtype=object)
    owners = data.rows[_OWNER_TABLES[table]]
    found = [str(owners.get(one, {}).get(column, "")) for one in frame[OWNERS[table]]]
    return pd.Series(found, index=frame.index, dtype=object)


def is_known(row: Row, at: date) -> bool:
    """Return whether a row was stated by a day; one without a day always was."""
    return not row["stated_on"] or parse(str(row["stated_on"])).last <= at


def select(data: Dataset, view: View, table: str) -> pd.DataFrame:
    """Return the rows of a register that a view lets through, in the order of the register.

    Of its filters day, region, sector, provenance and text count. A lot that is found keeps the
    rows of all its stages. The frame is new, with the columns of the register.
    """
    frame: pd.DataFrame = getattr(data, table)
    rows = data.rows[table]
    places, branches = regions(data, table), sectors(data, table)
    kept = [
        one
        for one, row in rows.items()
        if is_known(row, view.at)
        and (not view.provenance or row["provenance"] in view.provenance)
        and (not view.region or places[one] in view.region)
        and (not view.sector or (branches[one] or UNKNOWN) in view.sector)
    ]
    asked = i18n.search_key(view.q).split()
    if not asked:
        return frame.loc[kept].copy()
    found = {one for one in kept if _is_found(data, table, one, str(places[one]), asked)}
    if table == "procurement":
        hit = {_lot_key(rows[one]) for one in found}
        found = {one for one in kept if _lot_key(rows[one]) in hit}
    return frame.loc[[one for one in kept if one in found]].copy()


def _is_found(data: Dataset, table: str, one: str, region: str, asked: Sequence[str]) -> bool:
    """Return whether every word begins a word of the row, of its owner or of its region."""
    row = data.rows[table][one]
    words = [one, *(str(row.get(name, "")) for name in _SEARCHED)]
    around = [data.rows["regions"].get(region, {})]
    if table in OWNERS:
        around.append(data.rows[_OWNER_TABLES[table]].get(row[OWNERS[table]], {}))
    if table == "procurement":
        around.append(data.rows["contractors"].get(row["contractor_id"], {}))
    words += [str(other.get(name, "")) for other in around for name in _NAMES]
    among = f" {i18n.search_key(' '.join(words))}"
    return all(f" {word}" in among for word in asked)


def parts(frame: pd.DataFrame) -> tuple[Part, ...]:
    """Return the reported rows and the synthetic ones, each only where there are any."""
    made_up = frame["provenance"] == Provenance.SYNTHETIC
    found = (Part("reported", frame[~made_up]), Part("synthetic", frame[made_up]))
    return tuple(part for part in found if len(part.rows))


def is_made_up(row: Row) -> bool:
    """Return whether a row is synthetic."""
    return bool(row["provenance"] == Provenance.SYNTHETIC)


def items(data: Dataset, at: date) -> Mapping[tuple[str, bool], int]:
    """Return how many products each manufacturer has as of a day, synthetic ones apart."""
    known = (row for row in data.rows["products"].values() if is_known(row, at))
    return Counter((str(row["manufacturer_id"]), is_made_up(row)) for row in known)


def in_list(data: Dataset, table: str, at: date) -> int:
    """Return how many reported rows a register holds as of a day; a lot counts once."""
    known = [row for row in data.rows[table].values() if is_known(row, at)]
    reported = [row for row in known if not is_made_up(row)]
    if table == "procurement":
        return len({_lot_key(row) for row in reported})
    return len(reported)


def published(data: Dataset, table: str, at: date) -> Figure | None:
    """Return the count that was published of a register as of a day; None for none."""
    if table not in _PUBLISHED:
        return None
    return facts.figures(data, COUNTRY, at).get(_PUBLISHED[table])


def by_region(data: Dataset, table: str, rows: pd.DataFrame) -> dict[str, int]:
    """Return how many rows each region has, the country under its own code, "" for unknown ones.

    Of procurement lots are counted, not the stages of each.
    """
    where = regions(data, table)
    if table == "procurement":
        places = [str(where[str(lot.now["procurement_id"])]) for lot in lots(rows)]
    else:
        places = [str(one) for one in where.loc[rows.index]]
    counts = pd.Series(places, dtype=object).value_counts(sort=False)
    return {str(region): int(count) for region, count in counts.items()}


def lots(rows: pd.DataFrame) -> tuple[Lot, ...]:
    """Return the lots of rows of procurement, in the order in which each first stands there.

    The stages of a lot are in the order of `_in_order`.
    """
    groups: dict[tuple[str, str, bool], list[Row]] = {}
    for one, row in rows.to_dict("index").items():
        whole = {"procurement_id": str(one), **row}
        groups.setdefault(_lot_key(whole), []).append(whole)
    return tuple(Lot(project, lot, _in_order(steps)) for (project, lot, _), steps in groups.items())


def lots_of(data: Dataset, project: str, at: date) -> tuple[Lot, ...]:
    """Return the lots of a project as of a day; synthetic ones only of a synthetic project."""
    frame = data.procurement[data.procurement["project_id"] == project]
    made_up = data.rows["projects"][project]["provenance"] == Provenance.SYNTHETIC
    kept = [
        is_known(row, at) and (made_up or row["provenance"] != Provenance.SYNTHETIC)
        for row in frame.to_dict("records")
    ]
    return lots(frame[kept])


def stage_counts(found: Sequence[Lot]) -> Iterator[tuple[str, int]]:
    """Yield each stage at which lots stand, in the order of a lot's life, with their number."""
    for stage in ProcurementStage:
        count = sum(1 for lot in found if lot.now["procurement_stage"] == stage)
        if count:
            yield stage, count


def supplier(data: Dataset, row: Row, lang: str) -> str:
    """Return who supplies: the contractor of the register, else the name as published, else ""."""
    contractor = data.rows["contractors"].get(row["contractor_id"])
    return i18n.name(lang, contractor) if contractor else str(row["supplier"])


def _lot_key(row: Row) -> tuple[str, str, bool]:
    return str(row["project_id"]), str(row["lot"]), is_made_up(row)


def _in_order(steps: Sequence[Row]) -> tuple[Row, ...]:
    """Return stages in the order of their dates.

    A stage that ended before another began stands before it. Of those that nothing left has to
    stand before, as of `2026` and a day of that year, the earlier one of a lot's life comes first.
    """
    days = [parse(str(one["stage_date"])) for one in steps]
    begins = sorted(range(len(steps)), key=lambda one: days[one].first, reverse=True)
    ends = sorted(begins, key=lambda one: days[one].last, reverse=True)
    free: list[tuple[int, int]] = []
    found: dict[int, Row] = {}
    while len(found) < len(steps):
        while ends[-1] in found:
            ends.pop()
        while begins and days[begins[-1]].first <= days[ends[-1]].last:
            one = begins.pop()
            heappush(free, (_ORDER[ProcurementStage(steps[one]["procurement_stage"])], one))
        _, one = heappop(free)
        found[one] = steps[one]
    return tuple(found.values())
