"""Filters and query strings: one frozen value, one canonical text, notices for what was ignored."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, TypeAlias
from urllib.parse import quote, unquote

from geodata.model.fields import EMPTY, FIELDS, VERSION, Field, keys, languages
from geodata.model.measures import MEASURES, OUTCOME, PEOPLE, PRESENT, Measure, figure_parts

__all__ = [
    "CLAIM_KEYS",
    "MAX_QUERY_BYTES",
    "MAX_VALUES",
    "MEASURES",
    "OUTCOME",
    "PEOPLE",
    "PRESENT",
    "RECORD_KEYS",
    "VERSION",
    "Filters",
    "LinkNotice",
    "Measure",
    "figure_parts",
    "key_of",
    "languages",
    "migrated",
]

MAX_QUERY_BYTES = 4096
MAX_VALUES = 64
RECORD_KEYS = keys("records")
"""Keys of the query string that choose records; the others say how these are counted and shown."""
CLAIM_KEYS = keys("claims")
"""Keys of the query string that choose claims."""

_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")
_SHOWN, _SHOWN_REASON = 80, 400


def _shown(text: str, most: int = _SHOWN) -> str:
    """Return an untrusted text as it may be printed: short, without marks that hide or reorder it."""
    text = _UNSAFE.sub("\ufffd", text)
    return text if len(text) <= most else text[: most - 1] + "…"


@dataclass(frozen=True)
class LinkNotice:
    """What of a link was ignored, and why.

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
    >>> print(LinkNotice("measure", "height", "people who remained", "there is no such measure"))
    measure=height was ignored: there is no such measure. Shown: people who remained.
    """

    key: str
    asked: str
    got: str
    reason: str

    def __post_init__(self) -> None:
        """Make untrusted text safe to print."""
        for name in ("key", "asked", "got"):
            object.__setattr__(self, name, _shown(getattr(self, name)))
        object.__setattr__(self, "reason", _shown(self.reason, _SHOWN_REASON))

    def __str__(self) -> str:
        """Return the notice as a sentence."""
        asked = f"{self.key}={self.asked}" if self.key else self.asked
        return f"{asked} was ignored: {self.reason}. Shown: {self.got}."


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


def key_of(name: str) -> str:
    """Return the key of the query string that a field of `Filters` is written under."""
    return FIELDS[name].key


_BY_KEY: dict[str, Field] = {field.key: field for field in FIELDS.values()}


@dataclass(frozen=True)
class Filters:
    """What a query string stands for: which records, how they are counted, where the reader stands.

    What each field means, and what it may hold, is declared in `geodata.model.fields.FIELDS`; type checkers
    need them here as well. Sets are kept sorted and without repetition, so that two filters that mean the
    same are equal.

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
        for name, field in FIELDS.items():
            value = getattr(self, name)
            if value == field.default:
                continue
            if field.several:
                value = tuple(sorted({field.read(item) for item in value}))
            else:
                value = field.read(field.write(value))
            object.__setattr__(self, name, value)

    def query(self) -> str:
        """Return the canonical query string: keys in fixed order, sets sorted, nothing empty.

        Whatever is not empty is written, default or not, so that another default in years to come changes no
        link of today. It may be longer than a link can be; `too_long` says so.
        """
        parts = [f"v={VERSION}"]
        for name, field in FIELDS.items():
            value = getattr(self, name)
            if value in EMPTY:
                continue
            text = ",".join(map(field.write, value)) if field.several else field.write(value)
            parts.append(f"{field.key}={quote(text, safe='/,@:~')}")
        return "&".join(parts)

    @property
    def too_long(self) -> str:
        """Why no link can hold these filters; "" where one can.

        Examples
        --------
        >>> Filters(event=tuple(map(str, range(65)))).too_long
        'a link holds at most 64 values of a key, and event has 65'
        """
        for name, field in FIELDS.items():
            if field.several and (count := len(getattr(self, name))) > MAX_VALUES:
                return f"a link holds at most {MAX_VALUES} values of a key, and {field.key} has {count}"
        size = len(self.query())
        return f"{_MOST_BYTES}, and this one would have {size:,}" if size > MAX_QUERY_BYTES else ""

    @classmethod
    def parse(cls, query: str) -> tuple[Filters, list[LinkNotice]]:
        """Return the filters that a query string stands for, and a notice for everything that was ignored.

        Never raises, and drops nothing in silence.

        Parameters
        ----------
        query
            Percent-encoded query string, with or without the leading ``?``.
        """
        query = query.removeprefix("?")
        if (size := len(query.encode(errors="replace"))) > MAX_QUERY_BYTES:
            return cls(), [LinkNotice("", f"The link of {size:,} bytes", _EVERYTHING, _MOST_BYTES)]
        notices: list[LinkNotice] = []
        link: Link = {}
        for part in filter(None, query.split("&")):
            key, _, raw = part.partition("=")
            key, text = unquote(key), unquote(raw.replace("+", " "))
            if key != "v" and key not in _BY_KEY:
                notices.append(LinkNotice(key, text, "the rest of the link", "there is no such key"))
            elif key in link:
                notices.append(LinkNotice(key, text, "the first value of this key", "the key is a duplicate"))
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
                field = _BY_KEY[key]
                values[field.name] = _read(field, text, notices)
        found = cls(**values)
        if (size := len(found.query())) > MAX_QUERY_BYTES:
            asked = f"The link, of {size:,} bytes when it is encoded,"
            return cls(), [*notices, LinkNotice("", asked, _EVERYTHING, _MOST_BYTES)]
        return found, notices

    def values(self, key: str) -> tuple[str, ...]:
        """Return what one key of the query string holds; nothing where it is at its default."""
        field = _BY_KEY[key]
        value = getattr(self, field.name)
        if value == field.default:
            return ()
        return value if isinstance(value, tuple) else (value,)

    def without(self, key: str, value: str) -> Filters:
        """Return these filters less one value of one key of the query string."""
        field = _BY_KEY[key]
        left: Any = tuple(item for item in self.values(key) if item != value) or field.default
        return replace(self, **{field.name: left})


_MOST_BYTES = f"a link holds at most {MAX_QUERY_BYTES:,} bytes"
_EVERYTHING = "everything, unfiltered"
OTHERS = "the other values of this key"
"""What is shown where some values of a key were ignored."""


def _read(field: Field, text: str, notices: list[LinkNotice]) -> Any:
    """Return the value of one key, or its default with a notice."""

    def notice(asked: str, got: str, reason: str) -> None:
        notices.append(LinkNotice(field.key, asked, got, reason))

    if not field.several:
        try:
            return field.read(text)
        except ValueError as error:
            notice(text, field.without, str(error))
            return field.default
    items = [*dict.fromkeys(map(field.unescape, filter(None, text.split(","))))]
    if len(items) > MAX_VALUES:
        reason = f"a key holds at most {MAX_VALUES} values, and this one has {len(items):,}"
        notice(text, field.without, reason)
        return ()
    good: list[Any] = []
    wrong: list[tuple[str, str]] = []
    for item in items:
        try:
            good.append(field.read(item))
        except ValueError as error:
            wrong.append((item, str(error)))
    for item, reason in wrong:
        notice(item, OTHERS if good else field.without, reason)
    return tuple(good)
