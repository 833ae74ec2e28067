"""What is wrong with a file, said so that its author can mend it."""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass

__all__ = ["DataError", "Problem", "column_problems"]


@dataclass(frozen=True, order=True)
class Problem:
    """One fault in one place.

    Parameters
    ----------
    file
        Name of the file, relative to the dataset's folder.
    row
        Row as the author's editor counts it (the header is row 1); 0 where the fault is the whole file's.
    column
        Column name, or "" where the fault is the whole row's.
    message
        What is wrong, with the offending value.
    remedy
        What to do about it.

    Examples
    --------
    >>> print(Problem("claims.csv", 7, "count_min", "'abc' is not a whole number", "write digits only"))
    claims.csv:7:count_min: 'abc' is not a whole number (write digits only)
    """

    file: str
    row: int
    column: str
    message: str
    remedy: str

    def __str__(self) -> str:
        """Return ``file:row:column: message (remedy)``, leaving out what does not apply."""
        place = ":".join(
            [self.file, *([str(self.row)] if self.row else []), *([self.column] if self.column else [])]
        )
        return f"{place}: {self.message} ({self.remedy})"


def column_problems(
    columns: Container[str], file: str, *, needed: Iterable[str], added: Iterable[str]
) -> list[Problem]:
    """Return what is wrong with the columns of a table of coordinates.

    Parameters
    ----------
    columns
        Those that it has.
    file
        What to call it.
    needed
        Those that must be there, in WGS 84 degrees.
    added
        Those that would be overwritten.
    """
    missing = [
        Problem(file, 1, column, "the column is missing", "add it, in WGS 84 degrees")
        for column in needed
        if column not in columns
    ]
    return missing + [
        Problem(file, 1, column, "the column is there already", "rename it, or leave it out")
        for column in added
        if column in columns
    ]


class DataError(Exception):
    """Raised with every problem found, never with the first alone.

    Parameters
    ----------
    problems
        At least one problem; kept sorted by file, row and column.
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(sorted(problems))
        super().__init__("\n".join(map(str, self.problems)))

    def __reduce__(self) -> tuple[type[DataError], tuple[tuple[Problem, ...]]]:
        """Return how to make it again in another process."""
        return type(self), (self.problems,)
