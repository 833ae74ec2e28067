"""What the page shows around the map, and in its place where something is wrong.

Texts of a dataset are shown as plain text only: through `st.text`, `dashboard.figures` or `dashboard.markup`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from pathlib import Path

import pandas as pd
import streamlit as st

from dashboard import cells, charts, controls, layers, markup, theme
from dashboard.cells import Cell
from dashboard.figures import figures
from dashboard.player import player
from dashboard.sentences import coverage, doubts, headline
from geodata import DataError, Dataset, Filters, Selection, country_totals
from geodata.basis import ENTRIES
from geodata.countries import ATTRIBUTION, POINT_OF_VIEW
from geodata.counts import WORDINGS, columns, compare, label, labels
from geodata.evidence import COUNT, behind
from geodata.export import countries_filename, totals_csv
from geodata.filters import MEASURES, OUTCOME, PEOPLE, PRESENT, LinkNotice
from geodata.findings import findings
from geodata.groups import composition
from geodata.presence import last_day, present
from geodata.totals import outcomes, people_terms
from geodata.totals import timeline as cumulated

__all__ = [
    "bar",
    "caption",
    "countries",
    "evidence",
    "maps",
    "masthead",
    "movements",
    "notices",
    "open_number",
    "problems",
    "sources",
    "style",
    "timeline",
    "title",
]

_STYLE = Path(__file__).parent / "static" / "page.css"
_A_PAGE = 50
"""Movements or findings on one page of their list."""

_MEASURES = {
    "released": "Released",
    "departed": "Departed",
    "arrived": "Arrived",
    "passed_on": "Passed on",
    "remained": "Remained",
    "moved_within": "Moved within",
}


def style() -> None:
    """Add the page's own style."""
    st.html(_STYLE)


def masthead(dataset: Dataset) -> None:
    """Name the product and the dataset, on top of the sidebar."""
    st.sidebar.html(
        '<p class="ptm-name">Prisoner Transfer Map</p>'
        f'<p class="ptm-dataset">{markup.text(dataset.title)}<br>data version {markup.text(dataset.hash)}</p>'
    )


def problems(error: DataError) -> None:
    """Show everything that is wrong with a dataset, in place of the page."""
    st.header("This dataset cannot be shown yet")
    count = len(error.problems)
    st.write(f"{count} {'problem has' if count == 1 else 'problems have'} to be mended first.")
    for problem in error.problems:
        st.text(str(problem))


def notices(found: Sequence[LinkNotice]) -> None:
    """Say what the link asked for and could not get."""
    if found:
        items = "".join(f"<li>{markup.text(notice)}</li>" for notice in found)
        st.html(f'<div class="ptm-notice" role="status"><ul>{items}</ul></div>')


def title(selection: Selection, totals: pd.DataFrame) -> None:
    """Say in one sentence what is shown, and in a second line what to know about it."""
    sentence = headline(selection, totals)
    remarks = " ".join(doubts(selection, totals))
    if not sentence:
        held = [
            key
            for key in ("from", "to", "date", "event", "kind", "status", "basis", "asof")
            if selection.filters.values(key)
        ]
        sentence = ["No movement matches."]
        remarks = f"Remove one of the filters: {', '.join(held)}." if held else "The dataset has no events."
    figures(cells.sentence(sentence), key="headline", on_open=controls.opener("headline"))
    st.html(f'<p class="ptm-doubt">{markup.text(remarks)}</p>')


def bar(filters: Filters, dataset: Dataset, totals: pd.DataFrame) -> None:
    """Draw the active filters and the download."""
    with st.container(horizontal=True, gap="small", key="bar"):
        controls.chips(filters, dataset)
        st.download_button(
            "Countries as CSV",
            totals_csv(totals),
            countries_filename(dataset),
            "text/csv",
            key="csv",
            on_click="ignore",
        )


def caption(selection: Selection) -> str:
    """Return by which rule figures are chosen."""
    filters = selection.filters
    rule = f"according to {controls.basis_text(filters.basis, selection.dataset)}"
    return f"{rule}, as known on {theme.date_text(filters.asof)}" if filters.asof else rule


def maps(selection: Selection, totals: pd.DataFrame) -> None:
    """Draw the map and its player; beside it, where the reader wants it, what another basis draws."""
    measure, other = selection.filters.measure, controls.other(selection)
    if other is None:
        scene = layers.scene(selection, totals, measure=measure)
        player(scene, key="player", on_change=controls.remember, on_open=controls.opener("player"))
        return
    others = country_totals(other)
    left, right = st.columns(2)
    with left:
        scene = layers.scene(
            selection, totals, measure=measure, other=(other, others), caption=_upper(caption(selection))
        )
        player(scene, key="player", on_change=controls.remember, on_open=controls.opener("player"))
    with right:
        scene = layers.scene(
            other, others, measure=measure, other=(selection, totals), caption=_upper(caption(other))
        )
        player(scene, key="player-compare")


@st.dialog("Behind this number", width="large", on_dismiss=controls.close)
def open_number(selection: Selection) -> None:
    """Show the claims behind the number that the reader chose, over the page."""
    filters = selection.filters
    day = _day(selection)
    found = behind(selection, filters.figure, day)
    if found is None:
        st.write("This selection has no such number.")
        return
    words = theme.figure_text(found.measure, found.row, day)
    if found.measure == COUNT:
        words = f": {selection.dataset.titles[found.figure]}"
    count = label(*found.count)
    who = "people, number not reported" if count == "not reported" else theme.people_text(count)
    st.html(markup.evidence(selection, found, f"{who}{words}", f"Counted {caption(selection)}."))


def countries(selection: Selection, totals: pd.DataFrame) -> None:
    """Draw the people by country, where they are on a day, what took place and what not, what is covered."""
    low, high = columns(selection.filters.measure)
    ordered = totals.assign(open=totals[high].isna()).sort_values(
        [low, "open", "country"], ascending=[False, False, True]
    )
    rows = zip(
        ordered["country"],
        *(_numbers(ordered, measure) for measure in MEASURES),
        ordered["sources"].map(lambda ids: str(len(ids.split(";")) if ids else 0)),
        strict=True,
    )
    header = ["Country", *(_MEASURES[measure] for measure in MEASURES), "Sources"]
    told = f"People by country, counted once in each column; {caption(selection)}. Each number opens."
    _figures(cells.table(told, header, rows), "countries")
    left, right = st.columns(2, gap="large")
    with left:
        _whereabouts(selection)
    with right:
        _outcomes(selection)
    st.html(f'<p class="ptm-coverage">{markup.text(" ".join(coverage(selection.dataset)))}</p>')


def movements(selection: Selection, _: pd.DataFrame) -> None:
    """List the chosen events and transfers by day; each opens to its claims."""
    events, legs = selection.events, selection.transfers
    entries = pd.concat([events.assign(leg=False, event_id=events.index), legs.assign(leg=True)])
    first = events["earliest"].reindex(entries["event_id"]).to_numpy()
    entries = entries.assign(first=first).sort_values(["first", "event_id", "leg", "earliest"], kind="stable")
    shown = entries.iloc[_page_of(len(entries), "page")]
    st.html(markup.records(selection.dataset, shown, selection.claims))


def timeline(selection: Selection, _: pd.DataFrame) -> None:
    """Draw how many people had been set in motion by the end of each day, and what added to them."""
    known = cumulated(selection)
    if known.empty:
        st.write("Nothing that is counted here.")
        return
    dark = st.context.theme.type == "dark"
    st.altair_chart(charts.cumulative(known, theme.DARK if dark else theme.LIGHT))
    records = pd.concat([selection.counted_events, selection.counted_transfers])
    records = records.loc[people_terms(selection).index].sort_values(["latest", "earliest"], kind="stable")
    records = records.iloc[_page_of(len(records), "timeline")]
    titles, so_far = selection.dataset.titles, known.loc[records["latest"]]
    rows: list[list[Cell | str]] = [
        [theme.date_text(date), titles[record], Cell(count, record, f"{count}: show the claims"), until]
        for record, date, count, until in zip(
            records.index, records["date"], labels(records), labels(so_far, PEOPLE), strict=True
        )
    ]
    told = (
        f"People as they were set in motion, each counted once; {caption(selection)}. So far: by the end of "
        "that day. A day that is not known for certain raises the upper bound first and the lower one last."
    )
    _figures(cells.table(told, ["When", "What", "People", "So far"], rows, texts=2), "timeline")


def evidence(selection: Selection, totals: pd.DataFrame) -> None:
    """Show where two bases differ, what there is to check, and who the people were."""
    other = controls.other(selection)
    if other is not None:
        _comparison(selection, totals, other, country_totals(other))
    st.subheader("Worth checking")
    found = findings(selection, totals)
    shown = _page_of(len(found), "findings")
    st.html(markup.findings(selection, found.listed(shown.start, shown.stop)))
    groups = composition(selection)
    st.subheader("Who they were")
    if groups.empty:
        st.write("No claim that counts here names a part of the people.")
        return
    titles = selection.dataset.titles
    rows = [
        [titles[subject], group or "not stated", Cell(count, subject, f"{group or 'not stated'}: {count}")]
        for subject, group, count in zip(groups["subject_id"], groups["group"], labels(groups), strict=True)
    ]
    told = (
        f"Groups as claims name them, {caption(selection)}. They may overlap, and belong to the event or "
        "transfer they were said of, to no other place."
    )
    _figures(cells.table(told, ["Of whom", "Group", "People"], rows, texts=2), "groups")


def sources(selection: Selection, _: pd.DataFrame) -> None:
    """Say how the figures come about, and list the publications and what is kept beside the counts."""
    dataset = selection.dataset
    if dataset.description:
        st.subheader("What is here")
        st.text(dataset.description)
    st.subheader("How it is counted")
    rules = [
        f"Figures {caption(selection)}.",
        "People are counted once: who passes on from a country has not remained in it.",
        "What took place, was planned, attempted or denied is never added together.",
        "Figures of one journey bound each other: nobody leaves a place who did not arrive there.",
        "A sum with an open bound has an open bound; no bound is ever replaced by a guess or a middle.",
        POINT_OF_VIEW,
        ATTRIBUTION,
    ]
    st.html(f"<ul>{''.join(f'<li>{markup.text(rule)}</li>' for rule in rules)}</ul>")
    entering = selection.claims["entry"].value_counts()
    entered = [
        [markup.text(entry.meaning), markup.text(entering[key])]
        for key, entry in ENTRIES.items()
        if entering[key]
    ]
    st.html(markup.table(["How a claim enters", "Claims here"], entered, f"Claims, {caption(selection)}"))
    wordings = [[markup.text(wording.example), markup.text(wording.meaning)] for wording in WORDINGS]
    st.html(markup.table(["What a source writes", "is counted as"], wordings, "Words and their bounds"))
    series = dataset.events[dataset.events["kind"] == "series"]
    if len(series):
        st.subheader("Reported, and never counted")
        claims = dataset.claims.assign(entry="series")
        st.html(markup.records(dataset, series, claims))
    st.subheader("Sources")
    cited = selection.sources.sort_values("publisher")
    cited_by = selection.claims["source_id"].value_counts().reindex(cited.index)
    publications = [
        [
            markup.linked(source),
            markup.text(theme.date_text(source["published"]) if source["published"] else "–"),
            markup.text(number),
        ]
        for source, number in zip(markup.rows_of(cited), cited_by, strict=True)
    ]
    header = ["Publication", "Published", "Claims here"]
    st.html(markup.table(header, publications, f"{len(publications)} publications"))


def _whereabouts(selection: Selection) -> None:
    """Draw where the people are at the end of the day at which the clock stands."""
    default = last_day(selection)
    if default is None:
        return
    day = controls.look_at(default)
    found = present(selection, day).sort_values("present_min", ascending=False, kind="stable")
    names = [theme.place_text(code) for code in found.index]
    rows = zip(names, _numbers(found, PRESENT, day), strict=True)
    told = "A day that sources leave open widens the bounds of every day it may have been."
    _figures(cells.table(told, ["Place", "People"], rows), "present")


def _outcomes(selection: Selection) -> None:
    """Draw how many people each kind of event and each status is about."""
    found = outcomes(selection)
    if len(found):
        rows = zip(
            (theme.OUTCOME_WORDS[outcome] for outcome in found.index),
            map(str, found["records"]),
            _numbers(found, OUTCOME),
            strict=True,
        )
        told = "What took place and what did not are different things: these rows are never added up."
        header = ["What is reported", "Events or transfers", "People"]
        _figures(cells.table(told, header, rows), "outcomes")


def _comparison(selection: Selection, totals: pd.DataFrame, other: Selection, others: pd.DataFrame) -> None:
    """Draw what two bases make of the same records, and by how much they differ."""
    st.subheader("Side by side")
    measure = selection.filters.measure
    header = ["", *(_upper(caption(each)) for each in (selection, other)), "Apart"]
    by_country = compare(totals, others, measure)
    figured = [f"{code}.{measure}" for code in by_country.index]
    rows = _sides(map(theme.place_text, by_country.index), figured, by_country)
    _figures(cells.table(f"{theme.MEASURE_WORDS[measure]}, by country", header, rows), "compared-countries")
    one, two = (pd.concat([each.events, each.transfers]) for each in (selection, other))
    by_record = compare(one, two)
    differ = (by_record["in_one"] != by_record["in_other"]) | (by_record["apart_max"].fillna(1) > 0)
    by_record = by_record[differ]
    titles = selection.dataset.titles
    rows = _sides((titles[record] for record in by_record.index), list(by_record.index), by_record)
    told = "Events and transfers that the two tell differently, or that one of them does not mention"
    _figures(cells.table(told, header, rows), "compared-records")


def _sides(names: Iterable[str], figured: list[str], compared: pd.DataFrame) -> list[list[Cell | str]]:
    """Return rows of a comparison: name, the one number (to be opened), the other, and how far apart."""
    one, other = (
        [
            count if there else "not mentioned"
            for count, there in zip(labels(compared, side), compared[f"in_{side}"], strict=True)
        ]
        for side in ("one", "other")
    )
    both = compared["in_one"] & compared["in_other"]
    apart = [
        theme.apart_text(int(low), high) if there else "–"
        for low, high, there in zip(*(compared[name] for name in columns("apart")), both, strict=True)
    ]
    opened = (
        Cell(count, "" if count in ("0", "not mentioned") else figure, f"{count}: show the claims")
        for count, figure in zip(one, figured, strict=True)
    )
    return [list(row) for row in zip(names, opened, other, apart, strict=True)]


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def _figures(content: cells.Content, key: str) -> None:
    figures(content, key=key, on_open=controls.opener(key))


def _numbers(table: pd.DataFrame, measure: str, day: dt.date | None = None) -> list[Cell]:
    """Return the numbers of one column, each to be opened; a plain nought rests on nothing."""
    return [
        Cell(count)
        if count == "0"
        else Cell(
            count, f"{code}.{measure}", f"{count}{theme.figure_text(measure, code, day)}: show the claims"
        )
        for code, count in zip(table.index, labels(table, measure), strict=True)
    ]


def _day(selection: Selection) -> dt.date | None:
    """Return the day on which people are looked for."""
    return dt.date.fromisoformat(selection.filters.t) if selection.filters.t else last_day(selection)


def _page_of(count: int, key: str) -> slice:
    """Return where one page of a long list begins and ends, and draw the choice of the page."""
    pages = max(1, -(-count // _A_PAGE))
    page = 1
    if pages > 1:
        page = int(st.number_input(f"Page (of {pages})", 1, pages, key=key, width=120))
    return slice((page - 1) * _A_PAGE, page * _A_PAGE)
