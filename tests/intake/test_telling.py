"""A difference in words, and as a list to take away."""

import csv
import io
from datetime import date

import geopandas as gpd
import intakes
import pytest
import shapely

from meks_geo.intake import listing, telling
from meks_geo.intake.compare import TABLES, Change, Difference, TableDifference, Totals
from meks_geo.intake.telling import Told
from meks_geo.measure import WGS84

NOTHING = TableDifference((), {}, (), 0)
TOTALS = Totals(0, 0, 0, 0, 0, 0.0, None, 0.0, 0.0)


def told(store, data, lang, **tables):
    whole = {name: tables.get(name, NOTHING) for name in TABLES}
    found = Difference("a", "b", date(2026, 11, 22), whole, TOTALS, TOTALS, {})
    return list(telling.lines(found, data, data, store.schemas(), lang))


def one_change(store, data, lang, table, subject, change):
    changed = TableDifference((), {subject: (change,)}, (), 0)
    (line,) = told(store, data, lang, **{table: changed})
    return line


def test_what_goes_stands_before_what_changes_and_what_comes(store, data):
    change = {"aksu-gres": (Change("wear_percent", "60", "64", "2025", "2026-02-01"),)}
    lines = told(
        store, data, "en", plants=TableDifference(("balkhash-npp",), change, ("astana-chp-1",), 0)
    )
    assert [one.state for one in lines] == ["removed", "changed", "added"]
    assert [one.id for one in lines] == ["astana-chp-1", "aksu-gres", "balkhash-npp"]
    assert all(one.name for one in lines)


def test_a_changed_figure_has_unit_and_days(store, data):
    change = Change("wear_percent", "60", ">80", "2025", "2026-02-01")
    line = one_change(store, data, "ru", "plants", "aksu-gres", change)
    assert (line.field, line.old, line.new) == ("Износ", "60\u00a0%", ">80\u00a0%")
    assert (line.old_date, line.new_date) == ("2025", "01.02.2026")


def test_codes_and_references_are_named(store, data):
    line = one_change(store, data, "en", "plants", "aksu-gres", Change("region", "KZ-55", "KZ-10"))
    assert line.old.startswith("Pavlodar")
    assert line.new.startswith("Abai")
    line = one_change(store, data, "ru", "plants", "aksu-gres", Change("kind", "chp", "hydro"))
    assert (line.old, line.new) == ("ТЭЦ", "ГЭС")


def test_values_that_print_alike_are_told_apart(store, data):
    change = Change("lat", "52.11861", "52.1186")
    line = one_change(store, data, "en", "plants", "aksu-gres", change)
    assert (line.old, line.new) == ("52.11861", "52.1186")


def test_unknown_is_empty(store, data):
    line = one_change(store, data, "en", "plants", "aksu-gres", Change("electric_mw", "", "5"))
    assert (line.old, line.new) == ("", "5\u00a0MW")


def test_a_line_has_its_sector_and_a_new_course_is_said(store, data):
    frame = gpd.GeoDataFrame(
        {"sector": ["heat"], "region": ["KZ-55"]},
        geometry=[shapely.LineString([(76, 52), (77, 52)])],
        index=["n1"],
        crs=WGS84,
    )
    own = intakes.holding(data, frame)
    line = one_change(store, own, "en", "networks", "n1", Change("geometry", "", ""))
    assert (line.name, line.new) == ("Heat supply", "drawn anew")


# -- lists -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("lang", "separator"), [("en", ","), ("ru", ";"), ("kk", ";")])
def test_a_list_opens_in_a_program_for_tables(lang, separator):
    content = listing.difference_csv([Told("added", "plants", "p", "Name")], lang)
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=separator))
    assert rows[0] == list(listing.difference_heads(lang))
    assert rows[1][2:4] == ["p", "Name"]


@pytest.mark.parametrize("text", ["=1+1", "+7 705", "-x", "@cmd", "\t=1", "\r=1", "+", "-"])
def test_a_text_never_becomes_a_formula(text):
    content = listing.to_csv(["a"], [[text]], "en").decode("utf-8-sig")
    (_, (cell,)) = csv.reader(io.StringIO(content, newline=""))
    assert cell == f"'{text}"


@pytest.mark.parametrize("text", ["-5", "+4.25", "text = 1", "", "a-b"])
def test_numbers_and_plain_texts_stay_as_they_are(text):
    content = listing.to_csv(["a", "b"], [[text, 7]], "en").decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(content)))[1] == [text, "7"]
