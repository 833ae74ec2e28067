"""What is wrong with tables: first cell by cell, then what cells say of each other."""

from __future__ import annotations

from collections.abc import Container, Iterator
from urllib.parse import urlsplit

import numpy as np
import numpy.typing as npt
import pandas as pd
import pandera.pandas as pandera
import pyarrow as pa  # type: ignore[import-untyped]  # pyarrow carries no types
import pyarrow.compute as pc  # type: ignore[import-untyped]  # likewise

from geodata.geo.boundaries import country_codes
from geodata.model.dates import advice
from geodata.model.places import DIED, UNLOCATED
from geodata.model.problems import Problem
from geodata.model.schema import REMEDIES, SEPARATOR, TABLES, Table

__all__ = [
    "address_notes",
    "cell_problems",
    "claim_problems",
    "death_problems",
    "journey_problems",
    "key_problems",
    "location_problems",
    "order_problems",
    "series_problems",
]


def cell_problems(table: Table, frame: pd.DataFrame) -> Iterator[Problem]:
    """Yield what the declared checks find, one problem a cell and check."""
    file = f"{table.name}.csv"
    unknown = frame.columns.difference(table.columns, sort=False)
    for column in table.required:
        if column not in frame.columns:
            rename = (
                f", or rename the column that holds it ({', '.join(unknown)[:200]})" if len(unknown) else ""
            )
            yield Problem(file, 1, column, "the column is missing", f"add it{rename}")
    try:
        table.schema.validate(frame, lazy=True)
    except pandera.errors.SchemaErrors as error:
        for case in error.failure_cases.itertuples():
            if case.check != "column_in_dataframe":
                message, remedy = _said_of(table, str(case.column), str(case.failure_case), str(case.check))
                yield Problem(file, int(case.index), str(case.column), message, remedy)


def _said_of(table: Table, column: str, cell: str, check: str) -> tuple[str, str]:
    """Return message and remedy of a cell that a check refuses."""
    if check == "is not an EDTF date":
        return advice(cell)
    remedy = REMEDIES[check].format(terms=table.terms(column))
    if check == "must not be blank" and "locations" in table.references.get(column, ()):
        remedy += "; where the place is not known, name a location of precision unknown"
    return (f"{cell[:80]!r} {check}" if cell else check), remedy


def key_problems(table: Table, texts: dict[str, pd.DataFrame], unread: Container[str]) -> Iterator[Problem]:
    """Yield duplicate ids and references to unknown ids, but for those of tables that could not be read."""
    frame, file = texts[table.name], f"{table.name}.csv"
    keys = frame[table.key]
    for row, key in keys[keys.duplicated() & (keys != "")].items():
        message = f"{str(key)[:80]!r} is a duplicate"
        yield Problem(file, int(str(row)), table.key, message, "give every row an id of its own")
    for column, targets in table.references.items():
        if any(target in unread for target in targets):
            continue
        known = pd.concat([texts[target][TABLES[target].key] for target in targets])
        cells = _each_id(frame[column])
        missing = cells[~_among(cells, known) & (cells != "")]
        folded = dict(zip(known.str.casefold(), known, strict=True)) if len(missing) else {}
        for row, value in missing.items():
            remedy = f"add it to {' or '.join(targets)}, or correct the id"
            if other := folded.get(str(value).casefold()):
                remedy = f"write {other[:80]!r}, as it is in {' or '.join(targets)}"
            yield Problem(file, int(str(row)), column, f"{str(value)[:80]!r} is unknown", remedy)
    if table.name == "claims":
        shared = set(texts["events"]["event_id"]) & set(texts["transfers"]["transfer_id"]) - {""}
        for key in sorted(shared):
            message = f"{key[:80]!r} is an event too"
            yield Problem("transfers.csv", 0, "transfer_id", message, "rename one of them")


def _among(cells: pd.Series, known: pd.Series) -> npt.NDArray[np.bool_]:
    """Return which cells stand among others; `Series.isin` would look at the others one by one."""
    found: npt.NDArray[np.bool_] = np.asarray(pc.is_in(pa.array(cells), value_set=pa.array(known)))
    return found


def _each_id(cells: pd.Series) -> pd.Series:
    """Return the ids of list cells, each on the row of its cell; "" for none."""
    several = cells.str.contains(SEPARATOR, regex=False)
    if not several.any():
        return cells.str.strip()
    split = cells[several].str.split(SEPARATOR).explode().astype("str")
    each: pd.Series = pd.concat([cells[~several], split]).sort_index(kind="stable")
    return each.str.strip()


def address_notes(sources: pd.DataFrame) -> Iterator[Problem]:
    """Yield addresses of sources that cannot be followed."""
    urls = sources["url"]
    unfit = [url for url in urls.unique() if url and not _is_web_address(url)]
    for row, url in urls[urls.isin(unfit)].items():
        message = f"{str(url)[:80]!r} is no web address"
        remedy = "it is shown as text; write it like https://example.org/page"
        yield Problem("sources.csv", int(str(row)), "url", message, remedy)


def _is_web_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)


def location_problems(locations: pd.DataFrame, text: pd.DataFrame) -> Iterator[Problem]:
    """Yield coordinates that are half given, out of range or missing, and countries likewise."""
    no_longitude, no_latitude = text["longitude"] == "", text["latitude"] == ""

    def faults(rows: pd.Series, column: str, message: str, remedy: str) -> Iterator[Problem]:
        for row in locations.index[rows]:
            yield Problem("locations.csv", int(row), column, message, remedy)

    longitude, latitude, country = (locations[name] for name in ("longitude", "latitude", "country_code"))
    at_country = locations["precision"] == "country"
    yield from faults(
        longitude.abs() > 180, "longitude", "is outside -180 to 180", "write degrees east, WGS 84"
    )
    beyond, turned = latitude.abs() > 90, longitude.abs() <= 90
    yield from faults(beyond & ~turned, "latitude", "is outside -90 to 90", "write degrees north, WGS 84")
    yield from faults(
        beyond & turned,
        "latitude",
        "is outside -90 to 90",
        "swap longitude and latitude, or correct the degrees",
    )
    yield from faults(
        no_longitude != no_latitude, "longitude", "only one of longitude and latitude is there", "give both"
    )
    yield from faults(
        no_longitude & no_latitude & ~locations["precision"].isin(["country", "unknown"]),
        "longitude",
        "a place needs coordinates",
        "give longitude and latitude, or set precision to country or unknown",
    )
    yield from faults(
        at_country & (country == ""),
        "country_code",
        "a country-precision location needs its country",
        "give the code",
    )
    yield from faults(
        country.str.fullmatch("[A-Z]{2}") & ~country.isin(country_codes()),
        "country_code",
        "is no country of the boundary layer",
        "use an ISO 3166-1 alpha-2 code (Kosovo: XK)",
    )


def claim_problems(claims: pd.DataFrame) -> Iterator[Problem]:
    """Yield bounds in the wrong order and second adopted claims."""
    for row in claims.index[(claims["count_min"] > claims["count_max"]).fillna(False)]:
        yield Problem("claims.csv", int(row), "count_max", "is below count_min", "swap or correct the bounds")
    adopted = claims[claims["standing"] == "adopted"]
    for row in adopted.index[adopted.duplicated(["subject_id", "group"])]:
        message = "a second adopted claim of this subject and group"
        yield Problem("claims.csv", int(row), "standing", message, "adopt one; set the others to conflicting")


def series_problems(transfers: pd.DataFrame, events: pd.DataFrame) -> Iterator[Problem]:
    """Yield transfers of events that are series."""
    series = events.loc[events["kind"] == "series", "event_id"]
    for row, key in transfers.loc[transfers["event_id"].isin(series), "event_id"].items():
        message = f"{key[:80]!r} is a series: it gathers claims about many events, and has no transfers"
        remedy = "name the one event that set these people in motion, or change the kind of that event"
        yield Problem("transfers.csv", int(str(row)), "event_id", message, remedy)


def order_problems(transfers: pd.DataFrame, early: pd.Series) -> Iterator[Problem]:
    """Yield transfers that arrive before they depart; `early` ones may, by a calendar day."""
    over = transfers["latest"] + pd.to_timedelta(early.astype(int), unit="D")
    for row in transfers.index[transfers["earliest"] > over]:
        yield Problem("transfers.csv", int(row), "arrived", "is before departed", "correct one of the dates")


def death_problems(tables: dict[str, pd.DataFrame]) -> Iterator[Problem]:
    """Yield transfers that lead on from where people died."""
    transfers, locations = tables["transfers"], tables["locations"]
    graves = set(locations.loc[locations["kind"] == "death", "location_id"])
    if not graves:
        return
    through = transfers["via"].map(lambda stops: not graves.isdisjoint(stops)).astype(bool)
    for column, rows in {"origin_id": transfers["origin_id"].isin(graves), "via": through}.items():
        for row in transfers.index[rows]:
            message = "nobody goes on from a location of kind death"
            remedy = (
                "name the place that people left, or passed, and let only those who died end at that location"
            )
            yield Problem("transfers.csv", int(row), column, message, remedy)


def journey_problems(transfers: pd.DataFrame) -> Iterator[Problem]:
    """Yield transfers that follow one that ended in another country, or in death."""
    steps = transfers[["follows", "origin_country"]].explode("follows").dropna()
    ended = transfers.drop_duplicates("transfer_id").set_index("transfer_id")["destination_country"]
    reached = steps["follows"].map(ended)
    for row in steps.index[reached == DIED]:
        message, remedy = "the people of the transfer it follows died", "correct the link or the destination"
        yield Problem("transfers.csv", int(row), "follows", message, remedy)
    # Where a place is not known, nothing is known to be elsewhere.
    told = (
        reached.notna() & ~reached.isin([DIED, UNLOCATED]) & ~steps["origin_country"].isin([DIED, UNLOCATED])
    )
    for row, country in reached[told & (reached != steps["origin_country"])].items():
        message = f"the transfer it follows ended in {country}, and this one starts elsewhere"
        yield Problem("transfers.csv", int(str(row)), "follows", message, "correct the origin or the link")
