"""What the player is handed: one frozen value, its parts typed; `payload.js` reads each by its name."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any, TypeAlias

import pandas as pd

__all__ = [
    "Counter",
    "Counters",
    "Fills",
    "Json",
    "Legend",
    "LegendItem",
    "Moment",
    "Scene",
    "Sizes",
    "Time",
    "View",
]

Json: TypeAlias = dict[str, Any]
"""An object as deck.gl's JSON converter takes it; no cell of a dataset is in it."""


@dataclass(frozen=True)
class Moment:
    """Days on which something moved.

    Parameters
    ----------
    start, end
        Seconds from the epoch.
    moves
        Whether people are drawn moving.
    date
        Row of `Scene.dates`.
    events, transfers
        Rows of those that are named.
    """

    start: int
    end: int
    moves: bool
    date: int
    events: tuple[int, ...]
    transfers: tuple[int, ...]


@dataclass(frozen=True)
class Time:
    """The time that is played.

    Parameters
    ----------
    epoch
        The day whose first midnight is second 0, ISO.
    end
        The last midnight, in seconds from the epoch.
    moments
        What happens when, in order.
    """

    epoch: str
    end: int
    moments: tuple[Moment, ...]


@dataclass(frozen=True)
class Counter:
    """A row of the counters: a country or who is in none, its name, and the figure that its number is."""

    code: str
    name: str
    figure: str


@dataclass(frozen=True)
class Counters:
    """The counters.

    Parameters
    ----------
    rows
        Countries, those first where most are in the end, then who is in none.
    differs
        Second, row, whether the other map counts otherwise from then on.
    """

    rows: tuple[Counter, ...]
    differs: tuple[tuple[int, int, bool], ...] = ()


@dataclass(frozen=True)
class Fills:
    """How the countries are coloured.

    Parameters
    ----------
    steps
        Second, code, class, and the higher class that the upper bound may reach (0 for none), in order of
        time.
    origins
        Countries where journeys began.
    touched
        Countries that the selection touches.
    differs
        Second, code, whether the other map has other bounds from then on.
    """

    steps: tuple[tuple[int, str, int, int], ...]
    origins: tuple[str, ...]
    touched: tuple[str, ...]
    differs: tuple[tuple[int, str, bool], ...] = ()


@dataclass(frozen=True)
class LegendItem:
    """Something that the map shows, by the name of its drawing."""

    kind: str
    label: str


@dataclass(frozen=True)
class Legend:
    """What the legend explains, and only what the map shows; classes are labels, the lowest first."""

    title: str
    classes: tuple[str, ...]
    items: tuple[LegendItem, ...]


@dataclass(frozen=True)
class Sizes:
    """People that a dot stands for; pixels of a line for one person, which grow with the square root."""

    per_dot: int
    pixels: float


@dataclass(frozen=True)
class View:
    """What is in view: west, south, east, north (degrees; east may pass 180)."""

    bounds: tuple[float, float, float, float]


@dataclass(frozen=True, eq=False)
class Scene:
    """All that the player draws.

    Parameters
    ----------
    id, selection
        Digests: of everything, and of everything but where the reader stands.
    t, at
        Where the reader stands: a day, and latitude, longitude, zoom; None where the link does not say.
    transfers, events, places
        Tables of what is drawn, in order of time.
    counts, standing
        From which second on which bounds hold in a row of the counters, and at a place.
    via
        Places between, by the row of a transfer.
    dates
        Dates in words, and how exact each is.
    states
        What a text adds of a transfer, by its number.
    deck
        Layers for deck.gl's JSON converter, without data.
    urls
        Addresses of the files that the player loads.
    colors
        The theme, light and dark.
    names
        Of countries, by code.
    texts
        What the player writes; ``caption``, ``title``, ``filters``, ``differs`` and ``merged`` only where
        there are any.
    differs
        Ids of the transfers whose bounds differ on the map that this one is compared with.
    """

    id: str
    selection: str
    t: str | None
    at: tuple[float, float, float] | None
    transfers: pd.DataFrame
    events: pd.DataFrame
    places: pd.DataFrame
    counts: pd.DataFrame
    standing: pd.DataFrame
    via: dict[int, tuple[int, ...]]
    dates: tuple[tuple[str, str], ...]
    states: tuple[str, ...]
    deck: Json
    urls: dict[str, str]
    colors: dict[str, dict[str, str]]
    time: Time
    counters: Counters
    fills: Fills
    scale: Sizes
    legend: Legend
    names: dict[str, str]
    view: View
    texts: dict[str, str]
    differs: tuple[str, ...] = field(default=())

    def sent(self) -> dict[str, Any]:
        """Return the scene as it travels: objects by the names of their fields; tables are as they are."""
        return {one.name: _plain(getattr(self, one.name)) for one in fields(self)}


def _plain(value: Any) -> Any:
    """Return a part as JSON has it."""
    if is_dataclass(value):
        return {one.name: _plain(getattr(value, one.name)) for one in fields(value)}
    return [_plain(each) for each in value] if isinstance(value, tuple) else value
