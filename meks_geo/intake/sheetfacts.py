"""What is known of a sheet before a reader of workbooks lays it out."""

from dataclasses import dataclass, field


@dataclass
class SheetFacts:
    """What one sheet's XML says.

    Attributes
    ----------
    rows, columns
        Last row and last column that hold a cell, counted from 1.
    special
        Whether any cell is a formula or an error.
    formulas
        Row number, from 1, and position of the column, from 0, of each formula.
    errors
        The text of each cell that holds an error such as `#N/A`, by the same place.
    cells
        How many cells there are.
    """

    rows: int = 0
    columns: int = 0
    special: bool = False
    formulas: set[tuple[int, int]] = field(default_factory=set)
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    cells: int = 0
