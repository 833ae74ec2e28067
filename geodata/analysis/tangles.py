"""Journeys that meet again: the least and the most people of a figure, by an integer programme."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

import highspy
import numpy as np
import numpy.typing as npt

from geodata.model.counts import FloatArray

__all__ = ["Row", "Tangle"]

_LEAST, _MOST = highspy.ObjSense.kMinimize, highspy.ObjSense.kMaximize
_SOLVED, _ENDLESS = (
    highspy.HighsModelStatus.kOptimal,
    (
        highspy.HighsModelStatus.kUnbounded,
        highspy.HighsModelStatus.kUnboundedOrInfeasible,
    ),
)
_EXACT = 1e-6
"""How far from a whole number a solution may be, as the solver counts in floating point."""


class Row(NamedTuple):
    """A claim: the people who end at some nodes are between two bounds.

    Parameters
    ----------
    nodes
        Places in `Tangle.nodes`.
    low, high
        People; infinity where open.
    group
        Number of the group whose part of these people is meant; -1 for everyone.
    """

    nodes: npt.NDArray[np.int64]
    low: float
    high: float
    group: int = -1


@dataclass(eq=False)
class Tangle:
    """Journeys that belong together and need a programme.

    HiGHS solves it (Huangfu and Hall, "Parallelizing the dual revised simplex method", 2018): first without
    asking for whole people, which mostly gives whole ones, and where it does not, once more for whole ones.

    Parameters
    ----------
    nodes
        Their nodes in the forest, those above before those below.
    parents
        For each the place of the node above it among them; -1 for roots.
    ends
        Whether people can end there.
    rows
        What claims say.
    """

    nodes: npt.NDArray[np.int64]
    parents: npt.NDArray[np.int64]
    ends: npt.NDArray[np.bool_]
    rows: Sequence[Row]
    _found: dict[tuple[bytes, bool], float] = field(default_factory=dict)
    _lock: Any = field(default_factory=threading.Lock)

    @property
    def feasible(self) -> bool:
        """Whether there is a world in which every claim holds."""
        return not self._raised.any()

    def infeasible_rows(self) -> list[Row]:
        """Return claims that cannot all hold, of which none can be left out; nothing where all can."""
        if self.feasible:
            return []
        rows = list(self.rows)
        for row in self.rows:
            rest = [other for other in rows if other is not row]
            if Tangle(self.nodes, self.parents, self.ends, rest)._raised.any():
                rows = rest
        return rows

    def below(self, tops: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
        """Return which nodes are some of them or below."""
        found = tops.copy()
        for place, parent in enumerate(self.parents.tolist()):
            if parent >= 0 and found[parent]:
                found[place] = True
        return found

    def counted(
        self,
        place: npt.NDArray[np.int64],
        column: npt.NDArray[np.int64],
        here: npt.NDArray[np.bool_],
        below: npt.NDArray[np.bool_],
        columns: int,
    ) -> npt.NDArray[np.bool_]:
        """Return for each column who ends where and counts, as marks say.

        Parameters
        ----------
        place, column, here, below
            As in `geodata.analysis.journeys.Marks`, with places in `nodes` as nodes.
        columns
            How many there are.
        """
        mark = np.full((columns, len(self.nodes)), -1)
        mark[column, place] = np.arange(len(place))
        ends, goes = np.zeros((2, columns, len(self.nodes)), dtype=bool)
        here, below = np.append(here, False), np.append(below, False)
        for each, parent in enumerate(self.parents.tolist()):
            inherited = goes[:, parent] if parent >= 0 else False
            own = mark[:, each]
            ends[:, each] = np.where(own >= 0, here[own], inherited)
            goes[:, each] = np.where(own >= 0, below[own], inherited)
        return ends

    def extreme(self, counted: npt.NDArray[np.bool_], *, least: bool) -> float:
        """Return the least or the most people, over all worlds, who end at some of the nodes.

        Parameters
        ----------
        counted
            For each node whether who ends there is counted.
        least
            Which of the two.
        """
        key = counted.tobytes(), least
        with self._lock:
            if key not in self._found:
                self._found[key] = self._solve(counted, _LEAST if least else _MOST)
            return self._found[key]

    def _solve(self, counted: npt.NDArray[np.bool_], sense: highspy.ObjSense) -> float:
        solver = self._solver
        cost = np.zeros(solver.getNumCol())
        cost[: len(counted)] = counted
        status, value, whole = _run(solver, cost, sense)
        if status == _SOLVED and not whole:
            status_whole, value_whole, _ = _run(self._whole_solver, cost, sense)
            if status_whole == _SOLVED:
                value = value_whole
        elif status != _SOLVED:  # endless, or beyond the solver: then the widest bound is true
            return 0.0 if sense == _LEAST else np.inf
        slack = _EXACT * max(1.0, abs(value) * 1e-3)
        return float(max(np.ceil(value - slack) if sense == _LEAST else np.floor(value + slack), 0.0))

    @cached_property
    def _raised(self) -> FloatArray:
        """By how much the upper bound of each row is raised so that there is a world; mostly by nothing."""
        model, solver = self._model(np.zeros(len(self.rows))), _quiet()
        solver.passModel(model)
        solver.run()
        if solver.getModelStatus() == _SOLVED:
            return np.zeros(len(self.rows))
        columns, bounded = solver.getNumCol(), [k for k, row in enumerate(self.rows) if row.high < np.inf]
        for k in bounded:
            solver.addCol(1.0, 0.0, highspy.kHighsInf, 1, np.array([k]), np.array([-1.0]))
        solver.run()
        raised = np.zeros(len(self.rows))
        raised[bounded] = np.ceil(np.array(solver.getSolution().col_value)[columns:] - _EXACT)
        return raised

    @cached_property
    def _solver(self) -> highspy.Highs:
        solver = _quiet()
        solver.passModel(self._model(self._raised))
        return solver

    @cached_property
    def _whole_solver(self) -> highspy.Highs:
        model, solver = self._model(self._raised), _quiet()
        model.integrality_ = [highspy.HighsVarType.kInteger] * model.num_col_
        solver.passModel(model)
        return solver

    def _model(self, raised: FloatArray) -> highspy.HighsLp:
        """Return the programme: who ends at each node, and for each group its part of them."""
        count = len(self.nodes)
        groups = {group: k for k, group in enumerate(dict.fromkeys(row.group for row in self.rows), 0)}
        groups.pop(-1, None)
        first = {group: count * (1 + k) for k, group in enumerate(groups)}
        model = highspy.HighsLp()
        columns = count * (1 + len(groups))
        model.num_col_ = columns
        model.col_cost_ = np.zeros(columns)
        model.col_lower_ = np.zeros(columns)
        model.col_upper_ = np.tile(np.where(self.ends, highspy.kHighsInf, 0.0), 1 + len(groups))
        index = [row.nodes + first.get(row.group, 0) for row in self.rows]
        value: list[FloatArray] = [np.ones(len(row.nodes)) for row in self.rows]
        low = [row.low for row in self.rows]
        high = [row.high + more for row, more in zip(self.rows, raised, strict=True)]
        for start in first.values():  # a part is at most the whole
            for node in range(count):
                index.append(np.array([node, start + node]))
                value.append(np.array([1.0, -1.0]))
                low.append(0.0)
                high.append(np.inf)
        model.num_row_ = len(index)
        model.row_lower_ = np.array(low)
        model.row_upper_ = np.where(np.isinf(high), highspy.kHighsInf, high)
        model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        model.a_matrix_.start_ = np.cumsum([0, *map(len, index)])
        model.a_matrix_.index_ = np.concatenate([np.empty(0, dtype=np.int64), *index])
        model.a_matrix_.value_ = np.concatenate([np.empty(0), *value])
        return model


class _Quiet(highspy.Highs):
    """A solver that writes nothing: standard output belongs to those who asked for a table."""

    def enableCallbacks(self) -> None:  # noqa: N802  the library's name; it is the first that would write
        self.silent()
        super().enableCallbacks()  # type: ignore[no-untyped-call]  # the library types it in part


def _quiet() -> highspy.Highs:
    solver = _Quiet()  # type: ignore[no-untyped-call]  # the library types it in part
    solver.setOptionValue("threads", 1)
    return solver


def _run(
    solver: highspy.Highs, cost: FloatArray, sense: highspy.ObjSense
) -> tuple[highspy.HighsModelStatus, float, bool]:
    """Return how a programme ended, its value, and whether all people in it are whole."""
    solver.changeColsCost(len(cost), np.arange(len(cost), dtype=np.int32), cost)
    solver.changeObjectiveSense(sense)
    solver.run()
    if solver.getModelStatus() not in (_SOLVED, *_ENDLESS):
        solver.clearSolver()  # what the last programme left behind led nowhere: begin anew
        solver.run()
    people = np.array(solver.getSolution().col_value)
    whole = bool(len(people)) and bool((np.abs(people - people.round()) < _EXACT).all())
    return solver.getModelStatus(), solver.getInfo().objective_function_value, whole
