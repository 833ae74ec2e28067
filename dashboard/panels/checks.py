"""The panel Evidence: where two bases differ, what there is to check, who the people were."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd
import streamlit as st

from dashboard import controls, markup
from dashboard.components import cells
from dashboard.components.cells import Cell
from dashboard.messages.figures import apart_text, count_texts, measure_text
from dashboard.messages.places import place_text
from dashboard.panels.parts import capital, caption, opening, page_of
from geodata import Selection, country_totals
from geodata.analysis.findings import findings
from geodata.analysis.groups import composition
from geodata.model.counts import bounds, compare, maxima, minima

__all__ = ["evidence"]


def evidence(selection: Selection, totals: pd.DataFrame) -> None:
    """Show where two bases differ, what there is to check, and who the people were."""
    other = controls.other(selection)
    if other is not None:
        _comparison(selection, totals, other, country_totals(other))
    st.subheader("Worth checking")
    found = findings(selection, totals)
    shown = page_of(len(found), "findings")
    st.html(markup.findings(selection, found.listed(shown.start, shown.stop)))
    groups = composition(selection)
    st.subheader("Who they were")
    if groups.empty:
        st.write("No claim that is counted here names a group of people.")
        return
    titles = selection.dataset.titles
    rows = [
        [titles[subject], group or "not stated", Cell(count, subject, f"{group or 'not stated'}: {count}")]
        for subject, group, count in zip(
            groups["subject_id"], groups["group"], count_texts(groups), strict=True
        )
    ]
    summary = (
        f"Groups as claims name them, {caption(selection)}. They may overlap. Each belongs only to the event "
        "or transfer that its claim is about."
    )
    opening(cells.table(summary, ["Event or transfer", "Group", "People"], rows, texts=2), "groups")


def _comparison(selection: Selection, totals: pd.DataFrame, other: Selection, others: pd.DataFrame) -> None:
    """Draw the numbers of the same records by two bases, and how far they differ."""
    st.subheader("Side by side")
    measure = selection.filters.measure
    apart = [*(capital(caption(each)) for each in (selection, other)), "Difference"]
    by_country = compare(totals, others, measure)
    figured = [f"{code}.{measure}" for code in by_country.index]
    rows = _sides(
        (place_text(code, selection.filters.lang) for code in by_country.index), figured, by_country
    )
    opening(
        cells.table(
            f"{measure_text(measure, selection.dataset.counts)}, by country", ["Country", *apart], rows
        ),
        "compared-countries",
    )
    one, two = (pd.concat([each.events, each.transfers]) for each in (selection, other))
    by_record = compare(one, two)
    differ = (by_record["in_one"] != by_record["in_other"]) | (by_record["apart_max"].fillna(1) > 0)
    by_record = by_record[differ]
    titles = selection.dataset.titles
    rows = _sides((titles[record] for record in by_record.index), list(by_record.index), by_record)
    summary = "Events and transfers for which the two give different numbers, or which one does not mention"
    opening(cells.table(summary, ["Event or transfer", *apart], rows), "compared-records")


def _sides(names: Iterable[str], figured: list[str], compared: pd.DataFrame) -> list[list[Cell | str]]:
    """Return rows of a comparison: name, the one number (to be opened), the other, and how far apart."""
    one, other = (
        [
            count if there else "not mentioned"
            for count, there in zip(count_texts(compared, side), compared[f"in_{side}"], strict=True)
        ]
        for side in ("one", "other")
    )
    both = compared["in_one"] & compared["in_other"]
    apart = [
        apart_text(*bounds(low, high)) if there else "–"
        for low, high, there in zip(minima(compared, "apart"), maxima(compared, "apart"), both, strict=True)
    ]
    opened = (
        Cell(count, "" if count in ("0", "not mentioned") else figure, f"{count}: show the claims")
        for count, figure in zip(one, figured, strict=True)
    )
    return [list(row) for row in zip(names, opened, other, apart, strict=True)]
