"""The layers of the default view as plain frames: what both rivals draw."""

from dataclasses import dataclass
from datetime import date

import geopandas as gpd
import pandas as pd

from meks_geo import queries
from meks_geo.model import Dataset
from meks_geo.view import View
from meks_geo.vocabulary import Zone


@dataclass(frozen=True)
class Layers:
    """Regions with wear and zone, plants and cities as points (EPSG:4326), geometry around them."""

    regions: gpd.GeoDataFrame  # region, name, zone, wear
    plants: gpd.GeoDataFrame  # name, kind, zone
    cities: gpd.GeoDataFrame  # name, zone, wear
    lakes: gpd.GeoDataFrame
    neighbours: gpd.GeoDataFrame


def layers(data: Dataset, at: date) -> Layers:
    """Return what the map of record draws without a filter on a day."""
    selection = queries.select(data, View(at=at))
    figures = selection.areas[["zone", "wear"]]
    regions = data.base.regions.merge(figures, how="left", left_on="region", right_index=True)
    regions["name"] = regions["region"].map(data.regions["name_ru"])
    regions["zone"] = regions["zone"].astype(object).where(regions["zone"].notna(), Zone.UNKNOWN)
    plants = selection.plants[selection.plants["known"]]
    return Layers(
        regions=regions[["region", "name", "zone", "wear", "geometry"]],
        plants=_points(plants, ["name", "kind", "zone"]),
        cities=_points(selection.cities, ["name", "zone", "wear"]),
        lakes=data.base.lakes[["lake_id", "geometry"]],
        neighbours=data.base.neighbours[["kind", "geometry"]],
    )


def _points(frame: pd.DataFrame, columns: list[str]) -> gpd.GeoDataFrame:
    named = frame.assign(name=frame["name_ru"])
    points = gpd.points_from_xy(named["lon"], named["lat"])
    return gpd.GeoDataFrame(named[columns].astype(object), geometry=points, crs="EPSG:4326")
