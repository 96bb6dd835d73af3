"""Where faulty rows lie."""

import numpy as np
import pytest
import shapely

from meks_geo.errors import Problem
from meks_geo.intake.model import RawFile, RawTable
from meks_geo.intake.places import places

LINE = shapely.LineString([(76.9, 52.2), (77.0, 52.3)])


@pytest.fixture(scope="module")
def schemas(store):
    return store.schemas()


def plants(*points, header=("plant_id", "lat", "lon")):
    rows = [(f"p{n}", lat, lon) for n, (lat, lon) in enumerate(points)]
    columns = tuple(list(column) for column in zip(*rows, strict=True))
    numbers = np.arange(2, len(rows) + 2)
    return RawFile("plants.csv", "csv", (RawTable("plants", header, columns, numbers),))


def networks(*shapes):
    shapes_array = np.empty(len(shapes), dtype=object)
    shapes_array[:] = shapes
    ids = [f"n{number}" for number in range(len(shapes))]
    numbers = np.arange(1, len(shapes) + 1)
    table = RawTable("networks", ("network_id",), (ids,), numbers, shapes_array)
    return RawFile("networks.gpkg", "gpkg", (table,))


def fault(row, table="plants", severity="error"):
    return Problem("bad-id", "f", row, "x", table=table, severity=severity)


def test_a_plant_lies_where_its_cells_say(schemas):
    raw = plants(("52.2", "76.9"), ("43,2", "76.9"), ("50", "70"))
    found, faulty = places(raw, [fault(2), fault(3), fault(3)], schemas)
    assert [(p.row, p.shape.y, p.shape.x) for p in found] == [(2, 52.2, 76.9), (3, 43.2, 76.9)]
    assert len(found[1].problems) == 2
    assert faulty == 2


def test_labels_in_a_language_are_columns_too(schemas):
    raw = plants(("52.2", "76.9"), header=("plant_id", "Широта, °", "Долгота, °"))
    (place,), _ = places(raw, [fault(2)], schemas)
    assert (place.shape.y, place.shape.x) == (52.2, 76.9)


def test_a_feature_lies_where_its_geometry_is(schemas):
    raw = networks(LINE, LINE, None)
    found, faulty = places(raw, [fault(2, "networks"), fault(3, "networks")], schemas)
    assert [(p.table, p.row) for p in found] == [("networks", 2)]
    assert faulty == 2


@pytest.mark.parametrize(
    ("lat", "lon"), [("", "76"), ("x", "76"), ("nan", "76"), ("inf", "76"), ("76.9", "52.2")]
)
def test_what_nobody_could_look_at_has_no_place(schemas, lat, lon):
    found, faulty = places(plants((lat, lon)), [fault(2)], schemas)
    assert found == []
    assert faulty == 1


def test_errors_come_before_warnings_and_no_more_than_asked(schemas):
    raw = plants(*[("52.2", "76.9")] * 4)
    problems = [fault(2, severity="warning"), fault(3), fault(4, severity="warning"), fault(5)]
    found, faulty = places(raw, problems, schemas, most=3)
    assert [p.severity for p in found] == ["error", "error", "warning"]
    assert [p.row for p in found] == [3, 5, 2]
    assert faulty == 4


def test_problems_of_whole_tables_have_no_place(schemas):
    assert places(plants(("52.2", "76.9")), [fault(None)], schemas) == ([], 0)
