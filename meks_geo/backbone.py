"""The shipped backbone of the grid as lines: named ends, drawn course.

The register names the substations at which a line ends and those that it is said to pass, each at
its site or, where that is not published, at the centre of its settlement; the course between them
is drawn straight, and its provenance says so.
"""

import geopandas as gpd
import pandas as pd
import shapely

from meks_geo.measure import WGS84
from meks_geo.model import Schema

_OWN = ("from_id", "to_id")


def drawn(backbone: pd.DataFrame, substations: pd.DataFrame) -> gpd.GeoDataFrame:
    """Return the backbone with its course; ids in the first column of both.

    Raises
    ------
    KeyError
        If a line ends at a substation that is not there.
    """
    points = {
        row.substation_id: (float(row.lon), float(row.lat)) for row in substations.itertuples()
    }
    shapes = [
        shapely.LineString([points[one] for one in (row.from_id, *_parts(row.via_ids), row.to_id)])
        for row in backbone.itertuples()
    ]
    return gpd.GeoDataFrame(backbone, geometry=shapes, crs=WGS84)


def _parts(text: object) -> list[str]:
    parts = text.split(";") if isinstance(text, str) else []
    return [part.strip() for part in parts if part.strip()]


def joined(
    networks: gpd.GeoDataFrame,
    backbone: pd.DataFrame,
    substations: pd.DataFrame,
    schema: Schema,
) -> gpd.GeoDataFrame:
    """Return networks that came in together with the backbone, in the order of their ids.

    Who sends the lines of a sector and region sends all of them: where some came in, the shipped
    ones of that sector and region are theirs no more.

    Parameters
    ----------
    networks
        Columns of the schema, `network_id` among them, and geometry in EPSG:4326.
    schema
        Schema of the networks.
    """
    sent = set(zip(networks["region"], networks["sector"], strict=True))
    own = [pair not in sent for pair in zip(backbone["region"], backbone["sector"], strict=True)]
    shipped = drawn(backbone[own], substations)
    if shipped.empty:
        return networks
    columns = {
        c.name: _cells(shipped, c.name, numeric=c.type in ("number", "integer"))
        for c in schema.columns
        if c.type != "geometry"
    }
    frame = gpd.GeoDataFrame(pd.DataFrame(columns), geometry=shipped.geometry.to_numpy(), crs=WGS84)
    if networks.empty:
        whole = frame
    else:
        whole = pd.concat([networks[list(frame.columns)], frame], ignore_index=True)
    whole = whole.drop_duplicates("network_id", keep="first")
    whole = whole.sort_values("network_id", kind="stable", ignore_index=True)
    return gpd.GeoDataFrame(whole, geometry="geometry", crs=WGS84)


def _cells(shipped: gpd.GeoDataFrame, name: str, *, numeric: bool) -> pd.Series:
    if numeric:
        there = shipped[name] if name in shipped else float("nan")
        return pd.Series(there, index=shipped.index, dtype=float).reset_index(drop=True)
    there = shipped[name].fillna("").astype(str) if name in shipped else ""
    return pd.Series(there, index=shipped.index, dtype=object).reset_index(drop=True)
