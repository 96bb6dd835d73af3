"""Networks page: kilometres by wear class, sector, region, operator, project status and year."""

import streamlit as st

from meks_geo import netsums, queries
from meks_geo.ui import filters, networks, session, shell

view = session.current()
data = shell.record(view)
selection = queries.select(data, view)

with st.sidebar:
    filters.sidebar(data, view, netsums.facets(data, selection))
networks.show(data, selection)
