"""Drawn lines: geodesics through their places, bowed, and kept clear of what they must not seem to cross.

A lane says from where to where people went, never by which road: it is schematic. Only a transfer whose
source names places on the way (`via`) passes through them.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import shapely
from pyproj import Geod
from shapely.geometry.base import BaseGeometry

__all__ = ["BOWS", "Path", "bowed", "cut", "lane"]

Path: TypeAlias = npt.NDArray[np.float64]
"""Points in a row: longitude, latitude (degrees, WGS 84)."""

BOWS = (0.14, 0.22, 0.32, -0.2, -0.28, 0.44, -0.36, -0.44, -0.54, -0.64)
"""Heights of the arcs that `lane` tries, as a share of the distance; positive is right of the way.

Right comes first, so that opposite directions part; left is taken only to keep clear of `avoid` or of a pin.
"""
_MOST_FOR_PINS = 0.32  # a line makes no greater detour for the sake of a pin

_FULL_BOW_KM = 1500.0  # beyond this distance the height of an arc grows ten times more slowly
_LOOP_KM = 35.0  # radius of the loop drawn where people moved within one place
_STEP_KM, _STEP_DEGREES = 100.0, 2.5  # between points of an arc: distance and turn at which no corner shows
_EARTH = Geod(ellps="WGS84")


def lane(
    points: Sequence[tuple[float, float]],
    *,
    spread: float = 0.0,
    avoid: BaseGeometry | None = None,
    pins: Sequence[tuple[float, float]] = (),
    pin_clearance_km: float = 25.0,
) -> Path:
    """Return the line drawn for one transfer.

    The line is a geodesic through `points`, bowed to the right of its direction of travel, so that the way
    there and the way back never overlap. The first of `BOWS` that is clear of `avoid` and of `pins` is taken;
    where none is, the one that crosses least of `avoid`, then the one that passes fewest pins. For pins alone
    no line makes a great detour.

    Parameters
    ----------
    points
        Longitude and latitude (degrees) of origin, places on the way, destination; at least two.
    spread
        How much further out to bow than `BOWS`, to part several lines on one pair; a share of the distance.
    avoid
        What the line must not seem to cross: the country that people were expelled from. EPSG:4326.
    pins
        Longitude and latitude of other places, which the line must not seem to call at.
    pin_clearance_km
        How near a pin is too near.

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
    >>> path = lane([(27.56, 53.9), (25.28, 54.69)])
    >>> path[0].tolist(), path[-1].tolist()
    ([27.56, 53.9], [25.28, 54.69])
    """
    best: Path = np.empty((0, 2))
    least: tuple[float, float] = (np.inf, np.inf)
    for bow in BOWS:
        path = bowed(points, bow=bow + np.copysign(spread, bow))
        parts = cut(path)
        crossed = 0.0
        if avoid is not None:
            crossed = float(shapely.length(shapely.intersection(shapely.MultiLineString(parts), avoid)))
        gentle = abs(bow) <= _MOST_FOR_PINS
        cost = (crossed, _passed(parts, pins, pin_clearance_km) if gentle else len(pins))
        if cost < least:
            best, least = path, cost
        if cost == (0, 0):
            break
    return best


def bowed(points: Sequence[tuple[float, float]], *, bow: float) -> Path:
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
    if len(points) < 2:
        raise ValueError("a lane needs an origin and a destination")
    stretches = [_arc(start, end, bow) for start, end in pairwise(points)]
    path = np.concatenate([stretches[0], *(stretch[1:] for stretch in stretches[1:])])
    path[:, 0] = np.unwrap(path[:, 0], period=360)
    return path


def _arc(start: tuple[float, float], end: tuple[float, float], bow: float) -> Path:
    """Return one stretch of `bowed`, its ends exactly as given."""
    azimuth, _, distance = _EARTH.inv(*start, *end)
    turn = 360.0 if distance < 1 else 2 * np.degrees(np.arctan(np.pi * abs(bow)))
    share = np.linspace(0, 1, 1 + 2 * max(int(turn / _STEP_DEGREES / 2), int(distance / 2000 / _STEP_KM), 6))
    if distance < 1:  # metres
        path = _loop(start, share)
    else:
        longitude, latitude, back = _ahead(start, azimuth + 0 * share, distance * share)
        right = np.where(share == 0, azimuth, back + 180) + 90
        far = max(distance - 1000 * _FULL_BOW_KM, 0)
        height = bow * (distance - 0.9 * far)
        longitude, latitude, _ = _EARTH.fwd(longitude, latitude, right, height * np.sin(np.pi * share))
        path = np.column_stack([longitude, latitude])
    path[0], path[-1] = start, end
    return path


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


def _passed(parts: Sequence[Path], pins: Sequence[tuple[float, float]], clearance_km: float) -> int:
    """Return how many pins lie within the clearance of the line, on a plane scaled at each pin."""
    km_a_degree = 111.2
    passed = 0
    for longitude, latitude in pins:
        scale = np.array([km_a_degree * np.cos(np.radians(latitude)), km_a_degree])
        local = shapely.MultiLineString([(part - [longitude, latitude]) * scale for part in parts])
        passed += bool(shapely.dwithin(local, shapely.points(0, 0), clearance_km))
    return passed
