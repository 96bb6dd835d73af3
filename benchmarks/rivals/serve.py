"""Serve one rival page as the product is served: `st.App`, the same static files and settings."""

import os

import streamlit as st

from meks_geo.ui.routes import routes

app = st.App(os.environ["MEKS_BENCH_PAGE"], routes=routes())
