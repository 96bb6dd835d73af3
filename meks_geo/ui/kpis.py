"""The page of KPIs: targets and results of the country and of regions, who pays, registers."""

from collections.abc import Callable, Iterable, Sequence
from html import escape

import streamlit as st

from meks_geo import (
    barcharts,
    charts,
    facts,
    i18n,
    kpicharts,
    kpirules,
    kpis,
    kpisums,
    kpiwords,
    rolls,
)
from meks_geo.errors import InputError
from meks_geo.intake import listing
from meks_geo.kpirules import Rating, Rules, Topic
from meks_geo.kpis import Kpi
from meks_geo.kpitables import HOTLINE, Cell, Table, funding, regions, register, statements, topic
from meks_geo.model import ROLLS, Dataset
from meks_geo.store import Store
from meks_geo.ui import ledger, shell
from meks_geo.view import View
from meks_geo.vocabulary import COUNTRY

_TABS = ("figures", "regions", "ledger", "registers")
#: Topics of the first tab; money and registers have one of their own.
_FIGURES = (
    *(Topic.REPAIRS, Topic.RED, Topic.WEAR, Topic.STAGES, Topic.PROGRAMME),
    *(Topic.POWER, Topic.OTHER),
)
_CHARTS = ("chp-wear", "wear-heat", "wear-power", "wear-water", "wear-sewer", "wear-eng")
_HEADLINES = ("chp-red", "net-km-year", "wear-heat", "invest-year")
_STYLE = """<style>
table.kpis { width: 100%; border-collapse: collapse; font-size: .86rem; margin-bottom: .3rem; }
table.kpis th, table.kpis td { border: 0; border-bottom: 1px solid var(--line);
  padding: .28rem .5rem; text-align: left; vertical-align: top; }
table.kpis thead th { color: var(--soft); font-weight: 700; vertical-align: bottom; }
table.kpis thead th:first-child { padding-left: 0; }
table.kpis tbody th { font-weight: 400; padding-left: 0; max-width: 22rem; }
table.kpis .n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
table.kpis thead .n { white-space: normal; }
table.kpis .n .also { white-space: normal; }
table.kpis .also { display: block; color: var(--soft); font-size: .78rem; }
table.kpis a { color: var(--accent); text-decoration: none; }
.kpi-scroll { overflow-x: auto; }
@media (max-width: 700px) {
  .kpi-scroll table.kpis { width: max-content; min-width: 100%; }
  .kpi-scroll table.kpis td { max-width: 15rem; }
  .kpi-scroll table.kpis tbody th { position: sticky; left: 0; max-width: 9.4rem;
    background: #fff; border-bottom: 0; box-shadow: inset 0 -1px var(--line); }
}
.kpi-charts { display: grid; gap: .6rem;
  grid-template-columns: repeat(auto-fit, minmax(270px, 1fr)); }
.kpi-chart { border: 1px solid var(--line); border-radius: .4rem; padding: .5rem .7rem .3rem; }
.kpi-chart h4 { font-size: .84rem; margin: 0 0 .2rem; padding: 0; }
.sign { display: inline-block; width: .72rem; height: .72rem; border: 1.5px solid var(--ink);
  border-radius: 50%; margin-right: .4rem; vertical-align: -.05rem; }
.sign.full { background: var(--ink); }
.sign.half { background: linear-gradient(90deg, var(--ink) 50%, transparent 50%); }
.contact { font-size: 1rem; } .contact b { font-size: 1.3rem; margin: 0 .5rem; }
</style>"""


def show(data: Dataset, view: View) -> None:
    """Draw the page as of the day of the view, for the country and the regions it names."""
    lang = view.lang
    rules = read_rules(lang)
    if rules is None:
        return
    st.html(_STYLE)
    whole = kpis.rows(data, rules, view.at, COUNTRY)
    named = [one for one in view.region if one != COUNTRY]
    places = [i18n.name(lang, data.rows["regions"][one]) for one in (named or [COUNTRY])]
    shell.age(lang, kpiwords.newest_day(whole), view.at)
    shell.title(i18n.text(lang, "kpis.title", place=", ".join(places)))
    shell.hint(i18n.text(lang, "kpis.filters"))
    if not named:
        _headlines(whole, lang)
    tabs = st.tabs([i18n.text(lang, f"kpis.tab_{name}") for name in _TABS])
    with tabs[0]:
        for region in named:
            _of_region(data, rules, view, region)
        if named:
            shell.title(i18n.name(lang, data.rows["regions"][COUNTRY]))
        _figures(data, rules, view, whole)
    with tabs[1]:
        everything = kpis.rows(data, rules, view.at)
        shell.hint(i18n.text(lang, "kpis.regions_note"))
        draw(regions(data, everything, view), view, "regions")
        _take_all(data, everything, view)
    with tabs[2]:
        ledger.show(data, rules, view, draw)
    with tabs[3]:
        _registers(data, rules, view, whole)


def read_rules(lang: str) -> Rules | None:
    """Return the rules of the ratings; faulty ones are told and give None."""
    try:
        return kpirules.read(Store().parameters())
    except InputError as error:
        shell.problems(lang, error.problems, "kpis.rules_faulty")
        return None


def draw(table: Table, view: View, name: str) -> None:
    """Draw a table, and the button by which it is taken away."""
    if not table.rows:
        return
    st.html(f'<div class="kpi-scroll">{markup(table)}</div>')
    _take(table.csv_heads, table.csv_rows, view, name)


def _take_all(data: Dataset, found: Sequence[Kpi], view: View) -> None:
    """Offer every KPI of the country and of the regions in one file."""
    rows = tuple(kpiwords.csv_rows(data, found, view.lang))
    _take(kpiwords.heads(view.lang), rows, view, "all")


def _take(heads: Sequence[str], rows: Sequence[Sequence[str]], view: View, name: str) -> None:
    """Draw the button by which rows are taken away."""
    whole = name == "all"
    st.download_button(
        i18n.text(view.lang, "kpis.csv_all" if whole else "kpis.csv"),
        data=lambda: listing.to_csv(heads, rows, view.lang),
        file_name=f"meks-geo-kpis-{name}-{view.at.isoformat()}.csv",
        mime="text/csv",
        on_click="ignore",
        help=i18n.text(view.lang, "kpis.csv_help"),
        key=f"csv-kpis-{name}",
    )


def markup(table: Table) -> str:
    """Return a table as HTML; every text in it is escaped."""
    head = "".join(_cell("th", cell) for cell in table.heads)
    body = "".join(
        f"<tr>{_cell('th', first)}{''.join(_cell('td', cell) for cell in rest)}</tr>"
        for first, *rest in table.rows
    )
    return f'<table class="kpis"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'


def _cell(tag: str, cell: Cell) -> str:
    words = escape(cell.text)
    if cell.url.startswith(("https://", "http://")):
        words = (
            f'<a href="{escape(cell.url, quote=True)}" target="_blank" rel="noopener">{words}</a>'
        )
    sign = f'<i class="sign {cell.sign}"></i>' if cell.sign else ""
    also = "".join(f'<span class="also">{escape(one)}</span>' for one in cell.also)
    kind = ' class="n"' if cell.number else ""
    return f"<{tag}{kind}>{sign}{words}{also}</{tag}>"


# -- targets and results ---------------------------------------------------------------------------


def _headlines(found: Sequence[Kpi], lang: str) -> None:
    """Draw four figures: each the newest one that was published."""
    cells = []
    for kpi in _HEADLINES:
        rows = [one for one in found if one.id == kpi]
        if not rows:
            continue
        newest = next((one for one in reversed(rows) if one.actual), rows[-1])
        of = "actual" if newest.actual else "target"
        words = kpiwords.value(lang, newest, newest.said)
        when = f"{i18n.text(lang, f'kpis.{of}').lower()}, {kpiwords.period(lang, newest.period)}"
        cells.append((i18n.name(lang, newest.names), f"{words} · {when}"))
    if cells:
        shell.tiles(cells)


def _of_region(data: Dataset, rules: Rules, view: View, region: str) -> None:
    lang = view.lang
    found = kpis.rows(data, rules, view.at, region)
    place = i18n.name(lang, data.rows["regions"][region])
    shell.title(place)
    if not found:
        shell.hint(i18n.text(lang, "kpis.nothing_region", place=place))
        return
    draw(topic(data, found, lang), view, region.lower())
    _level_charts(found, view)


def _figures(data: Dataset, rules: Rules, view: View, whole: Sequence[Kpi]) -> None:
    lang = view.lang
    if not whole:
        st.info(i18n.text(lang, "kpis.nothing"))
        return
    with st.expander(i18n.text(lang, "kpis.rules_title")):
        lines = "".join(f"<li>{escape(one)}</li>" for one in kpiwords.rule_lines(rules, lang))
        st.html(f"<ul>{_legend(lang)}{lines}</ul>")
    for name in _FIGURES:
        found = [one for one in whole if one.topic == name]
        if not found:
            continue
        shell.title(i18n.text(lang, f"kpis.topic_{name}"))
        draw(topic(data, found, lang), view, name)
        if name == Topic.WEAR:
            _level_charts(found, view)
        if name == Topic.RED:
            _zone_chart(found, lang)


def _legend(lang: str) -> str:
    """Return the signs of the ratings with their words."""
    pairs = {
        "full": (Rating.REACHED, Rating.ON_COURSE),
        "half": (Rating.LAGGING,),
        "empty": (Rating.BEHIND,),
    }
    words = (
        f'<span><i class="sign {sign}"></i>'
        f"{escape(' / '.join(kpiwords.rating(lang, one) for one in ratings))}</span>"
        for sign, ratings in pairs.items()
    )
    return f"<li>{' &nbsp; '.join(words)}</li>"


def _level_charts(found: Sequence[Kpi], view: View) -> None:
    """Draw the levels that have at least two values; what a line and a diamond mean is told."""
    lang = view.lang
    pictures = []
    for kpi in _CHARTS:
        rows = [one for one in found if one.id == kpi]
        if not rows:
            continue
        name = i18n.name(lang, rows[0].names)
        said = "; ".join(
            f"{kpiwords.period(lang, one.period)}: {kpiwords.value(lang, one, one.said)}"
            for one in rows
        )
        svg = kpicharts.levels(kpiwords.series(lang, rows, view.at), label=f"{name}. {said}")
        if svg:
            image = charts.as_image(svg, f"{name}. {said}")
            pictures.append(f'<div class="kpi-chart"><h4>{escape(name)}</h4>{image}</div>')
    if pictures:
        st.html(f'<div class="kpi-charts">{"".join(pictures)}</div>')
        shell.hint(i18n.text(lang, "kpis.chart_note"))


def _zone_chart(found: Sequence[Kpi], lang: str) -> None:
    bars = kpiwords.zone_bars(lang, found)
    if not bars:
        return
    title = i18n.text(lang, "kpis.chart_zones")
    said = f"{title}. " + "; ".join(f"{bar.label}: {bar.note}" for bar in bars)
    image = charts.as_image(barcharts.rows(bars, label=said), said)
    st.html(f'<div class="bars"><div class="table-title">{escape(title)}</div>{image}</div>')


# -- money and registers ---------------------------------------------------------------------------


def _registers(data: Dataset, rules: Rules, view: View, whole: Sequence[Kpi]) -> None:
    lang = view.lang
    _titled(data, view, whole, Topic.MONEY, topic)
    shell.title(i18n.text(lang, "kpis.money_title"))
    shell.hint(i18n.text(lang, "kpis.money_note"))
    sums = kpisums.by_funding(data, view.at, view.region)
    draw(funding(sums, lang), view, "funding")
    _titled(data, view, whole, Topic.REGISTERS, register)
    if not any(rolls.in_list(data, name, view.at) for name in ROLLS):
        shell.hint(i18n.text(lang, "kpis.registers_note"))
    shell.to_page(view, "registers")
    _contact(data, view)
    table = statements(data, rules, view)
    if table.rows:
        shell.title(i18n.text(lang, "kpis.statements"))
        draw(table, view, "statements")


def _titled(
    data: Dataset,
    view: View,
    whole: Iterable[Kpi],
    name: Topic,
    make: Callable[[Dataset, Sequence[Kpi], str], Table],
) -> None:
    found = [one for one in whole if one.topic == name]
    if found:
        shell.title(i18n.text(view.lang, f"kpis.topic_{name}"))
        draw(make(data, found, view.lang), view, name)


def _contact(data: Dataset, view: View) -> None:
    """Say how the programme is reached, when that is published by the day."""
    figure = facts.figures(data, COUNTRY, view.at).get(HOTLINE)
    if figure is None:
        return
    source = data.sources[figure.claim.source]
    day = i18n.date(view.lang, figure.claim.stated_on.text)
    words = i18n.text(view.lang, "kpis.contact")
    st.html(
        f'<p class="contact">{escape(words)}:<b>{escape(figure.value)}</b>'
        f'<span class="src">{escape(source.publisher)}, {escape(day)}</span></p>'
    )
