"""Totals and tables as plain values: a cell is a text, or a text and the number it sorts by."""

from collections.abc import Sequence

import pandas as pd

from meks_geo import cards, i18n, networks, planworks, wording
from meks_geo.dates import parse
from meks_geo.exports import plangrid, plantables
from meks_geo.lines import ZONES
from meks_geo.model import Dataset, Row
from meks_geo.planning.saved import SavedPlan
from meks_geo.queries import Selection
from meks_geo.view import View
from meks_geo.vocabulary import OUT_OF_RED, UNKNOWN, Provenance, Status, Zone

Cell = str | Sequence[object]
Plain = dict[str, object]

_STATUSES = tuple(str(one) for one in Status)


def totals(selection: Selection) -> list[list[str]]:
    """Return the strip of totals: name, value, what stands beside it."""
    lang, sums = selection.view.lang, selection.totals
    plants, projects = selection.counts["plants"], selection.counts["projects"]
    unknown = i18n.text(lang, "map.unknown")

    def row(key: str, value: str, side: str = "", known: str = "") -> list[str]:
        return [", ".join(one for one in (i18n.text(lang, key), known) if one), value, side]

    def known(count: int, whole: int) -> str:
        return i18n.text(
            lang, "totals.known", known=i18n.number(lang, count), whole=i18n.number(lang, whole)
        )

    def of(whole: int) -> str:
        return i18n.text(lang, "totals.of", whole=i18n.number(lang, whole))

    def quantity(value: float | None, unit: str) -> str:
        return "" if value is None else i18n.quantity(lang, i18n.tenths(value), unit)

    added = (
        quantity(sums.electric_mw_added, "MW"),
        quantity(sums.heat_gcal_h_added, "Gcal/h"),
    )
    found = [
        row("totals.objects", i18n.number(lang, plants.in_filter), of(plants.in_source)),
        row("totals.projects", i18n.number(lang, projects.in_filter), of(projects.in_source)),
        row(
            "totals.cost",
            quantity(sums.cost_bn_kzt, "bn KZT") or unknown,
            known=known(sums.cost_known, projects.in_filter),
        ),
        row("totals.added", " · ".join(one for one in added if one) or unknown),
        row(
            "totals.wear",
            quantity(sums.wear_percent, "percent") or unknown,
            known=known(sums.wear_known, plants.in_filter),
        ),
    ]
    return [*found, _networks_total(selection)] if len(selection.lines) else found


def _networks_total(selection: Selection) -> list[str]:
    """Return kilometres of the lines, of them red; synthetic ones only where all are."""
    lang = selection.view.lang
    reported = selection.lines.but_synthetic()
    made_up = not len(reported)
    sums = networks.summary(selection.lines if made_up else reported)
    km, red = (i18n.quantity(lang, f"{sums[name]:.0f}", "km") for name in ("km", "red_km"))
    label = i18n.text(lang, "totals.networks")
    if made_up:
        label = f"{label}, {i18n.label(lang, 'provenance', Provenance.SYNTHETIC)}"
    zone = i18n.label(lang, "zone", Zone.RED).lower()
    return [label, km, f"{zone}: {red}" if sums["red_km"] else ""]


def plants(data: Dataset, selection: Selection) -> Plain:
    """Return the table of the plants."""
    lang, state = selection.view.lang, selection.state
    rows = []
    for one in (str(index) for index in selection.plants.index):
        row = state.plant_rows[one]
        due = [state.project_rows[p]["completion"] for p in row["project_ids"]]
        cells: list[Cell] = [
            wording.named(lang, row),
            i18n.label(lang, "kind", row["kind"]),
            i18n.name(lang, data.rows["regions"][row["region"]]),
            _zone(lang, row),
            _percent(lang, row),
            _day(lang, row["wear_date"]),
            _number(lang, row["electric_mw"]),
            _number(lang, row["heat_gcal_h"]),
            _status(lang, row["live_status"]),
            _day(lang, max((d for d in due if d), key=lambda d: parse(d).last, default="")),
        ]
        rows.append([one, cells])
    heads = [
        *_heads(lang, "object", "kind", "region", "zone", "wear", "wear_date"),
        _unit(lang, "MW"),
        _unit(lang, "Gcal/h"),
        *_heads(lang, "status", "due"),
    ]
    title = i18n.plural(lang, "table.plants", len(rows))
    return {"title": title, "heads": heads, "numbers": [4, 6, 7], "rows": rows}


def projects(data: Dataset, selection: Selection) -> Plain:
    """Return the table of the projects, those that have no place on the map among them."""
    lang, state = selection.view.lang, selection.state
    rows = []
    for one in (str(index) for index in selection.projects.index):
        row = state.project_rows[one]
        slip = cards.slip(data, one, selection.view.at)
        parent = data.rows["projects"].get(row["parent_id"])
        cells: list[Cell] = [
            wording.named(lang, row),
            _status(lang, row["status"]),
            i18n.label(lang, "funding", row["funding"]),
            _number(lang, row["cost_bn_kzt"]),
            _day(lang, row["completion"]),
            _number(lang, float("nan") if slip is None else slip),
            wording.short_region(lang, data.rows["regions"][row["region"]]),
            _number(lang, row["electric_mw"]),
            _number(lang, row["heat_gcal_h"]),
            wording.named(lang, parent) if parent else "",
            wording.words(data, lang, row["contractor"]),
            i18n.text(lang, "table.on_map" if row["on_map"] else "table.off_map"),
        ]
        rows.append([one, cells])
    heads = [
        *_heads(lang, "project", "status", "funding"),
        _unit(lang, "bn KZT"),
        *_heads(lang, "due"),
        f"{i18n.text(lang, 'table.slip')}, {i18n.unit(lang, 'months')}",
        *_heads(lang, "region"),
        _unit(lang, "MW"),
        _unit(lang, "Gcal/h"),
        *_heads(lang, "part_of", "contractor", "place"),
    ]
    title = i18n.plural(lang, "table.projects_title", len(rows))
    return {"title": title, "heads": heads, "numbers": [3, 5, 7, 8], "rows": rows}


def works(data: Dataset, plan: SavedPlan, view: View) -> Plain:
    """Return the table of the works of a saved plan; a row opens the card of its thing."""
    lang = view.lang
    columns = ("work", "region", "first_year", "last_year", "source", "cost", "wear", "effect")
    found = plantables.works(data, plan, lang, view).only(*columns)
    links = {one.candidate: planworks.link(data, one) for one in plan.works}
    rows = [
        [
            links[one],
            [
                [plangrid.printed(lang, head, cell), cell] if head.digits is not None else cell
                for head, cell in zip(found.heads, row, strict=True)
            ],
        ]
        for one, row in zip(found.keys, found.rows, strict=True)
    ]
    numbers = [n for n, head in enumerate(found.heads) if head.digits is not None]
    title = f"{planworks.named(plan, lang)}: {i18n.number(lang, len(rows))}"
    return {
        "title": title,
        "heads": [head.title for head in found.heads],
        "numbers": numbers,
        "rows": rows,
    }


def _heads(lang: str, *names: str) -> list[str]:
    return [i18n.text(lang, f"table.{name}") for name in names]


def _unit(lang: str, code: str) -> str:
    return i18n.unit(lang, code)


def _number(lang: str, value: float) -> Cell:
    return ["", None] if pd.isna(value) else [i18n.number(lang, value), float(value)]


def _percent(lang: str, row: Row) -> Cell:
    printed = i18n.quantity(lang, row["wear"], "percent") if row["wear"] else ""
    return [printed, float(row["wear_low"]) if printed else None]


def _day(lang: str, day: str) -> Cell:
    return [i18n.date(lang, day), parse(day).last.toordinal()] if day else ["", None]


def _status(lang: str, status: str) -> Cell:
    if not status:
        return ["", None]
    if status == UNKNOWN:
        return [i18n.text(lang, "map.unknown"), None]
    return [i18n.label(lang, "status", status), _STATUSES.index(status)]


def _zone(lang: str, row: Row) -> Cell:
    if row["zone_text"] == OUT_OF_RED:
        return [i18n.label(lang, "zone", OUT_OF_RED), _order(Zone.UNKNOWN)]
    return [wording.zone_words(lang, row["zone"], row["zone_basis"]), _order(row["zone"])]


def _order(zone: str) -> int | None:
    """Return the place of a zone, the worst first; None for unknown, which comes last."""
    return None if zone == Zone.UNKNOWN else ZONES.index(zone)
