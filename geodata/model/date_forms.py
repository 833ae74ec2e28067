"""What people write where an EDTF date belongs: what it looks like, and what to write instead."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import TypeAlias

__all__ = ["recognized"]

_Found: TypeAlias = re.Match[str]
_Remedy: TypeAlias = str | Callable[[_Found], str]

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("jan", "january"), ("feb", "february"), ("mar", "march"), ("apr", "april"), ("may",),
            ("jun", "june"), ("jul", "july"), ("aug", "august"), ("sep", "sept", "september"),
            ("oct", "october"), ("nov", "november"), ("dec", "december"),
        ),
        start=1,
    )
    for name in names
}  # fmt: skip


def recognized(text: str) -> tuple[str, str] | None:
    """Return what a text that is no date looks like, and what to write instead; None where nothing is known.

    Parameters
    ----------
    text
        A text that `geodata.model.dates.span` refuses.

    Examples
    --------
    >>> recognized("5/26/1942")
    ('the year comes last', 'write 1942-05-26')
    >>> recognized("2020-01-01T10:30")
    ('it has a time of day', 'write the day alone, as it was where it happened: 2020-01-01')
    """
    for pattern, what, remedy in _FORMS:
        if found := pattern.fullmatch(text):
            try:
                return what, remedy if isinstance(remedy, str) else remedy(found)
            except (OverflowError, ValueError):  # the numbers are no date in this form either
                continue
    return None


def _iso(year: str, month: str | None = None, day: str | None = None) -> str:
    """Return an EDTF date of these parts.

    Raises
    ------
    ValueError
        If there is no such day.
    """
    date = dt.date(int(year), int(month or 1), int(day or 1)).isoformat()
    return date if day else date[:7] if month else date[:4]


def _as(words: str) -> Callable[[_Found], str]:
    """Return a remedy with the date that was found, year first, in the place of ``{}``."""
    return lambda found: words.format(_iso(*re.split("[-./]", found[1])))


def _year_last(found: _Found) -> str:
    first, second, year = found.groups()
    readings: dict[str, str] = {}
    for month, day, words in ((first, second, "month"), (second, first, "day")):
        try:
            readings.setdefault(_iso(year, month, day), words)
        except ValueError:
            continue
    if not readings:
        raise ValueError
    if len(readings) == 1 or first == second:
        return f"write {next(iter(readings))}"
    return "write " + ", or ".join(f"{day} if the {words} comes first" for day, words in readings.items())


def _named_month(found: _Found) -> str:
    before, name, after, year = found.groups()
    return f"write {_iso(year, str(_MONTHS[name.lower()]), before or after)}"


def _two_years(found: _Found) -> str:
    first, second = int(found[1]), int(found[2])
    following = first + 1
    if second == following or (len(found[2]) == 2 and second == following % 100):
        return (
            f"write {first:04}/{following:04} for a year over two calendar years, or its months, like "
            f"{first:04}-04/{following:04}-03"
        )
    if len(found[2]) == 2 or second <= first:
        raise ValueError
    return f"write {first:04}/{second:04}"


def _season_or_years(found: _Found) -> str:
    if int(found[2]) != (int(found[1]) + 1) % 100:
        raise ValueError
    return f"{_two_years(found)}; write a season by its months, like {found[1]}-03/{found[1]}-06"


def _since_1970(found: _Found) -> str:
    seconds = int(found[0]) // (1000 if len(found[0]) > 11 else 1)
    day = dt.date(1970, 1, 1) + dt.timedelta(seconds=seconds)
    return f"write the day, as it was where it happened (by universal time {day.isoformat()})"


def _of_a_spreadsheet(found: _Found) -> str:
    day = dt.date(1899, 12, 30) + dt.timedelta(days=int(found[0]))  # day 0 of spreadsheets
    return f"write the day that the spreadsheet shows, like {day.isoformat()}, in a column of text"


def _week(found: _Found) -> str:
    monday, sunday = (dt.date.fromisocalendar(int(found[1]), int(found[2]), day) for day in (1, 7))
    return f"write {monday.isoformat()}/{sunday.isoformat()}"


def _one_mark(found: _Found) -> str:
    marks = set(found[0]) & set("?~%")
    return f"write {re.sub('[?~%]', '', found[0])}{marks.pop() if len(marks) == 1 else '%'}"


_YEAR = "([0-9]{4})"
_DATE = r"([0-9]{4}(?:-[0-9]{2}){0,2})"
_ORDINAL = "([0-9]{1,2})(?:st|nd|rd|th)?"
_MONTH = rf"({'|'.join(_MONTHS)})\.?"

_FORMS: list[tuple[re.Pattern[str], str, _Remedy]] = [
    (re.compile(pattern, re.IGNORECASE | re.ASCII), what, remedy)
    for pattern, what, remedy in (
        (r"\s+.*|.*\s+", "there are blanks around it", "remove them"),
        (
            rf"{_DATE}[T ][0-9].*",
            "it has a time of day",
            _as("write the day alone, as it was where it happened: {}"),
        ),
        (
            rf"{_YEAR}-(2[1-9]|3[0-9]|4[01])[?~%]?",
            "it is a season in EDTF, and elsewhere a year over two calendar years",
            _season_or_years,
        ),
        (rf"{_YEAR}\s?[-–—/]\s?([0-9]{{2}}|[0-9]{{4}})", "it looks like more than one year", _two_years),
        (
            r"([0-9]{4}[-./][0-9]{1,2}(?:[-./][0-9]{1,2})?)",
            "month and day have two digits each, with hyphens between",
            _as("write {}"),
        ),
        (
            rf"{_YEAR}-([0-9]{{2}})-([0-9]{{2}})",
            "there is no such month",
            lambda found: f"write {_iso(found[1], found[3], found[2])} if the day comes before the month",
        ),
        (
            r"(?!0000)[0-9]{4}-(?:0[1-9]|1[0-2])-[0-9X]{2}[?~%]?",
            "there is no such day",
            "correct the month or the day",
        ),
        (r"(?!0000)[0-9]{4}-[0-9X]{2}(?:-[0-9X]{2})?[?~%]?", "there is no such month", "correct the month"),
        (rf"([0-9]{{1,2}})[-./ ]([0-9]{{1,2}})[-./ ]{_YEAR}", "the year comes last", _year_last),
        (
            r"(?:[0-9]{1,2}[-./ ]){2}[0-9]{2}",
            "the year has two digits",
            "write the year in full and first, like 2025-12-13",
        ),
        (
            rf"(?:[a-z]+day,? )?(?:{_ORDINAL}[ -])?{_MONTH}[ -](?:{_ORDINAL},? )?{_YEAR}",
            "the month is a word",
            _named_month,
        ),
        (
            rf"(?:c|ca|circa|about|around|approx|approximately|~)\.?\s?{_DATE}",
            "about is a mark at the end",
            _as("write {}~"),
        ),
        (rf"(?:before|until|till|by|up to) {_DATE}", "it has no beginning", _as("write ../{}")),
        (rf"(?:after|since|from) {_DATE}", "it has no end", _as("write {}/..")),
        (rf"{_YEAR}\.0+", "a year has no decimals", _as("write {}")),
        (r"(?:the )?([0-9]{3})0['’]?s", "it is a decade", lambda found: f"write {found[1]}X"),
        (
            "([0-9]{4})([0-9]{2})([0-9]{2})",
            "there are no hyphens",
            lambda found: f"write {_iso(*found.groups())}",
        ),
        ("[2-5][0-9]{4}", "it looks like the number that a spreadsheet keeps of a day", _of_a_spreadsheet),
        ("[0-9]{9,10}|[0-9]{12,13}", "it looks like seconds since 1970", _since_1970),
        (rf"{_YEAR}-?W([0-9]{{2}})(?:-?[1-7])?", "it is a week", _week),
        (r"[\[{].*", "it is a set", "write the interval from the first to the last of its days"),
        (
            "0000.*|-[0-9].*|Y-?[0-9].*",
            "it lies outside the years 1 to 9999",
            "give a day of these years, or leave it out",
        ),
        (
            "(?=.*(?-i:x))[0-9X]{4}(?:-[0-9X]{2}){0,2}[?~%]?",
            "unspecified digits are capitals",
            lambda found: f"write {found[0].upper()}",
        ),
        (
            "XXXX(?:-[0-9X]{2}){0,2}[?~%]?",
            "it names no year",
            "write the digits of the year that are known, like 19XX, or an open interval, like ../1945",
        ),
        (
            r"[?~%]?[0-9X]{4}[?~%]?(?:-[?~%]?[0-9X]{2}[?~%]?){0,2}",
            "a mark holds for the whole date and comes last",
            _one_mark,
        ),
        (r"(?:\.\.)?/(?:\.\.)?", "it names no day at all", "give at least one of its ends"),
    )
]
