"""What an office sets for itself: what is no such setting counts as not set."""

import pytest

from meks_geo import config


@pytest.mark.parametrize(
    ("address", "port", "found"),
    [
        ("", "", "http://localhost:8501"),
        ("", "9000", "http://localhost:9000"),
        ("", " 80 ", "http://localhost:80"),
        ("", "0", "http://localhost:8501"),
        ("", "65536", "http://localhost:8501"),
        ("", "1" * 5000, "http://localhost:8501"),
        ("", "٨٥", "http://localhost:8501"),
        ("", "9000; rm", "http://localhost:8501"),
        ("https://maps.example/", "9000", "https://maps.example"),
        ("javascript:alert(1)", "9000", "http://localhost:9000"),
    ],
)
def test_links_on_paper_lead_to_the_address_that_was_set(monkeypatch, address, port, found):
    monkeypatch.setenv("MEKS_GEO_ADDRESS", address)
    monkeypatch.setenv("PORT", port)
    assert config.address() == found


@pytest.mark.parametrize(
    ("asked", "kept"), [("", 200), ("3", 20), ("500", 500), ("many", 200), ("-1", 200)]
)
def test_the_kept_revisions_are_never_too_few(monkeypatch, asked, kept):
    monkeypatch.setenv("MEKS_GEO_KEEP", asked)
    assert config.keep_revisions() == kept
