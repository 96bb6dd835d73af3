"""Plan page: what to modernise when and by which money, what if, two plans side by side."""

import streamlit as st

from meks_geo.ui import filters, plan, session, shell

view = session.current()
data = shell.record(view)

numbers = plan.numbers(data, view.lang)
if numbers is not None:
    with st.sidebar:
        plan.controls(data, view, numbers)
        filters.sidebar(data, view)
    plan.show(data, view, numbers)
