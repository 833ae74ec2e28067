"""What a reader should check: sums that close or do not, sources that differ, plans overtaken, odd dates."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from geodata.analysis.basis import ADOPTED, ALL, counting, known
from geodata.analysis.reconcile import Bound, Step
from geodata.analysis.selection import Selection, steps
from geodata.geo.names import country_name
from geodata.model.counts import (
    Count,
    FloatArray,
    amount_text,
    columns,
    count_text,
    maxima,
    minima,
    number_text,
    to_nullable,
    who_text,
)
from geodata.model.dataset import IntArray
from geodata.model.places import BETWEEN, DIED, UNLOCATED
from geodata.model.schema import STATUSES, Status

__all__ = [
    "KINDS",
    "Differing",
    "Findings",
    "died_after",
    "differing",
    "findings",
    "known_to",
    "left_out",
    "partly_counted",
    "reason",
    "said",
]

KINDS = {
    "contradiction": "Claims that cannot all hold; figures follow the greater, records keep their claims",
    "balance": "Sums that must close: who was freed, who moved on, who remained",
    "legs": "People who would be counted more than once if transfers were added up",
    "conflict": "Sources that differ on a number",
    "silent": "Movements without a number, or without a place where people went",
    "overtaken": "Plans and figures that later reports overtook",
    "withdrawn": "Claims that their source took back or qualified; never counted",
    "dates": "Days in an order that cannot be",
    "places": "Movements that no country could be given to",
    "file": "What the dataset's files say wrongly, and how it was taken",
}
"""Every kind of finding, most serious first, with its meaning."""

_LISTED = 8
"""Bounds of one contradiction that are written out."""

_MOVED: dict[Status, tuple[str, str]] = {
    "done": ("moved", "took place"),
    "planned": ("would move, as planned", "were planned"),
    "attempted": ("would have moved", "were attempted"),
    "denied": ("would have moved", "were denied"),
}
"""What is said of people on transfers of each status, and of movements."""

_WENT: dict[Status, str] = {
    "done": "went",
    "planned": "were to go",
    "attempted": "would have gone",
    "denied": "would have gone",
}

_Told: TypeAlias = Iterator[tuple[str, tuple[str, ...]]]  # sentence, and ids of the records it is about


@dataclass(frozen=True, eq=False)
class _Found:
    """Findings of one kind.

    Parameters
    ----------
    kind
        Of `KINDS`.
    rows
        A table that has a row for each finding, with what its sentence needs.
    tell
        Writes the sentences of some rows.
    which
        Which rows are findings; every one where None. They are taken out of the table where they are read.
    """

    kind: str
    rows: pd.DataFrame
    tell: Callable[[pd.DataFrame], _Told]
    which: npt.NDArray[np.bool_] | None = None

    @cached_property
    def places(self) -> IntArray:
        """Where in the table the findings are."""
        return np.arange(len(self.rows)) if self.which is None else np.flatnonzero(self.which)

    def listed(self, start: int, stop: int) -> Iterator[tuple[str, str, tuple[str, ...]]]:
        """Yield kind, sentence and records of findings by their place, without `stop`."""
        here = self.places[start:stop]
        if len(here):
            yield from ((self.kind, *told) for told in self.tell(self.rows.iloc[here]))


@dataclass(frozen=True, eq=False)
class Findings:
    """What there is to check in a selection, most serious first; written out only where it is read.

    Examples
    --------
    ``findings(selection, totals).listed(0, 50)`` is the first page; ``len`` is the number of all.
    """

    _found: tuple[_Found, ...]

    def __len__(self) -> int:
        """Return how many findings there are."""
        return sum(len(found.places) for found in self._found)

    def listed(self, start: int = 0, stop: int | None = None) -> pd.DataFrame:
        """Return findings by their place in the list, `start` inclusive, `stop` exclusive; all by default.

        Returns
        -------
        DataFrame
            One row a finding: kind (of `KINDS`), message (a sentence) and records (tuple of ids of the events
            and transfers it is about; none for a finding on a file).
        """
        stop = len(self) if stop is None else stop
        told: list[tuple[str, str, tuple[str, ...]]] = []
        begin = 0
        for found in self._found:
            told += found.listed(max(start - begin, 0), max(stop - begin, 0))
            begin += len(found.places)
        return pd.DataFrame(told, columns=["kind", "message", "records"])


def findings(selection: Selection, totals: pd.DataFrame) -> Findings:
    """Return what there is to check in a selection.

    Parameters
    ----------
    totals
        `geodata.country_totals` of the selection.
    """
    found = [
        _contradictions(selection),
        _freed(selection),
        _passed_on(selection, totals),
        _legs(selection),
        _conflicts(selection),
        _uncounted(selection),
        _untold(selection),
        _claims_out(selection, "overtaken", "superseded"),
        _claims_out(selection, "withdrawn", "withdrawn"),
        _disorder(selection),
        _too_early(selection),
        _foretold(selection),
        *(_nowhere(selection, end) for end in ("origin", "destination")),
        _files(selection),
    ]
    order = {kind: rank for rank, kind in enumerate(KINDS)}
    return Findings(tuple(sorted(found, key=lambda each: order[each.kind])))


def said(bound: Bound, names: Mapping[str, str]) -> str:
    """Return a bound in words: "at most 122 (Minsk → Ukraine)"."""
    part = f", {bound.group}" if bound.group else ""
    return f"{bound.side} {number_text(bound.count)} ({names[bound.subject]}{part})"


def reason(step: Step, names: Mapping[str, str]) -> str:
    """Return a step of reasoning in words, what follows first."""
    return f"{said(step.bound, names)}, because {' and '.join(said(each, names) for each in step.because)}"


def _contradictions(selection: Selection) -> _Found:
    """Find claims that cannot all hold, where one of their records is chosen."""
    names, claimed = selection.dataset.titles, selection.reconciled.contradictions
    subjects = [tuple(dict.fromkeys(bound.subject for bound in each)) for each in claimed]
    chosen = {*selection.events.index, *selection.transfers.index} if claimed else set()
    rows = pd.DataFrame(
        {"claimed": pd.Series(claimed, dtype=object), "subjects": pd.Series(subjects, dtype=object)}
    )

    def tell(rows: pd.DataFrame) -> _Told:
        for claimed, records in zip(rows["claimed"], rows["subjects"], strict=True):
            listed = [said(bound, names) for bound in claimed[:_LISTED]]
            more = [f"and {number_text(len(claimed) - _LISTED)} more"] if len(claimed) > _LISTED else []
            yield f"These cannot all hold: {'; '.join([*listed, *more])}.", records

    which = np.array([not chosen.isdisjoint(records) for records in subjects], dtype=bool)
    return _Found("contradiction", rows, tell, which)


def _freed(selection: Selection) -> _Found:
    """Find for every event with transfers how its people add up: remained, went on, unaccounted for."""
    legs, events, dataset = selection.counted_transfers, selection.counted_events, selection.dataset
    parts = ("stayed", "on", "rest")
    row = np.full(dataset.size, len(events))
    row[events["record"]] = np.arange(len(events))
    rows = [*dataset.ids[events["record"].to_numpy()], ""]
    fates = selection.travels.fates(row, rows) if selection.counted == "done" else ()
    found = events.assign(**{f"{part}_{end}": 0 for part in parts for end in ("min", "max")})
    for part, figure in zip(parts, fates, strict=False):
        for column, values in zip(columns(part), figure.at(), strict=True):
            found[column] = to_nullable(values[: len(events)], events.index)
    follows = dataset.among(legs["record"], dataset.links[0])
    moving = dataset.among(events["record"], legs["event_record"][~follows])
    told = np.zeros(len(found), dtype=bool)
    for part in parts:
        told |= (minima(found, part) > 0) | np.isfinite(maxima(found, part)) & (maxima(found, part) > 0)
    word = "of" if dataset.counts == "movements" else "on"

    def tell(rows: pd.DataFrame) -> _Told:
        members = _members(legs[~follows], rows["record"])
        sums = (_amounts(rows, name) for name in parts)
        for event, title, count, stayed, on, rest in zip(
            rows.index, rows["title"], _counts(rows), *sums, strict=True
        ):
            message = (
                f"{title}: {_stated(count, dataset.counts)} = {stayed} {word} one transfer + {on} {word} one "
                f"transfer after another + {rest} {word} no known transfer."
            )
            yield message, (event, *members[event])

    closes = events["reported"].to_numpy() & ~events.index.isin(selection.contradictory)
    return _Found("balance", found, tell, moving & closes & told & bool(fates))


def _passed_on(selection: Selection, totals: pd.DataFrame) -> _Found:
    """Find for every country that people passed on from how its sum closes."""
    legs, movements = selection.counted_transfers, selection.dataset.counts == "movements"
    arrived, remained = ("came in", "ended there") if movements else ("arrived", "remained")
    told = np.zeros(len(totals), dtype=bool)
    for measure in ("arrived", "passed_on", "remained"):
        told |= minima(totals, measure) > 0
        told |= (maxima(totals, measure) > 0) & np.isfinite(maxima(totals, measure))

    def tell(rows: pd.DataFrame) -> _Told:
        sums = (_amounts(rows, name) for name in ("arrived", "passed_on", "remained"))
        some, every = died_after(selection)
        for code, came, left, stayed in zip(rows.index, *sums, strict=True):
            touching = (legs["origin_country"] == code) | (legs["destination_country"] == code)
            passed_on = "died" if code in every else "passed on or died" if code in some else "passed on"
            message = f"{country_name(code)}: {came} {arrived} = {left} {passed_on} + {stayed} {remained}."
            yield message, tuple(legs.index[touching])

    return _Found("balance", totals, tell, (maxima(totals, "passed_on") > 0) & told)


def died_after(selection: Selection) -> tuple[set[str], set[str]]:
    """Return where people of the selection's journeys died, or may have, who had come there by a transfer.

    Returns
    -------
    tuple
        Countries out of which a transfer that follows another ends in death; those out of which all do.
    """
    dataset, journeys, every = selection.dataset, selection.travels.journeys, selection.every
    if not (every["destination_country"] == DIED).any():
        return set(), set()
    following = dataset.flags(_counted_ever(selection)) & dataset.flags(dataset.links[0])
    legs = every[following[every["record"].to_numpy()]]
    chosen = dataset.flags(selection.counted_transfers["record"])[journeys.record]
    near = np.isin(journeys.journey, np.unique(journeys.journey[chosen]))
    legs = legs[dataset.among(legs["record"], journeys.record[near])]
    legs = legs[legs["origin_country"] != legs["destination_country"]]
    died = legs["destination_country"] == DIED
    some = set(legs["origin_country"][died])
    return some, some - set(legs["origin_country"][~died])


def _legs(selection: Selection) -> _Found:
    """Find every event some of whose people would be counted more than once by adding up its transfers."""
    legs, dataset = selection.counted_transfers, selection.dataset
    number, record = legs["event_record"].to_numpy(), legs["record"].to_numpy()
    leg, before = steps(selection, legs)
    own = number[leg] == number[before]
    following = np.bincount(leg[own], minlength=len(legs))
    # Who is on a transfer all of whose ways lead over chosen ones made both; else some may have.
    every_way = following == np.bincount(dataset.links[0], minlength=dataset.size)[record]
    joined = (following > 0) & (maxima(legs) > 0)
    travelled = np.unique(number[joined])
    index = dataset.events.index[travelled]
    numbers = np.minimum(np.arange(dataset.size), len(dataset.events))
    once = selection.travels.moved(numbers, [*dataset.ids[: len(dataset.events)], ""])
    size = np.bincount(dataset.event_of[_counted_ever(selection)], minlength=dataset.size)
    found = pd.DataFrame(
        {
            "record": travelled,
            "certain": np.isin(travelled, number[joined & every_way & (minima(legs) > 0)]),
            "whole": (size == np.bincount(number, minlength=dataset.size))[travelled],
        },
        index,
    )
    for end, added, values in zip(("min", "max"), (minima(legs), maxima(legs)), once.at(), strict=True):
        found[f"added_{end}"] = to_nullable(_sums(number, added, travelled), index)
        found[f"once_{end}"] = to_nullable(values[travelled], index)
    verb = _MOVED[selection.counted][dataset.counts == "movements"]

    def tell(rows: pd.DataFrame) -> _Told:
        members, sums = _members(legs, rows["record"]), (_counts(rows, "added"), _counts(rows, "once"))
        for event, whole, certain, added, once in zip(
            rows.index, rows["whole"], rows["certain"], *sums, strict=True
        ):
            number = number_text(len(members[event]))
            several = f"its {number} transfers" if whole else f"the {number} chosen transfers"
            perhaps = "" if certain else "perhaps "
            some = perhaps if once.exact and once.singular else f"{perhaps}some of them "
            message = (
                f"{dataset.titles[event]}: adding up {several} would give {who_text(added, dataset.counts)}; "
                f"{amount_text(once)} {verb}, {some}on more than one transfer."
            )
            yield message, (event, *members[event])

    return _Found("legs", found, tell)


def _conflicts(selection: Selection) -> _Found:
    """Find subjects whose known claims name different numbers, and claims called agreeing that do not."""
    every = selection.claims
    speaks = every["standing"].isin(["adopted", "corroborating", "conflicting"])
    speaks &= ~every["entry"].isin(["undated", "later"])
    place = np.flatnonzero(speaks)
    group = pd.factorize(every["group"].array)[0][place]
    part = pd.factorize(every["record"].to_numpy()[place] + selection.dataset.size * group)[0]
    low, high = np.zeros(len(part)), np.full(len(part), np.inf)
    np.maximum.at(low, part, minima(every)[place])
    np.minimum.at(high, part, maxima(every)[place])
    disputed = np.zeros(len(part), dtype=bool)
    disputed[part[(every["standing"] == "conflicting").to_numpy()[place]]] = True
    several = np.bincount(part, minlength=len(part)) > 1
    found = (several & (disputed | (low > high)))[part]
    told_of = ["subject_id", "group", *columns("count"), "source_id", "standing"]
    claims = every[told_of].iloc[place[found]].assign(part=part[found])
    names = selection.dataset.titles
    publisher = selection.dataset.sources["publisher"].to_dict()

    def tell(rows: pd.DataFrame) -> _Told:
        told: dict[int, list[str]] = {}
        own = claims[claims["part"].isin(rows["part"])]
        for key, count, source, standing in zip(
            own["part"], _texts(own), own["source_id"].map(publisher), own["standing"], strict=True
        ):
            told.setdefault(key, []).append(f"{count} ({source}, {standing})")
        for key, subject, group in zip(rows["part"], rows["subject_id"], rows["group"], strict=True):
            yield f"{names[subject]}{_part(group)}: {', '.join(told[key])}.", (subject,)

    return _Found("conflict", claims, tell, ~claims["part"].duplicated().to_numpy())


def _uncounted(selection: Selection) -> _Found:
    """Find counted transfers without a number."""
    dataset, legs = selection.dataset, selection.counted_transfers
    nobody = {"": "no source gives a number", "source": "this source gives no number"}
    nobody["asof"] = "no source known by then gives a number"

    def tell(rows: pd.DataFrame) -> _Told:
        partly = partly_counted(selection, rows)
        for leg, some in zip(rows.index, partly, strict=True):
            words = "no claim that counts gives a full number" if some else nobody[known_to(selection)]
            yield f"{dataset.titles[leg]}: {words}.", (leg,)

    return _Found("silent", legs, tell, ~legs["reported"].to_numpy())


def partly_counted(selection: Selection, transfers: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Return on which of some transfers without a number there are known claims, if none of everybody."""
    claims = selection.claims
    speaks = (minima(claims) > 0) | np.isfinite(maxima(claims))
    record = claims["record"].to_numpy()[known(claims["entry"]) & speaks]
    return selection.dataset.among(transfers["record"], record)


class Differing(NamedTuple):
    """On how many records known claims on everyone differ, and of these how many have which.

    Parameters
    ----------
    number
        Records.
    adopted
        Of which an adopted claim counts.
    ranges
        Of which others count.
    """

    number: int
    adopted: int
    ranges: int


def differing(selection: Selection) -> Differing:
    """Return on how many chosen records sources differ that are known, and what counts of them."""
    claims, flags = selection.claims, selection.dataset.flags
    entry, standing = claims["entry"], claims["standing"]
    speaks = known(entry) & (claims["group"] == "").to_numpy() & (standing != "superseded").to_numpy()
    record = claims["record"].to_numpy()
    several = np.bincount(record[speaks], minlength=selection.dataset.size) > 1
    differ = several & flags(record[speaks & (standing == "conflicting").to_numpy()])
    adopted = differ & flags(record[speaks & (entry == "adopted").to_numpy()])
    counted = differ & flags(record[speaks & counting(entry)])
    return Differing(int(differ.sum()), int(adopted.sum()), int((counted & ~adopted).sum()))


def left_out(selection: Selection) -> tuple[int, int]:
    """Return how many sources on the chosen events and their transfers ``asof`` leaves out.

    Returns
    -------
    tuple
        Those published later, and those of which that is not known.
    """
    dataset, basis = selection.dataset, selection.filters.basis
    record, entry = dataset.claims["record"].to_numpy(), selection.entry
    own = dataset.among(dataset.event_of[record], selection.events["record"])
    if basis not in (ADOPTED, ALL):
        own &= (dataset.claims["source_id"] == basis).to_numpy()
    later, undated = (
        dataset.claims["source_id"].array[own & (entry == key).to_numpy()] for key in ("later", "undated")
    )
    return len(later.unique()), len(undated.unique())


def known_to(selection: Selection) -> str:
    """Return who alone speaks: ``source`` (one), ``asof`` (those known by a day) or "" (all)."""
    if selection.filters.basis not in (ADOPTED, ALL):
        return "source"
    return "asof" if selection.filters.asof else ""


def _untold(selection: Selection) -> _Found:
    """Find events of which no transfer is known."""
    events, dataset = selection.counted_events, selection.dataset
    moving = selection.every["event_record"].to_numpy()
    if selection.partial:
        moving = moving[selection.every["mentioned"].to_numpy()]
    went, unit = _WENT[selection.counted], dataset.counts
    says = {
        "": f"no source says where {unit} {went}",
        "source": f"this source does not say where {unit} {went}",
        "asof": f"no source known by then says where {unit} {went}",
    }[known_to(selection)]

    def tell(rows: pd.DataFrame) -> _Told:
        for event, title, count in zip(rows.index, rows["title"], _amounts(rows), strict=True):
            yield f"{title}: {says} ({count}).", (event,)

    return _Found("silent", events, tell, ~dataset.among(events["record"], moving))


def _claims_out(selection: Selection, kind: str, standing: str) -> _Found:
    """Find claims of a standing that keeps them out of what took place."""
    names, publisher = selection.dataset.titles, selection.dataset.sources["publisher"].to_dict()

    def tell(rows: pd.DataFrame) -> _Told:
        texts = (rows[name] for name in ("subject_id", "group", "wording"))
        sources = rows["source_id"].map(publisher)
        for subject, group, wording, source, count in zip(*texts, sources, _texts(rows), strict=True):
            yield f"{names[subject]}{_part(group)}: {count} (“{wording}”, {source}).", (subject,)

    return _Found(kind, selection.claims, tell, (selection.claims["standing"] == standing).to_numpy())


def _disorder(selection: Selection) -> _Found:
    """Find transfers on which everybody has left before anybody can have come with those they follow."""
    legs, names = selection.transfers, selection.dataset.titles
    leg, before = steps(selection, legs)
    early = legs["left_by"].to_numpy()[leg] < legs["reached_from"].to_numpy()[before]
    rows = pd.DataFrame({"leg": legs.index[leg[early]], "before": legs.index[before[early]]})

    def tell(rows: pd.DataFrame) -> _Told:
        for this, that in zip(rows["leg"], rows["before"], strict=True):
            late = f"the last day of departure is before the first day of arrival of {names[that]}"
            yield f"{names[this]}: {late}, which it follows.", (this, that)

    return _Found("dates", rows, tell)


def _too_early(selection: Selection) -> _Found:
    """Find transfers that took place before their event."""
    legs, names = selection.transfers, selection.dataset.titles
    event = selection.dataset.events["earliest"].to_numpy()[legs["event_record"].to_numpy()]

    def tell(rows: pd.DataFrame) -> _Told:
        for leg, of in zip(rows.index, rows["event_id"], strict=True):
            yield f"{names[leg]} is over before its event begins.", (leg, of)

    over = (legs["latest"] < event) & (legs["status"] == "done")
    return _Found("dates", legs, tell, over.to_numpy())


def _foretold(selection: Selection) -> _Found:
    """Find claims on what took place that were published before it did."""
    dataset, claims, names = selection.dataset, selection.claims, selection.dataset.titles
    source, ids = pd.factorize(claims["source_id"].array)
    published = dataset.sources["latest"].reindex(ids).to_numpy(dtype="datetime64[s]")[source]
    publisher = dataset.sources["publisher"].to_dict()

    def tell(rows: pd.DataFrame) -> _Told:
        for told, source in zip(rows["subject_id"], rows["source_id"].map(publisher), strict=True):
            yield f"{names[told]}: {source} was published before it took place.", (told,)

    return _Found("dates", claims, tell, published < dataset.took_place_from[claims["record"].to_numpy()])


def _nowhere(selection: Selection, end: Literal["origin", "destination"]) -> _Found:
    """Find transfers with an end in no country."""
    legs, names = selection.transfers, selection.dataset.titles
    words = {BETWEEN: "lies between countries", UNLOCATED: "lies in no country that is known"}

    def tell(rows: pd.DataFrame) -> _Told:
        for leg, code in zip(rows.index, rows[f"{end}_country"], strict=True):
            yield f"{names[leg]}: its {end} {words[code]}; it has a row of its own.", (leg,)

    return _Found("places", legs, tell, legs[f"{end}_country"].isin(list(words)).to_numpy())


def _files(selection: Selection) -> _Found:
    """Find what loading took without a fault, and noted."""

    def tell(rows: pd.DataFrame) -> _Told:
        return ((f"{note}.", ()) for note in rows["note"])

    return _Found("file", pd.DataFrame({"note": pd.Series(selection.dataset.notes, dtype=object)}), tell)


def _sums(number: IntArray, count: FloatArray, wanted: IntArray) -> FloatArray:
    """Return the sums of counts of one number, for each number that is wanted."""
    size = 1 + max(number.max(initial=0), wanted.max(initial=0))
    return np.take(np.bincount(number, weights=count, minlength=size).astype(float), wanted)


def _counted_ever(selection: Selection) -> IntArray:
    """Return the numbers of the transfers that would enter totals if all were chosen."""
    record = selection.every["record"].to_numpy()[~selection.every["superseded"].to_numpy()]
    counted = selection.dataset.statuses[record] == STATUSES.index(selection.counted)
    found: IntArray = record[counted]
    return found


def _counts(table: pd.DataFrame, measure: str = "count") -> list[Count]:
    """Return a measure, one count a row."""
    both = zip(minima(table, measure).tolist(), maxima(table, measure).tolist(), strict=True)
    return [Count.of(low, high) for low, high in both]


def _amounts(table: pd.DataFrame, measure: str = "count") -> list[str]:
    """Return a measure as terms of a sum, one a row: "≥ 5", "an unreported number"."""
    return [amount_text(count) if count.unknown else count_text(count) for count in _counts(table, measure)]


def _texts(table: pd.DataFrame) -> list[str]:
    """Return counts that stand alone, one a row: "≥ 5", "not reported"."""
    return [count_text(count) for count in _counts(table)]


def _stated(count: Count, counts: str) -> str:
    """Return a number with its noun as the left side of a sum."""
    return who_text(count, counts).replace("at least", "≥")


def _part(group: str) -> str:
    return f" ({group})" if group else ""


def _members(legs: pd.DataFrame, events: pd.Series) -> dict[str, list[str]]:
    """Return the ids of the transfers of each event, by its id; `events` are numbers of events."""
    own = legs[legs["event_record"].isin(events)]
    members: dict[str, list[str]] = {}
    for leg, event in own["event_id"].items():
        members.setdefault(event, []).append(str(leg))
    return members
