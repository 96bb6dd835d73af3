"""Names of the sheets of a workbook that hold no rows of a table."""

from meks_geo import i18n
from meks_geo.vocabulary import Lang

#: Sheets that the template and the referee's copy add; a reader leaves them out.
HELPER_SHEETS = ("about", "lists", "verdict")


def helper_names() -> frozenset[str]:
    """Return the names of the helper sheets, case folded: codes and those of every language."""
    shown = {i18n.text(lang, f"sheet.{sheet}") for lang in Lang for sheet in HELPER_SHEETS}
    return frozenset(name.casefold() for name in {*shown, *HELPER_SHEETS})
