"""Cells that a spreadsheet would run: how the writer of CSV guards them, and how the guard is taken off."""

from __future__ import annotations

import re

import pandas as pd

__all__ = ["guarded", "unguarded"]

# A cell that starts so is a formula to a spreadsheet; the full-width forms are too, in some of them. A cell
# that looks guarded gets one apostrophe more, so that taking one off always gives back the cell as it was.
_FORMULA = r"^'*[=+\-@\t\n\r＝＋－＠]"
_NUMBER = r"^[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?$"
_RISKY = f"{_FORMULA}|\r"


def guarded(cells: pd.Series) -> pd.Series:
    """Return cells with an apostrophe before text that would run as a formula; spreadsheets show it as text.

    Plain decimal numbers run nothing and stay as they are. Line ends become line feeds: a lone carriage
    return would end a row for some readers.

    Parameters
    ----------
    cells
        Of any type; only text is changed.

    Examples
    --------
    >>> guarded(pd.Series(["=1+1", "-40.5", "-1+1", "'=1", "Minsk"])).tolist()
    ["'=1+1", '-40.5', "'-1+1", "''=1", 'Minsk']
    """
    if isinstance(cells.dtype, pd.CategoricalDtype):
        cells = cells.astype(object)
    if isinstance(cells.dtype, pd.StringDtype):
        risky = cells.str.contains(_RISKY, na=False).to_numpy(dtype=bool)
        if not risky.any():
            return cells
        cells = cells.copy()
        cells[risky] = cells[risky].map(_guard)
        return cells
    return cells.map(_guard) if cells.dtype == object else cells


def unguarded(cells: pd.Series) -> pd.Series:
    """Return cells of text as they were before `guarded`.

    Examples
    --------
    >>> unguarded(pd.Series(["'=1+1", "-40.5", "''=1", "'tis"])).tolist()
    ['=1+1', '-40.5', "'=1", "'tis"]
    """
    return cells.str.replace(r"^'('*[=+\-@\t\n\r＝＋－＠])", r"\1", regex=True)


def _guard(cell: object) -> object:
    if not isinstance(cell, str):
        return cell
    text = cell.replace("\r\n", "\n").replace("\r", "\n")
    return f"'{text}" if re.match(_FORMULA, text) and not re.match(_NUMBER, text) else text
