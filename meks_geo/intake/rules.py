"""What a cell of the template lets in: lists, limits and forms, with a word of help."""

from xlsxwriter.utility import xl_col_to_name

from meks_geo import i18n
from meks_geo.intake import guide
from meks_geo.model import Column

#: Last row, counted from 0, that the rules cover: the end of a sheet.
LAST_ROW = 1_048_575

_MAX_TITLE, _MAX_MESSAGE = 32, 255
_FIRST = 2  # row of the first cell, as formulas count


def rule(lang: str, column: Column, position: int, source: str) -> dict[str, object]:
    """Return the data validation of a column.

    Parameters
    ----------
    lang
        `kk`, `ru` or `en`.
    column
        Its schema.
    position
        Where it stands on the sheet, from 0.
    source
        Range that its drop-down list offers; "" for none.

    Returns
    -------
    options
        As `xlsxwriter` takes them. Wrong values of lists and numbers are refused when typed; a
        reference may name what is not in the workbook.
    """
    title = i18n.text(lang, f"column.{column.name}")[:_MAX_TITLE]
    options = _test(column, f"{xl_col_to_name(position)}{_FIRST}", source)
    help_text = {"input_title": title, "input_message": _help(lang, column)}
    if column.type == "text" or guide.is_closed(column):
        help_text = {}
    error = {"error_title": title, "error_message": guide.allowed(lang, column)[:_MAX_MESSAGE]}
    return {**options, **help_text, **error}


def _help(lang: str, column: Column) -> str:
    """Return what a column holds, and what it allows while there is room for both."""
    note = guide.describe(lang, column)
    both = f"{note}\n{guide.allowed(lang, column)}"
    return both if len(both) <= _MAX_MESSAGE else note


def _test(column: Column, cell: str, source: str) -> dict[str, object]:
    if source:
        return {"validate": "list", "source": source, "show_error": guide.is_closed(column)}
    if ends := guide.limits(column):
        low, high = ends
        if column.type == "bound":
            number = f"AND(ISNUMBER({cell}),{cell}>={low:g},{cell}<={high:g})"
            return {"validate": "custom", "value": f"=OR(ISTEXT({cell}),{number})"}
        validate = "integer" if column.type == "integer" else "decimal"
        return {"validate": validate, "criteria": "between", "minimum": low, "maximum": high}
    if column.type == "date":
        return {"validate": "custom", "value": _date_test(cell)}
    if column.type == "bin":
        return {"validate": "custom", "value": f"=AND(LEN({cell})=12,ISNUMBER(--{cell}))"}
    if column.type == "id":
        column_cells = f"$A${_FIRST}:$A${LAST_ROW + 1}"
        once = f"COUNTIF({column_cells},{cell})=1"
        return {"validate": "custom", "value": f'=AND({once},ISERROR(FIND(" ",{cell})))'}
    return {"validate": "any"}


def _date_test(cell: str) -> str:
    """Return a formula that tells 2026-04-08, 2026-02, 2029-Q1 and 2029 from other texts."""
    year = f"AND(LEN({cell})=4,ISNUMBER(--{cell}))"
    part = f'AND(LEN({cell})=7,MID({cell},5,1)="-")'
    day = f'AND(LEN({cell})=10,MID({cell},5,1)="-",MID({cell},8,1)="-")'
    return f"=OR({year},{part},{day})"
