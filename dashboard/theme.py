"""How things look on the page and on the map: colours, and classes of the choropleth."""

from __future__ import annotations

import bisect
from collections.abc import Sequence

__all__ = ["CLASS_COUNT", "DARK", "LIGHT", "class_limits", "class_of"]

LIGHT: dict[str, str] = {
    "paper": "#FBFAF7", "panel": "#FFFFFF", "rule": "#DDD8CC", "ink": "#1F2430", "muted": "#5E6573",
    "sea": "#E6EEF1", "land": "#F4F1EA", "border": "#A8A396", "origin": "#F4E2CD", "hatch": "#6B6455",
    "class1": "#C8E2DE", "class2": "#A9D3CE", "class3": "#6BB3AD", "class4": "#2F8F8B", "class5": "#0B5F60",
    "movement": "#B5472F", "planned": "#6F6AA8", "refused": "#9B1C31",
    "person": "#FFD68C", "rim": "#783214", "perhaps": "#783214", "halo": "#FBFAF7", "pin": "#1F2430",
}  # fmt: skip
"""Paper, ink, one warm accent for people in motion, one cool scale for countries."""

DARK: dict[str, str] = {
    "paper": "#14171C", "panel": "#1B1F26", "rule": "#363C46", "ink": "#ECE9E2", "muted": "#A3A9B4",
    "sea": "#10161B", "land": "#262A30", "border": "#5C626B", "origin": "#4A3B2A", "hatch": "#A39C8C",
    "class1": "#234443", "class2": "#2A5C5A", "class3": "#378380", "class4": "#58ADA7", "class5": "#9ADBD3",
    "movement": "#EE7F5F", "planned": "#A9A4E6", "refused": "#FF7287",
    "person": "#FFD68C", "rim": "#4A1D08", "perhaps": "#FFD68C", "halo": "#14171C", "pin": "#ECE9E2",
}  # fmt: skip
"""The dark counterpart: the same order of contrasts, the scale running from dim to bright."""

CLASS_COUNT = 5
"""Classes of the choropleth; five is what a reader can match against a legend."""


def class_limits(values: Sequence[int]) -> list[int]:
    """Return the lowest value of each class of the choropleth, ascending.

    Limits are taken from 1, 2, 5, 10, 20, 50, … so that they can be read aloud and seldom move when a filter
    does; the highest class is the one that holds the greatest value, the lowest one reaches down to 1.

    Parameters
    ----------
    values
        Counts of people; zeros belong to no class.

    Examples
    --------
    >>> class_limits([5, 29, 89])
    [1, 5, 10, 20, 50]
    >>> class_limits([1]), class_limits([0])
    ([1], [])
    """
    greatest = max(values, default=0)
    limits = [
        step * 10**power
        for power in range(len(str(greatest)))
        for step in (1, 2, 5)
        if step * 10**power <= greatest
    ]
    return [1, *limits[1:][1 - CLASS_COUNT :]] if limits else []


def class_of(value: int, limits: Sequence[int]) -> int:
    """Return the class of a value: 1 for the lowest, 0 for none.

    Examples
    --------
    >>> [class_of(value, [1, 5, 10, 20, 50]) for value in (0, 1, 4, 5, 89)]
    [0, 1, 1, 2, 5]
    """
    return bisect.bisect_right(limits, value)
