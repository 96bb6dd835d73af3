"""Rows that pass beside the map of record: what is likely a slip is said, and kept."""

from dataclasses import replace

import geopandas as gpd
import intakes
import pytest
import shapely
from builders_checking import LINE, changed, places, verdict

from meks_geo import measure

FAR = "LINESTRING (76.95 52.28, 77.05 52.28)"  # 6.8 km


@pytest.fixture
def recorded(data):
    """The shipped things and the networks given as id, sector, region and WKT."""

    def make(*rows, base=data):
        frame = gpd.GeoDataFrame(
            [row[1:3] for row in rows],
            columns=["sector", "region"],
            index=[row[0] for row in rows],
            geometry=shapely.from_wkt([row[3] for row in rows]),
            crs=measure.WGS84,
        )
        return intakes.holding(base, frame)

    return make


def _warned(found):
    assert {p.severity for p in found.problems} <= {"warning"}
    assert found.passed
    return [(p.table, p.code, p.row, p.column, dict(p.params)) for p in found.problems]


# -- regions ----------------------------------------------------------------------------------


def test_an_id_of_another_region_is_said(root, data, recorded):
    plant = data.plants.index[data.plants["region"] != "KZ-55"][0]
    region = data.plants.at[plant, "region"]
    known = recorded(("n-1", "heat", "KZ-10", FAR))
    found = verdict(known, root, changed("plants", {"plant_id": plant}), changed("networks", {}))
    assert _warned(found) == [
        ("plants", "other-region", 2, "region", {"region": region}),
        ("networks", "other-region", 2, "region", {"region": "KZ-10"}),
    ]


def test_a_row_that_fell_is_not_compared(root, data):
    plant = data.plants.index[data.plants["region"] != "KZ-55"][0]
    found = verdict(data, root, changed("plants", {"plant_id": plant, "kind": "x"}))
    assert places(found) == [("unknown-code", 2, "kind")]


# -- lengths ----------------------------------------------------------------------------------


def test_networks_of_a_sector_that_shrank_by_half_are_said_once(root, recorded):
    known = recorded(("n-9", "heat", "KZ-55", FAR), ("n-8", "water", "KZ-55", FAR))
    rows = [{}, {"network_id": "n-2", "sector": "water", "geometry": FAR}]
    assert _warned(verdict(known, root, changed("networks", *rows))) == [
        (
            "networks",
            "length-shrank",
            2,
            "length_km",
            {"before": 6.8, "after": 2.6, "subject": "KZ-55 heat"},
        )
    ]


def test_networks_that_grew_or_are_new_are_no_news(root, recorded):
    known = recorded(("n-9", "heat", "KZ-55", LINE))
    rows = [{"geometry": FAR}, {"network_id": "n-2", "sector": "gas"}]
    assert _warned(verdict(known, root, changed("networks", *rows))) == []
    assert _warned(verdict(recorded(), root, changed("networks", *rows))) == []


@pytest.mark.parametrize(
    ("after", "said"), [("50", True), ("10", True), ("51", False), ("", False)]
)
def test_an_entity_or_project_that_shrank_is_said(root, data, world, after, said):
    entity, project = data.entities.index[0], data.projects.index[1]
    known = world(
        (entity, "length_km", "100", "2025-01-01"), (project, "length_km", "100", "2025-01-01")
    )
    found = verdict(
        known,
        root,
        changed(
            "entities",
            {"entity_id": entity, "length_km": after, "region": data.entities.at[entity, "region"]},
        ),
        changed(
            "projects",
            {
                "project_id": project,
                "length_km": after,
                "region": data.projects.at[project, "region"],
            },
        ),
    )
    after_km = float(after or 0)
    assert _warned(found) == said * [
        (
            table,
            "length-shrank",
            2,
            "length_km",
            {"before": 100.0, "after": after_km, "subject": subject},
        )
        for table, subject in (("entities", entity), ("projects", project))
    ]


# -- wear -------------------------------------------------------------------------------------


@pytest.fixture
def idle(data):
    """A plant of record that no project of record works on."""
    return next(one for one in data.plants.index if one not in set(data.projects["plant_id"]))


def _worn(root, data, known, plant, wear, *projects):
    row = data.plants.loc[plant]
    sent = {"plant_id": plant, "wear_percent": wear, "region": row["region"]}
    place = {"lat": str(row["lat"]), "lon": str(row["lon"])}
    tables = [changed("plants", sent | place)]
    return verdict(known, root, *tables, *([changed("projects", *projects)] if projects else []))


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("60", "50", True),
        ("60", "58.9", True),
        ("60", "59", False),
        ("60", "70", False),
        (">80", "70", True),
        (">80", "<90", False),
        ("60", "", False),
    ],
)
def test_wear_that_fell_without_a_project_is_said(root, data, world, idle, before, after, said):
    known = world((idle, "wear_percent", before, "2025-01-01"))
    assert _warned(_worn(root, data, known, idle, after)) == said * [
        ("plants", "wear-fell", 2, "wear_percent", {"before": before, "after": after})
    ]


@pytest.mark.parametrize(
    ("status", "link", "said"),
    [("design", True, False), ("cancelled", True, True), ("design", False, True)],
)
def test_a_project_of_the_file_explains_it(root, data, world, idle, status, link, said):
    known = world((idle, "wear_percent", "60", "2025-01-01"))
    project = {
        "status": status,
        "plant_id": idle if link else "",
        "region": data.plants.at[idle, "region"],
    }
    found = _worn(root, data, known, idle, "50", project)
    assert [p.code for p in found.problems] == ["wear-fell"] * said


def test_a_project_of_record_explains_it_until_the_file_cancels_it(root, data, world):
    project, plant = next((i, p) for i, p in data.projects["plant_id"].items() if p)
    known = world(
        (plant, "wear_percent", "60", "2025-01-01"), (project, "status", "design", "2025")
    )
    others = data.projects.index[data.projects["plant_id"] == plant].drop(project)
    known = replace(known, projects=data.projects.drop(others))
    assert _warned(_worn(root, data, known, plant, "50")) == []
    region = data.projects.at[project, "region"]
    ended = {"project_id": project, "status": "cancelled", "region": region}
    assert [p.code for p in _worn(root, data, known, plant, "50", ended).problems] == ["wear-fell"]


def test_the_record_is_that_of_today(root, data, world, idle):
    known = world((idle, "wear_percent", "60", "2027-01-01"))
    assert _warned(_worn(root, data, known, idle, "50")) == []


# -- what the record does not know either -----------------------------------------------------


def test_a_value_that_the_record_lacks_too_may_be_missing(root, data, world):
    project = data.projects.index[1]
    row = {"project_id": project, "region": data.projects.at[project, "region"]}
    known = world((project, "funding", "budget", "2025-01-01"))
    found = verdict(known, root, changed("projects", row | {"status": "", "funding": ""}))
    assert places(found) == [("missing-value", 2, "funding")]
    assert verdict(known, root, changed("projects", row | {"status": ""})).accepted == 1
    assert verdict(known, root, changed("projects", {"status": ""})).accepted == 0
