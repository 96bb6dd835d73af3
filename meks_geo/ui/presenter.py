"""The presenter's own window: notes, the next scene, the clock, and answers found out of sight."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from urllib.parse import urlsplit

import segno
import streamlit as st

from meks_geo import config, dates, i18n, linecards, queries, scene, wording
from meks_geo.errors import NothingPublishedError
from meks_geo.i18n import search_key
from meks_geo.model import Dataset
from meks_geo.state import as_of
from meks_geo.ui import cache, maps, planned, render, session, shell
from meks_geo.ui.meeting import State, at_ease, board
from meks_geo.view import Place, View, changed, encode

_CSS = (Path(__file__).parent / "presenter.css").read_text(encoding="utf-8")
_ROOT = Path(__file__).resolve().parents[2]
_LOOK_S = 0.5
_MOST_FOUND = 12
_CLOSE_UP = 6.5
#: Tables that are searched by name, beside plants and projects.
_NAMED = ("regions", "places", "entities")


def window(view: View) -> None:
    """Draw the window of who leads a meeting; it says where to begin when there is none.

    Draws everything that the page has; nothing may be drawn after it.
    """
    code = session.code()
    state = board().look(code) if board().leads(code) else None
    st.html(f"<style>{_CSS}</style>")
    if state is None:
        st.info(i18n.text(view.lang, "present.nothing_led"))
        shell.to_page(view, "stories")
        st.stop()
    left, right = st.columns([0.58, 0.42], gap="medium")
    with left:
        _now(view, code, state)
        _next(view, state)
    with right:
        _clock(state.began_s)
        _door(view, code, state)
        _drawer(view, code, state)
    at_ease(state.revision)
    _watch(state.code, state.version)
    st.stop()


def _text(view: View, key: str, **params: object) -> str:
    return i18n.text(view.lang, f"present.{key}", **params)


# -- the scene -------------------------------------------------------------------------------------


def _now(view: View, code: str, state: State) -> None:
    lang, count = view.lang, len(state.story.scenes)
    place = f"{state.number + 1} / {count}"
    title, notes = state.scene.title.of(lang), state.scene.notes.of(lang)
    strayed = f"<i>{escape(_text(view, 'strayed'))}</i>" if state.strayed else ""
    st.html(
        f'<div class="told"><small>{escape(state.story.title_in(lang))} \u00b7 {place}</small>'
        f"<h2>{escape(title)}</h2>{strayed}"
        f'<div class="notes">{escape(notes) or "&nbsp;"}</div></div>'
    )
    with st.container(key="lead", horizontal=True, vertical_alignment="center"):
        st.button(
            _text(view, "back"),
            key="lead-back",
            shortcut="PageUp",
            disabled=state.number == 0 and not state.strayed,
            on_click=board().step,
            args=(code, -1),
        )
        st.button(
            _text(view, "on"),
            key="lead-on",
            type="primary",
            shortcut="PageDown",
            disabled=state.number + 1 == count,
            on_click=board().step,
            args=(code, 1),
        )
        st.button(
            _text(view, "to_scene"),
            key="lead-scene",
            disabled=not state.strayed,
            on_click=board().go,
            args=(code, state.number),
        )
        st.button(
            _text(view, "light" if state.dark else "dark"),
            key="lead-dark",
            on_click=board().darken,
            args=(code,),
        )
    _scenes(view, code, state)


def _scenes(view: View, code: str, state: State) -> None:
    """Draw the way to any scene."""
    with st.expander(_text(view, "go_to")):
        # Buttons, not a list to choose from: a window that looks by itself sends what stood in a
        # list a moment ago, and that would be taken for a choice.
        for number, scene_there in enumerate(state.story.scenes):
            st.button(
                f"{number + 1}. {shell.plain(scene_there.title.of(view.lang))}",
                key=f"go-{number}",
                type="tertiary",
                on_click=board().go,
                args=(code, number),
            )


def _next(view: View, state: State) -> None:
    """Draw what comes next, with its map."""
    lang, number = view.lang, state.number + 1
    scenes = state.story.scenes_in(lang)
    with st.container(key="coming"):
        if number == len(scenes):
            shell.title(_text(view, "last"))
            return
        title, _, there = scenes[number]
        shell.title(f"{_text(view, 'next')}: {title}")
        data = _record(state, there)
        there, _ = queries.known_only(data, there)
        drawn = planned.on_map(scene.build(data, queries.select(data, there)), data, there)
        maps.small(data, replace(drawn, legend=(), attribution=""), "coming")


def _record(state: State, view: View) -> Dataset:
    try:
        return cache.dataset(view.rev or state.revision)
    except NothingPublishedError:
        return cache.dataset()


@st.fragment(run_every=_LOOK_S)
def _watch(code: str, version: int) -> None:
    state = board().look(code)
    if state is None or state.version != version:
        st.rerun(scope="app")


@st.fragment(run_every=1.0)
def _clock(began_s: float) -> None:
    """Draw the time of day, and how long the meeting has gone on."""
    now = dates.local_time(datetime.now(UTC).isoformat())
    gone = int(board().now_s() - began_s)
    hours, minutes, seconds = gone // 3600, gone // 60 % 60, gone % 60
    run = f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
    st.html(f'<div class="clock"><b>{now:%H:%M}</b><span>{run}</span></div>')


# -- the door --------------------------------------------------------------------------------------


def _door(view: View, code: str, state: State) -> None:
    """Draw how other screens come in: the screen of the hall, the code, and its address."""
    address = f"{_origin()}/audience?code={state.code}&lang={view.lang}"
    picture = segno.make(address, error="m").svg_data_uri(scale=3, border=1)
    with st.container(key="door", horizontal=True, vertical_alignment="center"):
        st.html(
            f'<div class="code"><small>{escape(_text(view, "code"))}</small>'
            f"<b>{escape(state.code)}</b></div>",
            width="content",
        )
        st.html(
            f'<img class="qr" alt="{escape(address)}" src="{escape(picture)}">', width="content"
        )
        with st.container(width="stretch"):
            hall = encode(changed(session.current(), present=True, sel="", q=""))
            st.link_button(_text(view, "open_hall"), f"./?{hall}&code={code}")
            st.html(f'<div class="address">{escape(address)}</div>')


def _origin() -> str:
    """Return where this browser found the product, without a `/` at its end."""
    found = urlsplit(st.context.url or "")
    return f"{found.scheme}://{found.netloc}" if found.netloc else config.address()


# -- the answer drawer -----------------------------------------------------------------------------


def _drawer(view: View, code: str, state: State) -> None:
    """Search and read anything; the hall sees it only when it is shown."""
    if view.sel:  # a link on the card was followed
        session.keep(drawer_sel=view.sel)
        session.update(sel="")
    view = changed(view, q=session.kept("drawer_q"), sel=session.kept("drawer_sel"))
    data = _record(state, view)
    view, _ = queries.known_only(data, view)
    with st.container(key="drawer", border=True):
        shell.title(_text(view, "drawer"))
        shell.hint(f"{_text(view, 'drawer_hint')} \u00b7 {wording.as_of(view)}")
        _search(view)
        found = list(_found(data, view)) if view.q else []
        if view.q and not found:
            shell.hint(i18n.text(view.lang, "map.no_data"))
        for subject, name in found[:_MOST_FOUND]:
            st.button(
                shell.plain(name),
                key=f"found-{subject}",
                type="tertiary",
                on_click=lambda s=subject: session.keep(drawer_sel=s),
            )
        if view.sel:
            st.button(
                _text(view, "show_hall"),
                key="show-hall",
                type="primary",
                on_click=lambda: board().show(code, answer(data, state.view, view)),
            )
            with st.container(key="card"):
                card = linecards.card(data, as_of(data, view.at), view.sel, view.lang)
                render.card(card, changed(view, sel=""))


def _search(view: View) -> None:
    """Draw the search of the drawer. What is asked stays out of the address.

    Fragments that look by themselves bring the address along as it was when they asked.
    """
    key = session.seed("w-drawer", view.q)
    st.text_input(
        i18n.text(view.lang, "filter.q"),
        key=key,
        placeholder=i18n.text(view.lang, "filter.q_placeholder"),
        on_change=lambda: _ask(str(session.value_of(key) or "")),
        label_visibility="collapsed",
        max_chars=200,
    )


def _ask(text: str) -> None:
    """Keep what is searched for; another question closes the answer to the last one."""
    asked = " ".join(text.split())
    if asked != session.kept("drawer_q"):
        session.keep(drawer_q=asked, drawer_sel="")


def _found(data: Dataset, view: View) -> Iterator[tuple[str, str]]:
    """Return the subjects in whose names every word begins a word, with their names."""
    plants, projects = queries.search(data, view.q)
    for table, hits in (("plants", plants), ("projects", projects)):
        for subject, row in data.rows[table].items():
            if subject in hits:
                yield subject, i18n.name(view.lang, row)
    words = search_key(view.q).split()
    for table in _NAMED:
        for subject, row in data.rows[table].items():
            names = f" {search_key(' '.join(row[f'name_{one}'] for one in ('kk', 'ru', 'en')))}"
            if all(f" {word}" in names for word in words):
                yield subject, i18n.name(view.lang, row)


def answer(data: Dataset, shown: View, asked: View) -> View:
    """Return the view that shows an answer in the hall: the thing itself, without a filter.

    Parameters
    ----------
    shown
        What is in the hall; its layers and its fill stay.
    asked
        The view of the presenter's window: what was chosen, as of which day.
    """
    subject = asked.sel
    project = data.rows["projects"].get(subject)
    row = data.rows["plants"].get(project["plant_id"] if project else subject)
    place = data.rows["places"].get(subject) if row is None else row
    there = None if place is None else Place(place["lat"], place["lon"], _CLOSE_UP)
    region = (subject,) if subject in data.rows["regions"] and subject != "KZ" else ()
    return changed(
        shown.without_filters(), at=asked.at, rev=asked.rev, sel=subject, map=there, region=region
    )
