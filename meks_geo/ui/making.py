"""The way to a file that takes its time: make it, see how far it is, call it off, save it."""

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from meks_geo import i18n
from meks_geo.progress import Progress
from meks_geo.ui import cache, session, shell

_LOOK_S = 0.5


@dataclass(frozen=True, slots=True)
class Wanted:
    """A file that can be made.

    Parameters
    ----------
    key
        What it depends on: equal keys are equal files, made once for all who ask.
    name
        Of its buttons on the page.
    file_name, mime
        Of the file.
    work
        Makes it, and tells how far it is.
    """

    key: str
    name: str
    file_name: str
    mime: str
    work: Callable[[Progress], bytes]


def way(lang: str, wanted: Wanted, *, make: str = "", note: str | None = None) -> None:
    """Draw the next step to a file: the button that makes it, how far it is, or what saves it.

    Parameters
    ----------
    make
        Words of the first button; those of every kind of file unless given.
    note
        What the first button says when the pointer rests on it.
    """
    job = cache.jobs().get(wanted.key)
    if job is not None and not job.done.is_set() and session.token() in job.waiting:
        _watch(wanted.key, lang)
    elif job is not None and job.made is not None:
        size = i18n.number(lang, round(len(job.made) / 1024))
        st.download_button(
            i18n.text(lang, "export.save", size=size),
            data=job.made,
            file_name=wanted.file_name,
            mime=wanted.mime,
            on_click="ignore",
            key=f"save-{wanted.name}",
            type="primary",
            width="content",
        )
    else:
        st.button(
            make or i18n.text(lang, "export.make"),
            key=f"make-{wanted.name}",
            help=note,
            on_click=_begin,
            args=(wanted.key, wanted.work),
        )


def _begin(key: str, work: Callable[[Progress], bytes]) -> None:
    cache.jobs().start(key, work, session.token())


def troubles(lang: str, key: str) -> None:
    """Say what stood against a file; the button that makes it tries again."""
    job = cache.jobs().get(key)
    if job is not None and job.problems:
        shell.complain(lang, job.problems)


@st.fragment(run_every=_LOOK_S)
def _watch(key: str, lang: str) -> None:
    """Draw how far a piece of work is, with a way to call it off; the page goes on when it ends."""
    job = cache.jobs().get(key)
    if job is None or job.done.is_set():
        st.rerun(scope="app")
        return
    percent = int(job.share * 100)
    with st.container(horizontal=True, vertical_alignment="center"):
        words = f"{i18n.text(lang, 'export.working')} {percent} %"
        st.progress(percent, text=words, width=320)
        st.button(
            i18n.text(lang, "export.cancel"),
            key=f"cancel-{key}",
            type="tertiary",
            on_click=cache.jobs().call_off,
            args=(key, session.token()),
        )
