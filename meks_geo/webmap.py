"""The web map: a scene as folium objects that `st_folium` shows. Decides nothing.

The base map is the same string on every run, so streamlit-folium keeps its frame; everything that
changes travels in the overlay, a feature group whose script calls ``MEKS.update`` with the scene as
JSON. The drawing itself is in ``static/meks-geo/``; no file comes from another host.
"""

import dataclasses
import hashlib
import json
import re
from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

import folium
from branca.element import Element, Figure
from folium.template import Template

from meks_geo import linelayer, style
from meks_geo import scene as scenes
from meks_geo.model import Dataset
from meks_geo.scene import Scene

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

#: First digits of the SHA-256 of all `SCRIPTS` and `SHEETS`; a browser never mixes two versions.
#: `tests/test_webmap.py` prints the right value when a file has changed.
STATIC_DIGEST = "4476196b"

#: Files under `static/`, in the order in which they are loaded.
SCRIPTS = (
    "leaflet-1.9.4/leaflet.js",
    "pmtiles-4.5.0/pmtiles.js",
    "meks-geo/draw.js",
    "meks-geo/base.js",
    "meks-geo/panels.js",
    "meks-geo/layout.js",
    "meks-geo/marks.js",
    "meks-geo/stations.js",
    "meks-geo/works.js",
    "meks-geo/gazetteer.js",
    "meks-geo/linetiles.js",
    "meks-geo/lines.js",
    "meks-geo/linepen.js",
    "meks-geo/linepaint.js",
    "meks-geo/linewords.js",
    "meks-geo/linelayer.js",
    "meks-geo/map.js",
)
SHEETS = ("leaflet-1.9.4/leaflet.css", "meks-geo/map.css")


#: Words that the map itself shows, in the reader's language; keys of `words` of `overlay`.
WORDS = ("legend", "base_failed", "zoom_in", "zoom_out", "metre", "kilometre")

CENTRE = (48.0, 67.0)
ZOOM = 5

_ESCAPES = {c: f"\\u{ord(c):04x}" for c in "<>&'_\u2028\u2029"}
_TEMPLATE_OPENING = re.compile(r"\{(?=[{%#])")


def _links(files: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(name, f"/app/static/{name}?v={STATIC_DIGEST}") for name in files]


def to_script(value: object) -> str:
    """Return a JSON value as a JavaScript literal that is safe on its way to the browser.

    It survives a script element (``<``, ``>``, ``&``, U+2028 and U+2029 are escaped), the template
    engine of folium (``{{``, ``{%``, ``{#``), and streamlit-folium, which resolves
    ``{{ 'name' }}``, rewrites ``_id`` tails and leaves them out of its key.

    Raises
    ------
    ValueError
        If a number is not finite.
    """
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    for character, escape in _ESCAPES.items():
        text = text.replace(character, escape)
    return _TEMPLATE_OPENING.sub(r"\\u007b", text)


#: The style sheet as a script: the same on every map.
STYLE_SCRIPT = f"MEKS.style = {to_script(style.to_leaflet())};"
_STYLE_DIGEST = hashlib.sha256(STYLE_SCRIPT.encode()).hexdigest()[: len(STATIC_DIGEST)]

#: Where all scripts are served as one file: one answer to wait for instead of six.
BUNDLE = f"/app/map-{STATIC_DIGEST}-{_STYLE_DIGEST}.js"
_BUNDLED = [("map", BUNDLE)]


class MapOfRecord(folium.Map):
    """A folium map that loads our own copies of the libraries, and only those."""

    default_js = _BUNDLED
    default_css = _links(SHEETS)


class _Verbatim(Element):
    """Text of a page that is no template: folium would compile it anew on each run."""

    def __init__(self, text: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._text = text

    def render(self, **_kwargs: object) -> str:
        """Return the text."""
        return self._text


class _Call(folium.MacroElement):
    """A call of a function of `static/meks-geo/map.js`, with the map first where it takes one."""

    _template = Template("{% macro script(this, kwargs) %}{{ this.script() }}{% endmacro %}")

    def __init__(self, function: str, value: object, *, on_map: bool = False) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "meks"
        self._function = function
        self._argument = to_script(value)
        self._on_map = on_map

    def script(self) -> str:
        """Return the JavaScript."""
        first = f"{self._parent.get_name()}, " if self._on_map and self._parent else ""
        return f"{self._function}({first}{self._argument});"

    def render(self, **_kwargs: object) -> str:
        """Put the call into the page."""
        page = self.get_root()
        if isinstance(page, Figure):
            page.script.add_child(_Verbatim(self.script()), name=self.get_name())
        return ""


def base_map() -> folium.Map:
    """Return a new base map: no tiles, no data, the same script on each call.

    A map is for one run: `st_folium` adds the overlay to it, so a map that is kept would carry the
    scene of the run before.
    """
    base = MapOfRecord(
        location=CENTRE,
        zoom_start=ZOOM,
        tiles=None,
        font_size="12px",
        zoom_snap=0.25,
        track_resize=False,  # map.js does it, without reporting a move of the user
        world_copy_jump=False,
    )
    base.add_child(_Call("MEKS.init", {}, on_map=True))
    return base


@cache
def _fields(kind: "type[DataclassInstance]") -> tuple[str, ...]:
    return tuple(field.name for field in dataclasses.fields(kind))


def _plain(item: "DataclassInstance") -> dict[str, object]:
    return {name: getattr(item, name) for name in _fields(type(item))}


def payload(
    scene: Scene,
    *,
    base_url: str,
    view: tuple[float, float, float] | None,
    words: Mapping[str, str],
    gazetteer_url: str = "",
) -> dict[str, object]:
    """Return what the browser needs of a scene, as plain JSON values; names are those of `Scene`.

    Parameters
    ----------
    base_url
        Where the geometry of the base map is read from; read again only when it changes.
    view
        Latitude and longitude of the centre in degrees, zoom; None shows `scene.bounds`.
    words
        Texts of the map itself, see `WORDS`.
    gazetteer_url
        Where `gazetteer` is read from: plants and substations are then told by their ids alone.
        Without one the scene carries all of them itself.
    """
    return {
        "base_url": base_url,
        "gazetteer_url": gazetteer_url,
        "view": None if view is None else list(view),
        "words": dict(words),
        "lang": scene.lang,
        "title": scene.title,
        "bounds": list(scene.bounds),
        "selected": scene.selected,
        "attribution": scene.attribution,
        "cities": [_plain(city) for city in scene.cities],
        "marks": [_plain(mark) for mark in scene.marks],
        "works": [_plain(work) for work in scene.works],
        "legend": [
            {**_plain(group), "rows": [_plain(row) for row in group.rows]} for group in scene.legend
        ],
        "lines": None if scene.lines is None else scene.lines.payload(named=not gazetteer_url),
        **(_by_id(scene) if gazetteer_url else _whole(scene)),
    }


def _whole(scene: Scene) -> dict[str, object]:
    return {
        "areas": [_plain(area) for area in scene.areas],
        "sites": [_plain(site) for site in scene.sites],
        "stations": [_plain(station) for station in scene.stations],
        "labels": [_plain(label) for label in scene.labels],
    }


def _by_id(scene: Scene) -> dict[str, object]:
    """Return what a filter changes of that which the gazetteer has."""
    fixed = {"label", "lat", "lon"}
    return {
        "areas": [
            {k: v for k, v in _plain(area).items() if k not in fixed} for area in scene.areas
        ],
        "sites": [site.id for site in scene.sites],
        "shifts": {site.id: site.dx_px for site in scene.sites if site.dx_px},
        "statuses": any(site.status for site in scene.sites),
        "stations": [station.id for station in scene.stations],
    }


def gazetteer(data: Dataset, at: date, lang: str) -> dict[str, object]:
    """Return all plants and substations as they are drawn, names and places of regions, and labels.

    They are the same for every filter: a browser reads them once a revision, day and language.
    `shipped` names the lines of the backbone by their row, with what a tip says of them.
    """
    return {
        "sites": {one: _plain(site) for one, site in scenes.every_site(data, at, lang).items()},
        "stations": {
            one: _plain(station) for one, station in linelayer.every_station(data, lang).items()
        },
        "labels": [_plain(label) for label in scenes.labels(data, lang)],
        "areas": {
            one: {"label": name, "lat": lat, "lon": lon}
            for one, (name, lat, lon) in scenes.every_region(data, lang).items()
        },
        "line_names": linelayer.names(lang),
        "shipped": dict(linelayer.shipped(data, at, lang)),
    }


def overlay(
    scene: Scene,
    *,
    base_url: str,
    view: tuple[float, float, float] | None,
    words: Mapping[str, str],
    gazetteer_url: str = "",
) -> folium.FeatureGroup:
    """Return the scene for `st_folium(base_map(), feature_group_to_add=...)`; see `payload`."""
    group = folium.FeatureGroup(name="meks", control=False)
    value = payload(scene, base_url=base_url, view=view, words=words, gazetteer_url=gazetteer_url)
    group.add_child(_Call("MEKS.update", value))
    return group
