"""When records happened, with the prepositions of a sentence."""

from __future__ import annotations

import datetime as dt
import re

import pandas as pd

from dashboard.messages.days import date_text, day_text
from geodata.model.dates import FIRST_DAY, LAST_DAY

__all__ = ["dated", "when"]


def when(records: pd.DataFrame, *, planned: bool = False) -> str:
    """Return when records happened, or for when they were planned: "on 13 December 2025"."""
    dates = records["date"].unique()
    if len(dates) == 0:
        return ""
    if len(dates) == 1:
        return _on(dates[0], planned=planned)
    first, last = records["earliest"].min().date(), records["latest"].max().date()
    if first == FIRST_DAY and last == LAST_DAY:
        return ""
    if first == FIRST_DAY:
        text = f"until {day_text(last)}"
    elif last == LAST_DAY:
        text = f"from {day_text(first)} on"
    elif first == last:
        return f"{'for' if planned else 'on'} {day_text(first)}"
    else:
        text = _between(first, last)
    return f"for days {text}" if planned else text


def dated(events: pd.DataFrame, transfers: pd.DataFrame) -> pd.DataFrame:
    """Return the records that say when something was planned; an event's day is not that of its plans."""
    undated = (transfers["departed"] == "") & (transfers["arrived"] == "")
    return events[:0] if undated.any() else pd.concat([events, transfers])


def _between(first: dt.date, last: dt.date) -> str:
    same_month = (first.year, first.month) == (last.year, last.month)
    return f"between {first.day if same_month else day_text(first)} and {day_text(last)}"


def _on(date: str, *, planned: bool = False) -> str:
    """Return an EDTF date with the preposition that its precision asks for.

    Examples
    --------
    >>> _on("2025-12-13"), _on("2025-09"), _on("2025-12-13~"), _on("2025-12/..")
    ('on 13 December 2025', 'in September 2025', 'about 13 December 2025', 'from December 2025')
    >>> _on("2025-12-13/2025-12-18"), _on("2024-07/2025-12"), _on("2026-01-10", planned=True)
    ('between 13 and 18 December 2025', 'between July 2024 and December 2025', 'for 10 January 2026')
    """
    text = date_text(date)
    begin, slash, end = date.partition("/")
    if slash:
        if {begin, end} & {"", ".."}:
            between = text
        elif {len(begin), len(end)} == {10} and (begin + end).replace("-", "").isdecimal():
            between = _between(dt.date.fromisoformat(begin), dt.date.fromisoformat(end))
        else:
            between = f"between {date_text(begin)} and {date_text(end)}"
        return f"for days {between}" if planned else between
    if planned:
        return f"for {text}"
    if date[-1:] in ("~", "%"):
        return text
    return f"on {text}" if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\??", date) else f"in {text}"
