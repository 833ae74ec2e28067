"""Every figure that is a number of people, declared once: its name, what it is a number of, its meaning."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, get_args

__all__ = [
    "COUNT",
    "MEASURES",
    "OUTCOME",
    "PEOPLE",
    "PRESENT",
    "QUANTITIES",
    "Measure",
    "Quantity",
    "figure_parts",
    "of_kind",
]

Measure = Literal["released", "departed", "arrived", "passed_on", "remained", "moved_within"]
"""Names of the totals of a country; a type checker needs them as they stand."""
Kind = Literal["total", "present", "outcome", "people", "record"]

PEOPLE: Final = "people"
"""All people, each once."""
PRESENT: Final = "present"
"""People who are at a place at the end of a day: `geodata.analysis.presence.present`."""
OUTCOME: Final = "outcome"
"""People of events and transfers of one kind or status: `geodata.analysis.totals.outcomes`."""
COUNT: Final = "count"
"""People of one event or transfer."""


@dataclass(frozen=True)
class Quantity:
    """A number of people that tables and links name.

    Parameters
    ----------
    name
        As columns and the key ``figure`` write it.
    kind
        What it is a number of: ``total`` of a country, ``present`` at a place on a day, ``outcome``, all
        ``people``, or one ``record``. The first three have rows: ``UA.arrived``, ``in_transit.present``.
    meaning
        What is said of these people, after "people".
    """

    name: str
    kind: Kind
    meaning: str


_DECLARED = (
    Quantity("released", "total", "freed by events located there"),
    Quantity("departed", "total", "who left for elsewhere"),
    Quantity("arrived", "total", "who arrived from elsewhere"),
    Quantity("passed_on", "total", "who had arrived and left again"),
    Quantity("remained", "total", "who had arrived and stayed"),
    Quantity("moved_within", "total", "who moved inside it"),
    Quantity(PRESENT, "present", "who are there at the end of a day"),
    Quantity(OUTCOME, "outcome", "of events or transfers of one kind or status"),
    Quantity(PEOPLE, "people", "in all, each once"),
    Quantity(COUNT, "record", "of one event or transfer"),
)
QUANTITIES = {quantity.name: quantity for quantity in _DECLARED}
"""Every figure by its name; totals in the order of the table."""


def of_kind(*kinds: Kind) -> tuple[str, ...]:
    """Return the names of the quantities of some kinds, in order.

    Examples
    --------
    >>> of_kind("people", "present")
    ('present', 'people')
    """
    return tuple(name for name, quantity in QUANTITIES.items() if quantity.kind in kinds)


MEASURES: tuple[Measure, ...] = get_args(Measure)
"""What can be counted of a country, in the order of the table; just `of_kind("total")`."""


def figure_parts(figure: str) -> tuple[str, str] | None:
    """Return row and measure of a figure of a table like ``UA.arrived``; None where it is of another kind.

    Examples
    --------
    >>> figure_parts("UA.arrived"), figure_parts("in_transit.present"), figure_parts("people")
    (('UA', 'arrived'), ('in_transit', 'present'), None)
    """
    row, _, measure = figure.rpartition(".")
    return (row, measure) if row and measure in of_kind("total", PRESENT, OUTCOME) else None
