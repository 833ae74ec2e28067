"""Versions of a dataset that were given out: what each figured, so that a link of then can be compared."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib.resources.abc import Traversable
from typing import Any

from geodata.files.opening import content_of
from geodata.model.counts import Bounds
from geodata.model.problems import DataError, Problem
from geodata.query.filters import CLAIM_KEYS, RECORD_KEYS, Filters

__all__ = ["VERSIONS", "Version", "is_day", "read_versions", "versions_json"]

VERSIONS = "versions.json"
"""Name of the file of versions, in the dataset's folder."""
_MAX_BYTES = 16 * 2**20
_FORM = (
    'write [{"hash": "3f9a1c02", "date": "2025-12-31", "people": [114, 115], "events": {"ID": [51, null]}, '
    '"remained": {"ID": {"PL": [51, null]}}}]'
)
_REMEDY = f"{_FORM}; `python -m geodata release` does"


@dataclass(frozen=True)
class Version:
    """A version of a dataset as it was given out.

    Parameters
    ----------
    hash
        First 8 hex digits of the dataset's hash.
    date
        ISO day on which it was given out.
    people
        How many people the whole was about, each once, by the adopted claims.
    events
        The same of each event alone, by its id; not of series, which are never counted.
    remained
        Of each event alone, how many of its people remained in each country; empty where it was not kept.
    """

    hash: str
    date: str
    people: Bounds
    events: Mapping[str, Bounds]
    remained: Mapping[str, Mapping[str, Bounds]] = field(default_factory=dict)

    def remaining(self, filters: Filters) -> Mapping[str, Bounds] | None:
        """Return how many of the people that some filters chose remained where; None where that is not known.

        It is known of one event, as `figure` is.

        Examples
        --------
        >>> version = Version("3f9a1c02", "2025-12-31", (5, 5), {"e": (5, 5)}, {"e": {"PL": (5, 5)}})
        >>> version.remaining(Filters(event=("e",))), version.remaining(Filters())
        ({'PL': (5, 5)}, None)
        """
        return self.remained.get(filters.event[0]) if filters.event and self.figure(filters) else None

    def figure(self, filters: Filters) -> Bounds | None:
        """Return how many people some filters chose in this version; None where that is not known.

        It is known of the whole, and of one event, by the adopted claims of all days. To ask for transfers
        that took place changes nothing: no others are counted.

        Examples
        --------
        >>> version = Version("3f9a1c02", "2025-12-31", (200, None), {"e": (114, 115)})
        >>> version.figure(Filters(event=("e",), status=("done",))), version.figure(Filters())
        ((114, 115), (200, None))
        >>> version.figure(Filters(basis="all")) is version.figure(Filters(origin=("BY",))) is None
        True
        """
        asked = {key for key in (*RECORD_KEYS, *CLAIM_KEYS) if filters.values(key)}
        if (filters.status and "done" not in filters.status) or asked - {"event", "status"}:
            return None
        if not filters.event:
            return self.people
        return self.events.get(filters.event[0]) if len(filters.event) == 1 else None


def is_day(text: object) -> bool:
    """Return whether something is an ISO day, such as ``"2025-12-31"``."""
    if not isinstance(text, str) or not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        return False
    try:
        dt.date.fromisoformat(text)
    except ValueError:
        return False
    return True


def versions_json(versions: Iterable[Version]) -> bytes:
    """Return versions as a file keeps them: oldest first, a line each."""
    kept = (
        vars(version)
        | {
            "events": dict(sorted(version.events.items())),
            "remained": {key: dict(sorted(each.items())) for key, each in sorted(version.remained.items())},
        }
        for version in versions
    )
    lines = (json.dumps(version, ensure_ascii=False) for version in kept)
    return ("[\n" + ",\n".join(lines) + "\n]\n").encode()


def read_versions(path: Traversable) -> tuple[tuple[Version, ...], list[Problem]]:
    """Return the versions that a file keeps, and what is wrong with it; a missing file keeps none."""

    def fault(message: str) -> tuple[tuple[Version, ...], list[Problem]]:
        return (), [Problem(path.name, 0, "", message, _REMEDY)]

    try:
        content: Any = json.loads(content_of(path, limit=_MAX_BYTES))
        json.dumps(content, ensure_ascii=False).encode()  # an escape can stand for half a character
    except FileNotFoundError:
        return (), []
    except DataError as error:
        return fault(error.problems[0].message)
    except (ValueError, RecursionError) as error:
        return fault(f"the file cannot be read: {error}")
    if not isinstance(content, list):
        return fault("the file holds no list of versions")
    found: list[Version] = []
    problems: list[Problem] = []
    for number, item in enumerate(content, start=1):
        if wrong := _wrong(item, found):
            problems.append(Problem(path.name, 0, "", f"version {number}: {wrong}", _REMEDY))
        else:
            events = {key: _bounds(value) for key, value in item["events"].items()}
            remained = {
                key: {code: _bounds(value) for code, value in each.items()}
                for key, each in item.get("remained", {}).items()
            }
            found.append(Version(item["hash"], item["date"], _bounds(item["people"]), events, remained))
    return tuple(found), problems


def _wrong(item: Any, before: list[Version]) -> str:
    """Return what is wrong with a version; "" for nothing."""
    needed = {"hash", "date", "people", "events"}
    if not isinstance(item, dict) or item.keys() - {"remained"} != needed:
        return "it does not hold hash, date, people and events, perhaps remained, and nothing else"
    if not isinstance(item["hash"], str) or not re.fullmatch("[0-9a-f]{8}", item["hash"]):
        return "hash is not 8 small hex digits"
    if item["hash"] in {version.hash for version in before}:
        return f"{item['hash']} stands twice"
    if not is_day(item["date"]):
        return "date is not an ISO day"
    if before and item["date"] < before[-1].date:
        return f"it is of {item['date']}, and the one before of {before[-1].date}"
    if not isinstance(item["events"], dict):
        return "events is not an object"
    if not all(map(_are_bounds, [item["people"], *item["events"].values()])):
        return "people or events do not hold two bounds each, the lower first"
    remained = item.get("remained", {})
    if not isinstance(remained, dict) or not all(isinstance(each, dict) for each in remained.values()):
        return "remained is not an object of objects"
    if not all(_are_bounds(value) for each in remained.values() for value in each.values()):
        return "remained does not hold two bounds each, the lower first"
    return ""


def _are_bounds(value: Any) -> bool:
    if not isinstance(value, list) or len(value) != 2:
        return False
    low, high = value
    # JSON's true is a number to Python.
    whole = type(low) is int and low >= 0
    return whole and (high is None or (type(high) is int and high >= low))


def _bounds(value: list[Any]) -> Bounds:
    return value[0], value[1]
