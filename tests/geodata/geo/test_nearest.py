"""The nearest border, by kilometres."""

import numpy as np
import pytest
import shapely

from geodata.geo import nearest
from geodata.geo.nearest import Edges, reach


def test_the_nearest_of_several_countries():
    # One degree of longitude on the equator is 6378.137 km * pi / 180 = 111.319 km.
    edges = Edges.of(np.array([shapely.box(0, -1, 1, 1), shapely.box(1.06, -1, 2, 1)]), np.array([4, 2]))
    found = edges.nearest(np.array([1.04, 5, -0.02, 1.03]), np.zeros(4), 5)
    point, country, km = zip(*sorted(zip(*found, strict=True)), strict=True)
    assert point == (0, 2, 3)
    assert country == (2, 4, 2)  # of two equally near, the first
    assert km == pytest.approx([2.2264, 2.2264, 3.3396], abs=1e-3)


def test_more_points_than_a_batch_keep_their_positions(monkeypatch):
    edges = Edges.of(np.array([shapely.box(0, 0, 1, 1)]), np.array([0]))
    longitude, latitude = np.array([5, -0.01, 5, 5, -0.02]), np.full(5, 0.5)
    expected = edges.nearest(longitude, latitude, 5)
    monkeypatch.setattr(nearest, "_BATCH", 2)
    found = edges.nearest(longitude, latitude, 5)
    assert sorted(found[0]) == [1, 4]
    for one, other in zip(found, expected, strict=True):
        assert one.tolist() == other.tolist()


def test_long_edges_are_split_and_meet():
    edges = Edges.of(np.array([shapely.Polygon([(0, 0), (1, 0), (0, 0.1)])]), np.array([0]))
    assert np.hypot(*(edges.end - edges.start).T).max() <= 0.25
    assert edges.end[:-1] == pytest.approx(edges.start[1:])
    assert len(edges.start) == 4 + 5 + 1


def test_a_window_widens_towards_the_pole():
    tall, wide = reach(np.array([0.0, 60.0, 89.99]), 10)
    assert tall == pytest.approx(0.0904, abs=1e-4)
    assert wide == pytest.approx([0.0904, 0.1809, 180], abs=1e-4)
