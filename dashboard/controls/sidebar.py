"""The widgets. Texts of a dataset appear as options only, which are never read as Markdown."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

import streamlit as st

from dashboard.messages.days import day_text
from dashboard.messages.fields import WORDS, Words
from dashboard.messages.places import LANGUAGES
from geodata import Dataset
from geodata.model.dates import span
from geodata.model.fields import FIELDS, Field
from geodata.query.filters import LinkNotice

__all__ = ["EARLIEST", "LATEST", "draw", "look_at", "on_calendar"]

# The calendar widget needs limits that do not move with the clock.
EARLIEST, LATEST = dt.date(1900, 1, 1), dt.date(2199, 12, 31)
_CALENDAR: dict[str, Any] = {"min_value": EARLIEST, "max_value": LATEST, "format": "YYYY-MM-DD"}


def draw(dataset: Dataset) -> None:
    """Draw the widgets."""
    with st.sidebar:
        for name, words in WORDS.items():
            field = FIELDS[name]
            if not words.label:
                continue
            if name == "date":
                st.date_input(words.label, [], key="dates", **_CALENDAR)
            elif name == "asof":
                st.date_input(words.label, None, key=name, help=words.help, **_CALENDAR)
            elif field.several:
                _several(field, words, dataset)
            else:
                _one(field, words, dataset)


def on_calendar(date: str) -> tuple[dt.date, dt.date] | None:
    """Return the first and the last day of an EDTF date; None where a calendar cannot show both.

    Examples
    --------
    >>> on_calendar("2025-09")
    (datetime.date(2025, 9, 1), datetime.date(2025, 9, 30))
    >>> on_calendar("1861"), on_calendar("../2025-12")
    (None, None)
    """
    earliest, latest = span(date)
    return (earliest, latest) if earliest >= EARLIEST and latest <= LATEST else None


def look_at(default: dt.date) -> dt.date:
    """Draw a choice of the day on which people are looked for, and return it; the map's clock follows.

    A day that the calendar cannot show is written next to it.
    """

    def keep() -> None:
        chosen = st.session_state["looked_at"]
        st.session_state["day"] = chosen.isoformat() if chosen else ""

    shown = st.session_state["day"]
    day = dt.date.fromisoformat(shown) if shown else default
    inside = EARLIEST <= day <= LATEST
    st.session_state["looked_at"] = day if inside else None
    st.date_input(
        "Where they are at the end of",
        None,
        key="looked_at",
        on_change=keep,
        width=220,
        **_CALENDAR,
    )
    if not inside:
        st.text(day_text(day))
    return day


def _several(field: Field, words: Words, dataset: Dataset) -> None:
    """Draw the choice of a set of values."""
    language = st.session_state["lang"]

    def text(value: str) -> str:
        return words.value(value, dataset, language)

    if field.offered is None:
        st.pills(words.label, field.terms, key=field.name, selection_mode="multi", format_func=text)
        return
    options = _options(field.name, field.offered(dataset))
    if words.by_words:
        options.sort(key=text)
    if options:
        st.multiselect(
            words.label,
            options,
            key=field.name,
            format_func=text,
            placeholder=words.every,
            help=words.help,
        )


def _one(field: Field, words: Words, dataset: Dataset) -> None:
    """Draw the choice of one value."""
    state = st.session_state
    language = state["lang"]

    def text(value: str) -> str:
        return words.value(value, dataset, language)

    if field.name == "compare" and state["compare"] == state["basis"]:
        state["notices"] = [LinkNotice("compare", state["compare"], field.without, "it is the basis itself")]
        state["compare"] = ""
    offered = field.offered(dataset) if field.offered else field.terms or LANGUAGES
    empty = [] if field.default else [""]
    st.selectbox(words.label, [*empty, *_options(field.name, offered)], key=field.name, format_func=text)


def _options(name: str, values: Iterable[str]) -> list[str]:
    """Return values to choose from, and those that are chosen though they do not occur."""
    held = st.session_state[name]
    chosen = held if isinstance(held, list) else [held]
    return [*filter(None, dict.fromkeys([*values, *chosen]))]
