"""Which table a sheet or layer is, and which of its columns is which."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from meks_geo import i18n
from meks_geo.errors import Problem
from meks_geo.intake.model import RawTable
from meks_geo.intake.spelling import key
from meks_geo.model import ROLLS, Column, Schema
from meks_geo.validate import nearest
from meks_geo.vocabulary import Lang

#: Tables that come in, in the order in which they lean on one another.
TABLES = ("plants", "entities", "projects", "networks", *ROLLS)

#: Columns that programs add of themselves.
_TECHNICAL = frozenset({"fid", "ogc fid", "objectid"})
#: Columns that our own files add for their readers. They are passed over in a table that has all of
#: its own, and told one by one in any other: there somebody may have meant to send them in.
EXPLAINING: Mapping[str, tuple[str, ...]] = {
    "plants": (
        *("zone", "zone_basis", "zone_stated_on", "zone_source_id"),
        *("wear_source_id", "capacity_stated_on", "capacity_source_id"),
    ),
    "projects": (
        *("status_stated_on", "status_source_id", "cost_stated_on", "cost_source_id"),
        *("completion_stated_on", "completion_source_id"),
    ),
    "entities": ("zone", "zone_basis", "wear_source_id"),
    "networks": ("zone", "zone_basis", "measured_km", "source_id"),
    **dict.fromkeys(ROLLS, ()),
}
#: Of these, what files of before do not have yet.
_LATER = frozenset({"source_id"})
#: Columns by which each row of such a file says where it comes from.
_ORIGIN = ("passport.as_of", "passport.revision", "passport.filter", "passport.licence")
_GEOMETRY_WORDS = ("geom", "wkt")
_SHAPEFILE_NAME = 10  # letters that a Shapefile keeps of a column name


@dataclass(frozen=True, slots=True)
class Heading:
    """The columns of a table: position in the file by column name, and what is wrong with them."""

    positions: Mapping[str, int]
    problems: tuple[Problem, ...]

    @property
    def refused(self) -> bool:
        """Whether the table cannot be used without what is missing."""
        return any(p.severity == "error" for p in self.problems)


def incoming(schema: Schema) -> Schema:
    """Return the columns of a schema that come in from a region."""
    return Schema(schema.table, tuple(c for c in schema.columns if c.intake))


def find_table(
    raw: RawTable, schemas: Mapping[str, Schema], *, stem: str = "", kind: str = ""
) -> str:
    """Return the table that a sheet or layer is, by its name, its columns or its file; else "".

    Parameters
    ----------
    schemas
        Incoming schemas by table name.
    stem
        Name of the file without its ending, where the file holds nothing else; else "".
    kind
        Format of the file.
    """
    names = {word: table for table in schemas for word in _table_words(table)}
    own = key(raw.name)
    for word, table in names.items():
        if own == word or own.startswith(f"{word} "):
            return table
    by_column = _table_by_columns(raw.header, schemas, kind)
    if by_column:
        return by_column
    for text in (own, key(stem)):
        found = {table for word, table in names.items() if f" {word} " in f" {text} "}
        if len(found) == 1:
            return found.pop()
    return ""


def find_nearest_table(name: str, schemas: Mapping[str, Schema]) -> str:
    """Return the table whose name is nearest to that of a sheet, or ""."""
    names = {word: table for table in schemas for word in _table_words(table)}
    return names.get(nearest(key(name), names), "")


def read_heading(raw: RawTable, schema: Schema, file: str, kind: str) -> Heading:
    """Return which columns of an incoming schema a table has, with missing and unknown ones."""
    known = _columns_by_word(schema, kind)
    passed_over = _TECHNICAL | _explaining(schema.table, frozenset(map(key, raw.header)))
    first_row = None if raw.geometry is not None else 1
    positions: dict[str, int] = {}
    problems = []
    for place, written in enumerate(raw.header):
        word = key(written)
        column = known.get(word, "")
        if column == "geometry" and raw.geometry is not None:
            continue  # the geometry of the feature counts
        if column and column not in positions:
            positions[column] = place
        elif word not in passed_over:
            shown = written or f"#{place + 1}"
            near = _nearest_column(word, schema, known, positions)
            params = {"nearest": near}
            problems.append(
                Problem("unknown-column", file, first_row, shown, shown, params, table=schema.table)
            )
    given = _given_by_geometry(raw)
    missing = [
        Problem("missing-column", file, first_row, c.name, table=schema.table)
        for c in schema.columns
        if c.required and c.name not in positions and c.name not in given
    ]
    return Heading(positions, (*missing, *problems))


def _explaining(table: str, words: frozenset[str]) -> frozenset[str]:
    """Return the words of a header that one of our own files added to it."""
    found: frozenset[str] = frozenset()
    for way, optional in _ways(table):
        if way <= words:
            found |= way | optional
    return found


@cache
def _ways(table: str) -> tuple[tuple[frozenset[str], frozenset[str]], ...]:
    """Return each set of words that stands together, with what may stand beside it."""
    names = EXPLAINING.get(table, ())
    ways = [_way({name: name for name in names})]
    for lang in Lang:
        ways.append(_way({name: _label(lang, name) for name in names}))
        origin = frozenset(key(i18n.text(lang, one)) for one in _ORIGIN)
        ways.append((origin, frozenset({key(i18n.text(lang, "passport.stamp"))})))
    return tuple(ways)


def _way(words: Mapping[str, str]) -> tuple[frozenset[str], frozenset[str]]:
    late = frozenset(key(word) for name, word in words.items() if name in _LATER)
    return frozenset(map(key, words.values())) - late, late


def _label(lang: str, name: str) -> str:
    own = f"column.{name}"
    return i18n.text(lang, own if i18n.has(lang, own) else f"files.column_{name}")


def _given_by_geometry(raw: RawTable) -> frozenset[str]:
    return frozenset() if raw.geometry is None else frozenset({"geometry", "lat", "lon"})


@cache
def _table_words(table: str) -> tuple[str, ...]:
    return (key(table), *(key(i18n.text(lang, f"sheet.{table}")) for lang in Lang))


def _table_by_columns(header: Sequence[str], schemas: Mapping[str, Schema], kind: str) -> str:
    """Return the table whose id column is there and that knows most of the columns."""
    words = [key(one) for one in header]
    scores = {}
    for table, schema in schemas.items():
        known = _columns_by_word(schema, kind)
        found = {known[word] for word in words if word in known}
        if schema.id_column in found:
            scores[table] = len(found)
    return max(scores, key=scores.__getitem__, default="")


@cache
def _columns_by_word(schema: Schema, kind: str) -> Mapping[str, str]:
    """Return the column names of a schema by each word that means them."""
    words: dict[str, str] = {}
    for column in schema.columns:
        words.setdefault(key(column.name), column.name)
    for column in schema.columns:
        for word in _other_words(column):
            words.setdefault(word, column.name)
    if kind == "shapefile":
        for column in schema.columns:
            words.setdefault(key(column.name[:_SHAPEFILE_NAME]), column.name)
    return words


def _other_words(column: Column) -> list[str]:
    """Return a column's labels, with and without its unit, as keys."""
    units = [column.unit, *(i18n.unit(lang, column.unit) for lang in Lang)] if column.unit else []
    words: list[str] = []
    if column.type == "geometry":
        units, words = ["WKT"], list(_GEOMETRY_WORDS)
    for label in (i18n.text(lang, f"column.{column.name}") for lang in Lang):
        bare = key(label)
        for unit in units:
            bare = re.sub(f" {re.escape(key(unit))}$", "", bare) if key(unit) else bare
        words += [key(label), bare, *(f"{bare} {key(unit)}" for unit in units)]
    return words


def _nearest_column(
    word: str, schema: Schema, known: Mapping[str, str], taken: Mapping[str, int]
) -> str:
    """Return the column that was perhaps meant: its code name; "" when none is near or free."""
    free = [one for one, column in known.items() if column not in taken]
    return known.get(nearest(word, free), "")
