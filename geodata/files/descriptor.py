"""The descriptor of a data package: what a dataset says of itself."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from typing import Any

from geodata.files.opening import content_of
from geodata.model.problems import DataError, Problem
from geodata.model.schema import COUNTS, RECURRENCE
from geodata.query.filters import Filters

__all__ = ["DESCRIPTOR", "Descriptor", "read_descriptor"]

DESCRIPTOR = "datapackage.json"
_TERMS = {"counts": COUNTS, "recurrence": RECURRENCE}
_TEXTS = ("name", "title", "description", "populations", "gaps", "featured")


@dataclass(frozen=True)
class Descriptor:
    """What a descriptor says; the fields of `geodata.model.dataset.Dataset` of the same names say more.

    Parameters
    ----------
    name, title, description, populations, gaps, featured, licenses, counts, recurrence
        As the dataset has them.
    guarded
        Whether cells that a spreadsheet would run as a formula have an apostrophe before them.
    """

    name: str = ""
    title: str = ""
    description: str = ""
    populations: str = ""
    gaps: str = ""
    featured: str = ""
    licenses: tuple[Mapping[str, str], ...] = ()
    counts: str = COUNTS[0]
    recurrence: str = RECURRENCE[0]
    guarded: bool = False


def read_descriptor(folder: Traversable) -> tuple[Descriptor, list[Problem]]:
    """Return what the descriptor in a folder says, and what is wrong with it.

    A descriptor that cannot be read says nothing.
    """

    def fault(message: str, remedy: str) -> tuple[Descriptor, list[Problem]]:
        return Descriptor(), [Problem(DESCRIPTOR, 0, "", message, remedy)]

    try:
        content: Any = json.loads(content_of(folder / DESCRIPTOR))
        json.dumps(content, ensure_ascii=False).encode()  # an escape can stand for half a character
    except FileNotFoundError:
        return fault("the file is missing", "add a data package descriptor with a name and a title")
    except DataError as error:
        return Descriptor(), [*error.problems]
    except (ValueError, RecursionError) as error:
        return fault(f"the file cannot be read: {error}", "write valid JSON in UTF-8")
    if not isinstance(content, dict):
        return fault("the file holds no JSON object", "write an object with name and title")
    texts = {key: content.get(key, "") for key in _TEXTS}
    if not all(isinstance(value, str) for value in texts.values()):
        return fault(f"{', '.join(_TEXTS)} must be text", "put them in double quotes")
    try:
        Filters(data=f"{texts['name']}@00000000")
    except ValueError:
        return fault(f"{texts['name'][:80]!r} is no name", "use small letters, digits, '.', '_' and '-'")
    licenses = content.get("licenses", [])
    if not isinstance(licenses, list) or not all(isinstance(each, dict) for each in licenses):
        return fault("licenses must be a list of objects", "write name, title and path of each licence")
    _, notices = Filters.parse(texts["featured"])
    remedy = "write a query string that a link of the page could carry"
    problems = [Problem(DESCRIPTOR, 0, "featured", str(notice), remedy) for notice in notices]
    terms = {}
    for key, allowed in _TERMS.items():
        terms[key] = content.get(key, "") or allowed[0]
        if terms[key] not in allowed:
            message = f"{str(terms[key])[:80]!r} is not a term of the list"
            problems.append(Problem(DESCRIPTOR, 0, key, message, f"use one of: {', '.join(allowed)}"))
            terms[key] = allowed[0]
    return Descriptor(
        **texts | {"title": texts["title"] or texts["name"]},
        licenses=tuple(
            {key: each[key] for key in ("name", "title", "path") if isinstance(each.get(key), str)}
            for each in licenses
        ),
        **terms,
        guarded=content.get("guarded") is True,
    ), problems
