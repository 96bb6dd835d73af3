"""How the page of plans draws its pieces: tables that can be taken away, pictures, origins."""

from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path

import streamlit as st

from meks_geo import charts, i18n
from meks_geo.intake import listing
from meks_geo.kpitables import Table
from meks_geo.model import Source
from meks_geo.planning.saved import SavedPlan
from meks_geo.ui import shell
from meks_geo.ui.kpis import markup
from meks_geo.view import View

_CSS = (Path(__file__).parent / "plan.css").read_text(encoding="utf-8")


def look() -> None:
    """Apply the look of the page."""
    st.html(f"<style>{_CSS}</style>")


def table(found: Table, view: View, name: str) -> None:
    """Draw a table, and the button by which it is taken away."""
    if not found.rows:
        return
    st.html(f'<div class="plan-scroll">{markup(found)}</div>')
    take(found.csv_heads, found.csv_rows, view, name)


def take(heads: Sequence[str], rows: Sequence[Sequence[str]], view: View, name: str) -> None:
    """Draw the button by which rows are taken away."""
    st.download_button(
        i18n.text(view.lang, "kpis.csv"),
        data=lambda: listing.to_csv(heads, rows, view.lang),
        file_name=f"meks-geo-plan-{name}-{view.at.isoformat()}.csv",
        mime="text/csv",
        on_click="ignore",
        help=i18n.text(view.lang, "kpis.csv_help"),
        key=f"csv-plan-{name}",
    )


def called(name: str, *plans: SavedPlan) -> str:
    """Return the name of a table to take away; that of a plan on made-up data says so."""
    return f"synthetic-{name}" if any(one.scenario.trial for one in plans) else name


def trial(lang: str, *plans: SavedPlan) -> None:
    """Say that a plan is one on made-up data."""
    if any(one.scenario.trial for one in plans):
        st.html(f'<div class="made-up">{escape(i18n.text(lang, "plan.trial"))}</div>')


def picture(svg: str, said: str, title: str = "") -> str:
    """Return a chart in its box, with its title; "" for no chart."""
    if not svg:
        return ""
    head = f"<h4>{escape(title)}</h4>" if title else ""
    return f'<div class="plan-chart">{head}{charts.as_image(svg, said)}</div>'


def pictures(found: Iterable[str]) -> None:
    """Draw charts side by side, as many as there is room for."""
    boxes = "".join(found)
    if boxes:
        st.html(f'<div class="plan-charts">{boxes}</div>')


def origin(lang: str, source: Source | None, *, assumed: bool) -> str:
    """Return in words where a number is from: assumed, published, or assumed after a source."""
    said = [i18n.text(lang, "planpage.assumed")] if assumed else []
    if source is not None:
        day = i18n.date(lang, source.date)
        said.append(", ".join(one for one in (source.publisher or source.title, day) if one))
    return ": ".join(said) or i18n.text(lang, "map.unknown")


def part(lang: str, key: str, note: str = "") -> None:
    """Draw the heading of a part of the page, and a quiet sentence under it."""
    shell.title(i18n.text(lang, key))
    if note:
        shell.hint(i18n.text(lang, note))
