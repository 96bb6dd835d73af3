"""The route of the tiles, asked as a server would ask it, without a socket."""

import asyncio
import json
import os
from urllib.parse import unquote

import numpy as np
import pytest
from starlette.applications import Starlette

from meks_geo import linelayer, lines, rights, tiles
from meks_geo.store import Store
from meks_geo.ui.routes import routes

REVISION = "0123abcdef"
FOREVER = "private, max-age=31536000, immutable"


@pytest.fixture
def archive(tmp_path, monkeypatch):
    """A whole archive of 300 kB of tiles, in the place where a store keeps it."""
    monkeypatch.setenv("MEKS_GEO_VAR", os.fspath(tmp_path))
    path = Store().tiles_of(REVISION)
    path.parent.mkdir(parents=True)
    path.write_bytes(_whole(300_000))
    return path


def _whole(size):
    """An archive of one tile, as short as the format lets it be."""
    root = bytes([1, 0, 1, 1, 1])
    places = [127, len(root), 132, 0, 132, 0, 132, size]
    head = b"PMTiles\x03" + np.array([*places, 1, 1, 1], dtype="<u8").tobytes()
    head += bytes([1, 1, 1, 1, 3, 14]) + bytes(25)
    return head + root + np.random.default_rng(1).bytes(size)


@pytest.fixture
def ask():
    app = Starlette(routes=routes())

    def one(path, method="GET", **headers):
        return asyncio.run(_answer(app, path, method, headers))

    return one


async def _answer(app, path, method, headers):
    named = [(k.replace("_", "-").encode(), v.encode()) for k, v in headers.items()]
    scope = {
        "type": "http", "asgi": {"version": "3.0", "spec_version": "2.4"}, "http_version": "1.1",
        "method": method, "scheme": "http", "path": unquote(path), "raw_path": path.encode(),
        "query_string": b"", "root_path": "", "headers": [(b"host", b"office"), *named],
        "client": ("127.0.0.1", 1), "server": ("office", 80), "state": {},
    }  # fmt: skip
    sent = []

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message):
        sent.append(message)

    await app(scope, receive, send)
    assert [m["type"] for m in sent].count("http.response.start") == 1
    found = {k.decode().lower(): v.decode() for k, v in sent[0]["headers"]}
    return sent[0]["status"], found, b"".join(m.get("body", b"") for m in sent[1:])


URL = linelayer.tiles_url(REVISION)


def test_the_address_is_that_of_the_contract():
    assert f"/tiles/{REVISION}/networks.pmtiles" == URL


def test_the_whole_archive(ask, archive):
    assert tiles.state(archive) == ""
    status, headers, body = ask(URL)
    assert (status, body) == (200, archive.read_bytes())
    assert headers["cache-control"] == FOREVER
    assert headers["etag"].startswith(f'"{REVISION}')
    assert headers["accept-ranges"] == "bytes"
    assert headers["content-type"] == "application/vnd.pmtiles"


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("bytes=0-126", 0, 126),
        ("bytes=0-16383", 0, 16_383),
        ("bytes=200000-", 200_000, 300_131),
        ("bytes=-10", 300_122, 300_131),
        ("bytes=300000-999999", 300_000, 300_131),
    ],
)
def test_a_range(ask, archive, asked, first, last):
    status, headers, body = ask(URL, range=asked)
    assert status == 206
    assert body == archive.read_bytes()[first : last + 1]
    assert headers["content-range"] == f"bytes {first}-{last}/300132"
    assert headers["content-length"] == str(last - first + 1)
    assert headers["cache-control"] == FOREVER
    assert headers["etag"]


def test_several_ranges(ask, archive):
    status, headers, body = ask(URL, range="bytes=0-6,127-131")
    assert status == 206
    assert headers["content-type"].startswith("multipart/byteranges")
    assert b"PMTiles\r\n" in body
    assert headers["content-length"] == str(len(body))


def test_the_head_alone(ask, archive):
    status, headers, body = ask(URL, method="HEAD")
    assert (status, body, headers["content-length"]) == (200, b"", "300132")
    status, headers, body = ask(URL, method="HEAD", range="bytes=0-9")
    assert (status, body, headers["content-length"]) == (206, b"", "10")


def test_other_methods_are_refused(ask, archive):
    assert ask(URL, method="POST")[0] == 405


@pytest.mark.parametrize("asked", ["bytes=300132-", "bytes=999999-9999999"])
def test_a_range_outside_of_it(ask, archive, asked):
    status, headers, body = ask(URL, range=asked)
    assert status == 416
    assert headers["content-range"] == "bytes */300132"
    assert json.loads(body) == {"error": "range-outside"}
    assert headers["cache-control"] == "no-store"


@pytest.mark.parametrize("asked", ["bytes=9-3", "metres=0-9", "bytes", "bytes=a-b"])
def test_a_range_that_is_none(ask, archive, asked):
    status, headers, body = ask(URL, range=asked)
    assert status == 400
    assert json.loads(body) == {"error": "bad-range"}
    assert "immutable" not in headers["cache-control"]


def test_what_the_caller_holds_is_not_sent_again(ask, archive):
    etag = ask(URL)[1]["etag"]
    for held in (etag, f'"x", W/{etag}', "*"):
        status, headers, body = ask(URL, if_none_match=held)
        assert (status, body) == (304, b"")
        assert (headers["etag"], headers["cache-control"]) == (etag, FOREVER)
    assert ask(URL, if_none_match='"x"')[0] == 200


def test_a_range_of_another_content_is_the_whole_one(ask, archive):
    etag = ask(URL)[1]["etag"]
    assert ask(URL, range="bytes=0-9", if_range=etag)[0] == 206
    status, _, body = ask(URL, range="bytes=0-9", if_range='"another"')
    assert (status, len(body)) == (200, 300_132)


def test_an_archive_built_anew_with_other_tiles_has_another_etag(ask, archive):
    etag = ask(URL)[1]["etag"]
    archive.write_bytes(_whole(300_001))
    assert ask(URL)[1]["etag"] != etag


@pytest.mark.parametrize(
    "revision",
    [
        "ffffffffff", "abc", "0" * 65, "0123ABCDEF", "..", "%2e%2e", "..%2f..%2fetc",
        "0123abcdef.gpkg", "0123abcdef%00", "0123abcdef%0a", "а123абс", "*",
    ],
)  # fmt: skip
def test_there_are_no_tiles(ask, archive, revision):
    status, headers, body = ask(f"/tiles/{revision}/networks.pmtiles")
    assert status == 404
    if "%2f" not in revision:
        assert json.loads(body) == {"error": "no-tiles"}
        assert headers["cache-control"] == "no-store"


def test_a_name_that_is_no_hash_does_not_reach_the_disk(ask, archive, monkeypatch):
    def touched(*_):
        raise AssertionError

    monkeypatch.setattr(Store, "tiles_of", touched)
    assert ask("/tiles/../networks.pmtiles")[0] == 404
    assert ask("/tiles/0123abcdeg/networks.pmtiles")[0] == 404


@pytest.mark.parametrize("share", [0.0, 0.0002, 0.5, 0.999])
def test_a_cut_archive_is_told(ask, archive, share):
    whole = archive.read_bytes()
    assert ask(URL)[0] == 200
    archive.write_bytes(whole[: int(len(whole) * share)])
    status, headers, body = ask(URL, range="bytes=0-126")
    assert status == 503
    assert json.loads(body) == {"error": "damaged-tiles"}
    assert headers["cache-control"] == "no-store"


def test_a_folder_in_its_place_is_damage(ask, archive):
    archive.unlink()
    archive.mkdir()
    status, _, body = ask(URL)
    assert (status, json.loads(body)) == (503, {"error": "damaged-tiles"})


def test_who_may_not_read_gets_nothing(ask, archive, monkeypatch):
    monkeypatch.setattr(rights, "may", lambda *_: False)
    for revision in (REVISION, "ffffffffff"):
        status, _, body = ask(linelayer.tiles_url(revision))
        assert (status, json.loads(body)) == (403, {"error": "forbidden"})


# -- names of operators -----------------------------------------------------------------------


def test_operators_are_named_by_their_code(archive, ask, data):
    path = Store().lines_of(REVISION)
    lines.save(path, data.lines)
    status, headers, body = ask(f"/tiles/{REVISION}/operators.json")
    assert status == 200
    assert headers["cache-control"] == FOREVER
    assert tuple(json.loads(body)) == data.lines.words["operator"]
    path.write_bytes(path.read_bytes()[:100])
    status, _, body = ask(f"/tiles/{REVISION}/operators.json")
    assert (status, json.loads(body)) == (503, {"error": "damaged-tiles"})


@pytest.mark.parametrize("revision", ["ffffffffff", "..%2f..%2fetc", "x"])
def test_there_are_no_operators_of_what_is_not_there(archive, ask, revision):
    status, _, _ = ask(f"/tiles/{revision}/operators.json")
    assert status == 404
