"""The only owner of the address and of session state.

The query string is the truth. Each run reads it into a `View`; widgets are seeded from that view
and write a new one back. Session state holds widget seeds and plain strings, nothing else.
"""

import secrets
from collections.abc import Callable, Container
from dataclasses import replace
from datetime import date
from typing import Any

import streamlit as st

from meks_geo import dates, i18n, queries
from meks_geo.model import Dataset
from meks_geo.rights import LOCAL
from meks_geo.view import NO_FILL, Place, View, changed, decode, to_params
from meks_geo.vocabulary import REGIONS, Layer

_LAST_EVENT = "last-map-event"
_STARTED = "started"
_HELD, _FOLLOWS, _WHOLE = "held", "follows", "whole"
_DROPPED = "dropped"
_WAITED = "waited"
_REVISION = "revision"
_TOKEN = "token"
#: Key of the address that is no part of a view: the code of a meeting.
_CODE = "code"


def user() -> str:
    """Return who is at the other end; without a login everyone is the same user."""
    return LOCAL


def begin(current: str, kept: Container[str]) -> str:
    """Return the revision that this session looks at: the one that it began with.

    A session goes on with it while others publish, until it is moved on. One that is no longer kept
    gives way to the current one.
    """
    held = st.session_state.get(_REVISION)
    if held is None or held not in kept:
        held = st.session_state[_REVISION] = current
    return str(held)


def revision() -> str:
    """Return the revision that this session looks at; "" before it began."""
    return str(st.session_state.get(_REVISION, ""))


def move_on(current: str) -> None:
    """Look at another revision from now on, without one named in the address."""
    st.session_state[_REVISION] = current
    if enter().rev:
        update(rev="")


def day(text: str) -> date:
    """Return a day that was kept as text; today for none."""
    return date.fromisoformat(text) if text else dates.today()


def kept(name: str) -> str:
    """Return a text that a page keeps from run to run; "" when there is none."""
    return str(st.session_state.get(f"kept-{name}", ""))


def keep(**texts: str) -> None:
    """Keep small texts from run to run, by name; "" forgets one."""
    for name, text in texts.items():
        st.session_state[f"kept-{name}"] = text


def token() -> str:
    """Return what tells this session from others in the same process."""
    if not kept(_TOKEN):
        keep(**{_TOKEN: secrets.token_hex(8)})
    return kept(_TOKEN)


def _decode() -> tuple[View, tuple[str, ...]]:
    lang = i18n.pick_language(st.context.locale)
    query = {key: text for key, text in st.query_params.to_dict().items() if key != _CODE}
    return decode(query, today=dates.today(), lang=lang)


def enter() -> View:
    """Return the view of the address before any data is read."""
    return _decode()[0]


def settle(data: Dataset, known_revision: bool) -> tuple[View, tuple[str, ...]]:
    """Return the view of the address for this revision, and what was dropped from it.

    The address is rewritten in its canonical form, so a link means the same elsewhere and later.
    """
    view, dropped = _decode()
    if not known_revision:
        dropped += (f"rev={view.rev}",)
        view = replace(view, rev="")
    view, unknown = queries.known_only(data, view)
    _write(view)
    return view, dropped + unknown


def start(*, on_map: bool, dropped: tuple[str, ...]) -> tuple[str, ...]:
    """Begin a run; the first one of a browser's session draws the map alone, to have it there soon.

    Returns what was dropped from the address, that of a first run told again in the whole one.
    """
    before = st.session_state.get(_STARTED)
    held = on_map and before is None and has_browser()
    after = _FOLLOWS if before == _HELD else _WHOLE
    st.session_state[_STARTED] = _HELD if held else after
    told = (*st.session_state.pop(_DROPPED, ()), *dropped)
    if held:
        st.session_state[_DROPPED] = told
    return told


def has_browser() -> bool:
    """Return whether a browser is at the other end, and not a test of the script alone."""
    return "User-Agent" in st.context.headers


def waited() -> bool:
    """Return whether this is asked for the second time in a held run."""
    if not is_held():
        return False
    again = _WAITED in st.session_state
    st.session_state[_WAITED] = "yes"
    return again


def is_held() -> bool:
    """Return whether this run draws the map alone; the rest follows when the map is there."""
    return bool(st.session_state.get(_STARTED) == _HELD)


def has_map() -> bool:
    """Return whether the map of this run is drawn already: the run before was held for it."""
    return bool(st.session_state.get(_STARTED) == _FOLLOWS)


def current() -> View:
    """Return the view of the address as it stands now."""
    return _decode()[0]


def update(**changes: Any) -> None:
    """Write a changed view into the address."""
    _write(changed(current(), **changes))


def reset() -> None:
    """Switch every filter off; language, date, layers and place stay."""
    _write(current().without_filters())


def code() -> str:
    """Return the code of the meeting that the address names; "" for none."""
    return str(st.query_params.get(_CODE, ""))[:64]


def go(view: View, code: str = "") -> None:
    """Write a view into the address, and the code of a meeting or none."""
    _write(view, code)


def _write(view: View, meeting: str | None = None) -> None:
    named = code() if meeting is None else meeting
    wanted = to_params(view) | ({_CODE: named} if named else {})
    if st.query_params.to_dict() != wanted:
        st.query_params.from_dict(wanted)


def params() -> dict[str, str]:
    """Return the keys of the address, for links to other pages."""
    return to_params(current())


def switch(widget: str, key: str, code: str) -> None:
    """Put one option of a list filter on or off, as its box says.

    Streamlit calls this for boxes that nobody touched when a run is cut short by the next click:
    so it must say what the box says, and never turn the option over.
    """
    chosen: tuple[str, ...] = getattr(current(), key)
    on = bool(st.session_state[widget])
    if on != (code in chosen):
        update(**{key: (*chosen, code) if on else tuple(c for c in chosen if c != code)})


def switch_layer(widget: str, code: str) -> None:
    """Show or hide one layer, as its box says; layers keep the order of the map."""
    on, shown = bool(st.session_state[widget]), current().layers
    left = tuple(c for c in Layer if (on if c == code else c in shown))
    if left != shown:
        update(layers=left or (NO_FILL,))


def value_of(widget: str) -> Any:
    """Return what stands in a widget now; None when it is not there."""
    return st.session_state.get(widget)


def seed(widget: str, value: object) -> str:
    """Set a widget to the value that the address gives it; returns the widget's key."""
    st.session_state[widget] = value
    return widget


def from_widget(widget: str, key: str, read: Callable[[object], object] = lambda v: v) -> None:
    """Write a widget's value into the view under `key`."""
    update(**{key: read(st.session_state[widget])})


def choose_row(widget: str, row: int | None) -> None:
    """Choose a row of a table, by position, or none: else it keeps its place in other rows."""
    if selected_row(widget) != row:
        rows = [] if row is None else [row]
        st.session_state[widget] = {"selection": {"rows": rows, "columns": [], "cells": []}}


def selected_row(widget: str) -> int | None:
    """Return the row chosen in a table, by position; None when none is."""
    rows = st.session_state.get(widget, {}).get("selection", {}).get("rows", [])
    return rows[0] if rows else None


def on_map_event(event: object) -> None:
    """Act on what the map reports: a click selects or filters, a move is kept in the address.

    Events carry a growing number `n`; one that was acted on is not acted on again.
    """
    if not isinstance(event, dict) or "event" not in event:
        return
    number = str(event.get("n", ""))
    if st.session_state.get(_LAST_EVENT) == number:
        return
    st.session_state[_LAST_EVENT] = number
    if event["event"] == "ready" and is_held():
        st.rerun(scope="app")
    changes = map_changes(current(), event)
    if changes:
        update(**changes)
    if changes.keys() - {"map"}:
        st.rerun(scope="app")


def map_changes(view: View, event: dict[str, object]) -> dict[str, Any]:
    """Return what an event of the map changes in the view; {} for what it cannot mean."""
    kind, subject = event.get("event"), event.get("id")
    if kind == "move":
        try:
            place = Place(*(float(str(event[k])) for k in ("lat", "lon", "zoom")))
        except (KeyError, ValueError):
            return {}
        return {} if place == view.map else {"map": place}
    if kind in ("select", "city", "line") and isinstance(subject, str):
        # a map without a place would go to a chosen line; who clicked on it stays where he is
        stays = kind == "line" and view.map is None
        there = map_changes(view, {**event, "event": "move"}) if stays else {}
        return {**there, "sel": "" if view.sel == subject else subject}
    if kind == "region" and subject in REGIONS:
        only = view.region == (subject,)
        return {"region": () if only else (str(subject),), "map": None}
    return {}
