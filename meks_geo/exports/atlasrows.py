"""Tables of an atlas on what is there: the contents of the country, plants, projects."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from math import isnan

from meks_geo import cards, i18n, wording
from meks_geo.exports.atlastable import NONE, Cell, Column, Table
from meks_geo.model import Dataset, Row, records
from meks_geo.queries import Selection
from meks_geo.scene import Site
from meks_geo.view import View
from meks_geo.vocabulary import OUT_OF_RED, UNKNOWN, Zone

_MARK_PX = 10.0
_PART = "\u2013\u00a0"
_SLIP, _BRIEF = 5, frozenset({2, 5})  # the column of slips; those that a brief table lacks


def _text(lang: str, key: str) -> str:
    return i18n.text(lang, key)


def _figure(lang: str, value: float) -> str:
    return i18n.number(lang, value) or NONE


def in_red(selection: Selection) -> int:
    """Return how many plants of a selection are declared red."""
    return int((selection.plants["known"] & (selection.plants["zone"] == Zone.RED)).sum())


def contents(data: Dataset, lang: str, pages: Sequence[tuple[int, str, Selection]]) -> Table:
    """Return the contents of an atlas: a row a region, with the figures of its page.

    Parameters
    ----------
    pages
        Number of the page, region, selection.
    """
    columns = (
        Column(_text(lang, "layer.regions"), 1.0),
        Column(_text(lang, "totals.objects"), align="right"),
        Column(_text(lang, "atlas.in_red"), align="right"),
        Column(_text(lang, "totals.projects"), align="right"),
        Column(_text(lang, "totals.cost"), align="right", firm=True),
        Column(_text(lang, "table.wear"), align="right", firm=True),
        Column(_text(lang, "atlas.page"), align="right"),
    )
    rows = tuple(_content(data, lang, page) for page in pages)
    return Table(_text(lang, "atlas.contents"), columns, rows)


def _content(data: Dataset, lang: str, page: tuple[int, str, Selection]) -> tuple[Cell, ...]:
    number, region, selection = page
    found = records(selection.areas).get(region)
    red, cost = in_red(selection), selection.totals.cost_bn_kzt
    name = i18n.name(lang, data.rows["regions"][region])
    return (
        Cell(name, zone=Zone.UNKNOWN if found is None else found["zone"]),
        Cell(i18n.number(lang, selection.counts["plants"].in_filter)),
        Cell(i18n.number(lang, red), bold=red > 0),
        Cell(i18n.number(lang, selection.counts["projects"].in_filter)),
        Cell(NONE if cost is None else i18n.quantity(lang, i18n.tenths(cost), "bn KZT")),
        Cell(NONE if found is None else i18n.quantity(lang, found["wear"], "percent")),
        Cell(i18n.number(lang, number), bold=True),
    )


def plants(selection: Selection, sites: Iterable[Site], *, keep: int = 99) -> Table:
    """Return the plants of a selection, the worst zone first, each with its mark on the map."""
    lang, rows = selection.view.lang, selection.state.plant_rows
    marks = {site.id: site for site in sites}
    worst = list(Zone)
    found = sorted(
        map(str, selection.plants.index),
        key=lambda one: (worst.index(rows[one]["zone"]), -_or_less(rows[one]["electric_mw"])),
    )
    return Table(
        i18n.plural(lang, "table.plants", len(found)),
        (
            Column(_text(lang, "table.object"), 1.0),
            Column(_text(lang, "attribute.stage")),
            Column(_text(lang, "table.zone"), firm=True),
            Column(_text(lang, "table.wear")),
            Column(i18n.unit(lang, "MW"), align="right", firm=True),
            Column(i18n.unit(lang, "Gcal/h"), align="right", firm=True),
        ),
        tuple(_plant(lang, rows[one], marks.get(one)) for one in found),
        _text(lang, "map.no_data"),
        keep,
    )


def _or_less(value: float) -> float:
    """Return a number; -1 for one that is not known."""
    return -1.0 if isnan(value) else float(value)


def _plant(lang: str, row: Row, mark: Site | None) -> tuple[Cell, ...]:
    zone = wording.zone_words(lang, row["zone"], row["zone_basis"])
    if row["zone_text"] == OUT_OF_RED:
        zone = i18n.label(lang, "zone", OUT_OF_RED)
    wear = i18n.quantity(lang, row["wear"], "percent")
    plain = mark and replace(mark, size_px=_MARK_PX, at_city=False, status="", dx_px=0.0)
    stage = NONE if row["stage"] == UNKNOWN else i18n.label(lang, "stage", row["stage"])
    return (
        Cell(wording.named(lang, row), mark=plain),
        Cell(stage),
        Cell(zone, bold=row["zone"] == Zone.RED),
        Cell(f"{wear} ({i18n.date(lang, row['wear_date'])})" if wear else NONE),
        Cell(_figure(lang, row["electric_mw"])),
        Cell(_figure(lang, row["heat_gcal_h"])),
    )


def projects(
    data: Dataset, selection: Selection, *, keep: int = 99, brief: bool = False, title: str = ""
) -> Table:
    """Return the projects of a selection, the most costly first, parts under their whole.

    Parameters
    ----------
    brief
        For a narrow column: without funding and slip. A slip is shown only where there is one.
    title
        Over the table; by default how many there are.
    """
    view, lang = selection.view, selection.view.lang
    rows = selection.state.project_rows
    found = [str(one) for one in selection.projects.index]
    slip = f"{_text(lang, 'table.slip')}, {i18n.unit(lang, 'months')}".replace(" ", "\u00a0")
    columns = (
        Column(_text(lang, "table.project"), 1.0),
        Column(_text(lang, "attribute.status")),
        Column(_text(lang, "table.funding")),
        Column(_text(lang, "totals.cost"), align="right", firm=True),
        Column(_text(lang, "table.due"), firm=True),
        Column(slip, align="right", firm=True),
    )
    cells = [_project(data, view, one, rows[one], part=part) for one, part in _ranked(found, rows)]
    left_out = _BRIEF if brief else frozenset()
    if all(row[_SLIP].text == NONE for row in cells):
        left_out = left_out | {_SLIP}
    chosen = [n for n in range(len(columns)) if n not in left_out]
    return Table(
        title or i18n.plural(lang, "table.projects_title", len(found)),
        tuple(columns[n] for n in chosen),
        tuple(tuple(row[n] for n in chosen) for row in cells),
        _text(lang, "map.no_data"),
        keep,
    )


def _ranked(ids: Sequence[str], rows: Mapping[str, Row]) -> list[tuple[str, bool]]:
    """Return projects by cost, the greatest first; a part follows its whole and is marked so."""
    ordered = sorted(ids, key=lambda one: _or_less(rows[one]["cost_bn_kzt"]), reverse=True)
    given = frozenset(ids)
    parts: dict[str, list[str]] = defaultdict(list)
    for one in ordered:
        parent = rows[one]["parent_id"]
        parts[parent if parent in given else ""].append(one)
    ranked: list[tuple[str, bool]] = []
    waiting = [(one, False) for one in reversed(parts[""])]
    while waiting:
        one, inner = waiting.pop()
        ranked.append((one, inner))
        waiting += [(part, True) for part in reversed(parts.pop(one, []))]
    return ranked


def _or_unknown(lang: str, name: str, code: str) -> str:
    return _text(lang, "map.unknown") if code == UNKNOWN else i18n.label(lang, name, code)


def _project(data: Dataset, view: View, one: str, row: Row, *, part: bool) -> tuple[Cell, ...]:
    lang, moved = view.lang, cards.slip(data, one, view.at)
    name = wording.named(lang, row)
    cost = i18n.quantity(lang, row["cost_bn_kzt"], "bn KZT")
    sign = "+" if moved and moved > 0 else ""
    return (
        Cell(f"{_PART}{name}" if part else name),
        Cell(_or_unknown(lang, "status", row["status"])),
        Cell(_or_unknown(lang, "funding", row["funding"])),
        Cell(cost or i18n.quantity(lang, row["cost_mn_usd"], "mn USD") or NONE),
        Cell(i18n.date(lang, row["completion"]) or NONE),
        Cell(NONE if moved is None else f"{sign}{i18n.number(lang, moved)}", bold=bool(sign)),
    )
