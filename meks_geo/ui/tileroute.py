"""The route of the tiles: an archive a revision, read by byte ranges and kept for good."""

import re
import zlib
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route
from starlette.types import Message, Receive, Scope, Send

from meks_geo import lines, tiles
from meks_geo.store import Store

_FOREVER = "private, max-age=31536000, immutable"
#: What is wrong with the request itself, by the status that says so.
_REFUSED = {400: "bad-range", 416: "range-outside"}
#: Revisions are hashes; nothing else of an address may become part of a path.
_REVISION = re.compile("[0-9a-f]{6,64}")
_HEAD_BYTES = 16_384


def route(may_read: Callable[[Request], bool]) -> Route:
    """Return the route; it answers whom `may_read` lets read."""

    def answer(request: Request) -> Response:
        if not may_read(request):
            return _error("forbidden", 403)
        return _archive(request, request.path_params["revision"])

    return Route("/tiles/{revision}/networks.pmtiles", answer)


def operators_route(may_read: Callable[[Request], bool]) -> Route:
    """Return the route of the operators' names, by their code in the tiles."""

    def answer(request: Request) -> Response:
        if not may_read(request):
            return _error("forbidden", 403)
        revision = request.path_params["revision"]
        if not _REVISION.fullmatch(revision):
            return _error("no-tiles", 404)
        try:
            names = lines.load_words(Store().lines_of(revision), "operator")
        except FileNotFoundError:
            return _error("no-tiles", 404)
        except lines.NOT_WHOLE:
            return _error("damaged-tiles", 503)
        return JSONResponse(names, headers={"Cache-Control": _FOREVER})

    return Route("/tiles/{revision}/operators.json", answer)


def _archive(request: Request, revision: str) -> Response:
    if not _REVISION.fullmatch(revision):
        return _error("no-tiles", 404)
    path = Store().tiles_of(revision)
    try:
        found = path.stat()
        wrong, mark = _looked_at(path, found.st_mtime_ns, found.st_size)
    except FileNotFoundError:
        return _error("no-tiles", 404)
    except OSError:
        return _error("damaged-tiles", 503)
    if wrong:
        return _error(wrong, 404 if wrong == "no-tiles" else 503)
    headers = {"ETag": f'"{revision}-{mark}"', "Cache-Control": _FOREVER}
    if _has(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    return _Archive(path, headers=headers, media_type="application/vnd.pmtiles", stat_result=found)


@lru_cache(maxsize=64)
def _looked_at(path: Path, _changed: int, _size: int) -> tuple[str, str]:
    """Return what is wrong with an archive, and a mark that changes with its list of tiles."""
    wrong = tiles.state(path)
    if wrong:
        return wrong, ""
    with path.open("rb") as file:
        return "", f"{zlib.crc32(file.read(_HEAD_BYTES)):08x}"


def _has(request: Request, etag: str) -> bool:
    """Return whether the caller says that it holds this content."""
    said = request.headers.get("if-none-match", "")
    held = [one.strip().removeprefix("W/") for one in said.split(",")]
    return etag in held or held == ["*"]


def _error(code: str, status: int, headers: dict[str, str] | None = None) -> JSONResponse:
    return JSONResponse(
        {"error": code},
        status_code=status,
        headers={"Cache-Control": "no-store", **(headers or {})},
    )


class _Archive(FileResponse):
    """A file with ranges, whose refusals are JSON as those of every other route."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        refused: list[JSONResponse] = []

        async def or_refuse(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] in _REFUSED:
                size = Headers(raw=message["headers"]).get("content-range")
                status = message["status"]
                kept = {"Content-Range": size} if size else {}
                refused.append(_error(_REFUSED[status], status, kept))
            elif not refused:
                await send(message)

        await super().__call__(scope, receive, or_refuse)
        for response in refused:
            await response(scope, receive, send)
