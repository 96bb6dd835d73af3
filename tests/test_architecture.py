"""The shape of the code: imports point down, streamlit stays in its place, files stay small."""

import ast
import re
import tomllib
from collections import Counter
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "meks_geo"
PAGES = sorted((ROOT / "pages").glob("*.py"))
MODULES = sorted(PACKAGE.rglob("*.py"))

#: Rows from the bottom up (DESIGN, section 3). A module imports only from rows below its own.
ROWS = (
    # 0: words without meaning of their own
    ("errors", "vocabulary", "measure", "dates", "config", "files", "rights", "thinning"),
    ("progress", "planning.outcome", "planning.plain"),
    ("lines",),
    # 1: the things, the languages, the view
    ("i18n.catalogue", "i18n.search"),
    ("i18n.formats",),
    ("i18n.problems",),
    ("i18n", "model", "view"),
    ("storyfile",),
    ("stories",),
    # 2-3: rows of files, and the only reader and writer of them
    ("validate",),
    ("registers", "amendment", "journal", "zones", "backbone", "tilefeatures", "planning.scenario"),
    ("segments", "tiles", "planning.saved", "planning.moving"),
    ("planning.keeping",),
    ("revisions", "backups"),
    ("archive", "contents", "upkeep"),
    ("shelf",),
    ("store",),
    # 4-5: what is true as of a day, and what a view lets through
    ("facts",),
    ("state", "networks", "rolls", "planning.retelling"),
    ("queries", "rollwords"),
    ("wording",),
    ("since", "kpisums", "kpirules"),
    ("kpis", "ledger"),
    # 6: a file that comes in
    ("intake", "intake.losses", "intake.sheetfacts"),
    ("intake.bounds", "intake.model"),
    ("intake.archives", "intake.cells", "intake.drafts", "intake.sheets", "intake.spelling"),
    ("intake.geometry", "intake.grids", "intake.prefill", "intake.shapes", "intake.skims"),
    ("intake.sheetxml", "intake.kml", "intake.packages", "intake.shapefiles", "intake.texts"),
    ("intake.against", "intake.amend", "intake.compare", "intake.geojson", "intake.guide"),
    ("intake.about", "intake.columns", "intake.headers", "intake.rules", "intake.workbooks"),
    ("intake.findings", "intake.reading", "intake.telling", "intake.template", "intake.together"),
    ("intake.checking", "intake.features", "intake.listed", "intake.listing", "intake.places"),
    ("intake.rebuilt", "intake.door", "intake.marked"),
    ("intake.referee",),
    # 6: from wear to a funded plan
    ("planning", "planning.parameters", "planning.candidates"),
    ("planning.estimates", "planning.priority"),
    ("planning.effects", "planning.filter", "planning.groups"),
    ("planning.case", "planning.gather"),
    ("planning.budget", "planning.room", "planning.solve"),
    ("planning.plan",),
    ("planning.telling", "planning.packing", "planning.reckoning"),
    ("planning.answer",),
    # 6-8: style, words, cards, and what a map shows
    ("style",),
    ("levelaxes",),
    ("charts", "barcharts", "kpicharts", "planchart", "planmaps", "rollmap"),
    ("kpiwords",),
    ("kpitables",),
    ("linelayer", "closeups", "standouts"),
    ("legend", "cards"),
    ("linesources",),
    ("linecards", "planworks"),
    ("scene", "netsums"),
    ("planscene",),
    # 9: each translates a scene and decides nothing
    ("demo.streets",),
    ("demo.trees",),
    ("demo.towns",),
    ("demo.links",),
    ("demo.figures",),
    ("demo",),
    ("printtype",),
    ("printpng", "printtext"),
    ("printsheet",),
    ("printmarks", "printlabels", "printtable", "papers"),
    ("printbase",),
    ("printgrid", "printinsets", "printqr", "printworks"),
    ("printlegend", "printcourses"),
    ("printlines", "printlayout"),
    ("printplate",),
    ("printmap", "webmap", "marks"),
    # 10: files out
    ("exports", "exports.safe", "exports.cells", "exports.passport"),
    ("exports.entities", "exports.linetable", "exports.statements"),
    ("exports.tables", "exports.qgisparts", "exports.plangrid"),
    ("exports.planwear",),
    ("exports.plantables",),
    ("exports.geojson", "exports.workbook", "exports.qgisstyle", "exports.gpkgviews"),
    ("exports.csvfile", "exports.geopackage"),
    ("exports.formats",),
    ("exports.standaloneshapes", "exports.standalonetexts"),
    ("exports.standalonelines", "exports.standalonecards", "exports.standalonetables"),
    ("exports.standalonerows",),
    ("exports.standalonedata",),
    ("exports.standalone",),
    ("exports.pagelegend", "exports.pagesheet", "exports.atlastable"),
    ("exports.atlasdraw",),
    ("exports.planpage",),
    ("exports.atlaspage", "exports.atlasfigures", "exports.atlasrows", "exports.pages"),
    ("exports.atlas",),
    ("exports.deckmodel",),
    ("exports.deckversions",),
    ("exports.deckfit", "exports.decktables", "exports.decktruth"),
    ("exports.deckcharts", "exports.deckxml"),
    ("exports.deckcharting", "exports.deckparts", "exports.deckslides"),
    ("exports.deckatlas", "exports.deckreader", "exports.deckworks"),
    ("exports.deckplan", "exports.decktexts", "exports.deckmaps"),
    ("exports.deckwriter",),
    ("exports.deck", "exports.decksync"),
    ("exports.deckrefresh",),
    ("exports.verify", "exports.outputs"),
    # 11: what people call
    ("commandline",),
    ("cli_plans",),
    ("cli_intake", "cli_outputs", "cli_plan", "cli_kpis"),
    ("cli",),
    ("__main__", "ui", "ui.network"),
    ("ui.session", "ui.uploads", "ui.jobs", "ui.outrate", "ui.outwork", "ui.meeting", "ui.hall"),
    ("ui.lookout", "ui.plandetails"),
    ("ui.cache", "ui.plandraft", "ui.plantables"),
    ("ui.tileroute", "ui.outroute"),
    ("ui.routes", "ui.shell"),
    ("ui.filters", "ui.render", "ui.tables"),
    ("ui.making", "ui.planned", "ui.planwork", "ui.registers"),
    ("ui.maps", "ui.intake", "ui.networks", "ui.export", "ui.ledger", "ui.stories", "ui.planshelf"),
    ("ui.verify", "ui.kpis", "ui.present"),
    ("ui.plandraw",),
    ("ui.planbasis", "ui.plansides"),
    ("ui.plancompare", "ui.plancontrols"),
    ("ui.plan",),
    ("ui.presenter", "ui.main"),
    ("ui.differences", "ui.verdict"),
    ("ui.history", "ui.publish"),
    # pages and the entry
    ("app", "pages"),
)
ROW_OF = {name: number for number, row in enumerate(ROWS) for name in row}


def name_of(path):
    """Dotted name below `meks_geo`; all pages are `pages`, the package itself is ""."""
    if not path.is_relative_to(PACKAGE):
        return "pages" if path.parent.name == "pages" else path.stem
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def tree_of(path):
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


@cache
def imports_of(path):
    """Dotted names of everything a file imports, wherever in the file it does so."""
    found = set()
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            assert node.level == 0, f"{path}: relative import"
            found |= {f"{base}.{alias.name}" for alias in node.names}
    return found


def own_imports(path):
    """Modules of the package that a file imports, by their name in `ROWS`."""
    found = set()
    for dotted in imports_of(path):
        top, _, rest = dotted.partition(".")
        if top != "meks_geo":
            continue
        parts = rest.split(".")
        names = [".".join(parts[:n]) for n in range(len(parts), 0, -1)]
        found.add(next((n for n in names if n in ROW_OF), rest))
    return found


def where(path, node):
    return f"{path.relative_to(ROOT)}:{node.lineno}"


FILES = [path for path in MODULES if name_of(path)] + [ROOT / "app.py", *PAGES]
ALL_PYTHON = [*FILES, PACKAGE / "__init__.py"]


# -- layers -----------------------------------------------------------------------------------


def test_every_module_has_one_row():
    names = {name_of(path) for path in FILES}
    assert names - ROW_OF.keys() == set(), "name the new module in ROWS"
    assert ROW_OF.keys() - names == set(), "ROWS names a module that is gone"
    assert max(Counter(name for row in ROWS for name in row).values()) == 1


def test_the_rows_keep_the_order_of_the_design():
    design = [
        {"errors", "vocabulary", "measure"}, {"model", "i18n", "view"}, {"validate"}, {"store"},
        {"facts"}, {"queries"}, {"style"}, {"scene"}, {"webmap", "printmap"}, {"cli", "ui"},
    ]  # fmt: skip
    for below, above in pairwise(design):
        assert max(ROW_OF[n] for n in below) < min(ROW_OF[n] for n in above)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_point_down(path):
    own = ROW_OF[name_of(path)]
    upward = {name for name in own_imports(path) if ROW_OF.get(name, len(ROWS)) >= own}
    assert upward == set(), f"{path.relative_to(ROOT)} imports its own row or one above it"


def test_the_package_imports_nothing_when_it_is_imported():
    assert imports_of(PACKAGE / "__init__.py") == set()


def test_streamlit_is_known_only_to_the_pages_and_their_helpers():
    allowed = {ROOT / "app.py", *PAGES, *(PACKAGE / "ui").rglob("*.py")}
    guilty = [
        str(path.relative_to(ROOT))
        for path in ALL_PYTHON
        if path not in allowed
        and any(one.split(".")[0].startswith("streamlit") for one in imports_of(path))
    ]
    assert guilty == []


#: Modules of the intake that touch the file that came in, or write the copy that goes back.
READERS_OF_WHAT_COMES_IN = (
    *("reading", "texts", "workbooks", "geojson", "kml", "shapefiles"),
    *("losses", "features"),
)


def test_files_are_opened_only_by_the_store_and_for_what_ships_with_the_package():
    # the first row is the store and its helpers; the second reads files that come in and gives them
    # back; the others read their own catalogues, fonts, styles and pages, or write what was asked
    readers = {
        *("store", "registers", "archive", "backups", "contents", "revisions", "upkeep", "files"),
        *("lines", "tiles"),
        *(f"intake.{name}" for name in READERS_OF_WHAT_COMES_IN),
        *("i18n.catalogue", "style", "cli", "cli_intake", "webmap", "printtype", "stories"),
        *("cli_outputs", "cli_plan", "exports.standalone"),
    }
    calls = {"open", "read_text", "read_bytes", "write_text", "write_bytes", "read_dataframe"}
    guilty = [
        where(path, node)
        for path in MODULES
        if name_of(path) not in readers and not name_of(path).startswith("ui")
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call)
        and (getattr(node.func, "attr", None) or getattr(node.func, "id", "")) in calls
    ]
    assert guilty == []


# -- one owner --------------------------------------------------------------------------------


def attributes_named(path, *names):
    return [
        where(path, node)
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Attribute)
        and node.attr in names
        and ast.unparse(node.value) != "request"  # of our own routes, that of HTTP
    ]


def test_only_the_session_touches_state_and_address():
    owner = PACKAGE / "ui" / "session.py"
    assert attributes_named(owner, "session_state", "query_params")
    others = [path for path in ALL_PYTHON if path != owner]
    assert [
        hit for p in others for hit in attributes_named(p, "session_state", "query_params")
    ] == []


def test_only_the_cache_caches_in_streamlit_and_it_is_bounded():
    owner = PACKAGE / "ui" / "cache.py"
    hits = [
        hit
        for path in ALL_PYTHON
        if path != owner
        for hit in attributes_named(path, "cache_data", "cache_resource", "cache")
        if any(one.split(".")[0] == "streamlit" for one in imports_of(path))
    ]
    assert hits == []
    decorators = [
        d
        for node in ast.walk(tree_of(owner))
        if isinstance(node, ast.FunctionDef)
        for d in node.decorator_list
    ]
    assert decorators
    for decorator in decorators:
        assert isinstance(decorator, ast.Call), ast.unparse(decorator)
        assert "max_entries" in {k.arg for k in decorator.keywords}, ast.unparse(decorator)


def test_only_measure_names_a_coordinate_system():
    guilty = []
    for path in ALL_PYTHON:
        if name_of(path) == "measure":
            continue
        tree = tree_of(path)
        documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
        docs = {
            id(node.body[0].value)
            for node in ast.walk(tree)
            if isinstance(node, documented) and ast.get_docstring(node) is not None
        }
        guilty += [
            where(path, node)
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in docs
            and re.search(r"epsg:|\+proj", node.value, re.IGNORECASE)
        ]
    assert guilty == []


def test_no_exception_is_caught_without_a_name():
    broad = {"Exception", "BaseException"}
    guilty = [
        where(path, node)
        for path in ALL_PYTHON
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or broad & {n.id for n in ast.walk(node.type) if hasattr(n, "id")})
    ]
    assert guilty == []


def test_figures_are_never_those_of_pyplot():
    assert [p for p in ALL_PYTHON if any("pyplot" in one for one in imports_of(p))] == []


# -- sizes ------------------------------------------------------------------------------------


def test_files_are_small_enough_to_read():
    sizes = {p: len(p.read_text(encoding="utf-8").splitlines()) for p in ALL_PYTHON}
    assert {str(p.relative_to(ROOT)): n for p, n in sizes.items() if n > 400} == {}
    assert {p.name: n for p, n in sizes.items() if p in PAGES and n > 80} == {}


def test_functions_are_short():
    long = {}
    for path in ALL_PYTHON:
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = node.end_lineno - node.lineno + 1
                if ast.get_docstring(node) is not None:
                    words = node.body[0]
                    lines -= words.end_lineno - words.lineno + 1
                if lines > 50:
                    long[f"{where(path, node)} {node.name}"] = lines
    assert long == {}


def test_functions_take_at_most_six_positional_arguments():
    crowded = [
        f"{where(path, node)} {node.name}"
        for path in ALL_PYTHON
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.FunctionDef)
        and len([a for a in node.args.args if a.arg not in ("self", "cls")]) > 6
    ]
    assert crowded == []


# -- what is served ---------------------------------------------------------------------------


def test_static_holds_no_data():
    data = {".csv", ".json", ".gpkg", ".geojson", ".xlsx", ".parquet", ".sqlite", ".pmtiles"}
    files = [path for path in (ROOT / "static").rglob("*") if path.is_file()]
    assert files
    assert [str(p.relative_to(ROOT)) for p in files if p.suffix.lower() in data] == []


def test_streamlit_sends_nothing_out_and_offers_no_agent_api():
    config = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    assert config["browser"]["gatherUsageStats"] is False
    assert config["server"].get("enableAgentApi", False) is False
    assert config["client"]["showErrorDetails"] in (False, "none")
    assert "http" not in str(config)
