"""Points that are hard to put into a country."""

from __future__ import annotations

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray

from geodata.geo import boundaries, grid

CELL = 1 / grid._CELLS
Points = NDArray[np.float64]
"""Shape (2, n): longitudes, latitudes."""


def uniform(count: int, seed: int = 1) -> Points:
    """Points anywhere, as many in every square degree."""
    return np.random.default_rng(seed).uniform([[-180], [-90]], [[180], [90]], (2, count))


def beside_borders(count: int, km: float = 5.0, seed: int = 2) -> Points:
    """Points within a distance of a border, as many along every kilometre of it."""
    draw = np.random.default_rng(seed)
    start, end = _edges()
    middle = np.radians((start[:, 1] + end[:, 1]) / 2)
    length = np.hypot((end[:, 0] - start[:, 0]) * np.cos(middle), end[:, 1] - start[:, 1])
    chosen = draw.choice(len(start), count, p=length / length.sum())
    foot = start[chosen] + draw.random((count, 1)) * (end - start)[chosen]
    away = 1000 * km * np.sqrt(draw.random(count))
    longitude, latitude, _ = pyproj.Geod(ellps="WGS84").fwd(*foot.T, draw.uniform(0, 360, count), away)
    return np.array([longitude, latitude])


def adversarial(count: int, seed: int = 3) -> Points:
    """Points where arithmetic is hardest: corners, edges, cells and centre lines, and next to them; and no points.

    Eight kinds of `count` points each, then some by hand.
    """
    draw = np.random.default_rng(seed)
    start, end = _edges()
    chosen = draw.choice(len(start), count)
    start, end = start[chosen], end[chosen]
    on_edge = start + draw.random((count, 1)) * (end - start)
    beside = on_edge + draw.normal(0, 0.02, (count, 2))
    tiny = draw.choice([0, 1e-12, -1e-12], (count, 2))
    on_cell = np.round(on_edge / CELL) * CELL + tiny
    on_centre_line = np.column_stack([on_edge[:, 0], (np.floor(on_edge[:, 1] / CELL) + 0.5) * CELL])
    below_corner = np.column_stack([start[:, 0], beside[:, 1]])
    by_hand = [
        *(
            (longitude, latitude)
            for longitude in (-540, -180, 0, 180, 540)
            for latitude in (-90, -80, 0, 68, 90)
        ),
        *(
            (np.nan, 1),
            (1, np.nan),
            (np.nan, 91),
            (np.inf, 1),
            (1, -np.inf),
            (1, 90.1),
            (200, 60),
            (359.9, -60),
        ),
        *((np.nextafter(180, 0), 68), (np.nextafter(-180, 0), 68), (10, np.nextafter(90, 0))),
    ]
    kinds = [start, start + tiny, on_edge, on_edge + tiny, beside, on_cell, on_centre_line, below_corner]
    return np.concatenate([*kinds, by_hand]).T.copy()


def _edges() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    corners, ring = shapely.get_coordinates(
        shapely.get_rings(boundaries.countries_layer().parts), return_index=True
    )
    joined = np.flatnonzero(ring[1:] == ring[:-1])
    return corners[joined], corners[joined + 1]
