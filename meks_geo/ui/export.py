"""What can be taken away from a view: prints, decks, data, a page of its own. Made when asked."""

from hashlib import sha256
from html import escape

import streamlit as st

from meks_geo import i18n, papers, queries
from meks_geo.config import stamp
from meks_geo.exports import outputs, passport
from meks_geo.exports.outputs import OUTPUTS, PRINTS, Choice, Scenes
from meks_geo.model import Dataset
from meks_geo.progress import Progress
from meks_geo.ui import cache, session, shell
from meks_geo.view import View, encode

#: Headings of the page, and what stands under each.
GROUPS = {
    "export.print": ("png", "pdf", "svg"),
    "export.meeting": ("deck", "deck-pdf", "atlas", "deck-atlas"),
    "export.data": ("xlsx", "csv", "gpkg", "geojson", "html"),
}
_LOOK_S = 0.5


def show(data: Dataset, view: View) -> None:
    """Draw every kind of file that this view can become."""
    lang = view.lang
    selection = queries.select(data, view)
    _origin(passport.of(data, selection, stamp=stamp()))
    for heading, codes in GROUPS.items():
        shell.title(i18n.text(lang, heading))
        choice = _paper(lang) if codes == GROUPS["export.print"] else Choice(stamp=stamp())
        with st.container(key=heading.replace(".", "-")):
            for code in codes:
                offer(data, view, code, choice)


def story(data: Dataset, view: View, scenes: Scenes) -> None:
    """Draw the decks that a story can become."""
    shell.title(i18n.text(view.lang, "export.meeting"))
    choice = Choice(scenes=tuple(scenes), stamp=stamp())
    for code in ("deck", "deck-pdf"):
        offer(data, view, code, choice)


def _origin(found: passport.Passport) -> None:
    """Say what each of the files will say of itself."""
    rows = "".join(
        f"<tr><th>{escape(label)}</th><td>{escape(value)}</td></tr>"
        for label, value in found.rows()
    )
    st.html(f'<table class="origin">{rows}</table>')


def _paper(lang: str) -> Choice:
    """Ask for paper and orientation of a print."""
    with st.container(key="paper", horizontal=True, vertical_alignment="center"):
        size = st.segmented_control(
            i18n.text(lang, "export.paper"),
            list(papers.PAPERS),
            format_func=str.upper,
            key=session.seed("w-paper", session.kept("paper") or papers.PAPERS[0]),
            required=True,
            on_change=lambda: session.keep(paper=session.value_of("w-paper")),
            width="content",
        )
        way = st.segmented_control(
            i18n.text(lang, "export.orientation"),
            list(papers.ORIENTATIONS),
            format_func=lambda one: i18n.text(lang, f"export.{one}"),
            key=session.seed("w-way", session.kept("way") or papers.ORIENTATIONS[0]),
            required=True,
            on_change=lambda: session.keep(way=session.value_of("w-way")),
            width="content",
        )
    return Choice(
        paper=size or papers.PAPERS[0],
        orientation=way or papers.ORIENTATIONS[0],
        stamp=stamp(),
    )


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
            on_click=cache.jobs().drop,
            args=(key,),
        )


def offer(data: Dataset, view: View, code: str, choice: Choice) -> None:
    """Draw one kind of file: what it is, and the way to it."""
    lang = view.lang
    key = job_key(data.revision, view, code, choice)
    job = cache.jobs().get(key)
    with st.container(key=f"offer-{code}", horizontal=True, vertical_alignment="center"):
        title = i18n.text(lang, f"export.{code}")
        note = i18n.text(lang, f"export.{code}-note")
        ending = OUTPUTS[code].suffix.removeprefix(".").upper()
        st.html(
            f'<div class="offer"><b>{escape(title)}</b> <i>{ending}</i>'
            f"<span>{escape(note)}</span></div>",
            width=620,
        )
        if job is not None and not job.done.is_set():
            _watch(key, lang)
        elif job is not None and job.made is not None:
            size = i18n.number(lang, round(len(job.made) / 1024))
            st.download_button(
                i18n.text(lang, "export.save", size=size),
                data=job.made,
                file_name=outputs.file_name(code, view, data.revision),
                mime=OUTPUTS[code].mime,
                on_click="ignore",
                key=f"save-{code}",
                type="primary",
                width="content",
            )
        else:
            st.button(
                i18n.text(lang, "export.make"),
                key=f"make-{code}",
                on_click=_start,
                args=(key, data, view, code, choice),
            )
    if job is not None and job.problems:
        shell.complain(lang, job.problems)


def _start(key: str, data: Dataset, view: View, code: str, choice: Choice) -> None:
    def work(progress: Progress) -> bytes:
        return OUTPUTS[code].make(data, view, choice, progress)

    cache.jobs().start(key, work)


def job_key(revision: str, view: View, code: str, choice: Choice) -> str:
    """Return what a file depends on: equal keys are equal files."""
    of_print = (choice.paper, choice.orientation, str(choice.dpi)) if code in PRINTS else ()
    story = [f"{title}\n{notes}\n{encode(one)}" for title, notes, one in choice.scenes]
    parts = "|".join((revision, encode(view), code, *of_print, choice.stamp, *story))
    return sha256(parts.encode()).hexdigest()[:20]
