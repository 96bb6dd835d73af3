"""Networks on paper: what is drawn, in which class, what is counted instead, and what is said."""

from dataclasses import replace
from types import SimpleNamespace

import geopandas as gpd
import numpy as np
import pytest
from matplotlib.collections import PathCollection
from matplotlib.colors import to_hex
from shapely import LineString, MultiLineString, box

from meks_geo import measure, networks, printlines, printmap, printmarks, segments
from meks_geo.lines import ZONES
from meks_geo.model import Base
from meks_geo.networks import Figures, Passing
from meks_geo.printbase import fit, project_base
from meks_geo.printsheet import Box
from meks_geo.scene import Area, LegendGroup, LegendRow, Scene, Site, Station
from meks_geo.style import load, to_leaflet
from meks_geo.tilefeatures import width_classes

MM_PT = 72 / 25.4
SECTORS = ("heat", "electricity", "water", "wastewater", "gas")
PROVENANCES = ("official", "press", "schematic", "synthetic")


def polygons(shapes, **columns):
    return gpd.GeoDataFrame(columns, geometry=shapes, crs=measure.WGS84)


@pytest.fixture(scope="module")
def base():
    return Base(
        regions=polygons([box(60, 44, 76, 52)], region=["KZ-10"]),
        outline=polygons([box(60, 44, 76, 52)]),
        lakes=polygons([box(72, 45, 73, 46)]),
        neighbours=polygons([box(40, 36, 95, 60)], kind=["land"]),
        digest="lines",
    )


@pytest.fixture(scope="module")
def scene():
    return Scene(
        lang="en",
        title="Networks",
        subtitle="",
        areas=(Area("KZ-10", "red", "Abai", "62 %", 48.0, 68.0, (), inside=True),),
        cities=(),
        sites=(
            Site("site-1", 48.0, 66.0, 0, 0, "chp", "red", 12.0, False, False, "", "CHP-1", ()),
        ),
        labels=(),
        legend=(LegendGroup("Networks", (LegendRow("line:red", "red", 1),)),),
        bounds=(44.0, 60.0, 52.0, 76.0),
        selected="",
        foot=("30 lines",),
        attribution="",
        sources=(),
        stamp="",
    )


@pytest.fixture(scope="module")
def frame(base):
    return fit(Box(10.0, 30.0, 220.0, 180.0), (44.0, 60.0, 52.0, 76.0), project_base(base))


def passing(shapes, zone=None, mask=None, **columns):
    """Return lines with classes of one's choice; all pass unless a mask says otherwise."""
    count = len(shapes)
    given = {
        "network_id": [f"n-{n:04d}" for n in range(count)], "sector": "heat", "region": "KZ-10",
        "operator": "", "wear_percent": "50", "wear_basis": "", "wear_date": "",
        "project_ids": "", "provenance": "official", "built_year": np.nan,
        "voltage_kv": np.nan, "diameter_mm": 100.0,
    }  # fmt: skip
    made = segments.columns(polygons(shapes, **(given | columns)), ())
    codes = [ZONES.index(one) for one in (zone or ["green"] * count)]
    figures = Figures(np.array(codes, dtype=np.uint8), made.low, made.high, made.exact)
    return Passing(made, figures, np.ones(count, bool) if mask is None else np.array(mask))


def on_map(frame, *points_mm):
    """Return a line through points given in millimetres on the sheet."""
    metres = frame.to_mm.inverted().transform(np.array(points_mm))
    places = gpd.GeoSeries([LineString(metres)], crs=measure.PRINT_CRS).to_crs(measure.WGS84)
    return places.iloc[0]


def spaced(frame, count, long_mm=5.0):
    """Return lines that lie well apart."""
    return [
        on_map(frame, (20 + 12 * (n % 16), 40 + 6 * (n // 16)),
               (20 + 12 * (n % 16) + long_mm, 40 + 6 * (n // 16)))
        for n in range(count)
    ]  # fmt: skip


def crowded(frame, count):
    """Return tiny lines in one square of the paper."""
    return [
        on_map(frame, (100.02 + n * 1e-3, 100.1), (100.05 + n * 1e-3, 100.1)) for n in range(count)
    ]


def layer_of(lines, **changes):
    sectors = tuple(dict.fromkeys(lines.lines.words["sector"]))
    plain = {"passing": lines, "selected": -1, "sectors": sectors, "ahead": ()}
    return SimpleNamespace(**(plain | changes))


def artists(sheet, name):
    found = [a for a in sheet.figure.get_children() if isinstance(a, PathCollection)]
    return [a for a in found if a.get_gid() == name]


def by_zone(drawn):
    return {z: sum(s.lines for s in drawn.strokes if s.zone == z) for z in ZONES}


# --- classes ----------------------------------------------------------------------------------


def test_lines_have_the_zone_that_the_table_gives_them(frame):
    zone = [ZONES[n % 4] for n in range(64)]
    lines = passing(spaced(frame, 64), zone=zone)
    sums = networks.by(lines, "zone").set_index("zone")["lines"]
    assert by_zone(printlines.generalise(lines, frame)) == sums.to_dict()


def test_colour_is_the_zone_width_the_size_and_the_dash_the_provenance(frame, base, scene):
    count = 64
    zone = [ZONES[n % 4] for n in range(count)]
    provenance = [PROVENANCES[n // 4 % 4] for n in range(count)]
    sizes = [(100.0, 200.0, 500.0, 900.0)[n // 16 % 4] for n in range(count)]
    lines = passing(spaced(frame, count), zone, provenance=provenance, diameter_mm=sizes)
    drawn = printlines.generalise(lines, frame)
    assert len(drawn.strokes) == count
    expected = set(zip(zone, width_classes(lines.lines).tolist(), provenance, strict=True))
    assert {(s.zone, s.width, s.provenance) for s in drawn.strokes} == expected
    (artist,) = artists(printmap.compose(replace(scene, lines=layer_of(lines)), base), "lines")
    colours = to_leaflet()["lines"]["colour"]
    assert [to_hex(c) for c in artist.get_edgecolor()] == [colours[s.zone] for s in drawn.strokes]
    widths = np.array(artist.get_linewidth()) / MM_PT
    wanted = [
        0.15 if s.zone == "unknown" else (0.15, 0.2, 0.3, 0.45)[s.width] for s in drawn.strokes
    ]
    assert widths == pytest.approx(wanted)
    dashes = {
        s.provenance: d[1] for s, d in zip(drawn.strokes, artist.get_linestyle(), strict=True)
    }
    assert dashes["official"] is None
    assert len({tuple(d) for p, d in dashes.items() if p != "official"}) == 3


def test_a_line_that_is_not_built_is_hollow(frame, base, scene):
    lines = passing(spaced(frame, 4), ["red", "unknown", "red", "red"], provenance="schematic")
    drawn = printlines.generalise(lines, frame, ahead=(1, 3))
    assert [(s.zone, s.hollow, s.lines) for s in drawn.strokes] == [
        ("unknown", True, 1), ("red", False, 2), ("red", True, 1),
    ]  # fmt: skip
    sheet = printmap.compose(replace(scene, lines=layer_of(lines, ahead=(1, 3))), base)
    (artist,) = artists(sheet, "lines")
    paper, colours = load().palette.paper, to_leaflet()["lines"]["colour"]
    assert [to_hex(c) for c in artist.get_edgecolor()] == [
        colours["unknown"], paper, colours["red"], colours["red"], paper,
    ]  # fmt: skip
    widths = np.array(artist.get_linewidth()) / MM_PT
    assert widths == pytest.approx([0.7, 0.315, 0.15, 0.7, 0.315])
    assert all(dash is not None for _, dash in artist.get_linestyle())


def test_a_selected_line_that_is_not_built_is_hollow_too(frame, base, scene):
    layer = layer_of(passing(spaced(frame, 2)), selected=1, ahead=(1,))
    (artist,) = artists(printmap.compose(replace(scene, lines=layer), base), "chosen-line")
    palette, green = load().palette, load().zones["green"].symbol
    found = [to_hex(c) for c in artist.get_edgecolor()]
    assert found == [palette.accent, green, palette.paper]
    assert list(artist.get_linewidth()) == sorted(artist.get_linewidth(), reverse=True)


def test_the_worst_zone_lies_on_top(frame):
    zone = [ZONES[n % 4] for n in range(16)]
    strokes = printlines.generalise(passing(spaced(frame, 16), zone), frame).strokes
    assert [s.zone for s in strokes] == ["unknown", "green", "yellow", "red"]


def test_nothing_is_thinner_or_shorter_than_print_can_show(frame):
    pen = printmarks.Pen(1.0)
    for zone in ZONES:
        for width in range(4):
            (ink,) = printmarks.line_inks(zone, width, "official", pen)
            assert ink.width_pt >= 0.15 * MM_PT - 1e-9
    drawn = printlines.generalise(passing(crowded(frame, 1)), frame)
    ((start, end),) = (s.path.vertices for s in drawn.strokes)
    assert np.hypot(*(end - start)) == pytest.approx(0.3)
    assert drawn.lengthened == 1
    point = LineString([(68.0, 48.0), (68.0, 48.0000001)])
    (stroke,) = printlines.generalise(passing([point]), frame).strokes
    assert np.isfinite(stroke.path.vertices).all()


# --- what stays -------------------------------------------------------------------------------


def test_of_many_lines_on_a_spot_the_worst_of_each_sector_stays(frame):
    zone = ["green", "red", "yellow", "red", "unknown", "green"]
    wear = ["30", "70", "50", "90", "99", "10"]
    sector = ["heat", "heat", "heat", "heat", "water", "water"]
    lines = passing(crowded(frame, 6), zone, wear_percent=wear, sector=sector)
    drawn = printlines.generalise(lines, frame)
    assert (drawn.lines, drawn.inside, drawn.drawn) == (6, 6, 2)
    assert by_zone(drawn) == {"red": 1, "yellow": 0, "green": 1, "unknown": 0}
    kept = drawn.drawn_km
    assert kept == pytest.approx(lines.lines.km[[3, 5]].sum())
    assert drawn.km == pytest.approx(lines.km.sum())


def test_made_up_lines_take_no_place_of_reported_ones(frame):
    lines = passing(
        crowded(frame, 3),
        ["red", "green", "red"],
        provenance=["synthetic", "official", "synthetic"],
    )
    drawn = printlines.generalise(lines, frame)
    assert by_zone(drawn) == {"red": 1, "yellow": 0, "green": 1, "unknown": 0}


def test_long_lines_and_the_selected_one_always_stay(frame):
    same = [on_map(frame, (100.0, 100.0), (110.0, 100.0))] * 5
    drawn = printlines.generalise(passing(same), frame)
    assert drawn.drawn == 5
    lines = passing(crowded(frame, 5), ["red", *["green"] * 4])
    drawn = printlines.generalise(lines, frame, chosen=4)
    assert drawn.drawn == 2
    assert drawn.chosen.zone == "green"
    assert printlines.generalise(lines, frame).chosen is None


def test_lines_that_the_view_does_not_let_through_are_nowhere(frame):
    lines = passing(spaced(frame, 4), ["red"] * 4, mask=[True, False, True, False])
    drawn = printlines.generalise(lines, frame)
    assert (drawn.lines, drawn.inside, drawn.drawn) == (2, 2, 2)
    none = printlines.generalise(passing(spaced(frame, 4), mask=[False] * 4), frame)
    assert (none.lines, none.inside, none.drawn, none.strokes) == (0, 0, 0, ())


def test_a_line_is_on_the_sheet_when_its_box_meets_the_map(frame):
    edge = frame.box
    shapes = [
        on_map(frame, (edge.left - 40, 100.0), (edge.left + 1, 100.0)),  # its middle is outside
        on_map(frame, (edge.left - 40, 100.0), (edge.left - 1, 100.0)),
        on_map(frame, (edge.left - 50, 90.0), (edge.right + 90, 90.0)),
        on_map(frame, (100.0, edge.bottom + 5), (100.01, edge.bottom + 5)),
    ]
    drawn = printlines.generalise(passing(shapes), frame)
    assert (drawn.lines, drawn.inside, drawn.drawn) == (4, 2, 2)


def test_a_line_of_two_parts_counts_once(frame):
    first, second = spaced(frame, 2)
    whole = MultiLineString([first, second])
    away = on_map(frame, (frame.box.right + 60, 100.0), (frame.box.right + 70, 100.0))
    drawn = printlines.generalise(passing([whole, MultiLineString([away, second])]), frame)
    assert (drawn.inside, drawn.drawn) == (2, 2)
    (stroke,) = drawn.strokes
    assert stroke.lines == 2
    assert (stroke.path.codes == stroke.path.MOVETO).sum() == 3


def test_a_course_loses_only_what_paper_cannot_show(frame):
    x = np.linspace(30.0, 90.0, 4000)
    y = 100.0 + 10 * np.sin(x / 10) + np.random.default_rng(1).normal(0, 0.005, len(x))
    drawn = printlines.generalise(passing([on_map(frame, *zip(x, y, strict=True))]), frame)
    (stroke,) = drawn.strokes
    assert len(stroke.path.vertices) < 200
    assert (
        LineString(stroke.path.vertices).hausdorff_distance(LineString(np.column_stack([x, y])))
        < 0.05
    )


def test_a_larger_paper_has_larger_squares_and_wider_lines(frame):
    lines = passing(crowded(frame, 2))
    assert printlines.generalise(lines, frame, 2.0).cell_mm == pytest.approx(0.6)
    one, two = (
        printmarks.line_inks("red", 1, "official", printmarks.Pen(s), hollow=True)
        for s in (1.0, 2.0)
    )
    assert [i.width_pt for i in two] == pytest.approx([2 * i.width_pt for i in one])


# --- on the sheet -----------------------------------------------------------------------------


def test_lines_lie_over_the_fills_and_under_the_plants(frame, base, scene):
    layer = layer_of(passing(spaced(frame, 8)), selected=3)
    sheet = printmap.compose(replace(scene, lines=layer), base)
    below, mine, chosen, above = (
        artists(sheet, name)[0].get_zorder() for name in ("areas", "lines", "chosen-line", "plants")
    )
    assert below < mine < chosen < above
    rim, _ = artists(sheet, "chosen-line")[0].get_edgecolor()
    assert to_hex(rim) == load().palette.accent


def test_without_networks_nothing_is_drawn_or_said(base, scene):
    sheet = printmap.compose(replace(scene, lines=None), base)
    assert not artists(sheet, "lines")
    assert not any("Network lines" in w.text for w in sheet.words)


@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
def test_the_foot_says_what_was_left_out(frame, base, scene, lang):
    lines = passing([*crowded(frame, 1200), *spaced(frame, 3)])
    assert printlines.generalise(lines, frame).inside == 1203
    shown = replace(scene, lang=lang, lines=layer_of(lines))
    said = " ".join(w.text for w in printmap.compose(shown, base).words)
    drawn = printlines.generalise(lines, frame)
    note = printlines.note(drawn, lang)
    for figure in (drawn.inside, drawn.drawn):
        assert printlines.i18n.number(lang, figure) in note
        assert printlines.i18n.number(lang, figure) in said
    assert "…" not in said


def test_where_all_lines_are_drawn_the_foot_says_so(frame):
    note = printlines.note(printlines.generalise(passing(spaced(frame, 3)), frame), "en")
    assert note.endswith("all drawn")


def test_sectors_are_told_apart_by_letters_where_there_is_more_than_one(frame, base, scene):
    sector = [SECTORS[n % 2] for n in range(32)]
    two = layer_of(passing(spaced(frame, 32), sector=sector))
    letters = [
        n
        for n in printmap.place_names(replace(scene, lines=two), base)
        if n.layer == "line-letters"
    ]
    assert {n.id for n in letters} == {"heat", "electricity"}
    assert {n.lines for n in letters} == {("H",), ("E",)}
    one = layer_of(passing(spaced(frame, 32)))
    names = printmap.place_names(replace(scene, lines=one), base)
    assert not [n for n in names if n.layer == "line-letters"]


def test_substations_are_drawn_at_their_places(frame, base, scene):
    places = (("s-1", 48.0, 64.0, False), ("s-2", 49.0, 70.0, True))
    stations = tuple(Station(one, lat, lon, one, (), at) for one, lat, lon, at in places)
    layer = layer_of(passing(spaced(frame, 3)))
    sheet = printmap.compose(replace(scene, lines=layer, stations=stations), base)
    (artist,) = artists(sheet, "stations")
    assert [dash is not None for _, dash in artist.get_linestyle()] == [False, True, False]
    site, ring, town = (path.get_extents() for path in artist.get_paths())
    assert (ring.x0 + ring.x1, ring.y0 + ring.y1) == pytest.approx(
        (town.x0 + town.x1, town.y0 + town.y1)
    )
    assert site.width == pytest.approx(town.width)
    assert ring.width > 2 * town.width


@pytest.mark.parametrize("fmt", ["png", "svg", "pdf"])
def test_the_same_lines_give_the_same_bytes(frame, base, scene, fmt):
    def made():
        sector = [SECTORS[n % 5] for n in range(60)]
        return passing([*crowded(frame, 30), *spaced(frame, 30)], sector=sector)

    one, two = (
        printmap.draw(replace(scene, lines=layer_of(made())), base, dpi=60, fmt=fmt)
        for _ in range(2)
    )
    assert one == two


def test_the_legend_has_signs_for_lines(base, scene):
    symbols = [f"line:{z}" for z in ZONES] + [f"dash:{p}" for p in PROVENANCES[1:]]
    symbols += ["hollow:line", "station:", "ring:station"]
    group = LegendGroup("Networks", tuple(LegendRow(s, s) for s in symbols))
    sheet = printmap.compose(replace(scene, legend=(group,)), base)
    (artist,) = artists(sheet, "legend-marks")
    colours = [to_hex(c) for c in artist.get_edgecolor()[: len(ZONES)]]
    assert colours == [to_leaflet()["lines"]["colour"][z] for z in ZONES]
    rest = len(PROVENANCES) - 1 + 2 + 1 + 2  # two strokes of the hollow line, ring and square
    assert len(artist.get_paths()) == len(ZONES) + rest
    letter = LegendGroup("x", (LegendRow("letter:H", "heat"),))
    sheet = printmap.compose(replace(scene, legend=(letter,)), base, dpi=50)
    assert artists(sheet, "legend-marks")
    for symbol in ("line:blue", "dash:rumour"):
        wrong = LegendGroup("x", (LegendRow(symbol, "x"),))
        with pytest.raises(ValueError, match="sort:code"):
            printmap.compose(replace(scene, legend=(wrong,)), base, dpi=50)
