"""What stands in the columns of a made-up network: sizes, years, wear, owners, projects.

All follows from the place of a segment in its tree and from its district, so that a map of any
column shows districts and trunks, not noise.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from meks_geo import i18n
from meks_geo.demo.links import Link
from meks_geo.demo.towns import SECTORS, Steps
from meks_geo.model import Dataset
from meks_geo.vocabulary import Lang, Provenance, Sector, WearBasis

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Texts = npt.NDArray[np.object_]

#: Pipes of the trade, in millimetres.
_SIZES_MM = np.array(
    [50, 65, 80, 100, 125, 150, 200, 250, 300, 400, 500, 600, 700, 800, 900, 1000, 1200, 1400]
)
#: Pipe of the last house in millimetres and largest one, of each sector; 0 for cables.
_LEAST_MM = np.array([50.0, 80.0, 150.0, 50.0, 0.0])
_MOST_MM = np.array([1200.0, 1200.0, 1400.0, 700.0, 0.0])
#: How fast pipes grow towards the source.
_GROWTH = 0.32
#: Segments behind a cable from which on its voltage is the next one.
_VOLTAGES_KV = np.array([0.4, 10.0, 35.0, 110.0])
_MORE_KV = np.array([12, 900, 4_000])
#: Years after which wear is 63 percent, of each sector.
_LIFE_YEARS = np.array([44.0, 54.0, 58.0, 72.0, 52.0])
#: Year that most of a district was built in, by its distance from the centre.
_RINGS = ((0.0, 0.22, 0.4, 0.75, 0.95, 1.3), (1952.0, 1958.0, 1968.0, 1986.0, 2003.0, 2020.0))
_THIS_YEAR = 2026
#: Shares: segments without a year, without wear; districts without wear, and inspected ones.
_UNKNOWN_YEAR, _UNKNOWN_WEAR, _UNKNOWN_DISTRICT, _INSPECTED = 0.04, 0.05, 0.07, 0.25
#: Inspected lines beyond this percentage are stated as a bound more often than not.
_WORST = 85
#: Days of estimates by age.
_ESTIMATED = ("2025-12-31", "2026-01-31", "2026-03-31", "2026-06-30")
_INSPECTIONS_FROM = np.datetime64("2026-02-01")
_INSPECTION_DAYS = 240
#: Of the lines of a sector in its town, those with the most behind them belong to a project.
_MAINS = 0.12


def gather(towns: list[Steps], links: list[Link], rng: np.random.Generator) -> pd.DataFrame:
    """Return one row a segment: those of towns, and the lines between towns after them.

    Columns: place ("" between towns), region, sector (position in `SECTORS`), district (one number
    for a district and sector), flow (how many segments hang on it), ring, renewed, voltage_kv.
    """
    counts = [len(one.flow) for one in towns]
    first = np.cumsum([0, *(int(one.district.max()) + 1 for one in towns)])
    own = {
        name: np.concatenate([getattr(one, name) for one in towns])
        for name in ("district", "flow", "ring", "renewed")
    }
    shared = {
        name: np.repeat(np.array([getattr(one, name) for one in towns]), counts)
        for name in ("place", "region", "sector")
    }
    own["district"] = own["district"] + np.repeat(first[:-1], counts)
    parts = [pd.DataFrame({**own, **shared, "voltage_kv": np.nan})]
    if links:
        parts.append(_between_towns(links, int(first[-1]), rng))
    rows = pd.concat(parts, ignore_index=True)
    return rows.astype({"place": "category", "region": "category"})


def _between_towns(links: list[Link], first: int, rng: np.random.Generator) -> pd.DataFrame:
    """Return the rows of lines between towns; the segments of one line are one district."""
    of_line, names = pd.factorize(pd.Series([f"{k.region} {k.line}" for k in links], dtype=str))
    ring = rng.uniform(0.2, 1.1, len(names))
    return pd.DataFrame(
        {
            "district": of_line + first,
            "flow": 1,
            "ring": ring[of_line],
            "renewed": False,
            "place": "",
            "region": [k.region for k in links],
            "sector": SECTORS.index(Sector.ELECTRICITY),
            "voltage_kv": [k.voltage_kv for k in links],
        }
    )


def columns(
    rows: pd.DataFrame, data: Dataset, segments: int, rng: np.random.Generator
) -> dict[str, npt.NDArray[Any]]:
    """Return what the columns of the networks hold, all but the geometry and its length."""
    sector = rows["sector"].to_numpy()
    diameter_mm, voltage_kv = _sizes(rows, sector, segments)
    year = _built(rows, rng)
    wear, basis, day = _worn(rows, sector, year, rng)
    year = np.where(rng.random(len(rows)) < _UNKNOWN_YEAR, np.nan, year)
    guessed = basis == WearBasis.AGE_ESTIMATE
    nothing = np.isnan(year) & guessed  # an estimate by age needs an age
    for known in (wear, basis, day):
        known[nothing] = ""
    return {
        "sector": _words([str(one) for one in SECTORS])[sector],
        "region": _words(list(rows["region"].cat.categories))[rows["region"].cat.codes],
        "operator": _operators(rows, sector, data),
        "wear_percent": wear,
        "wear_basis": basis,
        "wear_date": day,
        "built_year": year,
        "diameter_mm": diameter_mm,
        "voltage_kv": voltage_kv,
        "project_ids": _projects(rows, sector, data),
        "provenance": np.full(len(rows), str(Provenance.SYNTHETIC), dtype=object),
    }


def _words(texts: list[str]) -> Texts:
    return np.array(texts, dtype=object)


def _sizes(rows: pd.DataFrame, sector: Ints, segments: int) -> tuple[Floats, Floats]:
    """Return diameters and voltages; with few segments each stands for a larger part of a town."""
    behind = rows["flow"].to_numpy() * np.sqrt(max(1.0, 1_000_000 / segments))
    wanted = np.minimum(_LEAST_MM[sector] * behind**_GROWTH, _MOST_MM[sector])
    at = np.searchsorted(_SIZES_MM, wanted * 1.001, side="right") - 1
    is_cable = sector == SECTORS.index(Sector.ELECTRICITY)
    diameter = np.where(is_cable, np.nan, _SIZES_MM[np.maximum(at, 0)])
    loaded = np.sqrt(rows["flow"].to_numpy() * behind)
    own = _VOLTAGES_KV[np.searchsorted(_MORE_KV, loaded, side="right")]
    between = rows["voltage_kv"].to_numpy()
    voltage = np.where(is_cable, np.where(np.isnan(between), own, between), np.nan)
    return diameter, voltage


def _built(rows: pd.DataFrame, rng: np.random.Generator) -> Floats:
    """Return the year each segment was laid in."""
    district = rows["district"].to_numpy()
    shift = rng.normal(0.0, 5.0, int(district.max()) + 1)[district]
    year = np.interp(rows["ring"].to_numpy(), *_RINGS) + shift + rng.integers(-3, 4, len(rows))
    anew = rng.integers(1996, _THIS_YEAR, int(district.max()) + 1)[district]
    year = np.where(rows["renewed"], np.maximum(year, anew), year)
    found: Floats = np.clip(np.round(year), 1932, _THIS_YEAR - 1)
    return found


def _worn(
    rows: pd.DataFrame, sector: Ints, year: Floats, rng: np.random.Generator
) -> tuple[Texts, Texts, Texts]:
    """Return wear, its basis and its day as text, all "" where the wear is unknown."""
    district = rows["district"].to_numpy()
    luck, of_basis, of_day, lost = rng.random((4, int(district.max()) + 1))
    harder = (0.75 + 0.6 * luck)[district]
    age = (_THIS_YEAR - year) / _LIFE_YEARS[sector]
    percent = 100 * (1 - np.exp(-(age**1.4) * harder)) + rng.normal(0.0, 3.0, len(rows))
    tenths = np.round(np.clip(percent, 0.5, 98.0) * 10).astype(np.int64)
    inspected = (of_basis < _INSPECTED)[district]
    numbers = _words([f"{n / 10:.1f}".removesuffix(".0") for n in range(1001)])
    wear = numbers[np.where(inspected, tenths, (tenths + 5) // 10 * 10)]
    wear[inspected & (tenths > 10 * _WORST) & (rng.random(len(rows)) < 0.6)] = f">{_WORST}"
    basis = _words([str(WearBasis.AGE_ESTIMATE), str(WearBasis.INSPECTION)])[inspected.astype(int)]
    inspection = _INSPECTIONS_FROM + (of_day * _INSPECTION_DAYS).astype("timedelta64[D]")
    estimated = _words(list(_ESTIMATED))[(of_day * len(_ESTIMATED)).astype(np.int64)]
    days = np.where(of_basis < _INSPECTED, inspection.astype(str).astype(object), estimated)
    day = days[district]
    unknown = (lost < _UNKNOWN_DISTRICT)[district] | (rng.random(len(rows)) < _UNKNOWN_WEAR)
    for known in (wear, basis, day):
        known[unknown] = ""
    return wear, basis, day


def _operators(rows: pd.DataFrame, sector: Ints, data: Dataset) -> Texts:
    """Return who runs each segment: one a town and kind of service, in Russian."""
    places, regions = rows["place"].cat, rows["region"].cat
    names = [data.places.at[one, "name_ru"] if one else "" for one in places.categories]
    of_town = [
        [i18n.text(Lang.RU, f"demo.operator_{one}", place=name) for name in names]
        for one in SECTORS
    ]
    of_region = [
        i18n.text(Lang.RU, "demo.operator_lines", region=data.regions.at[one, "name_ru"])
        for one in regions.categories
    ]
    own: Texts = np.array(of_town, dtype=object)[sector, places.codes]
    between = (rows["place"] == "").to_numpy()
    own[between] = _words(of_region)[regions.codes[between]]
    return own


def _projects(rows: pd.DataFrame, sector: Ints, data: Dataset) -> Texts:
    """Return the projects of record of a sector in a town, or a region, on the mains there."""
    found = np.full(len(rows), "", dtype=object)
    region, place = (rows[name].astype(object).to_numpy() for name in ("region", "place"))
    of_sector = data.projects[data.projects["sector"].isin([str(one) for one in SECTORS])]
    for project, row in of_sector.iterrows():
        own = (sector == SECTORS.index(Sector(row["sector"]))) & (region == row["region"])
        if row["place_id"]:
            own &= place == row["place_id"]
        at = np.flatnonzero(own)
        flow = rows["flow"].to_numpy()[at]
        mains = at[np.argsort(-flow, kind="stable")[: int(np.ceil(_MAINS * len(at)))]]
        both = np.where(found[mains] == "", project, found[mains] + f";{project}")
        found[mains] = both
    return found
