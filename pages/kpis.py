"""KPIs page: what was promised and what became of it, region by region, and the red zone ledger."""

import streamlit as st

from meks_geo.ui import filters, kpis, session, shell

view = session.current()
data = shell.record(view)

with st.sidebar:
    filters.sidebar(data, view)
kpis.show(data, view)
