"""Partial dates: EDTF text to the earliest and the latest calendar day it can mean."""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import math
import re
from functools import lru_cache
from typing import Any

import edtf
import pandas as pd

__all__ = ["FIRST_DAY", "LAST_DAY", "span", "spans"]

FIRST_DAY = dt.date.min
"""What an open beginning stands for."""
LAST_DAY = dt.date.max
"""What an open end stands for."""

_ISO_DAY = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
# The parts of EDTF level 1 that name days: a year, month, day or season, uncertain (?), approximate (~), both
# (%), or with unspecified digits (X). Times, long years and sets are not dates of records.
_LEVEL_1 = re.compile(r"[0-9]{3}[0-9X](-([0-9]{2}|[0-9]X|XX)(-([0-9]{2}|XX))?)?[?~%]?|[0-9]{2}XX")
_OPEN = ("", "..")


def span(text: str) -> tuple[dt.date, dt.date]:
    """Return the earliest and the latest calendar day, both inclusive, that an EDTF level 1 text can mean.

    Parameters
    ----------
    text
        A date (``2025-12-13``, ``2025-09``, ``2025``, ``2025-12-13~``) or an interval
        (``2024-07/2025-12``, ``../2025-12``). An open end means `FIRST_DAY` or `LAST_DAY`.

    Raises
    ------
    ValueError
        If the text is no such date, or an interval that ends before it begins.

    Examples
    --------
    >>> span("2025-09")
    (datetime.date(2025, 9, 1), datetime.date(2025, 9, 30))
    >>> span("2025-12/..")[1] == LAST_DAY
    True
    """
    begin, slash, end = text.partition("/")
    if not slash:
        return _date_span(text)
    if begin in _OPEN and end in _OPEN:
        raise ValueError(f"{text!r} names no day at all")
    earliest = FIRST_DAY if begin in _OPEN else _date_span(begin)[0]
    latest = LAST_DAY if end in _OPEN else _date_span(end)[1]
    if earliest > latest:
        raise ValueError(f"{text!r} ends before it begins")
    return earliest, latest


@lru_cache(maxsize=4096)
def _date_span(text: str) -> tuple[dt.date, dt.date]:
    """Return the days of one date without a slash, by the strict bounds of the edtf library."""
    if not _LEVEL_1.fullmatch(text):
        raise ValueError(f"{text!r} is not an EDTF date")
    try:
        with contextlib.redirect_stdout(io.StringIO()):  # the library prints what it fails to parse
            parsed: Any = edtf.parse_edtf(text)
            bounds = parsed.lower_strict(), parsed.upper_strict()
        if any(isinstance(bound, float) and math.isinf(bound) for bound in bounds):
            raise ValueError("open")
        earliest, latest = (dt.date(*bound[:3]) for bound in bounds)
    except Exception as error:  # the library raises AttributeError and others on malformed dates
        raise ValueError(f"{text!r} is not an EDTF date") from error
    return earliest, latest


def spans(texts: pd.Series) -> pd.DataFrame:
    """Return ``earliest`` and ``latest`` (datetime64[s], inclusive days) of EDTF texts, on the same index.

    Plain ISO days are read at once, everything else once per distinct value. Blank and unreadable texts are
    NaT; use `span` to learn why.
    """
    days = pd.to_datetime(texts.where(texts.str.fullmatch(_ISO_DAY)), format="%Y-%m-%d", errors="coerce")
    found = pd.DataFrame({"earliest": days, "latest": days}).astype("datetime64[s]")
    for text in texts[days.isna() & (texts != "")].unique():
        with contextlib.suppress(ValueError):
            found.loc[texts == text, ["earliest", "latest"]] = [
                pd.Timestamp(day).as_unit("s") for day in span(text)
            ]
    return found
