"""What a link asks of a dataset: kept where the dataset has it, else ignored with a notice that says why."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import replace
from typing import Any

from geodata.analysis.selection import select
from geodata.analysis.totals import people, remained
from geodata.geo.names import country_in_sentence
from geodata.model.counts import Count, amount_text, who_text
from geodata.model.dataset import Dataset
from geodata.model.fields import FIELDS
from geodata.query.filters import OTHERS, Filters, LinkNotice

__all__ = ["honour", "honour_known"]

_NOBODY = 0, 0
_MOST_NAMED = 4
"""Countries that a notice on an older version names."""


def honour(filters: Filters, dataset: Dataset) -> tuple[Filters, list[LinkNotice]]:
    """Return the filters that this dataset can do, and a notice for each value that was ignored.

    Unknown events, countries and sources are taken out; another dataset or hash is replaced by this one's.
    Of an older hash the notice says how the figures differ, where the dataset's versions say that.
    """
    notices = []
    name, _, asked_hash = filters.data.partition("@")
    if name and name != dataset.name:
        notices.append(LinkNotice("data", filters.data, dataset.reference, "this dataset is not here"))
    elif asked_hash and asked_hash != dataset.hash:
        notices.append(
            LinkNotice("data", filters.data, dataset.reference, _since(filters, asked_hash, dataset))
        )
    known = {name: field.known(dataset) for name, field in FIELDS.items() if field.known}
    filters, unknown = honour_known(filters, known)
    notices += unknown
    if filters.compare and filters.compare == filters.basis:
        same = LinkNotice("compare", filters.compare, FIELDS["compare"].without, "it is the basis itself")
        notices.append(same)
        filters = replace(filters, compare="")
    return replace(filters, data=dataset.reference), notices


def honour_known(filters: Filters, known: Mapping[str, Container[str]]) -> tuple[Filters, list[LinkNotice]]:
    """Return filters without the values that are not known, and a notice for each of these.

    Parameters
    ----------
    filters
        Any.
    known
        Fields of `Filters`, such as event and origin, to the values there are.
    """
    notices = []
    found: dict[str, Any] = {}
    for name, values in known.items():
        field = FIELDS[name]
        held = filters.values(field.key)
        left = tuple(value for value in held if value in values)
        for value in held:
            if value not in left:
                got = OTHERS if left else field.without
                notices.append(LinkNotice(field.key, value, got, f"the dataset has no such {field.noun}"))
        if len(left) < len(held):
            found[name] = left if field.several else field.default
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
    known = who_text(Count(*then), dataset.counts)
    if set(asked.event) - set(dataset.events.index):
        return f"{changed}: {known} then, and the event is not there now"
    chosen = select(dataset, replace(asked, data=dataset.reference))
    now = people(chosen)
    said = [f"{known} then{' and now' if now == then else f', {amount_text(Count(*now))} now'}"]
    before, after = version.remaining(asked), remained(chosen)
    if before is not None:
        verb = "ended" if dataset.counts == "movements" else "remained"
        both = {code: (before.get(code, _NOBODY), after.get(code, _NOBODY)) for code in {**before, **after}}
        differing = [(code, one, other) for code, (one, other) in both.items() if one != other]
        said += [
            f"{amount_text(Count(*one))} {verb} in {country_in_sentence(code)} then, "
            f"{amount_text(Count(*other))} now"
            for code, one, other in differing[:_MOST_NAMED]
        ]
        if (more := len(differing) - _MOST_NAMED) > 0:
            said.append(f"other numbers in {more} more {'country' if more == 1 else 'countries'}")
    return f"{changed}: {'; '.join(said)}"
