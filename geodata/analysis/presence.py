"""Where people are at the end of a day, in bounds, and how that changes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import numpy as np
import pandas as pd

from geodata.analysis.figures import end_of
from geodata.analysis.selection import Selection
from geodata.geo.names import country_name
from geodata.model.counts import columns, to_nullable
from geodata.model.dates import FIRST_DAY, LAST_DAY
from geodata.model.places import BEFORE, IN_TRANSIT, NOWHERE, UNREPORTED
from geodata.query.filters import PRESENT

__all__ = ["history", "last_day", "present", "timed"]

_FIRST, _LAST = (np.datetime64(day, "D").astype(np.int64) for day in (FIRST_DAY, LAST_DAY))
_LAST_ROWS = (*NOWHERE, IN_TRANSIT, UNREPORTED, BEFORE)


def last_day(selection: Selection) -> dt.date | None:
    """Return the last day on which anything can have happened to the people of a selection; None for nobody.

    That is on their whole journeys, chosen or not. Where the end of a date is open, it is the last day that
    any date names.
    """
    days = selection.travels.days()
    days = days[(days > _FIRST) & (days < _LAST)]
    last: dt.date | None = days.max().astype("datetime64[D]").item() if len(days) else None
    return last


def present(selection: Selection, day: dt.date) -> pd.DataFrame:
    """Return how many people of a selection were where at the end of a day, on their whole journeys.

    Whoever has been freed and takes a first known transfer later is still where that one begins. A day that
    is known only as a span widens the bounds of every day of it.

    Returns
    -------
    DataFrame
        Index country_code: sorted, then the rows of `geodata.model.places`. Columns country (English name; ""
        in the last rows), present_min and present_max (Int64; missing = open). Rows in which nobody can be
        are left out. All rows together are `geodata.people`.
    """
    figure = selection.travels.present()
    low, high = figure.at(end_of(day))
    found = pd.DataFrame({"low": low, "high": high}, pd.Index(list(figure.rows), dtype=str))
    found = found[found["high"] > 0]
    last = [row for row in _LAST_ROWS if row in found.index]
    rows = found.index.difference(last).append(pd.Index(last, dtype=str)).rename("country_code")
    found = found.reindex(rows)
    names = ["" if row in (IN_TRANSIT, UNREPORTED, BEFORE) else country_name(row) for row in rows]
    bounds = {
        column: to_nullable(found[bound].to_numpy(), rows)
        for column, bound in zip(columns(PRESENT), ("low", "high"), strict=True)
    }
    return pd.DataFrame({"country": pd.Series(names, rows, dtype=str), **bounds})


def history(selection: Selection, *, places: bool = False, drawn: bool = False) -> pd.DataFrame:
    """Return how many people were where from each moment on at which that changes.

    Parameters
    ----------
    places
        Whether rows are places, and not countries.
    drawn
        Whether who may have set out is under way until everybody must have arrived, as maps draw it.

    Returns
    -------
    DataFrame
        In order of time: row (as in `present`; or the id of a place), day (datetime64[s]), ended (whether
        the day has ended, and does not run), present_min and present_max (Int64; missing = open).
    """
    figure = selection.travels.present(places=places, drawn=drawn)
    return timed(figure.history(), figure.rows, PRESENT)


def timed(history: pd.DataFrame, rows: Sequence[str], measure: str) -> pd.DataFrame:
    """Return the history of a figure with names and days, in the form of `history`."""
    moment = history["moment"].to_numpy()
    low, high = (to_nullable(history[bound].to_numpy(), history.index) for bound in ("low", "high"))
    names = columns(measure)
    return pd.DataFrame(
        {
            "row": np.array(rows, dtype=object)[history["column"]],
            "day": (moment // 2).astype("datetime64[D]").astype("datetime64[s]"),
            "ended": moment % 2 == 1,
            names[0]: low,
            names[1]: high,
        }
    )
