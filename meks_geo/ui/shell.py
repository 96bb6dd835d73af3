"""The frame around every page: look, header, banners, and words when something is wrong."""

import logging
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from html import escape
from pathlib import Path
from typing import Literal

import streamlit as st

from meks_geo import i18n, wording
from meks_geo.config import stamp
from meks_geo.dates import parse
from meks_geo.errors import Problem
from meks_geo.model import Dataset
from meks_geo.ui import cache, session
from meks_geo.view import View
from meks_geo.vocabulary import Lang, Theme

_CSS = (Path(__file__).parent / "style.css").read_text(encoding="utf-8")
_PROJECTOR = (Path(__file__).parent / "projector.css").read_text(encoding="utf-8")
_ROOT = Path(__file__).resolve().parents[2]
_LOG = logging.getLogger(__name__)
_OLD_DAYS = 60
_MARKUP = re.compile(r"([\\`*_\[\]<>~$:!])")
_ROW_PX = 35
#: Parts of Streamlit's drop zone whose English words ours stand for.
_ZONE = "[data-testid=stFileUploaderDropzone]"
_DROP_WORDS = {
    f"{_ZONE}:not(:has([data-testid=stFileChips]))": "intake.drop_here",
    f"{_ZONE} > span button p": "intake.choose_file",
    f"{_ZONE} [data-testid=stFileChip][aria-invalid=true]": "intake.not_taken",
}


def style(theme: str) -> None:
    """Apply the look of the product, with larger type for a projector."""
    extra = _PROJECTOR if theme == Theme.PROJECTOR else ""
    st.html(f"<style>{_CSS}{extra}</style>")


def progress(lang: str) -> Callable[[str, float], None]:
    """Return a reporter that shows how far the first build is; nothing when there is none."""
    place = st.empty()

    def show(step: str, share: float) -> None:
        if share >= 1:
            place.empty()
        else:
            place.progress(share, text=i18n.text(lang, "app.building"))

    return show


def header(data: Dataset, view: View, pages: Sequence[st.Page], page: st.Page) -> None:
    """Draw the bar with the product's name, the pages, the language and the picture for paper."""
    lang = view.lang
    mark = stamp()
    if mark:
        st.html(f'<div class="stamp">{escape(mark)}</div>')
    with st.container(key="header", horizontal=True, vertical_alignment="center"):
        st.html(f'<div class="brand">{escape(i18n.text(lang, "app.title"))}</div>', width="content")
        if session.is_held():
            return
        with st.container(key="nav", horizontal=True, width="content"):
            for one in pages:
                active = one.url_path == page.url_path
                with st.container(key=f"nav-{one.title}-on" if active else None, width="content"):
                    st.page_link(one, label=one.title, query_params=session.params())
        with st.container(
            key="tools", horizontal=True, horizontal_alignment="right", vertical_alignment="center"
        ):
            st.html(f'<div class="asof">{escape(wording.as_of(view))}</div>', width="content")
            _languages(view)
            st.download_button(
                "PNG",
                data=lambda: cache.picture(data.revision, view),
                file_name=f"meks-geo-{view.at.isoformat()}-{data.revision[:8]}.png",
                mime="image/png",
                on_click="ignore",
                help=i18n.text(lang, "app.png_help"),
                key="png",
            )


def _languages(view: View) -> None:
    key = session.seed("w-lang", view.lang)
    st.segmented_control(
        i18n.text(view.lang, "app.language"),
        [*Lang],
        format_func=lambda code: i18n.text(view.lang, f"app.lang_{code}"),
        key=key,
        required=True,
        on_change=session.from_widget,
        args=(key, "lang"),
        label_visibility="collapsed",
        width="content",
    )


def problems(lang: str, found: Sequence[Problem], title_key: str) -> None:
    """Say what is wrong with the registers, in a table that can be taken away."""
    with st.container():
        if not found:
            return
        st.error(i18n.text(lang, title_key))
        rows = []
        for problem in found:
            what, fix = i18n.problem_parts(lang, problem)
            rows.append(
                {
                    i18n.text(lang, "error.file"): problem.file,
                    i18n.text(lang, "error.row"): problem.row,
                    i18n.text(lang, "error.column"): problem.column or "",
                    i18n.text(lang, "error.what"): what,
                    i18n.text(lang, "error.fix"): fix,
                }
            )
        st.dataframe(rows, hide_index=True)


def step(lang: str, number: str, key: str) -> None:
    """Draw the heading of one step of a page."""
    st.html(f'<h2 class="step"><b>{number}</b>{escape(i18n.text(lang, key))}</h2>')


def title(words: str) -> None:
    """Draw the heading of a table or a form."""
    st.html(f'<div class="table-title">{escape(words)}</div>')


def table_height(rows: int, most: int) -> Literal["content"] | int:
    """Return the height of a table: as high as its rows, or `most` of them and a bar to scroll."""
    return "content" if rows <= most else most * _ROW_PX


def hint(words: str) -> None:
    """Draw a quiet sentence."""
    st.html(f'<p class="hint">{escape(words)}</p>')


def tiles(cells: Iterable[tuple[str, str]]) -> None:
    """Draw a strip of four figures with their names."""
    markup = "".join(
        f'<div class="tile"><div class="tile-name">{escape(name)}</div>'
        f'<div class="tile-value">{escape(value)}</div></div>'
        for name, value in cells
    )
    st.html(f'<div class="tiles four">{markup}</div>')


def complain(lang: str, found: Iterable[Problem]) -> None:
    """Say what stands against something, one sentence a problem."""
    for problem in found:
        what, fix = i18n.problem_parts(lang, problem)
        st.html(f'<div class="complaint"><b>{escape(what)}.</b> {escape(fix)}.</div>')


def uploader_words(lang: str) -> None:
    """Put words of the reader's language over those of Streamlit's own drop zone."""
    rules = "".join(
        f"{element}::after {{ content: {_css_text(i18n.text(lang, key))}; }}\n"
        for element, key in _DROP_WORDS.items()
    )
    st.html(f"<style>{rules}</style>")


def _css_text(words: str) -> str:
    """Return a text as a CSS string that cannot end early."""
    return (
        '"' + "".join(c if c.isalnum() or c in " .,:-" else f"\\{ord(c):x} " for c in words) + '"'
    )


def plain(words: str) -> str:
    """Return a text as a label of Streamlit, which takes markup, that shows it as it stands."""
    return _MARKUP.sub(r"\\\1", words)


def dropped(lang: str, parts: Sequence[str]) -> None:
    """Say which parts of the address could not be understood."""
    with st.container():
        if parts:
            plain_parts = (" ".join(part.replace("`", "").split())[:80] for part in parts[:8])
            listed = ", ".join(f"`{part}`" for part in plain_parts)
            st.info(i18n.text(lang, "app.dropped", parts=listed))


def page_failed(error: Exception) -> bool:
    """Say in the reader's language that a page failed; the traceback goes to the log alone."""
    _LOG.error("page failed", exc_info=error)
    st.error(i18n.text(session.enter().lang, "error.page"))
    return True


def record(view: View) -> Dataset:
    """Return the revision that a page shows: the one of the address, else that of the session."""
    return cache.dataset(view.rev or session.revision())


def revision(view: View, current: str) -> None:
    """Say which revision is looked at when it is not the current one, and offer the way there."""
    with st.container():
        if view.rev:
            words, button = "app.revision_of_then", "app.to_current"
        elif session.revision() != current:
            words, button = "app.newer_revision", "app.move_on"
        else:
            return
        with st.container(key="revision", horizontal=True, vertical_alignment="center"):
            shown = wording.short_revision(view.rev or session.revision())
            text = i18n.text(view.lang, words, revision=shown)
            st.html(f'<div class="revision">{escape(text)}</div>', width="content")
            st.button(
                i18n.text(view.lang, button),
                key="move-on",
                type="tertiary",
                on_click=session.move_on,
                args=(current,),
            )


def to_map(view: View) -> None:
    """Draw a link to the map with the same view."""
    st.page_link(
        str(_ROOT / "pages" / "map.py"),
        label=i18n.text(view.lang, "card.show_on_map"),
        query_params=session.params(),
    )


def to_map_of(view: View, revision: str) -> None:
    """Draw a link to the map of one revision."""
    st.page_link(
        str(_ROOT / "pages" / "map.py"),
        label=i18n.text(view.lang, "history.look"),
        query_params={**session.params(), "rev": revision},
    )


def to_page(view: View, name: str) -> None:
    """Draw a link to another page with the same view."""
    st.page_link(
        str(_ROOT / "pages" / f"{name}.py"),
        label=i18n.text(view.lang, f"page.{name}"),
        query_params=session.params(),
    )


def age(lang: str, newest: str, at: date) -> None:
    """Say how old the newest statement in view is, when it is old."""
    with st.container():
        if not newest:
            return
        days = (at - parse(newest).last).days
        if days > _OLD_DAYS:
            words = i18n.plural(lang, "app.age_months", max(round(days / 30.44), 1))
            text = i18n.text(lang, "app.newest_is_old", date=i18n.date(lang, newest), age=words)
            st.html(f'<div class="age">{escape(text)}</div>')
