"""What the page shows around the map, and in its place where something is wrong.

Texts of a dataset are shown as plain text only: through `st.text`, or through `_text` in HTML of our own.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pandas as pd
import streamlit as st

from dashboard import controls, theme
from dashboard.sentences import doubts, headline
from geodata import DataError, Dataset, Filters, Selection
from geodata.countries import ATTRIBUTION, POINT_OF_VIEW
from geodata.counts import columns, label, labels
from geodata.export import countries_filename, totals_csv
from geodata.filters import MEASURES, LinkNotice
from geodata.selection import ADOPTED, ALL

__all__ = [
    "bar",
    "countries",
    "masthead",
    "movements",
    "notices",
    "problems",
    "sources",
    "style",
    "title",
]

_STYLE = Path(__file__).parent / "static" / "page.css"
_A_PAGE = 50
"""Movements on one page of their list."""

_MEASURES = {
    "released": "Released",
    "departed": "Departed",
    "arrived": "Arrived",
    "passed_on": "Passed on",
    "remained": "Remained",
    "moved_within": "Moved within",
}
_STANDINGS = {
    "adopted": "adopted",
    "corroborating": "agrees",
    "conflicting": "differs",
    "superseded": "overtaken",
    "withdrawn": "withdrawn",
}
_RULES = {
    ADOPTED: "Each number is the adopted claim: the figure the dataset's makers rely on.",
    ALL: "Each number spans the adopted claim and those that conflict with it.",
}


def style() -> None:
    """Add the page's own style."""
    st.html(_STYLE)


def masthead(dataset: Dataset) -> None:
    """Name the product and the dataset, on top of the sidebar."""
    st.sidebar.html(
        '<p class="ptm-name">Prisoner Transfer Map</p>'
        f'<p class="ptm-dataset">{_text(dataset.title)}<br>data version {_text(dataset.hash)}</p>'
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
        items = "".join(f"<li>{_text(notice)}</li>" for notice in found)
        st.html(f'<div class="ptm-notice" role="status"><ul>{items}</ul></div>')


def title(selection: Selection, totals: pd.DataFrame) -> None:
    """Say in one sentence what is shown, and in a second line what to know about it."""
    sentence = headline(selection, totals)
    if not sentence:
        held = [
            key
            for key in ("from", "to", "date", "event", "kind", "status", "basis")
            if selection.filters.values(key)
        ]
        advice = f" Remove one of the filters: {', '.join(held)}." if held else " The dataset has no events."
        st.html(f'<h1 class="ptm-headline">No movement matches.</h1><p class="ptm-doubt">{_text(advice)}</p>')
        return
    remarks = " ".join(doubts(selection, totals))
    st.html(f'<h1 class="ptm-headline">{_text(sentence)}</h1><p class="ptm-doubt">{_text(remarks)}</p>')


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


def countries(selection: Selection, totals: pd.DataFrame) -> None:
    """Draw the table of countries, the most by the chosen measure first."""
    low, high = columns(selection.filters.measure)
    ordered = totals.assign(open=totals[high].isna()).sort_values(
        [low, "open", "country"], ascending=[False, False, True]
    )
    rows = zip(
        map(_text, ordered["country"]),
        *(map(_figure, labels(ordered, measure)) for measure in MEASURES),
        ordered["sources"].map(lambda ids: _text(len(ids.split(";")) if ids else 0)),
        strict=True,
    )
    caption = f"People by country, counted once in each column; {_basis(selection)}"
    header = ["Country", *(_MEASURES[measure] for measure in MEASURES), "Sources"]
    st.html(_table(header, rows, caption))


def movements(selection: Selection, _: pd.DataFrame) -> None:
    """List the chosen events and transfers by day; each opens to its claims."""
    events, legs = selection.events, selection.transfers
    entries = pd.concat([events.assign(leg=False, event_id=events.index), legs.assign(leg=True)])
    first = events["earliest"].reindex(entries["event_id"]).to_numpy()
    entries = entries.assign(first=first).sort_values(["first", "event_id", "leg", "earliest"], kind="stable")
    pages = max(1, -(-len(entries) // _A_PAGE))
    page = 1
    if pages > 1:
        page = int(st.number_input(f"Page (of {pages})", 1, pages, key="page", width=120))
    shown = entries.iloc[(page - 1) * _A_PAGE : page * _A_PAGE]
    st.html(_list(selection, shown, selection.claims))


def sources(selection: Selection, _: pd.DataFrame) -> None:
    """Say how the figures come about, and list the publications and what is kept beside the counts."""
    dataset = selection.dataset
    if dataset.description:
        st.subheader("What is here")
        st.text(dataset.description)
    st.subheader("How it is counted")
    st.html(
        "<ul>"
        f"<li>Figures {_text(_basis(selection))}. "
        f"{_text(_RULES.get(selection.filters.basis, 'Each number is what this one source says.'))}</li>"
        "<li>People are counted once: who passes on from a country has not remained in it.</li>"
        "<li>What took place, was planned, attempted or denied is never added together.</li>"
        "<li>Figures of one journey bound each other: nobody leaves a place who did not arrive there.</li>"
        "<li>A map of reported cases is not a count of all cases.</li>"
        f"<li>{_text(POINT_OF_VIEW)}</li>"
        f"<li>{_text(ATTRIBUTION)}</li>"
        "</ul>"
    )
    series = dataset.events[dataset.events["kind"] == "series"]
    if len(series):
        st.subheader("Reported, and never counted")
        st.html(_list(selection, series.assign(leg=False), dataset.claims))
    st.subheader("Sources")
    cited = selection.sources.sort_values("publisher")
    claims = selection.claims["source_id"].value_counts().reindex(cited.index)
    rows = [
        [
            _linked(source),
            _text(theme.date_text(source["published"]) if source["published"] else "–"),
            _text(number),
        ]
        for source, number in zip(_rows(cited), claims, strict=True)
    ]
    st.html(_table(["Publication", "Published", "Claims here"], rows, f"{len(rows)} publications"))


def _basis(selection: Selection) -> str:
    """Return by which rule figures are chosen."""
    return f"according to {controls.basis_text(selection.filters.basis, selection.dataset)}"


def _text(value: object) -> str:
    """Return anything as HTML text."""
    return html.escape(str(value))


def _figure(text: str) -> str:
    """Return one cell of the table of countries; a plain nought is set back."""
    return '<span class="ptm-nought">0</span>' if text == "0" else _text(text)


def _table(header: Sequence[str], rows: Iterable[Sequence[str]], caption: str) -> str:
    """Return an HTML table; cells are HTML already, the first column names the row."""
    head = "".join(f'<th scope="col">{_text(name)}</th>' for name in header)
    body = "".join(
        f'<tr><th scope="row">{first}</th>{"".join(f"<td>{cell}</td>" for cell in rest)}</tr>'
        for first, *rest in rows
    )
    return (
        f'<div class="ptm-scroll" tabindex="0"><table class="ptm-table"><caption>{_text(caption)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _list(selection: Selection, records: pd.DataFrame, claims: pd.DataFrame) -> str:
    """Return events and transfers as a list of lines that open to their claims."""
    ranks = claims["standing"].map(list(_STANDINGS).index)
    ordered = claims.assign(rank=ranks).sort_values(["group", "rank"], kind="stable")
    evidence = (
        ordered.groupby("subject_id").apply(lambda rows: "".join(_claims(rows, selection.dataset))).to_dict()
    )
    lines = (
        _line(selection, row, evidence.get(row["id"], "<p>No source gives a number.</p>"))
        for row in _rows(records.assign(id=records.index))
    )
    return f'<div class="ptm-list">{"".join(lines)}</div>'


def _rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(name): cell for name, cell in row.items()} for row in table.to_dict("records")]


def _line(selection: Selection, row: dict[str, Any], evidence: str) -> str:
    """Return an event or a transfer as a line that opens to its claims."""
    names = selection.locations["name"]
    if row["leg"]:
        what = " → ".join(names[place] for place in (row["origin_id"], *row["via"], row["destination_id"]))
        state = theme.STATUS_WORDS[row["status"]] + (", superseded" if row["superseded"] else "")
        remark = row["note"]
    else:
        what, remark = row["title"], row["summary"]
        state = row["kind"] if row["kind"] != "series" else "not counted"
    count = label(row["count_min"], row["count_max"]) if "count_min" in row else ""
    if count and count != "not reported":
        count = theme.people_text(count)
    remark = f"<p>{_text(remark)}</p>" if remark else ""
    return (
        f'<details class="ptm-{"leg" if row["leg"] else "event"}" data-ptm-id="{_text(row["id"])}"><summary>'
        f'<span class="ptm-when">{_text(theme.date_text(row["date"]))}</span>'
        f'<span class="ptm-what">{_text(what)}</span>'
        f'<span class="ptm-state">{_text(state)}</span>'
        f'<span class="ptm-count">{_text(count)}</span>'
        f'</summary><div class="ptm-evidence">{remark}{evidence}</div></details>'
    )


def _claims(claims: pd.DataFrame, dataset: Dataset) -> Iterator[str]:
    """Yield claims: bounds, standing, wording, who says so, and in which words."""
    for claim, count in zip(_rows(claims), labels(claims), strict=True):
        group = f" · {_text(claim['group'])}" if claim["group"] else ""
        quote = f"<q>{_text(claim['quote'])}</q>" if claim["quote"] else ""
        cites = f", citing {_text(claim['attribution'])}" if claim["attribution"] else ""
        yield (
            f'<div class="ptm-claim ptm-{_text(claim["standing"])}">'
            f'<span class="ptm-count">{_text(count)}</span>'
            f'<span class="ptm-standing">{_text(_STANDINGS[claim["standing"]])}</span>'
            f"<span>“{_text(claim['wording'])}”{group}{quote}"
            f"<cite>{_linked(dataset.sources.loc[claim['source_id']])}{cites}</cite></span></div>"
        )


def _linked(source: Mapping[str, Any] | pd.Series) -> str:
    """Return a publication as text, linked where its address is one of the web."""
    name = _text(", ".join(filter(None, [source["publisher"], source["title"]])))
    if urlsplit(source["url"]).scheme not in ("http", "https"):
        return name
    return f'<a href="{_text(source["url"])}" target="_blank" rel="noopener noreferrer nofollow">{name}</a>'
