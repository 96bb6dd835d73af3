"""Screens in a hall: the map without a frame around it, led by a presenter or following one."""

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import folium
import streamlit as st
from streamlit_folium import st_folium

from meks_geo import dates, i18n, queries, scene, stories, webmap
from meks_geo.config import stamp
from meks_geo.errors import InputError, NothingPublishedError
from meks_geo.model import Dataset
from meks_geo.ui import cache, hall, maps, planned, session, shell
from meks_geo.ui.meeting import State, at_ease, board
from meks_geo.ui.routes import basemap_url
from meks_geo.view import View, changed

_ROOT = Path(__file__).resolve().parents[2]
_STATIC = _ROOT / "static" / "meks-geo"
_CSS = (Path(__file__).parent / "present.css").read_text(encoding="utf-8")
_FILES = ("present.js", "present.css")
_DIGEST = hashlib.sha256(b"".join((_STATIC / one).read_bytes() for one in _FILES)).hexdigest()[:8]
_SCRIPT, _SHEET = (f"/app/static/meks-geo/{one}?v={_DIGEST}" for one in _FILES)
#: What the page gives the frame before style sheets turn it: a height that is never seen.
_HEIGHT = 600
_LOOK_S = 0.5
_MOST_STEPS = 60


class Seat(NamedTuple):
    """Where a screen stands: the code it came with, what its meeting shows, whether it leads."""

    code: str
    state: State | None
    leads: bool


def screen(view: View) -> None:
    """Draw the map page of `present=1`: that of the address, or of the meeting that it leads.

    Draws everything that the page has; nothing may be drawn after it.
    """
    code = session.code()
    state = board().look(code) if code else None
    _style()
    if code and state is None:
        _ended(view)
    else:
        _draw(view, Seat(code, state, state is None or board().leads(code)))
    st.stop()


def audience(view: View) -> None:
    """Draw the screen that follows a presenter; it asks for the code when it has none.

    Draws everything that the page has; nothing may be drawn after it.
    """
    code = session.code()
    state = board().look(code) if code else None
    _style()
    if state is None:
        _join(view, code)
    else:
        _draw(view, Seat(code, state, leads=False))
    st.stop()


def link(view: View) -> None:
    """Draw a link that shows what is on the map on the whole screen."""
    st.page_link(
        str(_ROOT / "pages" / "map.py"),
        label=i18n.text(view.lang, "present.full"),
        query_params={**session.params(), "present": "1"},
    )


def _style() -> None:
    st.html(f"<style>{_CSS}</style>")


def _draw(view: View, seat: Seat) -> None:
    """Draw a screen: each part has its place, so that a new scene never makes the map anew."""
    state = seat.state
    shown = changed(view, present=False)
    if state is not None:
        shown = changed(state.view, lang=view.lang)
    data = _record(shown, state)
    shown, _ = queries.known_only(data, shown)
    selection = queries.select(data, shown)
    title = "" if state is None or state.strayed else state.scene.title.of(view.lang)
    parts = [hall.head(data, selection, title, stamp()), hall.side(data, selection)]
    parts.append(hall.foot(data, selection))
    if state is not None and state.dark:
        parts.append('<div class="hall-dark"></div>')
    st.html("".join(parts))
    with st.container(key="hall-map"):
        drawn = planned.on_map(scene.build(data, selection, stamp=stamp()), data, shown)
        _map(data, replace(drawn, attribution=""), shown, seat)  # it stands in the foot
    with st.container():
        if seat.leads:
            _keys(shown, seat)
    at_ease(data.revision)
    with st.container():
        if state is not None:
            _follow(state.code, state.version)


def _record(view: View, state: State | None) -> Dataset:
    """Return the revision of the meeting, so that all of its screens have the same figures."""
    if state is None:
        return shell.record(view)
    try:
        return cache.dataset(view.rev or state.revision)
    except NothingPublishedError:
        return shell.record(changed(view, rev=""))


# -- the map ---------------------------------------------------------------------------------------


def _base_map() -> folium.Map:
    base = webmap.base_map()
    base.default_js = [*base.default_js, ("present", _SCRIPT)]
    base.default_css = [*base.default_css, ("present", _SHEET)]
    return base


@st.fragment
def _map(data: Dataset, drawn: scene.Scene, shown: View, seat: Seat) -> None:
    words = {name: i18n.text(shown.lang, f"map.{name}") for name in webmap.WORDS}
    event = st_folium(
        _base_map(),
        key="map-of-hall",
        height=_HEIGHT,
        use_container_width=True,
        returned_objects=[],
        feature_group_to_add=webmap.overlay(
            drawn, base_url=basemap_url(data.base), view=shown.map, words=words
        ),
    )
    if seat.leads and isinstance(event, dict) and "event" in event:
        _hear(data, event, shown, seat)


def _hear(data: Dataset, event: dict[str, object], shown: View, seat: Seat) -> None:
    """Act on what the map or a key says; what was acted on is not acted on again."""
    number = str(event.get("n", ""))
    if session.kept("hall_event") == number:
        return
    by, heard = steps(event, session.kept("hall_sum"))
    session.keep(hall_event=number, hall_sum=heard)
    kind = event["event"]
    if kind == "leave":
        leave(shown)
    elif by:
        step(shown, seat.code, by)
    elif kind == "dark":
        board().darken(seat.code)
    else:
        changes = session.map_changes(shown, maps.named(data, event))
        if not changes:
            return
        _show(changed(shown, **changes), seat)
        if changes.keys() == {"map"}:
            return  # the map is there already; other screens see it when they look
    st.rerun(scope="app")


def steps(event: dict[str, object], heard: str) -> tuple[int, str]:
    """Return how many scenes the keys ask to go on, and what to remember of it.

    A map's frame counts all keys since it was made: an answer that was lost is made up for.
    """
    frame, total = event.get("frame"), event.get("sum")
    if not isinstance(frame, str) or not isinstance(total, int):
        return 0, heard
    known, _, count = heard.partition(":")
    before = int(count) if known == frame[:20] and count.removeprefix("-").isdecimal() else 0
    by = max(-_MOST_STEPS, min(_MOST_STEPS, total - before))
    return by, f"{frame[:20]}:{total}"


def step(shown: View, code: str, by: int) -> None:
    """Go on by some scenes; without a meeting, begin one with the story of this session."""
    if code:
        board().step(code, by)
        return
    try:
        story = stories.read(session.kept("story") or "", dates.today())
    except InputError:
        return
    if story.scenes:
        opened = board().open(story, session.revision())
        session.go(changed(session.current(), lang=shown.lang), opened)


def _show(shown: View, seat: Seat) -> None:
    if seat.state is None:
        session.go(changed(shown, present=True))
    else:
        board().show(seat.code, shown)


def leave(shown: View) -> None:
    """Go back to the map page with what is on the screen."""
    session.go(changed(shown, present=False))


# -- around it -------------------------------------------------------------------------------------


def _keys(shown: View, seat: Seat) -> None:
    """Draw the buttons of who leads, quiet until the pointer is there."""
    lang, state = shown.lang, seat.state
    with st.container(key="hall-keys", horizontal=True):
        if state is not None:
            place = f"{state.number + 1} / {len(state.story.scenes)}"
            st.html(f'<span class="hall-place">{place}</span>', width="content")
        if state is not None or session.kept("story"):
            for sign, name, by in (("\u2039", "back", -1), ("\u203a", "on", 1)):
                st.button(
                    sign,
                    key=f"hall-{name}",
                    type="tertiary",
                    help=i18n.text(lang, f"present.{name}"),
                    on_click=step,
                    args=(shown, seat.code, by),
                )
        st.button(
            "\u00d7",
            key="hall-leave",
            type="tertiary",
            help=i18n.text(lang, "present.leave"),
            on_click=leave,
            args=(shown,),
        )


@st.fragment(run_every=_LOOK_S)
def _follow(code: str, version: int) -> None:
    """Look whether something else is shown by now."""
    state = board().look(code)
    if state is None or state.version != version:
        st.rerun(scope="app")


def _ended(view: View) -> None:
    words = i18n.text(view.lang, "present.ended")
    st.html(f'<div class="hall-ended">{words}</div>')
    with st.container(key="hall-join"):
        st.button(i18n.text(view.lang, "present.leave"), on_click=leave, args=(view,), key="ended")


def _join(view: View, code: str) -> None:
    """Ask for the code of the meeting."""
    lang = view.lang
    words = i18n.text(lang, "present.no_meeting" if code else "present.join")
    st.html(f'<div class="hall-ended">{words}</div>')
    with st.container(key="hall-join"):
        st.text_input(
            i18n.text(lang, "present.code"),
            key="w-code",
            max_chars=8,
            label_visibility="collapsed",
            placeholder=i18n.text(lang, "present.code"),
            on_change=lambda: session.go(view, str(session.value_of("w-code") or "")),
        )
