"""The shape of journeys: a node for each way to each record, what hangs together, what bounds it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from geodata.analysis.tangles import Row, Tangle
from geodata.model.counts import FloatArray

__all__ = [
    "EXACT_NODES",
    "FLAGS_A_NUMBER",
    "BoolArray",
    "Forest",
    "IntArray",
    "Joint",
    "Parts",
    "came_by",
    "distinct",
    "each_once",
    "grown",
    "joined",
    "levels_of",
    "narrowed",
    "summed",
    "tangle_of",
]

IntArray: TypeAlias = npt.NDArray[np.int64]
BoolArray: TypeAlias = npt.NDArray[np.bool_]

EXACT_NODES = 300
"""Most nodes of tangled journeys that belong together up to which bounds are exact."""


FLAGS_A_NUMBER = 32
"""Flags for each number, up to which setting and reading them takes less time than sorting the numbers."""


@dataclass(frozen=True, eq=False)
class Parts:
    """Groups of people that claims name: parts of the people of their subjects.

    Parameters
    ----------
    record
        Number of the event or transfer.
    group
        A number for each name.
    low, high
        Bounds on the part; infinity where open.
    """

    record: IntArray
    group: IntArray
    low: FloatArray
    high: FloatArray


def summed(place: IntArray, values: npt.ArrayLike, size: int) -> FloatArray:
    """Return the sums of values that go to the same place, for each of so many places."""
    return np.bincount(place, values, size).astype(float)


def distinct(numbers: IntArray, size: int) -> tuple[IntArray, IntArray]:
    """Return where each different number stands once, by size, and for each number its place among these.

    Numbers are ticked off in a row of flags where that is shorter than to sort them.

    Parameters
    ----------
    numbers
        From 0 to below `size`.

    Examples
    --------
    >>> one, place = distinct(np.array([7, 3, 7]), 8)
    >>> np.array([7, 3, 7])[one].tolist(), place.tolist()
    ([3, 7], [1, 0, 1])
    """
    if size > FLAGS_A_NUMBER * len(numbers):
        _, one, place = np.unique(numbers, return_index=True, return_inverse=True)
        return one, place
    there = np.zeros(size, dtype=bool)
    there[numbers] = True
    found = np.flatnonzero(there)
    rank = np.empty(size, dtype=np.int64)
    rank[found] = np.arange(len(found))
    place = rank[numbers]
    one = np.empty(len(found), dtype=np.int64)
    one[place] = np.arange(len(numbers))
    return one, place


def each_once(numbers: IntArray) -> IntArray:
    """Return each different number once, by size; `np.unique` would hash them first, which is slower.

    Examples
    --------
    >>> each_once(np.array([7, 3, 7])).tolist()
    [3, 7]
    """
    numbers = np.sort(numbers)
    return numbers[np.diff(numbers, prepend=numbers[:1] - 1) > 0]


class Forest(NamedTuple):
    """The shape of journeys: nodes in order of depth."""

    record: IntArray
    parent: IntArray
    depth: IntArray
    root: IntArray
    event: IntArray
    enters: BoolArray
    loose: BoolArray


def grown(
    own: IntArray, of_event: IntArray, links: tuple[IntArray, IntArray], size: int, events: IntArray
) -> Forest:
    """Return a node for each event and for each way to each transfer."""
    place, event_node = np.full((2, size), -1)
    place[own], event_node[events] = np.arange(len(own)), np.arange(len(events))
    leg, before = place[links[0]], place[links[1]]
    inside = (leg >= 0) & (before >= 0)
    order = np.argsort(before[inside], kind="stable")
    leg, before = leg[inside][order], before[inside][order]
    parents = np.bincount(leg, minlength=len(own))
    loose, group = _too_many(leg, before, parents, event_node[of_event], len(events))
    first = np.flatnonzero((parents == 0) & ~loose[len(events) :])
    unfollowed = np.flatnonzero(loose[len(events) :])
    transfer = [np.concatenate([np.full(len(events), -1), unfollowed])]
    above = [np.full(len(transfer[0]), -1)]
    starts = np.searchsorted(before, np.arange(len(own) + 1))
    nodes, offset = first, 0
    parent = event_node[of_event[first]]
    while len(nodes):
        transfer.append(nodes)
        above.append(parent)
        offset += len(transfer[-2])
        count = starts[nodes + 1] - starts[nodes]
        ahead = np.repeat(starts[nodes] - np.concatenate([[0], np.cumsum(count)[:-1]]), count)
        parent = offset + np.repeat(np.arange(len(nodes)), count)
        nodes = leg[ahead + np.arange(len(ahead))]
    depth = np.repeat(np.arange(len(transfer)), list(map(len, transfer)))
    number, parent = np.concatenate(transfer), np.concatenate(above)
    record, event = np.empty((2, len(number)), dtype=np.int64)
    record[: len(events)] = event[: len(events)] = events
    moving = number >= 0
    record[moving], event[moving] = own[number[moving]], of_event[number[moving]]
    unfollowable = np.zeros(len(number), dtype=bool)
    unfollowable[: len(events)] = loose[: len(events)]
    unfollowable[len(events) : len(transfer[0])] = True
    root = np.arange(len(number))
    if len(unfollowed):
        every = np.flatnonzero(unfollowable)
        groups = group[np.concatenate([np.flatnonzero(loose[: len(events)]), len(events) + unfollowed])]
        _, begins, at = np.unique(groups, return_index=True, return_inverse=True)
        root[every] = every[begins][at]
    for level in levels_of(depth)[1:]:
        root[level] = root[parent[level]]
    enters = (parent < 0) & (number < 0)
    inner = np.flatnonzero(parent >= 0)
    changed = inner[event[inner] != event[parent[inner]]]
    enters[changed] = ~came_by(parent, changed, np.ones(len(number), dtype=bool), event)
    return Forest(record, parent, depth, root, event, enters, unfollowable)


def _too_many(
    leg: IntArray, before: IntArray, parents: IntArray, event: IntArray, events: int
) -> tuple[BoolArray, IntArray]:
    """Return which events and transfers have too many ways among them, and a number for what hangs together.

    Parameters
    ----------
    leg, before
        Links between transfers.
    parents
        How many transfers each follows.
    event
        Place of each transfer's event.
    events
        How many there are.
    """
    size = events + len(parents)
    if not (parents > 1).any():
        return np.zeros(size, dtype=bool), np.arange(size)
    starts = np.flatnonzero(parents == 0)
    every = events + np.arange(len(parents))
    group = _groups(size, np.append(events + leg, every), np.append(events + before, event))
    below: list[list[int]] = [[] for _ in parents]
    for one, other in zip(leg.tolist(), before.tolist(), strict=True):
        below[other].append(one)
    ways, awaited = (parents == 0).astype(int).tolist(), parents.tolist()
    order = starts.tolist()
    for transfer in order:
        for following in below[transfer]:
            ways[following] = min(ways[following] + ways[transfer], 10 * EXACT_NODES)
            awaited[following] -= 1
            if not awaited[following]:
                order.append(following)
    together = summed(group[events:], ways, size)
    merging = summed(group[events:], parents > 1, size) > 0
    return (merging & (together > EXACT_NODES))[group], group


def _groups(size: int, one: IntArray, other: IntArray) -> IntArray:
    """Return for each of some things the first of those that pairs join it with (union-find)."""
    leader = list(range(size))

    def find(each: int) -> int:
        while leader[each] != each:
            leader[each] = each = leader[leader[each]]
        return each

    for left, right in zip(one.tolist(), other.tolist(), strict=True):
        left, right = find(left), find(right)
        leader[max(left, right)] = min(left, right)
    return np.array([find(each) for each in range(size)], dtype=np.int64)


def came_by(parent: IntArray, nodes: IntArray, flags: BoolArray, values: IntArray) -> BoolArray:
    """Return for which nodes one above them has a flag, and a value that the node has, too."""
    found = np.zeros(len(nodes), dtype=bool)
    waiting, above = np.arange(len(nodes)), parent[nodes]
    while True:
        inside = above >= 0
        waiting, above = waiting[inside], above[inside]
        if not len(waiting):
            return found
        hit = flags[above] & (values[above] == values[nodes[waiting]])
        found[waiting[hit]] = True
        waiting, above = waiting[~hit], parent[above[~hit]]


def levels_of(depth: IntArray) -> list[slice]:
    """Return where nodes of each depth stand, from the roots down."""
    ends = np.searchsorted(depth, np.arange(depth.max(initial=-1) + 2))
    return [slice(begin, end) for begin, end in pairwise(ends.tolist())]


class Joint(NamedTuple):
    """What hangs together, and what needs a programme.

    Parameters
    ----------
    journey
        For each node the first node of all that hangs together with it.
    programmed
        Numbers of those journeys that need a programme.
    tops
        Pairs of a record and a node by which people enter it, by record.
    split
        By number of the record whether people enter it by several nodes.
    left_out
        Numbers of events whose claims are left out, since too much would hang together by them.
    parts
        Which claims on groups constrain anything.
    """

    journey: IntArray
    programmed: IntArray
    tops: tuple[IntArray, IntArray]
    split: BoolArray
    left_out: IntArray
    parts: BoolArray


def joined(forest: Forest, low: FloatArray, high: FloatArray, parts: Parts, *, alternatives: bool) -> Joint:
    """Return which roots hang together: those where a claim speaks of people of both."""
    size = len(low)
    entered = np.flatnonzero(forest.enters)
    moving = np.flatnonzero((forest.parent >= 0) | forest.loose & ~forest.enters)
    record = np.concatenate([forest.event[entered], forest.record[moving]])
    order = np.argsort(record, kind="stable")
    tops = record[order], np.concatenate([entered, moving])[order]
    split = np.bincount(record, minlength=size) > 1
    bounded = (low > 0) | (high < np.inf)
    bounded[parts.record] = True
    is_event = np.zeros(size, dtype=bool)
    is_event[forest.record[forest.enters & (forest.parent < 0)]] = True
    nothing = np.empty(0, dtype=np.int64)
    if alternatives:
        return Joint(forest.root, nothing, tops, split, nothing, np.zeros(len(parts.record), dtype=bool))
    joining = split & bounded
    joining[tops[0][forest.loose[tops[1]]]] = False
    journey = _roots_joined(forest, tops, joining)
    big = np.bincount(journey, minlength=len(journey))[journey] > EXACT_NODES
    left_out = np.unique(tops[0][is_event[tops[0]] & joining[tops[0]] & big[tops[1]]])
    if len(left_out):
        joining[left_out] = False
        journey = _roots_joined(forest, tops, joining)
    constrains = _constraining(journey, tops, parts)
    constrains[constrains] = ~forest.loose[_top_of(tops, parts.record[constrains])]
    needed = [journey[tops[1][joining[tops[0]]]], journey[_top_of(tops, parts.record[constrains])]]
    return Joint(journey, np.unique(np.concatenate(needed)), tops, split, left_out, constrains)


def _roots_joined(forest: Forest, tops: tuple[IntArray, IntArray], joining: BoolArray) -> IntArray:
    """Return for each node the first node of what hangs together by records that people enter by several."""
    chosen = joining[tops[0]]
    record, root = tops[0][chosen], forest.root[tops[1][chosen]]
    if not len(record):
        return forest.root
    same = np.flatnonzero(record[1:] == record[:-1])
    roots, place = np.unique(root, return_inverse=True)
    leader = roots[_groups(len(roots), place[same + 1], place[same])]
    leading = np.arange(len(forest.root))
    leading[roots] = leader
    return leading[forest.root]


def _top_of(tops: tuple[IntArray, IntArray], record: IntArray) -> IntArray:
    """Return a node by which people enter each of some records."""
    return tops[1][np.searchsorted(tops[0], record)]


def _constraining(journey: IntArray, tops: tuple[IntArray, IntArray], parts: Parts) -> BoolArray:
    """Return which claims on groups constrain more than the people of their own subject.

    Where all lower bounds on a group in one journey fit together under every upper one, people can be chosen
    for each lower bound alone.
    """
    found = np.zeros(len(parts.record), dtype=bool)
    here = np.flatnonzero(np.isin(parts.record, tops[0]) & ((parts.low > 0) | (parts.high < np.inf)))
    if not len(here):
        return found
    cell = journey[_top_of(tops, parts.record[here])] * (parts.group.max() + 1) + parts.group[here]
    _, place, count = np.unique(cell, return_inverse=True, return_counts=True)
    least = np.full(len(count), np.inf)
    np.minimum.at(least, place, parts.high[here])
    found[here] = ((count > 1) & (np.bincount(place, parts.low[here]) > least))[place]
    return found


def tangle_of(
    forest: Forest,
    joint: Joint,
    first: int,
    ends: BoolArray,
    bounds: tuple[FloatArray, FloatArray],
    parts: Parts,
) -> Tangle:
    """Return the programme of one journey."""
    low, high = bounds
    nodes = np.flatnonzero(joint.journey == first)
    parent = forest.parent[nodes]
    above = np.where(parent < 0, -1, np.searchsorted(nodes, parent))
    tangle = Tangle(nodes, above, ends[nodes], [])
    inside = np.isin(joint.tops[1], nodes)
    entered, places = joint.tops[0][inside], np.searchsorted(nodes, joint.tops[1][inside])
    rows = []

    def add(record: int, least: float, most: float, group: int) -> None:
        at = np.zeros(len(nodes), dtype=bool)
        at[places[entered == record]] = True
        rows.append(Row(np.flatnonzero(tangle.below(at)), least, most, group))

    for record in np.setdiff1d(entered, joint.left_out).tolist():
        if low[record] > 0 or high[record] < np.inf:
            add(record, low[record], high[record], -1)
    for k in np.flatnonzero(joint.parts & np.isin(parts.record, entered)).tolist():
        add(int(parts.record[k]), parts.low[k], parts.high[k], int(parts.group[k]))
    return Tangle(nodes, above, ends[nodes], rows)


def narrowed(
    forest: Forest, joint: Joint, low: FloatArray, high: FloatArray, ends: BoolArray, *, alternatives: bool
) -> tuple[FloatArray, FloatArray, IntArray]:
    """Return bounds on the people at or below each node as they imply each other, and contradictory journeys.

    One sweep from the leaves up raises lower bounds, one from the roots down lowers upper ones.
    """
    least, most = low[forest.record].copy(), high[forest.record].copy()
    several = joint.split[forest.record] & ~forest.loose
    least[several] = 0.0  # a node of several is only a part of its record's people
    crossed = np.zeros(len(least), dtype=bool)
    levels, size, parent = levels_of(forest.depth), len(least), forest.parent
    for k in range(len(levels) - 1, -1, -1):
        level = levels[k]
        if k == 0 and len(levels) > 1:
            closed = np.flatnonzero(~ends[level])  # they hold only who is below
            below = summed(parent[levels[1]], most[levels[1]], size)
            most[closed] = np.minimum(most[closed], below[closed])
        crossed[level] = most[level] < least[level]
        most[level] = np.maximum(most[level], least[level])
        if k == 1 and alternatives:
            np.maximum.at(least, parent[level], least[level])
        elif k:
            upper = levels[k - 1]
            least[upper] = np.maximum(least[upper], summed(parent[level], least[level], size)[upper])
    for k, level in enumerate(levels[1:], start=1):
        above = parent[level]
        beside = summed(above, least[level], size)[above] - least[level]
        most[level] = np.minimum(most[level], most[above] - (0.0 if k == 1 and alternatives else beside))
    return least, most, np.unique(joint.journey[crossed & ~np.isin(joint.journey, joint.programmed)])
