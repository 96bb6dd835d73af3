"""The fold: what is true as of a day, on the real promises of three plants and on any claims."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meks_geo import facts
from meks_geo.errors import UnknownSubjectError

KOKSHETAU = "kokshetau-chp-newbuild"
DAYS = st.dates(date(2020, 1, 1), date(2029, 12, 31))


def _texts(day):
    quarter, half = (day.month + 2) // 3, 1 if day.month <= 6 else 2
    forms = ["{0:%Y}", "{0:%Y-%m}", "{0:%Y-%m-%d}", f"{{0:%Y}}-Q{quarter}", f"{{0:%Y}}-H{half}"]
    return st.sampled_from([form.format(day) for form in forms])


ROWS = st.lists(
    st.tuples(
        st.sampled_from(["2027", "2028", "2029", "2030"]),
        DAYS.flatmap(_texts),
        st.sampled_from(["stands", "stands", "doubtful", "register"]),
    ),
    max_size=8,
)


def values(found):
    return {name: figure.value for name, figure in found.items()}


# -- real rows --------------------------------------------------------------------------------


def test_kokshetau_as_first_agreed(data):
    found = values(facts.figures(data, KOKSHETAU, date(2024, 1, 15)))
    assert found["contractor"] == "Inter RAO - Export"
    assert found["completion"] == "2027"
    assert found["cost_bn_kzt"] == "239"
    assert found["status"] == "approved"


def test_kokshetau_as_of_spring_2026(data):
    found = facts.figures(data, KOKSHETAU, date(2026, 4, 8))
    assert {
        "cost_bn_kzt": "356",
        "heat_gcal_h": "820",
        "completion": "2029-Q1",
        "status": "construction",
        "funding": "state-fund",
    }.items() <= values(found).items()
    assert "SEPCO1" in found["contractor"].value
    assert found["completion"].claim.id == "c074"
    assert found["contractor"].claim.id == "c046"


def test_before_the_first_claim_nothing_is_known(data):
    assert facts.figures(data, KOKSHETAU, date(2020, 1, 1)) == {}


@pytest.mark.parametrize(
    ("doubtful", "attribute", "winner"),
    [("c060", "status", "c030"), ("c072", "contractor", "c046"), ("c077", "status", "c071")],
)
def test_a_doubtful_claim_is_history_and_never_wins(data, doubtful, attribute, winner):
    claims = data.claims[KOKSHETAU][attribute]
    row = next(c for c in claims if c.id == doubtful)
    assert row.note
    assert facts.fold(claims, row.stated_on.last).claim.id == winner
    for day in (row.stated_on.last, date(2026, 11, 21)):
        figure = facts.fold(claims, day)
        assert row in facts.history(claims, day)
        assert row not in (figure.claim, *figure.conflicts)


def test_two_values_of_one_day_the_later_in_the_file_wins_and_the_other_is_a_conflict(data):
    claims = data.claims["oskemen-chp-3-newbuild"]["completion"]
    figure = facts.fold(claims, date(2023, 12, 26))
    assert (figure.claim.id, figure.value) == ("c013", "2030")
    assert [(c.id, c.value) for c in figure.conflicts] == [("c011", "2027")]
    assert facts.fold(claims, date(2023, 12, 27)).conflicts == ()


def test_a_partial_date_is_visible_from_its_last_day(data):
    for project, attribute, row in (
        (KOKSHETAU, "location", "c097"),
        ("semey-chp-3-newbuild", "contract_signed", "c088"),
    ):
        claim = next(c for c in data.claims[project][attribute] if c.id == row)
        assert claim.stated_on.text in ("2025", "2026-01")
        last = claim.stated_on.last
        before = facts.figures(data, project, last.replace(day=last.day - 1))
        assert attribute not in before
        assert facts.figures(data, project, last)[attribute].claim == claim


def test_an_exact_date_inside_the_period_wins(data, said):
    # c003 says 2027 "in 2023", c014 the same on 2023-12-27
    claims = data.claims[KOKSHETAU]["completion"]
    assert facts.fold(claims, date(2023, 12, 31)).claim.id == "c014"
    mixed = said(("2027", "2025-06-03"), ("2028", "2025-06"), ("2029", "2025-Q2"), ("2030", "2025"))
    assert facts.fold(mixed, date(2026, 1, 1)).value == "2027"
    # of two that begin on one day the more precise wins, wherever it stands in the file
    assert facts.fold(said(("2028", "2025-01"), ("2027", "2025")), date(2026, 1, 1)).value == "2028"
    assert facts.fold(said(("2027", "2025"), ("2028", "2025-01")), date(2026, 1, 1)).value == "2028"


def test_a_register_value_is_used_only_where_there_is_no_claim(said):
    register = ("2027", "2024-01-01", "register")
    assert facts.fold(said(register), date(2024, 1, 1)).value == "2027"
    assert facts.fold(said(register), date(2023, 12, 31)) is None
    assert facts.fold(said(register, ("2029", "2023-05-01")), date(2025, 1, 1)).value == "2029"
    # a claim to come, or one that is in doubt, is still a claim
    assert facts.fold(said(register, ("2029", "2026-05-01")), date(2025, 1, 1)) is None
    assert facts.fold(said(register, ("2029", "2023-05-01", "doubtful")), date(2025, 1, 1)) is None


def test_the_shipped_register_values_never_stand_beside_claims(data):
    beside = [
        (subject, name)
        for subject, by_attribute in data.claims.items()
        for name, claims in by_attribute.items()
        if len({c.standing == "register" for c in claims}) == 2
    ]
    assert beside == []


def test_the_country_has_two_names(data):
    day = date(2026, 11, 21)
    known = facts.figures(data, "KZ", day)
    assert known["total_mw_three_chps"].value == "960"
    assert facts.figures(data, "national", day) == known


@pytest.mark.parametrize("subject", ["no-such-plant", "", "kokshetau", "KOKSHETAU-CHP-NEWBUILD"])
def test_an_unknown_subject_raises(data, subject):
    with pytest.raises(UnknownSubjectError):
        facts.figures(data, subject, date(2026, 1, 1))


def test_change_days_are_the_days_on_which_something_becomes_visible(data):
    days = facts.change_days(data)
    assert list(days) == sorted(set(days))
    assert {date(2023, 12, 26), date(2026, 4, 7), date(2025, 12, 31)} <= set(days)


# -- any claims -------------------------------------------------------------------------------


@given(rows=ROWS, at=DAYS)
def test_the_winner_stands_is_visible_and_none_newer_was_passed_over(said, rows, at):
    claims = said(*rows)
    figure = facts.fold(claims, at)
    candidates = [c for c in claims if c.standing == "stands" and c.stated_on.last <= at]
    if candidates:
        assert figure.claim in candidates
        assert figure.claim.stated_on.first == max(c.stated_on.first for c in candidates)
        for other in figure.conflicts:
            assert other in candidates
            assert other.stated_on == figure.claim.stated_on
            assert other.value != figure.value
        assert len({c.value for c in figure.conflicts}) == len(figure.conflicts)
    elif figure is not None:
        assert {c.standing for c in claims} == {"register"}
        assert figure.claim.stated_on.last <= at


@given(rows=ROWS, at=DAYS, random=st.randoms(use_true_random=False))
def test_the_order_of_the_file_matters_only_on_one_and_the_same_day(said, rows, at, random):
    apart = list({row[1]: row for row in rows}.values())
    shuffled = random.sample(apart, len(apart))
    first, second = facts.fold(said(*apart), at), facts.fold(said(*shuffled), at)
    assert (first and first.value) == (second and second.value)
    assert first is None or first.conflicts == ()


@given(rows=ROWS, at=DAYS, later=DAYS)
def test_time_only_adds(said, rows, at, later):
    claims = said(*rows)
    at, later = sorted((at, later))
    before, after = facts.history(claims, at), facts.history(claims, later)
    assert set(before) <= set(after)
    assert [c.stated_on.first for c in after] == sorted(c.stated_on.first for c in after)
    first, second = facts.fold(claims, at), facts.fold(claims, later)
    if first is not None:
        assert second.claim.stated_on.first >= first.claim.stated_on.first


@given(rows=ROWS, at=DAYS, day=DAYS)
def test_a_doubtful_claim_changes_nothing_that_stands(said, rows, at, day):
    rows = [row for row in rows if row[2] != "register"]
    doubtful = ("2035", day.isoformat(), "doubtful")
    with_it, without = facts.fold(said(*rows, doubtful), at), facts.fold(said(*rows), at)
    assert with_it == without
