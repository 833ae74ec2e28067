"""How to cite what is shown (pure): in words, and for programs that keep references."""

from __future__ import annotations

import re

from geodata import Selection
from geodata.dates import span

__all__ = ["bibtex", "citation"]

_PUBLISHER = "Prisoner Transfer Map"
_SPECIAL = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{sign: f"\\{sign}" for sign in "{}$&#%_"},
}


def citation(selection: Selection) -> str:
    """Return how to cite a selection: the dataset, its version, the filters that anybody can set again."""
    dataset = selection.dataset
    version = f"Dataset {dataset.reference}, {_chosen(selection)}"
    return f"{dataset.title} ({_year(selection)}). {version}. {_PUBLISHER}."


def bibtex(selection: Selection) -> str:
    """Return the same as a BibTeX entry; what TeX could read as a command is text."""
    dataset = selection.dataset
    fields = {
        "title": dataset.title,
        "year": _year(selection),
        "version": dataset.hash,
        "publisher": _PUBLISHER,
        "note": f"Dataset {dataset.reference}, {_chosen(selection)}",
    }
    lines = "".join(f"  {name} = {{{_tex(value)}}},\n" for name, value in fields.items())
    return f"@misc{{{re.sub('[^a-z0-9-]', '-', dataset.name)}-{dataset.hash},\n{lines}}}"


def _year(selection: Selection) -> str:
    """Return the year of the newest source, which is when the data can be from; the clock is never asked."""
    published = [span(date)[1].year for date in selection.dataset.sources["published"] if date]
    return str(max(published, default="n.d."))


def _chosen(selection: Selection) -> str:
    """Return by which filters, as the link writes them."""
    kept = {"v", "data", "t", "at", "figure", "lang", "tab", "compare", "measure"}
    parts = [part for part in selection.filters.query().split("&") if part.partition("=")[0] not in kept]
    return f"filtered by {'&'.join(parts)}"


def _tex(text: str) -> str:
    return "".join(_SPECIAL.get(sign, sign) for sign in text)
