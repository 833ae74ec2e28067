"""What is around the panels: the name, the notices, the headline, the filters, the map."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import streamlit as st

from dashboard import controls, markup
from dashboard.components import cells
from dashboard.components.copying import Address, copying
from dashboard.messages.doubts import doubts
from dashboard.messages.figures import STATUS_WORDS, figure_text, people_text
from dashboard.messages.headline import headline
from dashboard.messages.phrases import text_of
from dashboard.panels.parts import capital, caption, day_of, no_link, opening
from dashboard.player import player
from dashboard.scene import Scene, scene
from geodata import DataError, Dataset, Filters, Selection, country_totals
from geodata.analysis.evidence import COUNT, behind
from geodata.files.export import filename, totals_csv
from geodata.model.counts import Count
from geodata.query.filters import LinkNotice

__all__ = [
    "bar",
    "full_page",
    "maps",
    "masthead",
    "notices",
    "open_number",
    "problems",
    "style",
    "title",
]

_STYLE = Path(__file__).parents[1] / "static" / "page.css"


def style() -> None:
    """Add the page's own style."""
    st.html(_STYLE)


def masthead(dataset: Dataset) -> None:
    """Name the product and the dataset, on top of the sidebar."""
    if controls.embedded():
        return
    st.sidebar.html(
        '<p class="ptm-name">Prisoner Transfer Map</p>'
        f'<p class="ptm-dataset" dir="auto">{markup.text(dataset.title)}<br>'
        f"data version {markup.text(dataset.hash)}</p>"
    )


def problems(error: DataError) -> None:
    """Show everything that is wrong with a dataset, in place of the page."""
    st.header("This dataset cannot be shown yet")
    count = len(error.problems)
    st.write(f"{count} {'problem has' if count == 1 else 'problems have'} to be fixed first.")
    for problem in error.problems:
        st.text(str(problem))


def notices(found: Sequence[LinkNotice]) -> None:
    """Say which parts of the link were ignored, and why."""
    if found:
        items = "".join(f"<li>{markup.text(notice)}</li>" for notice in found)
        st.html(f'<div class="ptm-notice" role="status"><ul>{items}</ul></div>')


def title(selection: Selection, totals: pd.DataFrame) -> str:
    """Say in one sentence what is shown, and in a second line what to know about it; return the sentence."""
    sentence = headline(selection, totals)
    remarks = " ".join(doubts(selection, totals))
    opening(cells.sentence(sentence), "headline")
    # The heading is for those who jump from one to the next: the map has none that is seen.
    st.html(
        f'<p class="ptm-doubt">{markup.text(remarks)}</p><h2 class="ptm-hidden">Filters, map and figures</h2>'
    )
    return text_of(sentence)


def bar(filters: Filters, dataset: Dataset, totals: pd.DataFrame) -> None:
    """Draw the active filters, the link and the download."""
    with st.container(horizontal=True, gap="small", key="bar"):
        controls.chips(filters, dataset)
        address = Address(f"?{filters.query()}")
        copying("Copy link", address, key="copy-link", why_not=no_link(filters))
        st.download_button(
            "Countries as CSV",
            totals_csv(totals),
            filename("countries.csv", dataset),
            "text/csv",
            key="csv",
            on_click="ignore",
        )


def full_page(filters: Filters) -> None:
    """Link an embedded map to the page that it is a part of."""
    st.html(
        f'<p class="ptm-full"><a href="?{markup.text(filters.query())}" target="_blank" rel="noopener">'
        "Open the full page, with sources and downloads</a></p>"
    )


def maps(selection: Selection, totals: pd.DataFrame, sentence: str) -> None:
    """Draw the map and its player; next to it, where the reader compares, what another basis draws.

    A picture that is saved of the map carries the sentence.
    """
    measure, other = selection.filters.measure, controls.other(selection)
    held = controls.filtered(selection.filters, selection.dataset)
    about = {
        "title": sentence,
        "filters": " · ".join(text for _, _, text in held),
    }

    def draw(drawn: Scene) -> None:
        player(
            drawn,
            key="player",
            on_change=controls.remember,
            on_open=controls.opener("player"),
            on_pick=controls.picker("player"),
        )

    if other is None:
        draw(scene(selection, totals, measure=measure, about=about))
        return
    others = country_totals(other)
    one, two = (about | {"caption": capital(caption(each))} for each in (selection, other))
    left, right = st.columns(2)
    with left:
        draw(scene(selection, totals, measure=measure, other=(other, others), about=one))
    with right:
        drawn = scene(other, others, measure=measure, other=(selection, totals), about=two)
        player(drawn, key="player-compare")


def _record(selection: Selection, record: str) -> str:
    """Return what an event or a transfer is called, and what it is where it did not take place."""
    status = pd.concat([selection.events["status"], selection.transfers["status"]])[record]
    title = selection.dataset.titles[record]
    return title if status == "done" else f"{title} ({STATUS_WORDS[status]})"


@st.dialog("Sources for this number", width="large", on_dismiss=controls.close)
def open_number(selection: Selection) -> None:
    """Show the claims that the chosen number rests on, over the page."""
    filters = selection.filters
    day = day_of(selection)
    found = behind(selection, filters.figure, day)
    if found is None:
        st.write("No record of this selection adds to this number.")
        return
    counts = selection.dataset.counts
    words = figure_text(found.measure, found.row, day, filters.lang, counts, selection.counted)
    if found.measure == COUNT:
        words = f": {_record(selection, found.figure)}"
    count = Count(*found.count)
    if not count.unknown:
        statement = f"{people_text(count, counts)}{words}"
    elif words.startswith(":"):
        statement = f"Number not reported{words}"
    else:
        statement = f"{counts.capitalize()}{words}: number not reported"
    st.html(markup.evidence(selection, found, statement, f"Counted {caption(selection)}."))
