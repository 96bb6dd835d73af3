"""The store: content is the revision, and a broken register changes nothing."""

import csv
import shutil
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import date

import intakes
import pandas as pd
import pytest

from meks_geo import facts, tiles
from meks_geo.dates import local_time
from meks_geo.errors import InputError, NothingPublishedError
from meks_geo.store import Store


@pytest.fixture
def home(root, store, tmp_path):
    """A copy of the product's registers with its published revision, both free to be broken."""
    for folder in ("data", "geo"):
        shutil.copytree(root / folder, tmp_path / folder)
    shutil.copytree(store.var, tmp_path / "var")
    return Store(root=tmp_path, var=tmp_path / "var")


@pytest.fixture
def fresh(root, tmp_path):
    """A copy of the product's registers of which nothing was ever published."""
    for folder in ("data", "geo"):
        shutil.copytree(root / folder, tmp_path / folder)
    return Store(root=tmp_path, var=tmp_path / "var")


def rewrite(store, name, old, new):
    path = store.root / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def break_claims(store):
    rewrite(store, "data/claims.csv", ",cost_bn_kzt,239,", ",cost_bn_kzt,a lot,")


def test_what_is_read_back_is_what_the_registers_say(root, data):
    for name in ("plants", "projects", "places", "kpis"):
        folder = root / ("geo" if name == "places" else "data")
        with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        frame = getattr(data, name)
        assert list(frame.index) == [next(iter(row.values())) for row in rows]
        for column in frame.columns:
            texts = [row[column].strip() for row in rows]
            if pd.api.types.is_float_dtype(frame[column]):
                assert [str(float(t)) if t else "nan" for t in texts] == [
                    str(value) for value in frame[column]
                ]
            else:
                assert list(frame[column]) == texts
    ids = {c.id for by_name in data.claims.values() for cs in by_name.values() for c in cs}
    with (root / "data" / "claims.csv").open(encoding="utf-8", newline="") as file:
        assert ids == {row["claim_id"] for row in csv.DictReader(file)}
    assert len(data.base.regions) == 20


def test_the_same_content_is_the_same_revision(home):
    before = home.current()
    path = home.root / "data" / "plants.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    with path.open("w", encoding="utf-8-sig", newline="") as file:  # other bytes, same content
        csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerows(rows)
    assert home.is_stale()
    assert home.build() == before
    assert not home.is_stale()
    assert home.revisions() == {before}


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("data/schema/attributes.csv", "completion,project,date", "completion,project,text"),
        ("geo/lakes.geojson", '"Lake Alakol"', '"Alakol"'),
        ("geo/regions.geojson", '"KZ-10"', '"KZ-71"'),
    ],
)
def test_a_changed_cell_is_another_revision(home, file, old, new):
    before = home.current()
    rewrite(home, file, old, new)
    assert home.build() != before
    assert home.revisions() == {before, home.current()}


def test_a_change_shows_in_what_is_known_and_not_in_the_older_revision(home):
    before = home.current()
    rewrite(home, "data/claims.csv", ",cost_bn_kzt,239,", ",cost_bn_kzt,240,")
    home.build()
    costs = [
        facts.figures(home.dataset(rev), "kokshetau-chp-newbuild", date(2024, 1, 1))["cost_bn_kzt"]
        for rev in (before, "")
    ]
    assert [figure.value for figure in costs] == ["239", "240"]


def test_a_broken_register_stops_the_build_and_the_current_revision_stays(home):
    before = home.current()
    break_claims(home)
    with pytest.raises(InputError) as raised:
        home.build()
    assert [(p.code, p.file, p.row, p.column, p.value) for p in raised.value.problems] == [
        ("not-a-number", "claims.csv", 2, "value", "a lot")
    ]
    assert home.current() == before
    assert len(home.dataset().plants) == 84


def test_ensure_serves_the_last_good_revision_and_says_what_is_wrong(home):
    assert home.ensure() == ()
    before = home.current()
    break_claims(home)
    (problem,) = home.ensure()
    assert (problem.file, problem.row, problem.column) == ("claims.csv", 2, "value")
    assert home.current() == before
    rewrite(home, "data/claims.csv", ",cost_bn_kzt,a lot,", ",cost_bn_kzt,239,")
    assert home.ensure() == ()


def test_ensure_builds_what_was_never_built_or_raises(fresh):
    assert (fresh.current(), fresh.revisions()) == (None, frozenset())
    with pytest.raises(NothingPublishedError):
        fresh.dataset()
    break_claims(fresh)
    with pytest.raises(InputError):
        fresh.ensure()
    rewrite(fresh, "data/claims.csv", ",cost_bn_kzt,a lot,", ",cost_bn_kzt,239,")
    steps = []
    assert fresh.ensure(lambda step, share: steps.append(share)) == ()
    assert steps == sorted(steps)
    assert (steps[0] < 0.1, steps[-1]) == (True, 1.0)
    assert fresh.dataset().revision == fresh.current()


def test_an_unknown_revision_is_not_there(home):
    with pytest.raises(NothingPublishedError):
        home.dataset("0123456789ab")


@pytest.mark.parametrize("how", ["missing", "cut short"])
def test_geometry_that_cannot_be_read_is_a_fault_and_no_crash(home, how):
    before = home.current()
    path = home.root / "geo" / "regions.geojson"
    if how == "missing":
        path.unlink()
    else:
        whole = path.read_bytes()
        path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(InputError) as raised:
        home.build()
    assert [(p.code, p.file) for p in raised.value.problems] == [
        ("unreadable-file", "regions.geojson")
    ]
    assert home.ensure()[0].file == "regions.geojson"
    assert home.dataset().revision == before


def test_a_build_leaves_no_staging_files_and_clears_those_of_one_that_died(home):
    home.published.mkdir(exist_ok=True)
    dead = home.published / "0123456789ab.staging-1.gpkg"
    dead.write_bytes(b"half a file")
    assert dead.stem not in home.revisions()
    assert not {r for r in home.revisions() if "staging" in r}
    rewrite(home, "data/claims.csv", ",cost_bn_kzt,239,", ",cost_bn_kzt,240,")
    home.build()
    left = [p.name for p in home.var.rglob("*") if "staging" in p.name or p.suffix in (".tmp",)]
    assert left == []


def test_a_build_that_dies_half_way_changes_nothing(home):
    before = home.current()
    rewrite(home, "data/claims.csv", ",cost_bn_kzt,239,", ",cost_bn_kzt,240,")

    def die(step, _share):
        if step == "plants":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        home.build(die)
    assert home.current() == before
    assert home.revisions() == {before}
    assert home.build() != before
    assert not [p for p in home.var.rglob("*") if "staging" in p.name]


def test_two_builds_at_once_publish_a_whole_revision(home):
    rewrite(home, "data/claims.csv", ",cost_bn_kzt,239,", ",cost_bn_kzt,240,")
    other = []
    with ThreadPoolExecutor() as threads:

        def meanwhile(step, _share):
            if step == "plants" and not other:
                other.append(threads.submit(Store(root=home.root, var=home.var).build))
                wait(other, timeout=2)  # it may be made to wait for the first

        assert home.build(meanwhile) == other[0].result()
    assert len(home.dataset().claims["kokshetau-chp-newbuild"]) > 5
    assert not [p for p in home.var.rglob("*") if "staging" in p.name]


def test_folders_come_from_the_call_then_from_the_environment(monkeypatch, root, tmp_path):
    monkeypatch.delenv("MEKS_GEO_ROOT", raising=False)
    monkeypatch.delenv("MEKS_GEO_VAR", raising=False)
    assert (Store().root, Store().var) == (root, root / "var")
    monkeypatch.setenv("MEKS_GEO_ROOT", str(tmp_path / "here"))
    assert Store().var == tmp_path / "here" / "var"
    monkeypatch.setenv("MEKS_GEO_VAR", str(tmp_path / "there"))
    assert (Store().root, Store().var) == (tmp_path / "here", tmp_path / "there")
    assert Store(root=root, var=tmp_path).var == tmp_path


def cut(path):
    """Leave half of a file."""
    content = path.read_bytes()
    path.chmod(0o644)
    path.write_bytes(content[: len(content) // 2])
    return content


@pytest.fixture
def with_lines(small):
    """A store in which a file with networks is published."""
    intakes.send(small, networks=intakes.lines(20))
    return small


def test_a_build_mends_a_cut_archive_and_leaves_the_columns_alone(with_lines):
    revision = with_lines.current()
    drawn, kept = with_lines.tiles_of(revision), with_lines.lines_of(revision)
    whole, before = cut(drawn), kept.stat().st_mtime_ns
    assert tiles.state(drawn) == "damaged-tiles"
    assert with_lines.build() == revision
    assert drawn.read_bytes() == whole
    assert kept.stat().st_mtime_ns == before


def test_a_build_mends_cut_columns_and_a_reader_says_that_they_are(with_lines, caplog):
    revision = with_lines.current()
    drawn, kept = with_lines.tiles_of(revision), with_lines.lines_of(revision)
    cut(kept)
    assert len(with_lines.dataset().lines) == 20
    assert [kept.name in record.getMessage() for record in caplog.records] == [True]
    caplog.clear()
    before = drawn.stat().st_mtime_ns
    assert with_lines.build() == revision
    assert len(with_lines.dataset().lines) == 20
    assert caplog.records == []
    assert drawn.stat().st_mtime_ns == before


def test_without_lines_a_build_makes_nothing_anew(small):
    kept = small.lines_of(small.current())
    before = kept.stat().st_mtime_ns
    assert small.build() == small.current()
    assert kept.stat().st_mtime_ns == before
    assert not small.tiles_of(small.current()).exists()


def filed(store, revision=""):
    """What the networks of each region and sector came with: title and publisher."""
    sources = store.dataset(revision).line_sources
    return {pair: (one.title, one.publisher) for pair, one in sources.items()}


def test_the_file_that_lines_came_with_is_known(with_lines):
    file = ("map.xlsx", "Aigul")
    assert filed(with_lines) == {("KZ-55", "heat"): file}
    first = with_lines.last()
    source = with_lines.dataset().line_sources["KZ-55", "heat"]
    assert source.date == local_time(first.at).date().isoformat()
    assert source.id == f"intake-{first.sha256[:8]}"
    more = intakes.amendment(
        with_lines, sha256="cd" * 32, networks=intakes.lines(2, sector="water", prefix="w")
    )
    intakes.publish(with_lines, more, text="another file")
    assert filed(with_lines) == {("KZ-55", "heat"): file, ("KZ-55", "water"): file}
    assert len({one.id for one in with_lines.dataset().line_sources.values()}) == 2
    assert filed(with_lines, first.revision) == {("KZ-55", "heat"): file}


def test_lines_whose_file_is_gone_are_there_without_it(with_lines, caplog):
    for path in with_lines.intakes.glob("*.amendment.gpkg"):
        path.unlink()
    assert filed(with_lines) == {}
    assert len(with_lines.dataset().lines) == 20
    assert ["source of some networks" in r.getMessage() for r in caplog.records] == [True]
