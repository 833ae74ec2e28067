"""Where the people of a selection are at the end of a day, as bounds by country."""

from __future__ import annotations

import datetime as dt
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from geodata.countries import country_name
from geodata.counts import FloatArray, columns, maxima, minima, to_nullable
from geodata.filters import PRESENT
from geodata.load import IntArray
from geodata.selection import Selection
from geodata.totals import NOWHERE, UNREPORTED, sums, taken_along

__all__ = ["IN_TRANSIT", "changes", "history", "last_day", "present", "present_terms"]

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
    until = changes(selection)
    until = until[until["day"] <= pd.Timestamp(day)]
    now = until[~until["term"].duplicated(keep="last")]
    records = selection.dataset.events.index.append(selection.dataset.transfers.index)
    return now.drop(columns=["term", "day"]).assign(measure=PRESENT).set_axis(records[now["record"]])


def history(selection: Selection) -> pd.DataFrame:
    """Return how many people were where from each day on at which that changes.

    Returns
    -------
    DataFrame
        In order of time: country_code (the rows of `present`), day (datetime64[s]: `present` at its end),
        present_min and present_max (Int64; missing = open).
    """
    every = changes(selection)
    row = every["country_code"]
    part = pd.factorize(row)[0] * selection.dataset.size + every["whole"]
    together = _running(every["max"], every["term"], part).clip(upper=every["whole_max"])
    low, high = columns(PRESENT)
    found = pd.DataFrame(
        {
            "country_code": row,
            "day": every["day"],
            low: to_nullable(_running(every["min"], every["term"], row).to_numpy(), every.index),
            high: to_nullable(_running(together, part, row).to_numpy(), every.index),
        }
    )
    return found[~found.duplicated(["country_code", "day"], keep="last")].reset_index(drop=True)


def changes(selection: Selection) -> pd.DataFrame:
    """Return what each record adds to the people who are somewhere, from each day on at which that changes.

    A transfer puts people into its country from the day of arrival on, and takes them out of the country it
    leaves from the day of departure on; where a day is known only as a span, the bounds hold for every day of
    it. Who has been freed and takes a first reported transfer later is still where that one begins.

    Returns
    -------
    DataFrame
        In order of time: term (a number), country_code, record, whole and whole_max as in
        `geodata.totals.terms`, and min and max, which hold from day (datetime64[s]) on until the next row of
        the same term.
    """
    dataset, legs, events = selection.dataset, selection.counted_transfers, selection.counted_events
    leg, event, of = (legs["record"].to_numpy(), events["record"].to_numpy(), legs["event_record"].to_numpy())
    low, high = minima(legs), maxima(legs)
    left_from, left_by, reached_from, reached_by = (
        legs[name].to_numpy() for name in ("earliest", "left_by", "reached_from", "latest")
    )
    following, followed, least, most = taken_along(selection, legs)
    first = ~dataset.among(leg, dataset.links[0])
    freed_from, freed_by = np.full((2, dataset.size), _NEVER)
    freed_from[event], freed_by[event] = events["earliest"], events["latest"]
    # An event without a number of its own is as large as its transfers say: nobody else is known of.
    sized = events["reported"].to_numpy() | ~dataset.among(event, of)

    def rest(bound: FloatArray, moved: FloatArray) -> FloatArray:
        gone = np.bincount(of, weights=np.where(first, moved, 0), minlength=dataset.size)[event]
        return np.where(sized, np.maximum(bound - gone, 0), 0)

    # A term is what a record adds in one role: numbers of records, shifted by a size for each role.
    reached, under_way, waiting, unreported = np.arange(4) * dataset.size
    every = _together(
        [
            _arrived(reached + leg, reached_by, low, followed, left_from[following], most),
            _held(under_way + leg, left_by, reached_from, low),
            _held(waiting + leg, freed_by[of], left_from, np.where(first, low, 0)),
            _held(unreported + event, freed_by[event], _NEVER, rest(minima(events), high)),
        ],
        [
            _arrived(reached + leg, reached_from, high, followed, left_by[following], least),
            _held(under_way + leg, left_from, reached_by, high),
            _held(waiting + leg, freed_from[of], left_by, np.where(first, high, 0)),
            _held(unreported + event, freed_from[event], _NEVER, rest(maxima(events), low)),
        ],
    )
    row = np.full(4 * dataset.size, IN_TRANSIT, dtype=object)
    row[reached + leg], row[waiting + leg] = legs["destination_country"], legs["origin_country"]
    row[unreported + event] = UNREPORTED
    whole, whole_max = np.arange(dataset.size), np.full(dataset.size, np.inf)
    whole[leg], whole_max[leg] = np.where(legs["whole"] < 0, leg, legs["whole"]), maxima(legs, "whole")
    record = every["term"].to_numpy() % dataset.size
    return every.assign(
        country_code=row[every["term"]], record=record, whole=whole[record], whole_max=whole_max[record]
    )


_Days: TypeAlias = npt.NDArray[np.datetime64]
_Changes: TypeAlias = tuple[IntArray, _Days, FloatArray]
"""Terms, days, and how many people there are from each day on."""
_NEVER = np.datetime64("9999-12-31", "s")


def _held(term: IntArray, begin: _Days, end: _Days | np.datetime64, count: FloatArray) -> _Changes:
    """Return people who are there from `begin` on until `end`; nobody where that is no later."""
    here = (count > 0) & (begin < end)
    term, days = term[here], [begin[here], np.broadcast_to(end, here.shape)[here]]
    return np.tile(term, 2), np.concatenate(days), np.concatenate([count[here], np.zeros(len(term))])


def _arrived(
    term: IntArray, day: _Days, count: FloatArray, place: IntArray, left: _Days, gone: FloatArray
) -> _Changes:
    """Return people who have arrived by a day, less those who have gone on, each group by a day of its own.

    `place` are positions in the others, of the arrivals that people have gone on from.
    """
    term, day = np.concatenate([term, term[place]]), np.concatenate([day, left])
    order = np.lexsort((day, term))
    running = pd.Series(np.concatenate([count, -gone])[order]).groupby(term[order]).cumsum()
    return term[order], day[order], running.clip(lower=0.0).to_numpy()


def _together(lower: list[_Changes], upper: list[_Changes]) -> pd.DataFrame:
    """Return the changes of both bounds in one table, in order of time: term, day, min and max."""
    low_term, low_day, low = map(np.concatenate, zip(*lower, strict=True))
    high_term, high_day, high = map(np.concatenate, zip(*upper, strict=True))
    table = pd.DataFrame(
        {
            "term": np.concatenate([low_term, high_term]),
            "day": np.concatenate([low_day, high_day]),
            "min": np.concatenate([low, np.full(len(high), np.nan)]),
            "max": np.concatenate([np.full(len(low), np.nan), high]),
        }
    )
    table = table.iloc[np.lexsort((table["day"], table["term"]))]
    table[["min", "max"]] = table.groupby("term")[["min", "max"]].ffill().fillna(0.0)
    table = table[~table.duplicated(["term", "day"], keep="last")]
    return table.sort_values("day", kind="stable", ignore_index=True)


def _running(value: pd.Series, part: pd.Series, whole: pd.Series) -> pd.Series:
    """Return after each row, in order of time, the sum of the latest values of all parts of its whole."""
    parts, wholes = part.to_numpy(), whole.to_numpy()
    before = value.groupby(parts).shift(fill_value=0.0)
    endless = np.isinf(value).astype(int) - np.isinf(before).astype(int)
    known = value.where(value < np.inf, 0.0) - before.where(before < np.inf, 0.0)
    return known.groupby(wholes).cumsum().mask(endless.groupby(wholes).cumsum() > 0, np.inf)
