"""What a link asks of a dataset: honoured, or told with the reason why not."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import replace
from typing import Any

from geodata.basis import ADOPTED, ALL
from geodata.countries import country_codes
from geodata.counts import Bounds, label
from geodata.filters import PEOPLE, Filters, LinkNotice, figure_parts, key_of
from geodata.load import Dataset
from geodata.selection import select
from geodata.totals import people

__all__ = ["honour", "honour_sets"]


def honour(filters: Filters, dataset: Dataset) -> tuple[Filters, list[LinkNotice]]:
    """Return filters that this dataset can honour, and a notice for each value that it cannot.

    Unknown events, countries and sources are taken out; another dataset or hash is replaced by this one's.
    Of an older hash the notice says how the figures differ, where the dataset's versions tell that.
    """
    notices = []
    name, _, asked_hash = filters.data.partition("@")
    if name and name != dataset.name:
        notices.append(LinkNotice("data", filters.data, dataset.reference, "this dataset is not here"))
    elif asked_hash and asked_hash != dataset.hash:
        notices.append(
            LinkNotice("data", filters.data, dataset.reference, _since(filters, asked_hash, dataset))
        )
    places = {*country_codes(), "between", "unlocated"}
    known: dict[str, Container[str]] = {
        "event": dataset.events.index,
        "transfer": dataset.transfers.index,
        "place": dataset.locations.index,
        "source": dataset.sources.index,
        "group": set(dataset.claims["group"]),
    }
    filters, unknown = honour_sets(
        filters, known | dict.fromkeys(("origin", "destination", "country"), places)
    )
    notices += unknown
    found: dict[str, Any] = {"data": dataset.reference}
    for key, default in (("basis", ADOPTED), ("compare", "")):
        if (held := getattr(filters, key)) not in {ADOPTED, ALL, *dataset.sources.index, default}:
            got = default or "one basis alone"
            notices.append(LinkNotice(key, held, got, "the dataset has no such source"))
            found[key] = default
    if filters.compare and filters.compare == filters.basis:
        notices.append(LinkNotice("compare", filters.compare, "one basis alone", "it is the basis itself"))
        found["compare"] = ""
    figure = filters.figure
    known_figure = figure in {"", PEOPLE, *dataset.events.index, *dataset.transfers.index}
    if not known_figure and not figure_parts(figure):
        notices.append(LinkNotice("figure", figure, "no number open", "the dataset has no such number"))
        found["figure"] = ""
    return replace(filters, **found), notices


def honour_sets(filters: Filters, known: Mapping[str, Container[str]]) -> tuple[Filters, list[LinkNotice]]:
    """Return filters without the values that are not known, and a notice for each of these.

    Parameters
    ----------
    filters
        Any.
    known
        Fields of `Filters` that hold sets, such as event and origin, to the values there are.
    """
    notices = []
    found: dict[str, Any] = {}
    for field, values in known.items():
        held = getattr(filters, field)
        left = tuple(value for value in held if value in values)
        for value in held:
            if value not in left:
                got = "the other values of this key" if left else "no filter here"
                reason = f"the dataset has no such {field}"
                notices.append(LinkNotice(key_of(field), value, got, reason))
        found[field] = left
    return replace(filters, **found), notices


def _since(asked: Filters, asked_hash: str, dataset: Dataset) -> str:
    """Return what is known of how figures have changed since a link with another hash was made."""
    version = next((version for version in dataset.versions if version.hash == asked_hash), None)
    if version is None:
        return "the data has changed since the link was made, and the figures of then are not known"
    changed = f"the data has changed since this version of {version.date}"
    then = version.figure(asked)
    if then is None:
        return f"{changed}, and the figures of then are not known for these filters"
    if set(asked.event) - set(dataset.events.index):
        return f"{changed}: {_said(then)} then, and the event is not there now"
    now = people(select(dataset, replace(asked, data=dataset.reference)))
    return f"{changed}: {_said(then)} then{' and now' if now == then else f', {label(*now)} now'}"


def _said(count: Bounds) -> str:
    """Return a number of people in words."""
    return label(*count) if count == (0, None) else f"{label(*count)} people"
