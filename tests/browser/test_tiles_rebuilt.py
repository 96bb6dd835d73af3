"""An archive that is built anew under its address while a map is open: old and new never mix."""

import re
import struct

import pytest
from test_lines_layer import EXTENT, LAT, LON, ZOOM, Alone, X, Y, lines, message, tile_id, varint

#: Columns of tiles, far apart: one is not asked for while the other is in view; by row of a line.
PLACES = {1: X, 2: X + 40}
EAST = LON + 40 / 2**ZOOM * 360


def tile(row):
    """Return a tile with one red line from west to east through its middle."""
    properties = {"n": row, "s": 0, "r": 1, "o": 0, "v": 0, "c": 0, "a": 8000, "k": 2}
    tags = b"".join(varint(place) * 2 for place in range(len(properties)))
    shape = varint(9) + varint(0) + varint(EXTENT) + varint(10) + varint(2 * EXTENT) + varint(0)
    body = message(2, tags) + varint(3 << 3) + varint(2) + message(4, shape)
    keys = b"".join(message(3, key.encode()) for key in properties)
    values = b"".join(message(4, varint(5 << 3) + varint(one)) for one in properties.values())
    head = message(1, b"networks") + varint(15 << 3) + varint(2) + varint(5 << 3) + varint(EXTENT)
    return message(3, head + message(2, body) + keys + values)


def archive(*rows):
    """Return an archive that holds the tiles of these rows in this order."""
    bodies = [tile(row) for row in rows]
    at = [sum(map(len, bodies[:number])) for number in range(len(bodies))]
    ids = sorted((tile_id(ZOOM, PLACES[row], Y), number) for number, row in enumerate(rows))
    steps = [one - before for (one, _), (before, _) in zip(ids, [(0, 0), *ids], strict=False)]
    order = [number for _, number in ids]
    root = [len(ids), *steps, *[1] * len(ids), *(len(bodies[n]) for n in order)]
    packed = b"".join(map(varint, [*root, *(at[n] + 1 for n in order)]))
    data = b"".join(bodies)
    places = (127, len(packed), 127 + len(packed), 0, 127 + len(packed), 0)
    head = b"PMTiles\x03" + struct.pack(
        "<11Q", *places, 127 + len(packed), len(data), *[len(ids)] * 3
    )
    head += bytes([1, 1, 1, 1, 3, 14])
    head += struct.pack("<4i", -180 * 10**7, -85 * 10**7, 1800000000, 850000000)
    return head.ljust(127, b"\0") + packed + data


class Rebuilt(Alone):
    """A map whose archive has an ETag and may be kept for good, as that of our server."""

    etag = '"first"'

    def _range(self, route):
        first, last = map(int, re.findall(r"\d+", route.request.headers["range"]))
        found = self.archive[first : last + 1]
        if not found:
            route.fulfill(status=416, json={"error": "range-outside"})
            return
        headers = {"ETag": self.etag, "Cache-Control": "private, max-age=31536000, immutable"}
        size = f"bytes {first}-{first + len(found) - 1}/{len(self.archive)}"
        route.fulfill(status=206, body=found, headers=headers | {"Content-Range": size})

    def until_red(self):
        """Wait until a line is painted."""
        for _ in range(200):
            if "red" in self.zones():
                return
            self.page.wait_for_timeout(50)
        pytest.fail(f"no line is painted: {self.page.locator('.meks-notice').text_content()!r}")


@pytest.fixture
def rebuilt(browser):
    made = Rebuilt(browser)
    made.archive = archive(1, 2)
    yield made
    made.context.close()
    assert made.complaints == []


@pytest.mark.parametrize("rows", [(2, 1), (2,)], ids=["in another order", "shorter"])
def test_a_directory_is_read_anew_with_the_tiles_of_a_new_archive(rebuilt, rows):
    assert len(tile(1)) == len(tile(2))  # the old directory would give the wrong line, not an error
    rebuilt.paint(lines())
    rebuilt.click(30, 0)
    assert rebuilt.events() == [("line", 1)]
    rebuilt.archive, rebuilt.etag = archive(*rows), '"second"'
    rebuilt.page.evaluate("at => map.setView(at, map.getZoom(), { animate: false })", [LAT, EAST])
    rebuilt.until_red()
    assert rebuilt.page.locator(".meks-notice").text_content() == ""
    rebuilt.click(30, 0)
    assert [event for event in rebuilt.events() if event[0] == "line"] == [("line", 1), ("line", 2)]
