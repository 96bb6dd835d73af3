"""Tables: the same objects as the map, sortable, reachable by keyboard; a row opens its card."""

from collections.abc import Iterable, Sequence
from datetime import date
from functools import partial
from html import escape
from typing import Any

import pandas as pd
import streamlit as st
from pandas.io.formats.style import Styler

from meks_geo import cards, i18n, netsums, wording
from meks_geo.dates import parse
from meks_geo.model import Dataset, Row
from meks_geo.netsums import Part
from meks_geo.queries import Selection
from meks_geo.ui import session
from meks_geo.view import View
from meks_geo.vocabulary import OUT_OF_RED

_HEIGHT_ROWS = 12
_NONE = "—"
_NAMED_BY_UNIT = {"mw", "gcal", "cost", "usd"}
#: Widths in px where the longest word would push the rest out of sight.
_WIDTHS = {
    **{"project": 270, "funding": 140, "due": 140, "slip": 120, "part_of": 150, "title": 420},
    **{"line": 300, "operator": 220},
}
#: Most lines of a table, of however many the filter leaves.
MOST_LINES = 200
_ROW_PX = 35

#: Sort keys of a table and the column of the state that each orders by.
_PLANT_SORTS = {
    "name": "",
    "region": "region",
    "zone": "zone",
    "wear": "wear_low",
    "mw": "electric_mw",
}
_PROJECT_SORTS = {
    "name": "",
    "status": "status",
    "cost": "cost_bn_kzt",
    "due": "year_high",
    "slip": "slip",
}


def plants(data: Dataset, selection: Selection) -> None:
    """Draw the table twin of the map."""
    lang = selection.view.lang
    frame = _sorted(selection.plants, selection.view.sort, _PLANT_SORTS, lang)
    rows = [selection.state.plant_rows[str(one)] for one in frame.index]
    projects = selection.state.project_rows
    regions = data.rows["regions"]
    shown = pd.DataFrame(
        {
            "object": [i18n.name(lang, r) for r in rows],
            "kind": [i18n.label(lang, "kind", k) for k in frame["kind"]],
            "region": [i18n.name(lang, regions[r["region"]]) for r in rows],
            "zone": [_zone(lang, r) for r in rows],
            "wear": [_percent(lang, w) for w in frame["wear"]],
            "wear_date": [i18n.date(lang, d) if d else "" for d in frame["wear_date"]],
            "mw": _aligned(lang, frame["electric_mw"]),
            "gcal": _aligned(lang, frame["heat_gcal_h"]),
            "status": [i18n.label(lang, "status", s) if s else "" for s in frame["live_status"]],
            "due": [
                _due(lang, [projects[p]["completion"] for p in r["project_ids"]]) for r in rows
            ],
        },
        index=frame.index,
    )
    with st.container(key="table"):
        _caption(lang, "table.plants", len(shown), _PLANT_SORTS, selection.view.sort)
        _grid(
            shown,
            lang,
            {"mw": "MW", "gcal": "Gcal/h"},
            f"plants-{selection.view.sort}",
            selection.view.sel,
            in_words=True,
        )


def projects(data: Dataset, selection: Selection) -> None:
    """Draw the register of projects."""
    view, lang = selection.view, selection.view.lang
    slips = [cards.slip(data, str(i), view.at) for i in selection.projects.index]
    frame = selection.projects.assign(slip=pd.Series(slips, selection.projects.index, dtype=float))
    frame = _sorted(frame, view.sort, _PROJECT_SORTS, lang)
    shown = pd.DataFrame(
        {
            "project": [i18n.name(lang, data.rows["projects"][str(one)]) for one in frame.index],
            "status": [_or_unknown(lang, "status", s) for s in frame["status"]],
            "funding": [i18n.label(lang, "funding", f) for f in frame["funding"]],
            "cost": frame["cost_bn_kzt"].to_numpy(),
            "due": [i18n.date(lang, d) if d else "" for d in frame["completion"]],
            "slip": frame["slip"].to_numpy(),
            "region": [
                wording.short_region(lang, data.rows["regions"][r]) for r in frame["region"]
            ],
            "mw": frame["electric_mw"].to_numpy(),
            "gcal": frame["heat_gcal_h"].to_numpy(),
            "usd": frame["cost_mn_usd"].to_numpy(),
            "part_of": [_parent(data, lang, p) for p in frame["parent_id"]],
            "contractor": [wording.words(data, lang, c) for c in frame["contractor"]],
            "place": [
                i18n.text(lang, "table.on_map" if m else "table.off_map") for m in frame["on_map"]
            ],
        },
        index=frame.index,
    )
    units = {"cost": "bn KZT", "usd": "mn USD", "mw": "MW", "gcal": "Gcal/h", "slip": "months"}
    with st.container(key="table"):
        _caption(lang, "table.projects_title", len(shown), _PROJECT_SORTS, view.sort)
        _grid(shown, lang, units, f"projects-{view.sort}", view.sel, rows=20)


def lines(data: Dataset, part: Part, view: View) -> None:
    """Draw the most worn lines of a part one by one, `MOST_LINES` at most."""
    lang, whole = view.lang, len(part.lines)
    rows = netsums.worst(part.lines, MOST_LINES)
    shown = netsums.line_table(data, part.lines, rows, view.at, lang)
    shown["length"] = _aligned(lang, shown["length"], digits=3)
    shown["voltage"] = _aligned(lang, shown["voltage"])
    with st.container(key=f"lines-{part.name}"):
        st.html(f'<div class="table-title">{i18n.plural(lang, "table.lines_title", whole)}</div>')
        if whole > len(shown):
            words = i18n.text(lang, "table.most_worn", shown=i18n.number(lang, len(shown)))
            st.html(f'<p class="hint">{escape(words)}</p>')
        units = {"length": "km", "voltage": "kV"}
        _grid(shown, lang, units, f"lines-{part.name}", view.sel, in_words=True)


def sources(data: Dataset, selection: Selection) -> None:
    """Draw every source of the day with what rests on it and how old it is."""
    view, lang = selection.view, selection.view.lang
    rests = _resting(data, view.at)
    in_view = {*selection.plants.index, *selection.projects.index}
    rows = []
    for source_id, subjects in rests.items():
        source = data.sources[source_id]
        days = (view.at - parse(source.date).last).days if source.date else None
        rows.append(
            {
                "publisher": source.publisher,
                "title": source.title or source.publisher,
                "date": i18n.date(lang, source.date) or i18n.text(lang, "map.unknown"),
                "age": None if days is None else max(round(days / 30.44), 0),
                "statements": len(subjects),
                "in_view": sum(1 for one in subjects if one in in_view),
                "provenance": i18n.label(lang, "provenance", source.provenance),
                "url": source.url,
            }
        )
    frame = pd.DataFrame(rows, index=list(rests)).sort_values("statements", ascending=False)
    with st.container(key="table"):
        st.html(
            f'<div class="table-title">{i18n.plural(lang, "table.sources_title", len(frame))}</div>'
        )
        config = {
            name: _header(lang, name) for name in ("publisher", "title", "date", "provenance")
        }
        config |= {name: _number_column(lang, name) for name in ("statements", "in_view")}
        config["age"] = _number_column(lang, "age", "months")
        config["url"] = st.column_config.LinkColumn(
            i18n.text(lang, "table.url"), display_text=i18n.text(lang, "table.open")
        )
        st.dataframe(
            _in_words(frame, lang, ["age", "statements", "in_view"]),
            hide_index=True,
            column_config=config,
            height=640,
            placeholder=_NONE,
            key="sources",
        )


def _resting(data: Dataset, at: date) -> dict[str, list[str]]:
    """Return, for each source known by the day, the subjects of its statements and positions."""
    rests: dict[str, list[str]] = {
        one.id: [] for one in data.sources.values() if not one.date or parse(one.date).first <= at
    }
    for plant, row in data.rows["plants"].items():
        if row["location_source_id"] in rests:
            rests[row["location_source_id"]].append(plant)
    for claims in data.claims.values():
        for claim in (c for of_one in claims.values() for c in of_one if c.stated_on.last <= at):
            rests.setdefault(claim.source, []).append(claim.subject)
    for table in (data.indicators, data.kpis):
        for source, stated_on in zip(table["source_id"], table["stated_on"], strict=True):
            if parse(stated_on).last <= at:
                rests.setdefault(source, []).append("")
    return rests


def _in_words(frame: pd.DataFrame, lang: str, columns: Sequence[str]) -> Styler:
    """Return the frame with its numbers printed in the language; they still sort as numbers."""
    printed = {name: partial(_figure, lang) for name in columns}
    return frame.style.format(printed, na_rep=_NONE)


def _aligned(lang: str, values: Iterable[float], digits: int | None = None) -> list[str]:
    """Return numbers as texts of one length, set right: such texts sort as their numbers do.

    `digits` are their decimals; none prints one at most.

    They take half the bytes of numbers with their wording, and the table beside the map is sent
    anew for every filter.
    """
    words = ["" if pd.isna(value) else i18n.number(lang, value, digits) for value in values]
    comma = i18n.number(lang, 0.5)[1]
    if any(comma in one for one in words):
        words = [one if comma in one or not one else f"{one}  " for one in words]
    width = max(map(len, words), default=0)
    return [one and one.rjust(width) for one in words]


def _figure(lang: str, value: float) -> str:
    return _NONE if pd.isna(value) else i18n.number(lang, value)


def _zone(lang: str, row: Row) -> str:
    if row["zone_text"] == OUT_OF_RED:
        return i18n.label(lang, "zone", OUT_OF_RED)
    return wording.zone_words(lang, row["zone"], row["zone_basis"])


def _percent(lang: str, wear: str) -> str:
    return i18n.quantity(lang, wear, "percent") if wear else ""


def _or_unknown(lang: str, name: str, code: str) -> str:
    return i18n.text(lang, "map.unknown") if code == "unknown" else i18n.label(lang, name, code)


def _due(lang: str, days: Sequence[str]) -> str:
    """Return the latest deadline of a plant's projects."""
    due = [d for d in days if d]
    return i18n.date(lang, max(due, key=lambda d: parse(d).last)) if due else ""


def _parent(data: Dataset, lang: str, parent: str) -> str:
    return i18n.name(lang, data.rows["projects"][parent]) if parent else ""


def _sorted(frame: pd.DataFrame, sort: str, keys: dict[str, str], lang: str) -> pd.DataFrame:
    name = sort.removeprefix("-")
    if name not in keys:
        return frame
    down = sort.startswith("-")
    if not keys[name]:
        names = pd.Series(
            [i18n.search_key(i18n.name(lang, r)) for r in frame.to_dict("records")], frame.index
        )
        return frame.loc[names.sort_values(ascending=not down).index]
    return frame.sort_values(keys[name], ascending=not down, kind="stable", na_position="last")


def _caption(lang: str, title: str, count: int, sorts: dict[str, str], sort: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key="table-head"):
        st.html(f'<div class="table-title">{i18n.plural(lang, title, count)}</div>')
        options = ["", *(f"{sign}{name}" for name in sorts for sign in ("", "-"))]
        key = session.seed("w-sort", sort if sort in options else "")
        st.selectbox(
            i18n.text(lang, "table.sort"),
            options,
            format_func=lambda o: _sort_words(lang, o),
            key=key,
            on_change=session.from_widget,
            args=(key, "sort"),
            label_visibility="collapsed",
            width=260,
        )


def _sort_words(lang: str, option: str) -> str:
    if not option:
        return i18n.text(lang, "table.sort_none")
    arrow = "↓" if option.startswith("-") else "↑"
    name = i18n.text(lang, f"sort.{option.removeprefix('-')}")
    return f"{i18n.text(lang, 'table.sort')}: {name} {arrow}"


def _header(lang: str, name: str) -> Any:
    return st.column_config.TextColumn(i18n.text(lang, f"table.{name}"), width=_WIDTHS.get(name))


def _number_column(lang: str, name: str, unit: str = "", *, in_words: bool = False) -> Any:
    words = [] if name in _NAMED_BY_UNIT else [i18n.text(lang, f"table.{name}")]
    label = ", ".join([*words, *([i18n.unit(lang, unit)] if unit else [])])
    if in_words:
        return st.column_config.TextColumn(label, width=_WIDTHS.get(name), alignment="right")
    return st.column_config.NumberColumn(label, width=_WIDTHS.get(name))


def _grid(
    shown: pd.DataFrame,
    lang: str,
    units: dict[str, str],
    name: str,
    selected: str,
    *,
    rows: int = _HEIGHT_ROWS,
    in_words: bool = False,
) -> None:
    """Draw a table whose chosen row becomes the selection of the view.

    Numbers of the columns in `units` are printed here, unless they are `in_words` already.
    """
    config = {c: _header(lang, c) for c in shown.columns if c not in units}
    config |= {c: _number_column(lang, c, unit, in_words=in_words) for c, unit in units.items()}
    ids = [str(one) for one in shown.index]
    key = f"t-{name}"

    def choose() -> None:
        row = session.selected_row(key)
        session.update(sel=ids[row] if row is not None and row < len(ids) else "")

    session.choose_row(key, ids.index(selected) if selected in ids else None)
    st.dataframe(
        # nobody sees the ids, and they need not be sent
        shown.reset_index(drop=True) if in_words else _in_words(shown, lang, list(units)),
        key=key,
        hide_index=True,
        column_config=config,
        placeholder=_NONE,
        height=min(rows, len(shown) + 1) * _ROW_PX + 3,
        on_select=choose,
        selection_mode="single-row",
    )
