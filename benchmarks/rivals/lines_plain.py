"""The plain way for lines: one `folium.GeoJson` of all that passes, made anew on each rerun."""

from typing import Any

import folium
import geopandas as gpd
import streamlit as st
from streamlit_folium import st_folium

from benchmarks.rivals import lines_table

folium.Map.default_js = [("leaflet", "/app/static/leaflet-1.9.4/leaflet.js")]
folium.Map.default_css = [("leaflet_css", "/app/static/leaflet-1.9.4/leaflet.css")]

st.set_page_config(page_title="The plain way", layout="wide")


@st.cache_resource
def _lines() -> gpd.GeoDataFrame:
    return lines_table.read()


def _style(feature: dict[str, Any]) -> dict[str, object]:
    colour = lines_table.COLOURS[feature["properties"]["zone"]]
    return {"color": colour, "weight": 2, "className": "bench-line"}


with st.sidebar:
    zones = [zone for zone in lines_table.ZONES if st.checkbox(zone, key=f"w-zone-{zone}")]
drawn = folium.Map(location=(48.0, 67.0), zoom_start=5, tiles=None)
folium.GeoJson(
    lines_table.in_zones(_lines(), zones),
    style_function=_style,
    tooltip=folium.GeoJsonTooltip(["sector", "operator", "wear_percent"]),
).add_to(drawn)
st.title("The plain way")
st_folium(drawn, use_container_width=True, height=640, returned_objects=[])
