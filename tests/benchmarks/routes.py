"""Kilometres a country of many routes: `geodata.crossings`, against geopandas' `sjoin` and shapely's `intersection`.

Both join the same lines with the same polygons. The peer is given the lines, with their knots, and spends its time on
finding, cutting and measuring; ours is given origins and destinations. Runs alternate. The answers must be the same:
each country of each route, up to a metre and to what a line of 100 km steps is longer than the geodesic.
"""

from importlib.metadata import version
from statistics import median
from time import perf_counter

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import Geod

from geodata import crossings
from geodata.geo.boundaries import BASEMAP
from geodata.geo.crossings import STEP_KM
from geodata.geo.routes import cut

RUNS = 5
ROUTES = 1000
NEAR_BY = 4
"""How many times as many of the short routes, so that they too take longer than the call itself."""
COLUMNS = ["origin_longitude", "origin_latitude", "destination_longitude", "destination_latitude"]
EARTH = Geod(ellps="WGS84")


def subjects(count: int) -> dict[str, pd.DataFrame]:
    """Return tables of routes by what they are."""
    random = np.random.default_rng(4)
    sine = random.uniform(-1, 1, (2, count))
    world = [random.uniform(-180, 180, (2, count)), np.degrees(np.arcsin(sine))]

    def in_europe(count: int) -> list[np.ndarray]:
        return [random.uniform(-10, 60, (2, count)), random.uniform(35, 65, (2, count))]

    europe = in_europe(count)
    many = NEAR_BY * count
    near = [np.cumsum([degrees[0], random.uniform(-4, 4, many)], axis=0) for degrees in in_europe(many)]
    ends = {"anywhere on Earth": world, "in Europe, any distance": europe, "in Europe, near by": near}
    return {
        name: pd.DataFrame(np.column_stack([x[0], y[0], x[1], y[1]]), columns=COLUMNS)
        for name, (x, y) in ends.items()
    }


def lines(routes: pd.DataFrame) -> gpd.GeoDataFrame:
    """Return each route as a line through its knots, cut at the antimeridian, laid from the end that comes first."""
    laid = []
    for row in routes.to_numpy():
        one, other = sorted([tuple(row[:2]), tuple(row[2:])])
        *_, metres = EARTH.inv(*one, *other)
        knots = max(int(np.ceil(metres / 1000 / STEP_KM)), 1) + 1
        way = EARTH.inv_intermediate(
            *one, *other, npts=knots, initial_idx=0, terminus_idx=0, return_back_azimuth=False
        )
        path = np.column_stack([np.unwrap(way.lons, period=360), way.lats])
        laid.append(shapely.MultiLineString(cut(path)))
    return gpd.GeoDataFrame(geometry=laid, crs="EPSG:4326")


def peer(routes: gpd.GeoDataFrame, countries: gpd.GeoDataFrame) -> pd.Series:
    """Return kilometres by route and country, by geopandas and shapely alone."""
    pairs = gpd.sjoin(routes, countries, predicate="intersects")
    pieces = shapely.intersection(
        pairs.geometry.to_numpy(), countries.geometry.to_numpy()[pairs["index_right"]]
    )
    km = [EARTH.geometry_length(piece) / 1000 for piece in pieces]
    return pd.Series(km, pd.MultiIndex.from_arrays([pairs.index, pairs["iso_a2"]]))


def ours(routes: pd.DataFrame) -> pd.Series:
    """Return kilometres by route and country."""
    found = crossings(routes)
    return found["km"].groupby([found.index, found["country_code"].astype(str)]).sum()


def check(found: pd.Series, expected: pd.Series, routes: pd.DataFrame) -> None:
    """Raise unless the answers are the same, and every kilometre is in one row."""
    *_, metres = EARTH.inv(*routes.to_numpy().T)
    np.testing.assert_allclose(found.groupby(level=0).sum(), metres / 1000, rtol=1e-6)
    both = pd.DataFrame({"ours": found.drop("unlocated", level=1), "peer": expected}).fillna(0)
    wrong = both[(both["ours"] - both["peer"]).abs() > 0.001 + 1e-3 * both["peer"]]
    assert wrong.empty, f"the answers differ:\n{wrong}"


def run(quick: bool) -> None:
    """Print medians of `RUNS` alternating runs and their ratios."""
    count = ROUTES // 10 if quick else ROUTES
    packages = ", ".join(f"{name} {version(name)}" for name in ("geopandas", "shapely", "pyproj", "numpy"))
    print(f"countries crossed by routes, median of {RUNS} alternating runs, seconds (least, most)")
    print(f"peer: sjoin + intersection; {packages}")
    countries = gpd.read_parquet(BASEMAP.with_name("countries.parquet"))
    for name, routes in subjects(count).items():
        laid = lines(routes)
        check(ours(routes), peer(laid, countries), routes)  # warms both, too
        times: dict[str, list[float]] = {"crossings": [], "peer": []}
        for _ in range(RUNS):
            start = perf_counter()
            crossings(routes)
            middle = perf_counter()
            peer(laid, countries)
            times["crossings"].append(middle - start)
            times["peer"].append(perf_counter() - middle)
        *_, metres = EARTH.inv(*routes.to_numpy().T)
        print(f"{len(routes):,} {name}, {np.mean(metres) / 1000:,.0f} km on average")
        for side, seconds in times.items():
            print(f"{median(seconds):8.3f}  {side} ({min(seconds):.3f}, {max(seconds):.3f})")
        print(f"{median(times['peer']) / median(times['crossings']):8.0f}  peer / crossings")
