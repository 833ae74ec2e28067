"""Partial dates: EDTF text to the earliest and the latest calendar day it can mean."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import product
from typing import TypeAlias

import numpy as np
import pandas as pd

from geodata.model.date_forms import recognized

__all__ = ["DATE", "FIRST_DAY", "LAST_DAY", "OPEN", "REMEDY", "SEASONS", "advice", "span", "spans"]

REMEDY = "write a date like 2025-12-13, 2025-09, 2025, 2025-12-13~ or 2025-09/2025-12"
"""What to write where nothing more is known of what was meant."""

FIRST_DAY = dt.date.min
"""What an open beginning stands for; the first day of the year 1 cannot be told from it."""
LAST_DAY = dt.date.max
"""What an open end stands for; the last day of the year 9999 cannot be told from it."""
OPEN = ("", "..")
"""Ends of an interval that name no day: unknown, and open."""
DATE = re.compile(
    r"(?P<year>[0-9X]{4})(?:-(?P<month>[0-9X]{2})(?:-(?P<day>[0-9X]{2}))?)?(?P<qualifier>[?~%]?)"
)
"""The forms of EDTF that name days: a year, month, day, season or part of a year, with unspecified digits
(X), and as a whole uncertain (?), approximate (~) or both (%)."""

_Mark: TypeAlias = tuple[int, int, int]
_ISO_DAY = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
_SHOWN = 80
"""Characters of a refused text that are looked at and shown."""

# Meteorological seasons begin on the first of a month; astronomical ones end with an equinox or a solstice,
# whose latest days are 21 March, 22 June, 24 September and 23 December (Meeus, Astronomical Algorithms,
# chapter 27). A season over the turn of the year is counted to the year in which it begins or ends.
_MARCH, _JUNE, _SEPTEMBER = ((0, 3, 1), (0, 6, 22)), ((0, 6, 1), (0, 9, 24)), ((0, 9, 1), (0, 12, 23))
_DECEMBER = ((-1, 12, 1), (1, 3, 21))
_MARCH_OR_SEPTEMBER = (_MARCH[0], _SEPTEMBER[1])


def _parts(months: int) -> list[tuple[_Mark, _Mark]]:
    """Return the parts of a year that are so many months long."""
    ends = range(months, 13, months)
    return [((0, end - months + 1, 1), (0, end, calendar.monthrange(2023, end)[1])) for end in ends]


SEASONS: dict[str, tuple[_Mark, _Mark]] = {
    str(number): days
    for number, days in enumerate(
        [
            *(_MARCH_OR_SEPTEMBER, _DECEMBER, _MARCH_OR_SEPTEMBER, _DECEMBER),
            *(_MARCH, _JUNE, _SEPTEMBER, _DECEMBER),
            *(_SEPTEMBER, _DECEMBER, _MARCH, _JUNE),
            *(*_parts(3), *_parts(4), *_parts(6)),
        ],
        start=21,
    )
}
"""What EDTF writes in the place of a month, with the first and the last day that it can mean: the year (-1
for the one before, 1 for the one after), month and day.

21–24 are spring to winter in either hemisphere, 25–28 in the northern, 29–32 in the southern one; 33–36 are
quarters, 37–39 thirds, 40 and 41 halves of a calendar year.
"""


def span(text: str) -> tuple[dt.date, dt.date]:
    """Return the earliest and the latest calendar day, both inclusive, that an EDTF text can mean.

    Parameters
    ----------
    text
        A date (``2025-12-13``, ``2025-09``, ``2025``, ``2025-12-13~``, ``202X``, ``2025-XX-15``, ``2025-33``)
        of the years 1 to 9999, or an interval (``2024-07/2025-12``, ``../2025-12``). An open or unknown end
        means `FIRST_DAY` or `LAST_DAY`. A season whose hemisphere is not given means every day that it can
        mean in either.

    Raises
    ------
    ValueError
        If the text is no such date, an interval that ends before it begins, or a season that may as well be a
        year over two calendar years (``2020-21``).

    Examples
    --------
    >>> span("2025-09")
    (datetime.date(2025, 9, 1), datetime.date(2025, 9, 30))
    >>> span("2025-12/..")[1] == LAST_DAY
    True
    >>> span("2025-XX-31")
    (datetime.date(2025, 1, 31), datetime.date(2025, 12, 31))
    """
    begin, slash, end = text.partition("/")
    found = _ends(begin, end) if slash else _date_span(text)
    if found is None or found[0] > found[1]:
        raise ValueError(advice(text)[0])
    return found


def advice(text: str) -> tuple[str, str]:
    """Return what is wrong with a text that `span` refuses, and what to write instead.

    Examples
    --------
    >>> advice("2020-W05")
    ("'2020-W05' is not an EDTF date: it is a week", 'write 2020-01-27/2020-02-02')
    >>> advice("2025-12/1.2.2026")[1]
    'write 2026-01-02 if the month comes first, or 2026-02-01 if the day comes first'
    """
    shown = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
    if known := recognized(shown):
        found = DATE.fullmatch(shown)
        asked = found and found["month"] in SEASONS and not found["day"]
        return f"{shown!r} {'has two meanings' if asked else 'is not an EDTF date'}: {known[0]}", known[1]
    begin, slash, end = shown.partition("/")
    if not slash:
        return f"{shown!r} is not an EDTF date", REMEDY
    for part in (begin, end):
        if part not in OPEN and _date_span(part) is None:
            return advice(part)
    return f"{shown!r} ends before it begins", "swap its ends, or correct them"


def _ends(begin: str, end: str) -> tuple[dt.date, dt.date] | None:
    """Return the days of an interval, in whichever order; None where it names none."""
    if begin in OPEN and end in OPEN:
        return None
    first = (FIRST_DAY, FIRST_DAY) if begin in OPEN else _date_span(begin)
    last = (LAST_DAY, LAST_DAY) if end in OPEN else _date_span(end)
    return (first[0], last[1]) if first and last else None


def _date_span(text: str) -> tuple[dt.date, dt.date] | None:
    """Return the days of one date without a slash; None where it is none."""
    found = DATE.fullmatch(text)
    return _parts_span(found["year"], found["month"], found["day"]) if found else None


@lru_cache(maxsize=65536)
def _parts_span(year: str, month: str | None, day: str | None) -> tuple[dt.date, dt.date] | None:
    """Return the days of year, month or season, and day, as they are written; None where there are none."""
    years = _numbers(year, 1, 9999)
    if not years or year == "XXXX":
        return None
    if month in SEASONS:
        # In tables of finance and statistics 2020-21 is a year: which of the two it is cannot be guessed.
        if day or (year.isdigit() and int(month) == (int(year) + 1) % 100):
            return None
        begin, end = SEASONS[month]
        return _marked(years[0], begin), _marked(years[-1], end)
    months = _numbers(month, 1, 12) if month else range(1, 13)
    days = _numbers(day, 1, 31) if day else range(1, 32)
    earliest = next(_dates(years, months, days), None)
    latest = next(_dates(years[::-1], months[::-1], days[::-1]), None)
    return (earliest, latest) if earliest and latest else None


def _numbers(digits: str, least: int, most: int) -> list[int]:
    """Return the numbers, ascending, that digits with unspecified ones (X) can stand for."""
    every = product(*("0123456789" if digit == "X" else digit for digit in digits))
    return [number for number in map(int, map("".join, every)) if least <= number <= most]


def _dates(years: Iterable[int], months: Iterable[int], days: Iterable[int]) -> Iterator[dt.date]:
    """Yield the calendar's days among these, in the order of their parts."""
    for year, month, day in product(years, months, days):
        if day <= calendar.monthrange(year, month)[1]:
            yield dt.date(year, month, day)


def _marked(year: int, mark: _Mark) -> dt.date:
    """Return a day by its distance in years; beyond the calendar it is open."""
    offset, month, day = mark
    if not FIRST_DAY.year <= year + offset <= LAST_DAY.year:
        return FIRST_DAY if offset < 0 else LAST_DAY
    return dt.date(year + offset, month, day)


def spans(texts: pd.Series) -> pd.DataFrame:
    """Return ``earliest`` and ``latest`` (datetime64[s], inclusive days) of EDTF texts, on the same index.

    Plain ISO days are read at once, everything else once per distinct value. Blank and unreadable texts are
    NaT; use `advice` to learn why.
    """
    days = pd.to_datetime(texts.where(texts.str.fullmatch(_ISO_DAY)), format="%Y-%m-%d", errors="coerce")
    found = np.repeat(days.to_numpy(dtype="datetime64[s]")[:, np.newaxis], 2, axis=1)
    rest = np.flatnonzero((days.isna() & (texts != "")).to_numpy(dtype=bool))
    number, distinct = pd.factorize(texts.array[rest])
    read = np.full((len(distinct), 2), np.datetime64("NaT", "s"))
    for row, text in enumerate(distinct):
        try:
            read[row] = span(text)
        except ValueError:
            continue
    found[rest] = read[number]
    return pd.DataFrame(found, texts.index, ["earliest", "latest"])
