"""Nothing is lost: publishing, going back, upgrades, and what dies or fails on the way."""

import csv
import errno
import multiprocessing
import os
import random
import resource
import shutil
import sqlite3
import tempfile
from contextlib import closing
from datetime import date
from pathlib import Path

import intakes
import pandas as pd
import pytest
import shapely
from intakes import NEW, PROJECT, SHIPPED, amendment, lines, publish, send, shipped_plant, table

from benchmarks import kills
from meks_geo import archive, facts, journal, revisions, state, upkeep
from meks_geo import store as stores
from meks_geo.errors import InputError, MovedOnError, NothingPublishedError
from meks_geo.journal import Entry
from meks_geo.store import Store
from meks_geo.ui import network

TODAY = intakes.TODAY
_FORK = multiprocessing.get_context("fork")


def rows_of(store, name):
    with (store.root / "data" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        return reader.fieldnames, list(reader)


def write_rows(store, name, change):
    """Ship another version of a register: `change` gets its rows and returns the new ones."""
    header, rows = rows_of(store, name)
    with (store.root / "data" / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, header)
        writer.writeheader()
        writer.writerows(change(rows))


def snapshot(store):
    """What must not change when something goes wrong."""
    return (
        store.current(),
        store.history(),
        sorted(store.revisions()),
        sorted(path.name for path in store.intakes.glob("*")),
        [path.name for path in store.var.rglob("*staging*")],
    )


class Refused(list):
    """What another process was refused for."""


def in_child(call):
    """Start a process that runs a call; returns it and where its answer or its refusal comes."""
    answer, end = _FORK.Pipe(duplex=False)

    def run():
        try:
            end.send(call())
        except InputError as error:
            end.send(Refused([p.code for p in error.problems]))
        except MovedOnError as error:
            end.send(Refused(["moved-on", str(error)]))

    child = _FORK.Process(target=run)
    child.start()
    end.close()
    return child, answer


# -- publishing and going back ----------------------------------------------------------------


def test_what_was_previewed_is_what_is_published(small):
    amended = amendment(
        small,
        plants=table([NEW, shipped_plant(small.dataset(), electric_mw=123.0)]),
        networks=lines(3, wear_percent=["70", "", ">80"]),
    )
    before = snapshot(small)
    preview = small.preview(amended)
    assert snapshot(small) == before
    entry = publish(small, amended, expected=before[0])
    found = small.dataset()
    assert entry.revision == preview.revision == small.current() == found.revision
    assert preview.base == found.base
    assert list(found.networks.index) == ["n-0", "n-1", "n-2"]
    assert found.plants.loc["new-chp", "name_ru"] == NEW["name_ru"]
    assert facts.figures(found, SHIPPED, TODAY)["electric_mw"].value == "123"
    pd.testing.assert_frame_equal(found.networks, preview.networks)


def test_an_entry_says_who_why_and_from_which_file_which_is_kept(small):
    entry = publish(small, amendment(small, networks=lines()), note="spring", text="the bytes")
    assert (entry.number, entry.kind, entry.author, entry.note) == (2, "publish", "Aigul", "spring")
    assert (entry.file, dict(entry.counts)) == ("map.xlsx", {"added": 1})
    (kept,) = small.intakes.glob(f"{entry.intakes[0]}.original.*")
    assert (kept.suffix, kept.read_text()) == (".xlsx", "the bytes")
    assert archive.hash_of(kept) == entry.sha256
    assert small.history()[-1] == entry


def test_the_same_content_twice_is_one_revision_and_two_entries(small):
    first = send(small, networks=lines(wear_percent="70"), plants=table([NEW]))
    again = send(small, networks=lines(wear_percent="70"), plants=table([NEW]))
    assert again.revision == first.revision
    assert [entry.number for entry in small.history()] == [1, 2, 3]
    assert small.revisions() == {first.revision, small.history()[0].revision}


def test_the_order_of_rows_does_not_make_another_revision(small):
    plants = [NEW, {**NEW, "plant_id": "other-chp", "electric_mw": 5.0, "wear_percent": "77"}]
    first = send(small, networks=lines(12, wear_percent="70"), plants=table(plants))
    small.rollback(1, author="Aigul", note="undo")
    turned = lines(12, wear_percent="70")
    turned = type(turned)(turned.frame.iloc[::-1].reset_index(drop=True), turned.numbers)
    again = send(small, networks=turned, plants=table(plants[::-1]))
    assert again.revision == first.revision


def test_a_rollback_brings_the_earlier_revision_back_by_a_new_entry(small):
    first = send(small, networks=lines(wear_percent="70"))
    second = send(small, networks=lines(wear_percent="60"))
    back = small.rollback(first.number, author="Berik", note="too early")
    assert (back.kind, back.target, back.number) == ("rollback", first.number, 4)
    assert back.revision == first.revision == small.current() != second.revision
    assert set(small.dataset().networks["wear_percent"]) == {"70"}
    with pytest.raises(LookupError):
        small.rollback(99, author="Berik", note="?")
    assert len(small.history()) == 4


def test_networks_of_other_regions_and_sectors_stay(small):
    send(small, networks=lines(2, prefix="a"))
    send(small, networks=lines(2, prefix="b", sector="water"))
    send(small, networks=lines(1, prefix="c"))
    assert list(small.dataset().networks.index) == ["b-0", "b-1", "c-0"]


def test_a_file_sent_again_after_another_counts_again(small):
    row = shipped_plant(small.dataset(), electric_mw=111.0)
    for megawatts in (111.0, 222.0, 111.0):
        send(small, plants=table([{**row, "electric_mw": megawatts}]))
        figure = facts.figures(small.dataset(), SHIPPED, TODAY)["electric_mw"]
        assert float(figure.value) == megawatts


# -- upgrades of the shipped registers --------------------------------------------------------


def test_an_upgrade_loses_neither_its_own_nor_what_was_published(small):
    row = shipped_plant(small.dataset(), electric_mw=111.0)
    send(small, plants=table([row, NEW]), networks=lines())
    write_rows(
        small,
        "plants",
        lambda rows: [
            {**row, "name_en": "Mended name"} if row["plant_id"] == SHIPPED else row for row in rows
        ],
    )
    claim = {
        "claim_id": "u1", "subject_id": SHIPPED, "attribute": "operator", "value": "New owner",
        "stated_on": "2026-11-01", "standing": "stands",
    }  # fmt: skip
    source = rows_of(small, "claims")[1][0]["source_id"]
    write_rows(small, "claims", lambda rows: [*rows, {**claim, "source_id": source}])
    before = small.current()
    assert small.is_stale()
    assert small.build() != before
    data = small.dataset()
    known = facts.figures(data, SHIPPED, TODAY)
    assert data.plants.loc[SHIPPED, "name_en"] == "Mended name"
    assert (known["operator"].value, known["electric_mw"].value) == ("New owner", "111")
    assert "new-chp" in data.plants.index
    assert len(data.networks) == 3
    assert [entry.kind for entry in small.history()] == ["build", "publish", "build"]


def test_the_intakes_alone_give_every_revision_again(small):
    send(small, networks=lines(3, wear_percent="70"), plants=table([NEW]))
    send(small, networks=lines(2, prefix="w", sector="water"))
    last = send(small, networks=lines(4, wear_percent="50"))
    entries = small.history()
    for path in small.published.glob("*.gpkg"):
        path.unlink()
    assert small.current() is None
    assert small.build() == last.revision == small.dataset().revision
    assert small.history() == entries
    assert small.rollback(2, author="a", note="n").revision == entries[1].revision


def test_of_an_object_that_an_upgrade_took_away_nothing_half_comes_in(small):
    row = shipped_plant(small.dataset(), lat=52.2, wear_percent="77", name_en="Other")
    project = {
        "project_id": "new-project", "name_ru": "Проект", "region": "KZ-55", "plant_id": SHIPPED,
        "status": "design", "funding": "budget", "parent_id": PROJECT,
    }  # fmt: skip
    first = send(small, plants=table([row, NEW]), projects=table([project]))
    files = {name: (small.root / "data" / f"{name}.csv").read_bytes() for name in ("plants",)}
    files |= {n: (small.root / "data" / f"{n}.csv").read_bytes() for n in ("projects", "claims")}
    write_rows(small, "plants", lambda rows: [r for r in rows if r["plant_id"] != SHIPPED])
    write_rows(small, "projects", lambda rows: [r for r in rows if r["project_id"] != PROJECT])
    write_rows(
        small,
        "claims",
        lambda rows: [r for r in rows if r["subject_id"] not in (SHIPPED, PROJECT)],
    )
    small.build()
    data = small.dataset()
    assert SHIPPED not in data.plants.index
    assert (data.plants[["name_ru", "kind", "region"]] != "").all().all()
    assert set(data.claims) <= {*data.plants.index, *data.projects.index, *data.entities.index}
    assert data.projects.loc["new-project", ["plant_id", "parent_id"]].tolist() == ["", ""]
    assert state.as_of(data, TODAY).projects.loc["new-project", "region"] == "KZ-55"
    (deed,) = [one for one in small.audit() if one.action == "set-aside"]
    assert deed.detail.split() == sorted([SHIPPED, PROJECT])
    for name, whole in files.items():  # and when it comes back, so does what was said of it
        (small.root / "data" / f"{name}.csv").write_bytes(whole)
    assert small.build() == first.revision


@pytest.mark.parametrize("act", ["build", "publish", "rollback"])
def test_a_broken_register_changes_nothing(small, act):
    send(small, networks=lines())
    amended = amendment(small, networks=lines(wear_percent="70"))
    before = snapshot(small)
    write_rows(small, "claims", lambda rows: [{**rows[0], "stated_on": "soon"}, *rows[1:]])
    calls = {
        "build": small.build,
        "publish": lambda: publish(small, amended),
        "rollback": lambda: small.rollback(1, author="a", note="n"),
    }
    with pytest.raises(InputError) as raised:
        calls[act]()
    assert {p.code for p in raised.value.problems} == {"bad-date"}
    assert snapshot(small) == before
    assert small.dataset().revision == before[0]


def test_an_intake_that_is_gone_or_damaged_is_said(small):
    entry = send(small, networks=lines())
    for path in small.published.glob("*.gpkg"):
        path.unlink()
    (kept,) = small.intakes.glob("*.amendment.gpkg")
    kept.chmod(0o600)
    kept.write_bytes(kept.read_bytes()[:1000])
    for _ in range(2):
        with pytest.raises(InputError) as raised:
            small.build()
        assert [(p.code, p.file) for p in raised.value.problems] == [
            ("unreadable-file", f"{entry.intakes[0]}.amendment.gpkg")
        ]
        kept.unlink(missing_ok=True)


# -- a process that dies ----------------------------------------------------------------------


@pytest.fixture(scope="module")
def staged(small_home, tmp_path_factory):
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("MEKS_GEO_KEEP", "20")
        return kills.stage(tmp_path_factory.mktemp("kills"), root=small_home, lines=20)


@pytest.fixture
def killed(staged, monkeypatch):
    monkeypatch.setenv("MEKS_GEO_KEEP", "20")
    return staged


def test_killed_at_random_the_map_is_one_whole_revision_and_the_next_start_repairs(
    killed, tmp_path
):
    outcomes = [
        kills.kill(killed, tmp_path / "killed", share * killed.seconds)
        for share in kills.moments(20, seed=random.randrange(10**6))  # noqa: S311
    ]
    assert [one.faults for one in outcomes if one.faults] == []
    assert len({one.step for one in outcomes}) > 1


#: What is about to be called when the process dies, the step that it leaves, and who is served.
_DEATHS = [
    (archive, "hash_of", 0, "old"),
    (archive.shutil, "copyfile", 0, "old"),
    (archive.revisions, "write", 1, "old"),
    (Store, "content", 2, "old"),
    (stores, "settle", 3, "old"),
    (upkeep, "prepare", 4, "old"),
    (upkeep, "swap", 5, "old"),
    (upkeep, "remove", 6, "new"),
]


@pytest.mark.parametrize("death", _DEATHS, ids=lambda d: kills.STEPS[d[2]] + f" ({d[1]})")
def test_killed_at_each_step(killed, tmp_path, death):
    holder, name, number, served = death
    step = kills.STEPS[number]
    store = Store(root=killed.store.root, var=shutil.copytree(killed.store.var, tmp_path / "k"))

    def die(*_args, **_more):
        os.kill(os.getpid(), 9)

    def run():
        setattr(holder, name, die)
        publish(store, killed.amended)

    child, _ = in_child(run)
    child.join()
    assert child.exitcode == -9
    assert kills._step(store, killed) == step
    assert store.current() == {"old": killed.old, "new": killed.new}[served]
    assert kills._faults(store, killed, step) == []
    done = store.repair()
    assert kills._faults_after(store, killed, step, done) == []
    assert store.current() == (killed.new if number > 4 else killed.old)
    assert kills.reads_and_goes_on(killed, store.var)


def test_a_start_repairs_and_says_so(killed, tmp_path, monkeypatch, caplog):
    var = shutil.copytree(killed.store.var, tmp_path / "var2")
    (var / "published" / "0123456789ab.staging.gpkg").write_bytes(b"half")
    (var / "current").unlink()
    monkeypatch.setenv("MEKS_GEO_ROOT", str(killed.store.root))
    monkeypatch.setenv("MEKS_GEO_VAR", str(var))
    network.put_right()
    assert [record.getMessage() for record in caplog.records] == [
        "repair: removed 0123456789ab.staging.gpkg",
        f"repair: current {killed.old}",
    ]
    assert Store().current() == killed.old
    caplog.clear()
    network.put_right()
    assert caplog.records == []


def test_a_start_while_another_publishes_waits_for_nothing(small):
    seen = []

    def meanwhile(step, _share):
        if step == "plants":
            seen.append(Store(root=small.root, var=small.var).repair())

    publish(small, amendment(small, networks=lines()), progress=meanwhile)
    assert seen == [[]]


@pytest.mark.parametrize("text", ["", "{", "[]", '"x"', '{"revision": 5}', '{"revision": "../x"}'])
def test_a_damaged_pointer_is_set_again_from_the_journal(small, text):
    revision = small.current()
    (small.var / "current").write_text(text)
    assert small.current() is None
    assert small.repair() == [f"current {revision}"]
    assert small.current() == revision


# -- a disk that is full, a folder that cannot be written ---------------------------------------

_FULL = [
    (archive.shutil, "copyfile", OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))),
    (archive.revisions, "write", OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))),
    (archive, "settle", OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))),
    (stores, "settle", OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))),
    (revisions.pyogrio, "write_dataframe", revisions.pyogrio.errors.FeatureError("no space")),
    (upkeep, "prepare", OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))),
    (journal.Writing, "add", sqlite3.OperationalError("database or disk is full")),
]


@pytest.mark.parametrize("failure", _FULL, ids=lambda f: f"{f[0].__name__}.{f[1]}")
def test_a_full_disk_changes_nothing_and_leaves_nothing(small, monkeypatch, failure):
    holder, name, error = failure
    amended = amendment(small, networks=lines(wear_percent="70"))
    before = snapshot(small)

    def fail(*_args, **_more):
        raise error

    with monkeypatch.context() as patched:
        patched.setattr(holder, name, fail)
        with pytest.raises(InputError) as raised:
            publish(small, amended)
    assert [p.code for p in raised.value.problems] == ["unwritable-file"]
    assert snapshot(small) == before
    assert small.repair() == []


def test_no_file_may_grow_any_more(small):
    send(small, networks=lines(400))
    amended = amendment(small, networks=lines(400, wear_percent="70"))
    original = small.var.parent / "map.xlsx"
    before = snapshot(small)

    def limited(size):
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
        return small.publish(amended, original, author="a", note="n", file="f", counts={}).revision

    largest = (small.published / f"{before[0]}.gpkg").stat().st_size
    for size in (0, 5_000, largest // 2, largest - 1):
        child, answer = in_child(lambda size=size: limited(size))
        assert answer.recv() == Refused(["unwritable-file"]), size
        child.join()
        small.repair()
        assert snapshot(small)[:4] == before[:4], size
        assert len(small.dataset().networks) == 400
    assert not list(small.var.rglob("*staging*"))
    publish(small, amended)


@pytest.fixture
def readable_by_all(small):
    """A copy of the store where somebody else may read and not write."""
    folder = Path(tempfile.mkdtemp(prefix="meks-geo-test-"))
    folder.chmod(0o755)
    shutil.copytree(small.root, folder / "home")
    (folder / "home").chmod(0o755)
    yield Store(root=folder / "home", var=folder / "home" / "var")
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    shutil.rmtree(folder)


def lock_up(folder):
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)


def as_somebody_else(call):
    def run():
        if os.geteuid() == 0:
            os.setgid(65534)
            os.setuid(65534)
        return call()

    child, answer = in_child(run)
    found = answer.recv()
    child.join()
    return found


@pytest.mark.parametrize("log", ["closed", "left by a process that died"])
def test_a_folder_that_cannot_be_written_is_read(readable_by_all, log):
    store = readable_by_all
    entry = send(store, networks=lines())
    if log != "closed":

        def die():
            with closing(sqlite3.connect(store.journal, isolation_level=None)) as connection:
                connection.execute("UPDATE entries SET note = 'in the log' WHERE number = 2")
                os.kill(os.getpid(), 9)

        in_child(die)[0].join()
        assert store.journal.with_name("journal.sqlite-wal").stat().st_size
    lock_up(store.var)

    def look():
        data = store.dataset()
        return (
            data.revision, len(data.networks), [e.note for e in store.history()],
            len(store.audit()), store.ensure(), list(store.revisions()) != [],
        )  # fmt: skip

    note = "why" if log == "closed" else "in the log"
    assert as_somebody_else(look) == (entry.revision, 3, ["", note], 0, (), True)
    for change in (lambda: store.rollback(1, author="a", note="n"), store.repair):
        assert as_somebody_else(change) == Refused(["unwritable-file"])


def test_reading_goes_on_when_the_log_has_no_index(readable_by_all):
    store = readable_by_all
    send(store, networks=lines())

    def die():
        with closing(sqlite3.connect(store.journal, isolation_level=None)) as connection:
            connection.execute("UPDATE entries SET note = 'in the log' WHERE number = 2")
            os.kill(os.getpid(), 9)

    in_child(die)[0].join()
    store.journal.with_name("journal.sqlite-shm").unlink()
    lock_up(store.var)
    assert as_somebody_else(lambda: store.history()[-1].note) == "in the log"


def test_a_journal_that_is_none_is_said_and_not_written_over(small):
    small.journal.write_bytes(b"no journal at all" * 1000)
    for call in (small.history, small.audit, small.build, small.repair):
        with pytest.raises(InputError) as raised:
            call()
        assert [(p.code, p.file) for p in raised.value.problems] == [
            ("unreadable-file", "journal.sqlite")
        ]
    assert small.journal.read_bytes().startswith(b"no journal")
    assert len(small.dataset().plants) == 3


def test_without_its_journal_nothing_that_was_accepted_is_thrown_away(small, tmp_path):
    send(small, networks=lines())
    small.backup(tmp_path / "backup.zip")
    later = send(small, networks=lines(5))
    for path in small.var.glob("journal.sqlite*"):
        path.unlink()
    kept = sorted(path.name for path in small.intakes.glob("*"))
    for call in (small.build, small.repair, lambda: small.rollback(1, author="a", note="n")):
        with pytest.raises(InputError) as raised:
            call()
        assert [(p.code, p.file) for p in raised.value.problems] == [
            ("unreadable-file", "journal.sqlite")
        ]
    assert small.current() == later.revision
    assert small.ensure() == ()
    assert sorted(path.name for path in small.intakes.glob("*")) == kept
    small.restore(tmp_path / "backup.zip", author="a")
    assert len(small.dataset().networks) == 3
    (aside,) = small.var.glob("before-restore-*")
    assert sorted(path.name for path in aside.glob("*")) == kept
    assert small.repair() == []


def test_a_note_waits_for_nobody_who_publishes(small):
    def meanwhile(step, _share):
        if step == "plants":
            Store(root=small.root, var=small.var).note("Berik", "look", "KZ-55")

    publish(small, amendment(small, networks=lines()), progress=meanwhile)
    assert [(one.user, one.action, one.detail) for one in small.audit()] == [
        ("Berik", "look", "KZ-55")
    ]


# -- several at once --------------------------------------------------------------------------


def test_two_people_publish_at_once_and_both_count(small):
    sectors = ("heat", "water")
    files = [amendment(small, networks=lines(sector=s, prefix=s)) for s in sectors]
    begin = _FORK.Barrier(2)

    def person(amended):
        begin.wait()
        return publish(small, amended).intakes

    children = [in_child(lambda one=one: person(one)) for one in files]
    answers = sorted((answer.recv() for _, answer in children), key=len)
    assert [len(found) for found in answers] == [1, 2]
    assert small.history()[-1].intakes == answers[1]
    assert set(small.dataset().networks["sector"]) == set(sectors)
    assert small.repair() == []


def test_of_two_who_compared_with_the_same_revision_the_second_is_told(small):
    expected = small.current()
    files = [amendment(small, networks=lines(sector=s)) for s in ("heat", "water")]
    begin = _FORK.Barrier(2)

    def person(amended):
        begin.wait()
        return publish(small, amended, expected=expected).revision

    children = [in_child(lambda one=one: person(one)) for one in files]
    answers = [answer.recv() for _, answer in children]
    (entry,) = small.history()[1:]
    assert entry.revision in answers
    assert ["moved-on", entry.revision] in answers
    assert small.current() == entry.revision
    assert {path.name.split(".")[0] for path in small.intakes.glob("*")} == set(entry.intakes)
    assert small.revisions() == {expected, entry.revision}
    assert not list(small.var.rglob("*staging*"))


def test_a_reader_in_the_middle_goes_on_with_what_it_has(small, monkeypatch):
    monkeypatch.setenv("MEKS_GEO_KEEP", "20")
    first = send(small, networks=lines(3, wear_percent="70"), plants=table([NEW]))
    read, unread = small.dataset(), small.dataset()
    assert len(read.networks) == 3
    seen = []

    def meanwhile(step, _share):
        if step == "plants":
            seen.append((small.current(), len(small.dataset().networks)))

    publish(small, amendment(small, networks=lines(5)), progress=meanwhile)
    assert seen == [(first.revision, 3)]
    second = small.history()[-1]
    with journal.writing(small.journal) as log:
        for _ in range(20):
            log.add(Entry("rollback", "a", "n", second.revision, second.intakes, target=3))
    small.repair()
    assert small.revisions() == {second.revision}
    with pytest.raises(NothingPublishedError):
        small.dataset(first.revision)
    pd.testing.assert_frame_equal(unread.networks, read.networks)
    assert "new-chp" in unread.plants.index


# -- retention --------------------------------------------------------------------------------


@pytest.mark.parametrize(("asked", "kept"), [("5", 20), ("22", 22)])
def test_the_last_entries_keep_their_revision_and_what_is_gone_can_be_restored(
    small, monkeypatch, asked, kept
):
    monkeypatch.setenv("MEKS_GEO_KEEP", asked)
    first = send(small, networks=lines(2, wear_percent="70"))
    with journal.writing(small.journal) as log:
        for number in range(22):
            revision = f"{number:012x}"
            shutil.copyfile(
                small.published / f"{first.revision}.gpkg", small.published / f"{revision}.gpkg"
            )
            log.add(Entry("rollback", "a", "n", revision, first.intakes, target=2))
    last = send(small, networks=lines(2, wear_percent="60"))
    entries = small.history()
    assert len(entries) == 25
    assert small.revisions() == {entry.revision for entry in entries[-kept:]}
    assert small.current() == last.revision
    back = small.rollback(2, author="a", note="n")
    assert back.revision == first.revision in small.revisions()
    assert set(small.dataset().networks["wear_percent"]) == {"70"}


def test_published_files_are_for_reading_only(small):
    send(small, networks=lines())
    kept = [*small.published.glob("*.gpkg"), *small.intakes.glob("*")]
    assert {oct(path.stat().st_mode)[-3:] for path in kept} == {"444"}


def test_lines_of_one_and_of_several_parts_come_back_as_they_are(small):
    checked = lines(3)
    shapes = list(checked.frame.geometry)
    several = shapely.MultiLineString([shapes[0], shapes[2]])
    single = shapely.MultiLineString([shapes[1]])
    flat = shapely.force_3d(shapes[2], 5.0)
    frame = checked.frame.set_geometry([several, single, flat], crs=4326)
    amended = amendment(small, networks=type(checked)(frame, checked.numbers))
    preview = small.preview(amended)
    assert publish(small, amended).revision == preview.revision
    found = small.dataset().networks
    assert list(found.geom_type) == ["MultiLineString", "LineString", "LineString"]
    assert not found.has_z.any()
    assert found.geometry.iloc[1].equals_exact(shapes[1], 0)


def test_what_is_known_of_days_before_a_publication_stays(small):
    day = date(2026, 6, 1)
    before = small.dataset()
    send(small, plants=table([shipped_plant(before, electric_mw=5.0, wear_percent="9")]))
    after = small.dataset()
    said = {n: f.value for n, f in facts.figures(before, SHIPPED, day).items()}
    assert {n: f.value for n, f in facts.figures(after, SHIPPED, day).items()} == {
        name: value for name, value in said.items() if name != "electric_mw"
    }  # a value of the register counts only while nothing was ever said
    assert facts.figures(after, SHIPPED, TODAY)["electric_mw"].value == "5"


def test_any_changed_cell_of_a_line_is_another_revision(small):
    schema = small.schemas()["networks"]
    frame = revisions.typed_networks(
        amendment(small, networks=lines(3, built_year=[1980.0, 0.0, float("nan")])).networks, schema
    )
    known = revisions.content_hash({"networks": frame}, {})
    assert revisions.content_hash({"networks": frame.copy()}, {}) == known
    hashes = {known}
    for column in frame.columns.drop("geometry"):
        changed = frame.copy()
        numeric = pd.api.types.is_numeric_dtype(changed[column])
        changed.loc[1, column] = 1981.0 if numeric else "other"
        hashes.add(revisions.content_hash({"networks": changed}, {}))
    moved = frame.set_geometry(frame.geometry.translate(1e-9))
    hashes.add(revisions.content_hash({"networks": moved}, {}))
    assert len(hashes) == 1 + len(frame.columns)
    zero = frame.assign(built_year=[1980.0, -0.0, float("nan")])
    assert revisions.content_hash({"networks": zero}, {}) == known
