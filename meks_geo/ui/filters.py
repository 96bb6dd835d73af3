"""The sidebar: what can be narrowed, with how many objects each option would leave."""

from collections.abc import Callable, Container, Mapping, Sequence
from datetime import date
from functools import partial
from html import escape

import streamlit as st

from meks_geo import dates, facts, i18n, queries, wording
from meks_geo.model import Dataset
from meks_geo.ui import session
from meks_geo.view import DEFAULT_PROVENANCE, FIRST_DAY, LAST_DAY, NO_FILL, Span, View
from meks_geo.vocabulary import Funding, Kind, Layer, Provenance, Sector, Status, Zone

_FIRST_DAY = date(2021, 1, 1)
_YEARS = (2023, 2036)
_WEAR = (0, 100)
_LAYERS = tuple(Layer)


def sidebar(
    data: Dataset,
    view: View,
    lines: Mapping[str, dict[str, int]] | None = None,
    beside: Mapping[str, dict[str, int]] | None = None,
) -> None:
    """Draw every filter; each writes into the address and nowhere else.

    Parameters
    ----------
    lines
        On a page of networks: how many lines each option would leave, by key. What lines have no
        share in is then left out, unless it is set.
    beside
        On a map with networks: the same, written beside the objects.
    """
    lang = view.lang
    counts = queries.facets(data, view) | (dict(lines) if lines is not None else {})
    unit = "plants" if lines is None else "lines"
    hidden = {key for key in ("city", "kind") if lines is not None and not getattr(view, key)}
    search(view)
    _as_of(data, view)
    _fill(data, view)
    _places(data, view, counts, hidden)
    _checks(view, "status", [*Status], counts, "projects", beside=beside)
    _checks(view, "funding", [*Funding], counts, "projects", beside=beside)
    if lines is not None:
        _checks(view, "sector", [*Sector], counts, unit)
    _checks(view, "zone", [*Zone], counts, unit, beside=beside)
    if "kind" not in hidden:
        _checks(view, "kind", [*Kind], counts, "plants")
    _range(view, "wear", _WEAR, 5, "%d %%")
    _range(view, "year", _YEARS, 1, "%d")
    with st.expander(i18n.text(lang, "filter.more")):
        if lines is None:
            _checks(view, "sector", [*Sector], counts, "projects", beside=beside)
        _layers(view)
        least = DEFAULT_PROVENANCE
        _checks(view, "provenance", [*Provenance], counts, unit, least=least, beside=beside)
    st.button(
        i18n.text(lang, "filter.reset"),
        key="reset",
        type="tertiary",
        on_click=session.reset,
        disabled=not view.filters_on(),
    )


def _heading(lang: str, key: str, *units: str) -> None:
    counted = " \u00b7 ".join(i18n.text(lang, f"filter.counts_{unit}") for unit in units)
    side = f"<span>{escape(counted)}</span>" if units else ""
    of_lines = key == "sector" and "lines" in units  # elsewhere it is the sector of a project
    words = i18n.text(lang, "column.sector" if of_lines else f"filter.{key}")
    st.html(f'<div class="facet-title">{escape(words)}{side}</div>')


def search(view: View) -> None:
    """Draw the search, the first of the filters."""
    key = session.seed("w-q", view.q)
    st.text_input(
        i18n.text(view.lang, "filter.q"),
        key=key,
        placeholder=i18n.text(view.lang, "filter.q_placeholder"),
        on_change=session.from_widget,
        args=(key, "q", lambda v: str(v).strip()),
        label_visibility="collapsed",
        max_chars=200,
    )


def _as_of(data: Dataset, view: View) -> None:
    """Draw the date slider, the ticks of the days on which facts changed, and a date field."""
    lang = view.lang
    first, last = min(_FIRST_DAY, view.at), max(dates.today(), view.at)
    _heading(lang, "at")
    slider = session.seed("w-at", view.at)
    st.slider(
        i18n.text(lang, "filter.at"),
        min_value=first,
        max_value=last,
        key=slider,
        format="DD.MM.YYYY",
        on_change=session.from_widget,
        args=(slider, "at"),
        label_visibility="collapsed",
    )
    st.html(_ticks(facts.change_days(data), first, last))
    days = facts.change_days(data)
    before = [d for d in days if d < view.at]
    after = [d for d in days if view.at < d <= last]
    with st.container(horizontal=True, gap="small", key="day-steps"):
        _day_button("before", "\u2039", before[-1] if before else None, lang)
        field = session.seed("w-at-field", view.at)
        st.date_input(
            i18n.text(lang, "filter.at_field"),
            key=field,
            format="DD.MM.YYYY",
            min_value=FIRST_DAY,
            max_value=LAST_DAY,
            on_change=session.from_widget,
            args=(field, "at", lambda v: v or view.at),
            label_visibility="collapsed",
        )
        _day_button("after", "\u203a", after[0] if after else None, lang)


def _day_button(key: str, sign: str, day: date | None, lang: str) -> None:
    words = i18n.text(lang, f"filter.change_{key}")
    st.button(
        sign,
        key=f"day-{key}",
        help=f"{words}: {i18n.date(lang, day.isoformat())}" if day else words,
        disabled=day is None,
        on_click=lambda: session.update(at=day),
        width="content",
    )


def _ticks(days: Sequence[date], first: date, last: date) -> str:
    span = max((last - first).days, 1)
    marks = "".join(
        f'<i style="left:{100 * (d - first).days / span:.2f}%"></i>'
        for d in days
        if first <= d <= last
    )
    return f'<div class="ticks" aria-hidden="true">{marks}</div>'


def _fill(data: Dataset, view: View) -> None:
    lang = view.lang
    known = data.indicators[data.indicators["scope"] == "region"]["sector"].unique()
    options = [s for s in (Sector.COMBINED, *Sector) if s in known or s == view.fill]
    key = session.seed("w-fill", view.fill)
    st.selectbox(
        i18n.text(lang, "filter.fill"),
        [*dict.fromkeys(options), NO_FILL],
        format_func=lambda c: (
            i18n.text(lang, "filter.no_fill") if c == NO_FILL else i18n.label(lang, "sector", c)
        ),
        key=key,
        on_change=session.from_widget,
        args=(key, "fill"),
    )


def _places(
    data: Dataset, view: View, counts: dict[str, dict[str, int]], hidden: Container[str]
) -> None:
    lang = view.lang
    regions = [r for r in data.regions.index if counts["region"].get(r) or r in view.region]
    towns = [p for p in data.places.index if counts["city"].get(p) or p in view.city]
    for key, options in (("region", regions), ("city", towns)):
        if key in hidden:
            continue
        named = {c: wording.option(data, lang, key, c) for c in options}
        widget = session.seed(f"w-{key}", [c for c in getattr(view, key) if c in named])
        st.multiselect(
            i18n.text(lang, f"filter.{key}"),
            sorted(named, key=lambda c: i18n.search_key(named[c])),
            format_func=partial(_with_count, named, counts[key]),
            key=widget,
            on_change=session.from_widget,
            args=(widget, key, tuple),
            placeholder=i18n.text(lang, "filter.all"),
            select_all=False,
        )


def _with_count(named: dict[str, str], counts: dict[str, int], code: str) -> str:
    return f"{named.get(code, code)} · {counts.get(code, 0)}"


def _checks(
    view: View,
    key: str,
    options: Sequence[str],
    counts: dict[str, dict[str, int]],
    unit: str,
    *,
    least: Sequence[str] = (),
    beside: Mapping[str, dict[str, int]] | None = None,
) -> None:
    """Draw a list filter as boxes; options that no object has are left out unless chosen."""
    lang, chosen = view.lang, getattr(view, key)
    lines = (beside or {}).get(key, {})
    there = {c for c in options if counts[key].get(c) or lines.get(c)}
    shown = [c for c in options if c in there or (c in chosen and not least)]
    if not shown:
        return
    _heading(lang, key, *[unit, *(["lines"] if lines else [])])
    with st.container(key=f"facet-{key}", gap=None):
        for code in shown:
            count = i18n.number(lang, counts[key].get(code, 0))
            if lines:
                count += f" \u00b7 {i18n.number(lang, lines.get(code, 0))}"
            box = session.seed(f"w-{key}-{code}", code in chosen)
            st.checkbox(
                f"{i18n.label(lang, key, code)} :gray[{count}]",
                key=box,
                on_change=session.switch,
                args=(box, key, code),
            )


def _layers(view: View) -> None:
    _heading(view.lang, "layers")
    with st.container(key="facet-layers", gap=None):
        for code in _LAYERS:
            box = session.seed(f"w-layers-{code}", code in view.layers)
            st.checkbox(
                i18n.label(view.lang, "layer", code),
                key=box,
                on_change=session.switch_layer,
                args=(box, code),
            )


def _range(view: View, key: str, ends: tuple[int, int], step: int, form: str) -> None:
    low, high = _ends(getattr(view, key), ends)
    widget = session.seed(f"w-{key}", (low, high))
    st.slider(
        i18n.text(view.lang, f"filter.{key}"),
        min_value=min(ends[0], low),
        max_value=max(ends[1], high),
        step=step,
        key=widget,
        format=form,
        on_change=session.from_widget,
        args=(widget, key, _span_reader(ends)),
    )


def _ends(span: Span | None, ends: tuple[int, int]) -> tuple[int, int]:
    """Return the ends of a span; an open end that would lie beyond the other one lies on it."""
    low = None if span is None or span.low is None else int(span.low)
    high = None if span is None or span.high is None else int(span.high)
    if low is None:
        low = ends[0] if high is None else min(ends[0], high)
    return low, max(ends[1], low) if high is None else high


def _span_reader(ends: tuple[int, int]) -> Callable[[tuple[int, int]], Span | None]:
    def read(value: tuple[int, int]) -> Span | None:
        low, high = value
        if (low, high) == ends:
            return None
        return Span(None if low == ends[0] else low, None if high == ends[1] else high)

    return read
