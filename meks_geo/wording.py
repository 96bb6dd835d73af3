"""What maps, cards, prints and decks say in words, built as "label: value", never as sentences."""

from collections.abc import Mapping, Sequence

import geopandas as gpd
import pandas as pd

from meks_geo import i18n
from meks_geo.measure import area_km2
from meks_geo.model import Dataset, Row, Source, ZoneRule
from meks_geo.queries import Selection
from meks_geo.state import State
from meks_geo.view import NO_FILL, Span, View
from meks_geo.vocabulary import OUT_OF_RED, UNKNOWN, Provenance, Zone

#: Names of the cities that are regions of their own, in every language.
CITY_REGIONS = frozenset({"Астана", "Алматы", "Шымкент", "Astana", "Almaty", "Shymkent"})

_LISTS = {"sector", "kind", "status", "funding", "zone", "provenance"}
_REVISION_CHARS = 8
_MAX_LISTED = 6


def words(data: Dataset, lang: str, text: str) -> str:
    """Return a free text of the registers in a language; as published if not translated."""
    row = data.words.get(text)
    return text if row is None else row[lang]


def named(lang: str, row: Row) -> str:
    """Return the name of a plant, project or entity; what is made up says so."""
    name = i18n.name(lang, row)
    if row["provenance"] != Provenance.SYNTHETIC:
        return name
    return f"{name} ({i18n.label(lang, 'provenance', Provenance.SYNTHETIC).lower()})"


def filter_words(data: Dataset, view: View) -> tuple[tuple[str, str, str], ...]:
    """Return the filters that are set as key, label and value."""
    return tuple(
        (key, i18n.text(view.lang, f"filter.{key}"), _filter_value(data, view, key))
        for key in view.filters_on()
    )


def _filter_value(data: Dataset, view: View, key: str) -> str:
    value, lang = getattr(view, key), view.lang
    if isinstance(value, Span):
        if value.unknown:
            return i18n.text(lang, "map.unknown")
        return _span_words(lang, value, "percent" if key == "wear" else "")
    if isinstance(value, str):
        return f"«{value}»"
    names = [_option(data, lang, key, code) for code in value]
    more = len(names) - _MAX_LISTED
    listed = ", ".join(names[:_MAX_LISTED])
    return f"{listed} +{more}" if more > 0 else listed


def _span_words(lang: str, span: Span, unit: str) -> str:
    """Return a range in words; without a unit its ends are years, printed ungrouped."""
    low, high = ("" if end is None else f"{end:g}" for end in (span.low, span.high))

    def printed(ends: str) -> str:
        return i18n.quantity(lang, ends, unit) if unit else ends.replace("-", "\u2013")

    if low and high:
        return printed(low if low == high else f"{low}-{high}")
    return i18n.text(lang, "map.from" if low else "map.to", value=printed(low or high))


def _option(data: Dataset, lang: str, key: str, code: str) -> str:
    if code == UNKNOWN and key not in ("zone", "funding"):
        return i18n.text(lang, "map.unknown")
    if key in _LISTS:
        return i18n.label(lang, key, code)
    return i18n.name(lang, data.rows["regions" if key == "region" else "places"][code])


def option(data: Dataset, lang: str, key: str, code: str) -> str:
    """Return the label of one option of a list filter."""
    return _option(data, lang, key, code)


def title(data: Dataset, view: View) -> str:
    """Return the title of a map: its filter in words."""
    parts = [f"{label}: {value}" for _, label, value in filter_words(data, view)]
    return " · ".join(parts) or i18n.text(view.lang, "map.all_objects")


def short_revision(revision: str) -> str:
    """Return the first digits of a revision, enough to tell it from others."""
    return revision[:_REVISION_CHARS]


def subtitle(view: View) -> str:
    """Return the line under the title: product, as-of date and what fills the regions."""
    parts = [i18n.text(view.lang, "app.title"), as_of(view)]
    if view.fill != NO_FILL:
        fill = i18n.label(view.lang, "sector", view.fill)
        parts.append(f"{i18n.text(view.lang, 'filter.fill')}: {fill}")
    return " · ".join(parts)


def as_of(view: View) -> str:
    """Return the as-of date in words."""
    return i18n.text(view.lang, "map.as_of", date=i18n.date(view.lang, view.at.isoformat()))


def foot(data: Dataset, selection: Selection) -> tuple[str, ...]:
    """Return the foot of a map: counts, date, revision, newest statement, what is not drawn."""
    lang = selection.view.lang
    plants, projects = selection.counts["plants"], selection.counts["projects"]
    parts = [
        i18n.text(
            lang,
            "map.counts",
            drawn=i18n.number(lang, plants.drawn),
            in_filter=i18n.number(lang, plants.in_filter),
            in_source=i18n.number(lang, plants.in_source),
        ),
        as_of(selection.view),
        i18n.text(lang, "map.revision", revision=short_revision(data.revision)),
    ]
    if selection.newest:
        newest = i18n.date(lang, selection.newest)
        parts.append(i18n.text(lang, "map.newest", date=newest))
    unknown_yet = int((~selection.plants["known"]).sum())
    if unknown_yet:
        parts.append(i18n.text(lang, "map.not_known_yet", count=i18n.number(lang, unknown_yet)))
    parts += _line_counts(lang, selection)
    off_map = projects.in_filter - projects.drawn
    if off_map:
        parts.append(i18n.text(lang, "map.off_map", count=i18n.number(lang, off_map)))
    return tuple(parts)


def _line_counts(lang: str, selection: Selection) -> list[str]:
    """Return counts and kilometres of the lines, those of synthetic ones apart."""
    passing = selection.lines
    reported = passing.but_synthetic()
    made_up = len(passing) - len(reported)
    whole, km = float(passing.km.sum()), float(reported.km.sum())
    parts = []
    if len(reported):
        words = i18n.text(
            lang,
            "map.line_counts",
            in_filter=i18n.number(lang, len(reported)),
            in_source=i18n.number(lang, reported.in_source),
            km=i18n.quantity(lang, f"{km:.0f}", "km"),
        )
        parts.append(words)
    if made_up:
        length = i18n.quantity(lang, f"{whole - km:.0f}", "km")
        count = i18n.number(lang, made_up)
        parts.append(i18n.text(lang, "map.synthetic_lines", count=count, km=length))
    return parts


def short_region(lang: str, row: Mapping[str, object] | pd.Series) -> str:
    """Return a region's name without the word for region, for labels on the map.

    The word stays where the rest is the name of a city that is a region too.
    """
    name = short = i18n.name(lang, row)
    for word in i18n.text(lang, "map.region_words").split("|"):
        short = short.removesuffix(f" {word}").removeprefix(f"{word} ")
    return name if short in CITY_REGIONS and row["kind"] == "oblast" else short


def zone_words(lang: str, zone: str, basis: str) -> str:
    """Return a zone in words; a computed one says so, an undeclared one is "not declared"."""
    if zone == Zone.UNKNOWN:
        key = "map.not_declared" if basis in ("declared", "") else "map.unknown"
        return i18n.text(lang, key)
    label = i18n.label(lang, "zone", zone)
    return f"{label} ({i18n.text(lang, 'map.computed')})" if basis == "computed" else label


def class_words(lang: str, rules: Sequence[ZoneRule], zone: str) -> str:
    """Return the interval of a wear class in percent by the rules in force, `40-60`."""
    thresholds = {r.zone: r.above_percent for r in rules}
    if zone not in thresholds:
        return i18n.label(lang, "zone", zone)
    low = thresholds[zone]
    above = [t for t in thresholds.values() if t > low]
    if not above:
        percent = i18n.quantity(lang, f"{low:g}", "percent")
        return i18n.text(lang, "legend.more_than", percent=percent)
    return i18n.quantity(lang, f"{low:g}-{min(above):g}", "percent")


def plant_hover(data: Dataset, state: State, plant: str, lang: str) -> tuple[tuple[str, str], ...]:
    """Return what the pointer shows over a plant: kind, stage, zone and wear with their dates."""
    row, found = state.plant_rows[plant], state.facts[plant]
    lines = [(i18n.text(lang, "filter.kind"), i18n.label(lang, "kind", row["kind"]))]
    if row["hollow"]:
        stage = i18n.label(lang, "stage", row["stage"])
        lines.append((i18n.text(lang, "attribute.stage"), stage))
    zone = zone_words(lang, row["zone"], row["zone_basis"])
    if row["zone_text"] == OUT_OF_RED:
        zone = i18n.label(lang, "zone", OUT_OF_RED)
    for name, label, shown in (
        ("zone_declared", "filter.zone", zone),
        ("wear_percent", "attribute.wear_percent", None),
        ("electric_mw", "attribute.electric_mw", None),
    ):
        figure = found.get(name)
        if figure is None:
            if name != "electric_mw":
                unknown = shown or i18n.text(lang, "map.unknown")
                lines.append((i18n.text(lang, label), unknown))
            continue
        text = shown or i18n.quantity(lang, figure.value, data.attributes[name].unit)
        day = i18n.date(lang, figure.claim.stated_on.text)
        lines.append((i18n.text(lang, label), f"{text} · {day}"))
    if row["live_status"]:
        status = i18n.label(lang, "status", row["live_status"])
        lines.append((i18n.text(lang, "map.project"), status))
    return tuple(lines)


def source_words(lang: str, source: Source) -> str:
    """Return a source as publisher and date, for lists under a map."""
    return f"{source.publisher} {i18n.date(lang, source.date)}".strip()


def areas_km2(frame: gpd.GeoDataFrame) -> list[float]:
    """Return the areas of polygons on the ellipsoid, in km²."""
    return [area_km2(shape) for shape in frame.geometry]
