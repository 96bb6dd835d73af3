"""The look of the screen for QGIS: layer styles made from the one style sheet.

Colour is the zone, shape the kind, hollow not built, as everywhere. Lengths of the style sheet
become points, which print as large as they show. Codes are offered by their labels for editing, so
that what is typed there comes in again.
"""

from collections.abc import Mapping, Sequence
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from meks_geo import i18n, style
from meks_geo.exports import tables
from meks_geo.exports.qgisparts import CLEAR, Props, Said, option, rgb, symbol
from meks_geo.model import Column, Dataset
from meks_geo.style import Style, px_to_pt
from meks_geo.vocabulary import LISTS, NOT_BUILT, Accuracy, Kind, Status, Zone

#: The marker of QGIS that is nearest to each shape of the style sheet, and its turn in degrees.
MARKERS: Mapping[str, tuple[str, int]] = {
    Kind.CHP: ("square", 0),
    Kind.CONDENSING: ("triangle", 0),
    Kind.NUCLEAR: ("pentagon", 0),
    Kind.HYDRO: ("circle", 0),
    Kind.GAS_TURBINE: ("diamond", 0),
    Kind.WIND: ("triangle", 180),
    Kind.SOLAR: ("hexagon", 90),
    Kind.INDUSTRIAL: ("cross_fill", 0),
}

#: Where the wider lines begin: millimetres of diameter, kilovolts.
WIDE = ((200, 35), (400, 110), (700, 330))

_DOCTYPE = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
_VERSION = "3.22.0"
_HATCH_PX, _HAIR_PX = 7.0, 1.1
#: Kind of symbol of each layer; a plain table has a form and nothing to draw.
_TYPES = {
    "plants": "marker",
    "projects_on_map": "marker",
    "networks": "line",
    "regions": "fill",
    "projects": "",
    "entities": "",
}
#: Layers that nobody can edit.
SHOWN_ONLY = ("regions", "projects_on_map")
_TABLE_OF = {"projects_on_map": "projects"}


def layers() -> tuple[str, ...]:
    """Return the layers that have a style."""
    return tuple(_TYPES)


def qml(layer: str, data: Dataset, lang: str) -> str:
    """Return the style of a layer as QML, with labels in a language.

    Parameters
    ----------
    layer
        One of `layers`.

    Raises
    ------
    KeyError
        If the layer has no style.
    """
    kind = _TYPES[layer]
    sorts = "LayerConfiguration|Symbology|Forms|Fields" if kind else "Forms|Fields"
    locked = {"readOnly": str(int(layer in SHOWN_ONLY))}
    root = Element("qgis", {"version": _VERSION, "styleCategories": sorts, **locked})
    if kind:
        _renderer(root, layer, kind, lang)
    _fields(root, _TABLE_OF.get(layer, layer), data, lang)
    indent(root, " ")
    return _DOCTYPE + tostring(root, encoding="unicode")


def _renderer(root: Element, layer: str, kind: str, lang: str) -> None:
    of_projects = layer == "projects_on_map"
    classes = _statuses(lang) if of_projects else _zones(lang)
    attribute = "status" if of_projects else "zone"
    renderer = SubElement(
        root,
        "renderer-v2",
        {
            "type": "categorizedSymbol",
            "attr": attribute,
            "symbollevels": "0",
            "forceraster": "0",
            "enableorderby": str(int(layer == "plants")),
        },
    )
    categories = SubElement(renderer, "categories")
    symbols = SubElement(renderer, "symbols")
    for number, (code, label) in enumerate(classes):
        words = {"symbol": str(number), "value": code, "label": label, "render": "true"}
        SubElement(categories, "category", {**words, "type": "string"})
        symbols.append(symbol(kind, str(number), _parts(layer, code)))
    if layer == "plants":  # the smaller over the larger
        order = SubElement(SubElement(renderer, "orderby"), "orderByClause", {"asc": "0"})
        order.text = _size_pt(style.load())


def _zones(lang: str) -> list[tuple[str, str]]:
    """Return the classes by code and label; what has no zone at all is drawn as unknown."""
    known = [(str(zone), i18n.label(lang, "zone", zone)) for zone in Zone]
    return [*known, ("", i18n.label(lang, "zone", Zone.UNKNOWN))]


def _statuses(lang: str) -> list[tuple[str, str]]:
    return [(str(status), i18n.label(lang, "status", status)) for status in Status]


def _parts(layer: str, code: str) -> Sequence[tuple[str, Props, Said]]:
    """Return the symbol of a class, bottom first: class of QGIS, properties, expressions."""
    if layer == "projects_on_map":
        return _disc(code)
    zone = code or Zone.UNKNOWN
    if layer == "plants":
        return _plant(zone)
    return _line(zone) if layer == "networks" else _area(zone)


# -- plants ----------------------------------------------------------------------------------------


def _plant(zone: str) -> list[tuple[str, Props, Said]]:
    sheet = style.load()
    colours, sizes, paper = sheet.zones[zone], sheet.sizes, sheet.palette.paper
    built = px_to_pt(sizes.symbol_stroke_px)
    planned = px_to_pt(sizes.hollow_stroke_px)
    hollow = '"stage" IN ({})'.format(", ".join(f"'{one}'" for one in sorted(NOT_BUILT)))
    body = _marker("circle", colours.symbol, paper, built, px_to_pt(sizes.symbol_min_px))
    said = {
        "name": _by_kind({kind: f"'{name}'" for kind, (name, _) in MARKERS.items()}, "'circle'"),
        "angle": _by_kind({kind: str(turn) for kind, (_, turn) in MARKERS.items() if turn}, "0"),
        "size": f"({_size_pt(sheet)}) * ({_by_kind(_extents(sheet), '1')})",
        "fillColor": f"if({hollow}, '{rgb(paper)}', '{rgb(colours.symbol)}')",
        "outlineColor": f"if({hollow}, '{rgb(colours.edge)}', '{rgb(paper)}')",
        "outlineWidth": f"if({hollow}, {planned:g}, {built:g})",
    }
    ring = _marker("circle", None, colours.edge, px_to_pt(_HAIR_PX), 0.0)
    ring["outline_style"] = "dash"
    gap = 2 * px_to_pt(sizes.ring_px)
    around = {
        "size": f"({_size_pt(sheet)}) + {gap:g}",
        "enabled": f"coalesce(\"location_accuracy\", '') = '{Accuracy.CITY}'",
    }
    return [("SimpleMarker", ring, around), ("SimpleMarker", body, said)]


def _size_pt(sheet: Style) -> str:
    """Return the rule of `style.symbol_px` as an expression, in points."""
    sizes = sheet.sizes
    low = px_to_pt(sizes.symbol_min_px)
    grown = px_to_pt(sizes.symbol_max_px - sizes.symbol_min_px)
    size = f'(coalesce("electric_mw", 0) + {style.GCAL_H_IN_MW} * coalesce("heat_gcal_h", 0))'
    return f"{low:g} + {grown:g} * sqrt(min({size} / {sizes.symbol_max_mw:g}, 1))"


def _extents(sheet: Style) -> dict[str, str]:
    """Return how far each shape reaches: markers of QGIS all fill the same box."""
    return {
        kind: f"{max(abs(one) for point in shape for one in point):g}"
        for kind, shape in sheet.shapes.items()
        if not isinstance(shape, str)
    }


def _by_kind(values: Mapping[str, str], otherwise: str) -> str:
    cases = " ".join(f"WHEN \"kind\" = '{kind}' THEN {value}" for kind, value in values.items())
    return f"CASE {cases} ELSE {otherwise} END"


def _marker(name: str, fill: str | None, edge: str, edge_pt: float, size_pt: float) -> Props:
    return {
        "name": name,
        "color": CLEAR if fill is None else rgb(fill),
        "outline_color": rgb(edge),
        "outline_style": "solid",
        "outline_width": f"{edge_pt:g}",
        "outline_width_unit": "Point",
        "size": f"{size_pt:g}",
        "size_unit": "Point",
        "offset": "0,0",
        "offset_unit": "Point",
        "joinstyle": "miter",
    }


# -- projects --------------------------------------------------------------------------------------


def _disc(status: str) -> list[tuple[str, Props, Said]]:
    """Return the disc of a status: its filled share tells how far the project is."""
    sheet = style.load()
    ink, paper = sheet.palette.ink, sheet.palette.paper
    size = px_to_pt(sheet.sizes.status_px)
    rim = _marker("circle", paper, ink, px_to_pt(_HAIR_PX), size)
    share = sheet.statuses.get(status)
    aside = f"{size:g},{-size:g}"  # up and to the right of the plant
    if share is None:  # ended: nothing is under way there
        hidden = {**rim, "size": "0", "outline_style": "no", "color": CLEAR}
        return [("SimpleMarker", hidden, {})]
    filled = _marker("circle", ink, ink, 0.0, size * abs(share) ** 0.5)
    filled["outline_style"] = "no"
    if share < 0:
        filled["name"] = "square"
        filled["size"] = f"{size / 2:g}"
    parts = [rim, filled] if share else [rim]
    return [("SimpleMarker", {**one, "offset": aside}, {}) for one in parts]


# -- networks and regions --------------------------------------------------------------------------


def _line(zone: str) -> list[tuple[str, Props, Said]]:
    sheet = style.load()
    unknown = zone == Zone.UNKNOWN
    widths = [px_to_pt(one) for one in sheet.lines.width_px]
    thin = px_to_pt(sheet.lines.hairline_px) if unknown else widths[0]
    props = {
        "line_color": rgb(style.line_colour(zone)),
        "line_width": f"{thin:g}",
        "line_width_unit": "Point",
        "line_style": "solid",
        "capstyle": "flat",
        "joinstyle": "round",
        "customdash_unit": "Point",
    }
    dashes = " ".join(
        f"WHEN \"provenance\" = '{code}' THEN '{px_to_pt(on):g};{px_to_pt(off):g}'"
        for code, (on, off) in sheet.lines.dash.items()
    )
    said = {"customDash": f"CASE {dashes} END"}
    if not unknown:
        said["outlineWidth"] = _width_pt(widths)
    return [("SimpleLine", props, said)]


def _width_pt(widths: Sequence[float]) -> str:
    """Return the width of a line by its class of size, widest first."""
    cases = " ".join(
        f'WHEN coalesce("diameter_mm", 0) >= {mm} OR coalesce("voltage_kv", 0) >= {kv} '
        f"THEN {width:g}"
        for (mm, kv), width in zip(reversed(WIDE), reversed(widths[1:]), strict=True)
    )
    return f"CASE {cases} ELSE {widths[0]:g} END"


def _area(zone: str) -> list[tuple[str, Props, Said]]:
    sheet = style.load()
    colours = sheet.zones[zone]
    fill = {
        "color": rgb(colours.area),
        "style": "solid",
        "outline_color": rgb(sheet.palette.border),
        "outline_style": "solid",
        "outline_width": f"{px_to_pt(sheet.sizes.region_stroke_px):g}",
        "outline_width_unit": "Point",
    }
    parts: list[tuple[str, Props, Said]] = [("SimpleFill", fill, {})]
    if colours.hatched:
        hatch = {
            "angle": "45",
            "color": rgb(sheet.palette.hatch),
            "distance": f"{px_to_pt(_HATCH_PX):g}",
            "distance_unit": "Point",
            "line_width": f"{px_to_pt(_HAIR_PX):g}",
            "line_width_unit": "Point",
        }
        parts.append(("LinePatternFill", hatch, {}))
    return parts


# -- fields ----------------------------------------------------------------------------------------


def _fields(root: Element, layer: str, data: Dataset, lang: str) -> None:
    """Name the columns in a language, and offer codes by their labels for editing."""
    columns = tables.columns_of(layer)
    fields = SubElement(root, "fieldConfiguration")
    aliases = SubElement(root, "aliases")
    editable = SubElement(root, "editable")
    for number, column in enumerate(columns, start=1):
        words = {"field": column.name, "index": str(number), "name": tables.label(lang, column)}
        SubElement(aliases, "alias", words)
        locked = {"name": column.name, "editable": "1" if column.intake else "0"}
        SubElement(editable, "field", locked)
        offered = _offered(column, data, lang)
        if offered:
            field = SubElement(fields, "field", {"name": column.name})
            widget = SubElement(field, "editWidget", {"type": "ValueMap"})
            config = SubElement(widget, "config")
            config.append(option(None, {"map": [{label: code} for code, label in offered]}))


def _offered(column: Column, data: Dataset, lang: str) -> list[tuple[str, str]]:
    """Return the codes that a column may hold, each with its label."""
    if column.type == "code":
        codes = LISTS[column.vocabulary]
        return [(str(one), i18n.label(lang, column.vocabulary, one)) for one in codes]
    if column.vocabulary == "regions":
        return [(one, i18n.name(lang, row)) for one, row in data.rows["regions"].items()]
    return []
