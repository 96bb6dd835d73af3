"""The shipped registers: CSV files and their schemas, read strictly and checked as a whole.

A helper of `store`, which alone decides which folders these are.
"""

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from meks_geo import validate
from meks_geo.errors import Problem
from meks_geo.model import ROLLS, Attribute, Column, Schema
from meks_geo.validate import RawRow
from meks_geo.vocabulary import LISTS

if TYPE_CHECKING:
    import _csv

__all__ = [
    "NOT_SHIPPED",
    "PARAMETERS",
    "PLACES",
    "Schema",
    "attributes_of",
    "read",
    "read_parameters",
    "read_schemas",
]

#: What planning and ratings assume: in `data/`, with schemas, but no facts: no part of a revision.
PARAMETERS = frozenset(
    {
        *("unit_costs", "finance", "priority"),
        *("kpi_rules", "kpi_kinds", "kpi_links", "zone_moves"),
    }
)

#: Tables that have a schema but no shipped register.
NOT_SHIPPED = frozenset({"networks"}) | PARAMETERS

_SUBJECTS = {"plants": "plant", "projects": "project", "entities": "entity"}
_MAX_BYTES = 50_000_000


def _column(name: str, kind: str, vocabulary: str = "", *, required: bool = False) -> Column:
    return Column(name, kind, "", required, vocabulary, "identity", False)


#: Places lie in `geo/`, beside the geometry they label.
PLACES = Schema(
    "places",
    (
        _column("place_id", "id", required=True),
        _column("name_kk", "text", required=True),
        _column("name_ru", "text", required=True),
        _column("name_en", "text", required=True),
        _column("region", "ref", "regions", required=True),
        _column("lat", "number", required=True),
        _column("lon", "number", required=True),
        _column("rank", "integer", "1..4", required=True),
        _column("role", "text"),
        _column("source", "text"),
    ),
)


def read_schemas(data: Path) -> dict[str, Schema]:
    """Return the schema of every table of `data/schema/`, by table name."""
    schemas = {}
    for path in sorted((data / "schema").glob("*.csv")):
        if path.stem == "attributes":
            continue
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file, strict=True))
        schemas[path.stem] = Schema(
            path.stem,
            tuple(
                Column(
                    name=row["column"],
                    type=row["type"],
                    unit=row["unit"],
                    required=row["required"] == "yes",
                    vocabulary=row["vocabulary"],
                    kept=row["kept"],
                    intake=row["intake"] == "yes",
                )
                for row in rows
            ),
        )
    return schemas


def attributes_of(table: pd.DataFrame) -> dict[str, Attribute]:
    """Return the attributes of a frame with the columns of `data/schema/attributes.csv`."""
    return {
        row.attribute: Attribute(
            row.attribute, frozenset(row.subjects.split(";")), row.type, row.unit, row.vocabulary
        )
        for row in table.itertuples()
    }


def shipped(schema: Schema) -> Schema:
    """Return the schema of the shipped register: changing columns are claims, not cells."""
    return Schema(schema.table, tuple(c for c in schema.columns if c.kept == "identity"))


def no_rows(schema: Schema) -> pd.DataFrame:
    """Return an empty table with the columns of a schema: numbers as floats, all else text."""
    kinds = {c.name: float if c.type in ("number", "integer") else object for c in schema.columns}
    return pd.DataFrame({name: pd.Series([], dtype=kind) for name, kind in kinds.items()})


def read(data: Path, geo: Path) -> tuple[dict[str, pd.DataFrame], list[Problem]]:
    """Return the tables of the shipped registers and every problem in them.

    Parameters
    ----------
    data, geo
        Folders of the registers and of the geometry (`places.csv` lies there).

    Returns
    -------
    tables, problems
        One frame a table, and all problems of all files; the tables are whole only when no
        problem is an error.
    """
    schemas = {n: shipped(s) for n, s in read_schemas(data).items() if n not in NOT_SHIPPED}
    tables = {name: no_rows(schemas.pop(name)) for name in ROLLS}
    schemas["places"] = PLACES
    raw: dict[str, list[RawRow]] = {}
    problems: list[Problem] = []
    for name, schema in schemas.items():
        path = (geo if name == "places" else data) / f"{name}.csv"
        header, raw[name], found = _read_csv(path)
        if not found:
            found = validate.check_header(header, schema, path.name)
        fatal = any(p.code == "missing-column" for p in found)
        good, bad = ([], []) if fatal else validate.check_rows(raw[name], schema, path.name)
        tables[name] = pd.DataFrame(good, columns=[c.name for c in schema.columns])
        problems += [*found, *bad]
    _, raw_attributes, found = _read_csv(data / "schema" / "attributes.csv")
    tables["attributes"] = pd.DataFrame([r.cells for r in raw_attributes])
    problems += found
    problems += _check_together(raw, schemas, attributes_of(tables["attributes"]))
    return tables, problems


def read_parameters(data: Path) -> tuple[dict[str, pd.DataFrame], list[Problem]]:
    """Return the tables of `PARAMETERS`, by id, and every problem in them.

    Numbers that are not given are NaN, texts "". Sources and projects are those of the registers.
    """
    schemas = {n: s for n, s in read_schemas(data).items() if n in PARAMETERS}
    known = {name: _ids(data / f"{name}.csv") for name in ("sources", "projects")}
    tables: dict[str, pd.DataFrame] = {}
    problems: list[Problem] = []
    for name, schema in schemas.items():
        file = f"{name}.csv"
        header, raw, found = _read_csv(data / file)
        found = found or validate.check_header(header, schema, file)
        good, bad = validate.check_rows(raw, schema, file)
        columns = [c.name for c in schema.columns]
        tables[name] = pd.DataFrame(good, columns=columns).set_index(schema.id_column)
        problems += [*found, *bad, *validate.check_references(raw, schema, file, known)]
    return tables, problems


def _ids(path: Path) -> set[str]:
    _, rows, _ = _read_csv(path)
    return {next(iter(row.cells.values())) for row in rows}


def _read_csv(path: Path) -> tuple[list[str], list[RawRow], list[Problem]]:
    """Return header, rows and problems of a register; never raises for what is in the file."""
    name = path.name
    try:
        if path.stat().st_size > _MAX_BYTES:
            return [], [], [Problem("too-large", name, value=str(path.stat().st_size))]
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return [], [], [Problem("unreadable-file", name, value=name)]
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        return [], [], [Problem("wrong-encoding", name, line)]
    reader = csv.reader(text.splitlines(keepends=True), strict=True)
    rows: list[RawRow] = []
    problems: list[Problem] = []
    header: list[str] = []
    number = 1
    try:
        header = next(reader, [])
        for number, cells in _numbered(reader):
            if len(cells) != len(header):
                value = f"{len(cells)} != {len(header)}"
                problems.append(Problem("unreadable-file", name, number, value=value))
                continue
            pairs = zip(header, (c.strip() for c in cells), strict=True)
            rows.append(RawRow(number, dict(pairs)))
    except csv.Error as error:
        problems.append(Problem("unreadable-file", name, number + 1, value=str(error)))
    return header, rows, problems


def _numbered(reader: "_csv.Reader") -> Iterator[tuple[int, list[str]]]:
    """Yield the rows with the line each begins on, as an editor shows it, but empty lines."""
    begins = reader.line_num + 1
    for cells in reader:
        if cells:
            yield begins, cells
        begins = reader.line_num + 1


def _check_together(
    raw: Mapping[str, list[RawRow]],
    schemas: Mapping[str, Schema],
    attributes: Mapping[str, Attribute],
) -> list[Problem]:
    ids = {n: {r.cells.get(s.id_column, "") for r in raw[n]} for n, s in schemas.items()}
    subject_types = {one: kind for table, kind in _SUBJECTS.items() for one in ids[table]}
    subject_types |= {
        r.cells["region"]: "country" if r.cells.get("kind") == "country" else "region"
        for r in raw["regions"]
        if "region" in r.cells
    }
    known = {**ids, "subjects": set(subject_types), "attributes": set(attributes)}
    problems = []
    for name, schema in schemas.items():
        folder_file = f"{name}.csv"
        problems += validate.check_references(raw[name], schema, folder_file, known)
    problems += validate.check_claim_values(raw["claims"], "claims.csv", attributes, subject_types)
    bad_lists = {a.vocabulary for a in attributes.values() if a.type == "code"} - LISTS.keys()
    problems += [
        Problem("unknown-code", "attributes.csv", None, "vocabulary", v) for v in bad_lists
    ]
    return problems
