"""A file that was read, against the schemas and the map of record: rows that pass, all problems."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import PurePath
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from meks_geo import measure
from meks_geo.errors import Problem
from meks_geo.intake import geometry, spelling
from meks_geo.intake.against import check_against, without_unknown
from meks_geo.intake.columns import Context, read_column, repeated
from meks_geo.intake.drafts import Draft, Fault, Positions, tell
from meks_geo.intake.headers import (
    TABLES,
    find_nearest_table,
    find_table,
    incoming,
    read_heading,
)
from meks_geo.intake.model import CheckedTable, RawFile, RawTable, Verdict
from meks_geo.intake.together import check_together
from meks_geo.model import Dataset, Schema
from meks_geo.progress import Progress, silent
from meks_geo.vocabulary import COUNTRY, Provenance

_NO_POSITIONS: Positions = np.empty(0, dtype=np.int64)


@dataclass(frozen=True, eq=False)
class _Known:
    """A table of the file whose name is clear."""

    table: str
    raw: RawTable
    schema: Schema
    positions: Mapping[str, int]
    refused: bool


def check(
    raw: RawFile,
    data: Dataset,
    schemas: Mapping[str, Schema],
    *,
    today: date,
    table: str = "",
    progress: Progress = silent,
) -> Verdict:
    """Return which rows of a file pass, and every problem of all its tables at once.

    Parameters
    ----------
    raw
        The file as its author wrote it; never changed.
    data
        The map of record that the file is to become part of.
    schemas
        Schema of each table, by name.
    today
        Day after which nothing can have been found or said.
    table
        Table of a file that does not say which one it holds.
    progress
        Called with `columns`, `geometry`, `together` and `record`.

    Returns
    -------
    verdict
        Never raises for what is in the file.
    """
    wanted = {name: incoming(schemas[name]) for name in TABLES}
    tables, problems = _recognise(raw, wanted, table)
    context = Context(spelling.of_regions(data.regions), today)
    drafts = {}
    for done, one in enumerate(tables):
        part = _part(progress, done / len(tables), (done + 1) / len(tables))
        drafts[one.table] = _draft(one, data, context, part)
    progress("together", 0.9)
    drafts = check_together(without_unknown(drafts, data, today), data)
    progress("record", 0.95)
    drafts = check_against(drafts, data, today)
    found = tell(raw.name, drafts.items())
    passed = {name: _checked(one) for name, one in drafts.items() if not one.refused}
    progress("record", 1.0)
    rows = sum(len(one) for one in raw.tables)
    return Verdict(raw.name, rows, passed, (*raw.problems, *problems, *found))


def _part(progress: Progress, low: float, high: float) -> Progress:
    """Return the progress of one table, within the first nine tenths of the whole."""
    return lambda step, share: progress(step, 0.9 * (low + (high - low) * share))


def _recognise(
    raw: RawFile, wanted: Mapping[str, Schema], table: str
) -> tuple[list[_Known], list[Problem]]:
    """Return the tables of a file in the order of `TABLES`, and what is wrong with the others."""
    found: dict[str, _Known] = {}
    problems = []
    alone = len(raw.tables) == 1
    if table and table not in wanted:
        return [], [Problem("unknown-table", raw.name, value=table)]
    for one in raw.tables:
        stem = PurePath(raw.name).stem if alone else ""
        name = table if alone and table else find_table(one, wanted, stem=stem, kind=raw.kind)
        name = name or table
        if not name:
            near = find_nearest_table(one.name, wanted)
            problems.append(
                Problem(
                    "unknown-table",
                    raw.name,
                    None,
                    None,
                    one.name,
                    {"nearest": near},
                    table=one.name,
                )
            )
        elif name in found:
            problems.append(Problem("repeated-table", raw.name, value=one.name, table=name))
        else:
            heading = read_heading(one, wanted[name], raw.name, raw.kind)
            problems += heading.problems
            found[name] = _Known(name, one, wanted[name], heading.positions, heading.refused)
    return [found[name] for name in TABLES if name in found], problems


def _draft(one: _Known, data: Dataset, context: Context, progress: Progress) -> Draft:
    """Return a table with its cells read and its places checked."""
    draft = _cells(one, context, lambda share: progress("columns", 0.5 * share))
    if one.table == "networks":
        draft = _with_lines(one, draft, data, lambda share: progress("geometry", 0.5 + 0.5 * share))
    if "lat" in {column.name for column in one.schema.columns}:
        draft = _with_points(one, draft, data)
    return draft


def _cells(one: _Known, context: Context, progress: Callable[[float], None]) -> Draft:
    columns: dict[str, Any] = {}
    faults: list[Fault] = []
    for done, column in enumerate(one.schema.columns):
        if column.name in one.positions and column.type != "geometry":
            texts = one.raw.columns[one.positions[column.name]]
            formulas = _formulas(one, column.name)
            columns[column.name], found = read_column(texts, column, context, formulas)
            faults += found
        progress((done + 1) / len(one.schema.columns))
    id_column = one.schema.id_column
    if id_column in columns:
        faults += repeated(columns[id_column], id_column)
    return Draft(one.raw, one.schema, columns, tuple(faults), refused=one.refused)


def _formulas(one: _Known, column: str) -> Positions:
    """Return the positions of the rows whose cell in a column is a formula."""
    place = one.positions[column]
    rows = [row for row, where in one.raw.formulas if where == place]
    if not rows:
        return _NO_POSITIONS
    at = pd.Index(one.raw.numbers).get_indexer(rows)
    return np.sort(at[at >= 0]).astype(np.int64)


def _with_lines(
    one: _Known, draft: Draft, data: Dataset, progress: Callable[[float], None]
) -> Draft:
    """Return the networks with their lines, measured and in place."""
    texts = None
    shapes = one.raw.geometry
    if shapes is None and "geometry" in one.positions:
        texts = one.raw.columns[one.positions["geometry"]]
        shapes = geometry.read_lines(texts)
    if shapes is None:
        return draft
    lines, faults = geometry.check_lines(shapes, texts)
    progress(0.3)
    lengths = geometry.measure_lines(lines, lambda share: progress(0.3 + 0.3 * share))
    astray = geometry.locate_lines(
        lines, _regions(draft), data.base, lambda share: progress(0.6 + 0.4 * share)
    )
    if "length_km" in draft.columns:
        declared = draft.columns["length_km"].copy()
        for fault in astray:
            declared[fault.at] = np.nan  # a line that lies elsewhere has no length to compare
        if "provenance" in draft.columns:  # nor has one whose course is drawn
            declared[draft.columns["provenance"] == Provenance.SCHEMATIC] = np.nan
        texts = one.raw.columns[one.positions["length_km"]]
        faults += geometry.compare_lengths(declared, lengths, texts)
    faults += astray
    return replace(draft, faults=(*draft.faults, *faults), lines=lines, lengths_km=lengths)


def _with_points(one: _Known, draft: Draft, data: Dataset) -> Draft:
    """Return what lies at a point with its place checked; points give what the columns lack."""
    columns = dict(draft.columns)
    faults: list[Fault] = []
    if one.raw.geometry is not None and not {"lat", "lon"} <= columns.keys():
        columns["lat"], columns["lon"], faults = geometry.read_points(one.raw.geometry)
    if {"lat", "lon"} <= columns.keys():
        faults += _halves(one)
        regions = _regions(draft)
        faults += geometry.locate_points(columns["lat"], columns["lon"], regions, data.base)
    return replace(draft, columns=columns, faults=(*draft.faults, *faults))


def _halves(one: _Known) -> list[Fault]:
    """Return where a place that need not be given is given by one of its two numbers alone."""
    if any(c.required for c in one.schema.columns if c.name in ("lat", "lon")):
        return []
    if not {"lat", "lon"} <= one.positions.keys():
        return []
    empty = {n: np.array(one.raw.columns[one.positions[n]]) == "" for n in ("lat", "lon")}
    found = [("lat", empty["lat"] & ~empty["lon"]), ("lon", empty["lon"] & ~empty["lat"])]
    return [Fault("missing-value", name, np.flatnonzero(at)) for name, at in found if at.any()]


def _regions(draft: Draft) -> npt.NDArray[np.object_]:
    """Return the region that each row states; the country where there is no such column."""
    if "region" not in draft.columns:
        return np.full(len(draft.raw), COUNTRY, dtype=object)
    return np.asarray(draft.columns["region"], dtype=object)


def _checked(draft: Draft) -> CheckedTable:
    """Return the rows of a table that passed."""
    good = draft.good
    frame = pd.DataFrame(
        {
            c.name: draft.columns[c.name][good]
            for c in draft.schema.columns
            if c.name in draft.columns
        }
    )
    if draft.lines is not None:
        frame = gpd.GeoDataFrame(frame, geometry=draft.lines[good], crs=measure.WGS84)
    return CheckedTable(frame, draft.raw.numbers[good])
