"""The worlds that claims allow, and the least and the most people that a figure counts over all of them.

People travel along *journeys*: paths of transfers that are joined by ``follows``, across events. A *world* is
a whole number of people for each journey, and for each event without one, such that every claim holds that
counts. This module alone adds people up; `geodata.analysis.travels` says whom a figure counts.

The model
---------
The journeys of a dataset are a forest. A *node* is a way that people can have come: an event, or a transfer
with all that came before it. Whoever is somewhere *ends* at one node; whoever passes a node ends at it or
below it. A transfer that follows several is a node once for each way to it.

1. The people of a transfer end at or below its nodes; the people of an event at or below its own node, or at
   or below a transfer of it that continues the journey of another event.
2. An event that no claim of the dataset speaks of, but that has transfers, holds only their people.
3. A group is a part of its subject's people; groups may overlap.
4. Plans of one event may be alternatives: their people are at least the largest one's and at most the sum.

The method
----------
Where every claim bounds the people at or below one node, which is so wherever each transfer follows at most
one, the possible numbers of people whom a figure counts and does not count, at or below a node, are a box cut
by a band: a generalised polymatroid in two dimensions (Frank and Tardos, "Generalized polymatroids and
submodular flows", 1988). These add up, node by node, from the leaves to the root, and stay so, so that the
bounds are exact and whole. Where journeys are *tangled* (transfers that follow several, events that hold
people of other events' journeys, groups named on several records) an integer programme finds them, up to
`geodata.analysis.forest.EXACT_NODES` nodes that belong together. Beyond, bounds are true and may be wide.

Where no world exists, because claims contradict each other, upper bounds are raised to what the lower ones of
their parts need. Records keep the number that was claimed, and `geodata.analysis.findings` names the claims.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, TypeAlias

import numpy as np

from geodata.analysis.forest import (
    FLAGS_A_NUMBER,
    BoolArray,
    IntArray,
    Parts,
    came_by,
    distinct,
    grown,
    joined,
    levels_of,
    narrowed,
    summed,
    tangle_of,
)
from geodata.analysis.tangles import Tangle
from geodata.model.counts import FloatArray

__all__ = ["BoolArray", "IntArray", "Journeys", "Marks", "Parts"]


@dataclass(frozen=True, eq=False)
class Marks:
    """Whom figures count: in each column, for each node that is marked, who ends there and who ends below.

    A node without a mark is as the nearest marked one above it says of those below it; without any, nobody
    is counted.

    Parameters
    ----------
    node, column
        One pair at most once, in order of the nodes.
    here
        Whether those who end at the node are counted.
    below
        Whether those who end below it are, where no deeper mark says otherwise.
    """

    node: IntArray
    column: IntArray
    here: BoolArray
    below: BoolArray

    def chosen(self, which: BoolArray | IntArray | slice) -> Marks:
        """Return some of the marks."""
        return Marks(self.node[which], self.column[which], self.here[which], self.below[which])


class _Flags(NamedTuple):
    """For pairs of node and column whether those who end there count, and those below, as marks say."""

    here: BoolArray
    below: BoolArray


class _Pairs(NamedTuple):
    """Pairs of a node and a column, all of one depth.

    Parameters
    ----------
    node, column
        Each pair once.
    above_of
        For each pair of the next depth the place here of the one above it.
    marked
        For each set of marks which of them stand here, and at which pairs.
    """

    node: IntArray
    column: IntArray
    above_of: IntArray
    marked: Sequence[tuple[slice, IntArray]]


_NO_NUMBERS: IntArray = np.empty(0, dtype=np.int64)
_NO_PAIRS = _Pairs(_NO_NUMBERS, _NO_NUMBERS, _NO_NUMBERS, ())

_Extremes: TypeAlias = tuple[FloatArray, FloatArray]
"""Of each pair the extreme of who counts, and the opposite one of who does not."""
_NOBODY: _Extremes = np.empty(0), np.empty(0)


@dataclass(frozen=True, eq=False)
class Journeys:
    """The forest of journeys of one status, and the bounds on the people at or below each node.

    Parameters
    ----------
    record
        Number of each node's event or transfer; nodes stand in order of depth.
    parent
        The node above; -1 for roots.
    depth
        How many nodes are above.
    event
        Number of the event of each node.
    enters
        Whether people come to the event of a node by it: nodes above are of other events.
    ends
        Whether people can end there: not at an event that holds only the people of its transfers.
    low, high
        Bounds on the people at or below each node, as narrow as the others imply; infinity where open.
    journey
        A number for all that hangs together: its first node.
    tangles
        By `journey` those that need a programme.
    loose
        Whether a node belongs to journeys too tangled to be followed: each record is then a root of its own.
    alternatives
        Whether what is below one root may be the same people, as plans of one event may.
    contradictory
        Numbers of the events whose claims allow no world.
    """

    record: IntArray
    parent: IntArray
    depth: IntArray
    event: IntArray
    enters: BoolArray
    ends: BoolArray
    low: FloatArray
    high: FloatArray
    journey: IntArray
    tangles: Mapping[int, Tangle]
    loose: BoolArray
    alternatives: bool
    contradictory: frozenset[int]

    @classmethod
    def of(
        cls,
        transfers: tuple[IntArray, IntArray],
        links: tuple[IntArray, IntArray],
        bounds: tuple[FloatArray, FloatArray],
        parts: Parts,
        *,
        events: IntArray,
        silent: BoolArray,
        alternatives: bool = False,
    ) -> Journeys:
        """Return the journeys of some records.

        Parameters
        ----------
        transfers
            Numbers of those that people can have taken, and of their events.
        links
            Numbers of following and followed transfers, in no circle; links of others are passed over.
        bounds
            Claimed bounds by number of the record.
        parts
            Claimed bounds on groups.
        events
            Numbers of the events that hold people, those of the transfers among them.
        silent
            By number of the record: events that hold nobody but the people of their transfers.
        alternatives
            See the model, 4.
        """
        forest = grown(*transfers, links, len(silent), events)
        low, high = bounds[0].copy(), bounds[1]
        np.maximum.at(low, parts.record, parts.low)
        moving = np.zeros(len(silent), dtype=bool)
        moving[transfers[1]] = True
        ends = ~(silent & moving)[forest.record]
        joint = joined(forest, low, high, parts, alternatives=alternatives)
        low[joint.left_out] = 0.0
        least, most, contradictory = narrowed(forest, joint, low, high, ends, alternatives=alternatives)
        tangles = {
            first: tangle_of(forest, joint, first, ends, (low, high), parts)
            for first in joint.programmed.tolist()
        }
        impossible = [first for first, tangle in tangles.items() if not tangle.feasible]
        crossed = np.isin(joint.journey, [*contradictory, *impossible])
        return cls(
            record=forest.record,
            parent=forest.parent,
            depth=forest.depth,
            event=forest.event,
            enters=forest.enters,
            ends=ends,
            low=least,
            high=most,
            journey=joint.journey,
            tangles=tangles,
            loose=forest.loose,
            alternatives=alternatives,
            contradictory=frozenset(forest.event[crossed].tolist()),
        )

    @cached_property
    def levels(self) -> list[slice]:
        """The nodes of each depth, which stand together."""
        return levels_of(self.depth)

    @cached_property
    def tangled(self) -> BoolArray:
        """Whether a node belongs to journeys that need a programme."""
        return np.isin(self.journey, list(self.tangles))

    @cached_property
    def _largest_below(self) -> FloatArray:
        """For each node the largest of the lower bounds of those right below it."""
        inner = self.parent >= 0
        largest = np.zeros(len(self.parent))
        np.maximum.at(largest, self.parent[inner], self.low[inner])
        return largest

    @cached_property
    def _right_below(self) -> tuple[FloatArray, FloatArray, IntArray]:
        """For each node the sums of the bounds of those right below it, and how many of these are open."""
        inner = self.parent >= 0
        parent, high, size = self.parent[inner], self.high[inner], len(self.parent)
        opened = np.isinf(high)
        return (
            summed(parent, self.low[inner], size),
            summed(parent, np.where(opened, 0.0, high), size),
            np.bincount(parent[opened], minlength=size).astype(np.int64),
        )

    def of_records(self, bounds: tuple[FloatArray, FloatArray]) -> tuple[FloatArray, FloatArray]:
        """Return bounds on the people of each record, by number.

        Parameters
        ----------
        bounds
            What is returned of records that are not here, and of contradictory ones.
        """
        size = len(bounds[0])
        plain = ~self.tangled & ~np.isin(self.event, list(self.contradictory))
        entered = np.flatnonzero(plain & self.enters)
        own = np.flatnonzero(plain & (self.parent >= 0) | (plain & self.loose))
        found = []
        for given, narrow in zip(bounds, (self.low, self.high), strict=True):
            values = given.copy()
            values[self.event[entered]] = summed(self.event[entered], narrow[entered], size)[
                self.event[entered]
            ]
            values[self.record[own]] = narrow[own]
            found.append(values)
        low, high = found
        for tangle in self.tangles.values():
            if tangle.feasible:
                record, event = self.record[tangle.nodes], self.event[tangle.nodes]
                for number in np.unique(record).tolist():
                    tops = (record == number) | ((event == number) & self.enters[tangle.nodes])
                    counted = tangle.below(tops)
                    low[number] = tangle.extreme(counted, least=True)
                    high[number] = tangle.extreme(counted, least=False)
        return low, high

    def came(self, nodes: IntArray, flags: BoolArray, values: IntArray) -> BoolArray:
        """Return for which nodes one above them has a flag, and a value that the node has, too."""
        return came_by(self.parent, nodes, flags, values)

    def counted(self, marks: Marks) -> BoolArray:
        """Return for every node whether marks of one column count who ends there."""
        here, below = np.zeros((2, len(self.record)), dtype=bool)
        own = np.full(len(self.record), -1)
        own[marks.node] = np.arange(len(marks.node))
        for level in self.levels:
            parent, mark = self.parent[level], own[level]
            inherited = np.where(parent >= 0, below[parent], False)
            marked = mark >= 0
            here[level] = np.where(marked, marks.here[mark] if len(marks.here) else False, inherited)
            below[level] = np.where(marked, marks.below[mark] if len(marks.below) else False, inherited)
        return here

    def extremes(
        self, sure: Marks, possible: Marks, columns: int, *, lasting: bool
    ) -> tuple[FloatArray, FloatArray]:
        """Return for each column the least and the most people whom it counts, over all worlds.

        Parameters
        ----------
        sure, possible
            Whom it counts for certain, and whom it may count; all of the former are among the latter. May be
            the same marks, which are then looked at once.
        columns
            How many there are.
        lasting
            Whether who is once counted on a journey stays so to its end.
        """
        low, high = self._swept(sure, possible, columns)
        for tangle_low, tangle_high, column in self._programmed(sure, possible, columns):
            low[column] += tangle_low
            high[column] += tangle_high
        if self.loose.any():
            loose_low, loose_high = self._loosely(sure, possible, columns, lasting=lasting)
            low, high = low + loose_low, high + loose_high
        return low, high

    def _swept(self, sure: Marks, possible: Marks, columns: int) -> tuple[FloatArray, FloatArray]:
        """Return the bounds of each column in journeys that are trees, from the leaves up."""
        both = [self._of_trees(sure, columns)]
        if possible is not sure:
            both.append(self._of_trees(possible, columns))
        depths = self._pairs(both, columns)
        if not depths:
            return np.zeros(columns), np.zeros(columns)
        counted = [_counted(depths, marks, which) for which, marks in enumerate(both)]
        least = most = _NOBODY
        below = _NO_PAIRS
        for pairs, for_least, for_most in zip(depths, counted[0], counted[-1], strict=True):
            rest = self._rest(pairs, below)
            least = self._together(pairs, least, rest, for_least, least=True)
            most = self._together(pairs, most, rest, for_most, least=False)
            below = pairs
        return summed(below.column, least[0], columns), summed(below.column, most[0], columns)

    def _of_trees(self, marks: Marks, columns: int) -> Marks:
        """Return the marks in journeys that are trees, but for those of a column that counts nobody there."""
        if self.tangles or self.loose.any():
            marks = marks.chosen(~(self.tangled | self.loose)[marks.node])
        counts = marks.here | marks.below
        if counts.all():
            return marks
        cell, size = marks.column, columns
        if len(self.record) * columns <= FLAGS_A_NUMBER * len(cell):
            cell, size = self.journey[marks.node] * columns + cell, len(self.record) * columns
        somebody = np.zeros(size, dtype=bool)
        somebody[cell[counts]] = True
        return marks.chosen(somebody[cell])

    def _pairs(self, every: Sequence[Marks], columns: int) -> list[_Pairs]:
        """Return every pair of node and column with a mark, and those above them, from the deepest up."""
        deepest = max((int(self.depth[marks.node[-1]]) for marks in every if len(marks.node)), default=-1)
        found: list[_Pairs] = []
        node, column = np.empty((2, 0), dtype=np.int64)
        for level in reversed(self.levels[: deepest + 1]):
            own = [slice(*np.searchsorted(marks.node, [level.start, level.stop])) for marks in every]
            here = list(zip(every, own, strict=True))
            node = np.concatenate([*(marks.node[at] for marks, at in here), node])
            column = np.concatenate([*(marks.column[at] for marks, at in here), column])
            one, place = distinct(
                (node - level.start) * columns + column, (level.stop - level.start) * columns
            )
            *places, above_of = np.split(place, np.cumsum([at.stop - at.start for at in own]))
            node, column = node[one], column[one]
            found.append(_Pairs(node, column, above_of, list(zip(own, places, strict=True))))
            node = self.parent[node]
        return found

    def _rest(self, pairs: _Pairs, below: _Pairs) -> tuple[FloatArray, FloatArray]:
        """Return bounds on all people right below some nodes in pairs that no mark reaches."""
        low, high, opened = self._right_below
        at, size = pairs.node, len(pairs.node)
        if not len(below.node):
            return low[at], np.where(opened[at] > 0, np.inf, high[at])
        most = self.high[below.node]
        endless = np.isinf(most)
        rest_low = low[at] - summed(pairs.above_of, self.low[below.node], size)
        rest_high = high[at] - summed(pairs.above_of, np.where(endless, 0.0, most), size)
        still_open = opened[at] > np.bincount(pairs.above_of[endless], minlength=size)
        return rest_low, np.where(still_open, np.inf, rest_high)

    def _together(
        self,
        pairs: _Pairs,
        found: _Extremes,
        rest: tuple[FloatArray, FloatArray],
        counted: _Flags,
        *,
        least: bool,
    ) -> _Extremes:
        """Return the extremes of people at or below some nodes, from those of the pairs right below.

        Of those right below whom no mark reaches all count, or none, as the node says.
        """
        at, size = pairs.node, len(pairs.node)
        here, there = rest if least else rest[::-1]
        value = summed(pairs.above_of, found[0], size) + np.where(counted.below, here, 0.0)
        other = summed(pairs.above_of, found[1], size) + np.where(counted.below, 0.0, there)
        largest = None
        if self.alternatives and not self.depth[at[0]]:
            largest = np.zeros((2, size))
            np.maximum.at(largest[0], pairs.above_of, found[0])
            largest[1] = self._largest_below[at]
        ends = self.ends[at]
        node = _Nodes(
            self.low[at],
            self.high[at],
            counted.here & ends,
            ends & ~counted.here,
            counted.below,
            value,
            other,
        )
        return (_least if least else _most)(node, largest)

    def _programmed(
        self, sure: Marks, possible: Marks, columns: int
    ) -> Iterable[tuple[FloatArray, FloatArray, IntArray]]:
        """Yield, for journeys that need a programme, the least and the most of some columns."""
        if not self.tangles:
            return
        both = [_by_journey(marks, self.journey[marks.node]) for marks in (sure, possible)]
        for first, tangle in self.tangles.items():
            inside = [_slice(*marks, first) for marks in both]
            used = np.unique(np.concatenate([marks.column for marks in inside]))
            low, high = np.zeros((2, len(used)))
            for result, least, marks in zip((low, high), (True, False), inside, strict=True):
                place = np.searchsorted(tangle.nodes, marks.node)
                column = np.searchsorted(used, marks.column)
                counted = tangle.counted(place, column, marks.here, marks.below, len(used))
                result[:] = [tangle.extreme(each, least=least) for each in counted]
            yield low, high, used

    def _loosely(
        self, sure: Marks, possible: Marks, columns: int, *, lasting: bool
    ) -> tuple[FloatArray, FloatArray]:
        """Return bounds of each column in journeys that cannot be followed: true ones, and wide."""
        size = len(self.record)
        events = self.loose & (self.parent < 0) & (self.record == self.event)
        everyone = summed(self.journey[events], self.high[events], size)
        cells, place, marks = self._loose_cells(possible, columns)
        most = np.minimum(summed(place, self.high[marks], len(cells)), everyone[cells // columns])
        high = summed(cells % columns, most, columns)
        if not lasting:
            return np.zeros(columns), high
        cells, place, marks = self._loose_cells(sure, columns)
        least = np.zeros(len(cells))
        np.maximum.at(least, place, self.low[marks])
        return summed(cells % columns, least, columns), high

    def _loose_cells(self, marks: Marks, columns: int) -> tuple[IntArray, IntArray, IntArray]:
        """Return pairs of journey and column, and for each mark that counts anybody its pair and its node."""
        counts = self.loose[marks.node] & (marks.here | marks.below)
        node = marks.node[counts]
        cells, place = np.unique(self.journey[node] * columns + marks.column[counts], return_inverse=True)
        return cells, place, node


class _Nodes(NamedTuple):
    """What is known of some nodes and a column each, when those below are known.

    Parameters
    ----------
    low, high
        Bounds on the people at or below.
    counted
        Whether people can end there, and count.
    rests
        Whether people can end there, and do not count.
    below
        Whether those below count where no mark says otherwise.
    value, other
        Of those right below together, the extreme of who counts, and the opposite one of who does not.
    """

    low: FloatArray
    high: FloatArray
    counted: BoolArray
    rests: BoolArray
    below: BoolArray
    value: FloatArray
    other: FloatArray


def _least(node: _Nodes, largest: FloatArray | None) -> tuple[FloatArray, FloatArray]:
    """Return the least people who count, and the most who do not.

    Parameters
    ----------
    largest
        Where those right below may be the same people, the largest of their values, and of the lower bounds
        on all people of one of them; else None.
    """
    if largest is not None:
        here = np.where(node.counted, np.maximum(largest[0], node.low - node.other), largest[0])
        return np.where(node.below, node.low, here), node.other
    value = np.where(node.rests, node.value, np.maximum(node.value, node.low - node.other))
    return value, np.where(node.rests, node.high - value, np.minimum(node.other, node.high - value))


def _most(node: _Nodes, largest: FloatArray | None) -> tuple[FloatArray, FloatArray]:
    """Return the most people who count, and the least who do not."""
    if largest is not None:
        rest = np.maximum(node.high - largest[1], 0.0)  # who is on none of them
        here = np.minimum(np.where(node.counted, node.value + rest, node.value), node.high)
        return np.where(node.below, node.high, here), node.other
    other = np.where(node.counted, node.other, np.maximum(node.other, node.low - node.value))
    return np.where(node.counted, node.high - other, np.minimum(node.value, node.high - other)), other


def _counted(depths: Sequence[_Pairs], marks: Marks, which: int) -> list[_Flags]:
    """Return for pairs, from the deepest up, who counts: as a mark there says, or the nearest above it."""
    found: list[_Flags] = []
    inherited = np.zeros(len(depths[-1].node), dtype=bool)
    for pairs in reversed(depths):
        own, place = pairs.marked[which]
        here, below = inherited.copy(), inherited
        here[place], below[place] = marks.here[own], marks.below[own]
        found.append(_Flags(here, below))
        inherited = below[pairs.above_of]
    return found[::-1]


def _by_journey(marks: Marks, journey: IntArray) -> tuple[Marks, IntArray]:
    """Return marks in order of their journeys, and these."""
    order = np.argsort(journey, kind="stable")
    return marks.chosen(order), journey[order]


def _slice(marks: Marks, journey: IntArray, first: int) -> Marks:
    """Return the marks of one journey, of those that `_by_journey` put in order."""
    return marks.chosen(slice(*np.searchsorted(journey, [first, first + 1])))
