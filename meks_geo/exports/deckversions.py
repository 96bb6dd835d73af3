"""Which version of a saved plan a deck shows, and which one is the newest now."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from meks_geo.exports.deckmodel import Deck
from meks_geo.exports.statements import PLAN, Says, plan_says
from meks_geo.planning.keeping import Version
from meks_geo.planning.saved import SavedPlan

#: Returns all that was kept of a plan, the newest first; a removal has no plan.
Versions = Callable[[str], Sequence[Version]]

_SLIDE = re.compile(r".*\.plan(wear|money|leaving|debt|works|left|numbers)?(\.\d+)?")


def none_kept(_plan: str) -> tuple[Version, ...]:
    """Return the versions of a plan where no plans are kept."""
    return ()


def of_plan(slide: str) -> bool:
    """Tell by its key whether a slide is one of a saved plan."""
    return _SLIDE.fullmatch(slide) is not None


def shown(deck: Deck, versions: Versions) -> dict[str, SavedPlan]:
    """Return by id the plans that a deck shows, each in the version that it was made with."""
    found = {}
    for says in _said(deck):
        plan = says.subject.removeprefix(PLAN)
        for one in versions(plan):
            if one.plan is not None and plan_says(one.plan).value == says.value:
                found[plan] = one.plan
    return found


def newest(deck: Deck, versions: Versions) -> dict[str, SavedPlan]:
    """Return by id the plans of a deck as they are now; one that was removed as it is shown."""
    found = shown(deck, versions)
    for says in _said(deck):
        plan = says.subject.removeprefix(PLAN)
        last = next(iter(versions(plan)), None)
        if last is not None and last.plan is not None:
            found[plan] = last.plan
    return found


def now(says: Says, versions: Versions) -> Says:
    """Return the statement of the newest version of a plan; without a value if it is no more."""
    last = next(iter(versions(says.subject.removeprefix(PLAN))), None)
    if last is None or last.plan is None:
        return replace(says, value=None)
    return plan_says(last.plan)


def _said(deck: Deck) -> list[Says]:
    return [one.says for one in deck.statements() if one.says.is_plan]
