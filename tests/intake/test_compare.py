"""Two revisions side by side: objects and lines by what happened to them, totals, shares."""

import shutil

import geopandas as gpd
import intakes
import pandas as pd
import pytest
from intakes import NEW, PROJECT, SHIPPED, TODAY, amendment, lines, shipped_plant, table
from shapely import LineString

from meks_geo import measure
from meks_geo.intake.compare import Change, difference, totals
from meks_geo.store import Store


@pytest.fixture(scope="module")
def record(small_home, tmp_path_factory):
    """A map of record with four lines, and what it was before them."""
    folder = tmp_path_factory.mktemp("compare")
    var = shutil.copytree(small_home / "var", folder / "var")
    store = Store(root=small_home, var=var)
    checked = lines(4, wear_percent=["70", "30", "", ">80"], length_km=[3.5, 4.0, 0.1, 2.0])
    intakes.send(store, networks=checked)
    return store


@pytest.fixture(scope="module")
def before(record):
    return record.dataset()


@pytest.fixture
def compared(record, before):
    """What a file with these tables would make different."""

    def make(**tables):
        return difference(before, record.preview(amendment(record, before, **tables)), TODAY)

    return make


def with_lines(data, frame):
    return intakes.holding(data, frame)


def test_a_revision_is_no_different_from_itself(before):
    found = difference(before, before, TODAY)
    assert found.counts == {
        "added": 0, "changed": 0, "removed": 0,
        "unchanged": 4 + len(before.plants) + len(before.projects) + len(before.entities),
    }  # fmt: skip
    assert found.totals_before == found.totals_after
    assert found.removed_share == {}
    assert (found.before, found.after) == (before.revision, before.revision)


def test_objects_are_added_and_changed_field_by_field_with_the_days(compared, before):
    row = shipped_plant(before, name_en="Other", electric_mw=123.0)
    row |= {"wear_percent": "77", "wear_date": "2026-10-01"}
    found = compared(plants=table([row, NEW])).tables["plants"]
    assert found.added == ("new-chp",)
    assert found.removed == ()
    assert found.unchanged == len(before.plants) - 1
    assert found.changed == {
        SHIPPED: (
            Change("name_en", before.plants.loc[SHIPPED, "name_en"], "Other"),
            Change("electric_mw", "110", "123", "2024-08-11", "2026-11-22"),
            Change("wear_percent", "", "77", "", "2026-10-01"),
        )
    }


def test_a_moved_plant_shows_its_new_place_only(compared, before):
    row = shipped_plant(before, lat=52.25)
    (change,) = compared(plants=table([row])).tables["plants"].changed[SHIPPED]
    assert (change.column, change.old, change.new) == (
        "lat", str(before.plants.loc[SHIPPED, "lat"]), "52.25",
    )  # fmt: skip


def test_what_is_taken_off_is_removed_with_its_share_of_the_region(record, before):
    amended = amendment(record, before, plants=table([shipped_plant(before)]), replace=True)
    found = difference(before, record.preview(amended), TODAY)
    gone = [p for p in before.plants.index if before.plants.loc[p, "region"] == "KZ-55"]
    gone.remove(SHIPPED)
    assert found.tables["plants"].removed == tuple(gone)
    assert found.removed_share == {("KZ-55", "plants"): len(gone) / (len(gone) + 1)}
    assert found.takes_much == found.removed_share


def test_lines_are_added_changed_removed_and_unchanged(compared):
    checked = lines(3, first=1, wear_percent=["35", "", ">80"], length_km=[4.0, 0.1, 2.5])
    moved = checked.frame.geometry.to_list()
    moved[1] = LineString([(76.9, 52.3), (76.95, 52.2)])
    frame = checked.frame.set_geometry(moved, crs=4326)
    new = lines(1, prefix="new").frame
    whole = gpd.GeoDataFrame(
        pd.concat([frame, new], ignore_index=True).fillna({"wear_percent": ""})
    )
    found = compared(networks=type(checked)(whole, checked.numbers))
    networks = found.tables["networks"]
    assert (networks.added, networks.removed, networks.unchanged) == (("new-0",), ("n-0",), 0)
    assert networks.changed == {
        "n-1": (Change("wear_percent", "30", "35"),),
        "n-2": (Change("geometry", "", ""),),
        "n-3": (Change("length_km", "2", "2.5"),),
    }
    assert found.counts["added"] == found.counts["removed"] == 1
    assert found.counts["changed"] == 3


def test_a_line_that_is_sent_again_as_it_was_is_unchanged(compared):
    checked = lines(4, wear_percent=["70", "30", "", ">80"], length_km=[3.5, 4.0, 0.1, 2.0])
    assert compared(networks=checked).tables["networks"].unchanged == 4


def test_the_share_of_lines_is_one_of_kilometres(before):
    old = before.networks.copy()
    old["region"] = ["KZ-55", "KZ-55", "KZ-10", "KZ-10"]
    shapes = [LineString([(76, 52), (76 + d, 52)]) for d in (0.1, 0.3, 0.2, 0.2)]
    old = old.set_geometry(shapes, crs=4326)
    found = difference(with_lines(before, old), with_lines(before, old.iloc[1:3]), TODAY)
    km = [measure.route_length_km(shape) for shape in shapes]
    assert found.removed_share == pytest.approx(
        {("KZ-55", "networks"): km[0] / (km[0] + km[1]), ("KZ-10", "networks"): 0.5}
    )
    few = difference(with_lines(before, old), with_lines(before, old.iloc[:3]), TODAY)
    assert set(few.removed_share) == {("KZ-10", "networks")}


@pytest.mark.parametrize(("gone", "asks"), [(0.0999, False), (0.1001, True)])
def test_a_tenth_of_a_region_may_go_unasked(before, gone, asks):
    shapes = [LineString([(0, 0), (10 * gone, 0)]), LineString([(0, 0), (10 * (1 - gone), 0)])]
    old = before.networks.iloc[:2].set_geometry(shapes, crs=4326)
    found = difference(with_lines(before, old), with_lines(before, old.iloc[1:]), TODAY)
    assert bool(found.takes_much) == asks


def test_totals_before_and_after(compared, before):
    found = compared(networks=lines(2, wear_percent=["90", "30"]), plants=table([NEW]))
    a, b = found.totals_before, found.totals_after
    assert (a.networks, b.networks) == (4, 2)
    assert (b.plants, b.projects, b.entities) == (a.plants + 1, a.projects, a.entities)
    km = measure.lengths_km(before.networks.geometry.to_numpy())
    assert a.network_km == pytest.approx(km.sum(), abs=1e-3)
    assert a.network_wear_known_km == pytest.approx(km[0] + km[1], abs=1e-3)
    assert a.network_wear_percent == pytest.approx(50.0, abs=0.01)
    assert a.network_red_km == pytest.approx(km[0] + km[3], abs=1e-3)
    assert b.network_wear_percent == pytest.approx(60.0, abs=0.01)
    assert b.network_red_km == pytest.approx(km[0], abs=1e-3)


def test_totals_of_a_region_are_its_own_and_synthetic_is_in_none(before):
    frame = before.networks.copy()
    frame["region"] = ["KZ-55", "KZ-10", "KZ-55", "KZ-55"]
    frame["provenance"] = ["official", "official", "synthetic", "press"]
    data = with_lines(before, frame)
    assert totals(data, TODAY).networks == 3
    assert totals(data, TODAY, "KZ-55").networks == 2
    assert totals(data, TODAY, "KZ-10").networks == 1
    assert totals(data, TODAY, "KZ-10").plants == 0
    assert totals(data, TODAY, "KZ-55").plants == (before.plants["region"] == "KZ-55").sum()


def test_a_region_without_lines_has_no_mean(before):
    found = totals(before, TODAY, "KZ-79")
    assert (found.network_km, found.network_wear_percent, found.network_red_km) == (0.0, None, 0.0)


def test_projects_are_compared_too(compared):
    row = {"project_id": PROJECT, "status": "completed", "stated_on": "2026-11-01"}
    changes = compared(projects=table([row])).tables["projects"].changed[PROJECT]
    assert [(c.column, c.new, c.new_date) for c in changes] == [
        ("status", "completed", "2026-11-01")
    ]
