"""Counts that a table of transfers itself holds: read as bounds, and made claims of the dataset itself."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from geodata.model.counts import Bounds, bounds_of, label, plain_text
from geodata.model.problems import Problem
from geodata.model.schema import MAX_COUNT, REMEDIES

__all__ = ["COUNT_COLUMNS", "OWN_SOURCE", "CountCell", "own_claims", "read_count"]

COUNT_COLUMNS = ["count", "count_min", "count_max"]
OWN_SOURCE = "dataset"
"""Id of the source that stands for the dataset itself, where counts are written in its transfers."""

_FILE = "transfers.csv"
_MAX_ID = 100
_NO_NUMBER = {"-", "–", "—", "?", "n/a", "n.a.", "na", "nan", "null", "unknown", "not known", "not reported"}
_ABOUT = (
    r"(?:~|≈|about|approximately|approx\.?|around|circa|ca?\.?|some|nearly|almost|roughly) ?[0-9]+|[0-9]+ ?\?"
)
_NOT_WHOLE = "is not a whole number of people"


@dataclass(frozen=True)
class CountCell:
    """What a cell says of a number of people.

    Parameters
    ----------
    bounds
        None where it says nothing, or nothing that can be read.
    note
        How it was read, where it is not plain digits.
    message, remedy
        Why it cannot be read, and what to do; "" where it can.
    """

    bounds: Bounds | None = None
    note: str = ""
    message: str = ""
    remedy: str = ""


def read_count(cell: str) -> CountCell:
    """Return what a cell says of a number of people.

    Parameters
    ----------
    cell
        Digits of any script, with marks between thousands or without; a wording of
        `geodata.model.counts.WORDINGS`; or a word for no number.

    Examples
    --------
    >>> read_count("12").bounds, read_count("over 50").bounds, read_count("N/A").bounds
    ((12, 12), (51, None), None)
    >>> read_count("1,234").note
    'is read as 1234'
    >>> read_count("~50").message
    'is an approximate number without bounds'
    """
    text = plain_text(cell)
    if text in {"", *_NO_NUMBER}:
        return CountCell(note="is read as no number" if text else "")
    if re.fullmatch(r"[0-9]+", text) and len(text.lstrip("0")) > len(str(MAX_COUNT)):
        return CountCell(message=f"is more than {MAX_COUNT:,} people", remedy="correct the number")
    if whole := re.fullmatch(r"([0-9]+)[.,]0{1,2}", text):
        text = whole[1]
    if re.fullmatch(r"[0-9]{1,3}(\.[0-9]{3})+|[0-9]+[.,]0+", text):
        digits = re.sub("[.,]", "", text)[:20]
        return CountCell(message=f"may be {digits} or a decimal number", remedy="write digits only")
    if re.fullmatch(_ABOUT, text):
        remedy = "write its bounds in count_min and count_max, or a wording such as 'over 50' or '40-60'"
        return CountCell(message="is an approximate number without bounds", remedy=remedy)
    bounds = bounds_of(text)
    if bounds is None:
        remedy = f"{REMEDIES[_NOT_WHOLE]}; or a wording that the data dictionary lists, such as 'over 50'"
        return CountCell(message=_NOT_WHOLE, remedy=remedy)
    low, high = bounds
    if max(low, high or 0) > MAX_COUNT:
        return CountCell(message=f"is more than {MAX_COUNT:,} people", remedy="correct the number")
    return CountCell(bounds, "" if re.fullmatch("[0-9]+", cell) else f"is read as {label(low, high)}")


def own_claims(
    transfers: pd.DataFrame, claims: pd.DataFrame
) -> tuple[pd.DataFrame, list[Problem], list[Problem]]:
    """Return the counts of a table of transfers as adopted claims of the dataset itself.

    Parameters
    ----------
    transfers
        Text; with some of `COUNT_COLUMNS`. The index is the row as an editor counts it.
    claims
        Text of the claims that the dataset has besides.

    Returns
    -------
    claims
        Text, a row for each transfer with a count.
    problems, notes
        Each at the cell that was typed; one a different cell of a column for notes.
    """
    read = {column: _read(transfers, column) for column in COUNT_COLUMNS}
    problems = [problem for column in read.values() for problem in column.problems]
    notes = [note for column in read.values() for note in column.notes]
    count, least, most = read.values()
    exact = count.filled
    for row in transfers.index[exact & (least.filled | most.filled)]:
        problems.append(
            Problem(_FILE, int(row), "count", "count and bounds are both given", "keep one of them")
        )
    low, high = least.low.where(~exact, count.low), most.high.where(~exact, count.high)
    for row in transfers.index[(low > high).fillna(False)]:
        problems.append(
            Problem(_FILE, int(row), "count_max", "is below count_min", "swap or correct the bounds")
        )
    # Without an id there is nothing to claim anything of; a second row of an id is a problem of its own.
    ids = transfers.reindex(columns=["transfer_id"], fill_value="")["transfer_id"]
    given = (low.notna() | high.notna()) & (ids != "") & ~ids.duplicated()
    adopted = claims.reindex(columns=["subject_id", "group", "standing"], fill_value="")
    adopted = adopted[(adopted["standing"] == "adopted") & (adopted["group"] == "")]
    for row in transfers.index[given & ids.isin(adopted["subject_id"])]:
        column = "count" if exact[row] else "count_min"
        message = "claims.csv has an adopted claim of this transfer too"
        problems.append(
            Problem(_FILE, int(row), column, message, "keep one, or set that claim to conflicting")
        )
    low, high = low.fillna(0).astype(str), high.astype("str").fillna("")
    bounds = low.where(low == high, low + "–" + high)
    plain = ~exact | count.plain
    made = pd.DataFrame(
        {
            "claim_id": _claim_ids(ids[given], claims),
            "subject_id": ids[given],
            "group": "",
            "count_min": low[given],
            "count_max": high[given],
            "wording": bounds.where(plain, count.wording)[given],
            "source_id": OWN_SOURCE,
            "quote": "",
            "attribution": "",
            "standing": "adopted",
        }
    )
    return made.astype("str"), problems, notes


@dataclass(frozen=True, eq=False)
class _Column:
    """A column of counts as it was read: a row each, but for problems and notes."""

    low: pd.Series
    high: pd.Series
    filled: pd.Series
    plain: pd.Series
    wording: pd.Series
    problems: list[Problem]
    notes: list[Problem]


def _read(transfers: pd.DataFrame, column: str) -> _Column:
    """Read each different cell of a column once."""
    cells = transfers.reindex(columns=[column], fill_value="")[column]
    number, different = pd.factorize(cells)
    found = [read_count(cell) if column == "count" else _single(cell) for cell in different]
    refused = np.array([bool(count.message) for count in found], dtype=bool)
    problems = [
        Problem(_FILE, int(cells.index[row]), column, _said(different[k], found[k].message), found[k].remedy)
        for row in np.flatnonzero(refused[number]).tolist()
        for k in [number[row]]
    ]
    times = np.bincount(number, minlength=len(found))
    first = cells.index[~cells.duplicated()]
    notes = [
        Problem(
            _FILE,
            int(first[k]),
            column,
            _said(different[k], count.note) + (f", in {times[k]} rows" if times[k] > 1 else ""),
            "write digits only, or leave the cell blank where there is no number",
        )
        for k, count in enumerate(found)
        if count.note
    ]

    def each(values: list[Any], dtype: Any) -> pd.Series:
        column: pd.Series = pd.Series(values, dtype=dtype).take(number)
        return column.set_axis(cells.index)

    return _Column(
        each([count.bounds and count.bounds[0] for count in found], "Int64"),
        each([count.bounds and count.bounds[1] for count in found], "Int64"),
        each([count.bounds is not None or bool(count.message) for count in found], "bool"),
        each([not count.note for count in found], "bool"),
        each([" ".join(cell.split())[:200] for cell in different], "str"),
        problems,
        notes,
    )


def _said(cell: str, what: str) -> str:
    return f"{cell[:80]!r} {what}"


def _single(cell: str) -> CountCell:
    """Read a bound, which is one number and no wording."""
    count = read_count(cell)
    if count.bounds is None or count.bounds[0] == count.bounds[1]:
        return count
    return CountCell(message=_NOT_WHOLE, remedy="write digits only; a wording belongs into the column count")


def _claim_ids(transfer_ids: pd.Series, claims: pd.DataFrame) -> pd.Series:
    """Return an id for the claim on each transfer: no other claim has it, and it is not too long."""
    taken = claims.reindex(columns=["claim_id"], fill_value="")["claim_id"]
    ids = transfer_ids + ":count"
    unfit = (ids.str.len() > _MAX_ID) | ids.isin(taken)
    return ids.mask(unfit, transfer_ids.map(_digest) if unfit.any() else "")


def _digest(transfer_id: str) -> str:
    return f"count:{hashlib.sha256(transfer_id.encode()).hexdigest()[:16]}"
