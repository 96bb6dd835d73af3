"""A view is a value: its codec gives back what it was given, and never fails."""

from datetime import date
from urllib.parse import quote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from meks_geo import view as views
from meks_geo.view import FILTER_KEYS, FIRST_DAY, LAST_DAY, Place, Span, View, decode, encode
from meks_geo.vocabulary import (
    COUNTRY,
    REGIONS,
    UNKNOWN,
    Funding,
    Kind,
    Lang,
    Layer,
    Provenance,
    Sector,
    Status,
    Theme,
    Zone,
)

TODAY = date(2026, 11, 21)
KEYS = (
    "lang", "at", "rev", "layers", "fill", "region", "city", "sector", "kind", "status", "funding",
    "zone", "wear", "year", "provenance", "q", "sel", "map", "sort", "plan", "present", "theme",
)  # fmt: skip


def some(*codes, least=0):
    return st.lists(st.sampled_from(codes), unique=True, min_size=least).map(tuple)


def to_four_digits(low, high):
    return st.integers(low * 10_000, high * 10_000).map(lambda n: n / 10_000)


IDS = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9-]{0,30}", fullmatch=True)
LIMITS = st.one_of(st.none(), to_four_digits(0, 9999))
SPANS = st.one_of(
    st.none(),
    st.just(Span(unknown=True)),
    st.tuples(LIMITS, LIMITS)
    .filter(lambda ends: ends != (None, None))
    .map(lambda ends: Span(*sorted(ends) if None not in ends else ends)),
)
TEXTS = st.text(max_size=200).map(
    lambda t: " ".join("".join(c if c.isprintable() else " " for c in t).split())
)
VIEWS = st.builds(
    View,
    lang=st.sampled_from(Lang),
    at=st.dates(FIRST_DAY, LAST_DAY),
    rev=st.from_regex(r"([0-9a-f]{6,64})?", fullmatch=True),
    layers=some(*Layer, least=1),
    fill=st.sampled_from([*Sector, "none"]),
    region=some(COUNTRY, *REGIONS),
    city=st.lists(IDS, unique=True, max_size=4).map(tuple),
    sector=some(*Sector, UNKNOWN),
    kind=some(*Kind, UNKNOWN),
    status=some(*Status, UNKNOWN),
    funding=some(*Funding),
    zone=some(*Zone),
    wear=SPANS,
    year=SPANS,
    provenance=some(*Provenance, least=1),
    q=TEXTS,
    sel=st.one_of(st.just(""), IDS),
    map=st.one_of(
        st.none(),
        st.builds(Place, to_four_digits(-90, 90), to_four_digits(-180, 180), to_four_digits(0, 22)),
    ),
    sort=st.from_regex(r"(-?[a-z][a-z0-9_]{0,39})?", fullmatch=True),
    plan=st.one_of(st.just(""), IDS),
    present=st.booleans(),
    theme=st.sampled_from(Theme),
)
VALUES = st.one_of(
    st.text(max_size=30),
    st.sampled_from(["unknown", "none", "1", "2026-2029", "-2028", "60-", "51,76,5", "red,blue"]),
)
QUERIES = st.one_of(
    st.text(max_size=80),
    st.lists(st.tuples(st.sampled_from([*KEYS, "colour"]), VALUES), max_size=6).map(
        lambda pairs: "&".join(f"{k}={quote(v, safe=',', errors='replace')}" for k, v in pairs)
    ),
)


@given(VIEWS)
def test_a_view_survives_its_address(view):
    found, dropped = decode(encode(view), today=TODAY)
    assert found == view
    assert dropped == ()


@given(VIEWS)
def test_keys_are_those_of_the_design_and_lang_and_at_are_always_written(view):
    params = views.to_params(view)
    assert list(params) == [key for key in KEYS if key in params]
    assert {"lang", "at"} <= params.keys()
    assert decode(params, today=TODAY)[0] == view


@given(QUERIES)
@example("map=-0.00001,0,0")
@example("q=%ED%A0%80&year=２０２６&at=0000-00-00&=&kind")
@example("wear=60-60.00001&year=9999999-1")
def test_decoding_never_raises_and_its_address_is_stable(query):
    view, _ = decode(query, today=TODAY)
    address = encode(view)
    again, dropped = decode(address, today=date(2000, 1, 1))
    assert encode(again) == address
    assert dropped == ()


@given(st.dictionaries(st.one_of(st.sampled_from(KEYS), st.text(max_size=5)), VALUES, max_size=5))
def test_decoding_a_mapping_never_raises(params):
    view, dropped = decode(params, today=TODAY)
    assert view.lang in tuple(Lang)
    assert len([d for d in dropped if "=" not in d]) == 0


def test_each_fault_is_dropped_alone_and_reported():
    query = (
        "kind=chp,xyz&colour=red&year=2029-2026&map=1,2&at=2026-13-01&lang=de&sel=a_b&wear=-"
        "&zone=purple,red&present=0&theme=dark&rev=XYZ&sort=1&region=KZ-99,KZ-55"
    )
    view, dropped = decode(query, today=TODAY, lang="ru")
    assert set(dropped) == {
        "kind=xyz", "colour=red", "year=2029-2026", "map=1,2", "at=2026-13-01", "lang=de",
        "sel=a_b", "wear=-", "zone=purple", "present=0", "theme=dark", "rev=XYZ", "sort=1",
        "region=KZ-99",
    }  # fmt: skip
    wanted = View(lang="ru", at=TODAY, kind=("chp",), zone=("red",), region=("KZ-55",))
    assert view == wanted


def test_a_key_given_twice_loses_nothing_silently():
    view, dropped = decode("kind=chp&kind=hydro", today=TODAY)
    kept = {*view.kind, *(d.removeprefix("kind=") for d in dropped)}
    assert kept == {"chp", "hydro"}


@pytest.mark.parametrize(
    ("query", "key", "value"),
    [
        ("year=2026-2029", "year", Span(2026, 2029)),
        ("year=-2028", "year", Span(None, 2028)),
        ("year=2027", "year", Span(2027, 2027)),
        ("wear=60-", "wear", Span(60, None)),
        ("wear=40-60", "wear", Span(40, 60)),
        ("wear=57.5-60", "wear", Span(57.5, 60)),
        ("wear=unknown", "wear", Span(unknown=True)),
        ("map=48.5,67.25,5.5", "map", Place(48.5, 67.25, 5.5)),
        ("?present=1", "present", True),
        ("q=%D0%AD%D0%BA%D0%B8%20%20%D0%B1%00%26", "q", "Эки б &"),
        ("kind=hydro,chp,hydro", "kind", ("hydro", "chp")),
    ],
)
def test_forms_of_the_design(query, key, value):
    view, dropped = decode(query, today=TODAY)
    assert getattr(view, key) == value
    assert dropped == ()


@pytest.mark.parametrize(
    "text", ["91,0,5", "0,181,5", "0,0,23", "nan,0,5", "inf,0,5", "1,2,3,4", "a,b,c", ""]
)
def test_a_place_off_the_earth_is_no_place(text):
    assert decode(f"map={text}", today=TODAY)[0].map is None


def test_without_keys_it_is_today_in_the_readers_language_and_nothing_synthetic():
    view, dropped = decode("", today=TODAY, lang="en")
    assert (view.lang, view.at, dropped) == ("en", TODAY, ())
    assert set(view.provenance) == {"official", "press", "schematic"}
    assert decode("", today=TODAY)[0].lang == "kk"
    assert encode(view) == "lang=en&at=2026-11-21"


def test_a_long_search_text_is_cut_and_the_rest_reported():
    view, dropped = decode(f"q={'а' * 5000}", today=TODAY)
    assert 0 < len(view.q) < 5000
    assert len(view.q) + len(dropped[0].removeprefix("q=")) == 5000


@given(VIEWS)
def test_switching_the_filters_off_keeps_the_rest(view):
    plain = view.without_filters()
    assert plain.filters_on() == ()
    assert {k: getattr(plain, k) for k in KEYS if k not in FILTER_KEYS} == {
        k: getattr(view, k) for k in KEYS if k not in FILTER_KEYS
    }
