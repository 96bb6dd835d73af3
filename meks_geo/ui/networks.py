"""The page of networks: totals, charts and tables of kilometres; what is synthetic stands apart."""

from collections.abc import Callable
from functools import partial
from html import escape
from typing import Any

import pandas as pd
import streamlit as st

from meks_geo import barcharts, charts, i18n, linecards, netsums, networks, style
from meks_geo.intake import listing
from meks_geo.model import Dataset
from meks_geo.netsums import GROUPS, Part
from meks_geo.queries import Selection
from meks_geo.ui import render, session, shell, tables
from meks_geo.view import View
from meks_geo.vocabulary import Provenance, Zone

_NONE = "—"
_MOST_ROWS = 200
_SEEN_ROWS = 14
_MOST_OFFERS = 4
#: What stands in the address for a grouping; the keys by which other tables sort are others.
_SORT = "by_"
_KM = ("km", *Zone)
_PERCENT = ("red_share", "wear", "known_share")
_WIDTHS = {"name": 260, **dict.fromkeys(_KM, 112), "km": 140, "lines": 90}
#: Groups of which a chosen row becomes a filter.
_FILTERS = ("sector", "region")


def show(data: Dataset, selection: Selection) -> None:
    """Draw what the filter leaves: reported lines first, then synthetic ones on their own."""
    view, lang = selection.view, selection.view.lang
    parts = netsums.parts(selection.lines)
    if not parts:
        _empty(data, selection)
        return
    chosen = _chosen(view)
    for part in parts:
        sums = {
            group: netsums.table(data, selection.state, part.lines, group, lang)
            for group in dict.fromkeys(("sector", "years", chosen))
        }
        with st.container(key=f"sums-{part.name}"):
            _head(part, lang, alone=len(parts) == 1)
            _totals(part, sums["sector"], lang)
            _ahead(data, part, view)
            _drawn(data, part, lang)
            _classes(sums["sector"], lang)
            _charts(sums["sector"], sums["years"], lang)
            notes = netsums.rule_notes(data, view, sums["sector"])
            shell.hint(" ".join((i18n.text(lang, "legend.lines_note"), *notes)))
            _table(data, view, part, chosen, sums[chosen])
            _lines(data, selection, part)
    shell.hint(i18n.text(lang, "networks.measured"))


def _head(part: Part, lang: str, *, alone: bool) -> None:
    if part.name == "synthetic":
        words = (i18n.text(lang, "networks.synthetic"), i18n.text(lang, "networks.synthetic_note"))
        st.html(f'<div class="made-up"><b>{escape(words[0])}</b> {escape(words[1])}</div>')
    elif not alone:
        shell.title(i18n.text(lang, "networks.reported"))


def _totals(part: Part, table: pd.DataFrame, lang: str) -> None:
    sums = netsums.totals(part.lines, table)
    unknown = i18n.text(lang, "map.unknown")
    wear = i18n.quantity(lang, sums.wear_percent, "percent") or unknown
    red = i18n.quantity(lang, sums.red_km, "km") if sums.classed_km else unknown
    percent = partial(netsums.share, lang, whole=sums.km)
    known = percent(sums.known_km)
    cells = (
        ("length", i18n.quantity(lang, sums.km, "km"), ""),
        ("red", red, percent(sums.red_km)),
        ("mean_wear", wear, known and i18n.text(lang, "networks.for_length", percent=known)),
        ("segments", i18n.number(lang, sums.lines), ""),
        ("with_project", i18n.quantity(lang, sums.project_km, "km"), percent(sums.project_km)),
    )
    markup = "".join(
        f'<div class="tile"><div class="tile-name">{escape(i18n.text(lang, f"networks.{key}"))}'
        f'</div><div class="tile-value">{escape(value)} <small>{escape(side)}</small></div></div>'
        for key, value, side in cells
    )
    st.html(f'<div class="tiles {part.name}">{markup}</div>')


def _ahead(data: Dataset, part: Part, view: View) -> None:
    """Say of how much of the kilometres the lines are not built on the day."""
    rows = part.lines.among(networks.ahead(data, view.at))
    if len(rows):
        km = i18n.quantity(view.lang, float(part.lines.lines.km[rows].sum()), "km")
        found = i18n.plural(view.lang, "networks.found", len(rows))
        shell.hint(i18n.text(view.lang, "networks.ahead", lines=found, km=km))


def _drawn(data: Dataset, part: Part, lang: str) -> None:
    """Say of schematic lines that their course is drawn, with the published lengths beside it."""
    found = netsums.drawn(data, part.lines)
    if found is None:
        return
    km = partial(i18n.quantity, lang, unit="km")
    words = i18n.text(lang, "networks.drawn", lines=i18n.number(lang, found.lines), km=km(found.km))
    if found.with_length:
        words += " " + i18n.text(
            lang,
            "networks.drawn_published",
            known=i18n.number(lang, found.with_length),
            published=km(found.published_km),
            course=km(found.same_km),
        )
    shell.hint(words)


# -- charts ----------------------------------------------------------------------------------------


def _charts(sectors: pd.DataFrame, years: pd.DataFrame, lang: str) -> None:
    left, right = st.columns(2, gap="medium")
    bars = netsums.sector_bars(sectors, lang)
    said = "; ".join(f"{bar.label} {bar.total}: {bar.note}" for bar in bars)
    with left:
        _chart(i18n.text(lang, "networks.chart_sectors"), partial(barcharts.rows, bars), said)
    columns, end = netsums.year_bars(years, lang)
    said = "; ".join(
        f"{row['name']}: {i18n.quantity(lang, row['km'], 'km')}" for _, row in years.iterrows()
    )
    drawn = partial(
        barcharts.columns,
        columns,
        end=end,
        unit=i18n.unit(lang, "km"),
        number=partial(i18n.number, lang),
    )
    with right:
        _chart(i18n.text(lang, "networks.chart_years"), drawn, said)


def _chart(title: str, draw: Callable[..., str], said: str) -> None:
    """Draw a chart for a large screen and for a phone; only one of the two is ever seen."""
    label = f"{title}. {said}"
    pictures = "".join(
        f'<div class="{name}">{charts.as_image(draw(label=said, width=width), label)}</div>'
        for name, width in (("wide", barcharts.WIDE), ("narrow", barcharts.NARROW))
    )
    st.html(f'<div class="bars"><div class="table-title">{escape(title)}</div>{pictures}</div>')


def _classes(sums: pd.DataFrame, lang: str) -> None:
    """Draw the legend of both charts: each class with its kilometres."""
    whole = float(sums["km"].sum())
    items = []
    for zone in Zone:
        km = float(sums[zone].sum())
        if not km:
            continue
        look = style.load().zones[zone]
        kind = "swatch hatched" if look.hatched else "swatch"
        words = f"{i18n.quantity(lang, km, 'km')} · {netsums.share(lang, km, whole)}"
        items.append(
            f'<li><i class="{kind}" style="background-color:{look.symbol}"></i>'
            f"{escape(netsums.class_name(lang, zone))} <b>{escape(words)}</b></li>"
        )
    st.html(f'<ul class="classes">{"".join(items)}</ul>')


# -- table -----------------------------------------------------------------------------------------


def _chosen(view: View) -> str:
    """Return the grouping that the address asks for."""
    wanted = view.sort.removeprefix(_SORT)
    return wanted if view.sort.startswith(_SORT) and wanted in GROUPS else GROUPS[0]


def _group_name(lang: str, group: str) -> str:
    if group == "status":
        return i18n.text(lang, "filter.status")
    return i18n.text(lang, "column.built_year" if group == "years" else f"column.{group}")


def _table(data: Dataset, view: View, part: Part, group: str, sums: pd.DataFrame) -> None:
    """Draw the grouping, what can be taken away, and the table."""
    lang = view.lang
    with st.container(horizontal=True, vertical_alignment="center", key=f"by-{part.name}"):
        key = session.seed(f"w-by-{part.name}", group)
        st.segmented_control(
            i18n.text(lang, "networks.group"),
            GROUPS,
            format_func=partial(_group_name, lang),
            key=key,
            required=True,
            on_change=session.from_widget,
            args=(key, "sort", lambda g: "" if g == GROUPS[0] else f"{_SORT}{g}"),
            label_visibility="collapsed",
            width="content",
        )
        st.download_button(
            "CSV",
            data=lambda: as_csv(sums, part.name, group, lang),
            file_name=f"meks-geo-{part.name}-{group}-{view.at.isoformat()}-{data.revision[:8]}.csv",
            mime="text/csv",
            on_click="ignore",
            help=i18n.text(lang, "networks.csv_help"),
            key=f"csv-{part.name}",
        )
    shown = sums.head(_MOST_ROWS)
    _grid(shown, view, part, group)
    if len(sums) > len(shown):
        numbers = {"shown": i18n.number(lang, len(shown)), "whole": i18n.number(lang, len(sums))}
        shell.hint(i18n.text(lang, "networks.most_red", **numbers))


def _grid(shown: pd.DataFrame, view: View, part: Part, group: str) -> None:
    """Draw the table; a chosen sector or region becomes a filter, a row left alone none."""
    lang = view.lang
    codes = [str(code) for code in shown.index]
    key = f"t-{part.name}-{group}"
    choosing: dict[str, Any] = {}
    if group in _FILTERS:
        wanted = getattr(view, group)
        chosen = codes.index(wanted[0]) if len(wanted) == 1 and wanted[0] in codes else None

        def choose() -> None:
            row = session.selected_row(key)
            session.update(**{group: () if row is None else tuple(codes[row : row + 1])})

        session.choose_row(key, chosen)
        choosing = {"on_select": choose, "selection_mode": "single-row"}
    heads = _heads(lang, group)
    printed: dict[str, Any] = dict.fromkeys(_KM, partial(_figure, lang, digits=1))
    printed |= dict.fromkeys(_PERCENT, partial(_figure, lang, digits=1))
    printed |= {"lines": partial(_figure, lang, digits=0)}
    st.dataframe(
        shown[list(heads)].style.format(printed, na_rep=_NONE),
        key=key,
        hide_index=True,
        column_config=_columns(heads),
        placeholder=_NONE,
        height=shell.table_height(len(shown) + 1, _SEEN_ROWS),
        **choosing,
    )


def _columns(heads: dict[str, str]) -> dict[str, Any]:
    config: dict[str, Any] = {
        name: st.column_config.NumberColumn(label, width=_WIDTHS.get(name))
        for name, label in heads.items()
    }
    return config | {"name": st.column_config.TextColumn(heads["name"], width=_WIDTHS["name"])}


def _heads(lang: str, group: str) -> dict[str, str]:
    """Return the headers of the table with their units."""
    km, percent = i18n.unit(lang, "km"), i18n.unit(lang, "percent")
    heads = {"name": _group_name(lang, group), "km": f"{i18n.text(lang, 'networks.length')}, {km}"}
    heads |= {zone: f"{i18n.label(lang, 'zone', zone)}, {km}" for zone in Zone}
    shares = {
        "red_share": i18n.text(lang, "networks.red_share"),
        "wear": i18n.text(lang, "networks.mean_wear"),
        "known_share": i18n.text(lang, "networks.known_share"),
    }
    heads |= {name: f"{words}, {percent}" for name, words in shares.items()}
    return heads | {"lines": i18n.text(lang, "networks.segments")}


def _figure(lang: str, value: float, *, digits: int) -> str:
    return _NONE if pd.isna(value) else i18n.number(lang, value, digits)


def as_csv(sums: pd.DataFrame, part: str, group: str, lang: str) -> bytes:
    """Return all rows, lengths to the metre; each says whether it is reported or synthetic."""
    digits = dict.fromkeys(_KM, 3) | dict.fromkeys(_PERCENT, 2) | {"lines": 0}
    kind = i18n.text(lang, f"networks.{part}")
    heads = _heads(lang, group)
    rows = (
        (kind, *(_cell(lang, value, digits.get(column)) for column, value in row.items()))
        for row in sums[list(heads)].to_dict("records")
    )
    return listing.to_csv((i18n.text(lang, "filter.provenance"), *heads.values()), rows, lang)


def _cell(lang: str, value: Any, digits: int | None) -> str:
    return str(value) if digits is None else i18n.number(lang, value, digits, grouping=False)


# -- line by line ----------------------------------------------------------------------------------


def _lines(data: Dataset, selection: Selection, part: Part) -> None:
    """Draw the lines one by one, and beside them the card of the selected one."""
    view = selection.view
    number = data.lines.number(view.sel) if view.sel else None
    left, right = st.columns([0.72, 0.28], gap="small")
    with left:
        tables.lines(data, part, view)
    if number is None or not part.lines.mask[number]:
        with right:
            shell.hint(i18n.text(view.lang, "networks.choose_line"))
        return
    with right, st.container(key="card"):
        shell.to_map(view)
        render.card(linecards.card(data, selection.state, view.sel, view.lang), view)


# -- nothing in the filter -------------------------------------------------------------------------


def _empty(data: Dataset, selection: Selection) -> None:
    """Say that there is nothing, what is published, and which filter to loosen."""
    view, lang = selection.view, selection.view.lang
    found = netsums.published(data, view)
    if not found:
        st.info(i18n.text(lang, "networks.nothing"))
        shell.to_page(view, "intake")
        return
    what = "; ".join(
        f"{i18n.label(lang, 'provenance', kind).lower()}: "
        f"{i18n.plural(lang, 'networks.found', lines)}, {i18n.quantity(lang, km, 'km')}"
        for kind, (lines, km) in found.items()
    )
    words = [i18n.text(lang, "networks.empty"), i18n.text(lang, "networks.published", what=what)]
    hidden = Provenance.SYNTHETIC in found and Provenance.SYNTHETIC not in view.provenance
    if hidden:
        words.append(i18n.text(lang, "networks.synthetic_off"))
    st.warning(" ".join(words))
    with st.container(horizontal=True):
        for key, count in netsums.loosen(data, selection)[:_MOST_OFFERS]:
            left = i18n.plural(lang, "networks.found", count)
            name = i18n.text(lang, f"filter.{key}")
            st.button(
                i18n.text(lang, "map.loosen", filter=name, found=left),
                key=f"loosen-{key}",
                on_click=lambda k=key: session.update(**{k: getattr(View(), k)}),
            )
        if hidden:
            st.button(
                i18n.text(lang, "networks.show_synthetic"),
                key="show-synthetic",
                on_click=session.update,
                kwargs={"provenance": (*view.provenance, Provenance.SYNTHETIC.value)},
            )
        st.button(i18n.text(lang, "filter.reset"), key="loosen-all", on_click=session.reset)
