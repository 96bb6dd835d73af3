"""Colour is never alone: signs and lines tell the zones apart on black-and-white paper."""

from itertools import combinations

import numpy as np
import pytest
from sheets import layer, make_base, make_scene, make_site

from meks_geo import printmap
from meks_geo.printlegend import draw_legend, lay_out
from meks_geo.printmarks import Pen, legend_parts, site_parts
from meks_geo.printsheet import Box, Paper, Sheet
from meks_geo.scene import LegendGroup, LegendRow
from meks_geo.style import load
from meks_geo.vocabulary import Kind, Zone

GREY = np.array([0.299, 0.587, 0.114])
CARD = Paper("card", 20.0, 20.0)
PAIRS = list(combinations(Zone, 2))


def grey(sheet):
    sheet.to_bytes()
    return np.asarray(sheet._canvas.buffer_rgba())[..., :3] @ GREY


def form(dots):
    """Darkness from 0 to 1 with the share of dark and light evened out: what is left is form."""
    low, high = dots.min(), dots.max()
    return (dots - low) / max(high - low, 1.0)


def symbol(zone, kind=Kind.CHP, hollow=False):
    sheet = Sheet(CARD, 300)
    site = make_site(1, zone=zone, kind=kind, hollow=hollow, at_city=False, status="", size_px=9.0)
    parts = site_parts(site, 10.0, 10.0, Pen(1.0))
    sheet.paths("mark", [p.path for p in parts], [p.ink for p in parts])
    return grey(sheet)[95:141, 95:141]


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("hollow", [False, True])
@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_the_smallest_symbols_of_two_zones_differ_in_form(one, other, kind, hollow):
    first, second = (form(symbol(zone, kind, hollow)) for zone in (one, other))
    body = (form(symbol(Zone.UNKNOWN, kind, hollow)) < 0.9).sum()
    assert (np.abs(first - second) > 0.3).sum() > 0.04 * body


def swatch(zone):
    sheet = Sheet(Paper("card", 60.0, 20.0), 300)
    group = LegendGroup("", (LegendRow(f"area:{zone}", ""),))
    draw_legend(sheet, lay_out((group,), 50.0, 15.0, "kk", 1.0), Box(5, 5, 55, 20), "kk")
    dots = grey(sheet)
    rows, columns = np.nonzero(dots < 250)
    inner = dots[rows.min() + 3 : rows.max() - 2, columns.min() + 3 : columns.max() - 2]
    return inner - np.median(inner)


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_the_fills_of_two_zones_differ_by_their_lines(one, other):
    first, second = swatch(one), swatch(other)
    assert first.shape == second.shape
    assert (np.abs(first - second) > 6).mean() > 0.04


def test_only_fills_without_a_class_of_their_own_lines_are_plain():
    plain = [zone for zone in Zone if not (np.abs(swatch(zone)) > 6).any()]
    assert plain == [Zone.YELLOW]


def test_the_legend_shows_the_signs_of_the_map():
    for zone in Zone:
        site = make_site(1, zone=zone, kind="chp", hollow=False, at_city=False, status="")
        on_map = site_parts(site, 0.0, 0.0, Pen(1.0))
        in_legend = legend_parts(f"zone:{zone}", 0.0, 0.0, Pen(1.0))
        assert [p.ink for p in on_map] == [p.ink for p in in_legend]
        assert len(on_map) == {"red": 2, "yellow": 2, "green": 3, "unknown": 1}[zone]


def test_lines_over_a_fill_stay_in_the_region_and_the_map():
    sheet = printmap.compose(make_scene(), make_base(), dpi=50)
    for zone, look in load().zones.items():
        if zone in load().patterns:
            lines = layer(sheet, f"lines-{zone}")
            assert len(lines.get_paths()[0].vertices) > 10
            assert lines.get_clip_box() is not None
        assert look.hatched == (zone == Zone.UNKNOWN)
