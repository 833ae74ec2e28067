"""What tables say together: places in countries, days bound by each other, records by their numbers."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from geodata.geo.boundaries import anchor, country_codes
from geodata.geo.countries import country_of
from geodata.model.chronology import in_order, may_arrive_a_day_early
from geodata.model.places import BETWEEN, DIED, UNLOCATED
from geodata.model.problems import Problem

__all__ = ["bind_days", "early_arrivals", "join_countries", "located", "number_records"]


def located(locations: pd.DataFrame) -> tuple[pd.DataFrame, list[Problem]]:
    """Join places to countries; the given country counts, with a note where something contradicts it."""
    unknown, death = locations["precision"] == "unknown", locations["kind"] == "death"
    crossing = (locations["kind"] == "crossing") & ~unknown
    longitude, latitude = (locations[axis].mask(unknown) for axis in ("longitude", "latitude"))
    found = country_of(longitude, latitude)
    derived = _codes(found)
    given = locations["country_code"]
    contradicted = (given != "") & (derived != "") & (given != derived)
    at_sea = (found["match"] == "nowhere") & (given == "") & ~crossing
    # People who swap the columns do so in a whole file: some places then are in the sea, or elsewhere.
    doubtful = contradicted | at_sea
    swapped = _codes(country_of(latitude.where(doubtful), longitude.where(doubtful)))
    notes = []

    def note(row: object, column: str, message: str, remedy: str) -> None:
        notes.append(Problem("locations.csv", int(str(row)), column, message, remedy))

    for row in locations.index[contradicted & ~death]:
        message = f"{given[row]!r} is given, and the coordinates are in {derived[row]}"
        if swapped[row] == given[row]:
            message += "; with longitude and latitude swapped they would agree"
        remedy = f"it is counted in {given[row]}; correct the code or the coordinates"
        note(row, "country_code", message, remedy)
    for row in locations.index[at_sea & (swapped != "")]:
        message = f"is in no country; with longitude and latitude swapped it would be in {swapped[row]}"
        note(row, "longitude", message, "if the two columns are swapped, correct the whole file")
    for row in locations.index[unknown & ~death & ((given != "") | locations["longitude"].notna())]:
        message = "is unknown, and a country or coordinates are given"
        note(row, "precision", message, "it is counted as unlocated; set precision to what is known")
    # A crossing lies between two countries: which of them has a point there says nothing about the people.
    country = given.where(given != "", derived.mask(crossing, ""))
    country = country.where(country != "", pd.Series(UNLOCATED, locations.index).mask(crossing, BETWEEN))
    code = given.where(longitude.isna() & ~unknown, "")
    nowhere = (math.nan, math.nan)
    centre = code.map(lambda code: anchor(code) if code else nowhere)
    return (
        locations.assign(
            country_code=country.mask(unknown, UNLOCATED).mask(death, DIED),
            disputed=found["disputed"],
            longitude=longitude.fillna(centre.str[0].astype(float)),
            latitude=latitude.fillna(centre.str[1].astype(float)),
        ),
        notes,
    )


def _codes(found: pd.DataFrame) -> pd.Series:
    """Return the codes that `country_of` found; "" for none."""
    return found["country_code"].astype(str).where(found["country_code"].notna(), "")


def join_countries(tables: dict[str, pd.DataFrame]) -> None:
    """Add the countries of events and transfers; change `tables` in place."""
    country = tables["locations"].drop_duplicates("location_id").set_index("location_id")["country_code"]

    def of(ids: pd.Series) -> pd.Series:
        return ids.map(country).fillna(UNLOCATED).astype(str)

    tables["events"] = tables["events"].assign(country_code=of(tables["events"]["location_id"]))
    tables["transfers"] = tables["transfers"].assign(
        origin_country=of(tables["transfers"]["origin_id"]),
        destination_country=of(tables["transfers"]["destination_id"]),
    )


def early_arrivals(tables: dict[str, pd.DataFrame]) -> pd.Series:
    """Return whether transfers can arrive a calendar day before they depart."""
    places = tables["locations"].drop_duplicates("location_id").set_index("location_id")
    known = places["country_code"].where(places["country_code"].isin(country_codes()), "")
    centre = known.where(places["longitude"].isna(), "").map(
        lambda code: anchor(code)[0] if code else math.nan
    )
    places = places.assign(longitude=places["longitude"].fillna(centre.astype(float)))
    transfers = tables["transfers"]
    ends = (places.reindex(transfers[name]) for name in ("origin_id", "destination_id"))
    return pd.Series(may_arrive_a_day_early(*ends), transfers.index)


def bind_days(transfers: pd.DataFrame, early: pd.Series) -> tuple[pd.DataFrame, list[Problem]]:
    """Bind the days of transfers by each other; note where a day was not taken as it is written."""
    steps = transfers[["follows"]].set_axis(np.arange(len(transfers))).explode("follows").dropna()
    followed = pd.Index(transfers["transfer_id"]).get_indexer(pd.Index(steps["follows"]))
    dated = (transfers["departed"] != "") | (transfers["arrived"] != "")
    found = in_order(
        transfers, (steps.index.to_numpy(), followed), dated=dated, early=early.to_numpy(dtype=bool)
    )
    notes = [
        Problem(
            "transfers.csv",
            int(str(row)),
            "arrived",
            "is the day before departed",
            "it is taken as over the date line; correct one of the dates if it is not",
        )
        for row in transfers.index[transfers["earliest"] > transfers["latest"]]
    ]
    notes += [
        Problem(
            "transfers.csv",
            int(str(row)),
            "departed",
            "is blank, and the date of the event is before the people can have come",
            f"it is taken as {date}; give a date",
        )
        for row, date in found.loc[~dated & (found["date"] != transfers["date"]), "date"].items()
    ]
    return found, notes


def number_records(tables: dict[str, pd.DataFrame]) -> None:
    """Add the numbers by which records, claims and events find each other; change `tables` in place."""
    events, transfers = tables["events"], tables["transfers"]
    records = events.index.append(transfers.index)
    numbers = np.arange(len(records))
    tables["events"] = events.assign(record=numbers[: len(events)])
    tables["transfers"] = transfers.assign(
        record=numbers[len(events) :], event_record=events.index.get_indexer(pd.Index(transfers["event_id"]))
    )
    subjects = tables["claims"]["subject_id"]
    tables["claims"] = tables["claims"].assign(record=records.get_indexer(pd.Index(subjects)))
