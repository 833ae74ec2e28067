"""What readers see of each key of a link: its widget's words, and its chip's. One row for each field."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from dashboard.messages.days import date_text
from dashboard.messages.figures import STATUS_WORDS, measure_text
from dashboard.messages.places import language_text, place_in_sentence, place_text
from geodata import Dataset
from geodata.model.fields import ADOPTED, ALL
from geodata.model.places import DIED

__all__ = ["WORDS", "Words", "basis_text", "source_text"]

_BASIS_WORDS = {ADOPTED: "adopted figures", ALL: "all sources, where they differ"}

ValueText = Callable[[str, Dataset, str], str]
"""Gives what a value is called in a dataset, with names of countries in a language."""


def basis_text(basis: str, dataset: Dataset) -> str:
    """Return what a basis is called; "Nothing" for none."""
    return _BASIS_WORDS.get(basis) or (source_text(basis, dataset) if basis else "Nothing")


def source_text(source_id: str, dataset: Dataset) -> str:
    """Return what a publication is called."""
    source = dataset.sources.loc[source_id]
    return f"{source['publisher']}: {source['title']}" if source["title"] else str(source["publisher"])


def _place(code: str, _: Dataset, language: str) -> str:
    return place_text(code, language)


def _itself(value: str, _: Dataset, __: str) -> str:
    return value


def _title(record: str, dataset: Dataset, _: str) -> str:
    return dataset.titles[record]


def _basis(basis: str, dataset: Dataset, _: str) -> str:
    return basis_text(basis, dataset)


def _day(day: str, _: Dataset, __: str) -> str:
    return date_text(day)


@dataclass(frozen=True)
class Words:
    """The words of one field of `geodata.Filters`.

    Parameters
    ----------
    value
        What one of its values is called, in a widget.
    chip
        What a chip says of a value; nothing where none is drawn, since a widget always shows it.
    label
        Name of the widget in the sidebar; "" where a click on the page sets the field.
    every
        What the widget says where nothing is chosen.
    help
        What else to know about it.
    by_words
        Whether the widget's values stand in the order of their words, and not as the dataset has them.
    """

    value: ValueText = _itself
    chip: ValueText | None = None
    label: str = ""
    every: str = ""
    help: str | None = None
    by_words: bool = False


def _saying(template: str, value: ValueText) -> ValueText:
    """Return the words of a chip: those of the value, in a template."""
    return lambda item, dataset, language: template.format(value(item, dataset, language))


def _of_place(template: str) -> ValueText:
    """Return the words of a chip about a country, or about a row that is none."""

    def text(code: str, _: Dataset, language: str) -> str:
        if code == DIED:
            return "died on the way or in custody"
        return template.format(place_in_sentence(code, language))

    return text


WORDS: dict[str, Words] = {
    "event": Words(_title, chip=_title, label="Event", every="All events"),
    "date": Words(_day, chip=_day, label="Between"),
    "origin": Words(_place, chip=_of_place("from {}"), label="From", every="All countries", by_words=True),
    "destination": Words(_place, chip=_of_place("to {}"), label="To", every="All countries", by_words=True),
    "kind": Words(chip=_itself, label="Kind of event", every="All kinds"),
    "status": Words(
        lambda status, *_: STATUS_WORDS[status],
        chip=lambda status, *_: STATUS_WORDS[status],
        label="Status",
    ),
    "group": Words(
        chip=_saying("with {}", _itself),
        label="With people of the group",
        every="All groups",
        help="Movements of which a source names such a group; everybody in them is counted",
    ),
    "source": Words(
        lambda source, dataset, _: source_text(source, dataset),
        chip=_saying("reported by {}", _basis),
        label="Reported by",
        every="All sources",
    ),
    "basis": Words(_basis, chip=_basis, label="According to"),
    "compare": Words(_basis, chip=_saying("compared with {}", _basis), label="Compare with"),
    "asof": Words(
        _day,
        chip=_saying("as known on {}", _day),
        label="As known on",
        help="Only what sources had published by the end of that day",
    ),
    "measure": Words(
        lambda measure, dataset, _: measure_text(measure, dataset.counts),
        label="Colour countries by",
    ),
    "lang": Words(lambda tag, *_: language_text(tag), label="Names of countries in"),
    "country": Words(_place, chip=_of_place("in, from or to {}")),
    "place": Words(chip=lambda place, dataset, _: f"in, from or to {dataset.locations['name'][place]}"),
    "transfer": Words(_title, chip=_title),
    "t": Words(_day, chip=_saying("where people are at the end of {}", _day)),
}
"""The words of each field, in the order of the sidebar; a field without any is set by no widget or click."""
