"""Registers page: who builds, who makes what, and how far procurement has come."""

import streamlit as st

from meks_geo.ui import filters, registers, session, shell

view = session.current()
data = shell.record(view)

with st.sidebar:
    filters.sidebar(data, view)
registers.show(data, view)
