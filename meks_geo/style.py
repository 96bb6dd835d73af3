"""The one style sheet: read from `style.toml`, checked on load, for both renderers."""

import math
import re
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from meks_geo.vocabulary import ENDED, Kind, Provenance, Status, Zone

PT_PER_PX = 72 / 96
GCAL_H_IN_MW = 1.163

Shape = tuple[tuple[float, float], ...] | str

_HEX = re.compile(r"#[0-9a-f]{6}")


def _check_colour(owner: str, value: object) -> None:
    if not isinstance(value, str) or not _HEX.fullmatch(value):
        msg = f"style.toml: {owner} is {value!r}; a colour is '#' and six hex digits in lower case"
        raise ValueError(msg)


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours of everything that is not a wear class."""

    land: str
    neighbours: str
    water: str
    border: str
    border_neighbour: str
    ink: str
    ink_soft: str
    paper: str
    accent: str
    hatch: str

    def __post_init__(self) -> None:
        """Check each colour."""
        for name, value in asdict(self).items():
            _check_colour(f"palette.{name}", value)


@dataclass(frozen=True, slots=True)
class ZoneStyle:
    """Colours of one wear class."""

    symbol: str
    area: str
    edge: str
    hatched: bool

    def __post_init__(self) -> None:
        """Check each colour."""
        for name in ("symbol", "area", "edge"):
            _check_colour(f"zones.{name}", getattr(self, name))


@dataclass(frozen=True, slots=True)
class Sizes:
    """Sizes in CSS pixels (MW where the name says so)."""

    symbol_min_px: float
    symbol_max_px: float
    symbol_max_mw: float
    symbol_stroke_px: float
    hollow_stroke_px: float
    ring_px: float
    status_px: float
    city_px: float
    region_stroke_px: float
    outline_stroke_px: float
    spread_px: float
    station_px: float


@dataclass(frozen=True, slots=True)
class LineStyle:
    """Lines of networks: width by class of size, dash by provenance; CSS pixels, mm on A4.

    A line that is not built is at least as wide as `hollow_mm`, and `hollow_share` of its width is
    left open.
    """

    width_px: tuple[float, ...]
    width_mm: tuple[float, ...]
    hairline_px: float
    hairline_mm: float
    hollow_mm: float
    hollow_share: float
    selected_px: float
    dash: Mapping[str, tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Style:
    """The whole style sheet."""

    palette: Palette
    zones: Mapping[str, ZoneStyle]
    shapes: Mapping[str, Shape]
    statuses: Mapping[str, float]
    sizes: Sizes
    lines: LineStyle
    signs: Mapping[str, str]
    patterns: Mapping[str, str]


def _expect(owner: str, found: Mapping[str, object], wanted: list[str]) -> None:
    if set(found) != set(wanted):
        msg = f"style.toml: {owner} has {sorted(found)}, expected {sorted(wanted)}"
        raise ValueError(msg)


@cache
def load() -> Style:
    """Return the style sheet of the product.

    Raises
    ------
    ValueError
        If a colour is no colour, or a class of the vocabulary has no style.
    """
    raw = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
    _expect("zones", raw["zones"], list(Zone))
    _expect("shapes", raw["shapes"], list(Kind))
    _expect("statuses", raw["statuses"], [s for s in Status if s not in ENDED])
    dashed = [one for one in Provenance if one != Provenance.OFFICIAL]
    _expect("lines.dash", raw["lines"]["dash"], list(dashed))
    _expect("signs", raw["signs"], [zone for zone in Zone if zone != Zone.UNKNOWN])
    shapes = {
        kind: shape if isinstance(shape, str) else tuple((x, y) for x, y in shape)
        for kind, shape in raw["shapes"].items()
    }
    return Style(
        palette=Palette(**raw["palette"]),
        zones=MappingProxyType({zone: ZoneStyle(**z) for zone, z in raw["zones"].items()}),
        shapes=MappingProxyType(shapes),
        statuses=MappingProxyType(raw["statuses"]),
        sizes=Sizes(**raw["sizes"]),
        lines=_lines(raw["lines"]),
        signs=MappingProxyType(raw["signs"]),
        patterns=MappingProxyType(raw["patterns"]),
    )


def _lines(raw: Mapping[str, Any]) -> LineStyle:
    dash = MappingProxyType({code: (on, off) for code, (on, off) in raw["dash"].items()})
    widths = {name: tuple(raw[name]) for name in ("width_px", "width_mm")}
    return LineStyle(**{**raw, **widths, "dash": dash})


def line_colour(zone: str) -> str:
    """Return the colour of a network's line by its zone: that of the symbols.

    The symbol of unknown wear is too pale for a hairline: such a line has the colour of its edge.
    """
    colours = load().zones[zone]
    return colours.edge if zone == Zone.UNKNOWN else colours.symbol


def symbol_px(electric_mw: float | None, heat_gcal_h: float | None) -> float:
    """Return the side of a plant's symbol in CSS pixels.

    The area of the symbol grows with MW plus the heat in MW (1 Gcal/h = 1.163 MW), between the
    two sizes of the style sheet; a plant of unknown size has the smallest symbol.
    """
    sizes = load().sizes
    mw = (electric_mw or 0.0) + GCAL_H_IN_MW * (heat_gcal_h or 0.0)
    share = min(mw / sizes.symbol_max_mw, 1.0)
    grown = sizes.symbol_min_px + (sizes.symbol_max_px - sizes.symbol_min_px) * math.sqrt(share)
    return round(grown, 1)


def to_leaflet() -> dict[str, object]:
    """Return the style sheet as plain JSON values for the browser; keys as in `style.toml`."""
    style = load()
    return {
        "palette": asdict(style.palette),
        "zones": {zone: asdict(z) for zone, z in style.zones.items()},
        "shapes": dict(style.shapes),
        "statuses": dict(style.statuses),
        "sizes": asdict(style.sizes),
        "lines": {
            "width_px": style.lines.width_px,
            "hairline_px": style.lines.hairline_px,
            "selected_px": style.lines.selected_px,
            "dash": dict(style.lines.dash),
            "colour": {zone: line_colour(zone) for zone in style.zones},
        },
    }


def px_to_pt(px: float) -> float:
    """Return a length of the style sheet in points, for matplotlib."""
    return px * PT_PER_PX
