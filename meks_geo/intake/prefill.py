"""What the map of record knows of a region, as rows that a person corrects instead of retyping."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import pandas as pd
import shapely

from meks_geo import facts, rolls
from meks_geo.errors import UnknownSubjectError
from meks_geo.facts import Figures
from meks_geo.i18n.catalogue import is_missing
from meks_geo.model import Column, Dataset, Schema, records
from meks_geo.vocabulary import Funding

Cell = str | float

#: A sheet is not filled in with more rows than this.
MAX_ROWS = 100_000

#: Characters that a cell of a workbook can hold.
MAX_CELL = 32_767

_NUMERIC = frozenset({"number", "integer", "bound"})

#: What the map shows where a required value was never stated.
_UNSTATED: Mapping[str, str] = {"funding": Funding.UNKNOWN}


@dataclass(frozen=True)
class Prefilled:
    """Rows of one table.

    Parameters
    ----------
    rows
        Cells by column name, codes as codes, "" for an empty cell.
    incomplete
        Ids that are left out because a required value is not known.
    left_out
        How many rows were left out, all of them, because they are too many or too long for a sheet.
    """

    rows: tuple[Mapping[str, Cell], ...] = ()
    incomplete: tuple[str, ...] = ()
    left_out: int = 0


def table(data: Dataset, schema: Schema, *, region: str, today: date) -> Prefilled:
    """Return the rows of a table as of a day.

    Parameters
    ----------
    data
        Map of record; it is not changed.
    schema
        Of a table that comes in.
    region
        Code of the region; "" for all.
    today
        The day as of which changing columns are folded.

    Raises
    ------
    UnknownSubjectError
        If the map of record has no such region.
    """
    if region and region not in data.regions.index:
        raise UnknownSubjectError(region)
    frame: pd.DataFrame = getattr(data, schema.table)
    if region:
        frame = frame[(rolls.regions(data, schema.table) == region).to_numpy()]
    if len(frame) > MAX_ROWS:
        return Prefilled(left_out=len(frame))
    if "geometry" in frame:
        lines = shapely.to_wkt(frame["geometry"].to_numpy(), rounding_precision=-1)
        frame = pd.DataFrame(frame.drop(columns="geometry")).assign(geometry=lines)
    claimed = any(column.kept == "claim" for column in schema.columns)
    rows = [
        _row(schema, subject, cells, facts.figures(data, subject, today) if claimed else {})
        for subject, cells in records(frame).items()
    ]
    if any(len(str(cell)) > MAX_CELL for row in rows for cell in row.values()):
        return Prefilled(left_out=len(rows))
    needed = [c.name for c in intake_columns(schema) if c.required]
    whole = tuple(row for row in rows if all(row[name] != "" for name in needed))
    kept = {row[schema.id_column] for row in whole}
    missing = tuple(str(row[schema.id_column]) for row in rows if row[schema.id_column] not in kept)
    return Prefilled(whole, missing)


def intake_columns(schema: Schema) -> tuple[Column, ...]:
    """Return the columns of a table when it comes in from a region."""
    return tuple(column for column in schema.columns if column.intake)


def _row(
    schema: Schema, subject: str, cells: Mapping[str, object], figures: Figures
) -> dict[str, Cell]:
    known = {**cells, schema.id_column: subject}
    return {column.name: _cell(column, known, figures) for column in intake_columns(schema)}


def _cell(column: Column, known: Mapping[str, object], figures: Figures) -> Cell:
    raw = _stated(column, figures) if column.kept != "identity" else known.get(column.name)
    if is_missing(raw):
        return ""
    text = str(raw)
    if column.type not in _NUMERIC:
        return text
    try:
        return float(text)
    except ValueError:
        return text  # a bound, such as >80


def _stated(column: Column, figures: Figures) -> str:
    """Return what was last stated, or the day on which the wear was."""
    if column.name == "wear_date" and "wear_percent" in figures:
        return figures["wear_percent"].claim.stated_on.text
    if column.kept == "claim" and column.name in figures:
        return figures[column.name].value
    return _UNSTATED.get(column.name, "")
