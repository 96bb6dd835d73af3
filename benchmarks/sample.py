"""`python -m benchmarks.sample`: the sample file of one oblast, made up, in `data/sample/`.

A modernisation map as an akimat would send it: lines, operators with the people they serve, their
incidents and revenue, projects; every row says that it is synthetic. Beside it the same figures of
the operators as a reader may tell them to the planner. The same data set gives the same files.
"""

import csv
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks import books
from benchmarks.servers import ROOT
from meks_geo import demo
from meks_geo.measure import lengths_km
from meks_geo.model import Dataset
from meks_geo.store import Store

_REGION, _SEGMENTS, _SEED = "KZ-55", 40_000, 55
_SECTORS = ("heat", "electricity", "water", "wastewater")
_DAY = "2026-06-01"
#: Lines between towns serve nobody of their own.
_MOST_SERVED_KM = 60.0


def tables(data: Dataset) -> tuple[dict[str, pd.DataFrame], pd.DataFrame]:
    """Return the sheets of the sample, and what is told of the operators."""
    network = demo.network(data, _SEGMENTS, _SEED)
    ours = network[(network["region"] == _REGION) & network["sector"].isin(_SECTORS)]
    lines = pd.DataFrame(ours.drop(columns="geometry")).assign(
        network_id=ours["network_id"].str.replace("demo-", "sample-"),
        project_ids="",
        length_km="",
        geometry=ours.geometry.to_wkt(rounding_precision=6),
    )
    km = pd.Series(lengths_km(ours.geometry.to_numpy()), index=ours.index)
    groups = km.groupby([ours["sector"], ours["operator"]]).sum().sort_index()
    rng = np.random.default_rng(_SEED)
    entities, told = [], []
    for number, ((sector, operator), length) in enumerate(groups.items(), start=1):
        one = f"sample-operator-{number:02d}"
        served = min(float(length), _MOST_SERVED_KM)
        people = int(round(served * float(rng.uniform(400, 900)), -2))
        incidents = int(served * float(rng.uniform(0.1, 0.6)))
        revenue = round(served * float(rng.lognormal(-3.0, 0.9)), 3)
        entities.append(
            {
                "entity_id": one,
                "name_ru": operator,
                "sector": sector,
                "region": _REGION,
                "people_served": people,
                "incidents_per_year": incidents,
                "revenue_bn_kzt": revenue,
                "provenance": "synthetic",
            }
        )
        told.append(
            {
                "candidate": f"entity:{one}",
                "people": people,
                "incidents": incidents,
                "revenue_bn_kzt": revenue,
            }
        )
    projects = [
        {
            "project_id": "sample-heat-main",
            "name_ru": "Демо: замена тепломагистрали",
            "region": _REGION,
            "sector": "heat",
            "entity_id": next(e["entity_id"] for e in entities if e["sector"] == "heat"),
            "status": "design",
            "funding": "unknown",
            "cost_bn_kzt": 6.5,
            "length_km": 7.2,
            "stated_on": _DAY,
            "provenance": "synthetic",
        }
    ]
    sheets = {
        "networks": lines,
        "entities": pd.DataFrame(entities),
        "projects": pd.DataFrame(projects),
    }
    return sheets, pd.DataFrame(told)


def write(folder: Path, data: Dataset) -> None:
    """Write `oblast.xlsx` and `known.csv`."""
    sheets, told = tables(data)
    books.write(folder / "oblast.xlsx", sheets, _DAY)
    with (folder / "known.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(told.columns)
        writer.writerows(told.itertuples(index=False))


if __name__ == "__main__":
    write(ROOT / "data" / "sample", Store(root=ROOT).dataset())
