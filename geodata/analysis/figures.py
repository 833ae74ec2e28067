"""How many people a figure counts at a moment, and how that changes.

A figure is a set of *switches*. A switch stands at a node of the forest of journeys (`journeys.py`) and says
that whoever passes there is counted from a moment on, or no longer. Its moment may be known only as a span:
then people are counted for certain from its last moment on, and may be counted from its first. All people of
a transfer may have travelled on different days of its span. `travels.py` sets the switches.

A *moment* is a number: twice the day since 1970 while that day runs, and one more at its end. People leave
while a day runs, and have arrived at its end.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from geodata.analysis.forest import each_once
from geodata.analysis.journeys import BoolArray, IntArray, Journeys, Marks
from geodata.model.counts import FloatArray
from geodata.model.dates import FIRST_DAY

__all__ = ["END", "START", "Figure", "Switches", "end_of"]

END = np.iinfo(np.int64).max
"""The moment at which all has happened that ever did, whatever is known of its day."""
START = 2 * int(np.datetime64(FIRST_DAY, "D").astype(np.int64)) - 2
"""A moment before all days."""


def end_of(day: dt.date) -> int:
    """Return the moment at the end of a day."""
    return 2 * int(np.datetime64(day, "D").astype(np.int64)) + 1


class Switches(NamedTuple):
    """Switches, one an entry.

    Parameters
    ----------
    node
        Where they stand.
    rank
        Which of two at one node comes later on a journey.
    column
        Row of the table whose number it is.
    on
        Whether people are counted from then on.
    below
        Whether this goes for those who go on from there, too.
    first, last
        Moments.
    """

    node: IntArray
    rank: IntArray
    column: IntArray
    on: BoolArray
    below: BoolArray
    first: IntArray
    last: IntArray

    @classmethod
    def together(cls, parts: Sequence[Switches]) -> Switches:
        """Return the switches of all parts by node, row and rank."""
        if len(parts) == 1:
            return parts[0].by_node()
        return cls(*(np.concatenate(part) for part in zip(*parts, strict=True))).by_node()

    def by_node(self) -> Switches:
        """Return the switches in order of node, row and rank."""
        ahead = np.diff(self.node)
        if (ahead > 0).all():
            return self
        return self.chosen(np.lexsort((self.rank, self.column, self.node)))

    def chosen(self, which: BoolArray | IntArray | slice) -> Switches:
        """Return some of the switches."""
        chosen: tuple[Any, ...] = tuple(part[which] for part in self)
        return Switches(*chosen)

    def due(self, *, sure: bool) -> IntArray:
        """Return the moment from which on each speaks of who is counted for certain, or may be."""
        early = self.on != sure  # people are gone for certain only when they must be
        return np.where(early, self.first, self.last)

    def speaking(self, *, sure: bool) -> tuple[IntArray, IntArray]:
        """Return the first and the last moment at which each decides: until a later one at its node is due.

        The switches stand in the order of `by_node`. One whose last moment is before its first never does.
        """
        due, same = self.due(sure=sure), self._same_as_next
        until = np.full(len(due), END)
        if same.any():
            # The least of those to come, in one sweep from the end: each node and row is far before the next.
            begin, span = due.min(), due.max() - due.min() + 1
            far = np.cumsum(np.concatenate([[False], ~same[:-1]])) * span - begin
            to_come = np.minimum.accumulate((due + far)[::-1])[::-1] - far
            until[same] = np.roll(to_come, -1)[same] - 1
        return due, until

    def marks(self, moment: int) -> tuple[Marks, Marks]:
        """Return what they say at a moment of whom is counted for certain, and of who may be."""
        if moment >= self._over:
            latest = np.flatnonzero(~self._same_as_next)
            marks = self.said(latest, self.column[latest])
            return marks, marks
        sure, possible = (self._marks(moment, sure=sure) for sure in (True, False))
        return sure, possible

    def _marks(self, moment: int, *, sure: bool) -> Marks:
        begin, end = self.speaking(sure=sure)
        which = np.flatnonzero((begin <= moment) & (moment <= end))
        return self.said(which, self.column[which])

    @property
    def _over(self) -> int:
        """The moment from which on all of them have spoken."""
        return int(max(self.first.max(initial=START), self.last.max(initial=START)))

    @property
    def _same_as_next(self) -> BoolArray:
        """Whether each stands at the node of the next one, and in its row."""
        same = np.zeros(len(self.node), dtype=bool)
        same[:-1] = (self.node[1:] == self.node[:-1]) & (self.column[1:] == self.column[:-1])
        return same

    def said(self, which: IntArray, column: IntArray) -> Marks:
        """Return what some of them say, in columns."""
        on = self.on[which]
        return Marks(self.node[which], column, on, on & self.below[which])


@dataclass(frozen=True, eq=False)
class Figure:
    """A number of people in each row of a table, at every moment.

    Parameters
    ----------
    journeys
        Of whom.
    rows
        Names of the rows.
    lasting
        Whether who is once counted stays so.
    switches
        In order of node, row and rank.
    """

    journeys: Journeys
    rows: Sequence[str]
    lasting: bool
    switches: Switches

    def renamed(self, row: str) -> Figure:
        """Return a figure of one row under another name."""
        return replace(self, rows=[row][: len(self.rows)])

    def at(self, moment: int = END) -> tuple[FloatArray, FloatArray]:
        """Return the least and the most people in each row at a moment."""
        return self._in_the_end if moment == END else self._at(moment)

    @cached_property
    def _in_the_end(self) -> tuple[FloatArray, FloatArray]:
        return self._at(END)

    def _at(self, moment: int) -> tuple[FloatArray, FloatArray]:
        return self._extremes(self.switches, len(self.rows), moment)

    def _extremes(self, switches: Switches, columns: int, moment: int) -> tuple[FloatArray, FloatArray]:
        """Return the least and the most people whom some switches count at a moment, in each column."""
        return self.journeys.extremes(*switches.marks(moment), columns, lasting=self.lasting)

    def signs(self, row: str, moment: int = END) -> tuple[IntArray, IntArray]:
        """Return the records whose people add up to a number, and how often each is added (or taken off).

        The number of people who end somewhere is that of those who came, less those who went on: so the
        number in a row is a sum of numbers of records, where journeys do not part its people otherwise.
        """
        if row not in self.rows:
            return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
        own, journeys = self._of_row(row), self.journeys
        here = journeys.counted(own.marks(moment)[1]).astype(int)
        sign = here - np.where(journeys.parent >= 0, here[journeys.parent], 0)
        sign[~np.isin(journeys.journey, self._somebody(row, moment))] = 0
        changed = np.flatnonzero(sign)
        # Who enters an event by another event's journey is of its people.
        by_event = np.zeros(len(sign), dtype=bool)
        by_event[own.node[own.rank % 8 == 0]] = True
        record = np.where(by_event & journeys.enters, journeys.event, journeys.record)
        return record[changed], sign[changed]

    def journeys_in(self, row: str, moment: int = END) -> int:
        """Return how many journeys (events and all that hangs together with them) a row has people of."""
        return len(self._somebody(row, moment))

    def _of_row(self, row: str) -> Switches:
        """Return the switches of a row."""
        return self.switches.chosen(self.switches.column == list(self.rows).index(row))

    def _somebody(self, row: str, moment: int) -> IntArray:
        """Return the journeys of which there may be people in a row."""
        own = self._of_row(row)
        journey, column = np.unique(self.journeys.journey[own.node], return_inverse=True)
        _, high = self._extremes(own._replace(column=column), len(journey), moment)
        return journey[high > 0]

    def history(self) -> pd.DataFrame:
        """Return how many people there are in each row from each moment on at which that may change.

        Returns
        -------
        DataFrame
            In order of time, then of the rows: column (place in `rows`), moment, low and high (floats).
        """
        every, rows = self.switches, len(self.rows)
        if not len(every.node):
            return pd.DataFrame({"column": [], "moment": [], "low": [], "high": []}).astype(
                {"column": "int64", "moment": "int64"}
            )
        # What hangs together has a number of its own in each row, which may change when a switch is due.
        of = self.journeys.journey[every.node] * rows + every.column
        sure, possible = (every.speaking(sure=sure) for sure in (True, False))
        start, last = (int(how([how(sure[0]), how(possible[0])])) for how in (np.min, np.max))
        span = last - start + 1
        stamp = of * span - start
        changes = each_once(np.concatenate([stamp + sure[0], stamp + possible[0]]))

        def marks(due: IntArray, until: IntArray) -> Marks:
            begin = np.searchsorted(changes, stamp + due)
            end = np.searchsorted(changes, stamp + np.minimum(until, last), side="right")
            return _repeated(every, begin, np.maximum(end, begin))

        low, high = self.journeys.extremes(marks(*sure), marks(*possible), len(changes), lasting=self.lasting)
        of, moment = np.divmod(changes, span)
        return _added_up(of, of % rows, moment + start, low, high)


def _repeated(switches: Switches, begin: IntArray, end: IntArray) -> Marks:
    """Return what switches say in columns from `begin` to before `end`."""
    count = end - begin
    which = np.repeat(np.arange(len(count)), count)
    column = np.arange(len(which)) - np.repeat(np.cumsum(count) - count - begin, count)
    return switches.said(which, column)


def _added_up(
    of: IntArray, column: IntArray, moment: IntArray, low: FloatArray, high: FloatArray
) -> pd.DataFrame:
    """Return for each column the sums of several numbers from each moment on at which one of them changes.

    Parameters
    ----------
    of
        Which number each entry is of; entries stand by this and by moment.
    column, moment, low, high
        Of the entries.
    """
    order = np.lexsort((moment, column))
    rises = {}
    for name, value in (("low", low), ("high", high)):
        known, endless = np.where(np.isinf(value), 0.0, value), np.isinf(value).astype(int)
        rises[name], rises[f"endless_{name}"] = _rise(of, known)[order], _rise(of, endless)[order]
    column, moment = column[order], moment[order]
    summed = pd.DataFrame(rises).groupby(column).cumsum()
    found = {name: summed[name].mask(summed[f"endless_{name}"] > 0, np.inf) for name in ("low", "high")}
    last = np.flatnonzero((np.diff(column, append=-1) != 0) | (np.diff(moment, append=0) != 0))
    last = last[np.argsort(moment[last], kind="stable")]
    at = {"column": column[last], "moment": moment[last]}
    return pd.DataFrame({**at, **{name: values.to_numpy()[last] for name, values in found.items()}})


def _rise(of: IntArray, value: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return by how much each entry is more than the one before, where that is of the same."""
    rise = value.copy()
    rise[1:] -= np.where(of[1:] == of[:-1], value[:-1], 0)
    return rise
