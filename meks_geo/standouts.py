"""The tables beside a printed map: what is worn most, what costs most, where the red lines are."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import pandas as pd

from meks_geo import i18n, networks, wording
from meks_geo.model import Dataset, Row
from meks_geo.queries import PROGRAMME, Selection
from meks_geo.vocabulary import OUT_OF_RED, UNKNOWN, Layer, Provenance, Zone

Cells: TypeAlias = Callable[[str], tuple[str, ...]]

MOST_ROWS = 12
_LEAST_REGIONS = 2


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table.

    `number` stands right; `wide` takes the room that is left; of the columns that a narrow table
    leaves out, that of the highest `spare` goes first, and one of 0 never.
    """

    title: str
    number: bool = False
    wide: bool = False
    spare: int = 0


@dataclass(frozen=True, slots=True)
class Table:
    """A table of words, first things first; `total` is how many rows there would be in all."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    total: int


def tables(data: Dataset, selection: Selection) -> tuple[Table, ...]:
    """Return the tables of a selection that have a row, in the language of its view.

    What the view asks about comes first: networks where it names a sector.
    """
    found = [_plants(data, selection), _projects(data, selection), _lines(data, selection)]
    if selection.view.sector:
        found = [found[-1], *found[:-1]]
    return tuple(one for one in found if one.rows)


def _plants(data: Dataset, selection: Selection) -> Table:
    """Return the plants of known wear, the most worn first; bounds by what they are at least."""
    lang, rows, regions = selection.view.lang, selection.state.plant_rows, data.rows["regions"]
    known = selection.plants[selection.plants["known"] & (selection.plants["wear"] != "")]
    worst = known.sort_values(["wear_low", "wear_high"], ascending=False, kind="stable")

    def cells(plant: str) -> tuple[str, ...]:
        row = rows[plant]
        return (
            wording.named(lang, row),
            wording.short_region(lang, regions[row["region"]]),
            _zone(lang, row),
            i18n.quantity(lang, row["wear"], "percent"),
            i18n.date(lang, row["wear_date"]),
        )

    columns = (
        Column(i18n.text(lang, "table.object"), wide=True),
        Column(i18n.text(lang, "table.region"), spare=3),
        Column(i18n.text(lang, "table.zone"), spare=2),
        Column(i18n.text(lang, "table.wear"), number=True),
        Column(i18n.text(lang, "table.date"), number=True, spare=1),
    )
    title = i18n.text(lang, "print.most_worn")
    return Table(title, columns, _first(cells, worst), len(worst))


def _zone(lang: str, row: Row) -> str:
    if row["zone_text"] == OUT_OF_RED:
        return i18n.label(lang, "zone", OUT_OF_RED)
    if row["zone"] == Zone.UNKNOWN:
        return "—"
    return wording.zone_words(lang, str(row["zone"]), str(row["zone_basis"]))


def _projects(data: Dataset, selection: Selection) -> Table:
    """Return the projects of known cost, the costliest first; the programme itself is left out."""
    lang, rows = selection.view.lang, selection.state.project_rows
    priced = selection.projects.drop(index=PROGRAMME, errors="ignore")
    priced = priced[priced["known"] & priced["cost_bn_kzt"].notna()]
    dearest = priced.sort_values("cost_bn_kzt", ascending=False, kind="stable")

    def cells(project: str) -> tuple[str, ...]:
        row = rows[project]
        status = row["status"]
        return (
            wording.named(lang, row),
            "—" if status == UNKNOWN else i18n.label(lang, "status", status),
            i18n.label(lang, "funding", row["funding"]),
            i18n.number(lang, row["cost_bn_kzt"], 1),
            i18n.date(lang, row["completion"]) if row["completion"] else "—",
        )

    columns = (
        Column(i18n.text(lang, "table.project"), wide=True),
        Column(i18n.text(lang, "print.status"), spare=2),
        Column(i18n.text(lang, "table.funding"), spare=3),
        Column(i18n.unit(lang, "bn KZT"), number=True),
        Column(i18n.text(lang, "table.due"), number=True, spare=1),
    )
    title = i18n.text(lang, "print.costliest")
    return Table(title, columns, _first(cells, dearest), len(dearest))


def _lines(data: Dataset, selection: Selection) -> Table:
    """Return the regions by their kilometres of red lines; what is made up is left out."""
    lang, regions = selection.view.lang, data.rows["regions"]
    title = i18n.text(lang, "print.red_lines")
    if Layer.NETWORKS not in selection.view.layers or not len(selection.lines):
        return Table(title, (), (), 0)
    sums = networks.by(selection.lines, "region", "zone", "provenance")
    sums = sums[sums["provenance"] != Provenance.SYNTHETIC]
    km = sums.groupby("region")["km"].sum()
    red = sums[sums["zone"] == Zone.RED].groupby("region")["km"].sum()
    red = red[red > 0].sort_values(ascending=False, kind="stable")
    if len(km) < _LEAST_REGIONS or red.empty:
        return Table(title, (), (), 0)

    def cells(region: str) -> tuple[str, ...]:
        return (
            wording.short_region(lang, regions[region]),
            i18n.number(lang, red[region], 1),
            i18n.number(lang, km[region], 1),
            i18n.quantity(lang, f"{100 * red[region] / km[region]:.0f}", "percent"),
        )

    unit = i18n.unit(lang, "km")
    columns = (
        Column(i18n.text(lang, "table.region"), wide=True),
        Column(f"{i18n.label(lang, 'zone', Zone.RED)}, {unit}", number=True),
        Column(f"{i18n.text(lang, 'print.all_lines')}, {unit}", number=True, spare=1),
        Column(i18n.text(lang, "print.share"), number=True),
    )
    return Table(title, columns, _first(cells, red), len(red))


def _first(cells: Cells, found: pd.DataFrame | pd.Series) -> tuple[tuple[str, ...], ...]:
    ids: Sequence[object] = found.index[:MOST_ROWS]
    return tuple(cells(str(one)) for one in ids)
