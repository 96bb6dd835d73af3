"""Tables of one file beside one another: references, circles, ids that are taken."""

import pytest
from builders_checking import changed, places, verdict


@pytest.fixture
def check(data, root):
    return lambda *tables, **further: verdict(data, root, *tables, **further)


def test_a_project_may_name_things_of_the_file_and_of_the_record(check, data):
    linked = {"plant_id": "p-1", "entity_id": "e-1", "parent_id": "j-1"}
    recorded = {
        "plant_id": data.plants.index[0],
        "entity_id": data.entities.index[0],
        "parent_id": "meks",
    }
    found = check(
        changed("projects", {"project_id": "j-2", **linked}, {}, {"project_id": "j-3", **recorded}),
        changed("plants", {}),
        changed("entities", {}),
        changed("networks", {"project_ids": "j-1; j-3,meks"}),
    )
    assert places(found) == []
    assert found.tables["networks"].frame["project_ids"].tolist() == ["j-1;j-3;meks"]


@pytest.mark.parametrize(
    ("name", "column", "table"),
    [
        ("projects", "plant_id", "plants"),
        ("projects", "entity_id", "entities"),
        ("projects", "parent_id", "projects"),
        ("networks", "project_ids", "projects"),
    ],
)
def test_a_reference_to_nothing_rejects_its_row(check, name, column, table):
    found = check(changed(name, {column: "no-such-thing"}))
    assert places(found) == [("dangling-reference", 2, column)]
    assert found.problems[0].params["table"] == table
    assert found.problems[0].value == "no-such-thing"
    assert found.accepted == 0


def test_the_nearest_id_is_named_and_only_the_lost_one_of_several(check):
    found = check(changed("networks", {"project_ids": "meks;mekss"}))
    assert found.problems[0].value == "mekss"
    assert found.problems[0].params["nearest"] == "meks"


def test_a_row_that_fell_takes_those_that_lean_on_it_along(check):
    found = check(
        changed("plants", {"kind": "x"}),
        changed(
            "projects",
            {"project_id": "j-3", "parent_id": "j-2"},
            {"project_id": "j-1", "plant_id": "p-1"},
            {"project_id": "j-2", "parent_id": "j-1"},
            {"project_id": "j-4"},
        ),
        changed("networks", {"project_ids": "j-3"}, {"network_id": "n-2", "project_ids": "j-4"}),
    )
    assert [(p.table, p.code, p.row, p.value) for p in found.problems] == [
        ("plants", "unknown-code", 2, "x"),
        ("projects", "dangling-reference", 2, "j-2"),
        ("projects", "dangling-reference", 3, "p-1"),
        ("projects", "dangling-reference", 4, "j-1"),
        ("networks", "dangling-reference", 2, "j-3"),
    ]
    assert found.tables["projects"].frame["project_id"].tolist() == ["j-4"]
    assert found.tables["networks"].frame["network_id"].tolist() == ["n-2"]


def test_rows_of_record_are_leant_on_even_when_their_row_of_the_file_falls(check, data):
    known = data.projects.index[1]
    found = check(
        changed("projects", {"project_id": known, "status": "x"}, {"parent_id": known}),
    )
    assert places(found) == [("unknown-code", 2, "status")]


def test_what_leans_on_a_thing_of_record_stays_when_its_row_falls_with_its_parent(check, data):
    known = data.projects.index[1]
    region = data.projects.at[known, "region"]
    found = check(
        changed(
            "projects",
            {"status": "x"},
            {"project_id": known, "parent_id": "j-1", "region": region},
            {"project_id": "j-3", "parent_id": known},
        ),
    )
    assert places(found) == [("unknown-code", 2, "status"), ("dangling-reference", 3, "parent_id")]


def test_rows_of_a_refused_table_are_not_there(check):
    plants = changed("plants", {})
    broken = type(plants)(
        plants.name, plants.header[1:], plants.columns[1:], plants.numbers
    )  # no plant_id
    found = check(broken, changed("projects", {"plant_id": "p-1"}))
    assert places(found) == [
        ("missing-column", 1, "plant_id"),
        ("dangling-reference", 2, "plant_id"),
    ]
    assert list(found.tables) == ["projects"]


@pytest.mark.parametrize("length", [1, 2, 3])
def test_projects_cannot_be_parts_of_themselves(check, length):
    ring = [
        {"project_id": f"j-{one}", "parent_id": f"j-{(one + 1) % length}"} for one in range(length)
    ]
    tail = {"project_id": "tail", "parent_id": "j-0"}
    found = check(changed("projects", *ring, tail, {"project_id": "free"}))
    assert places(found, "parent-circle") == [
        ("parent-circle", row, "parent_id") for row in range(2, 2 + length)
    ]
    assert places(found, "dangling-reference") == [("dangling-reference", 2 + length, "parent_id")]
    assert found.tables["projects"].frame["project_id"].tolist() == ["free"]


def test_a_circle_may_close_through_the_record(check, data):
    child = data.projects.index[data.projects["parent_id"] == "meks"]
    if len(child) == 0:
        child = data.projects.index[data.projects["parent_id"] != ""]
    parent = data.projects.at[child[0], "parent_id"]
    found = check(changed("projects", {"project_id": parent, "parent_id": child[0]}))
    assert places(found) == [("parent-circle", 2, "parent_id")]


def test_a_long_chain_of_parents_is_walked_once(check):
    chain = [{"project_id": f"j-{one}", "parent_id": f"j-{one + 1}"} for one in range(20_000)]
    found = check(changed("projects", *chain, {"project_id": "j-20000", "status": "x"}))
    assert found.accepted == 0
    assert len(places(found, "dangling-reference")) == 20_000


def test_an_id_belongs_to_one_table(check, data):
    found = check(
        changed("plants", {"plant_id": "KZ-55"}, {"plant_id": "both"}),
        changed("entities", {"entity_id": data.plants.index[0]}),
        changed("projects", {"project_id": "both"}),
        changed("networks", {"network_id": "both"}),
    )
    assert [(p.table, p.code, p.row) for p in found.problems] == [
        ("plants", "duplicate-id", 2),
        ("entities", "duplicate-id", 2),
        ("projects", "duplicate-id", 2),
    ]
