"""The tables of a dataset, declared once: columns, keys, units, checks; the data dictionary.

Tables are checked as the text they are (stage one, here); `geodata.load` then reads numbers and dates and
checks what columns say of each other (stage two).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd
import pandera.pandas as pa

from geodata.model.counts import WORDINGS
from geodata.model.dates import REMEDY, spans

__all__ = [
    "COUNTS",
    "EVENT_KINDS",
    "LOCATION_KINDS",
    "MAX_COUNT",
    "PRECISIONS",
    "RECURRENCE",
    "REMEDIES",
    "SEPARATOR",
    "STANDINGS",
    "STATUSES",
    "TABLES",
    "Status",
    "Table",
    "data_dictionary",
    "table_schema",
]

Status = Literal["done", "planned", "attempted", "denied"]

LOCATION_KINDS = (
    "prison",
    "city",
    "crossing",
    "airport",
    "hospital",
    "embassy",
    "region",
    "country",
    "death",
)
"""``death`` is where those go who died on the way or in custody."""
PRECISIONS = ("exact", "settlement", "region", "country", "unknown")
EVENT_KINDS = (
    "release",
    "exchange",
    "pardon",
    "return",
    "transfer",
    "deportation",
    "displacement",
    "series",
)
"""``series`` gathers claims about many events at once; it is listed and never counted."""
STATUSES: tuple[Status, ...] = ("done", "planned", "attempted", "denied")
STANDINGS = ("adopted", "corroborating", "conflicting", "superseded", "withdrawn")
COUNTS = ("people", "movements")
"""What the counts of a dataset are numbers of; the first is meant where its descriptor does not say."""
RECURRENCE = ("possible", "none")
"""Whether the same person may be in two events that nothing joins; the first where it is not said."""
SEPARATOR = ";"
"""Between the ids of a list cell."""

MAX_COUNT = 1_000_000_000
"""The most people that one count can tell."""

_MAX_TEXT = 2_000

REMEDIES = {
    "must not be blank": "fill the cell in",
    "is not a term of the list": "use one of: {terms}",
    "is not an EDTF date": REMEDY,
    "is not a whole number of people": f"write digits only, 0 to {MAX_COUNT}",
    "is not a number of degrees": "write decimal degrees with a point, like 27.5615",
    "is not an ISO 3166-1 alpha-2 code": "write two capital letters, like BY",
    "is not an id": "use 1 to 100 characters without blanks, commas, semicolons or control characters",
    "is longer than 2000 characters": "shorten the text",
    "contains control characters": "remove line breaks, tabs and invisible direction marks",
    "is neither true nor false": "write true or false",
}
"""What to do about each check's message."""


def _are_dates(cells: pd.Series) -> pd.Series:
    different = pd.Series(cells.unique(), dtype="str")
    unread = different[spans(different)["earliest"].isna() & (different != "")]
    return ~cells.isin(unread)


def _pattern(pattern: str, message: str, name: str = "text", *, ascii_only: str = "") -> pa.Check:
    """Return a check of cells that are not blank.

    `ascii_only` is a pattern that fits less, by which most cells are told fast: Arrow's regular expressions
    know only the blanks of ASCII. `name` is what the check makes of cells, for `table_schema`.
    """

    def fits(cells: pd.Series) -> pd.Series:
        good = (cells == "") | cells.str.fullmatch(ascii_only or pattern)
        if ascii_only and not good.all():
            rest = cells[~good]
            good[~good] = rest.isin([text for text in rest.unique() if re.fullmatch(pattern, text)])
        return good

    return pa.Check(fits, error=message, name=name)


# The direction marks are those that can reorder the text around them (U+202A–E, U+2066–9).
_PLAIN = _pattern(
    r"[^\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]*", "contains control characters", ascii_only="[ -~]*"
)
_SHORT = pa.Check(lambda cells: cells.str.len() <= _MAX_TEXT, error="is longer than 2000 characters")
_FILLED = pa.Check(lambda cells: cells.str.strip() != "", error="must not be blank")
_ID = _pattern(r"[^\s,;\x00-\x1f\x7f]{1,100}", "is not an id", "id", ascii_only=r"[!-+\-.-:<-~]{1,100}")
_IDS = _pattern(r"[^,]+", "is not an id", ascii_only=r"[ -+\-.-~]+")
_DATE = pa.Check(_are_dates, error="is not an EDTF date")
_COUNT = _pattern(rf"[0-9]{{1,9}}|{MAX_COUNT}", "is not a whole number of people", "integer")
_DEGREES = _pattern(r"[+-]?[0-9]{1,3}(\.[0-9]{1,15})?", "is not a number of degrees", "number")
_COUNTRY = _pattern(r"[A-Z]{2}", "is not an ISO 3166-1 alpha-2 code")
_TRUTH = _pattern(r"true|false", "is neither true nor false", "boolean")


def _terms(terms: tuple[str, ...]) -> pa.Check:
    return pa.Check.isin(["", *terms], error="is not a term of the list", description=", ".join(terms))


def _column(meaning: str, *checks: pa.Check, required: bool = False) -> pa.Column:
    """Return a text column; a required one must be there and filled in every row."""
    filled = [_FILLED] if required else []
    return pa.Column(str, [*filled, _PLAIN, _SHORT, *checks], required=required, description=meaning)


@dataclass(frozen=True)
class Table:
    """One table of a dataset.

    Parameters
    ----------
    name
        Its word in the ladder; the file is ``NAME.csv``.
    meaning
        What one row is.
    key
        The column whose values are unique.
    schema
        Columns as text, with their checks.
    references
        Column to the tables whose ids it may hold.
    optional
        Whether a dataset may lack the table.
    added
        Columns that came later: they enter a dataset's hash only where they are filled in, so that data that
        did not change keeps its hash.
    """

    name: str
    meaning: str
    key: str
    schema: pa.DataFrameSchema
    references: dict[str, tuple[str, ...]]
    optional: bool = False
    added: tuple[str, ...] = ()

    @property
    def columns(self) -> list[str]:
        """Names of the columns, in the order in which they are written."""
        return list(self.schema.columns)

    @property
    def required(self) -> list[str]:
        """Names of the columns that every file must have."""
        return [name for name, column in self.schema.columns.items() if column.required]

    def terms(self, column: str) -> str:
        """Return the terms that a column may hold, with commas between; "" where it may hold any text."""
        checks = self.schema.columns[column].checks
        return next((check.description for check in checks if check.description), "")


def _table(
    name: str,
    meaning: str,
    columns: dict[str, pa.Column],
    references: dict[str, tuple[str, ...]] | None = None,
    *,
    optional: bool = False,
    added: tuple[str, ...] = (),
) -> Table:
    schema = pa.DataFrameSchema(columns)
    return Table(name, meaning, next(iter(columns)), schema, references or {}, optional, added)


TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        _table(
            "locations",
            "a place: a point, or only a country or region",
            {
                "location_id": _column("key", _ID, required=True),
                "name": _column(
                    "as the sources call it, in English where there is an English name", required=True
                ),
                "kind": _column(
                    "what it is; `death` is where those go who died on the way or in custody",
                    _terms(LOCATION_KINDS),
                ),
                "longitude": _column("degrees east, WGS 84", _DEGREES),
                "latitude": _column("degrees north, WGS 84", _DEGREES),
                "precision": _column(
                    "how exactly the place is known; `country` needs a country_code and no coordinates, "
                    "`unknown` needs neither",
                    _terms(PRECISIONS),
                    required=True,
                ),
                "country_code": _column(
                    "ISO 3166-1 alpha-2; derived from the coordinates where blank, else checked. "
                    "A crossing without a code is between countries",
                    _COUNTRY,
                ),
                "note": _column("anything a reader should know"),
            },
        ),
        _table(
            "events",
            "something that set people in motion",
            {
                "event_id": _column("key", _ID, required=True),
                "title": _column("a short name", required=True),
                "kind": _column(
                    "what it was; `series` gathers claims about many events, is never counted and has no "
                    "transfers",
                    _terms(EVENT_KINDS),
                    required=True,
                ),
                "date": _column("when, EDTF", _DATE, required=True),
                "location_id": _column("where people were freed", _ID),
                "summary": _column("one or two sentences"),
                "status": _column(
                    "whether it took place; blank = it did, unless it has transfers of which none did",
                    _terms(STATUSES),
                ),
            },
            {"location_id": ("locations",)},
            added=("status",),
        ),
        _table(
            "transfers",
            "one leg: people of one event going from one origin to one destination",
            {
                "transfer_id": _column("key", _ID, required=True),
                "event_id": _column("the event that set these people in motion", _ID, required=True),
                "origin_id": _column(
                    "location they left; where it is not known, one of precision `unknown`",
                    _ID,
                    required=True,
                ),
                "destination_id": _column(
                    "location they went to; where it is not known, one of precision `unknown`",
                    _ID,
                    required=True,
                ),
                "via": _column("locations passed on the way, in order, `;` between", _IDS),
                "departed": _column(
                    "when they left, EDTF; the event's date where both dates are blank", _DATE
                ),
                "arrived": _column("when they arrived, EDTF", _DATE),
                "status": _column(
                    "whether it happened; the four are never added together", _terms(STATUSES), required=True
                ),
                "follows": _column(
                    "transfers that brought the same people to this origin, `;` between", _IDS
                ),
                "note": _column("anything a reader should know"),
            },
            {
                "event_id": ("events",),
                "origin_id": ("locations",),
                "destination_id": ("locations",),
                "via": ("locations",),
                "follows": ("transfers",),
            },
        ),
        _table(
            "claims",
            "what one source says of the number of people in one event or transfer",
            {
                "claim_id": _column("key", _ID, required=True),
                "subject_id": _column("an event or a transfer", _ID, required=True),
                "group": _column("the part of the subject's people that is meant; blank = everyone"),
                "count_min": _column("people at least, both bounds inclusive", _COUNT, required=True),
                "count_max": _column("people at most; blank = open", _COUNT),
                "wording": _column("the number as published", required=True),
                "source_id": _column("who published it", _ID, required=True),
                "quote": _column("the words around it, in the source's language"),
                "attribution": _column("whom the source cites"),
                "standing": _column(
                    "how it entered; at most one claim of a subject and group is adopted",
                    _terms(STANDINGS),
                    required=True,
                ),
            },
            {"subject_id": ("events", "transfers"), "source_id": ("sources",)},
        ),
        _table(
            "sources",
            "a publication",
            {
                "source_id": _column("key", _ID, required=True),
                "publisher": _column("who published it", required=True),
                "title": _column("its title"),
                "url": _column("its address on the web, as found"),
                "published": _column("when, EDTF", _DATE),
                "language": _column("BCP 47 tag"),
            },
        ),
        _table(
            "people",
            "a public figure; nobody else is ever named",
            {
                "person_id": _column("key", _ID, required=True),
                "name": _column("as published", required=True),
                "transfers": _column("transfers the person is reported on, `;` between", _IDS),
                "source_id": _column("who names the person", _ID, required=True),
                "public": _column("only `true` is ever shown", _TRUTH, required=True),
                "note": _column("anything a reader should know"),
            },
            {"transfers": ("transfers",), "source_id": ("sources",)},
            optional=True,
        ),
    )
}
"""The five tables of a dataset, and the optional table of people, in the order of the ladder."""


def data_dictionary() -> str:
    """Return the data dictionary as Markdown: a section a table, and the table of wordings."""
    parts = []
    for table in TABLES.values():
        parts.append(
            f"### {table.name}{' (optional)' if table.optional else ''}\n\nOne row: {table.meaning}.\n"
        )
        parts.append("| column | needed | meaning |\n|---|---|---|")
        for name, column in table.schema.columns.items():
            terms = table.terms(name)
            references = " or ".join(table.references.get(name, ()))
            meaning = ". ".join(
                [column.description]
                + ([f"One of: {terms}"] if terms else [])
                + ([f"Refers to {references}"] if references else [])
            )
            parts.append(f"| `{name}` | {'yes' if column.required else ''} | {meaning}. |")
        parts.append("")
    parts.append("### Wordings\n\nBounds that a published wording means.\n\n| wording | bounds |\n|---|---|")
    parts += [f"| {wording.example} | {wording.meaning} |" for wording in WORDINGS]
    return "\n".join(parts) + "\n"


def table_schema(table: Table) -> dict[str, Any]:
    """Return a table as a descriptor of a data package writes it (Frictionless Table Schema).

    Examples
    --------
    >>> table_schema(TABLES["claims"])["fields"][3]["constraints"]
    {'required': True}
    >>> [key["fields"] for key in table_schema(TABLES["claims"])["foreignKeys"]]
    ['source_id']
    """
    fields: list[dict[str, Any]] = []
    for name, column in table.schema.columns.items():
        kinds = {check.name for check in column.checks} & {"integer", "number", "boolean"}
        terms = [
            term for check in column.checks for term in check.statistics.get("allowed_values", ()) if term
        ]
        limits = ({"required": True} if column.required else {}) | ({"enum": terms} if terms else {})
        constraints = {"constraints": limits} if limits else {}
        fields.append(
            {"name": name, "type": min(kinds, default="string"), "description": column.description}
            | constraints
        )
    # A cell with several ids, or with ids of several tables, is beyond what a foreign key can say.
    single = {
        name: targets[0]
        for name, targets in table.references.items()
        if len(targets) == 1 and "id" in {check.name for check in table.schema.columns[name].checks}
    }
    keys = [
        {"fields": name, "reference": {"resource": target, "fields": TABLES[target].key}}
        for name, target in single.items()
    ]
    return {"fields": fields, "primaryKey": table.key, "missingValues": [""]} | (
        {"foreignKeys": keys} if keys else {}
    )


if __name__ == "__main__":
    print(data_dictionary(), end="")
