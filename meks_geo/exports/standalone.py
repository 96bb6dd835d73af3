"""The stand-alone page: one HTML file with map, cards, tables and three languages, no server."""

import base64
import hashlib
import re
from html import escape
from pathlib import Path

from meks_geo import i18n, webmap
from meks_geo.exports.standalonedata import document
from meks_geo.model import Dataset
from meks_geo.planning.saved import SavedPlan
from meks_geo.progress import Progress, silent
from meks_geo.view import View
from meks_geo.vocabulary import Lang, Theme

_STATIC = Path(__file__).resolve().parents[2] / "static"

#: What reads tiles from a server; `standalone/tiles.js` stands in its place.
_READ_TILES = ("pmtiles-4.5.0/pmtiles.js", "meks-geo/linetiles.js")
#: Files under `static/` in the order in which they run: the map's own, and the page around it.
SCRIPTS = (
    *(name for name in webmap.SCRIPTS if name not in _READ_TILES),
    *("standalone/document.js", "standalone/tiles.js", "standalone/lines.js"),
    *("standalone/card.js", "standalone/table.js", "standalone/search.js", "standalone/page.js"),
)
SHEETS = (*webmap.SHEETS, "standalone/page.css")

_FONT = re.compile(r'url\("/app/static/(fonts/[A-Za-z-]+\.woff2)"\)')
_PICTURE = re.compile(r"url\(images/[a-z0-9-]+\.png\)")
_SOURCE_MAP = re.compile(r"^//# sourceMappingURL=.*$", re.MULTILINE)
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_SIZE = re.compile(r"(font(?:-size)?:\s*)(\d+(?:\.\d+)?)px")
#: How much larger the type of the page is in a hall.
_HALL = 1.3
_CLOSING = re.compile(r"</(?=script)", re.IGNORECASE)

#: Nothing is fetched from anywhere; the only script that runs is the one of this file.
_POLICY = (
    "default-src 'none'; script-src 'sha256-{digest}'; style-src 'unsafe-inline'; img-src data:; "
    "font-src data:; base-uri 'none'; form-action 'none'"
)

_PAGE = """<!DOCTYPE html>
<html lang="{lang}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="generator" content="MEKS Geo">
<meta name="description" content="{description}">
<title>{title}</title>
<style>
{style}
</style>
</head>
<body class="alone">
<main id="page"></main>
<p id="failed">{failed}</p>
<script type="application/json" id="document">{document}</script>
<script>{script}</script>
</body>
</html>
"""


def write(
    data: Dataset,
    view: View,
    *,
    stamp: str = "",
    progress: Progress = silent,
    plan: SavedPlan | None = None,
) -> bytes:
    """Return a view as one HTML file that needs neither a server nor a network.

    Parameters
    ----------
    stamp
        Classification stamp, printed on the page; "" for none.
    progress
        Told how far the work is; what it raises ends the work.
    plan
        The saved plan of the view: its works are on the map and in a table.

    Returns
    -------
    page
        UTF-8; the same data and view give the same bytes. Lines are simplified to about 10 m, and
        at most `standalonelines.MOST_LINES` of them are in the file, which says so.
    """
    progress("start", 0.0)
    content = document(data, view, stamp=stamp, progress=progress, plan=plan)
    script = _script()
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    brand = i18n.text(view.lang, "app.title")
    page = _PAGE.format(
        lang=escape(view.lang, quote=True),
        policy=_POLICY.format(digest=digest),
        title=escape(f"{stamp} · {brand}" if stamp else brand),
        description=escape(f"{data.revision} {view.at.isoformat()}", quote=True),
        style=_style(view.theme),
        failed="<br>".join(escape(i18n.text(one, "standalone.failed")) for one in Lang),
        document=webmap.to_script(content),
        script=script,
    )
    progress("done", 1.0)
    return page.encode()


def _script() -> str:
    """Return the scripts as the text of one script element."""
    parts = [(_STATIC / name).read_text(encoding="utf-8") for name in SCRIPTS]
    text = "\n;\n".join(_SOURCE_MAP.sub("", part) for part in parts)
    return _CLOSING.sub(r"<\\/", text)


def _style(theme: str) -> str:
    """Return the style sheets with their fonts inside, without pictures and comments."""
    sheets = [(_STATIC / name).read_text(encoding="utf-8") for name in SHEETS]
    if theme == Theme.PROJECTOR:
        sheets = [_larger(one) for one in sheets]
    text = _COMMENT.sub("", "\n".join(sheets))
    return _PICTURE.sub("none", _FONT.sub(lambda found: _inlined(found[1]), text))


def _larger(sheet: str) -> str:
    """Return a style sheet with larger type on the screen; on paper it stays as it is."""
    screen, page, paper = sheet.partition("@page")
    return (
        _SIZE.sub(lambda found: f"{found[1]}{float(found[2]) * _HALL:g}px", screen) + page + paper
    )


def _inlined(name: str) -> str:
    data = base64.b64encode((_STATIC / name).read_bytes()).decode()
    return f'url("data:font/woff2;base64,{data}")'
