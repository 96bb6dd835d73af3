"""Where things lie: lines and points against the country and the region that their row states."""

from collections.abc import Callable, Mapping
from functools import lru_cache

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from meks_geo import measure
from meks_geo.intake.drafts import MOST_PROBLEMS, Fault, Positions, shorten
from meks_geo.model import Base
from meks_geo.vocabulary import COUNTRY

Shapes = npt.NDArray[np.object_]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

#: The shipped outlines are generalised; what lies this close to one lies in it.
_TOLERANCE_M = 2_000.0
#: Longest straight step of an outline that may be moved between projections.
_STEP_DEG = 0.2
_MOST_VERTICES = 100_000
#: Share of a line that may lie outside its region.
_MOST_OUTSIDE, _LEAST_OUTSIDE = 0.1, 0.005
#: Difference of declared and measured length: a share, and what rounding may do.
_LENGTH_SHARE, _LENGTH_ROUNDING_KM = 0.1, 0.005
_CHUNK = 50_000
_MOST_DEGREES = 180.0
#: Above this many vertices a line is judged piece by piece only.
_MANY_VERTICES = 5_000
_LINE_TYPES = (shapely.GeometryType.LINESTRING, shapely.GeometryType.MULTILINESTRING)
_LINE_WORDS = ("LINESTRING", "MULTILINESTRING")


@lru_cache(maxsize=4)
def areas(base: Base) -> Mapping[str, shapely.Geometry]:
    """Return the regions and the country by code, widened by 2 km, in degrees and prepared."""
    frame = gpd.GeoDataFrame(
        {"region": [*base.regions["region"], COUNTRY]},
        geometry=[*base.regions.geometry, base.outline.union_all()],
        crs=measure.WGS84,
    )
    frame = frame.set_geometry(frame.segmentize(_STEP_DEG))
    wide = measure.to_print_crs(frame).buffer(_TOLERANCE_M).to_crs(measure.WGS84).to_numpy()
    shapely.prepare(wide)
    return dict(zip(frame["region"], wide, strict=True))


def read_lines(texts: list[str]) -> Shapes:
    """Return the lines of WKT texts; None for what is no line."""
    wanted = [one if one[:20].upper().startswith(_LINE_WORDS) else None for one in texts]
    with np.errstate(invalid="ignore", over="ignore"):  # `nan` is told as a fault, not as a warning
        return np.asarray(shapely.from_wkt(np.array(wanted, dtype=object), on_invalid="ignore"))


def check_lines(shapes: Shapes, texts: list[str] | None) -> tuple[Shapes, list[Fault]]:
    """Return usable lines in two dimensions, None for all else, and the rows that have none.

    Parameters
    ----------
    texts
        The geometry as its author wrote it, where it was text.
    """
    usable = np.isin(shapely.get_type_id(shapes), _LINE_TYPES)
    count = shapely.get_num_coordinates(shapes)
    usable &= (count >= 2) & (count <= _MOST_VERTICES)
    usable[usable] = shapely.is_valid(shapes[usable])  # finite, and two different points a part
    lines = np.full(len(shapes), None, dtype=object)
    lines[usable] = shapes[usable]
    high = shapely.has_z(lines) | shapely.has_m(lines)
    lines[high] = shapely.force_2d(lines[high])
    at = np.flatnonzero(~usable)
    values = [_as_written(shapes[one], texts[one] if texts else None) for one in at[:MOST_PROBLEMS]]
    return lines, [Fault("bad-geometry", "geometry", at, values)] if len(at) else []


def read_points(shapes: Shapes) -> tuple[Floats, Floats, list[Fault]]:
    """Return latitude and longitude of points, NaN without one, and the rows that have none."""
    kind, parts = shapely.get_type_id(shapes), shapely.get_num_geometries(shapes)
    single = (kind == shapely.GeometryType.MULTIPOINT) & (parts == 1)
    points = shapes.copy()
    points[single] = shapely.get_geometry(shapes[single], 0)
    lat, lon = shapely.get_y(points), shapely.get_x(points)
    at = np.flatnonzero(~(np.isfinite(lat) & np.isfinite(lon)))
    values = [_as_written(shapes[one], None) for one in at[:MOST_PROBLEMS]]
    return lat, lon, [Fault("bad-geometry", "geometry", at, values)] if len(at) else []


def measure_lines(lines: Shapes, progress: Callable[[float], None]) -> Floats:
    """Return the length of each line in km; NaN where there is none or it is not in degrees."""
    lengths = np.full(len(lines), np.nan)
    for start in range(0, len(lines), _CHUNK):
        part = lines[start : start + _CHUNK]
        west, south, east, north = shapely.bounds(part).T
        fit = (west >= -180) & (east <= 180) & (south >= -90) & (north <= 90)  # False for None
        lengths[start : start + _CHUNK][fit] = measure.lengths_km(part[fit])
        progress(min(1.0, (start + _CHUNK) / len(lines)))
    return lengths


def compare_lengths(declared_km: Floats, measured_km: Floats, texts: list[str]) -> list[Fault]:
    """Return a `length-mismatch` for each declared length that differs by more than a tenth."""
    apart = np.abs(declared_km - measured_km)
    at = np.flatnonzero(apart > _LENGTH_SHARE * measured_km + _LENGTH_ROUNDING_KM)
    shown = at[:MOST_PROBLEMS].tolist()
    params = [{"measured": round(float(measured_km[one]), 3)} for one in shown]
    values = [texts[one] for one in shown]
    return [Fault("length-mismatch", "length_km", at, values, params)] if len(at) else []


def locate_lines(
    lines: Shapes,
    regions: npt.NDArray[np.object_],
    base: Base,
    progress: Callable[[float], None],
) -> list[Fault]:
    """Return which lines lie outside the country or their region, or have their axes swapped.

    Parameters
    ----------
    lines
        Lines in degrees, None where there is none.
    regions
        Code stated by each row; one that is no region counts as the country.
    """
    there = np.flatnonzero(~shapely.is_missing(lines))
    known = areas(base)
    stated = np.array([one if one in known else COUNTRY for one in regions[there]], dtype=object)
    share = np.zeros(len(there))
    for start in range(0, len(there), _CHUNK):
        part = slice(start, start + _CHUNK)
        share[part] = outside_shares(lines[there[part]], stated[part], known)
        progress(min(1.0, (start + _CHUNK) / len(there)))
    far, near = share >= _MOST_OUTSIDE, (share >= _LEAST_OUTSIDE) & (share < _MOST_OUTSIDE)
    code = _far_codes(lines[there[far]], stated[far], known)
    faults = [_outside_region(there[near], stated[near], share[near], "geometry", "warning")]
    beyond = code == "outside-region"
    faults.append(
        _outside_region(
            there[far][beyond], stated[far][beyond], share[far][beyond], "geometry", "error"
        )
    )
    for one in ("lon-lat-swapped", "outside-country"):
        at = there[far][code == one]
        values = [_first_point(line) for line in lines[at[:MOST_PROBLEMS]]]
        faults.append(Fault(one, "geometry", at, values))
    return [fault for fault in faults if len(fault.at)]


def locate_points(
    lat: Floats, lon: Floats, regions: npt.NDArray[np.object_], base: Base
) -> list[Fault]:
    """Return which points lie outside the country or their region, or have their axes swapped."""
    known = areas(base)
    there = np.flatnonzero(np.isfinite(lat) & np.isfinite(lon))
    stated = np.array([one if one in known else COUNTRY for one in regions[there]], dtype=object)
    x, y = lon[there], lat[there]
    inside = _points_in(x, y, stated, known)
    anywhere = np.full(len(there), COUNTRY, dtype=object)
    in_country, swapped = _points_in(x, y, anywhere, known), _points_in(y, x, anywhere, known)
    turned = (~in_country & swapped) | (~inside & _points_in(y, x, stated, known))
    abroad = ~in_country & ~turned
    elsewhere = ~inside & ~abroad & ~turned
    faults = [_outside_region(there[elsewhere], stated[elsewhere], 1.0, "lat", "error")]
    for code, which in (("lon-lat-swapped", turned), ("outside-country", abroad)):
        at = there[which]
        values = [f"{lat[one]}, {lon[one]}" for one in at[:MOST_PROBLEMS]]
        faults.append(Fault(code, "lat", at, values))
    return [fault for fault in faults if len(fault.at)]


def outside_shares(
    lines: Shapes, regions: npt.NDArray[np.object_], known: Mapping[str, shapely.Geometry]
) -> Floats:
    """Return which share of each line, 0 to 1, lies outside the region beside it."""
    on_earth = np.nanmax(np.abs(shapely.bounds(lines)), axis=1, initial=0.0) <= _MOST_DEGREES
    share = np.where(on_earth, 0.0, 1.0)
    many = shapely.get_num_coordinates(lines) > _MANY_VERTICES
    for region in set(regions):
        area, own = known[region], on_earth & (regions == region)
        crossing = own & many
        simple = np.flatnonzero(own & ~many)
        loose = simple[~shapely.covers(area, lines[simple])]
        touching = shapely.intersects(area, lines[loose])
        share[loose[~touching]] = 1.0
        crossing[loose[touching]] = True
        at = np.flatnonzero(crossing)
        pieces = 100 if len(at) < 10_000 else 20
        for start in range(0, len(at), 1_000):
            some = at[start : start + 1_000]
            share[some] = _outside_by_pieces(lines[some], area, pieces)
    return share


def _outside_by_pieces(lines: Shapes, area: shapely.Geometry, pieces: int) -> Floats:
    """Return the share outside, from the middles of short pieces; never cuts line by line.

    Cutting would look for every self-crossing of a line first, which a scribble has without end.
    """
    short = shapely.segmentize(lines, shapely.length(lines) / pieces)
    parts, of_line = shapely.get_parts(short, return_index=True)
    points, of_part = shapely.get_coordinates(parts, return_index=True)
    middles, steps = (points[1:] + points[:-1]) / 2, np.diff(points, axis=0)
    weight = np.hypot(steps[:, 0] * np.cos(np.radians(middles[:, 1])), steps[:, 1])
    weight = np.where(of_part[1:] == of_part[:-1], weight, 0.0)
    out = ~shapely.contains_xy(area, middles[:, 0], middles[:, 1])
    of_step = of_line[of_part[1:]]
    total = np.bincount(of_step, weights=weight, minlength=len(lines))
    outside = np.bincount(of_step, weights=weight * out, minlength=len(lines))
    return np.asarray(outside / np.where(total > 0, total, 1.0))


def _far_codes(
    lines: Shapes, stated: npt.NDArray[np.object_], known: Mapping[str, shapely.Geometry]
) -> npt.NDArray[np.object_]:
    """Return the code of each line that lies too far outside its region."""
    anywhere = np.full(len(lines), COUNTRY, dtype=object)
    turned = shapely.transform(lines, lambda points: points[:, ::-1])
    abroad = outside_shares(lines, anywhere, known) >= _MOST_OUTSIDE
    in_country = outside_shares(turned, anywhere, known) < _MOST_OUTSIDE
    in_region = outside_shares(turned, stated, known) < _MOST_OUTSIDE
    code = np.where(abroad, "outside-country", "outside-region").astype(object)
    code[in_region | (abroad & in_country)] = "lon-lat-swapped"
    return code


def _outside_region(
    at: Positions,
    regions: npt.NDArray[np.object_],
    share: Floats | float,
    column: str,
    severity: str,
) -> Fault:
    percent = np.maximum(1, np.round(np.broadcast_to(share, len(at)) * 100)).astype(int).tolist()
    shown = regions[:MOST_PROBLEMS].tolist()
    params = [{"region": region, "share": one} for region, one in zip(shown, percent, strict=False)]
    return Fault("outside-region", column, at, shown, params, severity)


def _points_in(
    x: Floats,
    y: Floats,
    regions: npt.NDArray[np.object_],
    known: Mapping[str, shapely.Geometry],
) -> Flags:
    inside = np.zeros(len(x), dtype=np.bool_)
    for region in set(regions):
        own = regions == region
        inside[own] = shapely.contains_xy(known[region], x[own], y[own])
    return inside


def _as_written(shape: shapely.Geometry | None, text: str | None) -> str:
    """Return a geometry that cannot be used as a message shows it."""
    if text is not None or shape is None:
        return shorten(text or "")
    return f"{shape.geom_type.upper()} EMPTY" if shape.is_empty else shape.geom_type.upper()


def _first_point(line: shapely.Geometry) -> str:
    lon, lat = shapely.get_coordinates(line)[0]
    return f"{lat:.5f}, {lon:.5f}"
