"""MEKS Geo. `streamlit run app.py` starts the pages and our own HTTP routes in one process."""

import streamlit as st

from meks_geo.ui import network, shell
from meks_geo.ui.routes import routes

app = st.App(
    "meks_geo/ui/main.py",
    routes=routes(),
    lifespan=network.lifespan,
    on_script_error=shell.page_failed,
)
