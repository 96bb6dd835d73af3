"""The fold: what is true of a thing as of a day, out of all that was ever said of it.

The newest claim that `stands` wins. A partial date is visible from its last day and ordered by its
first, so an exact date inside the same period wins; then the more precise; then the later in the
file. Doubtful claims never win. A register value is used only where its subject has no claim at all
for the attribute.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from meks_geo.errors import UnknownSubjectError
from meks_geo.model import Claim, Dataset
from meks_geo.vocabulary import COUNTRY, Standing

#: Another name of the country in the sources.
_ALIASES = {"national": COUNTRY}


@dataclass(frozen=True, slots=True)
class Figure:
    """The value of one attribute as of a day, with the other values of its own day."""

    claim: Claim
    conflicts: tuple[Claim, ...]

    @property
    def value(self) -> str:
        """The value as published."""
        return self.claim.value


Figures = Mapping[str, Figure]


def fold(claims: Sequence[Claim], at: date) -> Figure | None:
    """Return the value of one attribute of one subject as of `at`, or None when nothing is known.

    `claims` are those of the attribute in file order, of any standing.
    """
    said = [c for c in claims if c.standing != Standing.REGISTER]
    pool = [c for c in said or claims if c.standing != Standing.DOUBTFUL and c.stated_on.last <= at]
    if not pool:
        return None
    winner = max(pool, key=_weight)
    others = {
        c.value: c
        for c in pool
        if c.stated_on.text == winner.stated_on.text and c.value != winner.value
    }
    return Figure(winner, tuple(others.values()))


def history(claims: Sequence[Claim], at: date) -> tuple[Claim, ...]:
    """Return every claim visible as of `at`, doubtful and register ones too, oldest first."""
    return tuple(sorted((c for c in claims if c.stated_on.last <= at), key=_weight))


def figures(data: Dataset, subject: str, at: date) -> dict[str, Figure]:
    """Return what is known of a subject as of `at`, in the order of `attributes.csv`.

    Raises
    ------
    UnknownSubjectError
        If the map of record holds no such subject.
    """
    subject = _ALIASES.get(subject, subject)
    if not data.subject_type(subject):
        raise UnknownSubjectError(subject)
    claims = data.claims.get(subject, {})
    folded = {name: fold(claims[name], at) for name in data.attributes if name in claims}
    return {name: figure for name, figure in folded.items() if figure is not None}


def subject_id(subject: str) -> str:
    """Return the id of a subject that may be given by another name."""
    return _ALIASES.get(subject, subject)


def change_days(data: Dataset) -> tuple[date, ...]:
    """Return the days on which something became visible through a claim, oldest first."""
    days = {
        c.stated_on.last
        for by_attribute in data.claims.values()
        for claims in by_attribute.values()
        for c in claims
        if c.standing != Standing.REGISTER
    }
    return tuple(sorted(days))


def _weight(claim: Claim) -> tuple[date, int, int]:
    return claim.stated_on.first, -claim.stated_on.days, claim.order
