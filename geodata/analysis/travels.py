"""Whom each figure of a selection counts, from which moment on: switches at the nodes of its journeys."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from geodata.analysis.figures import START, Figure, Switches
from geodata.analysis.journeys import BoolArray, IntArray, Journeys
from geodata.analysis.ways import NO_PLACE, Ways
from geodata.model.places import UNREPORTED
from geodata.query.filters import PEOPLE

__all__ = ["Travels"]

_RANKS = {"event": 0, "departs": 1, "arrives": 2}


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
        return self._people

    @cached_property
    def _people(self) -> Figure:
        return self._lasting([self._on(self._of_own_events, "event"), self._on(self._chosen, "departs")])

    def onward(self) -> Figure:
        """Return who of `people` went on with a transfer that is not chosen, in one row."""
        return self._onward

    @cached_property
    def _onward(self) -> Figure:
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
        return self._silent

    @cached_property
    def _silent(self) -> Figure:
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
            np.full(len(stage), len(rows) - k) for k in range(len(NO_PLACE), 0, -1)
        )
        moving, after = ways.is_transfer[stage], ways.follows[stage]
        first, event = moving & ~after, ~moving

        def switch(
            at: BoolArray, rank: int, row: IntArray, when: str, *, on: bool, below: bool = True
        ) -> Switches:
            passed = stage[at]
            flag = np.ones(len(passed), dtype=bool)
            known = self.ways.moments.get(when, (np.full(len(ways.ends), START),) * 2)
            moments = [part[passed] for part in known]
            if drawn:
                moments = [moments[0 if when == "departs" else 1]] * 2
            rank_there = 8 * journeys.depth[passed] + rank
            return Switches(target[at], rank_there, row[at], flag & on, flag & below, *moments)

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
            parts = [part.chosen(slice(0)) for part in parts]
        return self._figure(parts, rows)

    def days(self) -> IntArray:
        """Return the first and last days, since 1970, of all that happened to `people` on their journeys."""
        nodes = self._passed
        return np.concatenate([part[nodes] // 2 for both in self.ways.moments.values() for part in both])

    def origins(self) -> list[str]:
        """Return the countries in which the journeys of `people` began."""
        nodes = self._passed
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

    def _figure(self, parts: Sequence[Switches], rows: Sequence[str], *, lasting: bool = False) -> Figure:
        return Figure(self.journeys, rows, lasting, Switches.together(parts))

    def _lasting(self, parts: Sequence[Switches], rows: Sequence[str] = (PEOPLE,)) -> Figure:
        """Return a figure of switches that only count people from a moment on.

        Left out are those of whom all are counted by then, because of a node above.
        """
        kept = [np.ones(len(part.node), dtype=bool) for part in parts]
        for part in parts:
            known = np.full((3, len(self.journeys.parent)), START)
            known[:, part.node] = part.column, part.first, part.last
            for each, keep in zip(parts, kept, strict=True):
                keep[self._covered(each.node, known, (each.column, each.first, each.last))] = False
        left = [part.chosen(keep) for part, keep in zip(parts, kept, strict=True)]
        return self._figure(left, rows, lasting=True)

    def _covered(self, node: IntArray, known: IntArray, own: tuple[IntArray, IntArray, IntArray]) -> IntArray:
        """Return which switches have one above them in the same row that is on no later.

        Parameters
        ----------
        node
            Where they stand.
        known
            For every node the row, first and last moment of a switch there; `START` as row where none is.
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
    ) -> Switches:
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
        rank = 8 * self.journeys.depth[nodes] + _RANKS[when]
        return Switches(nodes, rank, column, flag & on, flag & below, first, last)

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
    def _passed(self) -> IntArray:
        """Nodes that people of `people` pass."""
        passed = np.zeros(len(self._among), dtype=bool)
        passed[self._stages[0]] = True
        return np.flatnonzero(passed)

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
