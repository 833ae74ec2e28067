"""Counts of people as bounds: wordings to bounds, sums, differences, labels.

A count is a pair of whole numbers, ``count_min`` and ``count_max``, both inclusive; an open upper bound is
missing (``<NA>``). Inside a calculation the open bound is infinity, so that sums and differences need no
special case.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd
from babel.numbers import format_decimal

__all__ = [
    "WORDINGS",
    "Bounds",
    "Count",
    "FloatArray",
    "Wording",
    "amount_text",
    "bounds",
    "bounds_of",
    "columns",
    "compare",
    "count_text",
    "hull",
    "label",
    "labels",
    "maxima",
    "minima",
    "number_text",
    "plain_text",
    "to_nullable",
    "who_text",
]

FloatArray: TypeAlias = npt.NDArray[np.float64]

Bounds: TypeAlias = tuple[int, int | None]
"""Lower and upper bound, inclusive; None where the upper bound is open."""


@dataclass(frozen=True)
class Count:
    """A number of people, as bounds.

    Parameters
    ----------
    minimum, maximum
        Both inclusive; the maximum is None where it is open.
    reported
        Whether a claim gives it; what none gives may still be bounded by the claims on other records.

    Examples
    --------
    >>> Count(62, 122).label, Count(51, None).label, Count(0, None, reported=False).label
    ('62–122', '≥ 51', 'not reported')
    """

    minimum: int
    maximum: int | None
    reported: bool = True

    @classmethod
    def of(cls, low: float, high: float, *, reported: bool = True) -> Count:
        """Return floats as a count; infinity, or what is missing, as an open bound.

        Examples
        --------
        >>> Count.of(51.0, float("inf"))
        Count(minimum=51, maximum=None, reported=True)
        """
        return cls(int(low), None if pd.isna(high) or high == np.inf else int(high), reported)

    @property
    def nothing(self) -> bool:
        """Whether it is 0 people for certain."""
        return self.maximum == 0

    @property
    def open(self) -> bool:
        """Whether no upper bound is known."""
        return self.maximum is None

    @property
    def exact(self) -> bool:
        """Whether it is one number."""
        return self.minimum == self.maximum

    @property
    def unknown(self) -> bool:
        """Whether nothing at all is known of it: 0 … open, shown as "not reported"."""
        return self.open and self.minimum == 0

    @property
    def singular(self) -> bool:
        """Whether English has one of it: "1 person", "at least 1 person"."""
        return self.minimum == 1 and (self.open or self.exact)

    @property
    def label(self) -> str:
        """How it is written: see `label`."""
        return label(self.minimum, self.maximum)


_NUMBER_WORDS = {
    word: number
    for number, word in enumerate(
        "one two three four five six seven eight nine ten eleven twelve".split(),  # noqa: SIM905  a list is longer
        start=1,
    )
} | {"a": 1, "an": 1, "a hundred": 100, "a thousand": 1000}


def _number(text: str) -> int | None:
    """Return the whole number that digits or a number word stand for."""
    return int(text) if text.isdecimal() else _NUMBER_WORDS.get(text)


def plain_text(text: str) -> str:
    """Return a wording in small letters, with single spaces, ASCII digits and no marks between thousands.

    Examples
    --------
    >>> plain_text(" Over  1,234 "), plain_text("５"), plain_text("12,5")
    ('over 1234', '5', '12,5')
    """
    text = " ".join(text.lower().split())
    text = "".join(str(unicodedata.decimal(letter)) if letter.isdecimal() else letter for letter in text)
    return re.sub(r"(?<![0-9.,])[0-9]{1,3}(?:([,' ’])[0-9]{3})(?:\1[0-9]{3})*(?![0-9.,])", _ungrouped, text)


def _ungrouped(found: re.Match[str]) -> str:
    return re.sub("[^0-9]", "", found[0])


@dataclass(frozen=True)
class Wording:
    """A family of wordings and the bounds it means.

    Parameters
    ----------
    pattern
        What the whole wording looks like; ``n`` is its number, where it has one, and ``m`` a second.
    bounds
        From the numbers to the bounds.
    example
        One of them.
    meaning
        The bounds, for readers.
    """

    pattern: str
    bounds: Callable[..., Bounds]
    example: str
    meaning: str


# More digits than any number of people has are no number: Python limits the digits that it reads.
_N, _M = (rf"(?P<{name}>[0-9]{{1,15}}|[a-z]+(?: [a-z]+)?)" for name in "nm")

WORDINGS: tuple[Wording, ...] = (
    Wording(rf"(?:over|more than) {_N}", lambda n: (n + 1, None), "over 50, more than 50", "51 … open"),
    Wording(
        rf"at least {_N}|(?P<n_more>[0-9]{{1,15}}) ?(?:\+|or more)",
        lambda n: (n, None),
        "at least 10, 10 or more, 10+",
        "10 … open",
    ),
    Wording(rf"(?:up to|at most) {_N}", lambda n: (0, n), "up to 20, at most 20", "0 … 20"),
    Wording(
        rf"(?:under|fewer than|less than) {_N}",
        lambda n: (0, max(n - 1, 0)),
        "under 20, fewer than 20",
        "0 … 19",
    ),
    Wording(
        rf"most of {_N}", lambda n: (n // 2 + 1, n - 1), "most of 123", "62 … 122: more than half, not all"
    ),
    Wording(r"a small (?:contingent|group)", lambda: (1, None), "a small contingent", "1 … open: no figure"),
    Wording(rf"(?:from )?{_N}(?: ?[-–] ?| to ){_M}", lambda n, m: (n, m), "10-20, 10 to 20", "10 … 20"),
    Wording(rf"between {_N} and {_M}", lambda n, m: (n, m), "between 10 and 20", "10 … 20"),
    Wording(_N, lambda n: (n, n), "9, nine", "9 … 9"),
)
"""The wordings that `bounds_of` reads; the first that fits counts."""


def bounds_of(wording: str) -> Bounds | None:
    """Return the bounds that a published wording means, or None where the table `WORDINGS` does not say.

    Examples
    --------
    >>> bounds_of("over 50"), bounds_of("most of 123"), bounds_of("a small contingent"), bounds_of("9")
    ((51, None), (62, 122), (1, None), (9, 9))
    >>> bounds_of("10-20"), bounds_of("1,234"), bounds_of("50+")
    ((10, 20), (1234, 1234), (50, None))
    >>> bounds_of("several") is bounds_of("20-10") is bounds_of("12,5") is None
    True
    """
    text = plain_text(wording)
    for family in WORDINGS:
        if found := re.fullmatch(family.pattern, text):
            numbers = [_number(part) for part in found.groupdict().values() if part is not None]
            if None not in numbers:
                low, high = family.bounds(*numbers)
                return (low, high) if high is None or low <= high else None
    return None


def label(count_min: int, count_max: int | None) -> str:
    """Return how a count is written everywhere: never a lone midpoint, never a bound that is not there.

    Examples
    --------
    >>> label(114, 114), label(114, 115), label(51, None), label(0, None)
    ('114', '114–115', '≥ 51', 'not reported')
    """
    if count_max is None or pd.isna(count_max):
        return f"≥ {count_min}" if count_min else "not reported"
    return str(count_min) if count_min == count_max else f"{count_min}–{count_max}"


def number_text(number: int) -> str:
    """Return a whole number with its thousands separated.

    Examples
    --------
    >>> number_text(9), number_text(20061)
    ('9', '20,061')
    """
    return str(number) if 0 <= number < 1000 else format_decimal(number, locale="en")


def count_text(count: Count) -> str:
    """Return how a count is written for readers: `Count.label` with its thousands separated.

    Examples
    --------
    >>> count_text(Count(20061, 20061)), count_text(Count(950, 1000)), count_text(Count(1000, None))
    ('20,061', '950–1,000', '≥ 1,000')
    >>> count_text(Count(0, None))
    'not reported'
    """
    if count.unknown:
        return count.label
    if count.maximum is None:
        return f"≥ {number_text(count.minimum)}"
    low, high = number_text(count.minimum), number_text(count.maximum)
    return low if low == high else f"{low}–{high}"


def amount_text(count: Count) -> str:
    """Return a count without a noun, as a phrase within a sentence.

    Examples
    --------
    >>> amount_text(Count(114, 115)), amount_text(Count(1200, None)), amount_text(Count(0, None))
    ('114–115', 'at least 1,200', 'an unreported number')
    """
    if count.unknown:
        return "an unreported number"
    return f"at least {number_text(count.minimum)}" if count.open else count_text(count)


def who_text(count: Count, counts: str = "people") -> str:
    """Return a count with its noun, as a phrase within a sentence.

    Parameters
    ----------
    count
        The number.
    counts
        What the dataset counts: ``people`` or ``movements``.

    Examples
    --------
    >>> who_text(Count(1, 1)), who_text(Count(1200, None)), who_text(Count(0, None), "movements")
    ('1 person', 'at least 1,200 people', 'an unreported number of movements')
    """
    one, many = ("movement", "movements") if counts == "movements" else ("person", "people")
    if count.unknown:
        return f"{amount_text(count)} of {many}"
    return f"{amount_text(count)} {one if count.singular else many}"


def labels(counts: pd.DataFrame, measure: str = "count") -> list[str]:
    """Return the labels of a measure, one a row."""
    both = zip(minima(counts, measure).tolist(), maxima(counts, measure).tolist(), strict=True)
    return [label(*bounds(low, high)) for low, high in both]


def bounds(low: float, high: float) -> Bounds:
    """Return floats as bounds; infinity as an open one.

    Examples
    --------
    >>> bounds(51.0, float("inf"))
    (51, None)
    """
    return int(low), None if high == np.inf else int(high)


def columns(measure: str) -> list[str]:
    """Return the two column names of a measure: ``["arrived_min", "arrived_max"]``."""
    return [f"{measure}_min", f"{measure}_max"]


def minima(counts: pd.DataFrame, measure: str = "count") -> FloatArray:
    """Return the lower bounds as floats, one a row."""
    return counts[f"{measure}_min"].to_numpy(dtype=float, na_value=0)


def maxima(counts: pd.DataFrame, measure: str = "count") -> FloatArray:
    """Return the upper bounds as floats, one a row; infinity where open."""
    return counts[f"{measure}_max"].to_numpy(dtype=float, na_value=np.inf)


def to_nullable(values: FloatArray, index: pd.Index) -> pd.Series:
    """Return floats as whole numbers (Int64) on `index`, infinity as missing."""
    open_ended = np.isinf(values)
    whole = np.where(open_ended, 0, values).astype("int64")
    return pd.Series(pd.arrays.IntegerArray(whole, open_ended), index)


def compare(one: pd.DataFrame, other: pd.DataFrame, measure: str = "count") -> pd.DataFrame:
    """Return two counts of the same things, and how far apart they are, whatever the truth in their bounds.

    Parameters
    ----------
    one, other
        With the columns of the measure; rows that only one of them has are kept.

    Returns
    -------
    DataFrame
        On the rows of both; in_one, in_other (whether the row is there), then ``_min`` and ``_max`` (Int64;
        missing = open) of one, other and apart. Where both are there, a lower bound of 0 means that both can
        be right; where one is not, nothing is apart.

    Examples
    --------
    >>> def counts(low, high):
    ...     return pd.DataFrame({"count_min": [low], "count_max": [high]}, ["UA"], dtype="Int64")
    >>> compare(counts(114, 114), counts(115, 115))[columns("apart")].iloc[0].tolist()
    [1, 1]
    >>> compare(counts(114, 114), counts(62, 122))[columns("apart")].iloc[0].tolist()
    [0, 52]
    """
    rows = one.index.append(other.index.difference(one.index, sort=False))
    in_one, in_other = rows.isin(one.index), rows.isin(other.index)
    one, other = (table[columns(measure)].reindex(rows) for table in (one, other))
    low, high, other_low, other_high = (
        bound for side in (one, other) for bound in (minima(side, measure), maxima(side, measure))
    )
    both = in_one & in_other
    least = np.where(both, np.maximum(np.maximum(low - other_high, other_low - high), 0.0), 0.0)
    most = np.where(both, np.maximum(high - other_low, other_high - low), 0.0)
    names = [*columns("one"), *columns("other"), *columns("apart")]
    bounds = (low, high, other_low, other_high, least, most)
    counts = {name: to_nullable(values, rows) for name, values in zip(names, bounds, strict=True)}
    return pd.DataFrame({"in_one": in_one, "in_other": in_other, **counts}, rows)


def hull(claims: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Return the smallest bounds that hold every claim of each `by`: lowest minimum, highest maximum.

    Parameters
    ----------
    claims
        Columns `by`, ``count_min``, ``count_max`` (Int64).

    Returns
    -------
    DataFrame
        Index `by`; ``count_min`` and ``count_max`` (Int64, missing = open).
    """
    filled = claims[by].assign(count_min=minima(claims), count_max=maxima(claims))
    grouped = filled.groupby(by).agg({"count_min": "min", "count_max": "max"})
    return pd.DataFrame(
        {
            bound: to_nullable(grouped[bound].to_numpy(dtype=float), grouped.index)
            for bound in columns("count")
        }
    )
