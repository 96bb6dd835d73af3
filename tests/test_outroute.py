"""The routes for other portals, asked as a server would ask them, without a socket."""

import asyncio
import json
import os
import threading
from urllib.parse import unquote

import pytest
import sampleplans
from starlette.applications import Starlette

from meks_geo import rights
from meks_geo.errors import InputError, Problem
from meks_geo.exports import outputs
from meks_geo.store import Store
from meks_geo.ui import outroute
from meks_geo.ui.outrate import Buckets
from meks_geo.ui.outwork import TooBusyError, Workshop

DAY = "at=2026-11-22"


def allowed(_request):
    return rights.may(rights.LOCAL, rights.Action.READ)


@pytest.fixture
def ask(store, monkeypatch):
    """Ask for an address: status, headers and body of the answer."""
    monkeypatch.setenv("MEKS_GEO_VAR", os.fspath(store.var))
    app = Starlette(routes=outroute.routes(allowed))

    def one(address, **headers):
        return asyncio.run(_answer(app, address, headers))

    return one


async def _answer(app, address, headers, client="10.0.0.1"):
    path, _, query = address.partition("?")
    named = [(k.replace("_", "-").encode(), v.encode()) for k, v in headers.items()]
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET",
        "scheme": "http", "path": unquote(path), "raw_path": path.encode(),
        "query_string": query.encode(), "root_path": "", "headers": [(b"host", b"office"), *named],
        "client": (client, 1), "server": ("office", 80), "state": {},
    }  # fmt: skip
    sent = []

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message):
        sent.append(message)

    await app(scope, receive, send)
    found = {k.decode().lower(): v.decode() for k, v in sent[0]["headers"]}
    return sent[0]["status"], found, b"".join(m.get("body", b"") for m in sent[1:])


def refusal(answer):
    status, headers, body = answer
    document = json.loads(body)
    assert set(document) == {"error", "message"}
    assert headers["cache-control"] == "no-store"
    assert headers["content-type"].startswith("application/json")
    return status, document["error"], document["message"]


# -- layers ----------------------------------------------------------------------------------------


def test_a_layer_of_a_view(ask, data):
    status, headers, body = ask(f"/data/plants.geojson?{DAY}&region=KZ-55&lang=ru")
    assert status == 200
    assert headers["content-type"].startswith("application/geo+json")
    document = json.loads(body)
    assert document["passport"]["revision"] == data.revision
    assert {f["properties"]["region"] for f in document["features"]} == {"KZ-55"}
    assert headers["etag"]
    assert "no-cache" in headers["cache-control"]


@pytest.mark.parametrize("layer", ["projects", "networks", "entities", "regions", "indicators"])
def test_every_layer_can_be_asked_for(ask, layer):
    status, _, body = ask(f"/data/{layer}.geojson?{DAY}")
    assert status == 200
    assert json.loads(body)["name"] == layer


def test_what_the_caller_holds_is_not_sent_again(ask):
    address = f"/data/plants.geojson?{DAY}&region=KZ-55"
    etag = ask(address)[1]["etag"]
    status, headers, body = ask(address, if_none_match=f'"x", W/{etag}')
    assert (status, body, headers["etag"]) == (304, b"", etag)
    assert ask(address, if_none_match='"x"')[0] == 200
    assert ask(f"{address}&kind=chp")[1]["etag"] != etag


def test_what_was_dropped_of_the_address_is_told(ask):
    _, headers, _ = ask(f"/data/plants.geojson?{DAY}&region=KZ-99&nonsense=1%0D%0Ax")
    assert headers["x-dropped"] == "region=KZ-99, nonsense=1%0D%0Ax"
    assert "x-dropped" not in ask(f"/data/plants.geojson?{DAY}")[1]


def test_too_many_lines_are_refused_before_they_are_made(ask, monkeypatch):
    monkeypatch.setattr(outroute, "MOST_FEATURES", 1)
    status, code, words = refusal(ask(f"/data/networks.geojson?{DAY}&lang=en"))
    assert (status, code) == (413, "too-many")
    assert "GeoPackage" in words


def test_a_saved_plan_of_the_view_is_in_the_answer_and_an_unknown_one_is_reported(ask, monkeypatch):
    saved = sampleplans.saved()
    monkeypatch.setattr(Store, "plan", lambda _self, one: saved if one == saved.id else None)
    address = f"/data/plants.geojson?{DAY}&lang=en&region=KZ-55&plan="
    _, headers, body = ask(f"{address}{saved.id}")
    assert json.loads(body)["passport"]["plan"].startswith(saved.title)
    assert "x-dropped" not in headers
    status, headers, body = ask(f"{address}gone")
    assert (status, headers["x-dropped"]) == (200, "plan=gone")
    assert "plan" not in json.loads(body)["passport"]
    picture = f"/snapshot.svg?{DAY}&lang=en&region=KZ-55&plan={saved.id}"
    assert 'id="works"' in ask(picture)[2].decode()


# -- pictures --------------------------------------------------------------------------------------


@pytest.fixture
def drawn(monkeypatch):
    """The choices that pictures were asked with; nothing is drawn."""
    choices = []

    def draw(data, view, choice, progress=None):
        choices.append((data.revision, view, choice))
        return b"%PDF" + choice.fmt.encode()

    monkeypatch.setattr(outputs, "snapshot", draw)
    return choices


def test_a_picture_of_a_view(ask):
    status, headers, body = ask(f"/snapshot.png?{DAY}&region=KZ-55&dpi=36")
    assert status == 200
    assert headers["content-type"] == "image/png"
    assert body.startswith(b"\x89PNG")
    assert headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("fmt", "mime"), [("svg", "image/svg+xml"), ("pdf", "application/pdf"), ("png", "image/png")]
)
def test_paper_and_resolution_are_chosen(ask, drawn, fmt, mime):
    address = f"/snapshot.{fmt}?{DAY}&lang=ru&region=KZ-55&paper=a3&orientation=portrait&dpi=200"
    status, headers, _ = ask(address)
    assert status == 200
    assert headers["content-type"].startswith(mime)
    assert "x-dropped" not in headers
    ((_, view, choice),) = drawn
    assert (choice.fmt, choice.paper, choice.orientation, choice.dpi) == (
        fmt,
        "a3",
        "portrait",
        200,
    )
    assert (view.lang, view.region) == ("ru", ("KZ-55",))
    assert ("content-security-policy" in headers) == (fmt == "svg")


def test_a_picture_is_made_once(ask, drawn):
    for _ in range(3):
        assert ask(f"/snapshot.png?{DAY}")[0] == 200
    ask(f"/snapshot.png?{DAY}&kind=chp")
    assert len(drawn) == 2


@pytest.mark.parametrize(
    ("extra", "status", "code"),
    [
        ("dpi=301", 400, "bad-value"),
        ("dpi=1e3", 400, "bad-value"),
        ("dpi=-5", 400, "bad-value"),
        ("dpi=99999999999999", 400, "bad-value"),
        ("dpi=0003009999", 400, "bad-value"),
        ("dpi=0000000000000000000000000000000000000000150", 400, "bad-value"),
        ("paper=a7", 400, "bad-value"),
        ("orientation=upside-down", 400, "bad-value"),
        ("paper=a0&dpi=300", 413, "too-large"),
        ("q=" + "x" * 5000, 414, "long-query"),
        ("rev=0123456789abcdef", 404, "unknown-revision"),
    ],
)
def test_what_cannot_be_drawn_is_refused_in_words(ask, drawn, extra, status, code):
    assert refusal(ask(f"/snapshot.png?{DAY}&{extra}"))[:2] == (status, code)
    assert drawn == []


def test_a_large_paper_has_no_bound_as_a_drawing_of_lines(ask, drawn):
    assert ask(f"/snapshot.svg?{DAY}&paper=a0&dpi=300")[0] == 200


# -- refusals --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        "/snapshot.exe",
        "/data/claims.geojson",
        "/data/..%2f..%2fetc.geojson",
        "/data/sources.geojson",
    ],
)
def test_there_is_nothing_else(ask, path):
    status, _, body = ask(f"{path}?{DAY}")
    assert status == 404
    assert b"root:" not in body


def test_words_are_in_the_language_of_the_caller(ask):
    said = [refusal(ask(f"/snapshot.gif?{DAY}&lang={lang}"))[2] for lang in ("kk", "ru", "en")]
    assert len(set(said)) == 3
    by_header = refusal(ask(f"/snapshot.gif?{DAY}", accept_language="ru-KZ,ru;q=0.9"))[2]
    assert by_header == said[1]
    assert refusal(ask(f"/snapshot.gif?{DAY}"))[2] == said[0]


def test_who_may_not_read_gets_nothing(ask, monkeypatch):
    monkeypatch.setattr(rights, "may", lambda *_: False)
    for path in ("/data/plants.geojson", "/snapshot.png", "/snapshot.gif"):
        assert refusal(ask(f"{path}?{DAY}"))[:2] == (403, "forbidden")


def test_nothing_is_published_yet(ask, tmp_path, monkeypatch):
    monkeypatch.setenv("MEKS_GEO_VAR", os.fspath(tmp_path))
    answer = ask(f"/data/plants.geojson?{DAY}")
    assert refusal(answer)[:2] == (503, "nothing-published")
    assert int(answer[1]["retry-after"]) > 0


def test_a_fault_of_the_data_is_told(ask, monkeypatch):
    def broken(*_args, **_more):
        raise InputError([Problem("too-large", "plants", value="9")])

    monkeypatch.setattr(outputs, "snapshot", broken)
    status, code, words = refusal(ask(f"/snapshot.png?{DAY}&lang=en"))
    assert (status, code) == (422, "too-large")
    assert "9" in words


def test_who_asks_too_often_waits_and_others_do_not(ask, store, monkeypatch):
    monkeypatch.setenv("MEKS_GEO_VAR", os.fspath(store.var))
    monkeypatch.setattr(outroute, "BURST", 2)
    monkeypatch.setattr(outroute, "PER_SECOND", 0.001)
    app = Starlette(routes=outroute.routes(allowed))

    async def several():
        path = f"/snapshot.gif?{DAY}"
        mine = [await _answer(app, path, {}) for _ in range(3)]
        return mine, await _answer(app, path, {}, client="10.0.0.2")

    mine, other = asyncio.run(several())
    assert [answer[0] for answer in mine] == [404, 404, 429]
    assert refusal(mine[2])[1] == "too-often"
    assert int(mine[2][1]["retry-after"]) > 1
    assert other[0] == 404


def test_tokens_come_back_with_time():
    now = [0.0]
    buckets = Buckets(2, 0.5, callers=2, clock=lambda: now[0])
    assert [buckets.take("a") for _ in range(3)] == [0, 0, 2]
    now[0] = 1.0
    assert buckets.take("a") == 1
    now[0] = 2.1
    assert buckets.take("a") == 0
    assert buckets.take("b") == 0
    assert buckets.take("c") == 0  # "a" is forgotten
    now[0] = 2.2
    assert [buckets.take("a") for _ in range(3)] == [0, 0, 2]


# -- work ------------------------------------------------------------------------------------------


def test_work_is_made_once_for_all_who_wait_and_two_at_a_time():
    gate, started = threading.Event(), []
    workshop = Workshop(at_once=2, waiting=2)

    def slow(name):
        def make():
            started.append(name)
            gate.wait(10)
            return name.encode()

        return make

    async def ask_for(name):
        return await workshop.get(name, slow(name))

    async def several():
        waiting = [asyncio.create_task(ask_for(name)) for name in ("a", "a", "b", "c", "d", "d")]
        while len(started) < 2:
            await asyncio.sleep(0.001)
        await asyncio.sleep(0.01)
        running = list(started)
        with pytest.raises(TooBusyError):
            await ask_for("e")
        waiting[4].cancel()  # another one waits for the same
        await asyncio.sleep(0.01)
        gate.set()
        made = await asyncio.gather(*waiting, return_exceptions=True)
        return running, made, await ask_for("a")

    running, made, again = asyncio.run(several())
    assert running == ["a", "b"]
    assert isinstance(made.pop(4), asyncio.CancelledError)
    assert made == [b"a", b"a", b"b", b"c", b"d"]
    assert again == b"a"
    assert sorted(started) == ["a", "b", "c", "d"]


def test_what_is_kept_is_bounded():
    made = []

    def make(size):
        def work():
            made.append(size)
            return bytes(size)

        return work

    async def several():
        workshop = Workshop(keep_bytes=100)
        for key in "abcde":
            await workshop.get(key, make(25))
        await workshop.get("e", make(25))
        await workshop.get("a", make(25))
        for _ in range(2):
            await workshop.get("large", make(26))

    asyncio.run(several())
    assert made == [25] * 6 + [26, 26]


def test_what_failed_is_tried_again():
    tries = []

    def make():
        tries.append(1)
        if len(tries) == 1:
            raise LookupError
        return b"x"

    async def several():
        workshop = Workshop()
        with pytest.raises(LookupError):
            await workshop.get("a", make)
        return await workshop.get("a", make)

    assert asyncio.run(several()) == b"x"
