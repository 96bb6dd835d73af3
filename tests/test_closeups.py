"""Dense places: where three objects or more lie together, and nowhere else."""

import pytest

from meks_geo import closeups

ASTANA = [(51.20, 71.43), (51.19, 71.51), (51.18, 71.45)]


@pytest.mark.parametrize(("lang", "title"), [("kk", "Астана"), ("ru", "Астана"), ("en", "Astana")])
def test_three_objects_make_a_dense_place(data, lang, title):
    (place,) = closeups.around(data, lang, ASTANA)
    assert place.title == title
    south, west, north, east = place.bounds
    assert all(south < lat < north and west < lon < east for lat, lon in ASTANA)
    assert north - south < 0.3


def test_two_objects_do_not(data):
    assert closeups.around(data, "kk", ASTANA[:2]) == ()


def test_objects_elsewhere_do_not(data):
    assert closeups.around(data, "kk", [(lat + 1, lon) for lat, lon in ASTANA]) == ()


def test_towns_that_lie_together_are_one_place(data):
    objects = [(51.70, 75.33), (52.28, 76.97), (52.12, 76.88)]
    (place,) = closeups.around(data, "en", objects)
    assert place.title == "Ekibastuz \u2013 Pavlodar \u2013 Aksu"
