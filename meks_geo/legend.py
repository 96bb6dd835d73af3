"""The legend: only what is visible, with a count for each class, the unknown among them."""

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from meks_geo import i18n, linelayer, networks, wording
from meks_geo.model import Dataset, ZoneRule
from meks_geo.queries import Selection
from meks_geo.view import NO_FILL
from meks_geo.vocabulary import Accuracy, Kind, Layer, Provenance, Status, Zone
from meks_geo.zones import rules_in_force


@dataclass(frozen=True, slots=True)
class LegendRow:
    """A row of the legend.

    `symbol` names what is drawn, as `sort:code`: `zone:red` (a symbol of that colour), `area:red`
    (a fill), `line:red`, `dash:schematic` (a line of that provenance), `station:`, `city:red`,
    `letter:H` (of a sector), `kind:chp` (a shape), `hollow:chp` and `hollow:line` (not built),
    `ring:city` and `ring:station` (placed at a town),
    `status:construction`, `mark:added` (the sign of a change or of a fault), `work:27` (works of a
    plan that begin in 2027; `work:-27` of which only the region is known).
    """

    symbol: str
    label: str
    count: int | None = None


@dataclass(frozen=True, slots=True)
class LegendGroup:
    """A block of the legend with its rule or source under it."""

    title: str
    rows: tuple[LegendRow, ...]
    note: str = ""


def groups(data: Dataset, selection: Selection) -> tuple[LegendGroup, ...]:
    """Return the blocks of the legend for what a selection draws."""
    blocks = [
        _plant_zones(data, selection),
        _region_fill(data, selection),
        _lines(data, selection),
        _sectors(selection),
        _city_marks(selection),
        _kinds(selection),
        _statuses(selection),
    ]
    return tuple(block for block in blocks if block.rows)


def _plant_zones(data: Dataset, selection: Selection) -> LegendGroup:
    lang = selection.view.lang
    plants = _drawn_plants(selection)
    counts = plants["zone"].value_counts()
    rows = tuple(
        LegendRow(f"zone:{zone}", wording.zone_words(lang, zone, "declared"), int(counts[zone]))
        for zone in Zone
        if zone in counts
    )
    return LegendGroup(
        i18n.text(lang, "legend.plants"), rows, _declared_by(data, selection, plants.index)
    )


def _declared_by(data: Dataset, selection: Selection, plants: Iterable[str]) -> str:
    """Return who declared the zones that are shown, and when the newest of them was declared."""
    lang = selection.view.lang
    found = [selection.state.facts[p].get("zone_declared") for p in plants]
    claims = [f.claim for f in found if f is not None]
    if not claims:
        return i18n.text(lang, "legend.no_zone_declared")
    newest = max(claims, key=lambda c: (c.stated_on.last, c.stated_on.first))
    scheme = i18n.name(lang, data.schemes.loc[newest.scheme]) if newest.scheme else ""
    day = i18n.date(lang, newest.stated_on.text)
    return i18n.text(lang, "legend.declared_by", scheme=scheme, date=day)


def _region_fill(data: Dataset, selection: Selection) -> LegendGroup:
    view = selection.view
    lang = view.lang
    if Layer.REGIONS not in view.layers or view.fill == NO_FILL:
        return LegendGroup("", ())
    rules = rules_in_force(data.rules, view.fill, view.at)
    shown = selection.areas["zone"].reindex(selection.regions.index)
    known = selection.areas["wear"].reindex(selection.regions.index).notna()
    rows = [
        LegendRow(
            f"area:{zone}", wording.class_words(lang, rules, zone), int((shown == zone).sum())
        )
        for zone in (Zone.RED, Zone.YELLOW, Zone.GREEN)
        if (shown == zone).any()
    ]
    unclassed = int((known & (shown == Zone.UNKNOWN)).sum())
    if unclassed:
        label = i18n.text(lang, "legend.no_class")
        rows.append(LegendRow("area:unknown", label, unclassed))
    if (~known).any():
        rows.append(LegendRow("area:unknown", i18n.text(lang, "map.no_data"), int((~known).sum())))
    title = i18n.text(lang, "legend.regions", sector=i18n.label(lang, "sector", view.fill).lower())
    return LegendGroup(title, tuple(rows), rule_words(data, rules, lang))


def _lines(data: Dataset, selection: Selection) -> LegendGroup:
    """Return the classes of the lines in the filter, and what a dash means.

    Synthetic lines are in no count but their own, unless there are no others.
    """
    view, lang = selection.view, selection.view.lang
    if Layer.NETWORKS not in view.layers or not len(selection.lines):
        return LegendGroup("", ())
    counts = _counts(selection, "zone")
    sectors = networks.by(selection.lines, "sector")["sector"]
    rules = {rules_in_force(data.rules, sector, view.at) for sector in sectors}
    one_rule = next(iter(rules)) if len(rules) == 1 else ()
    rows = [
        LegendRow(f"line:{zone}", _line_class(lang, one_rule, zone), counts[zone])
        for zone in Zone
        if zone in counts
    ]
    rows += _line_kinds(data, selection)
    known = set(counts) != {Zone.UNKNOWN}
    note = [rule_words(data, one_rule, lang)] if known and one_rule else []
    later = networks.dated_later(selection.lines, view.at)
    if known or later:
        note.append(i18n.text(lang, "legend.lines_note"))
    if later:
        note.append(i18n.text(lang, "legend.lines_later", count=i18n.number(lang, later)))
    return LegendGroup(i18n.text(lang, "legend.lines"), tuple(rows), " ".join(note))


def _counts(selection: Selection, column: str) -> dict[str, int | None]:
    """Return the reported lines by code, None where all are synthetic; or those, if all are."""
    every = networks.by(selection.lines, column, "provenance")
    reported = every[every["provenance"] != Provenance.SYNTHETIC]
    counted = every if reported.empty else reported
    found = counted.groupby(column)["lines"].sum()
    return {code: int(found[code]) if code in found else None for code in every[column]}


def _line_kinds(data: Dataset, selection: Selection) -> list[LegendRow]:
    """Return what dashes mean, what is not built, and the substations."""
    lang, kinds = selection.view.lang, networks.by(selection.lines, "provenance")
    several = len(kinds) > 1
    rows = []
    for one, count in zip(kinds["provenance"], kinds["lines"], strict=True):
        label = i18n.label(lang, "provenance", one)
        if one == Provenance.SYNTHETIC and several:
            label = i18n.text(lang, "legend.synthetic_lines")
        rows.append(LegendRow(f"dash:{one}", label, int(count)))
    rows = [row for row in rows if row.symbol != f"dash:{Provenance.OFFICIAL}"]
    stations = data.rows["substations"]
    places = [stations[one]["location_accuracy"] for one in linelayer.ends(data, selection)]
    at_town = places.count(Accuracy.CITY)
    ahead = selection.lines.among(networks.ahead(data, selection.view.at))
    others = (
        ("hollow:line", "lines_ahead", len(ahead)),
        ("station:", "stations", len(places) - at_town),
        ("ring:station", "stations_town", at_town),
    )
    for symbol, key, count in others:
        if count:
            rows.append(LegendRow(symbol, i18n.text(lang, f"legend.{key}"), count))
    return rows


def _sectors(selection: Selection) -> LegendGroup:
    """Return the letters that tell the sectors of the lines apart, where there are several."""
    lang = selection.view.lang
    if Layer.NETWORKS not in selection.view.layers or not len(selection.lines):
        return LegendGroup("", ())
    counts = _counts(selection, "sector")
    letters = linelayer.letters(lang, tuple(counts)) or {}
    rows = tuple(
        LegendRow(f"letter:{letters[sector]}", i18n.label(lang, "sector", sector), count)
        for sector, count in counts.items()
        if sector in letters
    )
    return LegendGroup(i18n.text(lang, "legend.sectors"), rows)


def _line_class(lang: str, rules: tuple[ZoneRule, ...], zone: str) -> str:
    if zone == Zone.UNKNOWN:
        return i18n.label(lang, "zone", zone)
    label = i18n.label(lang, "zone", zone)
    return f"{label}, {wording.class_words(lang, rules, zone)}" if rules else label


def rule_words(data: Dataset, rules: tuple[ZoneRule, ...], lang: str) -> str:
    """Return the rule in force in words: its threshold, who stated it and when, what is assumed."""
    if not rules:
        return i18n.text(lang, "legend.no_rule")
    red = next(r for r in rules if r.zone == Zone.RED)
    words = i18n.text(
        lang,
        "legend.rule",
        percent=i18n.quantity(lang, f"{red.above_percent:g}", "percent"),
        date=i18n.date(lang, red.in_force_from.text),
        scheme=i18n.name(lang, data.schemes.loc[red.scheme]),
    )
    assumed = [r for r in rules if r.assumed]
    if not assumed:
        return words
    zones = ", ".join(i18n.label(lang, "zone", r.zone).lower() for r in assumed)
    return f"{words} {i18n.text(lang, 'legend.assumed', zones=zones)}"


def _city_marks(selection: Selection) -> LegendGroup:
    lang = selection.view.lang
    counts = selection.cities["zone"].value_counts()
    rows = tuple(
        LegendRow(f"city:{zone}", i18n.label(lang, "zone", zone), int(counts[zone]))
        for zone in Zone
        if zone in counts
    )
    return LegendGroup(i18n.text(lang, "legend.cities"), rows)


def _kinds(selection: Selection) -> LegendGroup:
    lang = selection.view.lang
    plants = _drawn_plants(selection)
    counts = plants["kind"].value_counts()
    rows = [
        LegendRow(f"kind:{kind}", i18n.label(lang, "kind", kind), int(counts[kind]))
        for kind in Kind
        if kind in counts
    ]
    hollow = int(plants["hollow"].sum())
    if hollow:
        rows.append(LegendRow("hollow:chp", i18n.text(lang, "legend.hollow"), hollow))
    at_city = int((plants["location_accuracy"] == Accuracy.CITY).sum())
    if at_city:
        rows.append(LegendRow("ring:city", i18n.text(lang, "legend.ring"), at_city))
    return LegendGroup(i18n.text(lang, "legend.kinds"), tuple(rows), _size_words(rows, lang))


def _size_words(rows: list[LegendRow], lang: str) -> str:
    return i18n.text(lang, "legend.size") if rows else ""


def _statuses(selection: Selection) -> LegendGroup:
    lang = selection.view.lang
    if Layer.PROJECTS not in selection.view.layers:
        return LegendGroup("", ())
    counts = _drawn_plants(selection)["live_status"].value_counts()
    rows = tuple(
        LegendRow(f"status:{status}", i18n.label(lang, "status", status), int(counts[status]))
        for status in Status
        if status in counts
    )
    return LegendGroup(i18n.text(lang, "legend.statuses"), rows)


def _drawn_plants(selection: Selection) -> pd.DataFrame:
    return selection.plants[selection.plants["known"]][: selection.counts["plants"].drawn]
