"""Chosen transfers and events as they are drawn: numbers, days and words."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

import numpy as np
import pandas as pd

from dashboard.scene.parts import Moment
from geodata.analysis.selection import Selection
from geodata.model.counts import maxima, minima
from geodata.model.dataset import IntArray
from geodata.model.dates import FIRST_DAY, LAST_DAY

__all__ = [
    "DAY",
    "MAX_DOTS",
    "MAX_TITLES",
    "Days",
    "Drawn",
    "drawn_transfers",
    "moments",
    "per_dot",
]

DAY = 86_400
"""Seconds."""
MAX_DOTS = 500
"""People beyond which a dot stands for more than one of them."""
MAX_TITLES = 20
"""Transfers that one tick of the scrubber names."""

_COLUMNS = (
    "event_id", "origin_id", "destination_id", "via", "origin_country", "destination_country", "date",
    "status", "superseded", "counted", "reported", "follows", "onward",
)  # fmt: skip


class Days(NamedTuple):
    """The days of a selection, to be counted in seconds from the first midnight."""

    first: dt.date
    last: dt.date

    @classmethod
    def of(cls, *selections: Selection) -> Days:
        """Return the span of all records, and of where people went on to, without open ends of intervals."""
        found = np.concatenate(
            [
                records[name].to_numpy(dtype="datetime64[D]")
                for selection in selections
                for records in (selection.events, selection.transfers, selection.onward)
                for name in ("earliest", "latest")
            ]
        )
        found = found[(found > np.datetime64(FIRST_DAY)) & (found < np.datetime64(LAST_DAY))]
        if not len(found):
            return cls(dt.date(2000, 1, 1), dt.date(2000, 1, 1))
        return cls(found.min().item(), found.max().item())

    @property
    def end(self) -> int:
        """Return the midnight after the last day."""
        return ((self.last - self.first).days + 1) * DAY

    def spans(self, records: pd.DataFrame) -> list[tuple[int, int]]:
        """Return the first midnight of each record and the midnight after its last day."""
        starts = self.offsets(records["earliest"], self.first)
        ends = self.offsets(records["latest"], self.last) + DAY
        return list(zip(starts.tolist(), ends.tolist(), strict=True))

    def offsets(self, days: pd.Series, unknown: dt.date) -> IntArray:
        """Return the midnights at which days begin; those outside the span are brought to its ends."""
        first, last, known = (np.datetime64(day, "D") for day in (self.first, self.last, unknown))
        begins = days.to_numpy(dtype="datetime64[D]")
        begins = np.clip(np.where(np.isnat(begins), known, begins), first, last)
        return (begins - first).astype(np.int64) * DAY


class Drawn(NamedTuple):
    """One transfer, as drawn.

    Parameters
    ----------
    id, event, origin, destination, stops
        Ids: the transfer's, its event's, its places', and all its places in order.
    origin_country, destination_country
        Country codes.
    status, superseded, counted, reported
        As in the selection.
    low, high
        Bounds on the number of people; infinity where open.
    start, end
        First midnight, and midnight after the last day (seconds from the epoch).
    date
        EDTF: its own, else its event's.
    before
        Ids of the drawn transfers that brought its people.
    onward
        Whether it is not chosen itself, but people of the selection went on with it.
    """

    id: str
    event: str
    origin: str
    destination: str
    stops: tuple[str, ...]
    origin_country: str
    destination_country: str
    status: str
    superseded: bool
    counted: bool
    reported: bool
    low: int
    high: float
    start: int
    end: int
    date: str
    before: tuple[str, ...]
    onward: bool

    @property
    def moves(self) -> bool:
        """Whether people are drawn as dots: they moved, and claims say or imply how many."""
        known = self.low > 0 or 0 < self.high < math.inf
        return (self.counted or self.onward) and self.status == "done" and known


def drawn_transfers(selection: Selection, days: Days) -> list[Drawn]:
    """Return the chosen transfers, and those with which their people went on, in order of time."""
    onward = selection.onward.assign(counted=False)
    transfers = pd.concat([selection.transfers.assign(onward=False), onward.assign(onward=True)])
    transfers = transfers.sort_values(["earliest", "latest"], kind="stable")
    chosen = set(transfers.index)
    rows = zip(
        transfers.index,
        *(transfers[name].tolist() for name in _COLUMNS),
        days.spans(transfers),
        minima(transfers).tolist(),
        maxima(transfers).tolist(),
        strict=True,
    )
    found = []
    for (
        key, event, origin, destination, via, origin_country, destination_country, date, status,
        superseded, counted, reported, follows, onward, (start, end), low, high,
    ) in rows:  # fmt: skip
        stops = (origin, *via, destination)
        found.append(
            Drawn(
                id=key,
                event=event,
                origin=origin,
                destination=destination,
                stops=stops,
                origin_country=origin_country,
                destination_country=destination_country,
                status=status,
                superseded=bool(superseded),
                counted=bool(counted),
                reported=bool(reported),
                low=int(low),
                high=float(high),
                start=start,
                end=end,
                date=date,
                before=tuple(transfer for transfer in follows if transfer in chosen),
                onward=bool(onward),
            )
        )
    return found


def moments(
    events: pd.DataFrame, transfers: Sequence[Drawn], days: Days, dates: Mapping[str, int]
) -> tuple[Moment, ...]:
    """Return the distinct spans of events and transfers, each with its rows of both tables.

    Parameters
    ----------
    events
        Chosen events in order of time.
    transfers
        Chosen transfers in order of time.
    days
        From when on seconds are counted.
    dates
        Number of each date.
    """
    rows = [
        *(
            (span, 0, date, k)
            for k, (span, date) in enumerate(zip(days.spans(events), events["date"], strict=True))
        ),
        *(
            ((transfer.start, transfer.end), 1 if transfer.moves else 2, transfer.date, k)
            for k, transfer in enumerate(transfers)
        ),
    ]
    found = []
    for (start, end), group in groupby(sorted(rows), key=itemgetter(0)):
        inside = list(group)
        named = tuple(k for _, rank, _, k in inside if rank == 0)
        # Where an event is named, its transfers need not be.
        others = () if named else tuple(k for _, rank, _, k in inside if rank)[:MAX_TITLES]
        moves = any(rank == 1 for _, rank, _, _ in inside)
        found.append(Moment(start, end, moves, dates[inside[0][2]], named, others))
    return tuple(found)


def per_dot(transfers: Iterable[Drawn]) -> int:
    """Return how many people a dot stands for: 1, 2, 5, 10, …, so that no more than `MAX_DOTS` are drawn."""
    people = sum(
        transfer.low if math.isinf(transfer.high) else transfer.high
        for transfer in transfers
        if transfer.moves
    )
    steps: Iterator[int] = (step * 10**power for power in range(12) for step in (1, 2, 5))
    return next(step for step in steps if people <= step * MAX_DOTS)
