"""Compare a checked file with the map of record, and publish it under a name and a note."""

from html import escape

import streamlit as st

from meks_geo import i18n, rights, rolls
from meks_geo.errors import InputError, MovedOnError, Problem
from meks_geo.intake import door
from meks_geo.model import Dataset
from meks_geo.rights import LOCAL, Action
from meks_geo.store import Store
from meks_geo.ui import cache, differences, intake, session, shell
from meks_geo.ui.cache import Upload
from meks_geo.view import View

_MAX_NAME, _MAX_NOTE = 120, 1000


def compare(upload: Upload, lang: str) -> door.Proposal | None:
    """Draw what publishing the file would do; None when it cannot be compared."""
    shell.step(lang, "4", "intake.compare")
    now = Store().current() or ""
    if now != upload.revision:
        _moved_on(lang, now)
        return None
    _replace_box(lang)
    replace = bool(session.kept("replace"))
    place = st.empty()
    progress = intake.reporter(place, lang, "intake.checking", "intake.comparing")
    progress("compare", 0.5)
    try:
        proposal = cache.proposal(upload, progress, replace=replace)
    except InputError as error:
        place.empty()
        shell.problems(lang, error.problems, "error.last_good")
        return None
    place.empty()
    found = proposal.difference
    if found.before == found.after:
        shell.hint(i18n.text(lang, "intake.nothing_new"))
    differences.show(found, proposal.before, proposal.after, lang, "proposal")
    return proposal


def _moved_on(lang: str, now: str) -> None:
    """Say that the map of record has changed since, and offer to look again."""
    shell.complain(lang, (Problem("moved-on", "", value=now[:8]),))
    st.button(
        i18n.text(lang, "intake.compare_again"),
        key="compare-again",
        on_click=lambda: session.keep(revision=now),
    )


def _replace_box(lang: str) -> None:
    key = session.seed("w-replace", bool(session.kept("replace")))
    st.checkbox(
        i18n.text(lang, "intake.replace"),
        key=key,
        help=i18n.text(lang, "intake.replace_help"),
        on_change=lambda: session.keep(replace="yes" if session.value_of(key) else ""),
    )


# -- publishing ------------------------------------------------------------------------------------


def form(proposal: door.Proposal, upload: Upload, view: View) -> None:
    """Ask for a name and a note, then make the file part of the map of record."""
    lang = view.lang
    shell.step(lang, "5", "intake.publish")
    if not _may_publish(proposal):
        st.info(i18n.text(lang, "intake.may_not_publish"))
        return
    if proposal.problems:
        shell.complain(lang, proposal.problems)
        return
    much = door.much_removed(proposal.difference, upload.name)
    user = session.user()
    with st.form("publish", border=False):
        author = st.text_input(
            i18n.text(lang, "intake.author"),
            value="" if user == LOCAL else user,
            max_chars=_MAX_NAME,
            key="w-author",
        )
        note = st.text_area(
            i18n.text(lang, "intake.note"),
            max_chars=_MAX_NOTE,
            height=90,
            key="w-note",
            placeholder=i18n.text(lang, "intake.note_hint"),
        )
        agreed = not much or _agree(much, proposal.before, lang)
        asked = st.form_submit_button(i18n.text(lang, "intake.publish_button"), type="primary")
    if asked:
        _publish(proposal, upload, author.strip(), note.strip(), agreed=agreed, lang=lang)


def _may_publish(proposal: door.Proposal) -> bool:
    """Return whether the user may publish for every region that the file touches."""
    regions = set()
    for state in ("before", "after"):
        data: Dataset = getattr(proposal, state)
        for name, table in proposal.difference.tables.items():
            where = rolls.regions(data, name)
            touched = {*table.added, *table.changed, *table.removed}
            regions |= set(where[where.index.isin(touched)])
    return all(rights.may(session.user(), Action.PUBLISH, str(one)) for one in regions or {""})


def _agree(much: list[Problem], data: Dataset, lang: str) -> bool:
    """Name what would go in words, and ask whether that is meant."""
    lines = []
    for one in much:
        region = i18n.name(lang, data.rows["regions"][str(one.params["region"])])
        share = i18n.quantity(lang, str(one.params["share"]), "percent")
        lines.append(f"{region}, {i18n.text(lang, f'sheet.{one.table}').lower()}: {share}")
    listed = "".join(f"<li>{escape(line)}</li>" for line in lines)
    title = escape(i18n.text(lang, "intake.takes_much"))
    st.html(f'<div class="complaint"><b>{title}</b><ul>{listed}</ul></div>')
    return st.checkbox(i18n.text(lang, "intake.agree"), key="w-agree")


def _publish(
    proposal: door.Proposal, upload: Upload, author: str, note: str, *, agreed: bool, lang: str
) -> None:
    if not author or not note:
        st.error(i18n.text(lang, "intake.name_and_note"))
        return
    if not agreed:
        st.error(i18n.text(lang, "intake.agree_first"))
        return
    place = st.empty()
    progress = intake.reporter(place, lang, "intake.publishing", "intake.publishing")
    progress("publish", 0.02)
    try:
        found = cache.checked(upload, progress)
        signed = door.signed(Store(), proposal, found, author)
        entry = door.publish(Store(), signed, note=note, allow_removal=agreed, progress=progress)
    except MovedOnError as error:
        place.empty()
        _moved_on(lang, str(error))
        return
    except InputError as error:
        place.empty()
        shell.complain(lang, error.problems)
        return
    place.empty()
    intake.forget()
    session.keep(published=str(entry.number))
    session.move_on(entry.revision)
    st.rerun()


def published(view: View) -> None:
    """Say which entry and revision came of the file, with the way to the map."""
    number, lang = session.kept("published"), view.lang
    if not number:
        return
    entry = next((one for one in Store().history() if str(one.number) == number), None)
    if entry is None:
        return
    with st.container(key="published"):
        words = i18n.text(
            lang,
            "intake.published",
            number=i18n.number(lang, entry.number, grouping=False),
            revision=entry.revision[:8],
            file=entry.file,
        )
        st.html(f'<div class="verdict passed">{escape(words)}</div>')
        with st.container(horizontal=True):
            shell.to_map(view)
            shell.to_page(view, "history")
