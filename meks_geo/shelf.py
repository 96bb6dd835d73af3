"""What can be read of a store, also where nothing may be written.

A helper of `store`, which is the only writer.
"""

import logging
import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio

from meks_geo import archive, contents, journal, lines, registers, revisions, segments, upkeep
from meks_geo.amendment import Amendment, with_networks
from meks_geo.contents import Content
from meks_geo.dates import local_time
from meks_geo.errors import InputError, NothingPublishedError, Problem, by_system
from meks_geo.journal import Deed, Entry
from meks_geo.lines import Lines
from meks_geo.model import Dataset, Schema, Source
from meks_geo.planning import keeping
from meks_geo.planning.keeping import Version
from meks_geo.planning.saved import SavedPlan
from meks_geo.progress import Progress, silent
from meks_geo.vocabulary import Provenance

_LOG = logging.getLogger(__name__)

GDAL_ERRORS = (
    pyogrio.errors.DataSourceError,
    pyogrio.errors.DataLayerError,
    pyogrio.errors.FeatureError,
    pyogrio.errors.FieldError,
)


class Shelf:
    """The registers and the published revisions under one folder.

    Parameters
    ----------
    root
        Folder that holds `data/` and `geo/`; by default the one this package lies in, or
        `MEKS_GEO_ROOT`.
    var
        Folder that the running system writes; by default `root/var`, or `MEKS_GEO_VAR`.
    """

    def __init__(self, root: Path | None = None, var: Path | None = None) -> None:
        """Name the folders; nothing is read or written."""
        here = Path(__file__).resolve().parent.parent
        self.root = root or Path(os.environ.get("MEKS_GEO_ROOT", here))
        self.var = var or Path(os.environ.get("MEKS_GEO_VAR", self.root / "var"))
        self.published = self.var / "published"
        self.intakes = self.var / "intakes"
        self.journal = self.var / "journal.sqlite"

    def schemas(self) -> dict[str, Schema]:
        """Return the schema of every table."""
        return registers.read_schemas(self.root / "data")

    def parameters(self) -> dict[str, pd.DataFrame]:
        """Return what planning assumes: the tables of `registers.PARAMETERS` by name, rows by id.

        They are no part of a revision. Raises `InputError` with all their faults, if they have any.
        """
        tables, problems = registers.read_parameters(self.root / "data")
        if any(p.severity == "error" for p in problems):
            raise InputError(problems)
        return tables

    def history(self) -> list[Entry]:
        """Return the entries of the journal, oldest first.

        Raises
        ------
        InputError
            If it cannot be read.
        """
        with self._readable():
            return journal.entries(self.journal)

    def audit(self) -> list[Deed]:
        """Return the newest lines of the audit trail, newest first.

        Raises
        ------
        InputError
            If it cannot be read.
        """
        with self._readable():
            return journal.audit(self.journal)

    def plans(self) -> tuple[SavedPlan, ...]:
        """Return the newest version of each saved plan that can be read, the newest plan first.

        Removed ones are left out; `damaged_plans` tells of those that cannot be read.

        Raises
        ------
        InputError
            If the journal cannot be read.
        """
        return tuple(one for one in self._plans() if isinstance(one, SavedPlan))

    def damaged_plans(self) -> tuple[Problem, ...]:
        """Return what is wrong with saved plans that cannot be read."""
        errors = [one for one in self._plans() if isinstance(one, InputError)]
        return tuple(problem for error in errors for problem in error.problems)

    def plan(self, plan: str) -> SavedPlan | None:
        """Return the newest version of a saved plan; None if there is none, or it was removed.

        Raises
        ------
        InputError
            If the journal or the plan cannot be read.
        """
        with self._readable():
            found = journal.plans(self.journal, plan) if plan else None
        return keeping.version_of(found[-1]).plan if found else None

    def plan_versions(self, plan: str) -> tuple[Version, ...]:
        """Return all that was kept of a plan, newest first, its removal too.

        Raises
        ------
        InputError
            If the journal or a version cannot be read.
        """
        with self._readable():
            found = journal.plans(self.journal, plan) if plan else None
        return tuple(map(keeping.version_of, reversed(found or [])))

    def _plans(self) -> list[SavedPlan | InputError | None]:
        """Return what there is of each plan, the newest first: None for a removed one."""
        with self._readable():
            newest = journal.plans(self.journal) or []
        found: list[SavedPlan | InputError | None] = []
        for one in reversed(newest):
            try:
                found.append(keeping.version_of(one).plan)
            except InputError as error:
                found.append(error)
        return found

    def fingerprint(self) -> str:
        """Return the hash of the bytes of the shipped registers and geometry."""
        return contents.fingerprint(self.root)

    def current(self) -> str | None:
        """Return the revision in use; None before the first build."""
        return upkeep.marker(self.var).get("revision")

    def is_stale(self) -> bool:
        """Return whether the shipped registers changed since the current revision was built."""
        return upkeep.marker(self.var).get("registers") != self.fingerprint()

    def revisions(self) -> frozenset[str]:
        """Return the hashes of every published revision."""
        return upkeep.revisions(self.var)

    def dataset(self, revision: str = "") -> Dataset:
        """Return a published revision, by default the current one.

        Raises
        ------
        NothingPublishedError
            If there is no such revision.
        InputError
            If its file is damaged.
        """
        wanted = revision or self.current() or ""
        path = self.published / f"{wanted}.gpkg"
        if not wanted or not path.exists():
            raise NothingPublishedError(wanted)
        try:
            return revisions.read(
                path,
                wanted,
                self.schemas(),
                networks=partial(self._networks, wanted),
                lines=partial(self._lines, wanted),
                line_sources=partial(self._line_sources, wanted),
            )
        except (sqlite3.DatabaseError, *GDAL_ERRORS) as error:
            if not path.exists():  # its time ran out meanwhile
                raise NothingPublishedError(wanted) from error
            raise InputError(
                [by_system("unreadable-file", path.name, error, otherwise="corrupt")]
            ) from error

    def lines_of(self, revision: str) -> Path:
        """Return where the lines of a revision are kept by column."""
        return self.published / f"{revision}.lines.npz"

    def tiles_of(self, revision: str) -> Path:
        """Return where the tiles of the networks of a revision are kept."""
        return self.published / f"{revision}.networks.pmtiles"

    def _lines(self, revision: str) -> Lines:
        """Return the lines of a revision; of one that has no file of them, out of its rows."""
        path = self.lines_of(revision)
        try:
            return lines.load(path)
        except lines.NOT_WHOLE as error:
            if path.exists():
                _LOG.warning("%s cannot be read, its rows are: %s", path.name, error)
            data = self.dataset(revision)
            return segments.columns(data.networks.reset_index(), data.rules)

    def _networks(self, revision: str) -> gpd.GeoDataFrame:
        """Return what came in of the networks of a revision, also of one whose file is gone by now.

        Raises
        ------
        NothingPublishedError
            If the journal does not know the revision any more.
        InputError
            If its intakes cannot be read.
        """
        schemas = self.schemas()
        path = self.published / f"{revision}.gpkg"
        entries = self.history()
        keys = next((one.intakes for one in entries if one.revision == revision), None)
        try:
            return revisions.read_networks(path, schemas["networks"])
        except GDAL_ERRORS as error:
            if keys is None:
                raise NothingPublishedError(revision) from error
        networks, known = upkeep.known_networks(self.var, entries, keys, schemas["networks"])
        for key in keys[known:]:
            networks = with_networks(networks, archive.load(self.intakes, key, schemas))
        return networks

    def _line_sources(self, revision: str) -> dict[tuple[str, str], Source]:
        """Return the file that the networks of each region and sector of a revision came with.

        A file that is not kept any more is left out.
        """
        published: dict[str, Entry] = {}
        keys: tuple[str, ...] = ()
        for entry in self.history():
            if entry.kind == "publish":
                published[entry.intakes[-1]] = entry
            if entry.revision == revision:
                keys = entry.intakes
                break
        found: dict[tuple[str, str], Source] = {}
        for key in keys:
            try:
                pairs = archive.pairs(self.intakes, key)
            except InputError as error:
                _LOG.warning("the source of some networks is not known: %s", error)
                continue
            found |= dict.fromkeys(pairs, _source(key, published[key])) if key in published else {}
        return found

    def last(self) -> Entry | None:
        """Return the newest entry of the journal; None before the first.

        Raises
        ------
        InputError
            If it cannot be read.
        """
        return next(reversed(self.history()), None)

    def differs(self) -> bool:
        """Return whether a change was written down that `current` does not show yet."""
        last = self.last()
        return last is not None and last.revision != self.current()

    # -- what a revision is made of ------------------------------------------------------------

    def content(
        self, keys: Sequence[str], extra: Sequence[Amendment] = (), progress: Progress = silent
    ) -> Content:
        """Return what the shipped registers and these intakes make; nothing is written.

        Raises
        ------
        InputError
            If a register has errors, with all of them, or an intake is not kept.
        """
        return self.replay(self.var, self.history(), keys, extra, progress)

    def preview(self, amendment: Amendment) -> Dataset:
        """Return the map of record as it would be with an intake; nothing is written."""
        last = self.last()
        content = self.content(last.intakes if last else (), [amendment])
        return revisions.preview(content.revision, content.tables, content.base, self.schemas())

    def replay(
        self,
        var: Path,
        entries: Sequence[Entry],
        keys: Sequence[str],
        extra: Sequence[Amendment] = (),
        progress: Progress = silent,
    ) -> Content:
        """Return what the registers and intakes kept in `var` make, by the journal `entries`."""
        progress("read", 0.05)
        schemas = self.schemas()
        networks, known = upkeep.known_networks(var, entries, keys, schemas["networks"])
        loaded = [
            archive.load(var / "intakes", key, schemas, lines=place >= known)
            for place, key in enumerate(keys)
        ]
        return contents.make(self.root, schemas, [*loaded, *extra], networks, progress)

    @contextmanager
    def _readable(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise InputError([by_system("unreadable-file", self.journal.name, error)]) from error


def _source(key: str, entry: Entry) -> Source:
    """Return the file of an intake as a source, dated as Kazakhstan's clock showed it."""
    day = local_time(entry.at).date().isoformat()
    return Source(f"intake-{key[:8]}", entry.file, entry.author, "", day, Provenance.OFFICIAL)
