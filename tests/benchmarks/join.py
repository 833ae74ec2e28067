"""Time to put a million points into countries, against what else can do it, every answer compared.

Everyone starts with two arrays of coordinates and ends with a code for each point; layers and indexes are made
beforehand. Runs alternate. A peer that is slow gets fewer points, and the ratios are of points per second.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import fields
from importlib import metadata
from pathlib import Path
from statistics import median
from time import perf_counter
from unittest import mock

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geodata.geo import boundaries, countries
from geodata.geo.countries import country_of
from tests.points import Points, adversarial, beside_borders, uniform

RUNS = 5
POINTS = 1_000_000
SECONDS = 4.0  # that a run of a peer may take
PIECE_CORNERS = 256  # of a subdivided polygon, as PostGIS's ST_Subdivide has it

Answer = tuple[np.ndarray, np.ndarray]
"""Positions of points in a country, and their codes."""
Join = Callable[[Points], Answer]


def ours(points: Points) -> Answer:
    code = country_of(*points, near_km=0)["country_code"]
    at = np.flatnonzero(code.cat.codes >= 0)
    return at, code.to_numpy()[at]


def sjoin(layer: gpd.GeoDataFrame) -> Join:
    def join(points: Points) -> Answer:
        table = gpd.GeoDataFrame(geometry=gpd.points_from_xy(*points), crs=layer.crs)
        found = gpd.sjoin(table, layer, predicate="within")
        return found.index, found["code"]

    return join


def prepared(layer: gpd.GeoDataFrame) -> Join:
    polygons, codes = layer.geometry.to_numpy(), layer["code"].to_numpy()
    shapely.prepare(polygons)
    tree = shapely.STRtree(polygons)

    def join(points: Points) -> Answer:
        at, polygon = tree.query(shapely.points(*points))
        inside = shapely.intersects_xy(polygons[polygon], *points[:, at])
        return at[inside], codes[polygon[inside]]

    return join


def sedonadb(layer: gpd.GeoDataFrame) -> Join:
    import pyarrow as pa
    import sedonadb

    engine = sedonadb.connect()
    engine.create_data_frame(_wkb(layer)).to_view("wkb")
    engine.sql("SELECT code, ST_GeomFromWKB(wkb) AS shape FROM wkb").to_memtable().to_view("layer")

    def join(points: Points) -> Answer:
        engine.create_data_frame(_table(points)).to_view("points", overwrite=True)
        found = pa.table(
            engine.sql("SELECT n, code FROM points JOIN layer ON ST_Intersects(shape, ST_Point(x, y))")
        )
        return found["n"].to_numpy(), found["code"]

    return join


def duckdb(layer: gpd.GeoDataFrame) -> Join:
    import duckdb
    import duckdb_extension_spatial

    # The extension comes as a file of its package, so that nothing is fetched.
    folder = Path(duckdb_extension_spatial.__file__).parent
    engine = duckdb.connect(config={"allow_unsigned_extensions": "true"})
    engine.execute(f"LOAD '{next(folder.rglob('spatial.duckdb_extension'))}'")
    engine.execute("SET enable_progress_bar = false")
    engine.register("wkb", _wkb(layer))
    engine.execute("CREATE TABLE layer AS SELECT code, ST_GeomFromWKB(wkb) AS shape FROM wkb")

    def join(points: Points) -> Answer:
        engine.register("points", _table(points))
        found = engine.execute(
            "SELECT n, code FROM (SELECT n, ST_Point(x, y) AS point FROM points) "
            "JOIN layer ON ST_Intersects(point, shape)"
        ).to_arrow_table()
        return found["n"].to_numpy(), found["code"]

    return join


def polars_st(layer: gpd.GeoDataFrame) -> Join:
    import polars as pl
    import polars_st as st

    shapes = pl.from_arrow(_wkb(layer)).rename({"wkb": "geometry"})

    def join(points: Points) -> Answer:
        table = pl.from_arrow(_table(points)).select("n", geometry=st.point(pl.concat_arr("x", "y")))
        found = table.st.sjoin(shapes, on="geometry", predicate="within")
        return found["n"].to_numpy(), found["code"]

    return join


def _table(points: Points):
    import pyarrow as pa

    return pa.table({"n": np.arange(points.shape[1]), "x": points[0], "y": points[1]})


def _wkb(layer: gpd.GeoDataFrame):
    import pyarrow as pa

    return pa.table({"code": pa.array(layer["code"], pa.string()), "wkb": layer.geometry.to_wkb().to_list()})


PEERS: dict[str, Callable[[gpd.GeoDataFrame], Join]] = {
    "geopandas sjoin(within)": sjoin,
    "prepared intersects_xy": prepared,
    "SedonaDB": sedonadb,
    "DuckDB": duckdb,
    "polars-st sjoin(within)": polars_st,
}
PACKAGES = (
    *("geopandas", "shapely", "sedonadb", "duckdb", "duckdb-extension-spatial", "polars", "polars-st"),
    *("numpy", "pandas"),
)


def subdivided(layer: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Halve every polygon across its longer side until none has more than `PIECE_CORNERS` corners."""
    shapes, row = shapely.get_parts(layer.geometry.to_numpy(), return_index=True)
    done: list[tuple[np.ndarray, np.ndarray]] = []
    while len(shapes):
        small = shapely.get_num_coordinates(shapes) <= PIECE_CORNERS
        done.append((shapes[small], row[small]))
        shapes, row = shapes[~small], row[~small]
        west, south, east, north = shapely.bounds(shapes).T
        wide = east - west > north - south
        middle_x, middle_y = (west + east) / 2, (south + north) / 2
        first = shapely.box(west, south, np.where(wide, middle_x, east), np.where(wide, north, middle_y))
        second = shapely.box(np.where(wide, middle_x, west), np.where(wide, south, middle_y), east, north)
        halves = shapely.intersection(np.concatenate([shapes, shapes]), np.concatenate([first, second]))
        shapes, part = shapely.get_parts(halves, return_index=True)
        row = np.concatenate([row, row])[part]
        polygons = shapely.get_type_id(shapes) == shapely.GeometryType.POLYGON
        shapes, row = shapes[polygons], row[polygons]
    shapes, row = (np.concatenate(column) for column in zip(*done, strict=True))
    return gpd.GeoDataFrame({"code": layer["code"].to_numpy()[row]}, geometry=shapes, crs=layer.crs)


def aligned(answer: Answer, count: int) -> np.ndarray:
    """Return the code of every point, "" where none, the alphabetically first where several."""
    at, code = answer
    first = pd.Series(np.asarray(code, dtype=object), np.asarray(at)).groupby(level=0).min()
    return first.reindex(range(count), fill_value="").to_numpy()


def timed(work: Callable[[], object]) -> float:
    start = perf_counter()
    work()
    return perf_counter() - start


def joiners(layers: dict[str, gpd.GeoDataFrame]) -> Iterator[tuple[str, Join]]:
    """Yield every peer on every layer; say which is missing."""
    for peer, make in PEERS.items():
        try:
            for layer, table in layers.items():
                yield f"{peer}, {layer}", make(table)
        except ImportError as error:
            print(f"missing: {peer} ({error}); pip install -r tests/benchmarks/requirements.txt")


def affordable(join: Join, points: Points, seconds: float) -> int:
    """Return how many of the points a peer can join in that time."""
    join(points[:, :1000])  # the first run may compile, or make an index
    count, duration = 1000, 0.0
    while duration < seconds / 20 and count * 10 <= points.shape[1]:
        count *= 10
        duration = timed(lambda: join(points[:, :count]))  # noqa: B023  # runs at once
    return int(np.clip(seconds / duration * count, 1000, points.shape[1]))


def compare(peers: dict[str, Join], points: Points, seconds: float) -> None:
    """Print one table: us and the peers on the same points, in turns."""
    expected = aligned(ours(points), points.shape[1])
    counts = {peer: affordable(join, points, seconds) for peer, join in peers.items()}
    rates: dict[str, list[float]] = {peer: [] for peer in ("country_of", *peers)}
    for number in range(RUNS):
        for peer, join in peers.items():
            some = np.ascontiguousarray(points[:, : counts[peer]])
            answers: list[Answer] = []
            duration = timed(lambda: answers.append(join(some)))  # noqa: B023  # runs at once
            rates[peer].append(counts[peer] / duration)
            if number == 0:
                differ = (aligned(answers[0], counts[peer]) != expected[: counts[peer]]).sum()
                assert not differ, f"{peer} gives {differ} points another country"
            rates["country_of"].append(points.shape[1] / timed(lambda: country_of(*points, near_km=0)))
    made = points.shape[1] / median(timed(lambda: gpd.points_from_xy(*points)) for _ in range(RUNS))
    base = median(rates["country_of"])
    print(f"{'points/s':>12}  {'times':>7}  {'points':>9}")
    for peer, each in rates.items():
        count = counts.get(peer, points.shape[1])
        print(f"{median(each):12,.0f}  {base / median(each):7.1f}  {count:9,}  {peer}")
    print(f"{made:12,.0f}  {'':7}  {points.shape[1]:9,}  geopandas.points_from_xy, a part of its joins")


def check_equal(name: str, points: Points, near_km: float) -> None:
    """Compare the grid with the polygons, row by row and column by column."""
    by_grid = country_of(*points, near_km=near_km)
    with mock.patch.object(countries, "_grid_for", return_value=None):
        by_polygons = pd.concat(
            [country_of(*part, near_km=near_km) for part in np.array_split(points, 20, axis=1)],
            ignore_index=True,
        )
    pd.testing.assert_frame_equal(by_grid, by_polygons)
    print(f"{points.shape[1]:12,}  same answers, near_km={near_km:g}: {name}")


def check_sea(count: int) -> None:
    """Print what the near rule costs where no point is in a country."""
    points = uniform(2 * count, seed=5)
    points = points[:, country_of(*points, near_km=0)["country_code"].isna()][:, :count]
    seconds: dict[float, list[float]] = {0: [], 5: []}
    for _ in range(RUNS + 1):
        for near_km, each in seconds.items():
            each.append(timed(lambda: country_of(*points, near_km=near_km)))  # noqa: B023  # runs at once
    pure, near = (median(each[1:]) for each in seconds.values())  # the first made what the near rule needs
    print(f"{near / pure:12.1f}  times the pure join: near_km=5, {points.shape[1]:,} points at sea")


def in_new_process(code: str, **environment: str) -> float:
    """Return the seconds that a new process takes for `code`, imports not counted."""
    script = (
        "import numpy as np\nfrom time import perf_counter\nfrom geodata import countries\n"
        f"start = perf_counter()\n{code}\nprint(perf_counter() - start)"
    )
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, env=os.environ | environment, capture_output=True, check=True)
    return float(done.stdout)


def index(folder: str, runs: int) -> None:
    """Print what the grid costs in time and memory."""
    places = "countries.country_of(np.linspace(20, 40, 20), np.linspace(45, 60, 20))"
    for name, code in {
        "grid made and saved": "countries._grid()",
        "grid opened": "countries._grid()",
        "20 places, without the grid": places,
    }.items():
        seconds = [in_new_process(code, GEODATA_CACHE=f"{folder}/{number}") for number in range(runs)]
        print(f"{median(seconds):12.2f}  s in a new process, imports not counted: {name}")
    grid = countries._grid()
    size = sum(getattr(grid, field.name).nbytes for field in fields(grid))
    print(f"{size / 1e6:12.0f}  MB: the grid")


def version(package: str) -> str:
    """Return a package's version, or that it is missing."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "missing"


def run(quick: bool) -> None:
    """Print the tables; fail where two answers differ."""
    count, seconds = (100_000, 0.2) if quick else (POINTS, SECONDS)
    print(", ".join(f"{package} {version(package)}" for package in PACKAGES))
    with tempfile.TemporaryDirectory() as folder, mock.patch.dict(os.environ, GEODATA_CACHE=folder):
        index(folder, 1 if quick else RUNS)
        layer = gpd.read_parquet(boundaries.BASEMAP.with_name("countries.parquet"))
        layer = layer.rename(columns={"iso_a2": "code"})[["code", "geometry"]]
        peers = dict(joiners({"countries": layer, "pieces": subdivided(layer)}))
        kinds = {"uniform": uniform(count), "within 5 km of borders": beside_borders(count)}
        for name, points in kinds.items():
            print(f"points {name}, median of {RUNS} runs in turns")
            compare(peers, points, seconds)
        check_sea(count)
        kinds["adversarial"] = adversarial(count // 33)
        for name, points in kinds.items():
            for near_km in (0.0, 5.0):
                check_equal(name, points, near_km)
