"""What stands around the map on a screen in a hall, in large type: title, facts, foot."""

from collections.abc import Sequence
from html import escape

import pandas as pd

from meks_geo import i18n, linecards, wording
from meks_geo.cards import Card, Line, Promise
from meks_geo.model import Dataset
from meks_geo.queries import PROGRAMME, Selection
from meks_geo.validate import bounds
from meks_geo.view import NO_FILL, PROJECT_KEYS
from meks_geo.vocabulary import UNKNOWN, Standing

_LINES = 6
_STEPS = 3
_ROWS = 10
_LONG = 70
_ARROW = " \u2192 "


def head(data: Dataset, selection: Selection, title: str, stamp: str) -> str:
    """Return the title of what is shown, its day and its filter."""
    view = selection.view
    words = wording.title(data, view)
    chosen = _card(data, selection)
    if not title and view.sel and chosen is not None:
        title = chosen.title
    parts = [f"<b>{escape(wording.as_of(view))}</b>"]
    if view.fill != NO_FILL:
        fill = i18n.label(view.lang, "sector", view.fill)
        parts.append(escape(f"{i18n.text(view.lang, 'filter.fill')}: {fill}"))
    if title:
        parts.append(escape(words))
    shown = title or words
    size = "hall-head long" if len(shown) > _LONG else "hall-head"
    mark = f'<div class="hall-stamp">{escape(stamp)}</div>' if stamp else ""
    line = " \u00b7 ".join(parts)
    return f'<div class="{size}"><h1>{escape(shown)}</h1><p>{line}</p></div>{mark}'


def foot(data: Dataset, selection: Selection) -> str:
    """Return the counts, the day and the revision of what is shown."""
    credit = i18n.text(selection.view.lang, "map.attribution")
    parts = (*wording.foot(data, selection), credit)
    line = "".join(f"<span>{escape(part)}</span>" for part in parts)
    return f'<div class="hall-foot"><div>{line}</div></div>'


def side(data: Dataset, selection: Selection) -> str:
    """Return the facts about what is chosen; the sums of the filter when nothing is."""
    card = _card(data, selection)
    if card is None:
        shown = _overview(data, selection)
    else:
        shown = _facts(card)
        if card.id in data.rows["regions"]:
            shown += _list(_projects(data, _known(selection), selection.view.lang))
    return f'<div class="hall-side">{shown}</div>'


def _card(data: Dataset, selection: Selection) -> Card | None:
    """Return the card of what is chosen, or of the one region of the filter; None for neither."""
    view = selection.view
    subject = view.sel or (view.region[0] if len(view.region) == 1 else "")
    return linecards.card(data, selection.state, subject, view.lang) if subject else None


def _facts(card: Card) -> str:
    section = next((one for one in card.sections if one.lines), card.sections[0])
    promises = {promise.label: promise for promise in section.promises}
    title = section.title if section.title and section.id != card.id else card.title
    lines = sorted(section.lines, key=lambda line: line.label not in promises)[:_LINES]
    rows = "".join(_fact(line, promises.get(line.label)) for line in lines)
    where = f'<div class="where">{escape(card.place)}</div>' if card.place else ""
    return f"<h2>{escape(title)}</h2>{where}<dl>{rows}</dl>"


def _fact(line: Line, promise: Promise | None) -> str:
    said = line.said
    origin = " \u00b7 ".join(one for one in (said.source, said.day) if one)
    before, change = "", ""
    if promise is not None:
        firm = [one.value for one in promise.steps if one.standing != Standing.DOUBTFUL]
        values = [one for one in dict.fromkeys(firm) if one != said.value]
        if len(values) > _STEPS:
            values = [values[0], "\u2026", *values[1 - _STEPS :]]
        if values:
            told = _ARROW.join(values)
            before = f'<span class="was">{escape(told + _ARROW)}</span>'
        if promise.change:
            change = f' <span class="change">{escape(promise.change)}</span>'
    return (
        f"<dt>{escape(line.label)}</dt>"
        f"<dd>{before}{escape(said.value)}{change}<small>{escape(origin)}</small></dd>"
    )


# -- nothing is chosen -----------------------------------------------------------------------------


def _overview(data: Dataset, selection: Selection) -> str:
    """Return what the filter is about, the weightiest first, under its sums."""
    view = selection.view
    figures = _figures(data, selection) if view.fill != NO_FILL else []
    rows = figures
    if not rows and (view.region or any(getattr(view, key) for key in PROJECT_KEYS)):
        rows = _projects(data, _known(selection), view.lang)
    rows = rows or _plants(data, selection) or _projects(data, _known(selection), view.lang)
    return _sums(selection) + _list(rows)


def _known(selection: Selection) -> pd.DataFrame:
    """Return the projects of which something is known, without the programme of them all."""
    return selection.projects[selection.projects["known"]].drop(index=PROGRAMME, errors="ignore")


def _list(rows: Sequence[tuple[str, str, str]]) -> str:
    """Return things with their figure and what is said beside it."""
    items = "".join(
        f"<li><span>{escape(name)}</span><b>{escape(value)}</b><small>{escape(beside)}</small></li>"
        for name, value, beside in rows[:_ROWS]
    )
    more = f"<li><small>+{len(rows) - _ROWS}</small></li>" if len(rows) > _ROWS else ""
    return f"<ol>{items}{more}</ol>"


def _figures(data: Dataset, selection: Selection) -> list[tuple[str, str, str]]:
    """Return the published wear of regions and cities, the worst first."""
    lang = selection.view.lang
    towns = [(i18n.name(lang, row), row) for _, row in selection.cities.iterrows()]
    taken = {name for name, _ in towns}
    found = list(towns)
    for one, row in selection.areas.iterrows():
        region = data.rows["regions"][str(one)]
        short = wording.short_region(lang, region)
        found.append((i18n.name(lang, region) if short in taken else short, row))
    return [
        (name, i18n.quantity(lang, row["wear"], "percent"), i18n.date(lang, row["stated_on"]))
        for name, row in sorted(found, key=lambda one: (-bounds(one[1]["wear"])[0], one[0]))
    ]


def _projects(data: Dataset, known: pd.DataFrame, lang: str) -> list[tuple[str, str, str]]:
    """Return projects with status and deadline, the most costly first."""
    dearest = known.sort_values("cost_bn_kzt", ascending=False, na_position="last", kind="stable")
    rows = []
    for one, row in dearest.iterrows():
        cost = row["cost_bn_kzt"]
        value = "" if pd.isna(cost) else i18n.quantity(lang, i18n.tenths(cost), "bn KZT")
        status = row["status"]
        beside = [i18n.label(lang, "status", status)] if status != UNKNOWN else []
        beside += [i18n.date(lang, row["completion"])] if row["completion"] else []
        name = i18n.name(lang, data.rows["projects"][str(one)])
        rows.append((name, value, " \u00b7 ".join(beside)))
    return rows


def _plants(data: Dataset, selection: Selection) -> list[tuple[str, str, str]]:
    """Return plants with their wear, the most worn first.

    Those without a known wear are listed only when the filter asks for a zone.
    """
    lang, known = selection.view.lang, selection.plants[selection.plants["known"]]
    if not selection.view.zone:
        known = known[known["wear"] != ""]
    worst = known.sort_values("wear_low", ascending=False, na_position="last", kind="stable")
    unknown = i18n.text(lang, "map.unknown")
    return [
        (
            i18n.name(lang, data.rows["plants"][str(one)]),
            i18n.quantity(lang, row["wear"], "percent") if row["wear"] else unknown,
            i18n.date(lang, row["wear_date"]) if row["wear_date"] else "",
        )
        for one, row in worst.iterrows()
    ]


def _sums(selection: Selection) -> str:
    """Return the sums of the filter; what is not known says so."""
    lang, sums = selection.view.lang, selection.totals
    plants, projects = selection.counts["plants"], selection.counts["projects"]
    unknown = i18n.text(lang, "map.unknown")

    def quantity(value: float | None, unit: str) -> str:
        return unknown if value is None else i18n.quantity(lang, i18n.tenths(value), unit)

    def known(count: int, whole: int) -> str:
        of = {"known": i18n.number(lang, count), "whole": i18n.number(lang, whole)}
        return i18n.text(lang, "totals.known", **of)

    rows = [
        ("totals.objects", i18n.number(lang, plants.in_filter), ""),
        ("totals.projects", i18n.number(lang, projects.in_filter), ""),
        (
            "totals.cost",
            quantity(sums.cost_bn_kzt, "bn KZT"),
            known(sums.cost_known, projects.in_filter),
        ),
    ]
    cells = "".join(
        f"<div><dt>{escape(i18n.text(lang, key))}</dt>"
        f"<dd>{escape(value)}<small>{escape(small)}</small></dd></div>"
        for key, value, small in rows
    )
    return f'<dl class="sums">{cells}</dl>'
