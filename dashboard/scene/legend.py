"""How numbers look, and what the legend says of it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import pandas as pd

from dashboard import theme
from dashboard.messages.figures import class_labels, measure_text
from dashboard.scene.drawn import Drawn, per_dot
from dashboard.scene.parts import Fills, Legend, LegendItem
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
    def of(cls, maps: Sequence[Sequence[Drawn]], levels: Sequence[Level]) -> Scale:
        """Return the scale for the transfers of each map and the countries of all."""
        known = [int(n) for _, _, low, high in levels for n in (low, high) if math.isfinite(n)]
        every = [transfer for transfers in maps for transfer in transfers]
        widest = max((one.low if math.isinf(one.high) else one.high for one in every), default=1)
        most = max(len(transfers) for transfers in maps)
        return cls(
            limits=theme.class_limits(known),
            greatest=max(known, default=0),
            pixels=min(1.0, MAX_WIDTH_PX / math.sqrt(max(widest, 1)), math.sqrt(_MANY / max(most, 1))),
            per_dot=max(map(per_dot, maps)),
        )


def fills_of(selection: Selection, levels: Sequence[Level], totals: pd.DataFrame, scale: Scale) -> Fills:
    """Return how the countries are coloured."""
    limits = scale.limits
    steps: list[tuple[int, str, int, int]] = []
    shown: dict[str, tuple[int, int]] = {}
    for second, code, low, high in levels:
        found = theme.class_of(low, limits)
        # How far an open bound reaches nobody knows: at least one class higher is possible.
        highest = min(found + 1, len(limits)) if math.isinf(high) else theme.class_of(int(high), limits)
        now = found, highest if highest > found else 0
        if now != shown.get(code, (0, 0)):
            shown[code] = now
            steps.append((second, code, *now))
    origins = selection.travels.origins()
    return Fills(
        steps=tuple(steps),
        origins=tuple(code for code in totals.index if code in origins),
        touched=tuple(totals.index),
    )


def legend_of(
    scale: Scale, measure: str, fills: Fills, transfers: Sequence[Drawn], places: pd.DataFrame, counts: str
) -> Legend:
    """Return what the legend explains: only what this map shows.

    Parameters
    ----------
    counts
        What the dataset counts: ``people`` or ``movements``.
    """
    dot = scale.per_dot
    one = "person" if counts == "people" else "movement"
    reported = [transfer for transfer in transfers if transfer.reported]
    wide = [transfer for transfer in reported if transfer.low < transfer.high < math.inf]
    statuses = {transfer.status for transfer in transfers}
    moving, perhaps = (any(transfer.moves for transfer in some) for some in (transfers, wide))
    items = {
        "line": (f"width: number of {counts}", any(transfer.low for transfer in transfers)),
        "band": ("at least … at most", bool(wide)),
        "open": ("this many or more", any(math.isinf(transfer.high) for transfer in reported)),
        "unreported": ("number not reported", len(reported) < len(transfers)),
        "onward": (ONWARD, any(transfer.onward for transfer in transfers)),
        "planned": ("planned", "planned" in statuses),
        "refused": ("attempted or denied", bool(statuses & {"attempted", "denied"})),
        "person": (f"one {one}" if dot == 1 else f"up to {dot} {counts}", moving),
        "perhaps": (f"{'one' if dot == 1 else f'up to {dot}'} more, perhaps", perhaps),
        "ring": ("only the country is known", bool(places["ring"].any())),
        "origin": ("country of origin", bool(fills.origins)),
        "reach": ("may belong to a higher class", any(step[3] for step in fills.steps)),
        "disputed": ("disputed area", True),
    }
    return Legend(
        title=measure_text(measure, counts) if scale.limits else "",
        classes=tuple(class_labels(scale.limits, scale.greatest)),
        items=tuple(LegendItem(kind, text) for kind, (text, present) in items.items() if present),
    )
