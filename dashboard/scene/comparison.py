"""Two maps side by side: what differs on the other one, at every time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple, TypeAlias

import pandas as pd

from dashboard.scene.drawn import Days, Drawn, drawn_transfers
from dashboard.scene.parts import LegendItem, Scene
from dashboard.scene.times import Level, Running, counters, levels_of
from geodata.analysis.selection import Selection

__all__ = ["DIFFERS", "Other", "compared"]

DIFFERS = "differs from the other map"

_Reported: TypeAlias = tuple[int, str, tuple[int, float]]
"""Second, where, bounds from then on."""


class Other(NamedTuple):
    """The map that this one is compared with."""

    transfers: list[Drawn]
    levels: list[Level]
    running: Running

    @classmethod
    def of(cls, selection: Selection, totals: pd.DataFrame, measure: str, days: Days) -> Other:
        """Return another selection, in seconds of the same days."""
        transfers = drawn_transfers(selection, days)
        levels = levels_of(selection, totals, measure, days)
        return cls(transfers, levels, counters(selection, days))


def compared(
    scene: Scene, transfers: Sequence[Drawn], levels: Sequence[Level], running: Running, other: Other
) -> Scene:
    """Return a scene with marks on all that differs on the other map, at every time."""
    bounds = {transfer.id: (transfer.low, transfer.high) for transfer in other.transfers}
    differ = tuple(one.id for one in transfers if bounds.get(one.id) != (one.low, one.high))
    row = {each.code: k for k, each in enumerate(running.rows)}
    counts = tuple(
        (second, row[code], unlike)
        for second, code, unlike in _unlike(_counts(running), _counts(other.running))
        if code in row
    )
    fills = tuple(_unlike(_spans(levels), _spans(other.levels)))
    items = (LegendItem("differs", DIFFERS),) if differ or counts or fills else ()
    return replace(
        scene,
        differs=differ,
        counters=replace(scene.counters, differs=counts),
        fills=replace(scene.fills, differs=fills),
        legend=replace(scene.legend, items=scene.legend.items + items),
        texts=scene.texts | {"differs": DIFFERS},
    )


def _counts(running: Running) -> list[_Reported]:
    """Return what the counters say, and from when on."""
    return [(second, running.rows[row].code, (low, high)) for second, row, low, high in running.steps]


def _spans(levels: Iterable[Level]) -> list[_Reported]:
    """Return the bounds of each country, and from when on they hold."""
    return [(second, code, (low, high)) for second, code, low, high in levels]


def _unlike(ours: Iterable[_Reported], theirs: Iterable[_Reported]) -> list[tuple[int, str, bool]]:
    """Return from which second on something is different, or alike again.

    Parameters
    ----------
    ours, theirs
        The steps of each map, in order of time; before the first one there is nobody.
    """
    both: dict[str, list[tuple[int, float]]] = {}
    shown: dict[str, bool] = {}
    steps = []
    steps_of_both = [
        (second, where, what, k) for k, map_ in enumerate((ours, theirs)) for second, where, what in map_
    ]
    for second, group in groupby(sorted(steps_of_both, key=itemgetter(0)), key=itemgetter(0)):
        for _, where, what, k in group:
            both.setdefault(where, [(0, 0), (0, 0)])[k] = what
        now = {where: one != another for where, (one, another) in both.items()}
        steps += [
            (second, where, unlike) for where, unlike in now.items() if unlike != shown.get(where, False)
        ]
        shown = now
    return steps
