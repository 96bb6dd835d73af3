"""Streamlit's own chart for maps: a `GeoJsonLayer` of all that passes, without a base map."""

import geopandas as gpd
import pydeck
import streamlit as st

from benchmarks.rivals import lines_table

st.set_page_config(page_title="pydeck", layout="wide")


@st.cache_resource
def _lines() -> gpd.GeoDataFrame:
    frame = lines_table.read()
    frame["colour"] = [
        [int(lines_table.COLOURS[zone][n : n + 2], 16) for n in (1, 3, 5)] for zone in frame["zone"]
    ]
    return frame


with st.sidebar:
    zones = [zone for zone in lines_table.ZONES if st.checkbox(zone, key=f"w-zone-{zone}")]
layer = pydeck.Layer(
    "GeoJsonLayer",
    data=lines_table.in_zones(_lines(), zones).__geo_interface__,
    get_line_color="properties.colour",
    line_width_min_pixels=2,
    pickable=True,
)
view = pydeck.ViewState(latitude=48.0, longitude=67.0, zoom=4)
st.title("pydeck")
st.pydeck_chart(
    pydeck.Deck(layers=[layer], initial_view_state=view, map_provider=None, map_style=None),
    height=640,
)
