"""A scenario is a value: one form for one question, and nothing strange gets in."""

import json
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meks_geo import i18n
from meks_geo.errors import InputError
from meks_geo.planning import budget, effects, scenario

MONEY = {"meks-market": {2026: 300, 2027: 250}, "ifi": {2027: 100}}


@pytest.fixture
def asked():
    return scenario.make(
        MONEY,
        [2027, 2026],
        objective="people",
        thresholds={"water": 55, "heat": 50},
        finance={("rate", "ifi"): 9, ("coverage", ""): 1.5},
        weights={"excess": 0.5},
        trial=True,
        gap=0.01,
        told={"city:a-heat": {"people": 10}},
    )


def test_its_parts_are_in_order_and_a_year_without_money_has_none(asked):
    assert asked.money == (
        *(("ifi", 2026, 0.0), ("ifi", 2027, 100.0)),
        *(("meks-market", 2026, 300.0), ("meks-market", 2027, 250.0)),
    )
    assert asked.years == (2026, 2027)
    assert asked.thresholds == (("heat", 50.0), ("water", 55.0))
    assert asked.finance == (("coverage", "", 1.5), ("rate", "ifi", 9.0))
    assert asked.by_source["ifi"] == {2026: 0.0, 2027: 100.0}
    assert asked.moved
    assert not scenario.make(MONEY, [2026]).moved


def test_the_same_question_is_the_same_value_however_it_is_put(asked):
    turned = {one: MONEY[one] for one in reversed(MONEY)}
    plain = scenario.make(turned, (2026, 2027))
    assert plain == scenario.make(MONEY, [2027, 2026, 2027])
    assert hash(plain) == hash(scenario.make(MONEY, (2026, 2027)))
    assert plain != asked


def test_it_comes_back_from_json_as_it_was(asked):
    for one in (asked, scenario.make(MONEY, [2026]), scenario.make(MONEY, [2026], gap=0)):
        text = json.dumps(scenario.to_json(one))
        assert scenario.read(json.loads(text)) == one
    assert scenario.to_json(scenario.make(MONEY, [2026])) == {
        "money": {"ifi": {"2026": 0.0}, "meks-market": {"2026": 300.0}},
        "years": [2026],
        "objective": "wear-km",
    }


def test_money_of_other_years_is_left_out():
    assert scenario.make(MONEY, [2026]).money == (("ifi", 2026, 0.0), ("meks-market", 2026, 300.0))


GOOD = {"money": {"ifi": {"2026": 1}}, "years": [2026]}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"money": {}}, "missing-value"),
        ({"money": None}, "missing-value"),
        ({"money": []}, "missing-value"),
        ({"money": {"bank": {"2026": 1}}}, "unknown-code"),
        ({"money": {"mixed": {"2026": 1}}}, "unknown-code"),
        ({"money": {"ifi": {"2026": -1}}}, "out-of-range"),
        ({"money": {"ifi": {"2026": 1e7}}}, "out-of-range"),
        ({"money": {"ifi": {"2026": math.inf}}}, "out-of-range"),
        ({"money": {"ifi": {"2026": math.nan}}}, "not-a-number"),
        ({"money": {"ifi": {"2026": "1"}}}, "not-a-number"),
        ({"money": {"ifi": {"2026": True}}}, "not-a-number"),
        ({"money": {"ifi": {"soon": 1}}}, "bad-date"),
        ({"money": {"ifi": 5}}, "missing-value"),
        ({"years": []}, "missing-value"),
        ({"years": "2026"}, "missing-value"),
        ({"years": [2025]}, "out-of-range"),
        ({"years": [2026, 2036]}, "out-of-range"),
        ({"years": [2026, 2028]}, "out-of-range"),
        ({"years": ["2026"]}, "bad-date"),
        ({"years": [True]}, "bad-date"),
        ({"objective": "glory"}, "unknown-code"),
        ({"objective": None}, "unknown-code"),
        ({"thresholds": {"heat": 0}}, "out-of-range"),
        ({"thresholds": {"heat": 100}}, "out-of-range"),
        ({"thresholds": {"steam": 50}}, "unknown-code"),
        ({"finance": {"Rate:ifi": 1}}, "bad-id"),
        ({"finance": {"rate:<b>": 1}}, "bad-id"),
        ({"finance": {"rate:ifi": -1}}, "out-of-range"),
        ({"weights": {"excess": 1e9}}, "out-of-range"),
        ({"weights": {"=1+1": 1}}, "bad-id"),
        ({"trial": "yes"}, "unknown-code"),
        ({"gap": 0.9}, "out-of-range"),
        ({"told": {"city:a": {"fame": 1}}}, "unknown-code"),
        ({"told": {"city:a": {"people": -1}}}, "out-of-range"),
        ({"told": {"city:\n": {"people": 1}}}, "bad-id"),
        ({"colour": "red"}, "unknown-code"),
    ],
)
def test_what_is_strange_is_refused_by_its_name(change, code):
    with pytest.raises(InputError) as caught:
        scenario.read({**GOOD, **change})
    assert code in {one.code for one in caught.value.problems}
    assert all(one.file == "scenario" and one.column for one in caught.value.problems)


def test_every_fault_is_told_at_once():
    with pytest.raises(InputError) as caught:
        scenario.read({"money": {"bank": {"2026": -1}}, "years": [2026], "objective": "glory"})
    assert [one.code for one in caught.value.problems] == [
        *("unknown-code", "out-of-range", "unknown-code"),
    ]


def test_a_flood_of_entries_is_refused_before_it_is_read():
    told = {f"city:{n}": {"people": 1} for n in range(5_001)}
    with pytest.raises(InputError):
        scenario.read({**GOOD, "told": told})


_JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(st.sampled_from(list(scenario.Scenario.__dataclass_fields__)), _JSON))
def test_anything_is_a_scenario_or_is_refused(document):
    try:
        found = scenario.read({**GOOD, **document})
    except InputError:
        return
    assert scenario.read(scenario.to_json(found)) == found


def test_every_objective_has_a_unit():
    assert tuple(effects.UNITS) == scenario.OBJECTIVES


@pytest.mark.parametrize(("name", "most"), scenario.TOLD.items())
def test_what_a_reader_tells_has_the_same_bounds_in_a_file_and_in_a_scenario(name, most):
    for value, good in ((most, True), (most + 1, False)):
        text = f"candidate,{name}\ncity:a,{value:.0f}\n"
        asked = {**GOOD, "told": {"city:a": {name: value}}}
        for call in (lambda t=text: budget.told(t, "known.csv"), lambda a=asked: scenario.read(a)):
            if good:
                assert call()
                continue
            with pytest.raises(InputError) as caught:
                call()
            (problem,) = caught.value.problems
            assert (problem.code, problem.params["high"]) == ("out-of-range", most)


@pytest.mark.parametrize(
    ("text", "code", "row", "column"),
    [
        ("candidate,people\ncity:a,1\ncity:a,2\n", "duplicate-id", 3, "candidate"),
        ("candidate,people\n,1\n", "missing-value", 2, "candidate"),
        ("candidate,revenue\ncity:a,1\n", "unknown-column", 1, "revenue"),
        ("people\n1\n", "missing-column", 1, "candidate"),
    ],
)
def test_nothing_of_what_a_reader_tells_is_swallowed(text, code, row, column):
    with pytest.raises(InputError) as caught:
        budget.told(text, "known.csv")
    (problem,) = caught.value.problems
    assert (problem.code, problem.row, problem.column) == (code, row, column)
    assert problem.severity == "error"
    for lang in ("kk", "ru", "en"):
        assert i18n.problem_text(lang, problem)


def test_empty_lines_and_cells_of_a_file_say_nothing():
    found = budget.told("candidate,people,incidents\n\n,,\ncity:a,,5\n", "known.csv")
    assert found == {"city:a": {"incidents": 5.0}}
