"""Our own HTTP routes, beside the pages. Each checks the caller's rights itself."""

import gzip
import json
import os
from datetime import date
from functools import lru_cache
from pathlib import Path

import geopandas as gpd
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from meks_geo import rights, webmap
from meks_geo.errors import NothingPublishedError
from meks_geo.model import Base
from meks_geo.store import Store
from meks_geo.ui import cache, outroute, tileroute
from meks_geo.view import FIRST_DAY, LAST_DAY
from meks_geo.vocabulary import Lang

_FOREVER = "private, max-age=31536000, immutable"
_STATIC = Path(__file__).resolve().parents[2] / "static"
_LAYERS = ("regions", "outline", "lakes", "neighbours")


def routes() -> list[BaseRoute]:
    """Return the routes of the product."""
    return [
        Route("/healthz", _health),
        Route("/readyz", _ready),
        Route("/basemap/{digest}.json", _basemap),
        Route("/gazetteer/{revision}/{lang}/{at}.json", _gazetteer),
        Route(webmap.BUNDLE, _map_script),
        Route("/app/map-{digest}.js", _unknown_script),
        tileroute.route(may_read),
        tileroute.operators_route(may_read),
        *outroute.routes(may_read),
        Mount("/app/static", _Libraries(directory=_STATIC)),
    ]


class _Libraries(StaticFiles):
    """Browser libraries and fonts; never data. A versioned address may be kept for good."""

    def file_response(
        self,
        full_path: str | os.PathLike[str],
        stat_result: os.stat_result,
        scope: Scope,
        status_code: int = 200,
    ) -> Response:
        response = super().file_response(full_path, stat_result, scope, status_code)
        versioned = b"v=" in scope.get("query_string", b"") or "fonts" in str(full_path)
        response.headers["Cache-Control"] = _FOREVER if versioned else "no-cache"
        return response


def may_read(_request: Request) -> bool:
    """Return whether the caller may read the map of record; without a login there is one user."""
    return rights.may(rights.LOCAL, rights.Action.READ)


def basemap_url(base: Base) -> str:
    """Return the address of the geometry of a base map; it changes with its content."""
    return f"/basemap/{base.digest}.json"


async def _health(_request: Request) -> Response:
    return PlainTextResponse("ok")


async def _ready(_request: Request) -> Response:
    revision = Store().current()
    return JSONResponse({"revision": revision}, status_code=200 if revision else 503)


async def _map_script(_request: Request) -> Response:
    headers = {"Cache-Control": _FOREVER}
    return Response(_bundle(), media_type="text/javascript", headers=headers)


async def _unknown_script(_request: Request) -> Response:
    return JSONResponse({"error": "unknown-version"}, status_code=404)


@lru_cache(maxsize=1)
def _bundle() -> bytes:
    scripts = [(_STATIC / name).read_bytes() for name in webmap.SCRIPTS]
    return b"\n;\n".join([*scripts, webmap.STYLE_SCRIPT.encode()])


def _basemap(request: Request) -> Response:
    if not may_read(request):
        return JSONResponse({"error": "forbidden"}, status_code=403)
    try:
        data = cache.dataset()
    except NothingPublishedError:
        return JSONResponse({"error": "nothing-published"}, status_code=503)
    wanted = request.path_params["digest"]
    base = data.base if data.base.digest == wanted else cache.base_of(wanted)
    if base is None:
        return JSONResponse({"error": "unknown-basemap"}, status_code=404)
    body = _packed(base)
    headers = {"Cache-Control": _FOREVER, "Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
    return Response(body, media_type="application/json", headers=headers)


@lru_cache(maxsize=4)
def _packed(base: Base) -> bytes:
    document = {name: _features(getattr(base, name)) for name in _LAYERS}
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return gzip.compress(text.encode(), 6, mtime=0)


def _features(frame: gpd.GeoDataFrame) -> dict[str, object]:
    found: dict[str, object] = json.loads(frame.to_json(drop_id=True, na="null"))
    return {"type": found["type"], "features": found["features"]}


def gazetteer_url(revision: str, lang: str, at: date) -> str:
    """Return the address of the plants and names of a map; what it gives never changes."""
    return f"/gazetteer/{revision}/{lang}/{at.isoformat()}.json?v={webmap.STATIC_DIGEST}"


def _gazetteer(request: Request) -> Response:
    if not may_read(request):
        return JSONResponse({"error": "forbidden"}, status_code=403)
    asked = request.path_params
    try:
        lang, at = Lang(asked["lang"]), date.fromisoformat(asked["at"])
    except ValueError:
        return JSONResponse({"error": "unknown-gazetteer"}, status_code=404)
    if not FIRST_DAY <= at <= LAST_DAY:
        return JSONResponse({"error": "unknown-gazetteer"}, status_code=404)
    if asked["revision"] not in Store().revisions():
        return JSONResponse({"error": "unknown-revision"}, status_code=404)
    body = _packed_gazetteer(asked["revision"], lang, at)
    headers = {"Cache-Control": _FOREVER, "Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
    return Response(body, media_type="application/json", headers=headers)


@lru_cache(maxsize=64)
def _packed_gazetteer(revision: str, lang: str, at: date) -> bytes:
    found = webmap.gazetteer(cache.dataset(revision), at, lang)
    return gzip.compress(json.dumps(found, ensure_ascii=False).encode(), 6, mtime=0)
