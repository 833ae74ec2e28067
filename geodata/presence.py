"""Where the people of a selection are at the end of a day, as bounds by country."""

from __future__ import annotations

import datetime as dt

import numpy as np
import numpy.typing as npt
import pandas as pd

from geodata.countries import country_name
from geodata.counts import FloatArray, columns, maxima, minima, to_nullable
from geodata.filters import PRESENT
from geodata.selection import Selection
from geodata.totals import NOWHERE, UNREPORTED, onward, record_terms, sums

__all__ = ["IN_TRANSIT", "last_day", "present", "present_terms"]

IN_TRANSIT = "in_transit"
"""Row of those who had left a place and not yet reached the next."""


def last_day(selection: Selection) -> dt.date | None:
    """Return the last day on which anything counted can have happened; None where nothing is counted."""
    legs, events = selection.counted_transfers, selection.counted_events
    latest = pd.concat([legs["latest"], events["latest"]]).max()
    return None if pd.isna(latest) else latest.date()


def present(selection: Selection, day: dt.date) -> pd.DataFrame:
    """Return how many people were where at the end of a day: the sum of `present_terms`.

    Returns
    -------
    DataFrame
        Index country_code: sorted, then ``between``, ``unlocated``, `IN_TRANSIT` and `UNREPORTED`. Columns
        country (English name; "" in the last rows), present_min and present_max (Int64; missing = open). Rows
        in which nobody can be are left out.
    """
    found = sums(present_terms(selection, day)).droplevel("measure")
    found = found[found["max"] > 0]
    last = [row for row in (*NOWHERE, IN_TRANSIT, UNREPORTED) if row in found.index]
    rows = found.index.difference(last).append(pd.Index(last, dtype=str)).rename("country_code")
    names = [country_name(row) if row not in (IN_TRANSIT, UNREPORTED) else "" for row in rows]
    bounds = {
        column: to_nullable(found[bound].reindex(rows).to_numpy(dtype=float), rows)
        for column, bound in zip(columns(PRESENT), ("min", "max"), strict=True)
    }
    return pd.DataFrame({"country": pd.Series(names, rows, dtype=str), **bounds})


def present_terms(selection: Selection, day: dt.date) -> pd.DataFrame:
    """Return what each record adds to the people who are somewhere at the end of a day.

    A transfer puts people into its country from the day of arrival on, and takes them out of the country it
    leaves from the day of departure on; where a day is known only as a span, the bounds hold for every day of
    it. Who has been freed and takes a first reported transfer later is still where that one begins.

    Parameters
    ----------
    selection
        Its counted transfers and events.
    day
        The day.

    Returns
    -------
    DataFrame
        In the form of `geodata.totals.terms`, with the rows of `present` as country_code.
    """
    legs, events = selection.counted_transfers, selection.counted_events
    now = pd.Timestamp(day).as_unit("s")
    low, high = minima(legs), maxima(legs)
    left, perhaps_left = (legs["left_by"] <= now).to_numpy(), (legs["earliest"] <= now).to_numpy()
    reached, perhaps_reached = (legs["latest"] <= now).to_numpy(), (legs["reached_from"] <= now).to_numpy()
    onward_least, onward_most = onward(selection, legs, _if(left, low), _if(perhaps_left, high))

    dataset = selection.dataset
    first = ~dataset.flags(dataset.links[0])[legs["record"]]
    freed_by_now, perhaps_freed = ((events[name] <= now).to_numpy() for name in ("latest", "earliest"))
    begun, perhaps_begun = (
        dataset.flags(events["record"][freed])[legs["event_record"]]
        for freed in (freed_by_now, perhaps_freed)
    )

    def gone(bound: FloatArray) -> FloatArray:
        of_event = np.bincount(legs["event_record"], weights=_if(first, bound), minlength=dataset.size)
        return of_event[events["record"]].astype(float)

    # An event without a number of its own is as large as its transfers say: nobody else is known of.
    sized = events["reported"].to_numpy() | ~dataset.flags(legs["event_record"])[events["record"]]
    unreported = record_terms(
        PRESENT,
        pd.Series(UNREPORTED, events.index),
        events,
        _if(freed_by_now & sized, minima(events) - gone(high)),
        _if(perhaps_freed & sized, maxima(events) - gone(low)),
    )
    return pd.concat(
        [
            record_terms(
                PRESENT,
                legs["destination_country"],
                legs,
                _if(reached, low) - onward_most,
                _if(perhaps_reached, high) - onward_least,
            ),
            record_terms(
                PRESENT,
                pd.Series(IN_TRANSIT, legs.index),
                legs,
                _if(left & ~perhaps_reached, low),
                _if(perhaps_left & ~reached, high),
            ),
            record_terms(
                PRESENT,
                legs["origin_country"],
                legs,
                _if(first & begun & ~perhaps_left, low),
                _if(first & perhaps_begun & ~left, high),
            ),
            unreported,
        ]
    )


def _if(condition: npt.NDArray[np.bool_], values: FloatArray) -> FloatArray:
    """Return values where a condition holds and 0 elsewhere."""
    return np.where(condition, values, 0.0)
