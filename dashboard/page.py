"""The page, read from top to bottom as the ladder: dataset, filters, selection, totals, map, panels."""

import streamlit as st

from dashboard import controls, panels
from geodata import DataError, country_totals, select

st.set_page_config(page_title="Prisoner Transfer Map", layout="wide")
panels.style()

try:
    dataset = controls.open_dataset()
except DataError as error:
    panels.problems(error)
    st.stop()

panels.masthead(dataset)
filters, notices = controls.filters(dataset)
selection = select(dataset, filters)
totals = country_totals(selection)

panels.notices(notices)
panels.title(selection, totals)
panels.bar(filters, dataset, totals)
panels.maps(selection, totals)

names = {
    "Countries": panels.countries,
    "Movements": panels.movements,
    "Timeline": panels.timeline,
    "Evidence": panels.evidence,
    "Sources and method": panels.sources,
}
for tab, draw in zip(st.tabs([*names], key="tab", on_change="rerun"), names.values(), strict=True):
    if tab.open:
        with tab:
            draw(selection, totals)
if filters.figure:
    panels.open_number(selection)
