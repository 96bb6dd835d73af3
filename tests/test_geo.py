"""The geometry and names that ship in geo/ and data/regions.csv."""

import csv
import functools
import json
import re
from pathlib import Path

import pytest
import shapely
from pyproj import Geod
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

ROOT = Path(__file__).resolve().parents[1]
GEO = ROOT / "geo"
WGS84 = Geod(ellps="WGS84")
CITIES = {"KZ-71", "KZ-75", "KZ-79"}
OBLASTS = {f"KZ-{code}" for code in (10, 11, 15, 19, 23, 27, 31, 33, 35, 39, 43, 47, 55, 59, 61)}
OBLASTS |= {"KZ-62", "KZ-63"}
CODES = CITIES | OBLASTS
LANGUAGES = ("kk", "ru", "en")
ALPHABETS = {
    "kk": r"[А-Яа-яЁёӘәҒғҚқҢңӨөҰұҮүҺһІі .-]+",
    "ru": r"[А-Яа-яЁё .-]+",
    "en": r"[A-Za-z .-]+",
}
BIG_LAKES = [
    "caspian-sea",
    "north-aral-sea",
    "south-aral-sea",
    "balkhash",
    "zaysan",
    "alakol",
    "sasykkol",
    "tengiz",
    "kapchagay",
    "shardara",
    "markakol",
    "issyk-kul",
    "siletyteniz",
]
OWN_COAST = shapely.box(49.5, 42.7, 54.6, 47.6)


@functools.cache
def read_features(name: str) -> list[tuple[dict, BaseGeometry]]:
    """Return the properties and geometry of each feature of a file in geo/."""
    document = json.loads((GEO / name).read_text(encoding="utf-8"))
    return [(item["properties"], shape(item["geometry"])) for item in document["features"]]


@functools.cache
def read_table(name: str) -> list[dict[str, str]]:
    """Return the rows of a CSV file, by its path in the repository."""
    with (ROOT / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def regions() -> dict[str, BaseGeometry]:
    """Return the polygon of each region."""
    return {properties["region"]: area for properties, area in read_features("regions.geojson")}


def outline() -> BaseGeometry:
    """Return the outline of the country."""
    return read_features("outline.geojson")[0][1]


def lakes() -> dict[str, BaseGeometry]:
    """Return the polygon of each lake and sea."""
    return {properties["lake_id"]: area for properties, area in read_features("lakes.geojson")}


def area_km2(area: BaseGeometry) -> float:
    """Return the area on the ellipsoid."""
    return abs(WGS84.geometry_area_perimeter(area)[0]) / 1e6


def max_ring(area: BaseGeometry) -> shapely.LinearRing:
    """Return the outer ring of the largest part."""
    return max(shapely.get_parts(area), key=lambda part: part.area).exterior


def words_of(text: str) -> list[str]:
    """Return the runs of letters of a text."""
    return re.findall(r"[^\W\d_]+", text)


# Regions


def test_regions_are_the_twenty_units() -> None:
    codes = [properties["region"] for properties, _ in read_features("regions.geojson")]
    assert codes == sorted(CODES)


def test_regions_form_a_valid_coverage() -> None:
    areas = list(regions().values())
    assert all(area.is_valid for area in areas)
    assert shapely.coverage_is_valid(areas)


def test_regions_do_not_overlap() -> None:
    areas = list(regions().values())
    tree = shapely.STRtree(areas)
    one, other = tree.query(areas, predicate="intersects")
    shared = [
        areas[i].intersection(areas[j]).area for i, j in zip(one, other, strict=True) if i < j
    ]
    assert shared
    assert max(shared) == 0.0


def test_regions_leave_no_gap() -> None:
    parts = shapely.get_parts(shapely.union_all(list(regions().values())))
    assert sum(len(part.interiors) for part in parts) == 0


def test_cities_lie_inside_the_region_around_them_and_are_cut_out_of_it() -> None:
    areas = regions()
    for city, around in {"KZ-71": "KZ-11", "KZ-75": "KZ-19", "KZ-79": "KZ-61"}.items():
        assert shapely.Polygon(max_ring(areas[around])).covers(areas[city].representative_point())
        assert not areas[around].contains(areas[city].representative_point())


def test_outline_is_the_union_of_the_regions() -> None:
    union = shapely.coverage_union_all(list(regions().values()))
    assert outline().equals(union)
    assert outline().symmetric_difference(union).area == 0.0


def test_region_areas_are_as_checked() -> None:
    areas = regions()
    rows = read_table("geo/checks.csv")
    assert {row["region"] for row in rows} == CODES
    for row in rows:
        stated = float(row["area_km2_shipped"])
        assert area_km2(areas[row["region"]]) == pytest.approx(stated, rel=1e-3)
        assert stated == pytest.approx(float(row["area_km2_source"]), rel=2e-3)


def test_generalised_regions_keep_the_shape_of_the_source() -> None:
    iou = {row["region"]: float(row["iou"]) for row in read_table("geo/checks.csv")}
    assert min(iou[code] for code in OBLASTS) >= 0.995
    assert min(iou[code] for code in CITIES) >= 0.98
    assert max(iou.values()) <= 1.0


def test_country_area_is_the_official_one() -> None:
    official_km2 = 2_724_900
    assert area_km2(outline()) == pytest.approx(official_km2, rel=1e-3)


# Files


@pytest.mark.parametrize(
    ("name", "limit_kb"),
    [("regions", 600), ("outline", 600), ("lakes", 250), ("neighbours", 250)],
)
def test_files_stay_small_and_one_feature_a_line(name: str, limit_kb: int) -> None:
    content = (GEO / f"{name}.geojson").read_bytes()
    assert len(content) <= limit_kb * 1000
    assert content.endswith(b"\n]}\n")
    assert b"\r" not in content
    document = json.loads(content)
    assert "crs" not in document
    assert content.count(b"\n") == len(document["features"]) + 2


@pytest.mark.parametrize("name", ["regions", "outline", "lakes", "neighbours"])
def test_coordinates_are_longitude_latitude_on_the_grid(name: str) -> None:
    frame = shapely.box(40.0, 36.0, 96.0, 60.0)
    for _, geometry in read_features(f"{name}.geojson"):
        assert geometry.is_valid
        assert not geometry.is_empty
        assert frame.covers(geometry)
        points = shapely.get_coordinates(geometry)
        assert abs(points - points.round(4)).max() == 0.0


# Lakes and neighbours


def test_lake_ids_are_unique_and_sorted() -> None:
    ids = [properties["lake_id"] for properties, _ in read_features("lakes.geojson")]
    assert ids == sorted(set(ids))


@pytest.mark.parametrize("lake_id", BIG_LAKES)
def test_big_lakes_are_named_in_three_languages(lake_id: str) -> None:
    names = {row["lake_id"]: row for row, _ in read_features("lakes.geojson")}[lake_id]
    for language in LANGUAGES:
        assert re.fullmatch(ALPHABETS[language], names[f"name_{language}"])


def test_lake_names_are_those_of_the_table() -> None:
    shipped = {row["lake_id"]: row for row, _ in read_features("lakes.geojson") if row["name_ru"]}
    rows = read_table("geo/lake_names.csv")
    assert {row["lake_id"] for row in rows} == set(shipped)
    for row in rows:
        assert all(
            row[f"name_{code}"] == shipped[row["lake_id"]][f"name_{code}"] for code in LANGUAGES
        )
        assert lakes()[row["lake_id"]].covers(shapely.Point(float(row["lon"]), float(row["lat"])))
        assert row["source"]


def test_lakes_do_not_overlap() -> None:
    areas = list(lakes().values())
    one, other = shapely.STRtree(areas).query(areas, predicate="overlaps")
    shared = [areas[i].intersection(areas[j]) for i, j in zip(one, other, strict=True) if i < j]
    assert [area for area in shared if area_km2(area) > 0.1] == []


def test_caspian_meets_the_coast() -> None:
    caspian, country = lakes()["caspian-sea"], outline()
    assert caspian.intersection(country).area < 1e-5
    assert OWN_COAST.difference(caspian).difference(country).area < 1e-5


def test_land_and_seas_fill_the_frame() -> None:
    land = [area for row, area in read_features("neighbours.geojson") if row["kind"] == "land"]
    seas = [lakes()["caspian-sea"], lakes()["black-sea"]]
    frame = shapely.box(40.0, 36.0, 96.0, 60.0)
    assert sum(area.area for area in [*land, *seas]) == pytest.approx(frame.area, abs=1e-6)
    assert shapely.union_all([*land, *seas]).equals(frame)


def test_neighbours_draw_no_second_border_of_the_country() -> None:
    strip = outline().boundary.buffer(0.1)
    borders = [line for row, line in read_features("neighbours.geojson") if row["kind"] == "border"]
    assert borders
    longest_end_deg = 0.15
    assert max(line.intersection(strip).length for line in borders) < longest_end_deg
    assert max(line.intersection(outline()).length for line in borders) < longest_end_deg / 10


# Places and names


def test_place_ids_are_unique_codes() -> None:
    ids = [row["place_id"] for row in read_table("geo/places.csv")]
    assert len(ids) == len(set(ids))
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", place_id) for place_id in ids)


def test_places_lie_in_their_region() -> None:
    areas = regions()
    outside = [
        row["place_id"]
        for row in read_table("geo/places.csv")
        if not areas[row["region"]].contains(shapely.Point(float(row["lon"]), float(row["lat"])))
    ]
    assert outside == []


def test_places_have_a_rank_a_role_and_a_source() -> None:
    for row in read_table("geo/places.csv"):
        assert row["role"] in {"region-centre", "plant-town", "city"}
        assert row["rank"] in {"1", "2", "3", "4"}
        assert (row["role"] == "region-centre") == (row["rank"] in {"1", "2"})
        assert row["source"]


def test_estimated_places_claim_no_precision() -> None:
    for row in read_table("geo/places.csv"):
        if "GeoNames" not in row["source"]:
            assert re.fullmatch(r"\d+\.\d\d", row["lat"])
            assert re.fullmatch(r"\d+\.\d\d", row["lon"])


def test_the_three_cities_have_rank_one() -> None:
    first = {row["region"] for row in read_table("geo/places.csv") if row["rank"] == "1"}
    assert first == CITIES


def test_register_of_regions_is_complete() -> None:
    rows = read_table("data/regions.csv")
    assert [row["region"] for row in rows] == ["KZ", *sorted(CODES)]
    kinds = {row["region"]: row["kind"] for row in rows}
    assert kinds["KZ"] == "country"
    assert {code for code, kind in kinds.items() if kind == "oblast"} == OBLASTS
    assert {code for code, kind in kinds.items() if kind == "city"} == CITIES


def test_every_region_has_its_centre() -> None:
    places = {row["place_id"]: row for row in read_table("geo/places.csv")}
    centres = {place for place, row in places.items() if row["role"] == "region-centre"}
    rows = read_table("data/regions.csv")
    assert {row["centre_place_id"] for row in rows} == centres
    for row in rows[1:]:
        assert places[row["centre_place_id"]]["region"] == row["region"]


@pytest.mark.parametrize("name", ["data/regions.csv", "geo/places.csv", "geo/lake_names.csv"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_names_use_the_alphabet_of_their_language(name: str, language: str) -> None:
    names = [row[f"name_{language}"] for row in read_table(name)]
    assert [text for text in names if not re.fullmatch(ALPHABETS[language], text)] == []
    assert [text for text in names if text != text.strip()] == []


@pytest.mark.parametrize("name", ["data/regions.csv", "geo/places.csv", "geo/lake_names.csv"])
def test_no_word_mixes_alphabets(name: str) -> None:
    words = [word for row in read_table(name) for text in row.values() for word in words_of(text)]
    mixed = [
        word
        for word in words
        if re.search(r"[A-Za-z]", word) and re.search(r"[^\W\d_a-zA-Z]", word)
    ]
    assert words
    assert mixed == []


def test_names_are_unique_in_each_language() -> None:
    for name in ("data/regions.csv", "geo/places.csv", "geo/lake_names.csv"):
        for language in LANGUAGES:
            names = [row[f"name_{language}"] for row in read_table(name)]
            assert len(names) == len(set(names))


def test_sources_describe_every_file() -> None:
    text = (GEO / "SOURCES.md").read_text(encoding="utf-8")
    files = {path.name for path in GEO.iterdir() if path.suffix in {".geojson", ".csv"}}
    assert {name for name in files if name not in text} == set()
