"""How things look and read on the page and on the map, said once: colours, classes, dates, words."""

from __future__ import annotations

import bisect
import datetime as dt
import re
from collections.abc import Sequence

import babel
import pandas as pd

from geodata.analysis.totals import MOVED
from geodata.geo.names import country_in_sentence, country_name
from geodata.model.counts import Count, count_text, maxima, minima, number_text
from geodata.model.dates import FIRST_DAY, LAST_DAY, OPEN, span
from geodata.model.places import BEFORE, BETWEEN, DIED, IN_TRANSIT, UNLOCATED, UNREPORTED
from geodata.model.schema import Status
from geodata.query.filters import OUTCOME, PEOPLE

__all__ = [
    "CLASS_COUNT",
    "DARK",
    "LANGUAGES",
    "LIGHT",
    "MEASURE_WORDS",
    "OUTCOME_WORDS",
    "STATUS_WORDS",
    "apart_text",
    "between_text",
    "class_labels",
    "class_limits",
    "class_of",
    "count_text",
    "count_texts",
    "date_text",
    "day_text",
    "figure_text",
    "language_text",
    "measure_text",
    "number_text",
    "people_text",
    "place_in_sentence",
    "place_text",
    "precision_text",
    "span_text",
    "when_text",
]

LIGHT: dict[str, str] = {
    "paper": "#FBFAF7", "panel": "#FFFFFF", "rule": "#DDD8CC", "ink": "#1F2430", "muted": "#5E6573",
    "sea": "#E6EEF1", "land": "#F4F1EA", "border": "#A8A396", "origin": "#F4E2CD", "hatch": "#6B6455",
    "class1": "#C8E2DE", "class2": "#A9D3CE", "class3": "#6BB3AD", "class4": "#2F8F8B", "class5": "#0B5F60",
    "movement": "#B5472F", "planned": "#6F6AA8", "refused": "#9B1C31",
    "person": "#FFD68C", "rim": "#783214", "perhaps": "#783214", "halo": "#FBFAF7", "pin": "#1F2430",
}  # fmt: skip
"""Paper, ink, one warm accent for people in motion, one cool scale for countries."""

DARK: dict[str, str] = {
    "paper": "#14171C", "panel": "#1B1F26", "rule": "#363C46", "ink": "#ECE9E2", "muted": "#A3A9B4",
    "sea": "#10161B", "land": "#262A30", "border": "#5C626B", "origin": "#4A3B2A", "hatch": "#A39C8C",
    "class1": "#234443", "class2": "#2A5C5A", "class3": "#378380", "class4": "#58ADA7", "class5": "#9ADBD3",
    "movement": "#EE7F5F", "planned": "#A9A4E6", "refused": "#FF7287",
    "person": "#FFD68C", "rim": "#4A1D08", "perhaps": "#FFD68C", "halo": "#14171C", "pin": "#ECE9E2",
}  # fmt: skip
"""The dark counterpart: the same order of contrasts, the scale running from dim to bright."""

STATUS_WORDS: dict[str, str] = {
    "done": "took place",
    "planned": "planned",
    "attempted": "attempted",
    "denied": "denied",
}

MEASURE_WORDS: dict[str, str] = {
    "released": "People released",
    "departed": "People who departed",
    "arrived": "People who arrived",
    "passed_on": "People who passed on",
    "remained": "People who remained",
    "moved_within": "People moved within the country",
}
_MOVEMENT_MEASURE_WORDS: dict[str, str] = {
    "released": "Movements of events",
    "departed": "Movements out of the country",
    "arrived": "Movements into the country",
    "passed_on": "Movements that went on",
    "remained": "Movements that ended",
    "moved_within": "Movements within the country",
}

LANGUAGES = ("en", "be", "uk", "ru", "pl", "lt", "lv", "et", "cs", "ka", "de", "fr", "es", "it", "pt")
"""Languages to choose from: those of the data and of its readers; a link may name others."""

CLASS_COUNT = 5
"""Classes of the choropleth; five is what a reader can match against a legend."""

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


OUTCOME_WORDS: dict[str, str] = {
    "release": "Released",
    "exchange": "Exchanged",
    "pardon": "Pardoned",
    "return": "Returned",
    "transfer": "Transferred",
    "deportation": "Deported",
    "displacement": "Displaced",
    MOVED: "Set out on a transfer that took place",
    UNREPORTED: "No transfer is reported",
    "planned": "Planned, and not overtaken",
    "attempted": "Attempted, and refused or broken off",
    "denied": "Denied",
}
"""Rows of `geodata.analysis.totals.outcomes`, in its order."""

_ROWS = {
    BETWEEN: "Between countries",
    UNLOCATED: "In no known country",
    DIED: "Died on the way or in custody",
    IN_TRANSIT: "Under way",
    UNREPORTED: "Where they went is not reported",
    BEFORE: "Not yet set in motion",
}
_PLACES = {BETWEEN: "a place between countries", UNLOCATED: "a place whose country is not known"}
_FIGURE_WORDS = {
    PEOPLE: ", each counted once",
    "released": " released in {place}",
    "departed": " departed from {place}",
    "arrived": " arrived in {place}",
    "passed_on": " arrived in {place} and did not remain",
    "remained": " remained in {place}, as last reported",
    "moved_within": " moved within {place}",
    "present": " in {place} at the end of {day}",
}
_MOVEMENT_WORDS = _FIGURE_WORDS | {
    "released": " of events in {place}",
    "departed": " out of {place}",
    "arrived": " into {place}",
    "passed_on": " into {place} that went on",
    "remained": " that ended in {place}, as last reported",
    "moved_within": " within {place}",
}
_DIED_WORDS = " died on the way or in custody"
_PRESENT_WORDS = {
    DIED: " dead by the end of {day}, on the way or in custody",
    IN_TRANSIT: " under way at the end of {day}",
    UNREPORTED: " set in motion by the end of {day}, on no known transfer",
    BEFORE: " not yet set in motion at the end of {day}",
}
_PLANNED_WORDS = {
    PEOPLE: " whose movement was planned, each counted once",
    "departed": " would depart from {place}, as planned",
    "arrived": " would arrive in {place}, as planned",
    "moved_within": " would move within {place}, as planned",
    "present": " would be in {place} at the end of {day}, as planned",
}
_PLANNED_PRESENT_WORDS = {
    DIED: " would be dead by the end of {day}, as planned",
    IN_TRANSIT: " would be under way at the end of {day}, as planned",
    UNREPORTED: " would be set in motion by the end of {day}, on no known transfer",
    BEFORE: " would not be set in motion by the end of {day}, as planned",
}
_FAILED_WORDS = {
    PEOPLE: " whose movement was {done}, each counted once",
    "departed": " would have departed from {place}",
    "arrived": " would have arrived in {place}",
    "moved_within": " would have moved within {place}",
    "present": " would have been in {place} at the end of {day}",
}
_FAILED_PRESENT_WORDS = {
    DIED: " would have been dead by the end of {day}",
    IN_TRANSIT: " would have been under way at the end of {day}",
    UNREPORTED: " would have been set in motion by the end of {day}, on no known transfer",
    BEFORE: " would not have been set in motion by the end of {day}",
}
_MOVEMENT_UNDONE_WORDS = {
    PEOPLE: ", {done}, each counted once",
    "departed": " out of {place}, {done}",
    "arrived": " into {place}, {done}",
    "moved_within": " within {place}, {done}",
}


def class_limits(values: Sequence[int]) -> list[int]:
    """Return the lowest value of each class of the choropleth, ascending.

    Limits are taken from 1, 2, 5, 10, 20, 50, … so that they can be read aloud and seldom move when a filter
    does; the highest class is the one that holds the greatest value, the lowest one reaches down to 1.

    Parameters
    ----------
    values
        Counts of people; zeros belong to no class.

    Examples
    --------
    >>> class_limits([5, 29, 89])
    [1, 5, 10, 20, 50]
    >>> class_limits([1]), class_limits([0])
    ([1], [])
    """
    greatest = max(values, default=0)
    limits = [
        step * 10**power
        for power in range(len(str(greatest)))
        for step in (1, 2, 5)
        if step * 10**power <= greatest
    ]
    return [1, *limits[1:][1 - CLASS_COUNT :]] if limits else []


def class_of(value: int, limits: Sequence[int]) -> int:
    """Return the class of a value: 1 for the lowest, 0 for none.

    Examples
    --------
    >>> [class_of(value, [1, 5, 10, 20, 50]) for value in (0, 1, 4, 5, 89)]
    [0, 1, 1, 2, 5]
    """
    return bisect.bisect_right(limits, value)


def class_labels(limits: Sequence[int], greatest: int) -> list[str]:
    """Return what the legend says of each class; the highest one ends with the greatest value there is.

    Examples
    --------
    >>> class_labels([1, 2, 5, 10], 29)
    ['1', '2–4', '5–9', '10–29']
    >>> class_labels([], 0)
    []
    """
    upper = [*(limit - 1 for limit in limits[1:]), *[greatest][: len(limits)]]
    return [count_text(Count(low, high)) for low, high in zip(limits, upper, strict=True)]


def place_text(code: str, language: str = "en") -> str:
    """Return the name of a row of a table by country."""
    return _ROWS.get(code) or country_name(code, language)


def place_in_sentence(code: str, language: str = "en") -> str:
    """Return what an English sentence calls a row of a table by country, behind "in", "from" or "to".

    Examples
    --------
    >>> place_in_sentence("US"), place_in_sentence("between")
    ('the United States', 'a place between countries')
    """
    return _PLACES.get(code) or country_in_sentence(code, language)


def language_text(tag: str) -> str:
    """Return what a language calls itself.

    Examples
    --------
    >>> language_text("be"), language_text("pt-BR")
    ('Беларуская', 'Português (Brasil)')
    """
    name = babel.Locale.parse(tag, sep="-").get_display_name() or tag
    return name[:1].upper() + name[1:]


def figure_text(
    measure: str,
    code: str,
    day: dt.date | None = None,
    language: str = "en",
    counts: str = "people",
    counted: Status = "done",
) -> str:
    """Return what follows a number to say what it counts.

    Parameters
    ----------
    measure, code
        Column and row of the figure.
    day
        The day of which the figure is, where it is of one.
    language
        Of the country's name.
    counts
        What the dataset counts: ``people`` or ``movements``.
    counted
        The status of what is counted.

    Examples
    --------
    >>> figure_text("arrived", "UA", counted="attempted")
    ' would have arrived in Ukraine'
    >>> figure_text("arrived", "UA"), figure_text("present", "in_transit", dt.date(2025, 12, 13))
    (' arrived in Ukraine', ' under way at the end of 13 December 2025')
    """
    if measure == OUTCOME:
        return f": {OUTCOME_WORDS[code]}"
    every, present, died = {
        "done": (_FIGURE_WORDS, _PRESENT_WORDS, _DIED_WORDS),
        "planned": (_PLANNED_WORDS, _PLANNED_PRESENT_WORDS, " would die, as planned"),
    }.get(counted, (_FAILED_WORDS, _FAILED_PRESENT_WORDS, " would have died"))
    if counts == "movements":
        every = every | (_MOVEMENT_WORDS if counted == "done" else _MOVEMENT_UNDONE_WORDS)
    words = every.get(measure, "")
    if measure == "present":
        words = present.get(code, words)
    elif code == DIED:
        words = died
    return words.format(
        place=place_in_sentence(code, language) if "{place}" in words else "",
        day=day_text(day) if day else "",
        done=STATUS_WORDS[counted],
    )


def measure_text(measure: str, counts: str = "people") -> str:
    """Return the name of a measure.

    Parameters
    ----------
    measure
        One of `geodata.query.filters.MEASURES`.
    counts
        What the dataset counts: ``people`` or ``movements``.

    Examples
    --------
    >>> measure_text("arrived"), measure_text("arrived", "movements")
    ('People who arrived', 'Movements into the country')
    """
    return (_MOVEMENT_MEASURE_WORDS if counts == "movements" else MEASURE_WORDS)[measure]


def apart_text(least: int, most: int | None) -> str:
    """Return how far two numbers are apart.

    Examples
    --------
    >>> apart_text(0, 0), apart_text(0, 52), apart_text(1, 1), apart_text(12, None)
    ('the same', 'both can be right', 'by 1', 'by 12 or more')
    """
    if least == 0:
        return "the same" if most == 0 else "both can be right"
    if most is None or pd.isna(most):
        return f"by {number_text(least)} or more"
    return f"by {count_text(Count(least, most))}"


def count_texts(table: pd.DataFrame, measure: str = "count") -> list[str]:
    """Return how a measure is written on the page, one a row.

    Examples
    --------
    >>> count_texts(pd.DataFrame({"count_min": [5, 1200], "count_max": [5, 1300]}))
    ['5', '1,200–1,300']
    """
    both = zip(minima(table, measure).tolist(), maxima(table, measure).tolist(), strict=True)
    return [count_text(Count.of(low, high)) for low, high in both]


def people_text(count: Count, counts: str = "people") -> str:
    """Return a count with its noun, to stand alone or before `figure_text`.

    Parameters
    ----------
    count
        The number.
    counts
        What the dataset counts: ``people`` or ``movements``.

    Examples
    --------
    >>> people_text(Count(1, 1)), people_text(Count(114, 115)), people_text(Count(2000, None), "movements")
    ('1 person', '114–115 people', '≥ 2,000 movements')
    >>> people_text(Count(0, None))
    'people, number not reported'
    """
    one, many = ("movement", "movements") if counts == "movements" else ("person", "people")
    if count.unknown:
        return f"{many}, number not reported"
    return f"{count_text(count)} {one if count.singular else many}"


def day_text(day: dt.date) -> str:
    """Return a day as readers write it.

    Examples
    --------
    >>> day_text(dt.date(2025, 12, 13)), day_text(dt.date(79, 8, 24))
    ('13 December 2025', '24 August 79 AD')
    """
    return f"{day.day} {_MONTHS[day.month - 1]} {_year_text(day.year)}"


def _year_text(year: int) -> str:
    """Return a year; one of fewer than four digits is told from a day or a number."""
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
    """Return one date without its qualifier; what has no words of its own is told by the days it can mean."""
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
