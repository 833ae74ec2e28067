"""Two maps side by side: what the other one tells differently, at every time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple, TypeAlias

import pandas as pd

from dashboard.scene.legs import Days, Json, Leg, legs_of
from dashboard.scene.times import Level, counters, levels_of
from geodata.analysis.selection import Selection

__all__ = ["DIFFERS", "Other", "compared"]

DIFFERS = "differs from the other map"

_Told: TypeAlias = tuple[int, str, Any]
"""Second, where, what is told of it from then on."""


class Other(NamedTuple):
    """The map that this one is compared with."""

    legs: list[Leg]
    levels: list[Level]
    counters: Json

    @classmethod
    def of(cls, selection: Selection, totals: pd.DataFrame, measure: str, days: Days) -> Other:
        """Return what another selection tells, in seconds of the same days."""
        legs = legs_of(selection, days)
        levels = levels_of(selection, totals, measure, days)
        return cls(legs, levels, counters(selection, days))


def compared(content: Json, legs: Sequence[Leg], levels: Sequence[Level], other: Other) -> Json:
    """Return a scene with marks on all that the other map tells differently, at every time."""
    told = {leg.id: (leg.low, leg.high) for leg in other.legs}
    differ = [told.get(leg.id) != (leg.low, leg.high) for leg in legs]
    row = {code: k for k, code in enumerate(_counted(content["counters"]))}
    counts = _unlike(_counts(content["counters"]), _counts(other.counters), nobody=(0, 0))
    fills = _unlike(_spans(levels), _spans(other.levels), nobody=(0, 0))
    differs = {
        "counters": [[second, row[code], unlike] for second, code, unlike in counts if code in row],
        "fills": [list(step) for step in fills],
    }
    marked = any(differ) or any(differs.values())
    item = {"kind": "differs", "label": DIFFERS}
    return {
        **content,
        "differs": [leg.id for leg, unlike in zip(legs, differ, strict=True) if unlike],
        **{part: {**content[part], "differs": steps} for part, steps in differs.items()},
        "legend": {**content["legend"], "items": content["legend"]["items"] + [item] * marked},
        "texts": {**content["texts"], "differs": DIFFERS},
    }


def _counted(counters: Json) -> list[str]:
    """Return what each row of the counters counts."""
    return [row["code"] for row in counters["rows"]]


def _counts(counters: Json) -> list[_Told]:
    """Return what the counters say, and from when on."""
    counted = _counted(counters)
    return [(second, counted[row], (low, high)) for second, row, low, high in counters["steps"]]


def _spans(levels: Iterable[Level]) -> list[_Told]:
    """Return the bounds of each country, and from when on they hold."""
    return [(second, code, (low, high)) for second, code, low, high in levels]


def _unlike(ours: Iterable[_Told], theirs: Iterable[_Told], *, nobody: Any) -> list[tuple[int, str, bool]]:
    """Return from which second on something is told differently, or alike again.

    Parameters
    ----------
    ours, theirs
        What each map tells, in order of time.
    nobody
        What holds where nothing has been told yet.
    """
    told: dict[str, list[Any]] = {}
    shown: dict[str, bool] = {}
    steps = []
    both = [(second, where, what, k) for k, map_ in enumerate((ours, theirs)) for second, where, what in map_]
    for second, group in groupby(sorted(both, key=itemgetter(0)), key=itemgetter(0)):
        for _, where, what, k in group:
            told.setdefault(where, [nobody, nobody])[k] = what
        now = {where: one != another for where, (one, another) in told.items()}
        steps += [
            (second, where, unlike) for where, unlike in now.items() if unlike != shown.get(where, False)
        ]
        shown = now
    return steps
