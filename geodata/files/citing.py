"""How to cite what is shown (pure): in words, and for programs that keep references."""

from __future__ import annotations

import re

from geodata.analysis.selection import Selection
from geodata.model.dataset import Dataset
from geodata.model.dates import LAST_DAY, span

__all__ = ["bibtex", "citation"]

_PUBLISHER = "Prisoner Transfer Map"
_SPECIAL = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{sign: f"\\{sign}" for sign in "{}$&#%_"},
}


def citation(cited: Selection | Dataset) -> str:
    """Return how to cite a dataset and its version, and the filters that anybody can set again."""
    dataset = _dataset(cited)
    return f"{dataset.title} ({_year(dataset)}). {_version(cited)}. {_PUBLISHER}."


def bibtex(cited: Selection | Dataset) -> str:
    """Return the same as a BibTeX entry; what TeX could read as a command is text."""
    dataset = _dataset(cited)
    fields = {
        "title": dataset.title,
        "year": _year(dataset),
        "version": dataset.hash,
        "publisher": _PUBLISHER,
        "note": _version(cited),
    }
    lines = "".join(f"  {name} = {{{_tex(value)}}},\n" for name, value in fields.items())
    return f"@misc{{{re.sub('[^a-z0-9-]', '-', dataset.name)}-{dataset.hash},\n{lines}}}"


def _dataset(cited: Selection | Dataset) -> Dataset:
    return cited if isinstance(cited, Dataset) else cited.dataset


def _year(dataset: Dataset) -> str:
    """Return the year of the newest source, which is when the data can be from; the clock is never asked."""
    published = [span(date) for date in dataset.sources["published"] if date]
    years = [(begin if end == LAST_DAY else end).year for begin, end in published]
    return str(max(years, default="n.d."))


def _version(cited: Selection | Dataset) -> str:
    """Return which version of the dataset, and by which filters, as the link writes them."""
    version = f"Dataset {_dataset(cited).reference}"
    if isinstance(cited, Dataset):
        return version
    left_out = {"v", "data", "t", "at", "figure", "lang", "tab", "compare", "measure"}
    parts = [part for part in cited.filters.query().split("&") if part.partition("=")[0] not in left_out]
    return f"{version}, filtered by {'&'.join(parts)}"


def _tex(text: str) -> str:
    return "".join(_SPECIAL.get(sign, sign) for sign in text)
