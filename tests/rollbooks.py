"""Registers of the programme for tests: a workbook by hand, and its way through the door."""

import shutil
from datetime import date
from functools import cache

import intakes
import xlsxwriter

from meks_geo.intake import door
from meks_geo.store import Store

TODAY = date(2026, 11, 22)
SAID = {"stated_on": "2026-03-01", "source_title": "A list", "source_url": "https://example.org/l"}

CONTRACTORS = (
    {
        "contractor_id": "builder",
        "name_ru": "ТОО «Строитель»",
        "name_kk": "«Құрылысшы» ЖШС",
        "bin": "012345678901",
        "region": "KZ-55",
        "sector": "heat",
        "specialisation": "Тепловые сети",
        "lat": 52.28,
        "lon": 76.96,
        **SAID,
    },
    {"contractor_id": "everywhere", "name_ru": "По всей стране", "region": "KZ", **SAID},
    {"contractor_id": "later", "name_ru": "Позже", "region": "KZ-10", "stated_on": "2026-09-01"},
    {
        "contractor_id": "made-up",
        "name_ru": "Демо",
        "region": "KZ-55",
        "provenance": "synthetic",
        "stated_on": "2026-02-15",
    },
)
MANUFACTURERS = (
    {
        "manufacturer_id": "works",
        "name_ru": "Трубный завод",
        "region": "KZ-55",
        "sector": "heat",
        **SAID,
    },
)
PRODUCTS = (
    {
        "product_id": "pipe",
        "name_ru": "Трубы",
        "manufacturer_id": "works",
        "product_code": "24.20.13",
        "localisation_percent": 62.5,
        **SAID,
    },
    {
        "product_id": "wanted",
        "name_ru": "Нужно",
        "name_en": "<b>Wanted</b>",
        "sector": "water",
        **SAID,
    },
)
#: Two lots of a project, one of which went through three stages.
PROCUREMENT = (
    {
        "procurement_id": "p1",
        "lot": "7-1",
        "procurement_stage": "announced",
        "stage_date": "2026-02-01",
    },
    {
        "procurement_id": "p3",
        "lot": "7-1",
        "procurement_stage": "contract-signed",
        "stage_date": "2026-05-20",
        "contractor_id": "builder",
        "amount_bn_kzt": 0.04,
        "stated_on": "2026-06-01",
    },
    {"procurement_id": "p2", "lot": "7-1", "procurement_stage": "bidding", "stage_date": "2026-02"},
    {
        "procurement_id": "p4",
        "lot": "8",
        "procurement_stage": "planned",
        "stage_date": "2026-01-10",
        "supplier": "Другой",
    },
)


def tables(**changes):
    """The four sheets; a changed one stands in place of its own."""
    bought = [{"project_id": intakes.PROJECT, **SAID, **row} for row in PROCUREMENT]
    made = {"contractors": CONTRACTORS, "manufacturers": MANUFACTURERS, "products": PRODUCTS}
    return {**made, "procurement": bought, **changes}


def write(path, **sheets):
    """Write sheets of rows as a workbook with the names of the columns."""
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            heads = list(dict.fromkeys(head for row in rows for head in row))
            sheet.write_row(0, 0, heads)
            for number, row in enumerate(rows, start=1):
                for place, head in enumerate(heads):
                    if head in row:
                        sheet.write(number, place, row[head])
    return path


@cache
def published(small_home):
    """A folder with the registers above, published once for all tests; they only read it.

    The file lies beside it as `rolls.xlsx`.
    """
    folder = small_home.parent / f"{small_home.name}-rolls"
    shutil.copytree(small_home, folder / "home")
    store = Store(root=folder / "home", var=folder / "home" / "var")
    send(store, write(folder / "rolls.xlsx", **tables()))
    return folder / "home"


def examine(store, path, data=None, today=TODAY):
    """Read and check a file."""
    return door.examine(store, data or store.dataset(), path, today=today)


def propose(store, path, *, day=TODAY, replace=False):
    """Check a file in which nothing is wrong, and compare it with the record."""
    data = store.dataset()
    checked = examine(store, path, data, today=day)
    assert checked.verdict.problems == ()
    return door.propose(store, data, checked, author="Aigul", day=day, replace=replace)


def send(store, path, *, day=TODAY, replace=False, allow_removal=False):
    """Publish a file in which nothing is wrong; returns the entry of the journal."""
    proposal = propose(store, path, day=day, replace=replace)
    return door.publish(store, proposal, note="why", allow_removal=allow_removal)
