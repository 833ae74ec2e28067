"""Tables of text to the columns that `geodata.model.dataset.Dataset` describes."""

from __future__ import annotations

import numpy as np
import pandas as pd

from geodata.model.dates import spans
from geodata.model.schema import SEPARATOR

__all__ = ["claims", "events", "locations", "people", "sources", "transfers"]


def locations(text: pd.DataFrame) -> pd.DataFrame:
    """Return longitude and latitude as numbers."""
    return text.assign(longitude=_number(text["longitude"]), latitude=_number(text["latitude"]))


def events(text: pd.DataFrame) -> pd.DataFrame:
    """Return events with their first and last possible day."""
    return text.join(spans(text["date"]))


def transfers(text: pd.DataFrame, events: pd.DataFrame) -> pd.DataFrame:
    """Read ids and days as they are written; a transfer without a date of its own has that of its event."""
    of_event = events.drop_duplicates("event_id").set_index("event_id")["date"]
    departed, arrived = text["departed"], text["arrived"]
    one = departed.where(arrived == "", arrived)
    one = one.where(one != "", text["event_id"].map(of_event).astype("str").fillna(""))
    # With one date given, all that is known is that the transfer took place within it.
    both = (departed != "") & (arrived != "")
    left, reached = spans(departed.where(both, one)), spans(one)
    begin, end = departed.str.split("/").str[0], arrived.str.split("/").str[-1]
    return text.assign(
        via=_ids(text["via"]),
        follows=_ids(text["follows"]),
        date=one.mask(both & (begin != end) & (departed != arrived), begin + "/" + end),
        earliest=left["earliest"],
        left_by=left["latest"],
        reached_from=reached["earliest"],
        latest=reached["latest"],
    )


def claims(text: pd.DataFrame) -> pd.DataFrame:
    """Return bounds as whole numbers; an open one is missing."""
    return text.assign(count_min=_count(text["count_min"]), count_max=_count(text["count_max"]))


def sources(text: pd.DataFrame) -> pd.DataFrame:
    """Return sources with the first and last possible day of publication."""
    return text.join(spans(text["published"]))


def people(text: pd.DataFrame) -> pd.DataFrame:
    """Return the public people, with ids of transfers as tuples."""
    public = text[text["public"] == "true"]
    return public.assign(transfers=_ids(public["transfers"])).drop(columns="public")


def _number(cells: pd.Series) -> pd.Series:
    return pd.to_numeric(cells.where(cells != ""), errors="coerce")


def _count(cells: pd.Series) -> pd.Series:
    # Longer ones were reported, and may not fit into 64 bits.
    return _number(cells.where(cells.str.fullmatch("[0-9]{1,10}"), "")).astype("Int64")


def _ids(cells: pd.Series) -> pd.Series:
    """Return list cells as tuples of ids."""
    number, different = pd.factorize(cells)
    lists = np.empty(len(different), dtype=object)
    for k, cell in enumerate(different):
        lists[k] = tuple(filter(None, map(str.strip, cell.split(SEPARATOR))))
    return pd.Series(lists[number], cells.index, dtype=object)
