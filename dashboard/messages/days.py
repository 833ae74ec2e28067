"""Days in words: dates as sources give them, spans, and how exact a day is known."""

from __future__ import annotations

import datetime as dt
import re

from geodata.model.dates import FIRST_DAY, LAST_DAY, OPEN, span

__all__ = ["between_text", "date_text", "day_text", "precision_text", "span_text", "when_text"]

_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip

_SEASONS = ("spring", "summer", "autumn", "winter")

_PARTS = {
    str(number): words
    for number, words in enumerate(
        [
            *(f"{season} {{year}}" for season in _SEASONS),
            *(f"{season} {{year}} in the north" for season in _SEASONS),
            *(f"{season} {{year}} in the south" for season in _SEASONS),
            *(f"the {which} quarter of {{year}}" for which in ("first", "second", "third", "fourth")),
            *(f"the {which} four months of {{year}}" for which in ("first", "second", "third")),
            *(f"the {which} half of {{year}}" for which in ("first", "second")),
        ],
        start=21,
    )
}
"""Seasons and parts of a year, as `geodata.model.dates.SEASONS` numbers them."""

_ORDINALS = {"01": "st", "02": "nd", "03": "rd", "21": "st", "22": "nd", "23": "rd", "31": "st"}

_NO_DAY = "at a time that is not reported"

_QUALIFIERS = "?~%"


def day_text(day: dt.date) -> str:
    """Return a day as readers write it.

    Examples
    --------
    >>> day_text(dt.date(2025, 12, 13)), day_text(dt.date(79, 8, 24))
    ('13 December 2025', '24 August 79 AD')
    """
    return f"{day.day} {_MONTHS[day.month - 1]} {_year_text(day.year)}"


def _year_text(year: int) -> str:
    """Return a year; one of fewer than four digits is written so that it is no day and no number."""
    return str(year) if year > 999 else f"{year} AD"


def span_text(earliest: dt.date, latest: dt.date) -> str:
    """Return a span of days, both inclusive, without repeating what they share; an open end is open.

    Examples
    --------
    >>> span_text(dt.date(2025, 12, 13), dt.date(2025, 12, 18))
    '13–18 December 2025'
    >>> span_text(dt.date(2025, 11, 20), dt.date(2025, 12, 18))
    '20 November – 18 December 2025'
    >>> span_text(dt.date(2025, 11, 20), LAST_DAY), span_text(FIRST_DAY, dt.date(2025, 12, 18))
    ('from 20 November 2025', 'until 18 December 2025')
    """
    if earliest == FIRST_DAY or latest == LAST_DAY:
        if earliest != FIRST_DAY:
            return f"from {day_text(earliest)}"
        return f"until {day_text(latest)}" if latest != LAST_DAY else _NO_DAY
    if earliest == latest:
        return day_text(earliest)
    if (earliest.year, earliest.month) == (latest.year, latest.month):
        return f"{earliest.day}–{day_text(latest)}"
    if earliest.year == latest.year:
        return f"{earliest.day} {_MONTHS[earliest.month - 1]} – {day_text(latest)}"
    return f"{day_text(earliest)} – {day_text(latest)}"


def date_text(date: str) -> str:
    """Return an EDTF date as readers write it, with the precision it has and no more.

    Examples
    --------
    >>> date_text("2025-12-13"), date_text("2025-09"), date_text("2025-12-13~")
    ('13 December 2025', 'September 2025', 'about 13 December 2025')
    >>> date_text("2024-07/2025-12"), date_text("2025-12/.."), date_text("2025?"), date_text("202X")
    ('July 2024 – December 2025', 'from December 2025', '2025 (uncertain)', 'the 2020s')
    >>> date_text("2025-XX-15"), date_text("2025-33"), date_text("1944-1X")
    ('the 15th of a month of 2025', 'the first quarter of 2025', '1 October – 31 December 1944')
    """
    begin, slash, end = date.partition("/")
    if not slash:
        return _single_text(date)
    if begin in OPEN and end in OPEN:
        return _NO_DAY
    if begin in OPEN:
        return f"until {_single_text(end)}"
    if end in OPEN:
        return f"from {_single_text(begin)}"
    # Two days, or a day and the month that it is in, are one span.
    if _is_day(begin) and (_is_day(end) or end == begin[:7]):
        return span_text(*span(date))
    if begin.rstrip(_QUALIFIERS) == end.rstrip(_QUALIFIERS):
        return _single_text(max(begin, end, key=len))
    return f"{_single_text(begin)} – {_single_text(end)}"


def when_text(date: str) -> str:
    """Return an EDTF date in words, with the preposition that it has in a sentence.

    Examples
    --------
    >>> when_text("2025-12-13"), when_text("2025-09"), when_text("2025-12/..")
    ('on 13 December 2025', 'in September 2025', 'from December 2025')
    >>> when_text("2025-12-13~"), when_text("2025-12-13/2025-12-18"), when_text("1944/1945")
    ('about 13 December 2025', 'on 13–18 December 2025', 'in 1944 – 1945')
    """
    text = date_text(date)
    if text.startswith(("about ", "at ", "from ", "until ")):
        return text
    begin = date.partition("/")[0].rstrip(_QUALIFIERS)
    return f"{'on' if len(begin) == len('2025-12-13') and begin[8:] != 'XX' else 'in'} {text}"


def between_text(earliest: dt.date, latest: dt.date) -> str:
    """Return when something happened that lies between two days, both inclusive, as a sentence says it.

    Examples
    --------
    >>> between_text(dt.date(2025, 12, 13), dt.date(2025, 12, 18))
    'on 13–18 December 2025'
    >>> between_text(dt.date(2025, 11, 20), dt.date(2025, 12, 18))
    'between 20 November 2025 and 18 December 2025'
    >>> between_text(dt.date(2025, 11, 20), LAST_DAY)
    'from 20 November 2025'
    """
    if earliest == FIRST_DAY or latest == LAST_DAY:
        return span_text(earliest, latest)
    if (earliest.year, earliest.month) == (latest.year, latest.month):
        return f"on {span_text(earliest, latest)}"
    return f"between {day_text(earliest)} and {day_text(latest)}"


def _is_day(date: str) -> bool:
    return re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", date) is not None


def _single_text(date: str) -> str:
    """Return one date without a slash in words."""
    about = "about " if date[-1:] in ("~", "%") else ""
    return (
        f"{about}{_plain_text(date.rstrip(_QUALIFIERS))}{' (uncertain)' if date[-1:] in ('?', '%') else ''}"
    )


def _plain_text(date: str) -> str:
    """Return one date without its qualifier; what has no words is given as the days it can mean."""
    earliest, latest = span(date)
    if earliest == latest:
        return day_text(earliest)
    year, month, day = (*date.split("-"), "XX", "XX")[:3]
    if "X" in year:
        if month == day == "XX" and "X" not in year[:3] and year[:3] != "000":
            return f"the {int(year[:3])}0s{'' if earliest.year > 999 else ' AD'}"
        if month == day == "XX":
            return f"{earliest.year}–{_year_text(latest.year)}"
    elif month in _PARTS:
        return _PARTS[month].format(year=_year_text(int(year)))
    elif month == day == "XX":
        return _year_text(int(year))
    elif month == "XX" and "X" not in day:
        return f"the {int(day)}{_ORDINALS.get(day, 'th')} of a month of {_year_text(int(year))}"
    elif day == "XX" and "X" not in month:
        return f"{_MONTHS[int(month) - 1]} {_year_text(int(year))}"
    return span_text(earliest, latest)


def precision_text(date: str) -> str:
    """Return what a source's date leaves open, for the line under the clock.

    Examples
    --------
    >>> precision_text("2025-12-13"), precision_text("2025-09"), precision_text("2025-12-13~")
    ('day reported by the source', 'day not reported', 'day approximate')
    >>> precision_text("2025-12-13/2025-12-14"), precision_text("2025-12-13/..")
    ('on one of these days', 'then or later')
    """
    begin, slash, end = date.partition("/")
    if slash and (begin in OPEN or end in OPEN):
        if begin in OPEN and end in OPEN:
            return "day not reported"
        return "then or earlier" if begin in OPEN else "then or later"
    earliest, latest = span(date)
    if earliest == latest:
        return "day approximate" if set(date) & set(_QUALIFIERS) else "day reported by the source"
    if slash:
        return "on one of these days"
    if date[5:7] in ("21", "22", "23", "24"):
        return "day and hemisphere not reported"
    return "month not reported" if re.match("[0-9]{4}-XX-[0-9]{2}", date) else "day not reported"
