"""What a dataset covers, and what not."""

from __future__ import annotations

import datetime as dt

import pandas as pd

from dashboard.messages.days import day_text
from dashboard.messages.phrases import joined, with_noun
from geodata import Dataset
from geodata.model.dates import FIRST_DAY, LAST_DAY

__all__ = ["CAUTION", "coverage"]

CAUTION = "A map of reported cases is not a count of all cases."


def coverage(dataset: Dataset) -> list[str]:
    """Return what a dataset covers and what not, in sentences for the reader of its totals."""
    events = dataset.events[dataset.events["kind"] != "series"]
    if events.empty:
        return ["The dataset has no events."]
    dated = pd.concat([events, dataset.transfers])
    numbers = joined(
        [
            with_noun(len(events), "event"),
            with_noun(len(dataset.transfers), "transfer"),
            with_noun(len(dataset.claims), "claim"),
            with_noun(len(dataset.sources), "source"),
        ]
    )
    found = [f"{_runs(dated['earliest'].min().date(), dated['latest'].max().date())}: {numbers}."]
    if dataset.counts == "movements":
        found.append("It counts movements, not people.")
    if dataset.populations:
        found.append(f"Whom it covers: {dataset.populations}")
    if dataset.gaps:
        found.append(f"Known gaps: {dataset.gaps}")
    return [*found, CAUTION]


def _runs(first: dt.date, last: dt.date) -> str:
    """Return which days a dataset covers; an open end is open."""
    if first == FIRST_DAY and last == LAST_DAY:
        return "This dataset has no first and no last day"
    if first == FIRST_DAY:
        return f"This dataset runs until {day_text(last)}"
    if last == LAST_DAY:
        return f"This dataset runs from {day_text(first)} on"
    return f"This dataset runs from {day_text(first)} to {day_text(last)}"
