"""Sources page: every source, what rests on it, and how old it is."""

import streamlit as st

from meks_geo import queries
from meks_geo.ui import filters, session, shell, tables

view = session.current()
data = shell.record(view)
selection = queries.select(data, view)

with st.sidebar:
    filters.sidebar(data, view)
shell.age(view.lang, selection.newest, view.at)
tables.sources(data, selection)
