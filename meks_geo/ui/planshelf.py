"""Saved plans on the page: keep one by name, list them, open, compare, remove."""

from collections.abc import Callable
from functools import partial
from html import escape

import streamlit as st

from meks_geo import dates, i18n, rights, wording
from meks_geo.errors import InputError
from meks_geo.model import Dataset
from meks_geo.planning import answer as answers
from meks_geo.planning import keeping
from meks_geo.planning.saved import SavedPlan
from meks_geo.rights import LOCAL, Action
from meks_geo.store import Store
from meks_geo.ui import plandraft, session, shell
from meks_geo.ui.plandetails import money
from meks_geo.ui.plantables import unit_of
from meks_geo.ui.planwork import Made
from meks_geo.view import View

_REMOVING = "plan_removing"
#: What this session keeps: the part of the page, and which plans are compared.
PART, SIDE_A, SIDE_B = "plan_part", "plan_a", "plan_b"
#: The code of the draft among the plans that are compared.
DRAFT = "-"


def plans() -> tuple[SavedPlan, ...]:
    """Return the newest version of each saved plan."""
    return Store().plans()


# -- keeping a plan --------------------------------------------------------------------------------


def form(data: Dataset, made: Made, view: View) -> None:
    """Ask for a title, a name and a note, then keep the draft in the journal."""
    lang, user = view.lang, session.user()
    if not rights.may(user, Action.PUBLISH):
        st.info(i18n.text(lang, "planpage.may_not_save"))
        return
    with st.expander(i18n.text(lang, "planpage.save")), st.form("plan-save", border=False):
        title = st.text_input(
            i18n.text(lang, "planpage.name"), max_chars=keeping.MOST_TITLE, key="w-plan-title"
        )
        author = st.text_input(
            i18n.text(lang, "planpage.author"),
            value="" if user == LOCAL else user,
            max_chars=keeping.MOST_AUTHOR,
            key="w-plan-author",
        )
        note = st.text_area(
            i18n.text(lang, "planpage.note"),
            max_chars=keeping.MOST_NOTE,
            height=90,
            key="w-plan-note",
        )
        asked = st.form_submit_button(i18n.text(lang, "planpage.save_button"), type="primary")
    if asked:
        _save(data, made, title, author, note, lang)


def _save(data: Dataset, made: Made, title: str, author: str, note: str, lang: str) -> None:
    """Keep the draft; one of the same title becomes its next version."""
    known = {one.title: one.id for one in plans()}
    clean = keeping.clean(title)
    if not clean or not keeping.clean(author):
        st.error(i18n.text(lang, "planpage.title_and_name"))
        return
    one = known.get(clean) or keeping.slug(clean, known.values())
    plan = answers.saved_of(data, made.answer, id=one, title=title, author=author, note=note)
    try:
        saved = Store().save_plan(plan)
    except InputError as error:
        shell.complain(lang, error.problems)
        return
    session.keep(**{PART: "", SIDE_A: saved.id, SIDE_B: DRAFT})
    session.update(plan=saved.id)
    st.rerun()


# -- the list --------------------------------------------------------------------------------------


def listed(view: View) -> None:
    """Draw every saved plan with what can be done with it; say which cannot be read."""
    lang = view.lang
    found = plans()
    if not found:
        st.info(i18n.text(lang, "planpage.none_saved"))
    for one in found:
        _row(one, view)
    shell.complain(lang, Store().damaged_plans())


def _row(one: SavedPlan, view: View) -> None:
    lang = view.lang
    told = " \u00b7 ".join(about(one, lang))
    with st.container(key=f"saved-{one.id}", horizontal=True, vertical_alignment="center"):
        st.html(
            f'<div class="saved"><b>{escape(one.title)}</b>'
            f"<span>{escape(told)}</span>"
            f"<span>{escape(one.note)}</span></div>",
            width="stretch",
        )
        compare_as = partial(i18n.text, lang, "planpage.compare_as")
        _deed(one, "open", i18n.text(lang, "planpage.open"), partial(open_plan, one.id))
        _deed(one, "a", compare_as(letter="A"), partial(compare, SIDE_A, one.id))
        _deed(one, "b", compare_as(letter="B"), partial(compare, SIDE_B, one.id))
        _deed(one, "remove", i18n.text(lang, "planpage.remove"), partial(_ask, one.id))
    if one.version > 1:
        _earlier(one, lang)
    if session.kept(_REMOVING) == one.id:
        _remove(one, view)


def _earlier(one: SavedPlan, lang: str) -> None:
    """Draw the versions before this one: they stay what they were."""
    try:
        kept = Store().plan_versions(one.id)
    except InputError as error:
        shell.complain(lang, error.problems)
        return
    plans_ = [other.plan for other in kept if other.plan is not None]
    before = [plan for plan in plans_ if plan.version < one.version]
    words = i18n.text(lang, "planpage.earlier", count=i18n.number(lang, len(before)))
    with st.expander(words, expanded=False):
        for plan in before:
            shell.hint(" \u00b7 ".join((*about(plan, lang), plan.note)).removesuffix(" \u00b7 "))


def about(one: SavedPlan, lang: str) -> tuple[str, ...]:
    """Return who saved a plan and when, and of which record and day it is."""
    unit, digits = unit_of(one.objective)
    value = i18n.quantity(lang, one.value, unit, digits)
    when = i18n.date(lang, dates.local_time(one.at_saved).date().isoformat())
    version = i18n.text(lang, "planpage.version", number=i18n.number(lang, one.version))
    revision = i18n.text(lang, "map.revision", revision=wording.short_revision(one.revision))
    day = i18n.text(lang, "map.as_of", date=i18n.date(lang, one.as_of.isoformat()))
    return (
        f"{i18n.text(lang, f'plan.objective.{one.objective}')}: {value}",
        money(lang, one.cost_bn_kzt),
        f"{one.author}, {when}",
        version,
        day,
        revision,
    )


def _deed(one: SavedPlan, name: str, words: str, act: Callable[[], None]) -> None:
    st.button(words, key=f"plan-{name}-{one.id}", type="tertiary", on_click=act, width="content")


def _ask(one: str) -> None:
    session.keep(**{_REMOVING: one})


def open_plan(one: str) -> None:
    """Show a saved plan: it becomes part of the view."""
    session.keep(**{PART: "", _REMOVING: ""})
    session.update(plan=one)


def close_plan() -> None:
    """Go back to the draft."""
    session.update(plan="")


def compare(side: str, one: str) -> None:
    """Put a plan on one side of two."""
    session.keep(**{PART: "compare", side: one})


def again(plan: SavedPlan) -> None:
    """Take the question of a saved plan for the draft, and set both side by side."""
    plandraft.keep(plan.scenario)
    session.keep(**{PART: "compare", SIDE_A: plan.id, SIDE_B: DRAFT})


def _remove(one: SavedPlan, view: View) -> None:
    """Ask for a name and a reason, then take a plan out of the list."""
    lang = view.lang
    with st.form(f"plan-remove-{one.id}"):
        shell.hint(i18n.text(lang, "planpage.remove_note"))
        author = st.text_input(
            i18n.text(lang, "planpage.remover"),
            max_chars=keeping.MOST_AUTHOR,
            key=f"w-plan-remover-{one.id}",
        )
        note = st.text_input(
            i18n.text(lang, "intake.note"),
            max_chars=keeping.MOST_NOTE,
            key=f"w-plan-why-{one.id}",
        )
        asked = st.form_submit_button(i18n.text(lang, "planpage.remove"), type="primary")
    if not asked:
        return
    if not keeping.clean(author) or not keeping.clean(note):
        st.error(i18n.text(lang, "planpage.name_and_why"))
        return
    try:
        Store().remove_plan(one.id, author, note)
    except LookupError:  # somebody else did
        session.keep(**{_REMOVING: ""})
    except InputError as error:
        shell.complain(lang, error.problems)
        return
    session.keep(**{_REMOVING: ""})
    if view.plan == one.id:
        session.update(plan="")
    st.rerun()
