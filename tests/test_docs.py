"""What the documents say is so: commands of the README, targets of make, a docstring a module."""

import ast
import re
from pathlib import Path

import pytest

from meks_geo.cli import main

ROOT = Path(__file__).resolve().parents[1]
MODULES = sorted((ROOT / "meks_geo").rglob("*.py"))
OTHERS = [ROOT / "app.py", *sorted((ROOT / "pages").glob("*.py"))]


@pytest.fixture(scope="module")
def readme():
    return (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_make_target_of_the_readme_exists(readme):
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z][\w-]*):", makefile, re.MULTILINE))
    named = set(re.findall(r"\bmake ([a-z][\w-]*)", readme))
    assert named - targets == set()
    assert {"run", "test"} <= named


def test_the_readme_names_every_command_and_no_other(readme):
    named = set(re.findall(r"python -m meks_geo ([a-z][\w-]*)", readme))
    assert named - main.commands.keys() == set(), "the README names a command that is not there"
    assert main.commands.keys() - named == set(), "a command that the README does not name"


def test_options_in_the_readme_are_those_of_their_command(readme):
    for name, rest in re.findall(r"python -m meks_geo ([a-z][\w-]*)([^`\n]*)", readme):
        offered = {option for param in main.commands[name].params for option in param.opts}
        assert set(re.findall(r"(?<!\S)--[a-z]+", rest)) <= offered | {"--help"}, name


def test_the_readme_names_every_module(readme):
    """Those of `exports`, `intake`, `planning` and `demo` are named with their whole."""
    table = readme[readme.index("| row | module | does |") :]
    named = set(re.findall(r"`([\w.]+)`", table[: table.index("\n\n")]))
    package = ROOT / "meks_geo"
    there = {path.stem for path in package.glob("[!_]*.py")}
    there |= {f"ui.{path.stem}" for path in (package / "ui").glob("[!_]*.py")}
    assert {one for one in there - named if not one.startswith("ui.plan")} == set()


def test_links_and_pictures_of_the_readme_lead_to_files(readme):
    links = re.findall(r"\]\(([^)#\s]+)[^)]*\)", readme)
    local = [link for link in links if "://" not in link and not link.startswith("mailto:")]
    assert [link for link in local if not (ROOT / link).exists()] == []


@pytest.mark.parametrize("path", MODULES + OTHERS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_module_and_every_public_name_says_what_it_is(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree), "no docstring"
    public = [
        node
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
    ]
    assert [node.name for node in public if not ast.get_docstring(node)] == []


def test_every_command_and_option_says_what_it_does():
    for name, command in main.commands.items():
        assert command.help, name
        assert len(command.get_short_help_str(200)) > 10, name


def test_decisions_are_dated():
    notes = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    assert notes
    assert [
        n.name for n in notes if not re.match(r"\d{4}-\d{2}-\d{2}-[a-z0-9-]+\.md", n.name)
    ] == []
