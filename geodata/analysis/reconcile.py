"""What the figures of one journey imply about each other, and why.

The model, between the numbers of people who really travelled:

1. The first legs of an event together carry at most the event's people. What goes on from a leg (the legs
   that follow it alone, and its part of each leg that follows several) is together at most what it carried.
2. A leg that follows several is made of what came from each of them. It follows that it carried at most
   the people of any event or leg that all ways to it lead through.
3. A group of a subject is at most the subject. Groups may overlap, so they are never summed within one.
4. Where a whole and its parts name the same group, the parts' group together is at most the whole's.

Bounds that follow from claims are found by interval propagation: one sweep up the journeys raises lower
bounds, one sweep down lowers upper ones. Where every leg follows at most one that is all there is to find.
Where a leg follows several, sweeps are repeated up to `ROUNDS` times: every bound found is true, whenever
they stop, but a tighter one, or a contradiction, may stay unfound.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import reduce
from heapq import nlargest
from math import inf
from typing import Literal, NamedTuple, TypeAlias

import numpy as np
import pandas as pd

__all__ = ["Bound", "Reconciled", "Step", "reconcile"]

ROUNDS = 30
"""Most sweeps over the journeys in which a leg follows several."""
SET_LIMIT = 8
"""Most lower bounds in a contradiction up to which the fewest are searched for."""
FILTER_LIMIT = 20_000
"""Most claims x figures up to which a contradiction is thinned out where a leg follows several."""

# Where journeys split and join again and again sums of upper bounds grow without limit, and say nothing.
_LARGEST = 2**53

Side: TypeAlias = Literal["at least", "at most"]
AT_LEAST: Side = "at least"
AT_MOST: Side = "at most"
_OTHER: dict[Side, Side] = {AT_LEAST: AT_MOST, AT_MOST: AT_LEAST}


@dataclass(frozen=True)
class Bound:
    """One side of a count.

    Parameters
    ----------
    subject
        An event or a transfer.
    side
        Whether `count` is the least or the most.
    count
        People.
    group
        Which part of the subject's people; "" = everyone.
    """

    subject: str
    side: Side
    count: int
    group: str = ""


@dataclass(frozen=True)
class Step:
    """A bound that follows from others, by one of the constraints.

    Parameters
    ----------
    bound
        What follows.
    because
        From what: claimed bounds, or the conclusions of other steps.
    """

    bound: Bound
    because: tuple[Bound, ...]


@dataclass(frozen=True, eq=False)
class Reconciled:
    """Events and transfers with what their figures imply.

    Parameters
    ----------
    events, transfers
        As given, with count_min and count_max replaced by the implied bounds (Int64; missing = open).
    contradictions
        For each contradictory journey claimed bounds that cannot all hold, upper bounds first.
    contradictory
        Ids of the events whose bounds were left as claimed because of a contradiction.
    """

    events: pd.DataFrame
    transfers: pd.DataFrame
    contradictions: tuple[tuple[Bound, ...], ...]
    contradictory: pd.Index
    _figures: _Figures = field(repr=False)

    def why(self, subject: str) -> tuple[Step, ...]:
        """Return the reasons for the bounds of an event or transfer that are tighter than claimed.

        Its own bounds come first. A premise that was itself implied is the conclusion of another step, after
        every step that uses it (a conclusion on `subject` stays in front); a claimed premise has no step.
        Nothing is returned for a subject that is as claimed, or that is in neither table.
        """
        figures = self._figures
        node = figures.number.get(subject)
        if node is None:
            return ()
        sides: tuple[Side, ...] = (AT_LEAST, AT_MOST)
        asked = [fact for side in sides if (fact := figures.fact(node, side)).time >= 0]
        premises: dict[_Fact, list[_Fact]] = {}
        waiting = list(asked)
        while waiting:
            fact = waiting.pop()
            if fact.time >= 0 and fact not in premises:
                premises[fact] = figures.premises(fact)
                waiting += premises[fact]
        later = sorted(premises.keys() - set(asked), key=lambda fact: fact.time, reverse=True)
        return tuple(
            Step(figures.bound(fact), tuple(map(figures.bound, premises[fact]))) for fact in [*asked, *later]
        )


def reconcile(
    events: pd.DataFrame, transfers: pd.DataFrame, groups: pd.DataFrame | None = None
) -> Reconciled:
    """Return the bounds that claimed bounds imply, their reasons, and the claims that cannot all hold.

    A journey is what events and transfers connect, through `event_id` and `follows`. Where its claims
    contradict each other all its bounds stay as claimed, and one contradiction is reported: the fewest claims
    that cannot all hold, where no leg follows several and they are at most `SET_LIMIT` lower bounds and an
    upper one; otherwise claims none of which can be left out (beyond `FILTER_LIMIT`, some may be).

    Parameters
    ----------
    events
        Index event_id; count_min, count_max (Int64; missing = open).
    transfers
        Index transfer_id; event_id, follows (tuples of ids, in no circle), count_min, count_max. Only
        transfers that happened. An id in `follows` that is not in the table is ignored; a transfer that
        follows only such ones has no whole.
    groups
        subject_id, group, count_min, count_max; one row a subject and group. Other subjects' are ignored.

    Examples
    --------
    "Most of 123" and "a small contingent" leave at most 61 for the contingent, and at most 122 for the most:

    >>> def table(ids, rows):
    ...     names = ["event_id", "follows", "count_min", "count_max"]
    ...     return pd.DataFrame(rows, ids, names).astype({"count_min": "Int64", "count_max": "Int64"})
    >>> events = table(["release"], [("", (), 123, 123)])
    >>> legs = table(["most", "some"], [("release", (), 62, None), ("release", (), 1, None)])
    >>> found = reconcile(events, legs)
    >>> found.transfers[["count_min", "count_max"]].to_numpy().tolist()
    [[62, 122], [1, 61]]
    >>> [(bound.subject, bound.side, bound.count) for bound in found.why("some")[0].because]
    [('release', 'at most', 123), ('most', 'at least', 62)]
    """
    figures = _Figures(events, transfers, groups)
    contradictions, contradictory = [], []
    for journey in figures.journeys:
        crossed = figures.propagate(journey)
        if crossed is not None:
            contradictions.append(figures.contradiction(journey, crossed))
            contradictory += figures.event_ids(journey)
            figures.restore(journey)
    return Reconciled(
        events=figures.bounded(events, 0),
        transfers=figures.bounded(transfers, figures.event_count),
        contradictions=tuple(contradictions),
        contradictory=pd.Index(contradictory, dtype="str"),
        _figures=figures,
    )


_Rule: TypeAlias = tuple[int, list[int], bool]
"""A whole, its parts, and whether these are all of it: together exactly the whole, and not at most."""


class _Fact(NamedTuple):
    """One side of a figure, as it was found at a time (a place in `_Figures._found`); -1 = as claimed."""

    node: int
    side: Side
    time: int


@dataclass(eq=False, slots=True)
class _Journey:
    """Figures that constrain each other, and how: wholes stand before their parts."""

    nodes: list[int] = field(default_factory=list)
    rules: list[_Rule] = field(default_factory=list)
    follows_several: bool = False


class _Figures:
    """Every figure as a numbered node: events, transfers, groups, and links into what follows several.

    Parameters
    ----------
    events, transfers, groups
        As in `reconcile`.
    """

    def __init__(self, events: pd.DataFrame, transfers: pd.DataFrame, groups: pd.DataFrame | None) -> None:
        event_ids = transfers["event_id"].tolist()
        events_named = dict.fromkeys([*events.index.tolist(), *event_ids])  # also those that have no row
        event_number = {event: number for number, event in enumerate(events_named)}
        leg_number = {leg: number for number, leg in enumerate(transfers.index.tolist(), len(event_number))}
        self.event_count = len(event_number)
        self.number: dict[str, int] = leg_number | event_number
        self._subjects: list[str] = [*event_number, *leg_number]
        self._group_of: dict[int, str] = {}
        self._target: dict[int, int] = {}
        self._parts: dict[int, list[int]] = defaultdict(list)
        self._incoming: dict[int, list[int]] = defaultdict(list)
        self._groups: dict[int, dict[str, int]] = defaultdict(dict)
        # Each time that a bound was tightened: to what, by which rule, and the time before (-1 = as claimed).
        self._found: list[float] = []
        self._found_by: list[_Rule] = []
        self._earlier: list[int] = []
        self._latest: dict[Side, dict[int, int]] = {AT_LEAST: {}, AT_MOST: {}}

        unknown = self.event_count - len(events)
        self._claimed: dict[Side, list[float]] = {
            AT_LEAST: [*_lows(events), *[0] * unknown, *_lows(transfers)],
            AT_MOST: [*_highs(events), *[inf] * unknown, *_highs(transfers)],
        }
        wholes: list[tuple[int, ...]] = [()] * self.event_count
        for leg, follows in enumerate(transfers["follows"].tolist(), self.event_count):
            if follows:
                wholes.append(tuple({leg_number[key]: None for key in follows if key in leg_number}))
            else:
                wholes.append((event_number[event_ids[leg - self.event_count]],))
            self._attach(leg, wholes[leg])
        if groups is not None:
            self._add_groups(groups, wholes)
        self._implied = {side: list(values) for side, values in self._claimed.items()}
        order = self._wholes_first(wholes)
        self._gated: dict[int, list[int]] = defaultdict(list)
        if self._target:
            self._find_gates(order, wholes)
        self.journeys = self._joined(order, wholes, [event_number[event] for event in event_ids])

    def _add(self, subject: str, low: float, high: float) -> int:
        self._subjects.append(subject)
        self._claimed[AT_LEAST].append(low)
        self._claimed[AT_MOST].append(high)
        return len(self._subjects) - 1

    def _attach(self, node: int, wholes: Sequence[int]) -> None:
        """Make a figure part of its whole, or of its several wholes through a link from each."""
        if len(wholes) == 1:
            self._parts[wholes[0]].append(node)
        elif wholes:
            for whole in wholes:
                link = self._add("", 0, inf)
                self._target[link] = node
                self._parts[whole].append(link)
                self._incoming[node].append(link)

    def _add_groups(self, groups: pd.DataFrame, wholes: list[tuple[int, ...]]) -> None:
        for subject, group, low, high in zip(
            groups["subject_id"], groups["group"], _lows(groups), _highs(groups), strict=True
        ):
            if (of_subject := self.number.get(subject)) is not None:
                node = self._add(subject, low, high)
                self._group_of[node] = group
                self._groups[of_subject][group] = node
        for of_subject, named in self._groups.items():
            for group, node in named.items():
                named_by = [self._groups.get(whole, {}) for whole in wholes[of_subject]]
                found = [of_whole[group] for of_whole in named_by if group in of_whole]
                # Where only some of the legs that it follows name the group, the others may bring any number.
                if len(found) == len(named_by):
                    self._attach(node, found)

    def _wholes_first(self, wholes: list[tuple[int, ...]]) -> list[int]:
        """Return events and transfers in topological order."""
        awaited = list(map(len, wholes))
        order = [node for node, count in enumerate(awaited) if not count]
        for node in order:
            for part in self._parts.get(node, ()):
                leg = self._target.get(part, part)
                awaited[leg] -= 1
                if not awaited[leg]:
                    order.append(leg)
        return order

    def _find_gates(self, order: list[int], wholes: list[tuple[int, ...]]) -> None:
        """Find for each leg that follows several the last event or leg that all its people came through.

        That is its immediate dominator: the lowest common ancestor of what it follows, in the tree of
        dominators. Jump pointers (Myers, "An applicative random-access stack", 1983) find it in a number of
        steps logarithmic in the depth.
        """
        start = len(wholes)  # before all events, and before legs of which no event is known
        gate, jump, depth = ([start] * (start + 1) for _ in range(3))
        depth[start] = 0

        def common(one: int, other: int) -> int:
            if depth[one] < depth[other]:
                one, other = other, one
            while depth[one] > depth[other]:
                one = jump[one] if depth[jump[one]] >= depth[other] else gate[one]
            while one != other:
                apart = jump[one] != jump[other]
                one, other = (jump[one], jump[other]) if apart else (gate[one], gate[other])
            return one

        for node in order:
            last = reduce(common, wholes[node], wholes[node][0]) if wholes[node] else start
            over, beyond = jump[last], jump[jump[last]]
            gate[node], depth[node] = last, depth[last] + 1
            jump[node] = beyond if depth[last] - depth[over] == depth[over] - depth[beyond] else last
            if len(wholes[node]) > 1 and last != start:
                self._gated[last].append(node)

    def _joined(self, order: list[int], wholes: list[tuple[int, ...]], event_of: list[int]) -> list[_Journey]:
        """Return the figures and rules of events and transfers by what connects these (union-find)."""
        leader = list(range(len(wholes)))

        def find(node: int) -> int:
            while leader[node] != node:
                leader[node] = node = leader[leader[node]]
            return node

        for node in order:
            if node >= self.event_count:
                own = leader[node] = find(event_of[node - self.event_count])
                for whole in wholes[node]:
                    if leader[whole] != own:
                        leader[find(whole)] = own
        journeys: dict[int, _Journey] = {}
        for subject in order:
            number = find(subject)
            if number not in journeys:
                journeys[number] = _Journey()
            journey = journeys[number]
            for node in (subject, *self._groups[subject].values()) if subject in self._groups else (subject,):
                journey.nodes.append(node)
                if node != subject:
                    journey.rules.append((subject, [node], False))
                if node in self._incoming:
                    journey.nodes += self._incoming[node]
                    journey.rules.append((node, self._incoming[node], True))
                    journey.follows_several = True
                if node in self._parts:
                    journey.rules.append((node, self._parts[node], False))
                if node in self._gated:
                    journey.rules += [(node, [leg], False) for leg in self._gated[node]]
        return list(journeys.values())

    def propagate(self, journey: _Journey) -> int | None:
        """Tighten the bounds of a journey; return a node whose bounds cross, or None."""
        low, high = self._implied[AT_LEAST], self._implied[AT_MOST]
        for node in journey.nodes:
            if low[node] > high[node]:
                return node
        for _ in range(ROUNDS if journey.follows_several else 1):
            before = len(self._found)
            for rule in reversed(journey.rules):
                whole, parts, exactly = rule
                if exactly:
                    for part, others in zip(parts, _others([high[part] for part in parts]), strict=True):
                        least = low[whole] - others
                        if least > low[part] and self._crosses(part, AT_LEAST, least, rule):
                            return part
                else:
                    least = sum([low[part] for part in parts])
                    if least > low[whole] and self._crosses(whole, AT_LEAST, least, rule):
                        return whole
            for rule in journey.rules:
                whole, parts, exactly = rule
                if exactly:
                    most = sum([high[part] for part in parts])
                    if most < min(high[whole], _LARGEST) and self._crosses(whole, AT_MOST, most, rule):
                        return whole
                if high[whole] < inf:
                    slack = high[whole] - sum([low[part] for part in parts])
                    for part in parts:
                        most = slack + low[part]
                        if most < high[part] and self._crosses(part, AT_MOST, most, rule):
                            return part
            if len(self._found) == before:
                break
        return None

    def _crosses(self, node: int, side: Side, value: float, rule: _Rule) -> bool:
        """Tighten a bound and return whether it now contradicts the other side."""
        latest = self._latest[side]
        self._implied[side][node] = value
        self._earlier.append(latest.get(node, -1))
        latest[node] = len(self._found)
        self._found.append(value)
        self._found_by.append(rule)
        return self._implied[AT_LEAST][node] > self._implied[AT_MOST][node]

    def restore(self, journey: _Journey) -> None:
        """Take back what was found for a journey."""
        for side, values in self._implied.items():
            for node in journey.nodes:
                values[node] = self._claimed[side][node]
                self._latest[side].pop(node, None)

    def event_ids(self, journey: _Journey) -> list[str]:
        """Return the events of a journey."""
        return [self._subjects[node] for node in journey.nodes if node < self.event_count]

    def bounded(self, records: pd.DataFrame, first: int) -> pd.DataFrame:
        """Return records, of which `first` is the first's node, with their implied bounds."""
        nodes = slice(first, first + len(records))
        low, high = self._implied[AT_LEAST][nodes], self._implied[AT_MOST][nodes]
        most = np.array([0 if value == inf else value for value in high], dtype="int64")
        return records.assign(
            count_min=pd.array(np.array(low, dtype="int64"), dtype="Int64"),
            count_max=pd.arrays.IntegerArray(most, np.array(high, dtype="float64") == inf),
        )

    def fact(self, node: int, side: Side, before: float = inf) -> _Fact:
        """Return a side of a figure as it was known before a time."""
        time = self._latest[side].get(node, -1)
        while time >= before:
            time = self._earlier[time]
        return _Fact(node, side, time)

    def _count(self, fact: _Fact) -> float:
        return self._claimed[fact.side][fact.node] if fact.time < 0 else self._found[fact.time]

    def _says_something(self, fact: _Fact) -> bool:
        return self._count(fact) != (0 if fact.side == AT_LEAST else inf)

    def bound(self, fact: _Fact) -> Bound:
        """Return a bound as readers see it."""
        group = self._group_of.get(fact.node, "")
        return Bound(self._subjects[fact.node], fact.side, int(self._count(fact)), group)

    def premises(self, fact: _Fact) -> list[_Fact]:
        """Return the bounds from which one was found, those of links replaced by their own premises."""
        found: list[_Fact] = []
        waiting, seen = [fact], {fact}
        for node, side, time in waiting:
            whole, parts, _ = self._found_by[time]
            if node == whole:
                used = [self.fact(part, side, time) for part in parts]
            else:
                used = [self.fact(whole, side, time)]
                used += [self.fact(part, _OTHER[side], time) for part in parts if part != node]
            for premise in used:
                if premise not in seen and self._says_something(premise):
                    seen.add(premise)
                    (waiting if premise.node in self._target else found).append(premise)
        return found

    def contradiction(self, journey: _Journey, crossed: int) -> tuple[Bound, ...]:
        """Return claims of a journey that cannot all hold; `crossed` is the node where that was seen."""
        if journey.follows_several:
            low, high = self.fact(crossed, AT_LEAST), self.fact(crossed, AT_MOST)
            claims = self._thinned(journey, self._claims_behind([low, high]))
        else:
            claims = self._fewest(journey) or self._largest_behind(crossed)
        claims.sort(key=lambda fact: (fact.side == AT_LEAST, fact.node))
        return tuple(map(self.bound, claims))

    def _claims_behind(self, facts: list[_Fact]) -> list[_Fact]:
        """Return the claims from which bounds were found in the end."""
        waiting, seen = list(facts), set(facts)
        while waiting:
            fact = waiting.pop()
            if fact.time >= 0:
                fresh = set(self.premises(fact)) - seen
                seen |= fresh
                waiting += fresh
        return [fact for fact in seen if fact.time < 0 and self._says_something(fact)]

    def _largest_behind(self, crossed: int) -> list[_Fact]:
        """Return an upper bound and as few as possible of the claims that its lower bound was found from."""
        chosen, total = [self.fact(crossed, AT_MOST)], 0.0
        lows = self._claims_behind([self.fact(crossed, AT_LEAST)])
        for claim in sorted(lows, key=lambda fact: (-self._count(fact), fact.node)):
            if total <= self._count(chosen[0]):
                chosen.append(claim)
                total += self._count(claim)
        return chosen

    def _thinned(self, journey: _Journey, claims: list[_Fact]) -> list[_Fact]:
        """Leave out, one after another, claims without which the others still contradict each other."""
        if len(claims) * len(journey.nodes) > FILTER_LIMIT:
            return claims
        for claim in sorted(claims):
            rest = [other for other in claims if other != claim]
            for node in journey.nodes:
                self._implied[AT_LEAST][node], self._implied[AT_MOST][node] = 0, inf
            for other in rest:
                self._implied[other.side][other.node] = self._count(other)
            if self.propagate(journey) is not None:
                claims = rest
        return claims

    def _fewest(self, journey: _Journey) -> list[_Fact]:
        """Return the upper bound that the fewest lower bounds exceed, and these; [] beyond `SET_LIMIT`."""
        best: dict[int, list[_Sum]] = {}
        for node in journey.nodes:
            low = self._claimed[AT_LEAST][node]
            best[node] = [_NOTHING, (low, (node,))] if low else [_NOTHING]
        for whole, parts, _ in reversed(journey.rules):
            best[whole] = _better(best[whole], _together([best[part] for part in parts]))
        found: list[_Fact] = []
        for node in journey.nodes:
            high = self._claimed[AT_MOST][node]
            exceeding = next((lows for total, lows in best[node] if total > high), None)
            if exceeding and not 0 < len(found) <= len(exceeding) + 1:
                found = [_Fact(node, AT_MOST, -1), *(_Fact(low, AT_LEAST, -1) for low in exceeding)]
        return found


def _lows(counts: pd.DataFrame) -> list[float]:
    return counts["count_min"].to_numpy("int64", na_value=0).tolist()


def _highs(counts: pd.DataFrame) -> list[float]:
    high = counts["count_max"].to_numpy("int64", na_value=-1).tolist()
    return [inf if value < 0 else value for value in high]


def _others(values: list[float]) -> list[float]:
    """Return for each value the sum of the others."""
    endless = values.count(inf)
    total = sum([value for value in values if value < inf])
    return [inf if endless > (value == inf) else total - (value if value < inf else 0) for value in values]


_Sum: TypeAlias = tuple[float, tuple[int, ...]]
"""A sum of lower bounds, and whose they are. In a list of sums entry k is the largest of at most k bounds."""
_NOTHING: _Sum = (0, ())


def _total(entry: _Sum) -> float:
    return entry[0]


def _better(one: list[_Sum], other: list[_Sum]) -> list[_Sum]:
    """Return the larger sums; `one` is those of a node, `other` those of parts of it."""
    if len(one) == 1 or (len(one) == 2 and len(other) > 1 and other[1][0] >= one[1][0]):
        return other
    return [
        max(one[min(k, len(one) - 1)], other[min(k, len(other) - 1)], key=_total)
        for k in range(max(len(one), len(other)))
    ]


def _together(parts: list[list[_Sum]]) -> list[_Sum]:
    """Return the sums over several parts."""
    if len(parts) == 1:
        return parts[0]
    sums = [_NOTHING]
    # Parts with one bound need no search: the largest come first.
    for total, nodes in nlargest(SET_LIMIT, (part[1] for part in parts if len(part) == 2), key=_total):
        sums.append((sums[-1][0] + total, sums[-1][1] + nodes))
    return reduce(_both, (part for part in parts if len(part) > 2), sums)


def _both(one: list[_Sum], other: list[_Sum]) -> list[_Sum]:
    """Return the sums over two parts."""
    return [
        max(
            (
                (one[i][0] + other[k - i][0], one[i][1] + other[k - i][1])
                for i in range(max(0, k - len(other) + 1), min(k, len(one) - 1) + 1)
            ),
            key=_total,
        )
        for k in range(min(SET_LIMIT, len(one) + len(other) - 2) + 1)
    ]
