"""Two prints beside the pictures in `tests/baseline`; a difference is kept beside the result.

A change that is meant: copy the new picture over the old one, after looking at both.
"""

from dataclasses import replace
from pathlib import Path

import pytest
from matplotlib.testing.compare import compare_images
from sheets import make_base, make_scene, make_site

from meks_geo import papers, printmap
from meks_geo.closeups import CloseUp
from meks_geo.standouts import Column, Table

BASELINE = Path(__file__).with_name("baseline")
TOLERANCE = 1.0  # root of the mean square, of 255
COLUMNS = (
    Column("Нысан", wide=True),
    Column("Өңір", spare=1),
    Column("Тозу", number=True),
)
ROWS = tuple((f"Қарағанды ЖЭО-{n}", "Қарағанды", f"{91 - n} %") for n in range(12))


@pytest.fixture(scope="module")
def scene():
    crowd = tuple(
        make_site(100 + n, lat=48.0 + n * 0.07, lon=70.0 + n * 0.15, status="") for n in range(6)
    )
    plain = make_scene()
    return replace(
        plain,
        sites=(*plain.sites, *crowd),
        link="http://map.example/?lang=kk&at=2026-04-08&rev=4f1c9ae2",
        top=(Table("Ең жоғары тозу", COLUMNS, ROWS, 30), Table("Құны", COLUMNS, ROWS, 12)),
        close_ups=(CloseUp("Екібастұз \u2013 Ақсу", (47.9, 69.9, 48.5, 71.1)),),
    )


@pytest.mark.parametrize("turn", papers.ORIENTATIONS)
def test_a_print_looks_as_it_did(scene, tmp_path, turn):
    found = tmp_path / f"{turn}.png"
    found.write_bytes(printmap.draw(scene, make_base(), papers.paper("a4", turn), dpi=60))
    expected = BASELINE / f"print-{turn}.png"
    assert compare_images(str(expected), str(found), TOLERANCE) is None
