"""Words, numbers and dates in Kazakh, Russian and English; the language is always an argument.

The catalogues are `meks_geo/locales/<lang>/LC_MESSAGES/*.po`; their keys are symbolic and dotted.
"""

from meks_geo.i18n.catalogue import has, label, name, pick_language, text, unit
from meks_geo.i18n.formats import date, number, plural, quantity, tenths, value
from meks_geo.i18n.problems import problem_params, problem_parts, problem_text
from meks_geo.i18n.search import search_key

__all__ = [
    "date",
    "has",
    "label",
    "name",
    "number",
    "pick_language",
    "plural",
    "problem_params",
    "problem_parts",
    "problem_text",
    "quantity",
    "search_key",
    "tenths",
    "text",
    "unit",
    "value",
]
