"""What an operator or a plant may say besides its networks: units, bounds, and nothing for zero."""

import math

import pytest
from builders_checking import changed, places, verdict

COLUMNS = ("people_served", "incidents_per_year", "revenue_bn_kzt")
GOOD = {"people_served": "49000", "incidents_per_year": "0", "revenue_bn_kzt": "5.324"}


@pytest.mark.parametrize(("table", "kind"), [("entities", "entity"), ("plants", "plant")])
def test_they_are_accepted_and_what_is_empty_is_not_zero(data, root, table, kind):
    empty = {f"{kind}_id": "second"}
    found = verdict(data, root, changed(table, GOOD, empty))
    assert places(found, "not-a-number", "out-of-range", "missing-value") == []
    first, *_ = frame = found.tables[table].frame[list(COLUMNS)].to_dict("records")
    assert first == {"people_served": 49000, "incidents_per_year": 0, "revenue_bn_kzt": 5.324}
    assert all(math.isnan(frame[-1][name]) for name in COLUMNS)


@pytest.mark.parametrize(
    ("column", "text", "code"),
    [
        ("people_served", "49000.5", "not-a-number"),
        ("people_served", "many", "not-a-number"),
        ("people_served", "-1", "out-of-range"),
        ("people_served", "200000000", "out-of-range"),
        ("incidents_per_year", "1.5", "not-a-number"),
        ("incidents_per_year", "-3", "out-of-range"),
        ("revenue_bn_kzt", "5324", "out-of-range"),  # in millions
        ("revenue_bn_kzt", "-0.1", "out-of-range"),
        ("revenue_bn_kzt", "5,324", "decimal-comma"),
    ],
)
def test_what_cannot_be_is_told_by_its_cell(data, root, column, text, code):
    found = verdict(data, root, changed("entities", {column: text}))
    assert places(found, code) == [(code, 2, column)]
    kept = found.tables["entities"].frame if "entities" in found.tables else ()
    assert len(kept) == (code == "decimal-comma")
