"""Frozen dataclasses as JSON values and back, strictly: what is not of its type is refused.

For values that are kept for years and may come back from a file that somebody changed.
"""

import types
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date
from functools import lru_cache
from typing import Any, Union, get_args, get_origin, get_type_hints

#: Bounds of what is read: characters of a text, parts of a list or mapping, size of a number.
_MOST_TEXT, _MOST_PARTS, _MOST_NUMBER = 4_000, 50_000, 1e15


class PlainError(ValueError):
    """A part of a document that is not of its type; the message says where it is."""

    def __init__(self, *where: str) -> None:
        """Name the part: the names that lead to it."""
        super().__init__(".".join(where)[:200])


def write(value: Any) -> Any:
    """Return a value as JSON values; keys of mappings become texts, and keep their order."""
    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: write(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): write(one) for key, one in value.items()}
    if isinstance(value, tuple):
        return [write(one) for one in value]
    return value.isoformat() if isinstance(value, date) else value


def read(kind: Any, value: Any, where: str = "", **given: Any) -> Any:
    """Return JSON values as a value of a type.

    Parameters
    ----------
    kind
        A dataclass, or `str`, `int`, `float`, `bool`, `date`, `tuple`, `Mapping`, `X | None` of
        such. A field with a default may be absent; one that the dataclass lacks is refused.
    given
        Fields of the dataclass that are read already.

    Raises
    ------
    PlainError
        At the first part that is of another type, not finite, or too large.
    """
    if isinstance(kind, type) and is_dataclass(kind):
        return _dataclass(kind, value, where, given)
    origin, args = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        inner = [one for one in args if one is not type(None)]
        return None if value is None else read(inner[0], value, where)
    if origin is tuple:
        return _tuple(args, value, where)
    if origin is not None:
        return _mapping(args, value, where)
    return _scalar(kind, value, where)


def _dataclass(kind: Any, value: Any, where: str, given: Mapping[str, Any]) -> Any:
    if not isinstance(value, dict):
        raise PlainError(where)
    hints, known = _hints(kind)
    for name in value:
        if name not in hints or name in given:
            raise PlainError(where, name)
    found = dict(given)
    for name, hint in hints.items():
        if name in value:
            found[name] = read(hint, value[name], f"{where}.{name}")
        elif name not in known and name not in given:
            raise PlainError(where, name)
    return kind(**found)


@lru_cache(maxsize=64)
def _hints(kind: Any) -> tuple[Mapping[str, Any], frozenset[str]]:
    """Return the types of the fields of a dataclass, and the fields that have a default."""
    free = {
        one.name
        for one in fields(kind)
        if one.default is not MISSING or one.default_factory is not MISSING
    }
    hints = get_type_hints(kind)
    return {one.name: hints[one.name] for one in fields(kind)}, frozenset(free)


def _tuple(args: tuple[Any, ...], value: Any, where: str) -> tuple[Any, ...]:
    if not isinstance(value, list) or len(value) > _MOST_PARTS:
        raise PlainError(where)
    if len(args) == 2 and args[1] is Ellipsis:
        return tuple(read(args[0], one, f"{where}[{n}]") for n, one in enumerate(value))
    if len(args) != len(value):
        raise PlainError(where)
    pairs = zip(args, value, strict=True)
    return tuple(read(kind, one, f"{where}[{n}]") for n, (kind, one) in enumerate(pairs))


def _mapping(args: tuple[Any, ...], value: Any, where: str) -> dict[Any, Any]:
    if not isinstance(value, dict) or len(value) > _MOST_PARTS:
        raise PlainError(where)
    return {_key(args[0], k, where): read(args[1], v, f"{where}.{k}") for k, v in value.items()}


def _key(kind: Any, text: str, where: str) -> Any:
    if kind is not int:
        return _scalar(str, text, where)
    if not text.isascii() or not text.isdigit() or len(text) > 6:
        raise PlainError(where, text[:20])
    return int(text)


def _scalar(kind: Any, value: Any, where: str) -> Any:
    if kind is date and isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise PlainError(where) from None
    if kind is float and isinstance(value, int | float) and not isinstance(value, bool):
        if abs(value) <= _MOST_NUMBER:  # so neither endless nor NaN
            return float(value)
    elif type(value) is kind and not _too_large(value):
        return value
    raise PlainError(where)


def _too_large(value: Any) -> bool:
    if isinstance(value, str):
        return len(value) > _MOST_TEXT
    return not isinstance(value, bool) and abs(value) > _MOST_NUMBER
