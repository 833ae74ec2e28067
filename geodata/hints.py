"""What a refused table or cell looks like, so that its author is told what to do about it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

import pandas as pd

from geodata.counts import plain_text
from geodata.dates import span
from geodata.schema import REMEDIES

__all__ = ["date_hint", "no_movements"]

_MONTHS = "january february march april may june july august september october november december".split()  # noqa: SIM905  a list is longer
_MONTH = "|".join(f"{month[:3]}(?:{month[3:]}|t)?\\.?" for month in _MONTHS)
_WEEKDAY = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?,? )?"
_CLOCK = r"[t ]\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?: ?[ap]m)?(?: ?z| ?[+-]\d{2}:?\d{2})?"
_NOT_A_DATE = "is not an EDTF date"


def date_hint(text: str) -> tuple[str, str]:
    """Return what a text that is not an EDTF date looks like, and how to write what it may mean.

    Parameters
    ----------
    text
        That `geodata.dates.span` refuses.

    Examples
    --------
    >>> date_hint("2020-01-01T10:30:00Z")
    ('has a time of day', 'write the day alone: 2020-01-01')
    >>> date_hint("1565578338")
    ('looks like seconds since 1970', 'write the day: 2019-08-12 in UTC')
    >>> date_hint("January 2020"), date_hint("c. 1750")
    (('has a month in words', 'write 2020-01'), ('is approximate in words', 'write 1750~'))
    """
    plain = plain_text(text[:200])
    for pattern, form, remedy in _DATE_FORMS:
        if found := re.fullmatch(pattern, plain):
            try:
                return form, remedy(*found.groups())
            except (ValueError, OverflowError):
                continue
    reason = ""
    try:
        span(plain)
    except ValueError as error:
        reason = str(error).removeprefix(repr(plain)).strip()
    else:
        return "is a date with other digits or with blanks", f"write {plain}"
    return (reason if len(reason) < 200 else "") or _NOT_A_DATE, REMEDIES[_NOT_A_DATE]


def _day(year: str, month: str, day: str) -> str:
    return dt.date(int(year), int(month), int(day)).isoformat()


def _either(first: str, second: str, year: str) -> str:
    """Return the remedy for a day and a month in either order."""
    readings = []
    for month, day, said in ((second, first, "the day"), (first, second, "the month")):
        try:
            readings.append((_day(year, month, day), said))
        except ValueError:
            continue
    if not readings:
        raise ValueError("there is no such day")
    if len({day for day, _ in readings}) == 1:
        return f"write {readings[0][0]}"
    return "write " + ", or ".join(f"{day} if {said} comes first" for day, said in readings)


def _named(year: str, month: str, day: str = "") -> str:
    number = 1 + [name[:3] for name in _MONTHS].index(month[:3])
    return f"write {_day(year, str(number), day)}" if day else f"write {year}-{number:02}"


def _after_1970(seconds: float) -> str:
    day = dt.datetime.fromtimestamp(seconds, dt.UTC).date()
    return f"write the day: {day.isoformat()} in UTC"


def _week(year: str, week: str) -> str:
    first, last = (dt.date.fromisocalendar(int(year), int(week), day) for day in (1, 7))
    return f"write its days: {first}/{last}"


def _of_year(year: str, number: str) -> str:
    day = dt.date(int(year), 1, 1) + dt.timedelta(days=int(number) - 1)
    if day.year != int(year):
        raise ValueError("there is no such day")
    return f"write {day}"


def _spreadsheet(number: str) -> str:
    day = dt.date(1899, 12, 30) + dt.timedelta(days=int(number))
    return f"write the day: {day} if the count begins in 1900"


def _two_years(first: str, last: str) -> str:
    if int(last) != (int(first) + 1) % 100:
        raise ValueError("these are not two years in a row")
    return f"write {first}/{int(first) + 1} if it means these two years, or a month from 01 to 12"


# In this order: the first that fits is told. The text is in small letters, with single blanks.
_DATE_FORMS: list[tuple[str, str, Callable[..., str]]] = [
    (rf"(\d{{4}}-\d{{2}}-\d{{2}}){_CLOCK}", "has a time of day", lambda day: f"write the day alone: {day}"),
    (rf"(.{{6,40}}\d){_CLOCK}", "has a time of day", lambda day: _alone(day)),
    (r"(\d{9,10})(?:\.0+)?", "looks like seconds since 1970", lambda number: _after_1970(int(number))),
    (r"(\d{12,13})", "looks like milliseconds since 1970", lambda number: _after_1970(int(number) / 1000)),
    (r"(\d{4})\.0+", "is a year with a decimal point", lambda year: f"write {year}"),
    (r"([1-9]\d{4})(?:\.\d+)?", "looks like the day number of a spreadsheet", _spreadsheet),
    (r"(\d{4})-?w(\d{2})(?:-?\d)?", "is a week", _week),
    (r"(\d{4})(\d{2})(\d{2})", "is a day without hyphens", lambda *day: f"write {_day(*day)}"),
    (r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})", "is a day in another form", lambda *day: f"write {_day(*day)}"),
    (r"(\d{4})-(\d{3})", "is a day of the year", _of_year),
    (r"(\d{1,2})\.(\d{1,2})\.(\d{4})", "looks like day.month.year", _either),
    (r"(\d{1,2})/(\d{1,2})/(\d{4})", "looks like day/month/year or month/day/year", _either),
    (r"(\d{1,2})-(\d{1,2})-(\d{4})", "looks like day-month-year or month-day-year", _either),
    (
        r"\d{1,2}[-/.]\d{1,2}[-/.]\d{2}",
        "is a day with a year of two digits",
        lambda: "write it as YYYY-MM-DD",
    ),
    (rf"({_MONTH})[ ,]*(\d{{4}})", "has a month in words", lambda month, year: _named(year, month)),
    (
        rf"{_WEEKDAY}({_MONTH}) (\d{{1,2}})(?:st|nd|rd|th)?,? (\d{{4}})",
        "has a month in words",
        lambda month, day, year: _named(year, month, day),
    ),
    (
        rf"{_WEEKDAY}(\d{{1,2}})(?:st|nd|rd|th)?[ -](?:of )?({_MONTH})[ ,-]*(\d{{4}})",
        "has a month in words",
        lambda day, month, year: _named(year, month, day),
    ),
    (
        r"(?:c\.?|ca\.?|circa|about|approx\.?|around|~) ?(\d{4}(?:-\d{2}){0,2})",
        "is approximate in words",
        lambda date: f"write {date}~",
    ),
    (
        r"(?:before|until|till|by|to) (\d{4}(?:-\d{2}){0,2})",
        "has an end in words",
        lambda date: f"write ../{date}",
    ),
    (
        r"(?:after|since|from) (\d{4}(?:-\d{2}){0,2})",
        "has a beginning in words",
        lambda date: f"write {date}/..",
    ),
    (r"(?:the )?(\d{3})0'?s", "is a decade in words", lambda decade: f"write {decade}X"),
    (
        r"(\d{1,2})(?:st|nd|rd|th) century",
        "is a century in words",
        lambda century: f"write {int(century) - 1:02}XX",
    ),
    (
        r"(\d{4}(?:-\d{2}){0,2}) ?(?:–|—| - | to |-(?=\d{4})) ?(\d{4}(?:-\d{2}){0,2})",
        "is an interval with a dash or a word",
        lambda first, last: f"write {first}/{last}",
    ),
    (r"(\d{4})-(\d{2})", "may be two years, and is no month", _two_years),
    (r"\d{4}-\d{2}-\d{2}", "is no day of the calendar", lambda: "correct the month or the day"),
    (r"\d{4}-\d{2}", "has a month that is none", lambda: "write a month from 01 to 12"),
    (r"(\d{4}) \?", "has a blank", lambda year: f"write {year}?"),
]


def _alone(text: str) -> str:
    """Return how to write a day that stands before a time of day."""
    return f"leave the time out, and {date_hint(text)[1]}"


# Words in the names of columns by which other people's tables are known.
_WORDS: dict[str, frozenset[str]] = {
    kind: frozenset(words.split())
    for kind, words in {
        "stock": "population stock held present inmates detainees prisoners occupancy capacity headcount",
        "number": "n count counts number total people persons headcount pop midnight",
        "stay": "entry exit entered left admitted admission discharged stay start end until since in out "
        "booking booked arrested released intake",
        "place": "facility prison jail camp centre center detention place location site institution country",
        "day": "date day time datetime timestamp year month week",
        "origin": "from origin orig source departure departed sender",
        "destination": "to dest destination target arrival receiver",
    }.items()
}


def no_movements(transfers: pd.DataFrame) -> tuple[str, str] | None:
    """Return why a table holds people present, or stays, and no movements; None where it may hold some.

    Parameters
    ----------
    transfers
        Text. A table with a column of places that people left and one of places that they reached holds
        movements, whatever else it holds.

    Returns
    -------
    tuple of str or None
        Message and remedy of a problem.
    """
    if {"origin_id", "destination_id"} & set(transfers.columns):
        return None
    words = {column: frozenset(re.split(r"[^a-z]+", column.lower())) for column in transfers.columns}

    def named(kind: str) -> list[str]:
        return [column for column, found in words.items() if found & _WORDS[kind]]

    dated = {column for column in [*named("origin"), *named("destination")] if _holds_days(transfers[column])}
    days = {*named("day"), *dated}
    if {*named("origin")} - days and {*named("destination")} - days:
        return None
    stocks = named("stock")
    periods = [column for column in transfers.columns if re.fullmatch(r"\d{4}([-/]\d{2}){0,2}", column)]
    if len(periods) > 1:
        stocks += periods
    stays = list(dict.fromkeys([*named("stay"), *sorted(dated)]))
    if not stocks and len(stays) < 2 and named("place") and days:
        stocks = named("number")
    if stocks:
        kind, columns = "people present at a time (a stock)", stocks
        reason = "the difference between two stocks is no movement: it hides all who came and went between"
    elif len(stays) > 1:
        kind, columns = "stays in one place", stays
        reason = "a stay says when somebody was there, and not from where or to where they went"
    else:
        return None
    message = f"looks like a table of {kind}: {', '.join(columns)[:200]}; {reason}"
    remedy = (
        "write one row a movement, with origin_id and destination_id; "
        "put numbers of people held into claims on an event of kind series"
    )
    return message, remedy


def _holds_days(cells: pd.Series) -> bool:
    """Return whether most of the cells that are filled in begin or end like a date."""
    filled = cells[cells != ""]
    like = filled.str.contains(r"^\d{4}[-/.]\d{1,2}|^\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}|^\d{4}$")
    return len(filled) > 0 and bool(like.mean() > 0.5)
