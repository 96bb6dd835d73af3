"""Words as people write them: a code, or its label in any of the three languages."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

import pandas as pd

from meks_geo import i18n
from meks_geo.vocabulary import LISTS, Lang

_MARKS = re.compile(r"[,;:.()\[\]*/|]+")


def key(text: str) -> str:
    """Return the form in which two spellings of a heading or a label are equal."""
    return i18n.search_key(_MARKS.sub(" ", text))


@dataclass(frozen=True, slots=True)
class Spellings:
    """The codes of a closed set by each way to write them.

    Parameters
    ----------
    codes
        Code by key of a spelling.
    shown
        The spelling itself by its key.
    """

    codes: Mapping[str, str]
    shown: Mapping[str, str]

    def find(self, text: str) -> str:
        """Return the code that a text means, or ""."""
        return self.codes.get(key(text), "")


def spellings(pairs: Iterable[tuple[str, str]]) -> Spellings:
    """Return the spellings of pairs of code and text; the first pair of a spelling wins."""
    codes: dict[str, str] = {}
    shown: dict[str, str] = {}
    for code, text in pairs:
        if key(text):
            codes.setdefault(key(text), code)
            shown.setdefault(key(text), text)
    return Spellings(codes, shown)


@cache
def of_list(name: str) -> Spellings:
    """Return the codes of a closed list by code and by label."""
    own = [(code, str(code)) for code in LISTS[name]]
    labels = [(code, i18n.label(lang, name, code)) for lang in Lang for code in LISTS[name]]
    return spellings([*own, *labels])


def of_regions(regions: pd.DataFrame) -> Spellings:
    """Return the region codes by code and by name; `regions` is that of the map of record."""
    own = [(str(code), str(code)) for code in regions.index]
    names = [
        (str(code), str(name))
        for column in ("name_kk", "name_ru", "name_en")
        for code, name in regions[column].items()
    ]
    return spellings([*own, *names])
