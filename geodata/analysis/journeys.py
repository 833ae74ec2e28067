"""The worlds that claims allow, and the least and the most people that a figure counts over all of them.

People travel along *journeys*: paths of transfers that are joined by ``follows``, across events. A *world* is
a whole number of people for each journey, and for each event without one, such that every claim holds that
counts. This module alone adds people up; `geodata.analysis.figures` says whom a figure counts.

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

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from geodata.analysis.forest import (
    BoolArray,
    IntArray,
    Parts,
    came_by,
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
        One pair at most once.
    here
        Whether those who end at the node are counted.
    below
        Whether those who end below it are, where no deeper mark says otherwise.
    """

    node: IntArray
    column: IntArray
    here: BoolArray
    below: BoolArray


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
            Whom it counts for certain, and whom it may count; all of the former are among the latter.
        columns
            How many there are.
        lasting
            Whether who is once counted on a journey stays so to its end.
        """
        low, high = self._swept(sure, columns, least=True), self._swept(possible, columns, least=False)
        for tangle_low, tangle_high, column in self._programmed(sure, possible, columns):
            low[column] += tangle_low
            high[column] += tangle_high
        if self.loose.any():
            loose_low, loose_high = self._loosely(sure, possible, columns, lasting=lasting)
            low, high = low + loose_low, high + loose_high
        return low, high

    def _swept(self, marks: Marks, columns: int, *, least: bool) -> FloatArray:
        """Return the least or the most of each column in journeys that are trees, from the leaves up."""
        plain = ~(self.tangled | self.loose)[marks.node]
        node, column = marks.node[plain], marks.column[plain]
        here, below = marks.here[plain], marks.below[plain]
        result = np.zeros(columns)
        if not len(node):
            return result
        key, depth = node * columns + column, self.depth[node]
        # Every marked pair of node and column, and those above it, by depth.
        levels: list[tuple[IntArray, IntArray, IntArray, IntArray]] = []
        carried: IntArray = np.empty(0, dtype=np.int64)
        for each in range(int(depth.max()), -1, -1):
            own = np.flatnonzero(depth == each)
            keys, place = np.unique(np.concatenate([key[own], carried]), return_inverse=True)
            levels.append((keys, own, place[: len(own)], place[len(own) :]))
            if each:
                carried = self.parent[keys // columns] * columns + keys % columns
        # What each says of those who end there and of those below, from the roots down.
        said: list[tuple[BoolArray, BoolArray]] = []
        inherited: BoolArray = np.zeros(len(levels[-1][0]), dtype=bool)
        for _, own, marked, children in reversed(levels):
            ends_here, goes_below = inherited.copy(), inherited.copy()
            ends_here[marked], goes_below[marked] = here[own], below[own]
            said.append((ends_here, goes_below))
            inherited = goes_below[children]
        value: FloatArray = np.empty(0)
        other: FloatArray = np.empty(0)
        child: IntArray = np.empty(0, dtype=np.int64)
        for (keys, _, _, children), (ends_here, goes_below) in zip(levels, reversed(said), strict=True):
            at = keys // columns
            largest = None
            if self.alternatives and not self.depth[at[0]]:
                largest = np.zeros((2, len(at)))
                np.maximum.at(largest[0], children, value)
                largest[1] = self._largest_below[at]
            value, other = self._together(at, children, child, value, other, goes_below, least=least)
            counted, rests = ends_here & self.ends[at], self.ends[at] & ~ends_here
            nodes = _Nodes(self.low[at], self.high[at], counted, rests, goes_below, value, other)
            value, other = (_least if least else _most)(nodes, largest)
            child = at
        return summed(levels[-1][0] % columns, value, columns)

    def _together(
        self,
        at: IntArray,
        place: IntArray,
        child: IntArray,
        value: FloatArray,
        other: FloatArray,
        counted: BoolArray,
        *,
        least: bool,
    ) -> tuple[FloatArray, FloatArray]:
        """Return the sums over those right below some nodes of the people who count, and who do not.

        Of those without a mark all count, or none, as the node says.
        """
        size = len(at)
        value, other = summed(place, value, size), summed(place, other, size)
        low, high, opened = self._right_below
        rest_low = low[at] - summed(place, self.low[child], size)
        endless = np.isinf(self.high[child])
        rest_high = high[at] - summed(place, np.where(endless, 0.0, self.high[child]), size)
        rest_high = np.where(opened[at] > np.bincount(place[endless], minlength=size), np.inf, rest_high)
        here, there = (rest_low, rest_high) if least else (rest_high, rest_low)
        return value + np.where(counted, here, 0.0), other + np.where(counted, 0.0, there)

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


def _by_journey(marks: Marks, journey: IntArray) -> tuple[Marks, IntArray]:
    """Return marks in order of their journeys, and these."""
    order = np.argsort(journey, kind="stable")
    sorted_marks = Marks(marks.node[order], marks.column[order], marks.here[order], marks.below[order])
    return sorted_marks, journey[order]


def _slice(marks: Marks, journey: IntArray, first: int) -> Marks:
    """Return the marks of one journey, of those that `_by_journey` put in order."""
    begin, end = np.searchsorted(journey, [first, first + 1])
    here = slice(begin, end)
    return Marks(marks.node[here], marks.column[here], marks.here[here], marks.below[here])
