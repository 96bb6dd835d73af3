"""Raw rows in, good rows and every problem out: code, row and column of each fault."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meks_geo.errors import Problem
from meks_geo.model import Attribute, Column, Schema
from meks_geo.validate import (
    RawRow,
    bounds,
    check_claim_values,
    check_header,
    check_references,
    check_rows,
    check_value,
    nearest,
)


def column(name, kind, vocabulary="", *, required=False):
    return Column(name, kind, "", required, vocabulary, "identity", True)


SCHEMA = Schema(
    "plants",
    (
        column("plant_id", "id", required=True),
        column("name", "text", required=True),
        column("kind", "code", "kind"),
        column("lat", "number"),
        column("lon", "number"),
        column("wear", "bound", "0..100"),
        column("share", "number", "0..100"),
        column("built", "integer", "1900..2060"),
        column("stated_on", "date"),
        column("url", "url"),
        column("owner", "ref", "plants"),
        column("parts", "refs", "plants"),
    ),
)
GOOD = {"plant_id": "a", "name": "A", "kind": "chp", "lat": "51.2", "lon": "71.4", "wear": ">80"}


def check(*changes):
    rows = [RawRow(number, GOOD | change) for number, change in enumerate(changes, start=2)]
    good, problems = check_rows(rows, SCHEMA, "plants.csv")
    return good, [(p.code, p.row, p.column, p.value) for p in problems]


def test_a_good_row_is_typed_by_the_schema():
    (row,), problems = check({"built": "1961", "share": "57.3", "stated_on": "2029-Q1"})
    assert problems == []
    assert (row["lat"], row["built"], row["share"]) == (51.2, 1961.0, 57.3)
    assert (row["wear"], row["stated_on"], row["url"]) == (">80", "2029-Q1", "")
    assert check({"share": "", "built": ""})[0][0]["share"] is None


@pytest.mark.parametrize(
    ("change", "code", "where"),
    [
        ({"name": ""}, "missing-value", "name"),
        ({"share": "abc"}, "not-a-number", "share"),
        ({"share": "1 000"}, "not-a-number", "share"),
        ({"share": "nan"}, "not-a-number", "share"),
        ({"share": "1e400"}, "out-of-range", "share"),
        ({"built": "1961.5"}, "not-a-number", "built"),
        ({"wear": "many"}, "not-a-number", "wear"),
        ({"share": "100.1"}, "out-of-range", "share"),
        ({"share": "-1"}, "out-of-range", "share"),
        ({"built": "1899"}, "out-of-range", "built"),
        ({"wear": "170"}, "out-of-range", "wear"),
        ({"wear": "70-65"}, "out-of-range", "wear"),
        ({"stated_on": "2026-02-30"}, "bad-date", "stated_on"),
        ({"stated_on": "08.04.2026"}, "bad-date", "stated_on"),
        ({"kind": "chpp"}, "unknown-code", "kind"),
        ({"url": "javascript:alert(1)"}, "unknown-code", "url"),
        ({"plant_id": "a_b"}, "bad-id", "plant_id"),
        ({"plant_id": "<b>"}, "bad-id", "plant_id"),
        ({"lat": "71.4", "lon": "51.2"}, "lon-lat-swapped", "lat"),
        ({"lat": "10"}, "outside-country", "lat"),
        ({"lon": "120"}, "outside-country", "lat"),
    ],
)
def test_a_fault_rejects_its_row_and_says_where(change, code, where):
    good, problems = check({"plant_id": "first"}, change)
    assert [row["plant_id"] for row in good] == ["first"]
    (found,) = problems
    assert found[:3] == (code, 3, where)
    if len(change) == 1 and code != "outside-country":
        assert found[3] == change[where]


def test_a_decimal_comma_is_read_and_only_warned_of():
    rows = [RawRow(7, GOOD | {"share": "57,3"})]
    (row,), (problem,) = check_rows(rows, SCHEMA, "plants.csv")
    assert row["share"] == 57.3
    assert (problem.code, problem.severity) == ("decimal-comma", "warning")
    assert (problem.row, problem.column, problem.value) == (7, "share", "57,3")


@pytest.mark.parametrize(
    ("text", "value", "code"),
    [
        ("57,3", "57.3", "decimal-comma"),
        (">80,5", ">80.5", "decimal-comma"),
        ("65,5-70", "65.5-70", "decimal-comma"),
        ("1,2,3", None, "not-a-number"),
        ("157,3", None, "out-of-range"),
        ("57.3", "57.3", None),
    ],
)
def test_a_bound_may_have_a_decimal_comma(text, value, code):
    read, flaw = check_value(text, column("wear", "bound", "0..100"))
    assert (flaw and flaw.code) == code
    if value:
        assert read == value
    if code == "decimal-comma":
        assert flaw.params == {"read_as": value}


def test_a_decimal_comma_does_not_hide_a_worse_fault():
    good, problems = check({"share": "157,3"})
    assert good == []
    assert ("out-of-range", 2, "share") in {p[:3] for p in problems}


def test_an_id_is_given_once():
    good, problems = check({}, {"plant_id": "b"}, {})
    assert [row["plant_id"] for row in good] == ["a", "b"]
    assert problems == [("duplicate-id", 4, "plant_id", "a")]


def test_all_faults_of_all_rows_are_reported():
    good, problems = check({"kind": "x", "share": "y"}, {"plant_id": "b", "stated_on": "z"})
    assert good == []
    assert [p[:3] for p in problems] == [
        ("unknown-code", 2, "kind"), ("not-a-number", 2, "share"), ("bad-date", 3, "stated_on"),
    ]  # fmt: skip


def test_columns_that_are_missing_or_unknown():
    missing, unknown = check_header(["plant_id", "nmae", "kind"], SCHEMA, "plants.csv")
    assert (missing.code, missing.row, missing.column) == ("missing-column", 1, "name")
    assert missing.severity == "error"
    assert (unknown.code, unknown.column, unknown.severity) == ("unknown-column", "nmae", "warning")
    assert unknown.params["nearest"] == "name"


def test_a_reference_must_be_held_by_its_table():
    rows = [RawRow(2, {"owner": "almaty-chp-2"}), RawRow(3, {"owner": "almaty-chp-22"})]
    rows += [RawRow(4, {"owner": "", "parts": "topar ; nowhere"})]
    known = {"plants": {"almaty-chp-2", "topar"}}
    problems = check_references(rows, SCHEMA, "plants.csv", known)
    assert [(p.code, p.row, p.column, p.value) for p in problems] == [
        ("dangling-reference", 3, "owner", "almaty-chp-22"),
        ("dangling-reference", 4, "parts", "nowhere"),
    ]
    assert problems[0].params["nearest"] == "almaty-chp-2"


@pytest.mark.parametrize(
    ("subject", "attribute", "value", "expected"),
    [
        ("p", "status", "construction", None),
        ("p", "status", "constructoin", ("unknown-code", "value", "construction")),
        ("p", "cost", "abc", ("not-a-number", "value", None)),
        ("p", "completion", "2026-13", ("bad-date", "value", None)),
        ("p", "status", "", ("missing-value", "value", None)),
        ("plant", "status", "design", ("unknown-code", "attribute", "project")),
    ],
)
def test_a_claim_must_fit_its_attribute(subject, attribute, value, expected):
    of_projects = frozenset({"project"})
    attributes = {
        "status": Attribute("status", of_projects, "code", "", "status"),
        "cost": Attribute("cost", of_projects, "number", "bn KZT", ""),
        "completion": Attribute("completion", of_projects, "date", "", ""),
    }
    row = RawRow(9, {"subject_id": subject, "attribute": attribute, "value": value})
    found = check_claim_values([row], "claims.csv", attributes, {"p": "project", "plant": "plant"})
    if expected is None:
        assert found == []
    else:
        code, where, near = expected
        assert [(p.code, p.row, p.column) for p in found] == [(code, 9, where)]
        assert near is None or found[0].params["nearest"] == near


@pytest.mark.parametrize(
    ("text", "interval"),
    [("57.3", (57.3, 57.3)), (">80", (80, 100)), ("<40", (0, 40)), ("65-70", (65, 70))],
)
def test_bounds_are_intervals(text, interval):
    assert bounds(text) == pytest.approx(interval)


def test_a_bound_leaves_its_own_number_out():
    assert bounds(">80")[0] > 80
    assert bounds("<40")[1] < 40


@pytest.mark.parametrize("text", ["", ">", "-", ">=80", "80%", "57,3", "65–70", "1-2-3", "NaN"])
def test_what_is_no_bound_is_refused(text):
    with pytest.raises(ValueError, match=r"."):
        bounds(text)


def test_the_nearest_word_is_offered_only_when_it_is_near():
    assert nearest("constructoin", ["design", "construction"]) == "construction"
    assert nearest("zzz", ["design", "construction"]) == ""


CELLS = st.one_of(st.text(max_size=12), st.sampled_from(["51,2", "nan", "1e999", ">80", "²", "٣"]))


@given(st.lists(st.dictionaries(st.sampled_from([c.name for c in SCHEMA.columns]), CELLS)))
def test_no_row_whatever_it_holds_makes_the_check_fail(cells):
    rows = [RawRow(number, row) for number, row in enumerate(cells, start=2)]
    good, problems = check_rows(rows, SCHEMA, "plants.csv")
    rejected = {p.row for p in problems if p.severity == "error"}
    assert len(good) == len(rows) - len(rejected)
    assert all(isinstance(p, Problem) and p.column for p in problems)
