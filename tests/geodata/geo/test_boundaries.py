"""The committed boundary files are what their README says."""

import gzip
import json
import re

import geopandas as gpd
import pytest
import shapely

from geodata.geo import boundaries, countries

FOLDER = boundaries.BASEMAP.parent


@pytest.fixture(scope="module")
def world() -> gpd.GeoDataFrame:
    return gpd.read_parquet(FOLDER / "countries.parquet")


@pytest.fixture(scope="module")
def basemap() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame.from_features(json.loads(boundaries.BASEMAP.read_text("utf-8")), crs="EPSG:4326")


def test_249_countries_in_wgs_84(world):
    assert len(world) == 249
    assert world["iso_a2"].is_monotonic_increasing
    assert world["iso_a2"].is_unique
    assert {"NA", "XK", "TW", "BQ", "CW", "SX"} <= set(world["iso_a2"])
    assert world.crs == "EPSG:4326"


def test_countries_neither_overlap_nor_leave_slivers(world):
    assert world.is_valid.all()
    assert shapely.coverage_is_valid(world.geometry.to_numpy())


def test_disputed_areas_keep_their_owners():
    owners = boundaries.disputed_areas().set_index("id")["iso_a2"].to_dict()
    assert owners == {
        "crimea": "UA",
        "ua-14": "UA",
        "ua-09": "UA",
        "ua-23": "UA",
        "ua-65": "UA",
        "transnistria": "MD",
        "abkhazia": "GE",
        "n-cyprus": "CY",
        "somaliland": "SO",
        "kosovo": "XK",
        "taiwan": "TW",
        "w-sahara": "EH",
        "golan": "SY",
        "east-jerusalem": "PS",
        "palestine": "PS",
    }


def test_disputed_areas_lie_in_their_owners_and_apart(world):
    areas = boundaries.disputed_areas()
    owners = world.set_index("iso_a2").geometry.loc[areas["iso_a2"]].to_numpy()
    shapes = areas.geometry.to_numpy()
    assert shapely.is_valid(shapes).all()
    # Their corners are rounded to 1e-4 degrees.
    assert (shapely.area(shapely.difference(shapes, owners)) < 2e-4 * shapely.length(shapes)).all()
    first, second = shapely.STRtree(shapes).query(shapes, predicate="overlaps")
    shared = shapely.area(shapely.intersection(shapes[first], shapes[second]))
    assert (shared < 1e-4).all()


def test_basemap_draws_every_country_without_overlap(world, basemap):
    assert list(basemap["iso_a2"]) == list(world["iso_a2"])
    shapes = basemap.geometry.to_numpy()
    assert shapely.is_valid(shapes).all()
    assert shapely.coverage_is_valid(shapes)


def test_basemap_is_small_enough_to_send():
    text = boundaries.BASEMAP.read_bytes()
    assert len(gzip.compress(text, 9)) <= 450_000
    assert not re.search(rb"\d\.\d{4}", text)  # three decimals


def test_basemap_is_drawn_where_the_country_is(world, basemap):
    drawn, true = basemap.geometry.to_numpy(), world.geometry.to_numpy()
    astray = shapely.area(shapely.difference(drawn, true)) / shapely.area(drawn)
    large = shapely.area(drawn) > 0.1  # square degrees: the smallest countries are drawn as a few corners
    fine = shapely.within(true, shapely.box(12, 43, 50, 62))
    assert astray[large].max() < 0.05
    assert astray[large & fine].max() < 0.01


def test_a_label_stands_in_its_country(basemap):
    found = countries.country_of(basemap["label_lon"], basemap["label_lat"])
    assert found["country_code"].tolist() == basemap["iso_a2"].tolist()
    assert set(found["match"]) == {"inside"}


def test_the_notices_are_those_of_the_readme():
    readme = " ".join((FOLDER / "README.md").read_text("utf-8").split())
    assert boundaries.POINT_OF_VIEW in readme
    assert boundaries.ATTRIBUTION in readme
    notice = " ".join((FOLDER / "LICENSE-ODbL").read_text("utf-8").split())
    assert boundaries.ATTRIBUTION in notice
