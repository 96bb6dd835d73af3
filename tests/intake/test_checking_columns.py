"""The cells: codes by word, numbers, dates, formulas; each fault with row, column and value."""

import pytest
from builders_checking import NETWORK, PLANT, changed, places, table, verdict

from meks_geo import i18n
from meks_geo.intake import spelling
from meks_geo.vocabulary import LISTS, Lang


@pytest.fixture
def check(data, root):
    return lambda *tables, **further: verdict(data, root, *tables, **further)


def _cell(check, name, **change):
    """Faults of the changed cell of one good row, with whether the row passed."""
    found = check(changed(name, change))
    assert {p.column for p in found.problems} <= change.keys()
    assert {p.row for p in found.problems} <= {2}
    return [p.code for p in found.problems], found.accepted == 1


@pytest.mark.parametrize(
    ("name", "change", "code"),
    [
        ("networks", {"wear_percent": "abc"}, "not-a-number"),
        ("networks", {"wear_percent": "nan"}, "not-a-number"),
        ("networks", {"length_km": "inf"}, "not-a-number"),
        ("networks", {"length_km": "1e400"}, "out-of-range"),
        ("networks", {"diameter_mm": "500 мм"}, "not-a-number"),
        ("networks", {"wear_percent": "101"}, "out-of-range"),
        ("networks", {"built_year": "1850"}, "out-of-range"),
        ("networks", {"built_year": "1961.5"}, "not-a-number"),
        ("networks", {"wear_date": "31.12.2024"}, "bad-date"),
        ("networks", {"wear_date": "2026-11-23"}, "future-date"),
        ("networks", {"wear_date": "2027"}, "future-date"),
        ("projects", {"stated_on": "2026-12"}, "future-date"),
        ("networks", {"sector": "teplo"}, "unknown-code"),
        ("networks", {"region": "KZ-99"}, "unknown-code"),
        ("networks", {"network_id": ""}, "missing-value"),
        ("networks", {"network_id": "n_1"}, "bad-id"),
        ("networks", {"network_id": "n" * 81}, "bad-id"),
        ("networks", {"sector": ""}, "missing-value"),
        ("networks", {"region": ""}, "missing-value"),
        ("plants", {"name_ru": ""}, "missing-value"),
        ("plants", {"name_ru": "ы" * 2001}, "out-of-range"),
        ("plants", {"lat": ""}, "missing-value"),
        ("projects", {"source_url": "javascript:alert(1)"}, "unknown-code"),
        ("projects", {"status": ""}, "missing-value"),
    ],
)
def test_a_faulty_cell_rejects_its_row(check, name, change, code):
    assert _cell(check, name, **change) == ([code], False)


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("networks", {"wear_percent": ">80"}),
        ("networks", {"wear_percent": "65-70"}),
        ("networks", {"wear_date": "2026-11-22"}),
        ("networks", {"wear_date": "2026"}),
        ("projects", {"completion": "2029-Q1", "start_year": "2030"}),
        ("plants", {"name_ru": "<script>alert(1)</script>"}),
        ("projects", {"source_url": "https://example.kz"}),
    ],
)
def test_a_good_cell_is_no_news(check, name, change):
    assert _cell(check, name, **change) == ([], True)


def test_a_decimal_comma_is_read_and_said(check):
    found = check(changed("networks", {"wear_percent": "57,3", "length_km": "2,61"}))
    assert places(found) == [
        ("decimal-comma", 2, "wear_percent"),
        ("decimal-comma", 2, "length_km"),
    ]
    assert {p.severity for p in found.problems} == {"warning"}
    (row,) = found.tables["networks"].frame.to_dict("records")
    assert (row["wear_percent"], row["length_km"]) == ("57.3", 2.61)
    assert found.problems[0].params["read_as"] == "57.3"


def test_each_label_of_each_list_means_one_code():
    for name, codes in LISTS.items():
        for lang in Lang:
            for code in codes:
                label = i18n.label(lang, name, code)
                assert spelling.of_list(name).find(f" {label.upper()} ") == code
                assert spelling.of_list(name).find(code) == code


def test_codes_and_regions_may_be_words_and_are_kept_as_codes(check, data):
    for name in ("name_kk", "name_ru", "name_en"):
        written = data.regions.at["KZ-55", name]
        found = check(changed("networks", {"region": f" {written.lower()} "}))
        assert found.tables["networks"].frame["region"].tolist() == ["KZ-55"]
    for lang in Lang:
        found = check(changed("networks", {"sector": i18n.label(lang, "sector", "heat").lower()}))
        assert found.tables["networks"].frame["sector"].tolist() == ["heat"]


def test_an_unknown_code_comes_with_the_nearest_word(check):
    changes = {"sector": "Теплоснабжени", "region": "Павлодарская обл"}
    found = check(changed("networks", changes))
    near = {p.column: p.params["nearest"] for p in found.problems}
    assert near == {"sector": "Теплоснабжение", "region": "Павлодарская область"}


def test_the_first_row_of_an_id_is_kept_and_each_later_one_named(check):
    found = check(changed("plants", {}, {}, {"plant_id": "p-2"}, {}))
    assert places(found) == [("duplicate-id", 3, "plant_id"), ("duplicate-id", 5, "plant_id")]
    assert found.tables["plants"].numbers.tolist() == [2, 4]


def test_all_faults_of_all_rows_come_at_once_in_the_order_of_the_sheet(check):
    found = check(
        changed(
            "networks",
            {"sector": "x", "wear_percent": "y"},
            {"network_id": "n-2"},
            {"network_id": "", "region": ""},
        )
    )
    assert places(found) == [
        ("unknown-code", 2, "sector"),
        ("not-a-number", 2, "wear_percent"),
        ("missing-value", 4, "network_id"),
        ("missing-value", 4, "region"),
    ]
    assert found.accepted == 1


def test_a_formula_with_a_number_is_a_warning_and_any_other_an_error(check):
    rows = [
        NETWORK | {"network_id": "a", "wear_percent": "50", "operator": "x"},
        NETWORK | {"network_id": "b", "wear_percent": "", "operator": "x"},
        NETWORK | {"network_id": "c", "wear_percent": "=A1+1", "operator": "x"},
        NETWORK | {"network_id": "d", "wear_percent": "50", "operator": "x"},
        NETWORK | {"network_id": "e", "wear_percent": "500", "operator": "x"},
    ]
    formulas = [(row, "wear_percent") for row in (2, 3, 4, 6)] + [(5, "operator")]
    found = check(table("networks", *rows, formulas=formulas))
    assert [(p.code, p.severity, p.row, p.column) for p in found.problems] == [
        ("formula-cell", "warning", 2, "wear_percent"),
        ("formula-cell", "error", 3, "wear_percent"),
        ("formula-cell", "error", 4, "wear_percent"),
        ("formula-cell", "error", 5, "operator"),
        ("formula-cell", "error", 6, "wear_percent"),
    ]
    assert found.tables["networks"].frame["network_id"].tolist() == ["a"]


def test_a_formula_in_an_unknown_column_is_no_news(check):
    row = NETWORK | {"Foo": "1"}
    found = check(table("networks", row, formulas=[(2, "Foo")]))
    assert places(found) == [("unknown-column", 1, "Foo")]


def test_a_very_long_value_is_shown_short(check):
    found = check(changed("networks", {"wear_percent": "9x" * 1000}))
    assert len(found.problems[0].value) == 200


def test_numbers_and_text_are_typed(check):
    found = check(changed("plants", {"electric_mw": "500", "note": "", "heat_gcal_h": ""}))
    frame = found.tables["plants"].frame
    assert frame["electric_mw"].tolist() == [500.0]
    assert frame["heat_gcal_h"].isna().tolist() == [True]
    assert frame["heat_gcal_h"].dtype == frame["lat"].dtype == float
    assert list(frame.columns) == [
        *("plant_id", "name_ru", "kind", "region", "lat", "lon", "electric_mw", "heat_gcal_h")
    ]
    assert PLANT.keys() <= set(frame.columns)
