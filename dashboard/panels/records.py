"""The panel Movements: events and transfers, each with its claims."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import markup
from dashboard.components import cells
from dashboard.panels.parts import opening, page_of
from geodata import Selection

__all__ = ["movements"]


def movements(selection: Selection, _: pd.DataFrame) -> None:
    """List the chosen events and transfers by day; each opens to its claims."""
    events, transfers = selection.events, selection.transfers
    entries = pd.concat(
        [events.assign(is_transfer=False, event_id=events.index), transfers.assign(is_transfer=True)]
    )
    first = events["earliest"].reindex(entries["event_id"]).to_numpy()
    entries = entries.assign(first=first).sort_values(
        ["first", "event_id", "is_transfer", "earliest"], kind="stable"
    )
    shown = entries.iloc[page_of(len(entries), "movements")]
    picked = {*selection.filters.event, *selection.filters.transfer}
    st.html(markup.records(selection.dataset, shown, selection.claims, picked=picked))
    opening(cells.listener(), "records")
