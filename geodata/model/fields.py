"""Every key of a link, declared once: how it is read, what it chooses, what a dataset has of it.

Choosing (`geodata.analysis.selection`), the codec (`geodata.query.filters`), notices (`geodata.query.links`),
flat files, chips, sidebar, the description of the downloads and the table of keys in the README (``python -m
geodata.model.fields``) are all driven by `FIELDS`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd
from babel.localedata import locale_identifiers

from geodata.geo.boundaries import country_codes
from geodata.model.dates import span
from geodata.model.measures import MEASURES, OUTCOME, PEOPLE, PRESENT, figure_parts
from geodata.model.places import BEFORE, IN_TRANSIT, NOWHERE, UNREPORTED
from geodata.model.schema import EVENT_KINDS, STATUSES

__all__ = [
    "ADOPTED",
    "ALL",
    "EMPTY",
    "FIELDS",
    "VERSION",
    "Field",
    "events_mask",
    "keys",
    "keys_table",
    "languages",
    "transfers_mask",
]

BoolArray: TypeAlias = npt.NDArray[np.bool_]

VERSION = "2"
"""Version of the codec, written as `v` into every link."""
ADOPTED = "adopted"
"""Basis: the adopted claim of each subject."""
ALL = "all"
"""Basis: the hull of adopted and conflicting claims. Any other basis is a source, as it alone draws it."""
EMPTY = ((), "", None)
"""Values of a field that ask for nothing, and are not written into a link."""

Acts = Literal["data", "records", "claims", "view", "stands"]


class Tables(Protocol):
    """What is read here of a `geodata.Dataset`."""

    @property
    def locations(self) -> pd.DataFrame:
        """Places."""

    @property
    def events(self) -> pd.DataFrame:
        """Events."""

    @property
    def transfers(self) -> pd.DataFrame:
        """Transfers."""

    @property
    def claims(self) -> pd.DataFrame:
        """Claims."""

    @property
    def sources(self) -> pd.DataFrame:
        """Sources."""

    @property
    def event_status(self) -> pd.Series:
        """Whether each event took place."""

    def flags(self, records: pd.Series) -> BoolArray:
        """Return for every record, by its number, whether it is among those of these numbers."""


Mask: TypeAlias = Callable[[Tables, Any], BoolArray]


@dataclass(frozen=True, kw_only=True)
class Field:
    """One key of a link, which is one field of `geodata.Filters`.

    Parameters
    ----------
    name
        Of the field of `geodata.Filters`.
    key
        In the query string.
    acts
        What it does: says which ``data``; chooses ``records``, or ``claims``; sets how they are shown
        (``view``), or where the reader ``stands`` in what is shown, which belongs to the records.
    meaning
        For readers of the README and of the description of the downloads: whole sentences.
    example
        A value, as a link writes it.
    without
        What is shown where a link could not set it.
    read
        Gives the value of a text, or raises ValueError with the reason why there is none.
    write
        Gives the text of a value.
    unescape
        Gives one item of a set as it was before `write`.
    default
        An empty tuple where the field holds a set of values.
    noun
        What a value names: "the dataset has no such event".
    terms
        All values, where they are the same for every dataset.
    known
        The values that a dataset can give an answer to; None where that does not depend on the dataset.
    offered
        The values that occur in a dataset, in the order in which a reader looks for them; None where `terms`
        are offered, or nothing is.
    of_events, of_transfers
        Which events and transfers of a dataset lie inside some values, which are not empty; in the order of
        its tables. None where the key chooses no records; of events also where only transfers have it.
    flat
        Why a flat transfers file cannot do as the key says; "" where it can, or where no count depends on it.
    """

    name: str
    key: str
    acts: Acts
    meaning: str
    example: str
    without: str
    read: Callable[[str], Any]
    write: Callable[[Any], str] = str
    unescape: Callable[[str], str] = str
    default: Any = ""
    noun: str = ""
    terms: tuple[str, ...] = ()
    known: Callable[[Tables], Container[str]] | None = None
    offered: Callable[[Tables], Sequence[str]] | None = None
    of_events: Mask | None = None
    of_transfers: Mask | None = None
    flat: str = ""

    @property
    def several(self) -> bool:
        """Whether it holds a set of values."""
        return isinstance(self.default, tuple)


def events_mask(dataset: Tables, values: object) -> BoolArray:
    """Return which events are chosen themselves, in the order of the dataset's table.

    An event is chosen itself when it lies inside every key that is set, and none is set that only transfers
    have.

    Parameters
    ----------
    dataset
        Whose events.
    values
        A `geodata.Filters`.
    """
    mask = np.ones(len(dataset.events), dtype=bool)
    for field, value in _choosing(values):
        mask &= field.of_events(dataset, value) if field.of_events else False
    return mask


def transfers_mask(dataset: Tables, values: object) -> BoolArray:
    """Return which transfers lie inside every key that is set, in the order of the dataset's table.

    Parameters
    ----------
    dataset
        Whose transfers.
    values
        A `geodata.Filters`.
    """
    mask = np.ones(len(dataset.transfers), dtype=bool)
    for field, value in _choosing(values):
        if field.of_transfers:
            mask &= field.of_transfers(dataset, value)
    return mask


def _choosing(values: object) -> Iterator[tuple[Field, Any]]:
    """Yield the fields that choose records and are set, with their values."""
    for name, field in FIELDS.items():
        if field.acts == "records" and (value := getattr(values, name)) not in EMPTY:
            yield field, value


# Readers: a text to its value.


def _matching(pattern: str, what: str) -> Callable[[str], str]:
    def check(text: str) -> str:
        if not re.fullmatch(pattern, text):
            raise ValueError(f"this is no {what}")
        return text

    return check


def _term(terms: Iterable[str], what: str) -> Callable[[str], str]:
    known = tuple(terms)

    def check(text: str) -> str:
        if text not in known:
            raise ValueError(f"there is no such {what}; known are {', '.join(known)}")
        return text

    return check


def _date(text: str) -> str:
    span(text)
    return text


def _day(text: str) -> str:
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        raise ValueError("it takes one day, like 2025-12-13")
    span(text)
    return text


@cache
def languages() -> frozenset[str]:
    """Return the tags of the languages that the Unicode CLDR knows, such as ``uk`` and ``pt-BR``."""
    return frozenset(name.replace("_", "-") for name in locale_identifiers())


def _language(text: str) -> str:
    if text not in languages():
        raise ValueError("the Unicode CLDR has no such language")
    return text


def _view(text: str) -> tuple[float, float, float]:
    try:
        if re.search(r"[^0-9e.,+-]", text):
            raise ValueError
        latitude, longitude, zoom = (float(part) for part in text.split(","))
    except ValueError:
        raise ValueError("a view is latitude, longitude and zoom, like 52.9,26.1,4.6") from None
    if not (abs(latitude) <= 90 and abs(longitude) <= 180 and 0 <= zoom <= 20):
        raise ValueError("latitude is at most 90, longitude 180, zoom 0 to 20")
    # Adding 0.0 turns -0.0 into 0.0, which is the same place and another text.
    return round(latitude, 4) + 0.0, round(longitude, 4) + 0.0, round(zoom, 2) + 0.0


def _written_view(view: Sequence[float]) -> str:
    """Return a view as plain decimals, never with an exponent."""
    return ",".join(f"{number:.4f}".rstrip("0").rstrip(".") for number in view)


def _escaped(item: str) -> str:
    """Return the name of a group with commas written as %2C: a bare comma ends an item of a set.

    It is encoded once more with the rest of the link, since programs that pass a link on encode and decode it
    as they like.
    """
    return item.replace("%", "%25").replace(",", "%2C")


def _unescaped(item: str) -> str:
    """Return the name of a group as it was before `_escaped`."""
    return re.sub("%2C", ",", item, flags=re.IGNORECASE).replace("%25", "%")


_ID = _matching(r"[^\s,;\x00-\x1f\x7f\ud800-\udfff]{1,100}", "id")
_PLACE = _matching("|".join(["[A-Z]{2}", *NOWHERE]), "country code")
# Any text that the table of claims can hold, which it may be in whole.
_GROUP = _matching(r"[^\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff]{1,2000}", "group of people")


# What a dataset has.


class _Figures:
    """The numbers that can be open: those of tables, and those of a dataset's records."""

    def __init__(self, dataset: Tables) -> None:
        self._records = dataset.events.index, dataset.transfers.index

    def __contains__(self, figure: object) -> bool:
        """Return whether there can be such a number; a selection may still lack it."""
        if figure == PEOPLE or any(figure in ids for ids in self._records):
            return True
        row, measure = figure_parts(str(figure)) or ("", "")
        more = {OUTCOME: {row}, PRESENT: {IN_TRANSIT, UNREPORTED, BEFORE}}.get(measure, set())
        return bool(row) and (row in more or row in _places())


@cache
def _places() -> frozenset[str]:
    """Return the countries of the boundary layer, and the rows that are none."""
    return frozenset([*country_codes(), *NOWHERE])


def _every_place(_: Tables) -> Container[str]:
    return _places()


def _newest_first(dataset: Tables) -> list[str]:
    events = dataset.events[dataset.events["kind"] != "series"]
    return [*events.sort_values("earliest", ascending=False, kind="stable").index]


def _publishers(dataset: Tables) -> list[str]:
    return [*dataset.sources["publisher"].sort_values(kind="stable").index]


def _bases(dataset: Tables) -> list[str]:
    return [ADOPTED, ALL, *_publishers(dataset)]


def _groups(dataset: Tables) -> list[str]:
    return sorted(filter(None, dataset.claims["group"].unique()))


# Masks: which records lie inside some values.


def _among(values: pd.Series | pd.Index, wanted: Iterable[str]) -> BoolArray:
    return np.asarray(values.isin([*wanted]), dtype=bool)


def _overlaps(records: pd.DataFrame, date: str) -> BoolArray:
    """Return which records' spans share a day with an EDTF date."""
    earliest, latest = (pd.Timestamp(day).as_unit("s") for day in span(date))
    overlaps: BoolArray = ((records["earliest"] <= latest) & (records["latest"] >= earliest)).to_numpy(bool)
    return overlaps


def _calls_at(dataset: Tables, places: Sequence[str]) -> BoolArray:
    """Return which transfers leave, pass or reach one of some places."""
    transfers, wanted = dataset.transfers, frozenset(places)
    passing = np.fromiter((not wanted.isdisjoint(stops) for stops in transfers["via"]), bool, len(transfers))
    return passing | _among(transfers["origin_id"], places) | _among(transfers["destination_id"], places)


def _touches(dataset: Tables, codes: Sequence[str]) -> BoolArray:
    """Return which transfers leave or reach one of some countries."""
    transfers = dataset.transfers
    return _among(transfers["origin_country"], codes) | _among(transfers["destination_country"], codes)


def _kind_of_events(dataset: Tables, kinds: Sequence[str]) -> BoolArray:
    return _among(dataset.events["kind"], kinds)


def _kind_of_transfers(dataset: Tables, kinds: Sequence[str]) -> BoolArray:
    of_event: BoolArray = _kind_of_events(dataset, kinds)[dataset.transfers["event_record"].to_numpy()]
    return of_event


def _claimed(column: str, records: Literal["events", "transfers"]) -> Mask:
    """Return the mask of records of which a claim has one of some values in a column."""

    def mask(dataset: Tables, wanted: Sequence[str]) -> BoolArray:
        claims = dataset.claims
        flags = dataset.flags(claims["record"][_among(claims[column], wanted)])
        of: pd.DataFrame = getattr(dataset, records)
        chosen: BoolArray = flags[of["record"].to_numpy()]
        return chosen

    return mask


_CODES = f"a code of ISO 3166-1, or {', '.join(f'`{row}`' for row in NOWHERE)}"

_DECLARED = (
    Field(
        name="data",
        key="data",
        acts="data",
        meaning="The dataset, and the hash it had.",
        example="belarus-2024-2025@3f9a1c02",
        without="the dataset that is open",
        read=_matching(r"[a-z0-9._-]{1,100}(@[0-9a-f]{8})?", "dataset name with its hash"),
        noun="dataset",
        flat="a flat transfers file has no name in links",
    ),
    Field(
        name="origin",
        key="from",
        acts="records",
        meaning=f"Countries that transfers leave: {_CODES}.",
        example="BY",
        without="every country of origin",
        read=_PLACE,
        default=(),
        noun="country",
        known=_every_place,
        offered=lambda dataset: [*dataset.transfers["origin_country"].unique()],
        of_transfers=lambda dataset, codes: _among(dataset.transfers["origin_country"], codes),
    ),
    Field(
        name="destination",
        key="to",
        acts="records",
        meaning="Countries that transfers reach, likewise.",
        example="LT,UA",
        without="every country of destination",
        read=_PLACE,
        default=(),
        noun="country",
        known=_every_place,
        offered=lambda dataset: [*dataset.transfers["destination_country"].unique()],
        of_transfers=lambda dataset, codes: _among(dataset.transfers["destination_country"], codes),
    ),
    Field(
        name="country",
        key="country",
        acts="records",
        meaning="Countries that transfers leave or reach, or that events lie in: a click on the map.",
        example="PL",
        without="every country",
        read=_PLACE,
        default=(),
        noun="country",
        known=_every_place,
        of_events=lambda dataset, codes: _among(dataset.events["country_code"], codes),
        of_transfers=_touches,
        flat="a flat transfers file is asked for from and to alone",
    ),
    Field(
        name="place",
        key="place",
        acts="records",
        meaning="Ids of locations that transfers leave, pass or reach, or that events are at: a click.",
        example="minsk",
        without="every place",
        read=_ID,
        default=(),
        noun="place",
        known=lambda dataset: dataset.locations.index,
        of_events=lambda dataset, places: _among(dataset.events["location_id"], places),
        of_transfers=_calls_at,
        flat="a flat transfers file has no places that a link could name",
    ),
    Field(
        name="date",
        key="date",
        acts="records",
        meaning="EDTF date or interval that a record's span must overlap.",
        example="2025-09/2025-12-13",
        without="every day",
        read=_date,
        of_events=lambda dataset, date: _overlaps(dataset.events, date),
        of_transfers=lambda dataset, date: _overlaps(dataset.transfers, date),
    ),
    Field(
        name="event",
        key="event",
        acts="records",
        meaning="Ids of events.",
        example="2025-12-13",
        without="every event",
        read=_ID,
        default=(),
        noun="event",
        known=lambda dataset: dataset.events.index,
        offered=_newest_first,
        of_events=lambda dataset, ids: _among(dataset.events.index, ids),
        of_transfers=lambda dataset, ids: _among(dataset.transfers["event_id"], ids),
        flat="a flat transfers file has no events",
    ),
    Field(
        name="transfer",
        key="transfer",
        acts="records",
        meaning="Ids of transfers: a click on a line.",
        example="2025-12-13-by-lt",
        without="every transfer",
        read=_ID,
        default=(),
        noun="transfer",
        known=lambda dataset: dataset.transfers.index,
        of_transfers=lambda dataset, ids: _among(dataset.transfers.index, ids),
        flat="a flat transfers file has no ids of transfers",
    ),
    Field(
        name="kind",
        key="kind",
        acts="records",
        meaning="Kinds of events.",
        example="release,exchange",
        without="every kind of event",
        read=_term(EVENT_KINDS, "kind of event"),
        default=(),
        noun="kind of event",
        terms=EVENT_KINDS,
        offered=lambda dataset: [*dataset.events["kind"][_newest_first(dataset)].unique()],
        of_events=_kind_of_events,
        of_transfers=_kind_of_transfers,
        flat="a flat transfers file has no events",
    ),
    Field(
        name="status",
        key="status",
        acts="records",
        meaning="What took place, was planned, attempted or denied: events and transfers by their status.",
        example="done,planned",
        without="every status",
        read=_term(STATUSES, "status"),
        default=(),
        noun="status",
        terms=STATUSES,
        of_events=lambda dataset, terms: _among(dataset.event_status, terms),
        of_transfers=lambda dataset, terms: _among(dataset.transfers["status"], terms),
        flat="every leg of a flat transfers file took place",
    ),
    Field(
        name="group",
        key="group",
        acts="records",
        meaning="Groups that a claim on the record names; figures still count everybody in these records.",
        example="U.S. citizens",
        without="every group",
        read=_GROUP,
        write=_escaped,
        unescape=_unescaped,
        default=(),
        noun="group",
        known=_groups,
        offered=_groups,
        of_events=_claimed("group", "events"),
        of_transfers=_claimed("group", "transfers"),
        flat="a flat transfers file names no groups",
    ),
    Field(
        name="source",
        key="source",
        acts="records",
        meaning="Ids of sources of which one reports the record; figures still count by the basis.",
        example="wikipedia-ankara-2024",
        without="every source",
        read=_ID,
        default=(),
        noun="source",
        known=lambda dataset: dataset.sources.index,
        offered=_publishers,
        of_events=_claimed("source_id", "events"),
        of_transfers=_claimed("source_id", "transfers"),
        flat="a flat transfers file has no other source than itself",
    ),
    Field(
        name="basis",
        key="basis",
        acts="claims",
        meaning=f"Which claims count: `{ADOPTED}`, `{ALL}` of them, or those of one source, by its id.",
        example="all",
        without="the adopted claims",
        read=_ID,
        default=ADOPTED,
        noun="source",
        terms=(ADOPTED, ALL),
        known=_bases,
        offered=_bases,
        flat="a flat transfers file has no other source than itself",
    ),
    Field(
        name="compare",
        key="compare",
        acts="view",
        meaning="Another basis, to be compared with the first.",
        example="all",
        without="one basis alone",
        read=_ID,
        noun="source",
        terms=(ADOPTED, ALL),
        known=_bases,
        offered=_bases,
    ),
    Field(
        name="asof",
        key="asof",
        acts="claims",
        meaning="ISO day; only what was published by its end counts.",
        example="2025-12-14",
        without="all that has been published",
        read=_day,
        flat="a flat transfers file has no days of publication",
    ),
    Field(
        name="measure",
        key="measure",
        acts="view",
        meaning="What the map colours and the table is sorted by.",
        example="arrived",
        without="people who remained",
        read=_term(MEASURES, "measure"),
        default="remained",
        noun="measure",
        terms=MEASURES,
    ),
    Field(
        name="t",
        key="t",
        acts="stands",
        meaning="Day on which the playback stands, and of which it is said where people are.",
        example="2025-12-13",
        without="the day that the player chooses",
        read=_day,
    ),
    Field(
        name="at",
        key="at",
        acts="stands",
        meaning="Latitude, longitude (degrees) and zoom of the map.",
        example="52.9,26.1,4.6",
        without="all that is chosen",
        read=_view,
        write=_written_view,
        default=None,
    ),
    Field(
        name="figure",
        key="figure",
        acts="stands",
        meaning=(
            "The number that is open to its claims: `people`, a row and a measure, or the id of an event or a"
            " transfer."
        ),
        example="UA.remained",
        without="no number open",
        read=_ID,
        noun="number",
        known=_Figures,
    ),
    Field(
        name="lang",
        key="lang",
        acts="view",
        meaning="Language of country names: a tag of the Unicode CLDR.",
        example="uk",
        without="names in English",
        read=_language,
        default="en",
        noun="language",
    ),
    Field(
        name="tab",
        key="tab",
        acts="view",
        meaning="The open panel.",
        example="movements",
        without="the first panel",
        read=_matching("[a-z][a-z0-9-]{0,39}", "panel"),
        noun="panel",
    ),
)
FIELDS: dict[str, Field] = {field.name: field for field in _DECLARED}
"""Every field of `geodata.Filters`, by its name, in the order of the canonical query string."""


def keys(*acts: Acts) -> tuple[str, ...]:
    """Return the keys that do one of some things, in the order of the query string.

    Examples
    --------
    >>> keys("claims"), keys("stands")
    (('basis', 'asof'), ('t', 'at', 'figure'))
    """
    return tuple(field.key for field in FIELDS.values() if field.acts in acts)


def keys_table() -> str:
    """Return the keys as the table of the README, in Markdown."""
    rows = [("v", VERSION, "Version of the link.")]
    rows += [(field.key, field.example, field.meaning) for field in FIELDS.values()]
    lines = [f"| `{key}` | `{example}` | {meaning} |\n" for key, example, meaning in rows]
    return "".join(["| key | example | meaning |\n|---|---|---|\n", *lines])


if __name__ == "__main__":
    print(keys_table(), end="")
