"""Drawn lines: on the right side, through their places, and telling no false story."""

import math

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod
from shapely.geometry.base import BaseGeometry

from geodata.geo import boundaries
from geodata.geo.routes import Path, Way, bowed, bows, cut, paths

EQUATOR = [(0.0, 0.0), (10.0, 0.0)]
KM_A_DEGREE_NORTH = 110.574  # at the equator
EARTH = Geod(ellps="WGS84")

points = st.tuples(st.floats(-180, 180), st.floats(-80, 80))


def lane(points: Way, *, spread: float = 0.0, avoid: BaseGeometry | None = None, pins: Way = ()) -> Path:
    """The line that is drawn for one way."""
    [bow] = bows([points], spreads=[spread], avoid=[avoid], pins=pins)
    return bowed(points, bow=float(bow))


def top(path: Path) -> list[float]:
    """The middle point of a path, to a tenth of a degree."""
    return [round(float(degrees), 1) for degrees in path[len(path) // 2]]


def test_a_lane_bows_to_the_right_of_its_way() -> None:
    # 10 degrees, of which 0.14: 1.4 to the south going east, to the north going west.
    assert top(lane(EQUATOR)) == [5.0, -1.4]
    assert top(lane(EQUATOR[::-1])) == [5.0, 1.4]


def test_there_and_back_meet_only_at_the_ends() -> None:
    there, back = shapely.LineString(lane(EQUATOR)), shapely.LineString(lane(EQUATOR[::-1]))
    assert shapely.equals(shapely.intersection(there, back), shapely.MultiPoint(EQUATOR))


def test_a_lane_passes_through_the_places_on_the_way() -> None:
    path = lane([(27.56, 53.9), (31.29, 51.5), (32.4, 49.46)])
    assert [31.29, 51.5] in path.tolist()
    assert path[0].tolist() == [27.56, 53.9]
    assert path[-1].tolist() == [32.4, 49.46]


def test_a_lane_goes_round_what_it_must_avoid() -> None:
    # From x = 4 the arcs of 1.4 and 2.2 degrees meet the box; that of 3.2 is at 3.2 sin(0.4 π) = 3.04 there.
    assert top(lane(EQUATOR, avoid=shapely.box(4, -3, 6, 0.5))) == [5.0, -3.2]


def test_a_lane_takes_the_left_only_where_the_right_is_closed() -> None:
    assert top(lane(EQUATOR, avoid=shapely.box(4, -9, 6, 0.5))) == [5.0, 2.0]


def test_where_all_ways_cross_a_lane_crosses_least() -> None:
    wall = shapely.box(4.9, -30, 5.1, 30)
    path = lane(EQUATOR, avoid=shapely.union(wall, shapely.box(3, -9, 7, 0.5)))
    assert top(path) == [5.0, 2.0]


def test_a_lane_keeps_clear_of_a_pin_but_makes_no_great_detour_for_pins() -> None:
    assert top(lane(EQUATOR, pins=[(5.0, -1.4)])) == [5.0, -2.2]
    crowded = [(5.0, south / 10) for south in range(-70, 70)]
    assert abs(top(lane(EQUATOR, pins=crowded))[1]) <= 3.2


def test_spread_parts_lanes_on_the_same_pair() -> None:
    assert top(lane(EQUATOR, spread=0.1)) == [5.0, -2.4]


def test_far_lanes_bow_less() -> None:
    # 60 degrees are 6,679 km; 0.14 × (1,500 + 5,179 / 10) = 282.5 km, 2.55 degrees.
    path = bowed([(0, 0), (60, 0)], bow=0.14)
    assert path[len(path) // 2][1] == pytest.approx(-282.5 / KM_A_DEGREE_NORTH, abs=0.02)


def test_within_one_place_a_lane_is_a_loop() -> None:
    path = lane([(27.0, 53.0), (27.0, 53.0)])
    assert path[0].tolist() == path[-1].tolist() == [27.0, 53.0]
    assert EARTH.line_length(*path.T) / 1000 == pytest.approx(2 * np.pi * 35, rel=0.01)


def test_a_lane_over_the_antimeridian_is_cut_there() -> None:
    path = bowed([(170.0, 10.0), (-170.0, 10.0)], bow=0)
    assert path[-1].tolist() == [190.0, 10.0]
    west, east = cut(path)
    assert (west[-1][0], east[0][0]) == (180.0, -180.0)
    assert west[-1][1] == east[0][1]
    assert (west[0].tolist(), east[-1].tolist()) == ([170.0, 10.0], [-170.0, 10.0])


def test_going_west_over_the_antimeridian() -> None:
    west, east = cut(bowed([(-170.0, 10.0), (170.0, 10.0)], bow=0))
    assert (west[-1][0], east[0][0]) == (-180.0, 180.0)


def test_a_lane_over_the_antimeridian_keeps_clear_too() -> None:
    # The box of the test further up, 176 degrees further east; the two parts differ in length.
    path = lane([(176.0, 0.0), (-174.0, 0.0)], avoid=shapely.box(-180, -3, -178, 0.5), pins=[(0.0, 0.0)])
    assert top(path) == [181.0, -3.2]


def test_people_expelled_from_belarus_are_not_drawn_across_it() -> None:
    belarus = boundaries.land("BY")
    for end in ("LT", "PL"):
        path = lane([boundaries.anchor("UA"), boundaries.anchor(end)], avoid=belarus)
        assert not shapely.intersects(shapely.LineString(path), belarus)


def test_one_point_is_no_lane() -> None:
    with pytest.raises(ValueError, match="an origin and a destination"):
        bowed([(0, 0)], bow=0.1)


@given(start=points, end=points, bow=st.floats(-0.6, 0.6))
def test_parts_keep_to_the_map_and_to_their_ends(
    start: tuple[float, float], end: tuple[float, float], bow: float
) -> None:
    path = bowed([start, end], bow=bow)
    parts = cut(path)
    together = np.concatenate(parts)
    assert np.isfinite(together).all()
    assert (np.abs(together[:, 0]) <= 180).all()
    assert sum(EARTH.line_length(*part.T) for part in parts) == pytest.approx(
        EARTH.line_length(*path.T), rel=1e-3, abs=1
    )
    for found, given_point in ((parts[0][0], start), (parts[-1][-1], end)):
        assert found[1] == given_point[1]
        assert (found[0] - given_point[0]) % 360 == pytest.approx(0, abs=1e-9) or (
            found[0] - given_point[0]
        ) % 360 == pytest.approx(360, abs=1e-9)


def test_many_ways_are_bowed_as_each_alone() -> None:
    ways: list[Way] = [EQUATOR, EQUATOR[::-1], [(20.0, 50.0), (25.0, 52.0), (30.0, 50.0)], [(27.0, 53.0)] * 2]
    avoid = [shapely.box(4, -3, 6, 0.5), None, None, None]
    together = bows(ways, spreads=[0, 0.1, 0, 0], avoid=avoid, pins=[(22.5, 51.0)])
    alone = [
        bows([way], spreads=[spread], avoid=[land], pins=[(22.5, 51.0)])[0]
        for way, spread, land in zip(ways, [0, 0.1, 0, 0], avoid, strict=True)
    ]
    assert together.tolist() == alone
    for way, bow, path in zip(ways, together, paths(ways, together), strict=True):
        assert path.tolist() == bowed(way, bow=float(bow)).tolist()


def test_a_way_without_a_known_end_has_no_line_and_an_unknown_stop_is_passed_over() -> None:
    nowhere, minsk, vilnius = (math.nan, math.nan), (27.56, 53.9), (25.28, 54.69)
    ways = [
        [minsk, vilnius],
        [nowhere, vilnius],
        [minsk, nowhere],
        [minsk, nowhere, vilnius],
        [nowhere, nowhere],
    ]
    chosen = bows(ways, spreads=[0.0] * 5, avoid=[None] * 5)
    assert chosen[[1, 2, 4]].tolist() == [0, 0, 0]
    lines = paths(ways, chosen)
    assert [len(line) for line in lines[1:3]] == [0, 0]
    assert lines[3].tolist() == lines[0].tolist()
    assert paths([], []) == []
