"""The plain way: a `folium.Map` of `folium.GeoJson` layers, made anew on each rerun.

The rival is let off lightly: its data is read once a process, it shows no totals, counts, legend,
names, card or table, and it loads only Leaflet, from our own copy (folium asks public hosts for
jQuery, Bootstrap and more, which an office without internet has not).
"""

from datetime import UTC, datetime
from typing import Any

import folium
import streamlit as st
from streamlit_folium import st_folium

from benchmarks.rivals.tables import Layers, layers
from meks_geo import style
from meks_geo.store import Store
from meks_geo.vocabulary import Zone

folium.Map.default_js = [("leaflet", "/app/static/leaflet-1.9.4/leaflet.js")]
folium.Map.default_css = [("leaflet_css", "/app/static/leaflet-1.9.4/leaflet.css")]

st.set_page_config(page_title="The plain way", layout="wide")


@st.cache_resource
def _layers() -> Layers:
    return layers(Store().dataset(), datetime.now(UTC).date())


def _region(feature: dict[str, Any]) -> dict[str, object]:
    fill = style.load().zones[feature["properties"]["zone"]].area
    line = {"color": "#7b8794", "weight": 1}
    return {**line, "fillColor": fill, "fillOpacity": 1, "className": "bench-region"}


shown = _layers()
with st.sidebar:
    zones = [zone for zone in Zone if st.checkbox(zone, key=f"w-zone-{zone}")]
plants = shown.plants[shown.plants["zone"].isin(zones)] if zones else shown.plants

drawn = folium.Map(location=(48.0, 67.0), zoom_start=5, tiles=None)
folium.GeoJson(shown.neighbours, style_function=lambda _: {"weight": 1, "color": "#c3cad1"}).add_to(
    drawn
)
folium.GeoJson(
    shown.regions,
    style_function=_region,
    tooltip=folium.GeoJsonTooltip(["name", "wear"]),
).add_to(drawn)
folium.GeoJson(shown.lakes, style_function=lambda _: {"weight": 0, "fillOpacity": 1}).add_to(drawn)
for plant in plants.itertuples():
    folium.CircleMarker(
        (plant.geometry.y, plant.geometry.x),
        radius=7,
        color="#1f2d38",
        weight=1,
        fill_color=style.load().zones[plant.zone].symbol,
        fill_opacity=1,
        tooltip=plant.name,
        class_name="bench-plant",
    ).add_to(drawn)
for city in shown.cities.itertuples():
    folium.Marker((city.geometry.y, city.geometry.x), tooltip=city.name).add_to(drawn)

st.title("The plain way")
st_folium(drawn, use_container_width=True, height=640)  # as large as ours
