"""The map on a page: a thin adapter to streamlit-folium, in a fragment of its own."""

import time
from dataclasses import replace

import streamlit as st
from streamlit_folium import st_folium

from meks_geo import i18n, linelayer, queries, webmap
from meks_geo.model import Dataset
from meks_geo.queries import Selection
from meks_geo.scene import Scene
from meks_geo.ui import session
from meks_geo.ui.routes import basemap_url, gazetteer_url
from meks_geo.view import View

_HEIGHT = 640
_PLAN_HEIGHT = 700  # the legend of a plan takes room too
_SMALL_HEIGHT = 420
_PATIENCE_S = 6
_GIVE_WAY_S = 0.3


def show(data: Dataset, scene: Scene, view: View) -> None:
    """Draw the scene; pan and zoom go to the address without a full rerun."""
    with st.container(key="map"):
        _frame(data, replace(scene, attribution=""), view)  # it stands in the foot of the map


@st.fragment
def _frame(data: Dataset, scene: Scene, view: View) -> None:
    words = {name: i18n.text(view.lang, f"map.{name}") for name in webmap.WORDS}
    event = st_folium(
        webmap.base_map(),
        key="map-of-record",
        height=_PLAN_HEIGHT if scene.works else _HEIGHT,
        use_container_width=True,
        returned_objects=[],
        feature_group_to_add=webmap.overlay(
            scene,
            base_url=basemap_url(data.base),
            view=view.map,
            words=words,
            gazetteer_url=gazetteer_url(data.revision, view.lang, view.at),
        ),
    )
    session.on_map_event(named(data, event) if isinstance(event, dict) else event)


def named(data: Dataset, event: dict[str, object]) -> dict[str, object]:
    """Return an event of the map with the id of the line that it speaks of by its row.

    A row of the tiles of another revision is another line: such an event means nothing.
    """
    if event.get("event") != "line":
        return event
    row = event.get("row")
    if event.get("url") != linelayer.tiles_url(data.revision):
        return {}
    if not isinstance(row, int) or not 0 <= row < len(data.lines):
        return {}
    return {**event, "id": data.lines.id(row)}


def small(data: Dataset, scene: Scene, key: str) -> None:
    """Draw a map beside a list; where its reader moves it stays in the browser."""
    with st.container(key=f"map-{key}"):
        _small_frame(data, scene, key)


@st.fragment
def _small_frame(data: Dataset, scene: Scene, key: str) -> None:
    words = {name: i18n.text(scene.lang, f"map.{name}") for name in webmap.WORDS}
    st_folium(
        webmap.base_map(),
        key=f"map-of-{key}",
        height=_SMALL_HEIGHT,
        use_container_width=True,
        returned_objects=[],
        feature_group_to_add=webmap.overlay(
            scene, base_url=basemap_url(data.base), view=None, words=words
        ),
    )


def give_way() -> None:
    """Let the browser draw the map before the rest of the page reaches it.

    Frame and page share one thread in the browser: without this pause the map waits for some 130
    other elements to be handled.
    """
    if session.has_browser() and not session.is_held() and not session.has_map():
        time.sleep(_GIVE_WAY_S)


@st.fragment(run_every=_PATIENCE_S)
def wait() -> None:
    """Draw the rest of the page also when the map never says that it is there."""
    if session.waited():
        st.rerun(scope="app")


def empty_result(data: Dataset, selection: Selection) -> None:
    """Say, when nothing is left, which filter to loosen and what that would bring back."""
    with st.container():
        if len(selection.plants) or len(selection.projects) or len(selection.lines):
            return
        lang = selection.view.lang
        st.warning(i18n.text(lang, "map.empty"))
        with st.container(horizontal=True):
            for key, count in queries.loosen(data, selection.view)[:4]:
                name = i18n.text(lang, f"filter.{key}")
                found = i18n.plural(lang, "map.objects", count)
                st.button(
                    i18n.text(lang, "map.loosen", filter=name, found=found),
                    key=f"loosen-{key}",
                    on_click=lambda k=key: session.update(**{k: getattr(View(), k)}),
                )
            st.button(i18n.text(lang, "filter.reset"), key="loosen-all", on_click=session.reset)
