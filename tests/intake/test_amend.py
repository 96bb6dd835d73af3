"""What an accepted file changes: only what differs, as cells, claims with a day, and networks."""

from datetime import date

import intakes
import pandas as pd
import pytest
from intakes import ENTITY, NEW, PROJECT, SHIPPED, TODAY, lines, shipped_plant, table

from meks_geo import facts
from meks_geo.intake.amend import amendment, still_needed
from meks_geo.store import Store


@pytest.fixture(scope="module")
def record(small_home):
    """The map of record that files are compared with; `take` says what one of them would change."""
    return Store(root=small_home, var=small_home / "var")


@pytest.fixture(scope="module")
def before(record):
    return record.dataset()


@pytest.fixture
def take(record, before):
    def change(data=before, **more):
        return intakes.amendment(record, data, **more)

    return change


def said(amended):
    return {
        (row.subject_id, row.attribute): (row.value, row.stated_on)
        for row in amended.claims.itertuples()
    }


def cells(amended):
    return {(row.id, row.column): row.value for row in amended.cells.itertuples()}


def test_what_only_repeats_changes_nothing(take, before):
    known = {n: f.value for n, f in facts.figures(before, SHIPPED, TODAY).items()}
    row = shipped_plant(before, electric_mw=float(known["electric_mw"]), operator=known["operator"])
    amended = take(plants=table([row]))
    assert [len(frame) for frame in amended.frames.values()] == [0] * 6


def test_empty_cells_say_nothing(take):
    row = {"plant_id": SHIPPED, "name_ru": "", "lat": float("nan"), "electric_mw": float("nan")}
    row |= {"operator": "", "wear_percent": "", "wear_date": "2026-01-01", "stage": ""}
    amended = take(plants=table([row]))
    assert [len(frame) for frame in amended.frames.values()] == [0] * 6


def test_of_a_known_object_only_the_cells_that_differ(take, before):
    amended = take(plants=table([shipped_plant(before, name_en="Other", lat=52.25)]))
    assert cells(amended) == {
        (SHIPPED, "name_en"): "Other",
        (SHIPPED, "lat"): "52.25",
        (SHIPPED, "location_source_id"): amended.sources["source_id"].item(),
    }
    assert amended.claims.empty


def test_a_new_object_says_its_id_and_is_official_unless_it_says_otherwise(take):
    amended = take(plants=table([NEW, {**NEW, "plant_id": "b-chp", "provenance": "press"}]))
    found = cells(amended)
    assert found["new-chp", "plant_id"] == "new-chp"
    assert found["new-chp", "provenance"] == "official"
    assert found["b-chp", "provenance"] == "press"
    assert found["new-chp", "lat"] == "52.3"
    assert set(amended.sources["provenance"]) == {"official", "press"}


def test_a_changed_figure_is_a_claim_of_the_day_of_publication_sourced_to_the_file(take, before):
    amended = take(plants=table([shipped_plant(before, electric_mw=123.5, stage="closed")]))
    assert said(amended) == {
        (SHIPPED, "electric_mw"): ("123.5", "2026-11-22"),
        (SHIPPED, "stage"): ("closed", "2026-11-22"),
    }
    (source,) = amended.sources.to_dict("records")
    assert set(amended.claims["source_id"]) == {source["source_id"]}
    assert (source["title"], source["publisher"]) == ("map.xlsx", "Aigul")
    assert (source["date"], source["provenance"]) == ("2026-11-22", "official")
    assert set(amended.claims["standing"]) == {"stands"}


@pytest.mark.parametrize(
    ("day", "stated"),
    [
        ("2026-10-01", "2026-10-01"),
        ("2025", "2025"),
        ("2026-Q3", "2026-Q3"),
        ("2026-11-22", "2026-11-22"),
        ("2026", "2026-11-22"),
        ("2026-11", "2026-11-22"),
        ("", "2026-11-22"),
    ],
)
def test_wear_is_stated_on_the_day_of_its_row_once_that_day_is_over(take, before, day, stated):
    row = shipped_plant(before, wear_percent=">80", wear_basis="inspection", wear_date=day)
    amended = take(plants=table([{**row, "electric_mw": 5.0}]))
    assert said(amended) == {
        (SHIPPED, "wear_percent"): (">80", stated),
        (SHIPPED, "wear_basis"): ("inspection", stated),
        (SHIPPED, "electric_mw"): ("5", "2026-11-22"),
    }


def test_all_of_a_project_is_stated_on_the_day_of_its_row(take):
    row = {
        "project_id": PROJECT, "status": "completed", "cost_bn_kzt": 7.25, "completion": "2031-Q1",
        "stated_on": "2026-05-05", "source_title": "Decree 5", "source_url": "https://e.kz/5",
    }  # fmt: skip
    amended = take(projects=table([row]))
    assert said(amended) == {
        (PROJECT, "status"): ("completed", "2026-05-05"),
        (PROJECT, "cost_bn_kzt"): ("7.25", "2026-05-05"),
        (PROJECT, "completion"): ("2031-Q1", "2026-05-05"),
    }
    (source,) = amended.sources.to_dict("records")
    assert (source["title"], source["url"]) == ("Decree 5", "https://e.kz/5")


def test_rows_that_name_a_document_have_that_for_their_source(take):
    row = {"status": "design", "funding": "budget", "region": "KZ-55", "name_ru": "П"}
    rows = [
        {**row, "project_id": "a"},
        {**row, "project_id": "b", "source_title": "Decree 5"},
        {**row, "project_id": "c", "source_title": "Decree 5"},
        {**row, "project_id": "d", "source_title": "Decree 6", "provenance": "press"},
    ]
    amended = take(projects=table(rows))
    titles = amended.sources.set_index("source_id")["title"]
    of_project = {r.subject_id: titles[r.source_id] for r in amended.claims.itertuples()}
    assert of_project == {"a": "map.xlsx", "b": "Decree 5", "c": "Decree 5", "d": "Decree 6"}
    assert len(titles) == 3


def test_a_dated_value_that_is_known_since_another_day_is_said_anew(small, take):
    row = shipped_plant(small.dataset(), wear_percent="77", wear_date="2026-03-01")
    intakes.send(small, plants=table([row]))
    data = small.dataset()
    assert take(data, plants=table([row])).claims.empty
    assert take(data, plants=table([{**row, "wear_date": ""}])).claims.empty
    later = take(data, plants=table([{**row, "wear_date": "2026-09-01"}]))
    assert said(later) == {(SHIPPED, "wear_percent"): ("77", "2026-09-01")}
    assert said(take(data, plants=table([{**row, "wear_percent": "77.0"}]))) == {}


def test_the_last_word_on_one_day_is_known_and_the_one_before_it_is_not(small, take):
    row = shipped_plant(small.dataset(), wear_date="2026-03-01")
    for percent in ("70", "80"):
        intakes.send(small, plants=table([{**row, "wear_percent": percent}]))
    data = small.dataset()
    assert take(data, plants=table([{**row, "wear_percent": "80"}])).claims.empty
    assert len(take(data, plants=table([{**row, "wear_percent": "70"}])).claims) == 1


def test_the_order_of_rows_makes_no_difference(record, before):
    rows = [
        shipped_plant(before, electric_mw=1.0, lat=52.2),
        NEW,
        {**NEW, "plant_id": "a-chp", "operator": "Somebody"},
    ]
    turned = lines(5)
    turned = type(turned)(turned.frame.iloc[::-1].reset_index(drop=True), turned.numbers)
    there, back = (
        amendment(
            intakes.verdict(plants=table(plants), networks=networks),
            before,
            record.schemas(),
            intakes.sender(),
        )
        for plants, networks in ((rows, lines(5)), (rows[::-1], turned))
    )
    for name, frame in there.frames.items():
        pd.testing.assert_frame_equal(frame, back.frames[name])


def test_networks_are_replaced_per_region_and_sector_and_typed_by_the_schema(take, record):
    checked = lines(2, region=["KZ-55", "KZ-10"], sector=["heat", "water"], built_year=[1980.0, 0])
    amended = take(networks=checked)
    pairs = [("KZ-10", "water"), ("KZ-55", "heat")]
    assert list(amended.replaced.itertuples(index=False, name=None)) == pairs
    columns = [c.name for c in record.schemas()["networks"].columns]
    assert list(amended.networks.columns) == columns
    assert set(amended.networks["provenance"]) == {"official"}
    assert amended.networks["length_km"].isna().all()
    assert (amended.networks["operator"] == "").all()


def test_objects_are_taken_off_only_on_request_and_only_of_the_regions_of_the_file(take, before):
    plants = table([shipped_plant(before)])
    assert take(plants=plants).removed.empty
    amended = take(plants=plants, replace=True)
    others = set(before.plants.index[before.plants["region"] == "KZ-55"]) - {SHIPPED}
    assert others
    assert set(amended.removed["id"]) == others
    assert set(amended.removed["table"]) == {"plants"}
    assert take(networks=lines(), replace=True).removed.empty


# -- what is still needed ---------------------------------------------------------------------


def places(problems):
    return [(p.code, p.table, p.column, p.value, p.params["nearest"]) for p in problems]


@pytest.fixture
def without_plant(take):
    """A region's file that lacks the shipped plant, with more tables."""

    def make(data=None, **tables):
        more = {"data": data} if data else {}
        return take(**more, plants=table([NEW]), replace=True, **tables)

    return make


def test_an_object_that_something_kept_refers_to_is_still_needed(without_plant, before):
    found = still_needed(without_plant(), before, "map.xlsx")
    assert places(found) == [("dangling-reference", "projects", "plant_id", SHIPPED, PROJECT)]
    assert found[0].file == "map.xlsx"


def test_what_the_file_itself_links_elsewhere_or_takes_off_is_not_needed(without_plant, before):
    row = {"project_id": PROJECT, "region": "KZ-55", "plant_id": "new-chp"}
    assert still_needed(without_plant(projects=table([row])), before, "f") == []
    other = {"project_id": "x", "name_ru": "П", "region": "KZ-55", "plant_id": "new-chp"}
    assert still_needed(without_plant(projects=table([other])), before, "f") == []


def test_what_the_file_newly_refers_to_must_stay(without_plant, before):
    row = {"project_id": "x", "name_ru": "П", "region": "KZ-55", "plant_id": SHIPPED}
    amended = without_plant(projects=table([row]))
    assert places(still_needed(amended, before, "f")) == [
        ("dangling-reference", "projects", "plant_id", SHIPPED, "x")
    ]


def test_lines_need_the_projects_that_they_name(small, take):
    intakes.send(small, networks=lines(2, sector="water", project_ids=["", f"a; {PROJECT}"]))
    data = small.dataset()
    other = {"project_id": "x", "name_ru": "П", "region": "KZ-55"}
    amended = take(data, projects=table([other]), replace=True)
    assert places(still_needed(amended, data, "f")) == [
        ("dangling-reference", "networks", "project_ids", PROJECT, "n-1")
    ]
    amended = take(data, projects=table([other]), networks=lines(1, sector="water"), replace=True)
    assert still_needed(amended, data, "f") == []


def test_entities_and_parents_are_needed_too(take, before):
    link = {"name_ru": "П", "region": "KZ", "entity_id": ENTITY, "parent_id": PROJECT}
    data = before
    amended = take(data, projects=table([{"project_id": "x", **link, "region": "KZ-55"}]))
    entity = {"entity_id": "e", "name_ru": "С", "sector": "heat", "region": "KZ-23"}
    removal = take(data, entities=table([entity]), replace=True)
    both = type(amended)(
        **{
            **{name: getattr(amended, name) for name in ("id", *amended.frames)},
            "removed": pd.concat(
                [removal.removed, removal.removed.assign(table="projects", id=PROJECT)]
            ),
        }
    )
    assert places(still_needed(both, data, "f")) == [
        ("dangling-reference", "projects", "entity_id", ENTITY, "x"),
        ("dangling-reference", "projects", "parent_id", PROJECT, "x"),
    ]


def test_nothing_is_needed_when_nothing_goes(take, before):
    assert still_needed(take(plants=table([NEW])), before, "f") == []


def test_a_day_is_that_of_the_publication(take, before):
    row = shipped_plant(before, electric_mw=9.0)
    amended = take(plants=table([row]), day=date(2026, 12, 31))
    assert said(amended) == {(SHIPPED, "electric_mw"): ("9", "2026-12-31")}
    assert amended.sources["date"].tolist() == ["2026-12-31"]
