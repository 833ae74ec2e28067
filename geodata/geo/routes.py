"""Drawn lines: geodesics through their places, bowed, and kept clear of what they must not seem to cross.

A lane says from where to where people went, never by which road: it is schematic. Only a transfer whose
source names places on the way (`via`) passes through them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import shapely
from pyproj import Geod
from shapely.geometry.base import BaseGeometry

__all__ = ["BOWS", "Path", "Way", "bowed", "bows", "cut", "paths"]

Path: TypeAlias = npt.NDArray[np.float64]
"""Points in a row: longitude, latitude (degrees, WGS 84)."""
Way: TypeAlias = Sequence[tuple[float, float]]
"""Longitude and latitude (degrees) of origin, places on the way, destination."""

BOWS = (0.14, 0.22, 0.32, -0.2, -0.28, 0.44, -0.36, -0.44, -0.54, -0.64)
"""Heights of the arcs that `bows` tries, as a share of the distance; positive is right of the way.

Right comes first, so that opposite directions part; left is taken only to keep clear of `avoid` or of a pin.
"""
_MOST_FOR_PINS = 0.32  # a line makes no greater detour for the sake of a pin

_FULL_BOW_KM = 1500.0  # beyond this distance the height of an arc grows ten times more slowly
_LOOP_KM = 35.0  # radius of the loop drawn where people moved within one place
_STEP_KM, _STEP_DEGREES = 100.0, 2.5  # between points of an arc: distance and turn at which no corner shows
_KM_A_DEGREE = 111.2
_EARTH = Geod(ellps="WGS84")


def bows(
    ways: Sequence[Way],
    *,
    spreads: Sequence[float],
    avoid: Sequence[BaseGeometry | None],
    pins: Way = (),
    pin_clearance_km: float = 25.0,
) -> npt.NDArray[np.float64]:
    """Return how far the line of each way bows to the side, as `bowed` takes it.

    A line is a geodesic bowed to the right of its direction of travel, so that the way there and the way back
    never overlap. The first of `BOWS` that is clear of what the way must avoid and of `pins` is taken; where
    none is, the one that crosses least, then the one that passes fewest pins. For pins alone no line makes a
    great detour.

    Parameters
    ----------
    ways
        For each line its places, at least two; those that `paths` draws no line for get 0.
    spreads
        How much further out than `BOWS` each bows, to part lines on one pair; shares of the distance.
    avoid
        What each line must not seem to cross: the country that people were expelled from. EPSG:4326.
    pins
        Longitude and latitude of places, which no line must seem to call at unless it does.
    pin_clearance_km
        How near a pin is too near.

    Returns
    -------
    ndarray
        Shape (n,): shares of the distance, positive to the right.

    Raises
    ------
    ValueError
        Where a way has fewer than two points.
    """
    ways = [_known(way) for way in ways]
    chosen = np.zeros(len(ways))
    pending = np.array([k for k, way in enumerate(ways) if len(way)], dtype=int)
    least = np.full((len(ways), 2), np.inf)
    near = _Pins(pins, pin_clearance_km)
    for bow in BOWS:
        if not len(pending):
            break
        tried = bow + np.copysign(np.asarray(spreads, dtype=float)[pending], bow)
        rows = [ways[k] for k in pending.tolist()]
        lines = _lines(paths(rows, tried))
        costs = np.column_stack(
            [
                _crossed(lines, [avoid[k] for k in pending.tolist()]),
                near.passed(lines, rows) if abs(bow) <= _MOST_FOR_PINS else np.full(len(rows), len(pins)),
            ]
        )
        before = least[pending]
        better = (costs[:, 0] < before[:, 0]) | ((costs[:, 0] == before[:, 0]) & (costs[:, 1] < before[:, 1]))
        chosen[pending[better]], least[pending[better]] = tried[better], costs[better]
        pending = pending[costs.any(axis=1)]
    return chosen


def _lines(paths: Sequence[Path]) -> npt.NDArray[np.object_]:
    """Return paths as lines, cut where they cross the antimeridian."""
    counts = [len(path) for path in paths]
    where = np.repeat(np.arange(len(paths)), counts)
    lines = np.asarray(shapely.linestrings(np.concatenate(paths), indices=where))
    for k, path in enumerate(paths):
        if np.abs(path[:, 0]).max() > 180:
            lines[k] = shapely.MultiLineString(cut(path))
    return lines


def _crossed(lines: npt.NDArray[np.object_], avoid: Sequence[BaseGeometry | None]) -> npt.NDArray[np.float64]:
    """Return how much of each line (degrees) crosses what it must avoid."""
    crossed = np.zeros(len(lines))
    for land in {id(land): land for land in avoid if land is not None}.values():
        rows = np.array([other is land for other in avoid])
        rows[rows] = shapely.intersects(land, lines[rows])
        crossed[rows] = shapely.length(shapely.intersection(lines[rows], land))
    return crossed


class _Pins:
    """Places that lines should pass at a distance."""

    def __init__(self, pins: Way, clearance_km: float) -> None:
        self.pins = np.array(pins, dtype=float).reshape(-1, 2)
        self.clearance_km = clearance_km
        self.tree = shapely.STRtree(np.asarray(shapely.points(self.pins)))
        narrow = np.cos(np.radians(np.abs(self.pins[:, 1]).max(initial=0)))
        self.reach = clearance_km / (_KM_A_DEGREE * max(narrow, 0.05))  # degrees, more than enough

    def passed(self, lines: npt.NDArray[np.object_], ways: Sequence[Way]) -> npt.NDArray[np.float64]:
        """Return how many pins each line passes too near, on a plane scaled at each pin."""
        passed = np.zeros(len(lines))
        row, pin = self.tree.query(lines, predicate="dwithin", distance=self.reach)
        for k in np.unique(pin):
            here = self.pins[k]
            close = row[pin == k]
            close = close[[tuple(here) not in map(tuple, ways[way]) for way in close]]
            scale = np.array([_KM_A_DEGREE * np.cos(np.radians(here[1])), _KM_A_DEGREE])
            coordinates = (shapely.get_coordinates(lines[close]) - here) * scale
            local = shapely.set_coordinates(lines[close].copy(), coordinates)
            passed[close] += shapely.dwithin(local, shapely.points(0, 0), self.clearance_km)
        return passed


def bowed(points: Way, *, bow: float) -> Path:
    """Return the geodesic through `points`, each stretch bent into an arc.

    Parameters
    ----------
    points
        Longitude and latitude (degrees), at least two. Two equal points in a row make a loop of 35 km radius.
    bow
        Height of each arc as a share of its distance, positive to the right of the direction of travel. Of
        what the distance has beyond 1,500 km a tenth counts.

    Returns
    -------
    ndarray
        Shape (n, 2). Longitudes run on past 180 degrees where the line does: see `cut`.

    Raises
    ------
    ValueError
        With fewer than two points.

    Examples
    --------
    Due east along the equator, the top of the arc lies a tenth of the way (1 degree of 10) to the south:

    >>> path = bowed([(0, 0), (10, 0)], bow=0.1)
    >>> path[len(path) // 2].round(1).tolist()
    [5.0, -1.0]
    """
    return paths([points], np.array([bow]))[0]


def paths(ways: Sequence[Way], bows: Sequence[float] | npt.NDArray[np.float64]) -> list[Path]:
    """Return `bowed` of many ways at once; `bows` has one share a way.

    Coordinates that are not known are NaN: a way without a known end has no line (shape (0, 2)), and a place
    on the way that is not known is passed over.
    """
    lines = [_known(way) for way in ways]
    drawn = [k for k, way in enumerate(lines) if len(way)]
    found: list[Path] = [np.empty((0, 2))] * len(ways)
    for k, path in zip(drawn, _paths([lines[k] for k in drawn], np.asarray(bows)[drawn]), strict=True):
        found[k] = path
    return found


def _known(way: Way) -> Way:
    """Return the places of a way whose coordinates are known; none where an end has none."""
    if len(way) < 2:
        raise ValueError("a lane needs an origin and a destination")
    unknown = [math.isnan(longitude) or math.isnan(latitude) for longitude, latitude in way]
    if unknown[0] or unknown[-1]:
        return []
    return (
        [place for place, missing in zip(way, unknown, strict=True) if not missing] if any(unknown) else way
    )


def _paths(ways: Sequence[Way], bows: npt.NDArray[np.float64]) -> list[Path]:
    stretches = [len(way) - 1 for way in ways]
    ends = np.array([[*start, *end] for way in ways for start, end in pairwise(way)], dtype=float)
    ends = ends.reshape(-1, 4)
    arcs = iter(_arcs(ends[:, :2], ends[:, 2:], np.repeat(bows, stretches)))
    found: list[Path] = []
    for count in stretches:
        path = next(arcs)
        for _ in range(count - 1):
            path = np.concatenate([path, next(arcs)[1:]])
        path[:, 0] = np.unwrap(path[:, 0], period=360)
        found.append(path)
    return found


def _arcs(starts: Path, ends: Path, bows: npt.NDArray[np.float64]) -> list[Path]:
    """Return single stretches of `bowed`, their ends exactly as given; starts, ends and bows row by row."""
    azimuths, _, distances = map(np.asarray, _EARTH.inv(*starts.T, *ends.T))
    loops = distances < 1  # metres
    turns = np.where(loops, 360.0, 2 * np.degrees(np.arctan(np.pi * np.abs(bows))))
    halves = np.maximum(np.maximum(turns / _STEP_DEGREES / 2, distances / 2000 / _STEP_KM).astype(int), 6)
    arcs: list[Path] = [np.empty((0, 2))] * len(starts)
    for half in np.unique(halves):
        rows = np.flatnonzero((halves == half) & ~loops)
        share = np.linspace(0, 1, 1 + 2 * half)
        if len(rows):
            together = _arcs_of_one_size(starts[rows], azimuths[rows], distances[rows], bows[rows], share)
            for row, arc in zip(rows.tolist(), together, strict=True):
                arcs[row] = arc
        for loop in np.flatnonzero((halves == half) & loops):
            arcs[loop] = _loop((starts[loop, 0], starts[loop, 1]), share)
    for row, arc in enumerate(arcs):
        arc[0], arc[-1] = starts[row], ends[row]
    return arcs


def _arcs_of_one_size(starts: Path, azimuths: Path, distances: Path, bows: Path, share: Path) -> Path:
    """Return arcs that have one number of points: shape (arcs, points, 2)."""
    every = (len(starts), len(share))
    west, south, ahead = (np.broadcast_to(column[:, np.newaxis], every) for column in (*starts.T, azimuths))
    longitude, latitude, back = map(np.asarray, _EARTH.fwd(west, south, ahead, np.outer(distances, share)))
    right = np.where(share == 0, azimuths[:, np.newaxis], back + 180) + 90
    height = bows * (distances - 0.9 * np.maximum(distances - 1000 * _FULL_BOW_KM, 0))
    longitude, latitude, _ = _EARTH.fwd(longitude, latitude, right, np.outer(height, np.sin(np.pi * share)))
    return np.stack([longitude, latitude], axis=-1)


def _loop(place: tuple[float, float], share: Path) -> Path:
    """Return a circle that leaves the place to the north-west and comes back from the south-east."""
    middle = _EARTH.fwd(*place, 45, 1000 * _LOOP_KM)
    longitude, latitude, _ = _ahead(middle[:2], 225 + 360 * share, 1000 * _LOOP_KM + 0 * share)
    return np.column_stack([longitude, latitude])


def _ahead(start: tuple[float, float], azimuth: Path, distance_m: Path) -> tuple[Path, Path, Path]:
    """Return longitudes, latitudes and back azimuths at distances from one point."""
    here = np.broadcast_to(np.array(start)[:, np.newaxis], (2, len(azimuth)))
    longitude, latitude, back = _EARTH.fwd(here[0], here[1], azimuth, distance_m)
    return np.asarray(longitude), np.asarray(latitude), np.asarray(back)


def cut(path: Path) -> list[Path]:
    """Cut a path at the antimeridian.

    Parameters
    ----------
    path
        Shape (n, 2), with longitudes that run on past 180 degrees where the line does.

    Returns
    -------
    list of ndarray
        The parts in order, each with longitudes in [-180, 180].

    Examples
    --------
    >>> [part.tolist() for part in cut(np.array([[170.0, 10.0], [190.0, 20.0]]))]
    [[[170.0, 10.0], [180.0, 15.0]], [[-180.0, 15.0], [-170.0, 20.0]]]
    """
    turns = np.floor((path[:, 0] + 180) / 360)
    parts, current = [], [path[0]]
    for here, there, turn, next_turn in zip(path, path[1:], turns, turns[1:], strict=False):
        if turn != next_turn:
            edge = 360 * max(turn, next_turn) - 180
            latitude = here[1] + (there[1] - here[1]) * (edge - here[0]) / (there[0] - here[0])
            crossing = np.array([edge, latitude])
            parts.append(np.array([*current, crossing]) - [360 * turn, 0])
            current = [crossing]
        current.append(there)
    parts.append(np.array(current) - [360 * turns[-1], 0])
    return parts
