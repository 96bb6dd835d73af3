"""The map in a box: nothing outside it, no name on another, dense places larger beside it."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from matplotlib.transforms import Bbox
from shapely import box as square
from sheets import layers, make_base, make_scene, make_site, texts

from meks_geo.closeups import CloseUp
from meks_geo.printbase import draw_base, fit, near, on_sheet, project_base
from meks_geo.printinsets import place_insets
from meks_geo.printplate import put_map
from meks_geo.printsheet import Box, Paper, Sheet

PAPER = Paper("a4", 297.0, 210.0)
ROOM = Box(30, 25, 250, 190)
DENSE = CloseUp("Екібастұз \u2013 Ақсу", (47.9, 69.9, 48.5, 71.1))
CALM = CloseUp("Алматы", (43.0, 75.0, 43.4, 75.6))


def crowd(count=6):
    return tuple(
        make_site(100 + n, lat=48.0 + n * 0.07, lon=70.0 + n * 0.15, at_city=False, status="")
        for n in range(count)
    )


@pytest.fixture(scope="module")
def base():
    return make_base()


@pytest.fixture(scope="module")
def scene():
    calm = (make_site(7, lat=43.2, lon=75.3),)
    return replace(make_scene(), sites=(*crowd(), *calm), selected="", close_ups=(CALM, DENSE))


@pytest.fixture(scope="module")
def drawn(scene, base):
    sheet = Sheet(PAPER, 72)
    return sheet, put_map(sheet, scene, base, ROOM)


def test_nothing_is_drawn_outside_the_box(drawn):
    sheet, _ = drawn
    sheet.flush()
    back = sheet._transform(None).inverted()
    for artist in layers(sheet):
        to_mm = artist.get_transform() + back
        extents = [to_mm.transform_path(p).get_extents() for p in artist.get_paths()]
        real = [e for e in extents if np.isfinite(e.extents).all()]
        if not real:
            continue
        whole = Bbox.union(real)
        seen = Bbox.intersection(whole, artist.get_clip_box().transformed(back))
        if seen is not None:
            low, high = seen.min, seen.max
            assert (low >= np.array([ROOM.left, ROOM.top]) - 0.6).all(), artist.get_gid()
            assert (high <= np.array([ROOM.right, ROOM.bottom]) + 0.6).all(), artist.get_gid()


def test_only_the_place_where_marks_crowd_is_shown_larger(drawn):
    _, plate = drawn
    assert [inset.of for inset in plate.insets] == [DENSE]
    assert plate.insets[0].number == 1


def test_an_inset_lies_beside_the_country_and_on_nothing(drawn, base):
    _, plate = drawn
    (inset,) = plate.insets
    land = project_base(base)
    _, country = on_sheet(land, plate.frame)
    assert not country.intersects(square(*inset.box.edges))
    assert not any(inset.box.overlaps(m.box) for m in plate.marks)
    assert not any(inset.box.overlaps(n.box) for n in plate.names)
    assert ROOM.left < inset.box.left < inset.box.right < ROOM.right
    assert ROOM.top < inset.box.top < inset.box.bottom < ROOM.bottom


def test_an_inset_shows_its_place_at_least_twice_as_large(drawn, base):
    _, plate = drawn
    (inset,) = plate.insets
    close = fit(inset.map_box(1.0).grown(-2.4), inset.of.bounds, project_base(base))
    assert close.mm_per_m > 1.5 * plate.frame.mm_per_m


def test_an_inset_names_its_place_and_its_plants(drawn, scene):
    sheet, _ = drawn
    said = texts(sheet)
    assert DENSE.title in said
    assert said.count("1") == 2
    assert {s.title for s in crowd()} & set(said)


def test_two_dense_places_have_rooms_of_their_own(scene, base):
    other = CloseUp("Астана", (52.0, 55.0, 52.6, 56.0))
    more = tuple(replace(s, id=f"{s.id}-b", lat=s.lat + 4.05, lon=s.lon - 14.9) for s in crowd(4))
    two = replace(scene, sites=(*scene.sites, *more), close_ups=(CALM, other, DENSE))
    plate = put_map(Sheet(PAPER, 72), two, base, Box(10, 10, 190, 200))
    assert [inset.of for inset in plate.insets] == [DENSE, other]  # the densest first
    assert not plate.insets[0].box.overlaps(plate.insets[1].box)


def test_an_inset_keeps_off_what_is_in_use(base):
    land = project_base(base)
    frame = fit(ROOM, make_scene().bounds, land)
    _, country = on_sheet(land, frame)
    (free,) = place_insets([DENSE], frame, country, [], 1.0)
    others = place_insets([DENSE], frame, country, [free.box], 1.0)
    assert not any(other.box.overlaps(free.box) for other in others)
    assert place_insets([DENSE], frame, country, [ROOM], 1.0) == ()


def test_close_ups_can_be_left_out(scene, base):
    assert put_map(Sheet(PAPER, 72), scene, base, ROOM, close_ups=False).insets == ()


def test_without_room_beside_the_country_there_is_no_inset(scene, base):
    inside = replace(scene, bounds=(44.0, 60.0, 50.0, 72.0))
    assert put_map(Sheet(PAPER, 72), inside, base, ROOM).insets == ()


def test_names_keep_apart_with_plants_named_too(scene, base):
    close = replace(scene, bounds=(46.5, 67.0, 49.5, 73.0), close_ups=())
    plate = put_map(Sheet(PAPER, 72), close, base, ROOM)
    named = [n for n in plate.names if n.layer == "site-names"]
    assert {n.id for n in named} >= {s.id for s in crowd()}
    for one, other in combinations(plate.names, 2):
        assert not one.box.overlaps(other.box), (one.id, other.id)
    for name in named:
        assert not any(name.box.overlaps(m.box) for m in plate.marks)


def test_a_map_of_the_country_names_no_plant(drawn):
    _, plate = drawn
    assert not [n for n in plate.names if n.layer == "site-names"]


@pytest.mark.parametrize("bounds", [(46.0, 62.0, 49.0, 69.0), (43.0, 55.0, 45.0, 60.0)])
def test_a_close_map_draws_the_same_from_less_of_the_base(scene, base, bounds):
    land = project_base(base)
    frame = fit(ROOM, bounds, land)

    def dots(shown):
        sheet = Sheet(PAPER, 72)
        draw_base(sheet, frame, shown, scene.areas, "KZ-10")
        sheet.to_bytes()
        return np.asarray(sheet._canvas.buffer_rgba())[..., :3].astype(int)

    less, whole = near(land, frame), land
    assert less is not whole
    assert len(less.outline_path) <= len(whole.outline_path) + 8
    assert (np.abs(dots(less) - dots(whole)).max(axis=2) > 24).mean() < 0.002


def test_the_map_of_the_country_is_the_base_itself(scene, base):
    land = project_base(base)
    assert near(land, fit(ROOM, scene.bounds, land)) is land


def test_no_name_lies_on_the_dot_of_a_place(scene, base):
    plate = put_map(Sheet(PAPER, 72), make_scene(), base, ROOM)
    dots = [(n.id, Box(*n.dot, *n.dot).grown(0.5)) for n in plate.names if n.dot]
    assert len(dots) > 10
    for place, dot in dots:
        assert not any(n.box.overlaps(dot) for n in plate.names if n.id != place), place
