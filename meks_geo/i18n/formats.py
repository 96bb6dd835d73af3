"""Counts, numbers, quantities and dates as a language writes them."""

import re
from datetime import date as Date  # noqa: N812 - `date` is the name of our function
from decimal import ROUND_HALF_UP, Context, Decimal

from babel.dates import format_date
from babel.numbers import format_decimal

from meks_geo.i18n.catalogue import catalogue, fill, has, is_missing, label, text
from meks_geo.i18n.catalogue import unit as unit_sign
from meks_geo.vocabulary import Lang

NBSP = "\u00a0"
_MINUS, _EN_DASH, _INFINITY = "\u2212", "\u2013", "\u221e"

#: Units that are not printed after a figure: its name says what is counted.
_SILENT_UNITS = frozenset({"", "count", "year"})
_DIGITS = {"year": 0, "deg": 4}
_DEFAULT_DIGITS = 1
_EXACT = Context(prec=400, rounding=ROUND_HALF_UP)

_FIGURE = re.compile(r"[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")
_LIMIT = re.compile(r"([<>])\s*(\d+(?:\.\d+)?)")
_RANGE = re.compile(rf"(\d+(?:\.\d+)?)\s*[-{_EN_DASH}]\s*(\d+(?:\.\d+)?)")
_PERIOD = re.compile(r"(\d{4})(?:-(?:(\d{2})(?:-(\d{2}))?|([QH][1-4])))?")


def plural(lang: str, key: str, count: int, **params: object) -> str:
    """Return a message in the plural form that a count needs.

    Parameters
    ----------
    lang
        `kk`, `ru` or `en`.
    key
        Both `msgid` and `msgid_plural` of the message.
    count
        The number; `{count}` prints it in the language.
    params
        Values of the other placeholders.

    Returns
    -------
    message
        Such as "21 объект" or "112 объектов".

    Raises
    ------
    KeyError
        If the language has no such plural message, or a placeholder has no value.
    """
    return _plural(lang, key, count, number(lang, count), params)


def _plural(lang: str, key: str, form: int, shown: str, params: dict[str, object]) -> str:
    """Return a plural message for `form`, printing `shown` as its count."""
    found = catalogue(lang)
    if key not in found.plural:
        msg = f"{lang}: no plural message {key!r}"
        raise KeyError(msg)
    template = found.translations.ngettext(key, key, abs(form))
    return fill(lang, key, template, {**params, "count": shown})


def number(
    lang: str, value: float | Decimal | None, digits: int | None = None, *, grouping: bool = True
) -> str:
    """Print a number.

    Parameters
    ----------
    lang
        `kk`, `ru` or `en`.
    value
        Any number; None and NaN are no number.
    digits
        Decimals, always that many; None prints one at most, and none where it would be 0.
    grouping
        Separate thousands (by a no-break space in Kazakh and Russian).

    Returns
    -------
    printed
        Rounded half up, with a true minus sign; "" for no number.
    """
    if is_missing(value):
        return ""
    exact = Decimal(str(value))
    if exact.is_infinite():
        return _MINUS * (exact < 0) + _INFINITY
    places = _DEFAULT_DIGITS if digits is None else digits
    return _print(lang, exact, places, fixed=digits is not None, grouping=grouping)


def tenths(value: float) -> str:
    """Return a number with one decimal, rounded half up like every printed one, for `quantity`."""
    return str(Decimal(str(value)).quantize(Decimal("0.1"), context=_EXACT))


def _print(lang: str, exact: Decimal, places: int, *, fixed: bool, grouping: bool) -> str:
    """Print a finite number with at most, or exactly, so many decimals."""
    rounded = exact.quantize(Decimal(1).scaleb(-places), context=_EXACT)
    pattern = "#,##0" if grouping else "0"
    if places:
        pattern += "." + ("0" if fixed else "#") * places
    printed: str = format_decimal(abs(rounded), format=pattern, locale=lang)
    return _MINUS * (rounded < 0) + printed


def _as_stated(lang: str, figure: str) -> str:
    """Print a bound with the decimals that it was published with."""
    return number(lang, Decimal(figure), len(figure.partition(".")[2]))


def _figure(lang: str, value: object, unit: str, digits: int | None) -> str:
    """Print a number or a bound; "" when the text is neither."""
    stated = str(value).strip()
    if not isinstance(value, str) or _FIGURE.fullmatch(stated):
        exact = Decimal(stated)
        grouping = unit != "year"
        if digits is None and unit in _DIGITS and exact.is_finite():
            return _print(lang, exact, _DIGITS[unit], fixed=False, grouping=grouping)
        return number(lang, exact, digits, grouping=grouping)
    if limit := _LIMIT.fullmatch(stated):
        return limit[1] + _as_stated(lang, limit[2])
    if span := _RANGE.fullmatch(stated):
        return _as_stated(lang, span[1]) + _EN_DASH + _as_stated(lang, span[2])
    return ""


def quantity(
    lang: str, value: float | str | Decimal | None, unit: str, digits: int | None = None
) -> str:
    """Print a number or a bound with its unit.

    Parameters
    ----------
    lang
        `kk`, `ru` or `en`.
    value
        A number, its text with a decimal point, or a bound: `>80`, `<40`, `65-70`.
    unit
        Code of a unit of `data/schema/README.md`; "" for none. `count` and `year` are not printed.
    digits
        As in `number`; bounds keep their own decimals, degrees have up to four.

    Returns
    -------
    printed
        Such as "356 млрд ₸", held together by a no-break space; other text as it was published;
        "" for no value.

    Raises
    ------
    KeyError
        If the unit has no sign in the catalogue.
    """
    if is_missing(value):
        return ""
    printed = _figure(lang, value, unit, digits)
    if not printed:
        return str(value)
    if unit in _SILENT_UNITS:
        return printed
    if unit == "years":
        return _years(lang, value, printed)
    tight = unit == "deg" or (unit == "percent" and lang == Lang.EN)
    return f"{printed}{'' if tight else NBSP}{unit_sign(lang, unit)}"


def _years(lang: str, value: object, printed: str) -> str:
    """Print a length of time by its last figure; a fraction takes the form of two (1,5 года)."""
    last = Decimal(re.split(rf"(?<=\d)[-{_EN_DASH}]|[<>\s]", str(value).strip())[-1])
    form = int(last) if last == last.to_integral_value() else 2
    return _plural(lang, "count.year", form, printed, {})


def date(lang: str, iso: object, style: str = "medium") -> str:
    """Print a date as published, exact or partial.

    Parameters
    ----------
    lang
        `kk`, `ru` or `en`.
    iso
        `2026-04-08`, `2026-02`, `2029-Q1`, `2029-H2`, `2027`, or a `datetime.date`.
    style
        `medium` (08.04.2026, 8 Apr 2026) or `long` (the month in words); for exact dates.

    Returns
    -------
    printed
        Text that is no date is returned as it is; "" for no value.
    """
    if is_missing(iso):
        return ""
    stated = str(iso).strip()
    match = _PERIOD.fullmatch(stated)
    if not match:
        return stated
    year, month, day, part = match.groups()
    if part:
        key = f"date.{part.lower()}"
        return text(lang, key, year=year) if has(lang, key) else stated
    if not month:
        return year
    try:
        exact = Date(int(year), int(month), int(day or 1))
    except ValueError:
        return stated
    return format_date(exact, format=text(lang, f"date.{style if day else 'month'}"), locale=lang)


def value(lang: str, raw: object, *, type: str, unit: str = "", vocabulary: str = "") -> str:  # noqa: A002
    """Print the value of a claim by the type of its attribute.

    Parameters
    ----------
    lang
        `kk`, `ru` or `en`.
    raw
        The value as it is stored.
    type
        Type of `data/schema/README.md`: `number`, `integer`, `bound`, `date`, `code`, `text`, ...
    unit
        Code of the unit of a number or bound.
    vocabulary
        Closed list of a code.

    Returns
    -------
    printed
        In the language; what does not fit its type, and plain text, as it was published.
    """
    if is_missing(raw):
        return ""
    if type in ("number", "integer", "bound"):
        return quantity(lang, raw if isinstance(raw, int | float | Decimal) else str(raw), unit)
    if type == "date":
        return date(lang, raw)
    stated = str(raw)
    if type == "code":
        try:
            return label(lang, vocabulary, stated)
        except KeyError:
            return stated
    return stated
