"""Whom each figure counts: for every journey from which moment on, and until which.

A figure is a set of *switches*. A switch stands at a node of the forest of journeys (`journeys.py`) and says
that whoever passes there is counted from a moment on, or no longer. Its moment may be known only as a span:
then people are counted for certain from its last moment on, and may be counted from its first. All people of
a transfer may have travelled on different days of its span.

A *moment* is a number: twice the day since 1970 while that day runs, and one more at its end. People leave
while a day runs, and have arrived at its end.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from geodata.analysis.journeys import BoolArray, IntArray, Journeys, Marks
from geodata.model.counts import FloatArray
from geodata.model.dataset import Dataset
from geodata.model.dates import FIRST_DAY
from geodata.model.places import BEFORE, IN_TRANSIT, NOWHERE, UNREPORTED
from geodata.query.filters import PEOPLE

__all__ = ["END", "Figure", "Travels", "Ways", "end_of"]

END = np.iinfo(np.int64).max
"""The moment at which all has happened that ever did, whatever is known of its day."""
_START = 2 * int(np.datetime64(FIRST_DAY, "D").astype(np.int64)) - 2
"""A moment before all days."""

_RANKS = {"event": 0, "departs": 1, "arrives": 2}

_NO_PLACE = (BEFORE, UNREPORTED, IN_TRANSIT)
"""Rows of who is in no place."""

_Part: TypeAlias = tuple[IntArray, IntArray, IntArray, BoolArray, BoolArray, IntArray, IntArray]
"""Node, rank, row, on, below, first and last moment of switches."""


def end_of(day: dt.date) -> int:
    """Return the moment at the end of a day."""
    return 2 * int(np.datetime64(day, "D").astype(np.int64)) + 1


class _Switches(NamedTuple):
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
    """

    journeys: Journeys
    rows: Sequence[str]
    lasting: bool
    _switches: _Switches

    def renamed(self, row: str) -> Figure:
        """Return a figure of one row under another name."""
        return replace(self, rows=[row][: len(self.rows)])

    def at(self, moment: int = END) -> tuple[FloatArray, FloatArray]:
        """Return the least and the most people in each row at a moment."""
        every = self._switches
        sure, possible = (self._marks(every, every.column, moment, sure=sure) for sure in (True, False))
        return self.journeys.extremes(sure, possible, len(self.rows), lasting=self.lasting)

    def signs(self, row: str, moment: int = END) -> tuple[IntArray, IntArray]:
        """Return the records whose people add up to a number, and how often each is added (or taken off).

        The number of people who end somewhere is that of those who came, less those who went on: so the
        number in a row is a sum of numbers of records, where journeys do not part its people otherwise.
        """
        every = self._switches
        if row not in self.rows:
            return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
        column = list(self.rows).index(row)
        own = _Switches(*(part[every.column == column] for part in every))
        marks = self._marks(own, np.zeros(len(own.node), dtype=np.int64), moment, sure=False)
        journeys = self.journeys
        here = journeys.counted(marks).astype(int)
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

    def _somebody(self, row: str, moment: int) -> IntArray:
        """Return the journeys of which there may be people in a row."""
        every = self._switches
        own = _Switches(*(part[every.column == list(self.rows).index(row)] for part in every))
        journey, column = np.unique(self.journeys.journey[own.node], return_inverse=True)
        sure, possible = (self._marks(own, column, moment, sure=sure) for sure in (True, False))
        _, high = self.journeys.extremes(sure, possible, len(journey), lasting=self.lasting)
        return journey[high > 0]

    def history(self) -> pd.DataFrame:
        """Return how many people there are in each row from each moment on at which that may change.

        Returns
        -------
        DataFrame
            In order of time: column (place in `rows`), moment, low and high (floats).
        """
        every, journeys = self._switches, self.journeys
        of = journeys.journey[every.node]
        changes = np.unique(np.stack([np.tile(of, 2), np.concatenate([every.first, every.last])]), axis=1)
        begins, ends = (np.searchsorted(changes[0], of, side=side) for side in ("left", "right"))
        # From its first moment on a switch may say something at every change of its journey.
        count = ends - begins
        which = np.repeat(np.arange(len(of)), count)
        change = np.arange(len(which)) - np.repeat(np.cumsum(count) - count, count) + begins[which]
        due = changes[1][change] >= np.minimum(every.first, every.last)[which]
        which, change = which[due], change[due]
        cells, column = np.unique(change * len(self.rows) + every.column[which], return_inverse=True)
        expanded = _Switches(*(part[which] for part in every))
        sure, possible = (
            self._marks(expanded, column, changes[1][change], sure=sure) for sure in (True, False)
        )
        low, high = journeys.extremes(sure, possible, len(cells), lasting=self.lasting)
        change, row = np.divmod(cells, len(self.rows))
        found = pd.DataFrame(
            {
                "journey": changes[0][change],
                "column": row,
                "moment": changes[1][change],
                "low": low,
                "high": high,
            }
        ).sort_values("moment", kind="stable", ignore_index=True)
        together = {name: _running(found, name) for name in ("low", "high")}
        found = found[["column", "moment"]].assign(**together)
        return found[~found.duplicated(["column", "moment"], keep="last")].reset_index(drop=True)

    @staticmethod
    def _marks(switches: _Switches, column: IntArray, moment: int | IntArray, *, sure: bool) -> Marks:
        """Return what the latest switches say that have been reached at a moment."""
        early = switches.on != sure  # people are gone for certain only when they must be
        due = np.where(early, switches.first, switches.last) <= moment
        node, rank, column = switches.node[due], switches.rank[due], column[due]
        order = np.lexsort((rank, column, node))
        node, column = node[order], column[order]
        latest = np.ones(len(node), dtype=bool)
        latest[:-1] = (node[1:] != node[:-1]) | (column[1:] != column[:-1])
        chosen = order[latest]
        on, below = switches.on[due][chosen], switches.below[due][chosen]
        return Marks(node[latest], column[latest], on, on & below)


def _running(changes: pd.DataFrame, name: str) -> npt.NDArray[np.float64]:
    """Return after each row the sum of the latest values of all journeys in its column."""
    value = changes[name]
    before = value.groupby([changes["journey"], changes["column"]]).shift(fill_value=0.0)
    endless = np.isinf(value).astype(int) - np.isinf(before).astype(int)
    known = value.where(value < np.inf, 0.0) - before.where(before < np.inf, 0.0)
    column = changes["column"]
    total = known.groupby(column).cumsum().mask(endless.groupby(column).cumsum() > 0, np.inf)
    return total.to_numpy()


@dataclass(frozen=True, eq=False)
class Ways:
    """The journeys of a dataset with their places and days: what no filter changes.

    Parameters
    ----------
    journeys
        Of one status.
    countries, places
        Names of rows: of countries and the like, and of places; both end with those of `_NO_PLACE`.
    ends, begins
        For each node the row of the country where its transfer ends and begins; of an event, where it was.
    end_places, begin_places
        The same of places.
    of_event
        The row of the country of each node's event.
    within
        Whether a node's transfer stays inside one country.
    opens
        Whether a node's transfer follows none of the dataset, whatever its status.
    moments
        First and last moment of each node's event, departure and arrival.
    """

    journeys: Journeys
    countries: Sequence[str]
    places: Sequence[str]
    ends: IntArray
    begins: IntArray
    end_places: IntArray
    begin_places: IntArray
    of_event: IntArray
    within: BoolArray
    opens: BoolArray
    moments: Mapping[str, tuple[IntArray, IntArray]]

    @classmethod
    def of(cls, journeys: Journeys, dataset: Dataset) -> Ways:
        """Return the ways of journeys through a dataset."""
        record, event = journeys.record, journeys.event
        events, transfers = dataset.events, dataset.transfers
        blank = pd.Series("", events.index)
        ends = pd.concat([events["country_code"], transfers["destination_country"]])
        begins = pd.concat([events["country_code"], transfers["origin_country"]])
        countries, codes = _numbered(pd.concat([ends, begins]))
        places, spots = _numbered(
            pd.concat([blank, transfers["destination_id"], blank, transfers["origin_id"]])
        )
        nowhere = np.array([name in NOWHERE for name in countries])
        end, begin = codes[: dataset.size], codes[dataset.size :]
        days = [
            pd.concat([events[of_event], transfers[of_transfer]]).to_numpy().astype("datetime64[D]")
            for of_event, of_transfer in zip(
                ("earliest", "latest", "earliest", "latest"),
                ("earliest", "left_by", "reached_from", "latest"),
                strict=True,
            )
        ]
        moment = [2 * day.astype(np.int64) for day in days]

        def moments(first: IntArray, last: IntArray, at: IntArray, more: int) -> tuple[IntArray, IntArray]:
            return first[at] + more, np.maximum(first, last)[at] + more

        return cls(
            journeys,
            *(countries, places, end[record], begin[record]),
            *(spots[: dataset.size][record], spots[dataset.size :][record], end[event]),
            ((end == begin) & ~nowhere[end])[record],
            (record != event) & ~dataset.among(record, dataset.links[0]),
            {
                "event": moments(moment[0], moment[1], event, 0),
                "departs": moments(moment[0], moment[1], record, 0),
                "arrives": moments(moment[2], moment[3], record, 1),
            },
        )

    @cached_property
    def is_transfer(self) -> BoolArray:
        """Whether each node is a transfer, and no event."""
        found: BoolArray = self.journeys.record != self.journeys.event
        return found

    @cached_property
    def above(self) -> IntArray:
        """The node above each; of roots the first node, which stands for nothing."""
        return np.maximum(self.journeys.parent, 0)

    @cached_property
    def follows(self) -> BoolArray:
        """Whether each node's transfer follows another."""
        found: BoolArray = self.is_transfer & (self.journeys.parent >= 0) & self.is_transfer[self.above]
        return found

    @cached_property
    def moves_on(self) -> BoolArray:
        """Whether each node's transfer ends in another country than the one it follows."""
        found: BoolArray = self.follows & (self.ends[self.above] != self.ends)
        return found


def _numbered(names: pd.Series) -> tuple[list[str], IntArray]:
    """Return the names of rows, those of nobody's place in the end, and the row of each name."""
    codes, found = pd.factorize(names)
    return [*map(str, found), *_NO_PLACE], codes.astype(np.int64)


@dataclass(frozen=True, eq=False)
class Travels:
    """The journeys of a selection, and what of them is chosen.

    Parameters
    ----------
    ways
        Of the status that is counted.
    own
        By number of the record: events that are chosen themselves.
    chosen
        By number of the record: transfers that are chosen.
    """

    ways: Ways
    own: BoolArray
    chosen: BoolArray

    @property
    def journeys(self) -> Journeys:
        """The forest of journeys."""
        return self.ways.journeys

    def measure(self, name: str) -> Figure:
        """Return a measure of countries, of `geodata.query.filters.MEASURES`."""
        ways, countries = self.ways, self.ways.countries
        came_from = ways.ends[ways.above]
        if name == "released":
            return self._lasting([self._on(self._of_own_events, "event", ways.of_event)], countries)
        if name == "departed":
            return self._lasting([self._on(self._comes, "departs", ways.begins)], countries)
        if name == "arrived":
            return self._lasting([self._on(self._comes, "arrives", ways.ends)], countries)
        if name == "moved_within":
            return self._lasting([self._on(self._chosen & ways.within, "arrives", ways.ends)], countries)
        if name == "remained":
            parts = [
                self._on(self._comes | self._back, "arrives", ways.ends),
                self._on(self._leaves, "departs", came_from, on=False),
            ]
        else:
            # Where nobody can be followed, whoever leaves may have come before.
            unknown = self.journeys.loose & ways.is_transfer & (ways.begins != ways.ends)
            parts = [
                self._on(self._leaves, "departs", came_from),
                self._on(unknown, "departs", ways.begins),
                self._on(self._back, "arrives", ways.ends, on=False),
            ]
        return self._figure(parts, countries)

    def people(self) -> Figure:
        """Return everybody of an event that is chosen itself or on a chosen transfer, in one row."""
        return self._lasting([self._on(self._of_own_events, "event"), self._on(self._chosen, "departs")])

    def onward(self) -> Figure:
        """Return who of `people` went on with a transfer that is not chosen, in one row."""
        ways = self.ways
        later = (self.journeys.parent >= 0) & self._among[ways.above] & ways.is_transfer & ~self._chosen
        return self._lasting([self._on(later, "departs")])

    def moved(self, of: IntArray | None = None, rows: Sequence[str] = (PEOPLE,)) -> Figure:
        """Return who is on a chosen transfer.

        Parameters
        ----------
        of
            By number of the record: the row of each event; all in one row where None.
        rows
            Their names.
        """
        row = None if of is None else of[self.journeys.event]
        return self._lasting([self._on(self._chosen, "departs", row)], rows)

    def fates(self, of: IntArray, rows: Sequence[str]) -> tuple[Figure, Figure, Figure]:
        """Return what became of the people of events, of those whose journeys begin there.

        Parameters
        ----------
        of
            By number of the record: the row of each event.
        rows
            Their names.

        Returns
        -------
        tuple
            Who is where the first transfer ended; who went on from there; who is on no known transfer.
        """
        depth, row = self.journeys.depth, of[self.journeys.event[self._top]]
        return (
            self._figure([self._on(depth == 1, "arrives", row, below=False)], rows),
            self._lasting([self._on(depth == 2, "departs", row)], rows),
            self._figure([self._on(depth == 0, "event", row, below=False)], rows),
        )

    def of_kind(self, kind: IntArray, rows: Sequence[str]) -> Figure:
        """Return the people of events that are chosen themselves, by kind.

        Parameters
        ----------
        kind
            By number of the record: the row of each event.
        rows
            Their names.
        """
        return self._lasting([self._on(self._of_own_events, "event", kind[self.journeys.event])], rows)

    def silent(self) -> Figure:
        """Return the people of events that are chosen themselves who are on no known transfer, in one row."""
        nodes = self._of_own_events & (self.journeys.depth == 0)
        return self._figure([self._on(nodes, "event", below=False)], (UNREPORTED,))

    def present(self, *, places: bool = False, drawn: bool = False) -> Figure:
        """Return where `people` are, looking at their whole journeys.

        Nobody is anywhere because of what did not take place.

        Before its event somebody is in no place; then, until the first transfer, where that begins.

        Parameters
        ----------
        places
            Whether rows are places, and not countries.
        drawn
            Whether who may have set out is under way until everybody must have arrived, as maps draw it.
        """
        ways, journeys, (stage, target) = self.ways, self.journeys, self._stages
        rows = ways.places if places else ways.countries
        ends = (ways.end_places if places else ways.ends)[stage]
        begins = (ways.begin_places if places else ways.begins)[stage]
        came_from = (ways.end_places if places else ways.ends)[ways.above[stage]]
        before, unreported, in_transit = (
            np.full(len(stage), len(rows) - k) for k in range(len(_NO_PLACE), 0, -1)
        )
        moving, after = ways.is_transfer[stage], ways.follows[stage]
        first, event = moving & ~after, ~moving

        def switch(
            at: BoolArray, rank: int, row: IntArray, when: str, *, on: bool, below: bool = True
        ) -> _Part:
            passed = stage[at]
            flag = np.ones(len(passed), dtype=bool)
            known = self.ways.moments.get(when, (np.full(len(ways.ends), _START),) * 2)
            moments = [part[passed] for part in known]
            if drawn:
                moments = [moments[0 if when == "departs" else 1]] * 2
            return target[at], 8 * journeys.depth[passed] + rank, row[at], flag & on, flag & below, *moments

        parts = [
            switch(event, 0, before, "always", on=True),
            switch(event, 1, before, "event", on=False),
            switch(event & (stage == target), 2, unreported, "event", on=True, below=False),
            switch(first, 3, begins, "event", on=True),
            switch(first, 4, begins, "departs", on=False),
            switch(first, 4, before, "departs", on=False),
            switch(after, 4, came_from, "departs", on=False),
            switch(moving, 4, in_transit, "departs", on=True),
            switch(moving, 5, in_transit, "arrives", on=False),
            switch(moving, 5, ends, "arrives", on=True),
        ]
        if self.journeys.alternatives:
            return self._figure([tuple(each[:0] for each in part) for part in parts], rows)
        return self._figure(parts, rows)

    def days(self) -> IntArray:
        """Return the first and last days, since 1970, of all that happened to `people` on their journeys."""
        nodes = np.unique(self._stages[0])
        return np.concatenate([part[nodes] // 2 for both in self.ways.moments.values() for part in both])

    def origins(self) -> list[str]:
        """Return the countries in which the journeys of `people` began."""
        nodes = np.unique(self._stages[0])
        began = [
            self.ways.begins[nodes[self.ways.opens[nodes]]],
            self.ways.of_event[np.flatnonzero(self._of_own_events)],
        ]
        return [self.ways.countries[row] for row in np.unique(np.concatenate(began))]

    def onward_records(self) -> IntArray:
        """Return the numbers of transfers on which nobody but `people` went on, and that are not chosen."""
        moves = self.ways.is_transfer & ~self._chosen
        record = self.journeys.record
        return np.setdiff1d(record[moves & self._among], record[moves & ~self._among])

    # Switches, and the nodes at which they stand.

    def _figure(
        self, parts: Sequence[tuple[npt.NDArray[Any], ...]], rows: Sequence[str], *, lasting: bool = False
    ) -> Figure:
        switches = _Switches(*(np.concatenate(each) for each in zip(*parts, strict=True)))
        return Figure(self.journeys, rows, lasting, switches)

    def _lasting(self, parts: Sequence[_Part], rows: Sequence[str] = (PEOPLE,)) -> Figure:
        """Return a figure of switches that only count people from a moment on.

        Left out are those of whom all are counted by then, because of a node above.
        """
        kept = [np.ones(len(part[0]), dtype=bool) for part in parts]
        for node, _, column, _, _, first, last in parts:
            known = np.full((3, len(self.journeys.parent)), _START)
            known[:, node] = column, first, last
            for (below, _, row, _, _, begin, end), keep in zip(parts, kept, strict=True):
                keep[self._covered(below, known, (row, begin, end))] = False
        left = [tuple(each[keep] for each in part) for part, keep in zip(parts, kept, strict=True)]
        return self._figure(left, rows, lasting=True)

    def _covered(self, node: IntArray, known: IntArray, own: tuple[IntArray, IntArray, IntArray]) -> IntArray:
        """Return which switches have one above them in the same row that is on no later.

        Parameters
        ----------
        node
            Where they stand.
        known
            For every node the row, first and last moment of a switch there; `_START` as row where none is.
        own
            Row, first and last moment of each switch.
        """
        found = []
        waiting, above = np.arange(len(node)), self.journeys.parent[node]
        while len(waiting):
            inside = above >= 0
            waiting, above = waiting[inside], above[inside]
            over = known[0][above] == own[0][waiting]
            over &= (known[1][above] <= own[1][waiting]) & (known[2][above] <= own[2][waiting])
            found.append(waiting[over])
            waiting, above = waiting[~over], self.journeys.parent[above[~over]]
        return np.concatenate(found) if found else np.empty(0, dtype=np.int64)

    def _on(
        self, at: BoolArray, when: str, row: IntArray | None = None, *, on: bool = True, below: bool = True
    ) -> _Part:
        """Return switches at some nodes.

        Parameters
        ----------
        at
            Which nodes.
        when
            Key of `Ways.moments`.
        row
            The row of each node; the first where None.
        """
        nodes = np.flatnonzero(at)
        column = np.zeros(len(nodes), dtype=np.int64) if row is None else row[nodes]
        first, last = (part[nodes] for part in self.ways.moments[when])
        flag = np.ones(len(nodes), dtype=bool)
        return (
            nodes,
            8 * self.journeys.depth[nodes] + _RANKS[when],
            column,
            flag & on,
            flag & below,
            first,
            last,
        )

    @cached_property
    def _top(self) -> IntArray:
        """The root above each node."""
        found = np.arange(len(self.journeys.record))
        for level in self.journeys.levels[1:]:
            found[level] = found[self.journeys.parent[level]]
        return found

    @cached_property
    def _chosen(self) -> BoolArray:
        return self.chosen[self.journeys.record] & self.ways.is_transfer

    @cached_property
    def _of_own_events(self) -> BoolArray:
        """Nodes by which people enter an event that is chosen itself."""
        return self.own[self.journeys.event] & self.journeys.enters

    @cached_property
    def _comes(self) -> BoolArray:
        """Nodes by which people leave a country and arrive in another one by a chosen transfer."""
        return self._chosen & ~self.ways.within

    @cached_property
    def _leaves(self) -> BoolArray:
        """Nodes by which people leave a country to which a chosen transfer had brought them."""
        moves_on = np.flatnonzero(self.ways.moves_on)
        above = self.ways.above[moves_on]
        brought = self._comes[above]
        others = np.flatnonzero(~brought)
        brought[others] = self.journeys.came(above[others], self._comes, self.ways.ends)
        found = np.zeros(len(self._comes), dtype=bool)
        found[moves_on[brought]] = True
        return found

    @cached_property
    def _back(self) -> BoolArray:
        """Nodes by which people come back to a country to which a chosen transfer had brought them before."""
        nodes = np.flatnonzero(self.ways.moves_on)
        found = np.zeros(len(self._comes), dtype=bool)
        found[nodes] = self.journeys.came(nodes, self._comes, self.ways.ends)
        return found

    @cached_property
    def _among(self) -> BoolArray:
        """Nodes at and below which all are of `people`."""
        found = self._of_own_events | self._chosen
        for level in self.journeys.levels[1:]:
            found[level] |= found[self.journeys.parent[level]]
        return found

    @cached_property
    def _stages(self) -> tuple[IntArray, IntArray]:
        """Nodes that people of `people` pass, and nodes from which on these are all who pass there.

        Where only some who pass a node are counted, it stands once for each of the nodes below by which they
        come to be counted.
        """
        parent = self.journeys.parent
        inside = np.flatnonzero(self._among)
        entered = inside[(parent[inside] >= 0) & ~self._among[np.maximum(parent[inside], 0)]]
        stages, targets = [inside], [inside]
        above = parent[entered]
        while len(entered):
            stages.append(above)
            targets.append(entered)
            above = parent[above]
            entered, above = entered[above >= 0], above[above >= 0]
        return np.concatenate(stages), np.concatenate(targets)
