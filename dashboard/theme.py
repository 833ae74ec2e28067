"""How things look and read on the page and on the map, said once: colours, classes, dates, words."""

from __future__ import annotations

import bisect
import datetime as dt
import re
from collections.abc import Sequence

import babel
import pandas as pd
from babel.numbers import format_decimal

from geodata.countries import country_in_sentence, country_name
from geodata.counts import Count, maxima, minima
from geodata.dates import span
from geodata.filters import OUTCOME, PEOPLE
from geodata.model.places import BEFORE, BETWEEN, DIED, IN_TRANSIT, UNLOCATED, UNREPORTED
from geodata.totals import MOVED

__all__ = [
    "CLASS_COUNT",
    "DARK",
    "LANGUAGES",
    "LIGHT",
    "MEASURE_WORDS",
    "OUTCOME_WORDS",
    "STATUS_WORDS",
    "apart_text",
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
_SEASONS = {"21": "spring", "22": "summer", "23": "autumn", "24": "winter"}


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
"""Rows of `geodata.totals.outcomes`, in its order."""

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
    "passed_on": " arrived in {place} and passed on",
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
    UNREPORTED: " set in motion by the end of {day}, of whom no source says where they went",
    BEFORE: " not yet set in motion at the end of {day}",
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
    measure: str, code: str, day: dt.date | None = None, language: str = "en", counts: str = "people"
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

    Examples
    --------
    >>> figure_text("arrived", "UA"), figure_text("present", "in_transit", dt.date(2025, 12, 13))
    (' arrived in Ukraine', ' under way at the end of 13 December 2025')
    """
    if measure == OUTCOME:
        return f": {OUTCOME_WORDS[code]}"
    words = (_MOVEMENT_WORDS if counts == "movements" else _FIGURE_WORDS).get(measure, "")
    if measure == "present":
        words = _PRESENT_WORDS.get(code, words)
    elif code == DIED:
        words = _DIED_WORDS
    place = place_in_sentence(code, language) if "{place}" in words else ""
    return words.format(place=place, day=day_text(day) if day else "")


def measure_text(measure: str, counts: str = "people") -> str:
    """Return the name of a measure.

    Parameters
    ----------
    measure
        One of `geodata.filters.MEASURES`.
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


def number_text(number: int) -> str:
    """Return a whole number with its thousands separated.

    Examples
    --------
    >>> number_text(9), number_text(20061)
    ('9', '20,061')
    """
    return str(number) if 0 <= number < 1000 else format_decimal(number, locale="en")


def count_text(count: Count) -> str:
    """Return how a count is written on the page: `Count.label` with its thousands separated.

    Examples
    --------
    >>> count_text(Count(20061, 20061)), count_text(Count(950, 1000)), count_text(Count(1000, None))
    ('20,061', '950–1,000', '≥ 1,000')
    >>> count_text(Count(0, None))
    'not reported'
    """
    if count.unknown:
        return count.label
    if count.maximum is None:
        return f"≥ {number_text(count.minimum)}"
    low, high = number_text(count.minimum), number_text(count.maximum)
    return low if low == high else f"{low}–{high}"


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
    >>> day_text(dt.date(2025, 12, 13))
    '13 December 2025'
    """
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def span_text(earliest: dt.date, latest: dt.date) -> str:
    """Return a span of days, both inclusive, without repeating what they share.

    Examples
    --------
    >>> span_text(dt.date(2025, 12, 13), dt.date(2025, 12, 18))
    '13–18 December 2025'
    >>> span_text(dt.date(2025, 11, 20), dt.date(2025, 12, 18))
    '20 November – 18 December 2025'
    """
    if earliest == latest:
        return day_text(earliest)
    if (earliest.year, earliest.month) == (latest.year, latest.month):
        return f"{earliest.day}–{day_text(latest)}"
    if earliest.year == latest.year:
        return f"{earliest.day} {_MONTHS[earliest.month - 1]} – {day_text(latest)}"
    return f"{day_text(earliest)} – {day_text(latest)}"


def date_text(date: str) -> str:
    """Return an EDTF level 1 date as readers write it, with the precision it has and no more.

    Examples
    --------
    >>> date_text("2025-12-13"), date_text("2025-09"), date_text("2025-12-13~")
    ('13 December 2025', 'September 2025', 'about 13 December 2025')
    >>> date_text("2024-07/2025-12"), date_text("2025-12/.."), date_text("2025?"), date_text("202X")
    ('July 2024 – December 2025', 'from December 2025', '2025 (uncertain)', '202X')
    """
    begin, slash, end = date.partition("/")
    if slash:
        if begin in ("", ".."):
            return f"until {date_text(end)}"
        if end in ("", ".."):
            return f"from {date_text(begin)}"
        if {len(begin), len(end)} == {10}:
            return span_text(dt.date.fromisoformat(begin), dt.date.fromisoformat(end))
        return f"{date_text(begin)} – {date_text(end)}"
    plain = date.rstrip("?~%")
    text = plain
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", plain):
        text = day_text(dt.date.fromisoformat(plain))
    elif found := re.fullmatch(r"(\d{4})-(\d{2})(-XX)?", plain):
        year, month, _ = found.groups()
        text = f"{_SEASONS.get(month) or _MONTHS[int(month) - 1]} {year}"
    about = "about " if date[-1:] in ("~", "%") else ""
    return f"{about}{text}{' (uncertain)' if date[-1:] in ('?', '%') else ''}"


def precision_text(date: str) -> str:
    """Return what a source's date leaves open, for the line under the clock.

    Examples
    --------
    >>> precision_text("2025-12-13"), precision_text("2025-09"), precision_text("2025-12-13~")
    ('day reported by the source', 'day not reported', 'day approximate')
    >>> precision_text("2025-12-13/2025-12-14")
    'on one of these days'
    """
    earliest, latest = span(date)
    if earliest == latest:
        return "day reported by the source" if date[-1:].isdigit() else "day approximate"
    return "on one of these days" if "/" in date else "day not reported"
