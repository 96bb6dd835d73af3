"""Wear zones: the declared one, else the one a published rule gives, else unknown."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from meks_geo.model import ZoneRule
from meks_geo.validate import bounds
from meks_geo.vocabulary import OUT_OF_RED, Zone


class Shown(NamedTuple):
    """The zone that is shown and filtered, and how it came about: declared, computed or ""."""

    zone: str
    basis: str


def rules_in_force(rules: Sequence[ZoneRule], sector: str, at: date) -> tuple[ZoneRule, ...]:
    """Return the rules of a sector in force on a day, highest threshold first."""
    known = [r for r in rules if r.sector == sector and r.in_force_from.last <= at]
    newest = {
        zone: max((r for r in known if r.zone == zone), key=lambda r: r.in_force_from.first)
        for zone in {r.zone for r in known}
    }
    return tuple(sorted(newest.values(), key=lambda r: -r.above_percent))


def compute(rules: Sequence[ZoneRule], wear: str) -> str:
    """Return the zone of a published wear (percent or bound) by rules in force, else unknown.

    A bound has a zone only when its whole interval lies in it: `>80` is red above 60, `>55` is not.
    """
    if not wear:
        return Zone.UNKNOWN
    lower, upper = (_zone_of(percent, rules) for percent in bounds(wear))
    return lower if lower == upper else Zone.UNKNOWN


def _zone_of(percent: float, rules: Sequence[ZoneRule]) -> str:
    for rule in rules:
        if percent > rule.above_percent or percent == rule.above_percent == 0:
            return rule.zone
    return Zone.UNKNOWN


def shown(declared: str, computed: str) -> Shown:
    """Return the zone to show: declared before computed; `out of red` names none."""
    if declared and declared != OUT_OF_RED:
        return Shown(declared, "declared")
    if declared:
        return Shown(Zone.UNKNOWN, "declared")
    if computed != Zone.UNKNOWN:
        return Shown(computed, "computed")
    return Shown(Zone.UNKNOWN, "")
