"""What planning assumes is read strictly, has a source or is marked, and is in no revision."""

import doctest
import shutil

import pytest

from meks_geo import registers
from meks_geo.errors import InputError
from meks_geo.planning import parameters as module
from meks_geo.store import Store


@pytest.fixture(scope="module")
def tables(store):
    return store.parameters()


@pytest.fixture(scope="module")
def known(tables, data):
    return module.of(tables, data.sources)


@pytest.mark.parametrize("table", ["unit_costs", "finance", "priority"])
def test_each_number_has_a_source_or_is_marked_as_assumed(tables, table):
    for one, row in tables[table].iterrows():
        assert row["assumed"] in ("yes", "no"), one
        sourced = row["source_id"] or row.get("source_url", "")
        assert sourced or row["assumed"] == "yes", one


def test_what_is_only_assumed_says_so(known):
    loose = [one for one in known.finance.values() if one.source is None and not one.assumed]
    assert loose == []


def test_parameters_are_no_part_of_a_revision(data, store):
    for name in ("unit_costs", "finance", "priority"):
        assert name in registers.NOT_SHIPPED
        assert not hasattr(data, name)


def test_a_faulty_parameter_is_refused_with_its_place(root, tmp_path):
    shutil.copytree(root / "data", tmp_path / "data")
    path = tmp_path / "data" / "finance.csv"
    path.write_text(
        path.read_text(encoding="utf-8").replace("cover,coverage,,1.2,", "cover,coverage,,much,"),
        encoding="utf-8",
    )
    with pytest.raises(InputError) as caught:
        Store(root=tmp_path, var=tmp_path / "var").parameters()
    (problem,) = caught.value.problems
    assert (problem.code, problem.file, problem.column) == ("not-a-number", "finance.csv", "value")


def test_prices_go_both_ways_and_never_before_the_table(known):
    assert known.price(2025, 2025) == 1
    assert known.price(2018, 2025) * known.price(2025, 2018) == pytest.approx(1)
    assert known.price(2027, 2028) == pytest.approx(known.price(2030, 2031))
    with pytest.raises(ValueError, match="2010"):
        known.price(2009, 2010)


def test_what_if_marks_what_was_changed(known):
    changed = known.with_finance({("rate", "ifi"): 3.0}).with_weights({"excess": 0.5})
    assert changed.value("rate", "ifi") == 3.0
    assert changed.finance["rate", "ifi"].assumed
    assert changed.weights["excess"].assumed
    assert known.value("rate", "ifi") != 3.0


def test_the_market_is_asked_before_the_state_and_the_budget_last(known):
    order = known.sources_of_money()
    assert order[0] == "meks-market"
    assert order[-2:] == ("state-fund", "budget")


def test_units_are_those_of_the_catalogue(tables):
    for table in ("finance", "priority"):
        assert set(tables[table]["unit"]) <= {"percent", "km", "count", "year", "years", "ratio"}
    costs = tables["unit_costs"]
    assert set(costs["unit"]) <= {"km", "MW", "Gcal/h", "mm"}
    priced = costs[costs["role"] != "factor"]
    assert (priced["cost_bn_kzt"].astype(float) > 0).all()
    assert (priced["size"].astype(float) > 0).all()


def test_the_examples_of_the_document_hold(root, known):
    found = doctest.testfile(
        str(root / "docs" / "planning.md"),
        module_relative=False,
        globs={"parameters": known},
        encoding="utf-8",
    )
    assert found.attempted > 20
    assert found.failed == 0


def test_published_works_name_projects_and_costs_of_record(known, data):
    """A cost in the table is the one that a claim of the project states, ever."""
    for one in known.works:
        if one.project:
            said = data.claims[one.project].get("cost_bn_kzt", ())
            assert one.cost_bn_kzt in {float(claim.value) for claim in said}, one.id


def test_an_unknown_source_of_a_row_is_a_fault(root, tmp_path):
    shutil.copytree(root / "data", tmp_path / "data")
    path = tmp_path / "data" / "unit_costs.csv"
    text = path.read_text(encoding="utf-8").replace("no,kt-kz-04,Money", "no,nowhere,Money")
    path.write_text(text, encoding="utf-8")
    _, problems = registers.read_parameters(tmp_path / "data")
    assert ("dangling-reference", "source_id") in {(p.code, p.column) for p in problems}
