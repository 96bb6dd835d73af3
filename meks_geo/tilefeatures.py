"""What the tiles of the networks hold: a feature a line and run of zooms, as text for the builder.

A helper of `tiles`. The text is made by column, some thousand lines at a time: a million lines take
seconds, and never lie in memory together.
"""

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.compute as pc  # type: ignore[import-untyped]

from meks_geo.lines import DEGREE, Lines
from meks_geo.thinning import ALL_FROM, FIRST_ZOOM, LAST_ZOOM
from meks_geo.validate import bounds
from meks_geo.vocabulary import COUNTRY, REGIONS, Provenance, Sector

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


class Key(StrEnum):
    """Names of the properties of a line in the tiles; all are whole numbers but `PROJECTS`."""

    NUMBER = "n"  #: row in `Lines`
    SECTOR = "s"  #: place in `Sector`
    REGION = "r"  #: place in `REGIONS_BY_CODE`
    OPERATOR = "o"  #: code in `Lines.words["operator"]`
    PROVENANCE = "v"  #: place in `Provenance`
    ZONES = "c"  #: two bits a period, first period lowest: code of its zone in `lines.ZONES`
    LOW = "a"  #: wear in hundredths of a percent; left out where unknown
    HIGH = "b"  #: upper end of the wear; left out where it is the lower one
    SEEN_FROM = "d"  #: day (YYYYMMDD) before which wear and zone are unknown; left out for always
    PROJECTS = "p"  #: ids as text, `id;id`; left out where there are none
    WIDTH = "k"  #: 0 to 3, see `width_classes`


#: What the code of a region stands for.
REGIONS_BY_CODE = (COUNTRY, *REGIONS)
#: A line shorter than this on the screen is drawn this long from afar, in CSS px.
STUB_PX = 3.0
#: What would vanish in the grid of a tile is drawn this long where every line is drawn.
_DOT_PX, _VANISHES_PX = 1.0, 0.5
#: Where the width classes 1, 2 and 3 begin.
_WIDE_MM, _STRONG_KV = (200.0, 400.0, 700.0), (35.0, 110.0, 330.0)

_TILE_PX = 256.0
#: So much becomes text at a time, at least one line.
_LINES, _POINTS = 50_000, 500_000
_ZOOMS = np.arange(FIRST_ZOOM, LAST_ZOOM + 1)


def width_classes(lines: Lines) -> npt.NDArray[np.int64]:
    """Return the class of width of each line, 0 (thin, or of unknown size) to 3.

    Classes begin at 200, 400 and 700 mm of diameter, at 35, 110 and 330 kV of voltage.
    """
    classes = np.zeros(len(lines), dtype=np.int64)
    for edge_mm, edge_kv in zip(_WIDE_MM, _STRONG_KV, strict=True):
        classes += (lines.diameter_mm >= edge_mm) | (lines.voltage_kv >= edge_kv)
    return classes


def features(lines: Lines) -> Iterator[tuple[bytes, float]]:
    """Yield GeoJSON features, one a row of text, and the share of the lines that is done.

    A line has a feature for each run of zooms that `Lines.shown` names; at a zoom at which it is
    too short to be seen, a stub of `STUB_PX` in its direction, about its middle.
    """
    properties = _properties(lines)
    ends = lines.part_start[np.searchsorted(lines.part_line, np.arange(len(lines)), side="right")]
    first = 0
    while first < len(lines):
        begun = ends[first - 1] if first else 0
        last = int(np.searchsorted(ends, begun + _POINTS, side="right"))
        last = min(max(last, first + 1), first + _LINES, len(lines))
        text = _text(_cut(lines, first, last), properties.slice(first, last - first))
        yield text, last / len(lines)
        first = last


# -- properties ------------------------------------------------------------------------------------


def _properties(lines: Lines) -> pa.Array:
    """Return the members of the object `properties` of each line, as text."""
    coded = {name: lines.codes[name] for name in ("operator", "wear_percent", "project_ids")}
    wear = np.array([_hundredths(text) for text in lines.words["wear_percent"]]).reshape(-1, 2)
    low, high = wear[coded["wear_percent"]].T
    periods = np.zeros(len(lines), dtype=np.int64)
    for place, codes in enumerate(lines.zones):
        periods |= codes.astype(np.int64) << (2 * place)
    everywhere: dict[Key, npt.NDArray[Any]] = {
        Key.NUMBER: np.arange(len(lines)),
        Key.SECTOR: _places(lines, "sector", tuple(Sector)),
        Key.REGION: _places(lines, "region", REGIONS_BY_CODE),
        Key.OPERATOR: coded["operator"],
        Key.PROVENANCE: _places(lines, "provenance", tuple(Provenance)),
        Key.ZONES: periods,
        Key.WIDTH: width_classes(lines),
    }
    columns: list[Any] = []
    for key, values in everywhere.items():
        columns += [f'{"," if columns else ""}"{key}":', pa.array(values).cast(pa.string())]
    columns += [
        _where(low >= 0, Key.LOW, low),
        _where((high >= 0) & (high != low), Key.HIGH, high),
        _where(lines.seen_from > 0, Key.SEEN_FROM, lines.seen_from),
    ]
    named = [
        f',"{Key.PROJECTS}":{json.dumps(text, ensure_ascii=False)}' if text else ""
        for text in lines.words["project_ids"]
    ]
    columns.append(pa.array(named, pa.string()).take(pa.array(coded["project_ids"])))
    return pc.binary_join_element_wise(*columns, "")


def _hundredths(text: str) -> tuple[int, int]:
    """Return the ends of a wear in hundredths of a percent, both inside it; -1 for unknown."""
    if not text:
        return -1, -1
    low, high = bounds(text)
    if text[0] == ">":
        return min(math.floor(float(text[1:]) * 100 + 1e-6) + 1, 10_000), 10_000
    if text[0] == "<":
        return 0, max(math.ceil(float(text[1:]) * 100 - 1e-6) - 1, 0)
    return round(low * 100), round(high * 100)


def _places(lines: Lines, column: str, codes: tuple[str, ...]) -> npt.NDArray[np.int64]:
    places = np.array([codes.index(word) for word in lines.words[column]], dtype=np.int64)
    return places[lines.codes[column]]


def _where(known: Mask, key: Key, values: npt.NDArray[Any]) -> pa.Array:
    """Return the member of a property where it is known, "" elsewhere."""
    said = pc.binary_join_element_wise(f',"{key}":', pa.array(values).cast(pa.string()), "")
    return pc.if_else(pa.array(known), said, "")


# -- geometry --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Cut:
    """Some lines: zooms at which they are drawn, their parts (line, begin, end) and points."""

    shown: npt.NDArray[np.uint16]
    line: Ints
    begin: Ints
    end: Ints
    x: npt.NDArray[np.int32]
    y: npt.NDArray[np.int32]


def _cut(lines: Lines, first: int, last: int) -> _Cut:
    part, stop = np.searchsorted(lines.part_line, [first, last])
    starts = lines.part_start[part : stop + 1]
    points = slice(int(starts[0]), int(starts[-1]))
    return _Cut(
        shown=lines.shown[first:last],
        line=lines.part_line[part:stop].astype(np.int64) - first,
        begin=starts[:-1] - starts[0],
        end=starts[1:] - starts[0],
        x=lines.x[points],
        y=lines.y[points],
    )


def _text(cut: _Cut, properties: pa.Array) -> bytes:
    """Return the features of some lines."""
    u, v = _world(cut)
    step = np.hypot(np.diff(u, append=u[-1:]), np.diff(v, append=v[-1:]))
    step[cut.end - 1] = 0.0  # from part to part
    whole, stub, stub_px = _zooms(cut, u, v, step)
    line, low, high = _runs(whole)
    shapes = _shapes(cut).take(pa.array(line))
    short, zoom = np.nonzero(stub)
    points = _stubs(cut, u, v, step)[short]
    half = stub_px[zoom] / _TILE_PX / 2.0 ** _ZOOMS[zoom] / 2
    stubs = _segments(points, half)
    line, low, high = (
        np.concatenate([line, short]),
        np.concatenate([low, _ZOOMS[zoom]]),
        np.concatenate([high, _ZOOMS[zoom]]),
    )
    rows = pc.binary_join_element_wise(
        '{"type":"Feature","tippecanoe":{"minzoom":',
        pa.array(low).cast(pa.string()),
        ',"maxzoom":',
        pa.array(high).cast(pa.string()),
        '},"properties":{',
        properties.take(pa.array(line)),
        '},"geometry":{"type":"MultiLineString","coordinates":[[[',
        pa.concat_arrays([shapes, stubs]),
        "]]]}}\n",
        "",
    )
    return _bytes(rows)


def _zooms(cut: _Cut, u: Floats, v: Floats, step: Floats) -> tuple[Mask, Mask, Floats]:
    """Return where lines are drawn whole, where as stubs (lines x zooms), and the stubs' length."""
    length = np.bincount(cut.line, np.add.reduceat(step, cut.begin), len(cut.shown))
    extent = np.zeros(len(cut.shown))
    spans = [np.maximum.reduceat(a, cut.begin) - np.minimum.reduceat(a, cut.begin) for a in (u, v)]
    np.maximum.at(extent, cut.line, np.hypot(*spans))
    of_world = _TILE_PX * 2.0**_ZOOMS
    near = _ZOOMS >= ALL_FROM
    short = extent[:, None] * of_world < _VANISHES_PX
    short |= (length[:, None] * of_world < STUB_PX) & ~near
    drawn = (cut.shown[:, None] >> _ZOOMS.astype(np.uint16)) & 1 == 1
    return drawn & ~short, drawn & short, np.where(near, _DOT_PX, STUB_PX)


def _runs(drawn: Mask) -> tuple[Ints, Ints, Ints]:
    """Return line, first and last zoom of each run of zooms."""
    edge = np.zeros((len(drawn), 1), dtype=np.bool_)
    before, after = np.hstack([edge, drawn[:, :-1]]), np.hstack([drawn[:, 1:], edge])
    line, low = np.nonzero(drawn & ~before)
    _, high = np.nonzero(drawn & ~after)
    return line, _ZOOMS[low], _ZOOMS[high]


def _shapes(cut: _Cut) -> pa.Array:
    """Return the coordinates of each line, without the outer brackets."""
    pairs = _pairs(cut.x / DEGREE, cut.y / DEGREE)
    parts = pc.binary_join(_lists(np.append(cut.begin, len(cut.x)), pairs), "],[")
    starts = np.searchsorted(cut.line, np.arange(len(cut.shown) + 1))
    return pc.binary_join(_lists(starts, parts), "]],[[")


def _stubs(cut: _Cut, u: Floats, v: Floats, step: Floats) -> Floats:
    """Return for each line its middle and the direction from end to end, on the world's square.

    They are those of its longest part; one that ends where it begins has its direction there.
    """
    long = np.add.reduceat(step, cut.begin)
    order = np.lexsort((-long, cut.line))
    chosen = order[np.searchsorted(cut.line, np.arange(len(cut.shown)))]
    first, last = cut.begin[chosen], cut.end[chosen] - 1
    so_far = np.concatenate([[0.0], np.cumsum(step)])
    half = (so_far[first] + so_far[last]) / 2
    at = np.clip(
        np.searchsorted(so_far, half, side="right") - 1, first, np.maximum(last - 1, first)
    )
    share = np.divide(half - so_far[at], step[at], out=np.zeros(len(at)), where=step[at] > 0)
    following = np.minimum(at + 1, last)
    found = np.empty((len(chosen), 4))
    for place, a in enumerate((u, v)):
        found[:, place] = a[at] + np.clip(share, 0, 1) * (a[following] - a[at])
        along, here = a[last] - a[first], a[following] - a[at]
        found[:, place + 2] = along
        closed = (u[last] == u[first]) & (v[last] == v[first])
        found[closed, place + 2] = here[closed]
    far = np.hypot(found[:, 2], found[:, 3])
    found[far == 0, 2] = 1.0
    found[:, 2:] /= np.where(far == 0, 1.0, far)[:, None]
    return found


def _segments(points: Floats, half: Floats) -> pa.Array:
    """Return coordinates of segments about points, in their directions."""
    ends = [_degrees(points[:, :2] + sign * half[:, None] * points[:, 2:]) for sign in (-1, 1)]
    return pc.binary_join_element_wise(_pairs(*ends[0]), _pairs(*ends[1]), "],[")


def _world(cut: _Cut) -> tuple[Floats, Floats]:
    """Return the points on the square of Web Mercator, 0 to 1 from the north-west corner."""
    lat = np.radians(cut.y / DEGREE)
    return cut.x / DEGREE / 360.0 + 0.5, 0.5 - np.arcsinh(np.tan(lat)) / (2.0 * np.pi)


def _degrees(world: Floats) -> tuple[Floats, Floats]:
    """Return longitudes and latitudes of places on the square of Web Mercator."""
    lon = (world[:, 0] - 0.5) * 360.0
    lat = np.degrees(np.arctan(np.sinh(2.0 * np.pi * (0.5 - world[:, 1]))))
    return lon.round(7), lat.round(7)


def _pairs(lon: Floats, lat: Floats) -> pa.Array:
    texts = [pa.array(a).cast(pa.string()) for a in (lon, lat)]
    return pc.binary_join_element_wise(*texts, ",")


def _lists(starts: Ints, texts: pa.Array) -> pa.Array:
    return pa.ListArray.from_arrays(pa.array(starts.astype(np.int32)), texts)


def _bytes(texts: pa.Array) -> bytes:
    """Return texts one after another."""
    if not len(texts):
        return b""
    joined = pc.binary_join(_lists(np.array([0, len(texts)]), texts), "")
    found: bytes = joined[0].as_buffer().to_pybytes()
    return found
