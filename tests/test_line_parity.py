"""One answer everywhere: rows, filter, tiles, page of networks and print agree on every line.

The rules are written anew here: from the rows, and from what the properties of a tile mean.
"""

import csv
import io
import shutil
from collections import Counter
from datetime import date
from functools import cache
from itertools import product

import geopandas as gpd
import intakes
import mvt
import numpy as np
import pytest
from pyproj import Geod
from shapely import LineString, MultiLineString

from meks_geo import linecards, linelayer, lines, netsums, networks, printlines, queries, zones
from meks_geo.dates import parse
from meks_geo.intake.model import CheckedTable
from meks_geo.lines import ZONES
from meks_geo.printbase import fit, project_base
from meks_geo.printsheet import Box
from meks_geo.store import Store
from meks_geo.ui.networks import as_csv
from meks_geo.view import decode
from meks_geo.vocabulary import COUNTRY, REGIONS, Provenance, Sector

PROJECT = intakes.PROJECT
SIDE = 18
COUNT = SIDE * SIDE
TODAY = date(2026, 11, 22)

#: Names and ids as nobody should send them; each must stay the text that it is.
HOSTILE = (
    '<img src=x onerror="alert(1)">',
    "</script><script>alert('1')</script>",
    '=HYPERLINK("http://evil.example","pay")',
    "@SUM(1+1)",
    "two\nlines; and a, comma",
    'O\'Brien \\ "quoted" ${x} {{y}} %s & co',
)
HOSTILE_IDS = ('a"b', "<b>x</b>", "=1+1", "c\nd", "e\\u0022,f")

SECTORS = ("heat", "electricity", "water", "wastewater", "gas", "combined")
PLACES = (COUNTRY, "KZ-10", "KZ-55", "KZ-71")
WEARS = (
    "", "0", "39.99", "40", "40.01", "59.5", "60", "60.01", "65", "65.5", "66", "70", "70.01",
    "85", "100", ">80", ">55", "<40", "<65", "40-60", "55-65", "61-69.5", "66-90", "0-0",
)  # fmt: skip
SEEN = ("", "", "2024", "2025-06-01", "2026-01-28", "2026-06", "2027-03-01")
OPERATORS = ("", "Pavlodar heat networks", "Су арнасы ЖШС", "North water", *HOSTILE)
#: Lines of the register, in a region and sector that no file sends: operator, name, both ends.
SHIPPED = {
    "shipped-0": ("KEGOC", "500 kV line Semey - Oskemen", "Semey", "Ust Kamenogorsk"),
    "shipped-1": ("", "220 kV line Gate - Tower", "North gate", "South tower"),
    "shipped-2": ("North water", "110 kV line Alma", "Alma", "Semeyka"),
}
NAMED = ("", PROJECT, "gone", f"gone; {PROJECT}", "gone;other", *HOSTILE_IDS)

#: Before all rules, between two of them, on both sides of the days that change a line or a rule.
DAYS = (
    "2024-12-22", "2025-01-15", "2026-01-27", "2026-01-28", "2026-06-29", "2026-06-30",
    "2026-11-22", "2027-03-01",
)  # fmt: skip
BETWEEN, NOW = "2026-06-29", ("2026-11-22",)
ALL = "provenance=official,press,schematic,synthetic"
FILTERS = (
    "", ALL, "provenance=synthetic", "provenance=press,schematic",
    f"{ALL}&zone=red", f"{ALL}&zone=yellow,green", f"{ALL}&zone=unknown", "zone=red,unknown",
    f"{ALL}&wear=unknown", f"{ALL}&wear=60", f"{ALL}&wear=60.01-66", f"{ALL}&wear=40-80",
    f"{ALL}&wear=80-", f"{ALL}&wear=0-100", "wear=40-60&zone=unknown",
    f"{ALL}&region=KZ", "region=KZ-10,KZ-71", f"{ALL}&sector=heat", "sector=gas,combined",
    f"{ALL}&q=networks pavl", f"{ALL}&q=арна", f"{ALL}&q=lines two", "q=north",
    "q=semey", "q=gate north", f"{ALL}&q=shipped", f"{ALL}&q=alma kv", "q=kegoc",
    f"{ALL}&status={{status}}", f"{ALL}&status={{other}}",
    f"{ALL}&status={{status}}&funding={{funding}}", "kind=chp", "kind=unknown", "city=unknown",
    f"{ALL}&zone=red&sector=heat,water&region=KZ-55,KZ&wear=61-&status={{status}}",
)  # fmt: skip
TIMELY = (ALL, f"{ALL}&zone=unknown", f"{ALL}&wear=60.01-66")


# -- the rows, and what they mean ------------------------------------------------------------------


def shape_of(number):
    """A line of some kilometres in a square of its own; each seventh has two parts."""
    lon, lat = 60 + 0.75 * (number % SIDE), 46 + 0.22 * (number // SIDE)
    if number >= COUNT:  # shipped: drawn straight
        return LineString([(lon, lat), (lon + 0.06, lat)])
    if number % 7:
        return LineString([(lon, lat), (lon + 0.03, lat + 0.01), (lon + 0.06, lat)])
    return MultiLineString(
        [[(lon, lat), (lon + 0.02, lat)], [(lon + 0.03, lat), (lon + 0.06, lat + 0.01)]]
    )


def rows_of(count):
    """Rows in which all values meet: each column has its own stride through its values."""
    rng = np.random.default_rng(4)
    values = {
        "sector": SECTORS, "region": PLACES, "operator": OPERATORS, "wear_percent": WEARS,
        "wear_date": SEEN, "project_ids": NAMED, "provenance": tuple(Provenance),
        "wear_basis": ("", "inspection"), "built_year": (1965.0, 1998.0, 2021.0, float("nan")),
        "diameter_mm": (100.0, 300.0, 900.0, float("nan")),
    }  # fmt: skip
    rows = {}
    for number in range(count):
        row = {name: some[rng.integers(len(some))] for name, some in values.items()}
        rows[f"n-{number:04d}"] = {k: str(v) if isinstance(v, str) else v for k, v in row.items()}
    for one, (operator, *names) in SHIPPED.items():
        cells = {
            name: "" if isinstance(some[0], str) else float("nan") for name, some in values.items()
        }
        place = {"sector": "electricity", "region": "KZ-39", "provenance": "schematic"}
        rows[one] = cells | place | {"operator": operator, "names": " ".join([one, *names])}
    return rows


def add_shipped(folder):
    """Put the shipped lines and the substations at their ends into registers."""
    lines, stations = {}, {}
    for number, (one, (operator, name, *ends)) in enumerate(SHIPPED.items(), COUNT):
        names = dict.fromkeys(("name_kk", "name_ru", "name_en"), name)
        source = {"provenance": "schematic", "source_id": "geonames"}
        ids = [f"end-{number}-{n}" for n in range(2)]
        lines[one] = names | source | {
            "network_id": one, "sector": "electricity", "region": "KZ-39", "operator": operator,
            "voltage_kv": 500, "from_id": ids[0], "to_id": ids[1],
        }  # fmt: skip
        for end, title, (lon, lat) in zip(ids, ends, shape_of(number).coords, strict=True):
            stations[end] = dict.fromkeys(names, title) | source | {
                "substation_id": end, "region": "KZ-39", "lat": lat, "lon": lon,
                "location_accuracy": "city", "location_source": "x",
                "location_source_id": "geonames",
            }  # fmt: skip
    for file, added in (("backbone.csv", lines), ("substations.csv", stations)):
        path = folder / "data" / file
        heads = path.read_text(encoding="utf-8").splitlines()[0].split(",")
        with path.open("a", encoding="utf-8", newline="") as open_file:
            csv.DictWriter(open_file, heads).writerows(added.values())


@cache
def _zone(rules, sector, day, wear):
    return str(zones.compute(zones.rules_in_force(rules, sector, day), wear))


@cache
def length_km(number):
    return Geod(ellps="WGS84").geometry_length(shape_of(number)) / 1000


class Rules:
    """What the words of an address mean for a row, told line by line from the row alone."""

    def __init__(self, data, query, day):
        self.query = dict(part.split("=") for part in query.split("&") if part)
        self.data, self.day = data, date.fromisoformat(day)
        self.projects = queries.as_of(data, self.day).projects.to_dict("index")

    def asks(self, key, value, unasked=()):
        wanted = self.query[key].split(",") if key in self.query else unasked
        return not wanted or value in wanted

    def wear(self, row):
        later = row["wear_date"] and parse(row["wear_date"]).last > self.day
        return "" if later else row["wear_percent"]

    def zone(self, row):
        return _zone(self.data.rules, row["sector"], self.day, self.wear(row))

    def wear_is_asked_for(self, row):
        asked, wear = self.query.get("wear"), self.wear(row)
        if asked is None or asked == "unknown" or not wear:
            return asked is None or (asked == "unknown") == (not wear)
        low, _, high = asked.partition("-") if "-" in asked else (asked, "", asked)
        low, high = float(low or 0), float(high or 100)
        if wear[0] == ">":
            return float(wear[1:]) < high
        if wear[0] == "<":
            return low < float(wear[1:])
        first, _, last = wear.partition("-")
        return float(first) <= high and low <= float(last or first)

    def project_is_asked_for(self, row):
        asked = [key for key in ("status", "funding") if key in self.query]
        named = [one.strip() for one in row["project_ids"].split(";")]
        known = [self.projects[one] for one in named if one in self.projects]
        return not asked or any(all(self.asks(key, p[key]) for key in asked) for p in known)

    def is_named(self, text):
        words = " ".join(["", *text.casefold().replace("-", " ").split()])
        return all(f" {word}" in words for word in self.query.get("q", "").split())

    def passes(self, row):
        return (
            any(self.is_named(row.get(key, "")) for key in ("operator", "names"))
            and self.query.get("kind", "unknown") == self.query.get("city", "unknown") == "unknown"
            and self.asks("provenance", row["provenance"], ("official", "press", "schematic"))
            and all(self.asks(key, row[key]) for key in ("region", "sector"))
            and self.asks("zone", self.zone(row))
            and self.wear_is_asked_for(row)
            and self.project_is_asked_for(row)
        )


def told(properties, scene):
    """Whether a line of a tile passes what the page tells the browser, and its zone by code."""
    want, line = scene["want"], properties
    known = "a" in line and line.get("d", 0) <= scene["at"]
    zone = line["c"] >> 2 * scene["period"] & 3 if known and scene["period"] >= 0 else 3
    low, high = line.get("a"), line.get("b", line.get("a"))
    asked = {"s": line["s"], "r": line["r"], "v": line["v"], "z": zone}
    passes = not want["none"]
    passes &= all(want[key] is None or value in want[key] for key, value in asked.items())
    passes &= want["o"] is None or line["o"] in want["o"] or line["n"] in want["i"]
    if want["wear"] and "unknown" in want["wear"]:
        passes &= not known
    elif want["wear"]:
        passes &= known and high >= (want["wear"]["low"] or 0)
        passes &= known and low <= (
            10_000 if want["wear"]["high"] is None else want["wear"]["high"]
        )
    if want["p"] is not None:
        passes &= not {one.strip() for one in line.get("p", "").split(";")}.isdisjoint(want["p"])
    return passes, zone


# -- what is published -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def rows():
    return rows_of(COUNT)


@pytest.fixture(scope="module")
def kept(root, small_home, tmp_path_factory, rows):
    """A store in which the rows are published, with their columns and their tiles."""
    home = tmp_path_factory.mktemp("parity") / "home"
    shutil.copytree(small_home, home)
    figures = (root / "data" / "indicators.csv").read_text(encoding="utf-8").splitlines()[:3]
    (home / "data" / "indicators.csv").write_text("\n".join(figures) + "\n", encoding="utf-8")
    add_shipped(home)
    made = Store(root=home, var=home / "var")
    sent = [{"network_id": one, **row} for one, row in rows.items() if one not in SHIPPED]
    frame = gpd.GeoDataFrame(sent, geometry=[shape_of(n) for n in range(COUNT)], crs=4326)
    intakes.send(made, networks=CheckedTable(frame, np.arange(2, 2 + len(frame))))
    return made


@pytest.fixture(scope="module")
def record(kept):
    return kept.dataset()


@pytest.fixture(scope="module")
def archive(kept):
    return kept.tiles_of(kept.current())


@pytest.fixture(scope="module")
def tiled(archive):
    """What the tiles say of each line, by zoom and row; in each tile and at each zoom the same."""
    found, said = {zoom: {} for zoom in range(3, 15)}, {}
    for (zoom, _, _), features in mvt.features_of(archive).items():
        for one in features:
            number = one.properties["n"]
            found[zoom][number] = said.setdefault(number, one.properties)
            assert one.properties == said[number]
    return found


@pytest.fixture(scope="module")
def frame(record):
    """The sheet of paper on which no two lines share a square."""
    bounds = (45.0, 58.0, 51.0, 76.0)
    return fit(Box(5.0, 5.0, 290.0, 200.0), bounds, project_base(record.base))


def views(filters=FILTERS, days=(BETWEEN, *NOW)):
    """Queries and days: all filters on few days, those that time changes on all of them."""
    pairs = dict.fromkeys((*product(filters, days), *product(TIMELY, DAYS)))
    return [pytest.param(*p, id=f"{p[0].replace(ALL, 'all') or 'unasked'}-{p[1]}") for p in pairs]


def filled(record, query):
    """A query with what is known of the project today, and with a status that it has not."""
    status, funding = queries.as_of(record, TODAY).projects.loc[PROJECT, ["status", "funding"]]
    other = "cancelled" if status != "cancelled" else "proposed"
    return query.format(status=status, other=other, funding=funding)


def select(record, query, day):
    view, dropped = decode(f"{query}&at={day}&lang=en", today=TODAY)
    assert dropped == ()
    return queries.select(record, view)


# -- counts ----------------------------------------------------------------------------------------


def test_the_store_holds_the_rows_that_were_sent(record, rows):
    assert list(record.networks.index) == [*rows]
    for name in ("sector", "region", "operator", "wear_percent", "project_ids", "provenance"):
        sent = [row[name] for row in rows.values()]
        assert list(record.networks[name]) == sent
        assert Counter(record.lines.text(name, n) for n in range(len(rows))) == Counter(sent)
    km = {one: length_km(n) for n, one in enumerate(rows)}
    assert record.lines.km == pytest.approx([*km.values()], abs=1e-6)


def test_the_views_tell_lines_apart(record, rows):
    """Each filter leaves some lines on some day, none leaves all, and every zone occurs."""
    left = dict.fromkeys(FILTERS, 0)
    for query, day in product(FILTERS, (BETWEEN, *NOW)):
        rules = Rules(record, query.format(status="none", other="none", funding="none"), day)
        left[query] = max(left[query], sum(map(rules.passes, rows.values())))
    assert {q for q, most in left.items() if not most} == {
        q for q in FILTERS if "status" in q or q == "kind=chp"
    }
    found = {day: {Rules(record, "", day).zone(row) for row in rows.values()} for day in DAYS}
    assert found["2024-12-22"] == {"unknown"}
    assert all(found[day] == set(ZONES) for day in DAYS[1:])


# -- one answer everywhere -------------------------------------------------------------------------


@pytest.mark.parametrize(("query", "day"), views())
def test_rows_filter_tiles_and_print_agree(record, rows, tiled, frame, query, day):
    asked = filled(record, query)
    rules = Rules(record, asked, day)
    expected = {one: rules.zone(row) for one, row in rows.items() if rules.passes(row)}
    selection = select(record, asked, day)
    passing = selection.lines

    found = dict(zip(passing.ids, (ZONES[code] for code in passing.zone), strict=True))
    assert found == expected
    known = networks.as_of(record, rules.day)
    assert [ZONES[code] for code in known.zone] == [rules.zone(row) for row in rows.values()]

    scene = linelayer.layer(record, selection).payload()
    assert scene["total"] == len(expected)
    drawn = {n: told(line, scene) for n, line in tiled[14].items()}
    classes = {n: ZONES[zone] for n, (passes, zone) in drawn.items() if passes}
    assert {record.lines.id(n): zone for n, zone in classes.items()} == expected
    for zoom, there in tiled.items():
        assert len(expected) - len(classes.keys() & there) == scene["left_out"][zoom]

    sheet = printlines.generalise(passing, frame)
    counts = Counter()
    for stroke in sheet.strokes:
        counts[stroke.zone] += stroke.lines
    assert counts == Counter(expected.values())
    assert sheet.lines == sheet.inside == sheet.drawn == len(expected)


@pytest.mark.parametrize(("query", "day"), views(days=NOW))
def test_the_page_of_networks_counts_the_same_lines(record, rows, query, day):
    asked = filled(record, query)
    rules = Rules(record, asked, day)
    selection = select(record, asked, day)
    numbers = {one: n for n, one in enumerate(rows) if rules.passes(rows[one])}
    by_part = {"reported": {}, "synthetic": {}}
    for one, number in numbers.items():
        made = rows[one]["provenance"] == "synthetic"
        by_part["synthetic" if made else "reported"][one] = length_km(number)

    parts = {part.name: part.lines for part in netsums.parts(selection.lines)}
    assert parts.keys() == {name for name, km in by_part.items() if km}
    for name, passing in parts.items():
        for group in ("sector", "region", "operator"):
            expected = Counter()
            for one, km in by_part[name].items():
                code = rows[one][group] or "unknown"
                expected[code, rules.zone(rows[one])] += km
                expected[code, "lines"] += 1
            sums = netsums.table(record, selection.state, passing, group, "en")
            shown = {(code, z): sums.at[code, z] for code in sums.index for z in (*ZONES, "lines")}
            assert set(sums.index) == {code for code, _ in expected}
            assert shown == pytest.approx({key: expected[key] for key in shown}, abs=1e-5)

    whole = by_part["synthetic" if "provenance=synthetic" in asked else "reported"]
    counts = queries.describe(selection, ())["layers"]["networks"]
    assert counts["in_source"] == len(rows)
    assert counts["in_filter"] == len(numbers)
    assert counts["length_km"] == pytest.approx(sum(whole.values()), abs=6e-4)


# -- hostile text ----------------------------------------------------------------------------------


def row_with(rows, column, text):
    return next(n for n, row in enumerate(rows.values()) if row[column] == text)


@pytest.mark.parametrize("name", HOSTILE)
def test_the_name_of_an_operator_stays_text(kept, record, rows, tiled, name):
    number = row_with(rows, "operator", name)
    names = lines.load_words(kept.lines_of(kept.current()), "operator")
    assert names[tiled[14][number]["o"]] == name

    selection = select(record, ALL, "2026-11-22")
    card = linecards.card(record, selection.state, record.lines.id(number), "en")
    said = {line.label: line.said.value for line in card.sections[0].lines}
    assert said["Operator"] == name

    sums = netsums.table(record, selection.state, selection.lines, "operator", "en")
    assert sums.at[name, "name"] == name
    cells = csv.reader(io.StringIO(as_csv(sums, "reported", "operator", "en").decode("utf-8-sig")))
    _, *table = cells
    assert len(table) == len(sums)
    (cell,) = [row[1] for row in table if row[1].removeprefix("'") == name]
    assert cell[0] not in "=+-@"


@pytest.mark.parametrize("name", HOSTILE_IDS)
def test_the_id_of_a_project_stays_text(record, rows, tiled, name):
    number = row_with(rows, "project_ids", name)
    for zoom in tiled:
        assert tiled[zoom].get(number, {"p": name})["p"] == name
    assert tiled[14][number]["p"] == name
    state = queries.as_of(record, TODAY)
    assert linecards.card(record, state, record.lines.id(number), "en").linked == ()
    assert networks.projects_of(name) == {name}


def test_codes_of_the_tiles_are_places_in_the_lists(record, rows, tiled):
    provenances, regions = tuple(Provenance), (COUNTRY, *REGIONS)
    for number, row in enumerate(rows.values()):
        line = tiled[14][number]
        assert tuple(Sector)[line["s"]] == row["sector"]
        assert regions[line["r"]] == row["region"]
        assert provenances[line["v"]] == row["provenance"]
        assert line.get("p", "") == row["project_ids"]
        assert ("a" in line) == bool(row["wear_percent"])
        assert line.get("d", 0) == (
            lines.day_number(parse(row["wear_date"]).last) if row["wear_date"] else 0
        )
