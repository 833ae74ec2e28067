"""The panel Timeline: who was set in motion when, and how many so far."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from dashboard import charts, markup
from dashboard.components import cells
from dashboard.components.cells import Cell
from dashboard.messages.days import date_text
from dashboard.messages.figures import count_texts
from dashboard.panels.parts import caption, chart, colors, opening, page_of
from geodata import Selection
from geodata.analysis.totals import people_records
from geodata.analysis.totals import timeline as cumulated
from geodata.model.dates import FIRST_DAY, LAST_DAY
from geodata.query.filters import PEOPLE

__all__ = ["timeline"]


def timeline(selection: Selection, _: pd.DataFrame) -> None:
    """Draw the people of each event, how many had been set in motion by the end of each day, and the list."""
    known = cumulated(selection)
    if known.empty:
        st.write("Nothing that is counted here.")
        return
    titles = selection.dataset.titles
    records = pd.concat([selection.counted_events, selection.counted_transfers])
    records = records.loc[people_records(selection)].sort_values(["latest", "earliest"], kind="stable")
    _charts(selection, known, records)
    records = records.iloc[page_of(len(records), "timeline_page")]
    so_far = known.iloc[known.index.searchsorted(records["latest"], side="right") - 1]
    events = _events_of(records)
    rows: list[list[Cell | str]] = [
        [
            date_text(date),
            Cell(titles[record], pick=("event", event), picked=event in selection.filters.event),
            Cell(count, record, f"{count}: show the claims"),
            until,
        ]
        for record, event, date, count, until in zip(
            records.index,
            events,
            records["date"],
            count_texts(records),
            count_texts(so_far, PEOPLE),
            strict=True,
        )
    ]
    summary = (
        f"People as they were set in motion, each counted once; {caption(selection)}. So far: by the end of "
        "that day. A day that is not known for certain raises the upper bound first and the lower one last."
    )
    opening(cells.table(summary, ["When", "What", "People", "So far"], rows, texts=2), "timeline")


def _charts(selection: Selection, known: pd.DataFrame, records: pd.DataFrame) -> None:
    """Draw two charts, one exactly over the other on one axis of time."""
    picked = selection.filters.event
    time, shades = charts.time_of(known), colors()
    named = records.assign(
        event=_events_of(records),
        title=[selection.dataset.titles[record] for record in records.index],
        when=records["date"].map(date_text),
    )
    says = ["A stem reaches as far as is certain."]
    if (records["count_max"].fillna(-1) != records["count_min"]).any():
        says.append("A whisker reaches as far as is possible.")
    if records["count_max"].isna().any():
        says.append("An arrow at the edge: no source sets an upper bound.")
    if (records["latest"] > records["earliest"]).any():
        says.append("A line to the sides: on one of these days.")
    ends = np.array([FIRST_DAY, LAST_DAY], dtype="datetime64[D]")
    if np.isin(records[["earliest", "latest"]].to_numpy(dtype="datetime64[D]"), ends).any():
        says.append("An arrow to the side: no source says from when on or until when.")
    if len(records) > charts.MOST_EVENTS:
        says.append(f"The {charts.MOST_EVENTS} largest of {len(records)} are drawn; the table has all.")
    says.append("A click on a dot shows that event alone.")
    st.html(f'<h3 class="ptm-chart">People by event</h3><p class="ptm-key">{markup.text(" ".join(says))}</p>')
    chart(charts.by_event(named, time, shades, picked=picked), "events", "event", picked)
    st.html(
        '<h3 class="ptm-chart">People so far</h3>'
        '<p class="ptm-key">By the end of each day, at least and at most.</p>'
    )
    st.altair_chart(charts.cumulative(known, time, shades), theme=None)


def _events_of(records: pd.DataFrame) -> list[str]:
    """Return the event of each event or transfer."""
    of_leg = records["event_id"].to_numpy() if "event_id" in records else np.full(len(records), None)
    return [
        event if isinstance(event, str) else str(record)
        for event, record in zip(of_leg, records.index, strict=True)
    ]
