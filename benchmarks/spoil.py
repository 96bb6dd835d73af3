"""Valid files of every format, and many ways to break them, all told by one seed."""

import json
import random
import re
import sqlite3
import struct
from collections.abc import Callable
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely

from meks_geo.measure import WGS84
from tests.intake import builders_reading as make

ROWS = 4

#: Texts that break numbers, dates, codes, ids, formulas, WKT, XML, JSON and SQL.
TOKENS = (
    *("", "NaN", "-inf", "1e999", "-1", "999999999999", "0x10", "1,5", "=1+1", "@SUM(A1)"),
    *("+cmd|' /C calc'!A0", "KZ-99", "KZ", "null", "true", "[]", "{}", "\\u0000", "\ud83d\udeb0"),
    *("<script>alert(1)</script>", "'; DROP TABLE networks; --", "%s%n", "../../etc/passwd"),
    *("LINESTRING (0 0, 0 0)", "LINESTRING (76.9 NaN, 1 2)", "POINT EMPTY", "LINESTRING EMPTY"),
    *("2099-01-01", "2026-13-45", "31.12.2025", "a" * 3000, "\u202e\u200b", "&lt;", "&#0;", '"'),
    *("MULTILINESTRING ((52.2 76.9, 52.3 76.9))", "9" * 400, "-0.0", "1e-320", "\t", "\r\n"),
)


@dataclass(frozen=True)
class Case:
    """A file to be read: how it was made, its name and content.

    Parameters
    ----------
    way
        Kind of the valid file and what was done to it.
    name, content
        The file.
    spoilt
        Ids of rows that must not pass.
    intact
        Whether rows that pass must be as they were before: what was done breaks checksums.
    """

    way: str
    name: str
    content: bytes
    spoilt: frozenset[str] = frozenset()
    intact: bool = False


class Spoiler:
    """Makes cases by number; the same seed and number give the same case."""

    def __init__(self, seed: int) -> None:
        """Build the valid files."""
        self._seed = seed
        self._valid = {kind: make.valid(kind, ROWS) for kind in make.KINDS}

    def case(self, number: int) -> Case:
        """Return one case."""
        dice = random.Random(self._seed * 1_000_003 + number)  # noqa: S311
        kind = make.KINDS[number % len(make.KINDS)]
        ways: list[Callable[[random.Random, str], Case]] = [
            *(self._noise, self._noise, self._cut, self._inside, self._inside, self._lie),
            *(self._wrong_cell, self._wrong_cell, self._wrong_shape, self._chaos),
        ]
        if kind == "gpkg":
            ways += [self._tables, self._tables]
        return dice.choice(ways)(dice, kind)

    def _named(self, kind: str) -> str:
        return f"networks.{make.ENDINGS[kind]}"

    def _noise(self, dice: random.Random, kind: str) -> Case:
        """Change bytes anywhere in the file."""
        content = noisy(dice, self._valid[kind])
        packed = kind in ("xlsx", "ods", "shapefile")
        return Case(f"{kind}: noise", self._named(kind), content, intact=packed)

    def _cut(self, dice: random.Random, kind: str) -> Case:
        """Cut the file short, or pad it."""
        whole = self._valid[kind]
        content = whole[: dice.randrange(len(whole))]
        if dice.random() < 0.2:
            content = whole + dice.randbytes(dice.randrange(1, 5000))
        return Case(f"{kind}: cut", self._named(kind), content, intact=kind not in ("csv", "gpkg"))

    def _inside(self, dice: random.Random, kind: str) -> Case:
        """Change text inside, below the checksums of an archive."""
        whole = self._valid[kind]
        if whole.startswith(b"PK"):
            members = make.unzipped(whole)
            at = dice.randrange(len(members))
            name, text = members[at]
            members[at] = (name, dice.choice((tokens, noisy))(dice, text))
            if dice.random() < 0.15:
                members.pop(dice.randrange(len(members)))
            content = make.zipped(members)
        else:
            content = tokens(dice, whole)
        return Case(f"{kind}: inside", self._named(kind), content)

    def _lie(self, dice: random.Random, kind: str) -> Case:
        """Give the file the ending of another kind, or no sense at all."""
        other = dice.choice([one for one in make.KINDS if one != kind])
        every = frozenset(row[0] for row in make.network_rows(ROWS))
        content = self._valid[kind] if dice.random() < 0.7 else dice.randbytes(3000)
        return Case(f"{kind}: lie", self._named(other), content, every)

    def _wrong_cell(self, dice: random.Random, kind: str) -> Case:
        """Put a wrong value into one row of an otherwise valid file."""
        rows = [list(row) for row in make.network_rows(ROWS)]
        at = dice.randrange(ROWS)
        column, value = dice.choice(WRONG)
        name = rows[at][0]
        rows[at][make.HEADER.index(column)] = value
        every = frozenset({name} | ({value} if column == "network_id" else set()))
        content = built(kind, rows, make.lines(ROWS))
        return Case(f"{kind}: {column}={value[:20]}", self._named(kind), content, every)

    def _wrong_shape(self, dice: random.Random, kind: str) -> Case:
        """Put a wrong line into one row of an otherwise valid file."""
        rows, lines = make.network_rows(ROWS), list(make.lines(ROWS))
        at = dice.randrange(ROWS)
        start = lines[at].coords[0][0]
        what, wrong = dice.choice(wrong_shapes(lines[at]))
        finite = wrong is None or np.isfinite(shapely.get_coordinates(wrong)).all()
        if finite or kind not in ("gpkg", "shapefile"):
            lines[at] = wrong
            content = built(kind, rows, lines)
        else:  # GDAL does not write such numbers, so they are put in afterwards
            content = with_number(kind, self._valid[kind], start, float(what))
        return Case(f"{kind}: {what}", self._named(kind), content, frozenset({rows[at][0]}))

    def _chaos(self, dice: random.Random, kind: str) -> Case:
        """Fill cells at random with anything."""
        rows = [
            [dice.choice(TOKENS) if dice.random() < 0.3 else cell for cell in row]
            for row in make.network_rows(ROWS)
        ]
        rows = [[printable(cell) for cell in row] for row in rows]
        return Case(f"{kind}: chaos", self._named(kind), built(kind, rows, make.lines(ROWS)))

    def _tables(self, dice: random.Random, kind: str) -> Case:
        """Change a GeoPackage by SQL, its own tables too."""
        content = by_sql(self._valid[kind], dice.choice(STATEMENTS))
        return Case(f"{kind}: sql", self._named(kind), content)


#: A column and a value that no row may have.
WRONG = (
    *(("network_id", ""), ("network_id", "два слова"), ("sector", "heating?"), ("sector", "")),
    *(("region", "KZ-99"), ("region", ""), ("wear_percent", "101"), ("wear_percent", "NaN")),
    *(("sector", "=1+1"), ("wear_basis", "guess"), ("wear_date", "2199-01-01")),
    *(("wear_date", "soon"), ("built_year", "-5"), ("built_year", "1e999")),
    *(("diameter_mm", "inf"), ("voltage_kv", "many"), ("region", "KZ-10")),
    *(("project_ids", "no-such-project"), ("provenance", "rumour"), ("network_id", "a" * 90)),
)


def wrong_shapes(line: shapely.LineString) -> list[tuple[str, object]]:
    """Return lines that no row may have."""
    points = list(line.coords)
    lines = {
        "empty": None,
        "swapped": [(y, x) for x, y in points],
        "zero": [points[0], points[0]],
        "nan": [points[0], (float("nan"), 52.0)],
        "inf": [points[0], (float("inf"), 52.0)],
        "abroad": [(x + 40, y - 30) for x, y in points],
        "elsewhere": [(x - 10, y - 5) for x, y in points],
        "metres": [(x * 1e5, y * 1e5) for x, y in points],
    }
    with np.errstate(all="ignore"):
        return [(n, None if p is None else shapely.LineString(p)) for n, p in lines.items()]


STATEMENTS = (
    "UPDATE networks SET geom = x'00'",
    "UPDATE networks SET geom = randomblob(100)",
    "UPDATE networks SET geom = substr(geom, 1, 30)",
    "UPDATE networks SET geom = 'text'",
    "UPDATE networks SET geom = zeroblob(5000000)",
    "UPDATE networks SET network_id = NULL",
    "UPDATE networks SET wear_percent = randomblob(10)",
    "UPDATE networks SET sector = 9e999",
    "UPDATE gpkg_contents SET table_name = 'sqlite_master'",
    "UPDATE gpkg_contents SET table_name = 'gpkg_contents'",
    "UPDATE gpkg_contents SET data_type = 'tiles'",
    "UPDATE gpkg_contents SET srs_id = 999",
    "UPDATE gpkg_geometry_columns SET srs_id = 0",
    "UPDATE gpkg_geometry_columns SET srs_id = -7",
    "UPDATE gpkg_geometry_columns SET column_name = 'sector'",
    "UPDATE gpkg_geometry_columns SET table_name = 'a\"b'",
    "UPDATE gpkg_spatial_ref_sys SET definition = 'GEOGCS[', organization = 'x'",
    'UPDATE gpkg_spatial_ref_sys SET definition = \'VERT_CS["x",VERT_DATUM["y",2005]]\'',
    "DELETE FROM gpkg_geometry_columns",
    "DROP TABLE gpkg_contents",
    "DROP TABLE networks",
    "CREATE TRIGGER x AFTER UPDATE ON networks BEGIN DELETE FROM networks; END",
    "CREATE VIEW v AS SELECT * FROM networks, networks, networks",
    "ALTER TABLE networks RENAME COLUMN sector TO 'a\"];--'",
    "ALTER TABLE networks ADD COLUMN twice GENERATED ALWAYS AS (upper(sector)) VIRTUAL",
    "DELETE FROM networks",
)


def with_number(kind: str, content: bytes, old: float, new: float) -> bytes:
    """Return a file in which a coordinate is another number, whatever that is."""
    before, after = struct.pack("<d", old), struct.pack("<d", new)
    if kind == "gpkg":
        return content.replace(before, after)
    return make.with_part(content, "networks.shp", lambda one: one.replace(before, after))


def by_sql(content: bytes, statement: str) -> bytes:
    """Return a GeoPackage after one statement."""
    base = sqlite3.connect(":memory:", isolation_level=None)
    base.deserialize(content)
    base.execute("PRAGMA foreign_keys = OFF")
    make.without_index(base)
    base.execute(statement)
    content = base.serialize()
    base.close()
    return content


def built(kind: str, rows: list[list[object]], lines: list[object]) -> bytes:
    """Return a file of given rows and lines."""
    texts = [None if one is None else one.wkt for one in lines]
    grid = [(*make.HEADER, "geometry"), *((*r, t) for r, t in zip(rows, texts, strict=True))]
    match kind:
        case "xlsx":
            return make.xlsx({"networks": grid})
        case "ods":
            return make.ods({"networks": grid})
        case "csv":
            return make.csv_bytes(grid, encoding="utf-8")
        case "kml":
            return make.kml(rows, geometries=lines)
        case "geojson":
            named = [dict(zip(make.HEADER, row, strict=True)) for row in rows]
            pairs = zip(lines, named, strict=True)
            return make.geojson([make.feature(line, **row) for line, row in pairs])
    columns = {
        n: list(map(str, c)) for n, c in zip(make.HEADER, zip(*rows, strict=True), strict=True)
    }
    frame = gpd.GeoDataFrame(columns, geometry=lines, crs=WGS84)
    return make.gpkg({"networks": frame}) if kind == "gpkg" else make.shapefile(frame)


def printable(cell: object) -> object:
    """Return a cell that XML and dBase can hold at all."""
    if not isinstance(cell, str):
        return cell
    return re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]", "", cell)


def noisy(dice: random.Random, content: bytes) -> bytes:
    """Return a content with some bytes changed, moved, doubled or left out."""
    data = bytearray(content)
    for _ in range(dice.choice((1, 1, 2, 5, 30))):
        if not data:
            break
        at = dice.randrange(len(data))
        size = dice.choice((1, 1, 4, 64, 600))
        match dice.randrange(6):
            case 0:
                data[at] ^= 1 << dice.randrange(8)
            case 1:
                data[at : at + size] = dice.randbytes(min(size, len(data) - at))
            case 2:
                del data[at : at + size]
            case 3:
                data[at:at] = data[at : at + size]
            case 4:
                data[at : at + size] = bytes(min(size, len(data) - at))
            case _:
                other = dice.randrange(len(data))
                data[at : at + size] = data[other : other + size]
    return bytes(data)


_WORD = re.compile(rb"[\w.+-]{1,40}")


def tokens(dice: random.Random, content: bytes) -> bytes:
    """Return a content with some words or numbers replaced by hostile ones."""
    for _ in range(dice.choice((1, 1, 2, 6))):
        found = list(_WORD.finditer(content))
        if not found:
            break
        one = dice.choice(found)
        token = dice.choice(TOKENS).encode("utf-8", "surrogatepass")
        if dice.random() < 0.3:
            token = json.dumps(token.decode("utf-8", "replace")).encode()
        content = content[: one.start()] + token + content[one.end() :]
    return content
