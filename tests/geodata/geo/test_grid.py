"""The grid gives the polygons' answer, or says that it is not sure."""

import os
from functools import cache

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geodata.geo import boundaries, countries, grid
from geodata.geo.countries import country_of
from geodata.geo.grid import UNSURE, Grid, Zone
from geodata.model.problems import DataError
from tests.points import CELL, adversarial, beside_borders, uniform


@pytest.fixture(scope="module")
def world_grid(tmp_path_factory):
    """Return the grid of the boundary layer, made anew and opened from its file."""
    folder = tmp_path_factory.mktemp("cache")
    made = countries._gridded(boundaries.countries_layer(), boundaries.disputed_layer())
    made.save(folder / "world", "here")
    return Grid.load(folder / "world", "here")


@pytest.fixture
def by_grid(world_grid, monkeypatch):
    """Return `country_of` by the grid, however few the points."""
    countries._zone.cache_clear()

    def find(*arguments, **options):
        with monkeypatch.context() as patch:
            patch.setattr(countries, "_grid_for", lambda count: world_grid)
            patch.setattr(countries, "_grid", lambda: world_grid)
            return country_of(*arguments, **options)

    yield find
    countries._zone.cache_clear()


def same(one, other):
    pd.testing.assert_frame_equal(one, other)
    return True


def xor_of_covering(polygons, labels, longitude, latitude):
    """Label of a point by the plain predicate; None on a border."""
    points = shapely.points(longitude, latitude)
    if shapely.intersects(shapely.boundary(polygons), points).any():
        return None
    return int(np.bitwise_xor.reduce(labels[shapely.contains(polygons, points)], initial=0))


corner = st.tuples(st.integers(-6, 6), st.integers(-6, 6)).map(
    lambda at: (at[0] * CELL / 4, at[1] * CELL / 4)
)
triangle = st.lists(corner, min_size=3, max_size=3).map(shapely.Polygon).filter(lambda drawn: drawn.area > 0)
near_corner = st.tuples(
    corner, st.sampled_from([0, 1e-12, -1e-12, 1e-9, 1e-4]), st.sampled_from([0, 1e-12, -1e-5])
)


@given(
    st.lists(triangle, min_size=1, max_size=4),
    st.lists(near_corner.map(lambda drawn: (drawn[0][0] + drawn[1], drawn[0][1] + drawn[2])), min_size=1),
)
def test_a_label_is_that_of_the_polygons_that_cover_the_point(triangles, points):
    # Corners lie on cell corners, centre lines and between: what a cell's arithmetic could get wrong.
    polygons, labels = np.array(triangles), (1 << np.arange(len(triangles))).astype(np.uint16)
    found = Grid.of(polygons, labels).label(*np.array(points).T)
    for (longitude, latitude), label in zip(points, found.tolist(), strict=True):
        if label != UNSURE:
            assert label == xor_of_covering(polygons, labels, longitude, latitude)


def test_the_grid_and_the_polygons_answer_alike(by_grid):
    longitude, latitude = np.concatenate([adversarial(4000), beside_borders(4000), uniform(4000)], axis=1)
    expected = country_of(longitude, latitude)
    assert same(by_grid(longitude, latitude), expected)
    assert expected["match"].nunique() == 6
    assert (expected["disputed"] != "").sum() > 100


def test_few_points_are_left_to_the_polygons(world_grid):
    labels = world_grid.label(*uniform(100_000))
    assert (labels == UNSURE).sum() < 10


@pytest.mark.parametrize("near_km", [0, 0.5, 100])
def test_near_is_the_same_at_any_distance(by_grid, near_km):
    draw = np.random.default_rng(6)
    longitude = np.concatenate([draw.uniform(-180, 180, 2000), [180, -180, 179.999, 0]])
    latitude = np.concatenate([draw.uniform(-90, 90, 2000), [-59.999, -17, 52, -85.06]])
    assert same(
        by_grid(longitude, latitude, near_km=near_km), country_of(longitude, latitude, near_km=near_km)
    )


def test_a_zone_reaches_over_the_antimeridian_and_the_pole():
    square = np.array([shapely.box(179, 89.9, 179.99, 89.95)])
    zone = Zone.of(Grid.of(square, np.array([1], dtype=np.uint16)), km=20)
    longitude, latitude = np.array([-179.9, 0, 90, -179.9, 180]), np.array([89.93, 89.99, 89.9, 89.5, 89.8])
    assert zone.among(longitude, latitude, np.arange(5)).tolist() == [0, 1, 2, 4]
    assert zone.among(longitude, latitude, np.array([3, 2])).tolist() == [2]


def test_repeated_points_get_the_answer_of_each():
    longitude, latitude = adversarial(20)
    row = np.random.default_rng(7).integers(0, len(longitude), 5000)
    index = pd.Index(range(5000, 0, -1))
    found = country_of(pd.Series(longitude[row], index), pd.Series(latitude[row], index))
    assert same(found, country_of(longitude, latitude).take(row).set_axis(index))


def test_few_points_never_make_the_grid(monkeypatch):
    monkeypatch.setattr(countries, "_grid", cache(lambda: pytest.fail("made")))
    country_of(np.arange(20), np.arange(20))
    country_of(np.zeros(countries._MANY), np.zeros(countries._MANY))  # one place


def test_many_points_open_the_grid_and_then_few_use_it_too(world_grid, monkeypatch):
    monkeypatch.setattr(countries, "_grid", cache(lambda: world_grid))
    assert countries._grid_for(20) is None
    assert countries._grid_for(countries._MANY) is world_grid
    assert countries._grid_for(20) is world_grid


def layer(**polygons):
    return boundaries.Layer.of(list(polygons), list(polygons), np.array(list(polygons.values())))


def test_countries_that_overlap_are_refused_with_their_names():
    here = layer(AA=shapely.box(0, 0, 2, 2), BB=shapely.box(1, 1, 3, 3), CC=shapely.box(2, 0, 3, 1))
    inner = layer(AA=shapely.box(0, 0, 3, 3), BB=shapely.box(1, 1, 2, 2))
    for world, pairs in ((here, ["AA and BB"]), (inner, ["AA and BB"])):
        with pytest.raises(DataError) as raised:
            countries._gridded(world, layer())
        assert [str(problem) for problem in raised.value.problems] == [
            f"countries.parquet:geometry: {pair} overlap (cut one by the other)" for pair in pairs
        ]


def test_where_disputed_areas_overlap_the_polygons_decide():
    world = layer(AA=shapely.box(0, 0, 3, 3))
    areas = boundaries.Layer.of(
        ["a", "b", "c"],
        ["AA"] * 3,
        np.array([shapely.box(0, 0, 2, 1), shapely.box(1, 0, 3, 1), shapely.box(1.5, 0, 2, 1)]),
    )
    labels = countries._gridded(world, areas).label(np.array([0.5, 1.2, 1.7, 2.5]), np.full(4, 0.3))
    assert (labels >= countries._SEVERAL).tolist() == [False, True, True, False]


def test_labels_out_of_range_are_refused():
    with pytest.raises(ValueError, match="below 32768"):
        Grid.of(np.array([shapely.box(0, 0, 1, 1)]), np.array([0x8000], dtype=np.uint16))


@pytest.fixture
def small():
    return Grid.of(np.array([shapely.box(0, 0, 1, 1)]), np.array([7], dtype=np.uint16))


def test_a_saved_grid_is_opened_and_not_made_again(small, tmp_path, monkeypatch):
    monkeypatch.setenv("GEODATA_CACHE", str(tmp_path / "new"))
    assert grid.cached("small", "s1", lambda: small).label(np.array([0.5]), np.array([0.5])).tolist() == [7]
    opened = grid.cached("small", "s1", lambda: pytest.fail("made again"))
    assert opened.label(np.array([0.5, 2, 1]), np.array([0.5, 2, 0.3])).tolist() == [7, 0, UNSURE]
    assert [file.name for file in (tmp_path / "new").iterdir()] == ["small-s1.grid"]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda whole: whole[:-1],
        lambda whole: whole[: len(whole) // 2],
        lambda whole: whole[:40],
        lambda whole: b"",
        lambda whole: b"PK\x03\x04 something else",
        lambda whole: whole.replace(b"s1", b"s2", 1),
        lambda whole: whole[:5000] + b"?" + whole[5001:],
    ],
)
def test_a_file_that_is_cut_short_or_foreign_is_made_anew(small, tmp_path, monkeypatch, spoil):
    monkeypatch.setenv("GEODATA_CACHE", str(tmp_path))
    file = tmp_path / "small-s1.grid"
    small.save(file, "s1")
    whole = file.read_bytes()
    file.write_bytes(spoil(whole))
    made = []
    grid.cached("small", "s1", lambda: made.append(small) or small)
    assert len(made) == 1
    assert file.read_bytes() == whole


def test_without_a_folder_to_write_to_the_grid_stays_in_memory(small, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("GEODATA_CACHE", str(tmp_path / "file" / "below"))
    assert grid.cached("small", "s1", lambda: small) is small


def test_a_failed_write_leaves_nothing_behind(small, tmp_path, monkeypatch):
    monkeypatch.setattr(os, "replace", lambda *_: (_ for _ in ()).throw(OSError("full")))
    with pytest.raises(OSError, match="full"):
        small.save(tmp_path / "small", "s1")
    assert list(tmp_path.iterdir()) == []


def test_the_cache_is_the_users(monkeypatch):
    monkeypatch.delenv("GEODATA_CACHE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", "/somewhere")
    assert grid._cache_file("small", "s1").as_posix() == "/somewhere/geodata/small-s1.grid"
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", "/somebody")
    assert grid._cache_file("small", "s1").as_posix() == "/somebody/.cache/geodata/small-s1.grid"


def test_a_user_without_a_home_has_the_grid_in_memory(small, monkeypatch):
    monkeypatch.setattr(grid, "_cache_file", lambda *_: (_ for _ in ()).throw(RuntimeError("no home")))
    assert grid.cached("small", "s1", lambda: small) is small
