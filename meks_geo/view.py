"""A view is a value: what is shown, with one codec to and from a query string."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, quote

import numpy as np
import numpy.typing as npt

from meks_geo.vocabulary import (
    COUNTRY,
    REGIONS,
    UNKNOWN,
    Funding,
    Kind,
    Lang,
    Layer,
    Provenance,
    Sector,
    Status,
    Theme,
    Zone,
)

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,79}")
_REV = re.compile(r"[0-9a-f]{6,64}")
_RANGE = re.compile(r"(\d{1,4}(?:\.\d+)?)?-(\d{1,4}(?:\.\d+)?)?")
_SORT = re.compile(r"-?[a-z][a-z0-9_]{0,39}")
_MAX_TEXT = 200

#: As-of dates outside these are no dates of the programme.
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2100, 12, 31)

DEFAULT_PROVENANCE = (Provenance.OFFICIAL, Provenance.PRESS, Provenance.SCHEMATIC)
NO_FILL = "none"


Numbers = npt.NDArray[np.floating[Any]]


class Span(NamedTuple):
    """A range with both ends included; None is open. `unknown` alone matches what is not known."""

    low: float | None = None
    high: float | None = None
    unknown: bool = False

    def overlaps(self, low: Numbers, high: Numbers) -> npt.NDArray[np.bool_]:
        """Return which intervals overlap this range; NaN is an interval that is not known."""
        unknown: npt.NDArray[np.bool_] = np.isnan(low)
        if self.unknown:
            return unknown
        passing = ~unknown
        if self.low is not None:
            passing &= high >= self.low
        if self.high is not None:
            passing &= low <= self.high
        return passing


class Place(NamedTuple):
    """Centre (degrees) and zoom of the map."""

    lat: float
    lon: float
    zoom: float


@dataclass(frozen=True, slots=True)
class View:
    """What is shown. Empty filters let everything through; lists are tuples of codes."""

    lang: str = Lang.KK
    at: date = FIRST_DAY
    rev: str = ""
    layers: tuple[str, ...] = tuple(Layer)
    fill: str = Sector.COMBINED
    region: tuple[str, ...] = ()
    city: tuple[str, ...] = ()
    sector: tuple[str, ...] = ()
    kind: tuple[str, ...] = ()
    status: tuple[str, ...] = ()
    funding: tuple[str, ...] = ()
    zone: tuple[str, ...] = ()
    wear: Span | None = None
    year: Span | None = None
    provenance: tuple[str, ...] = DEFAULT_PROVENANCE
    q: str = ""
    sel: str = ""
    map: Place | None = None
    sort: str = ""
    plan: str = ""
    present: bool = False
    theme: str = Theme.LIGHT

    def without_filters(self) -> "View":
        """Return the same view with every filter off; language, date, layers and place stay."""
        return changed(self, **{key: getattr(_DEFAULTS, key) for key in FILTER_KEYS})

    def filters_on(self) -> tuple[str, ...]:
        """Return the keys of the filters that are set."""
        return tuple(k for k in FILTER_KEYS if getattr(self, k) != getattr(_DEFAULTS, k))


def changed(view: View, **changes: Any) -> View:
    """Return the view with some keys changed; names and types are those of `View`."""
    return replace(view, **changes)


#: Keys that narrow what is in the view, in the order of the sidebar.
FILTER_KEYS = (
    "q", "region", "city", "sector", "kind", "status", "funding", "zone", "wear", "year",
    "provenance",
)  # fmt: skip
#: Filters that must hold on one and the same project.
PROJECT_KEYS = ("status", "funding", "year")

_DEFAULTS = View()
_KEYS = tuple(f.name for f in fields(View))


def _codes(*allowed: str) -> Callable[[str], tuple[tuple[str, ...], list[str]]]:
    def read(text: str) -> tuple[tuple[str, ...], list[str]]:
        parts = [p for p in text.split(",") if p]
        good = tuple(dict.fromkeys(p for p in parts if p in allowed))
        return good, [p for p in parts if p not in allowed]

    return read


def _ids(text: str) -> tuple[tuple[str, ...], list[str]]:
    parts = [p for p in text.split(",") if p]
    good = tuple(dict.fromkeys(p for p in parts if _ID.fullmatch(p)))
    return good, [p for p in parts if not _ID.fullmatch(p)]


def _one(pattern: re.Pattern[str]) -> Callable[[str], tuple[str, list[str]]]:
    return lambda text: (text, []) if pattern.fullmatch(text) else ("", [text])


def _choice(*allowed: str) -> Callable[[str], tuple[str, list[str]]]:
    return lambda text: (text, []) if text in allowed else ("", [text])


def _day(text: str) -> tuple[date | None, list[str]]:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None, [text]
    return (day, []) if FIRST_DAY <= day <= LAST_DAY else (None, [text])


def _span(text: str) -> tuple[Span | None, list[str]]:
    if text == UNKNOWN:
        return Span(unknown=True), []
    if re.fullmatch(r"\d{1,4}(\.\d+)?", text):
        return Span(float(text), float(text)), []
    match = _RANGE.fullmatch(text)
    if not match or text == "-":
        return None, [text]
    low, high = (float(g) if g else None for g in match.groups())
    if low is not None and high is not None and low > high:
        return None, [text]
    return Span(low, high), []


def _place(text: str) -> tuple[Place | None, list[str]]:
    try:
        place = Place(*(float(part) for part in text.split(",")))
    except (TypeError, ValueError):
        return None, [text]
    inside = -90 <= place.lat <= 90 and -180 <= place.lon <= 180 and 0 <= place.zoom <= 22
    return (place, []) if inside else (None, [text])


def _free_text(text: str) -> tuple[str, list[str]]:
    clean = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return clean[:_MAX_TEXT], [clean[_MAX_TEXT:]] if len(clean) > _MAX_TEXT else []


_READERS: dict[str, Callable[[str], tuple[object, list[str]]]] = {
    "lang": _choice(*Lang),
    "at": _day,
    "rev": _one(_REV),
    "layers": _codes(*Layer, NO_FILL),
    "fill": _choice(*Sector, NO_FILL),
    "region": _codes(COUNTRY, *REGIONS),
    "city": _ids,
    "sector": _codes(*Sector, UNKNOWN),
    "kind": _codes(*Kind, UNKNOWN),
    "status": _codes(*Status, UNKNOWN),
    "funding": _codes(*Funding),
    "zone": _codes(*Zone),
    "wear": _span,
    "year": _span,
    "provenance": _codes(*Provenance),
    "q": _free_text,
    "sel": _one(_ID),
    "map": _place,
    "sort": _one(_SORT),
    "plan": _one(_ID),
    "present": _choice("1"),
    "theme": _choice(*Theme),
}


def decode(
    query: str | Mapping[str, str], *, today: date, lang: str = Lang.KK
) -> tuple[View, tuple[str, ...]]:
    """Return the view of a query string, and what had to be dropped as `key=value` texts.

    Parameters
    ----------
    query
        Query string with or without `?`, or a mapping of its keys to their values.
    today
        As-of date of a query that names none.
    lang
        Language of a query that names none.

    Notes
    -----
    Never raises: an unknown key, code, id, date or range is dropped and reported.
    """
    pairs = (
        parse_qsl(query.removeprefix("?"), keep_blank_values=False)
        if isinstance(query, str)
        else list(query.items())
    )
    found: dict[str, object] = {"lang": lang, "at": today}
    dropped: list[str] = []
    for key, text in _merged(pairs, dropped):
        reader = _READERS.get(key)
        if reader is None:
            dropped.append(f"{key}={text}")
            continue
        value, bad = reader(text)
        dropped.extend(f"{key}={part}" for part in bad)
        if value not in (None, "", ()):
            found[key] = bool(value) if key == "present" else value
    return changed(_DEFAULTS, **found), tuple(dropped)


def _merged(pairs: list[tuple[str, str]], dropped: list[str]) -> list[tuple[str, str]]:
    """Return each key once: the lists of a repeated key joined, of other keys the last."""
    merged: dict[str, str] = {}
    for key, text in pairs:
        if key in merged and isinstance(getattr(_DEFAULTS, key, ""), tuple):
            merged[key] += f",{text}"
            continue
        if merged.get(key, text) != text:
            dropped.append(f"{key}={merged[key]}")
        merged[key] = text
    return list(merged.items())


def _number(value: float) -> str:
    return f"{value:.4f}".rstrip("0").rstrip(".")


def _write(value: object) -> str:
    if isinstance(value, Span):
        if value.unknown:
            return UNKNOWN
        ends = ["" if end is None else _number(end) for end in value[:2]]
        return ends[0] if ends[0] == ends[1] else "-".join(ends)
    if isinstance(value, Place):
        return ",".join(_number(part) for part in value)
    if isinstance(value, tuple):
        return ",".join(value)
    if isinstance(value, date):
        return value.isoformat()
    return "1" if value is True else str(value)


def to_params(view: View) -> dict[str, str]:
    """Return the keys of the query string; `lang` and `at` always, other defaults left out."""
    values = {key: getattr(view, key) for key in _KEYS}
    return {
        key: _write(value)
        for key, value in values.items()
        if key in ("lang", "at") or value != getattr(_DEFAULTS, key)
    }


def encode(view: View) -> str:
    """Return the query string of a view, without `?`; the same view gives the same string."""
    return "&".join(f"{key}={quote(text, safe=',')}" for key, text in to_params(view).items())
