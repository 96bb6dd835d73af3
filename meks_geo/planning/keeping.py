"""Saved plans in the journal: their ids, what may be saved, versions of one plan."""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from meks_geo.errors import InputError, Problem
from meks_geo.journal import Kept
from meks_geo.planning.saved import ID, SavedPlan, from_json, to_json

#: The longest title, author and note, in characters.
MOST_TITLE, MOST_AUTHOR, MOST_NOTE = 120, 120, 2_000
#: Texts up to so many characters are kept as they were read.
_SMALL = 500_000

_LATIN = dict(
    zip(
        "абвгдеёжзийклмнопрстуфхцчшщъыьэюяәғқңөұүһі",
        (
            *("a", "b", "v", "g", "d", "e", "yo", "zh", "z", "i", "y", "k", "l", "m", "n", "o"),
            *("p", "r", "s", "t", "u", "f", "kh", "ts", "ch", "sh", "shch", "", "y", "", "e"),
            *("yu", "ya", "a", "gh", "q", "ng", "o", "u", "u", "h", "i"),
        ),
        strict=True,
    )
)


def slug(title: str, taken: Iterable[str] = ()) -> str:
    """Return an id for a title in any alphabet, other than those that are taken."""
    latin = "".join(_LATIN.get(letter, letter) for letter in title.lower())
    base = "-".join(re.findall(r"[a-z0-9]+", latin))[:60].strip("-")
    base = base or f"plan-{hashlib.sha256(title.encode()).hexdigest()[:8]}"
    used, number, found = set(taken), 2, base
    while found in used:
        found, number = f"{base}-{number}", number + 1
    return found


def checked(plan: SavedPlan) -> SavedPlan:
    """Return a plan with its words in order, fit to be saved.

    Raises
    ------
    InputError
        As `named`.
    """
    title, author, note = named(plan.id, plan.title, plan.author, plan.note)
    return replace(plan, title=title, author=author, note=note)


def named(plan: str, title: str, author: str, note: str) -> tuple[str, str, str]:
    """Return title, author and note of a plan, each in one line.

    Raises
    ------
    InputError
        If its id is none, it has no title or author, or one of its words is too long.
    """
    problems = []
    if not ID.fullmatch(plan):
        problems.append(Problem("bad-id", "plan", None, "id", plan[:80]))
    words = {"title": clean(title), "author": clean(author), "note": clean(note)}
    problems += _faults(words)
    if problems:
        raise InputError(problems)
    return words["title"], words["author"], words["note"]


def signed(author: str, note: str) -> tuple[str, str]:
    """Return who changes the list of plans and why, each in one line.

    Raises
    ------
    InputError
        If nobody signs, or one of the words is too long.
    """
    words = {"author": clean(author), "note": clean(note)}
    problems = _faults(words)
    if problems:
        raise InputError(problems)
    return words["author"], words["note"]


def _faults(words: Mapping[str, str]) -> list[Problem]:
    problems = []
    longest = {"title": MOST_TITLE, "author": MOST_AUTHOR, "note": MOST_NOTE}
    for name, text in words.items():
        if not text and name != "note":
            problems.append(Problem("missing-value", "plan", None, name))
        if len(text) > longest[name]:
            params = {"low": 1, "high": longest[name]}
            problems.append(Problem("out-of-range", "plan", None, name, str(len(text)), params))
    return problems


def clean(text: str) -> str:
    """Return a text in one line, without what cannot be printed."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


# -- in the journal --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Version:
    """An entry of the journal: a version of a plan, or its removal, which has none.

    `number` grows by one over all plans; `at` is UTC, ISO, to the second.
    """

    number: int
    id: str
    at: str
    author: str
    note: str
    plan: SavedPlan | None


def version_of(kept: Kept) -> Version:
    """Return what the journal kept, read.

    Raises
    ------
    InputError
        `damaged-plan` if it cannot be read, is the text of another plan or of one not yet saved.
    """
    read = _read_small if len(kept.text) < _SMALL else from_json
    plan = read(kept.text, kept.id) if kept.text else None
    if plan and (plan.id != kept.id or not plan.at_saved):
        raise InputError([Problem("damaged-plan", kept.id, value=plan.id)])
    return Version(kept.number, kept.id, kept.at, kept.author, kept.note, plan)


@lru_cache(maxsize=64)
def _read_small(text: str, name: str) -> SavedPlan:
    """Read a plan once: a page lists them at every step of its reader."""
    return from_json(text, name)


def kept_of(plan: SavedPlan, before: Sequence[Kept], now: str) -> tuple[SavedPlan, Kept]:
    """Return the next version of a plan, and as the journal keeps it.

    Parameters
    ----------
    before
        All that was kept of it so far.
    now
        UTC, ISO, to the second.
    """
    version = 1 + sum(1 for one in before if one.text)
    written = replace(plan, version=version, at_saved=now)
    return written, Kept(plan.id, to_json(written), plan.author, plan.note, now)
