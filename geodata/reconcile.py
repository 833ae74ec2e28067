"""What the figures of one event imply about each other.

Two constraints hold between the counts of people who really travelled: the first legs of an event together
carry at most the event's people, and the legs that follow one leg together carry at most what it carried.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from geodata.counts import FloatArray, columns, maxima, minima, to_nullable

__all__ = ["tighten", "whole_of"]


def tighten(events: pd.DataFrame, transfers: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame, pd.Index]:
    """Return events and transfers with bounds tightened by each other.

    Interval propagation to a fixpoint: a part is at most its whole less the least of its siblings, a whole is
    at least the sum of its parts. A transfer that follows several others has no single whole and is left as
    it is. Where the claims of an event contradict each other nothing of that event is changed.

    Parameters
    ----------
    events
        Index event_id; count_min, count_max (Int64; missing = open).
    transfers
        Index transfer_id; event_id, follows (tuples of ids), count_min, count_max. Only transfers that
        happened.

    Returns
    -------
    events, transfers, contradictory
        The tables with their bounds replaced, and the ids of the events whose claims contradict each other.

    Examples
    --------
    "Most of 123" and "a small contingent" leave at most 61 for the contingent, and at most 122 for the most:

    >>> def table(ids, rows):
    ...     names = ["event_id", "follows", "count_min", "count_max"]
    ...     return pd.DataFrame(rows, ids, names).astype(dict.fromkeys(columns("count"), "Int64"))
    >>> events = table(["release"], [("", (), 123, 123)])
    >>> legs = table(["most", "some"], [("release", (), 62, None), ("release", (), 1, None)])
    >>> tighten(events, legs)[1][["count_min", "count_max"]].to_numpy().tolist()
    [[62, 122], [1, 61]]
    """
    nodes = pd.concat([events[columns("count")], transfers[columns("count")]])
    event = np.concatenate([events.index.to_numpy(), transfers["event_id"].to_numpy()])
    low, high = _fixpoint(nodes, transfers)
    contradictory = pd.Index(event[low > high]).unique()
    if len(contradictory):
        # Without them, so that a contradiction cannot leak into an event whose people were freed earlier.
        rest_events, rest_transfers, more = tighten(
            events.drop(contradictory, errors="ignore"), transfers[~transfers["event_id"].isin(contradictory)]
        )
        events, transfers = events.copy(), transfers.copy()
        events.update(rest_events[columns("count")])
        transfers.update(rest_transfers[columns("count")])
        return events, transfers, contradictory.append(more)
    bounds = pd.DataFrame(
        {"count_min": to_nullable(low, nodes.index), "count_max": to_nullable(high, nodes.index)}
    )
    return _bounded(events, bounds[: len(events)]), _bounded(transfers, bounds[len(events) :]), contradictory


def whole_of(transfers: pd.DataFrame) -> pd.Series:
    """Return for each transfer whose people its own are part of.

    That is the one transfer that it follows, or its event where it follows none; "" where it follows several.
    """
    follows, several = transfers["follows"].str[0], transfers["follows"].str.len() > 1
    return follows.where(follows.notna(), transfers["event_id"]).mask(several, "")


def _bounded(records: pd.DataFrame, bounds: pd.DataFrame) -> pd.DataFrame:
    return records.assign(count_min=bounds["count_min"], count_max=bounds["count_max"])


def _fixpoint(nodes: pd.DataFrame, transfers: pd.DataFrame) -> tuple[FloatArray, FloatArray]:
    """Return the lowest and highest counts of events and transfers together.

    Lower bounds move up the journeys and upper bounds down, one step a round, so the rounds are at most twice
    the longest chain of `follows`.
    """
    low, high = minima(nodes), maxima(nodes)
    whole = nodes.index.get_indexer(pd.Index(whole_of(transfers)))
    single = whole >= 0
    whole, part = whole[single], np.arange(len(nodes) - len(transfers), len(nodes))[single]
    while True:
        least = np.bincount(whole, weights=low[part], minlength=len(nodes))
        new_low, new_high = np.maximum(low, least), high.copy()
        new_high[part] = np.minimum(high[part], high[whole] - (least[whole] - low[part]))
        if np.array_equal(new_low, low) and np.array_equal(new_high, high):
            return low, high
        low, high = new_low, new_high
