"""What several panels share: numbers that open, charts that filter, pages of lists, the basis in words."""

from __future__ import annotations

import datetime as dt
import zlib
from collections.abc import Mapping, Sequence

import altair as alt
import pandas as pd
import streamlit as st

from dashboard import charts, controls, theme
from dashboard.components.cells import Cell, Content
from dashboard.components.figure_table import figures
from dashboard.messages.days import date_text
from dashboard.messages.figures import count_texts, figure_text
from geodata import Filters, Selection
from geodata.analysis.presence import last_day

__all__ = [
    "A_PAGE",
    "capital",
    "caption",
    "chart",
    "colors",
    "day_of",
    "no_link",
    "numbers",
    "opening",
    "page_of",
]

A_PAGE = 50
"""Movements or findings on one page of their list."""


def caption(selection: Selection) -> str:
    """Return by which rule figures are chosen."""
    filters = selection.filters
    rule = f"according to {controls.basis_text(filters.basis, selection.dataset)}"
    return f"{rule}, as known on {date_text(filters.asof)}" if filters.asof else rule


def no_link(filters: Filters) -> str:
    """Return why no link can hold some filters, as a sentence; "" where one can."""
    return f"There is no link to this selection: {filters.too_long}." if filters.too_long else ""


def capital(text: str) -> str:
    """Return a text that begins with a capital."""
    return text[:1].upper() + text[1:]


def opening(content: Content, key: str) -> None:
    """Draw a table or a sentence whose numbers open and whose names pick."""
    figures(content, key=key, on_open=controls.opener(key), on_pick=controls.picker(key))


def numbers(
    selection: Selection, table: pd.DataFrame, measure: str, day: dt.date | None = None
) -> list[Cell]:
    """Return the numbers of one column, each to be opened; a plain zero has no claims to show."""
    about = selection.filters.lang, selection.dataset.counts, selection.counted
    words = (figure_text(measure, code, day, *about) for code in table.index)
    return [
        Cell(count) if count == "0" else Cell(count, f"{code}.{measure}", f"{count}{what}: show the claims")
        for code, count, what in zip(table.index, count_texts(table, measure), words, strict=True)
    ]


def colors() -> Mapping[str, str]:
    """Return the colours of the theme that the reader sees."""
    return theme.DARK if st.context.theme.type == "dark" else theme.LIGHT


def chart(drawn: alt.LayerChart, key: str, kind: str, picked: Sequence[str]) -> None:
    """Draw a chart; a click on one of its marks filters by it, a second click removes that filter.

    The chart is made anew for every filter that it may set, so that no selection of its own remains.
    """
    own = f"{key}-{zlib.crc32(','.join(picked).encode())}"
    st.altair_chart(
        drawn, key=own, on_select=controls.chart_picker(own, kind), selection_mode=[charts.PICK], theme=None
    )


def day_of(selection: Selection) -> dt.date | None:
    """Return the day on which people are looked for."""
    return dt.date.fromisoformat(selection.filters.t) if selection.filters.t else last_day(selection)


def page_of(count: int, key: str) -> slice:
    """Return where one page of a long list begins and ends, and draw the choice of the page."""
    pages = max(1, -(-count // A_PAGE))
    page = 1
    if pages > 1:
        # Components have keys of their own. The list may be shorter than when the page was chosen: Streamlit
        # keeps the number, and does not check it against the new limit.
        key = f"page-of-{key}"
        st.session_state[key] = min(max(1, st.session_state.get(key, 1)), pages)
        page = int(st.number_input(f"Page (of {pages})", 1, pages, key=key, width=120))
    return slice((page - 1) * A_PAGE, page * A_PAGE)
