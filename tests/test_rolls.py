"""The registers of the programme: what a view lets through, where a lot stands, how many."""

import re
from dataclasses import replace
from datetime import date
from itertools import permutations

import intakes
import pandas as pd
import pytest
import rollbooks

from meks_geo import cards, i18n, rollmap, rolls, rollwords, state, style
from meks_geo.model import ROLLS
from meks_geo.store import Store
from meks_geo.view import View
from meks_geo.vocabulary import ProcurementStage

AT = rollbooks.TODAY
ALL = ("official", "press", "schematic", "synthetic")
LANGS = ("kk", "ru", "en")


@pytest.fixture(scope="module")
def listed(small_home):
    """A revision with the registers of `rollbooks`."""
    home = rollbooks.published(small_home)
    return Store(root=home, var=home / "var").dataset()


def chosen(data, table, **keys):
    return list(rolls.select(data, View(**({"at": AT} | keys)), table).index)


# -- what a view lets through ----------------------------------------------------------------------


def test_a_row_is_known_from_the_day_on_which_it_was_stated(listed):
    assert chosen(listed, "contractors") == ["builder", "everywhere", "later"]
    assert chosen(listed, "contractors", at=date(2026, 8, 31)) == ["builder", "everywhere"]
    assert chosen(listed, "contractors", at=date(2026, 2, 28)) == []


def test_synthetic_rows_come_only_when_they_are_named(listed):
    assert "made-up" in chosen(listed, "contractors", provenance=ALL)
    assert chosen(listed, "contractors", provenance=("synthetic",)) == ["made-up"]


@pytest.mark.parametrize(
    ("table", "keys", "found"),
    [
        ("contractors", {"region": ("KZ-55",)}, ["builder"]),
        ("contractors", {"region": ("KZ-55", "KZ-10")}, ["builder", "later"]),
        ("contractors", {"sector": ("heat",)}, ["builder"]),
        ("contractors", {"sector": ("unknown",)}, ["everywhere", "later"]),
        ("products", {"region": ("KZ-55",)}, ["pipe"]),
        ("products", {"sector": ("heat",)}, ["pipe"]),
        ("products", {"sector": ("water",)}, ["wanted"]),
        ("procurement", {"region": ("KZ-55",)}, ["p1", "p2", "p3", "p4"]),
        ("procurement", {"region": ("KZ-10",)}, []),
    ],
)
def test_region_and_sector_are_those_of_the_row_or_its_owner(listed, table, keys, found):
    assert sorted(chosen(listed, table, **keys)) == found


@pytest.mark.parametrize(
    ("table", "text", "found"),
    [
        ("contractors", "кұрылысшы", ["builder"]),
        ("contractors", "строи ТЕПЛОВЫЕ", ["builder"]),
        ("contractors", "0123456789", ["builder"]),
        ("contractors", "роитель", []),
        ("products", "трубный", ["pipe"]),
        ("products", "24.20.13", ["pipe"]),
        ("procurement", "другой", ["p4"]),
        ("procurement", "строитель", ["p1", "p2", "p3"]),
    ],
)
def test_a_text_is_looked_for_in_names_numbers_and_owners(listed, table, text, found):
    assert sorted(chosen(listed, table, q=text)) == found


def test_nothing_that_is_asked_changes_the_registers(listed):
    before = {name: getattr(listed, name).copy() for name in ROLLS}
    for name in ROLLS:
        rows = rolls.select(listed, View(at=AT, provenance=ALL, q="т"), name)
        rows["provenance"] = "press"
        rollwords.table(listed, rolls.select(listed, View(at=AT), name), name, "ru", AT)
    assert all(getattr(listed, name).equals(frame) for name, frame in before.items())


# -- how many --------------------------------------------------------------------------------------


def test_reported_and_synthetic_rows_are_never_counted_together(listed):
    found = rolls.parts(rolls.select(listed, View(at=AT, provenance=ALL), "contractors"))
    assert [(part.name, len(part.rows)) for part in found] == [("reported", 3), ("synthetic", 1)]
    assert rolls.in_list(listed, "contractors", AT) == 3
    assert rolls.parts(listed.contractors[:0]) == ()


def test_regions_are_counted_with_what_belongs_to_the_country_apart(listed):
    def counts(table):
        rows = rolls.select(listed, View(at=AT), table)
        return rolls.by_region(listed, table, rows)

    assert counts("contractors") == {"KZ-55": 1, "KZ": 1, "KZ-10": 1}
    assert counts("products") == {"KZ-55": 1, "": 1}
    assert counts("procurement") == {"KZ-55": 2}  # lots, not stages
    assert rolls.in_list(listed, "procurement", AT) == 2


def test_published_counts_stand_as_of_the_day(data):
    said = {name: rolls.published(data, name, AT) for name in ROLLS}
    assert {name: figure and figure.value for name, figure in said.items()} == {
        "contractors": "669",
        "manufacturers": "220",
        "products": "2700",
        "procurement": None,
    }
    assert said["products"].claim.stated_on.text == "2025-08-06"
    assert rolls.published(data, "contractors", date(2025, 8, 5)) is None
    assert [rolls.in_list(data, name, AT) for name in ROLLS] == [0, 0, 0, 0]


def test_products_of_a_manufacturer_are_counted_by_kind(listed):
    assert rolls.items(listed, AT) == {("works", False): 1, ("", False): 1}
    assert rolls.items(listed, date(2026, 2, 27)) == {}


# -- where a lot stands ----------------------------------------------------------------------------


def test_a_lot_stands_where_its_newest_known_stage_is(listed):
    def stages(at):
        found = rolls.lots(rolls.select(listed, View(at=at), "procurement"))
        return {lot.lot: [row["procurement_stage"] for row in lot.steps] for lot in found}

    whole = ["announced", "bidding", "contract-signed"]
    assert stages(AT) == {"7-1": whole, "8": ["planned"]}
    assert stages(date(2026, 5, 31))["7-1"] == whole[:2]
    assert stages(date(2026, 2, 1)) == {}


def test_stages_of_one_day_stand_in_the_order_of_a_lots_life(listed):
    rows = listed.procurement.assign(stage_date="2026-02-01")
    (first, _) = rolls.lots(rows)
    assert [row["procurement_id"] for row in first.steps] == ["p1", "p2", "p3"]
    assert list(rolls.stage_counts(rolls.lots(rows))) == [("planned", 1), ("contract-signed", 1)]


STAGES = [str(one) for one in ProcurementStage]


@pytest.mark.parametrize(
    ("steps", "found"),
    [
        # a year holds every day of it: by pairs these three stand in a circle
        ([("2026", 3), ("2026-02", 5), ("2026-05", 1)], [3, 5, 1]),
        ([("2026", 5), ("2026-02", 1), ("2026-05", 3)], [1, 3, 5]),
        ([("2026-03", 2), ("2026-03-05", 1), ("2025", 4)], [4, 1, 2]),
        ([("2026-03-05", 4), ("2026-03-04", 5)], [5, 4]),
    ],
)
def test_stages_have_one_order_however_their_rows_stand(listed, steps, found):
    row = listed.rows["procurement"]["p1"]
    for turned in permutations(steps):
        stages = [{"stage_date": day, "procurement_stage": STAGES[n]} for day, n in turned]
        rows = pd.DataFrame([{**row, **one} for one in stages])
        (lot,) = rolls.lots(rows.drop(columns="procurement_id", errors="ignore"))
        assert [STAGES.index(one["procurement_stage"]) for one in lot.steps] == found


def test_a_lot_of_many_stages_is_in_order_soon(listed):
    row = {**listed.rows["procurement"]["p1"], "stage_date": "2026"}
    row.pop("procurement_id", None)
    rows = pd.DataFrame([{**row, "procurement_stage": STAGES[n % 4]} for n in range(20_000)])
    (lot,) = rolls.lots(rows)
    stages = [STAGES.index(one["procurement_stage"]) for one in lot.steps]
    assert stages == sorted(stages)


def test_lots_with_the_same_number_are_apart_when_one_is_made_up(listed):
    rows = listed.procurement.copy()
    rows.loc["p3", "provenance"] = "synthetic"
    assert [len(lot.steps) for lot in rolls.lots(rows)] == [2, 1, 1]


def test_a_supplier_is_named_by_the_register_or_as_published(listed):
    rows = listed.rows["procurement"]
    assert rolls.supplier(listed, rows["p3"], "kk") == "«Құрылысшы» ЖШС"
    assert rolls.supplier(listed, rows["p4"], "kk") == "Другой"
    assert rolls.supplier(listed, rows["p1"], "kk") == ""


# -- on the card of a project ----------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGS)
def test_the_card_of_a_project_says_how_far_each_lot_is(listed, lang):
    def own(at):
        card = cards.card(listed, state.as_of(listed, at), intakes.PROJECT, lang)
        return next(one for one in card.sections if one.id == intakes.PROJECT)

    lot = i18n.text(lang, "card.procurement_lot", lot="7-1")
    (line,) = [one for one in own(AT).lines if one.label == lot]
    stage = i18n.label(lang, "procurement-stage", "contract-signed")
    assert line.said.value.startswith(stage)
    assert i18n.quantity(lang, 0.04, "bn KZT", 2) in line.said.value
    assert (line.said.source, line.said.url) == ("A list", "https://example.org/l")
    assert [label for label, _ in own(AT).history].count(lot) == 3
    assert lot not in [one.label for one in own(date(2026, 2, 27)).lines]


def test_what_is_made_up_is_on_no_real_card(listed):
    rows = listed.procurement.assign(provenance="synthetic")
    assert rolls.lots_of(replace(listed, procurement=rows), intakes.PROJECT, AT) == ()
    assert len(rolls.lots_of(listed, intakes.PROJECT, AT)) == 2


# -- in words --------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("table", ROLLS)
def test_a_register_has_a_head_for_each_column_and_shows_nothing_as_zero(listed, table, lang):
    shown = rollwords.table(listed, rolls.select(listed, View(at=AT), table), table, lang, AT)
    assert tuple(shown.columns) == rollwords.columns(table)
    heads = [rollwords.head(lang, column) for column in shown.columns]
    assert len(set(heads)) == len(heads)
    numbers = shown[[name for name in shown.columns if name in rollwords.NUMBERS]]
    assert not (numbers == 0).to_numpy().any()


def test_a_lot_is_one_row_where_it_stands(listed):
    rows = rolls.select(listed, View(at=AT), "procurement")
    shown = rollwords.table(listed, rows, "procurement", "en", AT)
    assert list(shown.index) == ["p3", "p4"]
    assert list(shown["procurement_stage"]) == ["Contract signed", "Planned"]
    assert shown["amount_bn_kzt"].isna().tolist() == [False, True]


@pytest.mark.parametrize(("number", "digits"), [(62.5, 1), (1.0, 1), (0.43, 2), (0.004, 3), (0, 1)])
def test_a_small_number_is_not_printed_as_zero(number, digits):
    assert rollwords.digits(number) == digits


# -- on the map ------------------------------------------------------------------------------------


def test_the_map_has_a_number_on_each_region_that_has_rows(data):
    counts = {"KZ-55": 1234, "KZ-10": 7, "KZ-11": 0, "KZ": 5, "": 2}
    drawn = rollmap.svg(data.base, counts, lang="ru", label='Число "<b>')
    assert re.findall(r"<text[^>]*>([^<]*)</text>", drawn) == ["7", "1\u00a0234"]
    assert drawn.count("<path d=") == len(data.base.regions)
    assert 'aria-label="Число &quot;&lt;b&gt;"' in drawn
    assert rollmap.svg(data.base, {}, lang="ru", label="").count("<text") == 0


def test_numbers_keep_apart_also_where_a_city_lies_in_its_region(data):
    every = dict.fromkeys(data.base.regions["region"], 10)
    drawn = rollmap.svg(data.base, every, lang="en", label="")
    spots = [
        tuple(map(float, one)) for one in re.findall(r'<text x="([\d.]+)" y="([\d.]+)"', drawn)
    ]
    assert len(spots) == 20
    gaps = [
        ((x - a) ** 2 + (y - b) ** 2) ** 0.5
        for n, (x, y) in enumerate(spots)
        for a, b in spots[n + 1 :]
    ]
    assert min(gaps) > 18


def test_no_colour_of_wear_is_on_the_map(data):
    drawn = rollmap.svg(data.base, {"KZ-55": 3, "KZ-10": 1}, lang="en", label="").lower()
    for zone in style.load().zones.values():
        assert zone.symbol.lower() not in drawn
