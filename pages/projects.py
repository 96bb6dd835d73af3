"""Projects page: the register of projects with status, money, slip, parents and children."""

import streamlit as st

from meks_geo import linecards, queries
from meks_geo.ui import filters, render, session, shell, tables

view = session.current()
data = shell.record(view)
selection = queries.select(data, view)

with st.sidebar:
    filters.sidebar(data, view)
shell.age(view.lang, selection.newest, view.at)
render.totals(selection)
left, right = st.columns([0.72, 0.28], gap="small")
with left:
    tables.projects(data, selection)
    render.off_map(selection)
with right, st.container(key="card"):
    shell.to_map(view)
    subject = view.sel or "meks"
    render.card(linecards.card(data, selection.state, subject, view.lang), view)
