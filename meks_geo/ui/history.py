"""The journal on a page: who changed the map of record, and what may be done about it."""

from collections.abc import Sequence
from html import escape
from pathlib import Path

import pandas as pd
import streamlit as st

from meks_geo import archive, dates, i18n, rights, wording
from meks_geo.errors import InputError
from meks_geo.journal import Deed, Entry
from meks_geo.rights import LOCAL, Action
from meks_geo.store import Store
from meks_geo.ui import cache, differences, session, shell
from meks_geo.view import View

_MAX_NAME, _MAX_NOTE = 120, 1000
_TALLEST_ROWS = 12
_MAX_DEEDS = 200
_WIDTHS = {
    **{"number": 60, "at": 150, "author": 160, "kind": 150, "note": 330, "file": 220},
    **{"counts": 210, "revision": 90},
}


def journal(entries: Sequence[Entry], view: View) -> Entry | None:
    """Draw the entries, newest first; returns the chosen one, by default the newest."""
    lang = view.lang
    if not entries:
        shell.hint(i18n.text(lang, "history.none"))
        return None
    shown = pd.DataFrame([_row(one, lang) for one in entries], columns=list(_WIDTHS))
    config = {
        name: st.column_config.TextColumn(i18n.text(lang, f"history.head_{name}"), width=width)
        for name, width in _WIDTHS.items()
    }
    config["number"] = st.column_config.NumberColumn(
        i18n.text(lang, "history.head_number"), width=_WIDTHS["number"], format="%d"
    )
    numbers = [str(one.number) for one in entries]
    held = session.kept("entry")
    at = numbers.index(held) if held in numbers else 0
    key = f"t-journal-{numbers[0]}"

    def choose() -> None:
        row = session.selected_row(key)
        session.keep(entry=numbers[row] if row is not None and row < len(numbers) else "")

    shell.title(i18n.text(lang, "history.title"))
    st.dataframe(
        shown,
        key=key,
        hide_index=True,
        column_config=config,
        height=shell.table_height(len(shown), _TALLEST_ROWS),
        placeholder="",
        on_select=choose,
        selection_mode="single-row",
        selection_default={"selection": {"rows": [at], "columns": [], "cells": []}},
    )
    return entries[at]


def _row(entry: Entry, lang: str) -> tuple[object, ...]:
    kind = i18n.text(lang, f"history.{entry.kind}")
    if entry.target is not None:
        kind = f"{kind} → {entry.target}"
    counts = ""
    if entry.counts:
        shown = {name: i18n.number(lang, entry.counts.get(name, 0)) for name in _COUNTED}
        counts = i18n.text(lang, "history.counts", **shown)
    return (
        *(entry.number, moment(entry.at, lang), entry.author, kind, entry.note),
        *(entry.file, counts, wording.short_revision(entry.revision)),
    )


_COUNTED = ("added", "changed", "removed")


def moment(at: str, lang: str) -> str:
    """Return a moment of the journal as the clock in Kazakhstan shows it."""
    local = dates.local_time(at)
    return f"{i18n.date(lang, local.date().isoformat())}, {local:%H:%M}"


# -- one entry -------------------------------------------------------------------------------------


def entry(chosen: Entry, entries: Sequence[Entry], view: View) -> None:
    """Draw one entry and what may be done with it."""
    lang = view.lang
    number = i18n.number(lang, chosen.number, grouping=False)
    title = i18n.text(lang, "history.entry", number=number)
    with st.container(key="entry"):
        st.html(f'<h2 class="step">{escape(title)}</h2>')
        left, right = st.columns([0.5, 0.5], gap="medium")
        with left:
            st.html(_facts(chosen, lang))
            _look(chosen, view)
            _original(chosen, lang)
        with right:
            _bring_back(chosen, entries[0], lang)
    _compare(chosen, entries, view)


def _facts(chosen: Entry, lang: str) -> str:
    _, at, author, kind, note, file, counts, _ = (str(cell) for cell in _row(chosen, lang))
    pairs = {
        "at": at, "author": author, "kind": kind, "note": note, "file": file,
        "counts": counts, "revision": chosen.revision, "sha256": chosen.sha256,
    }  # fmt: skip
    rows = "".join(
        f"<dt>{escape(i18n.text(lang, f'history.head_{name}'))}</dt><dd>{escape(text)}</dd>"
        for name, text in pairs.items()
        if text
    )
    return f'<dl class="facts">{rows}</dl>'


def _look(chosen: Entry, view: View) -> None:
    """Link to the map as of then; the files of very old revisions are no longer kept."""
    if chosen.revision not in Store().revisions():
        shell.hint(i18n.text(view.lang, "history.not_kept"))
        return
    shell.to_map_of(view, chosen.revision)


def _original(chosen: Entry, lang: str) -> None:
    """Offer the file that was sent, under the name that its sender gave it."""
    if not chosen.sha256 or not chosen.intakes:
        return
    path = archive.original(Store().intakes, chosen.intakes[-1])
    if path is None:
        return
    st.download_button(
        i18n.text(lang, "history.original"),
        data=path.read_bytes,
        file_name=Path(chosen.file.replace("\\", "/")).name or path.name,
        on_click="ignore",
        key=f"original-{chosen.number}",
    )


# -- back to it ------------------------------------------------------------------------------------


def _bring_back(chosen: Entry, newest: Entry, lang: str) -> None:
    """Ask for a name and a note, then bring the state of the entry back by a new one."""
    if chosen.number == newest.number:
        shell.hint(i18n.text(lang, "history.is_current"))
        return
    if not rights.may(session.user(), Action.ROLLBACK):
        st.info(i18n.text(lang, "history.may_not_rollback"))
        return
    user = session.user()
    with st.form(f"rollback-{chosen.number}", border=False):
        shell.title(i18n.text(lang, "history.bring_back"))
        shell.hint(i18n.text(lang, "history.bring_back_hint"))
        author = st.text_input(
            i18n.text(lang, "intake.author"),
            value="" if user == LOCAL else user,
            max_chars=_MAX_NAME,
            key=f"w-back-author-{chosen.number}",
        )
        note = st.text_area(
            i18n.text(lang, "intake.note"),
            max_chars=_MAX_NOTE,
            height=90,
            key=f"w-back-note-{chosen.number}",
        )
        asked = st.form_submit_button(i18n.text(lang, "history.bring_back_button"))
    if not asked:
        return
    if not author.strip() or not note.strip():
        st.error(i18n.text(lang, "intake.name_and_note"))
        return
    try:
        with st.spinner(i18n.text(lang, "intake.publishing")):
            made = Store().rollback(chosen.number, author=author.strip(), note=note.strip())
    except InputError as error:
        shell.complain(lang, error.problems)
        return
    session.keep(entry="")
    session.move_on(made.revision)
    st.rerun()


# -- compared with another -------------------------------------------------------------------------


def _compare(chosen: Entry, entries: Sequence[Entry], view: View) -> None:
    """Compare the entry with any other one; the older of the two stands first."""
    lang, kept = view.lang, Store().revisions()
    others = [e for e in entries if e.number != chosen.number and e.revision in kept]
    if not others or chosen.revision not in kept:
        return
    before = [e.number for e in others if e.number < chosen.number]
    named = {e.number: _named(e, lang) for e in others}
    with st.container(key="compare"):
        shell.title(i18n.text(lang, "history.compare"))
        other = st.selectbox(
            i18n.text(lang, "history.compare_with"),
            [0, *named],
            index=0,
            format_func=lambda n: named[n] if n else i18n.text(lang, "history.choose"),
            key=f"w-compare-{chosen.number}-{before[0] if before else 0}",
            width=520,
        )
        if not other:
            return
        old, new = sorted(
            (chosen, next(e for e in others if e.number == other)), key=lambda e: e.number
        )
        with st.spinner(i18n.text(lang, "intake.comparing")):
            found = cache.compared(old.revision, new.revision, view.at)
        words = i18n.text(lang, "history.from_to", old=_named(old, lang), new=_named(new, lang))
        shell.hint(words)
        before_data, after_data = cache.dataset(old.revision), cache.dataset(new.revision)
        differences.show(found, before_data, after_data, lang, "entries")


def _named(one: Entry, lang: str) -> str:
    parts = (moment(one.at, lang), i18n.text(lang, f"history.{one.kind}"), one.author)
    return f"{one.number} · " + " · ".join(part for part in parts if part)


# -- what the system did of itself -----------------------------------------------------------------


def deeds(lang: str) -> None:
    """Draw the newest lines of the audit trail, repairs among them."""
    found = Store().audit()[:_MAX_DEEDS]
    if not found:
        return
    with st.expander(i18n.text(lang, "history.audit")):
        rows = [
            (moment(d.at, lang), d.user, _action(lang, d.action), _detail(lang, d)) for d in found
        ]
        names = ("at", "author", "action", "detail")
        st.dataframe(
            pd.DataFrame(rows, columns=list(names)),
            hide_index=True,
            column_config={
                n: st.column_config.TextColumn(i18n.text(lang, f"history.head_{n}")) for n in names
            },
            placeholder="",
            key="t-audit",
        )


def _action(lang: str, action: str) -> str:
    key = f"history.action_{action}"
    return i18n.text(lang, key) if i18n.has(lang, key) else action


def _detail(lang: str, deed: Deed) -> str:
    """Return what was done in words, where it is a repair."""
    first, _, rest = deed.detail.partition(" ")
    key = f"history.repair_{first}"
    if deed.action == "repair" and i18n.has(lang, key):
        return i18n.text(lang, key, what=rest)
    return deed.detail
