"""How numbers look, and what the legend says of it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import pandas as pd

from dashboard import theme
from dashboard.messages.figures import class_labels, measure_text
from dashboard.scene.legs import Json, Leg, per_dot
from dashboard.scene.times import Level
from geodata.analysis.selection import Selection

__all__ = ["MAX_WIDTH_PX", "ONWARD", "Scale", "fills_of", "legend_of"]

MAX_WIDTH_PX = 15.0
"""Width of the widest line."""

ONWARD = "the same people, outside the filters"
"""What is said of transfers that the filters leave out, and with which people of the selection went on."""
_MANY = 60  # transfers beyond which all lines grow thinner together


class Scale(NamedTuple):
    """How large numbers look: the same on two maps that are compared.

    Parameters
    ----------
    limits
        The lowest value of each class of the choropleth.
    greatest
        The greatest value that a country ever has.
    pixels
        Width of a line for one person; widths grow with the square root.
    per_dot
        People that a dot stands for.
    """

    limits: list[int]
    greatest: int
    pixels: float
    per_dot: int

    @classmethod
    def of(cls, maps: Sequence[Sequence[Leg]], levels: Sequence[Level]) -> Scale:
        """Return the scale for the transfers of each map and the countries of all."""
        known = [int(n) for _, _, low, high in levels for n in (low, high) if math.isfinite(n)]
        widest = max(
            (leg.low if math.isinf(leg.high) else leg.high for legs in maps for leg in legs), default=1
        )
        most = max(len(legs) for legs in maps)
        return cls(
            limits=theme.class_limits(known),
            greatest=max(known, default=0),
            pixels=min(1.0, MAX_WIDTH_PX / math.sqrt(max(widest, 1)), math.sqrt(_MANY / max(most, 1))),
            per_dot=max(map(per_dot, maps)),
        )


def fills_of(selection: Selection, levels: Sequence[Level], totals: pd.DataFrame, scale: Scale) -> Json:
    """Return how the countries are coloured.

    ``steps`` lists second, code, class, and the higher class that the upper bound may reach (0 for none), in
    order of time; ``origins`` the countries where journeys began.
    """
    limits = scale.limits
    steps: list[list[Any]] = []
    shown: dict[str, tuple[int, int]] = {}
    for second, code, low, high in levels:
        found = theme.class_of(low, limits)
        # How far an open bound reaches nobody knows: at least one class higher is possible.
        highest = min(found + 1, len(limits)) if math.isinf(high) else theme.class_of(int(high), limits)
        now = found, highest if highest > found else 0
        if now != shown.get(code, (0, 0)):
            shown[code] = now
            steps.append([second, code, *now])
    origins = selection.travels.origins()
    return {
        "steps": steps,
        "origins": [code for code in totals.index if code in origins],
        "touched": totals.index.tolist(),
    }


def legend_of(
    scale: Scale, measure: str, fills: Json, legs: Sequence[Leg], places: pd.DataFrame, counts: str
) -> Json:
    """Return what the legend explains: only what this map shows.

    Parameters
    ----------
    counts
        What the dataset counts: ``people`` or ``movements``.
    """
    dot = scale.per_dot
    one = "person" if counts == "people" else "movement"
    told = [leg for leg in legs if leg.reported]
    wide = [leg for leg in told if leg.low < leg.high < math.inf]
    statuses = {leg.status for leg in legs}
    items = {
        "line": (f"width: number of {counts}", any(leg.low for leg in legs)),
        "band": ("at least … at most", bool(wide)),
        "open": ("this many or more", any(math.isinf(leg.high) for leg in told)),
        "unreported": ("number not reported", len(told) < len(legs)),
        "onward": (ONWARD, any(leg.onward for leg in legs)),
        "planned": ("planned", "planned" in statuses),
        "refused": ("attempted or denied", bool(statuses & {"attempted", "denied"})),
        "person": (f"one {one}" if dot == 1 else f"up to {dot} {counts}", any(leg.moves for leg in legs)),
        "perhaps": (f"{'one' if dot == 1 else f'up to {dot}'} more, perhaps", any(leg.moves for leg in wide)),
        "ring": ("only the country is known", bool(places["ring"].any())),
        "origin": ("country of origin", bool(fills["origins"])),
        "reach": ("may belong to a higher class", any(step[3] for step in fills["steps"])),
        "disputed": ("disputed area", True),
    }  # fmt: skip
    labels = class_labels(scale.limits, scale.greatest)
    return {
        "title": measure_text(measure, counts) if scale.limits else "",
        "classes": [{"class": k, "label": text} for k, text in enumerate(labels, start=1)],
        "items": [{"kind": kind, "label": text} for kind, (text, present) in items.items() if present],
    }
