"""The projects page without a browser."""

import pytest

LANGS = ("kk", "ru", "en")
TITLES = {"kk": "Жобалар: ", "ru": "Проекты: ", "en": "Projects: "}


@pytest.fixture
def projects(open_page):
    return lambda query: open_page(query, page="projects")


@pytest.mark.parametrize("lang", LANGS)
def test_the_register_opens_in_each_language(projects, lang):
    page = projects(f"lang={lang}&at=2026-04-08")
    assert f"{TITLES[lang]}50" in page.part("table-title")
    assert len(page.at.dataframe[0].value) == 50
    assert page.address == {"lang": lang, "at": "2026-04-08"}


def test_the_register_shows_status_money_slip_and_parents(projects):
    page = projects("lang=en&at=2026-04-08")
    table = page.at.dataframe[0].value
    row = table.loc["kokshetau-chp-newbuild"]
    assert row["project"] == "Kokshetau CHP construction"
    assert row["status"] == "Construction"
    assert row["cost"] == 356
    assert row["slip"] == 15
    assert row["due"] == "Q1 2029"
    assert "SEPCO1" in row["contractor"]
    assert (table["part_of"] != "").sum() > 0
    assert {"Slip, months", "Part of", "Funding"} <= set(page.headers)
    assert any("bn KZT" in header for header in page.headers)


def test_a_child_names_its_parent(projects, data):
    table = projects("lang=en&at=2026-11-22").at.dataframe[0].value
    parents = data.projects["parent_id"]
    for child, parent in parents[parents != ""].items():
        assert table.loc[child, "part_of"] == data.projects.loc[parent, "name_en"]


def test_a_line_that_was_chosen_elsewhere_has_its_card(projects, data):
    line = next(iter(data.rows["backbone"]))
    page = projects(f"lang=en&at=2026-11-22&sel={line}")
    assert data.rows["backbone"][line]["name_en"] in page.card


def test_what_is_not_on_the_map_is_listed_with_its_number(projects, data):
    page = projects("lang=en&at=2026-04-08")
    off = data.projects[data.projects["plant_id"] == ""]
    listed = page.part("off-map")
    assert f"Projects not on the map: {len(off)}" in listed
    assert all(name in listed for name in off["name_en"])


def test_the_register_follows_the_view(projects):
    page = projects("lang=ru&at=2026-03-01&zone=red&kind=chp")
    assert len(page.at.dataframe[0].value) == 2
    assert page.tiles["Проекты"] == "2 из 50"
    page.box("w-zone-red").uncheck()
    page.run()
    assert "zone" not in page.address
    assert len(page.at.dataframe[0].value) > 2


@pytest.mark.parametrize(
    ("sort", "column", "down"),
    [("cost", "cost", False), ("-cost", "cost", True), ("-slip", "slip", True)],
)
def test_the_register_sorts_by_the_address(projects, sort, column, down):
    page = projects(f"lang=en&at=2026-04-08&sort={sort}")
    values = page.at.dataframe[0].value[column].dropna().tolist()
    assert values == sorted(values, reverse=down)
    assert len(set(values)) > 2
    assert page.at.dataframe[0].value[column].isna().iloc[-1]  # what is not known comes last


def test_the_register_sorts_names_as_the_language_does(projects):
    page = projects("lang=kk&at=2026-04-08&sort=name")
    names = page.at.dataframe[0].value["project"].tolist()
    assert names[0].startswith("А")
    assert page.at.selectbox(key="w-sort").value == "name"
    page.at.selectbox(key="w-sort").set_value("-name")
    page.run()
    assert page.address["sort"] == "-name"
    assert page.at.dataframe[0].value["project"].tolist() == names[::-1]


def test_the_selected_project_has_its_card(projects):
    page = projects("lang=en&at=2026-04-08&sel=kokshetau-chp-newbuild")
    assert "Kokshetau CHP construction" in page.card
    # children of a programme are linked from its card
    programme = projects("lang=en&at=2026-04-08").card
    assert programme


def test_the_three_pages_keep_one_view(open_page):
    page = open_page("lang=ru&at=2026-03-01&zone=red&map=50,70,6")
    for name in ("projects", "sources", "map"):
        page.turn(name)
        assert page.address == {"lang": "ru", "at": "2026-03-01", "zone": "red", "map": "50,70,6"}
        links = {link.proto.query_string for link in page.at.get("page_link")}
        assert len(links) == 1
        assert "zone=red" in links.pop()
