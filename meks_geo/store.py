"""The only reader and writer of `data/`, `geo/` and `var/`.

A revision is the shipped registers plus the accepted intakes, in the order of the journal: `build`
replays both, so an upgrade of the registers loses nothing that was published. The journal is the
truth and its commit the moment at which a change counts; `var/current` follows it. What a process
that died left behind is put right by `repair`, which every start and every change begins with.
"""

import errno
import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from meks_geo import archive, backups, journal, lines, revisions, tiles, upkeep
from meks_geo.amendment import Amendment
from meks_geo.config import keep_revisions
from meks_geo.contents import Content
from meks_geo.errors import InputError, MovedOnError, Problem, by_system
from meks_geo.files import STAGING, BusyError, alone, remove, settle
from meks_geo.journal import Entry, Kept, Writing
from meks_geo.planning import keeping
from meks_geo.planning.saved import SavedPlan
from meks_geo.progress import Progress, part, silent
from meks_geo.shelf import GDAL_ERRORS, Shelf

#: How long a change waits for another one: as long as the largest takes.
_WAIT_S = 900.0


class Store(Shelf):
    """The registers and the published revisions under one folder, and all that changes them."""

    # -- changing the map of record ------------------------------------------------------------

    def build(self, progress: Progress = silent) -> str:
        """Check the registers, replay the accepted intakes, publish, and return the revision.

        Raises
        ------
        InputError
            If a register has errors, with all of them, or nothing can be written. The current
            revision stays.
        """
        with self._alone():
            last = self.last()
            keys = last.intakes if last else ()
            content = self.content(keys, progress=progress)
            if last and last.revision == content.revision:
                self._stage(content, progress)
                upkeep.point(self.var, content.revision, content.registers)
            else:
                self._settle(content, Entry("build", "", "", content.revision, keys), progress)
        progress("done", 1.0)
        return content.revision

    def publish(
        self,
        amendment: Amendment,
        original: Path,
        *,
        author: str,
        note: str,
        file: str,
        counts: Mapping[str, int],
        expected: str | None = None,
        progress: Progress = silent,
    ) -> Entry:
        """Make an accepted intake part of the map of record.

        Parameters
        ----------
        original, file
            The sender's file, and its name as the sender knows it; it is kept.
        counts
            What the comparison found, for the journal.
        expected
            The revision that the intake was compared with.

        Raises
        ------
        MovedOnError
            If the map of record is no longer the expected revision.
        InputError
            If the registers have errors or nothing can be written. The current revision stays.
        """
        with self._alone():
            last = self.last()
            if expected is not None and expected != (last.revision if last else ""):
                raise MovedOnError(last.revision if last else "")
            sha256 = archive.hash_of(original)
            key = archive.key_of(sha256, amendment)
            archive.save(self.intakes, key, amendment, original)
            before = last.intakes if last else ()
            keys = before if before[-1:] == (key,) else (*before, key)
            content = self.content(keys, progress=progress)
            new = Entry("publish", author, note, content.revision, keys, file, sha256, counts)
            entry = self._settle(content, new, progress)
        progress("done", 1.0)
        return entry

    def rollback(self, number: int, *, author: str, note: str) -> Entry:
        """Bring back the intakes of an earlier entry, by a new one.

        Where the shipped registers have not changed since, the revision is the same one.

        Raises
        ------
        LookupError
            If there is no such entry.
        InputError
            As `build`.
        """
        with self._alone():
            found = [entry for entry in self.history() if entry.number == number]
            if not found:
                raise LookupError(number)
            content = self.content(found[0].intakes)
            new = Entry("rollback", author, note, content.revision, found[0].intakes, target=number)
            return self._settle(content, new)

    def ensure(self, progress: Progress = silent) -> tuple[Problem, ...]:
        """Make sure there is a current revision, of the journal and the registers as they lie now.

        Returns
        -------
        problems
            What is wrong with changed registers, while the last good revision stays in use.

        Raises
        ------
        InputError
            If the registers are broken and nothing was ever published.
        """
        if self.current() and not self.is_stale() and not self.differs():
            return ()
        try:
            self.build(progress)
        except InputError as error:
            if not self.current():
                raise
            return error.problems
        return ()

    def repair(self) -> list[str]:
        """Put right what a process that died left undone; returns what was done.

        While another process changes the map of record there is nothing to do: it began with that.

        Raises
        ------
        InputError
            If nothing can be written.
        """
        if not self.var.exists():
            return []
        try:
            with self._alone(wait_s=0) as done:
                return done
        except BusyError:
            return []

    def backup(self, target: Path) -> None:
        """Write one file with the journal, the accepted files and the last revisions.

        Raises
        ------
        InputError
            If it cannot be written.
        """
        self.ensure()
        try:
            backups.write(target, self.var, keep_revisions())
        except (OSError, sqlite3.Error) as error:
            raise InputError([by_system("unwritable-file", target.name, error)]) from error

    def restore(self, backup: Path, *, author: str) -> str:
        """Bring back a backup and return the revision; what was there is kept as a backup first.

        Raises
        ------
        InputError
            If the file is no whole backup, or nothing can be written. All stays as it was.
        """
        with self._alone(restoring=True):
            folder = self.var / f"restore{STAGING}"
            folder.mkdir()
            entries = backups.unpack(backup, folder)
            plans = backups.plans(folder, backup.name)
            keys = entries[-1].intakes if entries else ()
            content = self.replay(folder, entries, keys)
            before = self.var / f"before-restore-{datetime.now(UTC):%Y%m%dT%H%M%S%fZ}"
            if self.history() or journal.plans(self.journal):
                backups.write(before.with_suffix(".zip"), self.var, keep_revisions())
            elif self.intakes.exists():  # their journal is gone
                self.intakes.rename(before)
            backups.move_in(folder, self.var)
            self._stage(content)
            target = entries[-1].number if entries else None
            new = Entry("restore", author, backup.name, content.revision, keys, target=target)
            ready = upkeep.prepare(self.var, content.revision, content.registers)
            with journal.writing(self.journal) as log:
                log.replace(entries, plans)
                log.add(new)
            upkeep.swap(ready)
            remove(folder)
        return content.revision

    def note(self, user: str, action: str, detail: str) -> None:
        """Write a line of the audit trail; waits for nobody who publishes.

        Raises
        ------
        InputError
            If nothing can be written.
        """
        with self._noting() as log:
            log.note(user, action, detail)

    def save_plan(self, plan: SavedPlan) -> SavedPlan:
        """Keep a plan as the next version of its id; returns it as it was kept.

        Raises
        ------
        InputError
            If its id, title, author or note will not do, or nothing can be written.
        """
        plan = keeping.checked(plan)
        with self._noting() as log:
            written, kept = keeping.kept_of(plan, log.plans(plan.id), journal.now())
            log.keep(kept)
            log.note(plan.author, "save-plan", f"{plan.id} {written.version}")
        return written

    def remove_plan(self, plan: str, author: str, note: str) -> None:
        """Take a saved plan out of the list, by a new entry; its versions stay readable.

        Raises
        ------
        LookupError
            If there is none.
        InputError
            If author or note will not do, or nothing can be written.
        """
        author, note = keeping.signed(author, note)
        with self._noting() as log:
            before = log.plans(plan)
            if not before or not before[-1].text:
                raise LookupError(plan)
            log.keep(Kept(plan, "", author, note, journal.now()))
            log.note(author, "remove-plan", plan)

    # -- whole or not at all -------------------------------------------------------------------

    @contextmanager
    def _noting(self) -> Iterator[Writing]:
        """Write to the journal what changes no map; waits for nobody who publishes."""
        try:
            self.var.mkdir(parents=True, exist_ok=True)
            with journal.writing(self.journal) as log:
                yield log
        except (sqlite3.Error, OSError) as error:
            raise InputError([by_system("unwritable-file", "var", error)]) from error

    @contextmanager
    def _alone(self, wait_s: float = _WAIT_S, *, restoring: bool = False) -> Iterator[list[str]]:
        """Change the map of record, one process at a time; yields what had to be repaired first.

        What a failure leaves half done is cleared before the next one may begin.
        """
        try:
            self.published.mkdir(parents=True, exist_ok=True)
            with alone(self.var, wait_s):
                if not restoring:
                    self._adopt()
                done = self._mend()
                if done:
                    with journal.writing(self.journal) as log:
                        for what in done:
                            log.note("", "repair", what)
                try:
                    yield done
                finally:
                    self._mend()
        except BusyError as error:
            if not wait_s:
                raise
            raise InputError([by_system("unwritable-file", "var", error)]) from error
        except (sqlite3.Error, OSError, *GDAL_ERRORS) as error:
            raise InputError([by_system("unwritable-file", "var", error)]) from error

    def _mend(self) -> list[str]:
        return upkeep.mend(self.var, self.history(), keep_revisions())

    def _adopt(self) -> None:
        """Begin the journal with the revisions of a time that had none, the current one last.

        Raises
        ------
        InputError
            If there was one: intakes are kept, and only it knows in which order they count.
        """
        if self.history() or not self.revisions():
            return
        if self.intakes.exists():
            gone = FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
            raise InputError([by_system("unreadable-file", self.journal.name, gone)])
        current = self.current()
        files = [self.published / f"{one}.gpkg" for one in self.revisions()]
        with journal.writing(self.journal) as log:
            for path in sorted(files, key=lambda p: (p.stem == current, p.stat().st_mtime)):
                log.add(Entry("build", "", "", path.stem, ()))

    def _settle(self, content: Content, entry: Entry, progress: Progress = silent) -> Entry:
        """Write a revision, its entry, and that it is the current one: in this order."""
        self._stage(content, progress)
        ready = upkeep.prepare(self.var, content.revision, content.registers)
        with journal.writing(self.journal) as log:
            written = log.add(entry)
            if content.aside:
                log.note("", "set-aside", " ".join(content.aside))
        upkeep.swap(ready)
        return written

    def _stage(self, content: Content, progress: Progress = silent) -> None:
        """Write a revision, unless it is there already."""
        self._stage_lines(content, part(progress, 0.5, 0.8))
        target = self.published / f"{content.revision}.gpkg"
        if target.exists():
            return
        staging = self.published / f"{content.revision}{STAGING}.gpkg"
        layers = revisions.layers_of(content.tables, content.base)
        revisions.write(staging, layers, part(progress, 0.8, 0.95))
        settle(staging, target, lasting=True)

    def _stage_lines(self, content: Content, progress: Progress) -> None:
        """Write what the map and the sums take of the lines of a revision, unless it is whole."""
        kept, drawn = self.lines_of(content.revision), self.tiles_of(content.revision)
        try:
            found = lines.load(kept)
        except lines.NOT_WHOLE:
            progress("lines", 0.0)
            found = revisions.lines_of(content.tables, self.schemas()["networks"])
            staging = kept.with_name(f"{content.revision}{STAGING}.npz")
            lines.save(staging, found)
            settle(staging, kept, lasting=True)
        if len(found) and tiles.state(drawn):
            progress("tiles", 0.1)
            staging = drawn.with_name(f"{content.revision}{STAGING}.pmtiles")
            tiles.build(found, staging, part(progress, 0.1, 1.0))
            settle(staging, drawn, lasting=True)
