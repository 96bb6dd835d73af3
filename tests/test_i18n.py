"""Words, numbers and dates in three languages, function by function."""

import math
from datetime import date
from decimal import Decimal
from string import Formatter

import pytest

from meks_geo import i18n
from meks_geo.errors import Problem
from meks_geo.i18n.catalogue import FOLDER, catalogue, read_catalogue

LANGS = ("kk", "ru", "en")
NBSP = "\u00a0"

HEADER = """msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

"""

#: A value of its own for every parameter that a message may use.
SENTINELS = {
    "nearest": "nearest-word",
    "known": "known-words",
    "read_as": "12.5",
    "low": 1900.0,
    "high": 2060.5,
    "table": "table-word",
    "region": "KZ-63",
    "share": 12.5,
    "measured": 1234.5,
    "before": 77.5,
    "after": 33.5,
    "subject": "subject-word",
    "count": 4321.0,
    "most": 200.5,
    "size": 9876.5,
    "kind": "kind-word",
    "ending": "ending-word",
}
PROBLEM_CODES = sorted(
    {k.split(".")[1] for k in catalogue("en").singular if k.startswith("problem.")}
)


def _write(folder, name, body):
    path = folder / "en" / "LC_MESSAGES" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(HEADER + body, encoding="utf-8")


# --- read_catalogue


def test_catalogue_merges_all_files_of_a_language(tmp_path):
    _write(tmp_path, "a.po", 'msgid "x.one"\nmsgstr "One"\n')
    _write(tmp_path, "b.po", 'msgid "x.two"\nmsgstr "Two"\n')
    found = read_catalogue(tmp_path, "en")
    assert found.singular == {"x.one", "x.two"}
    assert found.translations.gettext("x.two") == "Two"


def test_catalogue_refuses_a_key_in_two_files(tmp_path):
    _write(tmp_path, "a.po", 'msgid "x.one"\nmsgstr "One"\n')
    _write(tmp_path, "b.po", 'msgid "x.one"\nmsgstr "Uno"\n')
    with pytest.raises(ValueError, match=r"'x\.one' stands in a\.po and in b\.po"):
        read_catalogue(tmp_path, "en")


def test_catalogue_leaves_out_fuzzy_and_empty_messages(tmp_path):
    _write(tmp_path, "a.po", '#, fuzzy\nmsgid "x.one"\nmsgstr "One"\n\nmsgid "x.two"\nmsgstr ""\n')
    assert not read_catalogue(tmp_path, "en").singular


def test_catalogue_of_an_unknown_language_or_empty_folder(tmp_path):
    with pytest.raises(ValueError, match="'de' is not a valid Lang"):
        read_catalogue(FOLDER, "de")
    with pytest.raises(FileNotFoundError, match="'ru'"):
        read_catalogue(tmp_path, "ru")


# --- text, label, unit


@pytest.mark.parametrize(
    ("lang", "words"), [("kk", "Құрылыс"), ("ru", "Строительство"), ("en", "Construction")]
)
def test_text(lang, words):
    assert i18n.text(lang, "status.construction") == words
    assert i18n.label(lang, "status", "construction") == words


def test_text_fills_placeholders_in():
    assert i18n.text("ru", "date.q1", year="2029") == "I кв. 2029"


def test_text_does_not_read_placeholders_in_values():
    assert i18n.text("en", "date.q1", year="{oops}") == "Q1 {oops}"


@pytest.mark.parametrize("lang", LANGS)
def test_text_names_the_key_and_language_that_are_missing(lang):
    with pytest.raises(KeyError, match=rf"{lang}: no message 'no\.such'"):
        i18n.text(lang, "no.such")
    with pytest.raises(KeyError, match=rf"{lang}: message 'date\.q1' needs the placeholder 'year'"):
        i18n.text(lang, "date.q1")
    with pytest.raises(KeyError, match="no message"):
        i18n.text(lang, "count.object")


def test_has():
    assert i18n.has("kk", "zone.red")
    assert not i18n.has("kk", "zone.blue")


def test_label_of_a_list_that_borrows_labels():
    assert i18n.label("ru", "zone-declared", "out of red") == "Вне красной зоны"
    assert i18n.label("en", "zone", "out of red") == "Out of the red zone"
    with pytest.raises(KeyError, match=r"zone\.blue"):
        i18n.label("en", "zone", "blue")


def test_abbreviations_of_plants_do_not_clash():
    for lang in LANGS:
        labels = [i18n.label(lang, "kind", k) for k in ("hydro", "solar", "wind", "chp")]
        assert len(set(labels)) == 4
    assert i18n.label("kk", "kind", "wind") == "Жел ЭС"
    assert i18n.label("kk", "kind", "hydro") == "Су ЭС"


def test_unit():
    assert i18n.unit("kk", "Gcal/h") == "Гкал/сағ"
    assert i18n.unit("ru", "bn KZT") == "млрд ₸"


# --- plural


@pytest.mark.parametrize(
    ("count", "ru", "en"),
    [
        (0, "0 объектов", "0 objects"),
        (1, "1 объект", "1 object"),
        (2, "2 объекта", "2 objects"),
        (5, "5 объектов", "5 objects"),
        (11, "11 объектов", "11 objects"),
        (21, "21 объект", "21 objects"),
        (112, "112 объектов", "112 objects"),
        (2400, f"2{NBSP}400 объектов", "2,400 objects"),
    ],
)
def test_plural(count, ru, en):
    assert i18n.plural("ru", "count.object", count) == ru
    assert i18n.plural("en", "count.object", count) == en
    assert i18n.plural("kk", "count.object", count) == f"{ru.split(' ')[0]} объект"


def test_plural_of_a_missing_or_singular_key():
    for key in ("no.such", "zone.red"):
        with pytest.raises(KeyError, match=f"ru: no plural message '{key}'"):
            i18n.plural("ru", key, 1)


# --- number, quantity


@pytest.mark.parametrize(
    ("value", "digits", "ru", "en"),
    [
        (2400, None, f"2{NBSP}400", "2,400"),
        (356.0, None, "356", "356"),
        (356.3, None, "356,3", "356.3"),
        (356, 1, "356,0", "356.0"),
        (2.25, None, "2,3", "2.3"),  # half up, not half to even
        (2.5, 0, "3", "3"),
        (-1234.5, None, f"\u22121{NBSP}234,5", "\u22121,234.5"),
        (-0.04, None, "0", "0"),
        (1.005, 2, "1,01", "1.01"),
        (Decimal("13588.0"), None, f"13{NBSP}588", "13,588"),
        (1e21, 0, NBSP.join(["1", *["000"] * 7]), ",".join(["1", *["000"] * 7])),
        (math.inf, None, "\u221e", "\u221e"),
        (-math.inf, None, "\u2212\u221e", "\u2212\u221e"),
        (math.nan, None, "", ""),
        (None, None, "", ""),
    ],
)
def test_number(value, digits, ru, en):
    assert i18n.number("ru", value, digits) == ru
    assert i18n.number("kk", value, digits) == ru
    assert i18n.number("en", value, digits) == en


def test_number_without_grouping():
    assert i18n.number("ru", 2029, grouping=False) == "2029"


@pytest.mark.parametrize(
    ("value", "unit", "kk", "ru", "en"),
    [
        (356, "bn KZT", "356_млрд ₸", "356_млрд ₸", "356_bn KZT"),
        (2400, "MW", "2_400_МВт", "2_400_МВт", "2,400_MW"),
        ("820", "Gcal/h", "820_Гкал/сағ", "820_Гкал/ч", "820_Gcal/h"),
        (16400, "mn USD", "16_400_млн $", "16_400_млн $", "16,400_mn USD"),
        (88, "percent", "88_%", "88_%", "88%"),
        (">80", "percent", ">80_%", ">80_%", ">80%"),
        ("<40", "percent", "<40_%", "<40_%", "<40%"),
        ("65-70", "percent", "65–70_%", "65–70_%", "65–70%"),
        ("65.50-70", "km", "65,50–70_км", "65,50–70_км", "65.50–70_km"),
        ("-25", "percent", "\u221225_%", "\u221225_%", "\u221225%"),
        (51.12834, "deg", "51,1283°", "51,1283°", "51.1283°"),
        (54, "deg", "54°", "54°", "54°"),
        ("2029", "year", "2029", "2029", "2029"),
        (2028.0, "year", "2028", "2028", "2028"),
        (82, "count", "82", "82", "82"),
        (61, "years", "61 жыл", "61 год", "61 years"),
        (15, "years", "15 жыл", "15 лет", "15 years"),
        (1.5, "years", "1,5 жыл", "1,5 года", "1.5 years"),
        (-2, "years", "\u22122 жыл", "\u22122 года", "\u22122 years"),
        (">50", "years", ">50 жыл", ">50 лет", ">50 years"),
        ("10-15", "years", "10–15 жыл", "10–15 лет", "10–15 years"),
        ("undecided", "MW", "undecided", "undecided", "undecided"),
        (None, "MW", "", "", ""),
        (math.nan, "year", "", "", ""),
    ],
)
def test_quantity(value, unit, kk, ru, en):
    wanted = {"kk": kk, "ru": ru, "en": en}
    for lang in LANGS:
        assert i18n.quantity(lang, value, unit) == wanted[lang].replace("_", NBSP)


def test_quantity_with_fixed_digits():
    assert i18n.quantity("ru", 356, "bn KZT", 1) == f"356,0{NBSP}млрд ₸"


def test_quantity_of_an_unknown_unit():
    with pytest.raises(KeyError, match=r"unit\.parsec"):
        i18n.quantity("en", 1, "parsec")


# --- date


@pytest.mark.parametrize(
    ("iso", "kk", "ru", "en"),
    [
        ("2026-04-08", "08.04.2026", "08.04.2026", "8 Apr 2026"),
        (date(2026, 4, 8), "08.04.2026", "08.04.2026", "8 Apr 2026"),
        ("2026-02", "2026 ж. ақпан", "февраль 2026", "February 2026"),
        ("2029-Q1", "2029 ж. I тоқсан", "I кв. 2029", "Q1 2029"),
        ("2029-Q4", "2029 ж. IV тоқсан", "IV кв. 2029", "Q4 2029"),
        ("2029-H2", "2029 ж. II жартыжылдық", "II полугодие 2029", "H2 2029"),
        ("2027", "2027", "2027", "2027"),
    ],
)
def test_date(iso, kk, ru, en):
    assert [i18n.date(lang, iso) for lang in LANGS] == [kk, ru, en]


def test_long_date():
    wanted = ["2026 ж. 8 сәуір", "8 апреля 2026 г.", "8 April 2026"]
    assert [i18n.date(lang, "2026-04-08", "long") for lang in LANGS] == wanted


@pytest.mark.parametrize("odd", ["soon", "2026-13", "2026-02-30", "2029-H3", "0000-01", "08.04.26"])
@pytest.mark.parametrize("lang", LANGS)
def test_date_gives_odd_text_back(lang, odd):
    assert i18n.date(lang, odd) == odd


def test_date_of_nothing():
    assert i18n.date("ru", None) == ""
    assert i18n.date("ru", math.nan) == ""


# --- value


@pytest.mark.parametrize(
    ("raw", "kinds", "wanted"),
    [
        (240.0, {"type": "number", "unit": "MW"}, f"240{NBSP}МВт"),
        ("1320", {"type": "integer", "unit": "count"}, f"1{NBSP}320"),
        (">80", {"type": "bound", "unit": "percent"}, f">80{NBSP}%"),
        ("2029-Q1", {"type": "date"}, "I кв. 2029"),
        ("design", {"type": "code", "vocabulary": "status"}, "Проектирование"),
        ("out of red", {"type": "code", "vocabulary": "zone-declared"}, "Вне красной зоны"),
        ("not a code", {"type": "code", "vocabulary": "status"}, "not a code"),
        ("behind", {"type": "text"}, "behind"),
        ("a;b", {"type": "refs", "vocabulary": "projects"}, "a;b"),
        (None, {"type": "number", "unit": "MW"}, ""),
        (math.nan, {"type": "code", "vocabulary": "status"}, ""),
    ],
)
def test_value(raw, kinds, wanted):
    assert i18n.value("ru", raw, **kinds) == wanted


# --- name


def test_name_falls_back_to_russian_english_kazakh():
    row = {"name_kk": "Қ", "name_ru": "Р", "name_en": "E"}
    assert [i18n.name(lang, row) for lang in LANGS] == ["Қ", "Р", "E"]
    assert i18n.name("kk", {**row, "name_kk": math.nan}) == "Р"
    assert i18n.name("en", {**row, "name_en": " "}) == "Р"
    assert i18n.name("kk", {"name_kk": "", "name_ru": None, "name_en": "E"}) == "E"
    assert i18n.name("en", {"name_kk": "Қ"}) == "Қ"
    assert i18n.name("en", {}) == ""


# --- pick_language


@pytest.mark.parametrize(
    ("header", "wanted"),
    [
        ("ru-RU,ru;q=0.9,en;q=0.8", "ru"),
        ("de-DE,en;q=0.5,kk;q=0.7", "kk"),
        ("en;q=0,ru;q=0.1", "ru"),
        ("kk_KZ.UTF-8", "kk"),
        ("EN", "en"),
        ("C", "kk"),
        ("*", "kk"),
        ("", "kk"),
        (None, "kk"),
        (";;q=,,", "kk"),
    ],
)
def test_pick_language(header, wanted):
    assert i18n.pick_language(header) == wanted
    assert type(i18n.pick_language(header)) is str


def test_pick_language_of_a_command_line():
    assert i18n.pick_language("C.UTF-8", default="en") == "en"


# --- problems


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("code", PROBLEM_CODES)
def test_problem_says_everything_that_it_knows(lang, code):
    expected = i18n.problem_params(code)
    assert expected <= SENTINELS.keys()
    params = {name: SENTINELS[name] for name in expected}
    problem = Problem(code, "sites.csv", 17, "column-word", "value-word", params)
    what, fix = i18n.problem_parts(lang, problem)
    said = f"{what}; {fix}"
    for name in expected:
        shown = params[name]
        if isinstance(shown, float):
            shown = i18n.number(lang, shown, grouping=False)
        assert shown in said, f"{name} is not in: {said}"
    fields = {n for p in ("what", "fix") for n in _placeholders(lang, f"problem.{code}.{p}")}
    assert ("value-word" in said) == ("value" in fields)
    assert ("column-word" in said) == ("column" in fields)
    assert "{" not in said
    assert "\u2013." not in said.replace(" ", "")
    for phrase in (what, fix):
        assert phrase[0] == phrase[0].upper()
        assert phrase[-1] not in ".;:"
    line = i18n.problem_text(lang, problem)
    assert line.startswith("sites.csv:17:column-word: ")
    assert line.endswith(".")
    assert line.removeprefix("sites.csv:17:column-word: ").casefold() == f"{said}.".casefold()


def _placeholders(lang, key):
    message = catalogue(lang).translations.gettext(key)
    return {name for _, name, _, _ in Formatter().parse(message) if name}


def test_problem_text():
    problem = Problem("not-a-number", "plants.csv", 3, "lat", "abc")
    assert i18n.problem_text("en", problem) == (
        "plants.csv:3:lat: not a number: abc; enter a number without units or words."
    )


def test_problem_text_where_the_place_is_not_a_cell():
    assert i18n.problem_text("en", Problem("missing-crs", "a.zip")).startswith("a.zip: the file")
    whole_row = Problem("bad-geometry", "a.zip", 5)
    assert i18n.problem_text("en", whole_row).startswith("a.zip:5:-: the geometry")
    whole_column = Problem("unknown-code", "a.csv", None, "kind", "x")
    assert i18n.problem_text("en", whole_column).startswith("a.csv:-:kind: unknown code")


def test_problem_text_is_one_line_and_leaves_braces_alone():
    problem = Problem("not-a-number", "a.csv", 3, "lat", "{0}\nnext")
    assert i18n.problem_text("en", problem).startswith("a.csv:3:lat: not a number: {0} next;")


def test_problem_without_its_words_has_a_dash():
    for params in ({}, {"nearest": ""}, {"nearest": None}):
        problem = Problem("unknown-code", "a.csv", 2, "kind", "x", params)
        assert i18n.problem_parts("en", problem)[1] == "Choose from the list, nearest: \u2013"


def test_problem_of_an_unknown_code():
    with pytest.raises(KeyError, match=r"en: no message 'problem\.no-such\.what'"):
        i18n.problem_text("en", Problem("no-such", "a.csv"))


# --- search_key


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("оскемен", "Өскемен"),
        ("кызылорда", "Қызылорда"),
        ("кокшетау жэо", "Көкшетау ЖЭО"),
        ("ужет", "Үжет"),
        ("узынагаш", "Ұзынағаш"),
        ("кушик", "Күшік"),
        ("агадыр", "Ағадыр"),
        ("жахан", "Жаһан"),
        ("анши", "Әңші"),
        ("елка", "ёлка"),
        ("тэц 3", "ТЭЦ-3"),
        ("тэц 3", "«ТЭЦ»\u00a0\u2013\u00a03"),
        ("cafe", "Café"),
        ("самрук энерго", '  "Самрук-Энерго" '),
    ],
)
def test_search_key_finds_kazakh_typed_on_a_russian_keyboard(typed, written):
    assert i18n.search_key(typed) == i18n.search_key(written)


def test_search_key_keeps_short_i():
    assert i18n.search_key("Байтерек") == "байтерек"
    assert i18n.search_key("И\u0306од") == "йод"
    assert i18n.search_key("май") != i18n.search_key("маи")


def test_search_key_of_nothing():
    assert i18n.search_key("") == ""
    assert i18n.search_key(" - «» ") == ""


@pytest.mark.parametrize(
    ("value", "printed"), [(79.25, "79.3"), (0.05, "0.1"), (-1.25, "-1.3"), (3665.1, "3665.1")]
)
def test_tenths_are_rounded_half_up_as_every_printed_number(value, printed):
    assert i18n.tenths(value) == printed
    assert i18n.number("en", value, digits=1, grouping=False) == printed.replace("-", "\u2212")
