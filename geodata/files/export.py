"""The files of a selection, and the one writer of CSV: fixed columns and order, no formulas."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from geodata.analysis.basis import counting, known
from geodata.analysis.selection import Selection, select
from geodata.analysis.totals import country_totals
from geodata.files.formulas import guarded
from geodata.geo.boundaries import ATTRIBUTION, country_codes, land
from geodata.geo.routes import cut
from geodata.model.counts import FloatArray
from geodata.model.dataset import Dataset
from geodata.model.schema import SEPARATOR
from geodata.query.filters import Filters

__all__ = [
    "claims_csv",
    "claims_table",
    "countries_csv",
    "countries_geojson",
    "countries_parquet",
    "csv_bytes",
    "filename",
    "replacing",
    "totals_csv",
    "transfers_csv",
    "transfers_geojson",
    "transfers_parquet",
    "transfers_table",
    "write_csv",
]

_CHUNK_ROWS = 50_000
"""Rows that are made ready and written at once, so that a big table needs no second of itself in memory."""


def write_csv(table: pd.DataFrame, target: IO[bytes]) -> None:
    r"""Write a table as UTF-8 CSV with ``\n`` line ends; missing values are empty cells.

    Parameters
    ----------
    table
        Its columns are written in order; put the index into a column to have it written.
    target
        Open for bytes.

    Examples
    --------
    >>> import io
    >>> out = io.BytesIO()
    >>> write_csv(pd.DataFrame({"place": ["=HYPERLINK(0)"], "count": pd.array([None], dtype="Int64")}), out)
    >>> out.getvalue()
    b"place,count\n'=HYPERLINK(0),\n"
    """
    header = guarded(pd.Series(table.columns, dtype=object)).tolist()
    for start in range(0, max(len(table), 1), _CHUNK_ROWS):
        chunk = table.iloc[start : start + _CHUNK_ROWS].apply(guarded)
        chunk.to_csv(
            target,
            index=False,
            header=header if start == 0 else False,
            lineterminator="\n",
            encoding="utf-8",
        )


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a file beside `path` to write, and move it into place once all is written.

    A run that fails or is killed leaves the file that stood at `path` as it was.
    """
    partial = path.with_name(f".{path.name}.partial")
    try:
        yield partial
        os.replace(partial, path)
    finally:
        partial.unlink(missing_ok=True)


def countries_csv(dataset: Dataset, filters: Filters) -> bytes:
    """Return ``countries.csv`` of the records that `filters` choose."""
    return totals_csv(country_totals(select(dataset, filters)))


def totals_csv(totals: pd.DataFrame) -> bytes:
    """Return ``countries.csv`` of a table that `country_totals` made."""
    return csv_bytes(totals.reset_index())


def transfers_table(selection: Selection) -> pd.DataFrame:
    """Return the chosen transfers for readers of a file: one row each, sorted by id.

    Returns
    -------
    DataFrame
        transfer_id, event_id, event (its title); of origin and destination the id, name, country code,
        longitude and latitude (degrees, WGS 84) and precision (at ``country``, the coordinates are where the
        country is labelled); via and follows (ids, ``;`` between), departed and arrived (EDTF, as written),
        date (EDTF), earliest and latest (ISO days, inclusive), status, count_min and count_max under the
        filters' basis (Int64; missing = open), reported (whether any claim counts), superseded, counted
        (whether it enters totals), sources (ids of those that made a known claim, ``;`` between), note.
    """
    transfers = selection.transfers.sort_index()
    locations, events = selection.locations, selection.dataset.events
    columns: dict[str, Any] = {
        "transfer_id": transfers.index,
        "event_id": transfers["event_id"],
        "event": transfers["event_id"].map(events["title"]),
    }
    for end in ("origin", "destination"):
        ids = transfers[f"{end}_id"]
        columns |= {
            f"{end}_id": ids,
            end: ids.map(locations["name"]),
            f"{end}_country": transfers[f"{end}_country"],
        }
        columns |= {
            f"{end}_{name}": ids.map(locations[name]) for name in ("longitude", "latitude", "precision")
        }
    for name in ("via", "follows"):
        columns[name] = transfers[name].map(SEPARATOR.join).astype(str)
    columns |= {name: transfers[name] for name in ("departed", "arrived", "date")}
    for name in ("earliest", "latest"):
        columns[name] = np.datetime_as_string(transfers[name].to_numpy(), unit="D")
    columns |= {
        name: transfers[name]
        for name in ("status", "count_min", "count_max", "reported", "superseded", "counted")
    }
    cited = (
        selection.claims[known(selection.claims["entry"])]
        .groupby("subject_id")["source_id"]
        .agg(lambda ids: SEPARATOR.join(sorted(set(ids))))
    )
    columns["sources"] = [str(cited.get(key, "")) for key in transfers.index]
    columns["note"] = transfers["note"]
    return pd.DataFrame({name: getattr(cells, "array", cells) for name, cells in columns.items()})


def claims_table(selection: Selection) -> pd.DataFrame:
    """Return the claims on the chosen records for readers of a file: one row each, sorted by id.

    Returns
    -------
    DataFrame
        claim_id, subject_id, subject (what the event or transfer is called), group ("" for everyone),
        count_min and count_max (Int64; missing = open), wording, source_id, publisher, title, url and
        published (EDTF) of the source, quote, attribution, standing, entry (key of
        `geodata.analysis.basis.ENTRIES`) and counts (whether it counts under the filters' basis).
    """
    claims = selection.claims.sort_index()
    source = selection.dataset.sources
    columns: dict[str, Any] = {"claim_id": claims.index, "subject_id": claims["subject_id"]}
    columns["subject"] = claims["subject_id"].map(selection.dataset.titles)
    columns |= {name: claims[name] for name in ("group", "count_min", "count_max", "wording", "source_id")}
    columns |= {
        name: claims["source_id"].map(source[name]) for name in ("publisher", "title", "url", "published")
    }
    columns |= {name: claims[name] for name in ("quote", "attribution", "standing")}
    columns["entry"] = claims["entry"].astype(str)
    columns["counts"] = counting(claims["entry"])
    return pd.DataFrame({name: getattr(cells, "array", cells) for name, cells in columns.items()})


def transfers_csv(selection: Selection) -> bytes:
    """Return ``transfers.csv``: `transfers_table`, with ``true`` and ``false`` for flags."""
    return csv_bytes(transfers_table(selection))


def claims_csv(selection: Selection) -> bytes:
    """Return ``claims.csv``: `claims_table`, with ``true`` and ``false`` for flags."""
    return csv_bytes(claims_table(selection))


def csv_bytes(table: pd.DataFrame) -> bytes:
    """Return a table as `write_csv` writes it, with ``true`` and ``false`` for flags."""
    flags = table.select_dtypes("bool").columns
    out = io.BytesIO()
    write_csv(table.assign(**{name: np.where(table[name], "true", "false") for name in flags}), out)
    return out.getvalue()


def transfers_geojson(selection: Selection) -> bytes:
    """Return the chosen transfers as GeoJSON (RFC 7946): the columns of `transfers_table` as properties.

    A line is straight, in degrees, through the places in order: it is schematic and no road. Where it crosses
    the antimeridian it is cut into a MultiLineString. Where all places are one it is a Point; where an end is
    not known the geometry is null.
    """
    table = transfers_table(selection)
    return _geojson(selection, table, _lines(selection, table), "transfer_id")


def countries_geojson(selection: Selection, totals: pd.DataFrame) -> bytes:
    """Return country totals as GeoJSON (RFC 7946), one feature a row, on the polygons of the drawn map.

    Parameters
    ----------
    selection
        What was counted.
    totals
        As `geodata.country_totals` returns it. Rows that are no country have a null geometry.
    """
    table = totals.reset_index()
    return _geojson(selection, table, _polygons(table), "country_code")


def transfers_parquet(selection: Selection) -> bytes:
    """Return the chosen transfers as GeoParquet: `transfers_table`, and the lines of `transfers_geojson`."""
    table = transfers_table(selection)
    return _parquet(table, _lines(selection, table))


def countries_parquet(selection: Selection, totals: pd.DataFrame) -> bytes:
    """Return country totals as GeoParquet, in the rows and columns of `countries_geojson`."""
    table = totals.reset_index()
    return _parquet(table.astype({"sources": str}), _polygons(table))


def _lines(selection: Selection, table: pd.DataFrame) -> list[BaseGeometry | None]:
    """Return the straight line through the places of each transfer."""
    stops = selection.transfers.loc[table["transfer_id"], ["origin_id", "via", "destination_id"]]
    point = selection.locations[["longitude", "latitude"]]
    places = dict(zip(point.index, point.to_numpy(dtype=float), strict=True))
    return [
        _line(np.array([places[stop] for stop in (origin, *via, destination)]))
        for origin, via, destination in stops.itertuples(index=False)
    ]


def _line(path: FloatArray) -> BaseGeometry | None:
    """Return the line through points in a row; None where an end is not known (NaN)."""
    placed = ~np.logical_or(*np.isnan(path).T)
    if not (placed[0] and placed[-1]):
        return None
    path = path[placed]
    path[:, 0] = np.unwrap(path[:, 0], period=360)
    # What begins or ends on the antimeridian, or leads nowhere, has parts without length, which are no lines.
    parts = [shapely.LineString(part) for part in cut(path) if (part != part[0]).any()]
    if not parts:
        return shapely.Point(path[0])
    return parts[0] if len(parts) == 1 else shapely.MultiLineString(parts)


def _polygons(table: pd.DataFrame) -> list[BaseGeometry | None]:
    """Return the polygons of countries as drawn; None for rows that are no country."""
    codes = set(country_codes())
    return [
        shapely.orient_polygons(land(code), exterior_cw=False) if code in codes else None
        for code in table["country_code"]
    ]


def _geojson(
    selection: Selection, table: pd.DataFrame, geometries: Sequence[BaseGeometry | None], key: str
) -> bytes:
    """Return a feature collection, with what was asked for as foreign members."""
    rows = table.astype(object).where(table.notna(), None).to_dict("records")
    features = [
        {
            "type": "Feature",
            "id": row[key],
            "properties": row,
            "geometry": None if geometry is None else json.loads(shapely.to_geojson(geometry)),
        }
        for row, geometry in zip(rows, geometries, strict=True)
    ]
    collection = {
        "type": "FeatureCollection",
        "title": selection.dataset.title,
        "dataset": selection.dataset.reference,
        "filters": selection.filters.query(),
        "attribution": ATTRIBUTION,
        "features": features,
    }
    text = json.dumps(collection, ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=_plain)
    return text.encode() + b"\n"


def _plain(value: object) -> object:
    """Return a number of numpy's as Python's own."""
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(f"{type(value)} cannot stand in JSON")


def _parquet(table: pd.DataFrame, geometries: Sequence[BaseGeometry | None]) -> bytes:
    import geopandas as gpd  # type: ignore[import-untyped]  # slow to import; geopandas carries no types

    frame = gpd.GeoDataFrame(table, geometry=gpd.GeoSeries(geometries, index=table.index, crs="EPSG:4326"))
    out = io.BytesIO()
    frame.to_parquet(out, index=False)
    return out.getvalue()


def filename(kind: str, dataset: Dataset) -> str:
    """Return the name under which a download is kept.

    Parameters
    ----------
    kind
        Its name on the server, such as ``transfers.csv`` or ``selection.zip``.
    dataset
        Where it comes from.

    Examples
    --------
    >>> from geodata.files.load import DATA_FOLDER, load
    >>> dataset = load(DATA_FOLDER / "belarus-2024-2025")
    >>> filename("transfers.csv", dataset) == f"transfers_belarus-2024-2025@{dataset.hash}.csv"
    True
    """
    stem, dot, ending = kind.partition(".")
    return f"{stem}_{dataset.reference}{dot}{ending}"
