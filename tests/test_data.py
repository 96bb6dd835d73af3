"""The shipped registers: every row is typed, complete, referenced, and counted."""

import csv
import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pyproj
import pytest
import shapely
from shapely.geometry import shape

from meks_geo.vocabulary import LISTS

ROOT = Path(__file__).parents[1]
DATA = ROOT / "data"
SCHEMA = DATA / "schema"
Row = dict[str, str]

#: Tables that ship, with the number of rows where the sources fix it.
COUNTS = {
    "sources": None,
    "regions": 21,
    "plants": 84,
    "projects": 50,
    "entities": 9,
    "claims": None,
    "indicators": 48,
    "kpis": 115,
    "zone_schemes": 3,
    "zone_rules": 20,
    "substations": 28,
    "backbone": 25,
    "words": None,
}
PLANNED = {
    "balkhash-npp",
    "second-npp",
    "semey-chp-3-new",
    "oskemen-chp-3-new",
    "ekibastuz-gres-3",
    "kurchatov-tpp",
}
UNDER_CONSTRUCTION = {"kokshetau-chp-new", "turkistan-ccgt", "kyzylorda-chp-new"}
CHILDREN = {
    "meks": {
        "pavlodar-heat-main",
        "karagandy-su",
        "wko-grids",
        "shymkent-sewer",
        "atyrau-heat-nets",
    },
    "aksu-gres-units": {"aksu-gres-unit-7"},
    "grid-north-east-south": {"grid-north-east-south-1", "grid-north-east-south-2"},
}
#: Lines of a project, and what was last said of its status.
GRID_PROJECTS = {
    "grid-north-south-2": (
        "completed",
        {"line-500-ekibastuz-agadyr", "line-500-agadyr-yukgres-2", "line-500-yukgres-shu"},
    ),
    "grid-north-east-south-1": (
        "completed",
        {"line-500-ekibastuz-semey", "line-500-semey-oskemen"},
    ),
    "grid-north-east-south-2": (
        "completed",
        {"line-500-semey-aktogay", "line-500-aktogay-taldykorgan", "line-500-taldykorgan-alma"},
    ),
    "grid-west-220": (
        "completed",
        {
            "line-220-uralskaya-pravoberezhnaya",
            "line-220-pravoberezhnaya-inder",
            "line-220-inder-karabatan",
            "line-220-karabatan-kulsary",
            "line-220-kulsary-tengiz",
        },
    ),
    "grid-west-ups": ("approved", {"line-500-ulke-karabatan"}),
    "grid-south": ("construction", {"line-500-shu-zhambyl", "line-500-zhambyl-shymkent"}),
    "grid-pavlodar": (
        "completed",
        {
            "line-500-ekibastuz-gres-1-aksu-gres",
            "line-220-aksu-gres-promyshlennaya",
            "line-220-aksu-gres-pavlodarskaya",
        },
    ),
    "grid-moynak": ("completed", {"line-220-moynak-shelek"}),
    "grid-turkistan-220": ("completed", {"line-220-shymkent-kentau"}),
}
#: Lines of a project that it does not build anew.
STOOD_BEFORE = {
    "line-500-ekibastuz-gres-1-aksu-gres",
    "line-220-aksu-gres-pavlodarskaya",
    "line-220-shymkent-kentau",
}
#: Its site is not known, so it is drawn farther away than the published length; the note says so.
SHORTER_THAN_DRAWN = {"line-500-taldykorgan-alma"}
CITY_ROWS = {f"i{n:03d}" for n in range(32, 49)}
OPERATOR_ROWS = {
    "i022": "zhaiykteploenergo",
    "i029": "su-resursy-marketing",
    "i031": "atyrau-heat-networks",
}
SIX_NAMED = {
    "stepnogorsk-teplotranzit",
    "petropavl-heat-networks",
    "alatau-zharyk",
    "qaragandy-zharyk",
    "ontustik-zharyk-tranzit",
    "oskemen-vodokanal",
}
PART_ROWS = {"i025"}
COUNTRY_ROWS = {f"i{n:03d}" for n in range(1, 10)}
DOUBTFUL_ROWS = {"i004", "i025", "i031", "i046"}
RED_CITIES = {f"i{n:03d}" for n in range(33, 45)}

ID = re.compile(r"[A-Za-z0-9]+(-[A-Za-z0-9]+)*")
NUMBER = re.compile(r"-?\d+(\.\d+)?")
INTEGER = re.compile(r"-?\d+")
BOUND = re.compile(r"[<>]?\d+(\.\d+)?|(\d+(?:\.\d+)?)-(\d+(?:\.\d+)?)")
DATE = re.compile(r"(\d{4})(?:-(?:(\d{2})(?:-(\d{2}))?|Q[1-4]|H[12]))?")
#: Texts that read the same in every language: names with no established Cyrillic form, and figures.
PURE = {
    "1465",
    "Aksa Energy",
    "Aksa Energy Kyzylorda",
    "Bassel Group LLS",
    "Doosan Enerbility; Integra Construction KZ",
    "ERG",
    "Harbin Electric International",
    "KEGOC",
    "Kazakhmys Energy",
    "POWERCHINA SEPCO1; Henan Province Installation Group; Shandong Yangguang Design Institute",
    "PyPSA-KZ, custom_powerplants.csv (CC BY 4.0)",
}
TRANSLATED = ("name_kk", "name_ru")
MIXED = re.compile(r"[A-Za-z][\u0400-\u04ff]|[\u0400-\u04ff][A-Za-z]")


def _read(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def _schema(table: str) -> list[Row]:
    return [r for r in _read(SCHEMA / f"{table}.csv") if r["kept"] == "identity"]


TABLES = {name: _read(DATA / f"{name}.csv") for name in COUNTS}
TABLES["places"] = _read(ROOT / "geo" / "places.csv")
ATTRIBUTES = {r["attribute"]: r for r in _read(SCHEMA / "attributes.csv")}
IDS = {name: [next(iter(r.values())) for r in rows] for name, rows in TABLES.items()}
KINDS = {
    **dict.fromkeys(IDS["plants"], "plant"),
    **dict.fromkeys(IDS["projects"], "project"),
    **dict.fromkeys(IDS["entities"], "entity"),
    "KZ": "country",
}
REFERENCES = {name: set(ids) for name, ids in IDS.items()} | {
    "subjects": set(KINDS),
    "attributes": set(ATTRIBUTES),
}
CLAIMS = TABLES["claims"]
BACKBONE = TABLES["backbone"]
SUBSTATIONS = dict(zip(IDS["substations"], TABLES["substations"], strict=True))
SOURCES = dict(zip(IDS["sources"], TABLES["sources"], strict=True))


def _claims(subject_kind: str, attribute: str) -> list[Row]:
    return [
        c for c in CLAIMS if c["attribute"] == attribute and KINDS[c["subject_id"]] == subject_kind
    ]


def _is_date(text: str) -> bool:
    match = DATE.fullmatch(text)
    if not match:
        return False
    year, month, day = match.groups()
    try:
        date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        return False
    return True


def _is_bound(text: str) -> bool:
    match = BOUND.fullmatch(text)
    return bool(match) and (match[2] is None or float(match[2]) < float(match[3]))


def _parses(text: str, kind: str, vocabulary: str) -> bool:
    """Return whether a cell that is filled holds a value of its type."""
    checks = {
        "id": lambda: bool(ID.fullmatch(text)),
        "text": lambda: True,
        "value": lambda: True,
        "number": lambda: bool(NUMBER.fullmatch(text)),
        "integer": lambda: bool(INTEGER.fullmatch(text)),
        "bound": lambda: _is_bound(text),
        "date": lambda: _is_date(text),
        "code": lambda: text in LISTS[vocabulary],
        "ref": lambda: text in REFERENCES[vocabulary],
        "refs": lambda: all(part in REFERENCES[vocabulary] for part in text.split(";")),
        "url": lambda: text.startswith(("https://", "http://")),
    }
    return checks[kind]()


@pytest.mark.parametrize("table", COUNTS)
def test_columns_are_those_of_the_schema(table: str) -> None:
    """Changing columns are claims, so a subject table has only its identity columns."""
    assert list(TABLES[table][0]) == [c["column"] for c in _schema(table)]


@pytest.mark.parametrize("table", COUNTS)
def test_ids_are_unique(table: str) -> None:
    assert [i for i, n in Counter(IDS[table]).items() if n > 1] == []


@pytest.mark.parametrize("table", COUNTS)
def test_every_cell_is_filled_and_of_its_type(table: str) -> None:
    bad = []
    for row, key in zip(TABLES[table], IDS[table], strict=True):
        assert None not in row, key
        for column in _schema(table):
            text = row[column["column"]]
            if text != text.strip() or "\u00a0" in text:
                bad.append((key, column["column"], text))
            elif not text:
                bad += [(key, column["column"], "")] * (column["required"] == "yes")
            elif not _parses(text, column["type"], column["vocabulary"]):
                bad.append((key, column["column"], text))
            elif column["type"] == "number" and ".." in column["vocabulary"]:
                low, high = map(float, column["vocabulary"].split(".."))
                if not low <= float(text) <= high:
                    bad.append((key, column["column"], text))
    assert bad == []


@pytest.mark.parametrize("table", COUNTS)
def test_counts(table: str) -> None:
    assert COUNTS[table] in (None, len(TABLES[table]))


@pytest.mark.parametrize("path", sorted(DATA.rglob("*.csv")), ids=lambda p: p.stem)
def test_files_are_utf8_with_unix_line_ends(path: Path) -> None:
    text = path.read_bytes()
    assert not text.startswith(b"\xef\xbb\xbf")
    assert b"\r" not in text
    assert text.endswith(b"\n")
    text.decode("utf-8")


def test_ids_and_codes_have_no_underscore() -> None:
    """The map bridge strips what follows an underscore (streamlit-folium's hash)."""
    texts = [i for table in COUNTS for i in IDS[table]]
    texts += [k["kpi_id"] for k in TABLES["kpis"]]
    texts += [c["value"] for c in CLAIMS if ATTRIBUTES[c["attribute"]]["type"] == "code"]
    texts += [p["place_id"] for p in TABLES["plants"] + TABLES["projects"] + TABLES["indicators"]]
    assert [t for t in texts if "_" in t] == []


def test_attributes_are_well_formed() -> None:
    rows = _read(SCHEMA / "attributes.csv")
    assert [n for n, k in Counter(r["attribute"] for r in rows).items() if k > 1] == []
    for row in rows:
        assert re.fullmatch(r"[a-z0-9]+(_[a-z0-9]+)*", row["attribute"]), row
        assert set(row["subjects"].split(";")) <= {"plant", "project", "entity", "country"}, row
        assert row["type"] in {"number", "bound", "date", "code", "text", "integer"}, row
        assert (row["vocabulary"] in LISTS) == (row["type"] == "code"), row
        assert row["unit"] or row["type"] not in {"number", "bound"}, row


def test_claim_columns_of_the_schemas_are_attributes() -> None:
    for table, kind in (("plants", "plant"), ("projects", "project"), ("entities", "entity")):
        for column in _read(SCHEMA / f"{table}.csv"):
            if column["kept"] != "claim":
                continue
            attribute = ATTRIBUTES[column["column"]]
            assert kind in attribute["subjects"].split(";"), column
            assert (attribute["type"], attribute["unit"]) == (column["type"], column["unit"])
            if column["type"] == "code":
                assert attribute["vocabulary"] in {
                    column["vocabulary"],
                    f"{column['vocabulary']}-declared",
                }


def test_attributes_come_in_card_order() -> None:
    plant = (
        "stage zone_declared wear_percent wear_basis electric_mw heat_gcal_h operator "
        "commissioned_year"
    )
    project = (
        "status completion cost_bn_kzt cost_mn_usd funding contractor partners "
        "electric_mw heat_gcal_h start_year"
    )
    for kind, wanted in (("plant", plant.split()), ("project", project.split())):
        order = [a for a, row in ATTRIBUTES.items() if kind in row["subjects"].split(";")]
        assert order[: len(wanted)] == wanted


def test_every_attribute_belongs_to_its_subject_and_value_parses() -> None:
    bad = []
    for claim in CLAIMS:
        attribute = ATTRIBUTES[claim["attribute"]]
        belongs = KINDS[claim["subject_id"]] in attribute["subjects"].split(";")
        if not belongs or not _parses(claim["value"], attribute["type"], attribute["vocabulary"]):
            bad.append(claim)
    assert bad == []


def test_claims_are_numbered_by_kind() -> None:
    by_letter: dict[str, list[str]] = {}
    for claim in CLAIMS:
        by_letter.setdefault(claim["claim_id"][0], []).append(claim["claim_id"])
    assert list(by_letter) == ["c", "r", "s", "e"]
    for letter, ids in by_letter.items():
        assert ids == [f"{letter}{n:03d}" for n in range(1, len(ids) + 1)]
    assert len(by_letter["c"]) == 357
    assert len(by_letter["e"]) == 3
    for claim in CLAIMS:
        assert (claim["standing"] == "register") == (claim["claim_id"][0] == "r"), claim
        assert bool(claim["paraphrase"]) == (claim["claim_id"][0] == "c"), claim


def test_no_register_value_where_a_claim_exists() -> None:
    said = {(c["subject_id"], c["attribute"]) for c in CLAIMS if c["standing"] != "register"}
    register = [(c["subject_id"], c["attribute"]) for c in CLAIMS if c["standing"] == "register"]
    assert [pair for pair in register if pair in said] == []
    assert [pair for pair, n in Counter(register).items() if n > 1] == []


def test_every_doubtful_claim_says_why_and_something_better_stands() -> None:
    stands = {(c["subject_id"], c["attribute"]) for c in CLAIMS if c["standing"] == "stands"}
    for claim in CLAIMS:
        if claim["standing"] == "doubtful":
            assert claim["note"], claim
            assert (claim["subject_id"], claim["attribute"]) in stands, claim


def test_declared_zones_name_their_scheme() -> None:
    zones, entities = _claims("plant", "zone_declared"), _claims("entity", "zone_declared")
    assert {c["scheme"] for c in zones} == {"chp-energy-ministry"}
    assert {c["scheme"] for c in entities} == {"krem-entities"}
    declared = {c["claim_id"] for c in [*zones, *entities]}
    assert {c["claim_id"] for c in CLAIMS if c["scheme"]} == declared
    red = {c["subject_id"] for c in zones if c["value"] == "red" and c["stated_on"] == "2026-02"}
    assert len(red) == 10
    assert [c["subject_id"] for c in zones if c["value"] == "out of red"] == ["zhezkazgan-chp"]


def test_every_plant_has_a_stage_and_the_unbuilt_are_exactly_these() -> None:
    stages: dict[str, str] = {}
    stands = [c for c in _claims("plant", "stage") if c["standing"] != "doubtful"]
    for claim in sorted(stands, key=lambda c: c["stated_on"]):
        stages[claim["subject_id"]] = claim["value"]
    assert set(stages) == set(IDS["plants"])
    assert {p for p, s in stages.items() if s == "planned"} == PLANNED
    assert {p for p, s in stages.items() if s == "construction"} == UNDER_CONSTRUCTION
    assert sum(s == "operating" for s in stages.values()) == 75
    assert all(c["note"] for c in stands)


def test_balkhash_npp_goes_back_to_planned() -> None:
    history = [
        (c["stated_on"], c["value"])
        for c in _claims("plant", "stage")
        if c["subject_id"] == "balkhash-npp"
    ]
    assert history == [
        ("2025-01-28", "planned"),
        ("2025-08-08", "construction"),
        ("2025-11-21", "planned"),
    ]


def test_every_project_has_status_and_funding() -> None:
    for attribute in ("status", "funding"):
        known = {c["subject_id"] for c in _claims("project", attribute)}
        assert known == set(IDS["projects"]), attribute


def test_children_are_exactly_these() -> None:
    children: dict[str, set[str]] = {}
    for project in TABLES["projects"]:
        if project["parent_id"]:
            children.setdefault(project["parent_id"], set()).add(project["project_id"])
            assert project["note"], project
    assert children == CHILDREN


def test_a_project_is_where_its_plant_is() -> None:
    plants = dict(zip(IDS["plants"], TABLES["plants"], strict=True))
    for project in TABLES["projects"]:
        assert project["region"], project
        if project["plant_id"]:
            plant = plants[project["plant_id"]]
            assert project["region"] == plant["region"], project
            assert project["place_id"] == plant["place_id"], project
            assert not project["sector"], project


def test_places_lie_in_the_region_of_what_names_them() -> None:
    regions = {p["place_id"]: p["region"] for p in TABLES["places"]}
    for table in ("plants", "projects", "entities", "indicators"):
        for row in TABLES[table]:
            if row["place_id"]:
                assert regions[row["place_id"]] == row["region"], row


def test_positions_name_their_source() -> None:
    """Only the estimated point has none."""
    bare = [p["plant_id"] for p in TABLES["plants"] if not p["location_source_id"]]
    assert bare == ["turkistan-ccgt"]
    assert all(p["location_source"] and p["location_accuracy"] for p in TABLES["plants"])


def test_indicator_scopes_are_exactly_these() -> None:
    rows = TABLES["indicators"]
    scopes: dict[str, set[str]] = {}
    for row in rows:
        scopes.setdefault(row["scope"], set()).add(row["indicator_id"])
        assert row["scope_reason"], row
        assert bool(row["place_id"]) == (row["scope"] in {"city", "operator"}), row
        assert row["wear_percent"] or row["length_km"], row
        assert (row["region"] == "KZ") == (row["scope"] == "country"), row
        assert (row["zone_declared"], row["scheme"]) in {("", ""), ("red", "cities-heat-2024")}
    assert scopes["country"] == COUNTRY_ROWS
    assert scopes["city"] == CITY_ROWS
    assert scopes["operator"] == set(OPERATOR_ROWS)
    assert scopes["part"] == PART_ROWS
    assert {r["indicator_id"]: r["entity_id"] for r in rows if r["entity_id"]} == OPERATOR_ROWS
    assert {r["indicator_id"] for r in rows if r["standing"] == "doubtful"} == DOUBTFUL_ROWS
    assert {r["indicator_id"] for r in rows if r["zone_declared"]} == RED_CITIES


def test_wear_of_an_operator_is_that_of_its_indicator() -> None:
    wear = {c["subject_id"]: c for c in _claims("entity", "wear_percent")}
    indicators = dict(zip(IDS["indicators"], TABLES["indicators"], strict=True))
    assert set(wear) == set(OPERATOR_ROWS.values())
    for indicator, entity in OPERATOR_ROWS.items():
        row, claim = indicators[indicator], wear[entity]
        assert claim["value"] == row["wear_percent"]
        assert claim["stated_on"] == row["stated_on"]
        assert claim["source_id"] == row["source_id"]


def test_the_six_named_entities_are_those_of_the_kpi() -> None:
    """They were red when they were named; what became of them is not published."""
    named = {c["subject_id"]: c for c in _claims("entity", "zone_declared")}
    assert set(named) == SIX_NAMED
    expected = {c["subject_id"]: c for c in _claims("entity", "wear_change")}
    assert set(expected) == SIX_NAMED
    for claim in [*named.values(), *expected.values()]:
        assert (claim["stated_on"], claim["source_id"]) == ("2025-08-07", "vlast-kz-01"), claim
    assert {c["value"] for c in named.values()} == {"red"}
    assert all("no statement of the result" in c["note"] for c in expected.values())
    links = [r for r in _read(DATA / "kpi_links.csv") if r["role"] == "named"]
    assert {r["statement_id"] for r in links} == {c["claim_id"] for c in named.values()}
    assert {(r["kpi_id"], r["period"]) for r in links} == {("nme-red-exit", "2025")}
    (count,) = [
        c
        for c in CLAIMS
        if c["attribute"] == "nme_red_to_moderate" and c["source_id"] == "vlast-kz-01"
    ]
    assert float(count["value"]) == len(SIX_NAMED)


def test_one_kpi_has_one_name_and_unit_and_every_row_a_number() -> None:
    names: dict[str, tuple[str, ...]] = {}
    for row in TABLES["kpis"]:
        name = tuple(row[c] for c in ("name_kk", "name_ru", "name_en", "unit"))
        assert names.setdefault(row["kpi_id"], name) == name
        assert row["target"] or row["actual"], row
    assert len(set(names.values())) == len(names)


def test_names_do_not_mix_alphabets_in_one_word() -> None:
    mixed = [
        (key, row[column])
        for table in COUNTS
        for row, key in zip(TABLES[table], IDS[table], strict=True)
        for column in row
        if column.startswith("name_") and MIXED.search(row[column])
    ]
    assert mixed == []


def test_zone_rules_fall_from_red_to_green() -> None:
    rules = {(r["sector"], r["zone"], r["in_force_from"]): r for r in TABLES["zone_rules"]}
    assert len(rules) == len(TABLES["zone_rules"])
    assert {sector for sector, _, _ in rules} == set(LISTS["sector"]) - {"gas"}
    for (sector, zone, since), rule in rules.items():
        first = 65 if sector == "heat" else 70
        red = first if since == "2024-12-23" else 60
        assert float(rule["above_percent"]) == {"red": red, "yellow": 40, "green": 0}[zone]
        assert rule["assumed"] == ("no" if zone == "red" and sector != "combined" else "yes")
        assert rule["scheme"] == "krem-entities"


def _ends(line: Row) -> list[str]:
    return [line["from_id"], *filter(None, line["via_ids"].split(";")), line["to_id"]]


def _straight_km(line: Row) -> float:
    """Return the length of a line as it is drawn, along the ellipsoid."""
    points = [SUBSTATIONS[one] for one in _ends(line)]
    lons, lats = ([float(p[axis]) for p in points] for axis in ("lon", "lat"))
    return pyproj.Geod(ellps="WGS84").line_length(lons, lats) / 1000


def _published() -> Iterator[tuple[str, float, Row]]:
    for line in BACKBONE:
        if line["length_km"]:
            yield line["network_id"], float(line["length_km"]) / _straight_km(line), line


def test_the_backbone_is_that_of_the_country_and_says_that_it_is_schematic() -> None:
    assert len(BACKBONE) >= 25
    assert {(n["region"], n["sector"], n["provenance"]) for n in BACKBONE} == {
        ("KZ", "electricity", "schematic")
    }
    assert {s["provenance"] for s in SUBSTATIONS.values()} == {"schematic"}
    assert {n["operator"] for n in BACKBONE} == {"KEGOC", ""}
    assert {n["voltage_kv"] for n in BACKBONE} == {"220", "500", "1150"}


def test_a_line_joins_different_substations_and_none_stands_alone() -> None:
    for line in BACKBONE:
        ends = _ends(line)
        assert len(set(ends)) == len(ends), line
        assert _straight_km(line) > 1, line
    assert {one for line in BACKBONE for one in _ends(line)} == set(SUBSTATIONS)
    named = [(*sorted((n["from_id"], n["to_id"])), n["voltage_kv"], n["name_en"]) for n in BACKBONE]
    assert len(set(named)) == len(named)


def test_a_line_of_the_backbone_is_named_by_its_voltage_and_ends() -> None:
    for line in BACKBONE:
        first, last = SUBSTATIONS[line["from_id"]], SUBSTATIONS[line["to_id"]]
        for lang in ("kk", "ru", "en"):
            name = line[f"name_{lang}"]
            assert f"{line['voltage_kv']} " in name, name
            assert first[f"name_{lang}"] in name, name
            assert last[f"name_{lang}"] in name, name
        assert line["network_id"].startswith(f"line-{line['voltage_kv']}-"), line


def test_no_line_has_a_higher_voltage_than_a_substation_at_its_ends() -> None:
    """But where the switchgear is still to be built, and the note of the substation says so."""
    higher = {
        (line["network_id"], one)
        for line in BACKBONE
        for one in _ends(line)
        if float(line["voltage_kv"]) > float(SUBSTATIONS[one]["voltage_kv"])
    }
    assert higher == {("line-500-ulke-karabatan", "ss-karabatan")}
    assert "500 kV is planned" in SUBSTATIONS["ss-karabatan"]["note"]


def test_substations_lie_in_their_region() -> None:
    file = json.loads((ROOT / "geo" / "regions.geojson").read_text(encoding="utf-8"))
    areas = {f["properties"]["region"]: shape(f["geometry"]) for f in file["features"]}
    points = {
        one: shapely.Point(float(s["lon"]), float(s["lat"])) for one, s in SUBSTATIONS.items()
    }
    found = {
        one: [region for region, area in areas.items() if area.covers(point)]
        for one, point in points.items()
    }
    assert found == {one: [s["region"]] for one, s in SUBSTATIONS.items()}


def test_a_substation_at_a_settlement_says_that_its_site_is_not_known() -> None:
    for one, row in SUBSTATIONS.items():
        if row["location_accuracy"] == "city":
            assert re.search(r"not published|not known|assumed|rounded", row["note"]), one
        else:
            assert row["location_source_id"] in {"wikipedia-org-02", "pypsa-kz"}, one


def test_the_published_length_is_not_shorter_than_the_line_drawn() -> None:
    """Wires are not straight, so a line is longer than what is drawn, but for roundings."""
    shorter = {name for name, ratio, _ in _published() if ratio < 1 / 1.1}
    assert shorter == SHORTER_THAN_DRAWN
    assert all("length" in line["note"] for name, _, line in _published() if name in shorter)
    much_longer = {name for name, ratio, _ in _published() if ratio > 1.5}
    assert much_longer == {"line-220-aksu-gres-promyshlennaya"}
    assert len(list(_published())) == 11


def test_every_source_of_the_backbone_has_an_address() -> None:
    named = {row["source_id"] for row in [*BACKBONE, *SUBSTATIONS.values()]}
    projects = {p for n in BACKBONE for p in n["project_ids"].split(";")}
    named |= {c["source_id"] for c in CLAIMS if c["subject_id"] in projects}
    named |= {s["location_source_id"] for s in SUBSTATIONS.values()}
    assert [s for s in named if not SOURCES[s]["url"].startswith("http")] == []


def test_lines_belong_to_projects_whose_status_and_source_are_known() -> None:
    lines: dict[str, set[str]] = {}
    for line in BACKBONE:
        for project in filter(None, line["project_ids"].split(";")):
            lines.setdefault(project, set()).add(line["network_id"])
    assert lines == {project: found for project, (_, found) in GRID_PROJECTS.items()}
    last: dict[str, Row] = {}
    for claim in sorted(_claims("project", "status"), key=lambda c: c["stated_on"]):
        last[claim["subject_id"]] = claim
    for project, (status, _) in GRID_PROJECTS.items():
        assert last[project]["value"] == status, project
        assert SOURCES[last[project]["source_id"]]["url"], project


def test_lines_that_a_project_builds_anew_name_it() -> None:
    """The others stood before: they are raised, reconstructed, or get another ground wire."""
    for line in BACKBONE:
        expected = "" if line["network_id"] in STOOD_BEFORE else line["project_ids"]
        assert line["built_by"] == expected, line
    assert {n["network_id"] for n in BACKBONE if n["project_ids"]} >= STOOD_BEFORE


def test_a_line_that_is_not_built_has_no_year() -> None:
    ahead = {p for p, (status, _) in GRID_PROJECTS.items() if status != "completed"}
    assert all(not line["built_year"] for line in BACKBONE if line["built_by"] in ahead)


def test_no_note_of_a_line_says_what_is_true_on_some_days_only() -> None:
    dated = re.compile(r"\b(not built|planned|new line|to be|rebuilt|raised)\b", re.IGNORECASE)
    assert [n["note"] for n in BACKBONE if dated.search(n["note"])] == []


def test_a_year_is_not_later_than_the_source_that_states_it() -> None:
    for line in BACKBONE:
        stated = SOURCES[line["source_id"]]["date"]
        if line["built_year"] and stated:
            assert line["built_year"] <= stated[:4], line


def test_a_figure_from_another_source_names_it_in_the_note() -> None:
    named = {n["network_id"]: n["note"] for n in BACKBONE if "475 km" in n["note"]}
    assert len(named) == 3
    assert all(re.search(r"Egemen Qazaqstan|EBRD", note) for note in named.values())


def test_every_source_is_used() -> None:
    columns = ("source_id", "location_source_id")
    used = {row.get(c) for t in COUNTS if t != "sources" for row in TABLES[t] for c in columns}
    assert set(IDS["sources"]) - used == set()
    urls = [s["url"] for s in TABLES["sources"]]
    assert [u for u, n in Counter(urls).items() if n > 1] == []


def _shown_texts() -> set[str]:
    """Return every free text of the registers that a page can show."""
    texts = {c["value"] for c in CLAIMS if ATTRIBUTES[c["attribute"]]["type"] == "text"}
    texts |= {line["operator"] for line in BACKBONE}
    for table in COUNTS:
        for row in TABLES[table]:
            texts |= {row.get(c, "") for c in ("note", "scope_reason", "location_source")}
    return texts - {""}


def _figures(text: str) -> Counter[str]:
    """Return the numbers of a text, however its language writes them; ids and months are none."""
    text = re.sub(r"\b[a-z]\d{3}\b", "", text)
    text = re.sub(r"\b(\d{4})-\d{2}-(\d{2})\b", r"\1 / \2", text)
    text = re.sub(r"(?<=\d)[ ,](?=\d{3}\b)", "", text)
    numbers = re.findall(r"\d+(?:[.,]\d+)?", text)
    return Counter(n.replace(",", ".").lstrip("0") or "0" for n in numbers)


def test_every_text_that_is_shown_has_words_and_no_words_are_unused() -> None:
    texts = [w["text"] for w in TABLES["words"]]
    assert [t for t, n in Counter(texts).items() if n > 1] == []
    assert sorted(_shown_texts() - set(texts)) == []
    assert sorted(set(texts) - _shown_texts()) == []
    assert all(re.fullmatch(r"w\d{3}", i) for i in IDS["words"])


def test_words_are_translated() -> None:
    """A Kazakh and a Russian text differ from the English one, and are Cyrillic, but for names."""
    bad = []
    for word in TABLES["words"]:
        for column in TRANSLATED:
            pure = word[column] == word["name_en"]
            cyrillic = bool(re.search(r"[\u0400-\u04ff]", word[column]))
            if pure != (word["text"] in PURE) or pure == cyrillic:
                bad.append((word["word_id"], column, word[column]))
        if re.search(r"[\u0400-\u04ff]", word["name_en"]):
            bad.append((word["word_id"], "name_en", word["name_en"]))
    assert bad == []


def test_no_russian_text_has_a_kazakh_letter() -> None:
    kazakh = re.compile(r"[әғқңөұүһі]", re.IGNORECASE)
    assert [w["name_ru"] for w in TABLES["words"] if kazakh.search(w["name_ru"])] == []


def test_words_keep_every_figure() -> None:
    bad = []
    for word in TABLES["words"]:
        english = _figures(word["name_en"])
        if _figures(word["text"]) != english:
            bad.append((word["word_id"], "name_en", word["name_en"]))
        bad += [(word["word_id"], c, word[c]) for c in TRANSLATED if _figures(word[c]) != english]
    assert bad == []


def test_what_is_shown_has_no_address_and_no_pointer() -> None:
    """An address stands in `sources.csv`; no reader needs the id of a claim or indicator."""
    pointer = re.compile(r"https?:|www\.|\b[cierws]\d{3}\b|\b20\d\d-\d\d")
    names = ("name_kk", "name_ru", "name_en")
    assert [w[n] for w in TABLES["words"] for n in names if pointer.search(w[n])] == []
    assert [t for t in _shown_texts() if "http" in t or "www." in t] == []
