"""The page that checks a deck: what in it is no longer true, and the deck made true."""

from collections.abc import Sequence
from hashlib import sha256
from html import escape
from pathlib import PurePath
from typing import Any

import pandas as pd
import streamlit as st

from meks_geo import i18n, wording
from meks_geo.errors import InputError
from meks_geo.exports import verify
from meks_geo.exports.verify import Line, Report
from meks_geo.model import Dataset
from meks_geo.progress import Progress
from meks_geo.store import Store
from meks_geo.ui import making, shell
from meks_geo.view import View

_MIME = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
_TALLEST_ROWS = 16
_STEM_LETTERS = 80


def drop(view: View) -> tuple[str, bytes] | None:
    """Take a deck; returns its name and content, None while there is none."""
    lang = view.lang
    with st.container(key="deck-drop"):
        shell.step(lang, "1", "verify.step")
        day = i18n.date(lang, view.at.isoformat())
        shell.hint(i18n.text(lang, "verify.hint", date=day))
        shell.uploader_words(lang)
        dropped = st.file_uploader(
            i18n.text(lang, "verify.step"),
            type=["pptx"],
            key="w-deck",
            label_visibility="collapsed",
        )
    return None if dropped is None else (dropped.name, dropped.getvalue())


def show(data: Dataset, view: View, name: str, content: bytes) -> None:
    """Draw what became of the statements of a deck, or why it cannot be read."""
    lang = view.lang
    try:
        kept = Store().plan_versions
        report = verify.verify(data, content, view.at, lang, name=name, versions=kept)
    except InputError as error:
        shell.complain(lang, error.problems)
        return
    shell.step(lang, "2", "verify.result")
    _verdict(report, lang)
    shell.tiles(
        (i18n.text(lang, f"verify.{key}"), i18n.number(lang, count))
        for key, count in (
            ("changed", len(report.changed)),
            ("derived", len(report.derived)),
            ("unchanged", report.unchanged),
            ("deleted", report.deleted),
        )
    )
    _about(report, lang)
    if report.changed or report.derived or report.maps:
        _fresh(data, view, name, content)
    if report.changed:
        shell.title(i18n.text(lang, "verify.changed"))
        _table(data, report.changed, lang, "changed")
    if report.derived:
        shell.title(i18n.text(lang, "verify.derived"))
        _table(data, report.derived, lang, "derived")


def _verdict(report: Report, lang: str) -> None:
    count = len(report.changed)
    words = (
        i18n.plural(lang, "verify.some_false", count)
        if count
        else i18n.text(lang, "verify.all_true")
    )
    look = "refused" if count else "passed"
    st.html(f'<div class="verdict {look}">{escape(words)}</div>')


def _about(report: Report, lang: str) -> None:
    day = i18n.date(lang, report.made_as_of.isoformat())
    revision = wording.short_revision(report.made_of)
    words = [i18n.text(lang, "verify.made", date=day, revision=revision)]
    if report.maps:
        slides = ", ".join(i18n.number(lang, one) for one in report.maps)
        words.append(i18n.text(lang, "verify.maps", slides=slides))
    shell.hint(" ".join(words))


def _fresh(data: Dataset, view: View, name: str, content: bytes) -> None:
    """Offer the deck with the values of now; it is made beside the page when it is asked for."""
    lang = view.lang
    stem = PurePath(name).stem[:_STEM_LETTERS]

    def work(progress: Progress) -> bytes:
        kept = Store().plan_versions
        return verify.refresh(data, content, view.at, progress=progress, name=name, versions=kept)

    plans = sorted(f"{one.id} {one.version}" for one in Store().plans())
    of = f"refresh|{data.revision}|{view.at}|{plans}|".encode()
    wanted = making.Wanted(
        key=sha256(of + content).hexdigest()[:20],
        name="refreshed-deck",
        file_name=f"{stem}-{i18n.text(lang, 'verify.suffix')}.pptx",
        mime=_MIME,
        work=work,
    )
    with st.container(key="refresh"):
        making.way(
            lang,
            wanted,
            make=i18n.text(lang, "verify.refresh"),
            note=i18n.text(lang, "verify.refresh_help"),
        )
    making.troubles(lang, wanted.key)


def _table(data: Dataset, lines: Sequence[Line], lang: str, name: str) -> None:
    """Draw lines as statement, figure then, figure now, source and slides."""
    sources = [data.sources.get(line.source) for line in lines]
    edited = i18n.text(lang, "verify.edited")
    frame = pd.DataFrame(
        {
            "statement": [line.statement for line in lines],
            "then": [line.then_text for line in lines],
            "now": [line.now_text for line in lines],
            "source": [wording.source_words(lang, one) if one else "" for one in sources],
            "url": [_web(one.url) if one else None for one in sources],
            "slides": [", ".join(i18n.number(lang, n) for n in line.slides) for line in lines],
            "note": [edited if line.edited else "" for line in lines],
        }
    )
    heads = {key: i18n.text(lang, f"verify.head_{key}") for key in frame if key != "url"}
    widths = {"statement": 300, "then": 150, "now": 150, "source": 215, "slides": 115, "note": 220}
    config: dict[str, Any] = {
        key: st.column_config.TextColumn(heads[key], width=width) for key, width in widths.items()
    }
    config["url"] = st.column_config.LinkColumn(i18n.text(lang, "table.url"), width=180)
    st.dataframe(
        frame,
        hide_index=True,
        column_config=config,
        height=shell.table_height(len(frame), _TALLEST_ROWS),
        placeholder="",
        key=f"verify-{name}",
    )


def _web(address: str) -> str | None:
    return address if address.startswith(("http://", "https://")) else None
