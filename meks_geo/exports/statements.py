"""What a deck states: a figure with its place in the map of record, how it is printed and read."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from meks_geo import facts, i18n, wording
from meks_geo.errors import UnknownSubjectError
from meks_geo.facts import Figure
from meks_geo.i18n.catalogue import is_missing
from meks_geo.model import Dataset, Source
from meks_geo.planning.saved import SavedPlan
from meks_geo.vocabulary import LISTS, Lang

#: How the subject of a saved plan begins; its attribute is the plan's title.
PLAN = "plan:"
#: What stands where nothing is known.
NONE = "—"

_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_DASHES = str.maketrans({"\u2212": "-", "\u2013": "-", "\u2014": "-", "\u2010": "-", "\u2011": "-"})
_NUMERIC = frozenset({"number", "integer", "bound"})

Value = float | int | str | None


@dataclass(frozen=True, slots=True)
class Says:
    """What one place of a deck states.

    Parameters
    ----------
    subject, attribute
        Of a fact: the thing and the attribute that a claim speaks of. Of a sum, a count or a point
        of a chart: no subject, and its name in words.
    value
        As published: a number where it is one, else the text; None for unknown.
    unit
        Code of the unit of a number.
    source
        Id of the source of a fact.
    """

    subject: str
    attribute: str
    value: Value
    unit: str = ""
    source: str = ""

    @property
    def is_fact(self) -> bool:
        """Whether a claim says it; all else is counted, summed or derived."""
        return bool(self.subject)

    @property
    def is_plan(self) -> bool:
        """Whether it says which version of a saved plan is shown."""
        return self.subject.startswith(PLAN)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a statement stands: slide, shape, row and column, by keys that edits leave alone."""

    slide: str
    shape: str
    row: str
    column: str


@dataclass(frozen=True, slots=True)
class Statement:
    """What stands at a place, as it was printed there."""

    place: Place
    says: Says
    printed: str

    @property
    def id(self) -> str:
        """`subject/attribute` of a fact; of all else its place."""
        if self.says.is_fact:
            return f"{self.says.subject}/{self.says.attribute}"
        return f"{self.place.shape}/{self.place.row}.{self.place.column}"


def plain(raw: str, kind: str) -> Value:
    """Return a published value as a number where it is one; None for nothing."""
    if is_missing(raw):
        return None
    if kind not in _NUMERIC:
        return raw
    return as_number(raw) if _NUMBER.fullmatch(raw) else raw


def as_number(text: str) -> float | int:
    """Return a number written with a point, whole ones as whole."""
    number = float(text)
    return int(number) if number.is_integer() else number


def fact(data: Dataset, found: Mapping[str, Figure], subject: str, attribute: str) -> Says:
    """Return what is known of an attribute of a subject among its figures as of a day."""
    kind = data.attributes[attribute]
    figure = found.get(attribute)
    if figure is None:
        return Says(subject, attribute, None, kind.unit)
    value = plain(figure.value, kind.type)
    return Says(subject, attribute, value, kind.unit, figure.claim.source)


def fact_now(data: Dataset, subject: str, attribute: str, at: date) -> Says | None:
    """Return what is known as of a day; None when the map of record holds no such thing."""
    if attribute not in data.attributes:
        return None
    try:
        found = facts.figures(data, subject, at)
    except UnknownSubjectError:
        return None
    return fact(data, found, subject, attribute)


def printed(data: Dataset, lang: str, says: Says, *, unit: bool = False) -> str:
    """Return how a value is printed, with its unit when the head of its column has none."""
    if says.is_plan:
        return plan_printed(lang, says.value)
    if says.value is None:
        return NONE
    shown = says.unit if unit or says.unit == "year" else ""
    if not says.is_fact:
        return i18n.quantity(lang, says.value, shown)
    kind = data.attributes[says.attribute]
    text = str(says.value)
    if kind.type == "text":
        text = wording.words(data, lang, text)
    return i18n.value(lang, text, type=kind.type, unit=shown, vocabulary=kind.vocabulary)


def plan_says(saved: SavedPlan) -> Says:
    """Return which version of a plan is shown: its number, and when it was saved."""
    return Says(f"{PLAN}{saved.id}", saved.title, f"{saved.version} {saved.at_saved}")


def plan_printed(lang: str, value: Value) -> str:
    """Return the version of a plan in words, out of the value of a statement; None for none."""
    if value is None:
        return i18n.text(lang, "planout.removed")
    number, _, moment = str(value).partition(" ")
    day = i18n.date(lang, moment[:10])
    return i18n.text(lang, "planout.version_on", number=number, date=day)


# -- reading back ----------------------------------------------------------------------------------


def settled(text: str) -> str:
    """Return a text with its spaces and dashes made alike: programs change them unasked."""
    alike = "".join(c if c.isprintable() else " " for c in text.translate(_DASHES))
    return " ".join(alike.split())


def number_in(lang: str, text: str, unit: str = "") -> float | int | None:
    """Return the number that a text is, with or without its unit; None when it is something else.

    Separators are those of the language.
    """
    found = settled(text)
    sign = i18n.unit(lang, unit) if unit not in ("", "count") else ""
    if sign:
        found = found.removesuffix(settled(sign)).rstrip()
    point, group = (".", ",") if lang == Lang.EN else (",", " ")
    found = re.sub(rf"(?<=\d){re.escape(group)}(?=\d{{3}})", "", found).replace(point, ".")
    return as_number(found) if _NUMBER.fullmatch(found) else None


def holds(lang: str, text: str, wanted: str, unit: str = "") -> bool:
    """Return whether a text says what is printed: the same words, or the same number."""
    if settled(text) == settled(wanted):
        return True
    stands, needed = number_in(lang, text, unit), number_in(lang, wanted, unit)
    return stands is not None and stands == needed


def read(data: Dataset, lang: str, says: Says, text: str) -> Value:
    """Return the value that a text at the place of a statement means; the text itself if unsure."""
    bare = settled(text)
    if bare in ("", settled(NONE)):
        return None
    number = number_in(lang, text, says.unit)
    if not says.is_fact or says.is_plan:
        return bare if number is None else number
    kind = data.attributes[says.attribute]
    if kind.type in _NUMERIC:
        return bare if number is None else number
    if kind.type == "code":
        labels = {
            settled(i18n.label(lang, kind.vocabulary, code)): code
            for code in LISTS.get(kind.vocabulary, ())
        }
        return labels.get(bare, bare)
    return bare


# -- for people ------------------------------------------------------------------------------------


def name_of(data: Dataset, lang: str, says: Says) -> str:
    """Return what a statement is about, in words."""
    if not says.is_fact:
        return says.attribute
    if says.is_plan:
        return f"{i18n.text(lang, 'planout.plan')}: {says.attribute}"
    for table in ("plants", "projects", "entities", "regions"):
        row = data.rows[table].get(facts.subject_id(says.subject))
        if row is not None:
            return f"{i18n.name(lang, row)}: {i18n.text(lang, f'attribute.{says.attribute}')}"
    return f"{says.subject}: {i18n.text(lang, f'attribute.{says.attribute}')}"


def source_json(data: Dataset, source: str) -> dict[str, str]:
    """Return a source as the command line prints it; empty texts where there is none."""
    return data.sources.get(source, Source("", "", "", "", "", "")).as_json()
