"""The boundary layer: polygons of countries and disputed areas, and the countries as they are drawn.

Owners follow the view printed in `POINT_OF_VIEW`; ``geodata/data/boundaries/README.md`` says how the layer
was made. Codes are ISO 3166-1 alpha-2 (and XK), and text is read as text: Namibia is "NA".
"""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow.parquet as pq  # type: ignore[import-untyped]  # pyarrow carries no types
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

if TYPE_CHECKING:
    import geopandas as gpd  # type: ignore[import-untyped]  # geopandas carries no types

__all__ = [
    "ATTRIBUTION",
    "BASEMAP",
    "FOLDER",
    "POINT_OF_VIEW",
    "FloatArray",
    "Geometries",
    "IntArray",
    "Layer",
    "anchor",
    "countries_layer",
    "country_codes",
    "country_parts",
    "disputed_areas",
    "disputed_layer",
    "land",
]

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]
Geometries = NDArray[np.object_]
POINT_OF_VIEW = (
    "UN-recognised borders; ISO 3166-1 units. Kosovo is shown as XK and Taiwan as TW, as ISO practice has "
    "them; disputed areas are hatched. No endorsement implied."
)
ATTRIBUTION = (
    "Borders © OpenStreetMap contributors (ODbL 1.0), modified; coastline: Natural Earth; "
    "country names: Unicode CLDR."
)
FOLDER = Path(__file__).parents[1] / "data" / "boundaries"
"""Where the layers are."""
BASEMAP = FOLDER / "basemap.geojson"
"""The countries as drawn: land only, GeoJSON with iso_a2, label_lon, label_lat. Never join on it."""


def country_codes() -> tuple[str, ...]:
    """Return the codes of all countries of the boundary layer, sorted.

    Examples
    --------
    >>> len(country_codes()), country_codes()[:3]
    (249, ('AD', 'AE', 'AF'))
    """
    return tuple(countries_layer().names)


def country_parts() -> tuple[Geometries, IntArray]:
    """Return the boundary layer's polygons.

    Returns
    -------
    parts
        Single polygons (WGS 84 degrees, territorial sea included); neighbours share their edges' corners.
    country
        Position of the country in `country_codes`, one a part, ascending.
    """
    layer = countries_layer()
    return layer.parts, layer.name


def anchor(code: str) -> tuple[float, float]:
    """Return where to label a country: longitude and latitude, in degrees.

    The centre of the largest circle inside the country's largest part, as drawn.

    Raises
    ------
    KeyError
        Where there is no such country.

    Examples
    --------
    >>> anchor("BY")
    (28.423, 53.442)
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

    features = json.loads((FOLDER / "disputed.geojson").read_text("utf-8"))
    return gpd.GeoDataFrame.from_features(features, crs="EPSG:4326")[
        ["id", "name", "iso_a2", "de_facto", "status", "source", "geometry"]
    ]


@dataclass(frozen=True)
class Layer:
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
    def of(cls, names: list[str], owners: list[str], polygons: Geometries) -> Layer:
        """Return polygons, one a name and owner, in their parts."""
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
def countries_layer() -> Layer:
    """Return the countries that points are joined to; their names are codes."""
    # Neither geopandas nor pandas: what they import to read a file takes longer than the file.
    table = pq.ParquetFile(FOLDER / "countries.parquet").read()
    codes = table["iso_a2"].to_pylist()
    return Layer.of(codes, codes, shapely.from_wkb(table["geometry"].to_numpy()))


@cache
def disputed_layer() -> Layer:
    """Return the disputed areas that points are joined to; their names are ids."""
    features = json.loads((FOLDER / "disputed.geojson").read_text("utf-8"))["features"]
    return Layer.of(
        [feature["properties"]["id"] for feature in features],
        [feature["properties"]["iso_a2"] for feature in features],
        shapely.from_geojson([json.dumps(feature["geometry"]) for feature in features]),
    )


@cache
def _basemap() -> dict[str, dict[str, Any]]:
    features = json.loads(BASEMAP.read_text("utf-8"))["features"]
    return {feature["properties"]["iso_a2"]: feature for feature in features}
