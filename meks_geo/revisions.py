"""A revision as a file: one immutable GeoPackage, named by the hash of its canonical rows.

A helper of `store`, which alone decides where the files lie.
"""

import errno
import hashlib
import json
import os
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import MappingProxyType

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely

from meks_geo import backbone, registers, segments
from meks_geo.amendment import no_networks
from meks_geo.dates import parse
from meks_geo.lines import Lines
from meks_geo.measure import WGS84
from meks_geo.model import ROLLS, Base, Claim, Dataset, Schema, Source, ZoneRule
from meks_geo.progress import Progress, silent

#: Layers of the base map.
GEOMETRY = ("regions", "outline", "lakes", "neighbours")
_REVISION_CHARS = 12
_SYNC = "OGR_SQLITE_SYNCHRONOUS"
_MULTI = shapely.GeometryType.MULTILINESTRING


def content_hash(tables: Mapping[str, pd.DataFrame], base: Mapping[str, gpd.GeoDataFrame]) -> str:
    """Return the revision: the hash of all rows, whatever file they came from."""
    digest = hashlib.sha256()
    for name in sorted(tables):
        if name == "networks":
            add_networks(digest, tables[name])
            continue
        if name in ROLLS and tables[name].empty:
            continue
        digest.update(f"{name}\n".encode())
        digest.update(tables[name].to_csv(index=False).encode())
    for name in sorted(base):
        digest.update(f"{name}\n".encode())
        digest.update(base[name].drop(columns="geometry").to_csv(index=False).encode())
        digest.update(base[name].geometry.to_wkt().str.cat(sep="\n").encode())
    return digest.hexdigest()[:_REVISION_CHARS]


def add_networks(digest: "hashlib._Hash", networks: gpd.GeoDataFrame) -> None:
    """Add networks to a hash, when there are any: a million rows go through column by column."""
    if networks.empty:
        return
    digest.update(b"networks\n")
    for name, column in networks.drop(columns="geometry").items():
        values = column.to_numpy()
        if values.dtype.kind == "f":
            plain = np.where(np.isnan(values), np.nan, values + 0.0)  # one NaN, one zero
            digest.update(f"{name}\n".encode() + plain.astype("<f8").tobytes())
        else:
            digest.update(json.dumps([name, *values.tolist()]).encode())
    for part in shapely.to_wkb(networks.geometry.to_numpy(), byte_order=1):
        digest.update(part)


def layers_of(
    tables: Mapping[str, pd.DataFrame], base: Mapping[str, gpd.GeoDataFrame]
) -> dict[str, pd.DataFrame]:
    """Return the layers of the file of a revision; what only comes in has one if it has rows."""
    layers = {**{f"base_{k}": v for k, v in base.items()}, **_with_points(tables)}
    layers["backbone"] = backbone.drawn(tables["backbone"], tables["substations"])
    return {n: f for n, f in layers.items() if n not in ("networks", *ROLLS) or len(f)}


def lines_of(tables: Mapping[str, pd.DataFrame], schema: Schema) -> Lines:
    """Return the lines of a revision by column: what came in, and the shipped backbone."""
    whole = backbone.joined(tables["networks"], tables["backbone"], tables["substations"], schema)
    return segments.columns(whole, zone_rules(tables["zone_rules"]))


def write(path: Path, layers: Mapping[str, pd.DataFrame], progress: Progress = silent) -> None:
    """Write tables and layers as a new GeoPackage, each under its name.

    It is not on the disk for sure before `settle`: to wait for the disk once is enough.

    Raises
    ------
    OSError, sqlite3.Error
        If not every row can be found again.
    """
    pyogrio.set_gdal_config_options({_SYNC: "OFF"})
    try:
        for done, (name, frame) in enumerate(layers.items()):
            pyogrio.write_dataframe(
                frame, path, layer=name, driver="GPKG", append=done > 0, **_how(name, frame)
            )
            progress(name, (done + 1) / len(layers))
    finally:
        pyogrio.set_gdal_config_options({_SYNC: None})
    with closing(sqlite3.connect(path)) as connection:
        if not all(_is_there(connection, name, frame) for name, frame in layers.items()):
            raise OSError(errno.EIO, os.strerror(errno.EIO))


def _is_there(connection: sqlite3.Connection, name: str, frame: pd.DataFrame) -> bool:
    """Return whether a layer is written to its end.

    GDAL says nothing of what fails when it closes a file: then come a layer's spatial index, its
    extent, and the triggers that keep both and the count of its rows.
    """
    named = "SELECT count(*) FROM sqlite_master WHERE name ="
    checks = {
        f'SELECT count(*) FROM "{name}"': len(frame),
        f"{named} 'trigger_delete_feature_count_{name}'": 1,
    }
    if isinstance(frame, gpd.GeoDataFrame):
        placed = np.isfinite(shapely.bounds(frame.geometry.to_numpy())).all(axis=1).sum()
        index = f"rtree_{name}_geom"
        checks |= {
            f"{named} '{index}_delete'": 1,
            f'SELECT count(*) FROM "{index}"': placed,
            f"SELECT count(min_x) FROM gpkg_contents WHERE table_name = '{name}'": int(placed > 0),
        }
    try:
        return all(
            connection.execute(query).fetchone()[0] == expected
            for query, expected in checks.items()
        )
    except sqlite3.OperationalError:  # no such table
        return False


def _how(name: str, frame: pd.DataFrame) -> dict[str, object]:
    """Return how lines are written: fast, and as they are, of one part or of several."""
    if name != "networks" or frame.empty:
        return {}
    several = len(np.unique(shapely.get_type_id(frame.geometry.to_numpy()))) > 1
    return {"use_arrow": True, "geometry_type": "Unknown" if several else None}


def read(
    path: Path,
    revision: str,
    schemas: Mapping[str, Schema],
    networks: Callable[[], gpd.GeoDataFrame],
    lines: Callable[[], Lines],
    line_sources: Callable[[], Mapping[tuple[str, str], Source]],
) -> Dataset:
    """Return a revision; the last three read what is of its networks when they are asked for.

    `networks` gives what came in, with its id as a column.
    """
    wanted = {**schemas, "places": registers.PLACES}
    address = f"{path.resolve().as_uri()}?immutable=1"
    with closing(sqlite3.connect(address, uri=True)) as connection:
        tables = {
            name: _as_read(_table(connection, name, schema), schema)
            for name, schema in wanted.items()
            if name not in registers.NOT_SHIPPED
        }
        attributes = _table(connection, "attributes", None)
    base = {n: pyogrio.read_dataframe(path, layer=f"base_{n}") for n in GEOMETRY}
    joined = _with_backbone(networks, tables, schemas["networks"])
    found = _assemble(revision, tables, attributes.fillna(""), base, joined, lines)
    return replace(found, read_line_sources=line_sources)


def _with_backbone(
    networks: Callable[[], gpd.GeoDataFrame], tables: Mapping[str, pd.DataFrame], schema: Schema
) -> Callable[[], gpd.GeoDataFrame]:
    shipped, ends = (tables[name].reset_index() for name in ("backbone", "substations"))
    return lambda: indexed(backbone.joined(networks(), shipped, ends, schema))


def _table(connection: sqlite3.Connection, name: str, schema: Schema | None) -> pd.DataFrame:
    """Return a table without its geometry and the numbers that the format adds.

    A revision of an earlier version of the product may lack one: it is empty then.
    """
    there = connection.execute("SELECT count(*) FROM sqlite_master WHERE name = ?", (name,))
    if schema is not None and not there.fetchone()[0]:
        return pd.DataFrame({c.name: [] for c in schema.columns}, dtype=object)
    cursor = connection.execute(f'SELECT * FROM "{name}" ORDER BY fid')
    columns = [one[0] for one in cursor.description]
    frame = pd.DataFrame(cursor.fetchall(), columns=columns, dtype=object)
    return frame.drop(columns=["fid", "geom"], errors="ignore")


def preview(
    revision: str,
    tables: Mapping[str, pd.DataFrame],
    base: Mapping[str, gpd.GeoDataFrame],
    schemas: Mapping[str, Schema],
) -> Dataset:
    """Return a revision that is not written, as `read` would return it."""
    found = {
        name: _as_read(tables[name], schema)
        for name, schema in {**schemas, "places": registers.PLACES}.items()
        if name not in registers.NOT_SHIPPED
    }
    schema = schemas["networks"]
    joined = _with_backbone(lambda: tables["networks"], found, schema)
    lines = partial(lines_of, tables, schema)
    return _assemble(revision, found, tables["attributes"], base, joined, lines)


def read_networks(path: Path, schema: Schema) -> gpd.GeoDataFrame:
    """Return the networks of a revision, with their id as a column."""
    if "networks" not in pyogrio.list_layers(path)[:, 0]:
        return empty_networks(schema)
    return typed_networks(pyogrio.read_dataframe(path, layer="networks", use_arrow=True), schema)


def empty_networks(schema: Schema) -> gpd.GeoDataFrame:
    """Return a network table without rows."""
    return typed_networks(
        no_networks([c.name for c in schema.columns if c.type != "geometry"]), schema
    )


def typed_networks(frame: gpd.GeoDataFrame, schema: Schema) -> gpd.GeoDataFrame:
    """Return the columns of the schema, in its order: numbers as floats, all else text.

    Lines are in two dimensions, and a line of one part is no collection: one line has one form.
    """
    typed = {
        c.name: frame[c.name].astype(float)
        if c.type in ("number", "integer")
        else frame[c.name].astype(object).where(frame[c.name].notna(), "").astype(str)
        for c in schema.columns
        if c.type != "geometry"
    }
    lines = shapely.force_2d(frame.geometry.to_numpy())
    single = (shapely.get_type_id(lines) == _MULTI) & (shapely.get_num_geometries(lines) == 1)
    lines[single] = shapely.get_geometry(lines[single], 0)
    return gpd.GeoDataFrame(pd.DataFrame(typed), geometry=lines, crs=WGS84)


def indexed(networks: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the networks as a dataset has them: by id."""
    return networks.set_index("network_id")


def _with_points(tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Return the tables with a point geometry where they have positions, for QGIS."""
    return {
        name: gpd.GeoDataFrame(
            frame, geometry=gpd.points_from_xy(frame["lon"], frame["lat"]), crs=WGS84
        )
        if {"lat", "lon"} <= set(frame.columns) and name not in ROLLS
        else frame
        for name, frame in tables.items()
    }


def _as_read(frame: pd.DataFrame, schema: Schema) -> pd.DataFrame:
    numeric = {c.name for c in schema.columns if c.type in ("number", "integer")}
    typed = {
        name: frame[name].astype(float)
        if name in numeric
        else frame[name].astype(object).where(frame[name].notna(), "").astype(str)
        for name in frame.columns
    }
    return pd.DataFrame(typed).set_index(schema.id_column)


def _assemble(
    revision: str,
    tables: Mapping[str, pd.DataFrame],
    attributes: pd.DataFrame,
    base: Mapping[str, gpd.GeoDataFrame],
    networks: Callable[[], gpd.GeoDataFrame],
    lines: Callable[[], Lines],
) -> Dataset:
    geometry = hashlib.sha256()
    for name in sorted(base):
        geometry.update(base[name].drop(columns="geometry").to_csv(index=False).encode())
        parts, owner = shapely.get_parts(base[name].geometry.to_numpy(), return_index=True)
        geometry.update(owner.tobytes() + b"".join(shapely.to_wkb(parts, byte_order=1)))
    return Dataset(
        revision=revision,
        read_networks=networks,
        read_lines=lines,
        base=Base(geometry.hexdigest()[:_REVISION_CHARS], **base),
        places=tables["places"],
        regions=tables["regions"],
        plants=tables["plants"],
        projects=tables["projects"],
        entities=tables["entities"],
        indicators=tables["indicators"],
        kpis=tables["kpis"],
        contractors=tables["contractors"],
        manufacturers=tables["manufacturers"],
        products=tables["products"],
        procurement=tables["procurement"],
        backbone=tables["backbone"],
        substations=tables["substations"],
        schemes=tables["zone_schemes"],
        rules=zone_rules(tables["zone_rules"]),
        sources=MappingProxyType(_sources(tables["sources"])),
        attributes=MappingProxyType(registers.attributes_of(attributes)),
        claims=MappingProxyType(_claims(tables["claims"])),
        words=MappingProxyType(
            {
                row.text: {"kk": row.name_kk, "ru": row.name_ru, "en": row.name_en}
                for row in tables["words"].itertuples()
            }
            if "words" in tables
            else {}
        ),
    )


def _sources(table: pd.DataFrame) -> dict[str, Source]:
    return {
        row.Index: Source(row.Index, row.title, row.publisher, row.url, row.date, row.provenance)
        for row in table.itertuples()
    }


def zone_rules(table: pd.DataFrame) -> tuple[ZoneRule, ...]:
    """Return the rules of `data/zone_rules.csv`."""
    return tuple(
        ZoneRule(
            scheme=row.scheme,
            sector=row.sector,
            zone=row.zone,
            above_percent=row.above_percent,
            in_force_from=parse(row.in_force_from),
            assumed=row.assumed == "yes",
            source=row.source_id,
            note=row.note,
        )
        for row in table.itertuples()
    )


def _claims(table: pd.DataFrame) -> dict[str, Mapping[str, tuple[Claim, ...]]]:
    grouped: dict[str, dict[str, list[Claim]]] = {}
    for order, row in enumerate(table.itertuples()):
        claim = Claim(
            id=row.Index,
            subject=row.subject_id,
            attribute=row.attribute,
            value=row.value,
            stated_on=parse(row.stated_on),
            standing=row.standing,
            scheme=row.scheme,
            source=row.source_id,
            paraphrase=row.paraphrase,
            note=row.note,
            order=order,
        )
        grouped.setdefault(claim.subject, {}).setdefault(claim.attribute, []).append(claim)
    return {
        subject: MappingProxyType({name: tuple(claims) for name, claims in by_attribute.items()})
        for subject, by_attribute in grouped.items()
    }
