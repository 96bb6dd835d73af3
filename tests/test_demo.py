"""The made-up network: exact, always the same, at home in its regions, and let in by the intake."""

import hashlib
from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from click.testing import CliRunner
from geopandas.testing import assert_geodataframe_equal

from meks_geo import demo, measure
from meks_geo.cli import main
from meks_geo.demo import streets, trees
from meks_geo.intake import door
from meks_geo.vocabulary import REGIONS

DAY = date(2026, 11, 22)
PIPES = ("heat", "water", "wastewater", "gas")
MANY = 5_000


@pytest.fixture(scope="module")
def network(data):
    return demo.network(data, MANY)


def ends_of(lines):
    """First and last point of each line, as texts that can be looked up."""
    points = [shapely.get_coordinates(shapely.get_point(lines.to_numpy(), at)) for at in (0, -1)]
    return [[f"{x:.7f} {y:.7f}" for x, y in one] for one in points]


# -- the same, and exactly as many --------------------------------------------------------------


def test_the_same_call_gives_the_same_network(data, network):
    assert_geodataframe_equal(network, demo.network(data, MANY))


def test_another_seed_gives_another_network(data, network):
    other = demo.network(data, MANY, seed=7)
    assert len(other) == MANY
    assert not other.geometry.geom_equals(network.geometry).any()
    assert (other["wear_percent"] != network["wear_percent"]).mean() > 0.5


@pytest.mark.parametrize("segments", [1, 2, 7, 19, 20, 333])
def test_there_are_exactly_as_many_rows_as_asked_for(data, segments):
    assert len(demo.network(data, segments)) == segments


def test_many_rows_are_exact_too(network):
    assert len(network) == MANY
    assert network["network_id"].is_unique
    assert network["network_id"].is_monotonic_increasing


def test_an_id_stays_in_its_region_when_the_network_grows(data, network):
    small = demo.network(data, 333).set_index("network_id")["region"]
    large = network.set_index("network_id")["region"]
    both = small.index.intersection(large.index)
    assert len(both) > 200
    assert (small[both] == large[both]).all()


@pytest.mark.parametrize("segments", [0, -1, demo.MOST_SEGMENTS + 1])
def test_a_number_out_of_bounds_is_refused(data, segments):
    with pytest.raises(ValueError, match=f"{segments} segments"):
        demo.network(data, segments)


# -- where it lies ------------------------------------------------------------------------------


def test_the_columns_are_those_of_the_table_and_each_row_is_synthetic(store, network):
    names = {column.name for column in store.schemas()["networks"].columns}
    assert set(network.columns) == names
    assert network.crs == measure.WGS84
    assert (network.geom_type == "LineString").all()
    assert (network["provenance"] == "synthetic").all()
    assert network["operator"].str.startswith("Демо: ").all()


def test_every_line_lies_within_its_region_and_in_no_lake(data, network):
    own = data.base.regions.set_index("region").geometry
    for region, rows in network.groupby("region"):
        area = own[region]
        shapely.prepare(area)
        assert shapely.covers(area, rows.geometry.to_numpy()).all(), region
    lakes = data.base.lakes.sindex.query(network.geometry, predicate="intersects")
    assert lakes.size == 0


def test_all_regions_and_sectors_are_there_but_not_everywhere(network):
    assert set(network["region"]) == set(REGIONS)
    assert set(network["sector"]) == {*PIPES, "electricity"}
    pairs = network[["region", "sector"]].drop_duplicates()
    assert len(pairs) < len(REGIONS) * 5


def test_pipes_are_short_and_lines_between_towns_long(network):
    km = pd.Series(measure.lengths_km(network.geometry.to_numpy()))
    between = (network["voltage_kv"] > 20) & (km > 1)
    assert 20 < between.sum() <= MANY // 20
    assert km[between].between(2, 60).all()
    assert km[~between].between(0.04, 0.25).all()
    stated = network["length_km"].notna()
    assert stated.any()
    assert not stated.all()
    assert (network["length_km"][stated] - km[stated]).abs().max() <= 0.0006


def test_a_town_lies_round_its_centre(data, network):
    rows = network[(network["region"] == "KZ-71") & (network["sector"] == "water")]
    middle = shapely.get_coordinates(shapely.centroid(rows.geometry.to_numpy())).mean(axis=0)
    centre = data.places.loc["astana", ["lon", "lat"]].to_numpy(dtype=float)
    assert np.hypot(*(middle - centre)) < 0.02


# -- what stands in it --------------------------------------------------------------------------


def test_sizes_fall_from_the_trunk_to_the_branches(network):
    pipes = network[network["sector"].isin(PIPES)].reset_index(drop=True)
    assert pipes["voltage_kv"].isna().all()
    assert pipes["diameter_mm"].notna().all()
    for _, rows in pipes.groupby(["operator", "sector"]):
        start, end = ends_of(rows.geometry)
        into = dict(zip(end, rows["diameter_mm"], strict=True))
        assert len(into) == len(rows), "two pipes lead to one place: no tree"
        before = np.array([into.get(one, np.inf) for one in start])
        assert (rows["diameter_mm"].to_numpy() <= before).all()
    assert pipes["diameter_mm"].nunique() > 6


def test_cables_have_a_voltage_and_no_diameter(network):
    cables = network[network["sector"] == "electricity"]
    assert cables["diameter_mm"].isna().all()
    assert {0.4, 10.0, 110.0, 220.0} <= set(cables["voltage_kv"])


def test_wear_grows_with_age_and_is_unknown_for_a_part(network):
    wear = pd.to_numeric(network["wear_percent"].str.lstrip(">"))
    both = wear.notna() & network["built_year"].notna()
    assert 0.6 < both.mean() < 0.95
    age = 2026 - network["built_year"][both]
    assert np.corrcoef(age, wear[both])[0, 1] > 0.8
    assert network["wear_percent"].str.startswith(">").any()


def test_wear_has_a_basis_and_a_day_or_is_unknown_altogether(network):
    known = network["wear_percent"] != ""
    assert ((network["wear_basis"] != "") == known).all()
    assert ((network["wear_date"] != "") == known).all()
    assert set(network["wear_basis"][known]) == {"age-estimate", "inspection"}
    assert network["wear_date"][known].between("2025-12-31", "2026-10-01").all()
    estimated = network["wear_basis"] == "age-estimate"
    assert network["built_year"][estimated].notna().all()
    assert network["built_year"].isna().any()


def test_a_few_lines_name_projects_of_their_region_and_sector(data, network):
    named = network[network["project_ids"] != ""]
    assert 0 < len(named) < MANY / 10
    pairs = named.assign(project=named["project_ids"].str.split(";")).explode("project")
    of_record = data.projects.loc[pairs["project"]]
    assert (of_record["region"].to_numpy() == pairs["region"].to_numpy()).all()
    assert (of_record["sector"].to_numpy() == pairs["sector"].to_numpy()).all()


# -- trees --------------------------------------------------------------------------------------


def test_trees_are_whole_and_their_flow_is_what_hangs_on_them():
    rng = np.random.default_rng(1)
    area = shapely.box(70, 50, 72, 52)
    laid = streets.lay(rng, (71.0, 51.0), area, spacing_m=120.0, side=30)
    sources = np.flatnonzero(laid.is_open)[[5, 400]]
    tree = trees.grow(rng, laid, laid.far, sources, 200)
    assert len(tree.end) == len(set(tree.end.tolist())) == 200
    assert set(tree.start.tolist()) <= {*tree.end.tolist(), *sources.tolist()}
    flow = dict(zip(tree.end.tolist(), tree.flow.tolist(), strict=True))
    behind = dict.fromkeys(flow, 1)
    for start, end in zip(tree.start.tolist(), tree.end.tolist(), strict=True):
        if start in behind:
            behind[start] += flow[end]
    assert behind == flow


def test_a_tree_takes_what_there_is_when_more_is_wanted():
    rng = np.random.default_rng(2)
    laid = streets.lay(rng, (71.0, 51.0), shapely.box(70, 50, 72, 52), spacing_m=120.0, side=8)
    tree = trees.grow(rng, laid, laid.far, np.flatnonzero(laid.is_open)[:1], 10_000)
    assert 0 < len(tree.end) < laid.is_open.sum()


# -- as a file ----------------------------------------------------------------------------------


def test_the_intake_lets_it_in_without_a_word(store, data, network, tmp_path):
    path = tmp_path / "demo.gpkg"
    demo.write(path, network)
    checked = door.examine(store, data, path, today=DAY)
    assert checked.verdict.problems == ()
    assert checked.verdict.accepted == MANY
    read = checked.verdict.tables["networks"].frame
    assert (read["network_id"].to_numpy() == network["network_id"].to_numpy()).all()
    assert (read["wear_percent"].to_numpy() == network["wear_percent"].to_numpy()).all()


def test_the_file_is_the_same_every_time_and_others_can_read_it(data, tmp_path):
    small = demo.network(data, 50)
    for name in ("a.gpkg", "b.gpkg"):
        demo.write(tmp_path / name, small)
    one, other = ((tmp_path / name).read_bytes() for name in ("a.gpkg", "b.gpkg"))
    assert hashlib.sha256(one).digest() == hashlib.sha256(other).digest()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.gpkg", "b.gpkg"]
    read = gpd.read_file(tmp_path / "a.gpkg", layer="networks")
    assert read.geometry.geom_equals(small.geometry).all()
    assert read.crs == measure.WGS84
    assert read["voltage_kv"].equals(small["voltage_kv"])


def call(store, *args):
    env = {"MEKS_GEO_ROOT": str(store.root), "MEKS_GEO_VAR": str(store.var), "LC_ALL": "C"}
    return CliRunner(env=env).invoke(main, ["demo-network", *args])


def test_the_command_writes_the_file_and_says_that_it_is_made_up(store, tmp_path):
    path = tmp_path / "demo.gpkg"
    result = call(store, "--segments", "30", "--out", str(path))
    assert result.exit_code == 0, result.stderr
    assert "30" in result.stdout
    assert "made up" in result.stdout
    assert len(gpd.read_file(path, layer="networks")) == 30


@pytest.mark.parametrize("name", ["demo.csv", "missing/demo.gpkg"])
def test_the_command_refuses_what_it_cannot_write(store, tmp_path, name):
    result = call(store, "--segments", "3", "--out", str(tmp_path / name))
    assert result.exit_code == 2
    assert "demo" in result.stderr
    assert "Traceback" not in result.stderr


def test_the_command_refuses_no_segments(store, tmp_path):
    assert call(store, "--segments", "0", "--out", str(tmp_path / "demo.gpkg")).exit_code == 2
