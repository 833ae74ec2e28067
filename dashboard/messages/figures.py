"""Numbers in words: measures, outcomes, statuses, and whom a figure counts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import pandas as pd

from dashboard.messages.days import day_text
from dashboard.messages.places import place_in_sentence
from geodata.analysis.totals import MOVED
from geodata.model.counts import Count, count_text, maxima, minima, number_text
from geodata.model.places import BEFORE, DIED, IN_TRANSIT, UNREPORTED
from geodata.model.schema import Status
from geodata.query.filters import OUTCOME, PEOPLE

__all__ = [
    "MEASURE_WORDS",
    "OUTCOME_WORDS",
    "STATUS_WORDS",
    "apart_text",
    "class_labels",
    "count_texts",
    "figure_text",
    "measure_text",
    "people_text",
]

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
