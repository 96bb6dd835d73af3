"""What changed between two days: said again, learnt, doubtful, in which order."""

from datetime import date

import pytest

from meks_geo import since
from meks_geo.since import Change, changes, weightiest, year_before

BEFORE, AT = date(2025, 6, 1), date(2026, 6, 1)
ONE, TWO = "semey-chp-3-newbuild", "kokshetau-chp-newbuild"


@pytest.fixture
def between(world):
    """The changes of both projects between the two days, in a world of the claims given."""
    return lambda *rows: changes(world(*rows), BEFORE, AT, [ONE, TWO])


def test_a_new_value_is_a_change_from_the_old_one(between):
    found = between(
        (ONE, "completion", "2027", "2024-01-10"),
        (ONE, "completion", "2029-Q1", "2026-02-16"),
    )
    assert found == (Change(ONE, "completion", "2027", "2029-Q1", "2026-02-16", "abai-kz-01"),)


def test_what_was_not_known_has_no_value_before(between):
    (found,) = between((ONE, "status", "financing", "2026-02-16"))
    assert (found.before, found.now) == ("", "financing")


def test_a_value_said_again_is_no_change(between):
    assert between((ONE, "status", "design", "2024"), (ONE, "status", "design", "2026-02")) == ()


def test_a_number_is_the_same_whatever_its_decimals(between):
    assert (
        between(
            (ONE, "electric_mw", "240", "2024"),
            (ONE, "electric_mw", "240.0", "2026-02-16"),
        )
        == ()
    )


def test_a_deadline_of_the_same_last_day_is_no_change(between):
    assert (
        between(
            (ONE, "completion", "2029-12", "2024"),
            (ONE, "completion", "2029-12-31", "2026-02-16"),
        )
        == ()
    )


def test_what_changed_and_changed_back_is_no_change(between):
    assert (
        between(
            (ONE, "status", "design", "2024"),
            (ONE, "status", "suspended", "2025-10-01"),
            (ONE, "status", "design", "2026-02"),
        )
        == ()
    )


def test_a_doubtful_value_and_one_of_a_register_change_nothing(between):
    assert (
        between(
            (ONE, "status", "design", "2024"),
            (ONE, "status", "completed", "2026-02-16", "doubtful"),
            (TWO, "electric_mw", "240", "2026-02-16", "register"),
        )
        == ()
    )


def test_a_partial_date_counts_from_its_last_day(world):
    of = world((ONE, "status", "design", "2026-06"))
    assert changes(of, BEFORE, date(2026, 6, 29), [ONE]) == ()
    assert len(changes(of, BEFORE, date(2026, 6, 30), [ONE])) == 1


def test_a_statement_of_the_earlier_day_is_no_news(world):
    of = world((ONE, "status", "design", "2025-06-01"))
    assert changes(of, BEFORE, AT, [ONE]) == ()


@pytest.mark.parametrize("at", [BEFORE, date(2024, 1, 1)])
def test_nothing_changes_in_no_time(world, at):
    of = world((ONE, "status", "design", "2023"), (ONE, "status", "financing", "2024-12-31"))
    assert changes(of, BEFORE, at, [ONE]) == ()


def test_the_newest_comes_first_then_the_order_of_the_subjects(between):
    found = between(
        (TWO, "cost_bn_kzt", "300", "2026-01-05"),
        (ONE, "cost_bn_kzt", "200", "2026-01-05"),
        (ONE, "status", "design", "2026-03-01"),
    )
    assert [(c.subject, c.attribute) for c in found] == [
        (ONE, "status"),
        (ONE, "cost_bn_kzt"),
        (TWO, "cost_bn_kzt"),
    ]


def test_a_subject_given_twice_is_counted_once_and_one_not_known_gives_nothing(world):
    of = world((ONE, "status", "design", "2026-03-01"))
    assert len(changes(of, BEFORE, AT, [ONE, "no-such-thing", ONE])) == 1


def test_the_weightiest_comes_first_and_what_was_known_before_what_was_learnt():
    def made(attribute, before):
        return Change(ONE, attribute, before, "x", "2026-01-01", "abai-kz-01")

    learnt, slipped, fuel = (
        made("status", ""),
        made("completion", "2027"),
        made("fuel", "coal"),
    )
    assert weightiest([learnt, fuel, slipped]) == (slipped, fuel, learnt)


def test_every_weight_is_an_attribute(data):
    assert set(since.WEIGHT) <= set(data.attributes)


@pytest.mark.parametrize(
    ("day", "wanted"),
    [(date(2026, 11, 22), date(2025, 11, 22)), (date(2028, 2, 29), date(2027, 2, 28))],
)
def test_a_year_before_is_the_same_day(day, wanted):
    assert year_before(day) == wanted


def test_the_map_of_record_tells_of_slipped_deadlines(data):
    subjects = [*data.projects.index]
    found = changes(data, date(2025, 1, 1), date(2026, 6, 1), subjects)
    slipped = [c for c in found if c.attribute == "completion" and c.before]
    assert slipped
    assert {c.source for c in found} <= set(data.sources)
