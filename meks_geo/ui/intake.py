"""The way of a file on the page: template, drop, check. What follows is in `verdict`, `publish`."""

from collections.abc import Callable
from html import escape

import streamlit as st

from meks_geo import dates, i18n, rights
from meks_geo.errors import by_system
from meks_geo.intake import door
from meks_geo.intake.compare import TABLES
from meks_geo.model import Dataset
from meks_geo.rights import Action
from meks_geo.store import Store
from meks_geo.ui import cache, session, shell, uploads
from meks_geo.ui.cache import Upload
from meks_geo.view import View
from meks_geo.vocabulary import REGIONS


def allowed(lang: str) -> bool:
    """Return whether files may be checked here; says so when they may not."""
    if rights.may(session.user(), Action.CHECK):
        return True
    st.info(i18n.text(lang, "intake.may_not_check"))
    return False


# -- template --------------------------------------------------------------------------------------


def template(data: Dataset, view: View) -> None:
    """Offer the workbook that a region fills in; it is made when it is asked for."""
    lang = view.lang
    with st.container(key="template"):
        shell.step(lang, "1", "intake.template")
        shell.hint(i18n.text(lang, "intake.template_hint"))
        names = {one: i18n.name(lang, data.rows["regions"][one]) for one in REGIONS}
        with st.container(horizontal=True, vertical_alignment="center", key="template-choice"):
            region = st.selectbox(
                i18n.text(lang, "intake.template_region"),
                ["", *sorted(names, key=lambda one: i18n.search_key(names[one]))],
                format_func=lambda one: names.get(one, i18n.text(lang, "intake.whole_country")),
                key="w-template-region",
                label_visibility="collapsed",
            )
            revision, day = data.revision, dates.today()
            st.download_button(
                i18n.text(lang, "intake.template_button"),
                data=lambda: cache.template_bytes(revision, lang, region, day),
                file_name=f"meks-geo-{region or 'KZ'}-{day.isoformat()}.xlsx",
                mime="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                on_click="ignore",
                key="template-file",
                width="content",
            )


# -- the file --------------------------------------------------------------------------------------


def drop(view: View) -> None:
    """Take a file; it is kept under its hash, and the page begins anew with it."""
    lang = view.lang
    with st.container(key="drop"):
        shell.step(lang, "2", "intake.file")
        shell.hint(i18n.text(lang, "intake.file_hint"))
        shell.uploader_words(lang)
        dropped = st.file_uploader(
            i18n.text(lang, "intake.file_label"),
            type=list(uploads.ENDINGS),
            key=f"w-file-{session.kept('drops')}",
            label_visibility="collapsed",
        )
        if dropped is None:
            return
        try:
            sha256 = uploads.keep(Store(), dropped.name, dropped)
        except OSError as error:
            shell.complain(lang, (by_system("unwritable-file", dropped.name, error),))
            return
        drops = int(session.kept("drops") or 0) + 1
        forget()
        session.keep(
            drops=str(drops),
            sha256=sha256,
            name=dropped.name,
            revision=Store().current() or "",
            day=dates.today().isoformat(),
        )
    st.rerun()


def forget() -> None:
    """Put the file aside; nothing of it stays but what was published."""
    sha256, name = session.kept("sha256"), session.kept("name")
    if sha256:
        uploads.forget(Store(), sha256, name)
    names = ("sha256", "name", "table", "revision", "day", "replace", "published")
    session.keep(**dict.fromkeys(names, ""))


def current(view: View) -> Upload | None:
    """Return the file that this session works on, and draw its name; None for none."""
    sha256, name, lang = session.kept("sha256"), session.kept("name"), view.lang
    if not sha256:
        return None
    if not uploads.is_there(Store(), sha256, name):
        forget()
        st.info(i18n.text(lang, "intake.gone"))
        return None
    if session.kept("revision") not in Store().revisions():
        session.keep(revision=Store().current() or "")
    with st.container(key="file", horizontal=True, vertical_alignment="center"):
        st.html(f'<div class="file-name">{escape(name)}</div>', width="content")
        _choose_table(lang)
        st.button(
            i18n.text(lang, "intake.put_aside"), key="put-aside", type="tertiary", on_click=forget
        )
    return Upload(
        sha256=sha256,
        name=name,
        table=session.kept("table"),
        revision=session.kept("revision"),
        day=session.day(session.kept("day")),
    )


def _choose_table(lang: str) -> None:
    key = session.seed("w-table", session.kept("table"))
    st.selectbox(
        i18n.text(lang, "intake.table"),
        ["", *TABLES],
        format_func=lambda one: i18n.text(lang, f"sheet.{one}" if one else "intake.table_by_file"),
        key=key,
        on_change=lambda: session.keep(table=session.value_of(key) or "", replace=""),
        label_visibility="collapsed",
        width=260,
    )


# -- checking --------------------------------------------------------------------------------------


def examined(upload: Upload, lang: str) -> door.Checked:
    """Return the file, read and checked; shows how far that is."""
    place = st.empty()
    found = cache.checked(upload, reporter(place, lang, "intake.reading", "intake.checking"))
    place.empty()
    return found


def reporter(
    place: "st.delta_generator.DeltaGenerator", lang: str, first: str, then: str
) -> Callable[[str, float], None]:
    """Return a reporter of progress; a step named `read` has the first words, all others `then`."""
    shown = [-1]

    def show(step: str, share: float) -> None:
        percent = min(100, max(0, int(share * 100)))
        if percent != shown[0]:
            shown[0] = percent
            place.progress(percent, text=i18n.text(lang, first if step == "read" else then))

    return show
