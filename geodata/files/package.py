"""A selection, or a whole dataset, as one zip: a data package that `geodata.load` reads again."""

from __future__ import annotations

import hashlib
import io
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import pandas as pd

from geodata.analysis.selection import Selection
from geodata.analysis.totals import country_totals
from geodata.files.citing import bibtex, citation
from geodata.files.descriptor import DESCRIPTOR
from geodata.files.export import claims_csv, csv_bytes, totals_csv, transfers_csv
from geodata.files.versions import VERSIONS, versions_json
from geodata.geo.boundaries import ATTRIBUTION
from geodata.model.dataset import Dataset
from geodata.model.measures import QUANTITIES
from geodata.model.places import NOWHERE
from geodata.model.schema import SEPARATOR, TABLES, table_schema
from geodata.query.filters import MEASURES, RECORD_KEYS

__all__ = ["dataset_zip", "selection_zip"]

_DAY = (1980, 1, 1, 0, 0, 0)
"""The earliest day that a zip can tell: the same content gives the same bytes on any day."""

_NOWHERE = ", ".join(f"`{row}`" for row in NOWHERE)
_FIELDS = {
    "country_code": f"ISO 3166-1 alpha-2, or {_NOWHERE}",
    "country": "its English name",
    **{
        f"{measure}_{bound}": f"people {QUANTITIES[measure].meaning}, {most}"
        for measure in MEASURES
        for bound, most in (("min", "at least"), ("max", "at most; blank = open"))
    },
    "transfers": "how many transfers are counted",
    "sources": "ids of sources, `;` between",
    "event": "title of the event",
    "reported": "whether a claim gives a number under this basis",
    "date": "when, EDTF; the event's date where the transfer has none",
    "earliest": "first day of the date",
    "latest": "last day of the date",
    "superseded": "whether every source has given the plan up",
    "counted": "whether it enters totals",
    "subject": "what the event or transfer is called",
    "entry": "how the claim enters under this basis",
    "counts": "whether it counts under this basis",
    **{
        f"{end}{name}": f"{end}: {meaning}"
        for end in ("origin", "destination")
        for name, meaning in {
            "": "name of the place",
            "_country": f"country code, or {_NOWHERE}",
            "_longitude": "degrees east, WGS 84; of a country where it is labelled",
            "_latitude": "degrees north, WGS 84; of a country where it is labelled",
            "_precision": "how exactly the place is known",
        }.items()
    },
}
"""Meanings of the columns of figures, where they are not those of the tables."""

_ENDINGS = {
    "integer": ("_min", "_max"),
    "number": ("_longitude", "_latitude"),
    "date": ("earliest", "latest"),
    "boolean": ("reported", "superseded", "counted", "counts"),
}
"""Types of the columns of figures by the ends of their names; all others are text."""


def selection_zip(selection: Selection) -> bytes:
    """Return a selection as a data package in a zip, the same bytes for the same data and filters.

    The tables hold all chosen events with all their transfers and claims, and whatever is joined to them by
    ``follows``: less would change what the counts imply for each other, and so the figures. Besides, they
    hold the events, transfers, groups, places and sources that the filters name. Filters that choose no
    records give the whole dataset, which keeps its hash. The package opens on the filters it was made with;
    the rows that they choose, with their figures, are in the folder ``figures``.
    """
    dataset, filters = selection.dataset, selection.filters
    whole = not any(filters.values(key) for key in RECORD_KEYS)
    kept = replace(filters, data="", figure="")
    said = {
        "featured": "" if kept.too_long else kept.query(),
        "filters": filters.query(),
        "basis": filters.basis,
        "attribution": ATTRIBUTION,
    }
    figures = {
        "countries": totals_csv(country_totals(selection)),
        "transfers": transfers_csv(selection),
        "claims": claims_csv(selection),
    }
    return _package(selection, dataset.texts if whole else _part(selection), said, figures)


def dataset_zip(dataset: Dataset) -> bytes:
    """Return a whole dataset as a data package in a zip, the same bytes for the same data."""
    return _package(dataset, dataset.texts, {"featured": dataset.featured}, {})


def _package(
    cited: Selection | Dataset,
    texts: Mapping[str, pd.DataFrame],
    said: Mapping[str, str],
    figures: Mapping[str, bytes],
) -> bytes:
    """Return a data package in a zip.

    Parameters
    ----------
    cited
        What it holds.
    texts
        Its tables, by name, as they are written.
    said
        What the descriptor says of this package alone.
    figures
        CSV of figures, by name.
    """
    dataset = cited if isinstance(cited, Dataset) else cited.dataset
    files: dict[str, bytes] = {}
    if dataset.versions and texts is dataset.texts:
        files[VERSIONS] = versions_json(dataset.versions)
    resources = []
    for name, table in TABLES.items():
        text = texts[name].sort_values(table.key)
        if table.optional and text.empty:
            continue
        files[f"{name}.csv"] = csv_bytes(text)
        description = f"One row: {table.meaning}."
        resources.append(_resource(name, files, f"{name}.csv", description, table_schema(table)))
    for name, content in figures.items():
        path = f"figures/{name}.csv"
        files[path] = content
        header = content.partition(b"\n")[0].decode().split(",")
        description = f"Figures: the {name} that the filters choose, under their basis."
        resources.append(
            _resource(f"figures-{name}", files, path, description, {"fields": [*map(_field, header)]})
        )
    told = ("name", "title", "description", "populations", "gaps", "counts", "recurrence")
    descriptor = {
        "profile": "tabular-data-package",
        **{key: getattr(dataset, key) for key in told if getattr(dataset, key)},
        "dataset": dataset.reference,
        **{key: value for key, value in said.items() if value},
        "guarded": True,
        "citation": citation(cited),
        "bibtex": bibtex(cited),
        "licenses": [{"name": "other"} | licence for licence in map(dict, dataset.licenses) if licence],
        "sources": _sources(texts["sources"]),
        "resources": resources,
    }
    # The standard knows no empty lists.
    descriptor = {key: value for key, value in descriptor.items() if value != []}
    files[DESCRIPTOR] = json.dumps(descriptor, ensure_ascii=False, indent=2).encode() + b"\n"
    return _zipped(files)


def _resource(
    name: str, files: Mapping[str, bytes], path: str, description: str, schema: Mapping[str, Any]
) -> dict[str, Any]:
    """Return what a descriptor says of one CSV."""
    return {
        "name": name,
        "path": path,
        "profile": "tabular-data-resource",
        "description": description,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": {"delimiter": ",", "lineTerminator": "\n", "quoteChar": '"', "doubleQuote": True},
        "bytes": len(files[path]),
        "hash": f"sha256:{hashlib.sha256(files[path]).hexdigest()}",
        "schema": {"missingValues": [""], **schema},
    }


def _field(name: str) -> dict[str, str]:
    """Return what a descriptor says of a column of figures."""
    of_tables = (table.schema.columns.get(name) for table in TABLES.values())
    meaning = _FIELDS.get(name) or next(column.description for column in of_tables if column)
    kinds = (kind for kind, endings in _ENDINGS.items() if name.endswith(endings))
    kind = "integer" if name == "transfers" else next(kinds, "string")
    return {"name": name, "type": kind, "description": meaning}


def _sources(sources: pd.DataFrame) -> list[dict[str, str]]:
    """Return publications as a descriptor names them; addresses that are none of the web are left out."""
    found = []
    for publisher, title, url in sources.sort_values("source_id")[["publisher", "title", "url"]].to_numpy():
        address = {"path": url} if url.startswith(("https://", "http://")) else {}
        found.append({"title": f"{publisher}: {title}" if title else publisher} | address)
    return found


def _zipped(files: Mapping[str, bytes]) -> bytes:
    """Return files as a zip that depends on nothing but them."""
    out = io.BytesIO()
    with ZipFile(out, "w") as archive:
        for name in sorted(files):
            entry = ZipInfo(name, _DAY)
            entry.compress_type = ZIP_DEFLATED
            entry.create_system = 3  # Unix, wherever it is written
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, files[name])
    return out.getvalue()


def _part(selection: Selection) -> dict[str, pd.DataFrame]:
    """Return the rows of every table that a selection needs to give the same figures on its own."""
    texts, filters = selection.dataset.texts, selection.filters
    transfers, claims, people = texts["transfers"], texts["claims"], texts["people"]
    of_event = dict(zip(transfers["transfer_id"], transfers["event_id"], strict=True))
    groups = set(filters.group) - set(selection.claims["group"])
    subjects = [*filters.transfer, *claims.loc[claims["group"].isin(groups), "subject_id"]]
    named = [*filters.event, *(of_event.get(key, key) for key in subjects)]
    events = _joined({*selection.events.index, *named}, of_event, _pairs(transfers, "follows"))

    event = texts["events"][texts["events"]["event_id"].isin(events)]
    transfers = transfers[transfers["event_id"].isin(events)]
    claims = claims[claims["subject_id"].isin([*event["event_id"], *transfers["transfer_id"]])]
    people = _reported(people, transfers)
    sources = {*claims["source_id"], *people["source_id"], *filters.source, filters.basis, filters.compare}
    via = (place for _, place in _pairs(transfers, "via"))
    ends = (*event["location_id"], *transfers["origin_id"], *transfers["destination_id"])
    places = {*ends, *via, *filters.place}
    return {
        "locations": texts["locations"][texts["locations"]["location_id"].isin(places)],
        "events": event,
        "transfers": transfers,
        "claims": claims,
        "sources": texts["sources"][texts["sources"]["source_id"].isin(sources)],
        "people": people,
    }


def _pairs(transfers: pd.DataFrame, column: str) -> Iterable[tuple[str, str]]:
    """Return the id of a transfer with each id that stands in a list cell of it."""
    cells = transfers.set_index("transfer_id")[column]
    ids = cells[cells != ""].str.split(SEPARATOR).explode().str.strip()
    ids = ids[ids != ""]
    return zip(ids.index, ids, strict=True)


def _joined(
    events: set[str], of_event: Mapping[str, str], follows: Iterable[tuple[str, str]]
) -> frozenset[str]:
    """Return events, and those that are joined to them by transfers that follow each other, however far."""
    beside: dict[str, set[str]] = defaultdict(set)
    for leg, before in follows:
        one, other = of_event[leg], of_event[before]
        beside[one].add(other)
        beside[other].add(one)
    found, ahead = set(events), list(events)
    while ahead:
        new = beside[ahead.pop()] - found
        found |= new
        ahead += new
    return frozenset(found)


def _reported(people: pd.DataFrame, transfers: pd.DataFrame) -> pd.DataFrame:
    """Return people who are reported on some transfers, with the ids of these alone."""
    there = set(transfers["transfer_id"])
    kept = people["transfers"].map(
        lambda cell: SEPARATOR.join(key for key in map(str.strip, cell.split(SEPARATOR)) if key in there)
    )
    return people.assign(transfers=kept.astype(str))[kept != ""]
