"""The page of plans: what if, the plan that comes of it, two side by side, what is saved."""

from html import escape

import streamlit as st

from meks_geo import i18n, planworks
from meks_geo.errors import InputError
from meks_geo.model import Dataset
from meks_geo.planning import retelling, telling
from meks_geo.planning.saved import SavedPlan
from meks_geo.planning.scenario import joined
from meks_geo.ui import (
    planbasis,
    plancompare,
    plancontrols,
    plandetails,
    plandraft,
    plandraw,
    planned,
    planshelf,
    plansides,
    plantables,
    planwork,
    session,
    shell,
)
from meks_geo.ui.plandetails import money
from meks_geo.ui.plandraw import called
from meks_geo.ui.planshelf import DRAFT, PART
from meks_geo.ui.plansides import Side
from meks_geo.ui.planwork import Made, Numbers
from meks_geo.view import View

_PARTS = ("plan", "compare", "saved", "basis")
_MOST_WORKS = 60


def numbers(data: Dataset, lang: str) -> Numbers | None:
    """Return what plans rest on; faulty numbers are told and give None."""
    try:
        return planwork.numbers(data)
    except InputError as error:
        shell.problems(lang, error.problems, "planpage.numbers_faulty")
        return None


def controls(data: Dataset, view: View, given: Numbers) -> None:
    """Draw the sliders, for the sidebar, where what they move is shown."""
    part = session.kept(PART) or _PARTS[0]
    if part == "compare" or (part == "plan" and not view.plan):
        plancontrols.show(data, view, given.parameters)
    elif part == "plan":
        shell.hint(i18n.text(view.lang, "planpage.sliders_of_draft"))
    shell.hint(i18n.text(view.lang, "planpage.filters"))


def show(data: Dataset, view: View, given: Numbers) -> None:
    """Draw the part of the page that is open."""
    plandraw.look()
    saved = planned.found(view)
    shell.title(i18n.text(view.lang, "planpage.title", name=_name(saved, view.lang)))
    part = _part(view.lang)
    if part == "saved":
        planshelf.listed(view)
    elif part == "basis":
        planbasis.show(data, view, saved, given.parameters)
    elif part == "compare":
        _compare(data, view, given)
    elif saved is not None:
        _saved(data, view, saved)
    else:
        _draft(data, view, given)


def _name(saved: SavedPlan | None, lang: str) -> str:
    return saved.title if saved else i18n.text(lang, "planpage.draft")


def _part(lang: str) -> str:
    """Draw the choice of the part of the page; returns the one that is open."""
    held = session.kept(PART) or _PARTS[0]
    key = session.seed("w-plan-part", held)
    with st.container(key="plan-parts", horizontal=True):
        st.segmented_control(
            i18n.text(lang, "planpage.part"),
            _PARTS,
            format_func=lambda one: i18n.text(lang, f"planpage.part_{one}"),
            key=key,
            required=True,
            label_visibility="collapsed",
            on_change=lambda: session.keep(**{PART: str(session.value_of(key) or "")}),
            width="content",
        )
    return held


# -- one plan --------------------------------------------------------------------------------------


def _draft(data: Dataset, view: View, given: Numbers) -> None:
    draft = plandraft.current()
    made = planwork.made(data, draft, given, view)
    if made is None:
        return
    _head(view, made.plan)
    planshelf.form(data, made, view)
    _body(data, view, made.plan, made)


def _saved(data: Dataset, view: View, plan: SavedPlan) -> None:
    lang = view.lang
    with st.container(key="plan-saved", horizontal=True, vertical_alignment="center"):
        words = " \u00b7 ".join(planshelf.about(plan, lang)[2:])
        st.html(f'<p class="hint">{escape(words)}</p>', width="content")
        st.button(
            i18n.text(lang, "planpage.again"),
            key="plan-again",
            help=i18n.text(lang, "planpage.again_help"),
            on_click=planshelf.again,
            args=(plan,),
        )
        st.button(
            i18n.text(lang, "planpage.close"),
            key="plan-close",
            type="tertiary",
            on_click=planshelf.close_plan,
        )
        shell.to_map(view)
        shell.to_page(view, "export")
    if plan.note:
        shell.hint(plan.note)
    _head(view, plan)
    _body(data, view, plan, None)


def _head(view: View, plan: SavedPlan) -> None:
    """Draw what was asked, and the figures of the answer."""
    lang = view.lang
    plandraw.trial(lang, plan)
    st.html(f'<p class="scenario">{asked(plan, lang)}</p>')
    unit, digits = plantables.unit_of(plan.objective)
    cost = money(lang, plan.cost_bn_kzt)
    gap = i18n.quantity(lang, 100 * plan.gap, "percent", 2)
    counts = (len(plan.works), len(plan.left_out), len(plan.not_priceable))
    shell.tiles(
        [
            (
                i18n.text(lang, f"plan.objective.{plan.objective}"),
                i18n.quantity(lang, plan.value, unit, digits),
            ),
            (plantables.word(lang, "cost"), cost),
            (i18n.text(lang, "planpage.counts"), " / ".join(i18n.number(lang, n) for n in counts)),
            (i18n.text(lang, "plan.gap"), gap),
        ]
    )


def asked(plan: SavedPlan, lang: str) -> str:
    """Return in a line, as HTML, what a plan is asked with; what is moved stands in bold."""
    parts = []
    for source, by_year in plan.money.items():
        amounts = [by_year.get(year, 0.0) for year in plan.years]
        ends = sorted({min(amounts), max(amounts)})
        words = "\u2013".join(i18n.number(lang, one) for one in ends)
        parts.append(f"{i18n.label(lang, 'funding', source)} {words}")
    listed = ", ".join(parts)
    unit = i18n.unit(lang, "bn KZT")
    first = f"{i18n.text(lang, 'planpage.money')}, {unit}: {listed}"
    span = f"{plan.years[0]}\u2013{plan.years[-1]}" if len(plan.years) > 1 else str(plan.years[0])
    moved = [f"<b>{escape(one)}</b>" for one in _moved(plan, lang)]
    return " \u00b7 ".join([escape(first), escape(span), *moved])


def _moved(plan: SavedPlan, lang: str) -> list[str]:
    """Return what the scenario moves."""
    asked_ = plan.scenario
    found = [
        f"{i18n.text(lang, 'planpage.thresholds')}, "
        f"{i18n.label(lang, 'sector', sector).lower()}: {i18n.quantity(lang, value, 'percent')}"
        for sector, value in asked_.thresholds
    ]
    found += [
        f"{retelling.parameter(joined(name, to), lang)}: {i18n.number(lang, value, 2)}"
        for name, to, value in asked_.finance
    ]
    return found + [
        f"{i18n.text(lang, f'planpage.criterion_{name}')}: {i18n.number(lang, value, 2)}"
        for name, value in asked_.weights
    ]


def _body(data: Dataset, view: View, plan: SavedPlan, made: Made | None) -> None:
    """Draw the works, what they bring about, and what is not in the plan."""
    lang = view.lang
    _works(data, view, plan, made)
    side = (Side("", _name(plan if plan.id else None, lang), plan),)
    maps = plansides.maps(data, side, view)
    if maps:
        plandraw.part(lang, "planpage.maps", "planpage.maps_note")
        st.html(maps + plansides.keys(data, side, view))
    plancompare.wear(data, side, view)
    left, right = st.columns(2)
    with left:
        plandraw.part(lang, "planpage.money_by_year")
        plandraw.pictures(plansides.spending(side, lang))
    with right:
        plandraw.part(lang, "planpage.tariff", "planpage.tariff_note")
        plandraw.pictures([plansides.debt(side, lang)])
    plancompare.by_sector(side, view)
    plandraw.part(lang, "planpage.leaving")
    plancompare.leaving(side, view)
    _rest(data, view, plan, made)


def _works(data: Dataset, view: View, plan: SavedPlan, made: Made | None) -> None:
    lang = view.lang
    found = planworks.in_order(plan, view)
    shell.title(i18n.plural(lang, "plan.chosen", len(found)))
    if len(found) < len(plan.works):
        whole = i18n.number(lang, len(plan.works))
        shell.hint(i18n.text(lang, "planpage.filtered", whole=whole))
    if not found:
        st.info(i18n.text(lang, "planpage.no_works"))
        return
    ranks = {}
    if made:
        order = made.answer.order
        ranks = plandetails.by_candidate((*order.networks, *order.plants))
    parameters = made.answer.parameters if made else None
    st.html(
        plantables.works(data, plan, view, ranks=ranks, parameters=parameters, most=_MOST_WORKS)
    )
    if len(found) > _MOST_WORKS:
        more = i18n.number(lang, len(found) - _MOST_WORKS)
        shell.hint(i18n.text(lang, "planpage.more_rows", count=more))
    plandraw.take(*plantables.works_csv(data, plan, view), view, called("works", plan))


def _rest(data: Dataset, view: View, plan: SavedPlan, made: Made | None) -> None:
    """Draw what is left out, what cannot be priced, and regions of which nothing is known."""
    lang = view.lang
    left = plantables.left_out(data, plan, view)
    with st.expander(i18n.plural(lang, "plan.left_out", len(left.rows)), expanded=False):
        shell.hint(i18n.text(lang, "planpage.left_note"))
        plandraw.table(left, view, called("left-out", plan))
    dark = plantables.dark(data, plan.not_priceable, view)
    with st.expander(i18n.plural(lang, "plan.not_priceable", len(dark.rows)), expanded=False):
        shell.hint(i18n.text(lang, "planpage.dark_note"))
        plandraw.table(dark, view, called("not-priceable", plan))
    if made is None or plan.scenario.trial:
        return
    idle = telling.nothing_planned(data, made.answer.candidates, made.answer.plan)
    idle = {one: ids for one, ids in idle.items() if not view.region or one in view.region}
    with st.expander(
        i18n.text(lang, "planpage.idle", count=i18n.number(lang, len(idle))), expanded=False
    ):
        shell.hint(i18n.text(lang, "planpage.idle_note"))
        plandraw.table(plantables.idle(data, idle, view), view, "nothing-planned")


# -- two plans -------------------------------------------------------------------------------------


def _compare(data: Dataset, view: View, given: Numbers) -> None:
    lang = view.lang
    saved = planshelf.plans()
    if not saved:
        st.info(i18n.text(lang, "planpage.save_first"))
    plancompare.choose(saved, lang)
    by_id = {one.id: one for one in saved}
    pair = []
    for letter, one in zip("AB", plancompare.chosen(saved), strict=True):
        if one == DRAFT:
            made = planwork.made(data, plandraft.current(), given, view)
            if made is None:
                return
            pair.append(Side(letter, i18n.text(lang, "planpage.draft"), made.plan))
        else:
            pair.append(Side(letter, by_id[one].title, by_id[one]))
    plancompare.show(data, view, (pair[0], pair[1]))
