"""Map page: filter the objects, draw them, open the selected one."""

import streamlit as st

from meks_geo import cards, linecards, netsums, queries, scene
from meks_geo.config import stamp
from meks_geo.ui import filters, maps, planned, render, session, shell, stories, tables

view = session.current()
data = shell.record(view)
selection = queries.select(data, view)

# The map is drawn first: what a filter changes is seen before the rest of the page is counted.
top = st.container()
left, right = st.columns([0.74, 0.26], gap="small")
with left:
    maps.empty_result(data, selection)
    drawn = scene.build(data, selection, stamp=stamp())
    maps.show(data, planned.on_map(drawn, data, view), view)
    render.foot(data, selection)
maps.give_way()
with top:
    shell.age(view.lang, selection.newest, view.at)
    render.totals(selection)
if session.is_held():
    with st.sidebar:
        filters.search(view)
    maps.wait()
else:
    with st.sidebar:
        filters.sidebar(data, view, beside=netsums.facets(data, selection))
    with right, st.container(key="card"):
        subject = view.sel or (view.region[0] if len(view.region) == 1 else "KZ")
        render.card(linecards.card(data, selection.state, subject, view.lang), view)
        if not view.sel:
            inside = [*selection.plants.index, *selection.projects.index]
            render.latest(cards.latest(data, selection.state, inside, view.lang), view)
    stories.add_button(view)
    tables.plants(data, selection)
