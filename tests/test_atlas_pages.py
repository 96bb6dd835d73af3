"""A deck of views as PDF: a wide page each, with title, notes, map and link."""

import io
from dataclasses import replace
from datetime import date

import pytest
from pypdf import PdfReader

from meks_geo import wording
from meks_geo.exports import pages
from meks_geo.view import View

VIEW = View(lang="kk", at=date(2026, 6, 1), region=("KZ-71",))
EARLIER = View(lang="kk", at=date(2025, 1, 1), region=("KZ-71",))
STAMP = "Қызмет бабында пайдалану үшін"
NOTES = "Бірінші абзац: ұзақ сөздер.\n\nЕкінші абзац."


@pytest.fixture(scope="module")
def pdf(data):
    views = (("Үш ЖЭО: не уәде етілді", NOTES, EARLIER), ("", "", VIEW))
    return pages.write(data, views, stamp=STAMP)


@pytest.fixture(scope="module")
def read(pdf):
    return PdfReader(io.BytesIO(pdf))


def test_each_view_has_a_wide_page(read):
    assert len(read.pages) == 2
    for page in read.pages:
        assert float(page.mediabox.width) / float(page.mediabox.height) == pytest.approx(
            16 / 9, 1e-3
        )


def test_a_page_is_called_by_its_title_else_by_its_filter(read, data):
    first, second = (page.extract_text() for page in read.pages)
    assert "Үш ЖЭО: не уәде етілді" in first
    assert wording.title(data, VIEW) in second


def test_a_page_says_its_day_its_number_its_stamp_and_its_sources(read, data):
    for number, (page, day) in enumerate(
        zip(read.pages, ("01.01.2025", "01.06.2026"), strict=True), start=1
    ):
        text = page.extract_text()
        assert day in text
        assert f"{number} / 2" in text
        assert STAMP in text
        assert data.revision[:8] in text
        assert "PyPSA-KZ" in text


def test_notes_stand_on_their_page_only(read):
    first, second = (page.extract_text() for page in read.pages)
    assert "Бірінші абзац: ұзақ сөздер." in first
    assert "Екінші абзац." in first
    assert "абзац" not in second


def test_a_page_opens_its_view(read, data):
    for page, day in zip(read.pages, ("2025-01-01", "2026-06-01"), strict=True):
        links = {note.get_object()["/A"]["/URI"] for note in page["/Annots"]}
        assert all(f"at={day}" in one and data.revision in one for one in links)


def test_the_file_says_what_it_is_without_date_or_program(read, data):
    about = read.metadata
    assert "Үш ЖЭО" in about["/Title"]
    assert data.revision in about["/Keywords"]
    assert not {"/CreationDate", "/Producer", "/Creator"} & set(about)


def test_very_long_notes_leave_room_for_the_legend(data):
    long = "Ұзақ жазба сөздері. " * 4000
    made = pages.write(data, (("Атау", long, VIEW),))
    assert made == pages.write(data, (("Атау", long, VIEW),))
    (page,) = PdfReader(io.BytesIO(made)).pages
    text = page.extract_text()
    assert "…" in text
    assert "ЖЭО" in text


def test_a_town_that_the_revision_does_not_hold_is_left_out(data):
    elsewhere = replace(VIEW, city=("nowhere",))
    assert pages.write(data, (("", "", elsewhere),)) == pages.write(data, (("", "", VIEW),))


def test_work_that_is_called_off_ends(data):
    def stop(step, share):
        raise InterruptedError

    with pytest.raises(InterruptedError):
        pages.write(data, (("", "", VIEW),), progress=stop)


def test_a_deck_of_nothing_is_refused(data):
    with pytest.raises(ValueError, match="one view"):
        pages.write(data, ())
