"""Kilometres and square kilometres on the ellipsoid; the only place that names a CRS."""

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pyproj
import shapely
from shapely.geometry import LineString, MultiLineString, MultiPolygon, Polygon

#: Longitude, latitude in degrees on WGS 84: the CRS of everything that is stored.
WGS84 = "EPSG:4326"

#: Albers equal-area conic for Kazakhstan, in metres: scale is true along 43 and 53 degrees north.
PRINT_CRS = (
    "+proj=aea +lat_1=43 +lat_2=53 +lat_0=48 +lon_0=67.5 +x_0=0 +y_0=0 "
    "+datum=WGS84 +units=m +no_defs +type=crs"
)

_ELLIPSOID = pyproj.Geod(ellps="WGS84")
_TO_PRINT = pyproj.Transformer.from_crs(WGS84, PRINT_CRS, always_xy=True)

_M_PER_KM = 1000.0
_M2_PER_KM2 = 1_000_000.0

#: Steps up to here, and up to this latitude (radians), may be measured on the curvature.
_SHORT_M, _POLAR = 5_000.0, 1.4

FloatArray = npt.NDArray[np.float64]


def _check_degrees(lon: FloatArray, lat: FloatArray) -> None:
    """Refuse what cannot be a longitude and a latitude in degrees."""
    bad = ~((np.abs(lon) <= 180.0) & (np.abs(lat) <= 90.0))
    if bad.any():
        first = int(np.flatnonzero(bad)[0])
        msg = (
            f"lon {lon[first]}, lat {lat[first]} (position {first} of {lon.size}) is outside "
            "longitude -180..180 or latitude -90..90; give degrees, longitude first"
        )
        raise ValueError(msg)


def _check_geometry(geometry: shapely.Geometry) -> None:
    """Refuse a geometry that is not in degrees."""
    points = shapely.get_coordinates(geometry)
    _check_degrees(points[:, 0], points[:, 1])


def project(lon: npt.ArrayLike, lat: npt.ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Return places in the projection of the print map.

    Parameters
    ----------
    lon, lat
        Longitudes and latitudes in degrees (EPSG:4326), of equal length; may be empty.

    Returns
    -------
    x, y
        New arrays, metres east and north of 67.5 E, 48 N (`PRINT_CRS`).

    Raises
    ------
    ValueError
        If a coordinate is outside longitude -180..180 or latitude -90..90.
    """
    lon_deg = np.atleast_1d(np.asarray(lon, dtype=np.float64))
    lat_deg = np.atleast_1d(np.asarray(lat, dtype=np.float64))
    _check_degrees(lon_deg, lat_deg)
    if not lon_deg.size:
        return np.empty(0), np.empty(0)
    x, y = _TO_PRINT.transform(lon_deg, lat_deg)
    return np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)


def to_print_crs(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return a frame in the projection of the print map.

    Parameters
    ----------
    frame
        Any geometry, in any CRS; never changed.

    Returns
    -------
    projected
        A new frame in `PRINT_CRS` (metres), index and columns kept.

    Raises
    ------
    ValueError
        If the frame has no CRS.
    """
    if frame.crs is None:
        msg = f"the frame has no CRS; set it with frame.set_crs({WGS84!r}) if it is in degrees"
        raise ValueError(msg)
    return frame.to_crs(PRINT_CRS)


def route_length_km(line: LineString | MultiLineString) -> float:
    """Return the length of a route along the ellipsoid.

    Parameters
    ----------
    line
        Line in longitude, latitude degrees (EPSG:4326).

    Returns
    -------
    length_km
        Geodesic length on WGS 84, in kilometres; 0.0 for an empty line.

    Raises
    ------
    ValueError
        If a coordinate is outside longitude -180..180 or latitude -90..90.

    Examples
    --------
    >>> from shapely import LineString
    >>> round(route_length_km(LineString([(51.3667, 51.2333), (76.9286, 43.2567)])))
    2116
    """
    _check_geometry(line)
    if line.is_empty:
        return 0.0
    return float(_ELLIPSOID.geometry_length(line)) / _M_PER_KM


def lengths_km(lines: npt.NDArray[np.object_]) -> FloatArray:
    """Return the length along the ellipsoid of many lines at once.

    Parameters
    ----------
    lines
        Lines of one part or several in longitude, latitude degrees (EPSG:4326).

    Returns
    -------
    lengths_km
        Geodesic lengths on WGS 84, in kilometres, parallel to `lines`; 0.0 for an empty line.

    Raises
    ------
    ValueError
        If a coordinate is outside longitude -180..180 or latitude -90..90.
    """
    parts, of_line = lines, np.arange(len(lines))
    if (shapely.get_type_id(lines) != shapely.GeometryType.LINESTRING).any():
        parts, of_line = shapely.get_parts(lines, return_index=True)
    points, of_part = shapely.get_coordinates(parts, return_index=True)
    _check_degrees(points[:, 0], points[:, 1])
    within = of_part[1:] == of_part[:-1]
    metres = np.where(within, _steps_m(points), 0.0)
    of_step = of_line[of_part[1:]]
    return np.bincount(of_step, weights=metres, minlength=len(lines)) / _M_PER_KM


def _steps_m(points: FloatArray) -> FloatArray:
    """Return the distance in metres from each point, in degrees, to the next.

    Short steps are taken on the curvature at their middle: up to 5 km the two ways agree to
    one part in ten million, and this one is many times as fast.
    """
    lon, lat = np.radians(points).T
    middle, d_lon, d_lat = (lat[1:] + lat[:-1]) / 2, np.diff(lon), np.diff(lat)
    w2 = 1.0 - _ELLIPSOID.es * np.sin(middle) ** 2
    east = _ELLIPSOID.a / np.sqrt(w2) * np.cos(middle) * d_lon
    north = _ELLIPSOID.a * (1.0 - _ELLIPSOID.es) / (w2 * np.sqrt(w2)) * d_lat
    metres: FloatArray = np.hypot(east, north)
    far = np.flatnonzero((metres > _SHORT_M) | (np.abs(middle) > _POLAR))
    ends, starts = points[far + 1], points[far]
    _, _, exact = _ELLIPSOID.inv(starts[:, 0], starts[:, 1], ends[:, 0], ends[:, 1])
    metres[far] = exact
    return metres


def area_km2(polygon: Polygon | MultiPolygon) -> float:
    """Return the area of a polygon on the ellipsoid, holes left out.

    Parameters
    ----------
    polygon
        Polygon in longitude, latitude degrees (EPSG:4326); rings may run either way.

    Returns
    -------
    area_km2
        Geodesic area on WGS 84, in square kilometres; 0.0 for an empty polygon.

    Raises
    ------
    ValueError
        If a coordinate is outside longitude -180..180 or latitude -90..90.
    """
    _check_geometry(polygon)
    if polygon.is_empty:
        return 0.0
    area_m2, _ = _ELLIPSOID.geometry_area_perimeter(shapely.orient_polygons(polygon))
    return abs(float(area_m2)) / _M2_PER_KM2
