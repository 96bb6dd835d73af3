"""The code on paper: the modules of the norm, on whole dots, with paper around it."""

import numpy as np
import pytest
import segno
from matplotlib.colors import to_rgb

from meks_geo import printqr
from meks_geo.printsheet import A4_LANDSCAPE, Box, Sheet
from meks_geo.style import load

LINK = "http://map.example/?lang=kk&at=2026-04-08&region=KZ-55&rev=4f1c9ae2b7d0"


@pytest.mark.parametrize("dpi", [100, 300])
def test_every_module_is_as_dark_on_paper_as_in_the_code(dpi):
    sheet = Sheet(A4_LANDSCAPE, dpi)
    place = printqr.put_qr(sheet, LINK, Box(200, 100, 221, 121))
    sheet.to_bytes()
    dots = np.asarray(sheet._canvas.buffer_rgba())[..., 0]
    modules = np.array([list(row) for row in segno.make(LINK, error="l").matrix])
    count = len(modules)
    across = (np.arange(count) + 0.5) / count
    x = (place.left + place.width * across) / 297 * dots.shape[1]
    y = (place.top + place.height * across) / 210 * dots.shape[0]
    seen = dots[np.ix_(y.astype(int), x.astype(int))]
    ink = round(to_rgb(load().palette.ink)[0] * 255)
    assert set(np.unique(seen)) == {ink, 255}
    assert ((seen == ink) == modules.astype(bool)).all()


def test_no_dot_of_the_code_is_blurred():
    sheet = Sheet(A4_LANDSCAPE, 300)
    place = printqr.put_qr(sheet, LINK, Box(200.3, 100.7, 221.3, 121.7))
    sheet.to_bytes()
    dots = np.asarray(sheet._canvas.buffer_rgba())[..., 0]
    rows = slice(int(place.top / 210 * 2480) - 2, int(place.bottom / 210 * 2480) + 2)
    columns = slice(int(place.left / 297 * 3508) - 2, int(place.right / 297 * 3508) + 2)
    assert len(np.unique(dots[rows, columns])) == 2


@pytest.mark.parametrize("live", [False, True])
def test_the_code_stays_in_its_box(live):
    box = Box(200, 100, 221, 121)
    place = printqr.put_qr(Sheet(A4_LANDSCAPE, 72, live_text=live), LINK, box)
    assert not live or place == box
    assert box.left <= place.left < place.right <= box.right
    assert box.top <= place.top < place.bottom <= box.bottom


@pytest.mark.parametrize("link", ["", "http://map.example/?q=" + "я" * 700])
def test_no_address_or_one_too_long_gives_no_code(link):
    assert printqr.side_mm(link, 21.0) == 0.0
    assert printqr.put_qr(Sheet(A4_LANDSCAPE, 72), link, Box(0, 0, 21, 21)) is None
