"""Days as published: exact (`2026-04-08`) or partial (`2025`, `2026-02`, `2029-Q1`, `2029-H2`)."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from functools import lru_cache

#: All of Kazakhstan keeps one time since March 2024: UTC+5.
_KAZAKHSTAN = timezone(timedelta(hours=5))
_FORMS = re.compile(r"(\d{4})(?:-(?:(\d{2})(?:-(\d{2}))?|Q([1-4])|H([12])))?")


@dataclass(frozen=True, slots=True)
class Period:
    """A day or a span of days, both ends included."""

    text: str
    first: date
    last: date

    @property
    def days(self) -> int:
        """Length in days; an exact date has 1."""
        return (self.last - self.first).days + 1


def _months(text: str, year: int, first: int, last: int) -> Period:
    return Period(text, date(year, first, 1), date(year, last, monthrange(year, last)[1]))


@lru_cache(maxsize=4096)
def parse(text: str) -> Period:
    """Return the period that a date as published covers.

    Raises
    ------
    ValueError
        If the text is none of `YYYY`, `YYYY-MM`, `YYYY-MM-DD`, `YYYY-Q1..4`, `YYYY-H1..2`, or names
        a day that does not exist.
    """
    match = _FORMS.fullmatch(text)
    if not match:
        msg = f"not a date: {text!r}"
        raise ValueError(msg)
    year_text, month, day, quarter, half = match.groups()
    year = int(year_text)
    if day:
        exact = date(year, int(month), int(day))
        return Period(text, exact, exact)
    if month:
        if not 1 <= int(month) <= 12:
            msg = f"no such month: {text!r}"
            raise ValueError(msg)
        return _months(text, year, int(month), int(month))
    if quarter:
        return _months(text, year, 3 * int(quarter) - 2, 3 * int(quarter))
    if half:
        return _months(text, year, 6 * int(half) - 5, 6 * int(half))
    return _months(text, year, 1, 12)


def today() -> date:
    """Return today's date in Kazakhstan."""
    return datetime.now(UTC).astimezone(_KAZAKHSTAN).date()


def local_time(moment: str) -> datetime:
    """Return a moment of the journal (ISO, UTC) as the clock in Kazakhstan shows it."""
    return datetime.fromisoformat(moment).astimezone(_KAZAKHSTAN)


def slip_months(earlier: str, later: str) -> int:
    """Return by how many months a deadline moved; deadlines compare by their last day.

    `2027` to `2029-Q1` is 15: from the end of December 2027 to the end of March 2029.
    """
    a, b = parse(earlier).last, parse(later).last
    return (b.year - a.year) * 12 + b.month - a.month
