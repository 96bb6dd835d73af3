"""The registers of the programme in words: their tables as a page shows them, a lot on a card."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pandas as pd

from meks_geo import i18n, rolls
from meks_geo.model import Dataset, Row
from meks_geo.rolls import Lot

#: Columns of each table as it is shown, before those of where a row comes from.
_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "contractors": ("name", "bin", "region", "sector", "specialisation", "address"),
    "manufacturers": ("name", "bin", "region", "sector", "items", "specialisation", "address"),
    "products": (
        *("name", "product_code", "manufacturer", "region", "sector", "unit"),
        "localisation_percent",
    ),
    "procurement": (
        *("project", "lot", "procurement_stage", "stage_date", "supplier", "amount_bn_kzt"),
        "region",
    ),
}
_ORIGIN = ("stated_on", "provenance", "source", "url")
#: Columns whose cells are numbers, None where nothing is known.
NUMBERS = frozenset({"items", "localisation_percent", "amount_bn_kzt"})


def columns(table: str) -> tuple[str, ...]:
    """Return the columns of a register as it is shown, in order."""
    return (*_COLUMNS[table], *_ORIGIN)


def head(lang: str, column: str) -> str:
    """Return what a column is called, with the sign of its unit."""
    if column == "url":
        return i18n.text(lang, "column.source_url")
    own = ("name", "project", "manufacturer", "source", "items")
    return i18n.text(lang, f"registers.head_{column}" if column in own else f"column.{column}")


def table(data: Dataset, rows: pd.DataFrame, name: str, lang: str, at: date) -> pd.DataFrame:
    """Return rows of a register as a page shows them, by id.

    Parameters
    ----------
    rows
        As `rolls.select` gives them; of procurement there is one row a lot, where it stands.

    Returns
    -------
    shown
        Columns of `columns`: text, "" where nothing is known; numbers in `NUMBERS` with NaN.
    """
    found: dict[str, Row]
    if name == "procurement":
        found = {str(lot.now["procurement_id"]): lot.now for lot in rolls.lots(rows)}
    else:
        found = {str(one): row for one, row in rows.to_dict("index").items()}
    regions, sectors = rolls.regions(data, name), rolls.sectors(data, name)
    made = rolls.items(data, at)
    cells: list[dict[str, Any]] = []
    for one, row in found.items():
        count = made.get((one, rolls.is_made_up(row)))
        of = {"region": str(regions[one]), "sector": str(sectors[one]), "items": count}
        cells.append({column: _cell(data, row, of, column, lang) for column in columns(name)})
    return pd.DataFrame(cells, index=pd.Index(found), columns=list(columns(name)))


def without_empty(shown: pd.DataFrame) -> pd.DataFrame:
    """Return a table without the columns in which nothing is known of any row."""
    empty = (shown.isna() | (shown == "")).all()
    return shown.loc[:, ~empty]


def digits(number: float) -> int:
    """Return how many decimals a number is printed with, so that a small one is not a zero."""
    if not number or number >= 1:
        return 1
    return next((places for places in (2, 3) if round(number, places)), 4)


def _cell(data: Dataset, row: Row, of: Mapping[str, Any], column: str, lang: str) -> Any:
    if column in NUMBERS:
        number = of[column] if column in of else row[column]
        return float("nan") if number is None else float(number)
    if column in ("name", "project", "manufacturer"):
        return _name(data, row, column, lang)
    if column == "region":
        return i18n.name(lang, data.rows["regions"].get(of["region"], {}))
    if column == "supplier":
        return rolls.supplier(data, row, lang)
    if column in ("stated_on", "stage_date"):
        return i18n.date(lang, row[column])
    lists = {"sector": "sector", "provenance": "provenance"}
    lists["procurement_stage"] = "procurement-stage"
    code = str(of.get(column, row.get(column, "")))
    if column in lists:
        return i18n.label(lang, lists[column], code) if code else ""
    return str(row[{"source": "source_title", "url": "source_url"}.get(column, column)])


def _name(data: Dataset, row: Row, column: str, lang: str) -> str:
    if column == "project":
        return i18n.name(lang, data.rows["projects"].get(row["project_id"], {}))
    if column == "manufacturer":
        return i18n.name(lang, data.rows["manufacturers"].get(row["manufacturer_id"], {}))
    return i18n.name(lang, row)


def places(data: Dataset, counts: Mapping[str, int], lang: str) -> list[tuple[str, int]]:
    """Return the name of each region that has rows, with their number, the most first."""
    named = [
        (i18n.name(lang, data.rows["regions"][region]), count)
        for region, count in counts.items()
        if region in data.rows["regions"] and data.rows["regions"][region]["kind"] != "country"
    ]
    return sorted(named, key=lambda one: (-one[1], i18n.search_key(one[0])))


def stages(found: Sequence[Lot], lang: str) -> str:
    """Return at which stages lots stand, with their number; "" for none."""
    return "; ".join(
        f"{i18n.label(lang, 'procurement-stage', stage).lower()}: {i18n.number(lang, count)}"
        for stage, count in rolls.stage_counts(found)
    )


def lot_name(lot: Lot, lang: str) -> str:
    """Return what a lot is called on the card of its project."""
    if not lot.lot:
        return i18n.text(lang, "card.procurement")
    return i18n.text(lang, "card.procurement_lot", lot=lot.lot)


def source(row: Row, lang: str) -> str:
    """Return what a row goes back to: the title of its source, else its provenance."""
    return str(row["source_title"]) or i18n.label(lang, "provenance", row["provenance"])


def step(data: Dataset, row: Row, lang: str) -> str:
    """Return a stage of a lot in words: the stage, who supplies, for how much, if made up.

    A row that names no source has its provenance in place of one, and does not say it here.
    """
    amount = row["amount_bn_kzt"]
    made_up = rolls.is_made_up(row) and row["source_title"]
    words = (
        i18n.label(lang, "procurement-stage", row["procurement_stage"]),
        rolls.supplier(data, row, lang),
        "" if pd.isna(amount) else i18n.quantity(lang, amount, "bn KZT", digits(amount)),
        i18n.label(lang, "provenance", row["provenance"]) if made_up else "",
    )
    return " · ".join(word for word in words if word)
