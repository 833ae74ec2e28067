"""Filters and query strings: one frozen value, one canonical text, notices for what cannot be had."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields, replace
from functools import cache
from typing import Any, Literal, TypeAlias, get_args
from urllib.parse import quote, unquote

from babel.localedata import locale_identifiers

from geodata.dates import span
from geodata.schema import EVENT_KINDS, STATUSES

__all__ = [
    "MAX_QUERY_BYTES",
    "MAX_VALUES",
    "MEASURES",
    "OUTCOME",
    "PEOPLE",
    "PRESENT",
    "RECORD_KEYS",
    "TABS",
    "VERSION",
    "Filters",
    "LinkNotice",
    "Measure",
    "figure_parts",
    "key_of",
    "languages",
    "migrated",
]

VERSION = "2"
"""Version of the codec, written as `v` into every link."""
MAX_QUERY_BYTES = 4096
MAX_VALUES = 64

Measure = Literal["released", "departed", "arrived", "passed_on", "remained", "moved_within"]
MEASURES: tuple[Measure, ...] = get_args(Measure)
"""What can be counted of a country, in the order of the table."""

TABS = ("countries", "movements", "timeline", "evidence", "sources", "share")
"""Panels of the page, one of which is open; a link that names none opens the first."""

PEOPLE = "people"
"""The figure that is the number of all people, each once."""
PRESENT = "present"
"""Measure of the figures of `geodata.presence.present`."""
OUTCOME = "outcome"
"""Measure of the figures of `geodata.totals.outcomes`."""

_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")
_SHOWN, _SHOWN_REASON = 80, 400


def _shown(text: str, most: int = _SHOWN) -> str:
    """Return a stranger's text as it may be printed: short, without marks that hide or reorder it."""
    text = _UNSAFE.sub("\ufffd", text)
    return text if len(text) <= most else text[: most - 1] + "…"


def figure_parts(figure: str) -> tuple[str, str] | None:
    """Return row and measure of a figure of a table like ``UA.arrived``; None where it is of another kind.

    Examples
    --------
    >>> figure_parts("UA.arrived"), figure_parts("in_transit.present"), figure_parts("people")
    (('UA', 'arrived'), ('in_transit', 'present'), None)
    """
    row, _, measure = figure.rpartition(".")
    return (row, measure) if row and measure in (*MEASURES, PRESENT, OUTCOME) else None


@dataclass(frozen=True)
class LinkNotice:
    """What a link asked for and could not get.

    Parameters
    ----------
    key
        The key of the query string, or "" where the whole link is meant.
    asked
        What the link asked for.
    got
        What is shown instead.
    reason
        Why.

    Examples
    --------
    >>> print(LinkNotice("measure", "height", "remained", "there is no such measure"))
    The link asked for measure=height; shown is remained: there is no such measure.
    """

    key: str
    asked: str
    got: str
    reason: str

    def __post_init__(self) -> None:
        """Make what a stranger wrote safe to print."""
        for name in ("key", "asked", "got"):
            object.__setattr__(self, name, _shown(getattr(self, name)))
        object.__setattr__(self, "reason", _shown(self.reason, _SHOWN_REASON))

    def __str__(self) -> str:
        """Return the notice as a sentence."""
        asked = f"{self.key}={self.asked}" if self.key else self.asked
        return f"The link asked for {asked}; shown is {self.got}: {self.reason}."


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


_ID = _matching(r"[^\s,;\x00-\x1f\x7f\ud800-\udfff]{1,100}", "id")
_PLACE = _matching(r"[A-Z]{2}|between|unlocated", "country code")

# Any text that the table of claims can hold, which it may be in whole.
_GROUP = _matching(r"[^\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff]{1,2000}", "group of people")

# Field name to the reader of one value; the order is that of the canonical query string. Fields whose default
# is an empty tuple hold a set of values.
_READERS: dict[str, Callable[[str], Any]] = {
    "data": _matching(r"[a-z0-9._-]{1,100}(@[0-9a-f]{8})?", "dataset name with its hash"),
    "origin": _PLACE,
    "destination": _PLACE,
    "country": _PLACE,
    "place": _ID,
    "date": _date,
    "event": _ID,
    "transfer": _ID,
    "kind": _term(EVENT_KINDS, "kind of event"),
    "status": _term(STATUSES, "status"),
    "group": _GROUP,
    "source": _ID,
    "basis": _ID,
    "compare": _ID,
    "asof": _day,
    "measure": _term(MEASURES, "measure"),
    "t": _day,
    "at": _view,
    "figure": _ID,
    "lang": _language,
    "tab": _term(TABS, "panel"),
}
_KEYS = {"origin": "from", "destination": "to"}
_FIELDS = {_KEYS.get(name, name): name for name in _READERS}
RECORD_KEYS = tuple(
    "from to country place date event transfer kind status group source".split()  # noqa: SIM905  a list is longer
)
"""Keys of the query string that choose records; the others say how these are counted and shown."""

Link: TypeAlias = dict[str, str]
"""A query string read as keys and their texts, each key once."""


def _written_defaults(link: Link) -> Link:
    """Version 1 left these out where they were as here; they are written since, so that they can change."""
    return {"basis": "adopted", "measure": "remained", "lang": "en"} | {
        key: text for key, text in link.items() if text
    }


_MIGRATIONS: dict[str, tuple[str, Callable[[Link], Link]]] = {"1": ("2", _written_defaults)}
"""Version to the next one, and what makes of its links links of the next that mean the same."""


def migrated(link: Link, version: str) -> Link:
    """Return the link of today's version that means what a link of an older one meant.

    Parameters
    ----------
    link
        Keys other than ``v`` and their decoded texts; it is not changed.
    version
        That of the link; of today's version, or one that is not known, the link is returned as it is.

    Examples
    --------
    >>> migrated({"event": "2025-12-13", "measure": "arrived"}, "1")
    {'basis': 'adopted', 'measure': 'arrived', 'lang': 'en', 'event': '2025-12-13'}
    """
    while version in _MIGRATIONS:
        version, step = _MIGRATIONS[version]
        link = step(link)
    return link


def key_of(field: str) -> str:
    """Return the key of the query string that a field of `Filters` is written under."""
    return _KEYS.get(field, field)


@dataclass(frozen=True)
class Filters:
    """What a query string stands for: which records, how they are counted, where the reader stands.

    Sets are kept sorted and without repetition, so that two filters that mean the same are equal.

    Parameters
    ----------
    data
        Dataset and the hash it had, ``name@3f9a1c02``; "" for whichever is open.
    origin, destination
        Country codes (or ``between``, ``unlocated``) that legs leave and reach; empty for all.
    country
        Country codes that legs leave or reach, and that events are located in; empty for all.
    place
        Ids of locations that legs leave, pass or reach, and that events are located at; empty for all.
    date
        EDTF date or interval that a record's span must overlap; "" for all.
    event, transfer
        Event ids; transfer ids, which choose their events too; empty for all.
    kind, status
        Kinds of events and statuses of transfers; empty for all.
    group
        Names of groups, as claims write them; chosen are records of which a claim names one. Empty for all.
    source
        Source ids; chosen are records of which one of them makes a claim. Empty for all.
    basis
        Which claims count: ``adopted``, ``all``, or the id of one source.
    compare
        Another basis to set beside it; "" for none.
    asof
        ISO day; only what was published by its end counts. "" for all.
    measure
        What the map colours and the table is sorted by.
    t
        Day on which the playback stands; "" for the player's own beginning.
    at
        Latitude, longitude (degrees) and zoom of the map; None to frame the selection.
    figure
        The number that is open to its claims, as `geodata.evidence` names it; "" for none.
    lang
        Tag of the language of the page, one of `languages`.
    tab
        The open panel, one of `TABS`; "" for the first.

    Raises
    ------
    ValueError
        If a value could not stand in a link.

    Examples
    --------
    >>> Filters(event=("2025-12-13",), status=("done",)).query()
    'v=2&event=2025-12-13&status=done&basis=adopted&measure=remained&lang=en'
    >>> Filters.parse("from=BY&to=UA,LT")[0].destination
    ('LT', 'UA')
    """

    data: str = ""
    origin: tuple[str, ...] = ()
    destination: tuple[str, ...] = ()
    country: tuple[str, ...] = ()
    place: tuple[str, ...] = ()
    date: str = ""
    event: tuple[str, ...] = ()
    transfer: tuple[str, ...] = ()
    kind: tuple[str, ...] = ()
    status: tuple[str, ...] = ()
    group: tuple[str, ...] = ()
    source: tuple[str, ...] = ()
    basis: str = "adopted"
    compare: str = ""
    asof: str = ""
    measure: Measure = "remained"
    t: str = ""
    at: tuple[float, float, float] | None = None
    figure: str = ""
    lang: str = "en"
    tab: str = ""

    def __post_init__(self) -> None:
        """Check every value and bring it into canonical form."""
        for field in fields(self):
            value = getattr(self, field.name)
            if value == field.default:
                continue
            read = _READERS[field.name]
            if field.default == ():
                if len(set(value)) > MAX_VALUES:
                    raise ValueError(f"{field.name} holds more than {MAX_VALUES} values")
                value = tuple(sorted({read(item) for item in value}))
            elif field.name == "at":
                value = read(",".join(map(repr, value)))
            else:
                value = read(value)
            object.__setattr__(self, field.name, value)

    def query(self) -> str:
        """Return the canonical query string: keys in fixed order, sets sorted, nothing empty.

        Whatever is not empty is written, default or not, so that another default in years to come changes no
        link of today.
        """
        parts = [f"v={VERSION}"]
        for key, name in _FIELDS.items():
            value = getattr(self, name)
            if value in _EMPTY:
                continue
            if name == "at":
                value = ",".join(map(_decimal, value))
            elif isinstance(value, tuple):
                value = ",".join(map(_escaped, value) if name == "group" else value)
            parts.append(f"{key}={quote(value, safe='/,@:~')}")
        return "&".join(parts)

    @classmethod
    def parse(cls, query: str) -> tuple[Filters, list[LinkNotice]]:
        """Return the filters that a query string stands for, and a notice for everything it could not get.

        Never raises, and drops nothing in silence.

        Parameters
        ----------
        query
            Percent-encoded query string, with or without the leading ``?``.
        """
        query = query.removeprefix("?")
        if (size := len(query.encode(errors="replace"))) > MAX_QUERY_BYTES:
            reason = f"a link holds at most {MAX_QUERY_BYTES} bytes"
            return cls(), [LinkNotice("", f"filters of {size} bytes", "everything, unfiltered", reason)]
        notices: list[LinkNotice] = []
        link: Link = {}
        for part in filter(None, query.split("&")):
            key, _, raw = part.partition("=")
            key, text = unquote(key), unquote(raw.replace("+", " "))
            if key != "v" and key not in _FIELDS:
                notices.append(LinkNotice(key, text, "the rest of the link", "there is no such key"))
            elif key in link:
                notices.append(LinkNotice(key, text, "the first value of this key", "the key stands twice"))
            else:
                link[key] = text
        # A link without a version was written by hand, for the rules of its day.
        version = link.pop("v", "") or VERSION
        if version not in {VERSION, *_MIGRATIONS}:
            newer = re.fullmatch("[1-9][0-9]{0,8}", version)
            reason = "the link was made by a newer version" if newer else "there is no such version"
            notices.append(LinkNotice("v", version, f"what version {VERSION} understands", reason))
        values: dict[str, Any] = {}
        for key, text in migrated(link, version).items():
            if text:
                values[_FIELDS[key]] = _read(key, text, notices)
        found = cls(**values)
        if (size := len(found.query())) > MAX_QUERY_BYTES:
            reason = f"a link holds at most {MAX_QUERY_BYTES} bytes"
            asked = f"filters of {size} bytes when they are encoded"
            return cls(), [*notices, LinkNotice("", asked, "everything, unfiltered", reason)]
        return found, notices

    def values(self, key: str) -> tuple[str, ...]:
        """Return what one key of the query string holds; nothing where it is at its default."""
        value = getattr(self, _FIELDS[key])
        if value == _DEFAULTS[_FIELDS[key]]:
            return ()
        return value if isinstance(value, tuple) else (value,)

    def without(self, key: str, value: str) -> Filters:
        """Return these filters less one value of one key of the query string."""
        name = _FIELDS[key]
        left: Any = tuple(item for item in self.values(key) if item != value) or _DEFAULTS[name]
        return replace(self, **{name: left})


_DEFAULTS: dict[str, Any] = {field.name: field.default for field in fields(Filters)}
_EMPTY = ((), "", None)


def _decimal(number: float) -> str:
    """Return a number as the shortest plain decimal, never with an exponent."""
    return f"{number:.4f}".rstrip("0").rstrip(".")


def _escaped(item: str) -> str:
    """Return the name of a group with commas written as %2C: a bare comma ends an item of a set.

    It is encoded once more with the rest of the link, since programs that pass a link on encode and decode it
    as they like.
    """
    return item.replace("%", "%25").replace(",", "%2C")


def _unescaped(item: str) -> str:
    """Return the name of a group as it was before `_escaped`."""
    return re.sub("%2C", ",", item, flags=re.IGNORECASE).replace("%25", "%")


def _read(key: str, text: str, notices: list[LinkNotice]) -> Any:
    """Return the value of one key, or its default with a notice."""
    name = _FIELDS[key]
    default = _DEFAULTS[name]
    nothing = "no filter here" if default in _EMPTY else str(default)

    def notice(got: str, reason: str) -> None:
        notices.append(LinkNotice(key, text, got, reason))

    if default != ():
        try:
            return _READERS[name](text)
        except ValueError as error:
            notice(nothing, str(error))
            return default
    items = list(dict.fromkeys(filter(None, text.split(","))))
    if name == "group":
        items = list(dict.fromkeys(map(_unescaped, items)))
    if len(items) > MAX_VALUES:
        notice(nothing, f"a key holds at most {MAX_VALUES} values, and this one has {len(items)}")
        return default
    good = []
    for item in items:
        try:
            good.append(_READERS[name](item))
        except ValueError as error:
            got = "the other values of this key" if len(items) > 1 else nothing
            notice(got, f"{_shown(item)!r}: {error}")
    return tuple(good)
