"""What an intake changes in the tables of the registers; the tables given are never changed."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import LineString

from meks_geo.amendment import CELLS, REMOVED, REPLACED, Amendment, apply, no_networks, tie

CLAIMS = ["claim_id", "subject_id", "attribute", "value"]
SOURCES = ["source_id", "title"]
LINES = ["network_id", "region", "sector"]


def text(columns, *rows):
    return pd.DataFrame(rows, columns=list(columns), dtype=object)


def lines(*rows):
    if not rows:
        return no_networks(LINES)
    shapes = [LineString([(70, 50), (70.1, 50 + i / 10)]) for i in range(len(rows))]
    return gpd.GeoDataFrame(text(LINES, *rows), geometry=shapes, crs=4326)


@pytest.fixture
def tables():
    return {
        "plants": pd.DataFrame(
            {"plant_id": ["p1", "p2"], "name": ["One", "Two"], "lat": [50.0, np.nan]}
        ),
        "projects": text(
            ["project_id", "plant_id", "entity_id", "parent_id"],
            ("j1", "p1", "", ""), ("j2", "p2", "e1", "j1"),
        ),
        "entities": text(["entity_id", "name"], ("e1", "Company")),
        "regions": text(["region"], ("KZ-55",)),
        "claims": text(CLAIMS, ("c1", "p1", "wear", "50"), ("c2", "p2", "wear", "60")),
        "sources": text(SOURCES, ("s1", "Paper")),
        "networks": lines(("n1", "KZ-55", "heat"), ("n2", "KZ-55", "water")),
        "contractors": text(["contractor_id", "name"], ("b1", "Builder")),
        "manufacturers": text(["manufacturer_id", "name"], ("m1", "Works")),
        "products": text(["product_id", "manufacturer_id"], ("t1", "m1"), ("t2", "")),
        "procurement": text(
            ["procurement_id", "project_id", "contractor_id"],
            ("s1", "j1", "b1"), ("s2", "j2", ""),
        ),
    }  # fmt: skip


def change(cells=(), claims=(), sources=(), removed=(), replaced=(), networks=()):
    return Amendment(
        "intake-1",
        text(CELLS, *cells),
        text(CLAIMS, *claims),
        text(SOURCES, *sources),
        text(REMOVED, *removed),
        text(REPLACED, *replaced),
        lines(*networks),
    )


def test_nothing_changes_nothing(tables):
    amended = apply(tables, change())
    for name, frame in tables.items():
        pd.testing.assert_frame_equal(amended[name], frame)


def test_cells_change_only_what_they_name_and_the_tables_given_stay(tables):
    before = {name: frame.copy() for name, frame in tables.items()}
    amended = apply(
        tables,
        change(
            cells=[
                ("plants", "p2", "lat", "51.25"),
                ("plants", "p2", "name", "Second"),
                ("plants", "p2", "no_such_column", "x"),
            ],
            claims=[("c3", "p1", "wear", "70")],
            sources=[("s2", "File")],
            removed=[("entities", "e1")],
            replaced=[("KZ-55", "heat")],
            networks=[("n3", "KZ-55", "heat")],
        ),
    )
    assert amended["plants"].to_dict("list") == {
        "plant_id": ["p1", "p2"], "name": ["One", "Second"], "lat": [50.0, 51.25],
    }  # fmt: skip
    assert amended["plants"]["lat"].dtype == float
    assert list(amended["claims"]["claim_id"]) == ["c1", "c2", "c3"]
    assert list(amended["sources"]["source_id"]) == ["s1", "s2"]
    assert amended["entities"].empty
    assert list(amended["networks"]["network_id"]) == ["n2", "n3"]
    for name, frame in before.items():
        pd.testing.assert_frame_equal(tables[name], frame)


def test_a_new_row_comes_at_the_end_and_what_it_does_not_say_is_unknown(tables):
    cells = [("plants", "p0", "name", "Zero"), ("plants", "p0", "plant_id", "p0")]
    amended = apply(tables, change(cells=cells))["plants"]
    assert list(amended["plant_id"]) == ["p1", "p2", "p0"]
    assert amended.iloc[2]["name"] == "Zero"
    assert np.isnan(amended.iloc[2]["lat"])


def test_cells_of_an_object_that_is_not_there_bring_no_half_row_in(tables):
    amended = apply(tables, change(cells=[("plants", "gone", "lat", "51")]))
    pd.testing.assert_frame_equal(amended["plants"], tables["plants"])


def test_a_new_object_that_the_registers_know_by_now_is_no_second_row(tables):
    cells = [("plants", "p1", "plant_id", "p1"), ("plants", "p1", "name", "Uno")]
    amended = apply(tables, change(cells=cells))["plants"]
    assert list(amended["plant_id"]) == ["p1", "p2"]
    assert list(amended["name"]) == ["Uno", "Two"]


def test_with_an_object_go_its_claims(tables):
    amended = apply(tables, change(removed=[("plants", "p1")], claims=[("c9", "p1", "wear", "1")]))
    assert list(amended["plants"]["plant_id"]) == ["p2"]
    assert list(amended["claims"]["claim_id"]) == ["c2"]


def test_what_is_said_again_counts_from_its_last_place(tables):
    amended = apply(tables, change(claims=[("c1", "p1", "wear", "50")]))
    assert list(amended["claims"]["claim_id"]) == ["c2", "c1"]


def test_networks_go_by_region_and_sector_and_an_id_is_there_once(tables):
    networks = [("n9", "KZ-55", "heat"), ("n2", "KZ-10", "heat")]
    pairs = [("KZ-55", "heat"), ("KZ-10", "heat")]
    amended = apply(tables, change(replaced=pairs, networks=networks))["networks"]
    assert amended[["network_id", "region"]].to_numpy().tolist() == [
        ["n2", "KZ-10"], ["n9", "KZ-55"],
    ]  # fmt: skip
    assert amended.crs == 4326


def test_networks_are_in_the_order_of_their_ids(tables):
    rows = [(f"n{i}", "KZ-55", "heat") for i in (7, 3, 5)]
    pairs = [("KZ-55", "heat")]
    there = apply(tables, change(replaced=pairs, networks=rows))["networks"]
    back = apply(tables, change(replaced=pairs, networks=rows[::-1]))["networks"]
    assert list(there["network_id"]) == list(back["network_id"]) == ["n2", "n3", "n5", "n7"]


def test_all_networks_may_go(tables):
    pairs = [("KZ-55", "heat"), ("KZ-55", "water")]
    amended = apply(tables, change(replaced=pairs))["networks"]
    assert len(amended) == 0
    assert list(amended.columns) == list(tables["networks"].columns)


def test_what_speaks_of_nothing_is_cut_off_and_named(tables):
    bare = {**tables, "plants": tables["plants"][:0], "entities": tables["entities"][:0]}
    tied, lost = tie(bare)
    assert lost == ("e1", "p1", "p2")
    assert tied["projects"].to_numpy().tolist() == [["j1", "", "", ""], ["j2", "", "", "j1"]]
    assert tied["claims"].empty
    assert list(bare["projects"]["plant_id"]) == ["p1", "p2"]
    whole, nothing = tie(tables)
    assert nothing == ()
    pd.testing.assert_frame_equal(whole["claims"], tables["claims"])
    pd.testing.assert_frame_equal(whole["projects"], tables["projects"])


def test_a_product_outlives_its_manufacturer_and_a_stage_not_its_project(tables):
    tied, lost = tie({**tables, "manufacturers": tables["manufacturers"][:0]})
    assert lost == ("m1",)
    assert tied["products"].to_numpy().tolist() == [["t1", ""], ["t2", ""]]
    tied, lost = tie({**tables, "projects": tables["projects"][:1]})
    assert tied["procurement"].to_numpy().tolist() == [["s1", "j1", "b1"]]
    assert "j2" in lost


def test_what_goes_from_a_register_takes_no_statement_of_a_subject_with_its_id(tables):
    tables["contractors"] = text(["contractor_id", "name"], ("p1", "Of the same id"))
    amended = apply(tables, change(removed=[("contractors", "p1")]))
    assert amended["contractors"].empty
    assert list(amended["claims"]["claim_id"]) == ["c1", "c2"]
