"""The map of record as it would be with other red thresholds: what if."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from meks_geo.lines import ZONES, Lines
from meks_geo.model import Dataset, ZoneRule
from meks_geo.vocabulary import Zone
from meks_geo.zones import compute, rules_in_force


def thresholds_in_force(data: Dataset, at: date) -> dict[str, float]:
    """Return the red threshold of each sector that has one on a day, in percent."""
    return {
        rule.sector: rule.above_percent
        for sector in sorted({rule.sector for rule in data.rules})
        for rule in rules_in_force(data.rules, sector, at)
        if rule.zone == Zone.RED
    }


def with_thresholds(data: Dataset, moved: Mapping[str, float]) -> Dataset:
    """Return a revision whose red thresholds are moved on every day; itself where none is.

    Parameters
    ----------
    moved
        Percent by sector. Zones that follow from wear follow the moved thresholds, those of lines
        too; a declared zone stays. A yellow threshold that is not below the red one is dropped.
    """
    return _moved(data, tuple(sorted(moved.items()))) if moved else data


@lru_cache(maxsize=4)
def _moved(data: Dataset, moved: tuple[tuple[str, float], ...]) -> Dataset:
    wanted = dict(moved)
    rules = tuple(found for rule in data.rules if (found := _rule(rule, wanted)) is not None)
    return replace(
        data,
        rules=rules,
        read_networks=lambda: data.networks,
        read_lines=lambda: _lines(data.lines, rules),
    )


def _rule(rule: ZoneRule, moved: Mapping[str, float]) -> ZoneRule | None:
    percent = moved.get(rule.sector)
    if percent is None:
        return rule
    if rule.zone == Zone.RED:
        return replace(rule, above_percent=percent, assumed=True)
    return rule if rule.above_percent < percent else None


def _lines(lines: Lines, rules: tuple[ZoneRule, ...]) -> Lines:
    """Return the same lines with the zones that other rules give."""
    words = lines.words["wear_percent"]
    table: npt.NDArray[np.uint8] = np.empty(
        (len(lines.periods), len(lines.words["sector"]), len(words)), np.uint8
    )
    for time, first in enumerate(lines.periods):
        for row, sector in enumerate(lines.words["sector"]):
            known = rules_in_force(rules, sector, date.fromisoformat(first))
            table[time, row] = [ZONES.index(str(compute(known, text))) for text in words]
    return replace(lines, zones=table[:, lines.codes["sector"], lines.codes["wear_percent"]])
