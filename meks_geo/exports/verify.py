"""Which statements of a deck are no longer true, read where they stand; and the deck made true.

A fact that a claim changed, or whose text was edited, is a line of `changed`. Sums, counts and
charts that moved only because facts did are `derived`. What was deleted is no statement any more.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from meks_geo.exports import deckplan, deckreader, deckversions
from meks_geo.exports.deckmodel import Deck
from meks_geo.exports.deckreader import Opened
from meks_geo.exports.deckrefresh import refresh
from meks_geo.exports.decktruth import Truth
from meks_geo.exports.deckversions import Versions
from meks_geo.exports.statements import (
    NONE,
    Says,
    Statement,
    Value,
    holds,
    name_of,
    printed,
    read,
    settled,
    source_json,
)
from meks_geo.model import Dataset

__all__ = ["Line", "Report", "document", "refresh", "verify"]


@dataclass(frozen=True, slots=True)
class Line:
    """A statement that is not true now.

    Parameters
    ----------
    id
        `subject/attribute` of a fact; of all else its place in the deck.
    statement
        What it is about, in words.
    then, now
        The values: numbers, codes and dates as published; an edited text that is none of these as
        it stands; None for unknown.
    then_text, now_text
        The same in words, with units.
    source
        Id of the source of what is true now; "" where it is counted or summed.
    slides
        Numbers of the slides on which it stands, from 1.
    edited
        Whether its text is not the one that the deck was made with.
    """

    id: str
    statement: str
    then: Value
    now: Value
    then_text: str
    now_text: str
    unit: str
    source: str
    slides: tuple[int, ...]
    edited: bool


@dataclass(frozen=True, slots=True)
class Report:
    """What became of the statements of a deck.

    `maps` are the slides whose map would be drawn otherwise now, `deleted` is the number of
    statements that are no longer there.
    """

    changed: tuple[Line, ...]
    derived: tuple[Line, ...]
    unchanged: int
    deleted: int
    maps: tuple[int, ...]
    made_as_of: date
    made_of: str
    as_of: date
    revision: str


def verify(
    data: Dataset,
    content: bytes,
    at: date,
    lang: str,
    *,
    name: str = "",
    versions: Versions = deckversions.none_kept,
) -> Report:
    """Return which statements of a deck are no longer true as of a day.

    Parameters
    ----------
    data
        The revision that is true now; never changed.
    content
        The deck, as it was made or edited.
    at
        Day of the truth.
    lang
        Language of the words of the report.
    name
        Name of the file as its sender knows it.
    versions
        What is kept of a saved plan. A plan never changes: that a newer version was saved, or that
        it was removed, is one line; its figures are compared with those of its own version.

    Raises
    ------
    InputError
        If it is no deck of ours, damaged or too large.
    """
    found = deckreader.opened(content, name)
    plans = deckversions.shown(found.deck, versions)
    new = deckplan.build(data, found.deck.recipe.on(at), plans=plans)
    with deckreader.reading(name):
        return _compare(found, new, Truth(data, found.deck, new, versions), lang)


def _compare(found: Opened, new: Deck, truth: Truth, lang: str) -> Report:
    stale: dict[tuple[str, str, date], _Stale] = {}
    good: set[tuple[str, date]] = set()
    deleted = 0
    for statement, places in found.standing():
        deleted += not places
        now, wanted = truth.of(statement)
        day = truth.day_of(statement)
        for slide, text in places:
            edited = not holds(truth.lang, text, statement.printed, statement.says.unit)
            same = not edited and statement.says.value == now.value
            if same or holds(truth.lang, text, wanted, statement.says.unit):
                good.add((statement.id, day))
                continue
            key = statement.id, settled(text), day
            stale.setdefault(key, _Stale(statement, now, text, edited, [])).slides.append(slide)
    lines = [(one, _line(truth.data, one, truth.lang, lang)) for one in stale.values()]
    return Report(
        changed=tuple(line for one, line in lines if one.by_itself),
        derived=tuple(line for one, line in lines if not one.by_itself),
        unchanged=len(good - {(one, day) for one, _, day in stale}),
        deleted=deleted,
        maps=tuple(_moved_maps(found, new)),
        made_as_of=found.deck.as_of,
        made_of=found.deck.revision,
        as_of=new.as_of,
        revision=new.revision,
    )


@dataclass(frozen=True, slots=True)
class _Stale:
    """A text that is not true, with the slides on which it stands."""

    statement: Statement
    now: Says
    text: str
    edited: bool
    slides: list[int]

    @property
    def by_itself(self) -> bool:
        """Whether it changed by itself, and not because it is counted from what did."""
        return self.edited or self.statement.says.is_fact


def _line(data: Dataset, one: _Stale, own: str, lang: str) -> Line:
    """Return what is untrue in words; `own` is the language of the deck, `lang` of the reader."""
    says = one.statement.says
    then = read(data, own, says, one.text) if one.edited else says.value
    as_typed = one.edited and then == settled(one.text)
    then_text = one.text if as_typed else printed(data, lang, replace(says, value=then), unit=True)
    return Line(
        id=one.statement.id,
        statement=name_of(data, lang, says),
        then=then,
        now=one.now.value,
        then_text=then_text or NONE,
        now_text=printed(data, lang, one.now, unit=True) or NONE,
        unit=says.unit,
        source=one.now.source or says.source,
        slides=tuple(sorted(set(one.slides))),
        edited=one.edited,
    )


def _moved_maps(found: Opened, new: Deck) -> Iterator[int]:
    """Yield the slides whose map shows what is no longer so."""
    drawn = {one.name: one.digest for slide in new.slides for one in slide.pictures}
    for slide in found.deck.slides:
        for picture in slide.pictures:
            if drawn.get(picture.name, picture.digest) != picture.digest:
                yield from (one.slide for one in found.shapes.get(picture.name, ()))


def document(data: Dataset, report: Report) -> dict[str, object]:
    """Return the JSON document of the `verify-deck` command (DESIGN, section 7)."""
    return {
        "changed": [_line_json(data, line) for line in report.changed],
        "unchanged": report.unchanged,
        "derived": [_line_json(data, line) for line in report.derived],
        "deleted": report.deleted,
        "maps": list(report.maps),
        "made": {"as_of": report.made_as_of.isoformat(), "revision": report.made_of},
        "as_of": report.as_of.isoformat(),
        "revision": report.revision,
    }


def _line_json(data: Dataset, line: Line) -> dict[str, object]:
    return {
        "statement": line.statement,
        "then": line.then,
        "now": line.now,
        "source": source_json(data, line.source),
        "id": line.id,
        "then_text": line.then_text,
        "now_text": line.now_text,
        "unit": line.unit,
        "slides": list(line.slides),
        "edited": line.edited,
    }
