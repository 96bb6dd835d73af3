"""`python -m benchmarks.rolls`: sample registers of the programme, made up, in `data/sample/`.

Contractors, manufacturers, products and the procurement of made-up projects, to try the page of
registers with; every row says that it is synthetic, nobody of these names exists, and no business
number is given. The same registers of places give the same file.
"""

from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks import books
from benchmarks.servers import ROOT
from meks_geo.model import Dataset
from meks_geo.store import Store
from meks_geo.vocabulary import ProcurementStage

_SEED, _DAY = 669, "2026-06-01"
_CONTRACTORS, _MANUFACTURERS, _PRODUCTS, _PROJECTS = 66, 22, 270, 14
_SECTORS = ("heat", "electricity", "water", "wastewater", "gas")
_WORKS = {
    "heat": "Строительство тепловых сетей",
    "electricity": "Строительство электрических сетей",
    "water": "Строительство сетей водоснабжения",
    "wastewater": "Строительство сетей водоотведения",
    "gas": "Строительство газовых сетей",
}
#: Kind of product by language, its class in the classifier, unit, sector.
_KINDS = (
    (("Демо: болат құбыр", "Демо: трубы стальные", "Demo: steel pipe"), "24.20.13", "т", "heat"),
    (("Демо: ысырма", "Демо: задвижка", "Demo: gate valve"), "28.14.13", "шт.", "water"),
    (
        ("Демо: ортадан тепкіш сорғы", "Демо: насосы центробежные", "Demo: centrifugal pump"),
        "28.13.14",
        "шт.",
        "water",
    ),
    (
        ("Демо: күш кабелі", "Демо: кабель силовой", "Demo: power cable"),
        "27.32.13",
        "км",
        "electricity",
    ),
    (("Демо: жылу есептегіш", "Демо: теплосчётчик", "Demo: heat meter"), "26.51.63", "шт.", "heat"),
    (
        ("Демо: полиэтилен құбыр", "Демо: трубы полиэтиленовые", "Demo: polyethylene pipe"),
        "22.21.21",
        "м",
        "gas",
    ),
)
_SIZES = (25, 32, 50, 80, 100, 150, 200, 300, 400, 530, 630, 720, 820, 1020)
#: Stages of a lot in order; a lot has reached the first few of them.
_WAY = (
    *(ProcurementStage.PLANNED, ProcurementStage.ANNOUNCED, ProcurementStage.BIDDING),
    *(ProcurementStage.EVALUATION, ProcurementStage.AWARDED, ProcurementStage.CONTRACT_SIGNED),
    *(ProcurementStage.DELIVERY, ProcurementStage.COMPLETED),
)
_MADE_UP = {"stated_on": _DAY, "provenance": "synthetic"}


def tables(data: Dataset) -> dict[str, pd.DataFrame]:
    """Return the sheets of the sample; `data` gives towns, and is not changed."""
    rng = np.random.default_rng(_SEED)
    towns = data.places.reset_index()[["region", "lat", "lon", "name_ru"]]
    towns = towns.iloc[rng.permutation(len(towns))].reset_index(drop=True)
    contractors = _firms(towns, rng, "contractor", _CONTRACTORS)
    manufacturers = _firms(towns, rng, "manufacturer", _MANUFACTURERS)
    projects = _projects(towns, rng)
    sheets = {
        "contractors": contractors,
        "manufacturers": manufacturers,
        "products": _products(manufacturers, rng),
        "projects": projects,
        "procurement": _procurement(projects, contractors, rng),
    }
    return {name: pd.DataFrame(rows) for name, rows in sheets.items()}


_NAMES = {
    "contractor": ("Демо: мердігер", "Демо: подрядчик", "Demo: contractor"),
    "manufacturer": ("Демо: өндіруші", "Демо: производитель", "Demo: manufacturer"),
    "project": ("Демо: желіні жаңарту", "Демо: обновление сети", "Demo: renewal of a network"),
}


def _named(kind: str, number: int) -> dict[str, str]:
    languages = ("name_kk", "name_ru", "name_en")
    named = zip(languages, _NAMES[kind], strict=True)
    return {column: f"{name} {number:03d}" for column, name in named}


def _firms(
    towns: pd.DataFrame, rng: np.random.Generator, kind: str, count: int
) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for number in range(1, count + 1):
        town = towns.iloc[int(rng.integers(len(towns)))]
        sector = str(rng.choice(_SECTORS))
        row: dict[str, object] = {f"{kind}_id": f"sample-{kind}-{number:03d}"}
        row |= {**_named(kind, number), "region": town["region"], "sector": sector}
        if kind == "contractor":
            row["specialisation"] = _WORKS[sector]
        if rng.random() < 0.6:
            row |= {"address": town["name_ru"], "lat": town["lat"], "lon": town["lon"]}
        rows.append(row | _MADE_UP)
    return rows


def _products(makers: list[dict[str, object]], rng: np.random.Generator) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for number in range(1, _PRODUCTS + 1):
        names, code, unit, sector = _KINDS[int(rng.integers(len(_KINDS)))]
        size = int(rng.choice(_SIZES))
        languages = ("name_kk", "name_ru", "name_en")
        row: dict[str, object] = {"product_id": f"sample-product-{number:03d}"}
        pairs = zip(languages, names, strict=True)
        row |= {one: f"{name} {size}, {number:03d}" for one, name in pairs}
        row |= {"sector": sector, "product_code": code, "unit": unit}
        if rng.random() < 0.8:  # of the rest nobody makes any yet
            row["manufacturer_id"] = makers[int(rng.integers(len(makers)))]["manufacturer_id"]
            row["localisation_percent"] = round(float(rng.uniform(15, 95)), 1)
        rows.append(row | _MADE_UP)
    return rows


def _projects(towns: pd.DataFrame, rng: np.random.Generator) -> list[dict[str, object]]:
    return [
        {
            "project_id": f"sample-project-{number:03d}",
            **_named("project", number),
            "region": towns.iloc[int(rng.integers(len(towns)))]["region"],
            "sector": str(rng.choice(_SECTORS)),
            "status": "procurement",
            "funding": "unknown",
            **_MADE_UP,
        }
        for number in range(1, _PROJECTS + 1)
    ]


def _procurement(
    projects: list[dict[str, object]],
    contractors: list[dict[str, object]],
    rng: np.random.Generator,
) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for project in projects:
        for lot in range(1, int(rng.integers(1, 4)) + 1):
            reached = int(rng.integers(1, len(_WAY) + 1))
            days = np.sort(rng.choice(500, reached, replace=False))
            winner = contractors[int(rng.integers(len(contractors)))]["contractor_id"]
            amount = round(float(rng.lognormal(0.0, 0.8)), 2)
            for place, (stage, day) in enumerate(zip(_WAY, days, strict=False), start=1):
                row: dict[str, object] = {
                    "procurement_id": f"{project['project_id']}-{lot}-{place}",
                    "project_id": project["project_id"],
                    "lot": f"Демо {lot}",
                    "procurement_stage": stage.value,
                    "stage_date": str(np.datetime64("2025-01-10") + int(day)),
                    "amount_bn_kzt": amount,
                }
                if place > _WAY.index(ProcurementStage.AWARDED):
                    row["contractor_id"] = winner
                rows.append(row | _MADE_UP)
    return rows


def write(path: Path, data: Dataset) -> None:
    """Write the sample as a workbook."""
    books.write(path, tables(data), _DAY)


if __name__ == "__main__":
    write(ROOT / "data" / "sample" / "registers.xlsx", Store(root=ROOT).dataset())
