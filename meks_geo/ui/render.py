"""Values into HTML: totals, foot, card. All text from data is escaped here."""

from collections.abc import Sequence
from html import escape

import streamlit as st

from meks_geo import charts, i18n, networks, wording
from meks_geo.cards import Card, Latest, Line, Promise, Said, Section
from meks_geo.model import Dataset
from meks_geo.queries import Selection
from meks_geo.ui import session, shell
from meks_geo.view import View
from meks_geo.vocabulary import Provenance, Standing, Zone

_MAX_LINKED = 12
_FIRST_LINES = 4
_FIVE = 5


def totals(selection: Selection) -> None:
    """Draw the strip of totals of the filter."""
    lang, sums = selection.view.lang, selection.totals
    plants, projects = selection.counts["plants"], selection.counts["projects"]
    unknown = i18n.text(lang, "map.unknown")

    def quantity(value: float | None, unit: str) -> str:
        return unknown if value is None else i18n.quantity(lang, i18n.tenths(value), unit)

    tiles = [
        ("totals.objects", "", i18n.number(lang, plants.in_filter), _of(lang, plants.in_source)),
        (
            "totals.projects",
            "",
            i18n.number(lang, projects.in_filter),
            _of(lang, projects.in_source),
        ),
        (
            "totals.cost",
            _known(lang, sums.cost_known, projects.in_filter),
            quantity(sums.cost_bn_kzt, "bn KZT"),
            "",
        ),
        (
            "totals.added",
            "",
            _added(selection),
            "",
        ),
        (
            "totals.wear",
            _known(lang, sums.wear_known, plants.in_filter),
            quantity(sums.wear_percent, "percent"),
            "",
        ),
    ]
    if len(selection.lines):
        tiles.append(_networks(selection))
    cells = "".join(
        f'<div class="tile"><div class="tile-name">{escape(i18n.text(lang, key))}'
        f"{escape(f', {known}' if known else '')}</div>"
        f'<div class="tile-value">{escape(value)} <small>{escape(side)}</small></div></div>'
        for key, known, value, side in tiles
    )
    several = " six" if len(tiles) > _FIVE else ""
    st.html(f'<div class="tiles{several}">{cells}</div>')


def _networks(selection: Selection) -> tuple[str, str, str, str]:
    """Return the tile of the lines: kilometres, of them red; synthetic ones stand apart."""
    lang = selection.view.lang
    reported = selection.lines.but_synthetic()
    made_up = len(reported) < len(selection.lines)
    shown = reported if len(reported) or not made_up else selection.lines
    sums = networks.summary(shown)
    km, red = (i18n.quantity(lang, f"{sums[name]:.0f}", "km") for name in ("km", "red_km"))
    label = i18n.label(lang, "provenance", Provenance.SYNTHETIC) if shown is not reported else ""
    side = f"{i18n.label(lang, 'zone', Zone.RED).lower()}: {red}" if sums["red_km"] else ""
    return "totals.networks", label, km, side


def _added(selection: Selection) -> str:
    lang, sums = selection.view.lang, selection.totals
    parts = ((sums.electric_mw_added, "MW"), (sums.heat_gcal_h_added, "Gcal/h"))
    known = [i18n.quantity(lang, i18n.tenths(v), unit) for v, unit in parts if v is not None]
    return " · ".join(known) or i18n.text(lang, "map.unknown")


def _of(lang: str, whole: int) -> str:
    return i18n.text(lang, "totals.of", whole=i18n.number(lang, whole))


def _known(lang: str, known: int, whole: int) -> str:
    return i18n.text(
        lang, "totals.known", known=i18n.number(lang, known), whole=i18n.number(lang, whole)
    )


def foot(data: Dataset, selection: Selection) -> None:
    """Draw the line under the map: counts, date, revision, what is not drawn, attributions."""
    parts = "".join(f"<span>{escape(p)}</span>" for p in wording.foot(data, selection))
    credit = escape(i18n.text(selection.view.lang, "map.attribution"))
    st.html(f'<div class="foot">{parts}<span class="credit">{credit}</span></div>')


def off_map(selection: Selection) -> None:
    """List the projects of the filter that have no place on the map."""
    projects = selection.projects[~selection.projects["on_map"]]
    lang = selection.view.lang
    title = i18n.text(lang, "map.off_map", count=i18n.number(lang, len(projects)))
    items = "".join(f"<li>{escape(i18n.name(lang, row))}</li>" for _, row in projects.iterrows())
    st.html(f'<div class="off-map"><b>{escape(title)}</b><ul>{items}</ul></div>')


def card(value: Card | None, view: View) -> None:
    """Draw a card: names, place, attributes with sources, promises, conflicts, history."""
    if value is None:
        return
    lang = view.lang
    _card_head(value, view)
    for section in value.sections:
        if section.id != value.id:
            st.button(
                shell.plain(section.title),
                key=f"open-{section.id}",
                type="tertiary",
                on_click=lambda s=section.id: session.update(sel=s),
            )
        st.html(_section(section, lang) or _nothing(lang))
        if section.history:
            words = i18n.text(lang, "card.all_statements", count=len(section.history))
            with st.expander(words):
                st.html(_history(section.history, lang))
    for relation, subject, name in value.linked[:_MAX_LINKED]:
        st.html(f'<div class="relation">{escape(relation)}</div>')
        st.button(
            shell.plain(name),
            key=f"linked-{subject}",
            type="tertiary",
            on_click=lambda s=subject: session.update(sel=s),
        )
    rest = len(value.linked) - _MAX_LINKED
    if rest > 0:
        more = i18n.text(lang, "map.more_sources", count=i18n.number(lang, rest))
        st.html(f'<div class="note">{escape(more)}</div>')
    if value.note:
        st.html(f'<div class="note">{escape(value.note)}</div>')


def latest(items: Sequence[Latest], view: View) -> None:
    """Draw the newest statements in view; each opens the card of its thing."""
    if not items:
        return
    lang = view.lang
    st.html(f'<h4 class="latest-title">{escape(i18n.text(lang, "card.latest"))}</h4>')
    for number, item in enumerate(items):
        st.button(
            shell.plain(item.name),
            key=f"latest-{number}-{item.subject}",
            type="tertiary",
            on_click=lambda s=item.subject: session.update(sel=s),
        )
        st.html(
            f'<div class="latest">{escape(item.day)} · {escape(item.attribute)}: '
            f"<b>{escape(item.value)}</b></div>"
        )


def _card_head(value: Card, view: View) -> None:
    lang = view.lang
    names = " · ".join(value.names)
    newest = _newest_words(value, lang)
    lines = [value.place, value.accuracy, names]
    small = "".join(f"<div>{escape(line)}</div>" for line in lines if line)
    with st.container(horizontal=True, key="card-head", vertical_alignment="top"):
        st.html(f'<h3 class="card-title">{escape(value.title)}</h3>')
        if view.sel:
            st.button(
                "\u00d7",
                key="card-close",
                type="tertiary",
                help=i18n.text(lang, "card.close"),
                on_click=lambda: session.update(sel=""),
                width="content",
            )
    label = escape(i18n.text(lang, "card.newest"))
    st.html(
        f'<div class="card-sub">{small}'
        f'<div class="newest">{label}: <b>{escape(newest)}</b></div></div>'
    )


def _nothing(lang: str) -> str:
    return f'<div class="note">{escape(i18n.text(lang, "card.nothing_published"))}</div>'


def _newest_words(value: Card, lang: str) -> str:
    """Return the day of the newest statement; else what there is without one, or nothing."""
    if value.newest:
        return i18n.date(lang, value.newest)
    known = {line.said.standing for section in value.sections for line in section.lines}
    if Standing.STANDS in known:
        return i18n.text(lang, "card.undated")
    return i18n.text(lang, "card.register_only" if known else "card.nothing_known")


def _section(section: Section, lang: str) -> str:
    """Return the first attributes, how the announced ones changed, then the rest."""
    first, rest = section.lines[:_FIRST_LINES], section.lines[_FIRST_LINES:]
    promises = "".join(_promise(p, lang) for p in section.promises)
    return _facts(first, lang) + promises + _facts(rest, lang)


def _facts(lines: Sequence[Line], lang: str) -> str:
    rows = "".join(
        f"<dt>{escape(line.label)}</dt><dd>{_value(line.said, lang)}"
        + "".join(_conflict(c, lang) for c in line.conflicts)
        + "</dd>"
        for line in lines
    )
    return f'<dl class="facts">{rows}</dl>' if rows else ""


def _value(said: Said, lang: str) -> str:
    standing = ""
    if said.standing == Standing.DOUBTFUL:
        standing = f'<em class="doubt">{escape(i18n.label(lang, "standing", said.standing))}</em> '
    if said.standing == Standing.REGISTER:
        standing = (
            f'<em class="register">{escape(i18n.label(lang, "standing", said.standing))}</em> '
        )
    value = f'<div class="value">{escape(said.value)}</div>'
    if not said.source:  # the source of the line above
        return value
    return f'{value}<div class="src">{standing}{source(said)}</div>'


def source(said: Said) -> str:
    """Return a source as a link with its day; one without an address of the web says its title."""
    is_linked = said.url.startswith(("https://", "http://"))
    parts = (said.source, "" if is_linked else said.title, said.day)
    text = " · ".join(escape(part) for part in parts if part)
    if not is_linked:
        return text
    href, title = escape(said.url, quote=True), escape(said.title, quote=True)
    return f'<a href="{href}" title="{title}" target="_blank" rel="noopener noreferrer">{text}</a>'


def _conflict(said: Said, lang: str) -> str:
    label = escape(i18n.text(lang, "card.conflict"))
    value = f"<b>{escape(said.value)}</b> <span>{source(said)}</span>"
    return f'<div class="conflict">{label}: {value}</div>'


def _promise(promise: Promise, lang: str) -> str:
    """Return the history of one announced value: what changed, a small chart, and a table."""
    title = escape(i18n.text(lang, "card.promise", what=promise.label))
    change = f' <span class="change">{escape(promise.change)}</span>' if promise.change else ""
    points = [
        (s.stated_on.first, s.number, f"{s.day}: {s.value}")
        for s in promise.steps
        if s.number is not None and s.standing != Standing.DOUBTFUL
    ]
    label = f"{promise.label}: " + ", ".join(p[2] for p in points)
    svg = charts.promise_chart(
        points,  # type: ignore[arg-type]
        label=label,
        whole_years=promise.attribute == "completion",
    )
    chart = charts.as_image(svg, label)
    rows = "".join(_step(step, lang) for step in promise.steps)
    table = f'<table class="steps">{rows}</table>'
    return f'<div class="promise-block"><h4>{title}{change}</h4>{chart}{table}</div>'


def _step(step: Said, lang: str) -> str:
    doubt = step.standing == Standing.DOUBTFUL
    mark = (
        f' <em class="doubt">{escape(i18n.label(lang, "standing", step.standing))}</em>'
        if doubt
        else ""
    )
    note = f'<div class="step-note">{escape(step.note)}</div>' if step.note else ""
    row_class = ' class="faint"' if doubt else ""
    return (
        f"<tr{row_class}><td>{escape(step.day)}</td><td><b>{escape(step.value)}</b>{mark}"
        f'<div class="src">{source(step)}</div>{note}</td></tr>'
    )


def _history(history: Sequence[tuple[str, Said]], lang: str) -> str:
    rows = "".join(
        f"<tr><td>{escape(said.day)}</td><td>{escape(label)}: <b>{escape(said.value)}</b>"
        f'<div class="src">{source(said)}</div></td></tr>'
        for label, said in history
    )
    return f'<table class="steps">{rows}</table>'
