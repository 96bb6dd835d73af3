"""The style sheet: complete, checked on load, and legible without full colour vision or in grey."""

import tomllib
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from meks_geo import printmarks, style
from meks_geo.vocabulary import ENDED, Kind, Status, Zone

# Machado, Oliveira, Fernandes 2009, severity 1.0, on linear RGB.
VISION = {
    "full": np.eye(3),
    "protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "tritanopia": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
}
TO_XYZ = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
)
WHITE = np.array([0.95047, 1.0, 1.08883])
# CIELAB differences: 2.3 is just noticeable; these hold for small marks seen apart.
LEAST = {"symbol": 12.0, "area": 12.0}
LEAST_GREY = {"symbol": 10.0, "area": 7.0}
PAIRS = list(combinations(Zone, 2))


def linear(colour):
    c = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)


def lab(rgb):
    v = TO_XYZ @ np.clip(rgb, 0, 1) / WHITE
    f = np.where(v > 0.008856, np.cbrt(v), 7.787 * v + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def colour(zone, part):
    return linear(getattr(style.load().zones[zone], part))


def contrast(one, other):
    """WCAG contrast ratio."""
    high, low = sorted((TO_XYZ[1] @ linear(c) for c in (one, other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def raw():
    return tomllib.loads(Path(style.__file__).with_suffix(".toml").read_text(encoding="utf-8"))


def test_every_class_has_a_style():
    sheet = style.load()
    assert set(sheet.zones) == set(Zone)
    assert set(sheet.shapes) == set(Kind)
    assert set(sheet.statuses) == set(Status) - ENDED


def test_the_sheet_cannot_be_changed():
    sheet = style.load()
    with pytest.raises(TypeError):
        sheet.zones["red"] = None
    with pytest.raises(AttributeError):
        sheet.sizes.city_px = 1.0


@pytest.mark.parametrize("bad", ["#C0392B", "red", "#fff", "", 475657, None])
def test_a_bad_colour_is_refused(bad):
    with pytest.raises(ValueError, match=r"palette\.land"):
        style.Palette(**(raw()["palette"] | {"land": bad}))
    with pytest.raises(ValueError, match=r"zones\.symbol"):
        style.ZoneStyle(**(raw()["zones"]["red"] | {"symbol": bad}))


def test_only_unknown_is_hatched():
    assert [z for z, s in style.load().zones.items() if s.hatched] == [Zone.UNKNOWN]


def test_shapes_are_of_one_size_and_different():
    shapes = style.load().shapes
    assert len(set(shapes.values())) == len(shapes)
    for shape in shapes.values():
        if shape != "circle":
            points = np.array(shape)
            assert points.shape[1] == 2
            assert 0.8 < np.hypot(*points.T).max() < 1.4
            assert np.abs(points.mean(axis=0)).max() < 0.25


def test_statuses_fill_the_disc_in_the_order_of_a_projects_life():
    shares = [s for s in style.load().statuses.values() if s >= 0]
    assert shares == sorted(set(shares))
    assert (shares[0], shares[-1]) == (0.0, 1.0)


def test_symbol_px_is_bounded_and_grows():
    sizes = style.load().sizes
    steps = [style.symbol_px(mw, None) for mw in (None, 0, 10, 100, 500, 1500, 4000, 9000)]
    assert steps == sorted(steps)
    assert steps[0] == steps[1] == sizes.symbol_min_px
    assert steps[-1] == steps[-2] == sizes.symbol_max_px


def test_symbol_px_counts_heat():
    assert style.symbol_px(None, 1000) == style.symbol_px(1163, None)
    assert style.symbol_px(240, 820) > style.symbol_px(240, None)


@pytest.mark.parametrize("part", ["symbol", "area"])
@pytest.mark.parametrize("vision", VISION)
@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_zones_differ_for_every_eye(part, vision, one, other):
    eye = VISION[vision]
    apart = np.linalg.norm(lab(eye @ colour(one, part)) - lab(eye @ colour(other, part)))
    assert apart >= LEAST[part]


@pytest.mark.parametrize("part", ["symbol", "area"])
@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_zones_differ_in_grey(part, one, other):
    apart = abs(lab(colour(one, part))[0] - lab(colour(other, part))[0])
    assert apart >= LEAST_GREY[part]


def test_the_worse_zone_is_the_darker_symbol_but_for_yellow():
    # Yellow cannot be dark; red is the darkest of all, so it is found first in grey too.
    light = {zone: lab(colour(zone, "symbol"))[0] for zone in Zone}
    assert min(light, key=light.get) == Zone.RED


@pytest.mark.parametrize("zone", Zone)
def test_text_is_legible_on_every_fill(zone):
    sheet = style.load()
    assert contrast(sheet.palette.ink, sheet.zones[zone].area) >= 4.5
    assert contrast(sheet.zones[zone].edge, sheet.palette.paper) >= 3.0


def test_text_is_legible_on_paper():
    palette = style.load().palette
    assert contrast(palette.ink, palette.paper) >= 7.0
    assert contrast(palette.ink_soft, palette.paper) >= 4.5
    assert contrast(palette.accent, palette.paper) >= 4.5


def test_to_leaflet_is_plain_and_whole():
    plain = style.to_leaflet()
    assert plain["zones"]["red"]["symbol"] == style.load().zones["red"].symbol
    assert set(plain) == {"palette", "zones", "shapes", "statuses", "sizes", "lines"}


@pytest.mark.parametrize("zone", Zone)
def test_a_line_has_one_colour_on_every_surface_and_shows_as_a_hairline(zone):
    colour = style.to_leaflet()["lines"]["colour"][zone]
    for hollow in (False, True):
        first, *_ = printmarks.line_inks(zone, 0, "schematic", printmarks.Pen(1.0), hollow=hollow)
        assert first.edge == colour
    assert colour in {style.load().zones[zone].symbol, style.load().zones[zone].edge}
    assert zone != Zone.UNKNOWN or contrast(colour, style.load().palette.land) >= 4.5


def test_two_strokes_of_a_hollow_line_are_no_thinner_than_a_hairline():
    lines = style.load().lines
    assert lines.hollow_mm * (1 - lines.hollow_share) / 2 >= lines.hairline_mm
    assert lines.hollow_mm > max(lines.width_mm)
    assert len(lines.width_mm) == len(lines.width_px)


def test_px_to_pt():
    assert style.px_to_pt(96) == 72
