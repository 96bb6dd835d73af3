"""The cells of one column: what they mean, and every fault in them; each distinct text once."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from meks_geo.dates import parse
from meks_geo.errors import WARNINGS
from meks_geo.intake import spelling
from meks_geo.intake.drafts import MOST_PROBLEMS, Fault, Params, Positions, shorten
from meks_geo.intake.spelling import Spellings
from meks_geo.model import Column
from meks_geo.validate import Flaw, Value, check_value, nearest

#: Dates on which something was found or said; they cannot lie ahead.
_PAST = frozenset({"wear_date", "stated_on", "stage_date"})
_NUMERIC = frozenset({"number", "integer", "bound"})
_LONGEST_TEXT = 2_000
_TOO_LONG = Flaw("out-of-range", {"low": 0, "high": _LONGEST_TEXT})
_FUTURE = Flaw("future-date")
_UNKNOWN = Flaw("unknown-code")

#: How many different words get a nearest one, and how many candidates are compared in all.
_MOST_NEAREST, _MOST_COMPARED = 200, 50_000

Rule = Callable[[str], tuple[Value, Flaw | None]]


@dataclass(frozen=True, slots=True)
class Context:
    """What the meaning of a cell depends on beside its column."""

    regions: Spellings
    today: date


def read_column(
    texts: Sequence[str], column: Column, context: Context, formulas: Positions
) -> tuple[Any, list[Fault]]:
    """Return the values of a column and what is wrong with them.

    Parameters
    ----------
    texts
        Cells as text, "" when empty.
    formulas
        Positions of the cells that are formulas.

    Returns
    -------
    values
        Floats (NaN when empty or unusable) for numbers, else text; codes and regions as code.
    faults
        One of each code; a formula without a usable number is that and nothing else.
    """
    places, words = pd.factorize(np.asarray(texts, dtype=object))
    rule = _rule(column, context)
    read = [rule(word) for word in words]
    values = _values([value for value, _ in read], column).take(places)
    flaws = [flaw for _, flaw in read]
    faults = _formula_faults(texts, column, flaws, places, formulas)
    spoilt = faults[-1].at if faults and faults[-1].rejects else np.empty(0, dtype=np.int64)
    return values, [*faults, *_faults(column, context, words, flaws, places, spoilt)]


def repeated(ids: Any, column: str) -> list[Fault]:
    """Return a `duplicate-id` for each row whose id stands in an earlier row too."""
    series = pd.Series(ids)
    at = np.flatnonzero((series.duplicated() & (series != "")).to_numpy())
    values = [shorten(one) for one in series.iloc[at[:MOST_PROBLEMS]]]
    return [Fault("duplicate-id", column, at, values)] if len(at) else []


def nearest_each(words: Sequence[str], allowed: Collection[str]) -> list[str]:
    """Return the nearest allowed word of each of the first words; "" for all after them."""
    most = min(_MOST_NEAREST, _MOST_COMPARED // max(1, len(allowed)))
    near = [nearest(word, allowed) for word in words[:most]]
    return [*near, *[""] * (len(words) - len(near))]


def _rule(column: Column, context: Context) -> Rule:
    """Return what reads one text of a column."""
    spelt = _spellings(column, context)
    if spelt is not None:
        return lambda text: _read_code(text, column, spelt)
    if column.name in _PAST:
        return lambda text: _read_past(text, column, context.today)
    if column.type == "refs":
        return lambda text: (";".join(references(text)), None)
    if column.type in ("text", "ref", "url"):
        return lambda text: _read_text(text, column)
    return lambda text: check_value(text, column)


def references(text: str) -> list[str]:
    """Return the ids of a cell that may hold several."""
    return [one.strip() for one in text.replace(",", ";").split(";") if one.strip()]


def _spellings(column: Column, context: Context) -> Spellings | None:
    if column.type == "code":
        return spelling.of_list(column.vocabulary)
    return context.regions if column.vocabulary == "regions" else None


def _read_code(text: str, column: Column, spelt: Spellings) -> tuple[Value, Flaw | None]:
    if not text:
        return check_value(text, column)
    code = spelt.find(text) if len(text) <= _LONGEST_TEXT else ""
    return code, None if code else _UNKNOWN


def _read_past(text: str, column: Column, today: date) -> tuple[Value, Flaw | None]:
    value, flaw = check_value(text, column)
    if text and flaw is None and parse(text).first > today:
        return value, _FUTURE
    return value, flaw


def _read_text(text: str, column: Column) -> tuple[Value, Flaw | None]:
    if len(text) > _LONGEST_TEXT:
        return "", _TOO_LONG
    return check_value(text, column)


def _values(values: list[Value], column: Column) -> Any:
    if column.type in ("number", "integer"):
        return np.array([np.nan if v is None else v for v in values], dtype=np.float64)
    return pd.array(values, dtype="str")


def _formula_faults(
    texts: Sequence[str],
    column: Column,
    flaws: Sequence[Flaw | None],
    places: Positions,
    formulas: Positions,
) -> list[Fault]:
    """Return formula cells: with a usable number a warning, else an error; the errors last."""
    kept: list[int] = []
    spoilt: list[int] = []
    for at in formulas.tolist():
        flaw = flaws[places[at]]
        usable = flaw is None or flaw.code in WARNINGS
        number = column.type in _NUMERIC and texts[at] != "" and usable
        (kept if number else spoilt).append(at)
    return [
        Fault(
            "formula-cell",
            column.name,
            np.array(some, dtype=np.int64),
            [shorten(texts[at]) for at in some[:MOST_PROBLEMS]],
            severity=severity,
        )
        for some, severity in ((kept, "warning"), (spoilt, "error"))
        if some
    ]


def _faults(
    column: Column,
    context: Context,
    words: npt.NDArray[np.object_],
    flaws: Sequence[Flaw | None],
    places: Positions,
    spoilt: Positions,
) -> list[Fault]:
    """Return one fault a code, of all cells but the spoilt ones."""
    by_code: dict[str, list[int]] = {}
    for place, flaw in enumerate(flaws):
        if flaw is not None:
            by_code.setdefault(flaw.code, []).append(place)
    faults = []
    for code, members in by_code.items():
        having = np.zeros(len(words), dtype=np.bool_)
        having[members] = True
        rows = having[places]
        rows[spoilt] = False
        at = np.flatnonzero(rows)
        if not len(at):
            continue
        params = _params(code, members, words, flaws, _spellings(column, context))
        shown = places[at[:MOST_PROBLEMS]].tolist()
        texts = {place: shorten(words[place]) for place in set(shown)}
        values, further = [texts[one] for one in shown], [params[one] for one in shown]
        faults.append(Fault(code, column.name, at, values, further))
    return faults


def _params(
    code: str,
    members: Sequence[int],
    words: npt.NDArray[np.object_],
    flaws: Sequence[Flaw | None],
    spelt: Spellings | None,
) -> Mapping[int, Params]:
    """Return further words of each distinct flaw; the nearest code where there is one."""
    if code != _UNKNOWN.code or spelt is None:
        return {one: flaw.params for one in members if (flaw := flaws[one]) is not None}
    keys = [spelling.key(words[one][:_LONGEST_TEXT]) for one in members[:_MOST_NEAREST]]
    near = [spelt.shown.get(one, "") for one in nearest_each(keys, spelt.shown)]
    near += [""] * (len(members) - len(near))
    return {one: {"nearest": word} for one, word in zip(members, near, strict=True)}
