"""Our own HTTP routes, asked as a server would ask them, without a socket."""

import asyncio
import gzip
import json
import os
from datetime import date
from urllib.parse import unquote

import pytest
from starlette.applications import Starlette

from meks_geo import webmap
from meks_geo.ui import cache
from meks_geo.ui.routes import basemap_url, gazetteer_url, routes


@pytest.fixture
def ask(store, monkeypatch):
    """Ask for a path: status, headers and body of the answer."""
    monkeypatch.setenv("MEKS_GEO_VAR", os.fspath(store.var))
    app = Starlette(routes=routes())

    def one(path, method="GET"):
        return asyncio.run(_answer(app, path, method))

    return one


async def _answer(app, address, method):
    path, _, query = address.partition("?")
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method,
        "scheme": "http", "path": unquote(path), "raw_path": path.encode(),
        "query_string": query.encode(), "root_path": "", "headers": [(b"host", b"office")],
        "client": ("127.0.0.1", 1), "server": ("office", 80), "state": {},
    }  # fmt: skip
    sent = []
    asked = []

    async def receive():
        if asked:
            await asyncio.Event().wait()  # the caller stays on the line
        asked.append(True)
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message):
        sent.append(message)

    await app(scope, receive, send)
    headers = {k.decode().lower(): v.decode() for k, v in sent[0]["headers"]}
    return sent[0]["status"], headers, b"".join(m.get("body", b"") for m in sent[1:])


def test_the_process_answers_that_it_lives(ask):
    status, _, body = ask("/healthz")
    assert (status, body) == (200, b"ok")


def test_ready_names_the_revision(ask, data):
    status, _, body = ask("/readyz")
    assert status == 200
    assert json.loads(body) == {"revision": data.revision}


def test_not_ready_before_the_first_build(ask, tmp_path, monkeypatch):
    monkeypatch.setenv("MEKS_GEO_VAR", os.fspath(tmp_path))
    status, _, body = ask("/readyz")
    assert status == 503
    assert json.loads(body) == {"revision": None}


def test_the_base_map_is_packed_and_kept_for_good(ask, data):
    status, headers, body = ask(basemap_url(data.base))
    assert status == 200
    assert headers["content-encoding"] == "gzip"
    assert "immutable" in headers["cache-control"]
    assert headers["content-type"].startswith("application/json")
    document = json.loads(gzip.decompress(body))
    assert set(document) == {"regions", "outline", "lakes", "neighbours"}
    assert len(document["regions"]["features"]) == 20
    # geometry and names of the units, and nothing of the registers
    keys = {k for layer in document.values() for f in layer["features"] for k in f["properties"]}
    assert keys <= {"region", "kind", "name_kk", "name_ru", "name_en", "lake_id"}


@pytest.mark.parametrize("digest", ["000000000000", "x", "..%2f..%2fdata%2fplants.csv"])
def test_an_unknown_base_map_is_not_found(ask, digest):
    status, headers, _ = ask(f"/basemap/{digest}.json")
    assert status == 404
    assert "immutable" not in headers.get("cache-control", "")


def test_an_unknown_base_map_reads_each_revision_once_and_a_name_that_is_none_reads_nothing(
    ask, data, monkeypatch
):
    read = []

    def counted(revision=""):
        read.append(revision)
        return data

    cache._base_digest.clear()
    monkeypatch.setattr(cache, "dataset", counted)
    for digest in ("x", "0" * 13, "00000000000G", "..%2f..%2fdata"):
        assert ask(f"/basemap/{digest}.json")[0] == 404
    assert set(read) <= {""}  # the current one, which is there anyway
    for _ in range(3):
        assert ask("/basemap/000000000000.json")[0] == 404
    assert sorted(one for one in read if one) == sorted(cache.Store().revisions())
    cache._base_digest.clear()


def test_a_base_map_may_not_be_changed(ask, data):
    assert ask(basemap_url(data.base), "POST")[0] == 405


@pytest.mark.parametrize(
    "name", ["leaflet-1.9.4/leaflet.js", "meks-geo/map.js", "fonts/NotoSans-Regular.woff2"]
)
def test_libraries_and_fonts_are_served_here(ask, root, name):
    status, headers, body = ask(f"/app/static/{name}?v=1")
    assert status == 200
    assert body == (root / "static" / name).read_bytes()
    assert "immutable" in headers["cache-control"]
    if not name.startswith("fonts"):  # a file that may change is asked for again
        assert ask(f"/app/static/{name}")[1]["cache-control"] == "no-cache"


@pytest.mark.parametrize(
    "path",
    [
        "../data/plants.csv", "..%2fdata%2fplants.csv", "%2e%2e/data/plants.csv",
        "....//data/plants.csv", "data.csv", "data/plants.csv", "plants.csv",
        "../geo/regions.geojson", "../app.py",
        "../var/current", "/etc/passwd", "..\\data\\plants.csv", "", "fonts", "fonts/",
    ],
)  # fmt: skip
def test_static_serves_no_data(ask, path):
    status, _, body = ask(f"/app/static/{path}")
    assert status == 404
    assert b"plant_id" not in body


def test_static_holds_no_data(root):
    kept = {path.suffix for path in (root / "static").rglob("*") if path.is_file()}
    assert not kept & {".csv", ".geojson", ".json", ".gpkg", ".xlsx", ".pmtiles", ".sqlite", ".po"}


def test_plants_of_a_map_come_packed_and_may_be_kept_for_good(ask, data):
    address = gazetteer_url(data.revision, "kk", date(2026, 4, 8))
    status, headers, body = ask(address)
    assert status == 200
    assert "immutable" in headers["cache-control"]
    found = json.loads(gzip.decompress(body))
    assert len(found["sites"]) > 50
    plant = found["sites"]["kokshetau-chp-new"]
    assert "Көкшетау" in plant["title"]
    assert plant["kind"] == "chp"
    assert all(len(line) == 2 for line in plant["hover"])


def test_plants_of_a_map_are_gathered_and_packed_once(ask, data, monkeypatch):
    made, gather = [], webmap.gazetteer
    monkeypatch.setattr(webmap, "gazetteer", lambda *asked: made.append(asked) or gather(*asked))
    first, other = (gazetteer_url(data.revision, "en", date(2026, 4, n)) for n in (2, 3))
    bodies = [ask(address)[2] for address in (first, first, other, first)]
    assert [at.day for _, at, _ in made] == [2, 3]
    assert bodies[0] == bodies[1] == bodies[3]


@pytest.mark.parametrize(
    ("address", "error"),
    [
        ("/gazetteer/{rev}/xx/2026-04-08.json", "unknown-gazetteer"),
        ("/gazetteer/{rev}/kk/2026-02-31.json", "unknown-gazetteer"),
        ("/gazetteer/{rev}/kk/9999-01-01.json", "unknown-gazetteer"),
        ("/gazetteer/0123456789ab/kk/2026-04-08.json", "unknown-revision"),
    ],
)
def test_a_gazetteer_that_there_cannot_be_are_refused_in_json(ask, data, address, error):
    status, _, body = ask(address.format(rev=data.revision))
    assert (status, json.loads(body)) == (404, {"error": error})
