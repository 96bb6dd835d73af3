"""Every cache of the pages, with its bound. Keys are strings and frozen values, never frames."""

import threading

import streamlit as st

from meks_geo import printmap, queries, scene
from meks_geo.config import stamp
from meks_geo.errors import Problem
from meks_geo.model import Base, Dataset
from meks_geo.store import Progress, Store
from meks_geo.view import View

_BUILDING = threading.Lock()
_LOOK_AGAIN_S = 15


def ensure(progress: Progress) -> tuple[Problem, ...]:
    """Build the current revision when it is missing or out of date; once at a time.

    Returns what is wrong with changed registers; the last good revision is served meanwhile.
    """
    with _BUILDING:
        if Store().current() is None:
            Store().ensure(progress)
        return _look()


@st.cache_data(ttl=_LOOK_AGAIN_S, max_entries=1, show_spinner=False)
def _look() -> tuple[Problem, ...]:
    """Look whether the registers changed; reading them all on each run would be felt."""
    return Store().ensure()


@st.cache_resource(max_entries=4, show_spinner=False)
def _read(revision: str) -> Dataset:
    return Store().dataset(revision)


def dataset(revision: str = "") -> Dataset:
    """Return a published revision, by default the current one; read once a process.

    Raises
    ------
    NothingPublishedError
        If there is no such revision.
    """
    return _read(revision or Store().current() or "")


def base_of(digest: str) -> Base | None:
    """Return the base map of that content among the published revisions; None for none."""
    for revision in Store().revisions():
        base = dataset(revision).base
        if base.digest == digest:
            return base
    return None


@st.cache_data(max_entries=32, show_spinner=False)
def print_bytes(revision: str, view: View) -> bytes:
    """Return the A4 picture of a view as PNG."""
    data = dataset(revision)
    drawn = scene.build(data, queries.select(data, view), stamp=stamp())
    return printmap.draw(drawn, data.base)
