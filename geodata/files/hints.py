"""Tables of something else than movements, told by their columns, so that their authors learn why."""

from __future__ import annotations

import re

import pandas as pd

__all__ = ["no_movements"]

# Words in the names of columns by which other people's tables are known.
_WORDS: dict[str, frozenset[str]] = {
    kind: frozenset(words.split())
    for kind, words in {
        "stock": "population stock held present inmates detainees prisoners occupancy capacity headcount",
        "number": "n count counts number total people persons headcount pop midnight",
        "stay": "entry exit entered left admitted admission discharged stay start end until since in out "
        "booking booked arrested released intake",
        "place": "facility prison jail camp centre center detention place location site institution country",
        "day": "date day time datetime timestamp year month week",
        "origin": "from origin orig source departure departed sender",
        "destination": "to dest destination target arrival receiver",
    }.items()
}


def no_movements(transfers: pd.DataFrame) -> tuple[str, str] | None:
    """Return why a table holds people present, or stays, and no movements; None where it may hold some.

    Parameters
    ----------
    transfers
        Text. A table with a column of places that people left and one of places that they reached holds
        movements, whatever else it holds.

    Returns
    -------
    tuple of str or None
        Message and remedy of a problem.
    """
    if {"origin_id", "destination_id"} & set(transfers.columns):
        return None
    words = {column: frozenset(re.split(r"[^a-z]+", column.lower())) for column in transfers.columns}

    def named(kind: str) -> list[str]:
        return [column for column, found in words.items() if found & _WORDS[kind]]

    dated = {column for column in [*named("origin"), *named("destination")] if _holds_days(transfers[column])}
    days = {*named("day"), *dated}
    if {*named("origin")} - days and {*named("destination")} - days:
        return None
    stocks = named("stock")
    periods = [column for column in transfers.columns if re.fullmatch(r"\d{4}([-/]\d{2}){0,2}", column)]
    if len(periods) > 1:
        stocks += periods
    stays = list(dict.fromkeys([*named("stay"), *sorted(dated)]))
    if not stocks and len(stays) < 2 and named("place") and days:
        stocks = named("number")
    if stocks:
        kind, columns = "people present at a time (a stock)", stocks
        reason = "the difference between two stocks is no movement: it hides all who came and went between"
    elif len(stays) > 1:
        kind, columns = "stays in one place", stays
        reason = "a stay says when somebody was there, and not from where or to where they went"
    else:
        return None
    message = f"looks like a table of {kind}: {', '.join(columns)[:200]}; {reason}"
    remedy = (
        "write one row a movement, with origin_id and destination_id; "
        "put numbers of people held into claims on an event of kind series"
    )
    return message, remedy


def _holds_days(cells: pd.Series) -> bool:
    """Return whether most of the cells that are filled in begin or end like a date."""
    filled = cells[cells != ""]
    like = filled.str.contains(r"^\d{4}[-/.]\d{1,2}|^\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}|^\d{4}$")
    return len(filled) > 0 and bool(like.mean() > 0.5)
