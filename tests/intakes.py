"""Files that were read and checked, written by hand, and what publishing them would change."""

import csv
import shutil
from dataclasses import replace
from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
from shapely import LineString

from meks_geo import segments
from meks_geo.intake import amend
from meks_geo.intake.model import CheckedTable, Verdict

TODAY = date(2026, 11, 22)


def table(rows):
    """A table that passed: one dict a row; numbers are numbers, what a row lacks is empty."""
    frame = pd.DataFrame(rows)
    for name in frame:
        numeric = pd.api.types.is_numeric_dtype(frame[name])
        frame[name] = frame[name].astype(float) if numeric else frame[name].fillna("")
    return CheckedTable(frame, np.arange(2, 2 + len(rows)))


def lines(count=3, *, sector="heat", region="KZ-55", prefix="n", first=0, **cells):
    """Networks that passed, with ids `n-0` and so on; a cell may be one value or a list."""
    numbers = range(first, first + count)
    shapes = [
        LineString([(76.9 + i / 100, 52.3), (76.95 + i / 100, 52.31), (76.97 + i / 100, 52.3)])
        for i in numbers
    ]
    rows = {
        "network_id": [f"{prefix}-{i}" for i in numbers],
        "sector": sector,
        "region": region,
        **cells,
    }
    frame = gpd.GeoDataFrame(pd.DataFrame(rows), geometry=shapes, crs=4326)
    return CheckedTable(frame, np.arange(2, 2 + count))


def holding(data, frame):
    """The same map of record with these networks, by id; what columns they lack is empty."""
    numbers = {"built_year", "length_km", "diameter_mm", "voltage_kv"}
    texts = {
        *("operator", "wear_percent", "wear_basis", "wear_date", "project_ids", "provenance"),
        *("sector", "region"),
    }
    missing = {name: float("nan") for name in numbers - set(frame.columns)}
    missing |= dict.fromkeys(texts - set(frame.columns), "")
    whole = frame.assign(**missing).rename_axis("network_id").reset_index()
    return replace(
        data,
        read_networks=lambda: frame,
        read_lines=lambda: segments.columns(whole, data.rules),
    )


def verdict(**tables):
    """A file in which nothing is wrong."""
    return Verdict("map.xlsx", sum(len(t.frame) for t in tables.values()), tables, ())


def sender(day=TODAY, sha256="ab" * 32, file="map.xlsx", author="Aigul"):
    return amend.Sender(author, day, file, sha256)


def amendment(store, data=None, *, day=TODAY, replace=False, sha256="ab" * 32, **tables):
    """What a file with these tables would change in the current revision."""
    data = data or store.dataset()
    by = sender(day, sha256)
    return amend.amendment(verdict(**tables), data, store.schemas(), by, replace=replace)


def publish(store, amended, *, expected=None, note="why", text="a file", **more):
    """Publish an amendment as if it came from a file with this text."""
    original = store.var.parent / "map.xlsx"
    original.write_text(text, encoding="utf-8")
    return store.publish(
        amended,
        original,
        author="Aigul",
        note=note,
        file="map.xlsx",
        counts={"added": 1},
        expected=expected,
        **more,
    )


def send(store, **tables):
    """Compare and publish a file with these tables; returns the entry."""
    return publish(store, amendment(store, **tables))


#: Objects of the shipped registers: the project is one of the first plant; and a new plant.
SHIPPED, *_ = PLANTS = ("pavlodar-chp-2", "pavlodar-chp-1", "ekibastuz-gres-1")
PROJECT = "pavlodar-chp-2-mod"
ENTITY = "atyrau-heat-networks"
NEW = {
    "plant_id": "new-chp",
    "name_ru": "Новая станция",
    "kind": "chp",
    "region": "KZ-55",
    "lat": 52.3,
    "lon": 76.9,
}


def shipped_plant(data, **cells):
    """The row of a shipped plant as its region would send it back, with some cells changed."""
    row = data.plants.loc[SHIPPED]
    kept = ("name_kk", "name_ru", "name_en", "kind", "region", "lat", "lon")
    return {"plant_id": SHIPPED, **{name: row[name] for name in kept}, **cells}


def small_root(root, folder):
    """A copy of the registers with few objects on a coarse base map: fast to build."""
    shutil.copytree(root / "data" / "schema", folder / "data" / "schema")
    (folder / "geo").mkdir()
    subjects = {*PLANTS, PROJECT, ENTITY, "meks"}
    kept = {
        "plants": lambda row: row["plant_id"] in subjects,
        "projects": lambda row: row["project_id"] in subjects,
        "entities": lambda row: row["entity_id"] in subjects,
        "claims": lambda row: row["subject_id"] in subjects,
        "indicators": lambda row: False,
        "kpis": lambda row: False,
        "words": lambda row: False,
        "backbone": lambda row: False,
        "substations": lambda row: False,
    }
    for path in sorted((root / "data").glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            rows = [row for row in reader if kept.get(path.stem, bool)(row)]
        with (folder / "data" / path.name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, reader.fieldnames)
            writer.writeheader()
            writer.writerows(rows)
    shutil.copyfile(root / "geo" / "places.csv", folder / "geo" / "places.csv")
    for path in sorted((root / "geo").glob("*.geojson")):
        frame = pyogrio.read_dataframe(path)
        coarse = frame.set_geometry(frame.geometry.simplify(0.2))
        pyogrio.write_dataframe(coarse, folder / "geo" / path.name, driver="GeoJSON")
    return folder
