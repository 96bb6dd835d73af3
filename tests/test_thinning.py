"""What is drawn at which zoom: everything close up, the worst of each square from afar."""

import numpy as np
import pytest

from meks_geo import thinning
from meks_geo.thinning import ALL_FROM, FIRST_ZOOM, LAST_ZOOM

ZOOMS = range(FIRST_ZOOM, LAST_ZOOM + 1)


def shown(rows):
    """Zooms of lines that are given as (lon, lat, length in km, wear, sector)."""
    lon, lat, km, wear, sector = (np.array(column) for column in zip(*rows, strict=True))
    count = len(rows)
    degrees = km / (111.32 * np.cos(np.radians(lat)))
    found = thinning.shown(
        group=sector.astype(np.int32),
        high=wear.astype(float),
        km=km.astype(float),
        part_line=np.arange(count, dtype=np.int32),
        part_start=np.arange(count + 1, dtype=np.int64) * 3,
        x=np.column_stack([lon - degrees / 2, lon, lon + degrees / 2]).ravel(),
        y=np.repeat(lat.astype(float), 3),
    )
    return [{zoom for zoom in range(16) if one >> zoom & 1} for one in found.tolist()]


def street(count, wear=50.0, sector=0, lon=71.45):
    """Pipes of 100 m, one a metre beside the other."""
    return [(lon + n * 1e-5, 51.17, 0.1, wear, sector) for n in range(count)]


def test_close_up_every_line_is_drawn():
    assert all(set(range(ALL_FROM, LAST_ZOOM + 1)) <= zooms for zooms in shown(street(500)))


def test_no_line_is_drawn_at_a_zoom_without_tiles():
    assert all(zooms <= set(ZOOMS) for zooms in shown([*street(50), (70, 50, 400, 80, 1)]))


def test_of_a_square_the_worst_stays_and_of_equals_the_longest():
    rows = [(71.45, 51.17, 0.1, 50, 0), (71.45, 51.17, 0.1, 90, 0), (71.45, 51.17, 0.1, np.nan, 0)]
    fair, worst, unknown = shown(rows)
    assert {8, 9, 10} <= worst
    assert not {8, 9, 10} & (fair | unknown)
    short, long = shown([(71.45, 51.17, 0.1, 60, 0), (71.45, 51.17, 0.2, 60, 0)])
    assert 9 in long - short


def test_each_sector_keeps_its_own_worst():
    heat, water = shown([*street(1, 90, sector=0), *street(1, 20, sector=2)])
    assert {8, 9, 10} <= heat & water


def test_a_line_that_is_long_on_the_screen_always_stays():
    rows = [(70.0, 50.0, 300.0, 10, 1), (70.0, 50.0, 300.0, 90, 1)]
    assert all(set(ZOOMS) - {3} <= zooms for zooms in shown(rows))


def test_what_is_no_dot_from_afar_is_not_drawn_there():
    (pipe,) = shown(street(1))
    assert not pipe & {3, 4, 5, 6}


@pytest.mark.parametrize("zoom", [7, 8, 9, 10, 11, 12])
def test_there_is_never_more_than_one_short_line_a_square_and_sector(zoom):
    random = np.random.default_rng(7)
    rows = [
        (71.3 + x, 51.0 + y, 0.05, wear, sector)
        for x, y, wear, sector in zip(
            random.uniform(0, 0.3, 4000),
            random.uniform(0, 0.3, 4000),
            random.uniform(0, 100, 4000),
            random.integers(0, 3, 4000),
            strict=True,
        )
    ]
    side = 4 / 256 / 2**zoom
    worst = {}
    for lon, lat, _, wear, sector in rows:
        down = 0.5 - np.log(np.tan(np.radians(lat)) + 1 / np.cos(np.radians(lat))) / (2 * np.pi)
        square = (int((lon / 360 + 0.5) / side), int(down / side), sector)
        worst[square] = max(wear, worst.get(square, -1))
    drawn = [row for row, zooms in zip(rows, shown(rows), strict=True) if zoom in zooms]
    assert sorted(row[3] for row in drawn) == pytest.approx(sorted(worst.values()))


def test_without_lines_nothing_is_drawn():
    none = np.array([])
    empty = thinning.shown(
        group=none.astype(np.int32), high=none, km=none, part_line=none.astype(np.int32),
        part_start=np.zeros(1, dtype=np.int64), x=none, y=none,
    )  # fmt: skip
    assert len(empty) == 0
