"""The panel Countries: people by country, where they are on a day, what took place and what not."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import charts, controls, markup
from dashboard.components import cells
from dashboard.components.cells import Cell
from dashboard.messages.coverage import coverage
from dashboard.messages.figures import OUTCOME_WORDS, measure_text
from dashboard.messages.places import place_text
from dashboard.panels.parts import capital, caption, chart, colors, numbers, opening
from geodata import Selection
from geodata.analysis.presence import last_day, present
from geodata.analysis.totals import outcomes
from geodata.model.counts import columns
from geodata.model.places import NOWHERE
from geodata.query.filters import MEASURES, OUTCOME, PRESENT

__all__ = ["countries"]


def countries(selection: Selection, totals: pd.DataFrame) -> None:
    """Draw the people by country, where they are on a day, what took place and what not, what is covered."""
    filters = selection.filters
    ordered = charts.most_first(totals, filters.measure)
    _bars(selection, ordered)
    places = [place_text(code, filters.lang) for code in ordered.index]
    rows = zip(
        (
            name if code in NOWHERE else Cell(name, pick=("country", code), picked=code in filters.country)
            for code, name in zip(ordered.index, places, strict=True)
        ),
        *(numbers(selection, ordered, measure) for measure in MEASURES),
        ordered["sources"].map(lambda ids: str(len(ids.split(";")) if ids else 0)),
        strict=True,
    )
    header = ["Country", *(measure.replace("_", " ").capitalize() for measure in MEASURES), "Sources"]
    summary = (
        f"{capital(selection.dataset.counts)} by country, counted once in each column; {caption(selection)}. "
        "Click a number for its sources, the name of a country to show it alone."
    )
    opening(cells.table(summary, header, rows), "countries")
    left, right = st.columns(2, gap="large")
    with left:
        _whereabouts(selection)
    with right:
        _outcomes(selection)
    st.html(f'<p class="ptm-coverage">{markup.text(" ".join(coverage(selection.dataset)))}</p>')


def _bars(selection: Selection, ordered: pd.DataFrame) -> None:
    """Draw the measure as bars with whiskers; nothing where all numbers are zero."""
    filters = selection.filters
    drawn = charts.by_country(
        ordered,
        filters.measure,
        colors(),
        name=lambda code: place_text(code, filters.lang),
        picked=filters.country,
    )
    if drawn is None:
        return
    low, high = columns(filters.measure)
    some = ordered[(ordered[low] > 0) | (ordered[high].fillna(1) > 0)]
    says = ["Bars reach as far as is certain."]
    if (some[high].fillna(-1) != some[low]).any():
        says.append("Whiskers reach as far as is possible.")
    if some[high].isna().any():
        says.append("An arrow at the edge: no source sets an upper bound.")
    if (more := len(some) - charts.MOST_BARS) > 0:
        says.append(f"The table has {more} more {'country' if more == 1 else 'countries'}.")
    says.append("A click on a bar shows that country alone.")
    title = measure_text(filters.measure, selection.dataset.counts)
    st.html(
        f'<h3 class="ptm-chart">{markup.text(title)}</h3><p class="ptm-key">{markup.text(" ".join(says))}</p>'
    )
    chart(drawn, "bars", "country", filters.country)


def _whereabouts(selection: Selection) -> None:
    """Draw where the people are at the end of the day at which the clock stands; nothing where none moved."""
    default = last_day(selection)
    if default is None or selection.counted != "done":
        return
    day, language = controls.look_at(default), selection.filters.lang
    found = present(selection, day).sort_values("present_min", ascending=False, kind="stable")
    names = [place_text(code, language) for code in found.index]
    rows = zip(names, numbers(selection, found, PRESENT, day), strict=True)
    summary = "Where sources leave a day open, the bounds of every day that it may have been are wider."
    opening(cells.table(summary, ["Place", capital(selection.dataset.counts)], rows), "present")


def _outcomes(selection: Selection) -> None:
    """Draw how many people each kind of event and each status is about."""
    found = outcomes(selection)
    if len(found):
        rows = zip(
            (OUTCOME_WORDS[outcome] for outcome in found.index),
            map(str, found["records"]),
            numbers(selection, found, OUTCOME),
            strict=True,
        )
        summary = "What took place is never added to what did not: these rows overlap and have no sum."
        header = ["What is reported", "Events or transfers", capital(selection.dataset.counts)]
        opening(cells.table(summary, header, rows), "outcomes")
