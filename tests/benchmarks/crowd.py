"""Synthetic movements between many places, for what has to stay quick when there are many."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np

from geodata.geo.countries import country_of
from tests.worlds import claim, event, leg, write_world

LEGS = 5
"""Transfers of each event, all from one place."""
PLACES = 200
DAYS = 700


def crowd(folder: Path, transfers: int) -> Path:
    """Write a dataset of so many transfers over `DAYS` days between `PLACES` places, and return its folder."""
    random = np.random.default_rng(1)
    longitude, latitude = random.uniform(-10, 60, 6 * PLACES), random.uniform(36, 62, 6 * PLACES)
    on_land = country_of(longitude, latitude)["country_code"].notna().to_numpy().nonzero()[0][:PLACES]
    places = [
        {
            "location_id": f"p{k}",
            "name": f"Place {k}",
            "kind": "city",
            "precision": "settlement",
            "longitude": round(longitude[spot], 4),
            "latitude": round(latitude[spot], 4),
        }
        for k, spot in enumerate(on_land)
    ]
    events, legs, claims = [], [], []
    for number in range(transfers // LEGS):
        day = dt.date(2020, 1, 1) + dt.timedelta(days=int(random.integers(DAYS)))
        origin = int(min(random.zipf(1.5), len(places)) - 1)
        key = f"e{number}"
        events.append(event(key, title=f"Release {number}", date=day.isoformat(), location_id=f"p{origin}"))
        for k in range(LEGS):
            step, count, more = (
                1 + random.integers(len(places) - 1),
                random.integers(1, 40),
                random.integers(4),
            )
            departed = (day + dt.timedelta(days=int(random.integers(3)))).isoformat()
            destination = (origin + int(step)) % len(places)
            ends = {"event_id": key, "departed": departed, "arrived": departed}
            legs.append(leg(f"{key}-{k}", f"p{origin}", f"p{destination}", **ends))
            claims.append(claim(f"{key}-{k}", int(count), int(count + more * (k % 2))))
    return write_world(folder, locations=places, events=events, transfers=legs, claims=claims)
