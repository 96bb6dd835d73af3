"""Papers by name and turn, and how fine a picture of them may be."""

import pytest

from meks_geo import papers


@pytest.mark.parametrize("name", papers.PAPERS)
def test_an_upright_sheet_is_the_lying_one_turned(name):
    lying, upright = (papers.paper(name, turn) for turn in papers.ORIENTATIONS)
    assert (lying.width_mm, lying.height_mm) == (upright.height_mm, upright.width_mm)
    assert lying.width_mm > lying.height_mm
    assert lying.scale == upright.scale


def test_another_paper_is_refused():
    with pytest.raises(KeyError):
        papers.paper("a9")


@pytest.mark.parametrize("name", papers.PAPERS)
def test_every_paper_can_be_drawn_at_300_dots_an_inch(name):
    most = papers.most_dpi(papers.paper(name))
    assert most >= 300
    sheet = papers.paper(name)
    assert sheet.width_mm * sheet.height_mm / 25.4**2 * most**2 <= papers.MOST_DOTS


def test_the_largest_paper_cannot_be_drawn_at_600():
    assert papers.most_dpi(papers.paper("a0")) < 600
