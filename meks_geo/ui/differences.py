"""A difference between two revisions on a page: in words, in totals, on a map, field by field."""

from collections.abc import Iterator
from html import escape
from itertools import islice

import pandas as pd
import streamlit as st

from meks_geo import i18n, marks
from meks_geo.intake import listing, telling
from meks_geo.intake.compare import TABLES, Difference, Totals
from meks_geo.intake.telling import Told
from meks_geo.model import Dataset
from meks_geo.store import Store
from meks_geo.ui import maps, shell

_MAX_ROWS = 500
_TALLEST_ROWS = 14
_WIDTHS = {"state": 105, "table": 105, "id": 190, "name": 250, "field": 190, "old": 190, "new": 190}
_COLUMNS = ("state", "table", "id", "name", "field", "old", "new", "old_date", "new_date")

#: Totals in their order: name in `Totals`, unit.
_TOTALS = (
    ("network_km", "km"),
    ("network_wear_percent", "percent"),
    ("network_red_km", "km"),
    ("plants", ""),
    ("red_plants", ""),
    ("projects", ""),
    ("entities", ""),
)


def show(found: Difference, before: Dataset, after: Dataset, lang: str, key: str) -> None:
    """Draw all of a difference; `key` tells two on one page apart."""
    changes = sum(found.counts[state] for state in marks.STATES)
    left, right = st.columns([0.5, 0.5], gap="small")
    with left:
        st.html(_counts(found, lang))
        st.html(_totals(found, lang))
    if not changes:
        return
    with right:
        _map(found, before, after, lang, key)
    _lines(found, before, after, lang, key)


# -- in words --------------------------------------------------------------------------------------


def _counts(found: Difference, lang: str) -> str:
    """Return the objects of each table by what happens to them."""
    states = (*marks.STATES, "unchanged")
    head = "".join(f"<th>{escape(i18n.text(lang, f'diff.{one}'))}</th>" for one in states)
    rows = []
    for name in TABLES:
        table = found.tables[name]
        counts = (len(table.added), len(table.changed), len(table.removed), table.unchanged)
        if not any(counts):
            continue
        cells = "".join(
            f'<td class="{"some" if count and state != "unchanged" else "none"}">'
            f"{escape(i18n.number(lang, count))}</td>"
            for state, count in zip(states, counts, strict=True)
        )
        rows.append(f"<tr><th>{escape(i18n.text(lang, f'sheet.{name}'))}</th>{cells}</tr>")
    title = escape(i18n.text(lang, "diff.objects"))
    body = "".join(rows)
    return f'<table class="figures"><tr><th>{title}</th>{head}</tr>{body}</table>'


def _totals(found: Difference, lang: str) -> str:
    """Return the totals before and after, with the step between them."""
    keys = ("diff.totals", "diff.before", "diff.after", "diff.step")
    head = "".join(f"<th>{escape(i18n.text(lang, key))}</th>" for key in keys)
    rows = []
    for name, unit in _TOTALS:
        was, now = (_total(one, name) for one in (found.totals_before, found.totals_after))
        cells = [_printed(lang, was, unit), _printed(lang, now, unit), _step(lang, was, now, unit)]
        shown = "".join(
            f'<td class="{"some" if cells[2] else "none"}">{escape(cell)}</td>' for cell in cells
        )
        rows.append(f"<tr><th>{escape(i18n.text(lang, f'diff.total_{name}'))}</th>{shown}</tr>")
    day = i18n.text(lang, "map.as_of", date=i18n.date(lang, found.at.isoformat()))
    caption = f"<caption>{escape(day)}</caption>"
    return f'<table class="figures">{caption}<tr>{head}</tr>{"".join(rows)}</table>'


def _total(totals: Totals, name: str) -> float | None:
    value: float | None = getattr(totals, name)
    return value


def _printed(lang: str, value: float | None, unit: str) -> str:
    if value is None:
        return i18n.text(lang, "map.unknown")
    return i18n.quantity(lang, value, unit) if unit else i18n.number(lang, value)


def _step(lang: str, was: float | None, now: float | None, unit: str) -> str:
    """Return the step with its sign; "" where there is none to tell."""
    if was is None or now is None or round(now - was, 1) == 0:
        return ""
    sign = "+" if now > was else "\u2212"
    size = abs(round(now - was, 3))
    if unit == "percent":
        return i18n.text(lang, "diff.points", step=sign + i18n.number(lang, size))
    return sign + _printed(lang, size, unit)


# -- on a map, field by field ----------------------------------------------------------------------


def _map(found: Difference, before: Dataset, after: Dataset, lang: str, key: str) -> None:
    scene, placeless = marks.of_difference(found, before, after, lang)
    maps.small(after, scene, key)
    left_out = marks.lines_left_out(found)
    said = []
    if placeless:
        said.append(i18n.text(lang, "diff.placeless", count=i18n.number(lang, placeless)))
    if left_out:
        said.append(i18n.text(lang, "diff.not_drawn", count=i18n.number(lang, left_out)))
    if said:
        shell.hint(" ".join(said))


def _told(found: Difference, before: Dataset, after: Dataset, lang: str) -> Iterator[Told]:
    return telling.lines(found, before, after, Store().schemas(), lang)


def _lines(found: Difference, before: Dataset, after: Dataset, lang: str, key: str) -> None:
    told = list(islice(_told(found, before, after, lang), _MAX_ROWS + 1))
    rows = [listing.difference_cells(one, lang) for one in told[:_MAX_ROWS]]
    frame = pd.DataFrame(rows, columns=list(_COLUMNS))
    heads = dict(zip(_COLUMNS, listing.difference_heads(lang), strict=True))
    with st.container(key=f"lines-{key}"):
        shell.title(i18n.text(lang, "diff.lines"))
        st.dataframe(
            frame,
            hide_index=True,
            column_config={
                name: st.column_config.TextColumn(heads[name], width=_WIDTHS.get(name, 120))
                for name in _COLUMNS
            },
            height=shell.table_height(len(frame), _TALLEST_ROWS),
            placeholder="",
            key=f"t-lines-{key}",
        )
        if len(told) > _MAX_ROWS:
            shell.hint(i18n.text(lang, "diff.first", count=i18n.number(lang, _MAX_ROWS)))
        st.download_button(
            i18n.text(lang, "diff.csv"),
            data=lambda: listing.difference_csv(_told(found, before, after, lang), lang),
            file_name=f"meks-geo-{found.before[:8]}-{found.after[:8]}.csv",
            mime="text/csv",
            on_click="ignore",
            key=f"csv-{key}",
        )
