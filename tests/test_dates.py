"""Days as published: what a partial date covers, and how many months a deadline moved."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meks_geo.dates import local_time, parse, slip_months, today


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2025", date(2025, 1, 1), date(2025, 12, 31)),
        ("2026-02", date(2026, 2, 1), date(2026, 2, 28)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2029-Q1", date(2029, 1, 1), date(2029, 3, 31)),
        ("2029-Q4", date(2029, 10, 1), date(2029, 12, 31)),
        ("2029-H1", date(2029, 1, 1), date(2029, 6, 30)),
        ("2029-H2", date(2029, 7, 1), date(2029, 12, 31)),
        ("2026-04-08", date(2026, 4, 8), date(2026, 4, 8)),
    ],
)
def test_a_published_date_covers_its_period(text, first, last):
    found = parse(text)
    assert (found.text, found.first, found.last) == (text, first, last)
    assert found.days == (last - first).days + 1


@pytest.mark.parametrize(
    "text",
    ["", "26", "2025-13", "2025-00", "2025-Q5", "2025-Q0", "2025-H3", "2025-2-1", "2026-02-30",
     "08.04.2026", "2025-Q1-01", "0000", " 2025", "2025\n", "2025-", "April 2026"],
)  # fmt: skip
def test_what_is_no_date_is_refused(text):
    with pytest.raises(ValueError, match=r"."):
        parse(text)


@pytest.mark.parametrize(
    ("earlier", "later", "months"),
    [
        ("2027", "2029-Q1", 15),
        ("2027", "2027-12", 0),
        ("2029-H2", "2029-12-31", 0),
        ("2030", "2029-12-31", -12),
        ("2029-02-01", "2029-Q1", 1),
    ],
)
def test_deadlines_compare_by_their_last_day(earlier, later, months):
    assert slip_months(earlier, later) == months


@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)))
def test_every_wider_period_of_a_day_holds_it(day):
    quarter, half = (day.month + 2) // 3, 1 if day.month <= 6 else 2
    texts = [
        day.isoformat(),
        f"{day:%Y-%m}",
        f"{day.year}-Q{quarter}",
        f"{day.year}-H{half}",
        f"{day.year}",
    ]
    periods = [parse(text) for text in texts]
    assert all(p.first <= day <= p.last for p in periods)
    lengths = [p.days for p in periods]
    assert lengths == sorted(set(lengths)), "each period is longer than the one inside it"


def test_today_is_that_of_kazakhstan():
    now = datetime.now(UTC)
    assert today() in {(now + timedelta(hours=5, seconds=s)).date() for s in (-60, 0)}


def test_an_evening_in_greenwich_is_the_next_day_in_kazakhstan():
    assert local_time("2026-11-22T19:30:00+00:00").date() == date(2026, 11, 23)
