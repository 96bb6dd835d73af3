"""Every cache of the pages, with its bound. Keys are strings and frozen values, never frames."""

import gc
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Generic, NamedTuple, TypeVar

import streamlit as st

from meks_geo.config import stamp
from meks_geo.errors import Problem
from meks_geo.exports import outputs
from meks_geo.intake import door, referee, template
from meks_geo.intake.compare import Difference, difference
from meks_geo.model import Base, Dataset
from meks_geo.planning.saved import SavedPlan
from meks_geo.progress import Progress
from meks_geo.rights import LOCAL
from meks_geo.store import Store
from meks_geo.ui import uploads
from meks_geo.ui.jobs import Jobs
from meks_geo.ui.lookout import Lookout
from meks_geo.view import View

_BUILDING = threading.Lock()
#: Of the content of a base map; see `Base`.
_DIGEST = re.compile("[0-9a-f]{12}")


def ensure(progress: Progress) -> tuple[Problem, ...]:
    """Build the first revision when there is none; one that is out of date is built by the way.

    Returns what is wrong with changed registers; the last good revision is served meanwhile.
    """
    with _BUILDING:
        if Store().current() is None:
            Store().ensure(progress)
    return _lookout().problems()


@st.cache_resource(max_entries=1, show_spinner=False)
def _lookout() -> Lookout:
    """Return who looks whether the registers changed: reading them on each run would be felt."""
    return Lookout(lambda: Store().ensure())


@st.cache_resource(max_entries=4, show_spinner=False)
def _read(revision: str) -> Dataset:
    found = Store().dataset(revision)
    # What stays is not to be searched for garbage: Streamlit does that after each run.
    gc.collect()
    gc.freeze()
    return found


def dataset(revision: str = "") -> Dataset:
    """Return a published revision, by default the current one; read once a process.

    Raises
    ------
    NothingPublishedError
        If there is no such revision.
    """
    return _read(revision or Store().current() or "")


def base_of(digest: str) -> Base | None:
    """Return the base map of that content among the published revisions; None for none."""
    if not _DIGEST.fullmatch(digest):
        return None
    held = (one for one in Store().revisions() if _base_digest(one) == digest)
    found = next(held, None)
    return None if found is None else dataset(found).base


@st.cache_data(max_entries=1024, show_spinner=False)
def _base_digest(revision: str) -> str:
    """Return the digest of a revision's base map; it is kept, for reading them all takes long."""
    return dataset(revision).base.digest


def picture(revision: str, view: View) -> bytes:
    """Return the A4 picture of a view as PNG, with the saved plan that it names.

    Raises
    ------
    InputError
        If the plan is kept but cannot be read.
    """
    saved = Store().plan(view.plan) if view.plan else None
    return _print_bytes(revision, view, saved.digest if saved else "", saved)


@st.cache_data(max_entries=32, show_spinner=False)
def _print_bytes(revision: str, view: View, digest: str, _plan: SavedPlan | None) -> bytes:
    del digest  # a plan that was saved anew has another
    return outputs.snapshot(dataset(revision), view, outputs.Choice(stamp=stamp(), plan=_plan))


@st.cache_resource(max_entries=1, show_spinner=False)
def jobs() -> Jobs[bytes]:
    """Return the long work of this process: files that are made."""
    return Jobs()


@st.cache_resource(max_entries=1, show_spinner=False)
def plans() -> Jobs[Any]:
    """Return the plans that this process solves, with the last answers."""
    return Jobs(kept=8)


# -- files that come in ----------------------------------------------------------------------------

_T = TypeVar("_T")


class Upload(NamedTuple):
    """What a check depends on: the file, what it is called and holds, the revision, the day."""

    sha256: str
    name: str
    table: str
    revision: str
    day: date


@dataclass(eq=False)
class _Slot(Generic[_T]):
    """Room for one result: a cached function itself may not draw how far it is."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    value: _T | None = None

    def get(self, make: Callable[[], _T]) -> _T:
        """Return the result, made by whoever asks first."""
        with self.lock:
            if self.value is None:
                self.value = make()
            return self.value


@st.cache_resource(max_entries=3, show_spinner=False)
def _checked_slot(upload: Upload) -> _Slot[door.Checked]:
    del upload
    return _Slot()


@st.cache_resource(max_entries=2, show_spinner=False)
def _proposal_slot(upload: Upload, replace: bool) -> _Slot[door.Proposal]:
    del upload, replace
    return _Slot()


def checked(upload: Upload, progress: Progress) -> door.Checked:
    """Return a file that was read and checked against a revision.

    Raises
    ------
    FileNotFoundError
        If the file is no longer kept.
    """

    def examine() -> door.Checked:
        path = uploads.path_of(Store(), upload.sha256, upload.name)
        return door.examine(
            Store(),
            dataset(upload.revision),
            path,
            name=upload.name,
            table=upload.table,
            today=upload.day,
            progress=progress,
        )

    return _checked_slot(upload).get(examine)


def proposal(upload: Upload, progress: Progress, *, replace: bool) -> door.Proposal:
    """Return what publishing a checked file would do to a revision.

    Raises
    ------
    FileNotFoundError
        If the file is no longer kept.
    InputError
        If the registers have errors.
    """

    def propose() -> door.Proposal:
        found = checked(upload, progress)
        data = dataset(upload.revision)
        return door.propose(Store(), data, found, author=LOCAL, day=upload.day, replace=replace)

    return _proposal_slot(upload, replace).get(propose)


@st.cache_data(max_entries=4, show_spinner=False)
def copy_bytes(upload: Upload, lang: str) -> bytes:
    """Return the referee's copy of a checked file."""
    found = checked(upload, lambda _step, _share: None)
    if found.raw is None:
        return b""
    content, _, _ = referee.copy(
        found.path, found.raw, found.verdict, Store().schemas(), lang=lang, table=upload.table
    )
    return content


@st.cache_data(max_entries=8, show_spinner=False)
def template_bytes(revision: str, lang: str, region: str, day: date) -> bytes:
    """Return the workbook that a region fills in."""
    return template.workbook(
        dataset(revision), Store().schemas(), lang=lang, region=region, today=day
    )


@st.cache_resource(max_entries=4, show_spinner=False)
def compared(before: str, after: str, at: date) -> Difference:
    """Return the difference between two published revisions as of a day."""
    return difference(dataset(before), dataset(after), at)
