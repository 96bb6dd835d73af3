"""A sample of the hostile benchmark: nothing crashes, hangs, passes unseen or lacks words."""

import random

import pytest

from benchmarks import hostile, spoil
from meks_geo.intake import checking
from meks_geo.registers import read_schemas

CASES = 210
SEED = 20261122


@pytest.fixture(scope="module")
def check(root, data):
    schemas = read_schemas(root / "data")
    return lambda raw: checking.check(raw, data, schemas, today=hostile.TODAY)


def test_valid_files_of_every_kind_pass(check, tmp_path):
    truth = hostile.original()
    for kind in spoil.make.KINDS:
        content = spoil.make.valid(kind, spoil.ROWS)
        case = spoil.Case(kind, f"networks.{spoil.make.ENDINGS[kind]}", content, intact=True)
        outcome = hostile.examine(case, tmp_path, check, truth)
        assert (outcome["outcome"], outcome["fault"]) == ("passed", ""), kind


def test_broken_files_are_refused_or_cleaned(check):
    found = [one for _, one in hostile.outcomes(SEED, range(CASES), check)]
    assert [one for one in found if one["fault"]] == []
    assert {one["outcome"] for one in found} == {"passed", "found", "refused"}


def test_a_false_accept_is_noticed(check, tmp_path):
    content = spoil.make.valid("csv", spoil.ROWS)
    spoilt = spoil.Case("csv", "networks.csv", content, frozenset({"hn-000001"}))
    other = spoil.Case("csv", "networks.csv", content.replace(b"heat", b"gas"), intact=True)
    for case in (spoilt, other):
        outcome = hostile.examine(case, tmp_path, check, hostile.original())
        assert outcome["fault"].startswith("false accept")


def test_the_same_number_is_the_same_case():
    spoiler, again = spoil.Spoiler(SEED), spoil.Spoiler(SEED)
    numbers = random.Random(1).sample(range(10_000), 20)  # noqa: S311
    for number in numbers:
        one, two = spoiler.case(number), again.case(number)
        assert (one.way, one.name, one.spoilt) == (two.way, two.name, two.spoilt)


@pytest.mark.parametrize("statement", spoil.STATEMENTS)
def test_every_statement_changes_the_package(statement):
    whole = spoil.make.valid("gpkg", spoil.ROWS)
    assert spoil.by_sql(whole, statement) != whole
