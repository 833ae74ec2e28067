"""Which country a point is in: one owner for every point (`geodata.geo.boundaries`)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd
import pyarrow as pa  # type: ignore[import-untyped]  # pyarrow carries no types
import pyarrow.compute as pc  # type: ignore[import-untyped]
import shapely
from numpy.typing import ArrayLike, NDArray
from pandas.api.extensions import ExtensionArray

from geodata.geo.boundaries import FOLDER, FloatArray, IntArray, Layer, countries_layer, disputed_layer
from geodata.geo.grid import Grid, Zone, cached
from geodata.geo.nearest import Edges
from geodata.model.problems import DataError, Problem, column_problems

__all__ = ["Match", "country_of", "locate"]

Match = Literal["inside", "border", "near", "nowhere", "missing", "out_of_range"]
"""How a point got its country.

inside: one country's polygon covers it. border: it lies on the border of several, and the alphabetically
first is given. near: no polygon covers it, the nearest is within the limit. nowhere: none is. missing: a
coordinate is not given (NaN). out_of_range: a coordinate is infinite, or the latitude is beyond ±90°.
"""
_INSIDE, _BORDER, _NEAR, _NOWHERE, _MISSING, _OUT_OF_RANGE = range(len(get_args(Match)))
_INSIDE, _BORDER, _NEAR, _NOWHERE, _MISSING, _OUT_OF_RANGE = range(len(get_args(Match)))
_INSIDE, _BORDER, _NEAR, _NOWHERE, _MISSING, _OUT_OF_RANGE = range(len(get_args(Match)))
_INSIDE, _BORDER, _NEAR, _NOWHERE, _MISSING, _OUT_OF_RANGE = range(len(get_args(Match)))
_INSIDE, _BORDER, _NEAR, _NOWHERE, _MISSING, _OUT_OF_RANGE = range(len(get_args(Match)))
_INSIDE, _BORDER, _NEAR, _NOWHERE, _MISSING, _OUT_OF_RANGE = range(len(get_args(Match)))
_MANY = 50_000  # points that pay for opening the grid, and for making it (two seconds) the first time
_SAMPLE = 4096  # rows that tell whether coordinates repeat


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
        Greatest distance of a near match, up to 100 km; with 0 there are none.

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
    DataError
        Where countries of the boundary layer overlap; it is looked at when the grid is made.

    Notes
    -----
    A call with 50,000 points or more opens a grid (`geodata.geo.grid`), which gives the same answers
    sooner. It is made once, and kept in the user's cache folder (`geodata.geo.grid.cached`).

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
    lon, lat, row = _distinct(lon, lat)
    found = _find(lon, lat, near_km)
    if row is not None:
        found = found.take(row)
    names = pd.Index(countries_layer().names, dtype="str")
    return pd.DataFrame(
        {
            "country_code": pd.Categorical.from_codes(found.code, categories=names, validate=False),
            "match": _text(found.match, list(get_args(Match))),
            "distance_km": found.distance_km,
            "disputed": _text(found.area, ["", *disputed_layer().names]),
        },
        index=index,
        copy=False,
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
    added = ("country_code", "match", "distance_km", "disputed")
    problems = column_problems(table.columns, file, needed=wanted, added=added)
    numbers = {column: pd.to_numeric(table[column], errors="coerce") for column in wanted if column in table}
    for column, values in numbers.items():
        text = table[column].astype("str").str.strip()
        unreadable = values.isna() & table[column].notna() & (text != "")
        problems += [
            Problem(
                file, int(row) + 2, column, f"{cell!r} is not a number", "write decimal degrees with a point"
            )
            for row, cell in zip(np.flatnonzero(unreadable), text[unreadable], strict=True)
        ]
    if problems:
        raise DataError(problems)
    found = country_of(numbers["longitude"], numbers["latitude"], near_km=near_km)
    return pd.concat([table, found], axis=1)


def _points(
    longitude: ArrayLike | pd.Series, latitude: ArrayLike | pd.Series
) -> tuple[FloatArray, FloatArray, pd.Index]:
    """Both coordinates as flat float arrays, and the index of the rows."""
    given = [values for values in (longitude, latitude) if isinstance(values, pd.Series)]
    if len(given) == 2 and not given[0].index.equals(given[1].index):
        raise ValueError("longitude and latitude have different indexes")
    lon, lat = (
        np.ascontiguousarray(
            pd.Series(
                values if isinstance(values, pd.Series) else np.atleast_1d(np.asarray(values)), copy=False
            ).to_numpy(dtype=float, na_value=np.nan)
        )
        for values in (longitude, latitude)
    )
    if len(lon) != len(lat):
        raise ValueError(f"there are {len(lon)} longitudes and {len(lat)} latitudes")
    return lon, lat, given[0].index if given else pd.RangeIndex(len(lon))


def _wrapped(longitude: FloatArray) -> FloatArray:
    """Longitudes between -180 and 180; those that are already keep their last bit, and infinite ones stay."""
    beyond = np.abs(longitude) > 180
    if not beyond.any():
        return longitude
    beyond &= np.isfinite(longitude)
    wrapped = longitude.copy()
    wrapped[beyond] = (longitude[beyond] + 180) % 360 - 180
    return wrapped


def _distinct(lon: FloatArray, lat: FloatArray) -> tuple[FloatArray, FloatArray, IntArray | None]:
    """Return the coordinates with each pair once, and which pair each row has; None where few repeat."""
    some = slice(None, None, len(lon) // _SAMPLE + 1)
    if len(pd.unique(_paired(lon[some], lat[some]))) > 0.9 * len(lon[some]):
        return lon, lat, None
    row, distinct = pd.factorize(_paired(lon, lat), use_na_sentinel=False)
    return distinct.real.copy(), distinct.imag.copy(), row


def _paired(lon: FloatArray, lat: FloatArray) -> NDArray[np.complex128]:
    return np.column_stack([lon, lat]).view(np.complex128)[:, 0]


def _text(code: NDArray[np.int8], words: list[str]) -> ExtensionArray:
    """Return the word that each code stands for. Where the first word is empty, most are taken to be."""
    dictionary = pa.array(words, pa.large_string())
    if words[0]:
        text = dictionary.take(pa.array(code))
    else:
        # Only the others are written, each to where all before it end.
        some = np.flatnonzero(code != 0)
        written = dictionary.take(pa.array(code[some]))
        end = np.zeros(len(code) + 1, dtype=np.int64)
        end[some + 1] = pc.binary_length(written)
        np.cumsum(end, out=end)
        text = pa.LargeStringArray.from_buffers(len(code), pa.py_buffer(end), written.buffers()[2])
    array: ExtensionArray = pd.array(text, dtype="str")
    return array


@dataclass(frozen=True)
class _Found:
    """What is known of points, one entry each."""

    code: NDArray[np.int16]
    """Position of the country among the codes, -1 where none."""
    match: NDArray[np.int8]
    """Position in `Match`."""
    distance_km: FloatArray
    area: NDArray[np.int8]
    """Position of the disputed area among the ids, plus 1; 0 where none."""

    def take(self, row: IntArray) -> _Found:
        return _Found(self.code[row], self.match[row], self.distance_km[row], self.area[row])


def _find(lon: FloatArray, lat: FloatArray, near_km: float) -> _Found:
    x = _wrapped(lon)
    grid = _grid_for(len(x))
    code, match, area = _by_polygons(x, lat) if grid is None else _by_grid(grid, x, lat)
    distance_km = np.zeros(len(x))
    np.putmask(distance_km, code < 0, np.nan)
    if near_km > 0:
        # Few points are outside of all: only they are measured, and with a grid only those that lie near.
        outside = np.flatnonzero(match == _NOWHERE)
        if grid is not None:
            outside = _zone(near_km).among(x, lat, outside)
        if len(outside):
            point, country, km = _edges().nearest(x[outside], lat[outside], near_km)
            near = outside[point]
            code[near], distance_km[near], match[near] = country, km, _NEAR
    return _Found(code, match, distance_km, area)


def _by_grid(
    grid: Grid, x: FloatArray, y: FloatArray
) -> tuple[NDArray[np.int16], NDArray[np.int8], NDArray[np.int8]]:
    """Return code, match and area as in `_Found`: what `_by_polygons` returns, sooner for many points."""
    labels = grid.label(x, y)
    unsure = np.flatnonzero(labels >= _SEVERAL)
    labels[unsure] = 0
    code = (labels & _CODE).view(np.int16)
    code -= 1
    match = (code < 0).view(np.int8) * np.int8(_NOWHERE)  # or else _INSIDE, which is 0
    area = np.zeros(len(x), dtype=np.int8)
    marked = np.flatnonzero(labels > _CODE)
    position = (labels[marked] >> _AREA).astype(np.int8)
    area[marked] = np.where(_own(position - 1, code[marked]), position, 0)
    code[unsure], match[unsure], area[unsure] = _by_polygons(x[unsure], y[unsure])
    return code, match, area


def _by_polygons(
    x: FloatArray, y: FloatArray
) -> tuple[NDArray[np.int16], NDArray[np.int8], NDArray[np.int8]]:
    """Return code, match and area as in `_Found`, by the plain predicate."""
    code = np.full(len(x), -1, dtype=np.int16)
    match = np.full(len(x), _NOWHERE, dtype=np.int8)
    area = np.zeros(len(x), dtype=np.int8)
    match[~(np.isfinite(x) & (np.abs(y) <= 90))] = _OUT_OF_RANGE
    match[np.isnan(x) | np.isnan(y)] = _MISSING
    on_earth = np.flatnonzero(match == _NOWHERE)

    point, country = countries_layer().covering(x[on_earth], y[on_earth])
    found, at, times = np.unique(point, return_index=True, return_counts=True)
    row = on_earth[found]
    code[row] = country[at]  # pairs come sorted, so the first is the alphabetically first
    match[row] = np.where(times > 1, _BORDER, _INSIDE)

    point, covering = disputed_layer().covering(x[row], y[row])
    own = _own(covering, code[row[point]])
    # Written from the last to the first, so that on a line between two areas the first id stays.
    area[row[point[own]][::-1]] = covering[own][::-1] + 1
    return code, match, area


def _own(area: NDArray[np.integer[Any]], code: NDArray[np.int16]) -> NDArray[np.bool_]:
    """Whether disputed areas are of these countries: the layers may disagree by the width of a line."""
    own: NDArray[np.bool_] = disputed_layer().owners[area] == countries_layer().names[code]
    return own


@cache
def _edges() -> Edges:
    layer = countries_layer()
    return Edges.of(layer.parts, layer.name)


@cache
def _grid() -> Grid:
    files = (FOLDER / "countries.parquet", FOLDER / "disputed.geojson")
    source = hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()
    return cached("countries", source, lambda: _gridded(countries_layer(), disputed_layer()))


def _grid_for(count: int) -> Grid | None:
    """Return the grid where so many points pay for opening it, or where it is open already."""
    return _grid() if count >= _MANY or _grid.cache_info().currsize else None


@lru_cache(maxsize=2)  # 17 MB each
def _zone(near_km: float) -> Zone:
    return Zone.of(_grid(), near_km)


_CODE, _AREA, _SEVERAL = 0xFF, 8, 0x4000
_CODE, _AREA, _SEVERAL = 0xFF, 8, 0x4000
_CODE, _AREA, _SEVERAL = 0xFF, 8, 0x4000


def _gridded(layer: Layer, areas: Layer) -> Grid:
    """Return the grid of both layers; raise DataError where countries overlap."""
    if len(layer.names) >= _CODE or len(areas.names) >= _SEVERAL >> _AREA:
        raise ValueError(f"{len(layer.names)} countries and {len(areas.names)} areas are too many for labels")
    first, second = _pairs(layer)
    overlap = shapely.relate_pattern(layer.parts[first], layer.parts[second], "T********")
    names = layer.names[layer.name]
    if overlap.any():
        raise DataError(
            Problem("countries.parquet", 0, "geometry", f"{one} and {other} overlap", "cut one by the other")
            for one, other in sorted(set(zip(names[first[overlap]], names[second[overlap]], strict=True)))
        )
    first, second = _pairs(areas)
    common = shapely.get_parts(
        shapely.union_all(shapely.intersection(areas.parts[first], areas.parts[second]))
    )
    common = common[shapely.get_type_id(common) == shapely.GeometryType.POLYGON]
    labels = [layer.name + 1, (areas.name + 1) << _AREA, np.full(len(common), _SEVERAL)]
    return Grid.of(
        np.concatenate([layer.parts, areas.parts, common]), np.concatenate(labels).astype(np.uint16)
    )


def _pairs(layer: Layer) -> tuple[IntArray, IntArray]:
    """Positions of parts whose boxes meet, each pair once, in the order of the names."""
    first, second = layer.tree.query(layer.parts)
    once = first < second
    return first[once], second[once]
