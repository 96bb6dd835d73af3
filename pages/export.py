"""Export page: the view as a print, a deck, an atlas, data, or a page that needs no server."""

import streamlit as st

from meks_geo import queries
from meks_geo.ui import export, filters, session, shell

view = session.current()
data = shell.record(view)

with st.sidebar:
    filters.sidebar(data, view)
shell.age(view.lang, queries.select(data, view).newest, view.at)
export.show(data, view)
shell.to_page(view, "verify")
