"""The tables beside a map: the worst and the costliest first, nothing made up, nothing unknown."""

from dataclasses import replace
from datetime import date

import geopandas as gpd
import intakes
import pytest
from shapely import LineString

from meks_geo import measure, queries, standouts
from meks_geo.view import View

AT = date(2026, 4, 8)
WEAR = (
    ("almaty-chp-1", "wear_percent", "71.5", "2024-01-01"),
    ("almaty-chp-2", "wear_percent", ">85", "2025-03-01"),
    ("astana-chp-1", "wear_percent", "65-70", "2023"),
    ("astana-chp-1", "zone_declared", "red", "2026-02-16"),
    ("astana-chp-2", "electric_mw", "360", "2024-01-01"),
)
COST = (
    ("meks", "cost_bn_kzt", "12800", "2024-01-01"),
    ("kokshetau-chp-newbuild", "cost_bn_kzt", "356", "2025-01-01"),
    ("semey-chp-3-newbuild", "cost_bn_kzt", "578", "2025-01-01"),
    ("semey-chp-3-newbuild", "status", "procurement", "2025-01-01"),
    ("oskemen-chp-3-newbuild", "status", "design", "2025-01-01"),
)


def tables(data, lang="en", **asked):
    view = View(lang=lang, at=AT, **asked)
    return standouts.tables(data, queries.select(data, view))


def test_the_most_worn_stand_first_and_bounds_by_their_least(world):
    (worn,) = tables(world(*WEAR))
    assert [row[3] for row in worn.rows] == [">85%", "71.5%", "65\u201370%"]
    assert worn.total == 3
    assert worn.rows[2][2] == "Red"
    assert worn.rows[0][2] == "—"


def test_the_programme_is_not_beside_its_projects(world):
    (cost,) = tables(world(*COST))
    assert [row[3] for row in cost.rows] == ["578.0", "356.0"]
    assert cost.total == 2
    assert cost.rows[0][1] == "Procurement"
    assert cost.rows[1][1] == "—"


def test_what_nobody_knows_makes_no_table(world):
    assert tables(world()) == ()


def test_nothing_stated_later_than_the_day_is_told(world):
    assert tables(world(("almaty-chp-1", "wear_percent", "71.5", "2026-05-01"))) == ()


def test_only_what_the_filter_lets_through_is_told(world):
    (worn,) = tables(world(*WEAR), region=("KZ-71",))
    assert [row[3] for row in worn.rows] == ["65\u201370%"]


@pytest.mark.parametrize(("lang", "said"), [("kk", "синтет"), ("ru", "синтет"), ("en", "synth")])
def test_what_is_made_up_says_so(world, data, lang, said):
    plants = data.plants.copy()
    plants.loc["almaty-chp-1", "provenance"] = "synthetic"
    made = world(*WEAR, plants=plants)
    seen = ("official", "press", "schematic", "synthetic")
    (worn,) = tables(made, lang, provenance=seen)
    assert sum(said in row[0].lower() for row in worn.rows) == 1
    (without,) = tables(made, lang)
    assert without.total == worn.total - 1


def test_a_long_table_is_cut_and_counted(data):
    for table in tables(data):
        assert len(table.rows) == min(table.total, standouts.MOST_ROWS)
        assert all(len(row) == len(table.columns) for row in table.rows)


def test_figures_are_equal_in_three_languages(data):
    figures = [
        [
            ["".join(filter(str.isdigit, row[3])) for row in table.rows]
            for table in tables(data, one)
        ]
        for one in ("kk", "ru", "en")
    ]
    assert figures[0] == figures[1] == figures[2]


# -- networks --------------------------------------------------------------------------------------


def lines(*rows):
    """Lines of a degree each by region, wear and provenance."""
    shapes = [LineString([(70 + n, 50), (71 + n, 50)]) for n in range(len(rows))]
    return gpd.GeoDataFrame(
        {
            "sector": "heat",
            "region": [region for region, *_ in rows],
            "wear_percent": [wear for _, wear, _ in rows],
            "wear_date": "2025-01-01",
            "provenance": [provenance for *_, provenance in rows],
        },
        index=[f"l-{n}" for n in range(len(rows))],
        geometry=shapes,
        crs=measure.WGS84,
    )


def test_regions_stand_in_the_order_of_their_red_kilometres(world):
    held = intakes.holding(
        world(),
        lines(
            ("KZ-55", "90", "official"), ("KZ-35", "90", "official"), ("KZ-35", "90", "press"),
            ("KZ-35", "10", "official"), ("KZ-10", "10", "official"), ("KZ-55", "95", "synthetic"),
        ),
    )  # fmt: skip
    seen = ("official", "press", "schematic", "synthetic")
    (red,) = tables(replace(held, revision="r-red"), provenance=seen)
    assert [row[0] for row in red.rows] == ["Karaganda", "Pavlodar"]
    assert [row[3] for row in red.rows] == ["67%", "100%"]  # without what is made up
    assert red.total == 2


def test_a_view_of_a_sector_has_its_networks_first(world):
    rows = lines(("KZ-55", "90", "official"), ("KZ-35", "90", "official"))
    held = replace(intakes.holding(world(*WEAR), rows), revision="r-first")
    assert [len(one.columns) for one in tables(held)] == [5, 4]
    assert [len(one.columns) for one in tables(held, sector=("heat",))] == [4, 5]


def test_one_region_alone_is_not_ranked(world):
    held = intakes.holding(world(), lines(("KZ-55", "90", "official"), ("KZ-55", "9", "official")))
    assert tables(replace(held, revision="r-one")) == ()
