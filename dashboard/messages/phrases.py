"""Phrases with named holes, and what fills them: numbers that can be opened, enumerations.

Every sentence is one phrase, chosen for its case. A hole that stays empty takes the blank before it along.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from string import Formatter
from typing import NamedTuple, TypeAlias

from babel.lists import format_list

from dashboard.components.cells import Cell
from geodata.model.counts import number_text

__all__ = ["Parts", "Phrase", "filled", "joined", "text_of", "with_noun"]

Parts: TypeAlias = list[Cell | str]
"""A sentence, or a piece of one: texts, and numbers that can be opened."""


class Phrase(NamedTuple):
    """A phrase for one of what it counts, and for any other number."""

    one: str
    other: str


def joined(parts: Sequence[str], last: str = "and") -> str:
    """Return parts as an enumeration.

    Examples
    --------
    >>> joined(["89 in Poland", "29 in Lithuania", "5 in Ukraine"])
    '89 in Poland, 29 in Lithuania and 5 in Ukraine'
    """
    return format_list(list(parts), style="or" if last == "or" else "standard", locale="en_GB")


def text_of(parts: Iterable[Cell | str]) -> str:
    """Return a sentence as plain text."""
    return "".join(part if isinstance(part, str) else part.text for part in parts)


def filled(phrase: str, holes: dict[str, str | Parts]) -> Parts:
    """Return a phrase with its holes filled; an empty one takes the blank before it along."""
    parts: Parts = [""]
    for text, hole, _, _ in Formatter().parse(phrase):
        filling = holes[hole] if hole else ""
        for part in [text, *([filling] if isinstance(filling, str) else filling)]:
            if isinstance(part, str) and isinstance(parts[-1], str):
                parts[-1] += part
            else:
                parts.append(part)
        if hole and not filling and isinstance(parts[-1], str):
            parts[-1] = parts[-1].removesuffix(" ")
    return [part for part in parts if part]


def with_noun(number: int, noun: str) -> str:
    """Return a number of things that are counted: "1 event", "1,200 events"."""
    return f"{number_text(number)} {noun}" if number == 1 else f"{number_text(number)} {noun}s"
