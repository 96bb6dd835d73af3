"""The rules of lines in the browser say of every line what the rules of the rows say."""

from datetime import date

import pytest
import test_line_parity as parity
import test_lines_layer as layers

from meks_geo import linelayer
from meks_geo.lines import ZONES

rows, kept, record = parity.rows, parity.kept, parity.record
archive, tiled = parity.archive, parity.tiled
rules = layers.rules

#: For each scene and line: the code of its zone, -1 for a line that does not pass.
ASKED = """([features, scenes]) => scenes.map((scene) => features.map((one) => (
  MEKS.lines.passes(one, scene) ? MEKS.lines.zoneOf(one, scene) : -1
)))"""
#: For each scene and line its zone alone.
ZONED = """([features, scenes]) => scenes.map((scene) => features.map(
  (one) => MEKS.lines.zoneOf(one, scene)
))"""


@pytest.fixture(scope="module")
def drawn(record, tiled):
    """The lines of the nearest tiles by id, as a browser finds them."""
    return {record.lines.id(number): line for number, line in sorted(tiled[14].items())}


def told(record, query, day):
    """Return what the page tells the browser of a view that the rules need."""
    scene = linelayer.layer(record, parity.select(record, query, day)).payload()
    return {key: scene[key] for key in ("at", "period", "want", "ahead")}


@pytest.mark.parametrize("day", parity.DAYS)
def test_a_browser_finds_the_lines_and_zones_that_the_rows_say(rules, record, rows, drawn, day):
    assert drawn.keys() == rows.keys()
    views = [parity.filled(record, query) for query in parity.FILTERS]
    scenes = [told(record, query, day) for query in views]
    found = rules.evaluate(ASKED, [[*drawn.values()], scenes])
    for query, codes in zip(views, found, strict=True):
        said = parity.Rules(record, query, day)
        expected = {
            one: ZONES.index(said.zone(row)) if said.passes(row) else -1
            for one, row in rows.items()
        }
        assert dict(zip(drawn, codes, strict=True)) == expected, query


def test_a_browser_knows_the_zone_of_lines_that_do_not_pass_too(rules, record, rows, drawn):
    scenes = [told(record, "kind=chp", day) for day in parity.DAYS]
    found = rules.evaluate(ZONED, [[*drawn.values()], scenes])
    for day, codes in zip(parity.DAYS, found, strict=True):
        said = parity.Rules(record, "", day)
        assert date.fromisoformat(day) == said.day
        zones = {one: ZONES[code] for one, code in zip(drawn, codes, strict=True)}
        assert zones == {one: said.zone(row) for one, row in rows.items()}, day
