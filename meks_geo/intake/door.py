"""The way of a file into the map of record: read and check, compare, publish.

The page and the command line both go through here, so neither lets in what the other would not.
"""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from meks_geo import archive
from meks_geo.amendment import Amendment
from meks_geo.errors import InputError, Problem
from meks_geo.intake import reading
from meks_geo.intake.amend import Sender, amendment, still_needed
from meks_geo.intake.checking import check
from meks_geo.intake.compare import Difference, difference
from meks_geo.intake.model import RawFile, Verdict
from meks_geo.journal import Entry
from meks_geo.model import Dataset
from meks_geo.progress import Progress, silent
from meks_geo.store import Store


@dataclass(frozen=True, eq=False)
class Checked:
    """A file that was read and checked; `raw` is None when it could not be read at all."""

    path: Path
    raw: RawFile | None
    verdict: Verdict


@dataclass(frozen=True, eq=False)
class Proposal:
    """What publishing a file would do; `after` is the map of record that would come of it."""

    sender: Sender
    path: Path
    amendment: Amendment
    before: Dataset
    after: Dataset
    difference: Difference
    problems: tuple[Problem, ...]


def examine(
    store: Store,
    data: Dataset,
    path: Path,
    *,
    name: str = "",
    table: str = "",
    today: date,
    progress: Progress = silent,
) -> Checked:
    """Read a file and check it against the schemas and the map of record.

    Never raises for what is in the file: one that is unusable has a verdict without tables.
    """
    file = name or path.name

    def first_half(step: str, share: float) -> None:
        progress(step, share / 2)

    def second_half(step: str, share: float) -> None:
        progress(step, 0.5 + share / 2)

    try:
        raw = reading.read(path, name=file, progress=first_half)
    except InputError as error:
        return Checked(path, None, Verdict(file, 0, {}, error.problems))
    verdict = check(raw, data, store.schemas(), today=today, table=table, progress=second_half)
    return Checked(path, raw, verdict)


def propose(
    store: Store,
    data: Dataset,
    checked: Checked,
    *,
    author: str,
    day: date,
    replace: bool = False,
) -> Proposal:
    """Compare a checked file with the map of record; nothing is written.

    `problems` says what stands against publishing it, beside the faults of the file itself.
    """
    verdict = checked.verdict
    sender = Sender(author, day, verdict.file, archive.hash_of(checked.path))
    amended = amendment(verdict, data, store.schemas(), sender, replace=replace)
    after = store.preview(amended)
    found = difference(data, after, day)
    return Proposal(
        sender=sender,
        path=checked.path,
        amendment=amended,
        before=data,
        after=after,
        difference=found,
        problems=tuple(still_needed(amended, data, verdict.file)),
    )


def signed(store: Store, proposal: Proposal, checked: Checked, author: str) -> Proposal:
    """Return a proposal in the name of who publishes it; what it changes stays the same."""
    sender = dataclasses.replace(proposal.sender, author=author)
    amended = amendment(
        checked.verdict,
        proposal.before,
        store.schemas(),
        sender,
        replace=not proposal.amendment.removed.empty,
    )
    return dataclasses.replace(proposal, sender=sender, amendment=amended)


def much_removed(found: Difference, file: str) -> list[Problem]:
    """Return a `takes-much` for each region and table that would lose more than a tenth."""
    return [
        Problem(
            "takes-much", file, params={"region": region, "share": round(100 * share)}, table=table
        )
        for (region, table), share in found.takes_much.items()
    ]


def publish(
    store: Store,
    proposal: Proposal,
    *,
    note: str,
    allow_removal: bool = False,
    progress: Progress = silent,
) -> Entry:
    """Make a proposal part of the map of record.

    Raises
    ------
    InputError
        If a name or a note is missing, if something kept refers to what would go, or if more than a
        tenth of a region would go and `allow_removal` is not given; also as `Store.publish`.
    MovedOnError
        If the map of record has changed since the comparison.
    """
    file = proposal.sender.file
    missing = [
        Problem("missing-value", file, column=name)
        for name, text in (("author", proposal.sender.author), ("note", note))
        if not text.strip()
    ]
    against: Sequence[Problem] = [*missing, *proposal.problems]
    if not allow_removal:
        against = [*against, *much_removed(proposal.difference, file)]
    if against:
        raise InputError(against)
    return store.publish(
        proposal.amendment,
        proposal.path,
        author=proposal.sender.author,
        note=note,
        file=file,
        counts=proposal.difference.counts,
        expected=proposal.before.revision,
        progress=progress,
    )
