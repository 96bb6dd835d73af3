"""What can be taken away from a view: prints, decks, data, a page of its own. Made when asked."""

from dataclasses import replace
from datetime import date
from hashlib import sha256
from html import escape

import streamlit as st

from meks_geo import i18n, papers, queries
from meks_geo.config import stamp
from meks_geo.errors import InputError
from meks_geo.exports import geojson, outputs, passport
from meks_geo.exports.outputs import LAYERED, OUTPUTS, PRINTS, Choice, Scenes
from meks_geo.model import Dataset
from meks_geo.progress import Progress
from meks_geo.queries import Selection
from meks_geo.since import year_before
from meks_geo.store import Store
from meks_geo.ui import making, session, shell
from meks_geo.view import FIRST_DAY, View, encode

#: Headings of the page, and what stands under each.
GROUPS = {
    "export.print": ("png", "pdf", "svg"),
    "export.meeting": ("deck", "deck-pdf", "atlas", "deck-atlas"),
    "export.data": ("xlsx", "gpkg", "html", "csv", "geojson"),
}
#: What the page offers as one layer; the command line knows more.
_LAYERS = ("plants", "projects", "networks", "regions")


def show(data: Dataset, view: View) -> None:
    """Draw every kind of file that this view can become."""
    lang = view.lang
    asked, view = _with_plans(Choice(stamp=stamp()), view)
    selection = queries.select(data, view)
    _origin(passport.of(data, selection, stamp=stamp(), plan=asked.plan))
    for heading, codes in GROUPS.items():
        shell.title(i18n.text(lang, heading))
        choice = _paper(lang, asked) if codes == GROUPS["export.print"] else asked
        if codes == GROUPS["export.meeting"]:
            choice = replace(choice, since=_since(view))
        with st.container(key=heading.replace(".", "-")):
            for code in codes:
                if code == LAYERED[0]:
                    choice = replace(choice, layer=_layer(selection))
                offer(data, view, code, choice)


def story(data: Dataset, view: View, scenes: Scenes) -> None:
    """Draw the decks that a story can become."""
    shell.title(i18n.text(view.lang, "export.meeting"))
    choice, view = _with_plans(Choice(scenes=tuple(scenes), stamp=stamp()), view)
    for code in ("deck", "deck-pdf"):
        offer(data, view, code, choice)


def _with_plans(choice: Choice, view: View) -> tuple[Choice, View]:
    """Return a choice with the saved plans that its views name, and say which are not there."""
    try:
        found, known, dropped = outputs.with_plans(choice, view, Store().plan)
    except InputError as error:
        shell.complain(view.lang, error.problems)
        return choice, replace(view, plan="")
    if dropped:
        shell.hint(i18n.text(view.lang, "app.dropped", parts=", ".join(dropped)))
    return found, known


def _origin(found: passport.Passport) -> None:
    """Say what each of the files will say of itself."""
    rows = "".join(
        f"<tr><th>{escape(label)}</th><td>{escape(value)}</td></tr>"
        for label, value in found.rows()
    )
    st.html(f'<table class="origin">{rows}</table>')


def _paper(lang: str, asked: Choice) -> Choice:
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
    return replace(asked, paper=size or papers.PAPERS[0], orientation=way or papers.ORIENTATIONS[0])


def _since(view: View) -> date:
    """Ask for the day with which an atlas compares."""
    kept = session.kept("since")
    usual = date.fromisoformat(kept) if kept else year_before(view.at)
    with st.container(key="since"):
        found = st.date_input(
            i18n.text(view.lang, "export.since"),
            min_value=FIRST_DAY,
            max_value=max(view.at, FIRST_DAY),
            format="DD.MM.YYYY",
            key=session.seed("w-since", max(min(usual, view.at), FIRST_DAY)),
            on_change=lambda: session.keep(since=str(session.value_of("w-since") or "")),
            width=220,
        )
    return found if isinstance(found, date) else year_before(view.at)


def _layer(selection: Selection) -> str:
    """Ask for the layer of a file that has room for one."""
    lang = selection.view.lang
    usual = session.kept("layer") or geojson.layer_of(selection)
    with st.container(key="layer"):
        found = st.segmented_control(
            i18n.text(lang, "export.layer"),
            list(_LAYERS),
            format_func=lambda one: i18n.label(lang, "layer", one),
            key=session.seed("w-layer", usual if usual in _LAYERS else _LAYERS[0]),
            required=True,
            on_change=lambda: session.keep(layer=session.value_of("w-layer")),
            width="content",
        )
    return found or _LAYERS[0]


def offer(data: Dataset, view: View, code: str, choice: Choice) -> None:
    """Draw one kind of file: what it is, and the way to it."""
    lang = view.lang
    wanted = making.Wanted(
        key=job_key(data.revision, view, code, choice),
        name=code,
        file_name=outputs.file_name(code, view, data.revision, choice.layer),
        mime=OUTPUTS[code].mime,
        work=lambda progress: _made(data, view, code, choice, progress),
    )
    with st.container(key=f"offer-{code}", horizontal=True, vertical_alignment="center"):
        title = i18n.text(lang, f"export.{code}")
        note = i18n.text(lang, f"export.{code}-note")
        ending = OUTPUTS[code].suffix.removeprefix(".").upper()
        st.html(
            f'<div class="offer"><b>{escape(title)}</b> <i>{ending}</i>'
            f"<span>{escape(note)}</span></div>",
            width=620,
        )
        making.way(lang, wanted)
    making.troubles(lang, wanted.key)


def _made(data: Dataset, view: View, code: str, choice: Choice, progress: Progress) -> bytes:
    return OUTPUTS[code].make(data, view, choice, progress)


def job_key(revision: str, view: View, code: str, choice: Choice) -> str:
    """Return what a file depends on: equal keys are equal files."""
    of_print = (choice.paper, choice.orientation, str(choice.dpi)) if code in PRINTS else ()
    story = [f"{title}\n{notes}\n{encode(one)}" for title, notes, one in choice.scenes]
    more = [choice.layer] if code in LAYERED else []
    more += [str(choice.since)] if code == "atlas" else []
    more += [f"{one.id} {one.version} {one.at_saved}" for one in choice.plans]
    parts = "|".join((revision, encode(view), code, *of_print, choice.stamp, *more, *story))
    return sha256(parts.encode()).hexdigest()[:20]
