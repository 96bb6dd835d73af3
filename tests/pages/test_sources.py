"""The sources page without a browser."""

from collections import Counter
from datetime import date

import pytest

from meks_geo.dates import parse


@pytest.fixture
def sources(open_page):
    return lambda query: open_page(query, page="sources")


@pytest.fixture
def resting(data):
    """How many statements of the day, and positions, rest on each source, told anew."""

    def count(day):
        rows = [*data.indicators.itertuples(), *data.kpis.itertuples()]
        said = [(row.source_id, parse(row.stated_on)) for row in rows]
        for named in data.claims.values():
            said += [(c.source, c.stated_on) for claims in named.values() for c in claims]
        known = {s.id for s in data.sources.values() if not s.date or parse(s.date).first <= day}
        positions = [one for one in data.plants["location_source_id"] if one in known]
        return Counter([source for source, on in said if on.last <= day] + positions)

    return count


@pytest.mark.parametrize(
    ("lang", "title"), [("kk", "Дереккөздер: "), ("ru", "Источники: "), ("en", "Sources: ")]
)
def test_the_sources_are_listed_in_each_language(sources, resting, lang, title):
    page = sources(f"lang={lang}&at=2026-11-22")
    table = page.at.dataframe[0].value
    assert set(resting(date(2026, 11, 22))) <= set(table.index)
    assert f"{title}{len(table)}" in page.part("table-title")
    assert page.address == {"lang": lang, "at": "2026-11-22"}


@pytest.mark.parametrize("day", [date(2026, 11, 22), date(2024, 1, 15)])
def test_what_rests_on_a_source_is_counted_as_of_the_day(sources, resting, day):
    table = sources(f"lang=en&at={day}").at.dataframe[0].value
    listed = table["statements"]
    assert listed[listed > 0].to_dict() == resting(day)
    assert listed.is_monotonic_decreasing


def test_in_view_follows_the_filter(sources):
    everything = sources("lang=en&at=2026-03-01").at.dataframe[0].value["in_view"].sum()
    red = sources("lang=en&at=2026-03-01&zone=red&kind=chp").at.dataframe[0].value["in_view"].sum()
    assert 0 < red < everything


def test_a_source_has_its_age_and_its_address(sources, data):
    table = sources("lang=en&at=2026-11-22").at.dataframe[0].value
    dated = [one for one in table.index if data.sources[one].date]
    assert table.loc[dated, "age"].notna().all()
    assert table["url"].tolist() == [data.sources[one].url for one in table.index]
