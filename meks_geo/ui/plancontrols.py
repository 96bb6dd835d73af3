"""What if: the sliders of a plan. Each says whether it is assumed or where it is from."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import streamlit as st

from meks_geo import i18n
from meks_geo.model import Dataset, Source
from meks_geo.planning import retelling
from meks_geo.planning.answer import thresholds_in_force
from meks_geo.planning.parameters import Parameter, Parameters
from meks_geo.planning.priority import CRITERIA
from meks_geo.planning.scenario import FIRST_YEAR, LAST_YEAR, OBJECTIVES, Scenario, joined
from meks_geo.ui import plandraft, plandraw, session
from meks_geo.view import View
from meks_geo.vocabulary import Sector, Zone
from meks_geo.zones import rules_in_force

_MOST_BN, _BN_STEP = 2000.0, 10.0
#: Least, most and step of the numbers that may be moved, by what they are.
_RANGES: Mapping[str, tuple[float, float, float]] = {
    "rate": (0.0, 30.0, 0.5),
    "subsidy": (0.0, 20.0, 0.5),
    "tariff-rise": (0.0, 100.0, 1.0),
    "savings": (0.0, 30.0, 1.0),
    "coverage": (1.0, 2.0, 0.05),
    "inflation": (0.0, 30.0, 0.5),
    "weight": (0.0, 1.0, 0.05),
    "threshold": (1.0, 99.0, 1.0),
}
#: Numbers of the filter, besides the rates of the lenders.
_FILTER = (("subsidy", "meks-market"), ("coverage", ""), ("tariff-rise", ""), ("savings", ""))


@dataclass(frozen=True, slots=True)
class _Knob:
    """One slider: its key, words, value, that of the record, and where that one is from."""

    key: str
    label: str
    value: float
    kept: float
    ends: tuple[float, float, float]
    origin: str
    note: str
    write: Callable[[float], None]


def show(data: Dataset, view: View, parameters: Parameters) -> None:
    """Draw every slider; each changes the draft and nothing else."""
    lang, draft = view.lang, plandraft.current()
    st.html(f'<div class="facet-title">{i18n.text(lang, "planpage.what_if")}</div>')
    with st.expander(i18n.text(lang, "planpage.money"), expanded=True):
        _money(draft, parameters, lang)
    with st.expander(i18n.text(lang, "planpage.task"), expanded=True):
        _task(draft, lang)
    _group(lang, "planpage.thresholds", _thresholds(data, view, draft))
    _group(lang, "planpage.rates", _rates(data, draft, parameters, lang))
    _group(lang, "planpage.filter_numbers", _numbers(data, draft, parameters, lang, _FILTER))
    _group(lang, "planpage.inflation", _inflation(data, draft, parameters, lang))
    _group(lang, "planpage.weights", _weights(draft, parameters, lang))
    st.button(
        i18n.text(lang, "planpage.reset"),
        key="plan-reset",
        type="tertiary",
        on_click=plandraft.reset,
        disabled=draft == plandraft.base(),
    )


# -- money, years, objective -----------------------------------------------------------------------


def _money(draft: Scenario, parameters: Parameters, lang: str) -> None:
    unit = i18n.unit(lang, "bn KZT")
    note = i18n.text(lang, "planpage.assumed")
    st.html(f'<p class="hint">{i18n.text(lang, "planpage.money_note", unit=unit)}</p>')
    for source in parameters.sources_of_money():
        bn, same = plandraft.amount(draft, source)
        said = note if same else i18n.text(lang, "planpage.by_year")
        key = session.seed(f"w-plan-money-{source}", float(bn))
        st.slider(
            f"{i18n.label(lang, 'funding', source)} \u00b7 {said}",
            min_value=0.0,
            max_value=max(_MOST_BN, float(bn)),
            step=_BN_STEP,
            format="%.0f",
            key=key,
            on_change=_write_money,
            args=(key, source),
        )


def _write_money(key: str, source: str) -> None:
    plandraft.set_money(source, float(session.value_of(key)))


def _task(draft: Scenario, lang: str) -> None:
    years = session.seed("w-plan-years", (draft.years[0], draft.years[-1]))
    st.slider(
        i18n.text(lang, "planpage.years"),
        min_value=FIRST_YEAR,
        max_value=LAST_YEAR,
        key=years,
        format="%d",
        on_change=lambda: plandraft.set_years(*session.value_of(years)),
    )
    objective = session.seed("w-plan-objective", draft.objective)
    st.selectbox(
        i18n.text(lang, "planpage.objective"),
        OBJECTIVES,
        format_func=lambda code: i18n.text(lang, f"plan.objective.{code}"),
        key=objective,
        on_change=lambda: plandraft.set_objective(str(session.value_of(objective))),
    )
    trial = session.seed("w-plan-trial", draft.trial)
    st.checkbox(
        i18n.text(lang, "planpage.trial"),
        key=trial,
        help=i18n.text(lang, "planpage.trial_help"),
        on_change=lambda: plandraft.set_trial(on=bool(session.value_of(trial))),
    )


# -- numbers ---------------------------------------------------------------------------------------


def _group(lang: str, key: str, knobs: Sequence[_Knob]) -> None:
    """Draw sliders that are folded away until one of them is moved."""
    moved = any(knob.value != knob.kept for knob in knobs)
    with st.expander(i18n.text(lang, key), expanded=moved):
        for knob in knobs:
            _slider(lang, knob)


def _slider(lang: str, knob: _Knob) -> None:
    low, high, step = knob.ends
    said = knob.origin
    if knob.value != knob.kept:
        said = i18n.text(
            lang, "planpage.was", value=i18n.number(lang, knob.kept, 2 if step < 0.5 else 1)
        )
    key = session.seed(knob.key, float(knob.value))

    def write() -> None:
        knob.write(round(float(session.value_of(key)), 4))

    st.slider(
        f"{knob.label} \u00b7 {said}",
        min_value=min(low, knob.value),
        max_value=max(high, knob.value),
        step=step,
        format="%.2f" if step < 0.5 else "%.1f" if step < 1 else "%.0f",
        key=key,
        help=knob.note or None,
        on_change=write,
    )


def _thresholds(data: Dataset, view: View, draft: Scenario) -> list[_Knob]:
    lang, moved = view.lang, dict(draft.thresholds)
    found = []
    in_force = thresholds_in_force(data, view.at)
    for sector in (one for one in Sector if one in in_force):
        rules = [
            rule for rule in rules_in_force(data.rules, sector, view.at) if rule.zone == Zone.RED
        ]
        source = data.sources.get(rules[0].source) if rules else None
        kept = in_force[sector]
        found.append(
            _Knob(
                key=f"w-plan-threshold-{sector}",
                label=f"{i18n.label(lang, 'sector', sector)}, %",
                value=moved.get(sector, kept),
                kept=kept,
                ends=_RANGES["threshold"],
                origin=_short(lang, assumed=bool(rules and rules[0].assumed)),
                note=_long(lang, source, assumed=bool(rules and rules[0].assumed)),
                write=partial(plandraft.set_threshold, sector, kept),
            )
        )
    return found


def _rates(data: Dataset, draft: Scenario, parameters: Parameters, lang: str) -> list[_Knob]:
    pairs = [("rate", one) for one in parameters.sources_of_money()]
    return _numbers(
        data, draft, parameters, lang, [one for one in pairs if one in parameters.finance]
    )


def _inflation(data: Dataset, draft: Scenario, parameters: Parameters, lang: str) -> list[_Knob]:
    """Return the inflation of the years that no one has measured yet."""
    pairs = [
        (name, to)
        for (name, to), one in parameters.finance.items()
        if name == "inflation" and one.assumed
    ]
    return _numbers(data, draft, parameters, lang, pairs)


def _numbers(
    data: Dataset,
    draft: Scenario,
    parameters: Parameters,
    lang: str,
    pairs: Sequence[tuple[str, str]],
) -> list[_Knob]:
    del data
    moved = {(name, to): value for name, to, value in draft.finance}
    found = []
    for name, to in pairs:
        one = parameters.finance[name, to]
        unit = ", %" if one.unit == "percent" else ""
        found.append(
            _Knob(
                key=f"w-plan-number-{name}-{to or 'all'}",
                label=f"{retelling.parameter(joined(name, to), lang)}{unit}",
                value=moved.get((name, to), one.value),
                kept=one.value,
                ends=_RANGES[name],
                origin=_short(lang, assumed=one.assumed),
                note=_told(lang, one),
                write=partial(plandraft.set_finance, name, to, one.value),
            )
        )
    return found


def _weights(draft: Scenario, parameters: Parameters, lang: str) -> list[_Knob]:
    moved = dict(draft.weights)
    found = []
    for name in CRITERIA:
        one = parameters.weights[name]
        found.append(
            _Knob(
                key=f"w-plan-weight-{name}",
                label=i18n.text(lang, f"planpage.criterion_{name}"),
                value=moved.get(name, one.value),
                kept=one.value,
                ends=_RANGES["weight"],
                origin=_short(lang, assumed=one.assumed),
                note=_told(lang, one),
                write=partial(plandraft.set_weight, name, one.value),
            )
        )
    return found


def _told(lang: str, one: Parameter) -> str:
    return _long(lang, one.source, assumed=one.assumed)


def _short(lang: str, *, assumed: bool) -> str:
    return i18n.text(lang, "planpage.assumed" if assumed else "planpage.sourced")


def _long(lang: str, source: Source | None, *, assumed: bool) -> str:
    return plandraw.origin(lang, source, assumed=assumed).replace(":", "\\:")
