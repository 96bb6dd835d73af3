"""The tables of one file against one another: references, circles, and ids that are taken."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from meks_geo.intake.columns import nearest_each
from meks_geo.intake.drafts import Draft, Fault, shorten
from meks_geo.model import ROLLS, Dataset

#: Tables whose ids are subjects of statements, so no two of them may share one.
_SUBJECTS = ("plants", "entities", "projects")
#: Ids that a nearest one is looked for among.
_MOST_NEAR = 5_000

Drafts = Mapping[str, Draft]


def check_together(drafts: Drafts, data: Dataset) -> dict[str, Draft]:
    """Return the tables with the faults that only show beside other tables and the record.

    Rows that lean on a row that falls here fall too.
    """
    checked = dict(drafts)
    usable = [table for table, draft in drafts.items() if not draft.refused]
    for table in _SUBJECTS:
        if table in usable:
            checked[table] = _with(checked[table], _taken_ids(table, checked, data))
    if "projects" in usable:
        checked["projects"] = _with_references(checked["projects"], checked, data)
        checked["projects"] = _with(checked["projects"], _circles(checked["projects"], data))
        checked["projects"] = _with(checked["projects"], _orphans(checked["projects"], data))
    for table in ("networks", *ROLLS):
        if table in usable:
            checked[table] = _with_references(checked[table], checked, data)
    return checked


def _with(draft: Draft, faults: Sequence[Fault]) -> Draft:
    return replace(draft, faults=(*draft.faults, *(f for f in faults if len(f.at))))


def accepted_ids(drafts: Drafts, table: str) -> set[str]:
    """Return the ids of the rows of a table that pass so far."""
    draft = drafts.get(table)
    return set() if draft is None or draft.refused else set(draft.ids()[draft.good])


def _record_ids(data: Dataset, table: str) -> set[str]:
    return set(getattr(data, table).index)


def _taken_ids(table: str, drafts: Drafts, data: Dataset) -> list[Fault]:
    """Return the rows whose id is that of a thing of another table, or of a region."""
    taken = set(data.regions.index)
    for other in _SUBJECTS:
        if other != table:
            taken |= _record_ids(data, other)
    for other in _SUBJECTS[: _SUBJECTS.index(table)]:
        taken |= accepted_ids(drafts, other)
    ids = pd.Series(drafts[table].ids())
    at = np.flatnonzero(ids.isin(taken).to_numpy())
    return [Fault("duplicate-id", drafts[table].schema.id_column, at, list(ids.iloc[at]))]


def _with_references(draft: Draft, drafts: Drafts, data: Dataset) -> Draft:
    """Return a table with a `dangling-reference` for each id that is nowhere."""
    faults = []
    for column in draft.schema.columns:
        if column.type not in ("ref", "refs") or column.vocabulary == "regions":
            continue
        if column.name in draft.columns:
            known = accepted_ids(drafts, column.vocabulary) | _record_ids(data, column.vocabulary)
            faults += _dangling(draft.columns[column.name], column.name, column.vocabulary, known)
    return _with(draft, faults)


def _dangling(cells: Any, column: str, table: str, known: set[str]) -> list[Fault]:
    """Return the cells that name an unknown id; the unknown ones are the value."""
    places, words = pd.factorize(np.asarray(cells, dtype=object))
    lost = [";".join(one for one in word.split(";") if one and one not in known) for word in words]
    bad = np.array([bool(one) for one in lost], dtype=np.bool_)
    at = np.flatnonzero(bad[places]) if len(bad) else np.empty(0, dtype=np.int64)
    different = [one for one in lost if one]
    near = dict(zip(different, _nearest_ids(different, known), strict=True))
    values = [lost[one] for one in places[at].tolist()]
    params = [{"table": table, "nearest": near[one]} for one in values]
    return [Fault("dangling-reference", column, at, [shorten(one) for one in values], params)]


def _nearest_ids(lost: Sequence[str], known: Collection[str]) -> list[str]:
    """Return the known id nearest to the first of each cell's lost ids; "" when none is near."""
    if len(known) <= _MOST_NEAR:
        return nearest_each([one.split(";")[0] for one in lost], sorted(known))
    return [""] * len(lost)


def _parents(draft: Draft) -> Iterator[tuple[int, str, str]]:
    """Yield position, id and parent of each project of the file that passes and has a parent."""
    if "parent_id" not in draft.columns:
        return
    ids, parents = draft.ids(), draft.columns["parent_id"]
    places = np.flatnonzero(draft.good & (parents != ""))
    yield from zip(places.tolist(), ids[places], parents[places], strict=True)


def _circles(draft: Draft, data: Dataset) -> list[Fault]:
    """Return the projects that are, through their parents, parts of themselves."""
    parent_of: dict[str, str] = dict(data.projects["parent_id"])
    parent_of.update({one: parent for _, one, parent in _parents(draft)})
    circular: set[str] = set()
    done: set[str] = set()
    for start in parent_of:
        way: dict[str, int] = {}
        one = start
        while one and one not in done and one not in way:
            way[one] = len(way)
            one = parent_of.get(one, "")
        if one in way:
            circular |= set(list(way)[way[one] :])
        done.update(way)
    at = [at for at, one, _ in _parents(draft) if one in circular]
    values = [draft.columns["parent_id"][one] for one in at]
    return [Fault("parent-circle", "parent_id", np.array(at, dtype=np.int64), values)]


def _orphans(draft: Draft, data: Dataset) -> list[Fault]:
    """Return the projects whose parent was in the file alone and fell, and theirs in turn."""
    record = _record_ids(data, "projects")
    standing: npt.NDArray[np.bool_] = draft.good
    fallen = set(draft.ids()[~standing]) - set(draft.ids()[standing]) - record
    children: dict[str, list[tuple[int, str]]] = {}
    for at, one, parent in _parents(draft):
        children.setdefault(parent, []).append((at, one))
    lost: list[tuple[int, str]] = []
    queue = list(fallen)
    while queue:
        parent = queue.pop()
        for at, one in children.pop(parent, []):
            lost.append((at, parent))
            if one not in record:
                queue.append(one)
    lost.sort()
    params = [{"table": "projects", "nearest": ""}] * len(lost)
    at_all = np.array([at for at, _ in lost], dtype=np.int64)
    return [Fault("dangling-reference", "parent_id", at_all, [p for _, p in lost], params)]
