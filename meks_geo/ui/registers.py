"""The page of registers: the lists beside what was published of them, by region, to take away."""

from functools import partial
from hashlib import sha256
from html import escape
from typing import Any

import pandas as pd
import streamlit as st

from meks_geo import charts, i18n, rollmap, rolls, rollwords
from meks_geo.config import stamp
from meks_geo.exports import csvfile, workbook
from meks_geo.facts import Figure
from meks_geo.model import ROLLS, Dataset, Row
from meks_geo.rolls import Part
from meks_geo.ui import session, shell
from meks_geo.view import View
from meks_geo.vocabulary import COUNTRY, Provenance

_NONE = "—"
#: Rows that a page shows at most; a file holds them all.
_MOST_ROWS, _SEEN_ROWS = 2_000, 14
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_WIDTHS = {
    **dict.fromkeys(("name", "project", "specialisation"), 240),
    **dict.fromkeys(("manufacturer", "supplier", "region", "procurement_stage"), 190),
}
_STYLE = """<style>
.roll-places { columns: 2; column-gap: 1.6rem; font-size: .84rem; margin: 0; padding: 0;
  list-style: none; }
.roll-places li { break-inside: avoid; display: flex; justify-content: space-between;
  gap: .6rem; margin: 0; border-bottom: 1px solid var(--line); padding: .16rem 0; }
.roll-places b { font-variant-numeric: tabular-nums; }
.roll-map img { width: 100%; max-width: 620px; }
.tile .aside { color: var(--soft); font-size: .78rem; line-height: 1.25; }
table.steps td { vertical-align: top; }
@media (max-width: 640px) { .roll-places { columns: 1; } }
</style>"""


def show(data: Dataset, view: View) -> None:
    """Draw the page as of the day of the view."""
    lang = view.lang
    st.html(_STYLE)
    named = [i18n.name(lang, data.rows["regions"][one]) for one in view.region or (COUNTRY,)]
    with st.container(horizontal=True, vertical_alignment="center", key="registers-head"):
        shell.title(i18n.text(lang, "registers.title", place=", ".join(named)))
        if any(len(getattr(data, name)) for name in ROLLS):
            st.download_button(
                i18n.text(lang, "registers.xlsx"),
                data=lambda: workbook.write(data, view, stamp=stamp(), names=ROLLS),
                file_name=f"meks-geo-registers-{view.at.isoformat()}-{data.revision[:8]}.xlsx",
                mime=_XLSX,
                on_click="ignore",
                help=i18n.text(lang, "registers.csv_help"),
                key="xlsx-registers",
            )
    shell.hint(i18n.text(lang, "registers.filters"))
    _tiles(data, view)
    tabs = st.tabs([i18n.text(lang, f"sheet.{name}") for name in ROLLS])
    for tab, name in zip(tabs, ROLLS, strict=True):
        with tab:
            _register(data, view, name)


# -- how many --------------------------------------------------------------------------------------


def _tiles(data: Dataset, view: View) -> None:
    """Draw how many each list holds, and beside it what was published."""
    lang = view.lang
    cells = []
    for name in ROLLS:
        count = rolls.in_list(data, name, view.at)
        key = "registers.lots" if name == "procurement" else "registers.in_list"
        value = i18n.text(lang, key, count=i18n.number(lang, count))
        if not count:
            value = i18n.text(lang, "registers.not_loaded")
        beside = _published(data, view, rolls.published(data, name, view.at))
        cells.append(
            f'<div class="tile"><div class="tile-name">{escape(i18n.text(lang, f"sheet.{name}"))}'
            f'</div><div class="tile-value">{escape(value)}</div>'
            f'<div class="aside">{escape(beside)}</div></div>'
        )
    st.html(f'<div class="tiles four">{"".join(cells)}</div>')


def _published(data: Dataset, view: View, figure: Figure | None) -> str:
    lang = view.lang
    if figure is None:
        return i18n.text(lang, "registers.no_count")
    return i18n.text(
        lang,
        "registers.published",
        count=i18n.number(lang, float(figure.value)),
        name=i18n.text(lang, f"attribute.{figure.claim.attribute}"),
        source=data.sources[figure.claim.source].publisher,
        date=i18n.date(lang, figure.claim.stated_on.text),
    )


# -- one register ----------------------------------------------------------------------------------


def _register(data: Dataset, view: View, name: str) -> None:
    lang = view.lang
    found = rolls.parts(rolls.select(data, view, name))
    if not found:
        _nothing(data, view, name)
        return
    for part in found:
        with st.container(key=f"roll-{name}-{part.name}"):
            if part.name == "synthetic":
                words = ("registers.synthetic", "registers.synthetic_note")
                title, note = (escape(i18n.text(lang, key)) for key in words)
                st.html(f'<div class="made-up"><b>{title}</b> {note}</div>')
            _places(data, part, name, lang)
            _table(data, view, part, name)
    _take(data, view, name)


def _nothing(data: Dataset, view: View, name: str) -> None:
    """Say whether there is no list, or none of it in the filter, and how to get at it."""
    lang = view.lang
    count = rolls.in_list(data, name, view.at)
    whole = rolls.select(data, View(at=view.at, provenance=(Provenance.SYNTHETIC,)), name)
    if count or (len(whole) and Provenance.SYNTHETIC in view.provenance):
        st.info(i18n.text(lang, "registers.none_in_filter", count=i18n.number(lang, count)))
    else:
        st.info(i18n.text(lang, "registers.nothing", page=i18n.text(lang, "page.intake")))
        shell.to_page(view, "intake")
    if len(whole) and Provenance.SYNTHETIC not in view.provenance:
        made_up = i18n.number(lang, len(whole))
        shell.hint(i18n.text(lang, "registers.synthetic_off", count=made_up))
        st.button(
            i18n.text(lang, "registers.show_synthetic"),
            key=f"show-synthetic-{name}",
            on_click=session.update,
            kwargs={"provenance": (*view.provenance, Provenance.SYNTHETIC.value)},
        )


def _places(data: Dataset, part: Part, name: str, lang: str) -> None:
    """Draw how many each region has: on a small map, and as a list."""
    counts = rolls.by_region(data, name, part.rows)
    named = rollwords.places(data, counts, lang)
    if not named:
        return
    shown = [(place, i18n.number(lang, count)) for place, count in named]
    said = i18n.text(lang, "registers.map_said", what="; ".join(": ".join(one) for one in shown))
    left, right = st.columns([0.56, 0.44], gap="medium", vertical_alignment="center")
    with left:
        image = charts.as_image(rollmap.svg(data.base, counts, lang=lang, label=said), said)
        title = escape(i18n.text(lang, "registers.map"))
        st.html(f'<div class="roll-map"><div class="table-title">{title}</div>{image}</div>')
    with right:
        rows = "".join(f"<li>{escape(a)} <b>{escape(b)}</b></li>" for a, b in shown)
        st.html(f'<ul class="roll-places">{rows}</ul>')
        beside = {COUNTRY: "registers.of_country", "": "registers.no_region"}
        words = [
            i18n.text(lang, key, count=i18n.number(lang, counts[code]))
            for code, key in beside.items()
            if counts.get(code)
        ]
        if words:
            shell.hint(". ".join(words))


def _table(data: Dataset, view: View, part: Part, name: str) -> None:
    lang = view.lang
    table = rollwords.table(data, part.rows, name, lang, view.at)
    whole = _whole(data, view, part, name)
    count, of = i18n.number(lang, len(table)), i18n.number(lang, whole)
    shell.title(i18n.text(lang, "registers.shown", count=count, whole=of))
    if name == "procurement":
        words = rollwords.stages(rolls.lots(part.rows), lang)
        shell.hint(i18n.text(lang, "registers.stages", what=words))
    shown = rollwords.without_empty(table).head(_MOST_ROWS)
    # a row that was chosen is known by its place, so other rows are another table
    rows = sha256("\n".join(map(str, shown.index)).encode()).hexdigest()[:8]
    key = f"t-roll-{name}-{part.name}-{rows}"
    choosing: dict[str, Any] = {}
    if name == "procurement":
        choosing = {"on_select": "rerun", "selection_mode": "single-row"}
    printed = {n: partial(_figure, lang, n) for n in shown.columns if n in rollwords.NUMBERS}
    st.dataframe(
        shown.style.format(printed, na_rep=_NONE),
        key=key,
        hide_index=True,
        column_config=_columns(shown, lang),
        placeholder=_NONE,
        height=shell.table_height(len(shown) + 1, _SEEN_ROWS),
        **choosing,
    )
    if len(table) > len(shown):
        numbers = {"shown": i18n.number(lang, len(shown)), "whole": count}
        shell.hint(i18n.text(lang, "registers.first", **numbers))
    row = session.selected_row(key) if name == "procurement" else None
    if row is not None and row < len(shown):
        _steps(data, part, str(shown.index[row]), lang)


def _whole(data: Dataset, view: View, part: Part, name: str) -> int:
    """Return how many rows the register holds of the kind of a part."""
    if part.name == "reported":
        return rolls.in_list(data, name, view.at)
    rows = rolls.select(data, View(at=view.at, provenance=(Provenance.SYNTHETIC,)), name)
    return len(rolls.lots(rows)) if name == "procurement" else len(rows)


def _columns(shown: pd.DataFrame, lang: str) -> dict[str, Any]:
    config: dict[str, Any] = {}
    for name in shown.columns:
        words, width = rollwords.head(lang, name), _WIDTHS.get(name)
        if name == "url":
            config[name] = st.column_config.LinkColumn(words, width=170)
        elif name in rollwords.NUMBERS:
            config[name] = st.column_config.NumberColumn(words, width=width)
        else:
            config[name] = st.column_config.TextColumn(words, width=width)
    return config


def _figure(lang: str, name: str, value: float) -> str:
    if pd.isna(value):
        return _NONE
    whole = name == "items"
    return i18n.number(lang, value, 0 if whole else rollwords.digits(value))


def _steps(data: Dataset, part: Part, one: str, lang: str) -> None:
    """Draw the stages of the lot that was chosen, oldest first."""
    lot = next(lot for lot in rolls.lots(part.rows) if lot.now["procurement_id"] == one)
    rows = "".join(
        f"<tr><td>{escape(i18n.date(lang, row['stage_date']))}</td>"
        f"<td><b>{escape(rollwords.step(data, row, lang))}</b>"
        f'<div class="src">{_source(row, lang)}</div></td></tr>'
        for row in lot.steps
    )
    name = i18n.name(lang, data.rows["projects"].get(lot.project, {}))
    shell.title(f"{name} · {rollwords.lot_name(lot, lang)}")
    st.html(f'<table class="steps">{rows}</table>')


def _source(row: Row, lang: str) -> str:
    """Return the source of a row as markup, a link where its address is one of the web."""
    words, url = escape(rollwords.source(row, lang)), str(row["source_url"])
    if not url.startswith(("https://", "http://")):
        return words
    return f'<a href="{escape(url, quote=True)}" target="_blank" rel="noopener">{words}</a>'


def _take(data: Dataset, view: View, name: str) -> None:
    """Offer all rows in the filter as a table that can be corrected and sent back."""
    st.download_button(
        i18n.text(view.lang, "kpis.csv"),
        data=lambda: csvfile.write(data, view, stamp=stamp(), layer=name),
        file_name=f"meks-geo-{name}-{view.at.isoformat()}-{data.revision[:8]}.csv",
        mime="text/csv",
        on_click="ignore",
        help=i18n.text(view.lang, "registers.csv_help"),
        key=f"csv-roll-{name}",
    )
