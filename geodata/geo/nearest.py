"""Borders as segments, and the country nearest to a point by them.

Distances are geodesics on the ellipsoid. The foot on a segment is found in a plane around the point, which is
exact enough for a few kilometres.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TypeVar

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray

__all__ = ["Edges", "reach", "runs"]

_WGS84 = pyproj.Geod(ellps="WGS84")
_SEGMENT_DEGREES = 0.25  # short enough for a plane
_RUN = 16  # segments; so many in a box keep the boxes small and few
_BATCH = 4096  # points at a time, which bounds the memory

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]
Integers = TypeVar("Integers", NDArray[np.int32], NDArray[np.int64])


def reach(latitude: FloatArray, km: float) -> tuple[float, FloatArray]:
    """Return how many degrees of latitude, and of longitude, what lies within `km` may be away.

    The window of those degrees holds the cap around a point on a sphere of 6335 km, the Earth's least radius
    of curvature; where it holds a pole it is of all longitudes.
    """
    cap = km / 6335
    tall = float(np.degrees(cap))
    with np.errstate(invalid="ignore", divide="ignore"):
        wide = np.degrees(np.arcsin(np.minimum(1, np.sin(cap) / np.cos(np.radians(latitude)))))
    return tall, np.where(np.abs(latitude) + tall >= 90, 180, wide)


def runs(first: Integers, count: Integers) -> Integers:
    """Return ``first[i]``, ``first[i] + 1`` … for every i, `count[i]` of each, in a row.

    Examples
    --------
    >>> runs(np.array([10, 50]), np.array([3, 2])).tolist()
    [10, 11, 12, 50, 51]
    """
    begin = np.cumsum(count, dtype=count.dtype) - count
    numbers: Integers = np.arange(count.sum(), dtype=count.dtype) + np.repeat(first - begin, count)
    return numbers


@dataclass(frozen=True)
class Edges:
    """All borders as short straight segments, in runs of neighbours with a tree over the runs' boxes."""

    start: FloatArray
    """Longitude and latitude, one row a segment."""
    end: FloatArray
    box: FloatArray
    """West, south, east and north of the segment, one row each."""
    country: IntArray
    """Position of the code, one a segment."""
    first: IntArray
    """Position of its first segment, one a run; one more for the end."""
    tree: shapely.STRtree

    @classmethod
    def of(cls, polygons: NDArray[np.object_], country: IntArray) -> Edges:
        """Return the borders of single polygons (WGS 84 degrees), each with the position of its code."""
        rings, part = shapely.get_rings(polygons, return_index=True)
        corners, ring = shapely.get_coordinates(rings, return_index=True)
        joined = np.flatnonzero(ring[1:] == ring[:-1])
        start, way, ring = corners[joined], corners[joined + 1] - corners[joined], ring[joined]
        pieces = np.maximum(np.ceil(np.hypot(*way.T) / _SEGMENT_DEGREES), 1).astype(np.intp)
        piece = runs(np.zeros_like(pieces), pieces)
        way, ring = np.repeat(way / pieces[:, None], pieces, axis=0), np.repeat(ring, pieces)
        start = np.repeat(start, pieces, axis=0) + piece[:, None] * way
        end = start + way
        begin = np.searchsorted(ring, np.arange(len(rings) + 1))  # every ring starts a run
        first = np.concatenate([np.arange(*ends, _RUN) for ends in pairwise(begin)])
        low, high = np.minimum(start, end), np.maximum(start, end)
        (west, south), (east, north) = np.minimum.reduceat(low, first).T, np.maximum.reduceat(high, first).T
        tree = shapely.STRtree(shapely.box(west, south, east, north))
        box = np.concatenate([low, high], axis=1)
        return cls(start, end, box, country[part[ring]], np.append(first, len(ring)), tree)

    def nearest(self, x: FloatArray, y: FloatArray, near_km: float) -> tuple[IntArray, IntArray, FloatArray]:
        """Return the country nearest to each point that has one within `near_km`.

        Parameters
        ----------
        x, y
            Shape (n,), not empty: longitudes within ±180 degrees, and latitudes.
        near_km
            Greatest distance, up to 100 km.

        Returns
        -------
        tuple of ndarray
            Shape (m,) each: position of the point, in no order; position of the country's code; kilometres.
            Of countries equally near the first.
        """
        # By square degrees, of which 16 bits hold the number: neighbours share what is in the cache.
        square = (y + 90).astype(np.uint16) * np.uint16(360) + (x + 180).astype(np.uint16)
        order = np.argsort(square, kind="stable")
        found = []
        for begin in range(0, len(order), _BATCH):
            batch = order[begin : begin + _BATCH]
            point, country, km = self._nearest(x[batch], y[batch], near_km)
            found.append((batch[point], country, km))
        points, countries, distances = (np.concatenate(column) for column in zip(*found, strict=True))
        return points, countries, distances

    def _nearest(self, x: FloatArray, y: FloatArray, near_km: float) -> tuple[IntArray, IntArray, FloatArray]:
        tall, wide = reach(y, near_km)
        # A window that reaches over the antimeridian is opened on the other side too.
        over, under = np.flatnonzero(x + wide > 180), np.flatnonzero(x - wide < -180)
        point = np.concatenate([np.arange(len(x)), over, under])
        x, y, wide = np.concatenate([x, x[over] - 360, x[under] + 360]), y[point], wide[point]
        corners = np.array([[x - wide, y - tall], [x + wide, y + tall]]).transpose(2, 0, 1)
        window, run = self.tree.query(shapely.linestrings(corners))  # a diagonal has the window's bounds
        # Every pair of a window and a run becomes one row a segment of the run, if that reaches in.
        length = self.first[run + 1] - self.first[run]
        segment = runs(self.first[run], length)
        window = np.repeat(window, length)
        west, south, east, north = self.box.take(segment, axis=0).T
        inside = (south <= (y + tall).take(window)) & (north >= (y - tall).take(window))
        inside &= (west <= (x + wide).take(window)) & (east >= (x - wide).take(window))
        segment, window = segment[inside], window[inside]
        start, end = self.start.take(segment, axis=0), self.end.take(segment, axis=0)
        country = self.country.take(segment)
        origin, point = np.column_stack([x[window], y[window]]), point[window]
        foot = start + _share(_plane(start, origin), _plane(end, origin))[:, None] * (end - start)
        plain_km = np.hypot(*_plane(foot, origin).T)

        # The best foot of each point and country in the plane is measured on the ellipsoid; the nearest wins.
        best = _least(plain_km, (point << 16) + country)  # codes are no more than 16 bits hold
        *_, metres = _WGS84.inv(*origin[best].T, *foot[best].T)
        km = np.asarray(metres) / 1000
        best, km = best[km <= near_km], km[km <= near_km]
        nearest = _least(km, point[best])
        return point[best[nearest]], country[best[nearest]], km[nearest]


def _least(values: FloatArray, group: IntArray) -> IntArray:
    """Position of the least value of each group, the first where several are; by ascending group."""
    if not len(group):
        return np.empty(0, dtype=np.intp)
    order = np.argsort(group, kind="stable")
    first = np.flatnonzero(np.diff(group[order], prepend=-1))
    values = values[order]
    least = np.repeat(np.minimum.reduceat(values, first), np.diff(first, append=len(order)))
    position = np.flatnonzero(values == least)
    once = np.diff(np.searchsorted(first, position, side="right"), prepend=0) > 0
    return order[position[once]]


def _plane(lonlat: FloatArray, origin: FloatArray) -> FloatArray:
    """Kilometres east and north of the origin, by the radii of curvature half way (WGS 84)."""
    half_way = np.radians((lonlat[:, 1] + origin[:, 1]) / 2)
    flatness = 1 - _WGS84.es * np.sin(half_way) ** 2
    across = _WGS84.a / np.sqrt(flatness) * np.cos(half_way)
    along = _WGS84.a * (1 - _WGS84.es) / (flatness * np.sqrt(flatness))  # a power takes ten times as long
    scale = np.column_stack([across, along]) / 1000
    kilometres: FloatArray = scale * np.radians(lonlat - origin)
    return kilometres


def _share(start: FloatArray, end: FloatArray) -> FloatArray:
    """How far along each segment the foot of the origin lies, 0 to 1."""
    way = end - start
    square = (way**2).sum(axis=1)
    share: FloatArray = np.clip(-(start * way).sum(axis=1) / np.where(square > 0, square, 1), 0, 1)
    return share
