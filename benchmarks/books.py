"""Workbooks of made-up rows: the same rows give the same bytes."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import xlsxwriter


def write(path: Path, sheets: Mapping[str, pd.DataFrame], day: str) -> None:
    """Write frames as sheets by name, columns as headers; "" and NaN stay empty cells."""
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False}) as book:
        book.set_properties({"title": "Synthetic sample", "created": pd.Timestamp(day)})
        for name, frame in sheets.items():
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, list(frame.columns))
            for row, cells in enumerate(frame.itertuples(index=False), start=1):
                for column, cell in enumerate(cells):
                    if cell != "" and not (isinstance(cell, float) and np.isnan(cell)):
                        sheet.write(row, column, cell)
            sheet.freeze_panes(1, 1)
