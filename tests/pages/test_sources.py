"""The sources page without a browser."""

import pytest


@pytest.fixture
def sources(open_page):
    return lambda query: open_page(query, page="sources")


@pytest.mark.parametrize(("lang", "title"), [("kk", "Дереккөздер: "), ("ru", "Источники: "), ("en", "Sources: ")])
def test_every_source_is_listed_in_each_language(sources, data, lang, title):
    page = sources(f"lang={lang}&at=2026-11-22")
    table = page.at.dataframe[0].value
    assert set(table.index) == set(data.sources)
    assert f"{title}{len(data.sources)}" in page.part("table-title")


def test_what_rests_on_a_source_is_counted(sources, data):
    table = sources("lang=en&at=2026-11-22").at.dataframe[0].value
    claims = sum(len(c) for named in data.claims.values() for c in named.values())
    assert table["statements"].sum() == claims + len(data.indicators) + len(data.kpis)
    assert table["statements"].is_monotonic_decreasing


def test_in_view_follows_the_filter(sources):
    everything = sources("lang=en&at=2026-03-01").at.dataframe[0].value["in_view"].sum()
    red = sources("lang=en&at=2026-03-01&zone=red&kind=chp").at.dataframe[0].value["in_view"].sum()
    assert 0 < red < everything


def test_a_source_has_its_age_and_its_address(sources, data):
    table = sources("lang=en&at=2026-11-22").at.dataframe[0].value
    dated = [i for i, s in data.sources.items() if s.date]
    assert table.loc[dated, "age"].notna().all()
    assert table["url"].tolist() == [data.sources[i].url for i in table.index]
