"""Every message of every catalogue, in all three languages."""

import ast
import csv
import re
from collections import Counter
from enum import StrEnum
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.pofile import read_po

from meks_geo import vocabulary
from meks_geo.i18n.catalogue import FOLDER

ROOT = Path(__file__).parents[1]
LANGS = ("kk", "ru", "en")

#: First segments of keys that code builds from a code, a column or an attribute.
#: Any other key must stand in the code as a literal, or begin with the fixed part of an f-string.
DYNAMIC_FAMILIES = {
    *("accuracy", "funding", "kind", "lang", "layer", "provenance", "scope", "sector", "stage"),
    *("standing", "status", "theme", "wear-basis", "zone", "procurement-stage"),  # closed lists
    *("problem", "severity"),  # what is wrong with a file
    *("attribute", "column", "column_note", "sheet", "type", "unit"),  # schema
    *("count", "date"),  # plurals and date patterns
}

#: Words that are the same in Kazakh and Russian; any other equal pair is taken for untranslated.
COGNATES = {
    *("АЭС", "Бюджет", "Геометрия (WKT)", "Оператор", "Сектор", "Технология"),
    *("м", "МВт", "ГВт", "км", "мм", "кВ", "млрд ₸", "млн $", "млрд $"),
    *("Карта", "Формат", "Файл", "Масштаб", "Атлас", "Слайд", "Экспорт", "Автор", "Журнал"),
    *("Редакция", "Объект"),
    *("Э", "К", "Г"),  # letters of sectors
    "С",  # north
}

#: Keys under which a language names itself, the same in all catalogues.
OWN_NAMES = ("lang.", "app.lang_")

#: Codes that DESIGN.md promises; the code may report others, with messages of their own.
PROBLEM_CODES = {
    *("unreadable-file", "too-large", "unknown-table", "missing-column", "unknown-column"),
    *("missing-value", "not-a-number", "decimal-comma", "out-of-range", "bad-date", "future-date"),
    *("unknown-code", "duplicate-id", "dangling-reference", "missing-crs", "bad-geometry"),
    *("lon-lat-swapped", "outside-country", "outside-region", "length-mismatch", "formula-cell"),
    *(
        "wrong-encoding",
        "unknown-subject",
        "unknown-revision",
        "nothing-published",
        "bad-id",
        "mixed-alphabet",
    ),
}

PLURAL_FORMS = {
    "kk": "nplurals=1; plural=0;",
    "en": "nplurals=2; plural=(n != 1);",
    "ru": (
        "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : "
        "n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);"
    ),
}

WORD = re.compile(r"[^\W\d_]+")
CYRILLIC = re.compile("[\u0400-\u04ff]")
LATIN = re.compile("[A-Za-z]")
PLACEHOLDER = re.compile(r"\{[^}]*\}")


def _files():
    return sorted(FOLDER.glob("*/LC_MESSAGES/*.po"))


def _read(path):
    with path.open("rb") as file:
        return read_po(file, locale=path.parts[-3], abort_invalid=True)


CATALOGUES = {path: _read(path) for path in _files()}


def _key(message):
    return message.id[0] if message.pluralizable else message.id


def _forms(message):
    return tuple(message.string) if message.pluralizable else (message.string,)


def _messages(lang):
    """Return every message of a language by key, as its forms."""
    return {
        _key(message): _forms(message)
        for path, catalogue in CATALOGUES.items()
        if path.parts[-3] == lang
        for message in catalogue
        if message.id
    }


MESSAGES = {lang: _messages(lang) for lang in LANGS}


def _placeholders(form):
    return sorted(name for _, name, _, _ in Formatter().parse(form) if name is not None)


def _is_pattern(key):
    return key in ("date.medium", "date.long", "date.month")  # patterns of CLDR, not words


# --- files


def test_each_language_has_the_same_files():
    names = {lang: {p.name for p in CATALOGUES if p.parts[-3] == lang} for lang in LANGS}
    assert {"vocabulary.po", "problems.po", "data.po"} <= names["en"]
    assert names["kk"] == names["ru"] == names["en"]


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda p: f"{p.parts[-3]}-{p.stem}")
def test_file_is_complete(path):
    lang, catalogue = path.parts[-3], CATALOGUES[path]
    head = path.read_text(encoding="utf-8").split("\n\n", 1)[0]
    assert f'"Language: {lang}\\n"' in head
    assert '"Content-Type: text/plain; charset=utf-8\\n"' in head.replace("UTF-8", "utf-8")
    stated = re.search(r"Plural-Forms: (.*?)\\n", head.replace('"\n"', ""))
    assert stated
    assert stated[1].replace(" ", "") == PLURAL_FORMS[lang].replace(" ", "")
    assert not catalogue.obsolete
    messages = [m for m in catalogue if m.id]
    assert not [_key(m) for m in messages if m.fuzzy], "fuzzy"
    assert not [_key(m) for m in messages if not all(_forms(m))], "empty"
    assert not [m.id for m in messages if m.context], "keys are unique without a context"
    keys = [_key(m) for m in messages]
    assert keys == sorted(keys), "not sorted by key"
    for message in messages:
        if message.pluralizable:
            assert message.id[0] == message.id[1]
            assert len(_forms(message)) == catalogue.num_plurals, _key(message)


@pytest.mark.parametrize("lang", LANGS)
def test_no_key_stands_in_two_files(lang):
    keys = Counter(_key(m) for p, c in CATALOGUES.items() if p.parts[-3] == lang for m in c if m.id)
    assert not [key for key, times in keys.items() if times > 1]


# --- messages


@pytest.mark.parametrize("lang", ["kk", "ru"])
def test_languages_have_the_same_keys(lang):
    assert MESSAGES[lang].keys() == MESSAGES["en"].keys()


def test_placeholders_are_equal():
    for key, forms in MESSAGES["en"].items():
        wanted = _placeholders(forms[0])
        for lang in LANGS:
            for form in MESSAGES[lang].get(key, ()):
                assert _placeholders(form) == wanted, (lang, key)


@pytest.mark.parametrize("lang", LANGS)
def test_messages_are_trimmed(lang):
    untidy = [k for k, forms in MESSAGES[lang].items() if any(f != f.strip() for f in forms)]
    assert not untidy


@pytest.mark.parametrize("lang", LANGS)
def test_no_word_mixes_cyrillic_and_latin(lang):
    mixed = {
        key: word
        for key, forms in MESSAGES[lang].items()
        for word in WORD.findall(PLACEHOLDER.sub(" ", " ".join(forms)))
        if CYRILLIC.search(word) and LATIN.search(word)
    }
    assert not mixed


@pytest.mark.parametrize("lang", ["kk", "ru"])
def test_no_latin_letter_stands_in_for_a_short_cyrillic_word(lang):
    lone = re.compile(r"(?<![\w\-'])[aceiopxyABCEHKMOPTXY](?![\w\-'])")
    for key, forms in MESSAGES[lang].items():
        if not _is_pattern(key):
            assert not lone.findall(PLACEHOLDER.sub(" ", " ".join(forms))), key


def test_english_is_written_in_latin():
    for key, forms in MESSAGES["en"].items():
        if not key.startswith(OWN_NAMES):
            assert not CYRILLIC.search("".join(forms)), key


def test_russian_has_no_kazakh_letters():
    for key, forms in MESSAGES["ru"].items():
        if not key.startswith(OWN_NAMES):
            assert not re.search("[әғқңөұүһі]", "".join(forms), re.IGNORECASE), key


def test_kazakh_is_not_left_in_russian():
    same = {
        key: forms
        for key, forms in MESSAGES["kk"].items()
        if forms == MESSAGES["ru"].get(key)
        and not key.startswith(OWN_NAMES)
        and CYRILLIC.search("".join(forms))
        and not COGNATES.issuperset(forms)
    }
    assert not same


@pytest.mark.parametrize("lang", LANGS)
def test_labels_start_with_a_capital_letter(lang):
    families = DYNAMIC_FAMILIES - {"problem", "unit", "count", "date"}
    small = [
        key
        for key, forms in MESSAGES[lang].items()
        if key.split(".")[0] in families and forms[0][0] != forms[0][0].upper()
    ]
    assert not small


# --- coverage


def _list_name(members):
    return re.sub(r"(?<!^)(?=[A-Z])", "-", members.__name__).lower()


@pytest.mark.parametrize(
    "members",
    [v for v in vars(vocabulary).values() if isinstance(v, type) and issubclass(v, StrEnum)][1:],
    ids=lambda m: m.__name__,
)
@pytest.mark.parametrize("lang", LANGS)
def test_each_code_has_a_label_of_its_own(lang, members):
    labels = [MESSAGES[lang][f"{_list_name(members)}.{code.value}"][0] for code in members]
    assert len(set(labels)) == len(labels)


@pytest.mark.parametrize("lang", LANGS)
def test_each_listed_code_has_a_label(lang):
    for name, codes in vocabulary.LISTS.items():
        for code in codes:
            assert f"{name.removesuffix('-declared')}.{code}" in MESSAGES[lang]


def test_closed_lists_have_no_other_labels():
    allowed = {f"zone.{vocabulary.OUT_OF_RED}"}
    for members in vars(vocabulary).values():
        if isinstance(members, type) and issubclass(members, StrEnum) and members is not StrEnum:
            allowed |= {f"{_list_name(members)}.{code.value}" for code in members}
    families = {key.split(".")[0] for key in allowed}
    assert {k for k in MESSAGES["en"] if k.split(".")[0] in families} == allowed


@pytest.mark.parametrize("lang", LANGS)
def test_each_problem_code_has_its_two_phrases(lang):
    codes = PROBLEM_CODES | _reported_codes()
    wanted = {f"problem.{code}.{part}" for code in codes for part in ("what", "fix")}
    assert {k for k in MESSAGES[lang] if k.startswith("problem.")} == wanted


def _reported_codes():
    """Return the codes that the code gives to `Problem`, or to what becomes one."""
    return {
        node.args[0].value
        for tree in _trees().values()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and _called(node) in ("Problem", "Fault", "Flaw", "by_system")
        and node.args
        and isinstance(node.args[0], ast.Constant)
    }


def test_problem_phrases_are_one_clause():
    for lang in LANGS:
        for key, (form, *_) in MESSAGES[lang].items():
            if key.startswith("problem."):
                assert ";" not in form, key
                assert form[-1] not in ".:", key
                assert not form.startswith("{"), key


def _table(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


SCHEMAS = sorted(p for p in (ROOT / "data/schema").glob("*.csv") if p.stem != "attributes")


@pytest.mark.parametrize("path", SCHEMAS, ids=lambda p: p.stem)
@pytest.mark.parametrize("lang", LANGS)
def test_each_column_has_a_header_of_its_own(lang, path):
    rows = _table(path)
    headers = [MESSAGES[lang][f"column.{row['column']}"][0].casefold() for row in rows]
    assert len(set(headers)) == len(headers), "a header must name one column of its table"
    assert f"sheet.{path.stem}" in MESSAGES[lang]
    assert {f"type.{row['type']}" for row in rows} <= MESSAGES[lang].keys()
    assert {f"unit.{row['unit']}" for row in rows if row["unit"]} <= MESSAGES[lang].keys()


def test_each_column_message_is_a_column():
    columns = {f"column.{row['column']}" for path in SCHEMAS for row in _table(path)}
    columns.add("column.geometry")  # of a workbook that comes in; a register keeps it apart
    assert {k for k in MESSAGES["en"] if k.startswith("column.")} == columns


def test_each_attribute_and_its_unit_has_a_name():
    rows = _table(ROOT / "data/schema/attributes.csv")
    assert {k for k in MESSAGES["en"] if k.startswith("attribute.")} == {
        f"attribute.{row['attribute']}" for row in rows
    }
    assert {f"unit.{row['unit']}" for row in rows if row["unit"]} <= MESSAGES["en"].keys()


@pytest.mark.parametrize("lang", LANGS)
def test_attributes_of_one_subject_have_different_names(lang):
    seen = Counter()
    for row in _table(ROOT / "data/schema/attributes.csv"):
        name = MESSAGES[lang][f"attribute.{row['attribute']}"][0]
        seen.update((subject, name) for subject in row["subjects"].split(";"))
    assert not [pair for pair, times in seen.items() if times > 1]


# --- use in the code


def _sources():
    paths = [*(ROOT / "meks_geo").rglob("*.py"), *(ROOT / "pages").rglob("*.py")]
    return [*paths, *(p for p in [ROOT / "app.py"] if p.exists())]


def _trees():
    return {path: ast.parse(path.read_text(encoding="utf-8"), str(path)) for path in _sources()}


def _literals(trees):
    """Return the string literals of the code, and the fixed beginnings of its f-strings."""
    literals, beginnings = set(), set()
    for node in (n for tree in trees.values() for n in ast.walk(tree)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            literals.add(node.value)
        if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
            beginning = node.values[0].value
            if re.fullmatch(r"[a-z][a-z-]*\.[^\s]*", beginning):
                beginnings.add(beginning)
    return literals, tuple(beginnings)


def test_every_message_is_used():
    literals, beginnings = _literals(_trees())
    unused = [
        key
        for key in MESSAGES["en"]
        if key.split(".")[0] not in DYNAMIC_FAMILIES
        and key not in literals
        and not key.startswith(beginnings or "\0")
    ]
    assert not unused


def _called(node):
    return getattr(node.func, "attr", getattr(node.func, "id", ""))


def test_every_key_in_the_code_is_in_the_catalogue():
    shape = re.compile(r"[a-z][a-z-]*(\.[A-Za-z0-9_/-]+)+")
    unknown = {
        f"{path.relative_to(ROOT)}:{node.lineno}: {argument.value}"
        for path, tree in _trees().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and _called(node) in ("text", "plural", "t")
        for argument in node.args
        if isinstance(argument, ast.Constant)
        and isinstance(argument.value, str)
        and shape.fullmatch(argument.value)
        and argument.value not in MESSAGES["en"]
    }
    assert not unknown
