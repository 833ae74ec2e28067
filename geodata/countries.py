"""The boundary layer: which country a point is in, what countries are called and where they are drawn.

Owners follow the view printed in `POINT_OF_VIEW`; how the layer was made is told in
``geodata/data/boundaries/README.md``. Codes are ISO 3166-1 alpha-2 (and XK), and text is read as text:
Namibia is "NA".
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args

import babel
import numpy as np
import pandas as pd
import pyarrow.parquet as pq  # type: ignore[import-untyped]  # pyarrow carries no types
import pyproj
import shapely
from numpy.typing import ArrayLike, NDArray
from shapely.geometry.base import BaseGeometry

from geodata.problems import DataError, Problem

if TYPE_CHECKING:
    import geopandas as gpd  # type: ignore[import-untyped]  # geopandas carries no types

__all__ = [
    "ATTRIBUTION",
    "BASEMAP",
    "POINT_OF_VIEW",
    "Match",
    "anchor",
    "country_codes",
    "country_name",
    "country_of",
    "country_parts",
    "disputed_areas",
    "land",
    "locate",
]

POINT_OF_VIEW = (
    "UN-recognised borders; ISO 3166-1 units. Kosovo is shown as XK and Taiwan as TW, as ISO practice has "
    "them; disputed areas are hatched. No endorsement implied."
)
ATTRIBUTION = (
    "Borders © OpenStreetMap contributors (ODbL 1.0), modified; coastline: Natural Earth; "
    "country names: Unicode CLDR."
)

_FOLDER = Path(__file__).parent / "data" / "boundaries"
BASEMAP = _FOLDER / "basemap.geojson"
"""The countries as drawn: land only, GeoJSON with iso_a2, label_lon, label_lat. Never join on it."""

Match = Literal["inside", "border", "near", "nowhere", "missing", "out_of_range"]
"""How a point got its country.

inside: one country's polygon covers it. border: it lies on the border of several, and the alphabetically
first is given. near: no polygon covers it, the nearest is within the limit. nowhere: none is. missing: a
coordinate is not given (NaN). out_of_range: a coordinate is infinite, or the latitude is beyond ±90°.
"""
INSIDE, BORDER, NEAR, NOWHERE, MISSING, OUT_OF_RANGE = get_args(Match)

_NO_COUNTRY = {"between": "Between countries", "unlocated": "No country known"}
_WGS84 = pyproj.Geod(ellps="WGS84")

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]
Geometries = NDArray[np.object_]


def country_of(
    longitude: ArrayLike | pd.Series, latitude: ArrayLike | pd.Series, *, near_km: float = 5.0
) -> pd.DataFrame:
    """Return the country each point is in.

    The answer is that of the plain predicate, the polygon that covers the point; on a shared border it is the
    alphabetically first code. A point that no polygon covers gets the nearest country within `near_km`.

    Parameters
    ----------
    longitude, latitude
        WGS 84 degrees: scalars, or one-dimensional and of the same length. Longitudes are wrapped; one of
        ±180° is looked up on both sides of the antimeridian.
    near_km
        Greatest distance of a near match, 0 to 100 km.

    Returns
    -------
    DataFrame
        One row a point, on the index of the input where that is a Series. ``country_code``: categorical
        over all codes, missing where none. ``match``: one of `Match`. ``distance_km``: 0 in a country, the
        geodesic distance of a near match, else missing. ``disputed``: id of the disputed area of that
        country in which the point lies (see `disputed_areas`), "" where none.

    Raises
    ------
    ValueError
        Where lengths or indexes differ, or `near_km` is out of range.

    Notes
    -----
    The layer ends at 85.05° south: beyond, and more than `near_km` from it, a point is nowhere.

    Examples
    --------
    >>> country_of([27.5667, 0.0], [53.9, 0.0])[["country_code", "match", "distance_km"]]
      country_code    match  distance_km
    0           BY   inside          0.0
    1          NaN  nowhere          NaN
    """
    if not 0 <= near_km <= 100:
        raise ValueError(f"near_km is {near_km}; it must be between 0 and 100")
    lon, lat, index = _points(longitude, latitude)
    match = np.full(len(lon), NOWHERE, dtype=object)
    match[~(np.isfinite(lon) & (np.abs(lat) <= 90))] = OUT_OF_RANGE
    match[np.isnan(lon) | np.isnan(lat)] = MISSING
    on_earth = np.flatnonzero(match == NOWHERE)
    x, y = _wrapped(lon[on_earth]), lat[on_earth]

    layer, areas = _countries(), _disputed()
    point, country = layer.covering(x, y)
    found, at, times = np.unique(point, return_index=True, return_counts=True)
    code = np.full(len(lon), -1, dtype=np.intp)
    code[on_earth[found]] = country[at]  # pairs come sorted, so the first is the alphabetically first
    match[on_earth[found]] = np.where(times > 1, BORDER, INSIDE)
    distance_km = np.where(code >= 0, 0.0, np.nan)

    # Few points are outside of all: only they are measured.
    outside = np.setdiff1d(np.arange(len(x)), found)
    point, country, km = _nearest(x[outside], y[outside], near_km)
    near = on_earth[outside[point]]
    code[near], distance_km[near], match[near] = country, km, NEAR

    disputed = np.full(len(lon), "", dtype=object)
    point, area = areas.covering(x[found], y[found])
    row = on_earth[found[point]]
    own = layer.names[code[row]] == areas.owners[area]
    # Written from the last to the first, so that on a line between two areas the first id stays.
    disputed[row[own][::-1]] = areas.names[area[own][::-1]]
    return pd.DataFrame(
        {
            "country_code": pd.Categorical.from_codes(code, categories=pd.Index(layer.names, dtype="str")),
            "match": pd.array(match, dtype="str"),
            "distance_km": distance_km,
            "disputed": pd.array(disputed, dtype="str"),
        },
        index=index,
    )


def locate(table: pd.DataFrame, *, file: str = "the table", near_km: float = 5.0) -> pd.DataFrame:
    """Add the columns of `country_of` to a table.

    Parameters
    ----------
    table
        With columns ``longitude`` and ``latitude`` in WGS 84 degrees, as numbers or as text; an empty cell
        is a missing coordinate.
    file
        What to call the table in a message.
    near_km
        As for `country_of`.

    Returns
    -------
    DataFrame
        A copy of `table` with ``country_code``, ``match``, ``distance_km`` and ``disputed`` at its end.

    Raises
    ------
    DataError
        With every column that is missing or would be overwritten, and every cell that is not a number.

    Examples
    --------
    >>> locate(pd.DataFrame({"longitude": ["17.06"], "latitude": ["-22.57"]}))["country_code"].tolist()
    ['NA']
    """
    wanted = ("longitude", "latitude")
    problems = [
        Problem(file, 1, column, "the column is missing", "add it, in WGS 84 degrees")
        for column in wanted
        if column not in table
    ]
    problems += [
        Problem(file, 1, column, "the column is there already", "rename it, or leave it out")
        for column in ("country_code", "match", "distance_km", "disputed")
        if column in table
    ]
    numbers = {column: pd.to_numeric(table[column], errors="coerce") for column in wanted if column in table}
    for column, values in numbers.items():
        text = table[column].astype("str").str.strip()
        unreadable = values.isna() & table[column].notna() & (text != "")
        problems += [
            Problem(file, int(row) + 2, column, f"{cell!r} is not a number", "write decimal degrees")
            for row, cell in zip(np.flatnonzero(unreadable), text[unreadable], strict=True)
        ]
    if problems:
        raise DataError(problems)
    found = country_of(numbers["longitude"], numbers["latitude"], near_km=near_km)
    return pd.concat([table, found], axis=1)


def country_codes() -> tuple[str, ...]:
    """Return the codes of all countries of the boundary layer, sorted.

    Examples
    --------
    >>> len(country_codes()), country_codes()[:3]
    (249, ('AD', 'AE', 'AF'))
    """
    return tuple(_countries().names)


def country_parts() -> tuple[Geometries, IntArray]:
    """Return the boundary layer's polygons.

    Returns
    -------
    parts
        Single polygons (WGS 84 degrees, territorial sea included); neighbours share their edges' corners.
    country
        Position of the country in `country_codes`, one a part, ascending.
    """
    layer = _countries()
    return layer.parts, layer.name


def country_name(code: str, language: str = "en") -> str:
    """Return a country's name as the Unicode CLDR has it.

    Parameters
    ----------
    code
        A code of the boundary layer, or ``between`` or ``unlocated`` for legs that have no country.
    language
        A language tag, e.g. ``be`` or ``pt-BR``.

    Raises
    ------
    KeyError
        Where there is no such country.
    ValueError
        Where the tag is no language the CLDR knows.

    Examples
    --------
    >>> country_name("NA"), country_name("LT", "be"), country_name("between")
    ('Namibia', 'Літва', 'Between countries')
    """
    if code in _NO_COUNTRY:
        return _NO_COUNTRY[code]
    try:
        return _names(language)[code]
    except babel.UnknownLocaleError as error:
        raise ValueError(f"{language!r} is not a language of the Unicode CLDR") from error


def anchor(code: str) -> tuple[float, float]:
    """Return where to label a country: longitude and latitude, in degrees.

    The centre of the largest circle inside the country's largest part, as drawn.

    Raises
    ------
    KeyError
        Where there is no such country.

    Examples
    --------
    >>> longitude, latitude = anchor("BY")
    >>> country_of(longitude, latitude)["country_code"].tolist()
    ['BY']
    """
    properties = _basemap()[code]["properties"]
    return properties["label_lon"], properties["label_lat"]


@cache
def land(code: str) -> BaseGeometry:
    """Return a country's land as drawn (WGS 84 degrees); never to be joined on.

    Raises
    ------
    KeyError
        Where there is no such country.
    """
    return shapely.from_geojson(json.dumps(_basemap()[code]["geometry"]))


def disputed_areas() -> gpd.GeoDataFrame:
    """Return the disputed areas: a flag and hatching, never a change of owner.

    Returns
    -------
    GeoDataFrame
        ``id``, ``name``, ``iso_a2`` (owner in the view of `POINT_OF_VIEW`), ``de_facto`` (who holds it),
        ``status``, ``source``, ``geometry`` (WGS 84 degrees, territorial sea included).
    """
    import geopandas as gpd  # only this function needs it, and it takes a tenth of a second to import

    features = json.loads((_FOLDER / "disputed.geojson").read_text("utf-8"))
    return gpd.GeoDataFrame.from_features(features, crs="EPSG:4326")[
        ["id", "name", "iso_a2", "de_facto", "status", "source", "geometry"]
    ]


@dataclass(frozen=True)
class _Layer:
    """Polygons with names, cut into parts so that boxes are tight."""

    names: NDArray[np.object_]
    """Sorted."""
    owners: NDArray[np.object_]
    """ISO code of the owner, one a name."""
    parts: Geometries
    """Single polygons."""
    name: IntArray
    """Position in `names`, one a part."""
    tree: shapely.STRtree
    lock: threading.Lock
    """Prepared polygons build their index on first use, which is not safe in two threads at once."""

    @classmethod
    def of(cls, names: list[str], owners: list[str], polygons: Geometries) -> _Layer:
        order = np.argsort(np.array(names, dtype=object))
        parts, name = shapely.get_parts(polygons[order], return_index=True)
        return cls(
            names=np.array(names, dtype=object)[order],
            owners=np.array(owners, dtype=object)[order],
            parts=parts,
            name=name,
            tree=shapely.STRtree(parts),
            lock=threading.Lock(),
        )

    def covering(self, x: FloatArray, y: FloatArray) -> tuple[IntArray, IntArray]:
        """Pairs (position of a point, position of a name that covers it), sorted, each once."""
        seam = np.flatnonzero(np.abs(x) == 180)
        point = np.concatenate([np.arange(len(x)), seam])
        x, y = np.concatenate([x, -x[seam]]), np.concatenate([y, y[seam]])
        at, part = self.tree.query(shapely.points(x, y))
        with self.lock:
            shapely.prepare(self.parts[np.unique(part)])
            covered = shapely.intersects_xy(self.parts[part], x[at], y[at])
        pairs = np.unique(np.column_stack([point[at[covered]], self.name[part[covered]]]), axis=0)
        return pairs[:, 0], pairs[:, 1]


@cache
def _countries() -> _Layer:
    # Neither geopandas nor pandas: what they import to read a file takes longer than the file.
    table = pq.ParquetFile(_FOLDER / "countries.parquet").read()
    codes = table["iso_a2"].to_pylist()
    return _Layer.of(codes, codes, shapely.from_wkb(table["geometry"].to_numpy()))


@cache
def _disputed() -> _Layer:
    features = json.loads((_FOLDER / "disputed.geojson").read_text("utf-8"))["features"]
    return _Layer.of(
        [feature["properties"]["id"] for feature in features],
        [feature["properties"]["iso_a2"] for feature in features],
        shapely.from_geojson([json.dumps(feature["geometry"]) for feature in features]),
    )


@cache
def _basemap() -> dict[str, dict[str, Any]]:
    features = json.loads(BASEMAP.read_text("utf-8"))["features"]
    return {feature["properties"]["iso_a2"]: feature for feature in features}


@cache
def _names(language: str) -> dict[str, str]:
    names = babel.Locale.parse(language, sep="-").territories
    return {code: str(names[code]) for code in country_codes()}


def _points(
    longitude: ArrayLike | pd.Series, latitude: ArrayLike | pd.Series
) -> tuple[FloatArray, FloatArray, pd.Index]:
    """Both coordinates as flat float arrays, and the index of the rows."""
    given = [values for values in (longitude, latitude) if isinstance(values, pd.Series)]
    if len(given) == 2 and not given[0].index.equals(given[1].index):
        raise ValueError("longitude and latitude have different indexes")
    lon, lat = (
        pd.Series(values if isinstance(values, pd.Series) else np.atleast_1d(np.asarray(values))).to_numpy(
            dtype=float, na_value=np.nan
        )
        for values in (longitude, latitude)
    )
    if len(lon) != len(lat):
        raise ValueError(f"there are {len(lon)} longitudes and {len(lat)} latitudes")
    return lon, lat, given[0].index if given else pd.RangeIndex(len(lon))


def _wrapped(longitude: FloatArray) -> FloatArray:
    """Longitudes between -180 and 180; those that are already keep their last bit."""
    return np.where(np.abs(longitude) <= 180, longitude, (longitude + 180) % 360 - 180)


@dataclass(frozen=True)
class _Edges:
    """All borders as short straight segments, in runs of neighbours with a tree over the runs' boxes."""

    start: FloatArray
    """Longitude and latitude, one row a segment."""
    end: FloatArray
    country: IntArray
    """Position of the code, one a segment."""
    first: IntArray
    """Position of its first segment, one a run; one more for the end."""
    tree: shapely.STRtree


_SEGMENT_DEGREES = 0.25  # short enough for a plane; runs of 64 keep boxes small and few
_RUN = 64


@cache
def _edges() -> _Edges:
    layer = _countries()
    rings, part = shapely.get_rings(shapely.segmentize(layer.parts, _SEGMENT_DEGREES), return_index=True)
    corners, ring = shapely.get_coordinates(rings, return_index=True)
    joined = np.flatnonzero(ring[1:] == ring[:-1])
    start, end, ring = corners[joined], corners[joined + 1], ring[joined]
    position = np.arange(len(ring)) - np.searchsorted(ring, ring)  # within the ring
    first = np.flatnonzero(position % _RUN == 0)
    low = np.minimum.reduceat(np.minimum(start, end), first)
    high = np.maximum.reduceat(np.maximum(start, end), first)
    tree = shapely.STRtree(shapely.box(low[:, 0], low[:, 1], high[:, 0], high[:, 1]))
    return _Edges(start, end, layer.name[part[ring]], np.append(first, len(ring)), tree)


def _nearest(x: FloatArray, y: FloatArray, near_km: float) -> tuple[IntArray, IntArray, FloatArray]:
    """Points that have a country within `near_km`: their positions, the country's, and the distance."""
    batches = [
        (start + point, country, km)
        for start in range(0, len(x), 4096)  # bounds the memory, whatever the number of points
        for point, country, km in _nearest_of_batch(x[start : start + 4096], y[start : start + 4096], near_km)
    ]
    if not batches:
        return np.empty(0, dtype=np.intp), np.empty(0, dtype=np.intp), np.empty(0)
    point, country, km = (np.concatenate(column) for column in zip(*batches, strict=True))
    return point, country, km


def _nearest_of_batch(
    x: FloatArray, y: FloatArray, near_km: float
) -> Iterator[tuple[IntArray, IntArray, FloatArray]]:
    edges = _edges()
    # The box around a cap of that radius; 6335 km is the Earth's least radius of curvature.
    cap = near_km / 6335
    with np.errstate(invalid="ignore", divide="ignore"):
        wide = np.degrees(np.arcsin(np.minimum(1, np.sin(cap) / np.cos(np.radians(y)))))
    tall, wide = np.degrees(cap), np.where(np.abs(y) + np.degrees(cap) >= 90, 180, wide)
    point = np.tile(np.arange(len(x)), 3)
    turned = np.concatenate([x - 360, x, x + 360])
    boxes = shapely.box(turned - wide[point], y[point] - tall, turned + wide[point], y[point] + tall)
    box, run = edges.tree.query(boxes)
    if not len(box):
        return
    # Every pair of a box and a run becomes one row a segment of the run.
    length = edges.first[run + 1] - edges.first[run]
    pair = np.repeat(np.arange(len(run)), length)
    segment = edges.first[run][pair] + np.arange(len(pair)) - np.repeat(np.cumsum(length) - length, length)
    box = box[pair]
    start, end = edges.start[segment], edges.end[segment]
    origin = np.column_stack([turned[box], y[point[box]]])
    foot = start + _share(_plane(start, origin), _plane(end, origin))[:, None] * (end - start)
    plain_km = np.hypot(*_plane(foot, origin).T)

    # The best foot of each point and country in the plane is measured on the ellipsoid; the nearest wins.
    rows = pd.DataFrame({"point": point[box], "country": edges.country[segment], "km": plain_km})
    best = rows.sort_values("km", kind="stable").drop_duplicates(["point", "country"])
    chosen = best.index.to_numpy()
    *_, metres = _WGS84.inv(*origin[chosen].T, *foot[chosen].T)
    best = best.assign(km=np.asarray(metres) / 1000)
    best = best[best["km"] <= near_km].sort_values(["point", "km", "country"]).drop_duplicates("point")
    yield best["point"].to_numpy(), best["country"].to_numpy(), best["km"].to_numpy()


def _plane(lonlat: FloatArray, origin: FloatArray) -> FloatArray:
    """Kilometres east and north of the origin, by the radii of curvature half way (WGS 84)."""
    half_way = np.radians((lonlat[:, 1] + origin[:, 1]) / 2)
    flatness = 1 - _WGS84.es * np.sin(half_way) ** 2
    across = _WGS84.a / np.sqrt(flatness) * np.cos(half_way)
    along = _WGS84.a * (1 - _WGS84.es) / flatness**1.5
    scale = np.column_stack([across, along]) / 1000
    kilometres: FloatArray = scale * np.radians(lonlat - origin)
    return kilometres


def _share(start: FloatArray, end: FloatArray) -> FloatArray:
    """How far along each segment the foot of the origin lies, 0 to 1."""
    way = end - start
    square = (way**2).sum(axis=1)
    share: FloatArray = np.clip(-(start * way).sum(axis=1) / np.where(square > 0, square, 1), 0, 1)
    return share
