"""Tables as a reader hands them on, written by hand: one good row of each, and what to change."""

from datetime import date

import numpy as np

from meks_geo import registers
from meks_geo.intake.checking import check
from meks_geo.intake.model import RawFile, RawTable

TODAY = date(2026, 11, 22)

#: In Pavlodar, 2.6 km long.
LINE = "LINESTRING (76.95 52.28, 76.97 52.30)"
NETWORK = {"network_id": "n-1", "sector": "heat", "region": "KZ-55", "geometry": LINE}
PLANT = {
    "plant_id": "p-1",
    "name_ru": "Станция",
    "kind": "chp",
    "region": "KZ-55",
    "lat": "52.28",
    "lon": "76.95",
}
ENTITY = {"entity_id": "e-1", "name_ru": "Субъект", "sector": "heat", "region": "KZ-55"}
PROJECT = {
    "project_id": "j-1",
    "name_ru": "Проект",
    "region": "KZ-55",
    "status": "design",
    "funding": "budget",
}
ROWS = {"networks": NETWORK, "plants": PLANT, "entities": ENTITY, "projects": PROJECT}


def table(name, *rows, geometry=None, formulas=(), header=()):
    """A table from rows as mappings; the first row has number 2, a feature number 1."""
    header = header or tuple(dict.fromkeys(column for row in rows for column in row))
    columns = tuple([row.get(column, "") for row in rows] for column in header)
    first = 2 if geometry is None else 1
    numbers = np.arange(first, first + len(rows))
    places = frozenset((row, header.index(column)) for row, column in formulas)
    if geometry is not None:
        shapes = np.empty(len(rows), dtype=object)
        shapes[:] = geometry
        geometry = shapes
    return RawTable(name, header, columns, numbers, geometry, places)


def changed(name, *changes):
    """A table of the good row of a name, changed in one way after another."""
    return table(name, *(ROWS[name] | change for change in changes))


def verdict(data, root, *tables, file="file.xlsx", kind="xlsx", today=TODAY, **further):
    """What a check says of a file that holds some tables."""
    raw = RawFile(file, kind, tables)
    return check(raw, data, registers.read_schemas(root / "data"), today=today, **further)


def places(found, *codes):
    """Code, row and column of the problems of some codes; of all without one."""
    return [(p.code, p.row, p.column) for p in found.problems if not codes or p.code in codes]
