"""The print map by its properties: order, colours, texts, places, size and bytes of the file."""

import io
import struct
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest
from fontTools.ttLib import TTFont
from matplotlib.colors import to_hex
from PIL import Image
from shapely import LineString, box
from sheets import KAZAKH, SIGNS, ZONES, layer, layers, make_base, make_scene, make_site, texts

from meks_geo import printmap, printmarks, printplate, printsheet, printtype
from meks_geo.printbase import fit, hatch, project_base
from meks_geo.printlegend import lay_out
from meks_geo.scene import Label, LegendGroup, LegendRow
from meks_geo.style import load
from meks_geo.vocabulary import Kind, Zone

FONTS = Path(printmap.__file__).with_name("fonts")
WEB_FONTS = FONTS.parents[1] / "static" / "fonts"


@pytest.fixture(scope="module")
def base():
    return make_base()


@pytest.fixture(scope="module")
def scene():
    return make_scene()


@pytest.fixture(scope="module")
def sheet(scene, base):
    return printmap.compose(scene, base)


def chunks(png):
    at, found = 8, {}
    while at < len(png):
        (size,) = struct.unpack(">I", png[at : at + 4])
        found[png[at + 4 : at + 8]] = png[at + 8 : at + 8 + size]
        at += 12 + size
    return found


# --- the file ---------------------------------------------------------------------------------


def test_the_png_is_a4_at_300_dpi(scene, base):
    png = printmap.draw(scene, base)
    found = chunks(png)
    assert struct.unpack(">II", found[b"IHDR"][:8]) == (3508, 2480)
    assert struct.unpack(">IIB", found[b"pHYs"]) == (11811, 11811, 1)
    assert set(found) == {b"IHDR", b"sRGB", b"pHYs", b"IDAT", b"IEND"}


def test_the_png_holds_what_was_drawn_dot_for_dot(scene, base):
    sheet = printmap.compose(scene, base, dpi=150)  # several bands of rows
    with Image.open(io.BytesIO(sheet.to_bytes())) as picture:
        found = np.asarray(picture)
    assert (found == np.asarray(sheet._canvas.buffer_rgba())[..., :3]).all()


@pytest.mark.parametrize("fmt", ["png", "svg", "pdf"])
def test_the_same_scene_gives_the_same_bytes(scene, base, fmt):
    again = replace(base, digest="")
    assert printmap.draw(scene, base, dpi=50, fmt=fmt) == printmap.draw(
        scene, again, dpi=50, fmt=fmt
    )


def test_vector_files_say_nothing_of_date_or_program(scene, base):
    pdf = printmap.draw(scene, base, fmt="pdf")
    svg = printmap.draw(scene, base, fmt="svg").decode()
    assert pdf.startswith(b"%PDF")
    assert b"CreationDate" not in pdf
    assert "<dc:date>" not in svg
    assert "<svg" in svg


def test_another_format_is_refused(scene, base):
    with pytest.raises(ValueError, match="png, svg, pdf"):
        printmap.draw(scene, base, dpi=50, fmt="bmp")


def test_drawing_leaves_the_settings_of_matplotlib_and_the_base_map_alone(scene, base):
    settings, regions = dict(mpl.rcParams), base.regions.copy()
    for fmt in ("png", "svg", "pdf"):
        printmap.draw(scene, base, dpi=50, fmt=fmt)
    assert dict(mpl.rcParams) == settings
    assert base.regions.equals(regions)


def test_a_bare_scene_is_a_map_too(scene, base):
    bare = replace(
        scene, title="", subtitle="", areas=(), cities=(), sites=(), labels=(), legend=(),
        selected="", foot=(), attribution="", sources=(), stamp="",
    )  # fmt: skip
    assert printmap.draw(bare, base, dpi=50).startswith(b"\x89PNG")


@pytest.mark.parametrize("scale", [1.0, 1.41])
def test_a_larger_paper_is_the_same_map_larger(scene, base, scale):
    paper = printmap.Paper("a3", 297.0 * scale, 210.0 * scale, scale)
    png = printmap.draw(scene, base, paper, dpi=50)
    size = struct.unpack(">II", chunks(png)[b"IHDR"][:8])
    assert size == (round(297 * scale / 25.4 * 50), round(210 * scale / 25.4 * 50))


# --- layers and colours -----------------------------------------------------------------------


def test_layers_lie_in_their_order(sheet):
    names = [a.get_gid() for a in layers(sheet)]
    wanted = [
        "ground", "neighbours", "borders", "land", "areas", "hatch", "lakes", "regions", "outline",
        "graticule", "cities", "plants", "chosen-mark", "frame",
    ]  # fmt: skip
    assert [n for n in names if n in wanted] == wanted


def test_regions_have_the_colour_of_their_zone(sheet):
    zones = load().zones
    drawn = [to_hex(c) for c in layer(sheet, "areas").get_facecolor()]
    assert drawn == [zones[z].area for z in ZONES.values() if not zones[z].hatched]


def test_a_region_outside_the_filter_has_no_fill(scene, base):
    areas = tuple(replace(a, inside=a.id == "KZ-10") for a in scene.areas)
    drawn = printmap.compose(replace(scene, areas=areas), base, dpi=50)
    fills = [to_hex(c) for c in layer(drawn, "areas").get_facecolor()]
    assert fills == [load().zones["red"].area]
    assert "hatch" not in [a.get_gid() for a in layers(drawn)]


@pytest.mark.parametrize("zone", Zone)
@pytest.mark.parametrize("kind", Kind)
def test_a_plant_has_the_colour_of_its_zone_and_the_shape_of_its_kind(zone, kind):
    site = make_site(1, zone=zone, kind=kind, hollow=False, at_city=False, status="")
    body, *_ = printmarks.site_parts(site, 0.0, 0.0, printmarks.Pen(1.0))
    assert body.ink.face == load().zones[zone].symbol
    assert body.ink.edge == load().palette.paper
    shape = load().shapes[kind]
    if shape != "circle":
        half = printmarks.Pen(1.0).mm(site.size_px) / 2
        assert np.allclose(body.path.vertices[:-1], np.array(shape) * half)


def test_a_plant_that_is_not_built_is_hollow():
    site = make_site(1, zone="red", hollow=True, at_city=False, status="")
    body, sign = printmarks.site_parts(site, 0.0, 0.0, printmarks.Pen(1.0))
    assert (body.ink.face, body.ink.edge) == (load().palette.paper, load().zones["red"].edge)
    assert sign.ink.face == load().zones["red"].edge


def test_a_place_known_to_the_city_has_a_dashed_ring_under_the_mark():
    site = make_site(1, hollow=False, at_city=True, status="", zone="unknown")
    ring, body = printmarks.site_parts(site, 0.0, 0.0, printmarks.Pen(1.0))
    assert ring.ink.dash_pt
    assert ring.ink.face == "none"
    assert ring.path.get_extents().width > body.path.get_extents().width
    assert not body.ink.dash_pt


def test_plants_are_drawn_in_the_order_of_the_scene(scene, sheet):
    pen = printmarks.Pen(1.0)
    inks = [p.ink for s in scene.sites for p in printmarks.site_parts(s, 0.0, 0.0, pen)]
    faces = [to_hex(c, keep_alpha=True) for c in layer(sheet, "plants").get_facecolor()]
    assert faces == ["#00000000" if i.face == "none" else f"{i.face}ff" for i in inks]


def disc_area(status):
    parts = printmarks.disc_parts(status, 0.0, 0.0, printmarks.Pen(1.0))
    whole, *filled = [abs(_area(p.path)) for p in parts]
    return sum(filled) / whole


def _area(path):
    x, y = np.vstack(path.to_polygons(closed_only=True)).T
    return 0.5 * (x[:-1] @ y[1:] - x[1:] @ y[:-1])


@pytest.mark.parametrize(("status", "share"), list(load().statuses.items()))
def test_the_disc_is_filled_as_far_as_the_project_is(status, share):
    if share >= 0:
        assert disc_area(status) == pytest.approx(share, abs=0.02)
    else:
        assert len(printmarks.disc_parts(status, 0.0, 0.0, printmarks.Pen(1.0))) == 3


def test_marks_that_share_a_point_are_moved_apart(scene, base):
    pair = (make_site(0, dx_px=-15.0), replace(make_site(0, dx_px=15.0), id="other"))
    drawn = printmap.compose(replace(scene, sites=pair, selected=""), base, dpi=50)
    first, *_, last = layer(drawn, "plants").get_paths()
    moved = last.get_extents().x0 - first.get_extents().x0
    assert moved > printmarks.Pen(1.0).mm(20.0)


def test_what_is_selected_has_a_ring_in_the_accent_and_a_bold_name(scene, sheet):
    ring = layer(sheet, "chosen-mark")
    assert to_hex(ring.get_edgecolor()[0]) == load().palette.accent
    title = next(s.title for s in scene.sites if s.id == scene.selected)
    (words,) = [w for w in sheet.words if w.text == title]
    assert words.kind.face == "Bold"


def test_every_colour_is_of_the_style(sheet):
    style = load()
    known = {getattr(style.palette, n) for n in style.palette.__slots__} | {"#00000000"}
    known |= {c for z in style.zones.values() for c in (z.symbol, z.area, z.edge)}
    for drawn in layers(sheet):
        for colour in (*drawn.get_facecolor(), *drawn.get_edgecolor()):
            found = to_hex(colour, keep_alpha=True)
            assert found.removesuffix("ff") in known or found in known
    assert {w.colour for w in sheet.words} <= known


def test_hatching_stays_inside_and_lines_of_neighbours_meet():
    left, right = box(0, 0, 10, 10), box(10, 0, 20, 10)
    both = hatch([left, right], 1.5).vertices
    assert both[:, 0].min() >= 0
    assert both[:, 0].max() <= 20
    assert {round(float(s), 6) % 1.5 for s in both.sum(axis=1)} == {0.0}
    pierced = box(0, 0, 10, 10).difference(box(4, 4, 6, 6))
    ends = hatch([pierced], 1.0).vertices.reshape(-1, 2, 2)
    assert not any(box(4.01, 4.01, 5.99, 5.99).intersects(LineString(e)) for e in ends)


def test_crowded_marks_are_pushed_apart_and_lone_ones_stay():
    points = np.array([(0.0, 0.0)] * 6 + [(1.0, 0.5), (80.0, 80.0)])
    halves = np.full(len(points), 1.5)
    moved = printmarks.spread(points, halves, 6.0)
    apart = [np.hypot(*(a - b)) for a, b in combinations(moved, 2)]
    assert min(apart) > 2.5
    assert (moved[-1] == points[-1]).all()
    assert np.hypot(*(moved - points).T).max() <= 6.0 + 1e-9
    assert (printmarks.spread(points, halves, 6.0) == moved).all()
    assert printmarks.spread(np.empty((0, 2)), np.empty(0), 6.0).shape == (0, 2)


# --- words ------------------------------------------------------------------------------------


def test_the_legend_shows_its_rows_in_order_with_their_counts(scene, sheet):
    wanted = []
    for group in scene.legend:
        wanted.append(group.title)
        for row in group.rows:
            wanted += [row.label] + ([] if row.count is None else [row.count])
        wanted += [group.note] if group.note else []
    said = [t.replace("\u00a0", "") for t in texts(sheet)]
    start = said.index(wanted[0])
    assert said[start : start + len(wanted)] == [str(w) for w in wanted]


def test_counts_stand_at_the_right_edge_as_the_language_writes_them(sheet):
    (words,) = [w for w in sheet.words if w.text == "1\u00a0200"]
    assert words.align == "right"
    assert words.xy_mm[0] == pytest.approx(297 - 10)


def test_a_long_legend_is_set_smaller_and_still_fits(scene):
    many = tuple(replace(g, title=f"{g.title} {n}") for n in range(2) for g in scene.legend)
    short, long = (lay_out(g, 56.0, 150.0, "kk", 1.0) for g in (scene.legend, many))
    assert long.size < short.size
    assert long.height <= 150.0
    assert sum(e.row is not None for e in long.entries) == sum(len(g.rows) for g in many)


def test_an_unknown_symbol_of_the_legend_is_refused(scene, base):
    for symbol in ("zone:blue", "sector:heat", ""):
        group = LegendGroup("x", (LegendRow(symbol, "x"),))
        with pytest.raises(ValueError, match="sort:code"):
            printmap.compose(replace(scene, legend=(group,)), base, dpi=50)


def test_head_and_foot_say_what_the_scene_says(scene, sheet):
    said = texts(sheet)
    wanted = (
        scene.title, scene.subtitle, scene.stamp, " · ".join(scene.foot), scene.attribution,
        " · ".join(scene.sources),
    )  # fmt: skip
    for text in wanted:
        assert text in said


def test_text_is_no_formula(scene, base):
    drawn = printmap.draw(replace(scene, title="$5 млн$ 100 % a_b^c \\frac"), base, dpi=50)
    assert drawn.startswith(b"\x89PNG")


def test_all_words_lie_on_the_sheet(scene, base):
    wide = replace(
        scene, title="Ұзын атау " * 30, subtitle="сүзгі " * 200, sources=("дерек " * 30,) * 30
    )
    for words in printmap.compose(wide, base, dpi=50).words:
        width = printtype.text_width_mm(words.text, words.kind)
        assert words.left >= 9.0
        assert words.left + width <= 297 - 10 + 0.01
        assert 5 < words.xy_mm[1] < 205


def test_sources_that_do_not_fit_end_in_an_ellipsis():
    kind = printtype.Type("Regular", 6.5)
    parts = [f"дереккөз {n}, 2026" for n in range(80)]
    lines = printtype.wrap_whole(parts, kind, 100.0, 3)
    assert len(lines) <= 3
    assert lines[-1].endswith("· …")
    assert printtype.wrap_whole(parts[:2], kind, 100.0, 3) == (" · ".join(parts[:2]),)


def test_wrapped_lines_are_no_wider_than_the_column():
    kind = printtype.Type("Regular", 7.5)
    text = "Жылу көзінің аймағы, Энергетика министрлігі жариялаған, 2026 жылғы ақпан"
    lines = printtype.wrap(text, kind, 40.0)
    assert " ".join(lines) == text
    assert all(printtype.text_width_mm(line, kind) <= 40.0 for line in lines)
    assert printtype.text_width_mm(printtype.wrap("а" * 200, kind, 40.0)[0], kind) <= 40.0
    assert printtype.wrap("", kind, 40.0) == ()


def test_no_line_begins_with_a_dot():
    kind = printtype.Type("Regular", 7.5)
    for width in range(15, 60):
        lines = printtype.wrap(
            "lada.kz · abai.kz 2023 · inform.kz 2025 · orda.kz", kind, float(width)
        )
        assert not any(line.startswith("·") for line in lines)
        assert not any("\u00a0" in line for line in lines)


def test_width_of_text_grows_with_it_and_counts_spaces():
    kind = printtype.Type("Regular", 10.0)
    one, two = (printtype.text_width_mm(t, kind) for t in ("Орал", "Орал Орал"))
    assert two > 2 * one > 0
    assert printtype.text_width_mm("", kind) == 0.0
    assert printtype.text_width_mm("Орал", printtype.Type("Bold", 10.0)) > one


# --- names on the map -------------------------------------------------------------------------


def test_names_do_not_lie_on_each_other_and_stay_in_the_frame(scene, base, sheet):
    names = printmap.place_names(scene, base)
    assert len(names) > 20
    for one, other in combinations(names, 2):
        assert not one.box.overlaps(other.box), (one.id, other.id)
    edges = layer(sheet, "frame").get_paths()[0].get_extents()
    for name in names:
        assert edges.x0 < name.box.left < name.box.right < edges.x1
        assert edges.y0 < name.box.top < name.box.bottom < edges.y1


def test_names_of_places_keep_off_the_marks(scene, base):
    alone = replace(scene, selected="")
    pen = printmarks.Pen(1.0)
    layout = printmap.layout_of(alone, base)
    marks = printplate.place_marks(alone, fit(layout.map, alone.bounds, project_base(base)), pen)
    for name in printmap.place_names(alone, base):
        assert not any(name.box.overlaps(m.box) for m in marks), name.id


def test_every_region_is_named_with_its_figure(scene, base):
    names = {n.id: " ".join(n.lines) for n in printmap.place_names(scene, base)}
    for area in scene.areas:
        said = names[area.id].replace(" · ", " ")
        assert said == f"{area.label} {area.value}".strip()


def test_a_name_lies_in_its_region(scene, base):
    free = replace(scene, sites=(), cities=(), labels=(), selected="")
    layout = printmap.layout_of(free, base)
    land = project_base(base)
    seen = fit(layout.map, free.bounds, land)
    for name in printmap.place_names(free, base):
        b = name.box
        assert seen.shape(land.regions[name.id]).contains(box(b.left, b.top, b.right, b.bottom))


def test_no_name_is_said_twice(scene, base):
    twice = replace(scene, labels=(*scene.labels, Label("Абай", 50.0, 60.0, 1)) * 2)
    lines = [line for n in printmap.place_names(twice, base) for line in n.lines]
    assert sum("Абай" in line for line in lines) == 1
    assert len([n for n in lines if n.startswith("Қала")]) == len(
        {n for n in lines if n.startswith("Қала")}
    )


def test_a_region_outside_the_filter_has_its_name_without_a_figure(scene, base):
    areas = tuple(replace(a, inside=False) for a in scene.areas)
    for name in printmap.place_names(replace(scene, areas=areas), base):
        assert not any("62" in line for line in name.lines)


def test_a_citys_figure_stands_in_a_tag_of_its_zone(scene, base, sheet):
    (words,) = [w for w in sheet.words if w.text == "91 %"]
    assert words.colour == load().zones["red"].edge
    tag = layer(sheet, "cities")
    assert to_hex(tag.get_edgecolor()[0]) == load().zones["red"].symbol
    box_mm = tag.get_paths()[0].get_extents()
    assert box_mm.x0 < words.xy_mm[0] < box_mm.x1
    for name in printmap.place_names(scene, base):
        assert not name.box.overlaps(printsheet.Box(*box_mm.extents))


def test_no_citys_mark_is_left_out(scene, base):
    crowd = tuple(replace(scene.cities[0], id=f"c{n}") for n in range(120))
    drawn = printmap.compose(replace(scene, cities=crowd), base, dpi=50)
    assert len(layer(drawn, "cities").get_paths()) == 120


def test_a_plant_that_is_moved_has_a_line_to_its_place(scene, base):
    pair = (make_site(1, dx_px=15.0), make_site(2))
    drawn = printmap.compose(replace(scene, sites=pair), base, dpi=50)
    assert len(layer(drawn, "leaders").get_paths()) == 1


def test_lakes_are_in_italics(scene, base):
    (lake,) = [n for n in printmap.place_names(scene, base) if n.layer == "lake-names"]
    assert lake.kind.face == "Italic"


def test_the_frame_holds_all_of_the_country_inside_the_bounds(scene, base):
    layout = printmap.layout_of(scene, base)
    seen = fit(layout.map, scene.bounds, project_base(base))
    corners = seen.place([50, 80, 50, 80, 65], [42, 42, 54, 54, 54])
    assert (corners[:, 0] > seen.box.left).all()
    assert (corners[:, 0] < seen.box.right).all()
    assert (corners[:, 1] > seen.box.top).all()
    assert (corners[:, 1] < seen.box.bottom).all()
    near = fit(layout.map, (48.0, 50.0, 54.0, 65.0), project_base(base))
    assert near.mm_per_m > 1.3 * seen.mm_per_m


def test_the_legend_never_covers_the_map(scene, base):
    layout = printmap.layout_of(scene, base)
    assert not any(place.overlaps(layout.map) for _, place in layout.legend)


def test_a_selected_region_is_outlined(scene, base):
    drawn = printmap.compose(replace(scene, selected="KZ-11"), base, dpi=50)
    assert to_hex(layer(drawn, "chosen").get_edgecolor()[0]) == load().palette.accent


# --- the fonts --------------------------------------------------------------------------------


@pytest.mark.parametrize("face", ["Regular", "Bold", "Italic"])
def test_the_fonts_have_every_letter_and_kerning(face):
    for path in (FONTS / f"NotoSans-{face}.ttf", WEB_FONTS / f"NotoSans-{face}.woff2"):
        with TTFont(path) as font:
            letters = set(map(chr, font.getBestCmap()))
            assert set(KAZAKH + SIGNS) <= letters
            assert {chr(c) for c in range(0x410, 0x450)} <= letters
            assert "GPOS" in font


def test_print_uses_the_products_fonts_only(scene, base):
    for face in ("Regular", "Bold", "Italic"):
        assert Path(printtype.font(face).get_file()).parent == FONTS
    assert b"NotoSans" in printmap.draw(scene, base, fmt="pdf")
    assert b"DejaVu" not in printmap.draw(scene, base, fmt="pdf")


def test_the_licence_stands_beside_the_fonts():
    for folder in (FONTS, WEB_FONTS):
        assert "SIL OPEN FONT LICENSE" in (folder / "OFL.txt").read_text(encoding="utf-8")


def test_boxes_overlap_only_where_they_share_area():
    one = printsheet.Box(0, 0, 2, 2)
    assert one.overlaps(printsheet.Box(1, 1, 3, 3))
    assert not one.overlaps(printsheet.Box(2, 0, 3, 2))
    assert one.overlaps(printsheet.Box(2, 0, 3, 2).grown(0.1))
