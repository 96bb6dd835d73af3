"""Names of the sheets of a workbook that hold no rows of a table."""

from meks_geo import i18n
from meks_geo.vocabulary import Lang

#: Sheets that the template and the referee's copy add; a reader leaves them out.
HELPER_SHEETS = ("about", "lists", "verdict")
#: Sheets of a saved plan in an exported workbook: they only go out.
PLAN_SHEETS = ("plan_works", "plan_money", "plan_wear", "plan_left_out", "plan_assumptions")


def helper_names() -> frozenset[str]:
    """Return the names of sheets without rows, case folded: codes and those of every language."""
    codes = (*HELPER_SHEETS, *PLAN_SHEETS)
    shown = {i18n.text(lang, f"sheet.{sheet}") for lang in Lang for sheet in codes}
    return frozenset(name.casefold() for name in {*shown, *codes})
