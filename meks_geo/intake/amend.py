"""What an accepted file changes: the map of record as it stands taken away from what it says."""

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import geopandas as gpd
import pandas as pd

from meks_geo import facts, revisions, rolls
from meks_geo.amendment import CELLS, REFERENCES, REMOVED, REPLACED, Amendment
from meks_geo.dates import parse
from meks_geo.errors import Problem
from meks_geo.intake.model import CheckedTable, Verdict, cell_text
from meks_geo.model import ROLLS, Dataset, Schema
from meks_geo.validate import bounds
from meks_geo.vocabulary import Provenance, Standing

#: Tables whose rows are subjects with claims, and the column of a row's own date.
SUBJECTS = {"plants": "wear_date", "entities": "wear_date", "projects": "stated_on"}

_WEAR = ("wear_percent", "wear_basis")


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends a file, when, and what the file is called; `sha256` is that of its bytes."""

    author: str
    day: date
    file: str
    sha256: str

    @property
    def source_id(self) -> str:
        """Id of the intake; the ids of its sources begin with it."""
        return f"intake-{self.sha256[:8]}"


def amendment(
    verdict: Verdict,
    data: Dataset,
    schemas: Mapping[str, Schema],
    sender: Sender,
    *,
    replace: bool = False,
) -> Amendment:
    """Return what publishing a checked file would change.

    Networks replace those of each region and sector that the file holds. Of plants, entities and
    projects new ids are added, and of known ones the cells that differ; an empty cell says nothing.
    A changing figure becomes a claim, stated on the date of its row, else on the day of
    publication; one that only repeats what is known as of that day becomes none. A row of a
    register of the programme is the state of its revision, dated in the same way.

    Parameters
    ----------
    replace
        Take off the plants, entities, projects, contractors and manufacturers of the file's
        regions that the file lacks; of products those of its manufacturers, of procurement that
        of its projects.
    """
    tables = verdict.tables
    said = _Said(sender)
    for name in SUBJECTS:
        if name in tables:
            for row in _rows(tables[name], schemas[name]):
                said.take(name, row, data, schemas[name])
    for name in (one for one in ROLLS if one in tables):
        for row in _rows(tables[name], schemas[name]):
            said.cells += _roll_cells(name, row, data, sender.day)
    networks, replaced = _networks(tables.get("networks"), schemas["networks"])
    removed = _removed(tables, data) if replace else []
    return Amendment(
        id=sender.source_id,
        cells=pd.DataFrame(sorted(said.cells), columns=list(CELLS), dtype=object),
        claims=_frame(said.claims, schemas["claims"]),
        sources=_frame(said.sources, schemas["sources"]),
        removed=pd.DataFrame(sorted(removed), columns=list(REMOVED), dtype=object),
        replaced=replaced,
        networks=networks,
    )


def still_needed(amended: Amendment, data: Dataset, file: str) -> list[Problem]:
    """Return a `dangling-reference` for each removed object that something kept refers to."""
    gone = {str(table): set(ids) for table, ids in amended.removed.groupby("table")["id"]}
    if not gone:
        return []
    named = {
        (table, str(one), column): str(value)
        for table, column in REFERENCES
        for one, value in getattr(data, table)[column].items()
    }
    for row in amended.cells.itertuples():
        if (row.table, row.column) in REFERENCES:
            named[row.table, row.id, row.column] = row.value
    found = [
        _dangling(file, table, column, value, REFERENCES[table, column], one)
        for (table, one, column), value in named.items()
        if one not in gone.get(table, ()) and value in gone.get(REFERENCES[table, column], ())
    ]
    return found + _lines_that_need(gone.get("projects", set()), amended, data, file)


def _lines_that_need(
    gone: Collection[str], amended: Amendment, data: Dataset, file: str
) -> list[Problem]:
    if not gone:
        return []
    pairs = pd.MultiIndex.from_frame(amended.replaced[list(REPLACED)])
    kept = data.networks[~pd.MultiIndex.from_frame(data.networks[list(REPLACED)]).isin(pairs)]
    named = {
        text: str(line)
        for frame in (kept, amended.networks.set_index("network_id"))
        for line, text in frame["project_ids"].drop_duplicates().items()
    }
    return [
        _dangling(file, "networks", "project_ids", one, "projects", line)
        for text, line in named.items()
        for one in (part.strip() for part in text.split(";"))
        if one in gone
    ]


def _dangling(file: str, table: str, column: str, value: str, target: str, by: str) -> Problem:
    params = {"table": target, "nearest": by}
    return Problem("dangling-reference", file, None, column, value, params, table=table)


Cells = Mapping[str, str]


def _rows(table: CheckedTable, schema: Schema) -> Iterator[Cells]:
    """Yield the rows as text; an empty cell is left out."""
    id_column = schema.id_column
    for record in table.frame.to_dict("records"):
        texts = {str(name): cell_text(value) for name, value in record.items()}
        yield {name: text for name, text in texts.items() if text or name == id_column}


class _Said:
    """What the rows of a file say that the map of record does not."""

    def __init__(self, sender: Sender) -> None:
        """Begin with nothing."""
        self._sender = sender
        self._sources: dict[str, dict[str, str]] = {}
        self._claims: dict[str, dict[str, str]] = {}
        self.cells: list[tuple[str, str, str, str]] = []

    @property
    def claims(self) -> list[dict[str, str]]:
        """The claims, in an order that is not that of the rows."""
        order = ("subject_id", "attribute", "claim_id")
        return sorted(self._claims.values(), key=lambda claim: [claim[name] for name in order])

    @property
    def sources(self) -> list[dict[str, str]]:
        """The sources that claims and positions name."""
        return [self._sources[one] for one in sorted(self._sources)]

    def take(self, table: str, row: Cells, data: Dataset, schema: Schema) -> None:
        """Add what a row says."""
        subject = row[schema.id_column]
        known = data.rows[table].get(subject)
        identity = [c.name for c in schema.columns if c.kept == "identity" and c.intake]
        said = {name: row[name] for name in identity if name in row}
        if known is None:
            said = {"provenance": Provenance.OFFICIAL.value, **said}
        else:
            told = {name: text for name, text in said.items() if name != schema.id_column}
            said = {name: text for name, text in told.items() if not _same(text, known[name])}
        if {"lat", "lon"} & said.keys():
            said["location_source_id"] = self._source(row)
        self.cells += [(table, subject, name, text) for name, text in said.items()]
        for claim in _new_claims(table, row, data, schema, self._sender.day):
            source = self._source(row)
            parts = [subject, *claim.values()]
            claim_id = f"{source}-{_digest(parts)}"
            self._claims[claim_id] = {
                "claim_id": claim_id,
                "subject_id": subject,
                **claim,
                "standing": Standing.STANDS.value,
                "source_id": source,
            }

    def _source(self, row: Cells) -> str:
        """Return the id of the source of a row: the document it names, else the file."""
        source = {
            "title": row.get("source_title", "") or self._sender.file,
            "publisher": self._sender.author,
            "url": row.get("source_url", ""),
            "date": self._sender.day.isoformat(),
            "provenance": str(row.get("provenance", Provenance.OFFICIAL)),
        }
        source_id = f"{self._sender.source_id}-{_digest(source.values())}"
        self._sources[source_id] = {"source_id": source_id, **source}
        return source_id


def _roll_cells(
    table: str, row: Cells, data: Dataset, today: date
) -> Iterator[tuple[str, str, str, str]]:
    """Yield what a row of a register of the programme says that is new.

    A period that is not over yet, like no day at all, counts from the day of publication.
    """
    (id_column, one), *cells = row.items()
    known = data.rows[table].get(one)
    said = dict(cells)
    stated, dated = _stated(said.pop("stated_on", ""), today)
    if known is None:
        said = {id_column: one, "provenance": Provenance.OFFICIAL.value, **said}
    if known is None or dated:
        said["stated_on"] = stated
    new = [(k, v) for k, v in said.items() if known is None or not _same(v, known[k])]
    if new and "stated_on" not in said:
        new.append(("stated_on", stated))
    for name, text in new:
        yield table, one, name, text


def _digest(parts: Iterable[str]) -> str:
    return hashlib.sha256(json.dumps(list(parts)).encode()).hexdigest()[:12]


def _same(text: str, known: object) -> bool:
    return text == cell_text(known)


def _new_claims(
    table: str, row: Cells, data: Dataset, schema: Schema, today: date
) -> Iterator[dict[str, str]]:
    """Yield attribute, value and day of what a row says that is not known as of that day."""
    subject = row[schema.id_column]
    attributes = [c.name for c in schema.columns if c.kept == "claim" and c.intake]
    attributes += ["wear_basis"] if "wear_basis" in row else []
    day, dated = _stated(row.get(SUBJECTS[table], ""), today)
    for name in (one for one in attributes if one in row):
        of_row = table == "projects" or name in _WEAR
        stated, explicit = (day, dated) if of_row else (today.isoformat(), False)
        if not _is_known(data, subject, name, row[name], stated, explicit=explicit):
            yield {"attribute": name, "value": row[name], "stated_on": stated}


def _stated(text: str, day: date) -> tuple[str, bool]:
    """Return the day of a row's statements, and whether the row names it.

    A period that is not over yet would be invisible until its end: it counts from the day of
    publication.
    """
    if text and parse(text).last <= day:
        return text, True
    return day.isoformat(), False


def _is_known(
    data: Dataset, subject: str, attribute: str, value: str, stated: str, *, explicit: bool
) -> bool:
    claims = data.claims.get(subject, {}).get(attribute, ())
    if explicit:
        of_day = [c for c in claims if c.stated_on.text == stated]
        said = [c for c in of_day if c.standing == Standing.STANDS] or [
            c for c in of_day if c.standing == Standing.REGISTER
        ]
        return bool(said) and _equal(data, attribute, said[-1].value, value)
    figure = facts.fold(claims, parse(stated).last)
    return figure is not None and _equal(data, attribute, figure.value, value)


def _equal(data: Dataset, attribute: str, one: str, other: str) -> bool:
    kind = data.attributes[attribute].type
    try:
        if kind in ("number", "integer"):
            return float(one) == float(other)
        if kind == "bound":
            return bounds(one) == bounds(other)
    except ValueError:
        return False
    return one == other


def _networks(table: CheckedTable | None, schema: Schema) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    if table is None or table.frame.empty:
        none = pd.DataFrame({name: pd.Series([], dtype=object) for name in REPLACED})
        return revisions.empty_networks(schema), none
    frame = table.frame.copy()
    for column in schema.columns:
        if column.name not in frame.columns and column.type != "geometry":
            frame[column.name] = float("nan") if column.type in ("number", "integer") else ""
    frame["provenance"] = frame["provenance"].where(
        frame["provenance"] != "", Provenance.OFFICIAL.value
    )
    networks = revisions.typed_networks(frame, schema).sort_values("network_id", ignore_index=True)
    pairs = networks[list(REPLACED)].drop_duplicates()
    return networks, pairs.sort_values(list(REPLACED), ignore_index=True)


def _removed(tables: Mapping[str, CheckedTable], data: Dataset) -> list[tuple[str, str]]:
    found = []
    for name in (*SUBJECTS, *ROLLS):
        if name not in tables or tables[name].frame.empty:
            continue
        frame: pd.DataFrame = getattr(data, name)
        owner = rolls.OWNERS.get(name, "region")
        if owner not in tables[name].frame:
            continue
        held = set(tables[name].frame.iloc[:, 0])
        there = frame[owner].isin(set(tables[name].frame[owner]) - {""})
        found += [(name, str(one)) for one in frame.index[there] if one not in held]
    return found


def _frame(rows: list[dict[str, str]], schema: Schema) -> pd.DataFrame:
    names = [c.name for c in schema.columns]
    return pd.DataFrame(
        [{n: row.get(n, "") for n in names} for row in rows], columns=names, dtype=object
    )
