"""The panel Sources and method: how figures are made, and the publications that they rest on."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import markup
from dashboard.messages.days import date_text
from dashboard.panels.parts import caption
from geodata import Selection
from geodata.analysis.basis import ENTRIES
from geodata.geo.boundaries import ATTRIBUTION, POINT_OF_VIEW
from geodata.model.counts import WORDINGS

__all__ = ["sources"]


def sources(selection: Selection, _: pd.DataFrame) -> None:
    """Say how the figures are made, and list the publications and what is reported but not counted."""
    dataset = selection.dataset
    if dataset.description:
        st.subheader("About this dataset")
        st.text(dataset.description)
    st.subheader("How people are counted")
    rules = [
        f"Figures {caption(selection)}.",
        "People are counted once: those who pass on from a country have not remained in it.",
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
    st.html(markup.table(["How a claim is used", "Claims here"], entered, f"Claims, {caption(selection)}"))
    wordings = [[markup.text(wording.example), markup.text(wording.meaning)] for wording in WORDINGS]
    st.html(markup.table(["What a source writes", "is counted as"], wordings, "Words and their bounds"))
    series = dataset.events[dataset.events["kind"] == "series"]
    if len(series):
        st.subheader("Reported, but never counted")
        claims = dataset.claims.assign(entry="series")
        st.html(markup.records(dataset, series, claims))
    st.subheader("Sources")
    cited = selection.sources.sort_values("publisher")
    cited_by = selection.claims["source_id"].value_counts().reindex(cited.index)
    publications = [
        [
            markup.linked(source),
            markup.text(date_text(source["published"]) if source["published"] else "–"),
            markup.text(number),
        ]
        for source, number in zip(markup.rows_of(cited), cited_by, strict=True)
    ]
    header = ["Publication", "Published", "Claims here"]
    st.html(markup.table(header, publications, f"{len(publications)} publications"))
