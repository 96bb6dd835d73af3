"""Routes for other portals: a picture of a view, and a layer of it as GeoJSON.

The address is that of the page: `/snapshot.png?<view>`, `/data/plants.geojson?<view>`. Answers are
made in threads, few at once, kept by revision and view, and marked with an ETag; a refusal is JSON
with a code for programs and words for people.
"""

import asyncio
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from urllib.parse import parse_qsl, quote

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from meks_geo import dates, i18n, papers, queries
from meks_geo.config import stamp
from meks_geo.errors import InputError, NothingPublishedError
from meks_geo.exports import geojson, outputs, tables
from meks_geo.exports.outputs import OUTPUTS, Choice
from meks_geo.model import Dataset
from meks_geo.planning.saved import SavedPlan
from meks_geo.store import Store
from meks_geo.ui import cache
from meks_geo.ui.outrate import Buckets
from meks_geo.ui.outwork import TooBusyError, Workshop
from meks_geo.view import View, decode, encode

#: A request each second, and so many at once for a page that shows several pictures.
BURST, PER_SECOND = 30, 1.0
#: What one answer may be: characters of the query, dots of a picture, features of a layer.
MOST_QUERY, MOST_DOTS, MOST_FEATURES = 4_000, 40_000_000, 20_000
DPI = (36, 300)
_MM_PER_INCH = 25.4
_MOST_HEADER = 1_000
_BUSY_S = 5

_GEOJSON = "application/geo+json"
#: An answer may change with the next revision, so it is asked for again, and mostly not sent again.
_AGAIN = "private, no-cache"

_SVG_POLICY = "default-src 'none'; style-src 'unsafe-inline'; font-src data:; img-src data:"

May = Callable[[Request], bool]
#: What makes an answer: its key, the work, its media type, and what of the address was dropped.
Work = tuple[Hashable, Callable[[], bytes], str, tuple[str, ...]]


class Refusal(Exception):  # noqa: N818 - an answer, not a fault
    """An answer that is no content.

    Parameters
    ----------
    status
        Of HTTP.
    code
        For programs; the words are those of `files.error_<code>`.
    again_s
        After how many seconds it is worth to ask again; 0 for never.
    words
        Placeholder values of the words.
    """

    def __init__(self, status: int, code: str, *, again_s: int = 0, **words: str) -> None:
        """Keep what the answer says."""
        super().__init__(code)
        self.code, self.status, self.again_s, self.words = code, status, again_s, words


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a caller wants: a view of a revision, and the keys beside those of the view."""

    data: Dataset
    view: View
    dropped: tuple[str, ...]
    extra: Mapping[str, str]
    plan: SavedPlan | None


def routes(may_read: May) -> list[Route]:
    """Return the routes; they answer whom `may_read` lets read."""
    buckets, workshop = Buckets(BURST, PER_SECOND), Workshop()

    async def picture(request: Request) -> Response:
        def work(fmt: str) -> Work:
            asked = _asked(request, ("paper", "orientation", "dpi"))
            choice = replace(_choice(asked.extra, fmt), plan=asked.plan)
            key = (asked.data.revision, encode(asked.view), choice)

            def make() -> bytes:
                return outputs.snapshot(asked.data, asked.view, choice)

            return key, make, OUTPUTS[fmt].mime, asked.dropped

        return await _answer(request, work, request.path_params["fmt"], papers.FORMATS)

    async def layer(request: Request) -> Response:
        def work(name: str) -> Work:
            asked = _asked(request, ())
            key = (asked.data.revision, encode(asked.view), name, stamp(), asked.plan)
            return key, lambda: _layer(asked, name), _GEOJSON, asked.dropped

        return await _answer(request, work, request.path_params["layer"], geojson.LAYERS)

    async def _answer(
        request: Request,
        work: Callable[[str], Work],
        name: str,
        known: tuple[str, ...],
    ) -> Response:
        try:
            _admit(request, may_read, buckets)
            _one_of(name, known)
            key, make, mime, dropped = await asyncio.to_thread(work, name)
            content = await workshop.get(key, make)
        except TooBusyError:
            return _refused(request, Refusal(503, "busy", again_s=_BUSY_S))
        except InputError as error:
            return _error(error.problems[0].code, _problems(request, error), 422)
        except Refusal as refusal:
            return _refused(request, refusal)
        return _content(request, content, mime, dropped)

    return [
        Route("/snapshot.{fmt}", picture),
        Route("/data/{layer}.geojson", layer),
    ]


def _admit(request: Request, may_read: May, buckets: Buckets) -> None:
    """Refuse who may not read, who asks too often, and what is too long to be a view."""
    if not may_read(request):
        raise Refusal(403, "forbidden")
    wait_s = buckets.take(request.client.host if request.client else "")
    if wait_s:
        raise Refusal(429, "too-often", again_s=wait_s, seconds=str(wait_s))
    if len(request.url.query) > MOST_QUERY:
        raise Refusal(414, "long-query", most=str(MOST_QUERY))


def _one_of(name: str, known: tuple[str, ...]) -> None:
    if name not in known:
        raise Refusal(404, "unknown-name", value=name, known=", ".join(known))


def _asked(request: Request, extra: tuple[str, ...]) -> _Asked:
    pairs = parse_qsl(request.url.query)
    query = "&".join(p for p in request.url.query.split("&") if p.partition("=")[0] not in extra)
    view, dropped = decode(query, today=dates.today(), lang=_language(request))
    try:
        data = cache.dataset(view.rev)
    except NothingPublishedError as error:
        if view.rev:
            raise Refusal(404, "unknown-revision", value=view.rev) from error
        raise Refusal(503, "nothing-published", again_s=_BUSY_S) from error
    view, unknown = queries.known_only(data, view)
    choice, view, gone = outputs.with_plans(Choice(), view, Store().plan)
    found = {key: value for key, value in pairs if key in extra}
    dropped += unknown + gone
    return _Asked(data, replace(view, present=False), dropped, found, choice.plan)


def _choice(extra: Mapping[str, str], fmt: str) -> Choice:
    """Return paper and resolution, each one of those allowed."""
    paper, way = extra.get("paper", "a4"), extra.get("orientation", "landscape")
    dpi = extra.get("dpi", "150")
    for key, value, known in (
        ("paper", paper, papers.PAPERS),
        ("orientation", way, papers.ORIENTATIONS),
    ):
        if value not in known:
            raise Refusal(400, "bad-value", name=key, value=value, known=", ".join(known))
    if not (dpi.isdecimal() and len(dpi) <= 3 and DPI[0] <= int(dpi) <= DPI[1]):
        raise Refusal(400, "bad-value", name="dpi", value=dpi, known=f"{DPI[0]}-{DPI[1]}")
    sheet = papers.paper(paper, way)
    dots = sheet.width_mm * sheet.height_mm * (int(dpi) / _MM_PER_INCH) ** 2
    if fmt == "png" and dots > MOST_DOTS:
        raise Refusal(413, "too-large", most=f"{MOST_DOTS // 1_000_000}")
    return Choice(fmt=fmt, paper=paper, orientation=way, dpi=int(dpi), stamp=stamp())


def _layer(asked: _Asked, name: str) -> bytes:
    """Return a layer as GeoJSON.

    Raises
    ------
    Refusal
        If it has more features than one answer may.
    """
    selection = queries.select(asked.data, asked.view)
    if name == "networks" and len(selection.lines) > MOST_FEATURES:
        raise Refusal(413, "too-many", count=str(len(selection.lines)), most=str(MOST_FEATURES))
    found = tables.table(asked.data, selection, name, exact=False)
    if name == "networks":
        found = found.without("length_km")
    return geojson.collection(asked.data, selection, found, stamp=stamp(), plan=asked.plan)


def _content(request: Request, content: bytes, mime: str, dropped: tuple[str, ...]) -> Response:
    etag = f'"{sha256(content).hexdigest()[:32]}"'
    headers = {
        "ETag": etag,
        "Cache-Control": _AGAIN,
        "Vary": "Accept-Language",
        "X-Content-Type-Options": "nosniff",
    }
    if dropped:
        headers["X-Dropped"] = ", ".join(quote(one, safe="=") for one in dropped)[:_MOST_HEADER]
    said = request.headers.get("if-none-match", "")
    held = [one.strip().removeprefix("W/") for one in said.split(",")]
    if etag in held or held == ["*"]:
        return Response(status_code=304, headers=headers)
    if mime == OUTPUTS["svg"].mime:  # opened by itself it may run nothing
        headers["Content-Security-Policy"] = _SVG_POLICY
    return Response(content, media_type=mime, headers=headers)


def _refused(request: Request, refusal: Refusal) -> Response:
    key = f"files.error_{refusal.code}"
    words = i18n.text(_language(request), key, **refusal.words)
    return _error(refusal.code, words, refusal.status, refusal.again_s)


def _problems(request: Request, error: InputError) -> str:
    return " ".join(i18n.problem_text(_language(request), one) for one in error.problems)


def _error(code: str, words: str, status: int, again_s: int = 0) -> Response:
    again = {"Retry-After": str(again_s)} if again_s else {}
    headers = {"Cache-Control": "no-store", **again}
    return JSONResponse({"error": code, "message": words}, status_code=status, headers=headers)


def _language(request: Request) -> str:
    """Return the language that is asked for by the address, else by the caller's program."""
    asked = request.query_params.get("lang", "")
    return i18n.pick_language(asked or request.headers.get("accept-language"))
