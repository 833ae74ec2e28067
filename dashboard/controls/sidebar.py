"""The widgets. Texts of a dataset appear as options only, which are never read as Markdown."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from functools import partial

import pandas as pd
import streamlit as st

from dashboard import theme
from geodata import Dataset
from geodata.basis import ADOPTED, ALL
from geodata.filters import MEASURES
from geodata.schema import STATUSES

__all__ = ["EARLIEST", "LATEST", "basis_text", "draw", "look_at"]

_BASIS_WORDS = {ADOPTED: "adopted figures", ALL: "all sources, where they differ"}
# The calendar widget needs limits that do not move with the clock.
EARLIEST, LATEST = dt.date(1900, 1, 1), dt.date(2199, 12, 31)


def draw(dataset: Dataset) -> None:
    """Draw the widgets."""
    with st.sidebar:
        _records(dataset)
        _counting(dataset)
        _showing()


def look_at(default: dt.date) -> dt.date:
    """Draw a choice of the day on which people are looked for, and return it; the map's clock follows."""

    def keep() -> None:
        st.session_state["day"] = st.session_state["looked_at"].isoformat()

    shown = st.session_state["day"]
    st.session_state["looked_at"] = dt.date.fromisoformat(shown) if shown else default
    st.date_input(
        "Where they are at the end of",
        key="looked_at",
        min_value=EARLIEST,
        max_value=LATEST,
        format="YYYY-MM-DD",
        on_change=keep,
        width=220,
    )
    day: dt.date = st.session_state["looked_at"]
    return day


def basis_text(basis: str, dataset: Dataset) -> str:
    """Return what a basis is called."""
    return _BASIS_WORDS.get(basis) or _source_text(basis, dataset.sources)


def _source_text(source_id: str, sources: pd.DataFrame) -> str:
    """Return what a publication is called."""
    source = sources.loc[source_id]
    return f"{source['publisher']}: {source['title']}" if source["title"] else str(source["publisher"])


def _records(dataset: Dataset) -> None:
    """Draw what chooses records."""
    titles = dataset.events["title"]
    newest_first = dataset.events[dataset.events["kind"] != "series"].sort_values("earliest", ascending=False)
    st.multiselect(
        "Event",
        _options("event", newest_first.index),
        key="event",
        format_func=lambda event: str(titles[event]),
        placeholder="All events",
    )
    st.date_input("Between", [], key="dates", min_value=EARLIEST, max_value=LATEST, format="YYYY-MM-DD")
    named = partial(theme.place_text, language=st.session_state["lang"])
    for key, label, end in (("origin", "From", "origin"), ("destination", "To", "destination")):
        codes = sorted(_options(key, dataset.transfers[f"{end}_country"].unique()), key=named)
        st.multiselect(label, codes, key=key, format_func=named, placeholder="All countries")
    kinds = _options("kind", newest_first["kind"].unique())
    st.multiselect("Kind of event", kinds, key="kind", placeholder="All kinds")
    st.pills(
        "Status",
        STATUSES,
        key="status",
        selection_mode="multi",
        format_func=lambda status: theme.STATUS_WORDS[status],
    )
    groups = sorted(filter(None, dataset.claims["group"].unique()))
    if groups or st.session_state["group"]:
        st.multiselect(
            "With people of the group",
            _options("group", groups),
            key="group",
            placeholder="All groups",
            help="Movements of which a source names such a group; everybody in them is counted",
        )
    st.multiselect(
        "Told of by",
        _options("source", dataset.sources["publisher"].sort_values().index),
        key="source",
        format_func=lambda source: _source_text(source, dataset.sources),
        placeholder="All sources",
    )


def _counting(dataset: Dataset) -> None:
    """Draw what chooses claims."""
    bases = [ADOPTED, ALL, *dataset.sources["publisher"].sort_values().index]

    def text_of(basis: str) -> str:
        return basis_text(basis, dataset) if basis else "Nothing"

    st.selectbox("According to", bases, key="basis", format_func=text_of)
    if st.session_state["compare"] == st.session_state["basis"]:
        st.session_state["compare"] = ""
    st.selectbox("Beside it", ["", *bases], key="compare", format_func=text_of)
    st.date_input(
        "As known on",
        None,
        key="asof",
        min_value=EARLIEST,
        max_value=LATEST,
        format="YYYY-MM-DD",
        help="Only what sources had published by the end of that day",
    )


def _showing() -> None:
    """Draw what chooses colours and words."""
    st.selectbox(
        "Colour countries by",
        MEASURES,
        key="measure",
        format_func=lambda measure: theme.MEASURE_WORDS[measure],
    )
    languages = dict.fromkeys([*theme.LANGUAGES, st.session_state["lang"]])
    st.selectbox("Names of countries in", languages, key="lang", format_func=theme.language_text)


def _options(key: str, values: Iterable[str]) -> list[str]:
    """Return values to choose from, and those that are chosen though they do not occur."""
    return list(dict.fromkeys([*values, *st.session_state[key]]))
