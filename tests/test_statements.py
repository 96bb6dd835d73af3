"""Statements: what stands at a place, how it is printed, and how it is read back."""

from datetime import date

import pytest

from meks_geo.exports import statements
from meks_geo.exports.statements import NONE, Says, fact_now, holds, number_in, printed, read

DAY = date(2026, 11, 22)
PROJECT = "kokshetau-chp-newbuild"


def test_a_fact_has_value_unit_and_source(data):
    says = fact_now(data, PROJECT, "cost_bn_kzt", DAY)
    assert (says.value, says.unit) == (356, "bn KZT")
    assert says.source in data.sources
    assert says.is_fact


def test_what_is_not_known_is_none_and_printed_as_such(data):
    before = fact_now(data, PROJECT, "cost_bn_kzt", date(2000, 1, 1))
    assert before.value is None
    assert printed(data, "ru", before) == NONE


def test_a_thing_or_attribute_that_is_not_there(data):
    assert fact_now(data, "no-such-thing", "cost_bn_kzt", DAY) is None
    assert fact_now(data, PROJECT, "no_such_attribute", DAY) is None


@pytest.mark.parametrize(
    ("lang", "bare", "whole"),
    [
        ("kk", "1\u00a0234,5", "1\u00a0234,5\u00a0млрд\u00a0₸"),
        ("ru", "1\u00a0234,5", "1\u00a0234,5\u00a0млрд\u00a0₸"),
        ("en", "1,234.5", "1,234.5\u00a0bn KZT"),
    ],
)
def test_a_number_is_printed_and_read_in_each_language(data, lang, bare, whole):
    says = Says(PROJECT, "cost_bn_kzt", 1234.5, "bn KZT")
    assert printed(data, lang, says) == bare
    assert printed(data, lang, says, unit=True).split() == whole.split()
    assert number_in(lang, bare) == number_in(lang, whole, "bn KZT") == 1234.5


def test_a_year_is_not_grouped(data):
    says = Says("pavlodar-chp-2", "commissioned_year", 1961, "year")
    assert {printed(data, lang, says) for lang in ("kk", "ru", "en")} == {"1961"}


@pytest.mark.parametrize(
    ("text", "wanted", "same"),
    [
        ("1 234,5", "1\u00a0234,5", True),
        ("1234,50", "1\u00a0234,5", True),
        ("1 234,5 млрд ₸", "1\u00a0234,5", True),
        ("\u221212", "-12", True),
        ("65-70", "65\u201370", True),
        ("1 234,6", "1\u00a0234,5", False),
        ("11 234,5", "1\u00a0234,5", False),
        ("около 1 234,5", "1\u00a0234,5", False),
        (">80", "80", False),
        ("", "1", False),
        (NONE, "1", False),
    ],
)
def test_a_text_holds_the_same_words_or_the_same_number(text, wanted, same):
    assert holds("ru", text, wanted, "bn KZT") is same


@pytest.mark.parametrize(
    ("attribute", "text", "value"),
    [
        ("cost_bn_kzt", "400,5 млрд ₸", 400.5),
        ("cost_bn_kzt", "400", 400),
        ("cost_bn_kzt", "много", "много"),
        ("cost_bn_kzt", "—", None),
        ("status", "Строительство", "construction"),
        ("status", "почти готов", "почти готов"),
        ("completion", "31.12.2029", "31.12.2029"),
    ],
)
def test_an_edited_text_is_read_as_a_value_where_it_is_one(data, attribute, text, value):
    unit = data.attributes[attribute].unit
    assert read(data, "ru", Says(PROJECT, attribute, "x", unit), text) == value


@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
def test_a_statement_is_named_after_its_thing_and_attribute(data, lang):
    says = fact_now(data, PROJECT, "completion", DAY)
    name = statements.name_of(data, lang, says)
    assert name.startswith(data.projects.loc[PROJECT, f"name_{lang}"])
    assert ": " in name


def test_a_source_is_told_as_on_the_command_line(data):
    says = fact_now(data, PROJECT, "completion", DAY)
    told = statements.source_json(data, says.source)
    assert set(told) == {"id", "title", "url", "date"}
    assert told["id"] == says.source
    assert set(statements.source_json(data, "").values()) == {""}
