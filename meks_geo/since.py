"""What changed between two days: the same attribute folded as of both, side by side."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from meks_geo.dates import parse
from meks_geo.facts import fold
from meks_geo.model import Attribute, Claim, Dataset
from meks_geo.vocabulary import Standing

#: Attributes by what they mean to a reader, the weightiest first; all others come after them.
WEIGHT = (
    "status",
    "completion",
    "cost_bn_kzt",
    "cost_mn_usd",
    "zone_declared",
    "wear_percent",
    "stage",
    "contractor",
    "funding",
    "electric_mw",
    "heat_gcal_h",
    "construction_start",
    "contract_signed",
)
_NUMBERS, _DATE = frozenset({"number", "integer"}), "date"


@dataclass(frozen=True, slots=True)
class Change:
    """One attribute of one subject whose value is not what it was.

    Parameters
    ----------
    subject, attribute
        Id of the thing, and the name of the attribute in `attributes.csv`.
    before
        The value on the earlier day as published; "" where nothing was known.
    now
        The value on the later day as published.
    stated_on
        Day of the statement that is true now, exact or partial.
    source
        Id of its source.
    """

    subject: str
    attribute: str
    before: str
    now: str
    stated_on: str
    source: str


def year_before(day: date) -> date:
    """Return the same day a year earlier; the last of February for its 29th."""
    leap = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year - 1, day=28 if leap else day.day)


def changes(data: Dataset, since: date, at: date, subjects: Iterable[str]) -> tuple[Change, ...]:
    """Return what changed about subjects between two days.

    Parameters
    ----------
    data
        A revision; never changed.
    since, at
        The value as of the first day is compared with the value as of the second.
    subjects
        Ids; one of which nothing is known gives nothing.

    Returns
    -------
    changes
        The newest statement first; of one day in the order of the subjects and of
        `attributes.csv`. A value said again, a deadline of the same last day, and a figure of a
        register is no change. Empty where `since` is not before `at`.
    """
    if since >= at:
        return ()
    found = [
        change
        for subject in dict.fromkeys(subjects)
        for name, attribute in data.attributes.items()
        if (claims := data.claims.get(subject, {}).get(name))
        and (change := _change(attribute, claims, since, at))
    ]
    return tuple(sorted(found, key=lambda c: parse(c.stated_on).last, reverse=True))


def weightiest(found: Sequence[Change]) -> tuple[Change, ...]:
    """Return the same changes by weight: of what was known before, then of what was learnt."""
    order = {name: rank for rank, name in enumerate(WEIGHT)}

    def weight(change: Change) -> tuple[bool, int]:
        return not change.before, order.get(change.attribute, len(order))

    return tuple(sorted(found, key=weight))


def _change(attribute: Attribute, claims: Sequence[Claim], since: date, at: date) -> Change | None:
    before, now = fold(claims, since), fold(claims, at)
    if now is None or now.claim.standing == Standing.REGISTER:
        return None
    if before is not None and _same(attribute, before.value, now.value):
        return None
    claim = now.claim
    return Change(
        subject=claim.subject,
        attribute=claim.attribute,
        before="" if before is None else before.value,
        now=claim.value,
        stated_on=claim.stated_on.text,
        source=claim.source,
    )


def _same(attribute: Attribute, before: str, now: str) -> bool:
    """Tell whether two values say the same: numbers of other decimals, days of one last day."""
    if before == now:
        return True
    if attribute.type == _DATE:
        return parse(before).last == parse(now).last
    return attribute.type in _NUMBERS and float(before) == float(now)
