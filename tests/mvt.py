"""A reader of vector tiles for tests: what a map would find in an archive, zoom by zoom."""

import gzip
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from pmtiles.reader import MmapSource, Reader, all_tiles

EXTENT, TILE_PX = 4096, 256


class Feature(NamedTuple):
    """A line of a tile: its properties, and its parts in CSS px of the world at that zoom."""

    properties: dict
    paths: list


def header_of(path):
    with path.open("rb") as file:
        return Reader(MmapSource(file)).header()


def metadata_of(path):
    with path.open("rb") as file:
        return Reader(MmapSource(file)).metadata()


def features_of(path):
    """Features of each tile (zoom, x, y), of the one layer."""
    with path.open("rb") as file:
        found = list(all_tiles(MmapSource(file)))
    return {place: _layer(gzip.decompress(body), place) for place, body in found}


def _layer(body, place):
    layers = [value for number, value in _fields(body) if number == 3]
    assert len(layers) == 1
    fields = list(_fields(layers[0]))
    assert [v for n, v in fields if n == 1] == [b"networks"]
    assert [v for n, v in fields if n == 5] == [EXTENT]
    keys = [v.decode() for n, v in fields if n == 3]
    values = [_value(v) for n, v in fields if n == 4]
    return [_feature(v, keys, values, place) for n, v in fields if n == 2]


def _feature(body, keys, values, place):
    fields = dict(_fields(body))
    assert fields[3] == 2, "not a line"
    tags = list(_numbers(fields[2]))
    properties = {keys[k]: values[v] for k, v in zip(tags[::2], tags[1::2], strict=True)}
    return Feature(properties, _paths(list(_numbers(fields[4])), place))


def _paths(commands, place):
    _, column, row = place
    paths, x, y, at = [], 0, 0, 0
    while at < len(commands):
        what, count = commands[at] & 7, commands[at] >> 3
        at += 1
        for _ in range(count):
            x += _signed(commands[at])
            y += _signed(commands[at + 1])
            at += 2
            point = (column * TILE_PX + x * TILE_PX / EXTENT, row * TILE_PX + y * TILE_PX / EXTENT)
            if what == 1:
                paths.append([point])
            else:
                paths[-1].append(point)
    return paths


def _value(body):
    ((number, value),) = _fields(body)
    if number == 1:
        return value.decode()
    assert number in (4, 5, 6), "neither a text nor a whole number"
    return _signed(value) if number == 6 else value


def _fields(body) -> Iterator[tuple[int, bytes | int]]:
    at = 0
    while at < len(body):
        tag, at = _varint(body, at)
        assert tag & 7 in (0, 2)
        value, at = _varint(body, at)
        if tag & 7 == 2:
            value, at = body[at : at + value], at + value
        yield tag >> 3, value


def _numbers(body):
    at = 0
    while at < len(body):
        number, at = _varint(body, at)
        yield number


def _varint(body, at):
    number = shift = 0
    while True:
        number |= (body[at] & 127) << shift
        shift += 7
        at += 1
        if body[at - 1] < 128:
            return number, at


def _signed(number):
    return (number >> 1) ^ -(number & 1)


def length_px(feature):
    return sum(
        ((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5
        for path in feature.paths
        for (x0, y0), (x1, y1) in pairwise(path)
    )
