"""What sentences ask of a selection before they say something of it."""

from __future__ import annotations

import pandas as pd

from geodata import Dataset, Selection, people
from geodata.model.counts import Count
from geodata.model.schema import STATUSES

__all__ = ["are_joined", "chosen", "may_recur", "number_of_events", "people_of"]


def are_joined(selection: Selection, events: pd.DataFrame, transfers: pd.DataFrame) -> bool:
    """Return whether transfers of some of the counted events follow those of others."""
    dataset = selection.dataset
    counted = dataset.statuses == STATUSES.index(selection.counted)
    there = dataset.flags(pd.concat([events["record"], transfers["event_record"]]))
    following, before = dataset.links
    one, other = dataset.event_of[following], dataset.event_of[before]
    return bool(((one != other) & there[one] & there[other] & counted[following] & counted[before]).any())


def may_recur(dataset: Dataset, number: int) -> bool:
    """Return whether the same person may be in several of so many events."""
    return number > 1 and dataset.counts == "people" and dataset.recurrence != "none"


def chosen(selection: Selection) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the events that are counted because they are chosen themselves, and the counted transfers."""
    return selection.counted_events, selection.counted_transfers


def number_of_events(events: pd.DataFrame, transfers: pd.DataFrame) -> int:
    """Return how many events some events and transfers belong to."""
    return len(pd.unique(pd.concat([events["record"], transfers["event_record"]])))


def people_of(selection: Selection) -> Count:
    """Return the number of people, each once."""
    return Count(*people(selection))
