"""The money of a plan as a person writes it, into bn KZT by source and year."""

import csv
import re
from collections.abc import Sequence

from meks_geo.errors import InputError, Problem
from meks_geo.planning.scenario import FIRST_YEAR, LAST_YEAR, MOST_BN, TOLD, Money
from meks_geo.validate import nearest

_COLUMNS = ("source", "year", "bn")


def years_of(text: str) -> tuple[int, ...]:
    """Return the years of `2026-2029` or `2027`.

    Raises
    ------
    InputError
        If it is no such span, or not within 2026 to 2035.
    """
    match = re.fullmatch(r"(\d{4})(?:-(\d{4}))?", text.strip())
    if not match:
        raise InputError([Problem("bad-date", "--years", value=text)])
    first, last = int(match[1]), int(match[2] or match[1])
    if not FIRST_YEAR <= first <= last <= LAST_YEAR:
        params = {"low": FIRST_YEAR, "high": LAST_YEAR}
        raise InputError([Problem("out-of-range", "--years", value=text, params=params)])
    return tuple(range(first, last + 1))


def same_each_year(text: str, years: Sequence[int], sources: Sequence[str]) -> Money:
    """Return the money of `meks-market=300,ifi=100`: bn KZT for every year.

    Raises
    ------
    InputError
        With every fault: a source that is none, a number that is none, a source named twice.
    """
    money: dict[str, dict[int, float]] = {}
    problems: list[Problem] = []
    for part in filter(None, (one.strip() for one in text.split(","))):
        name, _, figure = (one.strip() for one in part.partition("="))
        amount = _amount(figure, "--money", None, problems)
        if not _is_source(name, sources, "--money", None, problems):
            continue
        if name in money:
            problems.append(Problem("duplicate-id", "--money", column="source", value=name))
        if amount is not None:
            money[name] = dict.fromkeys(years, amount)
    if not money and not problems:
        problems.append(Problem("missing-value", "--money", column="source"))
    if problems:
        raise InputError(problems)
    return money


def by_year(text: str, file: str, years: Sequence[int], sources: Sequence[str]) -> Money:
    """Return the money of a CSV with the columns source, year, bn (bn KZT).

    Years that the plan does not have are left out; what is not named is none.

    Raises
    ------
    InputError
        With every fault, by row.
    """
    rows = csv.reader(text.lstrip("\ufeff").splitlines(), strict=True)
    money: dict[str, dict[int, float]] = {}
    problems: list[Problem] = []
    try:
        header = [one.strip() for one in next(rows, [])]
        absent = [one for one in _COLUMNS if one not in header]
        if absent:
            raise InputError([Problem("missing-column", file, 1, one) for one in absent])
        for cells in rows:
            if cells:
                row = dict(zip(header, (one.strip() for one in cells), strict=False))
                _take(row, rows.line_num, file, (money, years, sources), problems)
    except csv.Error as error:
        problems.append(Problem("unreadable-file", file, rows.line_num, value=str(error)))
    if not money and not problems:
        problems.append(Problem("missing-value", file, column="bn"))
    if problems:
        raise InputError(problems)
    return money


def _take(
    row: dict[str, str],
    number: int,
    file: str,
    into: tuple[dict[str, dict[int, float]], Sequence[int], Sequence[str]],
    problems: list[Problem],
) -> None:
    money, years, sources = into
    name, year = row.get("source", ""), row.get("year", "")
    amount = _amount(row.get("bn", ""), file, number, problems)
    known = _is_source(name, sources, file, number, problems)
    if not re.fullmatch(r"\d{4}", year):
        problems.append(Problem("bad-date", file, number, "year", year))
    elif known and amount is not None:
        if int(year) in money.get(name, {}):
            problems.append(Problem("duplicate-id", file, number, "year", f"{name} {year}"))
        of_source = money.setdefault(name, {})
        if int(year) in years:
            of_source[int(year)] = amount


def _is_source(
    name: str, sources: Sequence[str], file: str, row: int | None, problems: list[Problem]
) -> bool:
    if name in sources:
        return True
    params = {"nearest": nearest(name, sources) or ", ".join(sources)}
    problems.append(Problem("unknown-code", file, row, "source", name, params))
    return False


def _amount(
    text: str, file: str, row: int | None, problems: list[Problem], column: str = "bn"
) -> float | None:
    if not re.fullmatch(r"\d+(\.\d+)?", text):
        code = "missing-value" if not text else "not-a-number"
        problems.append(Problem(code, file, row, column, text))
        return None
    amount = float(text)
    most = TOLD.get(column, MOST_BN)
    if amount > most:
        params = {"low": 0, "high": most}
        problems.append(Problem("out-of-range", file, row, column, text, params))
        return None
    return amount


def told(text: str, file: str) -> dict[str, dict[str, float]]:
    """Return what a reader knows besides: a CSV with the column candidate and some of `TOLD`.

    No other columns: a figure under a name that is misspelt would be lost unseen.

    Incidents and revenue are of a year. An empty cell is unknown, and stays so.

    Raises
    ------
    InputError
        With every fault, by row.
    """
    rows = csv.reader(text.lstrip("\ufeff").splitlines(), strict=True)
    found: dict[str, dict[str, float]] = {}
    problems: list[Problem] = []
    try:
        header = [one.strip() for one in next(rows, [])]
        if "candidate" not in header:
            raise InputError([Problem("missing-column", file, 1, "candidate")])
        problems += _strange(header, file)
        for cells in rows:
            if cells:
                row = dict(zip(header, (one.strip() for one in cells), strict=False))
                _tell(row, rows.line_num, file, found, problems)
    except csv.Error as error:
        problems.append(Problem("unreadable-file", file, rows.line_num, value=str(error)))
    if problems:
        raise InputError(problems)
    return found


def _strange(header: Sequence[str], file: str) -> list[Problem]:
    known = ("candidate", *TOLD)
    return [
        Problem("unknown-column", file, 1, one, one, {"nearest": near}, severity="error")
        for one in header
        if one and one not in known
        for near in [nearest(one, known) or ", ".join(known)]
    ]


def _tell(
    row: dict[str, str],
    number: int,
    file: str,
    found: dict[str, dict[str, float]],
    problems: list[Problem],
) -> None:
    one = row.get("candidate", "")
    if one in found:
        problems.append(Problem("duplicate-id", file, number, "candidate", one))
    elif not one and any(row.values()):
        problems.append(Problem("missing-value", file, number, "candidate"))
    values = {}
    for name in TOLD:
        if row.get(name):
            amount = _amount(row[name], file, number, problems, name)
            if amount is not None:
                values[name] = amount
    if one:
        found[one] = values
